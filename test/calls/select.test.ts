// select() and pselect(): which descriptors are ready, of those that an fd_set can hold.
import { constants } from 'node:os'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import {
  accept,
  connect,
  F_DUPFD,
  FD_SETSIZE,
  fcntl,
  MSG_OOB,
  POLLIN,
  pselect,
  type Result,
  type Selected,
  type SelectSets,
  SHUT_WR,
  select,
  shutdown,
  unwrap,
} from '../../lib/index.js'
import * as raw from '../../lib/raw.js'
import {
  delivered,
  fill,
  hasProgram,
  nonBlocking,
  own,
  pestered,
  polled,
  python,
  refusing,
  secondThread,
  sent,
  shown,
  shut,
  tcp,
  tcpListener,
  tcpPair,
  timed,
  unixPair,
} from '../fixtures.js'

const { SIGUSR2 } = constants.signals
const none = { read: [], write: [], except: [] }

const calls: [string, (sets: SelectSets, timeout?: number | null) => Result<Selected>][] = [
  ['select', select],
  ['pselect', pselect],
]

describe.each(calls)('%s()', (name, call) => {
  test('gives the ready ones of each list in their order, each once, and leaves the lists alone', () => {
    const [x, y] = unixPair()
    sent(x, 'a')
    const sets = { read: [y, x, y], write: Int32Array.of(y, x), except: [x] }
    expect(unwrap(call(sets, 0))).toEqual({ read: [y], write: [y, x], except: [] })
    expect(sets).toEqual({ read: [y, x, y], write: Int32Array.of(y, x), except: [x] })
    expect(unwrap(call({ read: [x, y] }, null))).toEqual({ ...none, read: [y] })
  })

  test('the timeout is in milliseconds, and no descriptor is needed to wait; a negative one is EINVAL', () => {
    const [x] = unixPair()
    const ready = (sets: SelectSets, ms: number) => shown(call(sets, ms), (value) => JSON.stringify(value))
    expect(timed(40, 2000, () => ready({ read: [x] }, 40.25))).toEqual([JSON.stringify(none), '40..2000ms'])
    expect(timed(30, 2000, () => ready({}, 30))).toEqual([JSON.stringify(none), '30..2000ms'])
    expect(timed(0, 2000, () => ready({ read: [], write: [] }, 0.0001))).toEqual([JSON.stringify(none), '0..2000ms'])
    expect([ready({}, -1), ready({}, -0.25)]).toEqual(['-1 EINVAL', '-1 EINVAL'])
  })

  test('a descriptor that is not open is EBADF', () => {
    const [x] = unixPair()
    shut(x)
    expect(shown(call({ read: [x] }, 0))).toBe('-1 EBADF')
  })

  test('an fd_set holds FD_SETSIZE - 1, and what is beyond it is refused before any call', () => {
    const [x, y] = unixPair()
    const last = unwrap(fcntl(y, F_DUPFD, FD_SETSIZE - 1))
    const beyond = own(unwrap(fcntl(y, F_DUPFD, FD_SETSIZE)))
    sent(x, 'a')
    own(last)
    expect([last, beyond]).toEqual([FD_SETSIZE - 1, FD_SETSIZE])
    expect(unwrap(call({ read: [last, y], write: [last] }, 0))).toEqual({ read: [last, y], write: [last], except: [] })
    for (const fd of [beyond, FD_SETSIZE + 7, 2 ** 31 - 1, -1, -(2 ** 31)])
      for (const list of [[y, fd], Int32Array.of(y, fd)])
        for (const key of ['read', 'write', 'except'])
          expect(() => call({ [key]: list }, 0)).toThrow(
            `The "sets.${key}[1]" argument of ${name}() must be an integer from 0 to 1023. Received ${fd}`,
          )
  })

  test('getters that throw, or change the lists that are being read, do no harm', () => {
    const [x, y] = unixPair()
    sent(x, 'a')
    const thrower = {
      get read(): number[] {
        throw new Error('mine')
      },
    }
    expect(() => call(thrower, 0)).toThrow('mine')
    const shrinking = [0, y, y, y]
    Object.defineProperty(shrinking, 0, {
      get: () => {
        shrinking.length = 2
        return y
      },
    })
    expect(() => call({ read: shrinking }, 0)).toThrow(/"sets.read\[2\]" argument/)
    const memory = new Int32Array(new ArrayBuffer(8, { maxByteLength: 8 }))
    const detaching = {
      read: memory,
      get write(): number[] {
        memory.buffer.resize(0)
        return [x]
      },
    }
    expect(unwrap(call(detaching, 0))).toEqual({ ...none, write: [x] })
    const gone = Int32Array.of(y)
    structuredClone(gone.buffer, { transfer: [gone.buffer] })
    expect(() => call({ except: gone }, 0)).toThrow(/"sets.except" argument .* still has its memory/)
  })

  test('E-022: urgent data is exceptional next to what can be read', () => {
    for (const [x, y] of [tcpPair(), unixPair()]) {
      delivered(x, 'abc')
      delivered(x, 'X', MSG_OOB)
      delivered(x, 'def')
      polled(y, POLLIN, 1000)
      expect(unwrap(call({ read: [y], write: [], except: [y, x] }, 0))).toEqual({ ...none, read: [y], except: [y] })
    }
  })

  test('a connection, the end of a stream and an error can be "read"; a refused connection also "written"', () => {
    const listener = tcpListener()
    unwrap(connect(tcp(), listener.address))
    expect(unwrap(call({ read: [listener.fd] }, 1000)).read).toEqual([listener.fd])
    own(unwrap(accept(listener.fd)).fd)
    const [x, y] = unixPair()
    unwrap(shutdown(x, SHUT_WR))
    const refused = nonBlocking(tcp())
    connect(refused, refusing())
    polled(refused, 0, 1000)
    const all = [y, x, refused, listener.fd]
    expect(unwrap(call({ read: all, write: all, except: all }, 0))).toEqual({
      read: [y, refused],
      write: [y, x, refused],
      except: [],
    })
  })

  test('is woken by what another thread sends', async () => {
    const [x, y] = unixPair()
    const start = await secondThread([50, 'send', x, Buffer.from('a')])
    start()
    expect(unwrap(call({ read: [y], except: [y] }, 10_000))).toEqual({ ...none, read: [y] })
  })

  test('a signal is EINTR', () => {
    const listener = () => {}
    process.on('SIGUSR2', listener)
    onTestFinished(() => void process.off('SIGUSR2', listener))
    const stop = pestered('USR2')
    expect(shown(call({}, 10_000))).toBe('-1 EINTR')
    stop()
  })

  test.skipIf(!hasProgram('python3', 'python3'))('sees what Python sees', () => {
    const [x, y] = tcpPair()
    const [full] = unixPair()
    const [left, right] = unixPair()
    const listener = tcpListener()
    fill(full)
    delivered(x, 'X', MSG_OOB)
    shut(left)
    polled(y, POLLIN, 1000)
    const fds = [x, y, full, right, listener.fd]
    const lists = Array(3).fill('range(3, 8)').join(', ')
    const seen = python(`select.select(${lists}, 0)`, ...fds) as number[][]
    const ours = unwrap(call({ read: fds, write: fds, except: fds }, 0))
    expect(seen.map((list) => list.map((fd) => fds[fd - 3]))).toEqual([ours.read, ours.write, ours.except])
    expect(ours.except).toEqual([y])
    expect(ours.write).not.toContain(full)
  })
})

