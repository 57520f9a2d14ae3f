// Opens a listening TCP socket and hands it to the process that connects to PATH, which goes on accepting from it after this
// one has ended (SCM_RIGHTS). Usage: pass-fd.ts PATH [PORT [ADDRESS]]
import { unlinkSync } from 'node:fs'
import {
  AF_INET,
  AF_UNIX,
  accept,
  bind,
  close,
  getsockname,
  type InetAddress,
  listen,
  SCM_RIGHTS,
  SOCK_STREAM,
  SOL_SOCKET,
  sendmsg,
  socket,
  unwrap,
} from 'sys-socket'

const [path = '/tmp/pass-fd.sock', port = '0', address = '127.0.0.1'] = process.argv.slice(2)
const passed = unwrap(socket(AF_INET, SOCK_STREAM))
unwrap(bind(passed, { family: AF_INET, address, port: Number(port) }))
unwrap(listen(passed, 16))

const door = unwrap(socket(AF_UNIX, SOCK_STREAM))
unwrap(bind(door, { family: AF_UNIX, path }))
unwrap(listen(door, 1))
console.log('To be fetched at', path)
console.log('Listening on port', (unwrap(getsockname(passed)) as InetAddress).port)

const { fd } = unwrap(accept(door))
// A stream delivers control data only beside at least one byte. The receiver gets a number of its own for the same socket.
unwrap(sendmsg(fd, { iov: [Buffer.from('L')], control: [{ level: SOL_SOCKET, type: SCM_RIGHTS, data: [passed] }] }))
console.log('Handed over')

close(fd)
close(door)
close(passed) // the socket lives on in the message, then in the receiver
unlinkSync(path)
