// Owns the options of TCP: defaults, which values they refuse, and what the kernel makes of the others.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import {
  bind,
  connect,
  type Fd,
  getsockname,
  getsockopt,
  IP_BIND_ADDRESS_NO_PORT,
  IP_LOCAL_PORT_RANGE,
  IPPROTO_IP,
  IPPROTO_TCP,
  SHUT_WR,
  type SocketOption,
  setsockopt,
  shutdown,
  TCP_CLOSE,
  TCP_CLOSE_WAIT,
  TCP_CONGESTION,
  TCP_CORK,
  TCP_DEFER_ACCEPT,
  TCP_ESTABLISHED,
  TCP_FIN_WAIT2,
  TCP_INFO,
  TCP_KEEPCNT,
  TCP_KEEPIDLE,
  TCP_KEEPINTVL,
  TCP_LINGER2,
  TCP_LISTEN,
  TCP_MAXSEG,
  TCP_NODELAY,
  TCP_NOTSENT_LOWAT,
  TCP_QUICKACK,
  TCP_SYNCNT,
  TCP_ULP,
  TCP_USER_TIMEOUT,
  TCP_WINDOW_CLAMP,
  unwrap,
} from '../../lib/index.js'
import {
  bound,
  bytes,
  loopback,
  mayRun,
  ownNetwork,
  ownProcess,
  pause,
  shown,
  shut,
  tcp,
  tcpListener,
  tcpPair,
} from '../fixtures.js'
import { got, intOf, ownName, portOf, set } from './lines.js'

const sysctl = (name: string): number => Number(readFileSync(`/proc/sys/net/ipv4/${name}`, 'utf8'))
const give = (fd: Fd, option: SocketOption, value: number | boolean | Uint8Array): string =>
  set(fd, IPPROTO_TCP, option, value)
const take = (fd: Fd, option: SocketOption, length = 16): string => got(fd, IPPROTO_TCP, option, length)

/** Sets a value, and reads what it has become. */
const become = (fd: Fd, option: SocketOption, value: number): [line: string, now: number] => [
  give(fd, option, value),
  intOf(fd, IPPROTO_TCP, option),
]

test('J-011: TCP_NODELAY and TCP_CORK are on or off, and four bytes', () => {
  const [c] = tcpPair()
  expect([take(c, TCP_NODELAY), give(c, TCP_NODELAY, 1), take(c, TCP_NODELAY)]).toEqual([
    'val=0 len=4',
    '0',
    'val=1 len=4',
  ])
  expect([give(c, TCP_NODELAY, 42), take(c, TCP_NODELAY)]).toEqual(['0', 'val=1 len=4'])
  expect([take(c, TCP_CORK), give(c, TCP_CORK, 1), take(c, TCP_CORK)]).toEqual(['val=0 len=4', '0', 'val=1 len=4'])
  expect([take(c, TCP_NODELAY), give(c, TCP_NODELAY, new Uint8Array(1))]).toEqual(['val=1 len=4', '-1 EINVAL'])
})

