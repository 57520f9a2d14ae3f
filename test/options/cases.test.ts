// Owns the cases of group (K): what getsockopt() and setsockopt() answer, option by option.
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  type Address,
  AF_INET,
  AF_INET6,
  AF_NETLINK,
  AF_UNIX,
  accept,
  bind,
  connect,
  type Fd,
  getsockname,
  getsockopt,
  IP_MINTTL,
  IP_MTU,
  IP_MTU_DISCOVER,
  IP_TOS,
  IP_TTL,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPPROTO_TCP,
  IPPROTO_UDP,
  IPV6_ADDRFORM,
  IPV6_MTU,
  IPV6_MULTICAST_HOPS,
  IPV6_MULTICAST_IF,
  IPV6_MULTICAST_LOOP,
  IPV6_RECVPKTINFO,
  IPV6_UNICAST_HOPS,
  IPV6_V6ONLY,
  type Level,
  MSG_DONTWAIT,
  NETLINK_ROUTE,
  type Result,
  recvmsg,
  SCM_TXTIME,
  SO_ACCEPTCONN,
  SO_ATTACH_FILTER,
  SO_BROADCAST,
  SO_COOKIE,
  SO_DETACH_FILTER,
  SO_DOMAIN,
  SO_DONTROUTE,
  SO_ERROR,
  SO_INCOMING_CPU,
  SO_KEEPALIVE,
  SO_LINGER,
  SO_LOCK_FILTER,
  SO_MARK,
  SO_MAX_PACING_RATE,
  SO_MEMINFO,
  SO_NETNS_COOKIE,
  SO_NO_CHECK,
  SO_OOBINLINE,
  SO_PASSSEC,
  SO_PEERCRED,
  SO_PEERGROUPS,
  SO_PEERSEC,
  SO_PRIORITY,
  SO_PROTOCOL,
  SO_RCVBUF,
  SO_RCVLOWAT,
  SO_REUSEADDR,
  SO_REUSEPORT,
  SO_SNDBUF,
  SO_SNDLOWAT,
  SO_TIMESTAMP,
  SO_TXTIME,
  SO_TYPE,
  SO_ZEROCOPY,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOCK_RAW,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  SOL_SOCKET,
  type SocketOption,
  send,
  sendmsg,
  setsockopt,
  socket,
  TCP_CC_INFO,
  TCP_MD5SIG,
  TCP_NODELAY,
  unwrap,
} from '../../lib/index.js'
import {
  bound,
  bytes,
  loopback6,
  mayRun,
  own,
  ownProcess,
  received,
  sent,
  shown,
  tcp,
  tcp6,
  tcpListener,
  tcpPair,
  udp,
  udp6,
  udpPair,
  unix,
  unixPair,
} from '../fixtures.js'

const integer = (value: number): Uint8Array => new Uint8Array(Int32Array.of(value).buffer)
const numberOf = (value: Uint8Array): number => {
  const four = new Uint8Array(4)
  four.set(value.subarray(0, 4))
  return new Int32Array(four.buffer)[0] as number
}

/** getsockopt() as a case writes it: `0 val=1 len=4`. */
const get = (fd: Fd, level: Level, name: SocketOption, length = 4): string =>
  shown(getsockopt(fd, level, name, length), (value) =>
    value.length === 0 ? '0 len=0' : `0 val=${numberOf(value)} len=${value.length}`,
  )
const set = (fd: Fd, level: Level, name: SocketOption, value: number | Uint8Array): string =>
  shown(setsockopt(fd, level, name as number, value))
const value = (fd: Fd, level: Level, name: SocketOption): number => numberOf(unwrap(getsockopt(fd, level, name, 4)))
const length = (result: Result<Uint8Array>): string => shown(result, (bytes) => String(bytes.length))
const sysctl = (name: string): number => Number(readFileSync(`/proc/sys/net/${name}`, 'utf8'))

