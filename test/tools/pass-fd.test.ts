// Owns the test of examples/tools/pass-fd.ts: a listening socket goes to a program in Python.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { AF_INET, connect, unwrap } from '../../lib/index.js'
import { hasProgram, received, sent, tcp, temporaryDirectory } from '../fixtures.js'
import { start, stopAll } from '../peers/peers.js'

afterEach(stopAll)

const receiver = `
import socket, sys
door = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
door.connect(sys.argv[1])
message, fds, flags, _ = socket.recv_fds(door, 16, 4)
print('got', message.decode(), len(fds), flags & socket.MSG_CTRUNC, flush=True)
listener = socket.socket(fileno=fds[0])
print(listener.type.name, listener.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN), flush=True)
print('port', listener.getsockname()[1], flush=True)
if door.recv(1) == b'': print('the giver has gone', flush=True)
connection, address = listener.accept()
connection.sendall(connection.recv(100).upper())
print('client', address[1], flush=True)
`

test.skipIf(!hasProgram('python3', 'python3'))(
  'pass-fd: another process accepts from the socket after the one that opened it has ended',
  async () => {
    const path = join(temporaryDirectory(), 'door')
    const giver = start(process.execPath, '--import', 'tsx', 'examples/tools/pass-fd.ts', path)
    const port = await giver.port()
    const taker = start('python3', '-c', receiver, path)
    expect(await giver.output()).toBe(`To be fetched at ${path}\nListening on port ${port}\nHanded over\n`)
    expect(existsSync(path)).toBe(false)
    expect(await taker.port()).toBe(port)
    await taker.says(/the giver has gone/)

    const client = tcp()
    unwrap(connect(client, { family: AF_INET, address: '127.0.0.1', port: Number(port) }))
    expect([sent(client, 'hello'), received(client, 100)]).toEqual(['5', "5 'HELLO'"])
    expect(await taker.output()).toMatch(
      new RegExp(`^got L 1 0\nSOCK_STREAM 1\nport ${port}\nthe giver has gone\nclient \\d+\n$`),
    )
  },
)

test('pass-fd: says with which errno it failed when the path is taken', async () => {
  const path = join(temporaryDirectory(), 'door')
  const first = start(process.execPath, '--import', 'tsx', 'examples/tools/pass-fd.ts', path)
  await first.port()
  const second = start(process.execPath, '--import', 'tsx', 'examples/tools/pass-fd.ts', path)
  expect(await second.end()).toBe(1)
  expect(second.stderr).toContain('SystemError: bind: EADDRINUSE')
})
