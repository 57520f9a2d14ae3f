// Owns record boundaries, zero-length messages and end of file (cases D-001, D-007 to D-014, D-022 to D-031).
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  type Address,
  AF_UNIX,
  connect,
  dup,
  EAGAIN,
  FIONREAD,
  ioctl,
  MSG_CMSG_CLOEXEC,
  MSG_DONTWAIT,
  MSG_PEEK,
  MSG_TRUNC,
  POLLIN,
  readv,
  SHUT_WR,
  SOCK_DGRAM,
  sendto,
  shutdown,
  unwrap,
  write,
  writev,
} from '../../lib/index.js'
import * as raw from '../../lib/raw.js'
import {
  arrival,
  bound,
  bytes,
  delivered,
  nonBlocking,
  own,
  pairs,
  polled,
  received,
  receivedMessage,
  sent,
  sentMessage,
  shown,
  temporaryDirectory,
  unix,
} from '../fixtures.js'

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
    expect([arrival(y, [], flags).line, received(y, 10, MSG_DONTWAIT)]).toEqual(['0 fl=0', "3 'abc'"])
  })

  test('D-009: with no room, unix seqpacket loses the message unless it is peeked', () => {
    const results = sets.map(([, flags]) => {
      const [x, y] = pairs['unix seqpacket']()
      sent(x, 'abc')
      return [arrival(y, [], flags).line, received(y, 10, MSG_DONTWAIT)]
    })
    expect(results).toEqual([
      ['0 fl=TRUNC', '-1 EAGAIN'],
      ['0 fl=TRUNC', "3 'abc'"],
      ['3 fl=TRUNC', '-1 EAGAIN'],
      ['3 fl=TRUNC', "3 'abc'"],
    ])
  })

  test.each(unixKinds)('D-010: with no room and nothing queued it is EAGAIN (%s)', (kind) => {
    const [, y] = pairs[kind]()
    expect([
      arrival(y, [], MSG_DONTWAIT).line,
      arrival(y, [], MSG_PEEK | MSG_TRUNC | MSG_DONTWAIT | MSG_CMSG_CLOEXEC, 24).line,
    ]).toEqual(['-1 EAGAIN', '-1 EAGAIN'])
  })

  test.each([
    ['unix stream', ['0 fl=0', '0 fl=0', '0']],
    ['unix dgram', ['-1 EAGAIN', '-1 EAGAIN', '-1 EAGAIN']],
    ['unix seqpacket', ['0 fl=0', '0 fl=0', '0']],
  ] as const)('D-011: end of file shows without room too, and datagrams have none (%s)', (kind, lines) => {
    const [x, y] = pairs[kind]()
    unwrap(shutdown(x, SHUT_WR))
    expect([
      arrival(y, [], MSG_DONTWAIT).line,
      arrival(y, [], MSG_PEEK | MSG_TRUNC | MSG_DONTWAIT).line,
      received(y, 5, MSG_DONTWAIT),
    ]).toEqual(lines)
  })
})

describe('messages in parts', () => {
  test.each(['unix dgram', 'udp4'] as const)('D-019: buffers are no boundaries, on either side (%s)', (kind) => {
    const [x, y] = pairs[kind]()
    expect(sentMessage(x, ['ab', '', 'cde'])).toBe('5')
    const { line, parts } = arrival(y, [1, 3, 10])
    expect([line, parts]).toEqual(["5 'abcde' fl=0", ['a', 'bcd', 'e']])
  })

  test('D-020: msg_flags are written by a receive, and left alone by one that fails', () => {
    const [x, y] = pairs['unix stream']()
    const lengths = new Int32Array(4).fill(-1)
    const room = { iov: [new Uint8Array(1)], lengths }
    expect([raw.recvmsg(y, room, MSG_DONTWAIT), ...lengths]).toEqual([-EAGAIN, -1, -1, -1, -1])
    sent(x, 'a')
    expect([raw.recvmsg(y, room, MSG_DONTWAIT), ...lengths]).toEqual([1, 1, 0, 0, 0])
  })

  test.each(unixKinds)('D-021: MSG_CMSG_CLOEXEC comes back in msg_flags (%s)', (kind) => {
    const [x, y] = pairs[kind]()
    sent(x, 'a')
    expect(receivedMessage(y, 5, MSG_CMSG_CLOEXEC)).toBe("1 'a' fl=CMSG_CLOEXEC")
  })

  // An empty buffer stands in for NULL with a length of 0.
  test('D-029: writev() makes one record, readv() takes one', () => {
    const [x, y] = pairs['unix seqpacket']()
    const [first, second] = [Buffer.alloc(2), Buffer.alloc(5)]
    expect([shown(writev(x, [bytes('ab'), bytes(''), bytes('c')])), shown(readv(y, [first, second]))]).toEqual([
      '3',
      '3',
    ])
    expect([first.toString('latin1'), second.toString('latin1', 0, 1)]).toEqual(['ab', 'c'])
  })

  test('D-030: an unnamed sender has an address of length 0, and one that does not fit tells its full length', () => {
    const at = (name: string): Address => ({ family: AF_UNIX, path: join(temporaryDirectory(), name) })
    const [x, y] = pairs['unix dgram']()
    sent(x, 'x')
    const lengths = new Int32Array(4)
    const room = (size: number) => ({ iov: [new Uint8Array(8)], address: new Uint8Array(size), lengths })
    expect([raw.recvmsg(y, room(128)), lengths[2]]).toEqual([1, 0])
    const d = unix(SOCK_DGRAM)
    const s = unix(SOCK_DGRAM)
    const to = bound(d, at('d'))
    const from = bound(s, at('s')) as { path: string }
    expect(shown(sendto(s, bytes('hi'), 0, to))).toBe('2')
    const four = room(4)
    expect([raw.recvmsg(d, four), lengths[1], lengths[2]]).toEqual([2, 0, 2 + from.path.length + 1])
    expect([...four.address]).toEqual([AF_UNIX, 0, ...bytes(from.path.slice(0, 2))])
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
