// What tests share: sockets that are closed after the test, and results written as one short line.
//
// The lines are those of the cases that the tests cite: `5 'hello'` returned 5 and these bytes, `0` returned 0,
// `-1 EAGAIN` failed.
import { execFileSync, type StdioOptions, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import {
  type Address,
  AF_INET,
  AF_INET6,
  AF_UNIX,
  accept,
  bind,
  type ControlMessage,
  close,
  connect,
  F_GETFL,
  F_SETFL,
  type Fd,
  fcntl,
  getsockname,
  getsockopt,
  IPPROTO_TCP,
  ioctl,
  listen,
  type Message,
  type MessageBuffers,
  type MessageFlags,
  MSG_CMSG_CLOEXEC,
  MSG_CTRUNC,
  MSG_DONTWAIT,
  MSG_EOR,
  MSG_ERRQUEUE,
  MSG_OOB,
  MSG_TRUNC,
  O_NONBLOCK,
  POLLERR,
  POLLHUP,
  POLLIN,
  POLLNVAL,
  POLLOUT,
  POLLPRI,
  POLLRDBAND,
  POLLRDHUP,
  POLLRDNORM,
  POLLWRBAND,
  POLLWRNORM,
  pipe2,
  poll,
  type ReceivedMessage,
  type Result,
  recv,
  recvmmsg,
  recvmsg,
  SCM_CREDENTIALS,
  SCM_PIDFD,
  SCM_RIGHTS,
  SIOCATMARK,
  SIOCOUTQ,
  SO_ERROR,
  SO_LINGER,
  SO_PROTOCOL,
  type SO_RCVTIMEO,
  type SO_SNDTIMEO,
  SOCK_DGRAM,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  SOL_SOCKET,
  type SocketType,
  send,
  sendmsg,
  setsockopt,
  sockaddr,
  socket,
  socketpair,
  unwrap,
} from '../lib/index.js'

// Descriptors

const owned = new Set<Fd>()

/** Closes this descriptor when the test ends. */
export function own(fd: Fd): Fd {
  owned.add(fd)
  return fd
}

/** Closes a descriptor within a test. */
export function shut(fd: Fd): Result<void> {
  owned.delete(fd)
  return close(fd)
}

export function closeOwned(): void {
  for (const fd of owned) close(fd)
  owned.clear()
}

/** The sockets this process has open, as `fd socket:[inode]`. */
export function openSockets(): string[] {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      const target = readlinkSync(`/proc/self/fd/${fd}`)
      return target.startsWith('socket:') ? [`${fd} ${target}`] : []
    } catch {
      return [] // the descriptor of the listing itself
    }
  })
}

/** How many descriptors of any kind this process has open. */
export function openCount(): number {
  return readdirSync('/proc/self/fd').length - 1
}

// Sockets

export const loopback = { family: AF_INET, address: '127.0.0.1', port: 0 }
export const loopback6 = { family: AF_INET6, address: '::1', port: 0 }

export const tcp = (): Fd => own(unwrap(socket(AF_INET, SOCK_STREAM)))
export const tcp6 = (): Fd => own(unwrap(socket(AF_INET6, SOCK_STREAM)))
export const udp = (): Fd => own(unwrap(socket(AF_INET, SOCK_DGRAM)))
export const udp6 = (): Fd => own(unwrap(socket(AF_INET6, SOCK_DGRAM)))
export const unix = (type: SocketType = SOCK_STREAM): Fd => own(unwrap(socket(AF_UNIX, type)))

/** The bytes of an address, cut off or padded with zeros. */
export function resized(address: Address, length: number): Uint8Array {
  const result = new Uint8Array(length)
  result.set(sockaddr(address).subarray(0, length))
  return result
}

/** Binds to a free loopback port (or an abstract name), and gives the address. */
export function bound(fd: Fd, address: Address = loopback): Address {
  unwrap(bind(fd, address))
  return unwrap(getsockname(fd))
}

export interface Listener {
  readonly fd: Fd
  readonly address: Address
}

export function tcpListener(backlog = 16, address: Address = loopback): Listener {
  const fd = address.family === AF_INET6 ? tcp6() : tcp()
  const own = bound(fd, address)
  unwrap(listen(fd, backlog))
  return { fd, address: own }
}

