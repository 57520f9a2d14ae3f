// Owns MSG_WAITALL: when a receive waits for the whole buffer, and what ends the wait early (cases C-001 to C-020).
import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import {
  MSG_DONTWAIT,
  MSG_OOB,
  MSG_TRUNC,
  MSG_WAITALL,
  recv,
  SHUT_RD,
  SHUT_WR,
  SO_PASSCRED,
  SO_RCVLOWAT,
  SO_RCVTIMEO,
  SOL_SOCKET,
  setsockopt,
  shutdown,
  unwrap,
} from '../../lib/index.js'
import {
  arrival,
  bytes,
  delivered,
  nonBlocking,
  pairs,
  received,
  secondThread,
  sent,
  timed,
  timeout,
} from '../fixtures.js'

const streams = ['tcp4', 'unix stream'] as const

test.each(streams)('C-001: the wait ends when the buffer is full; the rest stays queued (%s)', async (kind) => {
  const [x, y] = pairs[kind]()
  sent(x, 'abc')
  const sendRest = await secondThread([200, 'send', x, bytes('defgh')])
  expect([
    ...timed(150, 2000, () => {
      sendRest()
      return received(y, 6, MSG_WAITALL)
    }),
    received(y, 6),
  ]).toEqual(["6 'abcdef'", '150..2000ms', "2 'gh'"])
})

test.each(streams)('C-002: the end of the stream ends the wait with what there is (%s)', (kind) => {
  const [x, y] = pairs[kind]()
  sent(x, 'abc')
  unwrap(shutdown(x, SHUT_WR))
  expect([received(y, 10, MSG_WAITALL), received(y, 10, MSG_WAITALL)]).toEqual(["3 'abc'", '0'])
})

test('C-003: a peer that closes ends the wait with what it sent', async () => {
  const [x, y] = pairs['unix stream']()
  const sendAndClose = await secondThread([100, 'send', x, bytes('ab')], [50, 'close', x])
  sendAndClose()
  expect(received(y, 10, MSG_WAITALL)).toBe("2 'ab'")
})

test.each(['unix dgram', 'unix seqpacket', 'udp4'] as const)(
  'C-004: it has no effect on messages: one receive, one message (%s)',
  (kind) => {
    const [x, y] = pairs[kind]()
    sent(x, 'abc')
    sent(x, 'defg')
    expect([received(y, 10, MSG_WAITALL), received(y, 10, MSG_WAITALL)]).toEqual(["3 'abc'", "4 'defg'"])
  },
)

test.each(streams)('C-005: not waiting wins, asked for by MSG_DONTWAIT or by O_NONBLOCK (%s)', (kind) => {
  const [x, y] = pairs[kind]()
  const empty = received(y, 10, MSG_WAITALL | MSG_DONTWAIT)
  delivered(x, 'abc')
  const partial = received(y, 10, MSG_WAITALL | MSG_DONTWAIT)
  nonBlocking(y)
  delivered(x, 'de')
  expect([empty, partial, received(y, 10, MSG_WAITALL), received(y, 10, MSG_WAITALL)]).toEqual([
    '-1 EAGAIN',
    "3 'abc'",
    "2 'de'",
    '-1 EAGAIN',
  ])
})

test.each(streams)('C-006: SO_RCVTIMEO ends the wait with what there is, EAGAIN only with nothing (%s)', (kind) => {
  const [x, y] = pairs[kind]()
  timeout(y, SO_RCVTIMEO, 200)
  sent(x, 'abc')
  const wait = (): string => received(y, 10, MSG_WAITALL)
  expect([...timed(150, 2000, wait), ...timed(150, 2000, wait)]).toEqual([
    "3 'abc'",
    '150..2000ms',
    '-1 EAGAIN',
    '150..2000ms',
  ])
})

test.each([
  ['C-009', 'tcp4'],
  ['C-010', 'unix stream'],
] as const)('%s: the urgent mark ends the wait (%s)', (_, kind) => {
  const [x, y] = pairs[kind]()
  delivered(x, 'abc')
  delivered(x, 'd', MSG_OOB)
  delivered(x, 'ef')
  expect([received(y, 5, MSG_WAITALL), received(y, 1, MSG_OOB), received(y, 5, MSG_WAITALL | MSG_DONTWAIT)]).toEqual([
    "3 'abc'",
    "1 'd'",
    "2 'ef'",
  ])
})

