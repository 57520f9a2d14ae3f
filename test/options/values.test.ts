// Owns what the values of options are: their bytes against C's, what the kernel keeps of them, and what is refused.
import { execFileSync } from 'node:child_process'
import { closeSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  AF_INET,
  AF_INET6,
  AF_NETLINK,
  AF_PACKET,
  AF_UNSPEC,
  AF_VSOCK,
  bind,
  CAN_RAW_FILTER,
  errnoName,
  type Fd,
  type FlowLabelRequest,
  getpeername,
  getsockname,
  getsockopt,
  type InetAddress,
  IP_ADD_MEMBERSHIP,
  IP_ADD_SOURCE_MEMBERSHIP,
  IP_BLOCK_SOURCE,
  IP_DROP_MEMBERSHIP,
  IP_DROP_SOURCE_MEMBERSHIP,
  IP_MSFILTER,
  IP_MULTICAST_ALL,
  IP_MULTICAST_IF,
  IP_MULTICAST_LOOP,
  IP_MULTICAST_TTL,
  IP_TOS,
  IP_TTL,
  IP_UNBLOCK_SOURCE,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPPROTO_TCP,
  IPPROTO_UDP,
  IPV6_FL_A_GET,
  IPV6_FL_A_PUT,
  IPV6_FL_A_RENEW,
  IPV6_FL_F_CREATE,
  IPV6_FL_S_EXCL,
  IPV6_FLOWLABEL_MGR,
  IPV6_JOIN_GROUP,
  IPV6_LEAVE_GROUP,
  IPV6_MULTICAST_HOPS,
  IPV6_PATHMTU,
  IPV6_PKTINFO,
  IPV6_RECVPKTINFO,
  IPV6_TCLASS,
  IPV6_UNICAST_HOPS,
  IPV6_V6ONLY,
  MCAST_EXCLUDE,
  MCAST_INCLUDE,
  MCAST_JOIN_GROUP,
  MCAST_JOIN_SOURCE_GROUP,
  MCAST_LEAVE_GROUP,
  MCAST_MSFILTER,
  NETLINK_ADD_MEMBERSHIP,
  NETLINK_CAP_ACK,
  NETLINK_LIST_MEMBERSHIPS,
  NETLINK_ROUTE,
  type OptionValue,
  optionBytes,
  optionTypes,
  optionValue,
  PACKET_ADD_MEMBERSHIP,
  PACKET_AUXDATA,
  PACKET_DROP_MEMBERSHIP,
  PACKET_FANOUT,
  PACKET_FANOUT_CBPF,
  PACKET_FANOUT_DATA,
  PACKET_MR_PROMISC,
  PACKET_RESERVE,
  PACKET_ROLLOVER_STATS,
  PACKET_RX_RING,
  PACKET_STATISTICS,
  PACKET_VERSION,
  recv,
  SO_ATTACH_FILTER,
  SO_ATTACH_REUSEPORT_CBPF,
  SO_BINDTODEVICE,
  SO_COOKIE,
  SO_DETACH_FILTER,
  SO_GET_FILTER,
  SO_KEEPALIVE,
  SO_LINGER,
  SO_MEMINFO,
  SO_NETNS_COOKIE,
  SO_PEERCRED,
  SO_PEERGROUPS,
  SO_PEERNAME,
  SO_RCVBUF,
  SO_RCVLOWAT,
  SO_RCVTIMEO,
  SO_REUSEPORT,
  SO_SNDTIMEO,
  SO_TIMESTAMPING,
  SO_TXTIME,
  SO_VM_SOCKETS_BUFFER_MAX_SIZE,
  SO_VM_SOCKETS_BUFFER_SIZE,
  SO_VM_SOCKETS_CONNECT_TIMEOUT,
  SOCK_RAW,
  SOCK_STREAM,
  SOF_TIMESTAMPING_RX_SOFTWARE,
  SOF_TIMESTAMPING_SOFTWARE,
  SOL_CAN_RAW,
  SOL_NETLINK,
  SOL_PACKET,
  SOL_SOCKET,
  type SocketOption,
  setsockopt,
  sockaddr,
  socket,
  TCP_CONGESTION,
  TCP_CORK,
  TCP_INFO,
  TCP_KEEPIDLE,
  TCP_MD5SIG,
  TCP_REPAIR_OPTIONS,
  TCP_REPAIR_WINDOW,
  TCP_ULP,
  TCP_USER_TIMEOUT,
  TPACKET_V3,
  UDP_CORK,
  UDP_SEGMENT,
  unwrap,
} from '../../lib/index.js'
import * as raw from '../../lib/raw.js'
import {
  bound,
  bytes,
  delivered,
  hasProgram,
  loopback6,
  openCount,
  own,
  received,
  sent,
  shown,
  tcp,
  tcpListener,
  tcpPair,
  temporaryDirectory,
  udp,
  udp6,
  udpPair,
  unixPair,
} from '../fixtures.js'

const hex = (view: Uint8Array): string => Buffer.from(view).toString('hex')
const inet = (address: string, port = 0): InetAddress => ({ family: AF_INET, address, port })
const group = '224.0.0.251'
const set = (fd: Fd, level: number, name: SocketOption, value: OptionValue): string =>
  shown(setsockopt(fd, level, name as number, value))

const isRoot = process.getuid?.() === 0
if (!isRoot) console.error('NOT ROOT: values of packet options are not tested')

// Struct by struct, against C

