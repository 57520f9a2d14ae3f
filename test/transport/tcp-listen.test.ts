// Owns listen() and accept() on TCP: how many may wait, in which order they come, and who may have a port.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  type Address,
  AF_INET6,
  accept,
  bind,
  connect,
  type Fd,
  getsockopt,
  IPPROTO_IPV6,
  IPPROTO_TCP,
  IPV6_V6ONLY,
  listen,
  POLLIN,
  POLLOUT,
  poll,
  SO_REUSEADDR,
  SO_REUSEPORT,
  SOL_SOCKET,
  type SocketOption,
  setsockopt,
  TCP_DEFER_ACCEPT,
  TCP_INFO,
  TCP_SAVE_SYN,
  TCP_SAVED_SYN,
  unwrap,
} from '../../lib/index.js'
import * as raw from '../../lib/raw.js'
import {
  bound,
  nonBlocking,
  own,
  pause,
  polled,
  received,
  sent,
  shown,
  shownFd,
  shut,
  tcp,
  tcp6,
  tcpListener,
} from '../fixtures.js'
import { got, inet, int, portOf } from './lines.js'

const bindTo = (fd: Fd, address: Address): string => shown(bind(fd, address))
const listenOn = (fd: Fd, backlog = 5): string => shown(listen(fd, backlog))

describe('the queue', () => {
  test.each([0, 1, 3])('J-002: with backlog %d, one more is connected; others wait unanswered', (backlog) => {
    const { fd, address } = tcpListener(backlog)
    const clients = Array.from({ length: backlog + 4 }, () => {
      const client = nonBlocking(tcp())
      connect(client, address)
      return client
    })
    for (const client of clients.slice(0, backlog + 1)) expect(polled(client, POLLOUT, 1000)).toBe('1 OUT')
    pause(50) // for those that must not be
    expect(clients.filter((client) => polled(client, POLLOUT) === '1 OUT')).toHaveLength(backlog + 1)
    nonBlocking(fd)
    let accepted = 0
    while (shownFd(accept(fd)) === 'fd') accepted++
    expect(accepted).toBe(backlog + 1)
  })

  test('J-003: another listen() changes the backlog, which net.core.somaxconn limits', () => {
    const { fd, address } = tcpListener(0)
    const [first, second] = [nonBlocking(tcp()), nonBlocking(tcp())]
    for (const client of [first, second]) connect(client, address)
    expect(polled(first, POLLOUT, 1000)).toBe('1 OUT')
    expect(polled(second, POLLOUT)).toBe('0')
    unwrap(listen(fd, 5))
    expect(polled(second, POLLOUT, 5000)).toBe('1 OUT') // asks again after a second
    expect([listenOn(fd, -1), listenOn(fd, 2_147_483_647)]).toEqual(['0', '0'])
    const most = Number(readFileSync('/proc/sys/net/core/somaxconn', 'utf8'))
    const info = unwrap(getsockopt(fd, IPPROTO_TCP, TCP_INFO, 104))
    const { unacked, sacked } = { unacked: int(info, 24), sacked: int(info, 28) } // of a listener: waiting, and at most
    expect([sacked, unacked]).toEqual([most, 2])
  })

  test('J-036: connections come in the order in which they were made', () => {
    const { fd, address } = tcpListener()
    for (const text of ['0', '1', '2']) {
      const client = tcp()
      unwrap(connect(client, address))
      sent(client, text)
    }
    expect([0, 1, 2].map(() => received(own(unwrap(accept(fd)).fd), 5))).toEqual(["1 '0'", "1 '1'", "1 '2'"])
  })

  test('J-027: with TCP_DEFER_ACCEPT a connection comes when it has something to read', () => {
    const { fd, address } = tcpListener()
    unwrap(setsockopt(fd, IPPROTO_TCP, TCP_DEFER_ACCEPT, 3))
    const client = tcp()
    expect([shown(connect(client, address)), polled(fd, POLLIN, 150)]).toEqual(['0', '0'])
    sent(client, 'x')
    expect(polled(fd, POLLIN, 1000)).toBe('1 IN')
    expect(received(own(unwrap(accept(fd)).fd), 5)).toBe("1 'x'")
  })

  test('J-043: TCP_SAVE_SYN keeps the packet that opened a connection, for one reading', () => {
    const { fd, address } = tcpListener()
    unwrap(setsockopt(fd, IPPROTO_TCP, TCP_SAVE_SYN, 1))
    unwrap(connect(tcp(), address))
    const a = own(unwrap(accept(fd)).fd)
    const length = new Int32Array(1)
    expect([raw.getsockopt(a, IPPROTO_TCP, TCP_SAVED_SYN, new Uint8Array(4), length)]).toEqual([-raw.EINVAL])
    expect(length[0]).toBeGreaterThanOrEqual(40) // how much it would have been
    const packet = unwrap(getsockopt(a, IPPROTO_TCP, TCP_SAVED_SYN, 200))
    expect([packet.length >= 40, packet[0]! >> 4]).toEqual([true, 4]) // IP version 4
    expect(got(a, IPPROTO_TCP, TCP_SAVED_SYN, 200)).toBe('len=0')
  })
})

