// getsockopt() and setsockopt(): values by the option's type, raw bytes of any length for any option.
import { describe, expect, test } from 'vitest'
import {
  AF_NETLINK,
  AF_PACKET,
  AF_VSOCK,
  getsockopt,
  IP_TTL,
  IPPROTO_IP,
  IPPROTO_TCP,
  optionTypes,
  SO_ACCEPTCONN,
  SO_BROADCAST,
  SO_DEBUG,
  SO_ERROR,
  SO_KEEPALIVE,
  SO_LINGER,
  SO_MAX_PACING_RATE,
  SO_RCVBUF,
  SO_REUSEADDR,
  SO_TIMESTAMPING,
  SO_TIMESTAMPING_NEW,
  SO_TYPE,
  SOCK_DGRAM,
  SOCK_RAW,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  SOL_SOCKET,
  setsockopt,
  socket,
  TCP_NODELAY,
  unwrap,
} from '../../lib/index.js'
import * as raw from '../../lib/raw.js'
import { own, shown, tcp, tcp6, tcpListener, tcpPair, udp, udp6, unix } from '../fixtures.js'

const bytesOf = (...integers: number[]): Uint8Array => new Uint8Array(Int32Array.from(integers).buffer)

test('an option that is on or off is a boolean, and is set with one or with a number', () => {
  const fd = tcp()
  expect(unwrap(getsockopt(fd, SOL_SOCKET, SO_KEEPALIVE))).toBe(false)
  expect(shown(setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, true))).toBe('0')
  expect(unwrap(getsockopt(fd, SOL_SOCKET, SO_KEEPALIVE))).toBe(true)
  expect(shown(setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, 0))).toBe('0')
  expect(unwrap(getsockopt(fd, SOL_SOCKET, SO_KEEPALIVE))).toBe(false)
  expect(shown(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, 7))).toBe('0')
  expect(unwrap(getsockopt(fd, IPPROTO_TCP, TCP_NODELAY))).toBe(true)
})

test('an option that is a number is a number, as the kernel keeps it', () => {
  const fd = tcp()
  expect(unwrap(getsockopt(fd, SOL_SOCKET, SO_TYPE))).toBe(SOCK_STREAM)
  expect(unwrap(getsockopt(fd, SOL_SOCKET, SO_ERROR))).toBe(0)
  expect(shown(setsockopt(fd, SOL_SOCKET, SO_RCVBUF, 10_000))).toBe('0')
  expect(unwrap(getsockopt(fd, SOL_SOCKET, SO_RCVBUF))).toBe(20_000) // Linux doubles it
  expect(shown(setsockopt(fd, IPPROTO_IP, IP_TTL, 3))).toBe('0')
  expect(unwrap(getsockopt(fd, IPPROTO_IP, IP_TTL))).toBe(3)
  expect(unwrap(getsockopt(tcpListener().fd, SOL_SOCKET, SO_ACCEPTCONN))).toBe(true)
})

test('an option that is a struct is an object of its fields, and is set with one or with its bytes', () => {
  const fd = tcp()
  expect(shown(setsockopt(fd, SOL_SOCKET, SO_LINGER, bytesOf(1, 5)))).toBe('0')
  expect(unwrap(getsockopt(fd, SOL_SOCKET, SO_LINGER))).toEqual({ on: true, seconds: 5 })
  expect(shown(setsockopt(fd, SOL_SOCKET, SO_LINGER, { on: true, seconds: 6 }))).toBe('0')
  expect(unwrap(getsockopt(fd, SOL_SOCKET, SO_LINGER, 8))).toEqual(bytesOf(1, 6))
})

test('with a length, any option is at most that many bytes, which are the caller’s own', () => {
  const fd = tcp()
  const value = unwrap(getsockopt(fd, SOL_SOCKET, SO_TYPE, 64))
  expect(value).toEqual(bytesOf(SOCK_STREAM))
  expect(unwrap(getsockopt(fd, SOL_SOCKET, SO_TYPE, 2))).toEqual(bytesOf(SOCK_STREAM).subarray(0, 2))
  expect(unwrap(getsockopt(fd, SOL_SOCKET, SO_TYPE, 0))).toEqual(new Uint8Array(0))
  expect(unwrap(getsockopt(fd, SOL_SOCKET, SO_RCVBUF, 64))).not.toBe(unwrap(getsockopt(fd, SOL_SOCKET, SO_RCVBUF, 64)))
  expect(value).toEqual(bytesOf(SOCK_STREAM))
})