describe.skipIf(!hasProgram('cc', 'gcc'))('the bytes', () => {
  const values: readonly [name: string, level: number, option: SocketOption, value: OptionValue, back?: unknown][] = [
    ['Linger', SOL_SOCKET, SO_LINGER, { on: true, seconds: 77 }],
    ['Timeval', SOL_SOCKET, SO_RCVTIMEO, { sec: 12, usec: 345678 }],
    ['Credentials', SOL_SOCKET, SO_PEERCRED, { pid: 1, uid: 2, gid: 2 ** 32 - 1 }],
    ['Groups', SOL_SOCKET, SO_PEERGROUPS, [7, 2 ** 32 - 1]],
    ['Unsigned64', AF_VSOCK, SO_VM_SOCKETS_BUFFER_SIZE, 0xfedcba9876543210n],
    ['Timestamping', SOL_SOCKET, SO_TIMESTAMPING, { flags: 0x18, bindPhc: 3 }],
    ['Txtime', SOL_SOCKET, SO_TXTIME, { clockid: 11, flags: 3 }],
    [
      'Filter',
      SOL_SOCKET,
      SO_ATTACH_FILTER,
      [{ code: 0x80 }, { code: 0x15, jt: 255, jf: 1, k: 2 ** 32 - 1 }, { code: 6, k: 0 }],
      [
        { code: 0x80, jt: 0, jf: 0, k: 0 },
        { code: 0x15, jt: 255, jf: 1, k: 2 ** 32 - 1 },
        { code: 6, jt: 0, jf: 0, k: 0 },
      ],
    ],
    ['MulticastRequest', IPPROTO_IP, IP_ADD_MEMBERSHIP, { group, interface: '127.0.0.1', ifindex: 5 }],
    ['MulticastInterface', IPPROTO_IP, IP_MULTICAST_IF, '127.0.0.1'],
    ['SourceRequest', IPPROTO_IP, IP_BLOCK_SOURCE, { group, interface: '127.0.0.1', source: '192.0.2.7' }],
    [
      'SourceFilter',
      IPPROTO_IP,
      IP_MSFILTER,
      { group, interface: '127.0.0.1', mode: MCAST_INCLUDE, sources: ['192.0.2.7', '192.0.2.8'] },
    ],
    ['MulticastRequest6', IPPROTO_IPV6, IPV6_JOIN_GROUP, { group: 'ff02::1234', ifindex: 6 }],
    [
      'GroupRequest',
      IPPROTO_IPV6,
      MCAST_JOIN_GROUP,
      { ifindex: 4, group: { family: AF_INET6, address: 'ff02::1234', port: 0, flowinfo: 0, scopeId: 0 } },
    ],
    [
      'GroupSourceRequest',
      IPPROTO_IP,
      MCAST_JOIN_SOURCE_GROUP,
      { ifindex: 4, group: inet(group), source: inet('192.0.2.7', 8) },
    ],
    [
      'GroupFilter',
      IPPROTO_IP,
      MCAST_MSFILTER,
      { ifindex: 4, group: inet(group), mode: MCAST_EXCLUDE, sources: [inet('192.0.2.7'), inet('192.0.2.8')] },
    ],
    [
      'PathMtu',
      IPPROTO_IPV6,
      IPV6_PATHMTU,
      { address: { family: AF_INET6, address: '2001:db8::1', port: 9, flowinfo: 0, scopeId: 2 }, mtu: 1280 },
    ],
    ['PacketInfo6', IPPROTO_IPV6, IPV6_PKTINFO, { address: '::1', ifindex: 1 }],
    [
      'FlowLabelRequest',
      IPPROTO_IPV6,
      IPV6_FLOWLABEL_MGR,
      { destination: '2001:db8::1', label: 0xabcde, action: 1, share: 2, flags: 0x0103, expires: 4, linger: 5 },
    ],
    [
      'TcpKey',
      IPPROTO_TCP,
      TCP_MD5SIG,
      { address: inet('192.0.2.7'), flags: 3, prefixLength: 24, ifindex: 1, key: new Uint8Array(bytes('horse')) },
    ],
    [
      'RepairOptions',
      IPPROTO_TCP,
      TCP_REPAIR_OPTIONS,
      [
        { code: 2, value: 1460 },
        { code: 3, value: 0x70007 },
      ],
    ],
    [
      'RepairWindow',
      IPPROTO_TCP,
      TCP_REPAIR_WINDOW,
      { sndWl1: 1, sndWnd: 2, maxWindow: 3, rcvWnd: 4, rcvWup: 2 ** 32 - 1 },
    ],
    [
      'PacketMembership',
      SOL_PACKET,
      PACKET_ADD_MEMBERSHIP,
      { ifindex: 1, type: 0, address: new Uint8Array([1, 0, 0x5e, 0, 0, 1]) },
    ],
    [
      'RingRequest',
      SOL_PACKET,
      PACKET_RX_RING,
      {
        blockSize: 4096,
        blocks: 2,
        frameSize: 2048,
        frames: 4,
        retireTimeout: 5,
        privateSize: 6,
        features: 7,
      },
    ],
    ['PacketStatistics', SOL_PACKET, PACKET_STATISTICS, { packets: 1, drops: 2, queueFreezes: 3 }],
    ['RolloverStatistics', SOL_PACKET, PACKET_ROLLOVER_STATS, { all: 2n ** 40n, huge: 2n, failed: 3n }],
    [
      'CanFilters',
      SOL_CAN_RAW,
      CAN_RAW_FILTER,
      [
        { id: 0x123, mask: 0x7ff },
        { id: 2 ** 31, mask: 0 },
      ],
    ],
  ]
  let lines: Map<string, string>

  beforeAll(() => {
    const program = join(temporaryDirectory(), 'options')
    const source = fileURLToPath(new URL('../peers/options.c', import.meta.url))
    execFileSync('cc', ['-Wall', '-Werror', '-o', program, source])
    const printed = execFileSync(program, { encoding: 'utf8' }).trim().split('\n')
    lines = new Map(printed.map((line) => line.split(' ') as [string, string]))
  })

  test.each(values)(
    'of a %s are those that C makes, and are read back as they were',
    (type, level, name, value, back) => {
      const encoded = optionBytes(level, name, value)
      expect(hex(encoded)).toBe(lines.get(type))
      expect(optionValue(level, name, encoded)).toEqual(back ?? value)
      // One more byte, or one less, is no such value: a list then has no such element, and what can grow is read as far as
      // it is known.
      for (const size of [encoded.length - 1, encoded.length + 1]) {
        const other = new Uint8Array(size)
        other.set(encoded.subarray(0, size))
        const isList = Array.isArray(value) || type.endsWith('Filter')
        if (isList || ['Timestamping', 'PacketStatistics'].includes(type)) optionValue(level, name, other)
        else expect(optionValue(level, name, other)).toEqual(other)
      }
    },
  )

  test('of an interface by its index are those that C makes', () => {
    expect(hex(optionBytes(IPPROTO_IP, IP_MULTICAST_IF, { ifindex: 9 }))).toBe(lines.get('MulticastInterfaceIndex'))
  })

  test('are there for every type that has fields', () => {
    const scalar = ['boolean', 'number', 'bytes', 'pointers', 'Descriptor', 'Text', 'Unsigned16', 'MemoryInfo']
    const onlyRead = ['NetlinkGroups', 'TcpInfo']
    const late = ['DeviceMemory'] // in no header here
    const types = new Set(optionTypes.map(([, , type]) => type))
    const tested = [...scalar, ...onlyRead, ...late, ...values.map(([type]) => type)]
    expect([...types].filter((type) => !tested.includes(type))).toEqual([])
  })
})

