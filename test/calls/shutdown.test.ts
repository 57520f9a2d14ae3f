// Owns shutdown(): half a connection ended, for every descriptor of it, and what each end still gets.
import { describe, expect, test } from 'vitest'
import {
  accept,
  connect,
  dup,
  getpeername,
  getsockname,
  MSG_DONTWAIT,
  POLLIN,
  POLLOUT,
  POLLPRI,
  POLLRDHUP,
  SHUT_RD,
  SHUT_RDWR,
  SHUT_WR,
  SOCK_DGRAM,
  SOCK_STREAM,
  sendto,
  shutdown,
  unwrap,
} from '../../lib/index.js'
import {
  bound,
  bytes,
  delivered,
  fill,
  nonBlocking,
  own,
  pairs,
  polled,
  received,
  secondThread,
  sent,
  shown,
  shownFd,
  shut,
  tcp,
  tcp6,
  tcpListener,
  tcpPair,
  timed,
  udp,
  udpPair,
  unix,
  unixListener,
  unixPair,
} from '../fixtures.js'

const all = POLLIN | POLLPRI | POLLOUT | POLLRDHUP
/** Waits until both directions have ended. */
const over = (fd: number) => polled(fd, 0, 2000)

describe('arguments', () => {
  test('A-086: anything but the three ways to shut down is EINVAL', () => {
    const [c] = tcpPair()
    const [x] = unixPair()
    const lines = [shutdown(c, 3), shutdown(c, -1), shutdown(c, 100), shutdown(x, 3), shutdown(x, -1)].map((r) =>
      shown(r),
    )
    expect(lines).toEqual(Array(5).fill('-1 EINVAL'))
  })

  test('A-087: internet sockets must be connected, AF_UNIX sockets need not be', () => {
    const atPort = udp()
    bound(atPort)
    expect([
      shown(shutdown(tcp(), SHUT_WR)),
      shown(shutdown(atPort, SHUT_RDWR)),
      shown(shutdown(tcp6(), SHUT_RD)),
      shown(shutdown(unix(SOCK_STREAM), SHUT_RDWR)),
      shown(shutdown(unix(SOCK_DGRAM), SHUT_RDWR)),
      shown(shutdown(tcp(), 7)),
    ]).toEqual(['-1 ENOTCONN', '-1 ENOTCONN', '-1 ENOTCONN', '0', '0', '-1 EINVAL'])
  })
})

describe('AF_UNIX', () => {
  const kinds = [
    ['unix stream', '0'],
    ['unix seqpacket', '0'],
    ['unix dgram', '-1 EAGAIN'], // no connection, so no end of it
  ] as const

  test.each(kinds)('G-012: after SHUT_RD what is queued can be read, and the peer cannot send (%s)', (kind, end) => {
    const [x, y] = pairs[kind]()
    sent(x, 'abc')
    unwrap(shutdown(y, SHUT_RD))
    expect([received(y, 3, MSG_DONTWAIT), received(y, 3, MSG_DONTWAIT)]).toEqual(["3 'abc'", end])
    expect([sent(x, 'z'), sent(y, 'z'), received(x, 1)]).toEqual(['-1 EPIPE', '1', "1 'z'"])
  })

  test.each(kinds)('G-013: after SHUT_WR the peer reads what was sent, and can still send (%s)', (kind, end) => {
    const [x, y] = pairs[kind]()
    sent(x, 'abc')
    unwrap(shutdown(x, SHUT_WR))
    expect([sent(x, 'z'), received(y, 3, MSG_DONTWAIT), received(y, 3, MSG_DONTWAIT)]).toEqual([
      '-1 EPIPE',
      "3 'abc'",
      end,
    ])
    expect([sent(y, 'z'), received(x, 1)]).toEqual(['1', "1 'z'"])
  })

  test('G-014: after SHUT_RDWR on both ends what is queued can still be read', () => {
    const [x, y] = unixPair()
    sent(x, 'abc')
    unwrap(shutdown(x, SHUT_RDWR))
    unwrap(shutdown(y, SHUT_RDWR))
    expect([received(y, 5), received(y, 5)]).toEqual(["3 'abc'", '0'])
  })
})

