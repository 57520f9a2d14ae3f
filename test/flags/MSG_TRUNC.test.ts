// Owns MSG_TRUNC, and MSG_CTRUNC as an input: the length of what did not fit (cases D-002 to D-006).
import { expect, test } from 'vitest'
import { MSG_CTRUNC, MSG_DONTWAIT, MSG_PEEK, MSG_TRUNC, recv, recvfrom, unwrap } from '../../lib/index.js'
import { arrival, bytes, delivered, pairs, received, receivedMessage, sent } from '../fixtures.js'

const messages = ['unix dgram', 'unix seqpacket', 'udp4'] as const

test.each(messages)('D-002: it gives the length of the message instead of what fitted (%s)', (kind) => {
  const [x, y] = pairs[kind]()
  for (let count = 0; count < 4; count++) sent(x, '0123456789')
  expect([
    receivedMessage(y, 5),
    receivedMessage(y, 5, MSG_TRUNC),
    receivedMessage(y, 20, MSG_TRUNC),
    receivedMessage(y, 10),
  ]).toEqual(["5 '01234' fl=TRUNC", "10 '01234' fl=TRUNC", "10 '0123456789' fl=0", "10 '0123456789' fl=0"])
})

test.each(messages)('D-003: recvfrom() gives the length too, and the tail is lost all the same (%s)', (kind) => {
  const [x, y] = pairs[kind]()
  sent(x, '0123456789')
  expect([unwrap(recvfrom(y, new Uint8Array(5), MSG_TRUNC)).count, received(y, 5, MSG_DONTWAIT)]).toEqual([
    10,
    '-1 EAGAIN',
  ])
})

test('D-004: a unix stream ignores it', () => {
  const [x, y] = pairs['unix stream']()
  sent(x, '0123456789')
  expect([
    receivedMessage(y, 5, MSG_TRUNC),
    receivedMessage(y, 0, MSG_TRUNC),
    receivedMessage(y, 0, MSG_TRUNC | MSG_PEEK),
    received(y, 10),
  ]).toEqual(["5 '01234' fl=0", '0 fl=0', '0 fl=0', "5 '56789'"])
})

// A buffer stands in for NULL.
test('D-005: TCP throws away that many bytes and leaves the buffer alone', () => {
  const [x, y] = pairs.tcp4()
  sent(x, '0123456789')
  const buffer = bytes('zzzzz')
  expect([
    unwrap(recv(y, buffer, MSG_TRUNC)),
    buffer,
    unwrap(recv(y, new Uint8Array(3), MSG_TRUNC)),
    received(y, 10),
  ]).toEqual([5, bytes('zzzzz'), 3, "2 '89'"])
  delivered(x, 'ab')
  expect([
    receivedMessage(y, 1, MSG_TRUNC),
    arrival(y, [5], MSG_TRUNC | MSG_CTRUNC).message?.count,
    received(y, 1, MSG_DONTWAIT),
  ]).toEqual(["1 '\0' fl=0", 1, '-1 EAGAIN'])
})

test('D-006: MSG_CTRUNC as an input changes nothing', () => {
  const [x, y] = pairs.tcp4()
  delivered(x, 'ab')
  const [a, b] = pairs['unix dgram']()
  sent(a, 'abc')
  expect([received(y, 1, MSG_CTRUNC), receivedMessage(y, 5, MSG_CTRUNC), receivedMessage(b, 5, MSG_CTRUNC)]).toEqual([
    "1 'a'",
    "1 'b' fl=0",
    "3 'abc' fl=0",
  ])
})