test('two names of one option agree on its type', () => {
  const types = new Map<string, string>()
  for (const [level, name, type] of optionTypes) {
    if (typeof level !== 'number' || typeof name !== 'number') continue
    const option = `level ${level}, option ${name}`
    expect([option, types.get(option) ?? type]).toEqual([option, type])
    types.set(option, type)
  }
  expect(types.size).toBeGreaterThan(250)
})

// Option by option, in the kernel

describe('an option is kept as it was set', () => {
  const packet = (): Fd => own(unwrap(socket(AF_PACKET, SOCK_RAW)))
  const netlink = (): Fd => own(unwrap(socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE)))
  const vsock = (): Fd => own(unwrap(socket(AF_VSOCK, SOCK_STREAM)))
  const options: readonly (readonly [
    string,
    () => Fd,
    level: number,
    name: SocketOption,
    value: unknown,
    before?: unknown,
  ])[] = [
    ['SO_KEEPALIVE', tcp, SOL_SOCKET, SO_KEEPALIVE, true],
    ['SO_LINGER', tcp, SOL_SOCKET, SO_LINGER, { on: true, seconds: 5 }, { on: false, seconds: 0 }],
    ['SO_RCVTIMEO', tcp, SOL_SOCKET, SO_RCVTIMEO, { sec: 2, usec: 500_000 }, { sec: 0, usec: 0 }],
    ['SO_SNDTIMEO', udp, SOL_SOCKET, SO_SNDTIMEO, { sec: 3600, usec: 0 }, { sec: 0, usec: 0 }],
    ['SO_RCVLOWAT', tcp, SOL_SOCKET, SO_RCVLOWAT, 7],
    ['SO_BINDTODEVICE', udp, SOL_SOCKET, SO_BINDTODEVICE, 'lo', ''],
    [
      'SO_TIMESTAMPING',
      udp,
      SOL_SOCKET,
      SO_TIMESTAMPING,
      { flags: SOF_TIMESTAMPING_RX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE, bindPhc: 0 },
      { flags: 0, bindPhc: 0 },
    ],
    ['SO_TXTIME', udp, SOL_SOCKET, SO_TXTIME, { clockid: 1, flags: 1 }],
    ['IP_TTL', udp, IPPROTO_IP, IP_TTL, 3],
    ['IP_TOS', udp, IPPROTO_IP, IP_TOS, 0x10],
    ['IP_MULTICAST_IF', udp, IPPROTO_IP, IP_MULTICAST_IF, '127.0.0.1', '0.0.0.0'],
    ['IP_MULTICAST_TTL', udp, IPPROTO_IP, IP_MULTICAST_TTL, 4],
    ['IP_MULTICAST_LOOP', udp, IPPROTO_IP, IP_MULTICAST_LOOP, false],
    ['IP_MULTICAST_ALL', udp, IPPROTO_IP, IP_MULTICAST_ALL, false],
    ['IPV6_V6ONLY', udp6, IPPROTO_IPV6, IPV6_V6ONLY, true],
    ['IPV6_UNICAST_HOPS', udp6, IPPROTO_IPV6, IPV6_UNICAST_HOPS, 9],
    ['IPV6_MULTICAST_HOPS', udp6, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, 9],
    ['IPV6_TCLASS', udp6, IPPROTO_IPV6, IPV6_TCLASS, 0x20],
    ['IPV6_RECVPKTINFO', udp6, IPPROTO_IPV6, IPV6_RECVPKTINFO, true],
    ['TCP_KEEPIDLE', tcp, IPPROTO_TCP, TCP_KEEPIDLE, 9],
    ['TCP_CORK', tcp, IPPROTO_TCP, TCP_CORK, true],
    ['TCP_USER_TIMEOUT', tcp, IPPROTO_TCP, TCP_USER_TIMEOUT, 1234],
    ['TCP_CONGESTION', tcp, IPPROTO_TCP, TCP_CONGESTION, 'reno'],
    ['UDP_CORK', udp, IPPROTO_UDP, UDP_CORK, true],
    ['UDP_SEGMENT', udp, IPPROTO_UDP, UDP_SEGMENT, 1200],
    ['NETLINK_CAP_ACK', netlink, SOL_NETLINK, NETLINK_CAP_ACK, true],
    ['SO_VM_SOCKETS_BUFFER_SIZE', vsock, AF_VSOCK, SO_VM_SOCKETS_BUFFER_SIZE, 131_072n, 262_144n],
    ['SO_VM_SOCKETS_BUFFER_MAX_SIZE', vsock, AF_VSOCK, SO_VM_SOCKETS_BUFFER_MAX_SIZE, 2n ** 33n, 262_144n],
    [
      'SO_VM_SOCKETS_CONNECT_TIMEOUT',
      vsock,
      AF_VSOCK,
      SO_VM_SOCKETS_CONNECT_TIMEOUT,
      { sec: 5, usec: 0 },
      { sec: 2, usec: 0 },
    ],
    ...(isRoot
      ? ([
          ['PACKET_AUXDATA', packet, SOL_PACKET, PACKET_AUXDATA, true],
          ['PACKET_RESERVE', packet, SOL_PACKET, PACKET_RESERVE, 64],
        ] as const)
      : []),
  ]

  test.each(options.map((option) => [option[0], option] as const))('%s', (_, [, make, level, name, value, before]) => {
    const fd = make()
    const first = getsockopt(fd, level, name).value
    expect(first).not.toEqual(value)
    if (before !== undefined) expect(first).toEqual(before)
    expect(set(fd, level, name, value as OptionValue)).toBe('0')
    expect(unwrap(getsockopt(fd, level, name))).toEqual(value)
  })

  test('a 64-bit option takes a number as well', () => {
    const fd = vsock()
    expect(set(fd, AF_VSOCK, SO_VM_SOCKETS_BUFFER_SIZE, 131_072)).toBe('0')
    expect(unwrap(getsockopt(fd, AF_VSOCK, SO_VM_SOCKETS_BUFFER_SIZE))).toBe(131_072n)
  })

  test('groups of a netlink socket are listed by their numbers', () => {
    const fd = netlink()
    expect(unwrap(getsockopt(fd, SOL_NETLINK, NETLINK_LIST_MEMBERSHIPS))).toEqual([])
    for (const one of [1, 9, 33]) unwrap(setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, one))
    expect(unwrap(getsockopt(fd, SOL_NETLINK, NETLINK_LIST_MEMBERSHIPS))).toEqual([1, 9, 33])
  })
})

