// Owns sockatmark() and its request SIOCATMARK: where in the stream the urgent byte was.
import { expect, test } from 'vitest'
import { type Fd, MSG_OOB, sockatmark } from '../../lib/index.js'
import { delivered, mark, nonBlocking, pairs, received, shown, tcp, tcpListener, udp } from '../fixtures.js'

/** Both ways to ask, which must agree. */
function atMark(fd: Fd): string {
  const line = shown(sockatmark(fd), (yes) => `mark=${Number(yes)}`)
  expect(mark(fd), 'SIOCATMARK').toBe(line)
  return line
}

test.each(['tcp4', 'unix stream'] as const)(
  'E-007: a read stops at the mark, even after the urgent byte was taken (%s)',
  (kind) => {
    const [x, y] = pairs[kind]()
    nonBlocking(y)
    delivered(x, 'hello', MSG_OOB)
    delivered(x, 'world')
    expect([received(y, 1, MSG_OOB), received(y, 9), atMark(y), received(y, 5), atMark(y)]).toEqual([
      "1 'o'",
      "4 'hell'",
      'mark=1',
      "5 'world'",
      'mark=0',
    ])
  },
)

test.each([
  ['udp4', () => udp(), '-1 ENOTTY'],
  ['tcp4 listening', () => tcpListener().fd, 'mark=0'],
  ['tcp4 closed', () => tcp(), 'mark=0'],
  ['unix dgram', () => pairs['unix dgram']()[0], '-1 EOPNOTSUPP'],
  ['unix seqpacket', () => pairs['unix seqpacket']()[0], '-1 EOPNOTSUPP'],
  ['unix stream', () => pairs['unix stream']()[0], 'mark=0'],
] as const)('E-021: streams have a mark, even unconnected; other sockets have none (%s)', (_, make, line) => {
  expect(atMark(make())).toBe(line)
})
