// Owns sendmsg(): what is gathered, how much control data the kernel takes, and hostile messages.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  type ControlMessage,
  type Fd,
  type Message,
  MSG_CONFIRM,
  MSG_CTRUNC,
  MSG_DONTWAIT,
  MSG_ERRQUEUE,
  MSG_MORE,
  MSG_NOSIGNAL,
  MSG_PEEK,
  MSG_TRUNC,
  MSG_WAITALL,
  POLLIN,
  SCM_RIGHTS,
  SOL_SOCKET,
  sendmsg,
} from '../../lib/index.js'
import {
  arrival,
  bytes,
  mayRun,
  nonBlocking,
  openCount,
  ownProcess,
  pairs,
  polled,
  received,
  receivedMessage,
  rights,
  sent,
  sentMessage,
  shown,
  unixPair,
} from '../fixtures.js'

describe('gathering', () => {
  test('L-002: no buffer, or empty ones, is nothing on a stream and an empty message elsewhere', () => {
    const [x, y] = pairs['unix stream']()
    const [c] = pairs.tcp4()
    expect([sentMessage(x, []), polled(y, POLLIN), sentMessage(c, [])]).toEqual(['0', '0', '0'])
    const [d, e] = pairs['unix dgram']()
    expect([sentMessage(d, []), polled(e, POLLIN), arrival(e, []).line, polled(e, POLLIN)]).toEqual([
      '0',
      '1 IN',
      '0 fl=0',
      '0',
    ])
    const [u, v] = pairs.udp4()
    expect([sentMessage(u, []), arrival(v, []).line]).toEqual(['0', '0 fl=0'])
    expect([sentMessage(x, ['', '', '']), sentMessage(d, ['', '']), arrival(e, [0, 0]).line]).toEqual([
      '0',
      '0',
      '0 fl=0',
    ])
  })

  // A length beyond memory and a bad pointer cannot be said here; an empty buffer before a full one can.
  test('L-003: an empty buffer is skipped', () => {
    const [x, y] = pairs['unix stream']()
    expect([sentMessage(x, ['', 'abc']), received(y, 8)]).toEqual(['3', "3 'abc'"])
  })

  // Left out: what msg_flags were before, which no caller of ours can say.
  test('L-012: flags that are unknown, or only of receives, are ignored by a send', () => {
    const [x, y] = pairs['unix stream']()
    expect([
      sentMessage(x, 'a'),
      receivedMessage(y, 4),
      sent(x, 'b', 0x40000000),
      received(y, 4),
      sent(x, 'c', 0x00800000),
      received(y, 4),
      received(y, 4, MSG_DONTWAIT | 0x00200000),
    ]).toEqual(['1', "1 'a' fl=0", '1', "1 'b'", '1', "1 'c'", '-1 EAGAIN'])
    const [u, v] = pairs.udp4()
    expect([
      sent(u, 'q', MSG_PEEK | MSG_TRUNC | MSG_WAITALL | MSG_CTRUNC),
      received(v, 4, MSG_MORE | MSG_NOSIGNAL | MSG_CONFIRM),
      sent(u, 'r', MSG_ERRQUEUE),
    ]).toEqual(['1', "1 'q'", '1'])
  })

  test('L-013: a stream takes what there is room for, over many buffers, then EAGAIN', () => {
    const [x] = pairs['unix stream']()
    nonBlocking(x)
    const iov = Array.from({ length: 20 }, () => new Uint8Array(50_000))
    const first = sendmsg(x, { iov })
    expect(first.value).within(1, 999_999)
    let last = first
    while (last.ok) last = sendmsg(x, { iov })
    expect(shown(last)).toBe('-1 EAGAIN')
  })

  test('L-015: the buffers make one datagram, which has to fit', () => {
    const [u, v] = pairs.udp4()
    const send = (size: number) => shown(sendmsg(u, { iov: [new Uint8Array(size), new Uint8Array(size)] }))
    expect([send(40_000), send(32_000), arrival(v, [65_536]).message?.count]).toEqual(['-1 EMSGSIZE', '64000', 64_000])
    const [, y] = pairs['unix stream']()
    expect(receivedMessage(y, 4, MSG_DONTWAIT, 1 << 20)).toBe('-1 EAGAIN')
  })

  test('1024 buffers are gathered, more are EMSGSIZE, and 100,000 are no harm', () => {
    const [x, y] = pairs['unix dgram']()
    const send = (count: number) => shown(sendmsg(x, { iov: Array(count).fill(bytes('x')) }))
    expect([send(1024), arrival(y, [2048]).message?.count, send(1025), send(100_000)]).toEqual([
      '1024',
      1024,
      '-1 EMSGSIZE',
      '-1 EMSGSIZE',
    ])
  })
})

describe('control data', () => {
  test('A-110: more of it than net.core.optmem_max is ENOBUFS', () => {
    const most = Number(readFileSync('/proc/sys/net/core/optmem_max', 'utf8'))
    const [x] = unixPair()
    const other: ControlMessage = { level: 0, type: 8, data: new Uint8Array(4) } // 24 bytes, ignored here
    const control = Array(Math.ceil((most + 1) / 24)).fill(other)
    expect([
      sentMessage(x, 'm', control),
      sentMessage(x, 'm', new Uint8Array(2 ** 31)),
      sentMessage(x, 'm', [other]),
    ]).toEqual(['-1 ENOBUFS', '-1 ENOBUFS', '1'])
  })

  test.skipIf(!mayRun('sh', '-c', '[ "$(id -u)" = 0 ]'))(
    'A-111: a user has only so many descriptors under way: as many as it may open',
    () => {
      expect(ownProcess('A-111')).toEqual(['-1 ETOOMANYREFS', '31'])
    },
  )
})