describe('the port', () => {
  const socketWith = (option: SocketOption<boolean>): Fd => {
    const fd = tcp()
    unwrap(setsockopt(fd, SOL_SOCKET, option, true))
    return fd
  }

  test('J-017: with SO_REUSEADDR two may bind() to it, but only one may listen()', () => {
    const [a, b] = [socketWith(SO_REUSEADDR), socketWith(SO_REUSEADDR)]
    const address = bound(a)
    expect([bindTo(b, address), listenOn(a), listenOn(b), bindTo(tcp(), address)]).toEqual([
      '0',
      '0',
      '-1 EADDRINUSE',
      '-1 EADDRINUSE',
    ])
  })

  test('J-018: with SO_REUSEPORT both listen, and share the connections', () => {
    const [a, b] = [socketWith(SO_REUSEPORT), socketWith(SO_REUSEPORT)]
    const address = bound(a)
    expect([bindTo(b, address), listenOn(a, 64), listenOn(b, 64)]).toEqual(['0', '0', '0'])
    expect([bindTo(tcp(), address), bindTo(socketWith(SO_REUSEADDR), address)]).toEqual([
      '-1 EADDRINUSE',
      '-1 EADDRINUSE',
    ])
    for (let i = 0; i < 40; i++) unwrap(connect(tcp(), address))
    for (const fd of [a, b]) polled(fd, POLLIN, 1000)
    const entries = [a, b].map((fd) => ({ fd, events: POLLIN, revents: 0 }))
    expect([unwrap(poll(entries, 0)), ...entries.map(({ revents }) => revents)]).toEqual([2, POLLIN, POLLIN])
  })

  test('J-019: it is taken on its own address and the wildcard ones, mapped or not; not for IPv6 alone', () => {
    const port = portOf(tcpListener().address)
    const binding = (make: () => Fd, address: Address, only6 = false): string => {
      const fd = make()
      if (make === tcp6) unwrap(setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, only6))
      const line = bindTo(fd, address)
      shut(fd)
      return line
    }
    const inet6 = (address: string): Address => ({ family: AF_INET6, address, port })
    expect([
      binding(tcp, inet('0.0.0.0', port)),
      binding(tcp, inet('127.0.0.2', port)),
      binding(tcp6, inet6('::')),
      binding(tcp6, inet6('::1')),
      binding(tcp6, inet6('::'), true),
      binding(tcp6, inet6('::ffff:127.0.0.1')),
    ]).toEqual(['-1 EADDRINUSE', '0', '-1 EADDRINUSE', '0', '0', '-1 EADDRINUSE'])
  })
})
