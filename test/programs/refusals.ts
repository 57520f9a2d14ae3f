// Makes every call of the raw face with every wrong argument. Run by strace.test.ts, which sees that none reached the kernel.
import { native } from '../../lib/native.js'
import * as raw from '../../lib/raw.js'
import { right, wrong } from '../samples.js'

const attempts = native.rows.flatMap((row) =>
  row.parameters.flatMap((parameter, index) =>
    wrong(parameter).map((value) => ({
      row,
      args: row.parameters.map((each, at) => (at === index ? value : right(each))),
    })),
  ),
)
let refused = 0
raw.close(-1111)
for (const { row, args } of attempts)
  try {
    ;(raw[row.name as keyof typeof raw] as unknown as (...args: unknown[]) => number)(...args)
  } catch {
    refused++
  }
raw.close(-1111)
console.log(JSON.stringify({ attempts: attempts.length, refused }))