/** The first three parts of the kernel's version as one number that can be compared. */
const kernel = readFileSync('/proc/sys/kernel/osrelease', 'utf8').split(/[.-]/).map(Number)
const since = (major: number, minor: number): boolean =>
  (kernel[0] as number) > major || (kernel[0] === major && (kernel[1] as number) >= minor)

test('K-001: SO_DOMAIN, SO_TYPE and SO_PROTOCOL tell how a socket was made', () => {
  const made = [
    [AF_INET, SOCK_STREAM, 0],
    [AF_INET, SOCK_DGRAM, 0],
    [AF_INET6, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0],
    [AF_UNIX, SOCK_SEQPACKET, 0],
    [AF_UNIX, SOCK_STREAM, AF_UNIX as number],
    [AF_NETLINK, SOCK_RAW, NETLINK_ROUTE],
  ] as const
  const told = made.map(([domain, type, protocol]) => {
    const fd = own(unwrap(socket(domain, type, protocol)))
    return [SO_DOMAIN, SO_TYPE, SO_PROTOCOL].map((name) => unwrap(getsockopt(fd, SOL_SOCKET, name))).join('/')
  })
  expect(told).toEqual(['2/1/6', '2/2/17', '10/1/6', '1/5/0', '1/1/0', '16/3/0'])
})

test('K-002: options that are only read are ENOPROTOOPT to setsockopt()', () => {
  const fd = tcp()
  const names = [
    SO_TYPE,
    SO_DOMAIN,
    SO_PROTOCOL,
    SO_ERROR,
    SO_ACCEPTCONN,
    SO_SNDLOWAT,
    SO_PEERCRED,
    SO_COOKIE,
    SO_MEMINFO,
  ]
  expect(names.map((name) => set(fd, SOL_SOCKET, name, 1))).toEqual(names.map(() => '-1 ENOPROTOOPT'))
  const credentials = { pid: 1, uid: 1, gid: 1 }
  expect(shown(setsockopt(fd, SOL_SOCKET, SO_PEERCRED, credentials))).toBe('-1 ENOPROTOOPT')
  expect(shown(setsockopt(fd, SOL_SOCKET, SO_COOKIE, 1n))).toBe('-1 ENOPROTOOPT')
})

test.each([
  ['tcp4', tcp],
  ['udp4', udp],
  ['unix stream', () => unix()],
])('K-003: buffers are doubled, have a least size, and are cut to the limit (%s)', (_, make) => {
  const fd = make()
  const kept = (name: SocketOption<number>, size: number): number => {
    unwrap(setsockopt(fd, SOL_SOCKET, name, size))
    return unwrap(getsockopt(fd, SOL_SOCKET, name))
  }
  expect([kept(SO_RCVBUF, 10_000), kept(SO_SNDBUF, 10_000)]).toEqual([20_000, 20_000])
  expect([kept(SO_RCVBUF, 0), kept(SO_SNDBUF, 0)]).toEqual([2304, 4608])
  const [rmem, wmem] = [2 * sysctl('core/rmem_max'), 2 * sysctl('core/wmem_max')]
  const most = 2 ** 31 - 1
  expect([kept(SO_RCVBUF, most), kept(SO_SNDBUF, most), kept(SO_RCVBUF, -1)]).toEqual([rmem, wmem, rmem])
})

test.each(
  Object.entries({
    SO_BROADCAST,
    SO_NO_CHECK,
    SO_REUSEADDR,
    SO_KEEPALIVE,
    SO_REUSEPORT,
    SO_OOBINLINE,
    SO_DONTROUTE,
    SO_TIMESTAMP,
  }),
)('K-005: whatever is not 0 turns %s on', (_, name) => {
  const fd = udp()
  const steps = [value(fd, SOL_SOCKET, name)]
  for (const wanted of [42, -1, 0]) {
    expect(set(fd, SOL_SOCKET, name, wanted)).toBe('0')
    steps.push(value(fd, SOL_SOCKET, name))
  }
  expect(steps).toEqual([0, 1, 1, 0])
})

