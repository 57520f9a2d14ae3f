// The textbook TCP server: waits for one client, prints its message, answers, ends. Usage: tcp-server.ts [PORT [ADDRESS]]
import {
  AF_INET,
  accept,
  bind,
  close,
  getsockname,
  type InetAddress,
  listen,
  read,
  SO_REUSEADDR,
  SOCK_STREAM,
  SOL_SOCKET,
  setsockopt,
  socket,
  unwrap,
  write,
} from 'sys-socket'

const [port = '0', address = '0.0.0.0'] = process.argv.slice(2)
const listener = unwrap(socket(AF_INET, SOCK_STREAM))
unwrap(setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, true))
unwrap(bind(listener, { family: AF_INET, address, port: Number(port) }))
unwrap(listen(listener, 5))
console.log('Listening on port', (unwrap(getsockname(listener)) as InetAddress).port) // the one that 0 became

const { fd } = unwrap(accept(listener))
const buffer = Buffer.alloc(256)
const count = unwrap(read(fd, buffer))
console.log('Here is the message:', buffer.toString('utf8', 0, count).trimEnd())
unwrap(write(fd, Buffer.from('I got your message')))

close(fd)
close(listener)
