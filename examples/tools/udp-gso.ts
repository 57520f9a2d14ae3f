// Many datagrams in one system call: UDP_SEGMENT cuts what one sendmsg() sends, UDP_GRO gives it together to one recvmsg().
// Usage: udp-gso.ts [BYTES [SEGMENT]]
import {
  AF_INET,
  bind,
  close,
  type Fd,
  getsockname,
  IPPROTO_UDP,
  recvmsg,
  SOCK_DGRAM,
  sendmsg,
  setsockopt,
  socket,
  UDP_GRO,
  UDP_SEGMENT,
  unwrap,
} from 'sys-socket'

const [bytes = 10_000, segment = 1200] = process.argv.slice(2).map(Number)
const payload = Uint8Array.from({ length: bytes }, (_, i) => Math.floor(i / segment)) // each datagram of its own number

function boundSocket(): Fd {
  const fd = unwrap(socket(AF_INET, SOCK_DGRAM))
  unwrap(bind(fd, { family: AF_INET, address: '127.0.0.1', port: 0 }))
  return fd
}

function receive(fd: Fd): void {
  const buffer = Buffer.alloc(65536)
  for (let total = 0, calls = 1; total < bytes; calls++) {
    const { count, control } = unwrap(recvmsg(fd, { iov: [buffer], controlLength: 64 }))
    const size = control.find(({ level, type }) => level === IPPROTO_UDP && type === UDP_GRO)?.data ?? count
    const intact = buffer.subarray(0, count).equals(payload.subarray(total, total + count))
    total += count
    console.log(
      `  recvmsg() ${calls}: ${count} bytes, datagrams of ${size}, ${intact ? 'intact' : 'NOT what was sent'}`,
    )
  }
}

for (const together of [false, true]) {
  const [sender, receiver] = [boundSocket(), boundSocket()]
  unwrap(setsockopt(receiver, IPPROTO_UDP, UDP_GRO, together))
  const control = [{ level: IPPROTO_UDP, type: UDP_SEGMENT, data: segment }]
  const sent = unwrap(sendmsg(sender, { iov: [payload], address: unwrap(getsockname(receiver)), control }))
  console.log(`One sendmsg(): ${sent} bytes in datagrams of ${segment}; ${together ? 'with' : 'without'} UDP_GRO:`)
  receive(receiver)
  close(sender)
  close(receiver)
}
