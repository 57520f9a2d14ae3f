// Constants and errnos: all there, with the platform's own values, and loud where the platform lacks them.
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { constants as osConstants } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import * as constants from '../lib/constants.js'
import { AF_INET, errnoName, isDefined, MSG_PEEK, SOCK_STREAM, socket, strerror } from '../lib/index.js'
import { native } from '../lib/native.js'
import { hasProgram, temporaryDirectory } from './fixtures.js'

const exported = Object.entries(constants).filter(([name]) => /^[A-Z]/.test(name)) as [string, number][]
const optional = new Set(constants.optionalNames)
const list = readFileSync(fileURLToPath(new URL('../native/constants.def', import.meta.url)), 'utf8')

test('every constant of the list is exported, once', () => {
  const names = list.match(/^[A-Z]\w+/gm) ?? []
  expect(names.length).toBeGreaterThan(900)
  expect(exported.map(([name]) => name).sort()).toEqual([...names].sort())
  expect(new Set(names).size).toBe(names.length)
})

test('every constant that is not marked optional exists and is an integer', () => {
  const missing = exported.filter(([name, value]) => !optional.has(name) && !Number.isSafeInteger(value))
  expect(missing).toEqual([])
})

test('every optional constant is an integer or loudly missing, never 0 or undefined by default', () => {
  for (const [name, value] of exported) {
    expect(isDefined(value)).toBe(name in native.constants)
    if (isDefined(value)) expect(Number.isSafeInteger(value), name).toBe(true)
    else expect(() => value | 0, name).toThrow(ReferenceError)
  }
})

const absent = exported.find(([, value]) => !isDefined(value)) as [string, number]

describe(`a constant that this platform lacks, such as ${absent[0]},`, () => {
  const [name, value] = absent

  test('throws in an expression, by name', () => {
    for (const use of [
      () => MSG_PEEK | value,
      () => value | MSG_PEEK,
      () => value + 1,
      () => value > 0,
      () => `${value}`,
    ])
      expect(use).toThrow(new ReferenceError(`${name} does not exist on this platform`))
  })

  test('is refused as an argument, by name', () => {
    const refusal = new RegExp(
      `argument of socket\\(\\) must be an integer. Received ${name}, which this platform lacks$`,
    )
    expect(() => socket(value, SOCK_STREAM)).toThrow(refusal)
    expect(() => socket(AF_INET, value)).toThrow(refusal)
  })

  test('equals no number', () => {
    expect(value === 0 || Object.values(native.constants).includes(value)).toBe(false)
  })
})

test.skipIf(!hasProgram('cc', 'gcc'))('the values are those that C gives them', () => {
  // The headers a C program would include, in another order than native/headers.h; <linux/…> only where libc has none.
  const headers =
    'stddef.h errno.h netdb.h poll.h fcntl.h unistd.h net/if.h arpa/inet.h netinet/tcp.h netinet/udp.h netinet/in.h sys/epoll.h ' +
    'sys/ioctl.h sys/un.h sys/uio.h sys/socket.h linux/sockios.h linux/netlink.h linux/rtnetlink.h linux/if_packet.h ' +
    'linux/if_ether.h linux/vm_sockets.h linux/can.h linux/if_alg.h linux/errqueue.h linux/filter.h'
  const directory = temporaryDirectory()
  const [source, program] = [join(directory, 'values.c'), join(directory, 'values')]
  writeFileSync(
    source,
    `#define _GNU_SOURCE\n${headers.replaceAll(/\S+/g, '#include <$&>\n')}#include <stdio.h>\nint main(void) {\n${exported
      .map(([name]) => `#ifdef ${name}\nprintf("${name} %lld\\n", (long long)(${name}));\n#endif\n`)
      .join('')}}\n`,
  )
  execFileSync('cc', ['-w', '-o', program, source])
  const values = execFileSync(program, { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.split(' '))
  expect(values.length).toBeGreaterThan(900)
  expect(Object.fromEntries(values.map(([name]) => [name, native.constants[name as string]]))).toEqual(
    Object.fromEntries(values.map(([name, value]) => [name, Number(value)])),
  )
})

describe('errnos', () => {
  test("have the numbers that Node's own table has", () => {
    for (const [name, number] of Object.entries(osConstants.errno))
      expect([name, native.constants[name]]).toEqual([name, number])
  })

  test('have one name each: the first of two, and none where there is none', () => {
    expect(errnoName(constants.EAGAIN)).toBe('EAGAIN')
    expect(errnoName(constants.EWOULDBLOCK)).toBe('EAGAIN')
    expect(errnoName(constants.ECONNREFUSED)).toBe('ECONNREFUSED')
    expect([0, -11, 9999].map(errnoName)).toEqual([undefined, undefined, undefined])
    for (const name of constants.errnoNames) {
      const number = native.constants[name]
      if (number !== undefined) expect(native.constants[errnoName(number) as string]).toBe(number)
    }
  })

  test.skipIf(!hasProgram('python3', 'python3'))("have the C library's messages, as Python shows them", () => {
    const numbers = constants.errnoNames.map((name) => native.constants[name]).filter((n) => n !== undefined)
    const script = `import os,json;print(json.dumps([os.strerror(n) for n in ${JSON.stringify([...numbers, 0, 9999, -5])}]))`
    const messages = JSON.parse(execFileSync('python3', ['-c', script], { encoding: 'utf8' }))
    expect([...numbers, 0, 9999, -5].map(strerror)).toEqual(messages)
  })
})
