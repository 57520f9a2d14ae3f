// Owns Multipath TCP: sockets of IPPROTO_MPTCP, which fall back to TCP with peers that do not know it.
import { expect, test } from 'vitest'
import {
  AF_INET,
  accept,
  close,
  connect,
  getsockopt,
  IPPROTO_MPTCP,
  IPPROTO_TCP,
  listen,
  SO_PROTOCOL,
  SO_TYPE,
  SOCK_DGRAM,
  SOCK_STREAM,
  SOL_SOCKET,
  socket,
  unwrap,
} from '../../lib/index.js'
import { bound, own, received, sent, shown, shownFd, tcp } from '../fixtures.js'

const probe = socket(AF_INET, SOCK_STREAM, IPPROTO_MPTCP)
if (probe.ok) close(probe.value)
else console.error(`NO MPTCP HERE: ${probe.message}. Its tests are skipped.`)

test.skipIf(!probe.ok)('J-040: a plain client gets a plain connection from a listener of IPPROTO_MPTCP', () => {
  const l = own(unwrap(socket(AF_INET, SOCK_STREAM, IPPROTO_MPTCP)))
  const value = (fd: number, option: typeof SO_PROTOCOL | typeof SO_TYPE) => unwrap(getsockopt(fd, SOL_SOCKET, option))
  expect([value(l, SO_PROTOCOL), value(l, SO_TYPE)]).toEqual([IPPROTO_MPTCP, SOCK_STREAM])
  const address = bound(l)
  unwrap(listen(l, 5))
  const c = tcp()
  expect(shown(connect(c, address))).toBe('0')
  const a = own(unwrap(accept(l)).fd)
  expect([value(a, SO_PROTOCOL), sent(c, 'hi'), received(a, 5)]).toEqual([IPPROTO_TCP, '2', "2 'hi'"])
  expect(shownFd(socket(AF_INET, SOCK_DGRAM, IPPROTO_MPTCP))).toBe('-1 EPROTONOSUPPORT')
})
