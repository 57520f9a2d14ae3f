// Answers every datagram with itself, in order, and says who sent it. Usage: udp-server.ts PORT [HOW_MANY]
import {
  type Address,
  AF_INET,
  bind,
  close,
  getsockname,
  recvfrom,
  SOCK_DGRAM,
  sendto,
  socket,
  unwrap,
} from 'sys-socket'

const [port = '0', many = 'Infinity'] = process.argv.slice(2)
const fd = unwrap(socket(AF_INET, SOCK_DGRAM))
unwrap(bind(fd, { family: AF_INET, address: '127.0.0.1', port: Number(port) }))
console.log('Bound to', unwrap(getsockname(fd)))

const buffer = Buffer.alloc(65536)
for (let i = 0; i < Number(many); i++) {
  const { count, address } = unwrap(recvfrom(fd, buffer))
  console.log(`${count} bytes from`, address)
  unwrap(sendto(fd, buffer.subarray(0, count), 0, address as Address))
}
close(fd)
