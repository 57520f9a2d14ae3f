// Owns how TCP connections end by themselves when the network is gone, and what the end leaves behind (TIME_WAIT).
import { describe, expect, test } from 'vitest'
import {
  type Address,
  bind,
  type Fd,
  getsockname,
  SO_REUSEADDR,
  SOL_SOCKET,
  setsockopt,
  unwrap,
} from '../../lib/index.js'
import {
  connected,
  loopback,
  mayRun,
  ownNetwork,
  ownProcess,
  received,
  shown,
  shut,
  tcp,
  tcpListener,
} from '../fixtures.js'

// The device goes down, so these have their own.
describe.skipIf(!mayRun(...ownNetwork()))('without a network', () => {
  test('J-039: what nobody acknowledges ends the connection after TCP_USER_TIMEOUT, with ETIMEDOUT', () => {
    expect(ownProcess('J-039', ...ownNetwork())).toEqual([
      '1',
      '1 IN+ERR+HUP',
      '200..8000ms',
      'ETIMEDOUT',
      '-1 EPIPE',
      '0',
    ])
  })

  test('J-041: keepalive ends a connection on which nothing is sent, with ETIMEDOUT', () => {
    expect(ownProcess('J-041', ...ownNetwork())).toEqual(['1 ERR+HUP+RDHUP', '1000..8000ms', 'ETIMEDOUT'])
  })
})

test('J-042: a name in TIME_WAIT may be bound again if both sockets have SO_REUSEADDR', () => {
  const reuse = (fd: Fd): Fd => {
    unwrap(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, true))
    return fd
  }
  /** Connects, and closes the client first: its name is then in TIME_WAIT. */
  const timeWait = (client: Fd): Address => {
    const [c, a] = connected(tcpListener(), client)
    const name = unwrap(getsockname(c))
    shut(c)
    expect(received(a, 1)).toBe('0')
    shut(a)
    return name
  }
  const bindTo = (fd: Fd, address: Address): string => shown(bind(fd, address))
  const name = timeWait(reuse(tcp()))
  expect([bindTo(tcp(), name), bindTo(reuse(tcp()), name)]).toEqual(['-1 EADDRINUSE', '0'])

  const explicit = reuse(tcp())
  unwrap(bind(explicit, loopback))
  expect(bindTo(reuse(tcp()), timeWait(explicit))).toBe('0')

  expect(bindTo(reuse(tcp()), timeWait(tcp()))).toBe('-1 EADDRINUSE')
})
