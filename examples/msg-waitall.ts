// MSG_WAITALL: recv() comes back when the buffer is full, or the stream ends, and not before.
import { Worker } from 'node:worker_threads'
import { AF_UNIX, close, MSG_WAITALL, recv, SHUT_WR, SOCK_STREAM, send, shutdown, socketpair, unwrap } from 'sys-socket'

const [sender, receiver] = unwrap(socketpair(AF_UNIX, SOCK_STREAM))
const buffer = Buffer.alloc(6)
const text = (count: number): string => `${count} '${buffer.toString('utf8', 0, count)}'`

unwrap(send(sender, Buffer.from('abc')))
console.log('without:', text(unwrap(recv(receiver, buffer)))) // what is there

// Another thread brings the second half, while this one waits in the kernel.
unwrap(send(sender, Buffer.from('abc')))
new Worker(`setTimeout(() => require('node:fs').writeSync(${sender}, 'def'), 100)`, { eval: true })
console.log('with:', text(unwrap(recv(receiver, buffer, MSG_WAITALL))))

unwrap(send(sender, Buffer.from('gh')))
unwrap(shutdown(sender, SHUT_WR))
console.log('at the end:', text(unwrap(recv(receiver, buffer, MSG_WAITALL)))) // short: no more can come

close(sender)
close(receiver)
