// Owns UDP: names, unconnected and connected sockets, errors that come back, and who gets a datagram.
import { expect, test } from 'vitest'
import {
  type Address,
  AF_INET6,
  accept,
  bind,
  connect,
  type Fd,
  FIONREAD,
  getpeername,
  getsockopt,
  IP_FREEBIND,
  IP_RECVERR,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPPROTO_TCP,
  IPV6_V6ONLY,
  ioctl,
  listen,
  MSG_DONTWAIT,
  MSG_ERRQUEUE,
  POLLIN,
  POLLOUT,
  poll,
  recv,
  SO_ACCEPTCONN,
  SO_BROADCAST,
  SO_LINGER,
  SO_OOBINLINE,
  SO_REUSEADDR,
  SO_REUSEPORT,
  SOL_SOCKET,
  sendmsg,
  sendto,
  setsockopt,
  TCP_NODELAY,
  unwrap,
} from '../../lib/index.js'
import * as raw from '../../lib/raw.js'
import {
  bound,
  bytes,
  linger,
  loopback,
  loopback6,
  mayRun,
  ownNetwork,
  ownProcess,
  polled,
  received,
  resized,
  sent,
  shown,
  shownFd,
  shut,
  udp,
  udp6,
  udpPair,
} from '../fixtures.js'
import { got, inet, ints, message, ownName, peerName, portOf, receivedFrom, set } from './lines.js'

const to = (fd: Fd, text: string, address: Address): string => shown(sendto(fd, bytes(text), 0, address))
const connectTo = (fd: Fd, address: Address): string => shown(connect(fd, address))
const bindTo = (fd: Fd, address: Address): string => shown(bind(fd, address))

/** Where a datagram is answered with "port unreachable": the port of a socket that only its peer reaches. */
function unreachable(): Address {
  const fd = udp()
  const address = bound(fd)
  unwrap(connect(fd, address))
  return address
}

// Names

test.each([
  ['udp4', udp, loopback, '0.0.0.0', '127.0.0.1'],
  ['udp6', udp6, loopback6, '[::]', '[::1]'],
] as const)('I-001: sendto() binds the port alone, connect() the address too (%s)', (_, make, own, any, local) => {
  const address = bound(make(), own)
  const s = make()
  expect(ownName(s)).toBe(`${any}:0`)
  to(s, 'x', address)
  expect(ownName(s)).toBe(`${any}:P`)
  const c = make()
  unwrap(connect(c, address))
  expect(ownName(c)).toBe(`${local}:P`)
})

test('I-003: connect() to the wildcard address is to the loopback, and to port 0 to nobody', () => {
  const s = udp()
  const port = portOf(bound(udp()))
  expect([connectTo(s, inet('0.0.0.0', 0)), peerName(s)]).toEqual(['0', '-1 ENOTCONN'])
  expect([connectTo(s, inet('0.0.0.0', port)), peerName(s)]).toEqual(['0', '127.0.0.1:P'])

  const itself = udp()
  unwrap(connect(itself, bound(itself)))
  expect(peerName(itself)).toBe('127.0.0.1:P')
  expect([connectTo(itself, inet('127.0.0.1', 0)), peerName(itself)]).toEqual(['0', '-1 ENOTCONN'])
})

test('I-005: a connected socket may send elsewhere, and connect anew, but not bind()', () => {
  const [a, b, c] = [udp(), udp(), udp()]
  const [atB, atC] = [bound(b), bound(c)]
  unwrap(connect(a, atB))
  // The BSDs fail with EISCONN here.
  expect([to(a, 'x', atC), received(c, 5), sent(a, 'y'), received(b, 5)]).toEqual(['1', "1 'x'", '1', "1 'y'"])
  expect(connectTo(a, atC)).toBe('0')
  expect(unwrap(getpeername(a))).toEqual(atC)
  expect(bindTo(a, loopback)).toBe('-1 EINVAL')
})

test('I-016: a port is taken on its own address and on the wildcard one, not on others', () => {
  const port = portOf(bound(udp()))
  expect(['127.0.0.1', '0.0.0.0', '127.0.0.2'].map((address) => bindTo(udp(), inet(address, port)))).toEqual([
    '-1 EADDRINUSE',
    '-1 EADDRINUSE',
    '0',
  ])
})

test('I-017: SO_REUSEADDR and SO_REUSEPORT share a port when both sockets have the same one', () => {
  const socketWith = ([address, port]: readonly [boolean, boolean]): Fd => {
    const fd = udp()
    unwrap(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, address))
    unwrap(setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, port))
    return fd
  }
  const settings = [
    [false, false],
    [true, false],
    [false, true],
    [true, true],
  ] as const
  const results = settings.map((first) => {
    const address = bound(socketWith(first))
    return settings.map((second) => {
      const fd = socketWith(second)
      const line = bindTo(fd, address)
      shut(fd)
      return line
    })
  })
  const taken = '-1 EADDRINUSE'
  expect(results).toEqual([
    [taken, taken, taken, taken],
    [taken, '0', taken, '0'],
    [taken, taken, '0', '0'],
    [taken, '0', '0', '0'],
  ])
})

