// Owns AF_UNIX naming: pathnames, abstract names, autobind, who is found under a name, and credentials of the peer.
import { execFileSync } from 'node:child_process'
import { fchmodSync, mkdirSync, renameSync, statSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  type Address,
  AF_INET,
  AF_UNIX,
  AF_UNSPEC,
  accept,
  bind,
  connect,
  type Fd,
  getpeername,
  getsockname,
  getsockopt,
  listen,
  recvfrom,
  SO_ACCEPTCONN,
  SO_PASSCRED,
  SO_PEERCRED,
  SOCK_DGRAM,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  SOL_SOCKET,
  sendmsg,
  sendto,
  setsockopt,
  sockaddr,
  unwrap,
} from '../../lib/index.js'
import * as raw from '../../lib/raw.js'
import {
  arrival,
  bound,
  bytes,
  connected,
  hasProgram,
  loopback,
  mayRun,
  nonBlocking,
  own,
  ownProcess,
  pairs,
  received,
  resized,
  sent,
  shown,
  shownFd,
  shut,
  tcp,
  temporaryDirectory,
  unix,
  unixListener,
  unixPair,
} from '../fixtures.js'

const named = (path: string | Uint8Array): Address => ({ family: AF_UNIX, path })
const unnamed = named('')
const fresh = (name = 'socket'): string => join(temporaryDirectory(), name)
const dgram = (): Fd => unix(SOCK_DGRAM)

let names = 0
const abstract = (): string => `\0sys-socket-${process.pid}-${names++}`

/** The length of an address, as C has it. */
function lengthOf(call: typeof raw.getsockname, fd: Fd): number {
  const length = new Int32Array(1)
  expect(call(fd, new Uint8Array(128), length)).toBe(0)
  return length[0] as number
}
const nameLength = (fd: Fd): number => lengthOf(raw.getsockname, fd)

const bindTo = (fd: Fd, path: string | Uint8Array): string => shown(bind(fd, named(path)))
const connectTo = (path: string | Uint8Array, type = SOCK_STREAM): string => shown(connect(unix(type), named(path)))

/** SO_PEERCRED as pid, uid, gid. */
const peer = (fd: Fd): number[] => [
  ...new Int32Array(unwrap(getsockopt(fd, SOL_SOCKET, SO_PEERCRED, 12)).slice().buffer),
]
const mine = [process.pid, process.getuid?.(), process.getgid?.()]

test('H-001: a pathname has a length of its own, with NUL, and a name of any length that ends at one is the same', () => {
  const [s, s2] = [unix(), unix()]
  const path = fresh()
  const withNul = bytes(`${path}\0`)
  expect([bindTo(s, withNul), nameLength(s), unwrap(getsockname(s))]).toEqual(['0', 2 + path.length + 1, named(path)])
  expect([shown(bind(s2, resized(named(path), 110))), bindTo(s2, path)]).toEqual(['-1 EADDRINUSE', '-1 EADDRINUSE'])
})

test('H-003: autobind gives an abstract name of five hexadecimal digits, once', () => {
  const s = unix()
  expect([shown(bind(s, unnamed)), nameLength(s)]).toEqual(['0', 8])
  const address = unwrap(getsockname(s)) as { path: string }
  expect(address.path).toMatch(/^\0[0-9a-f]{5}$/)
  unwrap(listen(s, 5))
  expect([connectTo(address.path), bindTo(unix(), address.path), shown(bind(s, unnamed))]).toEqual([
    '0',
    '-1 EADDRINUSE',
    '0',
  ])
})

// Left out: a length of −1.
test('H-004: a name without a family, or of another, is EINVAL', () => {
  const s = unix()
  const whole = sockaddr(named(fresh()))
  expect([
    shown(bind(s, whole.subarray(0, 1))),
    shown(bind(s, whole.subarray(0, 0))),
    shown(bind(s, loopback)),
    shown(connect(s, unnamed)),
    shown(connect(s, whole.subarray(0, 1))),
    shown(connect(s, { family: AF_UNSPEC })),
  ]).toEqual(Array(6).fill('-1 EINVAL'))
})

test('H-005: the length is part of an abstract name, and NULs are significant', () => {
  const name = abstract()
  const [s, longer, padded] = [unix(), unix(), unix()]
  expect([
    bindTo(s, name),
    bindTo(longer, `${name}\0`),
    bindTo(unix(), name),
    bindTo(padded, name.padEnd(108, '\0')),
    nameLength(s) - name.length,
    nameLength(longer) - name.length,
  ]).toEqual(['0', '0', '-1 EADDRINUSE', '0', 2, 3])
  unwrap(listen(s, 5))
  expect([connectTo(name), connectTo(`${name}\0`)]).toEqual(['0', '-1 ECONNREFUSED'])
})

