// Owns SO_PEEK_OFF: peeks that go on where the last one ended (cases B-020 to B-030, B-032, B-038).
import { describe, expect, test } from 'vitest'
import {
  AF_INET,
  AF_NETLINK,
  type Fd,
  getsockopt,
  IPPROTO_ICMP,
  MSG_DONTWAIT,
  MSG_PEEK,
  MSG_TRUNC,
  recv,
  SO_PEEK_OFF,
  SOCK_RAW,
  SOL_SOCKET,
  setsockopt,
  socket,
  unwrap,
} from '../../lib/index.js'
import { bytes, own, pairs, received, receivedMessages, secondThread, sent, shown, timed } from '../fixtures.js'

const peekOffset = (fd: Fd): string =>
  shown(
    getsockopt(fd, SOL_SOCKET, SO_PEEK_OFF, 16),
    (value) => `val=${new Int32Array(value.buffer)[0]} len=${value.length}`,
  )

const peekFrom = (fd: Fd, offset: number): string => shown(setsockopt(fd, SOL_SOCKET, SO_PEEK_OFF, offset))

test('B-020: the offset is -1 at first, grows by what is peeked and shrinks by what is read', () => {
  const [x, y] = pairs['unix stream']()
  expect([peekOffset(y), peekFrom(y, 0), peekOffset(y)]).toEqual(['val=-1 len=4', '0', 'val=0 len=4'])
  sent(x, 'aaaabbbb')
  expect([
    received(y, 4, MSG_PEEK),
    peekOffset(y),
    received(y, 100, MSG_PEEK),
    peekOffset(y),
    received(y, 2),
    peekOffset(y),
    received(y, 100, MSG_PEEK | MSG_DONTWAIT),
  ]).toEqual(["4 'aaaa'", 'val=4 len=4', "4 'bbbb'", 'val=8 len=4', "2 'aa'", 'val=6 len=4', '-1 EAGAIN'])
})

test.each([
  ['B-021', 'unix stream'],
  ['B-022', 'unix dgram'],
  ['B-023', 'unix seqpacket'],
] as const)('%s: each peek shows what the one before has not, then nothing (%s)', (_, kind) => {
  const [x, y] = pairs[kind]()
  peekFrom(y, 0)
  sent(x, 'aaaa')
  sent(x, 'bbbb')
  expect([received(y, 4, MSG_PEEK), received(y, 100, MSG_PEEK), received(y, 100, MSG_PEEK | MSG_DONTWAIT)]).toEqual([
    "4 'aaaa'",
    "4 'bbbb'",
    '-1 EAGAIN',
  ])
})

test('B-024: a peek that begins inside one send of a unix stream goes on into the next', () => {
  const [x, y] = pairs['unix stream']()
  peekFrom(y, 0)
  sent(x, 'aaaa')
  const first = received(y, 2, MSG_PEEK)
  sent(x, 'bbbb')
  expect([first, received(y, 4, MSG_PEEK), received(y, 100, MSG_PEEK)]).toEqual(["2 'aa'", "4 'aabb'", "2 'bb'"])
})

test.each([
  ['B-025', 'unix dgram'],
  ['B-026', 'unix seqpacket'],
] as const)('%s: a peek that begins inside a message ends with it (%s)', (_, kind) => {
  const [x, y] = pairs[kind]()
  peekFrom(y, 0)
  sent(x, 'aaaa')
  const first = received(y, 2, MSG_PEEK)
  sent(x, 'bbbb')
  expect([first, received(y, 100, MSG_PEEK), received(y, 100, MSG_PEEK)]).toEqual(["2 'aa'", "2 'aa'", "4 'bbbb'"])
})

test.each([
  ['B-027', 'tcp4'], // TCP has the option since Linux 6.9
  ['B-028', 'udp4'],
  ['B-029', 'tcp6'],
] as const)('%s: the internet protocols have it too, and a read sets the offset back (%s)', (_, kind) => {
  const [x, y] = pairs[kind]()
  const initial = peekOffset(y)
  peekFrom(y, 0)
  sent(x, 'ab')
  expect([
    initial,
    received(y, 1, MSG_PEEK),
    peekOffset(y),
    received(y, 2, MSG_PEEK),
    peekOffset(y),
    shown(recv(y, new Uint8Array(2), MSG_TRUNC)),
    peekOffset(y),
  ]).toEqual(['val=-1 len=4', "1 'a'", 'val=1 len=4', "1 'b'", 'val=2 len=4', '2', 'val=0 len=4'])
})

describe('B-030', () => {
  const root = process.getuid?.() === 0
  if (!root) console.error('SKIPPED: B-030 on netlink and raw sockets: a raw socket needs root.')

  test('B-030: a negative offset switches it off, a positive one skips what is queued', () => {
    const [x, y] = pairs['unix stream']()
    expect([peekFrom(y, -1), peekOffset(y), peekFrom(y, -5), peekOffset(y)]).toEqual([
      '0',
      'val=-1 len=4',
      '0',
      'val=-5 len=4',
    ])
    peekFrom(y, 3)
    sent(x, 'abcdef')
    expect([received(y, 10, MSG_PEEK), peekFrom(y, -1), received(y, 10, MSG_PEEK)]).toEqual([
      "3 'def'",
      '0',
      "6 'abcdef'",
    ])
  })

  test.skipIf(!root)('B-030: netlink and raw sockets do not have it', () => {
    const netlink = own(unwrap(socket(AF_NETLINK, SOCK_RAW)))
    const raw = own(unwrap(socket(AF_INET, SOCK_RAW, IPPROTO_ICMP)))
    expect([peekFrom(netlink, 0), peekFrom(raw, 0)]).toEqual(['-1 EOPNOTSUPP', '-1 EOPNOTSUPP'])
  })
})

test('B-032: one recvmmsg() peeks one message after the other', () => {
  const [x, y] = pairs['unix dgram']()
  peekFrom(y, 0)
  sent(x, 'a')
  sent(x, 'b')
  expect(receivedMessages(y, 3, 8, MSG_PEEK | MSG_DONTWAIT)).toBe("2 'a' 'b'")
})

test('B-038: a peek waits for data beyond the offset only', async () => {
  const [x, y] = pairs['unix stream']()
  peekFrom(y, 0)
  const sendFirst = await secondThread([150, 'send', x, bytes('aaaa')])
  const sendSecond = await secondThread([150, 'send', x, bytes('bbbb')])
  sendFirst()
  expect([
    received(y, 2, MSG_PEEK),
    ...timed(0, 1000, () => received(y, 100, MSG_PEEK)),
    ...timed(100, 2000, () => {
      sendSecond()
      return received(y, 100, MSG_PEEK)
    }),
  ]).toEqual(["2 'aa'", "2 'aa'", '0..1000ms', "4 'bbbb'", '100..2000ms'])
})
