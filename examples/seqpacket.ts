// SOCK_SEQPACKET: connected and reliable like a stream, and yet each send() stays one message.
import { AF_UNIX, close, MSG_PEEK, MSG_TRUNC, recv, SOCK_SEQPACKET, send, socketpair, unwrap } from 'sys-socket'

const [sender, receiver] = unwrap(socketpair(AF_UNIX, SOCK_SEQPACKET))
const buffer = Buffer.alloc(64)
for (const message of ['one', 'two', 'a longer one']) unwrap(send(sender, Buffer.from(message)))

for (let i = 0; i < 2; i++) console.log(buffer.toString('utf8', 0, unwrap(recv(receiver, buffer))))

const length = unwrap(recv(receiver, buffer.subarray(0, 0), MSG_PEEK | MSG_TRUNC)) // ask how long the next one is
console.log('next:', length, 'bytes')
const small = buffer.subarray(0, 4)
console.log('kept:', small.toString('utf8', 0, unwrap(recv(receiver, small))), '- the rest of the message is gone')

close(sender)
console.log('end:', unwrap(recv(receiver, buffer)))
close(receiver)
