// Sends a word to a stream server at a path, ends its side, reads to the end. Usage: unix-client.ts PATH WORD
import { AF_UNIX, close, connect, recv, SHUT_WR, SOCK_STREAM, send, shutdown, socket, unwrap } from 'sys-socket'

const [path = '/tmp/example.sock', word = ''] = process.argv.slice(2)
const fd = unwrap(socket(AF_UNIX, SOCK_STREAM))
unwrap(connect(fd, { family: AF_UNIX, path }))
unwrap(send(fd, Buffer.from(word)))
unwrap(shutdown(fd, SHUT_WR)) // the server's recv() gives 0, while its answer can still come

const decoder = new TextDecoder()
const buffer = Buffer.alloc(256)
let answer = ''
let count: number
while ((count = unwrap(recv(fd, buffer))) > 0) answer += decoder.decode(buffer.subarray(0, count), { stream: true })
console.log('Received:', answer)
close(fd)
