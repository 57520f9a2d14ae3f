// Owns recvmsg(): buffers that are filled in order, limits, and malformed control data from the kernel's side.
import { describe, expect, test, vi } from 'vitest'
import {
  controlDescriptors,
  controlMessages,
  F_GETFD,
  type MessageBuffers,
  MSG_DONTWAIT,
  MSG_TRUNC,
  recvmsg,
  SCM_RIGHTS,
  SOCK_DGRAM,
  SOL_SOCKET,
} from '../../lib/index.js'
import { native } from '../../lib/native.js'
import * as raw from '../../lib/raw.js'
import { arrival, bytes, openCount, pairs, received, rights, sent, sentMessage, shown, unixPair } from '../fixtures.js'

test('L-014: a message fills the buffers in order, and MSG_TRUNC tells its length', () => {
  const [x, y] = pairs['unix dgram']()
  sent(x, 'abcdef')
  const first = arrival(y, [2, 2])
  sent(x, 'abcdef')
  const second = arrival(y, [2, 2], MSG_TRUNC)
  sent(x, 'abc')
  const third = arrival(y, [2, 2, 2])
  expect([first.line, first.parts, second.line, third.line, third.parts]).toEqual([
    "4 'abcd' fl=TRUNC",
    ['ab', 'cd'],
    "6 'abcd' fl=TRUNC",
    "3 'abc' fl=0",
    ['ab', 'c', ''],
  ])
})

// Left out: NULL for the message and for the list, a length of −1.
test('A-094: 1024 buffers are filled, more are EMSGSIZE', () => {
  const [x, y] = unixPair()
  const receive = (count: number) =>
    shown(recvmsg(y, { iov: Array(count).fill(new Uint8Array(1)) }, MSG_DONTWAIT), (message) => `${message.count}`)
  expect([receive(1025), receive(100_000)]).toEqual(['-1 EMSGSIZE', '-1 EMSGSIZE'])
  sent(x, new Uint8Array(2000))
  expect(receive(1024)).toBe('1024')
})

describe('hostile rooms', () => {
  test('a getter that throws ends it with that exception, and takes no message', () => {
    const [x, y] = unixPair(SOCK_DGRAM)
    sentMessage(x, 'm', [rights(x)])
    const before = openCount()
    for (const key of ['iov', 'controlLength']) {
      const room = {
        iov: [],
        get [key](): never {
          throw new Error(key)
        },
      }
      expect(() => recvmsg(y, room)).toThrow(key)
    }
    expect([openCount(), received(y, 4)]).toEqual([before, "1 'm'"])
  })

  test('a buffer that a later getter detaches is refused before the message is taken', () => {
    const [x, y] = unixPair(SOCK_DGRAM)
    sent(x, 'm')
    const view = new Uint8Array(8)
    const iov = Object.defineProperty([view, view], 1, {
      get() {
        structuredClone(view.buffer, { transfer: [view.buffer] })
        return new Uint8Array(1)
      },
    })
    expect(() => recvmsg(y, { iov })).toThrow('"message.iov[0]" argument of recvmsg()')
    expect(received(y, 4)).toBe("1 'm'")
  })

  test('every part of the raw face may be the same memory', () => {
    const [x, y] = unixPair(SOCK_DGRAM)
    sentMessage(x, 'mmmm', [rights(x)])
    const memory = new ArrayBuffer(64)
    const whole = new Uint8Array(memory)
    const before = openDescriptors()
    expect(raw.recvmsg(y, { iov: [whole], address: whole, control: whole, lengths: new Int32Array(memory) })).toBe(4)
    const got = openDescriptors().filter((fd) => !before.includes(fd))
    expect(got.length).toBe(1)
    raw.close(got[0] as number)
  })

  test('room that is no number of bytes is refused by name', () => {
    const [, y] = unixPair()
    for (const controlLength of [-1, 1.5, Number.NaN, 2 ** 31, '8', 8n])
      expect(() => recvmsg(y, { iov: [], controlLength } as MessageBuffers)).toThrow(
        '"message.controlLength" argument of recvmsg()',
      )
  })
})

function openDescriptors(): number[] {
  const fds: number[] = []
  for (let fd = 0; fd < 1024; fd++) if (raw.fcntl(fd, F_GETFD) >= 0) fds.push(fd)
  return fds
}

// programs/hostile.mjs does it near the end of the stack.
describe('an exception while decoding closes what arrived', () => {
  test.each(['controlMessages', 'addressOf'] as const)('in %s', (name) => {
    const [x, y] = unixPair(SOCK_DGRAM)
    sentMessage(x, 'm', [rights(x, y, x)])
    const before = openCount()
    const decode = vi.spyOn(native, name).mockImplementation(() => {
      throw new RangeError('out of memory')
    })
    expect(() => recvmsg(y, { iov: [bytes('x')], controlLength: 64 })).toThrow('out of memory')
    decode.mockRestore()
    expect(openCount()).toBe(before)
  })
})

