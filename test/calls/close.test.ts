// Owns close(): the end that the peer sees — orderly, a reset, or after SO_LINGER — and what both ends still get.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, test } from 'vitest'
import {
  AF_INET,
  AF_UNIX,
  accept,
  connect,
  dup,
  ECONNRESET,
  EPIPE,
  getpeername,
  getsockname,
  MSG_DONTWAIT,
  POLLIN,
  POLLOUT,
  POLLPRI,
  POLLRDHUP,
  recv,
  SHUT_RD,
  SOCK_SEQPACKET,
  shutdown,
  unwrap,
} from '../../lib/index.js'
import {
  connected,
  delivered,
  elapsed,
  fill,
  linger,
  own,
  pairs,
  pause,
  pendingError,
  polled,
  received,
  reset,
  sent,
  shown,
  shownFd,
  shut,
  tcp,
  tcpListener,
  tcpPair,
  unix,
  unixListener,
  unixPair,
} from '../fixtures.js'

const all = POLLIN | POLLPRI | POLLOUT | POLLRDHUP
/** Waits for the peer's end, or its reset. */
const ended = (fd: number) => polled(fd, POLLRDHUP, 2000)
/** Waits for a reset. */
const broken = (fd: number) => polled(fd, 0, 2000)
const someone = { family: AF_INET, address: '127.0.0.1', port: expect.any(Number) }

describe('an AF_UNIX peer', () => {
  test.each(['unix stream', 'unix seqpacket'] as const)('G-001: gone with nothing unread is no error (%s)', (kind) => {
    const [x, y] = pairs[kind]()
    shut(y)
    expect([received(x, 1), received(x, 1), sent(x, 'x'), received(x, 1), pendingError(x)]).toEqual([
      '0',
      '0',
      '-1 EPIPE',
      '0',
      0,
    ])
  })

  test('G-004: gone, refuses the first datagram and is forgotten', () => {
    const [x, y] = pairs['unix dgram']()
    sent(y, 'unread')
    shut(x)
    expect([received(y, 1, MSG_DONTWAIT), sent(y, 'x'), sent(y, 'x'), shown(getpeername(y))]).toEqual([
      '-1 EAGAIN',
      '-1 ECONNREFUSED',
      '-1 ENOTCONN',
      '-1 ENOTCONN',
    ])
  })

  test('G-005: a listener resets who was not accepted', () => {
    const orphan = (type?: typeof SOCK_SEQPACKET) => {
      const listener = unixListener(5, type)
      const c = unix(type)
      unwrap(connect(c, listener.address))
      shut(listener.fd)
      return c
    }
    const c = orphan()
    expect([polled(c, POLLIN | POLLOUT), received(c, 1), received(c, 1)]).toEqual([
      '1 IN+OUT+ERR+HUP',
      '-1 ECONNRESET',
      '0',
    ])
    const s = orphan(SOCK_SEQPACKET)
    expect([pendingError(s), pendingError(s), received(s, 1), sent(s, 'x')]).toEqual([ECONNRESET, 0, '0', '-1 EPIPE'])
  })
})