test('H-006: an abstract name is free when its listener closes, and one NUL is a name', () => {
  const { fd, address } = unixListener()
  const { path } = address as { path: string }
  const before = connectTo(path)
  shut(fd)
  expect([before, connectTo(path), bindTo(unix(), path)]).toEqual(['0', '-1 ECONNREFUSED', '0'])
  const s = unix()
  expect([bindTo(s, '\0'), nameLength(s), unwrap(getsockname(s)), bindTo(unix(), '\0')]).toEqual([
    '0',
    3,
    named('\0'),
    '-1 EADDRINUSE',
  ])
})

test('H-007: the file of a closed listener stays, refuses connections and blocks its name', () => {
  const path = fresh()
  const s = unix()
  bound(s, named(path))
  unwrap(listen(s, 5))
  shut(s)
  const left = [connectTo(path), bindTo(unix(), path)]
  unlinkSync(path)
  expect([...left, connectTo(path), bindTo(unix(), path)]).toEqual([
    '-1 ECONNREFUSED',
    '-1 EADDRINUSE',
    '-1 ENOENT',
    '0',
  ])
})

test('H-008: what is wrong with a path is told by errno', () => {
  const directory = temporaryDirectory()
  const at = (name: string): string => join(directory, name)
  writeFileSync(at('reg'), '')
  mkdirSync(at('dir'))
  symlinkSync('loop', at('loop'))
  symlinkSync('nowhere', at('dang'))
  expect(['reg', 'dir', 'reg/x', 'loop', 'no/such'].map((name) => connectTo(`${directory}/${name}`))).toEqual([
    '-1 ECONNREFUSED',
    '-1 ECONNREFUSED',
    '-1 ENOTDIR',
    '-1 ELOOP',
    '-1 ENOENT',
  ])
  const occupied = ['reg', 'dir', 'reg/x', 'loop/x', 'no/such', 'dang', 'dir/']
  expect(occupied.map((name) => bindTo(unix(), `${directory}/${name}`))).toEqual([
    '-1 EADDRINUSE',
    '-1 EADDRINUSE',
    '-1 ENOTDIR',
    '-1 ELOOP',
    '-1 ENOENT',
    '-1 EADDRINUSE',
    '-1 EADDRINUSE',
  ])
})

const root = mayRun('sh', '-c', '[ "$(id -u)" = 0 ]')

test.skipIf(!root)('H-009: writing to the socket file and to its directory are rights that one needs', () => {
  expect(ownProcess('H-009')).toEqual(Array(4).fill('-1 EACCES'))
})

test('H-010: the file has the mode of the socket, without the umask', () => {
  const [first, second] = [fresh(), fresh()]
  const s = unix()
  const before = process.umask(0o123)
  try {
    fchmodSync(s, 0o765)
    bindTo(s, first)
    process.umask(0o022)
    bindTo(unix(), second)
  } finally {
    process.umask(before)
  }
  expect([statSync(first).isSocket(), statSync(first).mode & 0o777, statSync(second).mode & 0o777]).toEqual([
    true,
    0o644,
    0o755,
  ])
})

test('H-011: a file that is renamed is found under its new name, and everybody still reports the old one', () => {
  const [p, p2] = [fresh('p'), fresh('p2')]
  const listener = unix()
  const address = bound(listener, named(p))
  unwrap(listen(listener, 5))
  const [client] = connected({ fd: listener, address }, unix())
  renameSync(p, p2)
  expect([connectTo(p), connectTo(p2), unwrap(getpeername(client))]).toEqual(['-1 ENOENT', '0', address])
  unlinkSync(p2)
  expect([sent(client, 'x'), unwrap(getsockname(listener))]).toEqual(['1', address])
})

test('H-012: a pathname of another type is EPROTOTYPE; an abstract name is not found at all', () => {
  const listening = (path: string): string[] => {
    const listener = unix()
    bindTo(listener, path)
    unwrap(listen(listener, 5))
    return [SOCK_SEQPACKET, SOCK_DGRAM, SOCK_STREAM].map((type) => connectTo(path, type))
  }
  expect(listening(fresh())).toEqual(['-1 EPROTOTYPE', '-1 EPROTOTYPE', '0'])
  expect(listening(abstract())).toEqual(['-1 ECONNREFUSED', '-1 ECONNREFUSED', '0'])
})

