// Owns sendmmsg(): several messages in one call, and what becomes of an error among them.
import { expect, test } from 'vitest'
import {
  AF_INET,
  type Fd,
  type Message,
  MSG_DONTWAIT,
  SO_RCVBUF,
  SO_SNDBUF,
  SOL_SOCKET,
  sendmmsg,
  setsockopt,
  unwrap,
} from '../../lib/index.js'
import * as raw from '../../lib/raw.js'
import {
  bound,
  bytes,
  nonBlocking,
  pairs,
  pendingError,
  received,
  receivedMessage,
  receivedMessages,
  rights,
  shown,
  udp,
  unixPair,
} from '../fixtures.js'

const lengths = (values: readonly number[]): string => `${values.length} lens=[${values.join(', ')}]`
const sendAll = (fd: Fd, messages: readonly Message[]): string => shown(sendmmsg(fd, messages), lengths)
const texts = (...all: readonly string[]): Message[] => all.map((text) => ({ iov: [bytes(text)] }))

// Left out: NULL for the list.
test('L-004: no messages is none; records keep their lengths, an empty one too', () => {
  const [x, y] = pairs['unix stream']()
  expect([sendAll(x, []), receivedMessages(y, 0, 0)]).toEqual(['0 lens=[]', '0'])
  const [a, b] = pairs['unix seqpacket']()
  expect([sendAll(a, texts('a', 'bb', '', 'dddd')), receivedMessages(b, 5, 3, MSG_DONTWAIT)]).toEqual([
    '4 lens=[1, 2, 0, 4]',
    "4 'a' 'bb' '' 'ddd'/TRUNC",
  ])
})

test('L-005: the kernel takes 1024 at a time, and says so by the count', () => {
  const [u, v] = pairs.udp4()
  unwrap(setsockopt(v, SOL_SOCKET, SO_RCVBUF, 4 << 20))
  const many = (count: number) => Array<Message>(count).fill({ iov: [bytes('x')] })
  expect(unwrap(sendmmsg(u, many(1500)))).toEqual(Array(1024).fill(1))
  let arrived = 0
  while (received(v, 4, MSG_DONTWAIT) === "1 'x'") arrived++
  expect(arrived).toBe(1024)
  const [x, y] = pairs['unix seqpacket']()
  expect([unwrap(sendmmsg(x, many(100))).length, receivedMessages(y, 1100, 1, MSG_DONTWAIT).split(' ')[0]]).toEqual([
    100,
    '100',
  ])
})

test('L-006: an error after the first message shortens the count, and is then lost', () => {
  const [u, d] = [udp(), udp()]
  const there = bound(d)
  const good: Message = { iov: [bytes('a')], address: there }
  const bad: Message = { iov: [bytes('b')], address: { family: AF_INET, address: '127.0.0.1', port: 0 } }
  expect([
    sendAll(u, [good, bad, good]),
    received(d, 4, MSG_DONTWAIT),
    received(d, 4, MSG_DONTWAIT),
    sendAll(u, [bad, good]),
    received(d, 4, MSG_DONTWAIT),
    sendAll(u, [good, { iov: [new Uint8Array(70_000)], address: there }]),
    pendingError(u),
  ]).toEqual(['1 lens=[1]', "1 'a'", '-1 EAGAIN', '-1 EINVAL', '-1 EAGAIN', '1 lens=[1]', 0])
})

test('L-010: it sends as many as there is room for, then EAGAIN', () => {
  const [x] = pairs['unix dgram']()
  nonBlocking(x)
  unwrap(setsockopt(x, SOL_SOCKET, SO_SNDBUF, 4608))
  const sixteen = Array<Message>(16).fill({ iov: [new Uint8Array(1000)] })
  expect(unwrap(sendmmsg(x, sixteen)).length).within(1, 15)
  expect(sendAll(x, sixteen)).toBe('-1 EAGAIN')
})

test('L-017: each message has descriptors of its own', () => {
  const [x, y] = pairs['unix dgram']()
  const withRights = (text: string, fd: Fd): Message => ({ iov: [bytes(text)], control: [rights(fd)] })
  expect([
    sendAll(x, [withRights('0', x), withRights('1', y)]),
    receivedMessage(y, 4, 0, 64),
    receivedMessage(y, 4, 0, 64),
    sendAll(x, [withRights('0', -1), withRights('1', y)]),
    sendAll(x, [withRights('0', x), { iov: [bytes('1')] }]),
    receivedMessages(y, 2, 4),
  ]).toEqual([
    '2 lens=[1, 1]',
    "1 '0' fl=0 cm=[RIGHTSx1]",
    "1 '1' fl=0 cm=[RIGHTSx1]",
    '-1 EBADF',
    '2 lens=[1, 1]',
    "2 '0'/CTRUNC '1'",
  ])
})

test('the counts of the raw face are those of messages that were sent, and no other', () => {
  const [x] = pairs['unix dgram']()
  const counts = new Int32Array(3).fill(-1)
  const bad = { iov: [bytes('c')], control: [rights(-1)] }
  expect([raw.sendmmsg(x, [...texts('a', 'bb'), bad], counts), ...counts]).toEqual([2, 1, 2, -1])
  expect(raw.sendmmsg(x, texts('a'), null)).toBe(1)
  expect(() => raw.sendmmsg(x, texts('a', 'b'), new Int32Array(1))).toThrow(/"counts" argument of sendmmsg/)
})

test('arrays that are none, or of nothing, are refused before memory is asked for', () => {
  const [x] = unixPair()
  const endless = new Proxy([], { get: (_, key) => (key === 'length' ? 2 ** 50 : undefined) })
  for (const messages of [new Array(2 ** 32 - 1), endless, new Proxy([], {})])
    expect(() => sendmmsg(x, messages)).toThrow(/"messages.*" argument of sendmmsg/)
})
