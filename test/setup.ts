// Around every test: descriptors that the test registered are closed, and any socket it leaves open fails it. A test that
// blocks for ever in a system call, which no timer of this thread can end, is named, and its process ended, by another.
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { afterAll, afterEach, beforeEach, expect } from 'vitest'
import { closeOwned, openSockets, removeDirectories } from './fixtures.js'

const longest = 300_000 // ms: far beyond every test's own timeout
const name = new Uint8Array(new SharedArrayBuffer(1024))
const beats = new Int32Array(new SharedArrayBuffer(4))
const watchdog = new Worker(
  `const { name, beats, longest } = require('node:worker_threads').workerData
   for (;;) {
     const beat = Atomics.load(beats, 0)
     if (Atomics.wait(beats, 0, beat, longest) !== 'timed-out' || name[0] === 0) continue
     require('node:fs').writeSync(2, 'BLOCKED: ' + Buffer.from(name).toString().replace(/\\0.*/s, '') + '\\n')
     process.kill(process.pid, 'SIGKILL')
   }`,
  { eval: true, workerData: { name, beats, longest } },
)
await once(watchdog, 'online') // so that its descriptors are not taken for a test's
watchdog.unref()

function beat(test: string): void {
  new TextEncoder().encodeInto(test.slice(0, 300), name.fill(0))
  Atomics.add(beats, 0, 1)
  Atomics.notify(beats, 0)
}

let before: string[]

beforeEach(({ task }) => {
  beat(`${task.file.name}: ${task.name}`)
  before = openSockets()
})

afterEach(() => {
  beat('')
  closeOwned()
  expect(openSockets(), 'sockets left open by this test').toEqual(before)
})

afterAll(removeDirectories)
