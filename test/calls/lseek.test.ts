// Owns lseek(), which is here to show that a socket has no position.
import { expect, test } from 'vitest'
import { lseek, SEEK_SET } from '../../lib/index.js'
import { shown, unixPair } from '../fixtures.js'

test('A-107: lseek() on a socket fails with ESPIPE', () => {
  const [x] = unixPair()
  // Left out: pread() and pwrite(), which fail the same way but are no calls of ours.
  expect(shown(lseek(x, 0, SEEK_SET))).toBe('-1 ESPIPE')
})