describe('what is only read', () => {
  test('SO_PEERCRED and SO_PEERGROUPS tell who is at the other end', () => {
    const [x] = unixPair()
    expect(unwrap(getsockopt(x, SOL_SOCKET, SO_PEERCRED))).toEqual({
      pid: process.pid,
      uid: process.getuid?.(),
      gid: process.getgid?.(),
    })
    const groups = /^Groups:[ \t]*(.*?)[ \t]*$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] as string
    expect(unwrap(getsockopt(x, SOL_SOCKET, SO_PEERGROUPS)).join(' ')).toBe(groups)
  })

  test('SO_PEERNAME is the address that getpeername() gives, asked for with its length', () => {
    const [x] = tcpPair()
    expect(unwrap(getsockopt(x, SOL_SOCKET, SO_PEERNAME, 16))).toEqual(sockaddr(unwrap(getpeername(x))))
    expect(shown(getsockopt(x, SOL_SOCKET, SO_PEERNAME))).toBe('-1 EINVAL') // Linux wants no room to be left
  })

  test('SO_COOKIE is of the socket, SO_NETNS_COOKIE of its network', () => {
    const [x, y] = [tcp(), tcp()]
    const of = (name: SocketOption<bigint>, fd: Fd): bigint => unwrap(getsockopt(fd, SOL_SOCKET, name))
    expect(of(SO_COOKIE, x)).toBeTypeOf('bigint')
    expect(of(SO_COOKIE, x)).not.toBe(of(SO_COOKIE, y))
    expect(of(SO_COOKIE, x)).toBe(of(SO_COOKIE, x))
    expect(of(SO_NETNS_COOKIE, x)).toBe(of(SO_NETNS_COOKIE, y))
  })

  test('SO_MEMINFO is a list of numbers, SO_RCVBUF among them', () => {
    const fd = tcp()
    const numbers = unwrap(getsockopt(fd, SOL_SOCKET, SO_MEMINFO))
    expect(numbers.length).toBeGreaterThanOrEqual(9)
    expect(numbers[1]).toBe(unwrap(getsockopt(fd, SOL_SOCKET, SO_RCVBUF))) // SK_MEMINFO_RCVBUF
  })

  test('TCP_ULP is no text at all without a protocol on top', () => {
    expect(unwrap(getsockopt(tcpPair()[0], IPPROTO_TCP, TCP_ULP))).toBe('')
  })

  test('IPV6_PATHMTU is that of a connected socket', () => {
    const [u] = udpPair(loopback6)
    // RFC 3542 would have the destination in it; Linux answers with zeros.
    expect(unwrap(getsockopt(u, IPPROTO_IPV6, IPV6_PATHMTU))).toEqual({ address: { family: AF_UNSPEC }, mtu: 65536 })
  })

  test('SO_PEERPIDFD gives a descriptor, which is not lost for want of room', () => {
    const SO_PEERPIDFD = 77 // since Linux 6.5, and in newer headers than these may be
    const [x] = unixPair()
    const result = getsockopt(x, SOL_SOCKET, SO_PEERPIDFD, 4)
    if (!result.ok) return expect(errnoName(result.errno)).toBe('ENOPROTOOPT')
    const fd = new Int32Array(result.value.buffer)[0] as number
    expect(readlinkSync(`/proc/self/fd/${fd}`)).toMatch(/pidfd/)
    closeSync(fd)
    const before = openCount()
    for (const length of [0, 1, 3])
      expect(() => getsockopt(x, SOL_SOCKET, SO_PEERPIDFD, length)).toThrow(
        /^The "value" argument of getsockopt\(\) must be at least 4 bytes, or the new descriptor would be lost/,
      )
    expect(openCount()).toBe(before)
  })
})

// Groups

