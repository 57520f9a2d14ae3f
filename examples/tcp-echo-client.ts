// Sends a word and receives until all of it is back: TCP is a stream of bytes, and cuts it into pieces as it likes.
// Usage: tcp-echo-client.ts ADDRESS WORD [PORT]
import { AF_INET, close, connect, recv, SOCK_STREAM, send, socket, unwrap } from 'sys-socket'

const [address = '127.0.0.1', word = '', port = '7'] = process.argv.slice(2)
const data = Buffer.from(word)
const fd = unwrap(socket(AF_INET, SOCK_STREAM))
unwrap(connect(fd, { family: AF_INET, address, port: Number(port) }))

for (let sent = 0; sent < data.length; ) sent += unwrap(send(fd, data.subarray(sent)))

const echo = Buffer.alloc(data.length)
let received = 0
let pieces = 0
while (received < data.length) {
  const count = unwrap(recv(fd, echo.subarray(received)))
  if (count === 0) throw new Error('the connection ended early')
  received += count
  pieces++
}
console.log('Received:', echo.toString())
console.log('Pieces:', pieces)
close(fd)
