// Owns MSG_PEEK: looking at queued data without taking it (cases B-001 to B-018, B-033 to B-037, B-039).
import { expect, test } from 'vitest'
import {
  FIONREAD,
  getsockname,
  ioctl,
  MSG_DONTWAIT,
  MSG_PEEK,
  MSG_TRUNC,
  MSG_WAITALL,
  recvfrom,
  SHUT_WR,
  SO_PASSCRED,
  SOL_SOCKET,
  SOL_TCP,
  setsockopt,
  shutdown,
  TCP_NODELAY,
  unwrap,
} from '../../lib/index.js'
import {
  arrival,
  delivered,
  pairs,
  pipe,
  received,
  receivedMessage,
  reset,
  rights,
  sent,
  sentMessage,
  shown,
} from '../fixtures.js'

test('B-001: peeking a TCP stream leaves the data queued', () => {
  const [x, y] = pairs.tcp4()
  sent(x, 'hello')
  expect([
    received(y, 10, MSG_PEEK),
    received(y, 10, MSG_PEEK),
    received(y, 10, MSG_PEEK),
    received(y, 10),
    received(y, 10, MSG_DONTWAIT),
  ]).toEqual(["5 'hello'", "5 'hello'", "5 'hello'", "5 'hello'", '-1 EAGAIN'])
})

test('B-002: a peek of a unix stream spans several sends (since Linux 4.3)', () => {
  const [x, y] = pairs['unix stream']()
  sent(x, 'aaaa')
  sent(x, 'bbbb')
  expect([
    received(y, 100, MSG_PEEK),
    received(y, 100, MSG_PEEK),
    received(y, 100),
    received(y, 100, MSG_DONTWAIT),
  ]).toEqual(["8 'aaaabbbb'", "8 'aaaabbbb'", "8 'aaaabbbb'", '-1 EAGAIN'])
})

test.each([
  ['B-003', 'unix dgram'],
  ['B-004', 'unix seqpacket'],
] as const)('%s: peeking shows the first message only, again and again (%s)', (_, kind) => {
  const [x, y] = pairs[kind]()
  sent(x, 'aaaa')
  sent(x, 'bbbb')
  expect([
    received(y, 100, MSG_PEEK),
    received(y, 100, MSG_PEEK),
    received(y, 100),
    received(y, 100, MSG_DONTWAIT),
  ]).toEqual(["4 'aaaa'", "4 'aaaa'", "4 'aaaa'", "4 'bbbb'"])
})

test('B-005: peeking UDP shows the first datagram until it is taken, then the second', () => {
  const [u, v] = pairs.udp4()
  sent(u, 'aaaa')
  sent(u, 'bb')
  expect([
    received(v, 100, MSG_PEEK),
    received(v, 100, MSG_PEEK),
    received(v, 100),
    received(v, 100, MSG_PEEK),
    received(v, 100),
  ]).toEqual(["4 'aaaa'", "4 'aaaa'", "4 'aaaa'", "2 'bb'", "2 'bb'"])
})

test('B-006: a TCP peek crosses segments and always starts at the first unread byte', () => {
  const [x, y] = pairs.tcp4()
  unwrap(setsockopt(x, SOL_TCP, TCP_NODELAY, true))
  delivered(x, 'abc')
  delivered(x, 'def')
  expect([
    received(y, 4, MSG_PEEK),
    received(y, 2, MSG_PEEK),
    received(y, 1),
    received(y, 100, MSG_PEEK),
    received(y, 100),
  ]).toEqual(["4 'abcd'", "2 'ab'", "1 'a'", "5 'bcdef'", "5 'bcdef'"])
})

test.each([
  ['B-007', 'unix dgram'],
  ['B-008', 'unix seqpacket'],
  ['B-009', 'udp4'],
] as const)('%s: a truncating peek keeps the whole message, and MSG_TRUNC tells its length (%s)', (id, kind) => {
  const [x, y] = pairs[kind]()
  sent(x, 'hello')
  expect([
    received(y, 2, MSG_PEEK),
    receivedMessage(y, 2, MSG_PEEK),
    received(y, 2, MSG_PEEK | MSG_TRUNC),
    receivedMessage(y, 2, MSG_PEEK | MSG_TRUNC),
    ...(id === 'B-009' ? [receivedMessage(y, 100, MSG_PEEK | MSG_TRUNC)] : []),
    received(y, 100),
  ]).toEqual([
    "2 'he'",
    "2 'he' fl=TRUNC",
    "5 'he'",
    "5 'he' fl=TRUNC",
    ...(id === 'B-009' ? ["5 'hello' fl=0"] : []),
    "5 'hello'",
  ])
})

test.each(['unix dgram', 'unix seqpacket', 'udp4'] as const)(
  'B-010: MSG_PEEK with MSG_TRUNC and no room probes the length of the next message (%s)',
  (kind) => {
    const [x, y] = pairs[kind]()
    sent(x, '0123456789')
    expect([
      received(y, 0, MSG_PEEK | MSG_TRUNC),
      receivedMessage(y, 0, MSG_PEEK | MSG_TRUNC),
      arrival(y, [], MSG_PEEK | MSG_TRUNC).line,
      received(y, 100),
    ]).toEqual(['10', '10 fl=TRUNC', '10 fl=TRUNC', "10 '0123456789'"])
  },
)