describe('a group is joined and left', () => {
  const on = { interface: '127.0.0.1' }
  const source = '127.0.0.1'

  test.each([
    ['IP_ADD_MEMBERSHIP by address', IPPROTO_IP, IP_ADD_MEMBERSHIP, IP_DROP_MEMBERSHIP, { group, ...on }],
    ['IP_ADD_MEMBERSHIP by index', IPPROTO_IP, IP_ADD_MEMBERSHIP, IP_DROP_MEMBERSHIP, { group, ifindex: 1 }],
    [
      'IP_ADD_SOURCE_MEMBERSHIP',
      IPPROTO_IP,
      IP_ADD_SOURCE_MEMBERSHIP,
      IP_DROP_SOURCE_MEMBERSHIP,
      { group, source, ...on },
    ],
    ['MCAST_JOIN_GROUP', IPPROTO_IP, MCAST_JOIN_GROUP, MCAST_LEAVE_GROUP, { ifindex: 1, group: inet(group) }],
  ] as const)('%s', (_, level, join, leave, request) => {
    const fd = udp()
    expect(set(fd, level, leave, request)).toBe('source' in request ? '-1 EINVAL' : '-1 EADDRNOTAVAIL')
    expect(set(fd, level, join, request)).toBe('0')
    expect(set(fd, level, join, request)).toMatch(/^-1 EADDR/)
    expect(set(fd, level, leave, request)).toBe('0')
  })

  test.each([
    ['IPV6_JOIN_GROUP', IPV6_JOIN_GROUP, IPV6_LEAVE_GROUP, { group: 'ff02::1234', ifindex: 1 }],
    [
      'MCAST_JOIN_GROUP',
      MCAST_JOIN_GROUP,
      MCAST_LEAVE_GROUP,
      { ifindex: 1, group: { family: AF_INET6, address: 'ff02::1234', port: 0 } },
    ],
  ] as const)('%s of IPv6', (_, join, leave, request) => {
    const fd = udp6()
    expect(set(fd, IPPROTO_IPV6, leave, request)).toBe('-1 EADDRNOTAVAIL')
    expect(set(fd, IPPROTO_IPV6, join, request)).toBe('0')
    expect(set(fd, IPPROTO_IPV6, leave, request)).toBe('0')
  })

  test('and its sender is heard, blocked, and heard again', () => {
    const [receiver, sender] = [udp(), udp()]
    unwrap(bind(receiver, inet(group)))
    const { port } = unwrap(getsockname(receiver)) as InetAddress
    bound(sender)
    expect(set(sender, IPPROTO_IP, IP_MULTICAST_IF, { ifindex: 1 })).toBe('0')
    expect(unwrap(getsockopt(sender, IPPROTO_IP, IP_MULTICAST_IF))).toBe('0.0.0.0') // the index alone is kept
    expect(set(receiver, IPPROTO_IP, IP_ADD_MEMBERSHIP, { group, ...on })).toBe('0')
    const hears = (text: string): string => {
      raw.sendto(sender, bytes(text), 0, inet(group, port))
      return received(receiver, 16, 0x40)
    }
    expect(hears('one')).toBe("3 'one'")
    expect(set(receiver, IPPROTO_IP, IP_BLOCK_SOURCE, { group, source, ...on })).toBe('0')
    expect(hears('two')).toBe('-1 EAGAIN')
    expect(set(receiver, IPPROTO_IP, IP_UNBLOCK_SOURCE, { group, source, ...on })).toBe('0')
    expect(hears('three')).toBe("5 'three'")
    const filter = { group, ...on, mode: MCAST_EXCLUDE, sources: ['192.0.2.1', source] }
    expect(set(receiver, IPPROTO_IP, IP_MSFILTER, filter)).toBe('0')
    expect(hears('four')).toBe('-1 EAGAIN')
    // The filter is read by asking for a group, in bytes: on the raw face.
    const value = optionBytes(IPPROTO_IP, IP_MSFILTER, { ...filter, sources: ['0.0.0.0', '0.0.0.0', '0.0.0.0'] })
    const length = new Int32Array(1)
    expect(raw.getsockopt(receiver, IPPROTO_IP, IP_MSFILTER, value, length)).toBe(0)
    expect(optionValue(IPPROTO_IP, IP_MSFILTER, value, length[0])).toEqual(filter)
  })
})

test('a flow label is leased, and the one that the kernel chooses is written to the bytes that were passed', () => {
  const fd = udp6()
  const request = { destination: '::1', action: IPV6_FL_A_GET, flags: IPV6_FL_F_CREATE, share: IPV6_FL_S_EXCL }
  const value = optionBytes(IPPROTO_IPV6, IPV6_FLOWLABEL_MGR, request)
  expect(set(fd, IPPROTO_IPV6, IPV6_FLOWLABEL_MGR, value)).toBe('0')
  const chosen = optionValue(IPPROTO_IPV6, IPV6_FLOWLABEL_MGR, value) as FlowLabelRequest
  expect(chosen.label).toBeGreaterThan(0)
  expect(chosen).toMatchObject(request)
  expect(set(fd, IPPROTO_IPV6, IPV6_FLOWLABEL_MGR, { ...chosen, action: IPV6_FL_A_RENEW, linger: 1 })).toBe('0')
  expect(set(fd, IPPROTO_IPV6, IPV6_FLOWLABEL_MGR, { ...chosen, action: IPV6_FL_A_PUT })).toBe('0')
  expect(set(fd, IPPROTO_IPV6, IPV6_FLOWLABEL_MGR, { ...chosen, action: IPV6_FL_A_PUT })).toBe('-1 ESRCH')
  expect(set(fd, IPPROTO_IPV6, IPV6_FLOWLABEL_MGR, { ...chosen, action: 99 })).toBe('-1 EINVAL')
})

// Filters

