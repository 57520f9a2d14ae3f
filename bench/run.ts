// Runs every trial with all contestants in turn, round after round in changing order, and prints medians as ratios to C:
// the machine's speed drifts, the ratio within one round hardly does. `--quick` for fewer rounds, `--json` for data.
import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const { values: options } = parseArgs({ options: { quick: { type: 'boolean' }, json: { type: 'boolean' } } })
const rounds = options.quick ? 9 : 31
const roundNs = 25e6
const here = fileURLToPath(new URL('.', import.meta.url))
const directory = mkdtempSync(join(tmpdir(), 'sys-socket-bench-'))

interface Contestant {
  readonly name: string
  readonly command: readonly string[]
}

interface Measured {
  readonly trial: string
  readonly contestant: string
  readonly ns: number
  readonly ratio: number
  readonly low: number
  readonly high: number
}

const node = [process.execPath, '--import', 'tsx', join(here, 'pair.ts')]
const contestants: readonly Contestant[] = [
  { name: 'C', command: [join(directory, 'pair')] },
  { name: 'sys-socket/raw', command: [...node, 'raw'] },
  { name: 'sys-socket', command: [...node, 'result'] },
  { name: 'Python socket', command: ['python3', join(here, 'pair.py')] },
]
const trials = [
  ['stream', '64'],
  ['seqpacket', '64'],
  ['udp', '64'],
  ['stream', '65536'],
] as const

try {
  execFileSync('cc', ['-O2', '-o', join(directory, 'pair'), join(here, 'pair.c')], { stdio: 'inherit' })
  const measured: Measured[] = []
  for (const [kind, size] of trials) measured.push(...(await race(kind, size)))
  print(measured)
} finally {
  rmSync(directory, { recursive: true })
}

async function race(kind: string, size: string): Promise<Measured[]> {
  const runners = contestants.map(({ command: [file, ...rest] }) => start(file as string, [...rest, kind, size]))
  try {
    const pairs = Math.max(100, Math.round((1000 / (await runners[0]!(1000))) * roundNs))
    for (let warmUp = 0; warmUp < 3; warmUp++) for (const run of runners) await run(pairs)
    const times: number[][] = contestants.map(() => [])
    for (let round = 0; round < rounds; round++)
      for (let turn = 0; turn < runners.length; turn++) {
        const index = (turn + round) % runners.length
        times[index]!.push((await runners[index]!(pairs)) / pairs)
      }
    return contestants.map(({ name }, index) => {
      const ratios = times[index]!.map((time, round) => time / times[0]![round]!).sort((a, b) => a - b)
      return {
        trial: `${kind} ${size} B`,
        contestant: name,
        ns: quantile(
          times[index]!.toSorted((a, b) => a - b),
          0.5,
        ),
        ratio: quantile(ratios, 0.5),
        low: quantile(ratios, 0.25),
        high: quantile(ratios, 0.75),
      }
    })
  } finally {
    for (const run of runners) run.stop()
  }
}

/** A contestant as a function: how many nanoseconds so many pairs take. */
function start(file: string, args: string[]): { (pairs: number): Promise<number>; stop(): void } {
  const child = spawn(file, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const run = async (pairs: number): Promise<number> => {
    child.stdin.write(`${pairs}\n`)
    const { value, done } = await lines.next()
    if (done) throw new Error(`${file} ${args.join(' ')} ended early`)
    return Number(value)
  }
  return Object.assign(run, { stop: () => child.stdin.end() })
}

function quantile(sorted: number[], q: number): number {
  return sorted[Math.floor(q * (sorted.length - 1))] as number
}

function print(measured: Measured[]): void {
  if (options.json) {
    console.log(JSON.stringify(measured, undefined, 2))
    return
  }
  console.log(
    `One send and one recv in one thread: median of ${rounds} rounds, ratio to C in the same round (quartiles)\n`,
  )
  for (const { trial, contestant, ns, ratio, low, high } of measured)
    console.log(
      `${trial.padEnd(16)}${contestant.padEnd(16)}${ns.toFixed(0).padStart(7)} ns  ${ratio.toFixed(3)}  (${low.toFixed(3)}–${high.toFixed(3)})`,
    )
}
