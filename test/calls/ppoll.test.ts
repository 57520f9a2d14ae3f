// ppoll(): poll() with a finer timeout and a signal mask.
import { constants } from 'node:os'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { POLLIN, POLLOUT, ppoll, unwrap } from '../../lib/index.js'
import * as raw from '../../lib/raw.js'
import { elapsed, eventNames, pestered, sent, shown, timed, unixPair } from '../fixtures.js'

const { SIGUSR2, SIGKILL } = constants.signals
const entry = (fd: number, events: number) => ({ fd, events, revents: -1 })

test('revents are written in place, of objects and of an Int32Array of triples', () => {
  const [x, y] = unixPair()
  sent(x, 'a')
  const fds = [entry(x, POLLIN), entry(y, POLLIN | POLLOUT)]
  expect(shown(ppoll(fds, 0))).toBe('1')
  expect(fds.map(({ revents }) => eventNames(revents))).toEqual(['', 'IN+OUT'])
  const triples = Int32Array.of(x, POLLIN, -1, y, POLLIN | POLLOUT, -1)
  expect(raw.ppoll(triples, null, [])).toBe(1)
  expect([...triples]).toEqual([x, POLLIN, 0, y, POLLIN | POLLOUT, POLLIN | POLLOUT])
})

test('the timeout is in milliseconds and may be a fraction; a negative one is EINVAL', () => {
  const [x] = unixPair()
  const fds = [entry(x, POLLIN)]
  expect(timed(30, 1000, () => shown(ppoll(fds, 30.5)))).toEqual(['0', '30..1000ms'])
  expect(elapsed(() => unwrap(ppoll([], 0.001)))).toBeLessThan(1000)
  expect([shown(ppoll(fds, -1)), shown(ppoll(fds, -0.5))]).toEqual(['-1 EINVAL', '-1 EINVAL'])
})

describe('a signal', () => {
  test('ends the wait with EINTR, unless the mask blocks it; the listener runs in either case', async () => {
    const arrived = vi.fn()
    process.on('SIGUSR2', arrived)
    onTestFinished(() => void process.off('SIGUSR2', arrived))
    const stop = pestered('USR2')
    try {
      expect(shown(ppoll([], 10_000))).toBe('-1 EINTR')
      expect(shown(ppoll([], 10_000, []))).toBe('-1 EINTR')
      expect(timed(400, 5000, () => shown(ppoll([], 400, [SIGUSR2])))).toEqual(['0', '400..5000ms'])
      expect(arrived).not.toHaveBeenCalled()
      await vi.waitFor(() => expect(arrived).toHaveBeenCalled(), 2000)
    } finally {
      stop()
    }
  })

  test('must be one there is, and that the C library does not keep for itself', () => {
    for (const signal of [0, -1, 65, 32, 33, 1.5])
      expect(() => ppoll([], 0, [1, signal])).toThrow(/^The "mask\[1\]" argument of ppoll\(\) must be/)
    expect(shown(ppoll([], 0, [1, 31, 34, 64]))).toBe('0')
    expect(shown(ppoll([], 0, [SIGKILL]))).toBe('0') // cannot be blocked: the kernel leaves it out
  })
})
