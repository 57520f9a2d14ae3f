// Owns SO_RCVLOWAT and SO_SNDLOWAT: how much must be there before a socket counts as readable.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import {
  type Fd,
  getsockopt,
  MSG_DONTWAIT,
  POLLIN,
  SO_RCVLOWAT,
  SO_SNDLOWAT,
  SOL_SOCKET,
  setsockopt,
  unwrap,
} from '../../lib/index.js'
import { delivered, pairs, polled, received, sent, shown } from '../fixtures.js'

test('F-022: 0 counts as 1, below 0 as the most there is, and SO_SNDLOWAT is always 1', () => {
  const get = (fd: Fd, option: typeof SO_RCVLOWAT) =>
    shown(getsockopt(fd, SOL_SOCKET, option, 16), ({ buffer, length }) => `val=${new Int32Array(buffer)} len=${length}`)
  const set = (fd: Fd, option: typeof SO_RCVLOWAT, value: number) => shown(setsockopt(fd, SOL_SOCKET, option, value))
  const most = Number(readFileSync('/proc/sys/net/ipv4/tcp_rmem', 'utf8').trim().split(/\s+/)[2])

  const [c] = pairs.tcp4()
  expect(get(c, SO_RCVLOWAT)).toBe('val=1 len=4')
  expect([set(c, SO_RCVLOWAT, 100), get(c, SO_RCVLOWAT)]).toEqual(['0', 'val=100 len=4'])
  expect([set(c, SO_RCVLOWAT, 0), get(c, SO_RCVLOWAT)]).toEqual(['0', 'val=1 len=4'])
  expect([set(c, SO_RCVLOWAT, -5), get(c, SO_RCVLOWAT)]).toEqual(['0', `val=${most >> 1} len=4`])
  expect([get(c, SO_SNDLOWAT), set(c, SO_SNDLOWAT, 1)]).toEqual(['val=1 len=4', '-1 ENOPROTOOPT'])

  const [x] = pairs['unix stream']()
  expect([set(x, SO_RCVLOWAT, -1), get(x, SO_RCVLOWAT)]).toEqual(['0', 'val=2147483647 len=4'])
})

test('F-023: only poll() on TCP heeds it, and no read that does not block', () => {
  const pair = (kind: keyof typeof pairs) => {
    const [x, y] = pairs[kind]()
    unwrap(setsockopt(y, SOL_SOCKET, SO_RCVLOWAT, 5))
    return [x, y] as const
  }
  const [c, a] = pair('tcp4')
  delivered(c, 'abc')
  expect([polled(a, POLLIN), received(a, 10, MSG_DONTWAIT)]).toEqual(['0', "3 'abc'"])
  delivered(c, 'hello')
  expect(polled(a, POLLIN)).toBe('1 IN')

  const [x, y] = pair('unix stream')
  sent(x, 'abc')
  expect([polled(y, POLLIN), received(y, 10, MSG_DONTWAIT)]).toEqual(['1 IN', "3 'abc'"])

  const [u, v] = pair('udp4')
  sent(u, 'abc')
  expect(polled(v, POLLIN, 1000)).toBe('1 IN')
})
