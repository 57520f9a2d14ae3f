// The examples, as their readers run them: against each other, and in both directions against programs that are not ours.
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { InetAddress } from '../lib/index.js'
import { hasProgram, refusing, temporaryDirectory } from './fixtures.js'
import { type Child, start, stopAll } from './peers/peers.js'

const examples = [
  'msg-peek',
  'msg-waitall',
  'seqpacket',
  'socketpair',
  'tcp-client',
  'tcp-echo-client',
  'tcp-server',
  'threaded-server',
  'udp-client',
  'udp-server',
  'unix-client',
  'unix-server',
] as const

const node = process.execPath
const example = (name: (typeof examples)[number], ...args: string[]): string[] => [
  ...[node, '--import', 'tsx'],
  ...[`examples/${name}.ts`, ...args],
]

/** Whether this Node runs TypeScript by itself: 22.18 and newer. */
const stripsTypes = Boolean((process.features as { typescript?: 'strip' | 'transform' | false }).typescript)

// The programs that are not ours

const here = fileURLToPath(new URL('peers/', import.meta.url))
const inC = ['server', 'client', 'echo-server', 'udp-server', 'udp-client'] as const
let compiled = '' // where the programs in C are

const c = (name: (typeof inC)[number], ...args: string[]): string[] => [join(compiled, name), ...args]
const python = (name: string, ...args: string[]): string[] => ['python3', join(here, `${name}.py`), ...args]
const nodeNet = (code: string, path: string): string[] => [
  node,
  '--eval',
  `const net = require('node:net');${code}`,
  path,
]

const installed = {
  'a program in C': hasProgram('cc', 'gcc'),
  'a program in Python': hasProgram('python3', 'python3'),
  nc: hasProgram('nc', 'netcat-openbsd'),
  socat: hasProgram('socat', 'socat'),
  "Node's own net": true,
  'the example beside it': true,
}

/** The other end: what it is, how it is started at a port or path, whether it answers what is typed into it. */
type Peer = readonly [what: keyof typeof installed, command: (at: string) => string[], byHand?: 'by hand']

/** One test for each peer. */
function against(peers: readonly Peer[], name: string, run: (peer: Peer[1], byHand: boolean) => Promise<void>): void {
  for (const [what, command, byHand] of peers)
    test.skipIf(!installed[what])(name.replace('%', what), () => run(command, byHand !== undefined))
}

beforeAll(async () => {
  compiled = mkdtempSync(join(tmpdir(), 'sys-socket-test-'))
  const flags = ['-Wall', '-Wextra', '-Werror', '-O1']
  const compile = (name: string) =>
    promisify(execFile)('cc', [...flags, '-o', join(compiled, name), `${name}.c`], { cwd: here })
  if (installed['a program in C']) await Promise.all(inC.map(compile))
})

afterAll(() => rmSync(compiled, { recursive: true, force: true }))
afterEach(stopAll)

test('every example is run here', () => {
  const files = readdirSync(fileURLToPath(new URL('../examples', import.meta.url))).filter((file) => file !== 'tools')
  expect(files.sort()).toEqual(examples.map((name) => `${name}.ts`))
  const tools = readdirSync(fileURLToPath(new URL('../examples/tools', import.meta.url)))
  const tests = readdirSync(fileURLToPath(new URL('tools', import.meta.url)))
  for (const tool of tools) expect(tests).toContain(tool.replace('.ts', '.test.ts'))
})

const greeting = 'hello, sailor\n'

describe('the textbook server', () => {
  const clients: Peer[] = [
    ['a program in C', (port) => c('client', '127.0.0.1', port)],
    ['a program in Python', (port) => python('client', '127.0.0.1', port)],
    ['nc', (port) => ['nc', '-N', '127.0.0.1', port]],
    ['socat', (port) => ['socat', '-t', '10', '-', `TCP:127.0.0.1:${port}`]],
    ['the example beside it', (port) => example('tcp-client', '127.0.0.1', port)],
  ]
  against(clients, 'answers %', async (client) => {
    const server = start(...example('tcp-server', '0', '127.0.0.1'))
    const port = await server.port()
    const answer = await start(...client(port))
      .type(greeting)
      .endInput()
      .output()
    expect(answer).toContain('I got your message')
    expect(await server.output()).toBe(`Listening on port ${port}\nHere is the message: ${greeting}`)
  })

  test('says with which errno it failed when its port is taken', async () => {
    const port = await start(...example('tcp-server', '0', '127.0.0.1')).port()
    const second = start(...example('tcp-server', port, '127.0.0.1'))
    expect(await second.end()).toBe(1)
    expect(second.stderr).toContain('SystemError: bind: EADDRINUSE (Address already in use)')
  })
})

