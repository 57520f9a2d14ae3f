// dup(), dup2() and dup3(): more descriptors for the same open file.
import { closeSync, openSync } from 'node:fs'
import { expect, test } from 'vitest'
import {
  dup,
  dup2,
  dup3,
  F_GETFD,
  F_GETFL,
  F_SETFL,
  FD_CLOEXEC,
  fcntl,
  O_CLOEXEC,
  O_NONBLOCK,
  unwrap,
} from '../../lib/index.js'
import { own, received, sent, shown, shut, unixPair } from '../fixtures.js'

test('dup() gives the lowest free number, for the same socket', () => {
  const [x, y] = unixPair()
  const free = openSync('/dev/null', 'r')
  closeSync(free)
  const copy = own(unwrap(dup(y)))
  expect(copy).toBe(free)
  sent(x, 'ab')
  expect([received(copy, 1), received(y, 1)]).toEqual(["1 'a'", "1 'b'"])
})

test('a copy shares O_NONBLOCK, but not FD_CLOEXEC', () => {
  const [x] = unixPair()
  const copy = own(unwrap(dup3(x, 800, O_CLOEXEC)))
  unwrap(fcntl(copy, F_SETFL, O_NONBLOCK))
  expect(unwrap(fcntl(x, F_GETFL)) & O_NONBLOCK).toBe(O_NONBLOCK)
  expect([unwrap(fcntl(x, F_GETFD)), unwrap(fcntl(copy, F_GETFD))]).toEqual([0, FD_CLOEXEC])
})

test('dup2() replaces what the number was', () => {
  const [x, y] = unixPair()
  const [other] = unixPair()
  expect(unwrap(dup2(y, other))).toBe(other)
  sent(x, 'moved')
  expect(received(other, 8)).toBe("5 'moved'")
})

test('a descriptor copied to itself stays for dup2(), and is EINVAL for dup3()', () => {
  const [x, y] = unixPair()
  expect(unwrap(dup2(y, y))).toBe(y)
  expect(shown(dup3(y, y))).toBe('-1 EINVAL')
  sent(x, 'here')
  expect(received(y, 8)).toBe("4 'here'")
})

test('dup3() refuses another flag than O_CLOEXEC, and a number out of range', () => {
  const [x] = unixPair()
  expect(shown(dup3(x, 800, O_NONBLOCK))).toBe('-1 EINVAL')
  expect([shown(dup2(x, -1)), shown(dup3(x, 2 ** 31 - 1))]).toEqual(['-1 EBADF', '-1 EBADF'])
})

test('the connection ends when the last copy is closed', () => {
  const [x, y] = unixPair()
  const copy = own(unwrap(dup(x)))
  shut(x)
  sent(copy, 'still')
  expect(received(y, 8)).toBe("5 'still'")
  shut(copy)
  expect(received(y, 8)).toBe('0')
})
