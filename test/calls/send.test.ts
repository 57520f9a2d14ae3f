// Owns send(), sendto() and write(): sockets without a peer, addresses that are refused, and messages of every size.
import { expect, test } from 'vitest'
import {
  type Address,
  AF_UNIX,
  AF_UNSPEC,
  getsockopt,
  MSG_DONTWAIT,
  SO_SNDBUF,
  SOCK_DGRAM,
  SOCK_SEQPACKET,
  SOL_SOCKET,
  sendto,
  sockaddr,
  unwrap,
  write,
} from '../../lib/index.js'
import {
  bound,
  bytes,
  loopback6,
  pairs,
  received,
  resized,
  sent,
  shown,
  tcp,
  tcpListener,
  udp,
  unix,
  unixListener,
  unixPair,
} from '../fixtures.js'

test('A-100: sending without a peer fails: TCP with EPIPE, AF_UNIX with ENOTCONN, UDP with EDESTADDRREQ', () => {
  const listener = tcpListener()
  expect({
    tcp: sent(tcp(), 'x'),
    'tcp, sendto()': shown(sendto(tcp(), bytes('x'), 0, listener.address)),
    'tcp, listening': sent(listener.fd, 'x'),
    'unix stream': sent(unix(), 'x'),
    'unix seqpacket': sent(unix(SOCK_SEQPACKET), 'x'),
    'unix dgram': sent(unix(SOCK_DGRAM), 'x'),
    udp: sent(udp(), 'x'),
    'udp, write()': shown(write(udp(), bytes('x'))),
    'unix stream, listening': sent(unixListener().fd, 'x'),
  }).toEqual({
    tcp: '-1 EPIPE',
    'tcp, sendto()': '-1 EPIPE',
    'tcp, listening': '-1 EPIPE',
    'unix stream': '-1 ENOTCONN',
    'unix seqpacket': '-1 ENOTCONN',
    'unix dgram': '-1 ENOTCONN',
    udp: '-1 EDESTADDRREQ',
    'udp, write()': '-1 EDESTADDRREQ',
    'unix stream, listening': '-1 ENOTCONN',
  })
})

test('A-101: sendto() on UDP judges the port, the length and the family, of which AF_UNSPEC passes as AF_INET', () => {
  const [u, d] = [udp(), udp()]
  const address = bound(d)
  const ofFamily = (family: number): Address => ({ family, data: sockaddr(address).subarray(2) })
  const sentTo = (to: Address | Uint8Array): string => shown(sendto(u, bytes('x'), 0, to))
  expect([
    sentTo({ ...address, port: 0 }),
    sentTo(resized(address, 8)),
    sentTo(ofFamily(AF_UNIX)),
    sentTo(loopback6),
    sentTo(ofFamily(AF_UNSPEC)),
    // Left out: a length of −1.
  ]).toEqual(['-1 EINVAL', '-1 EINVAL', '-1 EAFNOSUPPORT', '-1 EAFNOSUPPORT', '1'])
})

test('A-102: a UDP datagram holds 65507 bytes, 65527 over IPv6; more fails with EMSGSIZE', () => {
  const [u] = pairs.udp4()
  const [u6] = pairs.udp6()
  expect([65507, 65508, 70000].map((size) => sent(u, new Uint8Array(size)))).toEqual([
    '65507',
    '-1 EMSGSIZE',
    '-1 EMSGSIZE',
  ])
  expect([65527, 65528].map((size) => sent(u6, new Uint8Array(size)))).toEqual(['65527', '-1 EMSGSIZE'])
})

test.each([
  ['dgram', SOCK_DGRAM],
  ['seqpacket', SOCK_SEQPACKET],
])('A-103: a unix %s message holds SO_SNDBUF − 32 bytes; more fails with EMSGSIZE', (_name, type) => {
  const [x] = unixPair(type)
  const n = unwrap(getsockopt(x, SOL_SOCKET, SO_SNDBUF))
  expect([3 * n, n - 32, n - 31].map((size) => sent(x, new Uint8Array(size)))).toEqual([
    '-1 EMSGSIZE',
    String(n - 32),
    '-1 EMSGSIZE',
  ])
})

test('A-105: sending nothing is nothing on a stream and an empty message on a datagram socket', () => {
  const [dgram, peer] = pairs['unix dgram']()
  expect([
    sent(pairs['unix stream']()[0], ''),
    sent(pairs.tcp4()[0], ''),
    sent(dgram, ''),
    received(peer, 1),
    received(peer, 1, MSG_DONTWAIT),
  ]).toEqual(['0', '0', '0', '0', '-1 EAGAIN'])
})
