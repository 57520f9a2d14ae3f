// Results: the kernel's answer as a value.
import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { EBADF, recv, SystemError, strerror, unwrap } from '../lib/index.js'
import { bytes, sent, unixPair } from './fixtures.js'

const failed = () => recv(-1, new Uint8Array(8))
const done = () => {
  const [x, y] = unixPair()
  sent(x, 'abc')
  return recv(y, bytes('buffer'))
}

test('a success has a value, errno 0 and no code', () => {
  expect(done()).toEqual({ ok: true, value: 3, errno: 0, code: undefined })
})

test('a failure has errno as in C, its name, its message and the call', () => {
  expect(failed()).toMatchObject({ ok: false, value: undefined, errno: EBADF, code: 'EBADF', syscall: 'recv' })
  expect((failed() as { message: string }).message).toBe(strerror(EBADF))
})

test('both can be destructured before they are looked at', () => {
  const { ok, value, errno, code } = failed()
  expect([ok, value, errno, code]).toEqual([false, undefined, EBADF, 'EBADF'])
})

test('a failure shows all there is to know when printed', () => {
  for (const shown of [inspect(failed()), JSON.stringify(failed())])
    for (const part of ['EBADF', 'recv', '9', 'Bad file descriptor']) expect(shown).toContain(part)
})

test('unwrap gives the value', () => {
  expect(unwrap(done())).toBe(3)
})

test('unwrap throws the failure as an Error that carries it', () => {
  let error: unknown
  try {
    unwrap(failed())
  } catch (thrown) {
    error = thrown
  }
  expect(error).toBeInstanceOf(SystemError)
  expect(error).toBeInstanceOf(Error)
  expect(error).toMatchObject({
    name: 'SystemError',
    errno: EBADF,
    code: 'EBADF',
    syscall: 'recv',
    message: 'recv: EBADF (Bad file descriptor)',
  })
  expect((error as Error).stack).toContain('result.test.ts')
})

test('results of one kind are independent objects', () => {
  const [first, second] = [failed(), failed()]
  expect(first).not.toBe(second)
  expect(first).toEqual(second)
})
