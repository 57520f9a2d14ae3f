// Owns getsockname() and getpeername(): sockets without a peer, and too little room for the address.
import { expect, test } from 'vitest'
import { type Fd, getpeername, SOCK_DGRAM, sockaddr } from '../../lib/index.js'
import * as raw from '../../lib/raw.js'
import { bound, shown, tcp, tcpListener, udp, unix } from '../fixtures.js'

test('A-080: getpeername() without a peer fails with ENOTCONN', () => {
  const u = udp()
  bound(u)
  const peerOf = (fd: Fd): string => shown(getpeername(fd))
  expect([tcp(), tcpListener().fd, u, unix(), unix(SOCK_DGRAM)].map(peerOf)).toEqual(Array(5).fill('-1 ENOTCONN'))
})

test.each([4, 0, 1])('A-082: getsockname() cuts an address off at %i bytes and says how long it is', (size) => {
  const s = tcp()
  const whole = sockaddr(bound(s))
  const room = new Uint8Array(16).fill(0xee)
  const length = new Int32Array(1)
  expect(raw.getsockname(s, room.subarray(0, size), length)).toBe(0)
  expect(length[0]).toBe(16)
  expect([...room]).toEqual([...whole.subarray(0, size), ...Array(16 - size).fill(0xee)])
})
