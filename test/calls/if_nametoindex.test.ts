// Owns if_nametoindex(), if_indextoname() and if_nameindex(), held against Python and /sys/class/net.
import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { ENOSPC, if_indextoname, if_nameindex, if_nametoindex, unwrap } from '../../lib/index.js'
import * as raw from '../../lib/raw.js'
import { hasProgram, python, shown } from '../fixtures.js'

test.skipIf(!hasProgram('python3', 'python3'))('the interfaces are those that Python sees', () => {
  expect(unwrap(if_nameindex()).map(({ index, name }) => [index, name])).toEqual(python('socket.if_nameindex()'))
})

test('each is one of /sys/class/net, and its name and index lead to each other', () => {
  const list = unwrap(if_nameindex())
  const isLink = (name: string): boolean => name !== 'bonding_masters' // a file
  expect(list.map(({ name }) => name).sort()).toEqual(readdirSync('/sys/class/net').filter(isLink).sort())
  for (const { index, name } of list) {
    expect(Number(readFileSync(`/sys/class/net/${name}/ifindex`, 'utf8'))).toBe(index)
    expect([unwrap(if_nametoindex(name)), unwrap(if_indextoname(index))]).toEqual([index, name])
  }
})

test('an interface that does not exist is ENODEV by name, however long, and ENXIO by index', () => {
  for (const name of ['nosuch', '', 'x'.repeat(15), 'x'.repeat(16), 'x'.repeat(100_000)])
    expect(shown(if_nametoindex(name))).toBe('-1 ENODEV')
  for (const index of [0, 99999, 2 ** 32 - 1]) expect(shown(if_indextoname(index))).toBe('-1 ENXIO')
  expect(() => if_indextoname(-1)).toThrow(RangeError)
})

test('the raw face writes the name and gives its length, or ENOSPC', () => {
  const text = Buffer.alloc(4, '.')
  expect([raw.if_indextoname(1, text), text.toString()]).toEqual([2, 'lo..'])
  expect(raw.if_indextoname(1, new Uint8Array(1))).toBe(-ENOSPC)
})
