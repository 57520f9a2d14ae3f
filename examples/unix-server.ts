// A stream server at a path: reads all that one client says, then answers in capitals. Usage: unix-server.ts PATH
import { unlinkSync } from 'node:fs'
import { AF_UNIX, accept, bind, close, listen, recv, SOCK_STREAM, send, socket, unwrap } from 'sys-socket'

const [path = '/tmp/example.sock'] = process.argv.slice(2)
const listener = unwrap(socket(AF_UNIX, SOCK_STREAM))
unwrap(bind(listener, { family: AF_UNIX, path }))
unwrap(listen(listener, 5))
console.log('Listening at', path)

const { fd, address } = unwrap(accept(listener))
console.log('Connected:', address) // a client that did not bind() has no name: path ''
const decoder = new TextDecoder()
const buffer = Buffer.alloc(256)
let text = ''
let count: number
while ((count = unwrap(recv(fd, buffer))) > 0) text += decoder.decode(buffer.subarray(0, count), { stream: true })
unwrap(send(fd, Buffer.from(text.toUpperCase())))

close(fd)
close(listener)
unlinkSync(path) // bind() made this file, and close() leaves it
