// Addresses: what JavaScript says is what the kernel gets, byte for byte, and the other way round.
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  type Address,
  AF_ALG,
  AF_BLUETOOTH,
  AF_CAN,
  AF_INET,
  AF_INET6,
  AF_NETLINK,
  AF_PACKET,
  AF_TIPC,
  AF_UNIX,
  AF_UNSPEC,
  AF_VSOCK,
  AF_XDP,
  ARPHRD_ETHER,
  ARPHRD_LOOPBACK,
  addressOf,
  bind,
  CAN_EFF_FLAG,
  connect,
  ETH_P_IPV6,
  getpeername,
  getsockname,
  type NetlinkAddress,
  PACKET_OUTGOING,
  recvfrom,
  SOCK_DGRAM,
  SOCK_PACKET,
  SOCK_RAW,
  SOCK_STREAM,
  SOL_XDP,
  sendto,
  setsockopt,
  sockaddr,
  socket,
  TIPC_NODE_SCOPE,
  unwrap,
  VMADDR_CID_ANY,
  VMADDR_CID_HOST,
  VMADDR_FLAG_TO_HOST,
  XDP_RX_RING,
  XDP_SHARED_UMEM,
} from '../lib/index.js'
import * as raw from '../lib/raw.js'
import {
  bound,
  bytes,
  hasProgram,
  loopback,
  loopback6,
  mayRun,
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
const isRoot = mayRun('sh', '-c', 'test "$(id -u)" = 0')
/** A hardware address. */
const hardware = (length: number): Uint8Array =>
  new Uint8Array([0xde, 0xad, 0xbe, 0xef, 0, ...Array.from({ length: 15 }, (_, i) => i + 1)].slice(0, length))
const alg = { family: AF_ALG, type: 'skcipher', name: 'cbc(aes)', feat: 0, mask: 0 }
const range = { family: AF_TIPC, scope: TIPC_NODE_SCOPE, type: 18888, lower: 17, upper: 0xffffffff }
const service = { family: AF_TIPC, scope: 0, type: 18888, instance: 17, domain: 0 }
const packet = { family: AF_PACKET, protocol: ETH_P_IPV6, ifindex: 0x12345678, hatype: ARPHRD_ETHER }
const can = { family: AF_CAN, ifindex: 5 }
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
    { ...packet, hatype: 0, pkttype: 0, address: hardware(0) },
    { ...packet, pkttype: PACKET_OUTGOING, address: hardware(6) },
    { ...packet, pkttype: PACKET_OUTGOING, address: hardware(8) },
    { ...packet, pkttype: PACKET_OUTGOING, address: hardware(20) },
    { family: AF_NETLINK, pid: 0xfedcba98, groups: 0x80000001 },
    { family: AF_VSOCK, cid: VMADDR_CID_ANY, port: 0x12345678, flags: 0 },
    { family: AF_VSOCK, cid: VMADDR_CID_HOST, port: 0x12345678, flags: VMADDR_FLAG_TO_HOST },
    can,
    { ...can, rxId: 0x18da10f1 + CAN_EFF_FLAG, txId: 0x7ff },
    { ...can, name: 0xfedcba9876543210n, pgn: 0x3ffff, addr: 0xfe },
    alg,
    { ...alg, type: 't'.repeat(13), name: 'n'.repeat(63), feat: 0x01020304, mask: 0xfffffffe },
    { family: AF_XDP, flags: XDP_SHARED_UMEM, ifindex: 0x01020304, queueId: 0x05060708, sharedUmemFd: 9 },
    range,
    { ...range, scope: -TIPC_NODE_SCOPE },
    service,
    { ...service, domain: 0x01001001 },
    { family: AF_TIPC, scope: 0, ref: 0xcafe, node: 0x01001002 },
  ]
  let lines: string[]

  beforeAll(() => {
    const program = join(temporaryDirectory(), 'sockaddr')
    execFileSync('cc', ['-Wall', '-Werror', '-o', program, fileURLToPath(new URL('peers/sockaddr.c', import.meta.url))])
    lines = execFileSync(program, { encoding: 'utf8' }).trim().split('\n')
    expect(lines).toHaveLength(addresses.length)
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

  test('gets and gives the address of a netlink socket', () => {
    const fd = own(unwrap(socket(AF_NETLINK, SOCK_RAW)))
    expect(unwrap(getsockname(fd))).toEqual({ family: AF_NETLINK, pid: 0, groups: 0 })
    unwrap(bind(fd, { family: AF_NETLINK, data: new Uint8Array(10) }))
    const { pid } = unwrap(getsockname(fd)) as NetlinkAddress
    expect(unwrap(getsockname(fd))).toEqual({ family: AF_NETLINK, pid, groups: 0 })
    expect(pid).not.toBe(0)
  })

  test.skipIf(!isRoot)('gets and gives the address of a packet socket, in all lengths that it has', () => {
    const fd = own(unwrap(socket(AF_PACKET, SOCK_RAW)))
    const unbound = { family: AF_PACKET, protocol: 0, ifindex: 0, hatype: 0, pkttype: 0, address: hardware(0) }
    const room = new Uint8Array(128)
    const length = new Int32Array(1)
    expect(raw.getsockname(fd, room, length)).toBe(0)
    expect(length[0]).toBe(12)
    expect(addressOf(room, length[0])).toEqual(unbound)
    const lo = { family: AF_PACKET, protocol: ETH_P_IPV6, ifindex: 1, address: hardware(0) }
    expect(shown(bind(fd, lo))).toBe('0')
    expect(raw.getsockname(fd, room, length)).toBe(0)
    expect(length[0]).toBe(18)
    const bound = { ...lo, hatype: ARPHRD_LOOPBACK, pkttype: 0, address: new Uint8Array(6) }
    expect(addressOf(room, length[0])).toEqual(bound)
    expect(hex(room.subarray(2, 4))).toBe('86dd')
    expect(sockaddr(bound)).toHaveLength(20)
  })

  test.skipIf(!isRoot)('gives the name that SOCK_PACKET has in place of an address as bytes', () => {
    const fd = own(unwrap(socket(AF_PACKET, SOCK_PACKET)))
    unwrap(bind(fd, { family: AF_PACKET, data: bytes('lo'.padEnd(14, '\0')) }))
    expect(unwrap(getsockname(fd))).toEqual({
      family: AF_PACKET,
      data: new Uint8Array(bytes('lo'.padEnd(14, '\0'))),
    })
  })

  test.skipIf(!isRoot)('gets the address of an XDP socket', (test) => {
    const made = socket(AF_XDP, SOCK_RAW)
    if (made.code === 'EAFNOSUPPORT') test.skip('this kernel has no AF_XDP')
    const fd = own(unwrap(made))
    unwrap(setsockopt(fd, SOL_XDP, XDP_RX_RING, 64))
    const lo = { family: AF_XDP, ifindex: 1, queueId: 0 }
    const sharing = { ...lo, flags: XDP_SHARED_UMEM }
    expect(shown(bind(fd, { ...lo, ifindex: 0x7fffffff }))).toBe('-1 ENODEV')
    expect(shown(bind(fd, { ...lo, flags: 0x8000 }))).toBe('-1 EINVAL')
    expect(shown(bind(fd, { ...lo, queueId: 0x7fffffff }))).toBe('-1 EINVAL')
    expect(shown(bind(fd, { ...sharing, sharedUmemFd: 0xffff }))).toBe('-1 ENOTSOCK')
    expect(shown(bind(fd, { ...sharing, sharedUmemFd: udp() }))).toBe('-1 ENOPROTOOPT')
    expect(shown(bind(fd, { ...sharing, sharedUmemFd: fd }))).toBe('-1 EBADF') // it has no memory to share
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
    ['no protocol', { family: AF_PACKET, ifindex: 1, address: hardware(6) }, 'address.protocol'],
    ['a protocol over 16 bits', { ...packet, protocol: 65536, address: hardware(6) }, 'address.protocol'],
    ['no interface', { family: AF_PACKET, protocol: 3, address: hardware(6) }, 'address.ifindex'],
    ['an interface over 31 bits', { ...packet, ifindex: 2 ** 31, address: hardware(6) }, 'address.ifindex'],
    ['a kind of hardware that is text', { ...packet, hatype: 'ether', address: hardware(6) }, 'address.hatype'],
    ['a packet type over 8 bits', { ...packet, pkttype: 256, address: hardware(6) }, 'address.pkttype'],
    ['no hardware address', packet, 'address.address'],
    ['a hardware address that is text', { ...packet, address: '00:00:00:00:00:00' }, 'address.address'],
    ['a hardware address of 256 bytes', { ...packet, address: new Uint8Array(256) }, 'address.address'],
    ['no netlink pid', { family: AF_NETLINK, groups: 0 }, 'address.pid'],
    ['a negative netlink pid', { family: AF_NETLINK, pid: -1, groups: 0 }, 'address.pid'],
    ['no groups', { family: AF_NETLINK, pid: 0 }, 'address.groups'],
    ['groups that are a list', { family: AF_NETLINK, pid: 0, groups: [1] }, 'address.groups'],
    ['no cid', { family: AF_VSOCK, port: 1 }, 'address.cid'],
    ['a cid of -1', { family: AF_VSOCK, cid: -1, port: 1 }, 'address.cid'],
    ['no vsock port', { family: AF_VSOCK, cid: 1 }, 'address.port'],
    ['a vsock port over 32 bits', { family: AF_VSOCK, cid: 1, port: 2 ** 32 }, 'address.port'],
    ['vsock flags over 8 bits', { family: AF_VSOCK, cid: 1, port: 1, flags: 256 }, 'address.flags'],
    ['no CAN interface', { family: AF_CAN }, 'address.ifindex'],
    ['half an ISO-TP address', { ...can, txId: 1 }, 'address.rxId'],
    ['the other half of an ISO-TP address', { ...can, rxId: 1 }, 'address.txId'],
    ['an ISO-TP address that is text', { ...can, rxId: '1', txId: 2 }, 'address.rxId'],
    ['a J1939 address without a name', { ...can, pgn: 1, addr: 2 }, 'address.name'],
    ['a J1939 address without a parameter group', { ...can, name: 0n, addr: 2 }, 'address.pgn'],
    ['a J1939 address without an address', { ...can, name: 0n, pgn: 1 }, 'address.addr'],
    ['a J1939 name over 64 bits', { ...can, name: 2n ** 64n, pgn: 1, addr: 2 }, 'address.name'],
    ['a negative J1939 name', { ...can, name: -1n, pgn: 1, addr: 2 }, 'address.name'],
    ['a J1939 address over 8 bits', { ...can, name: 0n, pgn: 1, addr: 256 }, 'address.addr'],
    ['no algorithm type', { ...alg, type: undefined }, 'address.type'],
    ['an algorithm type of 14 bytes', { ...alg, type: 't'.repeat(14) }, 'address.type'],
    ['an algorithm type of 14 bytes in 13 characters', { ...alg, type: `${'t'.repeat(12)}ü` }, 'address.type'],
    ['no algorithm name', { ...alg, name: undefined }, 'address.name'],
    ['an algorithm name of 64 bytes', { ...alg, name: 'n'.repeat(64) }, 'address.name'],
    ['a very long algorithm name', { ...alg, name: 'n'.repeat(1e6) }, 'address.name'],
    ['a NUL in an algorithm name', { ...alg, name: 'sha256\0' }, 'address.name'],
    ['a lone surrogate in an algorithm name', { ...alg, name: '\ud800' }, 'address.name'],
    ['an algorithm name that is bytes', { ...alg, name: bytes('sha256') }, 'address.name'],
    ['a mask over 32 bits', { ...alg, mask: 2 ** 32 }, 'address.mask'],
    ['no XDP interface', { family: AF_XDP, queueId: 0 }, 'address.ifindex'],
    ['no queue', { family: AF_XDP, ifindex: 1 }, 'address.queueId'],
    ['XDP flags over 16 bits', { family: AF_XDP, ifindex: 1, queueId: 0, flags: 65536 }, 'address.flags'],
    ['a negative descriptor', { family: AF_XDP, ifindex: 1, queueId: 0, sharedUmemFd: -1 }, 'address.sharedUmemFd'],
    ['no TIPC address', { family: AF_TIPC, type: 1 }, 'address.instance'],
    ['half a service range', { family: AF_TIPC, type: 1, upper: 2 }, 'address.lower'],
    ['a service without a type', { family: AF_TIPC, instance: 2 }, 'address.type'],
    ['half a TIPC socket', { family: AF_TIPC, ref: 2 }, 'address.node'],
    ['a scope over 8 bits', { ...service, scope: 128 }, 'address.scope'],
    ['a family whose structs no header defines', { family: AF_BLUETOOTH, address: hardware(6) }, 'address.data'],
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

  test('whose fields come and go while they are read is refused, or is one that it has been', () => {
    let reads = 0
    const changing = (value: unknown): Address =>
      ({
        ...can,
        get rxId() {
          return reads++ % 2 === 0 ? value : undefined
        },
        txId: 2,
      }) as Address
    expect(() => sockaddr(changing(1))).toThrow('"address.rxId"')
    reads = 1
    expect(hex(sockaddr(changing(1)))).toBe(hex(sockaddr({ ...can, rxId: 1, txId: 2 })))
  })

  test('with bytes that a later field detaches is refused', () => {
    const address = new Uint8Array(6)
    const hostile = {
      ...packet,
      get address() {
        structuredClone(address, { transfer: [address.buffer] })
        return address
      },
    }
    expect(() => sockaddr(hostile)).toThrow('"address.address"')
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

  const whole: readonly (readonly [string, Address, number])[] = [
    ['netlink padding', { family: AF_NETLINK, pid: 1, groups: 2 }, 2],
    ['vsock padding', { family: AF_VSOCK, cid: 1, port: 2 }, 15],
    ['J1939 padding', { ...can, name: 1n, pgn: 2, addr: 3 }, 23],
    ['CAN padding', can, 2],
    ['a byte beyond the end of a text', alg, 4 + 'skcipher'.length],
    ['a TIPC address of an unknown type', service, 2],
    ['a byte that a TIPC socket has not', { family: AF_TIPC, ref: 1, node: 2 }, 12],
    ['a byte beyond a hardware address', { ...packet, address: hardware(6) }, 19],
    ['a hardware address that is cut off', { ...packet, address: hardware(8) }, 11],
  ]
  test.each(whole)('%s is not overlooked: all is bytes', (_, address, at) => {
    const view = sockaddr(address)
    expect(addressOf(view)).not.toHaveProperty('data')
    for (const length of [view.length - 1, view.length + 1])
      expect(addressOf(Buffer.concat([view, new Uint8Array(1)]), length)).toHaveProperty('data')
    ;(view[at] as number) ^= 0xff
    expect(addressOf(view)).toEqual({ family: address.family, data: view.subarray(2) })
  })

  test('a text that is not UTF-8 or fills its field is bytes', () => {
    for (const [at, byte, count] of [
      [2, 0xff, 1],
      [24, 0x61, 64],
      [2, 0x61, 14],
    ] as const) {
      const view = sockaddr(alg).fill(byte, at, at + count)
      expect(addressOf(view)).toEqual({ family: AF_ALG, data: view.subarray(2) })
    }
  })

  test('survives any bytes', () => {
    let seed = 1
    const random = (): number => (seed = (seed * 48271) % 0x7fffffff)
    const families = [AF_PACKET, AF_NETLINK, AF_VSOCK, AF_CAN, AF_ALG, AF_XDP, AF_TIPC, AF_INET, AF_INET6, AF_UNIX]
    const sizes = [8, 12, 16, 18, 20, 24, 28, 88, 110]
    let decoded = 0
    for (let i = 0; i < 60000; i++) {
      // Mostly the lengths that structs have, and mostly zeros, so that many are what they seem.
      const size = i % 3 === 0 ? random() % 140 : (sizes[random() % sizes.length] as number)
      const sparse = i % 2 === 0
      const view = Uint8Array.from({ length: size }, () => (sparse && random() % 8 > 0 ? 0 : random() & 0xff))
      if (size > 1) view.set([i % 3 === 0 ? random() % 48 : (families[random() % families.length] as number), 0])
      const address = addressOf(view)
      if (address === null || (address.family === AF_UNIX && 'path' in address)) continue
      if (address.family === AF_UNSPEC && !('data' in address)) continue // zeros, however many
      if (!('data' in address)) decoded++
      const again = sockaddr(address)
      // What IPv4 leaves unused (sin_zero) is the only thing that does not come back.
      const compared = address.family === AF_INET && size === 16 ? 8 : size
      expect(hex(again.subarray(0, compared))).toBe(hex(view.subarray(0, compared)))
      // getsockname() gives fewer bytes of a link-layer address than bind() takes.
      if ('hatype' in address) expect(again.subarray(size).every((byte) => byte === 0)).toBe(true)
      else expect(again.length).toBe(size)
    }
    expect(decoded).toBeGreaterThan(1000)
  })
})

test('the fields tell TypeScript which address it is', () => {
  const address = addressOf(sockaddr({ family: AF_INET, address: '127.0.0.1', port: 80 })) as Address
  const text = (a: Address): string => {
    if ('path' in a) return typeof a.path
    if ('scopeId' in a) return a.address
    if ('hatype' in a) return String(a.address.length)
    if ('port' in a && 'address' in a) return `${a.address}:${a.port}`
    if ('cid' in a) return String(a.cid + a.port)
    if ('pid' in a) return String(a.pid + a.groups)
    if ('pgn' in a) return String(BigInt(a.name) + BigInt(a.pgn))
    if ('rxId' in a) return String(a.rxId + a.txId)
    if ('name' in a && 'type' in a) return a.type + a.name
    if ('queueId' in a) return String(a.queueId)
    if ('lower' in a) return String(a.lower + a.upper)
    if ('instance' in a) return String(a.instance)
    if ('ref' in a) return String(a.ref + a.node)
    return 'data' in a ? String(a.data.length) : ''
  }
  expect(text(address)).toBe('127.0.0.1:80')
})

test('encoding once and reusing gives the same connection as an object', () => {
  const listener = unixListener()
  const encoded = sockaddr(listener.address)
  for (let i = 0; i < 3; i++) expect(shown(connect(unix(SOCK_STREAM), encoded))).toBe('0')
  shut(listener.fd)
})
