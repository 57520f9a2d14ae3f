// Nothing a caller passes may read or write outside a buffer, crash the process or leak a descriptor.
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { expect, test, vi } from 'vitest'
import {
  AF_INET,
  AF_UNIX,
  accept,
  accept4,
  addressOf,
  connect,
  IP_ADD_MEMBERSHIP,
  IP_MSFILTER,
  IPPROTO_IP,
  IPPROTO_TCP,
  MCAST_INCLUDE,
  MSG_DONTWAIT,
  recv,
  SO_ATTACH_FILTER,
  SOCK_DGRAM,
  SOCK_STREAM,
  SOL_SOCKET,
  send,
  sendmsg,
  setsockopt,
  sockaddr,
  socket,
  unwrap,
} from '../lib/index.js'
import { native } from '../lib/native.js'
import * as raw from '../lib/raw.js'
import { bytes, loopback, openCount, received, sent, shown, tcp, tcpListener, udp, unixPair } from './fixtures.js'

const hostile = fileURLToPath(new URL('programs/hostile.mjs', import.meta.url))

test('memory that is detached, resized, swapped or collected between calls is noticed on every call', () => {
  expect(execFileSync(process.execPath, ['--expose-gc', hostile], { encoding: 'utf8' })).toBe('unharmed\n')
})

test('code that runs while pointers are being fetched makes none of them stale', () => {
  const program = fileURLToPath(new URL('programs/probed.mjs', import.meta.url))
  expect(execFileSync(process.execPath, [program], { encoding: 'utf8' })).toBe('unharmed\n')
})

test('only the bytes of the view are sent and received, wherever it lies in its buffer', () => {
  const [x, y] = unixPair()
  const memory = Buffer.alloc(64, '.')
  memory.write('hello', 20)
  expect(shown(send(x, memory.subarray(20, 25)))).toBe('5')
  expect(shown(recv(y, memory.subarray(40, 43)))).toBe('3')
  expect(memory.toString('latin1', 36, 48)).toBe('....hel.....')
  expect(received(y, 10)).toBe("2 'lo'")
})

test('what lies beyond the count is left as it was', () => {
  const [x, y] = unixPair()
  sent(x, 'abc')
  const buffer = Buffer.alloc(8, '.')
  recv(y, buffer)
  expect(buffer.toString()).toBe('abc.....')
})

test('an empty view is a length of 0, not an error', () => {
  const [x, y] = unixPair(SOCK_DGRAM)
  expect(sent(x, '')).toBe('0')
  expect(shown(recv(y, new Uint8Array(8)))).toBe('0')
  expect(shown(recv(y, new Uint8Array(0), MSG_DONTWAIT))).toBe('-1 EAGAIN')
})

test('a buffer of over 2 GiB keeps its length', () => {
  const [x, y] = unixPair()
  const large = new Uint8Array(2 ** 31 + 4096)
  sent(x, 'large')
  expect(shown(recv(y, large))).toBe('5')
  // An address cannot be that long: socklen_t is an int to the kernel, and the length is not cut to fit.
  expect(() => raw.bind(-1, large)).toThrow(/^The "address" argument of bind\(\) must be at most 2147483647 bytes/)
})

test('a Buffer, a subclass and a view of shared memory are all Uint8Arrays', () => {
  const [x, y] = unixPair()
  class Mine extends Uint8Array {}
  for (const view of [Buffer.from('a'), Mine.of(97), new Uint8Array(new SharedArrayBuffer(1)).fill(97)]) {
    expect(shown(send(x, view))).toBe('1')
    expect(received(y, 1)).toBe("1 'a'")
  }
})

test('a failing call leaks no descriptor, however it fails', () => {
  const before = openCount()
  for (let i = 0; i < 200; i++) {
    expect(socket(AF_INET, 77).ok).toBe(false)
    expect(() => socket(AF_INET, SOCK_STREAM, 'tcp' as unknown as number)).toThrow(TypeError)
    expect(() => raw.socketpair(AF_UNIX, SOCK_STREAM, 0, new Int32Array(1))).toThrow(RangeError)
    expect(() => raw.accept(-1, new Uint8Array(16), null)).toThrow(TypeError)
  }
  expect(openCount()).toBe(before)
})

test('a connection whose address cannot be delivered is closed, not lost', () => {
  const listener = tcpListener()
  const address = sockaddr(listener.address)
  const decode = vi.spyOn(native, 'addressOf').mockImplementation(() => {
    throw new RangeError('out of memory')
  })
  for (const call of [accept, accept4]) {
    const client = tcp()
    expect(shown(connect(client, address))).toBe('0')
    const before = openCount()
    expect(() => call(listener.fd)).toThrow('out of memory')
    expect(openCount()).toBe(before)
    expect(received(client, 8)).toBe('0')
  }
  decode.mockRestore()
})

test('the raw face cuts an address as the kernel does, and tells its full length', () => {
  const [x] = unixPair()
  const room = new Uint8Array(4)
  const length = new Int32Array(1)
  const fd = raw.socket(AF_INET, SOCK_STREAM)
  try {
    expect(raw.bind(fd, loopback)).toBe(0)
    expect(raw.getsockname(fd, room, length)).toBe(0)
    expect([length[0], [...room.subarray(0, 2)]]).toEqual([16, [...sockaddr(loopback).subarray(0, 2)]])
    expect(raw.getsockname(fd, room.subarray(0, 0), length)).toBe(0)
    expect(length[0]).toBe(16)
  } finally {
    raw.close(fd)
  }
  expect(shown(send(x, bytes('still works')))).toBe('11')
})

