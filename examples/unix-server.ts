// A stream server at a path: answers one client in capitals. Usage: unix-server.ts PATH
import { unlinkSync } from 'node:fs'
import { AF_UNIX, accept, bind, close, listen, recv, SOCK_STREAM, send, socket, unwrap } from 'sys-socket'

const [path = '/tmp/example.sock'] = process.argv.slice(2)
const listener = unwrap(socket(AF_UNIX, SOCK_STREAM))
unwrap(bind(listener, { family: AF_UNIX, path }))
unwrap(listen(listener, 5))

const { fd, address } = unwrap(accept(listener))
console.log('Connected:', address) // a client that did not bind() has no name: path ''
const buffer = Buffer.alloc(256)
for (let count = 1; (count = unwrap(recv(fd, buffer))) > 0; )
  unwrap(send(fd, Buffer.from(buffer.toString('utf8', 0, count).toUpperCase())))

close(fd)
close(listener)
unlinkSync(path) // bind() made this file, and close() leaves it