describe('hostile messages', () => {
  const data = (length = 8): Uint8Array => new Uint8Array(new ArrayBuffer(length, { maxByteLength: length })).fill(97)
  const detach = (view: Uint8Array): void =>
    void structuredClone(view.buffer, { transfer: [view.buffer as ArrayBuffer] })
  const pretend = (value: unknown): Message => value as Message

  test('a getter that throws ends it with that exception, before anything is sent', () => {
    const [x, y] = unixPair()
    const thrower = (key: string) => ({
      iov: [data()],
      address: null,
      control: null,
      level: 1,
      type: 1,
      get [key](): never {
        throw new Error(`no ${key}`)
      },
    })
    const element = (key: string) => {
      const list = [data()]
      Object.defineProperty(list, 0, {
        get() {
          throw new Error(`no ${key}`)
        },
      })
      return list
    }
    const attempts: [string, unknown][] = [
      ...['iov', 'address', 'control'].map((key): [string, unknown] => [key, thrower(key)]),
      ['element', { iov: element('element') }],
      ['element', { iov: [], control: element('element') }],
      ...['level', 'type', 'data'].map((key): [string, unknown] => [key, { iov: [data()], control: [thrower(key)] }]),
      ['fd', { iov: [data()], control: [{ level: SOL_SOCKET, type: SCM_RIGHTS, data: element('fd') }] }],
      [
        'trap',
        new Proxy(
          {},
          {
            get() {
              throw new Error('no trap')
            },
          },
        ),
      ],
    ]
    const before = openCount()
    for (const [what, message] of attempts) expect(() => sendmsg(x, pretend(message))).toThrow(`no ${what}`)
    expect([received(y, 8, MSG_DONTWAIT), openCount()]).toEqual(['-1 EAGAIN', before])
  })

  test('a buffer that is detached or resized after it was read is noticed', () => {
    const [x, y] = unixPair()
    const attack = (act: (view: Uint8Array) => void): string => {
      const view = data()
      const message = {
        iov: [view],
        get control(): Uint8Array {
          act(view)
          return new Uint8Array(0)
        },
      }
      try {
        return shown(sendmsg(x, message))
      } catch (error) {
        return (error as { code: string }).code
      }
    }
    expect([
      attack(detach),
      attack((view) => (view.buffer as ArrayBuffer).resize(0)),
      attack((view) => (view.buffer as ArrayBuffer).resize(3)),
      received(y, 64),
    ]).toEqual(['ERR_INVALID_ARG_VALUE', '0', '3', "3 'aaa'"])
  })

  test('control data and addresses that are detached by a later getter are refused too', () => {
    const [x] = unixPair()
    for (const key of ['control', 'address'] as const) {
      const view = data(24)
      const list = [data()]
      Object.defineProperty(list, 0, {
        get() {
          detach(view)
          return data()
        },
      })
      expect(() => sendmsg(x, { iov: list, [key]: view })).toThrow(`"message.${key}" argument of sendmsg()`)
    }
  })

  test('an array that changes while it is read is read as long as it was, or refused', () => {
    const [x, y] = unixPair()
    const list: Uint8Array[] = [data(1), data(1), data(1)]
    const shrink = (): Uint8Array[] =>
      Object.defineProperty([...list], 0, {
        get(this: Uint8Array[]) {
          this.length = 1
          return data(1)
        },
      })
    const grow = (): Uint8Array[] =>
      Object.defineProperty([...list], 0, {
        get(this: Uint8Array[]) {
          this.push(data(1))
          return data(1)
        },
      })
    const swap: Uint8Array[] = Object.defineProperty([...list], 0, {
      get() {
        swap[1] = Buffer.from('swapped')
        return data(1)
      },
    })
    expect(() => sendmsg(x, { iov: shrink() })).toThrow('"message.iov[1]" argument of sendmsg()')
    expect([shown(sendmsg(x, { iov: grow() })), received(y, 64)]).toEqual(['3', "3 'aaa'"])
    expect([shown(sendmsg(x, { iov: swap })), received(y, 64)]).toEqual(['9', "9 'aswappeda'"])
  })

  test('a sparse array, a Proxy of one and a Proxy of a buffer are refused at once', () => {
    const [x] = unixPair()
    const sparse = new Array(2 ** 32 - 1)
    const refused: unknown[] = [
      { iov: sparse },
      { iov: new Proxy([data()], {}) },
      { iov: [new Proxy(data(), {})] },
      { iov: [], control: sparse },
      { iov: [], control: new Proxy([], {}) },
      { iov: [], control: [{ level: SOL_SOCKET, type: SCM_RIGHTS, data: sparse }] },
      { iov: [], control: [{ level: SOL_SOCKET, type: SCM_RIGHTS, data: new Proxy([0], {}) }] },
    ]
    for (const message of refused)
      expect(() => sendmsg(x, pretend(message))).toThrow(/"message\..*" argument of sendmsg/)
  })

  test('a getter that sends on its own does not disturb the message around it', () => {
    const [x, y] = unixPair()
    const inner = (fd: Fd): Message => ({ iov: [bytes('inner')], control: [rights(fd)] })
    const outer = {
      iov: [bytes('outer')],
      get control() {
        sendmsg(x, inner(x))
        return [rights(x, y)]
      },
    }
    expect(shown(sendmsg(x, outer))).toBe('5')
    expect([receivedMessage(y, 64, 0, 64), receivedMessage(y, 64, 0, 64)]).toEqual([
      "5 'inner' fl=0 cm=[RIGHTSx1]",
      "5 'outer' fl=0 cm=[RIGHTSx2]",
    ])
  })
})