test('the kernel is told the room that there is, even when the data lies on top of the length', () => {
  const [x, y] = unixPair(SOCK_DGRAM)
  const memory = new Uint8Array(256).fill(0xee)
  const data = new Int32Array(1)
  expect(shown(send(x, new Uint8Array([0xff, 0xff, 0xff, 0x7f])))).toBe('4')
  expect(raw.recvfrom(y, new Uint8Array(data.buffer), 0, memory.subarray(0, 1), data)).toBe(4)
  expect(memory.subarray(1)).toEqual(new Uint8Array(255).fill(0xee))
})

test('options that count otherwise than in bytes stay within the room', () => {
  const fd = udp()
  const group = [224, 0, 0, 251]
  const loopbackBytes = [127, 0, 0, 1]
  const integer = (n: number): number[] => [...new Uint8Array(Int32Array.of(n).buffer)]
  const sources = Array.from({ length: 8 }, (_, i) => [10, 0, 0, i]).flat()
  unwrap(setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, new Uint8Array([...group, ...loopbackBytes])))
  const filter = [...group, ...loopbackBytes, ...integer(MCAST_INCLUDE), ...integer(8), ...sources]
  unwrap(setsockopt(fd, IPPROTO_IP, IP_MSFILTER, new Uint8Array(filter)))
  const memory = new Uint8Array(256).fill(0xee)
  memory.set([...group, ...loopbackBytes, ...integer(0), ...integer(8)]) // claims room for eight, has room for two
  const length = new Int32Array(1)
  expect(raw.getsockopt(fd, IPPROTO_IP, IP_MSFILTER, memory.subarray(0, 24), length)).toBe(0)
  expect(length[0]).toBe(24)
  expect([...memory.subarray(16, 24)]).toEqual(sources.slice(0, 8))
  expect(memory.subarray(24)).toEqual(new Uint8Array(232).fill(0xee))
})

test('bytes that hold a pointer which the kernel would follow are refused', () => {
  const fd = tcp()
  expect(() => setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, new Uint8Array(16))).toThrow(
    /"value" argument of setsockopt\(\) must be an array of .* a pointer/,
  )
  expect(() => raw.getsockopt(fd, IPPROTO_TCP, 35, new Uint8Array(64), new Int32Array(1))).toThrow(
    /"name" argument of getsockopt\(\) must be an option whose bytes hold no pointer/,
  )
})

test('what is far too large to be copied is refused, and does not end the process', () => {
  const large = new Uint8Array(2 ** 32)
  for (const call of [
    () => sockaddr({ family: 99, data: large }),
    () => sockaddr({ family: AF_UNIX, path: large }),
    () => sockaddr(large),
    () => addressOf(large),
    () => sendmsg(-1, { iov: [], control: [{ level: 1, type: 1, data: large }] }),
  ])
    expect(call).toThrow(/must be at most 16777216 bytes. Received 42949672\d\d bytes/)
})

test('a typed array of another kind is not taken for bytes', () => {
  for (const Other of [Float64Array, Float32Array, BigUint64Array, Uint16Array])
    expect(() => raw.recv(-1, new Other(8) as unknown as Uint8Array)).toThrow(/must be a Uint8Array. Received a/)
})

test('what is put in place of a built-in later does not decide what memory is used', () => {
  const { apply } = Reflect
  const [x, y] = unixPair()
  const buffer = new Uint8Array(64)
  sent(x, 'abc')
  recv(y, buffer)
  structuredClone(buffer.buffer, { transfer: [buffer.buffer] })
  Reflect.apply = (() => 64) as typeof Reflect.apply
  try {
    expect(() => recv(y, buffer, MSG_DONTWAIT)).toThrow(TypeError)
  } finally {
    Reflect.apply = apply
  }
})

test('every worker has a state of its own, and leaves nothing behind', async () => {
  const before = openCount()
  const source = `
    import('sys-socket').then(({ socketpair, send, recv, close, unwrap, AF_UNIX, SOCK_STREAM }) => {
      const { parentPort, workerData } = require('node:worker_threads')
      const [x, y] = unwrap(socketpair(AF_UNIX, SOCK_STREAM))
      const text = 'worker ' + workerData, buffer = Buffer.alloc(64)
      for (let i = 0; i < 2000; i++) {
        send(x, Buffer.from(text + ' ' + i))
        const got = buffer.toString('utf8', 0, unwrap(recv(y, buffer)))
        if (got !== text + ' ' + i) throw new Error(got)
      }
      close(x); close(y)
      parentPort.postMessage('done')
    })`
  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, workerData) => {
      const worker = new Worker(source, { eval: true, workerData })
      return new Promise((resolve, reject) => {
        worker.once('error', reject)
        worker.once('message', (message) => worker.once('exit', () => resolve(message)))
      })
    }),
  )
  expect(answers).toEqual(Array(8).fill('done'))
  expect(openCount()).toBe(before)
})
