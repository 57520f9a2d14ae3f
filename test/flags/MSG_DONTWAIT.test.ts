// Owns MSG_DONTWAIT and O_NONBLOCK: EAGAIN where a call would have to wait, partial sends, and who inherits the flag.
import { expect, test } from 'vitest'
import {
  accept,
  accept4,
  connect,
  F_GETFD,
  F_GETFL,
  FD_CLOEXEC,
  type Fd,
  FIONBIO,
  fcntl,
  getsockopt,
  ioctl,
  MSG_DONTWAIT,
  O_NONBLOCK,
  POLLIN,
  POLLOUT,
  read,
  SO_SNDBUF,
  SOCK_CLOEXEC,
  SOCK_NONBLOCK,
  SOL_SOCKET,
  send,
  setsockopt,
  unwrap,
} from '../../lib/index.js'
import {
  fill,
  nonBlocking,
  own,
  pairs,
  polled,
  received,
  receivedMessage,
  receivedMessages,
  sent,
  shown,
  tcp,
  tcpListener,
  unixPair,
} from '../fixtures.js'

const isNonBlocking = (fd: Fd) => (unwrap(fcntl(fd, F_GETFL)) & O_NONBLOCK) !== 0
const isCloseOnExec = (fd: Fd) => (unwrap(fcntl(fd, F_GETFD)) & FD_CLOEXEC) !== 0

test.each(['tcp4', 'unix stream', 'unix dgram', 'unix seqpacket', 'udp4'] as const)(
  'F-001: nothing to read is EAGAIN (%s)',
  (kind) => {
    const [, y] = pairs[kind]()
    expect(received(y, 1, MSG_DONTWAIT)).toBe('-1 EAGAIN')
    nonBlocking(y)
    expect([
      received(y, 1),
      shown(read(y, new Uint8Array(1))),
      receivedMessage(y, 1),
      receivedMessages(y, 1, 1),
    ]).toEqual(Array(4).fill('-1 EAGAIN'))
  },
)

test('F-002: an accepted socket inherits no flag, and has those that accept4() is told', () => {
  const { fd: listener, address } = tcpListener()
  nonBlocking(listener)
  const flags = (take: () => ReturnType<typeof accept>) => {
    unwrap(connect(tcp(), address))
    polled(listener, POLLIN, 1000)
    const fd = own(unwrap(take()).fd)
    return { nonBlocking: isNonBlocking(fd), closeOnExec: isCloseOnExec(fd) }
  }
  expect([
    flags(() => accept(listener)),
    flags(() => accept4(listener, 0)),
    flags(() => accept4(listener, SOCK_CLOEXEC)),
    flags(() => accept4(listener, SOCK_NONBLOCK)),
    flags(() => accept4(listener, SOCK_CLOEXEC | SOCK_NONBLOCK)),
  ]).toEqual([
    { nonBlocking: false, closeOnExec: false },
    { nonBlocking: false, closeOnExec: false },
    { nonBlocking: false, closeOnExec: true },
    { nonBlocking: true, closeOnExec: false },
    { nonBlocking: true, closeOnExec: true },
  ])
})

test('F-004: FIONBIO sets and clears O_NONBLOCK', () => {
  const [, y] = unixPair()
  expect([shown(ioctl(y, FIONBIO, 1)), received(y, 1), isNonBlocking(y)]).toEqual(['0', '-1 EAGAIN', true])
  expect([shown(ioctl(y, FIONBIO, 0)), isNonBlocking(y)]).toEqual(['0', false])
})

test.each(['tcp4', 'unix stream'] as const)(
  'F-014: a send takes what there is room for, then EAGAIN and no POLLOUT (%s)',
  (kind) => {
    const [x] = pairs[kind]()
    const size = 20 * unwrap(getsockopt(x, SOL_SOCKET, SO_SNDBUF))
    expect(unwrap(send(x, new Uint8Array(size), MSG_DONTWAIT))).within(1, size - 1)
    fill(x)
    expect([sent(x, new Uint8Array(65536), MSG_DONTWAIT), polled(x, POLLOUT)]).toEqual(['-1 EAGAIN', '0'])
  },
)

test('F-027: a larger SO_SNDBUF makes room at once', () => {
  const [x] = unixPair()
  const data = new Uint8Array(16384)
  const room = (size: number) => unwrap(setsockopt(x, SOL_SOCKET, SO_SNDBUF, size))
  sent(x, data)
  room(4096)
  expect(sent(x, data, MSG_DONTWAIT)).toBe('-1 EAGAIN')
  room(200_000)
  expect(sent(x, data, MSG_DONTWAIT)).toBe('16384')
})
