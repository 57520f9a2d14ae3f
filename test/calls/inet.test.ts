// The inet functions and byte orders, held against Python's.
import { describe, expect, test } from 'vitest'
import {
  AF_INET,
  AF_INET6,
  AF_UNIX,
  htonl,
  htons,
  IN6ADDR_ANY_INIT,
  IN6ADDR_LOOPBACK_INIT,
  INADDR_LOOPBACK,
  INADDR_NONE,
  inet_addr,
  inet_aton,
  inet_ntoa,
  inet_ntop,
  inet_pton,
  ntohl,
  ntohs,
  unwrap,
} from '../../lib/index.js'
import * as raw from '../../lib/raw.js'
import { hasProgram, python, shown } from '../fixtures.js'

const v4 = ['0.0.0.0', '127.0.0.1', '192.0.2.255', '255.255.255.255']
const v6 = ['::', '::1', 'fe80::1', '2001:db8::8:800:200c:417a', '::ffff:192.0.2.1', '1:2:3:4:5:6:7:8', 'ff02::1']

describe.skipIf(!hasProgram('python3', 'python3'))("as Python's", () => {
  test('inet_pton', () => {
    for (const [family, name, texts] of [
      [AF_INET, 'AF_INET', v4],
      [AF_INET6, 'AF_INET6', v6],
    ] as const)
      expect(texts.map((text) => Buffer.from(unwrap(inet_pton(family, text)) as Uint8Array).toString('hex'))).toEqual(
        python(`[socket.inet_pton(socket.${name}, t).hex() for t in ${JSON.stringify(texts)}]`),
      )
  })

  test('inet_aton, in all its historic forms', () => {
    const texts = ['127.1', '0x7f000001', '0177.0.0.01', '1.2.3', '4294967295']
    const bytes = (text: string): string =>
      Buffer.from(new Uint32Array([inet_aton(text) as number]).buffer).toString('hex')
    expect(texts.map(bytes)).toEqual(python(`[socket.inet_aton(t).hex() for t in ${JSON.stringify(texts)}]`))
  })

  test('htons, htonl, ntohs, ntohl', () => {
    const small = [0, 1, 80, 255, 256, 65535]
    const large = [...small, 65536, 2 ** 31, 2 ** 32 - 1, 0x01020304]
    expect([small.map(htons), large.map(htonl), small.map(ntohs), large.map(ntohl)]).toEqual(
      python(
        `[[socket.htons(n) for n in ${JSON.stringify(small)}], [socket.htonl(n) for n in ${JSON.stringify(large)}], ` +
          `[socket.ntohs(n) for n in ${JSON.stringify(small)}], [socket.ntohl(n) for n in ${JSON.stringify(large)}]]`,
      ),
    )
  })
})

test('inet_ntop is the way back', () => {
  for (const [family, texts] of [
    [AF_INET, v4],
    [AF_INET6, v6],
  ] as const)
    for (const text of texts)
      expect(unwrap(inet_ntop(family, unwrap(inet_pton(family, text)) as Uint8Array))).toBe(text)
})

test('text that is no address is null, as C gives 0', () => {
  for (const text of ['', '127.1', '256.0.0.1', '127.0.0.1 ', '１.1.1.1', 'localhost'])
    expect(unwrap(inet_pton(AF_INET, text)), text).toBeNull()
  for (const text of ['', ':', '1::2::3', '::1%lo', '127.0.0.1', '12345::'])
    expect(unwrap(inet_pton(AF_INET6, text)), text).toBeNull()
  expect([inet_aton('256.1'), inet_aton(''), inet_aton('1.2.3.4.5')]).toEqual([null, null, null])
})

test('another family is EAFNOSUPPORT', () => {
  expect(shown(inet_pton(AF_UNIX, '127.0.0.1'))).toBe('-1 EAFNOSUPPORT')
  expect(shown(inet_ntop(AF_UNIX, new Uint8Array(4)))).toBe('-1 EAFNOSUPPORT')
})

test('inet_ntop takes exactly the bytes that the family has', () => {
  for (const [family, size] of [
    [AF_INET, 4],
    [AF_INET6, 16],
  ] as const)
    for (const wrong of [0, size - 1, size + 1, 100])
      expect(() => inet_ntop(family, new Uint8Array(wrong))).toThrow(
        `The "bytes" argument of inet_ntop() must be ${size} bytes. Received ${wrong} bytes`,
      )
})

test('the raw face never writes beyond the room it is given', () => {
  const room = Buffer.alloc(20, '.')
  expect(raw.inet_ntop(AF_INET, new Uint8Array([1, 2, 3, 4]), room.subarray(0, 7))).toBe(-28) // ENOSPC: "1.2.3.4" needs 8
  expect(raw.inet_ntop(AF_INET, new Uint8Array([1, 2, 3, 4]), room.subarray(0, 8))).toBe(7)
  expect(room.toString('latin1')).toBe('1.2.3.4\0............')
  expect(raw.inet_pton(AF_INET6, '::1', room.subarray(0, 15))).toBe(-28)
  expect(raw.inet_pton(AF_INET6, '::1', room.subarray(0, 16))).toBe(1)
  expect(raw.strerror(2, room.fill('.').subarray(0, 4))).toBe(-34) // ERANGE
  expect(room.toString('latin1')).toBe('....................')
  expect(raw.strerror(2, room.subarray(0, 0))).toBe(-34)
})

test('in_addr is a number in network byte order', () => {
  expect(inet_ntoa(htonl(INADDR_LOOPBACK))).toBe('127.0.0.1')
  expect(inet_addr('127.0.0.1')).toBe(htonl(INADDR_LOOPBACK))
  expect(inet_aton('255.255.255.255')).toBe(0xffffffff)
  expect([inet_addr('nonsense'), inet_addr('255.255.255.255')]).toEqual([INADDR_NONE, INADDR_NONE])
})

test('the IPv6 addresses of the header are bytes', () => {
  expect(unwrap(inet_ntop(AF_INET6, IN6ADDR_ANY_INIT))).toBe('::')
  expect(unwrap(inet_ntop(AF_INET6, IN6ADDR_LOOPBACK_INIT))).toBe('::1')
})
