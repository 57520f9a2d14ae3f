// Owns the test of examples/tools/who-is-there.ts: what the kernel says of a client in Python is what that says of itself.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { getsockopt, isDefined, SO_PEERPIDFD, SOL_SOCKET } from '../../lib/index.js'
import { hasProgram, mayRun, own, temporaryDirectory, unixPair } from '../fixtures.js'
import { start, stopAll } from '../peers/peers.js'

afterEach(stopAll)

// Connects, says who it is, and lives until the other side has closed.
const client = `
import os, socket, sys
where, *ids = sys.argv[1:]
if ids: os.setgid(int(ids[1])); os.setuid(int(ids[0]))
s = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
s.connect('\\0' + where[1:] if where[0] == '@' else where)
s.recv(1)
print(f'pid {os.getpid()}, uid {os.getuid()}, gid {os.getgid()}')
`

/** What SO_PEERPIDFD gives in this kernel: the pid, or the errno of one that does not know it. */
function pidfdLine(pid: number | undefined): string {
  if (!isDefined(SO_PEERPIDFD)) return 'pidfd: not known where this was compiled'
  const known = getsockopt(unixPair()[0], SOL_SOCKET, SO_PEERPIDFD)
  if (!known.ok) return `pidfd: ${known.code}`
  own(known.value)
  return `pidfd: refers to pid ${pid}`
}

async function introduced(path: string, ...ids: string[]): Promise<void> {
  const host = start(process.execPath, '--import', 'tsx', 'examples/tools/who-is-there.ts', path)
  await host.says(/Listening at/)
  const guest = start('python3', '-c', client, path, ...ids)
  const itself = await guest.output()
  expect(itself).toMatch(new RegExp(`^pid ${guest.pid}, ${ids.length > 0 ? `uid ${ids[0]}, gid ${ids[1]}` : 'uid'}`))
  expect(await host.output()).toBe(`Listening at ${path}\n${itself}${pidfdLine(guest.pid)}\n`)
}

const python = hasProgram('python3', 'python3')

test.skipIf(!python)(
  'who-is-there: names the process at the other end of a path, then takes its file away',
  async () => {
    const path = join(temporaryDirectory(), 'door')
    await introduced(path)
    expect(existsSync(path)).toBe(false)
  },
)

const others = mayRun('setpriv', '--reuid', '65534', '--regid', '65533', '--clear-groups', 'true')

test.skipIf(!python || !others)('who-is-there: names the user and group that a client has become', async () => {
  await introduced(`@who-is-there-${process.pid}`, '65534', '65533')
})
