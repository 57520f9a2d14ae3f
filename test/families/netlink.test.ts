// Netlink sockets: netlink(7), rtnetlink(7).
import { expect, test } from 'vitest'
import {
  AF_INET,
  AF_NETLINK,
  AF_UNSPEC,
  bind,
  connect,
  type Fd,
  getpeername,
  getsockname,
  getsockopt,
  MSG_DONTWAIT,
  MSG_PEEK,
  MSG_TRUNC,
  NETLINK_ADD_MEMBERSHIP,
  NETLINK_LIST_MEMBERSHIPS,
  NETLINK_PKTINFO,
  NETLINK_ROUTE,
  type NetlinkAddress,
  NLM_F_DUMP,
  NLM_F_REQUEST,
  RTM_GETLINK,
  recv,
  recvmsg,
  SOCK_DGRAM,
  SOCK_RAW,
  SOCK_RDM,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  SOL_NETLINK,
  SOL_UDP,
  send,
  setsockopt,
  socket,
  socketpair,
  unwrap,
} from '../../lib/index.js'
import * as raw from '../../lib/raw.js'
import { mayRun, own, ownNetwork, ownProcess, resized, shown, shownFd } from '../fixtures.js'

const hasOwnNetwork = mayRun(...ownNetwork())

// Other programs' traffic would be received as well, so these have a network to themselves.
test.skipIf(!hasOwnNetwork).each<[id: string, title: string, expected: string[]]>([
  [
    'N-013',
    'rtnetlink dumps, acknowledges, tells errors, and leaves junk unanswered',
    [
      'true',
      '16',
      '0',
      '12',
      '16',
      '2',
      '-95',
      '16',
      '(2, 0)',
      '5',
      '-1 EAGAIN',
      '-1 ENODATA',
      '-1 ECONNREFUSED',
      '32',
      '-1 EOPNOTSUPP',
      '-1 EOPNOTSUPP',
    ],
  ],
  [
    'N-015',
    'anyone may write to a NETLINK_USERSOCK, but not everyone may listen to a group',
    ['16', '16', '16', '-1 EPERM'],
  ],
  [
    'N-019',
    'what was missed is told once, as ENOBUFS',
    ['1 IN+ERR', '-1 ENOBUFS', 'true', '-1 EAGAIN', '0', '0 val=1 len=4'],
  ],
])('%s: %s', (id, _title, expected) => {
  expect(ownProcess(id, ...ownNetwork())).toEqual(expected)
})

const route = (): Fd => own(unwrap(socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE)))
const at = (pid: number): NetlinkAddress => ({ family: AF_NETLINK, pid, groups: 0 })
const pidOf = (fd: Fd): number => (unwrap(getsockname(fd)) as NetlinkAddress).pid

test('N-011: netlink sockets are RAW or DGRAM, of a protocol that there is, and come in no pairs', () => {
  expect([
    ...[SOCK_STREAM, SOCK_SEQPACKET, SOCK_RDM].map((type) => shownFd(socket(AF_NETLINK, type))),
    ...[99, 31, -1].map((protocol) => shownFd(socket(AF_NETLINK, SOCK_RAW, protocol))),
    shown(socketpair(AF_NETLINK, SOCK_RAW), String),
    shownFd(socket(AF_NETLINK, SOCK_DGRAM, NETLINK_ROUTE)),
  ]).toEqual([
    '-1 ESOCKTNOSUPPORT',
    '-1 ESOCKTNOSUPPORT',
    '-1 ESOCKTNOSUPPORT',
    '-1 EPROTONOSUPPORT',
    '-1 EPROTONOSUPPORT',
    '-1 EPROTONOSUPPORT',
    '-1 EOPNOTSUPP',
    'fd',
  ])
})

test('N-012: the kernel numbers a netlink socket by its process, once, and another one otherwise', () => {
  const [first, second, third, fourth] = [route(), route(), route(), route()] as const
  expect(pidOf(first)).toBe(0)
  expect(shown(bind(first, at(0)))).toBe('0')
  expect(pidOf(first)).toBe(process.pid)
  expect(shown(bind(first, at(0)))).toBe('-1 EINVAL')
  expect(shown(bind(first, at(process.pid + 1)))).toBe('-1 EINVAL')
  expect(shown(bind(second, at(0)))).toBe('0')
  expect(pidOf(second)).not.toBe(process.pid)
  expect(shown(bind(third, at(process.pid)))).toBe('-1 EADDRINUSE')
  expect(shown(bind(third, resized(at(0), 4)))).toBe('-1 EINVAL')
  expect(shown(bind(third, { family: AF_INET, data: new Uint8Array(10) }))).toBe('-1 EINVAL')
  expect(unwrap(getpeername(fourth))).toEqual(at(0))
  expect(shown(connect(fourth, at(0)))).toBe('0')
  expect(pidOf(fourth)).not.toBe(0)
  expect(shown(connect(fourth, { family: AF_UNSPEC }))).toBe('0')
  expect(shown(connect(fourth, { family: AF_INET, data: new Uint8Array(10) }))).toBe('-1 EINVAL')
})

test('N-014: MSG_TRUNC tells how long a queued message is, and options have the lengths that the kernel checks', () => {
  const s = route()
  const dump = new Uint8Array(32)
  new Uint32Array(dump.buffer).set([dump.length, RTM_GETLINK | ((NLM_F_REQUEST | NLM_F_DUMP) << 16), 1, 0])
  unwrap(send(s, dump))
  const length = unwrap(recv(s, new Uint8Array(0), MSG_PEEK | MSG_TRUNC))
  expect(length).toBeGreaterThan(100)
  expect(unwrap(recv(s, new Uint8Array(10), MSG_PEEK | MSG_TRUNC))).toBe(length)
  expect(unwrap(recvmsg(s, { iov: [new Uint8Array(10)] }, MSG_PEEK)).flags).toBe(MSG_TRUNC)
  expect(unwrap(recv(s, new Uint8Array(20)))).toBe(20)
  const next = recv(s, new Uint8Array(65536), MSG_DONTWAIT) // the rest of the first message is gone
  expect(next.ok || next.code === 'EAGAIN').toBe(true)

  const read = (name: number, size: number, level = SOL_NETLINK): string =>
    shown(getsockopt(s, level, name, size), (value) => `${new DataView(value.buffer).getInt8(0)} len=${value.length}`)
  expect(read(NETLINK_PKTINFO, 4)).toBe('0 len=4')
  expect(read(NETLINK_PKTINFO, 2)).toBe('-1 EINVAL')
  expect(read(NETLINK_PKTINFO, 16)).toBe('0 len=4')
  expect(read(999, 4)).toBe('-1 ENOPROTOOPT')
  expect(read(NETLINK_PKTINFO, 4, SOL_UDP)).toBe('-1 ENOPROTOOPT')
  const write = (name: number, value: number | Uint8Array): string => shown(setsockopt(s, SOL_NETLINK, name, value))
  expect(write(NETLINK_ADD_MEMBERSHIP, 1)).toBe('0')
  const size = new Int32Array(1)
  expect(raw.getsockopt(s, SOL_NETLINK, NETLINK_LIST_MEMBERSHIPS, new Uint8Array(0), size)).toBe(0)
  expect(size[0]).toBeGreaterThan(0)
  expect(write(NETLINK_ADD_MEMBERSHIP, 99999)).toBe('-1 EINVAL')
  expect(write(NETLINK_ADD_MEMBERSHIP, 0)).toBe('-1 EINVAL')
  expect(write(NETLINK_PKTINFO, new Uint8Array(2))).toBe('0') // shorter than an int: taken as 0
})