test('K-006: a shorter length gets the first bytes, a longer one no more than there are; setting wants an int', () => {
  const fd = tcp()
  unwrap(setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, true))
  expect([1, 2, 0, 8].map((size) => get(fd, SOL_SOCKET, SO_KEEPALIVE, size))).toEqual([
    '0 val=1 len=1',
    '0 val=1 len=2',
    '0 len=0',
    '0 val=1 len=4',
  ])
  expect(() => getsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, -1)).toThrow(RangeError) // the kernel would say EINVAL
  expect([3, 0, 8].map((size) => set(fd, SOL_SOCKET, SO_KEEPALIVE, new Uint8Array(size)))).toEqual([
    '-1 EINVAL',
    '-1 EINVAL',
    '0',
  ])
})

test('K-009: levels and options that are not the socket’s', () => {
  const [s, u, x, v] = [tcp(), udp(), unix(), tcp6()]
  expect([
    get(s, IPPROTO_IP, -1),
    set(s, IPPROTO_IP, -1, 1),
    get(s, IPPROTO_TCP, -1),
    set(s, IPPROTO_TCP, -1, 1),
    get(s, IPPROTO_UDP, 1),
    set(s, IPPROTO_UDP, 1, 1),
    get(u, IPPROTO_TCP, TCP_NODELAY),
    set(u, IPPROTO_TCP, TCP_NODELAY, 1),
    get(s, IPPROTO_IPV6, IPV6_V6ONLY),
    set(s, IPPROTO_IPV6, IPV6_V6ONLY, 1),
    get(x, IPPROTO_IP, IP_TOS),
    set(x, IPPROTO_IP, IP_TOS, 1),
    get(x, IPPROTO_TCP, TCP_NODELAY),
    set(x, IPPROTO_TCP, TCP_NODELAY, 1),
    get(v, IPPROTO_IP, IP_TTL),
    set(v, IPPROTO_IP, IP_TTL, 44),
    get(v, IPPROTO_IP, IP_TTL),
    get(v, IPPROTO_IPV6, IPV6_UNICAST_HOPS),
    set(v, IPPROTO_IPV6, IPV6_UNICAST_HOPS, 256),
    set(v, IPPROTO_IPV6, IPV6_UNICAST_HOPS, -2),
    set(v, IPPROTO_IPV6, IPV6_UNICAST_HOPS, -1),
  ]).toEqual([
    ...Array(4).fill('-1 ENOPROTOOPT'),
    ...Array(3).fill(['-1 EOPNOTSUPP', '-1 ENOPROTOOPT']).flat(),
    ...Array(4).fill('-1 EOPNOTSUPP'),
    '0 val=64 len=4',
    '0',
    '0 val=44 len=4',
    '0 val=64 len=4',
    '-1 EINVAL',
    '-1 EINVAL',
    '0',
  ])
})

test('K-014: 64-bit cookies, memory, processor and pacing', () => {
  const [s] = tcpPair()
  expect(length(getsockopt(s, SOL_SOCKET, SO_COOKIE, 8))).toBe('8')
  expect(get(s, SOL_SOCKET, SO_COOKIE, 4)).toBe('-1 EINVAL')
  expect(length(getsockopt(s, SOL_SOCKET, SO_MEMINFO, 256))).toBe('36')
  expect(getsockopt(s, SOL_SOCKET, SO_INCOMING_CPU).ok).toBe(true)
  expect(length(getsockopt(s, SOL_SOCKET, SO_NETNS_COOKIE, 8))).toBe('8')
  expect(unwrap(getsockopt(s, SOL_SOCKET, SO_MAX_PACING_RATE))).toBe(-1)
  expect(set(s, SOL_SOCKET, SO_MAX_PACING_RATE, 100_000)).toBe('0')
  expect(unwrap(getsockopt(s, SOL_SOCKET, SO_MAX_PACING_RATE))).toBe(100_000)
  expect(length(getsockopt(unix(), SOL_SOCKET, SO_COOKIE, 8))).toBe('8')
})

