// Sends a word and receives until all of it is back, in however many pieces. Usage: tcp-echo-client.ts ADDRESS WORD [PORT]
import { AF_INET, close, connect, recv, SOCK_STREAM, send, socket, unwrap } from 'sys-socket'

const [address = '127.0.0.1', word = '', port = '7'] = process.argv.slice(2)
const data = Buffer.from(word)
const fd = unwrap(socket(AF_INET, SOCK_STREAM))
unwrap(connect(fd, { family: AF_INET, address, port: Number(port) }))

for (let sent = 0; sent < data.length; ) sent += unwrap(send(fd, data.subarray(sent)))

process.stdout.write('Received: ')
const buffer = Buffer.alloc(64)
for (let received = 0; received < data.length; ) {
  const count = unwrap(recv(fd, buffer))
  if (count === 0) throw new Error('the connection ended early')
  received += count
  process.stdout.write(buffer.subarray(0, count))
}
console.log()
close(fd)
