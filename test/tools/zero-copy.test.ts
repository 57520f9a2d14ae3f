// Owns the test of examples/tools/zero-copy.ts: every send is told to be done, once and in order.
import { afterEach, expect, test } from 'vitest'
import { start, stopAll } from '../peers/peers.js'

afterEach(stopAll)

test.each([
  [1, 100],
  [8, 16_384],
  [40, 100_000],
])('J-031: zero-copy: of %i sends of %i bytes each is done once, in order', async (sends, bytes) => {
  const tool = ['--import', 'tsx', 'examples/tools/zero-copy.ts', String(sends), String(bytes)]
  const output = await start(process.execPath, ...tool).output()
  const lines = output.trimEnd().split('\n')
  const ranges = lines.map((line) => {
    const [, one, first, last] = /^Sends? (?:(\d+) is|(\d+) to (\d+) are) done(?: \(copied all the same\))?$/.exec(
      line,
    )!
    return [Number(one ?? first), Number(one ?? last)] as const
  })
  const done = ranges.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, i) => first + i))
  expect(done).toEqual(Array.from({ length: sends }, (_, i) => i))
  expect(ranges[0]).toEqual([0, 0]) // asked for alone
})
