// Addresses: what JavaScript says is what the kernel gets, byte for byte, and the other way round.
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  type Address,
  AF_INET,
  AF_INET6,
  AF_NETLINK,
  AF_UNIX,
  AF_UNSPEC,
  addressOf,
  bind,
  connect,
  getpeername,
  getsockname,
  recvfrom,
  SOCK_DGRAM,
  SOCK_RAW,
  SOCK_STREAM,
  sendto,
  sockaddr,
  socket,
  unwrap,
} from '../lib/index.js'
import * as raw from '../lib/raw.js'
import {
  bound,
  bytes,
  hasProgram,
  loopback,
  loopback6,
  own,
  shown,
  shut,
  tcp,
  tcpListener,
  temporaryDirectory,
  udp,
  udp6,
  unix,
  unixListener,
} from './fixtures.js'

const at = (path: string | Uint8Array): Address => ({ family: AF_UNIX, path })
const hex = (view: Uint8Array): string => Buffer.from(view).toString('hex')

describe.skipIf(!hasProgram('cc', 'gcc'))('the bytes', () => {
  const addresses: readonly Address[] = [
    { family: AF_INET, address: '192.0.2.33', port: 0x1234 },
    { family: AF_INET6, address: '2001:db8::abcd', port: 443, flowinfo: 0xabcde, scopeId: 7 },
    at('/tmp/x'),
    at('p'.repeat(108)),
    at('\0a\0b'),
    at(''),
    { family: AF_UNSPEC },
  ]
  let lines: string[]

  beforeAll(() => {
    const program = join(temporaryDirectory(), 'sockaddr')
    execFileSync('cc', ['-Wall', '-Werror', '-o', program, fileURLToPath(new URL('peers/sockaddr.c', import.meta.url))])
    lines = execFileSync(program, { encoding: 'utf8' }).trim().split('\n')
  })

  test.each(addresses.map((address, index) => [index, address] as const))(
    'of address %i, %o, are those that C makes, and are read back as they were',
    (index, address) => {
      expect(hex(sockaddr(address))).toBe(lines[index])
      expect(addressOf(Buffer.from(lines[index] as string, 'hex'))).toEqual(address)
    },
  )
})

