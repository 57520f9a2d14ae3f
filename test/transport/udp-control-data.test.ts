// Owns what travels beside a UDP datagram: its source and destination, TTL, TOS, drops, timestamps and marks.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import {
  AF_INET6,
  type ControlMessage,
  controlMessages,
  type Fd,
  IP_PKTINFO,
  IP_RECVORIGDSTADDR,
  IP_RECVTOS,
  IP_RECVTTL,
  IP_TOS,
  IP_TTL,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPV6_HOPLIMIT,
  IPV6_RECVHOPLIMIT,
  IPV6_RECVPKTINFO,
  IPV6_RECVTCLASS,
  IPV6_TCLASS,
  IPV6_UNICAST_HOPS,
  IPV6_V6ONLY,
  ioctl,
  MSG_DONTWAIT,
  MSG_ERRQUEUE,
  recv,
  SIOCGSTAMP,
  SO_EE_ORIGIN_TIMESTAMPING,
  SO_RCVBUF,
  SO_RXQ_OVFL,
  SO_TIMESTAMP,
  SO_TIMESTAMPING,
  SO_TIMESTAMPNS,
  SOF_TIMESTAMPING_OPT_ID,
  SOF_TIMESTAMPING_RX_SOFTWARE,
  SOF_TIMESTAMPING_SOFTWARE,
  SOF_TIMESTAMPING_TX_SOFTWARE,
  SOL_SOCKET,
  sendmsg,
  sendto,
  setsockopt,
  unwrap,
} from '../../lib/index.js'
import * as raw from '../../lib/raw.js'
import {
  bound,
  bytes,
  loopback6,
  mayRun,
  ownNetwork,
  ownProcess,
  pairs,
  pause,
  polled,
  received,
  sent,
  shown,
  udp,
  udp6,
  udpPair,
} from '../fixtures.js'
import { flagsAndControl, inet, ints, message, messageAndData, portOf, receivedFrom, set } from './lines.js'

/** sendmsg() with one control message. */
const sentWith = (fd: Fd, text: string, ...control: ControlMessage[]): string =>
  shown(sendmsg(fd, { iov: [bytes(text)], control }))

/** recvmsg() through the raw face: its line, and the length of the control data. */
function rawMessage(fd: Fd, controlLength: number): [line: string, length: number] {
  const [data, control, lengths] = [new Uint8Array(100), new Uint8Array(controlLength), new Int32Array(4)]
  const count = raw.recvmsg(fd, { iov: [data], control, lengths })
  const [, flags = 0, , length = 0] = lengths
  const text = Buffer.from(data.subarray(0, count)).toString('latin1')
  return [`${count} '${text}' ${flagsAndControl(flags, controlMessages(control, length))}`, length]
}

// Addresses

test('I-011: IP_PKTINFO tells where a datagram came in and what it was sent to', () => {
  const v = udp()
  unwrap(setsockopt(v, IPPROTO_IP, IP_PKTINFO, true))
  const port = portOf(bound(v, inet('0.0.0.0', 0)))
  unwrap(sendto(udp(), bytes('hi'), 0, inet('127.0.0.9', port)))
  const lo = Number(readFileSync('/sys/class/net/lo/ifindex', 'utf8'))
  expect(messageAndData(v)).toEqual([
    "2 'hi' fl=0 cm=[IP_PKTINFO]",
    { ifindex: lo, specDst: '127.0.0.9', address: '127.0.0.9' },
  ])
})

test('I-012: IP_PKTINFO chooses the source of a datagram: an address of this host', () => {
  const [s, v] = [udp(), udp()]
  bound(s, inet('0.0.0.0', 0))
  const address = bound(v)
  const sentFrom = (data: ControlMessage['data']): string =>
    shown(sendmsg(s, { iov: [bytes('hi')], address, control: [{ level: IPPROTO_IP, type: IP_PKTINFO, data }] }))
  expect([sentFrom({ specDst: '127.0.0.5' }), receivedFrom(v, 9)]).toEqual(['2', "2 'hi' from=127.0.0.5:P"])
  expect([sentFrom({ specDst: '203.0.113.7' }), sentFrom(new Uint8Array(8)), sentFrom({ ifindex: 9999 })]).toEqual([
    '-1 ENETUNREACH',
    '-1 EINVAL',
    '-1 ENODEV',
  ])
})

