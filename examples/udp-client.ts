// Sends a datagram and prints the one that comes back. Usage: udp-client.ts ADDRESS WORD PORT
import { AF_INET, close, recvfrom, SOCK_DGRAM, sendto, socket, unwrap } from 'sys-socket'

const [address = '127.0.0.1', word = '', port] = process.argv.slice(2)
const fd = unwrap(socket(AF_INET, SOCK_DGRAM))
unwrap(sendto(fd, Buffer.from(word), 0, { family: AF_INET, address, port: Number(port) }))

const buffer = Buffer.alloc(65536)
const { count } = unwrap(recvfrom(fd, buffer))
console.log('Received:', buffer.toString('utf8', 0, count))
close(fd)