describe('the textbook client', () => {
  const servers: Peer[] = [
    ['a program in C', () => c('server')],
    ['a program in Python', () => python('server')],
    ['nc', () => ['nc', '-v', '-n', '-l', '127.0.0.1', '0'], 'by hand'],
    ['socat', () => ['socat', '-d', '-d', 'TCP-LISTEN:0,bind=127.0.0.1', '-'], 'by hand'],
  ]
  against(servers, 'is answered by %', async (command, byHand) => {
    const server = start(...command(''))
    const client = start(...example('tcp-client', 'localhost', await server.port())).type(greeting)
    await server.says(/hello, sailor\n/)
    if (byHand) server.type('I got your message')
    expect(await client.output()).toBe('Please enter the message: I got your message\n')
    await server.endInput().output()
  })

  test('says with which errno it failed when nobody listens', async () => {
    const { port } = refusing() as InetAddress
    const client = start(...example('tcp-client', '127.0.0.1', String(port)))
    expect(await client.end()).toBe(1)
    expect(client.stderr).toContain('SystemError: connect: ECONNREFUSED (Connection refused)')
  })
})

describe('the echo client', () => {
  const servers: Peer[] = [
    ['a program in C', () => c('echo-server')],
    ['a program in Python', () => python('echo-server')],
    ['socat', () => ['socat', '-d', '-d', 'TCP-LISTEN:0,bind=127.0.0.1,fork', 'EXEC:cat']],
    ['the example beside it', () => example('threaded-server')],
  ]
  against(servers, 'gets everything back from %, in however many pieces', async (server) => {
    const port = await start(...server('')).port()
    const words = ['hello', 'žluťoučký kůň 🐎', '0123456789'.repeat(10_000)]
    const clients = words.map((word) => start(...example('tcp-echo-client', '127.0.0.1', word, port)))
    const outputs = await Promise.all(clients.map((client) => client.output()))
    const pieces = outputs.map((output) => Number(/\nPieces: (\d+)\n$/.exec(output)?.[1]))
    expect(outputs).toEqual(words.map((word, i) => `Received: ${word}\nPieces: ${pieces[i]}\n`))
    expect(pieces[2]).toBeGreaterThan(1)
  })
})

describe('the UDP server', () => {
  const clients: Peer[] = [
    ['a program in C', (port) => c('udp-client', '127.0.0.1', port)],
    ['a program in Python', (port) => python('udp-client', '127.0.0.1', port)],
    ['nc', (port) => ['nc', '-u', '127.0.0.1', port]],
    ['socat', (port) => ['socat', '-t', '10', '-', `UDP:127.0.0.1:${port}`]],
    ['the example beside it', (port) => example('udp-client', '127.0.0.1', 'hello', port)],
  ]
  against(clients, 'answers %', async (client) => {
    const server = start(...example('udp-server', '0', '1'))
    const port = await server.port()
    await start(...client(port))
      .type('hello')
      .endInput()
      .says(/hello/)
    const [, sender] = /^Bound to port \d+\n5 bytes from 127\.0\.0\.1:(\d+)\n$/.exec(await server.output()) ?? []
    expect(Number(sender)).toBeGreaterThan(0)
    expect(sender).not.toBe(port)
  })
})

describe('the UDP client', () => {
  const servers: Peer[] = [
    ['a program in C', () => c('udp-server')],
    ['a program in Python', () => python('udp-server')],
    ['socat', () => ['socat', '-d', '-d', 'UDP-LISTEN:0,bind=127.0.0.1,fork', 'EXEC:cat']],
  ]
  against(servers, 'is answered by %', async (server) => {
    const port = await start(...server('')).port()
    expect(await start(...example('udp-client', '127.0.0.1', 'hello', port)).output()).toBe('Received: hello\n')
  })
})

