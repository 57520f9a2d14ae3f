// Owns socket(): which families, types and protocols there are, and who may have them.
import { expect, test } from 'vitest'
import {
  type AddressFamily,
  AF_INET,
  AF_UNIX,
  AF_UNSPEC,
  getsockopt,
  IPPROTO_ICMP,
  IPPROTO_TCP,
  IPPROTO_UDP,
  PF_UNIX,
  type Protocol,
  SO_TYPE,
  SOCK_DGRAM,
  SOCK_RAW,
  SOCK_RDM,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  SOL_SOCKET,
  type SocketType,
  socket,
  unwrap,
} from '../../lib/index.js'
import { mayRun, own, ownProcess, shownFd } from '../fixtures.js'

const made = (domain: AddressFamily, type: SocketType, protocol?: Protocol): string =>
  shownFd(socket(domain, type, protocol))

test('A-020: a family that does not exist fails with EAFNOSUPPORT', () => {
  expect([made(AF_UNSPEC, SOCK_STREAM), made(10000, SOCK_STREAM), made(-1, SOCK_STREAM)]).toEqual(
    Array(3).fill('-1 EAFNOSUPPORT'),
  )
})

test('A-021: a type with a bit that is neither type nor flag fails with EINVAL', () => {
  expect([made(AF_INET, 75), made(AF_INET, SOCK_STREAM + 0x10)]).toEqual(['-1 EINVAL', '-1 EINVAL'])
})

test("A-022: another type's protocol fails with EPROTONOSUPPORT", () => {
  expect([
    made(AF_INET, SOCK_STREAM, IPPROTO_UDP),
    made(AF_INET, SOCK_DGRAM, IPPROTO_TCP),
    made(AF_INET, SOCK_STREAM, IPPROTO_ICMP),
  ]).toEqual(Array(3).fill('-1 EPROTONOSUPPORT'))
})

// Before the kernel looks for the right to it: so, for every user.
test('A-023: SOCK_RAW with protocol 0 fails with EPROTONOSUPPORT', () => {
  expect(made(AF_INET, SOCK_RAW)).toBe('-1 EPROTONOSUPPORT')
})

test('A-024: a type that the family lacks fails with ESOCKTNOSUPPORT', () => {
  expect([made(AF_INET, 0), made(AF_INET, SOCK_SEQPACKET), made(AF_INET, SOCK_RDM), made(AF_UNIX, SOCK_RDM)]).toEqual(
    Array(4).fill('-1 ESOCKTNOSUPPORT'),
  )
})

test('A-025: AF_UNIX knows no protocol but 0 and PF_UNIX', () => {
  expect([
    made(AF_UNIX, SOCK_STREAM, IPPROTO_TCP),
    made(AF_UNIX, SOCK_STREAM, PF_UNIX as number),
    made(AF_UNIX, SOCK_DGRAM, PF_UNIX as number),
  ]).toEqual(['-1 EPROTONOSUPPORT', 'fd', 'fd'])
})

test('A-026: AF_UNIX makes SOCK_DGRAM of SOCK_RAW', () => {
  const s = own(unwrap(socket(AF_UNIX, SOCK_RAW)))
  const type = new Uint8Array(new Int32Array([SOCK_DGRAM]).buffer)
  expect(getsockopt(s, SOL_SOCKET, SO_TYPE, 16)).toMatchObject({ ok: true, value: type })
})

test('A-027: a protocol that is out of range fails with EINVAL', () => {
  expect([made(AF_INET, SOCK_STREAM, -1), made(AF_INET, SOCK_STREAM, 100000)]).toEqual(['-1 EINVAL', '-1 EINVAL'])
})

test.skipIf(!mayRun('setpriv', '--clear-groups', 'true'))(
  'A-032: raw and packet sockets fail with EPERM for nobody',
  () => {
    expect(ownProcess('A-032')).toEqual(Array(4).fill('-1 EPERM'))
  },
)
