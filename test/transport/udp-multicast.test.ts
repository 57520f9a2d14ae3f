// Owns multicast and time-to-live on IPv4: joining and leaving groups on the loopback, and the values of the options.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import {
  IP_ADD_MEMBERSHIP,
  IP_DROP_MEMBERSHIP,
  IP_MULTICAST_IF,
  IP_MULTICAST_LOOP,
  IP_MULTICAST_TTL,
  IP_TTL,
  IPPROTO_IP,
  MSG_DONTWAIT,
  type SocketOption,
  sendto,
} from '../../lib/index.js'
import { bound, bytes, received, shown, udp } from '../fixtures.js'
import { got, inAddr, inet, portOf, set } from './lines.js'

/** `struct ip_mreq`: a group, and the address of an interface. */
const membership = (group: string, local: string): Uint8Array => new Uint8Array([...inAddr(group), ...inAddr(local)])

test('I-028: a group is joined once, heard while joined, and left once', () => {
  const [r, s] = [udp(), udp()]
  const group = inet('239.1.2.3', portOf(bound(r, inet('0.0.0.0', 0))))
  const join = (address: string, local = '127.0.0.1'): string =>
    set(r, IPPROTO_IP, IP_ADD_MEMBERSHIP, membership(address, local))
  const drop = (address: string): string => set(r, IPPROTO_IP, IP_DROP_MEMBERSHIP, membership(address, '127.0.0.1'))
  const send = (): string => shown(sendto(s, bytes('mc'), 0, group))

  expect([join('239.1.2.3'), join('239.1.2.3'), drop('239.1.2.4')]).toEqual(['0', '-1 EADDRINUSE', '-1 EADDRNOTAVAIL'])
  expect(set(s, IPPROTO_IP, IP_MULTICAST_IF, inAddr('127.0.0.1'))).toBe('0')
  expect([send(), received(r, 9)]).toEqual(['2', "2 'mc'"])
  expect([drop('239.1.2.3'), send(), received(r, 9, MSG_DONTWAIT)]).toEqual(['0', '2', '-1 EAGAIN'])
  expect([
    join('239.1.2.3', '203.0.113.9'), // no interface has this address
    join('127.0.0.1'),
    set(r, IPPROTO_IP, IP_ADD_MEMBERSHIP, membership('239.1.2.3', '127.0.0.1').subarray(0, 7)),
  ]).toEqual(['-1 ENODEV', '-1 EINVAL', '-1 EINVAL'])
})

test('I-030: the values of IP_TTL, IP_MULTICAST_TTL and IP_MULTICAST_LOOP; one byte is enough', () => {
  const u = udp()
  const give = (option: SocketOption, value: number | Uint8Array): string => set(u, IPPROTO_IP, option, value)
  const take = (option: SocketOption): string => got(u, IPPROTO_IP, option)
  const usual = readFileSync('/proc/sys/net/ipv4/ip_default_ttl', 'utf8').trim()

  expect([0, 256, -2].map((value) => give(IP_TTL, value))).toEqual(Array(3).fill('-1 EINVAL'))
  expect([give(IP_TTL, 100), take(IP_TTL)]).toEqual(['0', 'val=100 len=4'])
  expect([give(IP_TTL, -1), take(IP_TTL)]).toEqual(['0', `val=${usual} len=4`])

  expect([give(IP_MULTICAST_TTL, 0), give(IP_MULTICAST_TTL, 256)]).toEqual(['0', '-1 EINVAL'])
  expect([give(IP_MULTICAST_TTL, -1), take(IP_MULTICAST_TTL)]).toEqual(['0', 'val=1 len=4'])
  expect([give(IP_MULTICAST_TTL, new Uint8Array([5])), take(IP_MULTICAST_TTL)]).toEqual(['0', 'val=5 len=4'])
  expect([give(IP_MULTICAST_LOOP, new Uint8Array([0])), take(IP_MULTICAST_LOOP)]).toEqual(['0', 'val=0 len=4'])
})
