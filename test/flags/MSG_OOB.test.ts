// Owns MSG_OOB: the one urgent byte of a stream, read apart, and what becomes of it when nobody does.
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import {
  F_SETOWN,
  fcntl,
  MSG_OOB,
  MSG_PEEK,
  POLLIN,
  POLLOUT,
  POLLPRI,
  POLLRDBAND,
  POLLRDHUP,
  poll,
  SHUT_WR,
  select,
  shutdown,
  unwrap,
  write,
} from '../../lib/index.js'
import {
  bytes,
  delivered,
  mark,
  nonBlocking,
  pairs,
  pipe,
  polled,
  received,
  receivedMessage,
  rights,
  secondThread,
  sent,
  sentMessage,
  shown,
  shut,
  timed,
} from '../fixtures.js'

describe.each(['tcp4', 'unix stream'] as const)('%s', (kind) => {
  const pair = () => {
    const [x, y] = pairs[kind]()
    return [x, nonBlocking(y)] as const
  }

  test('E-001: a normal byte is not urgent', () => {
    const [x, y] = pair()
    delivered(x, 'x')
    expect([received(y, 1, MSG_OOB), mark(y), polled(y, POLLPRI)]).toEqual(['-1 EINVAL', 'mark=0', '0'])
  })

  test('E-002: the urgent byte shows in POLLPRI until it is read, and is read once', () => {
    const [x, y] = pair()
    delivered(x, 'x', MSG_OOB)
    expect([polled(y, POLLPRI), mark(y), received(y, 1, MSG_OOB)]).toEqual(['1 PRI', 'mark=1', "1 'x'"])
    expect([polled(y, POLLPRI), mark(y), received(y, 1, MSG_OOB)]).toEqual(['0', 'mark=1', '-1 EINVAL'])
  })

  test('E-003: MSG_PEEK leaves the urgent byte where it is', () => {
    const [x, y] = pair()
    delivered(x, 'x', MSG_OOB)
    expect([
      received(y, 1, MSG_OOB | MSG_PEEK),
      polled(y, POLLPRI),
      received(y, 1, MSG_OOB | MSG_PEEK),
      received(y, 1, MSG_OOB),
    ]).toEqual(["1 'x'", '1 PRI', "1 'x'", "1 'x'"])
  })

  test('E-004: a normal read drops the urgent byte', () => {
    const [x, y] = pair()
    delivered(x, 'x', MSG_OOB)
    expect([received(y, 1), polled(y, POLLPRI), mark(y), received(y, 1, MSG_OOB)]).toEqual([
      '-1 EAGAIN',
      '0',
      'mark=0',
      '-1 EINVAL',
    ])
  })

  test('E-005: only the last byte of a send is urgent', () => {
    const [x, y] = pair()
    delivered(x, 'hello', MSG_OOB)
    expect([received(y, 1, MSG_OOB), mark(y), received(y, 4), mark(y)]).toEqual([
      "1 'o'",
      'mark=0',
      "4 'hell'",
      'mark=1',
    ])
  })

  test('E-006: a normal read stops before the urgent byte, which stays urgent', () => {
    const [x, y] = pair()
    delivered(x, 'hello', MSG_OOB)
    expect([received(y, 5), polled(y, POLLPRI), mark(y)]).toEqual(["4 'hell'", '1 PRI', 'mark=1'])
    expect([received(y, 1, MSG_OOB), mark(y)]).toEqual(["1 'o'", 'mark=1'])
    expect([received(y, 1), mark(y)]).toEqual(['-1 EAGAIN', 'mark=0'])
  })

  test('E-008: reading past the mark drops the urgent byte', () => {
    const [x, y] = pair()
    delivered(x, 'hello', MSG_OOB)
    delivered(x, 'world')
    expect([received(y, 10), mark(y), received(y, 10)]).toEqual(["4 'hell'", 'mark=1', "5 'world'"])
    expect([polled(y, POLLPRI), received(y, 1, MSG_OOB)]).toEqual(['0', '-1 EINVAL'])
  })

  test('E-009: a newer urgent byte turns the older one into a normal one', () => {
    const [x, y] = pair()
    delivered(x, 'hello', MSG_OOB)
    delivered(x, 'wor', MSG_OOB)
    delivered(x, 'ld')
    expect([received(y, 10), mark(y), received(y, 1, MSG_OOB), received(y, 2)]).toEqual([
      "7 'hellowo'",
      'mark=1',
      "1 'r'",
      "2 'ld'",
    ])
  })

  test('E-011: an older urgent byte that is next to be read is lost on TCP, normal on AF_UNIX', () => {
    const [x, y] = pair()
    delivered(x, 'x', MSG_OOB)
    delivered(x, 'y', MSG_OOB)
    expect([received(y, 1, MSG_OOB), received(y, 1), mark(y)]).toEqual(
      kind === 'tcp4' ? ["1 'y'", '-1 EAGAIN', 'mark=0'] : ["1 'y'", "1 'x'", 'mark=1'],
    )
  })

  test('E-018: MSG_OOB comes back in msg_flags', () => {
    const [x, y] = pair()
    delivered(x, 'a', MSG_OOB)
    expect(receivedMessage(y, 4, MSG_OOB)).toBe("1 'a' fl=OOB")
  })

  test('E-019: no byte at all is nothing on TCP and refused on AF_UNIX', () => {
    const [x, y] = pair()
    expect([delivered(x, '', MSG_OOB), polled(y, POLLPRI)]).toEqual([kind === 'tcp4' ? '0' : '-1 EOPNOTSUPP', '0'])
  })

  test('E-020: SIGURG tells the owner of an urgent byte, and of no other', async () => {
    const [x, y] = pair()
    const arrived = vi.fn()
    process.on('SIGURG', arrived)
    onTestFinished(() => void process.off('SIGURG', arrived))
    unwrap(fcntl(y, F_SETOWN, process.pid))
    const quiet = () => new Promise((resolve) => setTimeout(resolve, 100))

    delivered(x, 'a')
    await quiet()
    expect(arrived).toHaveBeenCalledTimes(0)

    delivered(x, 'b', MSG_OOB)
    await vi.waitFor(() => expect(arrived).toHaveBeenCalled(), 2000)
    await quiet()
    expect(arrived).toHaveBeenCalledTimes(1)
  })

  test('E-022: urgent data is POLLPRI next to POLLIN, never POLLRDBAND, and exceptional to select()', () => {
    const [x, y] = pair()
    delivered(x, 'abc')
    delivered(x, 'X', MSG_OOB)
    delivered(x, 'def')
    const entry = { fd: y, events: POLLIN | POLLPRI | POLLOUT | POLLRDBAND, revents: 0 }
    expect(unwrap(poll([entry], 0))).toBe(1)
    expect(entry.revents).toBe(POLLIN | POLLPRI | POLLOUT)
    expect(unwrap(select({ read: [y], except: [y] }, 0))).toEqual({ read: [y], write: [], except: [y] })
  })

  test('E-023: the urgent byte outlives the end of the stream', () => {
    const [x, y] = pair()
    delivered(x, 'X', MSG_OOB)
    if (kind === 'tcp4') unwrap(shutdown(x, SHUT_WR))
    else shut(x)
    polled(y, POLLRDHUP, 1000)
    expect([received(y, 1, MSG_OOB), received(y, 1, MSG_OOB), received(y, 1)]).toEqual(["1 'X'", '-1 EINVAL', '0'])
  })

  test('E-024: an urgent byte does not end a blocking normal read', async () => {
    const [x, y] = pairs[kind]()
    const start = await secondThread([100, 'send', x, bytes('X'), MSG_OOB], [150, 'send', x, bytes('n')])
    start()
    expect(timed(150, 2000, () => received(y, 10))).toEqual(["1 'n'", '150..2000ms'])
  })
})