test('K-015: what a unix socket takes', () => {
  const fd = unix()
  const names = [SO_REUSEADDR, SO_KEEPALIVE, SO_BROADCAST, SO_TIMESTAMP, SO_OOBINLINE, SO_RCVLOWAT, SO_PRIORITY]
  expect(names.map((name) => set(fd, SOL_SOCKET, name, 1))).toEqual(names.map(() => '0'))
  expect(set(fd, SOL_SOCKET, SO_REUSEPORT, 1)).toBe(since(6, 13) ? '-1 EOPNOTSUPP' : '0')
  expect(set(fd, SOL_SOCKET, SO_ZEROCOPY, 1)).toBe('-1 EOPNOTSUPP')
  expect(shown(setsockopt(fd, SOL_SOCKET, SO_LINGER, { on: true, seconds: 1 }))).toBe('0')
  if (process.getuid?.() === 0) expect(set(fd, SOL_SOCKET, SO_MARK, 1)).toBe('0')
})

test('K-016: a filter drops or shortens datagrams, and can be locked', () => {
  const [u, v] = udpPair()
  const attach = (k: number, code = 0x06): string => shown(setsockopt(v, SOL_SOCKET, SO_ATTACH_FILTER, [{ code, k }]))
  const detach = (): string => set(v, SOL_SOCKET, SO_DETACH_FILTER, 0)
  expect([detach(), get(v, SOL_SOCKET, SO_DETACH_FILTER)]).toEqual(['-1 ENOENT', '-1 ENOPROTOOPT'])
  expect([attach(0), sent(u, 'drop'), received(v, 16, MSG_DONTWAIT)]).toEqual(['0', '4', '-1 EAGAIN'])
  expect([attach(10), shown(send(u, bytes('trunc'))).length]).toEqual(['0', 1]) // 8 bytes of UDP header, and 2
  const buffer = new Uint8Array(16)
  const { count, flags } = unwrap(recvmsg(v, { iov: [buffer] }))
  expect([count, flags, Buffer.from(buffer.subarray(0, 2)).toString()]).toEqual([2, 0, 'tr'])
  expect([detach(), detach()]).toEqual(['0', '-1 ENOENT'])
  // An invalid opcode; a number, which is shorter than the struct.
  expect([attach(0, 0xffff), set(v, SOL_SOCKET, SO_ATTACH_FILTER, 1)]).toEqual(['-1 EINVAL', '-1 EINVAL'])
  expect([attach(100), set(v, SOL_SOCKET, SO_LOCK_FILTER, 1), detach(), set(v, SOL_SOCKET, SO_LOCK_FILTER, 0)]).toEqual(
    ['0', '0', '-1 EPERM', '-1 EPERM'],
  )
})

test('K-018: path MTU discovery and least time to live', () => {
  const fd = tcp()
  expect(value(fd, IPPROTO_IP, IP_MTU_DISCOVER)).toBe(1)
  expect([99, -1, 5].map((how) => set(fd, IPPROTO_IP, IP_MTU_DISCOVER, how))).toEqual(['-1 EINVAL', '-1 EINVAL', '0'])
  expect(value(fd, IPPROTO_IP, IP_MTU_DISCOVER)).toBe(5)
  expect([set(fd, IPPROTO_IP, IP_MTU, 1500), get(fd, IPPROTO_IP, IP_MTU)]).toEqual(['-1 ENOPROTOOPT', '-1 ENOTCONN'])
  expect([256, 255].map((ttl) => set(fd, IPPROTO_IP, IP_MINTTL, ttl))).toEqual(['-1 EINVAL', '0'])
  expect(value(fd, IPPROTO_IP, IP_MINTTL)).toBe(255)
})

