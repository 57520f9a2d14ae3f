// Owns ioctl(): requests that a socket lacks, that come at the wrong time, or that want memory; what bytes may be passed.
import { describe, expect, test } from 'vitest'
import {
  type Address,
  AF_INET,
  EFAULT,
  type Fd,
  FIONREAD,
  IFF_LOOPBACK,
  IFF_RUNNING,
  IFF_UP,
  type InterfaceAddress,
  type IoctlRequest,
  ioctl,
  type Result,
  SIOCADDRT,
  SIOCATMARK,
  SIOCBONDINFOQUERY,
  SIOCBRADDIF,
  SIOCDEVPRIVATE,
  SIOCETHTOOL,
  SIOCGHWTSTAMP,
  SIOCGIFADDR,
  SIOCGIFBR,
  SIOCGIFCONF,
  SIOCGIFFLAGS,
  SIOCGIFHWADDR,
  SIOCGIFINDEX,
  SIOCGIFMTU,
  SIOCGIFNAME,
  SIOCOUTQ,
  SIOCWANDEV,
} from '../../lib/index.js'
import * as raw from '../../lib/raw.js'
import {
  bytes,
  mayRun,
  ownNetwork,
  ownProcess,
  sent,
  shown,
  tcp,
  tcpListener,
  udp,
  unix,
  unixListener,
  unixPair,
} from '../fixtures.js'

const TCGETS = 0x5401 // of terminals
const asked = (fd: Fd, request: IoctlRequest): string => shown(ioctl(fd, request))

test('A-108: ioctl() with a request of others fails with ENOTTY, FIONREAD while listening with EINVAL', () => {
  const s = tcp()
  expect([
    asked(unix(), TCGETS),
    asked(unix(), 0x12345678),
    asked(s, TCGETS),
    asked(s, FIONREAD),
    asked(tcpListener().fd, FIONREAD),
    asked(unixListener().fd, FIONREAD),
  ]).toEqual(['-1 ENOTTY', '-1 ENOTTY', '-1 ENOTTY', '0', '-1 EINVAL', '-1 EINVAL'])
})

test('A-114: ioctl() about interfaces: without memory, of one there is, of one there is not, and on AF_UNIX', () => {
  const [u, x] = [udp(), unix()]
  const flags = ioctl(u, SIOCGIFFLAGS, 'lo')
  const wanted = IFF_UP | IFF_LOOPBACK | IFF_RUNNING
  const index = ioctl(u, SIOCGIFINDEX, 'lo')
  expect([
    asked(u, SIOCATMARK),
    `${raw.ioctl(u, SIOCGIFCONF)}`, // NULL, which the Result face does not pass for this one
    asked(u, SIOCGIFFLAGS),
    shown(flags, () => '0'),
    shown(flags, (value) => String(value & wanted)),
    shown(ioctl(u, SIOCGIFFLAGS, 'nosuch')),
    shown(index, () => '0'),
    shown(index),
    shown(ioctl(x, SIOCGIFINDEX, 'lo'), () => '0'),
  ]).toEqual(['-1 ENOTTY', `-${EFAULT}`, '-1 EFAULT', '0', '73', '-1 ENODEV', '0', '1', '0'])
})