test('J-013: TCP_INFO tells the state, in as many bytes as are asked for', () => {
  const state = (fd: Fd): number => unwrap(getsockopt(fd, IPPROTO_TCP, TCP_INFO, 1))[0] as number
  /** The state once it is this one; after a second whatever it is. */
  const reaches = (fd: Fd, wanted: number): number => {
    for (let waited = 0; state(fd) !== wanted && waited < 1000; waited++) pause(1)
    return state(fd)
  }
  const [fresh, named] = [tcp(), tcp()]
  bound(named)
  expect([fresh, named, tcpListener().fd].map(state)).toEqual([TCP_CLOSE, TCP_CLOSE, TCP_LISTEN])

  const [c, a] = tcpPair()
  expect([c, a].map(state)).toEqual([TCP_ESTABLISHED, TCP_ESTABLISHED])
  shut(c)
  expect(reaches(a, TCP_CLOSE_WAIT)).toBe(TCP_CLOSE_WAIT)
  unwrap(shutdown(a, SHUT_WR))
  expect(reaches(a, TCP_CLOSE)).toBe(TCP_CLOSE)

  const [half, other] = tcpPair()
  unwrap(shutdown(half, SHUT_WR))
  expect([reaches(half, TCP_FIN_WAIT2), reaches(other, TCP_CLOSE_WAIT)]).toEqual([TCP_FIN_WAIT2, TCP_CLOSE_WAIT])
  expect([take(half, TCP_INFO, 1), take(half, TCP_INFO, 0)]).toEqual([`val=${TCP_FIN_WAIT2} len=1`, 'len=0'])
  expect(unwrap(getsockopt(half, IPPROTO_TCP, TCP_INFO, 1000)).length).toBeGreaterThanOrEqual(104)
  expect(give(half, TCP_INFO, new Uint8Array(104))).toBe('-1 ENOPROTOOPT')
})

test('J-020: IP_BIND_ADDRESS_NO_PORT leaves the port to connect(), IP_LOCAL_PORT_RANGE says which there are', () => {
  const s = tcp()
  unwrap(setsockopt(s, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, true))
  expect([shown(bind(s, loopback)), ownName(s)]).toEqual(['0', '127.0.0.1:0'])
  expect([shown(connect(s, tcpListener().address)), ownName(s)]).toEqual(['0', '127.0.0.1:P'])

  const t = tcp()
  const range = (low: number, high: number): number => (high << 16) | low
  expect([
    got(t, IPPROTO_IP, IP_LOCAL_PORT_RANGE),
    set(t, IPPROTO_IP, IP_LOCAL_PORT_RANGE, new Uint8Array(2)),
    set(t, IPPROTO_IP, IP_LOCAL_PORT_RANGE, range(40_007, 40_000)),
    set(t, IPPROTO_IP, IP_LOCAL_PORT_RANGE, range(40_000, 40_007)),
    shown(bind(t, loopback)),
  ]).toEqual(['val=0 len=4', '-1 EINVAL', '-1 EINVAL', '0', '0'])
  expect(portOf(unwrap(getsockname(t)))).within(40_000, 40_007)
  expect(intOf(t, IPPROTO_IP, IP_LOCAL_PORT_RANGE)).toBe(range(40_000, 40_007))
})

test('J-024: TCP_MAXSEG and TCP_SYNCNT', () => {
  const s = tcp()
  expect([take(s, TCP_MAXSEG), give(s, TCP_MAXSEG, 10), give(s, TCP_MAXSEG, 75_000)]).toEqual([
    'val=536 len=4',
    '-1 EINVAL',
    '-1 EINVAL',
  ])
  expect([give(s, TCP_MAXSEG, 1024), take(s, TCP_MAXSEG)]).toEqual(['0', 'val=1024 len=4'])
  expect(take(s, TCP_SYNCNT)).toBe(`val=${sysctl('tcp_syn_retries')} len=4`)
  expect([give(s, TCP_SYNCNT, 0), give(s, TCP_SYNCNT, 128)]).toEqual(['-1 EINVAL', '-1 EINVAL'])
  expect([give(s, TCP_SYNCNT, 127), take(s, TCP_SYNCNT)]).toEqual(['0', 'val=127 len=4'])
})

test.each([
  ['TCP_KEEPIDLE', TCP_KEEPIDLE, 'tcp_keepalive_time', 32_767],
  ['TCP_KEEPINTVL', TCP_KEEPINTVL, 'tcp_keepalive_intvl', 32_767],
  ['TCP_KEEPCNT', TCP_KEEPCNT, 'tcp_keepalive_probes', 127],
] as const)('J-025: %s is that of the system until it is set, from 1 to a maximum', (_, option, name, most) => {
  const [c] = tcpPair()
  expect(intOf(c, IPPROTO_TCP, option)).toBe(sysctl(name))
  expect([0, -5, most + 1].map((value) => give(c, option, value))).toEqual(Array(3).fill('-1 EINVAL'))
  expect(become(c, option, most)).toEqual(['0', most])
})

