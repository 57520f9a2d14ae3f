// Owns bind(): addresses that are too short, of another family, not ours or taken, and what a name in the file system is.
import { openSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  type Address,
  AF_INET,
  AF_INET6,
  AF_UNIX,
  bind,
  type Fd,
  listen,
  O_NONBLOCK,
  O_RDONLY,
  O_RDWR,
  O_WRONLY,
  unwrap,
} from '../../lib/index.js'
import {
  bound,
  loopback,
  loopback6,
  mayRun,
  own,
  ownNetwork,
  ownProcess,
  resized,
  shown,
  tcp,
  tcp6,
  temporaryDirectory,
  udp,
  udp6,
  unix,
  unixPair,
} from '../fixtures.js'

const bindTo = (fd: Fd, address: Address | Uint8Array): string => shown(bind(fd, address))

test('A-040: an address that is too short or too long fails with EINVAL', () => {
  const s = tcp()
  // Left out: a length of −1.
  expect([3, 0, 129].map((length) => bindTo(s, resized(loopback, length)))).toEqual(Array(3).fill('-1 EINVAL'))
})

test('A-041: an address of another family fails with EAFNOSUPPORT', () => {
  const s = tcp()
  expect([bindTo(s, resized({ family: AF_UNIX, path: '.' }, 110)), bindTo(s, loopback6)]).toEqual([
    '-1 EAFNOSUPPORT',
    '-1 EAFNOSUPPORT',
  ])
})

test('A-043: an IPv6 address may be as short as 24 bytes, and its length is judged before its family', () => {
  const s = tcp6()
  expect([
    bindTo(s, loopback),
    bindTo(s, resized(loopback, 28)),
    bindTo(s, resized(loopback6, 27)),
    bindTo(s, resized(loopback6, 24)), // long enough, but bound by now
  ]).toEqual(['-1 EINVAL', '-1 EAFNOSUPPORT', '0', '-1 EINVAL'])
})

test("A-044: an address that is not this host's fails with EADDRNOTAVAIL", () => {
  const foreign = { family: AF_INET, address: '203.0.113.1', port: 0 }
  const foreign6 = { family: AF_INET6, address: '2001:db8::1', port: 0 }
  expect([bindTo(tcp(), foreign), bindTo(udp(), foreign), bindTo(tcp6(), foreign6)]).toEqual(
    Array(3).fill('-1 EADDRNOTAVAIL'),
  )
})

// In a network of its own, because there the privileged ports surely end at 1024.
test.skipIf(!mayRun(...ownNetwork(), 'setpriv', '--clear-groups', 'true'))(
  'A-045: ports below 1024 fail with EACCES for nobody',
  () => {
    expect(ownProcess('A-045', ...ownNetwork())).toEqual(['-1 EACCES', '-1 EACCES', '0'])
  },
)

test('A-046: a second bind() fails with EINVAL, and to the port of another socket with EADDRINUSE', () => {
  const [s, u] = [tcp(), udp()]
  const [atS, atU] = [bound(s), bound(u)]
  expect([bindTo(s, loopback), bindTo(u, loopback), bindTo(tcp(), atS), bindTo(udp(), atU)]).toEqual([
    '-1 EINVAL',
    '-1 EINVAL',
    '-1 EADDRINUSE',
    '-1 EADDRINUSE',
  ])
})

test('A-047: a link-local address without scope fails with EINVAL, in a scope that does not exist with ENODEV', () => {
  const s = udp6()
  const linkLocal = { family: AF_INET6, address: 'fe80::1', port: 0 }
  expect([bindTo(s, linkLocal), bindTo(s, { ...linkLocal, scopeId: 9999 })]).toEqual(['-1 EINVAL', '-1 ENODEV'])
})

test('A-109: neither the path of a socket nor its entry in /proc can be opened', () => {
  const path = join(temporaryDirectory(), 'socket')
  const listener = unix()
  unwrap(bind(listener, { family: AF_UNIX, path }))
  unwrap(listen(listener, 5))
  const [x] = unixPair()
  const open = (file: string, flags: number): string => {
    try {
      own(openSync(file, flags))
      return 'fd'
    } catch (error) {
      return `-1 ${(error as NodeJS.ErrnoException).code}`
    }
  }
  expect([
    open(path, O_RDONLY),
    open(path, O_RDWR),
    open(path, O_WRONLY | O_NONBLOCK),
    open(`/proc/self/fd/${x}`, O_WRONLY),
  ]).toEqual(Array(4).fill('-1 ENXIO'))
})