test('I-032: IP_RECVORIGDSTADDR gives the destination, and a dual-stack socket gives those of IPv4 twice', () => {
  const v = udp()
  unwrap(setsockopt(v, IPPROTO_IP, IP_RECVORIGDSTADDR, true))
  const port = portOf(bound(v, inet('0.0.0.0', 0)))
  unwrap(sendto(udp(), bytes('o'), 0, inet('127.0.0.8', port)))
  expect(messageAndData(v)).toEqual(["1 'o' fl=0 cm=[IP_ORIGDSTADDR]", inet('127.0.0.8', port)])

  const x = udp6()
  unwrap(setsockopt(x, IPPROTO_IPV6, IPV6_V6ONLY, false))
  expect([set(x, IPPROTO_IP, IP_PKTINFO, true), set(x, IPPROTO_IPV6, IPV6_RECVPKTINFO, true)]).toEqual(['0', '0'])
  const at = portOf(bound(x, { family: AF_INET6, address: '::', port: 0 }))
  unwrap(sendto(udp(), bytes('q'), 0, inet('127.0.0.1', at)))
  expect(message(x, 9, 512)).toBe("1 'q' fl=0 cm=[IPV6_PKTINFO,IP_PKTINFO]")
})

// TTL and TOS

test('I-013: IP_TTL and IP_TOS are received, and sent for one datagram', () => {
  const [u, v] = udpPair()
  for (const option of [IP_RECVTTL, IP_RECVTOS]) unwrap(setsockopt(v, IPPROTO_IP, option, true))
  unwrap(setsockopt(u, IPPROTO_IP, IP_TTL, 33))
  unwrap(setsockopt(u, IPPROTO_IP, IP_TOS, 0x10))
  sent(u, 'a')
  expect(messageAndData(v)).toEqual(["1 'a' fl=0 cm=[IP_TTL,IP_TOS]", 33, 16])

  const ttl = (data: number) => ({ level: IPPROTO_IP, type: IP_TTL, data })
  expect([sentWith(u, 'b', ttl(42)), messageAndData(v)[1]]).toEqual(['1', 42])
  expect([sentWith(u, 'c', ttl(0)), sentWith(u, 'c', ttl(256))]).toEqual(['-1 EINVAL', '-1 EINVAL'])
  const tos = (data: Uint8Array) => ({ level: IPPROTO_IP, type: IP_TOS, data })
  expect([sentWith(u, 'd', tos(ints(8))), sentWith(u, 'e', tos(new Uint8Array([8])))]).toEqual(['1', '1'])
  expect([messageAndData(v)[2], messageAndData(v)[2]]).toEqual([8, 8])
})

test('I-014: the same of IPv6: IPV6_HOPLIMIT and IPV6_TCLASS', () => {
  const [u, v] = pairs.udp6()
  for (const option of [IPV6_RECVHOPLIMIT, IPV6_RECVTCLASS, IPV6_RECVPKTINFO]) {
    unwrap(setsockopt(v, IPPROTO_IPV6, option, true))
  }
  unwrap(setsockopt(u, IPPROTO_IPV6, IPV6_UNICAST_HOPS, 44))
  unwrap(setsockopt(u, IPPROTO_IPV6, IPV6_TCLASS, 0x20))
  sent(u, 'a')
  const lo = Number(readFileSync('/sys/class/net/lo/ifindex', 'utf8'))
  expect(messageAndData(v)).toEqual([
    "1 'a' fl=0 cm=[IPV6_PKTINFO,IPV6_HOPLIMIT,IPV6_TCLASS]",
    { address: '::1', ifindex: lo },
    44,
    0x20,
  ])
  const hops = (data: number) => ({ level: IPPROTO_IPV6, type: IPV6_HOPLIMIT, data })
  expect([sentWith(u, 'b', hops(7)), messageAndData(v)[2]]).toEqual(['1', 7])
  const byte = { level: IPPROTO_IPV6, type: IPV6_TCLASS, data: new Uint8Array(1) }
  expect([sentWith(u, 'c', hops(256)), sentWith(u, 'c', byte)]).toEqual(['-1 EINVAL', '-1 EINVAL'])
})

test('I-015: control data is cut off to the room there is, down to a header without a value', () => {
  const v = udp6()
  unwrap(setsockopt(v, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, true))
  const address = bound(v, loopback6)
  const u = udp6()
  const lines = [0, 15, 16, 17, 20, 24].map((room) => {
    unwrap(sendto(u, bytes('a'), 0, address))
    return rawMessage(v, room)
  })
  expect(lines).toEqual([
    ["1 'a' fl=CTRUNC cm=[]", 0],
    ["1 'a' fl=CTRUNC cm=[]", 0],
    ["1 'a' fl=CTRUNC cm=[IPV6_HOPLIMIT]", 16],
    ["1 'a' fl=CTRUNC cm=[IPV6_HOPLIMIT]", 17],
    ["1 'a' fl=0 cm=[IPV6_HOPLIMIT]", 20],
    ["1 'a' fl=0 cm=[IPV6_HOPLIMIT]", 24],
  ])
})

// Drops

