// Answers every datagram with itself and says who sent it. Usage: udp-server.ts [PORT [HOW_MANY]]
import {
  AF_INET,
  bind,
  close,
  getsockname,
  type InetAddress,
  recvfrom,
  SOCK_DGRAM,
  sendto,
  socket,
  unwrap,
} from 'sys-socket'

const [port = '0', many = 'Infinity'] = process.argv.slice(2)
const fd = unwrap(socket(AF_INET, SOCK_DGRAM))
unwrap(bind(fd, { family: AF_INET, address: '127.0.0.1', port: Number(port) }))
console.log('Bound to port', (unwrap(getsockname(fd)) as InetAddress).port)

const buffer = Buffer.alloc(65536) // no datagram is longer
for (let i = 0; i < Number(many); i++) {
  const { count, address } = unwrap(recvfrom(fd, buffer))
  const sender = address as InetAddress
  console.log(count, 'bytes from', `${sender.address}:${sender.port}`)
  unwrap(sendto(fd, buffer.subarray(0, count), 0, sender))
}
close(fd)