test('H-013: who does not listen refuses, and a listener cannot connect to itself', () => {
  const [q, p] = [fresh('q'), fresh('p')]
  bindTo(dgram(), q)
  const listener = unix()
  bindTo(listener, p)
  const before = [connectTo(q), connectTo(q, SOCK_SEQPACKET), connectTo(p), shownFd(accept(listener))]
  unwrap(listen(listener, 5))
  expect([...before, shown(connect(listener, named(p)))]).toEqual([
    '-1 EPROTOTYPE',
    '-1 EPROTOTYPE',
    '-1 ECONNREFUSED',
    '-1 EINVAL',
    '-1 EINVAL',
  ])
})

test('H-014: both ends have the names that they were bound to, even when that is after connecting', () => {
  const [p, q] = [named(fresh('p')), named(fresh('q'))]
  const [l, c] = [unix(), unix()]
  bound(l, p)
  unwrap(listen(l, 5))
  unwrap(connect(c, p))
  expect([shown(connect(c, p)), shown(bind(l, q)), shown(listen(l, 1)), shown(listen(l, 10))]).toEqual([
    '-1 EISCONN',
    '-1 EINVAL',
    '0',
    '0',
  ])
  const accepted = unwrap(accept(l))
  const a = own(accepted.fd)
  expect([accepted.address, getsockname(c).value, getpeername(c).value, getsockname(a).value]).toEqual([
    unnamed,
    unnamed,
    p,
    p,
  ])
  expect([nameLength(c), lengthOf(raw.getpeername, a), getpeername(a).value]).toEqual([2, 2, unnamed])
  expect([shown(bind(c, q)), getpeername(a).value]).toEqual(['0', q])
})

test('H-015: a stream tells the name of a sender that has one', () => {
  const q = named(fresh('q'))
  const [client, server] = connected(unixListener(), unix())
  const buffer = Buffer.alloc(4)
  sent(client, '1')
  const length = new Int32Array(1).fill(-1)
  expect([raw.recvfrom(server, buffer, 0, new Uint8Array(128), length), length[0]]).toEqual([1, 0])
  unwrap(bind(client, q))
  sent(client, '2')
  expect(unwrap(recvfrom(server, buffer))).toEqual({ count: 1, address: q })
  sent(client, '3')
  const { line, message } = arrival(server, [4])
  expect([line, message?.address]).toEqual(["1 '3' fl=0", q])
})

test('H-016: a datagram has the name of its sender, or none', () => {
  const [p, q] = [named(fresh('p')), named(fresh('q'))]
  const [d, s] = [dgram(), dgram()]
  bound(d, q)
  const buffer = Buffer.alloc(4)
  expect([shown(sendto(s, bytes('a'), 0, q)), unwrap(recvfrom(d, buffer))]).toEqual(['1', { count: 1, address: null }])
  bound(s, p)
  expect([shown(sendto(s, bytes('b'), 0, q)), unwrap(recvfrom(d, buffer))]).toEqual(['1', { count: 1, address: p }])
  const missing = shown(sendto(s, bytes('c'), 0, named(fresh('missing'))))
  shut(d)
  expect([missing, shown(sendto(s, bytes('c'), 0, q))]).toEqual(['-1 ENOENT', '-1 ECONNREFUSED'])
})

test('H-018: a datagram socket can be connected to itself', () => {
  const p = named(fresh())
  const a = dgram()
  bound(a, p)
  expect([shown(connect(a, p)), sent(a, 'self'), received(a, 8), shown(connect(a, p)), getpeername(a).value]).toEqual([
    '0',
    '4',
    "4 'self'",
    '0',
    p,
  ])
})

test('H-019: the ends of a pair have no names until they are bound', () => {
  const [x, y] = unixPair()
  const before = [nameLength(x), lengthOf(raw.getpeername, x)]
  expect([...before, shown(bind(x, unnamed)), lengthOf(raw.getpeername, y)]).toEqual([2, 2, '0', 8])
  const [u] = unixPair(SOCK_DGRAM)
  expect([nameLength(u), lengthOf(raw.getpeername, u), nameLength(unix())]).toEqual([2, 2, 2])
})

test('H-020: one connection more than the backlog may wait, then connect() is EAGAIN', () => {
  const { fd, address } = unixListener(1)
  const attempts = Array.from({ length: 4 }, () => nonBlocking(unix()))
  const lines = attempts.map((client) => shown(connect(client, address)))
  unwrap(listen(fd, 5))
  expect([...lines, shown(connect(attempts[3] as Fd, address))]).toEqual(['0', '0', '-1 EAGAIN', '-1 EAGAIN', '0'])
})

test('H-021: SO_PASSCRED gives a sender a name on its first send', () => {
  const [s, d] = [dgram(), dgram()]
  unwrap(setsockopt(s, SOL_SOCKET, SO_PASSCRED, true))
  const address = bound(d, unnamed)
  const length = new Int32Array(1)
  expect(shown(sendto(s, bytes('x'), 0, address))).toBe('1')
  expect([raw.recvfrom(d, new Uint8Array(4), 0, new Uint8Array(128), length), length[0]]).toEqual([1, 8])
  expect(nameLength(s)).toBe(8)
})

