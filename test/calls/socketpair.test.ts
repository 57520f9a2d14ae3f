// Owns socketpair(): who can make pairs, and the flags of both ends.
import { expect, test } from 'vitest'
import {
  type AddressFamily,
  AF_INET,
  AF_INET6,
  AF_UNSPEC,
  F_GETFD,
  F_GETFL,
  FD_CLOEXEC,
  fcntl,
  IPPROTO_TCP,
  O_NONBLOCK,
  type Protocol,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOCK_STREAM,
  type SocketType,
  socketpair,
  unwrap,
} from '../../lib/index.js'
import { own, shown, unixPair } from '../fixtures.js'

const made = (domain: AddressFamily, type: SocketType, protocol?: Protocol): string =>
  shown(socketpair(domain, type, protocol), (pair) => {
    pair.forEach(own)
    return 'fd, fd'
  })

test('A-029: internet families fail with EOPNOTSUPP', () => {
  expect([made(AF_INET, SOCK_STREAM), made(AF_INET, SOCK_DGRAM), made(AF_INET6, SOCK_STREAM)]).toEqual(
    Array(3).fill('-1 EOPNOTSUPP'),
  )
})

test('A-030: what socket() would refuse is refused as by socket()', () => {
  expect([
    made(AF_UNSPEC, SOCK_STREAM),
    made(AF_INET, 75),
    made(AF_INET, SOCK_DGRAM, IPPROTO_TCP),
    made(AF_INET, 0),
    // Left out: NULL for the pair.
  ]).toEqual(['-1 EAFNOSUPPORT', '-1 EINVAL', '-1 EPROTONOSUPPORT', '-1 ESOCKTNOSUPPORT'])
})

test('A-031: SOCK_NONBLOCK and SOCK_CLOEXEC are set on both ends', () => {
  const flags = unixPair(SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC).map((end) => [
    unwrap(fcntl(end, F_GETFL)) & O_NONBLOCK,
    unwrap(fcntl(end, F_GETFD)),
  ])
  expect(flags).toEqual([
    [O_NONBLOCK, FD_CLOEXEC],
    [O_NONBLOCK, FD_CLOEXEC],
  ])
})