describe('what is asked about an interface', () => {
  test('has a type of its own', () => {
    const u = udp()
    const mtu: Result<number> = ioctl(u, SIOCGIFMTU, 'lo')
    const name: Result<string> = ioctl(u, SIOCGIFNAME, 1)
    const address: Result<Address> = ioctl(u, SIOCGIFADDR, 'lo')
    const hardware: Result<Uint8Array> = ioctl(u, SIOCGIFHWADDR, 'lo')
    const list: Result<InterfaceAddress[]> = ioctl(u, SIOCGIFCONF)
    const waiting: Result<number> = ioctl(u, FIONREAD)
    // @ts-expect-error: a number is no string
    const wrong: Result<string> = ioctl(u, SIOCGIFMTU, 'lo')
    const lo = { family: AF_INET, address: '127.0.0.1', port: 0 }
    expect([mtu.value, name.value, waiting.value, wrong.value]).toEqual([65536, 'lo', 0, 65536])
    expect([address.value, hardware.value]).toEqual([lo, new Uint8Array(6)])
    expect(list.value).toContainEqual({ name: 'lo', address: lo })
  })

  test('takes a name of up to 15 bytes and no other argument', () => {
    const u = udp()
    expect(shown(ioctl(u, SIOCGIFMTU, 'x'.repeat(15)))).toBe('-1 ENODEV')
    expect(shown(ioctl(u, SIOCGIFMTU, ''))).toBe('-1 ENODEV')
    for (const name of ['x'.repeat(16), '\u00e9'.repeat(8), 'x'.repeat(100_000)])
      expect(() => ioctl(u, SIOCGIFMTU, name)).toThrow(
        /^The "argument" argument of ioctl\(\) must be the name of an interface, of at most 15 bytes/,
      )
    for (const name of ['lo\0', '\ud800', 1]) expect(() => ioctl(u, SIOCGIFMTU, name)).toThrow(TypeError)
    expect(() => ioctl(u, SIOCGIFNAME, 'lo')).toThrow(TypeError)
    expect(() => ioctl(u, SIOCGIFNAME, 1.5)).toThrow(RangeError)
    expect(() => ioctl(u, SIOCGIFCONF, 'lo')).toThrow(TypeError)
    expect(() => ioctl(u, FIONREAD, 'lo')).toThrow(TypeError)
    expect(shown(ioctl(u, SIOCGIFNAME, 99999))).toBe('-1 ENODEV')
  })

  test('is appended to an array on the raw face, unless that is frozen', () => {
    const u = udp()
    const values: unknown[] = ['before']
    expect(raw.ioctl(u, SIOCGIFINDEX, 'lo', values)).toBe(0)
    expect(raw.ioctl(u, SIOCGIFINDEX, 'nosuch', values)).toBeLessThan(0)
    expect(values).toEqual(['before', 1])
    expect(() => raw.ioctl(u, SIOCGIFINDEX, 'lo', Object.freeze([]) as unknown as unknown[])).toThrow(TypeError)
  })

  const network = ownNetwork()
  test.skipIf(!mayRun(...network, 'ip', 'link', 'add', 'type', 'veth'))('is what ip says of it', () => {
    const [told = '', shownByIp = '', ...listed] = ownProcess('interfaces', ...network)
    expect(JSON.parse(told)).toEqual(JSON.parse(shownByIp))
    expect(JSON.parse(told).map(({ name }: { name: string }) => name)).toEqual(['lo', 'a-name-of-15-by', 'left'])
    expect(listed).toEqual(['a-name-of-15-by 10.9.8.6', 'left 10.9.8.7', 'lo 127.0.0.1'])
  })
})

describe('bytes', () => {
  test('are passed as they are, and hold what the kernel wrote', () => {
    const u = udp()
    const ifreq = new Uint8Array(40)
    ifreq.set(bytes('lo'))
    expect(shown(ioctl(u, SIOCGIFMTU, ifreq))).toBe('0')
    expect(new DataView(ifreq.buffer).getInt32(16, true)).toBe(65536)
    const [x, y] = unixPair()
    sent(x, 'hello')
    const int = new Int32Array(1)
    expect(shown(ioctl(y, FIONREAD, new Uint8Array(int.buffer)))).toBe('0')
    expect(int[0]).toBe(5)
  })

  test('beyond the view are never written', () => {
    const u = udp()
    const memory = new Uint8Array(64).fill(0xee)
    memory.set(bytes('lo\0'), 8)
    expect(shown(ioctl(u, SIOCGIFINDEX, memory.subarray(8, 11)))).toBe('0') // as if zeros followed
    expect(memory).toEqual(
      new Uint8Array(64)
        .fill(0xee)
        .fill(0, 8)
        .fill(0xee, 11)
        .map((b, i) => bytes('lo')[i - 8] ?? b),
    )
    expect(shown(ioctl(u, SIOCOUTQ, memory.subarray(20, 20)))).toBe('0')
    expect(memory[20]).toBe(0xee)
    expect(shown(ioctl(u, SIOCGIFINDEX, new Uint8Array(100_000)))).toBe('-1 ENODEV')
  })

  test('that hold a pointer, or may hold one, are refused, before any call is made', () => {
    const pointing = [
      [SIOCGIFCONF, SIOCGIFBR, SIOCETHTOOL, SIOCBRADDIF, SIOCBONDINFOQUERY, SIOCGHWTSTAMP, SIOCADDRT, SIOCWANDEV],
      [SIOCDEVPRIVATE, SIOCDEVPRIVATE + 15],
      [TCGETS, 0x8b01, 0xc0189436, 0], // of terminals, of wireless interfaces, of files
    ].flat()
    for (const request of pointing)
      for (const fd of [udp(), -1])
        expect(() => ioctl(fd, request, new Uint8Array(64)), `${request}`).toThrow(
          expect.objectContaining({
            name: 'TypeError',
            message: expect.stringMatching(/pointer\. Received a Uint8Array/),
          }),
        )
    expect(shown(ioctl(udp(), SIOCGIFCONF + 1, new Uint8Array(64)))).toBe('-1 ENODEV') // SIOCGIFFLAGS
  })
})

test('what is no integer is refused, also by requests that only give one', () => {
  const [x] = unixPair()
  for (const value of [Number.NaN, 1.5, 2 ** 31, 'junk', {}, 10n])
    expect(() => ioctl(x, FIONREAD, value as number)).toThrow(/^The "argument" argument of ioctl\(\) must be/)
  expect(shown(ioctl(x, FIONREAD, 5))).toBe('0')
})