// The layout that the kernel writes on a 64-bit machine: length, level, type, data, padding.
function message(length: bigint, level: number, type: number, data: readonly number[] = []): Buffer {
  const result = Buffer.alloc(16 + Math.ceil(data.length / 8) * 8)
  new BigUint64Array(result.buffer, result.byteOffset, 1)[0] = BigInt.asUintN(64, length)
  new Int32Array(result.buffer, result.byteOffset + 8, 2).set([level, type])
  result.set(data, 16)
  return result
}
const two = [1, 0, 0, 0, 2, 0, 0, 0]

describe('malformed control data', () => {
  test('nothing, and less than a header, has no messages', () => {
    for (let size = 0; size < 16; size++) expect(controlMessages(new Uint8Array(size).fill(255))).toEqual([])
  })

  test.each([0n, 1n, 15n])('a length of %i, shorter than its header, ends it', (length) => {
    const data = Buffer.concat([message(24n, 9, 9, two), message(length, SOL_SOCKET, SCM_RIGHTS, two)])
    expect(controlMessages(data)).toEqual([{ level: 9, type: 9, data: Uint8Array.from(two) }])
  })

  test.each([25n, 32n, 2n ** 31n, 2n ** 32n, 2n ** 63n, -1n, -7n, -8n, -16n])(
    'a length of %i, beyond the end, is what there is',
    (length) => {
      const data = message(length, SOL_SOCKET, SCM_RIGHTS, two)
      expect([controlMessages(data), controlDescriptors(data)]).toEqual([[rights(1, 2)], [1, 2]])
    },
  )

  test('a value that was cut off is the bytes that there are; whole descriptors are still listed', () => {
    for (const [level, type, size] of sizes)
      for (let cut = 0; cut < size; cut++)
        expect([level, type, controlMessages(message(BigInt(16 + cut), level, type, Array(cut).fill(7)))]).toEqual([
          level,
          type,
          [{ level, type, data: new Uint8Array(cut).fill(7) }],
        ])
    expect(controlMessages(message(23n, SOL_SOCKET, SCM_RIGHTS, two.slice(0, 7)))).toEqual([rights(1)])
  })

  test('what stands where no descriptor could be given is none', () => {
    const data = message(28n, SOL_SOCKET, SCM_RIGHTS, [...two, 255, 255, 255, 255])
    expect([controlMessages(data), controlDescriptors(data)]).toEqual([[rights(1, 2, -1)], [1, 2]])
  })

  test('a length that is said counts, not the view; one beyond it is the view', () => {
    const data = Buffer.concat([message(24n, SOL_SOCKET, SCM_RIGHTS, two), message(24n, SOL_SOCKET, SCM_RIGHTS, two)])
    expect([0, 15, 24, 47, 1000].map((length) => controlDescriptors(data, length))).toEqual([
      [],
      [],
      [1, 2],
      [1, 2, 1],
      [1, 2, 1, 2],
    ])
  })

  test('random bytes never do harm', () => {
    let seed = 1
    const random = (below: number): number => {
      seed = (Math.imul(seed, 1103515245) + 12345) >>> 0
      return (seed >>> 8) % below
    }
    for (let i = 0; i < 20_000; i++) {
      const [level, type] = sizes[random(sizes.length)] as readonly [number, number, number]
      const data = Array.from({ length: random(80) }, () => random(256))
      const one = message(BigInt(16 + random(90)), level, type, data)
      const bytes = random(2) === 0 ? Buffer.concat([one, Uint8Array.from(data)]) : Uint8Array.from(data)
      // A view that ends where its memory does, so that valgrind and sanitizers see one byte too many.
      const exact = new Uint8Array(bytes.length)
      exact.set(bytes)
      const messages = controlMessages(exact)
      expect(messages.length).toBeLessThanOrEqual(bytes.length / 16)
      controlDescriptors(exact)
    }
  })
})

/** The kinds that are typed, by number, with their sizes. */
const sizes: readonly (readonly [level: number, type: number, size: number])[] = [
  [1, 2, 12], // SCM_CREDENTIALS
  [1, 4, 4], // SCM_PIDFD
  [1, 29, 16], // SCM_TIMESTAMP, SCM_TIMESTAMPNS, SCM_TIMESTAMPING, and in 64 bits
  [1, 35, 16],
  [1, 37, 48],
  [1, 63, 16],
  [1, 64, 16],
  [1, 65, 48],
  [1, 36, 4], // SO_MARK
  [1, 40, 4], // SO_RXQ_OVFL
  [1, 61, 8], // SCM_TXTIME
  [0, 1, 1], // IP_TOS
  [0, 2, 4], // IP_TTL
  [0, 8, 12], // IP_PKTINFO
  [0, 11, 32], // IP_RECVERR
  [41, 25, 44], // IPV6_RECVERR
  [41, 50, 20], // IPV6_PKTINFO
  [41, 52, 4], // IPV6_HOPLIMIT
  [41, 67, 4], // IPV6_TCLASS
  [17, 103, 2], // UDP_SEGMENT
  [17, 104, 4], // UDP_GRO
]
