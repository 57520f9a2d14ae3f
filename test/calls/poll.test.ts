// poll(): which descriptors are ready.
import { openSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import {
  AF_INET,
  AF_NETLINK,
  accept,
  connect,
  IPPROTO_ICMP,
  MSG_DONTWAIT,
  POLLHUP,
  POLLIN,
  POLLNVAL,
  POLLOUT,
  POLLPRI,
  POLLRDBAND,
  POLLRDHUP,
  POLLRDNORM,
  POLLWRBAND,
  POLLWRNORM,
  type PollFd,
  poll,
  recv,
  SHUT_RD,
  SHUT_RDWR,
  SHUT_WR,
  SOCK_DGRAM,
  SOCK_RAW,
  SOCK_SEQPACKET,
  shutdown,
  socket,
  unwrap,
} from '../../lib/index.js'
import * as raw from '../../lib/raw.js'
import {
  connected,
  delivered,
  elapsed,
  fill,
  fullListener,
  mayRun,
  nonBlocking,
  own,
  ownProcess,
  pairs,
  pendingError,
  polled,
  received,
  refusing,
  reset,
  secondThread,
  sent,
  shown,
  shut,
  tcp,
  tcpListener,
  udp,
  unix,
  unixListener,
  unixPair,
} from '../fixtures.js'

const entry = (fd: number, events: number): PollFd => ({ fd, events, revents: -1 })

test('revents are written in place, as in C', () => {
  const [x, y] = unixPair()
  sent(x, 'a')
  const fds = [entry(x, POLLIN | POLLOUT), entry(y, POLLIN), entry(x, POLLIN)]
  expect(unwrap(poll(fds, 0))).toBe(2)
  expect(fds.map(({ revents }) => revents)).toEqual([POLLOUT, POLLIN, 0])
})

test('a descriptor that is not open is POLLNVAL, a negative one is ignored', () => {
  const fds = [entry(1 << 20, POLLIN), entry(-1, POLLIN)]
  expect(unwrap(poll(fds, 0))).toBe(1)
  expect(fds.map(({ revents }) => revents)).toEqual([POLLNVAL, 0])
})

test('the end of the peer is POLLHUP, asked for or not', () => {
  const [x, y] = unixPair()
  shut(x)
  expect(polled(y, 0)).toBe('1 HUP')
  const fds = [entry(y, 0)]
  unwrap(poll(fds, -1))
  expect(fds[0]?.revents).toBe(POLLHUP)
})

test('the timeout is in milliseconds, and no descriptor is needed to wait', () => {
  const [x] = unixPair()
  expect(elapsed(() => expect(polled(x, POLLIN, 60)).toBe('0'))).toBeGreaterThanOrEqual(59)
  expect(elapsed(() => expect(shown(poll([], 30))).toBe('0'))).toBeGreaterThanOrEqual(29)
})

test('more entries than there may be descriptors are EINVAL', () => {
  expect(
    shown(
      poll(
        Array.from({ length: 2_000_000 }, () => entry(-1, 0)),
        0,
      ),
    ),
  ).toBe('-1 EINVAL')
})

describe('an Int32Array of triples', () => {
  test('does the same without objects', () => {
    const [x, y] = unixPair()
    sent(x, 'a')
    const fds = Int32Array.of(x, POLLIN | POLLOUT, -1, y, POLLIN, -1)
    expect(raw.poll(fds, 0)).toBe(2)
    expect([...fds]).toEqual([x, POLLIN | POLLOUT, POLLOUT, y, POLLIN, POLLIN])
  })

  test('must be whole triples, with events that fit a short', () => {
    expect(() => raw.poll(new Int32Array(4), 0)).toThrow(
      /"fds" argument of poll\(\) must be an Int32Array of \(fd, events/,
    )
    expect(() => raw.poll(Int32Array.of(0, 40000, 0), 0)).toThrow(
      /"fds\[1\]" argument of poll\(\) must be an integer from/,
    )
  })
})

describe('hostile entries', () => {
  test('a getter that throws passes its exception on', () => {
    const fds = [
      {
        get fd(): number {
          throw new Error('mine')
        },
        events: 0,
        revents: 0,
      },
    ]
    expect(() => poll(fds, 0)).toThrow('mine')
  })

  test('a list that changes while it is read is read safely', () => {
    const fds: PollFd[] = []
    const shrinking = {
      get fd(): number {
        fds.length = 1
        return -1
      },
      events: 0,
      revents: 0,
    }
    fds.push(shrinking, entry(-1, 0), entry(-1, 0))
    expect(() => poll(fds, 0)).toThrow(/"fds\[1\]" argument of poll\(\)/)
  })

  test('a frozen entry is refused, for the answer has nowhere to go', () => {
    expect(() => poll([Object.freeze(entry(-1, 0))], 0)).toThrow(
      /"fds\[0\].revents" argument of poll\(\) must be writable/,
    )
  })

  test('a sparse list names the hole', () => {
    const fds: PollFd[] = []
    fds[2] = entry(-1, 0)
    expect(() => poll(fds, 0)).toThrow(/"fds\[0\]" argument of poll\(\) must be an object/)
  })
})

const usual = POLLIN | POLLPRI | POLLOUT | POLLRDHUP
const every = POLLIN | POLLOUT | POLLRDNORM | POLLWRNORM | POLLRDBAND | POLLWRBAND | POLLPRI

describe('sockets', () => {
  test('M-001: a stream that never was connected is writable and hung up, a listener is neither', () => {
    const fresh = [
      tcp(),
      tcpListener().fd,
      udp(),
      unix(),
      unix(SOCK_SEQPACKET),
      unix(SOCK_DGRAM),
      unixListener().fd,
      own(unwrap(socket(AF_NETLINK, SOCK_RAW))),
    ]
    const states = ['1 OUT+HUP', '0', '1 OUT', '1 OUT+HUP', '1 OUT+HUP', '1 OUT', '0', '1 OUT']
    expect(fresh.map((fd) => polled(fd, usual))).toEqual(states)
  })

  test.skipIf(!mayRun('unshare', '--net', 'true'))('M-001: a raw socket is writable', () => {
    expect(polled(own(unwrap(socket(AF_INET, SOCK_RAW, IPPROTO_ICMP))), usual)).toBe('1 OUT')
  })

  test('M-002: a connection that waits can be read from the listener, until it is accepted', () => {
    const listener = tcpListener()
    const client = tcp()
    unwrap(connect(client, listener.address))
    expect(polled(listener.fd, POLLIN | POLLOUT | POLLRDNORM, 1000)).toBe('1 IN+RDNORM')
    own(unwrap(accept(listener.fd)).fd)
    expect(polled(listener.fd, POLLIN)).toBe('0')
    const local = unixListener()
    unwrap(connect(unix(), local.address))
    expect(polled(local.fd, POLLIN | POLLOUT)).toBe('1 IN')
    own(unwrap(accept(local.fd)).fd)
    expect(polled(local.fd, POLLIN)).toBe('0')
    expect(polled(client, usual)).toBe('1 OUT')
  })

  test.each(['tcp4', 'unix stream', 'unix seqpacket', 'unix dgram', 'udp4'] as const)(
    'M-003: %s: a byte that waits is POLLIN and POLLRDNORM, and nothing urgent',
    (kind) => {
      const [x, y] = pairs[kind]()
      expect(polled(y, usual)).toBe('1 OUT')
      delivered(x, 'a')
      polled(y, POLLIN, 1000)
      expect(polled(y, every)).toBe(`1 IN+OUT+RDNORM+WRNORM${kind === 'tcp4' ? '' : '+WRBAND'}`)
    },
  )

  const whenOver = {
    tcp4: '1 IN+OUT+RDHUP',
    'unix stream': '1 IN+OUT+HUP+RDHUP',
    'unix seqpacket': '1 IN+OUT+HUP+RDHUP',
  }
  test.each(Object.entries(whenOver))('M-004: %s: one direction ended is RDHUP, both are HUP', (kind, over) => {
    const pair = pairs[kind as keyof typeof whenOver]
    const [gone, left] = pair()
    shut(gone)
    polled(left, POLLRDHUP, 1000)
    expect(polled(left, usual)).toBe(over)

    const [x, y] = pair()
    unwrap(shutdown(x, SHUT_WR))
    polled(y, POLLRDHUP, 1000)
    const states = [polled(y, usual), polled(x, usual)]
    unwrap(shutdown(y, SHUT_RD))
    states.push(polled(y, usual), polled(x, usual))
    unwrap(shutdown(x, SHUT_RDWR))
    states.push(polled(x, usual), polled(y, usual))
    expect(states).toEqual(['1 IN+OUT+RDHUP', '1 OUT', '1 IN+OUT+RDHUP', '1 OUT', '1 IN+OUT+HUP+RDHUP', over])
  })

  test.each(['unix stream', 'unix seqpacket'] as const)(
    'M-006: %s: a hang-up wakes who asked for nothing',
    async (kind) => {
      const [x] = pairs[kind]()
      const own = await secondThread([100, 'shutdown', x, SHUT_RDWR])
      own()
      expect(polled(x, 0, 5000)).toBe('1 HUP')
      const [left, right] = pairs[kind]()
      const peer = await secondThread([100, 'shutdown', right, SHUT_WR])
      peer()
      expect(polled(left, POLLRDHUP, 5000)).toBe('1 RDHUP')
    },
  )

  test('M-006: datagrams have no end that the peer could announce', async () => {
    const [x, y] = unixPair(SOCK_DGRAM)
    const start = await secondThread([50, 'shutdown', y, SHUT_WR])
    start()
    expect(polled(x, POLLRDHUP, 300)).toBe('0')
  })

  test('M-007: a reset is POLLERR until SO_ERROR is read, and POLLHUP for good', () => {
    const [x, a] = pairs.tcp4()
    reset(x)
    polled(a, POLLRDHUP, 1000)
    const states = [polled(a, usual)]
    pendingError(a)
    expect([...states, polled(a, usual), polled(a, 0)]).toEqual([
      '1 IN+OUT+ERR+HUP+RDHUP',
      '1 IN+OUT+HUP+RDHUP',
      '1 HUP',
    ])
  })

  test('M-007: a refused connection is POLLERR until SO_ERROR is read, and POLLHUP for good', () => {
    const s = nonBlocking(tcp())
    connect(s, refusing())
    polled(s, 0, 1000)
    const states = [polled(s, usual), polled(s, POLLOUT), polled(s, 0)]
    pendingError(s)
    expect([...states, polled(s, usual)]).toEqual([
      '1 IN+OUT+ERR+HUP+RDHUP',
      '1 OUT+ERR+HUP',
      '1 ERR+HUP',
      '1 IN+OUT+HUP+RDHUP',
    ])
  })

  test('M-008: a connection on its way is nothing yet, one that is through is writable', () => {
    const c = nonBlocking(tcp())
    expect(shown(connect(c, fullListener().address))).toBe('-1 EINPROGRESS')
    expect(polled(c, usual)).toBe('0')
    const d = nonBlocking(tcp())
    connect(d, tcpListener().address)
    polled(d, POLLOUT, 1000)
    expect([polled(d, usual), pendingError(d), polled(d, POLLWRNORM | POLLOUT)]).toEqual(['1 OUT', 0, '1 OUT+WRNORM'])
  })

  test('M-009: a negative descriptor is ignored, one that is not open is POLLNVAL, a file is always ready', () => {
    // Left out: poll(NULL, 1), which cannot be said.
    const fds = [entry(-1, POLLOUT), entry(unixPair()[0], POLLOUT), entry(9999, POLLOUT)]
    expect(shown(poll(fds, 0))).toBe('2')
    expect(fds.map(({ revents }) => revents)).toEqual([0, POLLOUT, POLLNVAL])
    expect(shown(poll([], 0))).toBe('0')
    const ready = [openSync('/dev/null', 'r+'), openSync(fileURLToPath(import.meta.url), 'r')].map(own)
    expect(ready.map((fd) => polled(fd, POLLIN | POLLOUT))).toEqual(['1 IN+OUT', '1 IN+OUT'])
  })

  test('M-011: a datagram socket is writable when there is room, even where sending has ended', () => {
    const [x, y] = unixPair(SOCK_DGRAM)
    while (sent(x, 'x'.repeat(40_000), MSG_DONTWAIT) === '40000'); // few enough for the queue of the peer
    const states = [polled(x, POLLOUT)]
    unwrap(shutdown(x, SHUT_WR))
    states.push(polled(x, POLLOUT))
    while (recv(y, new Uint8Array(1024), MSG_DONTWAIT).ok);
    expect([...states, polled(x, POLLOUT)]).toEqual(['0', '0', '1 OUT'])
  })

  test('M-018: RLIMIT_NOFILE is the most entries there may be', () => {
    expect(ownProcess('M-018')).toEqual(['1000', '-1 EINVAL', '0', '140..500ms'])
  })

  test('M-021: HUP comes while there is still something to read', () => {
    const [x, y] = unixPair()
    sent(x, 'abc')
    shut(x)
    expect([polled(y, usual), received(y, 8), polled(y, usual), received(y, 8)]).toEqual([
      '1 IN+OUT+HUP+RDHUP',
      "3 'abc'",
      '1 IN+OUT+HUP+RDHUP',
      '0',
    ])
    const [c, a] = connected(tcpListener(), tcp())
    delivered(c, 'abc')
    shut(c)
    polled(a, POLLRDHUP, 1000)
    expect([polled(a, usual), received(a, 8), polled(a, usual), polled(a, POLLIN), polled(a, POLLOUT)]).toEqual([
      '1 IN+OUT+RDHUP',
      "3 'abc'",
      '1 IN+OUT+RDHUP',
      '1 IN',
      '1 OUT',
    ])
  })
})

test('a full stream is not writable until the peer has read', () => {
  const [x, y] = unixPair()
  const total = fill(x)
  expect(polled(x, POLLOUT)).toBe('0')
  unwrap(recv(y, new Uint8Array(total)))
  expect(polled(x, POLLOUT)).toBe('1 OUT')
})
