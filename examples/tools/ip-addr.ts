// Lists the addresses of the network interfaces, as ip addr does: asks NETLINK_ROUTE for a dump. Usage: ip-addr.ts
import { endianness } from 'node:os'
import * as sys from 'sys-socket'

const little = endianness() === 'LE' // netlink speaks as the machine does
const scopes = new Map([
  [0, 'global'],
  [200, 'site'],
  [253, 'link'],
  [254, 'host'],
  [255, 'nowhere'],
])

const request = new DataView(new ArrayBuffer(24)) // struct nlmsghdr, then struct ifaddrmsg with AF_UNSPEC
request.setUint32(0, request.byteLength, little)
request.setUint16(4, sys.RTM_GETADDR, little)
request.setUint16(6, sys.NLM_F_REQUEST | sys.NLM_F_DUMP, little)

const fd = sys.unwrap(sys.socket(sys.AF_NETLINK, sys.SOCK_RAW, sys.NETLINK_ROUTE))
sys.unwrap(sys.send(fd, new Uint8Array(request.buffer)))

/** A line of the `struct ifaddrmsg` at `at` and its attributes, up to `end`. */
function line(message: DataView, at: number, end: number): string {
  const family = message.getUint8(at)
  const attributes = new Map<number, string>()
  for (let attribute = at + 8; attribute < end; ) {
    const length = message.getUint16(attribute, little)
    const type = message.getUint16(attribute + 2, little)
    if (type === sys.IFA_LOCAL || type === sys.IFA_ADDRESS) {
      const bytes = new Uint8Array(message.buffer, attribute + 4, length - 4)
      attributes.set(type, sys.unwrap(sys.inet_ntop(family, bytes)))
    }
    attribute += (length + 3) & ~3
  }
  // With a peer, IFA_ADDRESS is the peer's; without one, IFA_LOCAL is the same or missing.
  const address = attributes.get(sys.IFA_ADDRESS)
  const local = attributes.get(sys.IFA_LOCAL) ?? address
  const where = `${local === address ? local : `${local} peer ${address}`}/${message.getUint8(at + 1)}`
  const name = sys.unwrap(sys.if_indextoname(message.getUint32(at + 4, little)))
  const scope = message.getUint8(at + 3)
  return `${name} ${family === sys.AF_INET ? 'inet' : 'inet6'} ${where} scope ${scopes.get(scope) ?? scope}`
}

const buffer = new Uint8Array(65536) // longer than the kernel makes a part of a dump
const view = new DataView(buffer.buffer)
for (let done = false; !done; ) {
  const count = sys.unwrap(sys.recv(fd, buffer))
  for (let at = 0; at < count && !done; at += (view.getUint32(at, little) + 3) & ~3) {
    const type = view.getUint16(at + 4, little)
    if (type === sys.NLMSG_ERROR) throw new Error(sys.strerror(-view.getInt32(at + 16, little)))
    if (view.getUint16(at + 6, little) & sys.NLM_F_DUMP_INTR) throw new Error('the addresses changed meanwhile')
    if (type === sys.NLMSG_DONE) done = true
    else console.log(line(view, at + 16, at + view.getUint32(at, little)))
  }
}
sys.close(fd)
