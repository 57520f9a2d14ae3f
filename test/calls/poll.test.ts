// poll(): which descriptors are ready.
import { describe, expect, test } from 'vitest'
import { POLLHUP, POLLIN, POLLNVAL, POLLOUT, type PollFd, poll, unwrap } from '../../lib/index.js'
import * as raw from '../../lib/raw.js'
import { elapsed, polled, sent, shown, shut, unixPair } from '../fixtures.js'

const entry = (fd: number, events: number): PollFd => ({ fd, events, revents: -1 })

test('revents are written in place, as in C', () => {
  const [x, y] = unixPair()
  sent(x, 'a')
  const fds = [entry(x, POLLIN | POLLOUT), entry(y, POLLIN), entry(x, POLLIN)]
  expect(unwrap(poll(fds, 0))).toBe(2)
  expect(fds.map(({ revents }) => revents)).toEqual([POLLOUT, POLLIN, 0])
})

test('a descriptor that is not open is POLLNVAL, a negative one is ignored', () => {
  const fds = [entry(1 << 20, POLLIN), entry(-1, POLLIN)]
  expect(unwrap(poll(fds, 0))).toBe(1)
  expect(fds.map(({ revents }) => revents)).toEqual([POLLNVAL, 0])
})

test('the end of the peer is POLLHUP, asked for or not', () => {
  const [x, y] = unixPair()
  shut(x)
  expect(polled(y, 0)).toBe('1 HUP')
  const fds = [entry(y, 0)]
  unwrap(poll(fds, -1))
  expect(fds[0]?.revents).toBe(POLLHUP)
})

test('the timeout is in milliseconds, and no descriptor is needed to wait', () => {
  const [x] = unixPair()
  expect(elapsed(() => expect(polled(x, POLLIN, 60)).toBe('0'))).toBeGreaterThanOrEqual(59)
  expect(elapsed(() => expect(shown(poll([], 30))).toBe('0'))).toBeGreaterThanOrEqual(29)
})

test('more entries than there may be descriptors are EINVAL', () => {
  expect(
    shown(
      poll(
        Array.from({ length: 2_000_000 }, () => entry(-1, 0)),
        0,
      ),
    ),
  ).toBe('-1 EINVAL')
})

describe('an Int32Array of triples', () => {
  test('does the same without objects', () => {
    const [x, y] = unixPair()
    sent(x, 'a')
    const fds = Int32Array.of(x, POLLIN | POLLOUT, -1, y, POLLIN, -1)
    expect(raw.poll(fds, 0)).toBe(2)
    expect([...fds]).toEqual([x, POLLIN | POLLOUT, POLLOUT, y, POLLIN, POLLIN])
  })

  test('must be whole triples, with events that fit a short', () => {
    expect(() => raw.poll(new Int32Array(4), 0)).toThrow(
      /"fds" argument of poll\(\) must be an Int32Array of \(fd, events/,
    )
    expect(() => raw.poll(Int32Array.of(0, 40000, 0), 0)).toThrow(
      /"fds\[1\]" argument of poll\(\) must be an integer from/,
    )
  })
})

describe('hostile entries', () => {
  test('a getter that throws passes its exception on', () => {
    const fds = [
      {
        get fd(): number {
          throw new Error('mine')
        },
        events: 0,
        revents: 0,
      },
    ]
    expect(() => poll(fds, 0)).toThrow('mine')
  })

  test('a list that changes while it is read is read safely', () => {
    const fds: PollFd[] = []
    const shrinking = {
      get fd(): number {
        fds.length = 1
        return -1
      },
      events: 0,
      revents: 0,
    }
    fds.push(shrinking, entry(-1, 0), entry(-1, 0))
    expect(() => poll(fds, 0)).toThrow(/"fds\[1\]" argument of poll\(\)/)
  })

  test('a frozen entry is refused, for the answer has nowhere to go', () => {
    expect(() => poll([Object.freeze(entry(-1, 0))], 0)).toThrow(
      /"fds\[0\].revents" argument of poll\(\) must be writable/,
    )
  })

  test('a sparse list names the hole', () => {
    const fds: PollFd[] = []
    fds[2] = entry(-1, 0)
    expect(() => poll(fds, 0)).toThrow(/"fds\[0\]" argument of poll\(\) must be an object/)
  })
})