describe('the kernel', () => {
  test('gets an IPv4 address and gives it back', () => {
    expect(bound(udp(), { family: AF_INET, address: '127.1.2.3', port: 0 })).toEqual({
      family: AF_INET,
      address: '127.1.2.3',
      port: expect.any(Number),
    })
  })

  test('gets an IPv6 address and gives it back, with flowinfo and scope', () => {
    const address = bound(udp6(), loopback6)
    expect(address).toEqual({ family: AF_INET6, address: '::1', port: expect.any(Number), flowinfo: 0, scopeId: 0 })
    const peer = udp6()
    // Flow information is only remembered by a socket that has asked to send it, but it must not be refused.
    expect(shown(connect(peer, { ...address, flowinfo: 0xfffff, scopeId: 1 } as Address))).toBe('0')
    expect(unwrap(getpeername(peer))).toEqual(address)
  })

  test('gets a pathname, makes the file, and gives it back', () => {
    const path = join(temporaryDirectory(), 'søcket')
    expect(bound(unix(), at(path))).toEqual(at(path))
    expect(existsSync(path)).toBe(true)
  })

  test('gets a pathname of the full 108 bytes and gives it back whole', () => {
    const directory = temporaryDirectory()
    const path = `${directory}/${'x'.repeat(107 - directory.length)}`
    expect(path).toHaveLength(108)
    expect(bound(unix(), at(path))).toEqual(at(path))
    expect(readdirSync(directory)).toEqual([path.slice(directory.length + 1)])
  })

  test.each([109, 126, 127, 200, 5000])('refuses a pathname of %i bytes with EINVAL and makes no file', (length) => {
    const directory = temporaryDirectory()
    const path = `${directory}/${'x'.repeat(length - 1 - directory.length)}`
    expect(shown(bind(unix(), at(path)))).toBe('-1 EINVAL')
    expect(readdirSync(directory)).toEqual([])
  })

  test('keeps abstract names that differ only in NULs apart, and gives them back', () => {
    const names = ['\0x', '\0x\0', '\0x\0\0', '\0\0x'].map((name) => name.replace('x', `sys-socket ${process.pid}`))
    for (const name of names) expect(bound(unix(), at(name))).toEqual(at(name))
    expect(shown(bind(unix(), at(names[0] as string)))).toBe('-1 EADDRINUSE')
  })

  test('gets an abstract name of the full 107 bytes, and refuses a longer one with EINVAL', () => {
    const name = `\0${process.pid}`.padEnd(108, 'x')
    expect(bound(unix(), at(name))).toEqual(at(name))
    expect(shown(bind(unix(), at(`${name}x`)))).toBe('-1 EINVAL')
  })

  test('chooses an abstract name when the path is empty', () => {
    expect(bound(unix(), at(''))).toEqual(at(expect.stringMatching(/^\0[0-9a-f]{5}$/) as unknown as string))
  })

  test('says path is empty for a socket without a name', () => {
    expect(unwrap(getsockname(unix()))).toEqual(at(''))
  })

  test('gets names that are not UTF-8 as bytes, and gives them back as bytes', () => {
    const name = new Uint8Array([0, 0xff, 0xfe, 0x80, process.pid & 0xff])
    expect(bound(unix(), at(name))).toEqual(at(name))
  })

  test('gets bytes beyond an inner NUL of a pathname when they are passed as bytes, and ends the name there', () => {
    const path = join(temporaryDirectory(), 'short')
    expect(bound(unix(), at(bytes(`${path}\0rest`)))).toEqual(at(path))
  })

  test('dissolves the association of a datagram socket with AF_UNSPEC', () => {
    const peer = bound(udp())
    const fd = udp()
    unwrap(connect(fd, peer))
    expect(unwrap(getpeername(fd))).toEqual(peer)
    expect(shown(connect(fd, { family: AF_UNSPEC }))).toBe('0')
    expect(shown(getpeername(fd))).toBe('-1 ENOTCONN')
  })

  test('gives an address of another family as the bytes after the family', () => {
    const fd = own(unwrap(socket(AF_NETLINK, SOCK_RAW)))
    unwrap(bind(fd, { family: AF_NETLINK, data: new Uint8Array(10) }))
    const address = unwrap(getsockname(fd)) as { family: number; data: Uint8Array }
    expect(address.family).toBe(AF_NETLINK)
    expect(address.data).toHaveLength(10)
  })

  test('gives no address, null, for a stream and for a sender without a name', () => {
    const buffer = new Uint8Array(8)
    const receiver = unix(SOCK_DGRAM)
    const name = bound(receiver, at(''))
    unwrap(sendto(unix(SOCK_DGRAM), bytes('x'), 0, name))
    expect(unwrap(recvfrom(receiver, buffer))).toEqual({ count: 1, address: null })
  })

  test('gives the address of a sender that has one', () => {
    const buffer = new Uint8Array(8)
    const [receiver, sender] = [udp(), udp()]
    const [to, from] = [bound(receiver), bound(sender)]
    unwrap(sendto(sender, bytes('x'), 0, to))
    expect(unwrap(recvfrom(receiver, buffer))).toEqual({ count: 1, address: from })
  })

  test('judges a whole sockaddr of any length', () => {
    const whole = sockaddr(loopback)
    expect(shown(bind(tcp(), whole))).toBe('0')
    expect(shown(bind(tcp(), whole.subarray(0, 15)))).toBe('-1 EINVAL')
    expect(shown(bind(tcp(), whole.subarray(0, 0)))).toBe('-1 EINVAL')
    expect(shown(bind(tcp(), Buffer.concat([whole, new Uint8Array(112)])))).toBe('0')
    expect(shown(bind(tcp(), Buffer.concat([whole, new Uint8Array(113)])))).toBe('-1 EINVAL')
  })
})

