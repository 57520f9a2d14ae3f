// A concurrent TCP echo server: each connection is served by a thread of its own, which may block. Usage: threaded-server.ts [PORT]
import { isMainThread, Worker, workerData } from 'node:worker_threads'
import { AF_INET, accept, bind, close, getsockname, listen, recv, SOCK_STREAM, send, socket, unwrap } from 'sys-socket'

if (isMainThread) {
  const listener = unwrap(socket(AF_INET, SOCK_STREAM))
  unwrap(bind(listener, { family: AF_INET, address: '127.0.0.1', port: Number(process.argv[2] ?? 0) }))
  unwrap(listen(listener, 128))
  const address = unwrap(getsockname(listener)) as any
  console.log(`Listening on port ${address.port}`)
  for (;;) {
    const { fd } = unwrap(accept(listener))
    new Worker(new URL(import.meta.url), { workerData: fd })
    if (process.env.IMM) await new Promise(setImmediate)
  }
} else {
  const buffer = Buffer.alloc(4096)
  for (let count = 1; (count = unwrap(recv(workerData, buffer))) > 0; ) unwrap(send(workerData, buffer.subarray(0, count)))
  close(workerData)
}