describe('TCP', () => {
  test('G-010: SHUT_WR with unread data is an orderly end, no reset', () => {
    const [c, a] = tcpPair()
    delivered(c, 'unread')
    unwrap(shutdown(a, SHUT_WR))
    expect([received(c, 10), received(a, 10), sent(c, 'more'), received(a, 10)]).toEqual([
      '0',
      "6 'unread'",
      '4',
      "4 'more'",
    ])
  })

  test('G-017: SHUT_WR may be repeated until the peer has ended too', () => {
    const [c, a] = tcpPair()
    unwrap(shutdown(a, SHUT_WR))
    expect(shown(shutdown(a, SHUT_WR))).toBe('0')
    polled(c, POLLIN, 1000) // first the end of `a`, so that it is `a` that gets into TIME_WAIT
    unwrap(shutdown(c, SHUT_RDWR))
    over(a)
    expect([shown(shutdown(a, SHUT_WR)), shown(shutdown(a, SHUT_RD)), shown(getpeername(a))]).toEqual([
      '-1 ENOTCONN',
      '-1 ENOTCONN',
      '-1 ENOTCONN',
    ])
  })

  test('G-029: a connection still being made is given up, whichever way', () => {
    const { fd: listener, address } = tcpListener(0)
    const attempt = () => {
      const c = nonBlocking(tcp())
      expect(shown(connect(c, address))).toBe('-1 EINPROGRESS')
      return c
    }
    expect(polled(attempt(), POLLOUT, 1000)).toBe('1 OUT') // this one fills the backlog
    attempt()
    for (const how of [SHUT_RD, SHUT_WR, SHUT_RDWR]) {
      const c = attempt()
      expect([polled(c, POLLOUT), shown(shutdown(c, how)), polled(c, all), received(c, 1)]).toEqual([
        '0',
        '0',
        '1 OUT+ERR+HUP',
        '-1 ECONNRESET',
      ])
    }
    shut(listener)
  })

  test('G-031: it acts on the connection, not on the descriptor', () => {
    const [c, a] = tcpPair()
    unwrap(shutdown(own(unwrap(dup(c))), SHUT_WR))
    expect([sent(c, 'x'), received(a, 1)]).toEqual(['-1 EPIPE', '0'])
  })

  test('G-032: the other direction stays open after SHUT_WR', () => {
    const [c, a] = tcpPair()
    unwrap(shutdown(c, SHUT_WR))
    expect([received(a, 1), sent(a, 'hello'), received(c, 5)]).toEqual(['0', '5', "5 'hello'"])
    shut(a)
    expect(received(c, 5)).toBe('0')
  })

  test('G-033: after SHUT_RDWR reads end, sends fail, and poll says POLLHUP', () => {
    const [c, a] = tcpPair()
    unwrap(shutdown(c, SHUT_RDWR))
    expect([received(c, 1), sent(c, 'x'), polled(c, all)]).toEqual(['0', '-1 EPIPE', '1 IN+OUT+HUP+RDHUP'])
    expect(polled(a, POLLRDHUP, 1000)).toBe('1 RDHUP')
    unwrap(shutdown(a, SHUT_RDWR))
    expect([polled(c, all), polled(a, all)]).toEqual(['1 IN+OUT+HUP+RDHUP', '1 IN+OUT+HUP+RDHUP'])
  })
})

describe('UDP', () => {
  test('G-021: after SHUT_RD a blocking read of nothing ends, and datagrams still arrive', () => {
    const [x, y] = udpPair()
    sent(x, 'abc')
    polled(y, POLLIN, 1000)
    unwrap(shutdown(y, SHUT_RD))
    expect([received(y, 5), received(y, 5), received(y, 5, MSG_DONTWAIT)]).toEqual(["3 'abc'", '0', '-1 EAGAIN'])
    expect(sent(x, 'zz')).toBe('2')
    polled(y, POLLIN, 1000)
    expect([received(y, 5), received(y, 5)]).toEqual(["2 'zz'", '0'])
  })

  test('G-023: after SHUT_WR nothing can be sent, to any address', () => {
    const [x, y] = udpPair()
    const to = unwrap(getsockname(y))
    expect([shown(shutdown(x, SHUT_WR)), sent(x, 'x'), shown(sendto(x, bytes('x'), 0, to))]).toEqual([
      '0',
      '-1 EPIPE',
      '-1 EPIPE',
    ])
    expect(received(y, 1, MSG_DONTWAIT)).toBe('-1 EAGAIN')
  })
})

describe('a call that blocks in another thread', () => {
  test('G-019: SHUT_WR leaves a listener listening, SHUT_RD ends accept() and refuses connections', async () => {
    const listener = tcpListener()
    expect([
      shown(shutdown(listener.fd, SHUT_WR)),
      shown(connect(tcp(), listener.address)),
      shownFd(accept(listener.fd)),
    ]).toEqual(['0', '0', 'fd'])

    const { fd, address } = unixListener()
    const start = await secondThread([100, 'shutdown', fd, SHUT_RD])
    start()
    expect([shownFd(accept(fd)), shown(connect(unix(), address))]).toEqual(['-1 EINVAL', '-1 ECONNREFUSED'])
  })

  test.each(['tcp4', 'unix stream', 'unix seqpacket', 'udp4', 'unix dgram'] as const)(
    'G-020: SHUT_RD ends recv() with 0 (%s)',
    async (kind) => {
      const [, y] = pairs[kind]()
      const start = await secondThread([100, 'shutdown', y, SHUT_RD])
      start()
      expect(timed(50, 2000, () => received(y, 1))).toEqual(['0', '50..2000ms'])
    },
  )

  test('G-035: SHUT_WR ends send() with EPIPE, and the close of an AF_UNIX peer with ECONNRESET', async () => {
    const [c] = tcpPair()
    fill(c)
    const end = await secondThread([100, 'shutdown', c, SHUT_WR])
    end()
    expect(timed(50, 2000, () => sent(c, 'x'))).toEqual(['-1 EPIPE', '50..2000ms'])

    const [x, y] = unixPair()
    fill(x)
    const leave = await secondThread([100, 'close', y])
    leave()
    expect(timed(50, 2000, () => sent(x, 'x'))).toEqual(['-1 ECONNRESET', '50..2000ms'])
  })
})
