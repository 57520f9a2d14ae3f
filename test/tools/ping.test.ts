// The tool ping.ts, in a network of its own: with both kinds of socket, and with nobody who answers.
import { afterEach, describe, expect, test } from 'vitest'
import { mayRun, ownNetwork } from '../fixtures.js'
import { type Child, start, stopAll } from '../peers/peers.js'

afterEach(stopAll)

const network = ownNetwork()
const settings = '/proc/sys/net/ipv4'

/** Starts the tool from this command, in the network: the command ends where the tool's begins. */
const ping = (before: string, ...args: string[]): Child => {
  const tool = [process.execPath, '--import', 'tsx', 'examples/tools/ping.ts', ...args]
  return start(...network, 'sh', '-c', `${before} "$@"`, 'sh', ...tool)
}

describe.skipIf(!mayRun(...network, 'setpriv', '--bounding-set=-net_raw', 'true'))('ping', () => {
  test.each([
    ['raw', '1 0', ''], // no group may have a ping socket
    ['ping', '0 100000', 'setpriv --bounding-set=-net_raw'], // and without this right, nobody a raw one
  ])('prints the time of each echo, from a %s socket', async (_, groups, without) => {
    const before = `echo ${groups} > ${settings}/ping_group_range && exec ${without}`
    const output = await ping(before, '127.0.0.1', '3').output()
    const lines = output.trimEnd().split('\n')
    expect(lines.map((line) => line.replace(/: \d+\.\d{3} ms$/, ': TIME'))).toEqual([
      'seq=1 from 127.0.0.1: TIME',
      'seq=2 from 127.0.0.1: TIME',
      'seq=3 from 127.0.0.1: TIME',
      '3 sent, 3 received',
    ])
  })

  test('ends with status 1 when nobody answers', async () => {
    const child = ping(`echo 1 > ${settings}/icmp_echo_ignore_all && exec`, '127.0.0.1', '2', '50')
    expect(await child.end()).toBe(1)
    expect(child.stdout).toBe('seq=1: no reply\nseq=2: no reply\n2 sent, 0 received\n')
  })

  test('says with which errno it failed when no route leads there', async () => {
    const child = ping('exec', '203.0.113.1', '1')
    expect(await child.end()).toBe(1)
    expect(child.stderr).toContain('SystemError: sendto: ENETUNREACH (Network is unreachable)')
  })
})