test('K-019: IPV6_V6ONLY, and a socket that becomes IPv4', () => {
  const fd = tcp6()
  expect([
    get(fd, IPPROTO_IPV6, IPV6_V6ONLY),
    set(fd, IPPROTO_IPV6, IPV6_V6ONLY, 42),
    get(fd, IPPROTO_IPV6, IPV6_V6ONLY),
    set(fd, IPPROTO_IPV6, IPV6_V6ONLY, 0),
    set(fd, IPPROTO_IPV6, IPV6_V6ONLY, new Uint8Array(1)),
  ]).toEqual(['0 val=0 len=4', '0', '0 val=1 len=4', '0', '-1 EINVAL'])
  unwrap(bind(fd, loopback6))
  expect(set(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1)).toBe('-1 EINVAL')

  const listener = tcpListener()
  const c6 = tcp6()
  const { port } = listener.address as { port: number } & Address
  unwrap(connect(c6, { family: AF_INET6, address: '::ffff:127.0.0.1', port }))
  own(unwrap(accept(listener.fd)).fd)
  expect([set(c6, IPPROTO_IPV6, IPV6_ADDRFORM, AF_INET), get(c6, SOL_SOCKET, SO_DOMAIN)]).toEqual([
    '0',
    '0 val=2 len=4',
  ])
  expect(unwrap(getsockname(c6))).toMatchObject({ family: AF_INET, address: '127.0.0.1' })
  expect(set(tcp6(), IPPROTO_IPV6, IPV6_ADDRFORM, AF_INET)).toBe('-1 ENOTCONN')
  expect(set(c6, IPPROTO_IPV6, IPV6_ADDRFORM, AF_INET)).toBe('-1 ENOPROTOOPT')
})

test('K-020: SO_TXTIME has a clock and two flags, and SCM_TXTIME needs it', () => {
  const [u, v] = udpPair()
  const txtime = (clockid: number, flags: number): string =>
    shown(setsockopt(u, SOL_SOCKET, SO_TXTIME, { clockid, flags }))
  expect([txtime(1, 4), txtime(99, 0), txtime(1, 0)]).toEqual(['-1 EINVAL', '-1 EINVAL', '0'])
  expect(unwrap(getsockopt(u, SOL_SOCKET, SO_TXTIME))).toEqual({ clockid: 1, flags: 0 })
  expect(set(u, SOL_SOCKET, SO_TXTIME, integer(1))).toBe('-1 EINVAL')
  const timed = (fd: Fd): string =>
    shown(sendmsg(fd, { iov: [bytes('t')], control: [{ level: SOL_SOCKET, type: SCM_TXTIME, data: 1n }] }))
  expect([timed(u), timed(v)]).toEqual(['1', '-1 EINVAL'])
})

test('K-021: what is only there for some sockets', () => {
  const [a] = unixPair()
  const s = tcp()
  const security = '/sys/kernel/security/lsm'
  const labels = existsSync(security) && /selinux|smack|apparmor/.test(readFileSync(security, 'utf8'))
  if (!labels) expect(getsockopt(a, SOL_SOCKET, SO_PEERSEC).ok).toBe(false)
  expect([
    shown(getsockopt(s, SOL_SOCKET, SO_PEERGROUPS)),
    shown(getsockopt(a, SOL_SOCKET, SO_TIMESTAMP)),
    set(a, SOL_SOCKET, SO_PASSSEC, 1),
    set(s, SOL_SOCKET, SO_PASSSEC, 1),
  ]).toEqual(['-1 ENODATA', 'false', '0', since(6, 16) ? '-1 EOPNOTSUPP' : '0'])
})

test('K-022: SO_RCVPRIORITY tells the priority of what comes', () => {
  const SO_RCVPRIORITY = 82 // since Linux 6.14, and in newer headers than these may be
  const [u, v] = udpPair()
  unwrap(setsockopt(u, SOL_SOCKET, SO_NO_CHECK, true))
  expect([sent(u, 'nc'), received(v, 16)]).toEqual(['2', "2 'nc'"])
  const asked = set(v, SOL_SOCKET, SO_RCVPRIORITY, 1)
  expect(asked).toBe(since(6, 14) ? '0' : '-1 ENOPROTOOPT')
  if (asked !== '0') return
  unwrap(setsockopt(u, SOL_SOCKET, SO_PRIORITY, 5))
  expect(sent(u, 'p')).toBe('1')
  const { count, control } = unwrap(recvmsg(v, { iov: [new Uint8Array(16)], controlLength: 64 }))
  const told = control.map(({ type, data }) => [type, data instanceof Uint8Array ? numberOf(data) : data])
  expect([count, told]).toEqual([1, [[SO_PRIORITY, 5]]])
})

