// Owns calls that block one thread, or several at once, and that another sets free.
import { setTimeout as passed } from 'node:timers/promises'
import { expect, test } from 'vitest'
import {
  connect,
  getsockopt,
  MSG_WAITALL,
  type Result,
  SHUT_RDWR,
  SO_SNDBUF,
  SOL_SOCKET,
  shutdown,
  unwrap,
} from '../../lib/index.js'
import {
  type Done,
  inThread,
  secondThread,
  sent,
  shown,
  shownFd,
  tcp,
  tcpListener,
  tcpPair,
  timed,
  unixPair,
} from '../fixtures.js'

/** Counts the promises that are fulfilled, from now on. */
function counting(promises: readonly Promise<unknown>[]): () => number {
  let count = 0
  for (const promise of promises) promise.then(() => count++)
  return () => count
}

const receivedBy = ({ result, args: [, buffer] }: Done<'recv'>): string =>
  shown(result as Result<number>, (count) => `${count} '${Buffer.from(buffer.subarray(0, count)).toString('latin1')}'`)

test('F-025: send() waits until all is taken', async () => {
  const [x, y] = unixPair()
  const data = new Uint8Array(4 * (unwrap(getsockopt(x, SOL_SOCKET, SO_SNDBUF)) as number))
  const drainLater = await secondThread([200, 'recv', y, new Uint8Array(data.length), MSG_WAITALL])
  expect(
    timed(150, 5000, () => {
      drainLater()
      return sent(x, data)
    }),
  ).toEqual([String(data.length), '150..5000ms'])
})

test('F-028: of two readers of a unix stream each gets a part', async () => {
  const [x, y] = unixPair()
  const readers = await Promise.all([inThread('recv', y, new Uint8Array(4)), inThread('recv', y, new Uint8Array(4))])
  await passed(100)
  sent(x, 'aaaabb')
  const lines = (await Promise.all(readers.map(({ done }) => done))).map(receivedBy)
  expect(lines.sort()).toEqual(["2 'bb'", "4 'aaaa'"])
})

test('F-028: of two readers of TCP one gets a byte, and the other the next', async () => {
  const [c, a] = tcpPair()
  const readers = await Promise.all([inThread('recv', a, new Uint8Array(1)), inThread('recv', a, new Uint8Array(1))])
  const all = readers.map(({ done }) => done)
  const finished = counting(all)
  sent(c, 'x')
  await Promise.race(all)
  await passed(100)
  const early = finished()
  sent(c, 'y')
  expect((await Promise.all(all)).map(receivedBy).sort()).toEqual(["1 'x'", "1 'y'"])
  expect(early).toBe(1)
})

test('F-029: a connection goes to one of three in accept(), and shutdown() sends the others away', async () => {
  const { fd, address } = tcpListener()
  const threads = await Promise.all([1, 2, 3].map(() => inThread('accept', fd)))
  const all = threads.map(({ done }) => done)
  const finished = counting(all)
  unwrap(connect(tcp(), address))
  await Promise.race(all)
  await passed(100)
  const early = finished()
  unwrap(shutdown(fd, SHUT_RDWR))
  const lines = (await Promise.all(all)).map(({ result }) => shownFd(result))
  expect(lines.sort()).toEqual(['-1 EINVAL', '-1 EINVAL', 'fd'])
  expect(early).toBe(1)
})