describe('a TCP peer', () => {
  test('G-006: gone, takes one send, whose answer makes the next an EPIPE', () => {
    const [c, a] = tcpPair()
    shut(c)
    expect([received(a, 1), sent(a, 'x')]).toEqual(['0', '1'])
    broken(a)
    expect([sent(a, 'x'), received(a, 1), received(a, 1), pendingError(a)]).toEqual(['-1 EPIPE', '0', '0', 0])
  })

  test('G-007: that answer is a pending EPIPE, reported once', () => {
    const [c, a] = tcpPair()
    shut(c)
    ended(a)
    sent(a, 'x')
    broken(a)
    expect([polled(a, all), pendingError(a), pendingError(a), sent(a, 'x')]).toEqual([
      '1 IN+OUT+ERR+HUP+RDHUP',
      EPIPE,
      0,
      '-1 EPIPE',
    ])
  })

  test('G-008: closing with unread data resets', () => {
    const [c, a] = tcpPair()
    delivered(c, 'unread')
    shut(a)
    broken(c)
    expect([polled(c, all), received(c, 1), received(c, 1), sent(c, 'x')]).toEqual([
      '1 IN+OUT+ERR+HUP+RDHUP',
      '-1 ECONNRESET',
      '0',
      '-1 EPIPE',
    ])
  })

  test('G-009: what had arrived can be read before the reset', () => {
    const [c, a] = tcpPair()
    delivered(c, 'unread')
    delivered(a, 'reply')
    shut(a)
    broken(c)
    expect([received(c, 9), received(c, 9), received(c, 9)]).toEqual(["5 'reply'", '-1 ECONNRESET', '0'])
  })

  test('G-027: reset before accept() is accepted nevertheless, and ECONNRESET comes later', () => {
    const listener = tcpListener()
    const c = tcp()
    unwrap(connect(c, listener.address))
    reset(c)
    pause(50)
    const { fd: a, address } = unwrap(accept(listener.fd))
    own(a)
    expect(address).toEqual(someone)
    expect([shown(getpeername(a)), pendingError(a), received(a, 1), sent(a, 'x')]).toEqual([
      '-1 ENOTCONN',
      ECONNRESET,
      '0',
      '-1 EPIPE',
    ])
  })

  test('G-028: a listener that closes or shuts down resets who was not accepted', () => {
    const pending = () => {
      const listener = tcpListener()
      const c = tcp()
      unwrap(connect(c, listener.address))
      polled(listener.fd, POLLIN, 1000)
      return [listener.fd, c] as const
    }
    const [l, c] = pending()
    shut(l)
    broken(c)
    expect([received(c, 1), received(c, 1)]).toEqual(['-1 ECONNRESET', '0'])

    const [m, d] = pending()
    unwrap(shutdown(m, SHUT_RD))
    broken(d)
    expect([polled(d, all), received(d, 1)]).toEqual(['1 IN+OUT+ERR+HUP+RDHUP', '-1 ECONNRESET'])
  })

  test('G-030: sees the end only when the last process has closed', async () => {
    const [c, a] = tcpPair()
    const child = spawn('sleep', ['0.3'], { stdio: ['ignore', 'ignore', 'ignore', c] })
    const exit = once(child, 'exit')
    shut(c)
    expect(polled(a, POLLIN | POLLRDHUP, 100)).toBe('0')
    await exit
    expect(polled(a, POLLIN | POLLRDHUP, 2000)).toBe('1 IN+RDHUP')
  })

  test('G-034: names survive an orderly end', () => {
    const [c, a] = tcpPair()
    shut(a)
    ended(c)
    expect([unwrap(getpeername(c)), unwrap(getsockname(c))]).toEqual([someone, someone])

    const [x, y] = unixPair()
    shut(y)
    expect(unwrap(getpeername(x))).toEqual({ family: AF_UNIX, path: '' })

    const [k, accepted] = connected(unixListener(), unix())
    shut(accepted)
    expect(getpeername(k).ok).toBe(true)
  })

  test('G-037: closing discards neither queued data nor a connection that another descriptor has', () => {
    const listener = tcpListener()
    const copy = own(unwrap(dup(listener.fd)))
    shut(listener.fd)
    expect([shown(connect(tcp(), listener.address)), shownFd(accept(copy))]).toEqual(['0', 'fd'])

    const [c, a] = tcpPair()
    const sentBytes = fill(c)
    expect(elapsed(() => shut(c))).within(0, 100)
    const buffer = new Uint8Array(1 << 20)
    let count = 0
    for (let read = -1; read !== 0; count += read) read = unwrap(recv(a, buffer))
    expect(count).toBe(sentBytes)

    const [x, y] = unixPair()
    sent(x, new Uint8Array(1000))
    shut(x)
    expect([unwrap(recv(y, buffer)), received(y, 1)]).toEqual([1000, '0'])
  })
})

describe('SO_LINGER', () => {
  test('G-015: {1, 0} closes at once with a reset', () => {
    const [c, a] = tcpPair()
    expect(elapsed(() => reset(c))).within(0, 100)
    broken(a)
    expect([pendingError(a), pendingError(a)]).toEqual([ECONNRESET, 0])
    expect([received(a, 1), sent(a, 'x'), shown(getpeername(a))]).toEqual(['0', '-1 EPIPE', '-1 ENOTCONN'])
  })

  test('G-016: the first call of any kind reports the reset', () => {
    const [c, a] = tcpPair()
    reset(c)
    broken(a)
    expect([sent(a, 'x'), sent(a, 'x'), received(a, 1)]).toEqual(['-1 ECONNRESET', '-1 EPIPE', '0'])
  })

  test('G-025: {1, 1} waits a second for a peer that does not read', () => {
    const [c] = tcpPair()
    fill(c)
    linger(c, 1, 1)
    expect(elapsed(() => shut(c))).within(900, 3000)
  })

  test('G-026: {1, 10} does not wait when nothing is unacknowledged', () => {
    const unconnected = tcp()
    linger(unconnected, 1, 10)
    const [c, a] = tcpPair()
    linger(c, 1, 10)
    delivered(c, 'x')
    expect(elapsed(() => shut(unconnected))).within(0, 200)
    expect(elapsed(() => shut(c))).within(0, 200)
    expect([received(a, 1), received(a, 1)]).toEqual(["1 'x'", '0'])
  })
})