test('I-018: with SO_REUSEADDR the last to bind() gets the datagrams; the flag counts at the time of bind()', () => {
  const reusing = (): Fd => {
    const fd = udp()
    unwrap(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, true))
    return fd
  }
  const a = reusing()
  const address = bound(a)
  const b = reusing()
  unwrap(bind(b, address))
  to(udp(), 'x', address)
  const entries = [a, b].map((fd) => ({ fd, events: POLLIN, revents: 0 }))
  expect([unwrap(poll(entries, 1000)), ...entries.map(({ revents }) => revents)]).toEqual([1, 0, POLLIN])
  shut(b)
  to(udp(), 'x', address)
  expect(polled(a, POLLIN, 1000)).toBe('1 IN')
  unwrap(setsockopt(a, SOL_SOCKET, SO_REUSEADDR, false))
  expect(bindTo(reusing(), address)).toBe('-1 EADDRINUSE')
})

test.skipIf(!mayRun(...ownNetwork()))(
  'I-019: SO_REUSEPORT shares a port among the sockets of one user, and spreads datagrams over them',
  () => {
    expect(ownProcess('I-019', ...ownNetwork())).toEqual(['-1 EADDRINUSE', 'spread'])
  },
)

test('I-020: a dual-stack socket takes IPv4 under mapped addresses, and sends to both sorts', () => {
  const [u, s] = [udp6(), udp()]
  unwrap(setsockopt(u, IPPROTO_IPV6, IPV6_V6ONLY, false))
  const port = portOf(bound(u, { ...loopback6, address: '::' }))
  const atS = bound(s)
  expect([to(s, 'v4', inet('127.0.0.1', port)), receivedFrom(u, 9)]).toEqual(['2', "2 'v4' from=[::ffff:127.0.0.1]:P"])
  const mapped = { family: AF_INET6, address: '::ffff:127.0.0.1', port: portOf(atS) }
  expect([to(u, 'm', mapped), receivedFrom(s, 9)]).toEqual(['1', "1 'm' from=127.0.0.1:P"])
  expect([to(u, 'n', atS), receivedFrom(s, 9)]).toEqual(['1', "1 'n' from=127.0.0.1:P"])
  expect(['0.0.0.0', '127.0.0.1'].map((address) => bindTo(udp(), inet(address, port)))).toEqual([
    '-1 EADDRINUSE',
    '-1 EADDRINUSE',
  ])
})

test("I-031: IP_FREEBIND binds to an address that is not this host's; no bind() after connect()", () => {
  const foreign = udp()
  unwrap(setsockopt(foreign, IPPROTO_IP, IP_FREEBIND, true))
  expect([bindTo(foreign, inet('203.0.113.7', 0)), ownName(foreign)]).toEqual(['0', '203.0.113.7:P'])

  const v = udp()
  unwrap(connect(v, bound(v)))
  expect([sent(v, 'me'), receivedFrom(v, 9)]).toEqual(['2', "2 'me' from=127.0.0.1:P"])

  const s = udp()
  expect([connectTo(s, bound(udp())), bindTo(s, loopback)]).toEqual(['0', '-1 EINVAL'])
})

test('I-034: even a send that fails has bound the socket; recv() binds nothing', () => {
  const s = udp()
  expect(received(s, 1, MSG_DONTWAIT)).toBe('-1 EAGAIN')
  expect(ownName(s)).toBe('0.0.0.0:0')
  expect([sent(s, 'x'), ownName(s)]).toEqual(['-1 EDESTADDRREQ', '0.0.0.0:P'])
  const t = udp()
  expect([to(t, 'x', inet('127.0.0.1', 0)), ownName(t)]).toEqual(['-1 EINVAL', '0.0.0.0:P'])
  expect([received(t, 1, MSG_DONTWAIT), ownName(t)]).toEqual(['-1 EAGAIN', '0.0.0.0:P'])
})

// Datagrams

test('F-015: a slow receiver never blocks the sender: what does not fit is dropped', () => {
  const [u, v] = udpPair()
  const data = new Uint8Array(1000)
  expect(Array.from({ length: 3000 }, () => sent(u, data)).filter((line) => line === '1000')).toHaveLength(3000)
  let count = 0
  while (recv(v, data, MSG_DONTWAIT).ok) count++
  expect(count).within(1, 2999)
  expect(polled(u, POLLOUT)).toBe('1 OUT')
})

test('I-010: an empty datagram is a message like any other', () => {
  const [u, v] = udpPair()
  expect([sent(u, ''), polled(v, POLLIN, 1000), shown(ioctl(v, FIONREAD))]).toEqual(['0', '1 IN', '0'])
  expect([receivedFrom(v, 5), received(v, 5, MSG_DONTWAIT)]).toEqual(['0 from=127.0.0.1:P', '-1 EAGAIN'])
})

