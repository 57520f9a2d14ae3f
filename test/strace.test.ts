// Proof that the calls are real: strace, which is not ours, sees exactly the system calls that a script reports.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { native } from '../lib/native.js'
import { hasProgram, temporaryDirectory } from './fixtures.js'

const programs = fileURLToPath(new URL('programs/', import.meta.url))
// The system calls behind the rows: on every architecture some are made by another's name.
const traced = [
  ...native.rows.filter(({ man }) => man.endsWith('(2)')).map(({ name }) => name),
  'pselect6',
  'epoll_pwait',
].filter((name) => name !== 'send' && name !== 'recv' && name !== 'pselect')

/** The system calls of the main thread between the two `close(-1111)` of a program, and what it printed. */
function trace(...command: string[]): { calls: string[]; output: string } {
  const log = join(temporaryDirectory(), 'log')
  const names = traced.map((name) => `?${name}`).join(',')
  const output = execFileSync(
    'strace',
    ['-qq', '-s', '64', '-e', `trace=${names}`, '-e', 'signal=none', '-o', log, process.execPath, ...command],
    {
      encoding: 'utf8',
    },
  )
  const lines = readFileSync(log, 'utf8').trim().split('\n')
  const isWakeUp = (line: string): boolean => /^write\(\d+, "\\1(\\0){7}", 8\) += 8$/.test(line) // libuv's own, to its eventfd
  const isMarker = (line: string): boolean => line.startsWith('close(-1111)')
  const calls = lines
    .slice(lines.findIndex(isMarker) + 1, lines.findLastIndex(isMarker))
    .filter((line) => !isWakeUp(line))
  const withoutChance = (line: string): string =>
    line
      .replace(/ +(= )/, ' $1')
      .replaceAll(/0x[0-9a-f]{7,}/g, '0x…')
      .replace(/left \{.*?\}/, 'left {…}')
  return { calls: calls.map(withoutChance), output }
}

describe.skipIf(!hasProgram('strace', 'strace'))('strace', () => {
  test('sees exactly the calls, arguments and results that a script reports', () => {
    const { calls, output } = trace(join(programs, 'traced.mjs'))
    const reported = JSON.parse(output) as string[]
    expect(reported.length).toBeGreaterThan(50)
    expect(calls).toEqual(reported)
  })

  test('sees no call when an argument is refused', () => {
    const { calls, output } = trace('--import', 'tsx', join(programs, 'refusals.ts'))
    const { attempts, refused } = JSON.parse(output) as { attempts: number; refused: number }
    expect(attempts).toBeGreaterThan(500)
    expect(refused).toBe(attempts)
    expect(calls).toEqual([])
  })
})
