// Owns SCM_CREDENTIALS, SCM_PIDFD and SCM_INQ: who sent a message, and how much is left, told beside the bytes.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import {
  accept,
  type ControlMessage,
  type Credentials,
  connect,
  type Fd,
  getsockopt,
  SCM_CREDENTIALS,
  SO_PASSCRED,
  SOL_SOCKET,
  type SocketOption,
  setsockopt,
  unwrap,
} from '../../lib/index.js'
import {
  arrival,
  descriptorsOf,
  mayRun,
  own,
  ownProcess,
  pairs,
  pipe,
  receivedMessage,
  rights,
  sent,
  sentMessage,
  shown,
  tcp,
  unix,
  unixListener,
} from '../fixtures.js'

const mine = { pid: process.pid, uid: process.getuid?.() as number, gid: process.getgid?.() as number }
const explicit: ControlMessage = { level: SOL_SOCKET, type: SCM_CREDENTIALS, data: mine }
const pass = (fd: Fd, on = true): string => shown(setsockopt(fd, SOL_SOCKET, SO_PASSCRED, on))

test.each(['unix stream', 'unix dgram', 'unix seqpacket'] as const)(
  'H-060: who asks with SO_PASSCRED gets the credentials of every sender, nobody else any (%s)',
  (kind) => {
    const [x, y] = pairs[kind]()
    sentMessage(x, 'm', [explicit])
    expect(receivedMessage(y, 4, 0, 64)).toBe("1 'm' fl=0 cm=[]")
    pass(y)
    sent(x, 'n')
    const { line, message } = arrival(y, [4], 0, 64)
    expect([line, message?.control[0]?.data]).toEqual(["1 'n' fl=0 cm=[CRED]", mine])
  },
)

test.skipIf(!mayRun('sh', '-c', '[ "$(id -u)" = 0 ]'))(
  'H-062: root may say it is anybody that lives, others are themselves',
  () => {
    expect(ownProcess('H-062')).toEqual([
      '1',
      '(12345, 54321)',
      '1',
      'true',
      '-1 ESRCH',
      '-1 ESRCH',
      '-1 EINVAL',
      '-1 EINVAL',
      '-1 EPERM',
      '-1 EPERM',
      '-1 EPERM',
      '1',
    ])
  },
)

test('H-064: credentials come before descriptors, and eat their room', () => {
  const [x, y] = pairs['unix stream']()
  const [r] = pipe()
  pass(y)
  sentMessage(x, 'm', [rights(r), explicit])
  expect(receivedMessage(y, 4, 0, 128)).toBe("1 'm' fl=0 cm=[CRED,RIGHTSx1]")
  for (const [room, data] of [
    [32, mine],
    [16, new Uint8Array(0)], // a header without its data is delivered as bytes
  ] as const) {
    sentMessage(x, 'm', [rights(r)])
    const { line, message } = arrival(y, [4], 0, room)
    expect([line, message?.control[0]?.data]).toEqual(["1 'm' fl=CTRUNC cm=[CRED]", data])
  }
})

test('credentials that are cut off are delivered as the bytes that there are', () => {
  const [x, y] = pairs['unix stream']()
  pass(y)
  sent(x, 'm')
  const { line, message } = arrival(y, [4], 0, 16 + 6)
  const pid = new Uint8Array(new Int32Array([mine.pid]).buffer)
  expect([line, message?.control[0]?.data]).toEqual(["1 'm' fl=CTRUNC cm=[CRED]", Uint8Array.of(...pid, 0, 0)])
})

