// `npm start`: a walk through what the receive flags really do on this kernel, on real sockets. Each line is a call and
// what the kernel returned; nothing is looked up.

import { release } from 'node:os'
import { styleText } from 'node:util'
import { isMainThread, Worker, workerData } from 'node:worker_threads'
import {
  AF_INET,
  AF_UNIX,
  accept,
  bind,
  close,
  connect,
  type Fd,
  getsockname,
  listen,
  type MessageFlags,
  MSG_DONTWAIT,
  MSG_OOB,
  MSG_PEEK,
  MSG_TRUNC,
  MSG_WAITALL,
  type Result,
  recv,
  SHUT_WR,
  SOCK_DGRAM,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  send,
  shutdown,
  sockatmark,
  socket,
  socketpair,
  unwrap,
} from './index.js'

const flagNames = { MSG_PEEK, MSG_WAITALL, MSG_TRUNC, MSG_DONTWAIT, MSG_OOB }
const loopback = { family: AF_INET, address: '127.0.0.1', port: 0 }

interface Kind {
  readonly name: string
  readonly made: string
  readonly isStream: boolean
  pair(): [Fd, Fd]
}

const kinds: readonly Kind[] = [
  { name: 'TCP', made: 'AF_INET, SOCK_STREAM', isStream: true, pair: tcpPair },
  { name: 'UNIX stream', made: 'AF_UNIX, SOCK_STREAM', isStream: true, pair: () => unixPair(SOCK_STREAM) },
  { name: 'UDP', made: 'AF_INET, SOCK_DGRAM', isStream: false, pair: udpPair },
  { name: 'UNIX datagram', made: 'AF_UNIX, SOCK_DGRAM', isStream: false, pair: () => unixPair(SOCK_DGRAM) },
  { name: 'UNIX seqpacket', made: 'AF_UNIX, SOCK_SEQPACKET', isStream: false, pair: () => unixPair(SOCK_SEQPACKET) },
]

/** The calls of one experiment, printed as they are made. The first end sends, the second receives. */
class Walk {
  readonly #sender: Fd
  readonly #receiver: Fd

  constructor([sender, receiver]: [Fd, Fd]) {
    this.#sender = sender
    this.#receiver = receiver
  }

