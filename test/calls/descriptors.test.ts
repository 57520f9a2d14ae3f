// Owns what every socket call says to a descriptor that is none, or is no socket.
import { execFileSync } from 'node:child_process'
import { openSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  accept,
  accept4,
  bind,
  connect,
  F_DUPFD,
  type Fd,
  fcntl,
  getpeername,
  getsockname,
  getsockopt,
  listen,
  O_NONBLOCK,
  O_PATH,
  O_RDONLY,
  type Result,
  recv,
  recvfrom,
  recvmmsg,
  recvmsg,
  SHUT_RDWR,
  SO_OOBINLINE,
  SOCK_CLOEXEC,
  SOL_SOCKET,
  send,
  sendmmsg,
  sendmsg,
  sendto,
  setsockopt,
  shutdown,
  unwrap,
} from '../../lib/index.js'
import { bytes, loopback, own, shown, shut, tcp, temporaryDirectory } from '../fixtures.js'

function closed(): Fd {
  const high = unwrap(fcntl(tcp(), F_DUPFD, 900)) // where no other thread opens anything meanwhile
  shut(high)
  return high
}

function pipe(): Fd {
  const path = join(temporaryDirectory(), 'pipe')
  execFileSync('mkfifo', [path])
  return own(openSync(path, O_RDONLY | O_NONBLOCK))
}

const port1 = { ...loopback, port: 1 }
const buffer = new Uint8Array(1)

test.each<[id: string, call: string, (fd: Fd) => Result<unknown>]>([
  ['A-001', 'accept()', accept],
  ['A-002', 'accept4()', (fd) => accept4(fd, SOCK_CLOEXEC)],
  ['A-003', 'bind()', (fd) => bind(fd, loopback)],
  ['A-004', 'connect()', (fd) => connect(fd, port1)],
  ['A-005', 'getpeername()', getpeername],
  ['A-006', 'getsockname()', getsockname],
  ['A-007', 'getsockopt()', (fd) => getsockopt(fd, SOL_SOCKET, SO_OOBINLINE, 4)],
  ['A-008', 'setsockopt()', (fd) => setsockopt(fd, SOL_SOCKET, SO_OOBINLINE, 1)],
  ['A-009', 'listen()', (fd) => listen(fd, 0)],
  ['A-010', 'recv()', (fd) => recv(fd, buffer)],
  ['A-011', 'recvfrom()', (fd) => recvfrom(fd, buffer)],
  ['A-012', 'recvmsg()', (fd) => recvmsg(fd, { iov: [buffer] })],
  ['A-013', 'recvmmsg()', (fd) => recvmmsg(fd, [{ iov: [buffer] }])],
  ['A-014', 'send()', (fd) => send(fd, bytes('x'))],
  ['A-015', 'sendto()', (fd) => sendto(fd, bytes('x'), 0, port1)],
  ['A-016', 'sendmsg()', (fd) => sendmsg(fd, { iov: [bytes('x')] })],
  ['A-017', 'sendmmsg()', (fd) => sendmmsg(fd, [{ iov: [bytes('x')] }])],
  ['A-018', 'shutdown()', (fd) => shutdown(fd, SHUT_RDWR)],
])('%s: %s fails with EBADF where nothing is open, and with ENOTSOCK on what is no socket', (_id, _name, call) => {
  const results = {
    '-1': shown(call(-1)),
    closed: shown(call(closed())),
    '/dev/null': shown(call(own(openSync('/dev/null', 'r')))),
    pipe: shown(call(pipe())),
    O_PATH: shown(call(own(openSync('/', O_PATH)))), // open, yet only a place
  }
  expect(results).toEqual({
    '-1': '-1 EBADF',
    closed: '-1 EBADF',
    '/dev/null': '-1 ENOTSOCK',
    pipe: '-1 ENOTSOCK',
    O_PATH: '-1 EBADF',
  })
})