test('B-012: MSG_TRUNC changes nothing about a peek of a unix stream', () => {
  const [x, y] = pairs['unix stream']()
  sent(x, '0123456789')
  expect([received(y, 4, MSG_PEEK | MSG_TRUNC), receivedMessage(y, 4, MSG_PEEK | MSG_TRUNC), received(y, 100)]).toEqual(
    ["4 '0123'", "4 '0123' fl=0", "10 '0123456789'"],
  )
})

test('B-015: a peek with MSG_WAITALL ends at the end of the stream, and end of file can be peeked', () => {
  const [x, y] = pairs.tcp4()
  sent(x, 'abc')
  unwrap(shutdown(x, SHUT_WR))
  expect([
    received(y, 6, MSG_PEEK | MSG_WAITALL),
    received(y, 6, MSG_PEEK),
    received(y, 6),
    received(y, 6, MSG_PEEK),
    received(y, 6, MSG_PEEK),
  ]).toEqual(["3 'abc'", "3 'abc'", "3 'abc'", '0', '0'])
})

test.each(['tcp4', 'unix stream', 'unix dgram', 'unix seqpacket', 'udp4'] as const)(
  'B-016: peeking an empty queue without waiting is EAGAIN (%s)',
  (kind) => {
    const [, y] = pairs[kind]()
    expect(received(y, 10, MSG_PEEK | MSG_DONTWAIT)).toBe('-1 EAGAIN')
  },
)

test('B-018: an empty message can be peeked, and stays in front until it is taken', () => {
  const [x, y] = pairs['unix dgram']()
  sent(x, '')
  sent(x, 'a')
  const [u, v] = pairs.udp4()
  sent(u, '')
  expect([
    received(y, 10, MSG_PEEK),
    received(y, 10, MSG_PEEK),
    received(y, 10),
    received(y, 10, MSG_PEEK),
    received(y, 10),
    received(v, 10, MSG_PEEK),
    received(v, 10),
    received(v, 10, MSG_DONTWAIT),
  ]).toEqual(['0', '0', '0', "1 'a'", "1 'a'", '0', '0', '-1 EAGAIN'])
})

test('B-033: FIONREAD still counts the bytes that were only peeked', () => {
  const [x, y] = pairs.tcp4()
  delivered(x, 'abcd')
  const readable = (): string => shown(ioctl(y, FIONREAD))
  expect([readable(), received(y, 2, MSG_PEEK), readable(), received(y, 2), readable()]).toEqual([
    '4',
    "2 'ab'",
    '4',
    "2 'ab'",
    '2',
  ])
})

test('B-034: a peek tells the sender of a datagram, and none on TCP', () => {
  const [u, v] = pairs.udp4()
  sent(u, 'hi')
  const [x, y] = pairs.tcp4()
  sent(x, 'x')
  const from = unwrap(getsockname(u))
  const buffer = Buffer.alloc(10)
  expect([
    unwrap(recvfrom(v, buffer, MSG_PEEK)),
    buffer.toString('latin1', 0, 2),
    unwrap(recvfrom(v, buffer.fill(0))),
    buffer.toString('latin1', 0, 2),
    unwrap(recvfrom(y, buffer, MSG_PEEK)),
    buffer.toString('latin1', 0, 1),
  ]).toEqual([{ count: 2, address: from }, 'hi', { count: 2, address: from }, 'hi', { count: 1, address: null }, 'x'])
})

test('B-039: what arrived before a reset is still peeked and read; then the error comes once, even to a peek', () => {
  const [x, y] = pairs.tcp4()
  sent(x, 'abc')
  reset(x)
  expect([received(y, 10, MSG_PEEK), received(y, 10), received(y, 10, MSG_PEEK), received(y, 10, MSG_PEEK)]).toEqual([
    "3 'abc'",
    "3 'abc'",
    '-1 ECONNRESET',
    '0',
  ])
})

test('B-035: credentials can be peeked, and stay with the data', () => {
  const [x, y] = pairs['unix stream']()
  unwrap(setsockopt(y, SOL_SOCKET, SO_PASSCRED, true))
  sent(x, 'x')
  const peeked = arrival(y, [10], MSG_PEEK, 64)
  const taken = arrival(y, [10], 0, 64)
  expect([peeked.line, taken.line]).toEqual(["1 'x' fl=0 cm=[CRED]", "1 'x' fl=0 cm=[CRED]"])
  expect(peeked.message?.control[0]?.data).toMatchObject({ pid: process.pid })
  expect(taken.message?.control).toEqual(peeked.message?.control)
})

test('B-037: a peek merges into a chunk that carries descriptors and stops after it, as a read does', () => {
  const [x, y] = pairs['unix stream']()
  const [r] = pipe()
  sent(x, 'aa')
  sentMessage(x, 'bb', [rights(r)])
  sent(x, 'cc')
  const peeked = arrival(y, [100], MSG_PEEK, 64)
  const taken = arrival(y, [100], 0, 64)
  expect([peeked.line, taken.line, receivedMessage(y, 100, 0, 64)]).toEqual([
    "4 'aabb' fl=0 cm=[RIGHTSx1]",
    "4 'aabb' fl=0 cm=[RIGHTSx1]",
    "2 'cc' fl=0 cm=[]",
  ])
  expect(new Set([r, ...peeked.fds, ...taken.fds]).size).toBe(3) // each peek makes descriptors of its own
})
