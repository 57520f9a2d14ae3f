// Owns getaddrinfo(), getnameinfo(), gethostbyname() and their messages, held against Python's. No test asks a name server.
import { describe, expect, test } from 'vitest'
import {
  type AddressInfoHints,
  AF_INET,
  AF_INET6,
  AF_UNIX,
  AI_CANONNAME,
  AI_NUMERICHOST,
  AI_NUMERICSERV,
  AI_PASSIVE,
  addressInfoErrorNames,
  EAI_AGAIN,
  EAI_FAMILY,
  EAI_NONAME,
  EAI_OVERFLOW,
  EAI_SERVICE,
  gai_strerror,
  getaddrinfo,
  gethostbyname,
  getnameinfo,
  HOST_NOT_FOUND,
  hstrerror,
  type Inet6Address,
  NI_DGRAM,
  NI_NUMERICHOST,
  NI_NUMERICSERV,
  NO_DATA,
  NO_RECOVERY,
  SOCK_DGRAM,
  SOCK_STREAM,
  SystemError,
  sockaddr,
  TRY_AGAIN,
  unwrap,
} from '../../lib/index.js'
import { native } from '../../lib/native.js'
import * as raw from '../../lib/raw.js'
import { hasProgram, loopback, mayRun, ownProcess, python } from '../fixtures.js'

const hosts = ['127.0.0.1', '::1', 'fe80::1%lo', '127.1']
const numeric = { flags: AI_NUMERICHOST }
type Question = [node: string | null, service: string | number | null, hints: AddressInfoHints]

const answered: Question[] = [
  ...hosts.map((host): Question => [host, 80, numeric]),
  ['127.0.0.1', null, { flags: AI_NUMERICHOST, socktype: SOCK_STREAM }],
  ['127.0.0.1', 'http', { flags: AI_NUMERICHOST }],
  ['127.0.0.1', 'domain', { flags: AI_NUMERICHOST, socktype: SOCK_DGRAM }],
  ['127.0.0.1', '65535', { flags: AI_NUMERICHOST | AI_NUMERICSERV, socktype: SOCK_DGRAM }],
  ['::1', 0, { family: AF_INET6, socktype: SOCK_DGRAM, protocol: 17 }],
  ['127.0.0.1', 80, { flags: AI_NUMERICHOST | AI_CANONNAME }],
  ['localhost', 'http', { family: AF_INET }],
  ['localhost', 1, { family: AF_INET, flags: AI_CANONNAME, socktype: SOCK_STREAM }],
  [null, 80, { flags: AI_PASSIVE }],
  [null, 80, { socktype: SOCK_STREAM }],
  [null, '80', { flags: AI_PASSIVE, family: AF_INET6, socktype: SOCK_STREAM }],
]
const failed: Question[] = [
  ['no.such', null, numeric],
  ['300.1.1.1', null, numeric],
  ['', null, numeric],
  [null, null, {}],
  [null, null, { flags: AI_PASSIVE }],
  ['::1', null, { flags: AI_NUMERICHOST, family: AF_INET }],
  ['127.0.0.1', null, { flags: AI_NUMERICHOST, family: AF_INET6 }],
  ['127.0.0.1', 'http', { flags: AI_NUMERICHOST | AI_NUMERICSERV }],
  ['127.0.0.1', 'nosuch', { flags: AI_NUMERICHOST, socktype: SOCK_STREAM }],
  ['127.0.0.1', 'http', { flags: AI_NUMERICHOST, socktype: 3 }],
  ['127.0.0.1', null, { flags: AI_NUMERICHOST, family: AF_UNIX }],
  ['127.0.0.1', null, { flags: AI_NUMERICHOST, socktype: 99 }],
  ['127.0.0.1', null, { flags: 1 << 20 }],
  [null, 80, { flags: AI_CANONNAME }],
]

const pythonCall = ([node, service, { family = 0, socktype = 0, protocol = 0, flags = 0 }]: Question): string =>
  `s.getaddrinfo(${[node, service].map((each) => (each === null ? 'None' : JSON.stringify(each)))}, ${[family, socktype, protocol, flags]})`
const pythonResults = (questions: Question[]): unknown =>
  python(
    `(lambda s, t: [t(f, s) for f in [${questions.map((each) => `lambda s: ${pythonCall(each)}`)}]])(socket, ` +
      `__import__('runpy').run_path(${JSON.stringify(new URL('../peers/outcome.py', import.meta.url).pathname)})['outcome'])`,
  )

