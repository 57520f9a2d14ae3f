// Owns record boundaries, zero-length messages and end of file (cases D-001, D-007 to D-014, D-022 to D-031).
import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import {
  AF_UNIX,
  connect,
  dup,
  FIONREAD,
  ioctl,
  MSG_DONTWAIT,
  MSG_PEEK,
  MSG_TRUNC,
  POLLIN,
  SHUT_WR,
  SOCK_DGRAM,
  sendto,
  shutdown,
  unwrap,
  write,
} from '../../lib/index.js'
import { bound, bytes, delivered, nonBlocking, own, pairs, polled, received, sent, shown, unix } from '../fixtures.js'

const messages = ['unix dgram', 'unix seqpacket', 'udp4'] as const
const unixKinds = ['unix stream', 'unix dgram', 'unix seqpacket'] as const

describe('boundaries', () => {
  test.each(messages)('D-001: what does not fit of a message is lost (%s)', (kind) => {
    const [x, y] = pairs[kind]()
    sent(x, '0123456789')
    expect([received(y, 5), received(y, 5, MSG_DONTWAIT)]).toEqual(["5 '01234'", '-1 EAGAIN'])
  })

  test('D-022: with an address, connected seqpacket ignores it, dgram goes there, stream refuses it', () => {
    const nobody = { family: AF_UNIX, path: `\0nobody-${process.pid}` }
    const to = (fd: number): string => shown(sendto(fd, bytes('abc'), 0, nobody))
    const [x, y] = pairs['unix seqpacket']()
    expect([to(x), received(y, 5), to(pairs['unix dgram']()[0]), to(pairs['unix stream']()[0])]).toEqual([
      '3',
      "3 'abc'",
      '-1 ECONNREFUSED',
      '-1 EISCONN',
    ])
  })

  test('D-024: seqpacket holds as many records as SO_SNDBUF has room for, beyond max_dgram_qlen', () => {
    const [x] = pairs['unix seqpacket']()
    nonBlocking(x)
    let count = 0
    while (count < 100_000 && sent(x, 'r') === '1') count++
    expect([count > 100, sent(x, 'r')]).toEqual([true, '-1 EAGAIN'])
  })

  test.each(['unix stream', 'tcp4'] as const)('D-025: a stream has no boundaries (%s)', (kind) => {
    const [x, y] = pairs[kind]()
    delivered(x, 'ab')
    delivered(x, 'cd')
    expect([received(y, 3), received(y, 3)]).toEqual(["3 'abc'", "1 'd'"])
  })

  test('D-026: one sender that shuts down does not close the queue for another', () => {
    const r = unix(SOCK_DGRAM)
    const address = bound(r, { family: AF_UNIX, path: '' })
    const [s1, s2] = [unix(SOCK_DGRAM), unix(SOCK_DGRAM)]
    for (const fd of [s1, s2]) unwrap(connect(fd, address))
    sent(s1, 'abc')
    unwrap(shutdown(s1, SHUT_WR))
    expect([
      sent(s1, 'abc'),
      sent(s2, 'xyz'),
      received(r, 5, MSG_DONTWAIT),
      received(r, 5, MSG_DONTWAIT),
      received(r, 5, MSG_DONTWAIT),
    ]).toEqual(['-1 EPIPE', '3', "3 'abc'", "3 'xyz'", '-1 EAGAIN'])
  })

  test('D-031: duplicates of a descriptor, in this process or a child, share one queue', () => {
    const [x, y] = pairs['unix dgram']()
    const d = own(unwrap(dup(y)))
    sent(x, 'one')
    sent(x, 'two')
    const lines = [received(d, 10), received(y, 10)]
    execFileSync('sh', ['-c', 'printf kid >&3'], { stdio: ['ignore', 'ignore', 'inherit', x] })
    expect([...lines, received(y, 10)]).toEqual(["3 'one'", "3 'two'", "3 'kid'"])
  })
})

// In D-007 to D-011, recv() into an empty buffer stands in for recvmsg without buffers; its msg_flags are left out.
describe('zero-length receives', () => {
  const sets = [
    ['no flags', 0],
    ['MSG_PEEK', MSG_PEEK],
    ['MSG_TRUNC', MSG_TRUNC],
    ['MSG_PEEK | MSG_TRUNC', MSG_PEEK | MSG_TRUNC],
  ] as const

  test.each(sets)('D-007: with no room, a unix stream keeps its data (%s)', (_, flags) => {
    const [x, y] = pairs['unix stream']()
    sent(x, 'abc')
    expect([received(y, 0, flags), received(y, 10, MSG_DONTWAIT)]).toEqual(['0', "3 'abc'"])
  })

  test('D-009: with no room, unix seqpacket loses the message unless it is peeked', () => {
    const results = sets.map(([, flags]) => {
      const [x, y] = pairs['unix seqpacket']()
      sent(x, 'abc')
      return [received(y, 0, flags), received(y, 10, MSG_DONTWAIT)]
    })
    expect(results).toEqual([
      ['0', '-1 EAGAIN'],
      ['0', "3 'abc'"],
      ['3', '-1 EAGAIN'],
      ['3', "3 'abc'"],
    ])
  })

  // Left out: the room for control messages, and MSG_CMSG_CLOEXEC with it.
  test.each(unixKinds)('D-010: with no room and nothing queued it is EAGAIN (%s)', (kind) => {
    const [, y] = pairs[kind]()
    expect([received(y, 0, MSG_DONTWAIT), received(y, 0, MSG_PEEK | MSG_TRUNC | MSG_DONTWAIT)]).toEqual([
      '-1 EAGAIN',
      '-1 EAGAIN',
    ])
  })

  test.each([
    ['unix stream', '0'],
    ['unix dgram', '-1 EAGAIN'],
    ['unix seqpacket', '0'],
  ] as const)('D-011: end of file shows without room too, and datagrams have none (%s: %s)', (kind, line) => {
    const [x, y] = pairs[kind]()
    unwrap(shutdown(x, SHUT_WR))
    expect([
      received(y, 0, MSG_DONTWAIT),
      received(y, 0, MSG_PEEK | MSG_TRUNC | MSG_DONTWAIT),
      received(y, 5, MSG_DONTWAIT),
    ]).toEqual([line, line, line])
  })
})

describe('zero-length messages', () => {
  test.each(messages)('D-013: an empty message is readable while FIONREAD is 0 (%s)', (kind) => {
    const [x, y] = pairs[kind]()
    sent(x, '')
    expect([polled(y, POLLIN, 1000), shown(ioctl(y, FIONREAD)), received(y, 5), received(y, 5, MSG_DONTWAIT)]).toEqual([
      '1 IN',
      '0',
      '0',
      '-1 EAGAIN',
    ])
  })

  test.each(['tcp4', 'unix stream'] as const)('D-014: a stream has no empty messages (%s)', (kind) => {
    const [x, y] = pairs[kind]()
    expect([
      sent(x, ''),
      shown(write(x, new Uint8Array(0))),
      polled(y, POLLIN, 50),
      received(y, 5, MSG_DONTWAIT),
    ]).toEqual(['0', '0', '0', '-1 EAGAIN'])
  })
})
