// Owns the test of examples/tools/sd-notify.ts: a receiver in Python, which asks for the sender's credentials as systemd does.
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { hasProgram, temporaryDirectory } from '../fixtures.js'
import { start, stopAll } from '../peers/peers.js'

afterEach(stopAll)

const manager = `
import json, socket, struct, sys
where = sys.argv[1]
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
s.bind('\\0' + where[1:] if where[0] == '@' else where)
print('ready', flush=True)
data, control, flags, sender = s.recvmsg(4096, socket.CMSG_SPACE(12))
[(level, kind, credentials)] = control
assert (level, kind) == (socket.SOL_SOCKET, socket.SCM_CREDENTIALS)
print(json.dumps([data.decode(), struct.unpack('3i', credentials)[0]]))
`

const notify = (where: string | undefined, ...state: string[]) => {
  const environment = where === undefined ? ['-u', 'NOTIFY_SOCKET'] : [`NOTIFY_SOCKET=${where}`]
  const command = [process.execPath, '--import', 'tsx', 'examples/tools/sd-notify.ts']
  return start('env', ...environment, ...command, ...state) // env(1) becomes the command: the pid stays
}

const forms = [
  ['a pathname', () => join(temporaryDirectory(), 'notify')],
  ['an abstract name', () => `@sd-notify-${process.pid}`],
] as const

test.skipIf(!hasProgram('python3', 'python3')).each(forms)(
  'sd-notify: tells a manager at %s everything in one datagram',
  async (_, at) => {
    const where = at()
    const receiver = start('python3', '-c', manager, where)
    await receiver.says(/ready/)
    const service = notify(where, 'READY=1', 'STATUS=žije', `MAINPID=${process.pid}`)
    expect(await service.output()).toBe('')
    const [, told] = (await receiver.output()).split('\n')
    expect(JSON.parse(told as string)).toEqual([`READY=1\nSTATUS=žije\nMAINPID=${process.pid}`, service.pid])
  },
)

test('sd-notify: fails where nobody receives, and without $NOTIFY_SOCKET', async () => {
  const nowhere = notify(join(temporaryDirectory(), 'nobody'), 'READY=1')
  expect(await nowhere.end()).toBe(1)
  expect(nowhere.stderr).toContain('SystemError: sendto: ENOENT')
  const unset = notify(undefined, 'READY=1')
  expect(await unset.end()).toBe(2)
  expect(unset.stderr).toContain('NOTIFY_SOCKET')
})
