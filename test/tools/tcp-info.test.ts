// Owns the test of examples/tools/tcp-info.ts: what it tells of a living connection is what ss(8) says of the same one.
import { execFileSync } from 'node:child_process'
import { afterEach, expect, test } from 'vitest'
import { accept, type InetAddress, MSG_WAITALL, recv, unwrap } from '../../lib/index.js'
import { delivered, hasProgram, loopback, loopback6, own, refusing, reset, shut, tcpListener } from '../fixtures.js'
import { type Child, start, stopAll } from '../peers/peers.js'

afterEach(stopAll)

const tool = (...args: (string | number)[]): Child =>
  start(process.execPath, '--import', 'tsx', 'examples/tools/tcp-info.ts', ...args.map(String))

/** The first number after each of these names. */
const numbers = (text: string, names: readonly string[]): (number | undefined)[] =>
  names.map((name) => {
    const found = new RegExp(`(?<![\\w-])${name}[ :]([\\d.]+)`).exec(text)?.[1]
    return found === undefined ? undefined : Number(found)
  })

// Nothing of these changes while both sides rest.
const ours = ['rtt', 'cwnd', 'mss', 'pmtu', 'bytes sent', 'acked', 'received']
const theirs = ['rtt', 'cwnd', 'mss', 'pmtu', 'bytes_sent', 'bytes_acked', 'bytes_received']

test.skipIf(!hasProgram('ss', 'iproute2')).each([
  ['IPv4', loopback],
  ['IPv6', loopback6],
])('tcp-info: tells of an %s connection what ss does, and sees the peer end', async (_, address) => {
  const listener = tcpListener(1, address)
  const { address: host, port } = listener.address as InetAddress
  const child = tool(host, port, 5000)
  await child.says(/Connected: state ESTABLISHED, .*\n.*\n {2}bytes sent 0, acked \d, received 0\n/)
  const { fd, address: client } = unwrap(accept(listener.fd))
  own(fd)
  expect(unwrap(recv(fd, new Uint8Array(5000), MSG_WAITALL))).toBe(5000)
  expect(delivered(fd, 'thanks')).toBe('6')
  const [told] = await child.says(/Got 6 bytes: state ESTABLISHED, .*\n.* retransmitted 0 .*\n.*received 6\n/)

  const filter = ['sport', '=', `:${(client as InetAddress).port}`, 'and', 'dport', '=', `:${port}`]
  const ss = execFileSync('ss', ['-tinH', 'state', 'established', ...filter], { encoding: 'utf8' })
  const values = numbers(told, ours)
  expect(values).toEqual(numbers(ss, theirs))
  expect(values[0]).toBeGreaterThan(0)
  expect(values.slice(4)).toEqual([5000, 5001, 6]) // SYN counts as acknowledged

  shut(fd)
  expect(await child.output()).toMatch(/The peer has ended: state CLOSE_WAIT, .*\n.*\n.*\n$/)
})

test('tcp-info: says with which errno it failed: refused, or reset', async () => {
  const { port } = refusing() as InetAddress
  const refused = tool('127.0.0.1', port)
  expect(await refused.end()).toBe(1)
  expect(refused.stderr).toContain('SystemError: connect: ECONNREFUSED')

  const listener = tcpListener()
  const broken = tool('127.0.0.1', (listener.address as InetAddress).port)
  await broken.says(/Connected.*\n.*\n.*\n/)
  const fd = own(unwrap(accept(listener.fd)).fd)
  expect(unwrap(recv(fd, new Uint8Array(10_000), MSG_WAITALL))).toBe(10_000)
  reset(fd)
  expect(await broken.end()).toBe(1)
  expect(broken.stderr).toContain('SystemError: recv: ECONNRESET')
})
