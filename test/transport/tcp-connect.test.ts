// Owns connect() on TCP: what it connects to, how it fails and is tried again, and what both ends then say.
import { expect, test } from 'vitest'
import {
  type Address,
  AF_INET6,
  AF_UNIX,
  AF_UNSPEC,
  accept,
  bind,
  connect,
  type Fd,
  getpeername,
  getsockname,
  IPPROTO_IPV6,
  IPV6_V6ONLY,
  listen,
  MSG_DONTWAIT,
  POLLIN,
  POLLOUT,
  POLLPRI,
  POLLRDHUP,
  recvmsg,
  SHUT_WR,
  SO_ACCEPTCONN,
  SO_BINDTODEVICE,
  SOL_SOCKET,
  sendto,
  setsockopt,
  shutdown,
  unwrap,
} from '../../lib/index.js'
import * as raw from '../../lib/raw.js'
import {
  bound,
  bytes,
  delivered,
  loopback,
  loopback6,
  nonBlocking,
  own,
  pendingError,
  polled,
  received,
  refusing,
  sent,
  shown,
  shut,
  tcp,
  tcp6,
  tcpListener,
  tcpPair,
} from '../fixtures.js'
import { got, inet, nameOf, ownName, peerName, portOf, receivedFrom, set } from './lines.js'

const connectTo = (fd: Fd, address: Address): string => shown(connect(fd, address))
/** A port that nobody has: it was given to a socket that is closed. */
function freePort(): number {
  const fd = tcp()
  const port = portOf(bound(fd))
  shut(fd)
  return port
}

const inet6 = (address: string, port: number): Address => ({ family: AF_INET6, address, port })

// Where to

test('J-001: listen() on a socket without a name gives it a port; IPv4 arrives at IPv6 under a mapped address', () => {
  const l = tcp()
  expect([ownName(l), shown(listen(l, 5)), ownName(l)]).toEqual(['0.0.0.0:0', '0', '0.0.0.0:P'])
  expect(connectTo(tcp(), inet('127.0.0.1', portOf(unwrap(getsockname(l)))))).toBe('0')

  const l6 = tcp6()
  unwrap(setsockopt(l6, IPPROTO_IPV6, IPV6_V6ONLY, false))
  expect([shown(listen(l6, 5)), ownName(l6)]).toEqual(['0', '[::]:P'])
  expect(connectTo(tcp(), inet('127.0.0.1', portOf(unwrap(getsockname(l6)))))).toBe('0')
  const accepted = accept(l6)
  own(unwrap(accepted).fd)
  expect(nameOf(accepted)).toBe('[::ffff:127.0.0.1]:P')
})

test('J-008: the wildcard address connects to the loopback', () => {
  const p = portOf(tcpListener(16, inet('0.0.0.0', 0)).address)
  const q = portOf(tcpListener(16, inet6('::', 0)).address)
  expect([connectTo(tcp(), inet('0.0.0.0', p)), connectTo(tcp(), inet('127.8.8.8', p))]).toEqual(['0', '0'])
  expect([
    connectTo(tcp6(), inet6('::ffff:127.0.0.1', p)),
    connectTo(tcp6(), inet6('::', p)),
    connectTo(tcp6(), inet6('::1', p)),
  ]).toEqual(['0', '-1 ECONNREFUSED', '-1 ECONNREFUSED'])
  const s = tcp6()
  expect([connectTo(s, inet6('::', q)), peerName(s)]).toEqual(['0', '[::1]:P'])
})

test('J-007: a socket can connect to itself', () => {
  const s = tcp()
  expect(connectTo(s, bound(s))).toBe('0')
  expect(unwrap(getsockname(s))).toEqual(unwrap(getpeername(s)))
  expect([sent(s, 'me'), received(s, 5)]).toEqual(['2', "2 'me'"])
  unwrap(shutdown(s, SHUT_WR))
  expect(received(s, 5)).toBe('0')
})

test('J-035: two sockets that connect to each other on the loopback refuse each other', () => {
  // The first SYN is answered with a reset at once, before the second socket is asked to connect.
  const [a, b] = [nonBlocking(tcp()), nonBlocking(tcp())]
  const [atA, atB] = [bound(a), bound(b)]
  expect([connectTo(a, atB), connectTo(b, atA)]).toEqual(['-1 EINPROGRESS', '-1 EINPROGRESS'])
  polled(a, POLLOUT, 1000)
  polled(b, POLLOUT, 1000)
  expect([pendingError(a), pendingError(b)]).toEqual([raw.ECONNREFUSED, raw.ECONNREFUSED])
})

