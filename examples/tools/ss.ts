// Lists the TCP sockets of a family, as ss does: asks NETLINK_SOCK_DIAG for a dump. Usage: ss.ts [4|6]
// Each line: state, local address, remote address, user, inode.
import { endianness } from 'node:os'
import * as sys from 'sys-socket'

const little = endianness() === 'LE' // netlink speaks as the machine does; addresses and ports are as on the wire
const family = process.argv[2] === '6' ? sys.AF_INET6 : sys.AF_INET
const states = new Map(
  Object.entries({
    ESTABLISHED: sys.TCP_ESTABLISHED,
    SYN_SENT: sys.TCP_SYN_SENT,
    SYN_RECV: sys.TCP_SYN_RECV,
    FIN_WAIT1: sys.TCP_FIN_WAIT1,
    FIN_WAIT2: sys.TCP_FIN_WAIT2,
    TIME_WAIT: sys.TCP_TIME_WAIT,
    CLOSE: sys.TCP_CLOSE,
    CLOSE_WAIT: sys.TCP_CLOSE_WAIT,
    LAST_ACK: sys.TCP_LAST_ACK,
    LISTEN: sys.TCP_LISTEN,
    CLOSING: sys.TCP_CLOSING,
  }).map(([name, state]) => [state as number, name]),
)

const request = new DataView(new ArrayBuffer(72)) // struct nlmsghdr, then struct inet_diag_req_v2
request.setUint32(0, request.byteLength, little)
request.setUint16(4, sys.SOCK_DIAG_BY_FAMILY, little)
request.setUint16(6, sys.NLM_F_REQUEST | sys.NLM_F_DUMP, little)
request.setUint8(16, family)
request.setUint8(17, sys.IPPROTO_TCP)
request.setUint32(20, 0xffffffff, little) // every state

const fd = sys.unwrap(sys.socket(sys.AF_NETLINK, sys.SOCK_RAW, sys.NETLINK_SOCK_DIAG))
sys.unwrap(sys.send(fd, new Uint8Array(request.buffer)))

/** A line of a `struct inet_diag_msg`, which begins at `at`. */
function line(message: DataView, at: number): string {
  const end = (port: number, address: number): string => {
    const bytes = new Uint8Array(message.buffer, at + address, family === sys.AF_INET ? 4 : 16)
    const text = sys.unwrap(sys.inet_ntop(family, bytes))
    return `${family === sys.AF_INET ? text : `[${text}]`}:${message.getUint16(at + port)}`
  }
  const state = message.getUint8(at + 1)
  const [user, inode] = [message.getUint32(at + 64, little), message.getUint32(at + 68, little)]
  return [states.get(state) ?? state, end(4, 8), end(6, 24), user, inode].join(' ')
}

const buffer = new Uint8Array(65536) // longer than the kernel makes a part of a dump
const view = new DataView(buffer.buffer)
for (let done = false; !done; ) {
  const count = sys.unwrap(sys.recv(fd, buffer))
  for (let at = 0; at < count && !done; at += (view.getUint32(at, little) + 3) & ~3) {
    const type = view.getUint16(at + 4, little)
    if (type === sys.NLMSG_ERROR) throw new Error(sys.strerror(-view.getInt32(at + 16, little)))
    if (type === sys.NLMSG_DONE) done = true
    else console.log(line(view, at + 16))
  }
}
sys.close(fd)