describe.skipIf(!hasProgram('python3', 'python3'))("as Python's", () => {
  test('getaddrinfo: hosts, services, families, types and flags', () => {
    const own = answered.map(([node, service, hints]) =>
      unwrap(getaddrinfo(node, service, hints)).map(({ family, socktype, protocol, canonname, address }) => {
        const { address: text, port, flowinfo, scopeId } = address as Inet6Address
        const rest = family === AF_INET6 ? [flowinfo, scopeId] : []
        return [family, socktype, protocol, canonname ?? '', [text, port, ...rest]]
      }),
    )
    expect(own).toEqual(pythonResults(answered))
  })

  test('getaddrinfo: failures, by number and message', () => {
    const own = failed.map(([node, service, hints]) => {
      const result = getaddrinfo(node, service, hints)
      return result.ok ? result.value : [result.errno, result.message]
    })
    expect(own).toEqual(pythonResults(failed))
  })

  test('getnameinfo', () => {
    const questions: [host: string, port: number, flags: number][] = [
      ['127.0.0.1', 80, 0],
      ['127.0.0.1', 80, NI_NUMERICHOST],
      ['127.0.0.1', 80, NI_NUMERICHOST | NI_NUMERICSERV],
      ['127.0.0.1', 53, NI_NUMERICHOST | NI_DGRAM],
      ['127.0.0.1', 65535, NI_NUMERICHOST],
      ['::1', 22, NI_NUMERICHOST],
    ]
    const own = questions.map(([address, port, flags]) => {
      const family = address.includes(':') ? AF_INET6 : AF_INET
      const { host, service } = unwrap(getnameinfo({ family, address, port }, flags))
      return [host, service]
    })
    const asked = questions.map(
      ([host, port, flags]) => `socket.getnameinfo((${JSON.stringify(host)}, ${port}), ${flags})`,
    )
    expect(own).toEqual(python(`[${asked}]`))
  })

  test('gethostbyname, of names and addresses', () => {
    const names = ['localhost', '127.0.0.1', '127.1']
    const own = names.map((name) => {
      const { name: official, aliases, addresses } = unwrap(gethostbyname(name)) ?? {}
      return [official, aliases, addresses]
    })
    expect(own).toEqual(python(`[socket.gethostbyname_ex(n) for n in ${JSON.stringify(names)}]`))
  })
})

test('an address found can be used as it is, and tells the flags it was asked with', () => {
  const [found] = unwrap(getaddrinfo('127.0.0.1', 80, { flags: AI_NUMERICHOST, socktype: SOCK_STREAM }))
  expect(found).toEqual({
    flags: AI_NUMERICHOST,
    family: AF_INET,
    socktype: SOCK_STREAM,
    protocol: 6,
    address: { family: AF_INET, address: '127.0.0.1', port: 80 },
    canonname: null,
  })
})

test('a failure has a number, a name and a message of its own, and no errno', () => {
  const result = getaddrinfo('no.such', null, numeric)
  expect(result).toMatchObject({
    ok: false,
    value: undefined,
    errno: EAI_NONAME,
    code: 'EAI_NONAME',
    syscall: 'getaddrinfo',
  })
  expect(result).not.toHaveProperty('cause')
  expect((result as { message: string }).message).toBe(gai_strerror(EAI_NONAME))
  expect(() => unwrap(result)).toThrow(new SystemError(result as never))
  expect(JSON.parse(JSON.stringify(result)).message).toBe('Name or service not known')
})

test('null is NULL for hints, and {} a struct of zeros', () => {
  // NULL means AI_V4MAPPED | AI_ADDRCONFIG to glibc, as its manual says.
  const flags = (hints: AddressInfoHints | null): number[] =>
    unwrap(getaddrinfo('127.0.0.1', 80, hints)).map((each) => each.flags)
  expect(new Set(flags({}))).toEqual(new Set([0]))
  expect(new Set(flags(null))).toEqual(new Set([0x28]))
  expect(unwrap(getaddrinfo('127.0.0.1')).map(({ address }) => address)).toContainEqual(loopback)
})

test('a port that 16 bits cannot hold is refused as a number; the library cuts it as a text', () => {
  expect(() => getaddrinfo('127.0.0.1', 65536, numeric)).toThrow(
    /^The "service" argument of getaddrinfo\(\) must be an integer from 0 to 65535/,
  )
  expect(unwrap(getaddrinfo('127.0.0.1', '65617', { ...numeric, socktype: 1 }))[0]?.address).toEqual({
    ...loopback,
    port: 81,
  })
  expect(getaddrinfo('127.0.0.1', '-1', { ...numeric, socktype: 1 }).errno).toBe(EAI_SERVICE)
})