test('J-037: SO_BINDTODEVICE and IPV6_V6ONLY keep a socket to a device and to IPv6', () => {
  const { address } = tcpListener()
  const s = tcp()
  expect([set(s, SOL_SOCKET, SO_BINDTODEVICE, bytes('lo\0')), connectTo(s, address)]).toEqual(['0', '0'])

  const only6 = (fd: Fd, on: boolean): string => set(fd, IPPROTO_IPV6, IPV6_V6ONLY, on)
  const mapped = (port: number): Address => inet6('::ffff:127.0.0.1', port)
  const [b, c, d] = [tcp6(), tcp6(), tcp6()]
  expect([only6(b, true), shown(bind(b, inet6('::', 0))), only6(b, false)]).toEqual(['0', '0', '-1 EINVAL'])
  expect(got(b, IPPROTO_IPV6, IPV6_V6ONLY)).toBe('val=1 len=4')
  only6(c, true)
  only6(d, true)
  expect([connectTo(c, mapped(portOf(address))), shown(bind(d, mapped(0)))]).toEqual(['-1 ENETUNREACH', '-1 EINVAL'])
})

// Again

test('J-005: a refusal that connect() itself collects may be followed by another try', () => {
  const s = nonBlocking(tcp())
  const address = refusing()
  const first = connectTo(s, address)
  polled(s, POLLOUT, 1000)
  expect([first, connectTo(s, address), connectTo(s, address)]).toEqual([
    '-1 EINPROGRESS',
    '-1 ECONNREFUSED',
    '-1 EINPROGRESS',
  ])
})

test('J-006: after a refusal the same socket can connect once somebody listens', () => {
  const [r, s] = [tcp(), tcp()]
  const address = bound(r)
  const refused = connectTo(s, address)
  unwrap(listen(r, 5))
  expect([refused, connectTo(s, address), connectTo(s, address)]).toEqual(['-1 ECONNREFUSED', '0', '-1 EISCONN'])
})

test('J-034: AF_UNSPEC disconnects; the port that was bound stays', () => {
  const { address } = tcpListener()
  const [s, q] = [tcp(), tcp()]
  bound(s)
  const explicit = { ...loopback, port: freePort() }
  unwrap(bind(q, explicit))
  for (const fd of [s, q]) unwrap(connect(fd, address))
  expect([connectTo(s, { family: AF_UNSPEC }), ownName(s)]).toEqual(['0', '127.0.0.1:P'])
  expect(connectTo(q, { family: AF_UNSPEC })).toBe('0')
  expect(unwrap(getsockname(q))).toEqual(explicit)
})

// What both ends say

test('J-009: the names of both ends are reciprocal; with the bytes no address comes', () => {
  const [c, a] = tcpPair()
  expect([unwrap(getpeername(c)), unwrap(getsockname(c))]).toEqual([unwrap(getsockname(a)), unwrap(getpeername(a))])
  expect(receivedFrom(a, 5, MSG_DONTWAIT)).toBe('-1 EAGAIN')
  delivered(c, 'x')
  expect(receivedFrom(a, 5)).toBe("1 'x' from=len=0")
  delivered(c, 'x')
  expect(unwrap(recvmsg(a, { iov: [new Uint8Array(5)] })).address).toBeNull()
})

test('J-010: sendto() on a connection ignores the address, whatever its family', () => {
  const [c, a] = tcpPair()
  const to = (text: string, address: Address): string => shown(sendto(c, bytes(text), 0, address))
  expect([
    to('x', bound(tcp())),
    to('y', inet('203.0.113.1', 9)),
    to('z', { ...loopback6, port: 9 }),
    delivered(c, ''),
    to('w', { family: AF_UNIX, path: '/nowhere' }),
    delivered(c, ''),
    received(a, 9),
  ]).toEqual(['1', '1', '1', '0', '1', '0', "4 'xyzw'"])
})

test('J-032: a listener can neither connect, send, receive nor bind; shutdown() stops it', () => {
  const { fd: l, address } = tcpListener()
  expect([connectTo(l, address), sent(l, 'x'), received(l, 5)]).toEqual(['-1 EISCONN', '-1 EPIPE', '-1 ENOTCONN'])
  expect(polled(l, POLLIN | POLLPRI | POLLOUT | POLLRDHUP)).toBe('0')
  expect([peerName(l), shown(bind(l, loopback))]).toEqual(['-1 ENOTCONN', '-1 EINVAL'])
  expect([got(l, SOL_SOCKET, SO_ACCEPTCONN), shown(shutdown(l, SHUT_WR)), pendingError(l)]).toEqual([
    'val=1 len=4',
    '0',
    0,
  ])
})