describe('UNIX stream sockets:', () => {
  const word = 'hello, sailor '.repeat(50).trim() // longer than a buffer
  const clients: Peer[] = [
    ['a program in Python', (path) => python('unix-client', path)],
    ['nc', (path) => ['nc', '-N', '-U', path]],
    ['socat', (path) => ['socat', '-t', '10', '-', `UNIX-CONNECT:${path}`]],
    [
      "Node's own net",
      (path) => nodeNet('process.stdin.pipe(net.connect(process.argv[1])).pipe(process.stdout)', path),
    ],
    ['the example beside it', (path) => example('unix-client', path, word)],
  ]
  against(clients, 'the server answers % and takes its file away', async (client) => {
    const path = join(temporaryDirectory(), 'socket')
    const server = start(...example('unix-server', path))
    await server.says(/Listening at/)
    expect(
      await start(...client(path))
        .type(word)
        .endInput()
        .output(),
    ).toContain(word.toUpperCase())
    expect(await server.output()).toBe(`Listening at ${path}\nConnected: { family: 1, path: '' }\n`)
    expect(existsSync(path)).toBe(false)
  })

  const answering = `net.createServer({ allowHalfOpen: true }, (socket) => {
    let text = ''
    socket.on('data', (data) => (text += data)).on('end', () => socket.end(text.toUpperCase()))
  }).listen(process.argv[1], () => console.log('Listening'))`
  const servers: Peer[] = [
    ['a program in Python', (path) => python('unix-server', path)],
    ['socat', (path) => ['socat', '-d', '-d', '-t', '10', `UNIX-LISTEN:${path}`, 'EXEC:tr a-z A-Z']],
    ["Node's own net", (path) => nodeNet(answering, path)],
  ]
  against(servers, 'the client is answered by %', async (server) => {
    const path = join(temporaryDirectory(), 'socket')
    await start(...server(path)).says(/listening/i)
    expect(await start(...example('unix-client', path, word)).output()).toBe(`Received: ${word.toUpperCase()}\n`)
  })
})

describe('the threaded server', () => {
  const sockets: Socket[] = []
  afterEach(async () => {
    const closed = sockets.map((socket) => socket.closed || once(socket.destroy(), 'close'))
    await Promise.all(closed)
    sockets.length = 0
  })

  async function dial(port: string): Promise<Socket> {
    const socket = connect(Number(port), '127.0.0.1')
    sockets.push(socket)
    await once(socket, 'connect')
    return socket
  }

  async function echo(socket: Socket, text: string): Promise<string> {
    socket.write(text)
    let back = ''
    while (back.length < text.length) back += String((await once(socket, 'data'))[0])
    return back
  }

  const threads = ({ pid }: Child): number => readdirSync(`/proc/${pid}/task`).length

  test('serves twenty clients at once, five of them idle, each in a thread', async () => {
    const server = start(...example('threaded-server'))
    const port = await server.port()
    const before = threads(server)
    const clients: Socket[] = []
    for (let i = 0; i < 20; i++) clients.push(await dial(port))
    const idle = clients.slice(0, 5) // first in the queue
    const texts = clients.map((_, i) => `client ${i} `.repeat(i * 10))
    const busy = clients.slice(5)
    expect(await Promise.all(busy.map((client, i) => echo(client, texts[i + 5] as string)))).toEqual(texts.slice(5))
    expect(await Promise.all(idle.map((client) => echo(client, 'awake')))).toEqual(idle.map(() => 'awake'))
    expect(threads(server)).toBeGreaterThanOrEqual(before + 20)
  })

  against([['nc', (port) => ['nc', '-N', '127.0.0.1', port]]], 'serves % while another is idle', async (client) => {
    const port = await start(...example('threaded-server')).port()
    await dial(port)
    expect(
      await start(...client(port))
        .type(greeting)
        .endInput()
        .output(),
    ).toBe(greeting)
  })

  test.skipIf(!stripsTypes)('needs no tsx in Node 22.18 and newer', async () => {
    const port = await start(node, 'examples/threaded-server.ts').port()
    await dial(port)
    expect(await echo(await dial(port), greeting)).toBe(greeting)
  })

  test('goes on when a client resets its connection', async () => {
    const server = start(...example('threaded-server'))
    const port = await server.port()
    const [other, rude] = [await dial(port), await dial(port)]
    await echo(rude, 'hello')
    await once(rude.resetAndDestroy(), 'close')
    for (let i = 0; i < 3; i++) expect(await echo(await dial(port), greeting)).toBe(greeting)
    expect(await echo(other, greeting)).toBe(greeting)
    expect(server.status).toBeUndefined()
  })
})

describe('within one process:', () => {
  const outputs = {
    socketpair: ['right got ping', 'left got pong', 'after close, right gets 0'],
    'msg-peek': ['peek: hello', 'peek: hello', 'recv: hello', 'then: EAGAIN (Resource temporarily unavailable)'],
    'msg-waitall': ["without: 3 'abc'", "with: 6 'abcdef'", "at the end: 2 'gh'"],
    seqpacket: ['one', 'two', 'next: 12 bytes', 'kept: a lo - the rest of the message is gone', 'end: 0'],
  } as const
  const expected = Object.entries(outputs).map(([name, lines]) => [name, `${lines.join('\n')}\n`] as const)

  test.each(expected)('%s prints what the kernel does', async (name, output) => {
    expect(await start(...example(name as keyof typeof outputs)).output()).toBe(output)
  })

  test.skipIf(!stripsTypes)('Node 22.18 and newer need no tsx for them', async () => {
    const runs = expected.map(([name]) => start(node, `examples/${name}.ts`).output())
    expect(await Promise.all(runs)).toEqual(expected.map(([, output]) => output))
  })
})