describe('an address object', () => {
  const refusals: readonly (readonly [string, unknown, string])[] = [
    ['no family', {}, 'address.family'],
    ['no port', { family: AF_INET, address: '127.0.0.1' }, 'address.port'],
    ['a port of 65536', { family: AF_INET, address: '127.0.0.1', port: 65536 }, 'address.port'],
    ['a negative port', { family: AF_INET, address: '127.0.0.1', port: -1 }, 'address.port'],
    ['a port that is text', { family: AF_INET, address: '127.0.0.1', port: '80' }, 'address.port'],
    ['no address', { family: AF_INET, port: 80 }, 'address.address'],
    ['a host name', { family: AF_INET, address: 'localhost', port: 80 }, 'address.address'],
    ['a short form', { family: AF_INET, address: '127.1', port: 80 }, 'address.address'],
    ['an address in other digits', { family: AF_INET, address: '１２７.0.0.1', port: 80 }, 'address.address'],
    ['a NUL in the address', { family: AF_INET, address: '127.0.0.1\0', port: 80 }, 'address.address'],
    ['a very long address', { family: AF_INET, address: '1'.repeat(1e6), port: 80 }, 'address.address'],
    ['an IPv4 address for AF_INET6', { family: AF_INET6, address: '127.0.0.1', port: 80 }, 'address.address'],
    ['a scope in the text', { family: AF_INET6, address: 'fe80::1%lo', port: 80 }, 'address.address'],
    ['a flowinfo over 32 bits', { family: AF_INET6, address: '::1', port: 80, flowinfo: 2 ** 32 }, 'address.flowinfo'],
    ['a negative scope', { family: AF_INET6, address: '::1', port: 80, scopeId: -1 }, 'address.scopeId'],
    ['no path', { family: AF_UNIX }, 'address.path'],
    ['a path that is a number', { family: AF_UNIX, path: 1 }, 'address.path'],
    ['a path that is a DataView', { family: AF_UNIX, path: new DataView(new ArrayBuffer(4)) }, 'address.path'],
    ['a NUL in a pathname', { family: AF_UNIX, path: '/tmp/a\0b' }, 'address.path'],
    ['a lone surrogate', { family: AF_UNIX, path: '/tmp/\ud800' }, 'address.path'],
    ['an unknown family without bytes', { family: 99 }, 'address.data'],
    ['bytes that are an array', { family: 99, data: [1, 2] }, 'address.data'],
  ]

  test.each(refusals)('with %s is refused, by name', (_, address, field) => {
    const calls = {
      bind: (a: Address) => bind(-1, a),
      connect: (a: Address) => connect(-1, a),
      sendto: (a: Address) => sendto(-1, bytes('x'), 0, a),
      sockaddr,
    }
    for (const [name, call] of Object.entries(calls)) {
      const message = new RegExp(`^The "${field}" argument of ${name}\\(\\) must be `)
      expect(() => call(address as Address)).toThrow(message)
    }
  })

  test('with a getter that throws passes the exception on', () => {
    const address = {
      family: AF_INET,
      address: '127.0.0.1',
      get port(): number {
        throw new Error('mine')
      },
    }
    expect(() => bind(-1, address)).toThrow('mine')
    for (const thrown of [null, undefined, 0, Symbol('x')]) {
      const primitive = Object.defineProperty({ family: AF_INET, address: '127.0.0.1' }, 'port', {
        get() {
          throw thrown
        },
      }) as unknown as Address
      let caught: unknown = 'nothing'
      try {
        bind(-1, primitive)
      } catch (error) {
        caught = error
      }
      expect(caught).toBe(thrown)
    }
  })

  test('that is a Proxy is read like any other', () => {
    expect(shown(bind(tcp(), new Proxy(loopback, {})))).toBe('0')
  })
})

describe('decoding', () => {
  test.each([0, 1])('%i bytes is no address', (length) => {
    expect(addressOf(new Uint8Array(16), length)).toBeNull()
  })

  test('a truncated address is bytes, not a guess', () => {
    const whole = sockaddr({ family: AF_INET, address: '127.0.0.1', port: 80 })
    expect(addressOf(whole, 8)).toEqual({ family: AF_INET, data: whole.subarray(2, 8) })
  })

  test('never reads beyond the bytes it is given', () => {
    const few = sockaddr(loopback).slice(0, 4)
    expect(addressOf(few, 128)).toEqual({ family: AF_INET, data: few.subarray(2) })
  })

  test('what the raw face delivers', () => {
    const room = new Uint8Array(128)
    const length = new Int32Array(1)
    const listener = tcpListener()
    expect(raw.getsockname(listener.fd, room, length)).toBe(0)
    expect(length[0]).toBe(16)
    expect(addressOf(room, length[0])).toEqual(listener.address)
  })

  test('survives any bytes', () => {
    let seed = 1
    const random = (): number => (seed = (seed * 48271) % 0x7fffffff)
    for (let i = 0; i < 20000; i++) {
      const view = Uint8Array.from({ length: random() % 140 }, () => random() & 0xff)
      if (view.length > 1) view.set([random() % 48, 0])
      const address = addressOf(view)
      if (address === null || (address.family === AF_UNIX && 'path' in address)) continue
      // What IPv4 leaves unused (sin_zero) is the only thing that does not come back.
      const size = address.family === AF_INET && view.length === 16 ? 8 : view.length
      expect(hex(sockaddr(address).subarray(0, size))).toBe(hex(view.subarray(0, size)))
    }
  })
})

test('encoding once and reusing gives the same connection as an object', () => {
  const listener = unixListener()
  const encoded = sockaddr(listener.address)
  for (let i = 0; i < 3; i++) expect(shown(connect(unix(SOCK_STREAM), encoded))).toBe('0')
  shut(listener.fd)
})
