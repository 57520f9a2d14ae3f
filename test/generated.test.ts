// What follows from the rows of native/syscalls.h, for every call: generated files are fresh, misuse is refused by name,
// and a descriptor that is none, or no socket, gives the row's errno.
import { execFileSync } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import * as face from '../lib/index.js'
import { native, type Row } from '../lib/native.js'
import * as raw from '../lib/raw.js'
import { openCount } from './fixtures.js'
import { right, wrong } from './samples.js'

type Call = (...args: unknown[]) => number
type ResultCall = (...args: unknown[]) => face.Result<unknown>

const rawCall = (row: Row): Call => raw[row.name as keyof typeof raw] as unknown as Call
const resultCall = (row: Row): ResultCall => face[row.name as keyof typeof face] as unknown as ResultCall

/** The row's parameters that the Result face has too, found by name: what C writes through pointers is not among them. */
function resultParameters(row: Row): Row['parameters'] {
  const names: readonly string[] =
    /\(([^)]*)\)/.exec(resultCall(row).toString())?.[1]?.match(/\w+(?=\s*[,=]|\s*$)/g) ?? []
  return row.parameters.filter(({ name }) => names.includes(name))
}

test('the generated files are what the rows and constants.def say', () => {
  const root = fileURLToPath(new URL('..', import.meta.url))
  execFileSync('node', ['native/generate.mjs', '--check'], { cwd: root, stdio: 'pipe' })
})

describe.each(native.rows.map((row) => [row.name, row] as const))('%s', (name, row) => {
  test('is on both faces, with the parameters of the row in their order', () => {
    expect(rawCall(row)).toBeTypeOf('function')
    expect(resultCall(row)).toBeTypeOf('function')
    const inputs = row.parameters.filter(({ direction }) => direction !== 'out').map((parameter) => parameter.name)
    const offered = resultParameters(row).map((parameter) => parameter.name)
    expect(offered.filter((parameter) => inputs.includes(parameter))).toEqual(inputs)
  })

  for (const [index, parameter] of row.parameters.entries()) {
    test(`refuses a wrong ${parameter.name}, by name`, () => {
      const before = openCount()
      for (const value of wrong(parameter)) {
        const args = row.parameters.map(right)
        args[index] = value
        refuses(() => rawCall(row)(...args), name, parameter.name)
      }
      expect(openCount()).toBe(before)
    })
  }

  for (const [index, parameter] of resultParameters(row).entries()) {
    test(`refuses a wrong ${parameter.name} on the Result face, by name`, () => {
      for (const value of wrong(parameter)) {
        const args = resultParameters(row).map(right)
        args[index] = value
        refuses(() => resultCall(row)(...args), name, parameter.name)
      }
    })
  }

  if (row.parameters[0]?.type !== 'Fd') return

  test('with descriptor -1 fails with EBADF', () => {
    expect(rawCall(row)(...row.parameters.map(right))).toBe(-face.EBADF)
    expect(resultCall(row)(...resultParameters(row).map(right))).toMatchObject({
      ok: false,
      code: 'EBADF',
      syscall: name,
    })
  })

  const errno = row.parameters[0].whenNotASocket
  if (!errno) return

  test(`with a descriptor that is no socket fails with ${face.errnoName(errno)}`, () => {
    const fd = openSync('/dev/null', 'r')
    try {
      expect(rawCall(row)(fd, ...row.parameters.slice(1).map(right))).toBe(-errno)
      expect(resultCall(row)(fd, ...resultParameters(row).slice(1).map(right))).toMatchObject({ ok: false, errno })
    } finally {
      closeSync(fd)
    }
  })
})

function refuses(call: () => unknown, name: string, parameter: string): void {
  let error: unknown
  try {
    call()
  } catch (thrown) {
    error = thrown
  }
  expect(error instanceof TypeError || error instanceof RangeError, `${name} threw ${error}`).toBe(true)
  expect((error as Error).message).toMatch(new RegExp(`"${parameter}[^"]*" argument of ${name}\\(\\)`))
}
