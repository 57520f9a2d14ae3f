// Programs as children of a test: started, listened to, and ended with everything that they started.
import { spawn } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const deadline = 20_000

const { FORCE_COLOR: _, ...environment } = process.env
const children = new Set<Child>()

export class Child {
  stdout = ''
  stderr = ''
  /** The exit status, or 128 after a signal; undefined while it runs. */
  status: number | undefined
  readonly pid: number | undefined
  readonly #command: string
  readonly #process
  readonly #news = new EventEmitter()
  #exited = false

  constructor([program = '', ...args]: readonly string[]) {
    this.#command = [program, ...args].join(' ').slice(0, 200)
    const child = spawn(program, args, { cwd: root, detached: true, env: { ...environment, NO_COLOR: '1' } })
    this.#process = child
    this.pid = child.pid
    const timer = setTimeout(() => this.#kill(), deadline)
    child.stdout.setEncoding('utf8').on('data', (text) => this.#hear('stdout', text))
    child.stderr.setEncoding('utf8').on('data', (text) => this.#hear('stderr', text))
    child.stdin.on('error', () => {}) // it ended without reading
    child.on('error', (error) => this.#hear('stderr', String(error)))
    child.on('exit', () => {
      this.#exited = true
    })
    child.on('close', (code, signal) => {
      clearTimeout(timer)
      this.status = signal === null ? (code ?? 1) : 128
      this.#news.emit('news')
    })
    children.add(this)
  }

  #hear(stream: 'stdout' | 'stderr', text: string): void {
    this[stream] += text
    this.#news.emit('news')
  }

  /** With the group that it leads: what it started in turn. */
  #kill(): void {
    if (this.pid === undefined || this.#exited) return
    try {
      process.kill(-this.pid, 'SIGKILL')
    } catch {
      // it has just ended, and 'exit' is on its way
    }
  }

  #failure(what: string): Error {
    return new Error(
      `${this.#command}: ${what}\nstdout: ${this.stdout.slice(-2000)}\nstderr: ${this.stderr.slice(-2000)}`,
    )
  }

  /** Writes to its standard input. */
  type(text: string): this {
    this.#process.stdin.write(text)
    return this
  }

  /** Ends its standard input. */
  endInput(): this {
    this.#process.stdin.end()
    return this
  }

  /** Waits for something to appear in its output. */
  async says(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.stdout) ?? pattern.exec(this.stderr)
      if (match !== null) return match
      if (this.status !== undefined) throw this.#failure(`ended with ${this.status} and never said ${pattern}`)
      await once(this.#news, 'news')
    }
  }

  /** The port that it says it has: `port 4567`, or what nc and socat say. */
  async port(): Promise<string> {
    return (await this.says(/(?:port |127\.0\.0\.1[: ])(\d+)\n/))[1] as string
  }

  /** Waits for its end, and gives the exit status. */
  async end(): Promise<number> {
    while (this.status === undefined) await once(this.#news, 'news')
    return this.status
  }

  /** Waits for its end, which must be a success, and gives what it printed. */
  async output(): Promise<string> {
    if ((await this.end()) !== 0) throw this.#failure(`ended with ${this.status}`)
    return this.stdout
  }

  async stop(): Promise<void> {
    this.#kill()
    await this.end()
  }
}

export function start(...command: readonly string[]): Child {
  return new Child(command)
}

/** Ends every child that still runs: after each test. */
export async function stopAll(): Promise<void> {
  await Promise.all([...children].map((child) => child.stop()))
  children.clear()
}
