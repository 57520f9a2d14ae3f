// Owns MSG_EOR: the end of a record, which no receiver sees here (cases D-017, D-018).
import { expect, test } from 'vitest'
import { MSG_EOR, SOL_TCP, setsockopt, TCP_NODELAY, unwrap } from '../../lib/index.js'
import { delivered, pairs, received, receivedMessage, sent } from '../fixtures.js'

// recv(2) says that it marks the end of a SEQPACKET record; Linux never reports it on AF_UNIX.
test.each(['unix seqpacket', 'unix dgram', 'unix stream', 'tcp4', 'udp4'] as const)(
  'D-017: every kind of socket sends with it (%s)',
  (kind) => {
    const [x, y] = pairs[kind]()
    expect([sent(x, 'abc', MSG_EOR), receivedMessage(y, 10)]).toEqual(['3', "3 'abc' fl=0"])
  },
)

test('D-018: on TCP it is no boundary: one read takes what was sent before and after it', () => {
  const [x, y] = pairs.tcp4()
  unwrap(setsockopt(x, SOL_TCP, TCP_NODELAY, true))
  delivered(x, 'a'.repeat(100), MSG_EOR)
  delivered(x, 'b'.repeat(100))
  expect(received(y, 300)).toBe(`200 '${'a'.repeat(100)}${'b'.repeat(100)}'`)
})