test('J-026: TCP_DEFER_ACCEPT, TCP_LINGER2 and TCP_USER_TIMEOUT', () => {
  const s = tcp()
  expect(become(s, TCP_DEFER_ACCEPT, -1)).toEqual(['0', 0])
  // Rounded up to when a SYN-ACK is sent again: after 1, 3, 7 … seconds.
  expect([become(s, TCP_DEFER_ACCEPT, 3), become(s, TCP_DEFER_ACCEPT, 5)]).toEqual([
    ['0', 3],
    ['0', 7],
  ])

  const usual = sysctl('tcp_fin_timeout')
  expect(intOf(s, IPPROTO_TCP, TCP_LINGER2)).toBe(usual)
  expect([-1234, 0, 121, 59].map((value) => become(s, TCP_LINGER2, value))).toEqual([
    ['0', -1],
    ['0', usual],
    ['0', 120],
    ['0', 59],
  ])

  expect(give(s, TCP_USER_TIMEOUT, -10)).toBe('-1 EINVAL')
  expect(become(s, TCP_USER_TIMEOUT, 100)).toEqual(['0', 100])
})

test('J-028: TCP_CONGESTION and TCP_ULP are names of at most 16 bytes', () => {
  const s = tcp()
  const name = (length: number): [text: string, length: number] => {
    const data = unwrap(getsockopt(s, IPPROTO_TCP, TCP_CONGESTION, length))
    return [Buffer.from(data).toString('latin1').replaceAll('\0', ''), data.length]
  }
  expect(give(s, TCP_CONGESTION, bytes('reno'))).toBe('0')
  expect([name(16), name(5), name(21)]).toEqual([
    ['reno', 16],
    ['reno', 5],
    ['reno', 16],
  ])
  expect([give(s, TCP_CONGESTION, bytes('invalid_ca_cc')), give(s, TCP_CONGESTION, new Uint8Array())]).toEqual([
    '-1 ENOENT',
    '-1 EINVAL',
  ])
  expect(give(s, TCP_ULP, bytes('nosuchulp'))).toBe('-1 ENOENT')
  const tls = give(s, TCP_ULP, bytes('tls')) // which may load it
  const hasTls = readFileSync('/proc/sys/net/ipv4/tcp_available_ulp', 'utf8').split(/\s+/).includes('tls')
  expect(tls).toBe(hasTls ? '-1 ENOTCONN' : '-1 ENOENT')
})

test('J-029: TCP_QUICKACK, TCP_WINDOW_CLAMP and TCP_NOTSENT_LOWAT', () => {
  const s = tcp()
  expect([take(s, TCP_QUICKACK), give(s, TCP_QUICKACK, 0), take(s, TCP_QUICKACK)]).toEqual([
    'val=1 len=4',
    '0',
    'val=0 len=4',
  ])
  expect([take(s, TCP_WINDOW_CLAMP), give(s, TCP_WINDOW_CLAMP, 0)]).toEqual(['val=0 len=4', '0'])
  // Raised to half of the least SO_RCVBUF.
  expect([give(s, TCP_WINDOW_CLAMP, 100), take(s, TCP_WINDOW_CLAMP)]).toEqual(['0', 'val=1152 len=4'])
  expect([take(s, TCP_NOTSENT_LOWAT), become(s, TCP_NOTSENT_LOWAT, 4000)]).toEqual(['val=0 len=4', ['0', 4000]])
  expect(give(tcpPair()[0], TCP_WINDOW_CLAMP, 0)).toBe('-1 EINVAL')
})

test.skipIf(!mayRun(...ownNetwork()))('J-029: TCP_REPAIR is for those who may, and has no value 5', () => {
  expect(ownProcess('J-029', ...ownNetwork())).toEqual(['-1 EINVAL', '-1 EPERM'])
})
