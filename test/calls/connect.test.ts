// Owns connect(): addresses that it refuses, sockets that cannot connect, and networks that do not lead there.
import { expect, test } from 'vitest'
import {
  type Address,
  connect,
  type Fd,
  POLLIN,
  SOL_TCP,
  setsockopt,
  TCP_USER_TIMEOUT,
  unwrap,
} from '../../lib/index.js'
import {
  bound,
  connected,
  elapsed,
  loopback,
  loopback6,
  mayRun,
  nonBlocking,
  ownNetwork,
  ownProcess,
  polled,
  refusing,
  resized,
  shown,
  tcp,
  tcp6,
  tcpListener,
  udp,
} from '../fixtures.js'

const connectTo = (fd: Fd, address: Address | Uint8Array): string => shown(connect(fd, address))
const port1 = { ...loopback, port: 1 }
const hasOwnNetwork = mayRun(...ownNetwork())

test('A-048: an address of no bytes fails with EINVAL', () => {
  // Left out: NULL with a length, for bind() and connect().
  expect(connectTo(tcp(), new Uint8Array())).toBe('-1 EINVAL')
})

test('A-050: an address that is too short or too long fails with EINVAL', () => {
  const s = tcp()
  // Left out: a length of −1.
  expect([3, 1, 129].map((length) => connectTo(s, resized(port1, length)))).toEqual(Array(3).fill('-1 EINVAL'))
})

test('A-051: an address of another family fails with EAFNOSUPPORT, a family without address with EINVAL', () => {
  const [s, u] = [tcp(), udp()]
  const foreign = { family: 47, data: resized(port1, 16).subarray(2) }
  expect([connectTo(s, foreign), connectTo(u, foreign), connectTo(u, resized(port1, 2))]).toEqual([
    '-1 EAFNOSUPPORT',
    '-1 EAFNOSUPPORT',
    '-1 EINVAL',
  ])
})

test('A-052: connect() on a connected or listening socket fails with EISCONN', () => {
  const listener = tcpListener()
  const [c, a] = connected(listener, tcp())
  expect([c, a, listener.fd].map((fd) => connectTo(fd, listener.address))).toEqual(Array(3).fill('-1 EISCONN'))
})

test('A-053: where nobody listens connect() fails with ECONNREFUSED, again and again', () => {
  const s = tcp()
  const address = refusing()
  expect([
    connectTo(s, address),
    connectTo(s, address),
    connectTo(tcp6(), bound(tcp6(), loopback6)),
    connectTo(tcp(), loopback), // port 0
  ]).toEqual(Array(4).fill('-1 ECONNREFUSED'))
})

test('A-056: connect() to a full accept queue fails with ETIMEDOUT after TCP_USER_TIMEOUT', () => {
  const { fd, address } = tcpListener(0)
  for (let i = 0; i < 2; i++) connect(nonBlocking(tcp()), address)
  expect(polled(fd, POLLIN, 1000)).toBe('1 IN') // with backlog 0, one is as many as fit
  const c = tcp()
  unwrap(setsockopt(c, SOL_TCP, TCP_USER_TIMEOUT, 300))
  const took = elapsed(() => expect(connectTo(c, address)).toBe('-1 ETIMEDOUT'))
  expect(took).toBeGreaterThanOrEqual(200)
  expect(took).toBeLessThan(4000)
})

// The route decides, so these have their own.
test.skipIf(!hasOwnNetwork).each<[id: string, title: string, routes: string[], expected: string[]]>([
  [
    'A-057',
    'the broadcast address fails with EACCES until SO_BROADCAST is set',
    ['default dev lo'],
    ['-1 EACCES', '-1 EACCES', '0'],
  ],
  ['A-058', 'without a route connect() fails with ENETUNREACH', [], Array(4).fill('-1 ENETUNREACH')],
  [
    'A-059',
    'the kind of route tells the errno: EHOSTUNREACH, EACCES, EINVAL',
    ['unreachable 203.0.113.1', 'prohibit 203.0.113.2', 'blackhole 203.0.113.3'],
    ['-1 EHOSTUNREACH', '-1 EACCES', '-1 EINVAL'],
  ],
  [
    'A-060',
    'TCP to a multicast or broadcast address fails with ENETUNREACH, although there is a route',
    ['default dev lo'],
    ['-1 ENETUNREACH', '-1 ENETUNREACH'],
  ],
])('%s: %s', (id, _title, routes, expected) => {
  expect(ownProcess(id, ...ownNetwork(...routes))).toEqual(expected)
})
