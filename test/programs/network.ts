// Cases of raw, ping, packet and netlink sockets, which need a network of their own. Run by cases.ts.
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import {
  type Address,
  type AddressFamily,
  AF_INET,
  AF_INET6,
  AF_NETLINK,
  AF_PACKET,
  AF_UNSPEC,
  accept,
  addressOf,
  bind,
  connect,
  ETH_P_IP,
  type Fd,
  getpeername,
  getsockname,
  getsockopt,
  htons,
  ICMP_FILTER,
  type InetAddress,
  IP_HDRINCL,
  IP_MULTICAST_IF,
  IPPROTO_ICMP,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPPROTO_RAW,
  IPPROTO_UDP,
  IPV6_CHECKSUM,
  type Level,
  listen,
  MSG_DONTWAIT,
  MSG_OOB,
  MSG_TRUNC,
  NETLINK_ADD_MEMBERSHIP,
  NETLINK_NO_ENOBUFS,
  NETLINK_ROUTE,
  type NetlinkAddress,
  NLM_F_ACK,
  NLM_F_DUMP,
  NLM_F_REQUEST,
  NLMSG_DONE,
  PACKET_ADD_MEMBERSHIP,
  PACKET_AUXDATA,
  PACKET_RESERVE,
  PACKET_RX_RING,
  PACKET_VERSION,
  type PacketAddress,
  POLLIN,
  POLLOUT,
  POLLRDHUP,
  type Protocol,
  RTM_GETLINK,
  RTNLGRP_LINK,
  recv,
  recvfrom,
  recvmsg,
  SHUT_RD,
  SHUT_WR,
  SO_RCVBUF,
  SOCK_DGRAM,
  SOCK_RAW,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  SOL_NETLINK,
  SOL_PACKET,
  SOL_RAW,
  SOL_SOCKET,
  type SocketOption,
  type SocketType,
  sendto,
  setsockopt,
  shutdown,
  sockaddr,
  socket,
  TPACKET_V2,
  unwrap,
} from '../../lib/index.js'
import * as raw from '../../lib/raw.js'
import {
  bound,
  bytes,
  loopback,
  loopback6,
  nonBlocking,
  own,
  pendingError,
  polled,
  received,
  resized,
  sent,
  shown,
  shownFd,
  tcp,
  udp,
} from '../fixtures.js'

const made = (family: AddressFamily, type: SocketType, protocol: Protocol): Fd =>
  own(unwrap(socket(family, type, protocol)))
const raw4 = (protocol: Protocol): Fd => made(AF_INET, SOCK_RAW, protocol)
const raw6 = (protocol: Protocol): Fd => made(AF_INET6, SOCK_RAW, protocol)
const ping = (): Fd => made(AF_INET, SOCK_DGRAM, IPPROTO_ICMP)
const route = (): Fd => made(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE)

const experimental = 253 // a protocol number for experiments: RFC 3692
const inet = (address: string, port = 0): Address => ({ family: AF_INET, address, port })
const portOf = (fd: Fd): string => String((unwrap(getsockname(fd)) as InetAddress).port)
const link = (ifindex: number, protocol: number = ETH_P_IP): PacketAddress => ({
  family: AF_PACKET,
  protocol,
  ifindex,
  address: new Uint8Array(6),
})
const lo = 1 // the index that it has in every network

/** An option of 4 bytes as `0 val=1 len=4`. */
const option = (fd: Fd, level: Level, name: SocketOption): string =>
  shown(
    getsockopt(fd, level, name, 16),
    (value) => `0 val=${new Int32Array(value.slice(0, 4).buffer)[0]} len=${value.length}`,
  )

/** The internet checksum: RFC 1071. */
function checksum(data: Uint8Array): number {
  let sum = 0
  for (let i = 0; i < data.length; i += 2) sum += ((data[i] as number) << 8) | (data[i + 1] ?? 0)
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  return ~sum & 0xffff
}

/** An ICMP message of 12 bytes. */
function icmp(type: number, id = 999): Buffer {
  const message = Buffer.from([type, 0, 0, 0, id >> 8, id & 0xff, 0, 1, 0x70, 0x69, 0x6e, 0x67])
  message.writeUInt16BE(checksum(message), 2)
  return message
}

/** "hello" to a port of 127.0.0.1, in UDP, in IPv4. */
function datagram(port: number): Buffer {
  const packet = Buffer.alloc(33)
  packet[0] = 0x45
  packet.writeUInt16BE(packet.length, 2)
  packet[8] = 64
  packet[9] = IPPROTO_UDP
  packet.set([127, 0, 0, 1, 127, 0, 0, 1], 12)
  packet.writeUInt16BE(checksum(packet.subarray(0, 20)), 10)
  packet.writeUInt16BE(4242, 20)
  packet.writeUInt16BE(port, 22)
  packet.writeUInt16BE(13, 24)
  packet.set(bytes('hello'), 28)
  return packet
}

