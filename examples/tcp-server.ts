// The textbook TCP server: waits for one client, prints its message, answers, ends. Usage: tcp-server.ts PORT
import {
  AF_INET,
  accept,
  bind,
  close,
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

const port = Number(process.argv[2])
const listener = unwrap(socket(AF_INET, SOCK_STREAM))
unwrap(setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, true))
unwrap(bind(listener, { family: AF_INET, address: '0.0.0.0', port }))
unwrap(listen(listener, 5))

const { fd } = unwrap(accept(listener))
const buffer = Buffer.alloc(256)
const count = unwrap(read(fd, buffer))
console.log(`Here is the message: ${buffer.toString('utf8', 0, count).trimEnd()}`)
unwrap(write(fd, Buffer.from('I got your message')))

close(fd)
close(listener)