test('H-065: bytes with and without credentials are not read together, and nobody is told for those without', () => {
  const [x, y] = pairs['unix stream']()
  const got = () => {
    const { line, message } = arrival(y, [10], 0, 64)
    return [line, (message?.control[0]?.data as Credentials | undefined)?.pid]
  }
  sent(x, 'aa')
  pass(y)
  sent(x, 'bb')
  expect([got(), got()]).toEqual([
    ["2 'aa' fl=0 cm=[CRED]", 0],
    ["2 'bb' fl=0 cm=[CRED]", mine.pid],
  ])
  sent(x, 'cc')
  pass(y, false)
  sent(x, 'dd')
  expect(got()).toEqual(["4 'ccdd' fl=0 cm=[]", undefined])
  pass(y)
  sent(x, 'ee')
  sent(x, 'ff')
  expect(got()).toEqual(["4 'eeff' fl=0 cm=[CRED]", mine.pid])
})

test('H-066: SO_PASSCRED is off at first, of one end only, and inherited by what a listener accepts', () => {
  const value = (fd: Fd): string => shown(getsockopt(fd, SOL_SOCKET, SO_PASSCRED))
  const [x, y] = pairs['unix stream']()
  expect([value(x), pass(x), value(x), value(y)]).toEqual(['false', '0', 'true', 'false'])
  const listener = unixListener()
  pass(listener.fd)
  const client = unix()
  unwrap(connect(client, listener.address))
  expect([value(own(unwrap(accept(listener.fd)).fd)), value(client)]).toEqual(['true', 'false'])
  // Since Linux 6.16; before that TCP took it and did nothing.
  const before616 = value(tcp()) === 'false'
  expect([value(tcp()), pass(tcp())]).toEqual(before616 ? ['false', '0'] : ['-1 EOPNOTSUPP', '-1 EOPNOTSUPP'])
})

// Numbers of constants that are newer than many headers
const SO_PASSPIDFD = 76 as SocketOption
const SO_PEERPIDFD = 77 as SocketOption
const SO_INQ = 84 as SocketOption

const isPidfd = (fd: Fd): boolean => /^Pid:\t\d+$/m.test(readFileSync(`/proc/self/fdinfo/${fd}`, 'latin1'))

test('H-067: SO_PASSPIDFD gives a descriptor that refers to the sender', ({ skip }) => {
  const [x, y] = pairs['unix stream']()
  if (setsockopt(y, SOL_SOCKET, SO_PASSPIDFD, 1).code === 'ENOPROTOOPT') {
    console.error('NOT HERE: SO_PASSPIDFD (Linux 6.5). H-067 is skipped.')
    skip()
  }
  sent(x, 'm')
  const { line, message, fds } = arrival(y, [4], 0, 64)
  expect([line, fds.map(isPidfd)]).toEqual(["1 'm' fl=0 cm=[PIDFD]", [true]])
  expect(message && descriptorsOf(message)).toEqual(fds)
  sent(x, 'm')
  expect(receivedMessage(y, 4, 0, 16)).toBe("1 'm' fl=CTRUNC cm=[]")
  const [peer] = new Int32Array(unwrap(getsockopt(y, SOL_SOCKET, SO_PEERPIDFD, 4)).slice().buffer)
  expect(isPidfd(own(peer as Fd))).toBe(true)
})

test('H-068: SO_INQ tells how much is left of a stream', ({ skip }) => {
  const ask = (fd: Fd): string => shown(setsockopt(fd, SOL_SOCKET, SO_INQ, 1))
  const [x, y] = pairs['unix stream']()
  const first = ask(y)
  if (first === '-1 ENOPROTOOPT') {
    console.error('NOT HERE: SO_INQ (Linux 6.17). H-068 is skipped.')
    skip()
  }
  expect([first, ask(pairs['unix dgram']()[0]), ask(pairs['unix seqpacket']()[0])]).toEqual([
    '0',
    '-1 ENOPROTOOPT',
    '-1 ENOPROTOOPT',
  ])
  sent(x, new Uint8Array(768))
  for (const left of [512, 256, 0]) {
    const { message } = arrival(y, [256], 0, 64)
    // A kind that is not typed: its bytes.
    const data = message?.control[0]?.data as Uint8Array
    expect([message?.count, [...new Int32Array(data.slice().buffer)]]).toEqual([256, [left]])
  }
})