describe('a filter', () => {
  const accept = { code: 0x06, jt: 0, jf: 0, k: 0xffff } // return 65535 bytes
  const drop = { ...accept, k: 0 }
  /** Accepts only datagrams whose first byte (behind the UDP header) is this one. */
  const startsWith = (letter: string) => [
    { code: 0x30, jt: 0, jf: 0, k: 8 }, // load byte 8
    { code: 0x15, jt: 0, jf: 1, k: letter.charCodeAt(0) }, // if it is not the letter, skip one
    accept,
    drop,
  ]

  test('lets through what it accepts and drops the rest, and is read back', () => {
    const [u, v] = udpPair()
    expect(unwrap(getsockopt(v, SOL_SOCKET, SO_GET_FILTER))).toEqual([])
    expect(set(v, SOL_SOCKET, SO_ATTACH_FILTER, startsWith('y'))).toBe('0')
    for (const text of ['no', 'yes', 'never', 'yet']) expect(sent(u, text)).toBe(String(text.length))
    expect([received(v, 8), received(v, 8), received(v, 8, 0x40)]).toEqual(["3 'yes'", "3 'yet'", '-1 EAGAIN'])
    expect(unwrap(getsockopt(v, SOL_SOCKET, SO_GET_FILTER))).toEqual(startsWith('y'))
    expect(set(v, SOL_SOCKET, SO_DETACH_FILTER, 0)).toBe('0')
    expect(sent(u, 'no')).toBe('2')
    expect(received(v, 8)).toBe("2 'no'")
  })

  test('of the most instructions the kernel takes is read back whole, in as many bytes as it has', () => {
    const fd = udp()
    const long = [...Array.from({ length: 4095 }, () => ({ code: 0, jt: 0, jf: 0, k: 1 })), accept]
    expect(set(fd, SOL_SOCKET, SO_ATTACH_FILTER, [...long, accept])).toBe('-1 EINVAL')
    expect(set(fd, SOL_SOCKET, SO_ATTACH_FILTER, [])).toBe('-1 EINVAL')
    expect(set(fd, SOL_SOCKET, SO_ATTACH_FILTER, long)).toBe('0')
    expect(unwrap(getsockopt(fd, SOL_SOCKET, SO_GET_FILTER))).toEqual(long)
    expect(unwrap(getsockopt(fd, SOL_SOCKET, SO_GET_FILTER, 40_000))).toHaveLength(4096 * 8)
    expect(shown(getsockopt(fd, SOL_SOCKET, SO_GET_FILTER, 1000))).toBe('-1 EINVAL')
    expect(unwrap(getsockopt(fd, SOL_SOCKET, SO_GET_FILTER, 0))).toHaveLength(0)
  })

  test('picks the socket of a SO_REUSEPORT group', () => {
    const sockets = [udp(), udp()] as const
    unwrap(setsockopt(sockets[0], SOL_SOCKET, SO_REUSEPORT, true))
    const address = bound(sockets[0])
    unwrap(setsockopt(sockets[1], SOL_SOCKET, SO_REUSEPORT, true))
    unwrap(bind(sockets[1], address))
    for (const chosen of [0, 1] as const) {
      expect(set(sockets[0], SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, [{ code: 0x06, k: chosen }])).toBe('0')
      for (let i = 0; i < 4; i++) {
        raw.sendto(udp(), bytes('to one'), 0, address)
        expect(received(sockets[chosen], 16)).toBe("6 'to one'")
        expect(received(sockets[1 - chosen] as Fd, 16, 0x40)).toBe('-1 EAGAIN')
      }
    }
  })

  test.each([
    ['bytes, which would be a pointer', new Uint8Array(16), /"value" argument of setsockopt\(\) must be an array of/],
    ['a code that is too large', [{ code: 65536 }], /"value\[0\].code" argument/],
    ['a jump that is too long', [accept, { ...accept, jt: 256 }], /"value\[1\].jt" argument/],
    ['a hole', new Array(3), /"value\[0\]" argument/],
    [
      'more than C can count',
      Array.from({ length: 65536 }, () => accept),
      /at most 65535 instructions. Received 65536/,
    ],
    ['an object', {}, /"value" argument .* an array/],
    ['a text', 'ip', /"value" argument .* an array/],
  ])('that is %s is refused', (_, filter, message) => {
    expect(() => set(-1, SOL_SOCKET, SO_ATTACH_FILTER, filter as OptionValue)).toThrow(message)
  })

  test.skipIf(!isRoot)('spreads packets over a fanout group', () => {
    const fd = own(unwrap(socket(AF_PACKET, SOCK_RAW)))
    const experimental = [0x88, 0xb5] // a protocol that nobody speaks, on lo
    unwrap(bind(fd, { family: AF_PACKET, data: new Uint8Array([...experimental, 1, 0, 0, 0, ...new Uint8Array(12)]) }))
    unwrap(setsockopt(fd, SOL_PACKET, PACKET_FANOUT, (process.pid & 0xffff) | (PACKET_FANOUT_CBPF << 16)))
    expect(set(fd, SOL_PACKET, PACKET_FANOUT_DATA, [{ code: 0x06, k: 0 }])).toBe('0')
    expect(() => set(fd, SOL_PACKET, PACKET_FANOUT_DATA, new Uint8Array(16))).toThrow(TypeError)
  })
})

// Packet sockets

describe.skipIf(!isRoot)('a packet socket', () => {
  test('joins what it is to hear, has a ring, and counts', () => {
    const fd = own(unwrap(socket(AF_PACKET, SOCK_RAW)))
    const all = { ifindex: 1, type: PACKET_MR_PROMISC }
    expect(set(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, { ...all, ifindex: 99_999 })).toBe('-1 ENODEV')
    expect(set(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, all)).toBe('0')
    expect(set(fd, SOL_PACKET, PACKET_DROP_MEMBERSHIP, all)).toBe('0')
    expect(unwrap(getsockopt(fd, SOL_PACKET, PACKET_STATISTICS))).toEqual({ packets: 0, drops: 0 })
    expect(set(fd, SOL_PACKET, PACKET_VERSION, TPACKET_V3)).toBe('0')
    expect(unwrap(getsockopt(fd, SOL_PACKET, PACKET_STATISTICS))).toEqual({ packets: 0, drops: 0, queueFreezes: 0 })
    const ring = { blockSize: 4096, blocks: 2, frameSize: 2048, frames: 4, retireTimeout: 10 }
    expect(set(fd, SOL_PACKET, PACKET_RX_RING, { ...ring, frames: 5 })).toBe('-1 EINVAL')
    expect(set(fd, SOL_PACKET, PACKET_RX_RING, ring)).toBe('0')
  })
})

// TCP

