// Owns MSG_TRUNC, and MSG_CTRUNC as an input: the length of what did not fit (cases D-002 to D-006).
import { expect, test } from 'vitest'
import { MSG_CTRUNC, MSG_DONTWAIT, MSG_PEEK, MSG_TRUNC, recv, recvfrom, unwrap } from '../../lib/index.js'
import { bytes, pairs, received, sent } from '../fixtures.js'

const messages = ['unix dgram', 'unix seqpacket', 'udp4'] as const

// recv() stands in for recvmsg; its msg_flags are left out.
test.each(messages)('D-002: it gives the length of the message instead of what fitted (%s)', (kind) => {
  const [x, y] = pairs[kind]()
  for (let count = 0; count < 4; count++) sent(x, '0123456789')
  expect([received(y, 5), received(y, 5, MSG_TRUNC), received(y, 20, MSG_TRUNC), received(y, 10)]).toEqual([
    "5 '01234'",
    "10 '01234'",
    "10 '0123456789'",
    "10 '0123456789'",
  ])
})

test.each(messages)('D-003: recvfrom() gives the length too, and the tail is lost all the same (%s)', (kind) => {
  const [x, y] = pairs[kind]()
  sent(x, '0123456789')
  expect([unwrap(recvfrom(y, new Uint8Array(5), MSG_TRUNC)).count, received(y, 5, MSG_DONTWAIT)]).toEqual([
    10,
    '-1 EAGAIN',
  ])
})

// recv() stands in for recvmsg; its msg_flags are left out.
test('D-004: a unix stream ignores it', () => {
  const [x, y] = pairs['unix stream']()
  sent(x, '0123456789')
  expect([
    received(y, 5, MSG_TRUNC),
    received(y, 0, MSG_TRUNC),
    received(y, 0, MSG_TRUNC | MSG_PEEK),
    received(y, 10),
  ]).toEqual(["5 '01234'", '0', '0', "5 '56789'"])
})

// A buffer stands in for NULL. Left out: the steps with recvmsg, which take the last two bytes.
test('D-005: TCP throws away that many bytes and leaves the buffer alone', () => {
  const [x, y] = pairs.tcp4()
  sent(x, '0123456789')
  const buffer = bytes('zzzzz')
  expect([
    unwrap(recv(y, buffer, MSG_TRUNC)),
    buffer,
    unwrap(recv(y, new Uint8Array(3), MSG_TRUNC)),
    received(y, 10),
    received(y, 1, MSG_DONTWAIT),
  ]).toEqual([5, bytes('zzzzz'), 3, "2 '89'", '-1 EAGAIN'])
})

// recv() stands in for recvmsg; its msg_flags are left out.
test('D-006: MSG_CTRUNC as an input changes nothing', () => {
  const [x, y] = pairs.tcp4()
  sent(x, 'ab')
  const [a, b] = pairs['unix dgram']()
  sent(a, 'abc')
  expect([received(y, 1, MSG_CTRUNC), received(y, 5, MSG_CTRUNC), received(b, 5, MSG_CTRUNC)]).toEqual([
    "1 'a'",
    "1 'b'",
    "3 'abc'",
  ])
})