export function unixListener(backlog = 16, type: SocketType = SOCK_STREAM): Listener {
  const fd = unix(type)
  const address = bound(fd, { family: AF_UNIX, path: '' })
  unwrap(listen(fd, backlog))
  return { fd, address }
}

/** A client connected to a listener, and the accepted end. */
export function connected(listener: Listener, client: Fd): [Fd, Fd] {
  unwrap(connect(client, listener.address))
  return [client, own(unwrap(accept(listener.fd)).fd)]
}

export function tcpPair(address: Address = loopback): [Fd, Fd] {
  const listener = tcpListener(16, address)
  const pair = connected(listener, address.family === AF_INET6 ? tcp6() : tcp())
  shut(listener.fd)
  return pair
}

export function unixPair(type: SocketType = SOCK_STREAM): [Fd, Fd] {
  const [x, y] = unwrap(socketpair(AF_UNIX, type))
  return [own(x), own(y)]
}

export function udpPair(address: Address = loopback): [Fd, Fd] {
  const u = address.family === AF_INET6 ? udp6() : udp()
  const v = address.family === AF_INET6 ? udp6() : udp()
  const [atU, atV] = [bound(u, address), bound(v, address)]
  unwrap(connect(u, atV))
  unwrap(connect(v, atU))
  return [u, v]
}

/** Connected pairs by the names that cases use: the first sends, the second receives. */
export const pairs = {
  tcp4: () => tcpPair(),
  tcp6: () => tcpPair(loopback6),
  'unix stream': () => unixPair(SOCK_STREAM),
  'unix dgram': () => unixPair(SOCK_DGRAM),
  'unix seqpacket': () => unixPair(SOCK_SEQPACKET),
  udp4: () => udpPair(),
  udp6: () => udpPair(loopback6),
} as const

/** Something listening nowhere: the address of a bound socket that never listened. */
export function refusing(): Address {
  return bound(tcp())
}

export function nonBlocking(fd: Fd): Fd {
  unwrap(fcntl(fd, F_SETFL, unwrap(fcntl(fd, F_GETFL)) | O_NONBLOCK))
  return fd
}

/** SO_LINGER {on, seconds}: `{1, 0}` makes close() reset the connection. */
export function linger(fd: Fd, on: number, seconds: number): void {
  unwrap(setsockopt(fd, SOL_SOCKET, SO_LINGER, new Uint8Array(new Int32Array([on, seconds]).buffer)))
}

/** Closes with a reset instead of an orderly end. */
export function reset(fd: Fd): void {
  linger(fd, 1, 0)
  shut(fd)
}

/** SO_RCVTIMEO or SO_SNDTIMEO in milliseconds. */
export function timeout(fd: Fd, option: typeof SO_RCVTIMEO | typeof SO_SNDTIMEO, ms: number): void {
  const timeval = new BigInt64Array([BigInt(Math.floor(ms / 1000)), BigInt((ms % 1000) * 1000)])
  unwrap(setsockopt(fd, SOL_SOCKET, option, new Uint8Array(timeval.buffer)))
}

const directories: string[] = []

/** A directory that is removed when this file's tests have run. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'sys-socket-test-'))
  directories.push(directory)
  return directory
}

export function removeDirectories(): void {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true })
}

// Results as short lines

export const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1')

/** `-1 EAGAIN`, or what `value` makes of the value; by default the number, `0` where there is none. */
export function shown<T>(
  result: Result<T>,
  value: (value: T) => string = (v) => String(v === undefined ? 0 : v),
): string {
  return result.ok ? value(result.value) : `-1 ${result.code ?? result.errno}`
}

/** Like `shown`, for calls that give a descriptor: `fd`, which is closed after the test. */
export function shownFd(result: Result<Fd> | Result<{ fd: Fd }>): string {
  if (!result.ok) return `-1 ${result.code ?? result.errno}`
  own(typeof result.value === 'number' ? result.value : (result.value as { fd: Fd }).fd)
  return 'fd'
}