test('a length that is none is refused, by name', () => {
  for (const length of [-1, 1.5, Number.NaN, 2 ** 31, '4', null, {}, []])
    expect(() => getsockopt(-1, SOL_SOCKET, SO_TYPE, length as number)).toThrow(
      /^The "length" argument of getsockopt\(\)/,
    )
})

test('an option or a level that nobody knows is for the kernel to refuse', () => {
  const fd = tcp()
  expect(shown(getsockopt(fd, SOL_SOCKET, 9999))).toBe('-1 ENOPROTOOPT')
  expect(shown(getsockopt(fd, 9999, 1))).toBe('-1 EOPNOTSUPP')
  expect(shown(setsockopt(fd, SOL_SOCKET, 9999, 1))).toBe('-1 ENOPROTOOPT')
  expect(shown(setsockopt(fd, 9999, 1, 1))).toBe('-1 ENOPROTOOPT')
})

test('bytes of any length reach the kernel, which judges them', () => {
  const fd = tcp()
  const set = (...sizes: number[]): string[] =>
    sizes.map((size) => shown(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, new Uint8Array(size))))
  expect(set(0, 1, 3, 4, 5, 100, 100_000)).toEqual(['-1 EINVAL', '-1 EINVAL', '-1 EINVAL', '0', '0', '0', '0'])
})

test('a number is the four bytes of an int, or of an unsigned', () => {
  const fd = udp()
  for (const value of [-1, 2 ** 32 - 1]) expect(shown(setsockopt(fd, SOL_SOCKET, SO_BROADCAST, value))).toBe('0')
  for (const value of [-(2 ** 31) - 1, 2 ** 32, 0.5, Number.NaN])
    expect(() => setsockopt(fd, SOL_SOCKET, SO_DEBUG, value)).toThrow(RangeError)
})

describe('the types of options', () => {
  const isRoot = process.getuid?.() === 0
  if (!isRoot) console.error('NOT ROOT: option types of raw and packet sockets are not checked')
  const kinds: Readonly<Record<string, () => number[]>> = {
    tcp: () => [tcp(), tcp6(), tcpPair()[0]],
    udp: () => [udp(), udp6()],
    unix: () => [unix(SOCK_STREAM), unix(SOCK_DGRAM), unix(SOCK_SEQPACKET)],
    netlink: () => [own(unwrap(socket(AF_NETLINK, SOCK_RAW)))],
    vsock: () => [own(unwrap(socket(AF_VSOCK, SOCK_STREAM)))],
    ...(isRoot && { packet: () => [own(unwrap(socket(AF_PACKET, SOCK_RAW)))] }),
  }

  test.each(Object.entries(kinds))('are those that the kernel answers with (%s)', (_, make) => {
    const room = new Uint8Array(256)
    const length = new Int32Array(1)
    const longer = new Set<number>()
    let checked = 0
    for (const fd of make())
      for (const [level, name, type] of optionTypes) {
        if (typeof level !== 'number' || typeof name !== 'number') continue
        if (type !== 'boolean' && type !== 'number') continue
        room.fill(0)
        if (raw.getsockopt(fd, level, name, room.subarray(0, 4), length) < 0) continue
        const [asked] = length
        room.fill(0) // some read it first
        expect(raw.getsockopt(fd, level, name, room, length)).toBe(0)
        const value = new Int32Array(room.buffer, 0, 1)[0] as number
        const option = `level ${level}, option ${name}`
        expect([option, asked]).toEqual([option, 4])
        if (length[0] !== 4) longer.add(name)
        if (type === 'boolean') expect([0, 1], `${option} is ${value}`).toContain(value)
        checked++
      }
    expect(checked).toBeGreaterThan(10)
    // These have a longer form for those who give it room: flags with a clock's number, and a rate of 64 bits.
    for (const name of longer) expect([SO_TIMESTAMPING, SO_TIMESTAMPING_NEW, SO_MAX_PACING_RATE]).toContain(name)
  })

  test.each(Object.entries(kinds))('fit the bytes that the kernel answers with (%s)', (_, make) => {
    for (const fd of make())
      for (const [level, name, type] of optionTypes) {
        if (typeof level !== 'number' || typeof name !== 'number') continue
        if (['bytes', 'pointers', 'Descriptor'].includes(type)) continue
        const { ok, value } = getsockopt(fd, level, name)
        if (ok) expect(value, `level ${level}, option ${name}, a ${type}`).not.toBeInstanceOf(Uint8Array)
      }
  })
})
