// The tool ip-addr.ts: what it prints is what ip says.
import { execFileSync } from 'node:child_process'
import { afterEach, describe, expect, test } from 'vitest'
import { hasProgram, mayRun, ownNetwork } from '../fixtures.js'
import { start, stopAll } from '../peers/peers.js'

afterEach(stopAll)

const tool = [process.execPath, '--import', 'tsx', 'examples/tools/ip-addr.ts']

interface Interface {
  readonly ifname: string
  readonly addr_info: readonly Readonly<Record<'family' | 'local' | 'address' | 'prefixlen' | 'scope', string>>[]
}

/** What ip says in JSON, as the lines of the tool, sorted. */
function fromIp(json: string): string[] {
  const lines = (JSON.parse(json) as Interface[]).flatMap(({ ifname, addr_info }) =>
    addr_info.map(({ family, local, address, prefixlen, scope }) => {
      const where = address === undefined ? local : `${local} peer ${address}`
      return `${ifname} ${family} ${where}/${prefixlen} scope ${scope}`
    }),
  )
  return lines.sort()
}

const sorted = (output: string): string[] => output.trimEnd().split('\n').sort()

describe.skipIf(!hasProgram('ip', 'iproute2'))('ip-addr', () => {
  test('lists the addresses of this machine, as ip does', async () => {
    const expected = fromIp(execFileSync('ip', ['-j', 'addr'], { encoding: 'utf8' }))
    expect(sorted(await start(...tool).output())).toEqual(expected)
  })

  const network = ownNetwork()
  test.skipIf(!mayRun(...network, 'true'))('lists prefixes, scopes and peers', async () => {
    const added = [
      '10.1.2.3/24 dev lo',
      '10.1.3.4/24 dev lo scope link',
      '10.9.0.1 peer 10.9.0.2/31 dev lo',
      'fd00::1/64 dev lo',
      'fd00::2 peer fd00::3/127 dev lo',
    ]
    const commands = [...added.map((address) => `ip addr add ${address}`), 'ip -j addr', 'exec "$@"']
    const output = await start(...network, 'sh', '-c', commands.join(' && '), 'sh', ...tool).output()
    const [json = '', ...lines] = output.trimEnd().split('\n')
    expect(lines.sort()).toEqual(fromIp(json))
    expect(lines).toEqual(
      [
        'lo inet 10.1.2.3/24 scope global',
        'lo inet 10.1.3.4/24 scope link',
        'lo inet 10.9.0.1 peer 10.9.0.2/31 scope global',
        'lo inet 127.0.0.1/8 scope host',
        'lo inet6 ::1/128 scope host',
        'lo inet6 fd00::1/64 scope global',
        'lo inet6 fd00::2 peer fd00::3/127 scope global',
      ].sort(),
    )
  })
})