/** recv() as `5 'hello'`, `0`, or `-1 EAGAIN`. Beyond the buffer (MSG_TRUNC) the count is larger than the text. */
export function received(fd: Fd, size: number, flags: MessageFlags = 0): string {
  const buffer = new Uint8Array(size)
  return shown(recv(fd, buffer, flags), (count) => {
    const text = Buffer.from(buffer.subarray(0, count)).toString('latin1')
    return text === '' ? String(count) : `${count} '${text}'`
  })
}

export function sent(fd: Fd, text: string | Uint8Array, flags: MessageFlags = 0): string {
  return shown(send(fd, typeof text === 'string' ? bytes(text) : text, flags))
}

const isTcp = (fd: Fd): boolean => unwrap(getsockopt(fd, SOL_SOCKET, SO_PROTOCOL)) === IPPROTO_TCP

/** Like `sent`, and waits until the peer has it: TCP delivers in its own time, and the acknowledgement tells. */
export function delivered(fd: Fd, text: string | Uint8Array, flags: MessageFlags = 0): string {
  const line = sent(fd, text, flags)
  for (let waited = 0; isTcp(fd) && unwrap(ioctl(fd, SIOCOUTQ)) > 0 && waited < 1000; waited += 1) pause(1)
  return line
}

/**
 * Sends until there is no room, and gives how many bytes that were. TCP counts as full when it has been for 400 ms: until
 * then, acknowledgements and probes of the peer's window make room.
 */
export function fill(fd: Fd): number {
  const data = new Uint8Array(65536)
  const mostRefused = isTcp(fd) ? 20 : 1
  let total = 0
  for (let refused = 0; refused < mostRefused; ) {
    const { ok, value } = send(fd, data, MSG_DONTWAIT)
    total += value ?? 0
    refused = ok ? 0 : refused + 1
    if (refused > 0) pause(20)
  }
  return total
}

const flagNames = { MSG_CMSG_CLOEXEC, MSG_CTRUNC, MSG_EOR, MSG_ERRQUEUE, MSG_OOB, MSG_TRUNC }

function flagsOf({ flags }: ReceivedMessage): string {
  const set = Object.entries(flagNames).filter(([, bit]) => (flags & bit) !== 0)
  return set.map(([name]) => name.slice(4)).join('+')
}

/** The descriptors of a message. They are closed after the test. */
export function descriptorsOf({ control }: ReceivedMessage): Fd[] {
  return control.flatMap(({ level, type, data }) => {
    if (level !== SOL_SOCKET) return []
    return type === SCM_RIGHTS ? (data as Fd[]).map(own) : type === SCM_PIDFD ? [own(data as Fd)] : []
  })
}

/** `[CRED,RIGHTSx2]`; others by level and type. */
function controlOf({ control }: ReceivedMessage): string {
  const names = control.map(({ level, type, data }) => {
    if (level !== SOL_SOCKET) return `${level}/${type}`
    if (type === SCM_RIGHTS) return `RIGHTSx${(data as Fd[]).length}`
    return type === SCM_CREDENTIALS ? 'CRED' : type === SCM_PIDFD ? 'PIDFD' : `${level}/${type}`
  })
  return `[${names.join(',')}]`
}

/** The bytes that came into each buffer, as text. */
function split({ count }: ReceivedMessage, iov: readonly Uint8Array[]): string[] {
  let left = count
  return iov.map((buffer) => {
    const part = Buffer.from(buffer.subarray(0, Math.max(0, left)))
    left -= part.length
    return part.toString('latin1')
  })
}

/** What recvmsg() gave, and its line: `1 'm' fl=CTRUNC`, with ` cm=[RIGHTSx1]` where there was room for control data. */
export interface Arrival {
  readonly line: string
  readonly parts: readonly string[]
  readonly fds: readonly Fd[]
  readonly message: ReceivedMessage | undefined
}

/** recvmsg() into buffers of these sizes. Descriptors that arrive are closed after the test. */
export function arrival(fd: Fd, sizes: readonly number[], flags: MessageFlags = 0, controlLength?: number): Arrival {
  const iov = sizes.map((size) => new Uint8Array(size))
  const result = recvmsg(fd, { iov, controlLength }, flags)
  if (!result.ok) return { line: shown(result), parts: [], fds: [], message: undefined }
  const message = result.value
  const parts = split(message, iov)
  const text = parts.join('') === '' ? '' : ` '${parts.join('')}'`
  const control = controlLength === undefined ? '' : ` cm=${controlOf(message)}`
  const line = `${message.count}${text} fl=${flagsOf(message) || 0}${control}`
  return { line, parts, fds: descriptorsOf(message), message }
}

