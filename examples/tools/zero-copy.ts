// Sends from its own memory (MSG_ZEROCOPY) and prints which sends the kernel is done with, so that their memory may change.
// Usage: zero-copy.ts [SENDS [BYTES]]; a send must fit the socket's buffers
import {
  AF_INET,
  accept,
  bind,
  close,
  connect,
  type ExtendedError,
  getsockname,
  listen,
  MSG_ERRQUEUE,
  MSG_WAITALL,
  MSG_ZEROCOPY,
  poll,
  recv,
  recvmsg,
  SO_EE_CODE_ZEROCOPY_COPIED,
  SO_EE_ORIGIN_ZEROCOPY,
  SO_ZEROCOPY,
  SOCK_STREAM,
  SOL_SOCKET,
  send,
  setsockopt,
  socket,
  unwrap,
} from 'sys-socket'

const [sends = 8, bytes = 16_384] = process.argv.slice(2).map(Number)
const listener = unwrap(socket(AF_INET, SOCK_STREAM))
unwrap(bind(listener, { family: AF_INET, address: '127.0.0.1', port: 0 }))
unwrap(listen(listener, 1))
const sender = unwrap(socket(AF_INET, SOCK_STREAM))
unwrap(connect(sender, unwrap(getsockname(listener))))
const { fd: receiver } = unwrap(accept(listener))
unwrap(setsockopt(sender, SOL_SOCKET, SO_ZEROCOPY, true)) // without it, MSG_ZEROCOPY is ignored

const held = new Map<number, Buffer>() // by the number of the send: the kernel may still read from these
function reap(): void {
  while (held.size > 0) {
    unwrap(poll([{ fd: sender, events: 0, revents: 0 }], -1)) // POLLERR comes unasked
    const { control } = unwrap(recvmsg(sender, { iov: [], controlLength: 128 }, MSG_ERRQUEUE))
    for (const { origin, info, data, code } of control.map((message) => message.data as ExtendedError)) {
      if (origin !== SO_EE_ORIGIN_ZEROCOPY) continue
      const how = code === SO_EE_CODE_ZEROCOPY_COPIED ? ' (copied all the same)' : ''
      console.log(info === data ? `Send ${info} is done${how}` : `Sends ${info} to ${data} are done${how}`)
      for (let number = info; number <= data; number++) held.delete(number)
    }
  }
}

const buffer = Buffer.alloc(bytes)
for (let i = 0; i < sends; i++) {
  const payload = Buffer.alloc(bytes, i + 1)
  held.set(i, payload)
  unwrap(send(sender, payload, MSG_ZEROCOPY))
  unwrap(recv(receiver, buffer, MSG_WAITALL))
  if (!buffer.equals(payload)) throw new Error(`send ${i} did not arrive as it was`)
  if (i === 0) reap() // the others are told together, as far as nobody has asked yet
}
reap()
for (const fd of [sender, receiver, listener]) close(fd)
