// Owns TCP Fast Open: connecting and sending in one call, on the client's side; without a cookie it is no faster.
import { expect, test } from 'vitest'
import { connect, type Fd, IPPROTO_TCP, POLLOUT, TCP_FASTOPEN, TCP_FASTOPEN_CONNECT } from '../../lib/index.js'
import {
  mayRun,
  nonBlocking,
  ownNetwork,
  ownProcess,
  polled,
  sent,
  shown,
  tcp,
  tcpListener,
  tcpPair,
} from '../fixtures.js'
import { got, set } from './lines.js'

// net.ipv4.tcp_fastopen decides, so this has its own.
test.skipIf(!mayRun(...ownNetwork()))('J-014: sendto() with MSG_FASTOPEN connects and sends', () => {
  expect(ownProcess('J-014', ...ownNetwork())).toEqual([
    '5',
    '127.0.0.1:P',
    "5 'hello'",
    '-1 EINPROGRESS', // non-blocking
    '-1 EOPNOTSUPP', // AF_UNSPEC
    '-1 EINVAL', // without an address
    '1', // the non-blocking one, connected by now
    '-1 EISCONN',
  ])
})

test('J-015: TCP_FASTOPEN_CONNECT is on or off before connect(); TCP_FASTOPEN is a length, before a connection', () => {
  const option = (fd: Fd, name: typeof TCP_FASTOPEN | typeof TCP_FASTOPEN_CONNECT, value: number): string =>
    set(fd, IPPROTO_TCP, name, value)
  const c = nonBlocking(tcp())
  const { address } = tcpListener()
  expect([
    option(c, TCP_FASTOPEN_CONNECT, 1),
    option(c, TCP_FASTOPEN_CONNECT, 2),
    shown(connect(c, address)),
    polled(c, POLLOUT, 1000),
    sent(c, 'ab'),
  ]).toEqual(['0', '-1 EINVAL', '-1 EINPROGRESS', '1 OUT', '2'])
  const s = tcp()
  expect([option(s, TCP_FASTOPEN, -1), option(s, TCP_FASTOPEN, 5), got(s, IPPROTO_TCP, TCP_FASTOPEN)]).toEqual([
    '-1 EINVAL',
    '0',
    'val=5 len=4',
  ])
  const [connected] = tcpPair()
  expect([option(connected, TCP_FASTOPEN_CONNECT, 1), option(connected, TCP_FASTOPEN, 5)]).toEqual([
    '-1 EINVAL',
    '-1 EINVAL',
  ])
})
