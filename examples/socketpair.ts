// Two connected sockets in one process: what one end sends, the other receives, both ways.
import { AF_UNIX, close, recv, SOCK_STREAM, send, socketpair, unwrap } from 'sys-socket'

const [left, right] = unwrap(socketpair(AF_UNIX, SOCK_STREAM))
const buffer = Buffer.alloc(64)

unwrap(send(left, Buffer.from('ping')))
console.log('right got', buffer.toString('utf8', 0, unwrap(recv(right, buffer))))
unwrap(send(right, Buffer.from('pong')))
console.log('left got', buffer.toString('utf8', 0, unwrap(recv(left, buffer))))

close(left)
console.log('after close, right gets', unwrap(recv(right, buffer))) // 0: the end of the stream
close(right)
