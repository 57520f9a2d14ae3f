// Owns getservbyname(), getservbyport(), getprotobyname() and getprotobynumber(), held against getent.
import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import {
  getprotobyname,
  getprotobynumber,
  getservbyname,
  getservbyport,
  htons,
  IPPROTO_TCP,
  unwrap,
} from '../../lib/index.js'
import * as raw from '../../lib/raw.js'
import { hasProgram } from '../fixtures.js'

const lines = (database: string): string[][] =>
  execFileSync('getent', [database], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.split(/\s+/))

describe.skipIf(!hasProgram('getent', 'libc-bin'))('as getent', () => {
  test('every service, by name and by port', () => {
    const services = lines('services')
    expect(services.length).toBeGreaterThan(20)
    const taken = new Set<string>() // by an earlier line
    for (const [name = '', at = '', ...aliases] of services) {
      const [port, protocol] = [Number(at.split('/')[0]), at.split('/')[1] as string]
      const entry = { name, aliases, port, protocol }
      if (!taken.has(`${name}/${protocol}`)) expect(unwrap(getservbyname(name, protocol))).toEqual(entry)
      if (!taken.has(at)) expect(unwrap(getservbyport(htons(port), protocol))).toEqual(entry)
      for (const each of [name, ...aliases]) taken.add(`${each}/${protocol}`)
      taken.add(at)
    }
  })

  test('every protocol, by name, by alias and by number', () => {
    const protocols = lines('protocols')
    expect(protocols.length).toBeGreaterThan(20)
    for (const [name = '', number, ...aliases] of protocols) {
      const entry = { name, aliases, protocol: Number(number) }
      for (const each of [name, ...aliases]) expect(unwrap(getprotobyname(each))).toEqual(entry)
      expect(unwrap(getprotobynumber(entry.protocol))).toMatchObject({ protocol: entry.protocol })
    }
  })
})

test('a service of any protocol is the first one there is', () => {
  expect(unwrap(getservbyname('domain'))?.port).toBe(53)
  expect(unwrap(getservbyport(htons(53)))?.name).toBe('domain')
})

test('a miss is null, not a failure', () => {
  for (const miss of [
    getservbyname('nosuch'),
    getservbyname(''),
    getservbyname('http', 'sctp-not'),
    getservbyport(htons(1), 'nosuch'),
    getservbyport(-1),
    getprotobyname('nosuch'),
    getprotobynumber(-1),
  ])
    expect(miss).toEqual({ ok: true, value: null, errno: 0, code: undefined })
})

test('the raw face gives 1 and appends the entry, or 0', () => {
  const entries: never[] = []
  expect(raw.getprotobynumber(IPPROTO_TCP, entries)).toBe(1)
  expect(raw.getprotobynumber(-1, entries)).toBe(0)
  expect(entries).toMatchObject([{ name: 'tcp' }])
})