/** A netlink message with so many zeros for a body. */
function netlink(type: number, flags: number, body = 0): Uint8Array {
  const message = new Uint8Array(16 + body)
  new Uint32Array(message.buffer).set([message.length, type | (flags << 16), 1, 0])
  return message
}

/** The type of a netlink message, and the first integer of its body: the error of one that tells an error. */
function typeAndError(fd: Fd): [number, number] {
  const buffer = new Uint8Array(65536)
  unwrap(recv(fd, buffer))
  return [new Uint16Array(buffer.buffer)[2] as number, new Int32Array(buffer.buffer)[4] as number]
}

const set = (state: string): unknown => execFileSync('ip', ['link', 'set', 'lo', state])

export const network: Readonly<Record<string, () => string[]>> = {
  'N-001'() {
    const s = raw4(IPPROTO_UDP)
    return [
      shown(listen(s, 5)),
      shownFd(accept(s)),
      shown(shutdown(s, SHUT_WR)),
      shown(shutdown(s, SHUT_RD)),
      shown(getpeername(s), String),
      sent(s, 'x'),
      received(s, 16, MSG_DONTWAIT),
      received(s, 16, MSG_OOB | MSG_DONTWAIT),
      polled(s, POLLIN | POLLOUT | POLLRDHUP),
      shown(sendto(s, new Uint8Array(70000), 0, loopback)),
      shown(sendto(s, bytes('x'), MSG_OOB, loopback)),
    ]
  },

  'N-002'() {
    const [s, t] = [raw4(IPPROTO_UDP), raw4(experimental)]
    return [
      shown(bind(s, loopback)),
      portOf(s),
      shown(bind(s, inet('203.0.113.1'))),
      shown(connect(t, inet('127.0.0.1', 4242))),
      shown(getpeername(t), (peer) => `0 ${(peer as InetAddress).address}:${(peer as InetAddress).port}`),
      portOf(t),
      sent(t, 'hi'),
      shown(connect(t, { family: AF_UNSPEC })),
      sent(t, 'hi'),
    ]
  },

  'N-003'() {
    const [sender, other] = [raw4(experimental), raw4(experimental)]
    const buffer = Buffer.alloc(100)
    const results = [shown(sendto(sender, bytes('hello'), 0, loopback))]
    const { count, address } = unwrap(recvmsg(other, { iov: [buffer] }))
    const { address: from, port } = address as InetAddress
    results.push(
      String(count),
      String((buffer[0] as number) >> 4),
      String(((buffer[0] as number) & 15) * 4),
      String(buffer[9]),
      buffer.toString('latin1', 20, count),
      `${from}:${port}`,
      String(unwrap(recv(sender, buffer))),
    )
    unwrap(sendto(sender, bytes('hello'), 0, loopback))
    return [
      ...results,
      shown(recv(sender, buffer.subarray(0, 10), MSG_TRUNC)),
      shown(recvmsg(other, { iov: [buffer.subarray(0, 10)] }, MSG_TRUNC), (message) => String(message.count)),
      received(other, 100, MSG_DONTWAIT),
    ]
  },

  'N-004'() {
    const [s, headers, u] = [raw6(experimental), raw6(IPPROTO_RAW), raw6(IPPROTO_UDP)]
    const buffer = Buffer.alloc(100)
    return [
      shown(sendto(s, bytes('hello'), 0, loopback6)),
      shown(recvfrom(s, buffer), ({ count, address }) => {
        const { address: from, port } = address as InetAddress
        return `${count} '${buffer.toString('latin1', 0, count)}' from=[${from}]:${port}`
      }),
      shown(sendto(s, bytes('hello'), 0, { ...loopback6, port: 1234 })),
      shown(sendto(headers, new Uint8Array(8), 0, loopback6)),
      shown(sendto(headers, new Uint8Array(60).fill(0x6a), 0, loopback6)),
      shown(connect(u, loopback)),
      option(u, IPPROTO_IP, IP_HDRINCL),
      shown(setsockopt(u, IPPROTO_IP, IP_MULTICAST_IF, new Uint8Array(4))),
      option(u, IPPROTO_IPV6, IPV6_CHECKSUM),
      ...[3, -2, 6].map((offset) => shown(setsockopt(u, IPPROTO_IPV6, IPV6_CHECKSUM, offset))),
      option(u, IPPROTO_IPV6, IPV6_CHECKSUM),
      shown(setsockopt(u, IPPROTO_IPV6, IPV6_CHECKSUM, -1)),
    ]
  },

  'N-006'() {
    const s = raw4(IPPROTO_ICMP)
    const buffer = new Uint8Array(100)
    const type = (): unknown => {
      unwrap(recv(s, buffer))
      return buffer[20] // after the IP header
    }
    const replies = new Uint8Array(new Uint32Array([~1]).buffer)
    const results = [shown(sendto(s, icmp(8), 0, loopback)), JSON.stringify([type(), type()])]
    results.push(
      shown(setsockopt(s, SOL_RAW, ICMP_FILTER, replies)),
      String(Buffer.from(replies).equals(unwrap(getsockopt(s, SOL_RAW, ICMP_FILTER, 16)))),
    )
    unwrap(sendto(s, icmp(8), 0, loopback))
    return [
      ...results,
      String(type()),
      received(s, 100, MSG_DONTWAIT),
      shown(setsockopt(raw4(IPPROTO_UDP), SOL_RAW, ICMP_FILTER, replies)),
    ]
  },

  'N-007'() {
    const groups = (range: string): void => writeFileSync('/proc/sys/net/ipv4/ping_group_range', range)
    groups('1 0')
    const refused = shownFd(socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP))
    groups('0 100000')
    const [s, t, u] = [ping(), ping(), ping()]
    const reply = Buffer.alloc(100)
    const results = [refused, shown(sendto(s, icmp(8), 0, loopback)), shown(recv(s, reply))]
    const id = reply.readUInt16BE(4)
    results.push(String(reply[0]), String(String(id) === portOf(s)), String(id !== 999))
    results.push(
      shown(sendto(s, icmp(8).subarray(0, 2), 0, loopback)),
      shown(sendto(s, icmp(0), 0, loopback)),
      shown(sendto(s, Buffer.concat([icmp(8), new Uint8Array(69989)]), 0, loopback)),
      sent(s, icmp(8)),
      shown(connect(s, loopback)),
      sent(s, icmp(8)),
    )
    return [...results, shown(bind(t, inet('127.0.0.1', 4321))), portOf(t), shown(bind(u, inet('127.0.0.1', 4321)))]
  },

  'N-008'() {
    const s = made(AF_PACKET, SOCK_RAW, 0)
    return [
      shownFd(socket(AF_PACKET, SOCK_STREAM)),
      shownFd(socket(AF_PACKET, SOCK_SEQPACKET)),
      shown(listen(s, 5)),
      shownFd(accept(s)),
      shown(connect(s, link(lo))),
      shown(getpeername(s), String),
      shown(shutdown(s, SHUT_WR)),
      sent(s, 'hello'),
      shown(sendto(s, bytes('hello'), 0, link(9999))),
      shown(sendto(s, bytes('hello'), 0, link(lo))),
      shown(bind(s, link(9999))),
      shown(bind(s, resized(link(lo), 10))),
      shown(bind(s, { family: AF_INET, data: sockaddr(link(lo)).subarray(2) })),
      shown(sendto(s, bytes('hello'), MSG_OOB, link(lo))),
      received(s, 100, MSG_DONTWAIT),
      received(s, 100, MSG_OOB | MSG_DONTWAIT),
    ]
  },

  'N-010'() {
    for (const name of ['accept_local', 'route_localnet']) writeFileSync(`/proc/sys/net/ipv4/conf/lo/${name}`, '1')
    const s = made(AF_PACKET, SOCK_DGRAM, htons(ETH_P_IP))
    const u = udp()
    const at = bound(u) as InetAddress
    const buffer = Buffer.alloc(100)
    const results = [
      shown(sendto(s, datagram(at.port), 0, link(lo))),
      shown(recvfrom(u, buffer), ({ count, address }) => {
        const { address: from, port } = address as InetAddress
        return `${count} '${buffer.toString('latin1', 0, count)}' from=${from}:${port === 0 ? 0 : 'P'}`
      }),
      shown(setsockopt(s, SOL_PACKET, PACKET_AUXDATA, true)),
      option(s, SOL_PACKET, PACKET_AUXDATA),
    ]
    while (recv(s, buffer, MSG_DONTWAIT).ok); // what this socket has seen of its own packet
    unwrap(sendto(udp(), bytes('hello'), 0, at))
    const { count, control, address } = unwrap(recvmsg(s, { iov: [buffer], controlLength: 100 }))
    const { protocol, ifindex } = address as PacketAddress
    return [
      ...results,
      String(count === 33 && protocol === ETH_P_IP && ifindex === lo),
      JSON.stringify(control.map(({ level, type }) => level === SOL_PACKET && type === PACKET_AUXDATA && 'AUXDATA')),
      shown(setsockopt(s, SOL_PACKET, PACKET_ADD_MEMBERSHIP, new Uint8Array(16))),
      shown(setsockopt(s, SOL_PACKET, 999, 1)),
      option(s, SOL_PACKET, 999),
    ]
  },

  'N-013'() {
    const s = route()
    const room = new Uint8Array(128)
    const length = new Int32Array(1)
    const dump = netlink(RTM_GETLINK, NLM_F_REQUEST | NLM_F_DUMP, 16)
    const results = [String(sent(s, dump) === String(dump.length))]
    const buffer = new Uint8Array(65536)
    raw.recvfrom(s, buffer, 0, room, length)
    const from = addressOf(room, length[0]) as NetlinkAddress
    results.push(String(new Uint16Array(buffer.buffer)[2]), String(from.pid), String(length[0]))
    while (typeAndError(s)[0] !== NLMSG_DONE);
    results.push(sent(s, netlink(0x7ff, NLM_F_REQUEST)), ...typeAndError(s).map(String))
    results.push(sent(s, netlink(RTM_GETLINK, NLM_F_REQUEST | NLM_F_ACK)), `(${typeAndError(s).join(', ')})`)
    return [
      ...results,
      sent(s, 'junk!'),
      received(s, 100, MSG_DONTWAIT),
      sent(s, ''),
      shown(sendto(s, netlink(RTM_GETLINK, 0), 0, { family: AF_NETLINK, pid: 0x7ffffff0, groups: 0 })),
      shown(sendto(s, netlink(RTM_GETLINK, 0, 16), 0, { family: AF_NETLINK, pid: 0, groups: 1 })),
      sent(s, dump, MSG_OOB),
      received(s, 100, MSG_OOB),
    ]
  },

  'N-018'() {
    set('down')
    const [first, second] = [made(AF_PACKET, SOCK_DGRAM, 0), nonBlocking(made(AF_PACKET, SOCK_DGRAM, 0))]
    const results = [
      shown(sendto(first, bytes('x'), 0, link(lo))),
      shown(bind(first, link(lo))),
      String(pendingError(first)),
    ]
    set('up')
    results.push(shown(bind(second, link(lo))), String(pendingError(second)))
    set('down')
    return [
      ...results,
      polled(second, POLLIN),
      received(second, 100),
      received(second, 100),
      shown(sendto(udp(), bytes('x'), 0, inet('127.0.0.1', 9))),
      shown(connect(nonBlocking(tcp()), inet('127.0.0.1', 9))),
      shown(bind(tcp(), loopback)),
    ]
  },

  'N-019'() {
    const s = route()
    unwrap(setsockopt(s, SOL_SOCKET, SO_RCVBUF, 2304))
    // A socket that has only joined has the number 0, as the kernel has, and is told nothing that comes from the kernel.
    unwrap(bind(s, { family: AF_NETLINK, pid: 0, groups: 0 }))
    unwrap(setsockopt(s, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, RTNLGRP_LINK))
    for (let i = 0; i < 6; i++) for (const state of ['down', 'up']) set(state)
    const buffer = new Uint8Array(65536)
    const results = [polled(s, POLLIN), shown(recv(s, buffer, MSG_DONTWAIT))]
    let messages = 0
    let last = recv(s, buffer, MSG_DONTWAIT)
    for (; last.ok; last = recv(s, buffer, MSG_DONTWAIT)) messages++
    return [
      ...results,
      String(messages >= 1),
      shown(last),
      shown(setsockopt(s, SOL_NETLINK, NETLINK_NO_ENOBUFS, true)),
      option(s, SOL_NETLINK, NETLINK_NO_ENOBUFS),
    ]
  },

  'N-020'() {
    const s = made(AF_PACKET, SOCK_RAW, 0)
    const frames = new Uint8Array(new Uint32Array([4096, 1, 16, 256]).buffer) // of 16 bytes, which no header fits in
    return [
      shown(setsockopt(s, SOL_PACKET, PACKET_VERSION, TPACKET_V2)),
      shown(setsockopt(s, SOL_PACKET, PACKET_RESERVE, 0xffffffe0)),
      shown(setsockopt(s, SOL_PACKET, PACKET_RESERVE, 64)),
      option(s, SOL_PACKET, PACKET_RESERVE),
      shown(setsockopt(s, SOL_PACKET, PACKET_VERSION, 9)),
      shown(setsockopt(s, SOL_PACKET, PACKET_RX_RING, frames)),
      option(s, SOL_PACKET, PACKET_VERSION),
    ]
  },
}