test('K-024: options of IPv6 datagrams', () => {
  const fd = udp6()
  expect([
    get(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO),
    set(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1),
    get(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO),
    get(fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS),
    set(fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, 256),
    set(fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, -1),
    get(fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS),
    set(fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, 9999),
    set(fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, 1),
    get(fd, IPPROTO_IPV6, IPV6_MULTICAST_IF),
    set(fd, IPPROTO_IPV6, IPV6_MULTICAST_LOOP, 5),
    get(fd, IPPROTO_IPV6, IPV6_MTU),
    set(fd, IPPROTO_IPV6, IPV6_MTU, 100),
    set(fd, IPPROTO_IPV6, IPV6_MTU, 1400),
  ]).toEqual([
    '0 val=0 len=4',
    '0',
    '0 val=1 len=4',
    '0 val=1 len=4',
    '-1 EINVAL',
    '0',
    '0 val=1 len=4',
    '-1 ENODEV',
    '0',
    '0 val=1 len=4',
    '-1 EINVAL',
    '-1 ENOTCONN',
    '-1 EINVAL',
    '0',
  ])
  const peer = udp6()
  unwrap(connect(peer, bound(fd, loopback6)))
  expect(get(peer, IPPROTO_IPV6, IPV6_MTU)).toBe('0 val=65536 len=4')
})

test('K-025: options that this kernel does not have, or not so', () => {
  const [x] = unixPair()
  const [s] = tcpPair()
  expect(set(x, SOL_SOCKET, 85, 1)).toMatch(/^(0|-1 ENOPROTOOPT)$/) // SO_RIGHTS_NOTRUNC, newer than Linux 6.18
  expect(shown(setsockopt(s, IPPROTO_TCP, TCP_MD5SIG, new Uint8Array(216)))).toMatch(/^-1 (EINVAL|ENOPROTOOPT)$/)
  expect(set(s, IPPROTO_TCP, 35, 1)).toBe('-1 ENOPROTOOPT') // TCP_ZEROCOPY_RECEIVE is only read
  expect(getsockopt(s, IPPROTO_TCP, TCP_CC_INFO).ok).toBe(true)
})

describe.skipIf(!mayRun('setpriv', '--reuid=65534', '--clear-groups', 'true'))('as root, then as nobody', () => {
  test('K-004: SO_RCVBUFFORCE goes beyond the limit', () => {
    expect(ownProcess('K-004')).toEqual(['0', 'true', '0', '4608', '0', '2304', '-1 EPERM', '-1 EPERM', '0'])
  })

  test('K-012: priorities, marks and debugging', () => {
    const steps = '0;0;6;0;0;5;0;-1 EPERM;0;-1 EPERM;-1 EPERM;5;-1 EACCES;0'
    expect(ownProcess('K-012').join(';')).toBe(steps)
  })

  test('K-013: a device to bind to, by name and by index', () => {
    const steps = ',0,lo,-1 EINVAL,-1 ENODEV,0,,-1 ENODEV,0,0,1,-1 EINVAL,0,-1 EPERM'
    expect(ownProcess('K-013').join(',')).toBe(steps)
  })

  test('K-023: busy polling, and a rate of 64 bits', () => {
    // socket(7) says that only a privileged process may increase SO_BUSY_POLL; the kernel lets anybody.
    expect(ownProcess('K-023')).toEqual(['0', '50', '0', '1099511627776', '-1', '0', '0'])
  })
})
