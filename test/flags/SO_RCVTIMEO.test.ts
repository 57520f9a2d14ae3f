// Owns SO_RCVTIMEO and SO_SNDTIMEO: how long a blocking call waits before EAGAIN, and how the times are kept.
import { describe, expect, test } from 'vitest'
import {
  accept,
  connect,
  type Fd,
  getsockopt,
  POLLIN,
  SO_RCVTIMEO,
  SO_SNDBUF,
  SO_SNDTIMEO,
  SOL_SOCKET,
  setsockopt,
  unwrap,
} from '../../lib/index.js'
import {
  bytes,
  fill,
  nonBlocking,
  pairs,
  polled,
  received,
  secondThread,
  sent,
  shown,
  shownFd,
  tcpListener,
  timed,
  timeout,
  unix,
  unixListener,
  unixPair,
} from '../fixtures.js'

type Option = typeof SO_RCVTIMEO | typeof SO_SNDTIMEO

/** A `struct timeval`, in `length` bytes. */
const timeval = (seconds: number, microseconds: number, length = 16) => {
  const words = new BigInt64Array([BigInt(seconds), BigInt(microseconds), 0n])
  return new Uint8Array(words.buffer, 0, length)
}
const set = (fd: Fd, option: Option, value: Uint8Array) => shown(setsockopt(fd, SOL_SOCKET, option, value))
const get = (fd: Fd, option: Option) =>
  shown(getsockopt(fd, SOL_SOCKET, option, 16), ({ buffer }) => `{${new BigInt64Array(buffer).join()}}`)

describe('waiting', () => {
  test.each(['tcp4', 'unix stream', 'unix dgram', 'unix seqpacket', 'udp4'] as const)(
    'F-005: recv() gives up after SO_RCVTIMEO (%s)',
    (kind) => {
      const [, y] = pairs[kind]()
      timeout(y, SO_RCVTIMEO, 150)
      expect(timed(140, 1000, () => received(y, 5))).toEqual(['-1 EAGAIN', '140..1000ms'])
    },
  )

  test.each([
    ['tcp4', tcpListener],
    ['unix', unixListener],
  ] as const)('F-010: accept() gives up after SO_RCVTIMEO (%s)', (_, listener) => {
    const { fd } = listener()
    timeout(fd, SO_RCVTIMEO, 150)
    expect(timed(140, 1000, () => shownFd(accept(fd)))).toEqual(['-1 EAGAIN', '140..1000ms'])
  })

  test('F-012: connect() to a full AF_UNIX backlog gives up after SO_SNDTIMEO, or at once', () => {
    const { fd: listener, address } = unixListener(0) // which admits one
    const connected = (fd: Fd) => shown(connect(fd, address))
    const hurried = nonBlocking(unix())
    expect([connected(unix()), connected(hurried)]).toEqual(['0', '-1 EAGAIN'])

    const patient = unix()
    timeout(patient, SO_SNDTIMEO, 150)
    expect(timed(140, 1000, () => connected(patient))).toEqual(['-1 EAGAIN', '140..1000ms'])

    expect(shownFd(accept(listener))).toBe('fd')
    expect(connected(hurried)).toBe('0')
  })

  test.each(['tcp4', 'unix stream'] as const)(
    'F-013: send() gives up after SO_SNDTIMEO, with EAGAIN only if nothing was taken (%s)',
    (kind) => {
      const [x] = pairs[kind]()
      timeout(x, SO_SNDTIMEO, 200)
      const data = new Uint8Array(20 * unwrap(getsockopt(x, SOL_SOCKET, SO_SNDBUF)))
      const [count, time] = timed(150, 2000, () => sent(x, data))
      expect(Number(count)).within(1, data.length - 1)
      expect(time).toBe('150..2000ms')
      fill(x) // TCP finds room for a little more
      expect(timed(150, 2000, () => sent(x, data))).toEqual(['-1 EAGAIN', '150..2000ms'])
    },
  )

  test('F-009: seconds beyond counting are for ever, and are read as 0', async () => {
    const [x, y] = unixPair()
    const words = new BigInt64Array([2n ** 62n, 0n])
    expect([set(y, SO_RCVTIMEO, new Uint8Array(words.buffer)), get(y, SO_RCVTIMEO)]).toEqual(['0', '{0,0}'])
    const sendLater = await secondThread([150, 'send', x, bytes('a')])
    expect(
      timed(100, 2000, () => {
        sendLater()
        return received(y, 1)
      }),
    ).toEqual(["1 'a'", '100..2000ms'])
  })

  test('F-024: poll() does not care', () => {
    const [, y] = unixPair()
    timeout(y, SO_RCVTIMEO, 100)
    expect(timed(240, 1000, () => polled(y, POLLIN, 250))).toEqual(['0', '240..1000ms'])
  })
})

describe('values', () => {
  test('F-006: 0 by default, and kept to the microsecond in a struct timeval or more', () => {
    const [x] = unixPair()
    expect([get(x, SO_RCVTIMEO), get(x, SO_SNDTIMEO)]).toEqual(['{0,0}', '{0,0}'])
    expect([set(x, SO_RCVTIMEO, timeval(123, 456_000)), get(x, SO_RCVTIMEO)]).toEqual(['0', '{123,456000}'])
    expect([set(x, SO_SNDTIMEO, timeval(89, 44_000)), get(x, SO_SNDTIMEO)]).toEqual(['0', '{89,44000}'])
    expect([set(x, SO_RCVTIMEO, timeval(0, 432_000, 24)), get(x, SO_RCVTIMEO)]).toEqual(['0', '{0,432000}'])
    expect(set(x, SO_RCVTIMEO, timeval(0, 0, 8))).toBe('-1 EINVAL')
  })

  test.each(['tcp4', 'unix stream'] as const)(
    'F-007: microseconds of a second or more, or below 0, are EDOM (%s)',
    (kind) => {
      const [x] = pairs[kind]()
      for (const option of [SO_RCVTIMEO, SO_SNDTIMEO]) {
        const lines = [1_000_000, -1, 2_000_000].map((microseconds) => set(x, option, timeval(0, microseconds)))
        expect(lines).toEqual(['-1 EDOM', '-1 EDOM', '-1 EDOM'])
      }
    },
  )

  test('F-030: times are rounded up to a tick of the kernel', () => {
    const [, y] = unixPair()
    unwrap(setsockopt(y, SOL_SOCKET, SO_RCVTIMEO, timeval(0, 1)))
    const tick = Number(get(y, SO_RCVTIMEO).slice(3, -1)) // 4000 with CONFIG_HZ=250
    expect([10_000, 4000, 3333, 1000]).toContain(tick)
    expect(timed(0, 100, () => received(y, 1))).toEqual(['-1 EAGAIN', '0..100ms'])
    expect(get(y, SO_RCVTIMEO)).toBe(`{0,${tick}}`)

    const ticks = Math.ceil(10_000 / tick)
    const rounded = Math.floor((ticks * 1_000_000) / Math.round(1_000_000 / tick)) // 12000 with CONFIG_HZ=250
    expect([set(y, SO_RCVTIMEO, timeval(0, 10_000)), get(y, SO_RCVTIMEO)]).toEqual(['0', `{0,${rounded}}`])
    expect([set(y, SO_RCVTIMEO, timeval(0, 0)), get(y, SO_RCVTIMEO)]).toEqual(['0', '{0,0}'])
  })
})
