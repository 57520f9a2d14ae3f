// Owns how large a UDP datagram may be: the path MTU and fragments, and many datagrams in one call (UDP_SEGMENT, UDP_GRO).
import { readFileSync } from 'node:fs'
import { release } from 'node:os'
import { expect, test } from 'vitest'
import {
  type Fd,
  IP_MTU,
  IP_MTU_DISCOVER,
  IP_PMTUDISC_DO,
  IPPROTO_IP,
  IPPROTO_UDP,
  MSG_DONTWAIT,
  sendmsg,
  setsockopt,
  UDP_GRO,
  UDP_SEGMENT,
  unwrap,
} from '../../lib/index.js'
import { bytes, mayRun, ownNetwork, ownProcess, received, sent, shown, udp, udpPair } from '../fixtures.js'
import { countAndData, got, set } from './lines.js'

const [major = 0, minor = 0] = release().split('.').map(Number)
const mostSegments = major > 6 || (major === 6 && minor >= 9) ? 128 : 64 // UDP_MAX_SEGMENTS

const sentInSegments = (fd: Fd, text: string, data: number | Uint8Array): string =>
  shown(sendmsg(fd, { iov: [bytes(text)], control: [{ level: IPPROTO_UDP, type: UDP_SEGMENT, data }] }))

test('I-022: UDP_SEGMENT cuts what is sent into datagrams, at most UDP_MAX_SEGMENTS of them', () => {
  const [u, v] = udpPair()
  unwrap(setsockopt(u, IPPROTO_UDP, UDP_SEGMENT, 2))
  expect([sent(u, 'aabbc'), received(v, 9), received(v, 9), received(v, 9), received(v, 9, MSG_DONTWAIT)]).toEqual([
    '5',
    "2 'aa'",
    "2 'bb'",
    "1 'c'",
    '-1 EAGAIN',
  ])
  const [tooMany, fine] = [mostSegments + 1, mostSegments - 1].map((count) => new Uint8Array(2 * count))
  expect([sent(u, tooMany!), sent(u, fine!)]).toEqual(['-1 EINVAL', String(fine!.length)])

  const [x, y] = udpPair()
  expect([sentInSegments(x, 'xxyy', 2), received(y, 9), received(y, 9)]).toEqual(['4', "2 'xx'", "2 'yy'"])
  expect([
    set(u, IPPROTO_UDP, UDP_SEGMENT, 70_000),
    set(u, IPPROTO_UDP, UDP_SEGMENT, -1),
    sentInSegments(x, 'xxyy', new Uint8Array(1)),
  ]).toEqual(['-1 EINVAL', '-1 EINVAL', '-1 EINVAL'])
})

test('I-023: UDP_GRO gives datagrams of one size together, and tells the size', () => {
  const [u, v] = udpPair()
  unwrap(setsockopt(v, IPPROTO_UDP, UDP_GRO, true))
  unwrap(setsockopt(u, IPPROTO_UDP, UDP_SEGMENT, 100))
  expect(sent(u, new Uint8Array(350))).toBe('350')
  expect([countAndData(v, 1000), received(v, 9, MSG_DONTWAIT)]).toEqual([[350, 100], '-1 EAGAIN'])
})

test('I-024: IP_MTU is known of a connected socket; the largest datagram has 65507 bytes', () => {
  const [u] = udpPair()
  const mtu = Math.min(65_535, Number(readFileSync('/sys/class/net/lo/mtu', 'utf8')))
  expect([got(u, IPPROTO_IP, IP_MTU), got(udp(), IPPROTO_IP, IP_MTU)]).toEqual([`val=${mtu} len=4`, '-1 ENOTCONN'])
  expect([set(u, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DO), sent(u, new Uint8Array(mtu - 28))]).toEqual([
    '0',
    String(mtu - 28),
  ])
  expect([set(u, IPPROTO_IP, IP_MTU_DISCOVER, 99), got(u, IPPROTO_IP, IP_MTU_DISCOVER)]).toEqual([
    '-1 EINVAL',
    `val=${IP_PMTUDISC_DO} len=4`,
  ])
})

test.skipIf(!mayRun(...ownNetwork()))(
  'I-025: IP_PMTUDISC_DO refuses what does not fit the MTU with EMSGSIZE, IP_PMTUDISC_DONT sends fragments',
  () => {
    expect(ownProcess('I-025', ...ownNetwork())).toEqual(['1472', '-1 EMSGSIZE', '3000', '3000', 'val=1500 len=4'])
  },
)