describe('TCP_INFO', () => {
  const info = (fd: Fd) => unwrap(getsockopt(fd, IPPROTO_TCP, TCP_INFO))

  test('tells what the connection has done', () => {
    const [x, y] = tcpPair()
    expect(delivered(x, 'x'.repeat(1000))).toBe('1000')
    expect(received(y, 2000)).toMatch(/^1000 /)
    expect(info(x)).toMatchObject({
      state: 1,
      caState: 0,
      bytesAcked: 1001n,
      dataSegsOut: 1,
      totalRetrans: 0,
      unacked: 0,
    })
    expect(info(y)).toMatchObject({ state: 1, bytesReceived: 1000n, dataSegsIn: 1 })
    expect(info(x).rtt).toBeGreaterThan(0)
    expect(info(tcpListener(3).fd)).toMatchObject({ state: 10, sacked: 3, unacked: 0 })
    expect(info(tcp())).toMatchObject({ state: 7 })
  })

  test('without the fields that the kernel has not filled: by the length it gives', () => {
    const [x] = tcpPair()
    const whole = unwrap(getsockopt(x, IPPROTO_TCP, TCP_INFO, 1024))
    const all = Object.keys(info(x))
    expect(all.slice(-1)).toEqual([whole.length >= 276 ? 'receivedCeBytes' : expect.any(String)])
    const fields = (length: number): string[] => {
      const value = optionValue(IPPROTO_TCP, TCP_INFO, whole, length)
      return value instanceof Uint8Array ? [] : Object.keys(value)
    }
    expect(fields(7)).toEqual([])
    expect(fields(8)).toHaveLength(10)
    expect(fields(104).at(-1)).toBe('totalRetrans') // Linux 2.6
    expect(fields(107)).toEqual(fields(104))
    expect(fields(160).at(-1)).toBe('dataSegsOut')
    expect(fields(192).at(-1)).toBe('sndbufLimited') // Linux 4.10
    expect(fields(232).at(-1)).toBe('sndWnd') // Linux 5.4
    expect(fields(248).at(-1)).toBe('totalRtoTime') // Linux 6.7
    for (let length = 8; length <= whole.length; length++)
      expect(all.slice(0, fields(length).length)).toEqual(fields(length))
    // A newer kernel's bytes change nothing.
    const longer = new Uint8Array(512).fill(0xff)
    longer.set(whole)
    expect(Object.keys(optionValue(IPPROTO_TCP, TCP_INFO, longer))).toEqual(fields(276))
  })

  test.skipIf(!hasProgram('ss', 'iproute2'))('is what ss prints', () => {
    const [x, y] = tcpPair()
    expect(delivered(x, 'x'.repeat(5000))).toBe('5000')
    recv(y, new Uint8Array(5000))
    const { port } = unwrap(getsockname(x)) as InetAddress
    const printed = execFileSync('ss', ['-tinHO', 'sport', '=', `:${port}`], { encoding: 'utf8' })
    const found = (pattern: RegExp): number => Number(pattern.exec(printed)?.[1])
    const own = info(x)
    expect(printed).toContain('ESTAB')
    expect(found(/ mss:(\d+)/)).toBe(own.sndMss)
    expect(found(/ pmtu:(\d+)/)).toBe(own.pmtu)
    expect(found(/ rcvmss:(\d+)/)).toBe(own.rcvMss)
    expect(found(/ advmss:(\d+)/)).toBe(own.advmss)
    expect(found(/ cwnd:(\d+)/)).toBe(own.sndCwnd)
    expect(found(/ bytes_acked:(\d+)/)).toBe(Number(own.bytesAcked))
    expect(found(/ segs_out:(\d+)/)).toBe(own.segsOut)
    expect(found(/ data_segs_out:(\d+)/)).toBe(own.dataSegsOut)
    expect(found(/ wscale:(\d+),/)).toBe(own.sndWscale)
    expect(found(/ wscale:\d+,(\d+)/)).toBe(own.rcvWscale)
    expect(found(/ rcv_space:(\d+)/)).toBe(own.rcvSpace)
    expect(found(/ rtt:([\d.]+)/) * 1000).toBeCloseTo(own.rtt as number, -1)
    expect(found(/ minrtt:([\d.]+)/) * 1000).toBeCloseTo(own.minRtt as number, -1)
    expect(found(/ rto:([\d.]+)/) * 1000).toBeCloseTo(own.rto as number, -4)
  })
})

test('a key for signed segments is taken, and one that is too long is not', () => {
  const fd = tcp()
  const key = { address: inet('127.0.0.1'), key: new Uint8Array(80) }
  const refused = set(fd, IPPROTO_TCP, TCP_MD5SIG, key)
  expect(['0', '-1 ENOPROTOOPT']).toContain(refused) // a kernel may be built without
  expect(() => set(fd, IPPROTO_TCP, TCP_MD5SIG, { ...key, key: new Uint8Array(81) })).toThrow(
    /"value.key" argument of setsockopt\(\) must be at most 80 bytes/,
  )
})

// Hostile values