test('pselect(): a signal that the mask blocks does not end the wait', () => {
  const arrived = vi.fn()
  process.on('SIGUSR2', arrived)
  onTestFinished(() => void process.off('SIGUSR2', arrived))
  const stop = pestered('USR2')
  expect(shown(pselect({}, 10_000, []))).toBe('-1 EINTR')
  expect(timed(300, 5000, () => shown(pselect({}, 300, [SIGUSR2]), () => 'time'))).toEqual(['time', '300..5000ms'])
  stop()
})

describe('the raw face', () => {
  test('gives how many are ready in all, and writes how many of each and which', () => {
    const [x, y] = unixPair()
    sent(x, 'a')
    const sets = { read: Int32Array.of(x, y), write: Int32Array.of(y, x) }
    const ready = new Int32Array(8).fill(-7)
    expect(raw.select(sets, ready, 0)).toBe(3)
    expect([...ready]).toEqual([1, 2, 0, y, y, x, -7, -7])
    expect(raw.pselect(sets, ready.fill(-7), 0, [])).toBe(3)
    expect([...ready]).toEqual([1, 2, 0, y, y, x, -7, -7])
    expect(raw.select(sets, null, 0)).toBe(3)
    ready.fill(-7)
    shut(x)
    expect(raw.select(sets, ready, 0)).toBe(-9) // EBADF: nothing is written
    expect([...ready]).toEqual(Array(8).fill(-7))
  })

  test('refuses too little room for all that may be ready', () => {
    expect(() => raw.select({ read: [0, 1, 0], write: [2] }, new Int32Array(5), 0)).toThrow(
      /^The "ready" argument of select\(\) must be an Int32Array of at least 6 elements/,
    )
  })
})