// Through the raw face, which takes room for the address of any size. Left out: NULL for the length, with EFAULT.
test('I-029: an address that does not fit is cut off, and its full length told', () => {
  const [u, v] = udpPair()
  sent(u, 'hello')
  const [room, length] = [new Uint8Array(8).fill(0xee), new Int32Array(1)]
  expect([raw.recvfrom(v, new Uint8Array(9), 0, room.subarray(0, 4), length), length[0]]).toEqual([5, 16])
  expect(room.subarray(4)).toEqual(new Uint8Array(4).fill(0xee))
  sent(u, 'x')
  expect(raw.recvfrom(v, new Uint8Array(9), 0, null, null)).toBe(1)
})

test('I-035: sendmsg() wants an address, takes one that is too long, and sends no bytes where it has no buffers', () => {
  const u = udp()
  const address = bound(udp())
  const iov = [bytes('x')]
  // Left out: a length of −1.
  expect([
    shown(sendmsg(u, { iov })),
    shown(sendmsg(u, { iov, address })),
    shown(sendmsg(u, { iov, address: new Uint8Array() })),
    shown(sendmsg(u, { iov, address: resized(address, 128) })),
    shown(sendmsg(u, { iov, address: resized(address, 129) })), // clamped; sendto() says EINVAL
    shown(sendmsg(u, { iov: [], address })),
  ]).toEqual(['-1 EDESTADDRREQ', '1', '-1 EDESTADDRREQ', '1', '1', '0'])
})

test('I-036: a broadcast address fails with EACCES until SO_BROADCAST is set, and may be bound to', () => {
  const [r, u] = [udp(), udp()]
  const broadcast = inet('127.255.255.255', portOf(bound(r, inet('0.0.0.0', 0))))
  bound(u)
  expect([to(u, 'x', broadcast), connectTo(u, broadcast)]).toEqual(['-1 EACCES', '-1 EACCES'])
  unwrap(setsockopt(u, SOL_SOCKET, SO_BROADCAST, true))
  expect([to(u, 'x', broadcast), received(r, 5)]).toEqual(['1', "1 'x'"])
  expect(bindTo(udp(), inet('127.255.255.255', 0))).toBe('0')
})

// Errors

test('I-007: an unconnected socket hears that nobody is there only with IP_RECVERR', () => {
  const s = udp()
  const address = unreachable()
  expect([to(s, 'x', address), polled(s, POLLIN, 50)]).toEqual(['1', '0'])
  expect([to(s, 'x', address), received(s, 5, MSG_DONTWAIT)]).toEqual(['1', '-1 EAGAIN'])
  unwrap(setsockopt(s, IPPROTO_IP, IP_RECVERR, true))
  to(s, 'x', address)
  expect([polled(s, POLLIN, 1000), received(s, 5, MSG_DONTWAIT)]).toEqual(['1 ERR', '-1 ECONNREFUSED'])
  to(s, 'x', address)
  polled(s, 0, 1000)
  expect(to(s, 'x', address)).toBe('-1 ECONNREFUSED')
})

test('I-009: MSG_ERRQUEUE gives back the datagram and its error, cut off to the room there is', () => {
  const s = udp()
  const address = unreachable()
  unwrap(setsockopt(s, IPPROTO_IP, IP_RECVERR, true))
  to(s, 'x', address)
  polled(s, 0, 1000)
  expect(message(s, 1, 0, MSG_ERRQUEUE)).toBe("1 'x' fl=CTRUNC+ERRQUEUE cm=[]")
  to(s, 'abcdef', address)
  polled(s, 0, 1000)
  expect(message(s, 2, 128, MSG_ERRQUEUE)).toBe("2 'ab' fl=TRUNC+ERRQUEUE cm=[IP_RECVERR]")
})

test('I-033: listen(), accept() and options of TCP are refused; options of streams are kept', () => {
  const u = udp()
  expect([shown(listen(u, 5)), shownFd(accept(u))]).toEqual(['-1 EOPNOTSUPP', '-1 EOPNOTSUPP'])
  expect([set(u, IPPROTO_TCP, TCP_NODELAY, true), got(u, IPPROTO_TCP, TCP_NODELAY)]).toEqual([
    '-1 ENOPROTOOPT',
    '-1 EOPNOTSUPP',
  ])
  expect([set(u, SOL_SOCKET, SO_OOBINLINE, true), got(u, SOL_SOCKET, SO_ACCEPTCONN)]).toEqual(['0', 'val=0 len=4'])
  linger(u, 1, 5)
  expect(unwrap(getsockopt(u, SOL_SOCKET, SO_LINGER, 8))).toEqual(ints(1, 5))
})