describe('a wrong value', () => {
  const thrown = (level: number, name: SocketOption, value: unknown): string => {
    let message = 'nothing'
    try {
      set(-1, level, name, value as OptionValue)
    } catch (error) {
      expect(error instanceof TypeError || error instanceof RangeError).toBe(true)
      message = (error as Error).message
    }
    return /^The "([^"]+)" argument of setsockopt\(\)/.exec(message)?.[1] ?? message
  }

  test.each([
    [SOL_SOCKET, SO_LINGER, 'x', 'value'],
    [SOL_SOCKET, SO_LINGER, {}, 'value.on'],
    [SOL_SOCKET, SO_LINGER, { on: true }, 'value.seconds'],
    [SOL_SOCKET, SO_LINGER, { on: 1.5, seconds: 1 }, 'value.on'],
    [SOL_SOCKET, SO_LINGER, { on: true, seconds: 2 ** 31 }, 'value.seconds'],
    [SOL_SOCKET, SO_LINGER, null, 'value'],
    [SOL_SOCKET, SO_LINGER, undefined, 'value'],
    [SOL_SOCKET, SO_LINGER, 10n, 'value'],
    [SOL_SOCKET, SO_LINGER, new Int32Array(2), 'value.on'],
    [SOL_SOCKET, SO_RCVTIMEO, { sec: 1, usec: Number.NaN }, 'value.usec'],
    [SOL_SOCKET, SO_RCVTIMEO, { sec: 2n ** 64n, usec: 0 }, 'value.sec'],
    [SOL_SOCKET, SO_BINDTODEVICE, 'l\0o', 'value'],
    [SOL_SOCKET, SO_BINDTODEVICE, '\ud800', 'value'],
    [SOL_SOCKET, SO_BINDTODEVICE, {}, 'value'],
    [SOL_SOCKET, SO_KEEPALIVE, {}, 'value'],
    [SOL_SOCKET, SO_KEEPALIVE, 1n, 'value'],
    [AF_VSOCK, SO_VM_SOCKETS_BUFFER_SIZE, -1, 'value'],
    [AF_VSOCK, SO_VM_SOCKETS_BUFFER_SIZE, 2n ** 64n, 'value'],
    [IPPROTO_IP, IP_MULTICAST_IF, 'localhost', 'value'],
    [IPPROTO_IP, IP_MULTICAST_IF, { interface: 1 }, 'value.interface'],
    [IPPROTO_IP, IP_ADD_MEMBERSHIP, { interface: '127.0.0.1' }, 'value.group'],
    [IPPROTO_IP, IP_ADD_MEMBERSHIP, { group: '::1' }, 'value.group'],
    [IPPROTO_IP, IP_MSFILTER, { group, mode: 0 }, 'value.sources'],
    [IPPROTO_IP, IP_MSFILTER, { group, mode: 0, sources: ['127.0.0.1', 7] }, 'value.sources[1]'],
    [IPPROTO_IP, MCAST_JOIN_GROUP, { group: { family: 99, data: new Uint8Array(200) } }, 'value.group'],
    [IPPROTO_IP, MCAST_JOIN_GROUP, { group: new Uint8Array(129) }, 'value.group'],
    [IPPROTO_IPV6, IPV6_JOIN_GROUP, { group: '127.0.0.1' }, 'value.group'],
    [SOL_PACKET, PACKET_ADD_MEMBERSHIP, { ifindex: 1, type: 0, address: new Uint8Array(9) }, 'value.address'],
    [IPPROTO_TCP, TCP_INFO, {}, 'value'],
    [SOL_NETLINK, NETLINK_LIST_MEMBERSHIPS, [1], 'value'],
  ] as const)('at level %i of option %i, %o, is refused as %s', (level, name, value, argument) => {
    expect(thrown(level, name, value)).toBe(argument)
  })

  test('that is an array of nothing, however long, is refused at once', () => {
    expect(thrown(SOL_SOCKET, SO_PEERGROUPS, new Array(2 ** 32 - 1))).toBe('value[0]')
  })

  test('is what a getter throws, and a getter that detaches what was read already does no harm', () => {
    const failure = new Error('mine')
    const throws = {
      get on(): boolean {
        throw failure
      },
      seconds: 1,
    }
    expect(() => setsockopt(-1, SOL_SOCKET, SO_LINGER, throws)).toThrow(failure)
    const address = new Uint8Array(16)
    const request = {
      ifindex: 1,
      group: address,
      get source() {
        structuredClone(address.buffer, { transfer: [address.buffer] })
        return inet('127.0.0.1')
      },
    }
    expect(set(-1, IPPROTO_IP, MCAST_JOIN_SOURCE_GROUP, request)).toBe('-1 EBADF')
    expect(() => set(-1, IPPROTO_IP, MCAST_JOIN_SOURCE_GROUP, request)).toThrow(TypeError)
  })

  test('of a read that the kernel has cut is its bytes', () => {
    const fd = tcp()
    const value = unwrap(getsockopt(fd, SOL_SOCKET, SO_LINGER, 5))
    expect(optionValue(SOL_SOCKET, SO_LINGER, value)).toEqual(new Uint8Array(5))
    expect(optionValue(SOL_SOCKET, SO_LINGER, new Uint8Array(8), 0)).toEqual(new Uint8Array(0))
    expect(optionValue(SOL_SOCKET, 9999, new Uint8Array([1, 2]))).toEqual(new Uint8Array([1, 2]))
    expect(optionValue(SOL_SOCKET, SO_BINDTODEVICE, new Uint8Array([0xff, 0]))).toEqual(new Uint8Array([0xff, 0]))
  })

  test('is refused by name where values are encoded and decoded, too', () => {
    expect(() => optionBytes('x' as unknown as number, SO_LINGER, 1)).toThrow(/"level" argument of optionBytes/)
    expect(() => optionBytes(SOL_SOCKET, 0.5, 1)).toThrow(/"name" argument of optionBytes/)
    expect(() => optionBytes(SOL_SOCKET, SO_LINGER, {} as OptionValue)).toThrow(/"value.on" argument of optionBytes/)
    expect(() => optionValue(SOL_SOCKET, SO_LINGER, 'x' as unknown as Uint8Array)).toThrow(/"bytes" argument/)
    expect(() => optionValue(SOL_SOCKET, SO_LINGER, new Uint8Array(8), -1)).toThrow(/"length" argument/)
    expect(optionBytes(SOL_SOCKET, SO_KEEPALIVE, true)).toEqual(new Uint8Array([1, 0, 0, 0]))
    expect(optionBytes(SOL_SOCKET, SO_KEEPALIVE, new Uint8Array([1, 2]))).toEqual(new Uint8Array([1, 2]))
  })
})

test('an option whose bytes the kernel would follow is refused in both directions that it does', () => {
  const refused = /"name" argument of [gs]etsockopt\(\) must be an option whose bytes hold no pointer/
  const length = new Int32Array(1)
  for (const [level, name, type] of optionTypes) {
    if (type !== 'pointers' || typeof level !== 'number' || typeof name !== 'number') continue
    const set = (): unknown => setsockopt(-1, level, name, new Uint8Array(64))
    const get = (): unknown => raw.getsockopt(-1, level, name, new Uint8Array(64), length)
    expect([set, get].some((call) => refused.test(messageOf(call)))).toBe(true)
  }
  expect(messageOf(() => getsockopt(-1, IPPROTO_TCP, 41))).toMatch(refused) // TCP_AO_GET_KEYS
  expect(messageOf(() => getsockopt(-1, 284, 4))).toMatch(refused) // MPTCP_FULL_INFO
  expect(messageOf(() => setsockopt(-1, IPPROTO_IP, 64, 1))).toMatch(refused) // IPT_SO_SET_REPLACE
})

function messageOf(call: () => unknown): string {
  try {
    call()
    return ''
  } catch (error) {
    return (error as Error).message
  }
}
