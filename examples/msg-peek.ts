// MSG_PEEK: look at what is queued without taking it.
import { AF_UNIX, close, MSG_DONTWAIT, MSG_PEEK, recv, SOCK_STREAM, send, socketpair, unwrap } from 'sys-socket'

const [sender, receiver] = unwrap(socketpair(AF_UNIX, SOCK_STREAM))
const buffer = Buffer.alloc(16)
unwrap(send(sender, Buffer.from('hello')))

for (const flags of [MSG_PEEK, MSG_PEEK, 0]) {
  const count = unwrap(recv(receiver, buffer, flags))
  console.log(flags === MSG_PEEK ? 'peek:' : 'recv:', buffer.toString('utf8', 0, count))
}
const empty = recv(receiver, buffer, MSG_DONTWAIT)
console.log('then:', empty.code, empty.ok ? '' : `(${empty.message})`) // EAGAIN: now it is gone

close(sender)
close(receiver)
