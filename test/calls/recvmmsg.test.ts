// Owns recvmmsg(): several messages in one call, how long it waits, and hostile lists of rooms.
import { expect, test, vi } from 'vitest'
import {
  AF_INET,
  type MessageBuffers,
  MSG_DONTWAIT,
  MSG_WAITFORONE,
  type ReceivedMessage,
  recvmmsg,
  SOCK_DGRAM,
  sendto,
  unwrap,
} from '../../lib/index.js'
import { native } from '../../lib/native.js'
import * as raw from '../../lib/raw.js'
import {
  bound,
  bytes,
  descriptorsOf,
  openSockets,
  pairs,
  received,
  receivedMessages,
  rights,
  secondThread,
  sent,
  sentMessage,
  shown,
  shut,
  timed,
  udp,
  unixPair,
} from '../fixtures.js'

test('L-007: MSG_WAITFORONE waits for the first message only', async () => {
  const [u, v] = pairs.udp4()
  sent(u, 'a')
  sent(u, 'b')
  expect([receivedMessages(v, 4, 4, MSG_DONTWAIT), receivedMessages(v, 4, 4, MSG_DONTWAIT)]).toEqual([
    "2 'a' 'b'",
    '-1 EAGAIN',
  ])
  sent(u, 'c')
  const wait = () => receivedMessages(v, 4, 4, MSG_WAITFORONE)
  expect(timed(0, 100, wait)).toEqual(["1 'c'", '0..100ms'])
  const send = await secondThread([100, 'send', u, bytes('d')])
  expect(
    timed(80, 500, () => {
      send()
      return wait()
    }),
  ).toEqual(["1 'd'", '80..500ms'])
})

test('L-016: slots that no message came for are untouched', () => {
  const d = udp()
  const there = bound(d)
  const senders = [udp(), udp(), udp()]
  const from = senders.map((fd) => bound(fd))
  for (const fd of senders) unwrap(sendto(fd, bytes('ab'), 0, there))
  const rooms = [32, 4, 32, 32].map((size) => ({
    iov: [new Uint8Array(4)],
    address: new Uint8Array(size),
    lengths: new Int32Array([99, 99, size, 99]),
  }))
  expect(raw.recvmmsg(d, rooms, MSG_DONTWAIT)).toBe(3)
  expect(rooms.map(({ lengths }) => lengths[2])).toEqual([16, 16, 16, 32])
  expect(rooms.map(({ lengths }) => lengths[0])).toEqual([2, 2, 2, 99])
  const ports = rooms.slice(0, 3).map(({ address }) => Buffer.from(address).readUInt16BE(2))
  expect(ports).toEqual(from.map((address) => (address as { port: number }).port))
})

test('senders come with their messages', () => {
  const d = udp()
  const there = bound(d)
  const from = [udp(), udp()].map((fd) => {
    const address = bound(fd)
    unwrap(sendto(fd, bytes('x'), 0, there))
    return address
  })
  const messages = unwrap(recvmmsg(d, Array(3).fill({ iov: [new Uint8Array(1)] }), MSG_DONTWAIT))
  expect(messages.map(({ count, address }) => ({ count, address }))).toEqual(
    from.map((address) => ({ count: 1, address })),
  )
  expect(from[0]).toMatchObject({ family: AF_INET })
})

test('L-018: the timeout is not looked at while it waits for a message', async () => {
  const [u, v] = pairs.udp4()
  const send = await secondThread([600, 'send', u, bytes('a')])
  const buffers = [new Uint8Array(4), new Uint8Array(4)]
  expect(
    timed(550, 5000, () => {
      send()
      return shown(
        recvmmsg(
          v,
          buffers.map((buffer) => ({ iov: [buffer] })),
          0,
          100,
        ),
        (messages) => messages.map(({ count }) => count).join(),
      )
    }),
  ).toEqual(['1', '550..5000ms'])
})

test('a negative timeout is the kernel’s EINVAL, and 0 takes what is there', () => {
  const [x, y] = unixPair(SOCK_DGRAM)
  sent(x, 'a')
  const one: MessageBuffers[] = [{ iov: [new Uint8Array(1)] }]
  expect(shown(recvmmsg(y, one, 0, -1))).toBe('-1 EINVAL')
  expect(unwrap(recvmmsg(y, [...one, ...one], 0, 0)).map(({ count }) => count)).toEqual([1])
})

test('when one message cannot be decoded, the descriptors of all are closed', () => {
  const [x, y] = unixPair(SOCK_DGRAM)
  const { controlMessages } = native
  for (let failing = 0; failing < 3; failing++) {
    for (let i = 0; i < 3; i++) sentMessage(x, 'm', [rights(x, y)])
    const before = openSockets().length
    let calls = 0
    const decode = vi.spyOn(native, 'controlMessages').mockImplementation((...args) => {
      if (calls++ === failing) throw new RangeError('out of memory')
      return controlMessages(...args)
    })
    const rooms = [64, 64, 64].map((controlLength) => ({ iov: [new Uint8Array(1)], controlLength }))
    expect(() => recvmmsg(y, rooms, MSG_DONTWAIT)).toThrow('out of memory')
    decode.mockRestore()
    expect(openSockets().length).toBe(before)
  }
})

test('an array with methods of its own runs none of them once something has arrived', () => {
  const [x, y] = unixPair(SOCK_DGRAM)
  class Hostile extends Array<MessageBuffers> {
    override map(): never {
      throw new Error('map')
    }
    override slice(): never {
      throw new Error('slice')
    }
    static override get [Symbol.species](): never {
      throw new Error('species')
    }
  }
  sentMessage(x, 'm', [rights(x)])
  const before = openSockets().length
  const rooms = new Hostile({ iov: [new Uint8Array(1)], controlLength: 64 })
  const [message] = unwrap(recvmmsg(y, rooms, MSG_DONTWAIT))
  expect([openSockets().length - before, message?.control]).toEqual([1, [rights(expect.any(Number) as never)]])
  for (const fd of descriptorsOf(message as ReceivedMessage)) shut(fd)
})

test('a sparse array, or one that is none, is refused at once and takes no message', () => {
  const [x, y] = unixPair(SOCK_DGRAM)
  sent(x, 'a')
  const sparse = new Array(2 ** 32 - 1)
  const holes: MessageBuffers[] = [{ iov: [new Uint8Array(1)] }]
  holes.length = 3
  for (const [messages, argument] of [
    [sparse, 'messages[0]'],
    [holes, 'messages[1]'],
    [{ length: 1 }, 'messages'],
  ] as const)
    expect(() => recvmmsg(y, messages as MessageBuffers[])).toThrow(`"${argument}" argument of recvmmsg()`)
  const thrower = Object.defineProperty([...holes], 1, {
    get() {
      throw new Error('mine')
    },
  })
  expect(() => recvmmsg(y, thrower)).toThrow('mine')
  expect(received(y, 1)).toBe("1 'a'")
})