  send(text: string, flags: MessageFlags = 0): void {
    const data = Buffer.from(text)
    line(`send(${this.#sender}, "${text}", ${data.length}, ${flagText(flags)})`, send(this.#sender, data, flags))
  }

  recv(size: number, flags: MessageFlags = 0, remark = ''): void {
    const buffer = new Uint8Array(size)
    const start = performance.now()
    const result = recv(this.#receiver, buffer, flags)
    const waited = performance.now() - start
    const shown = result.ok
      ? `"${Buffer.from(buffer.subarray(0, result.value)).toString().replaceAll('\0', '\\0')}"`
      : '…'
    const took = waited > 20 ? `waited ${waited.toFixed(0)} ms` : ''
    line(
      `recv(${this.#receiver}, ${shown}, ${size}, ${flagText(flags)})`,
      result,
      [took, remark].filter(Boolean).join('; '),
    )
  }

  atMark(): void {
    line(`sockatmark(${this.#receiver})`, sockatmark(this.#receiver))
  }

  endSending(): void {
    line(`shutdown(${this.#sender}, SHUT_WR)`, shutdown(this.#sender, SHUT_WR))
  }

  /** Another thread sends while this one waits in the kernel. */
  sendLater(text: string, milliseconds: number): void {
    console.log(styleText('dim', `  (another thread sends "${text}" in ${milliseconds} ms)`))
    helper.send(this.#sender, text, milliseconds)
  }

  end(): void {
    close(this.#sender)
    close(this.#receiver)
  }
}

const topics: readonly { title: string; walk(walk: Walk, kind: Kind): void }[] = [
  {
    title: 'Record boundaries: two sends of three bytes, then receives of four',
    walk(walk) {
      walk.send('abc')
      walk.send('def')
      walk.recv(4)
      walk.recv(4, MSG_DONTWAIT)
    },
  },
  {
    title: 'MSG_PEEK: look, and leave it queued',
    walk(walk) {
      walk.send('hello')
      walk.recv(16, MSG_PEEK)
      walk.recv(2, MSG_PEEK)
      walk.recv(16)
      walk.recv(16, MSG_PEEK | MSG_DONTWAIT)
    },
  },
  {
    title: 'MSG_WAITALL: wait until the buffer is full',
    walk(walk, { isStream }) {
      walk.send('abc')
      if (!isStream) return walk.recv(6, MSG_WAITALL, 'a message is never waited for in parts')
      walk.recv(6)
      walk.send('abc')
      walk.sendLater('def', 50)
      walk.recv(6, MSG_WAITALL)
      walk.send('gh')
      walk.endSending()
      walk.recv(6, MSG_WAITALL, 'the end of the stream ends the wait')
    },
  },
  {
    title: 'MSG_TRUNC: the length the message really had',
    walk(walk, { isStream }) {
      walk.send('0123456789')
      walk.recv(4, MSG_TRUNC | MSG_PEEK)
      walk.recv(4, MSG_TRUNC)
      walk.recv(16, MSG_DONTWAIT, isStream ? '' : 'the rest of the message is gone')
    },
  },
  {
    title: 'MSG_DONTWAIT: never block, whatever the descriptor says',
    walk(walk) {
      walk.recv(16, MSG_DONTWAIT)
      walk.send('now')
      walk.recv(16, MSG_DONTWAIT)
      walk.recv(16, MSG_DONTWAIT)
    },
  },
  {
    title: 'MSG_OOB: one urgent byte beside the stream',
    walk(walk, { isStream }) {
      walk.send('abX', MSG_OOB)
      if (isStream) {
        walk.recv(16, 0, 'stops at the mark')
        walk.atMark()
      }
      walk.recv(1, MSG_OOB | (isStream ? 0 : MSG_DONTWAIT))
    },
  },
]

const callWidth = 46
function line(call: string, result: Result<unknown>, remark = ''): void {
  const value = result.ok
    ? styleText('green', String(Number(result.value ?? 0)))
    : styleText('yellow', `-1 ${result.code} (${result.message})`)
  console.log(`  ${call.padEnd(callWidth)} = ${value}${remark && styleText('dim', `   ${remark}`)}`)
}

function flagText(flags: MessageFlags): string {
  const set = Object.entries(flagNames).filter(([, bit]) => (flags & bit) !== 0)
  return set.map(([name]) => name).join('|') || '0'
}

function tcpPair(): [Fd, Fd] {
  const listener = unwrap(socket(AF_INET, SOCK_STREAM))
  unwrap(bind(listener, loopback))
  unwrap(listen(listener, 1))
  const client = unwrap(socket(AF_INET, SOCK_STREAM))
  unwrap(connect(client, unwrap(getsockname(listener))))
  const { fd } = unwrap(accept(listener))
  close(listener)
  return [client, fd]
}

function unixPair(type: number): [Fd, Fd] {
  return unwrap(socketpair(AF_UNIX, type))
}

function udpPair(): [Fd, Fd] {
  const pair: [Fd, Fd] = [unwrap(socket(AF_INET, SOCK_DGRAM)), unwrap(socket(AF_INET, SOCK_DGRAM))]
  for (const fd of pair) unwrap(bind(fd, loopback))
  unwrap(connect(pair[0], unwrap(getsockname(pair[1]))))
  unwrap(connect(pair[1], unwrap(getsockname(pair[0]))))
  return pair
}

/** The other thread: it sleeps on a word of shared memory until it has something to send. */
class Helper {
  readonly #shared = new Int32Array(new SharedArrayBuffer(64)) // [state, fd, milliseconds, length, bytes …]
  readonly #worker = new Worker(new URL(import.meta.url), { workerData: this.#shared })

  constructor() {
    Atomics.wait(this.#shared, 0, 0) // until it is there
  }

  send(fd: Fd, text: string, milliseconds: number): void {
    this.#shared.set([fd, milliseconds, text.length, ...Buffer.from(text)], 1)
    Atomics.store(this.#shared, 0, 2)
    Atomics.notify(this.#shared, 0)
  }

  end(): void {
    void this.#worker.terminate()
  }

  static serve(shared: Int32Array): void {
    for (;;) {
      Atomics.store(shared, 0, 1)
      Atomics.notify(shared, 0)
      Atomics.wait(shared, 0, 1)
      const [, fd, milliseconds, length] = shared as unknown as [number, Fd, number, number]
      Atomics.wait(shared, 0, 2, milliseconds)
      unwrap(send(fd, Uint8Array.from(shared.subarray(4, 4 + length))))
    }
  }
}

let helper: Helper
if (isMainThread) {
  process.stdout.on('error', () => process.exit()) // the reader has seen enough: `npm start | head`
  helper = new Helper()
  console.log(`What the flags of recv(2) do on Linux ${release()}: each line is a call, and what the kernel returned.`)
  for (const { title, walk } of topics) {
    console.log(`\n${styleText('bold', title)}`)
    for (const kind of kinds) {
      console.log(styleText('cyan', ` ${kind.name} (${kind.made})`))
      const calls = new Walk(kind.pair())
      walk(calls, kind)
      calls.end()
    }
  }
  helper.end()
} else {
  Helper.serve(workerData)
}