/** The line of recvmsg() into one buffer. */
export const receivedMessage = (fd: Fd, size: number, flags: MessageFlags = 0, controlLength?: number): string =>
  arrival(fd, [size], flags, controlLength).line

/** recvmmsg() with `count` buffers of this size, as `2 'a' 'bc'/TRUNC`. */
export function receivedMessages(fd: Fd, count: number, size: number, flags: MessageFlags = 0): string {
  const buffers = Array.from({ length: count }, (): MessageBuffers => ({ iov: [new Uint8Array(size)] }))
  return shown(recvmmsg(fd, buffers, flags), (messages) => {
    const lines = messages.map((message, i) => {
      const set = flagsOf(message)
      return `'${split(message, (buffers[i] as MessageBuffers).iov).join('')}'${set && `/${set}`}`
    })
    return [messages.length, ...lines].join(' ')
  })
}

/** sendmsg() of this text, or of several gathered, with control messages. */
export function sentMessage(
  fd: Fd,
  text: string | readonly string[],
  control?: Message['control'],
  flags: MessageFlags = 0,
): string {
  return shown(sendmsg(fd, { iov: [text].flat().map(bytes), control }, flags))
}

export const rights = (...data: readonly Fd[]): ControlMessage => ({ level: SOL_SOCKET, type: SCM_RIGHTS, data })

export function pipe(): [readEnd: Fd, writeEnd: Fd] {
  const [r, w] = unwrap(pipe2())
  return [own(r), own(w)]
}

/** poll() on one descriptor as `1 IN+HUP`, or `0`. */
export function polled(fd: Fd, events: number, milliseconds = 0): string {
  const entry = { fd, events, revents: 0 }
  return shown(poll([entry], milliseconds), (count) => {
    return `${count} ${eventNames(entry.revents)}`.trim()
  })
}

const normal = { POLLRDNORM, POLLWRNORM, POLLRDBAND, POLLWRBAND }
const eventBits = { POLLIN, POLLPRI, POLLOUT, POLLERR, POLLHUP, POLLNVAL, POLLRDHUP, ...normal }

/** Event bits as `IN+HUP`: those of poll(), which are those of epoll. */
export function eventNames(events: number): string {
  const set = Object.entries(eventBits).filter(([, bit]) => (events & bit) !== 0)
  return set.map(([name]) => name.slice(4)).join('+')
}

/** Sends a signal to this process again and again, from another, until the returned function is called. */
export function pestered(signal: string): () => void {
  const shell = spawn('sh', ['-c', `while sleep 0.05; do kill -${signal} ${process.pid}; done`], { stdio: 'ignore' })
  return () => void shell.kill()
}

/** The backlog of a listener is full: a connection to it stays on its way. */
export function fullListener(): Listener {
  const listener = tcpListener(0)
  for (let i = 0; i < 2; i++) connect(nonBlocking(tcp()), listener.address)
  return listener
}

/** SO_ERROR as the errno's number; reading it clears it. */
export const pendingError = (fd: Fd): number => unwrap(getsockopt(fd, SOL_SOCKET, SO_ERROR)) as number

/** SIOCATMARK as `mark=1`, `mark=0`, or `-1 ENOTTY`. */
export const mark = (fd: Fd): string => shown(ioctl(fd, SIOCATMARK), (value) => `mark=${value}`)

/** How long `action` took, in milliseconds. */
export function elapsed(action: () => unknown): number {
  const start = performance.now()
  action()
  return performance.now() - start
}

/** Blocks this thread. */
export function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds)
}

/** The line of `action` and the time it took: `150..2000ms` when within that range, else the time itself. */
export function timed(from: number, to: number, action: () => string): [line: string, time: string] {
  let line = ''
  const took = elapsed(() => (line = action()))
  return [line, took >= from && took <= to ? `${from}..${to}ms` : `${took}ms`]
}

type Calls = typeof import('../lib/calls.js') & typeof import('../lib/descriptors.js')
type Step = { [Call in keyof Calls]: [after: number, call: Call, ...Parameters<Calls[Call]>] }[keyof Calls]