test('C-012: it fills buffers in order, and skips an empty one', () => {
  const [x, y] = pairs.tcp4()
  delivered(x, '0123456789')
  const { line, parts } = arrival(y, [3, 0, 4, 3], MSG_WAITALL)
  expect([line, parts]).toEqual(["10 '0123456789' fl=0", ['012', '', '3456', '789']])
})

test.each(streams)('C-013: shutting down its own reading ends the wait with what there is (%s)', async (kind) => {
  const [x, y] = pairs[kind]()
  const sendAndShutDown = await secondThread([100, 'send', x, bytes('ab')], [50, 'shutdown', y, SHUT_RD])
  sendAndShutDown()
  expect(received(y, 10, MSG_WAITALL)).toBe("2 'ab'")
})

test('C-014: with MSG_TRUNC, TCP waits for the bytes, throws them away and leaves the buffer alone', async () => {
  const [x, y] = pairs.tcp4()
  sent(x, 'abc')
  const sendRest = await secondThread([150, 'send', x, bytes('def')])
  const buffer = bytes('zzzzzz')
  sendRest()
  expect([unwrap(recv(y, buffer, MSG_WAITALL | MSG_TRUNC)), buffer, received(y, 1, MSG_DONTWAIT)]).toEqual([
    6,
    bytes('zzzzzz'),
    '-1 EAGAIN',
  ])
})

test.each(streams)('C-015: with no room it waits for data all the same, and then takes none (%s)', (kind) => {
  const [x, y] = pairs[kind]()
  const empty = received(y, 0, MSG_WAITALL | MSG_DONTWAIT)
  sent(x, 'a')
  expect([empty, received(y, 0, MSG_WAITALL)]).toEqual(['-1 EAGAIN', '0'])
})

test('C-017: SO_RCVLOWAT makes a plain recv() wait for that many bytes', async () => {
  const [x, y] = pairs.tcp4()
  unwrap(setsockopt(y, SOL_SOCKET, SO_RCVLOWAT, 4))
  const sendHalves = await secondThread([100, 'send', x, bytes('ab')], [150, 'send', x, bytes('cd')])
  expect(
    timed(200, 2000, () => {
      sendHalves()
      return received(y, 10)
    }),
  ).toEqual(["4 'abcd'", '200..2000ms'])
})

test('C-018: it ends where the credentials change', () => {
  const [x, y] = pairs['unix stream']()
  unwrap(setsockopt(y, SOL_SOCKET, SO_PASSCRED, true))
  sent(x, 'aa')
  execFileSync('sh', ['-c', 'printf bb >&3'], { stdio: ['ignore', 'ignore', 'inherit', x] })
  const [first, second] = [arrival(y, [4], MSG_WAITALL, 64), arrival(y, [4], MSG_DONTWAIT, 64)]
  expect([first.line, second.line]).toEqual(["2 'aa' fl=0 cm=[CRED]", "2 'bb' fl=0 cm=[CRED]"])
  expect(first.message?.control[0]?.data).toMatchObject({ pid: process.pid })
  expect(second.message?.control[0]?.data).not.toMatchObject({ pid: process.pid })
})

test.each(['udp4', 'unix seqpacket'] as const)('C-019: an empty message ends the wait (%s)', (kind) => {
  const [x, y] = pairs[kind]()
  sent(x, '')
  expect(received(y, 10, MSG_WAITALL)).toBe('0')
})

test.each(streams)('C-020: it collects more than the socket buffers hold (%s)', async (kind) => {
  const [x, y] = pairs[kind]()
  const data = Buffer.from(Uint8Array.from({ length: 300_100 }, (_, index) => index % 251))
  const sendAll = await secondThread([0, 'send', x, data.subarray(0, 100)], [0, 'send', x, data.subarray(100)])
  const buffer = Buffer.alloc(300_100)
  sendAll()
  expect([unwrap(recv(y, buffer, MSG_WAITALL)), buffer.equals(data)]).toEqual([300_100, true])
})