test('hints whose getters throw, or change what was asked, harm nothing', () => {
  const thrown = new Error('mine')
  const throwing = Object.defineProperty({}, 'family', {
    get() {
      throw thrown
    },
  })
  expect(() => getaddrinfo('127.0.0.1', 80, throwing)).toThrow(thrown)
  const list: [] = []
  const nested = Object.defineProperty({ flags: AI_NUMERICHOST }, 'family', {
    get() {
      unwrap(getaddrinfo('::1', 1, numeric))
      return AF_INET
    },
  })
  expect(raw.getaddrinfo('127.0.0.1', 80, nested, list)).toBe(0)
  expect(list.length).toBe(3)
  expect(() => raw.getaddrinfo('127.0.0.1', 80, null, Object.freeze([]) as never)).toThrow(TypeError)
})

test('getnameinfo of what is no internet address: too short, another family, a path without an end', () => {
  for (const address of [
    new Uint8Array(0),
    new Uint8Array([2]),
    sockaddr(loopback).subarray(0, 15),
    new Uint8Array([99, 0, 1, 2]),
  ])
    expect(getnameinfo(address, NI_NUMERICHOST)).toMatchObject({
      errno: EAI_FAMILY,
      code: 'EAI_FAMILY',
      syscall: 'getnameinfo',
    })
  // glibc takes the path up to its NUL, wherever that is.
  for (const path of ['/tmp/x', '/'.repeat(108), '/'.repeat(300)])
    expect(getnameinfo({ family: AF_UNIX, path }).value?.service).toBe(path)
  expect(getnameinfo({ family: AF_UNIX, path: '' }).value?.service).toBe('')
})

test('the raw face of getnameinfo writes texts that end with NUL, and says when there is too little room', () => {
  const [host, service] = [Buffer.alloc(16, '.'), Buffer.alloc(4, '.')]
  const address = { ...loopback, port: 9 }
  expect(raw.getnameinfo(address, host, service, NI_NUMERICHOST | NI_NUMERICSERV)).toBe(0)
  expect([host.toString(), service.toString()]).toEqual(['127.0.0.1\0......', '9\0..'])
  expect(raw.getnameinfo(address, host.subarray(0, 9), service, NI_NUMERICHOST)).toBe(EAI_OVERFLOW)
  expect(host.subarray(9).toString()).toBe('\0......')
})

test('every EAI_ number has its name and its message', () => {
  const numbers = addressInfoErrorNames.flatMap((name) => native.constants[name] ?? [])
  expect(numbers.length).toBeGreaterThan(10)
  expect(numbers).not.toContain(0)
  // glibc has no words for this one.
  expect(numbers.filter((number) => gai_strerror(number) === gai_strerror(12345))).toEqual([EAI_OVERFLOW])
  expect(gai_strerror(EAI_AGAIN)).toBe('Temporary failure in name resolution')
  const messages = [HOST_NOT_FOUND, TRY_AGAIN, NO_RECOVERY, NO_DATA].map(hstrerror)
  expect(new Set([...messages, hstrerror(99)]).size).toBe(5)
})

test.skipIf(!mayRun('prlimit', '--nofile'))('EAI_SYSTEM comes with the errno; the databases give it themselves', () => {
  expect(ownProcess('names without descriptors')).toEqual([
    '-1 EAI_SYSTEM',
    'getaddrinfo EMFILE Too many open files',
    '-1 EAI_SYSTEM',
    '-1 EMFILE',
    '-1 EMFILE',
    '-1 EMFILE',
    '-1 EMFILE',
  ])
})

// Neither a network nor a daemon that has one: those that resolve names for others listen below /run.
const noNetwork = ['unshare', '--net', '--mount', 'sh', '-c', 'mount -t tmpfs none /run && exec "$@"', 'sh']
test.skipIf(!mayRun(...noNetwork, 'true'))(
  'without a network, no name server answers: EAI_AGAIN, and TRY_AGAIN as h_errno',
  () => {
    expect(ownProcess('names without a network', ...noNetwork)).toEqual([
      '-1 EAI_AGAIN',
      '-1 EAI_AGAIN',
      '-1 TRY_AGAIN',
    ])
  },
)