// unix(7) says that only connected streams and pairs have it.
test('H-022: SO_PEERCRED is who connected or listened, and nobody where neither has happened', () => {
  const nobody = [0, -1, -1]
  expect([peer(unix()), peer(unixListener().fd), peer(unixPair()[0])]).toEqual([nobody, mine, mine])
  expect(shown(setsockopt(unix(), SOL_SOCKET, SO_PEERCRED, new Uint8Array(12)))).toBe('-1 ENOPROTOOPT')
  expect([peer(tcp()), unwrap(getsockopt(unix(), SOL_SOCKET, SO_PEERCRED, 4)).length]).toEqual([nobody, 4])
})

test.skipIf(!hasProgram('python3', 'python3'))('H-023: SO_PEERCRED outlives the peer', () => {
  const path = fresh()
  const listener = unix()
  bound(listener, named(path))
  unwrap(listen(listener, 5))
  const source = 'import os, socket, sys; socket.socket(socket.AF_UNIX).connect(sys.argv[1]); print(os.getpid())'
  const pid = Number(execFileSync('python3', ['-c', source, path], { encoding: 'utf8' }))
  expect(peer(own(unwrap(accept(listener)).fd))).toEqual([pid, mine[1], mine[2]])
})

test.skipIf(!root)('H-023: a listener is who listened, whatever it has become since', () => {
  expect(ownProcess('H-023')).toEqual(['uid 0'])
})

test('H-024: without a connection an address is refused by streams, and has to be a whole one', () => {
  const there = named(abstract())
  const to = (type: typeof SOCK_STREAM, address: Address): string => shown(sendto(unix(type), bytes('x'), 0, address))
  expect([
    to(SOCK_STREAM, there),
    to(SOCK_SEQPACKET, there),
    to(SOCK_STREAM, named(fresh())),
    to(SOCK_DGRAM, unnamed),
    to(SOCK_DGRAM, { family: AF_INET, address: '127.0.0.1', port: 9 }),
  ]).toEqual(['-1 EOPNOTSUPP', '-1 ENOTCONN', '-1 EOPNOTSUPP', '-1 EINVAL', '-1 EINVAL'])
})

test('H-025: a connected socket cannot listen, a listening one can listen again', () => {
  const [c] = connected(unixListener(), unix())
  const s = unix()
  bound(s, unnamed)
  bound(c, unnamed)
  const listening = (fd: Fd) => unwrap(getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN))
  expect([shown(listen(c, 5)), shown(listen(s, 5)), shown(listen(s, 0)), listening(s), listening(c)]).toEqual([
    '-1 EINVAL',
    '0',
    '0',
    true,
    false,
  ])
})

test('H-026: ENAMETOOLONG comes from what a path leads to, never from its own length', () => {
  const directory = temporaryDirectory()
  const [fits, long] = [join(directory, 'fits'), join(directory, 'long')]
  symlinkSync('n'.repeat(255), fits)
  symlinkSync('n'.repeat(256), long)
  expect([
    connectTo(fits),
    connectTo(long),
    bindTo(unix(), `${long}/x`),
    bindTo(unix(), long),
    shown(sendto(dgram(), bytes('x'), 0, named(long))),
  ]).toEqual(['-1 ENOENT', '-1 ENAMETOOLONG', '-1 ENAMETOOLONG', '-1 EADDRINUSE', '-1 ENAMETOOLONG'])
})

test('H-028: an explicit destination wins over the connection of a datagram socket', () => {
  const [a, b] = pairs['unix dgram']()
  const c = dgram()
  const q = bound(c, unnamed)
  expect([shown(sendto(a, bytes('to c'), 0, q)), received(c, 8), sent(a, 'to b'), received(b, 8)]).toEqual([
    '4',
    "4 'to c'",
    '4',
    "4 'to b'",
  ])
  expect([shown(sendmsg(a, { iov: [bytes('m')], address: q })), received(c, 8)]).toEqual(['1', "1 'm'"])
})

test('H-029: each type has abstract names of its own; pathnames are shared', () => {
  const [name, path] = [abstract(), fresh()]
  expect([SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET, SOCK_DGRAM].map((type) => bindTo(unix(type), name))).toEqual([
    '0',
    '0',
    '0',
    '-1 EADDRINUSE',
  ])
  expect([SOCK_STREAM, SOCK_DGRAM].map((type) => bindTo(unix(type), path))).toEqual(['0', '-1 EADDRINUSE'])
})