test('E-025: each urgent byte in a row of AF_UNIX sends gives way to the next', () => {
  const [x, y] = pairs['unix stream']()
  const normal = 'x'.repeat(63)
  const count = (size: number) => Number(received(y, size).split(' ')[0])

  sent(x, `${normal}@`, MSG_OOB)
  expect([received(y, 1, MSG_OOB), count(1024)]).toEqual(["1 '@'", 63])

  sent(x, `${normal}@`, MSG_OOB)
  sent(x, `${normal}#`, MSG_OOB)
  expect([count(1024), received(y, 1, MSG_OOB)]).toEqual([127, "1 '#'"])

  sent(x, `${normal}@`, MSG_OOB)
  sent(x, `${normal}%`, MSG_OOB)
  sent(x, `${normal}x`)
  expect([count(1024), mark(y), received(y, 1, MSG_OOB), count(1024)]).toEqual([127, 'mark=1', "1 '%'", 64])
})

test('E-030: AF_UNIX streams have out-of-band data, since Linux 5.15', () => {
  const [x] = pairs['unix stream']()
  expect(sent(x, 'X', MSG_OOB)).toBe('1')
})

test('E-027: an urgent byte loses the descriptors that came with it, and nobody leaks them', () => {
  const [x, y] = pairs['unix stream']()
  nonBlocking(y)
  const [r, w] = pipe()
  expect([
    sentMessage(x, 'b', [rights(r)], MSG_OOB),
    receivedMessage(y, 8, MSG_OOB, 24),
    receivedMessage(y, 8, 0, 24),
  ]).toEqual(['1', "1 'b' fl=OOB cm=[]", '-1 EAGAIN'])
  shut(r)
  expect(shown(write(w, bytes('x')))).toBe('-1 EPIPE') // no other reader is left
})

test.each(['tcp4', 'unix stream'] as const)(
  'E-031: of a gathered send, the last byte of all is urgent (%s)',
  (kind) => {
    const [x, y] = pairs[kind]()
    expect(sentMessage(x, ['ab', 'c', '', 'd'], null, MSG_OOB)).toBe('4')
    expect(polled(y, POLLPRI, 1000)).toBe('1 PRI')
    expect([received(y, 1, MSG_OOB), received(y, 9)]).toEqual(["1 'd'", "3 'abc'"])
  },
)
