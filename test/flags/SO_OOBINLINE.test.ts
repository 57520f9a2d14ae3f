// Owns SO_OOBINLINE: urgent bytes that stay in the stream, where only the mark tells them apart.
import { describe, expect, test } from 'vitest'
import { type Fd, MSG_OOB, POLLPRI, SO_OOBINLINE, SOL_SOCKET, setsockopt, unwrap } from '../../lib/index.js'
import { delivered, mark, nonBlocking, pairs, polled, received } from '../fixtures.js'

describe.each(['tcp4', 'unix stream'] as const)('%s', (kind) => {
  const pair = () => {
    const [x, y] = pairs[kind]()
    return [x, nonBlocking(y)] as const
  }
  const inline = (fd: Fd) => unwrap(setsockopt(fd, SOL_SOCKET, SO_OOBINLINE, true))

  test('E-012: the urgent byte is read like any other, not with MSG_OOB', () => {
    const [x, y] = pair()
    inline(y)
    delivered(x, 'x', MSG_OOB)
    expect([polled(y, POLLPRI), mark(y), received(y, 1, MSG_OOB)]).toEqual(['1 PRI', 'mark=1', '-1 EINVAL'])
    expect([received(y, 1), polled(y, POLLPRI), mark(y)]).toEqual(["1 'x'", '0', 'mark=0'])
  })

  test('E-013: a read stops before the urgent byte, and the next one begins with it', () => {
    const [x, y] = pair()
    inline(y)
    delivered(x, 'hello', MSG_OOB)
    expect([received(y, 1, MSG_OOB), received(y, 5), mark(y)]).toEqual(['-1 EINVAL', "4 'hell'", 'mark=1'])
    expect([received(y, 1), mark(y)]).toEqual(["1 'o'", 'mark=0'])
  })

  test('E-015: set after the data came, it counts for what is still to be read', () => {
    const [x, y] = pair()
    delivered(x, 'hello', MSG_OOB)
    delivered(x, 'wor', MSG_OOB)
    delivered(x, 'ld')
    inline(y)
    expect([received(y, 10), mark(y), received(y, 3)]).toEqual(["7 'hellowo'", 'mark=1', "3 'rld'"])
  })

  test('E-016: set between two urgent bytes, it keeps both', () => {
    const [x, y] = pair()
    delivered(x, 'x', MSG_OOB)
    inline(y)
    delivered(x, 'y', MSG_OOB)
    expect([received(y, 1), mark(y), received(y, 1), mark(y)]).toEqual(["1 'x'", 'mark=1', "1 'y'", 'mark=0'])
  })
})