test('I-026: SO_RXQ_OVFL tells how many datagrams were dropped', () => {
  const [u, v] = udpPair()
  unwrap(setsockopt(v, SOL_SOCKET, SO_RCVBUF, 0)) // the least there is
  unwrap(setsockopt(v, SOL_SOCKET, SO_RXQ_OVFL, true))
  for (let i = 0; i < 50; i++) sent(u, 'a')
  let count = 0
  while (recv(v, new Uint8Array(1), MSG_DONTWAIT).ok) count++
  expect(count).within(1, 49)
  sent(u, 'a')
  const [line, drops] = messageAndData(v)
  expect([line, count + (drops as number)]).toEqual(["1 'a' fl=0 cm=[RXQ_OVFL]", 50])
})

// Times

test('I-027: datagrams are stamped with a timeval or a timespec, whichever was asked for last', () => {
  const [u, v] = udpPair()
  const now = (): number => Date.now() / 1000
  expect(shown(ioctl(v, SIOCGSTAMP))).toBe('-1 ENOENT')
  sent(u, 'a')
  received(v, 5)
  expect(shown(ioctl(v, SIOCGSTAMP))).toBe('-1 EFAULT') // there is one now, but ioctl() has no room for it

  unwrap(setsockopt(v, SOL_SOCKET, SO_TIMESTAMP, true))
  sent(u, 'b')
  const [line, time] = messageAndData(v)
  expect([line, time]).toEqual(["1 'b' fl=0 cm=[TIMESTAMP]", { sec: expect.any(Number), usec: expect.any(Number) }])
  expect((time as { sec: number }).sec).within(now() - 60, now() + 60)
  sent(u, 'b')
  expect(rawMessage(v, 512)).toEqual(["1 'b' fl=0 cm=[TIMESTAMP]", 16 + 16])

  unwrap(setsockopt(v, SOL_SOCKET, SO_TIMESTAMPNS, true))
  sent(u, 'b')
  expect(messageAndData(v)).toEqual([
    "1 'b' fl=0 cm=[TIMESTAMPNS]",
    { sec: expect.any(Number), nsec: expect.any(Number) },
  ])
})

test('I-037: SO_TIMESTAMPING stamps what is received, and what was sent by way of the error queue', () => {
  const [u, v] = udpPair()
  const stamp = (fd: Fd, flags: number): string => set(fd, SOL_SOCKET, SO_TIMESTAMPING, flags)
  const none = { sec: 0, nsec: 0 }
  stamp(v, SOF_TIMESTAMPING_RX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE)
  let [line, times]: ReturnType<typeof messageAndData> = ['']
  // When the first socket of the system asks for it, the kernel begins to stamp a little later.
  for (let tries = 0; times === undefined && tries < 1000; tries++) {
    sent(u, 'hi')
    ;[line, times] = messageAndData(v)
    pause(1)
  }
  expect([line, times]).toEqual([
    "2 'hi' fl=0 cm=[TIMESTAMPING]",
    { software: { sec: expect.any(Number), nsec: expect.any(Number) }, hardware: none },
  ])
  expect((times as { software: { sec: number } }).software.sec).toBeGreaterThan(0)

  stamp(u, SOF_TIMESTAMPING_TX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE | SOF_TIMESTAMPING_OPT_ID)
  sent(u, 'hi')
  expect(polled(u, 0, 1000)).toBe('1 ERR')
  const [packet, ...sentTimes] = messageAndData(u, 100, MSG_ERRQUEUE)
  expect(packet).toMatch(/hi' fl=ERRQUEUE cm=\[TIMESTAMPING,IP_RECVERR\]$/s) // the datagram, below its headers
  expect(sentTimes).toEqual([
    { software: { sec: expect.any(Number), nsec: expect.any(Number) }, hardware: none },
    { errno: raw.ENOMSG, origin: SO_EE_ORIGIN_TIMESTAMPING, type: 0, code: 0, info: 0, data: 0, offender: null },
  ])
  sent(u, 'ho')
  polled(u, 0, 1000)
  expect(messageAndData(u, 100, MSG_ERRQUEUE)[2]).toMatchObject({ data: 1 }) // SOF_TIMESTAMPING_OPT_ID counts
  expect(stamp(u, 1 << 30)).toBe('-1 EINVAL')
})

// Marks

test.skipIf(!mayRun(...ownNetwork()))('I-038: SO_MARK is sent by those who may, and received with SO_RCVMARK', () => {
  expect(ownProcess('I-038', ...ownNetwork())).toEqual([
    '1',
    "1 'a' fl=0 cm=[]",
    '1',
    "1 'b' fl=0 cm=[MARK]",
    '7',
    '-1 EPERM',
    '-1 EPERM',
  ])
})