const secondActor = `
  const { parentPort, workerData } = require('node:worker_threads')
  import('sys-socket').then((calls) => {
    parentPort.postMessage('ready')
    Atomics.wait(workerData.gate, 0, 0)
    for (const [after, call, ...args] of workerData.steps) {
      Atomics.wait(workerData.gate, 0, 1, after)
      calls.unwrap(calls[call](...args))
    }
  })`

/**
 * A second actor, for calls that block this thread: a thread that is already running, and makes its calls, each so many
 * milliseconds after the one before, from the moment that the returned function is called.
 */
export async function secondThread(...steps: Step[]): Promise<() => void> {
  const gate = new Int32Array(new SharedArrayBuffer(4))
  const worker = new Worker(secondActor, { eval: true, workerData: { gate, steps } })
  await once(worker, 'message')
  worker.unref()
  return () => {
    for (const [, call, fd] of steps) if (call === 'close') owned.delete(fd)
    Atomics.store(gate, 0, 1)
    Atomics.notify(gate, 0)
  }
}

const blockedActor = `
  const { parentPort, workerData: { call, args } } = require('node:worker_threads')
  import('sys-socket').then((calls) => {
    parentPort.postMessage('ready')
    const { ok, value, errno, code } = calls[call](...args)
    parentPort.postMessage({ result: { ok, value, errno, code }, args })
  })`

/** What became of a call: its result, and its arguments as it left them. */
export interface Done<Call extends keyof Calls> {
  readonly result: ReturnType<Calls[Call]>
  readonly args: Parameters<Calls[Call]>
}

/**
 * A call made in a thread of its own, which is about to begin when this promise is fulfilled. A call that blocks for ever
 * ends with the process only.
 */
export async function inThread<Call extends keyof Calls>(
  call: Call,
  ...args: Parameters<Calls[Call]>
): Promise<{ readonly done: Promise<Done<Call>> }> {
  const worker = new Worker(blockedActor, { eval: true, workerData: { call, args } })
  await once(worker, 'message')
  return { done: once(worker, 'message').then(([done]) => done) }
}

// Programs that are not ours

/** Whether a program is installed; says loudly which package brings it when it is not. */
export function hasProgram(name: string, debianPackage: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${name}`], { stdio: 'ignore' })
    return true
  } catch {
    console.error(`MISSING: ${name} (Debian: apt-get install ${debianPackage}). Its tests are skipped.`)
    return false
  }
}

/** What an expression is in Python, with its modules imported, and `fds` inherited as descriptors 3 and on. */
export function python(expression: string, ...fds: Fd[]): unknown {
  const program = `import socket, select, os, json; print(json.dumps(${expression}))`
  const stdio: StdioOptions = ['ignore', 'pipe', 'inherit', ...fds]
  return JSON.parse(execFileSync('python3', ['-c', program], { encoding: 'utf8', stdio, timeout: 20_000 }))
}

/** Whether this user may run a command; says loudly when not. */
export function mayRun(...[program = '', ...rest]: string[]): boolean {
  try {
    execFileSync(program, rest, { stdio: 'ignore' })
    return true
  } catch {
    console.error(`NOT PERMITTED (only root may), or missing: ${[program, ...rest].join(' ')}. Its tests are skipped.`)
    return false
  }
}

/** The steps of a case in programs/cases.ts, made in a process of its own. `wrapper` is a command that starts it. */
export function ownProcess(id: string, ...wrapper: string[]): string[] {
  const cases = fileURLToPath(new URL('programs/cases.ts', import.meta.url))
  const [program = '', ...rest] = [...wrapper, process.execPath, '--import', 'tsx', cases, id]
  return JSON.parse(execFileSync(program, rest, { encoding: 'utf8', timeout: 20_000 }))
}

/** For `ownProcess` and `mayRun`: in a network of its own, where only `lo` is up, and these routes. */
export function ownNetwork(...routes: string[]): string[] {
  const commands = ['ip link set lo up', ...routes.map((route) => `ip route add ${route}`), '"$@"']
  return ['unshare', '--net', 'sh', '-c', commands.join(' && '), 'sh']
}
