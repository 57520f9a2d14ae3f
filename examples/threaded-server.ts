// A concurrent TCP echo server: each connection has a thread of its own, which may block. Usage: threaded-server.ts [PORT]
import { setImmediate } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import {
  AF_INET,
  accept,
  bind,
  type Fd,
  getsockname,
  type InetAddress,
  listen,
  SO_REUSEADDR,
  SOCK_STREAM,
  SOL_SOCKET,
  setsockopt,
  socket,
  unwrap,
} from 'sys-socket'

/** What a thread does. It gets this function as text, so everything that it needs is a parameter. */
function serve(fd: Fd, { close, recv, send }: typeof import('sys-socket')): void {
  const buffer = Buffer.alloc(4096)
  for (;;) {
    const { value: count = 0 } = recv(fd, buffer) // blocks this thread alone; an errno ends this connection alone
    if (count === 0 || !send(fd, buffer.subarray(0, count)).ok) break
  }
  close(fd)
}

const listener = unwrap(socket(AF_INET, SOCK_STREAM))
unwrap(setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, true))
unwrap(bind(listener, { family: AF_INET, address: '127.0.0.1', port: Number(process.argv[2] ?? 0) }))
unwrap(listen(listener, 128))
console.log('Listening on port', (unwrap(getsockname(listener)) as InetAddress).port)

const sysSocket = import.meta.resolve('sys-socket') // as this file sees it, wherever it is run from
for (;;) {
  const { fd } = unwrap(accept(listener))
  new Worker(`import('${sysSocket}').then((sys) => (${serve})(${fd}, sys))`, { eval: true })
  await setImmediate() // a turn of the event loop, in which threads that have ended are cleared away
}
