// The tool ss.ts: what it prints of a test's own sockets is what /proc/net says of them.
import { readFileSync, readlinkSync } from 'node:fs'
import { endianness } from 'node:os'
import { afterEach, expect, test } from 'vitest'
import {
  type AddressFamily,
  AF_INET,
  AF_INET6,
  type Fd,
  inet_ntop,
  SHUT_WR,
  shutdown,
  unwrap,
} from '../../lib/index.js'
import { loopback, loopback6, tcpListener, tcpPair } from '../fixtures.js'
import { start, stopAll } from '../peers/peers.js'

afterEach(stopAll)

const inodeOf = (fd: Fd): string => /\d+/.exec(readlinkSync(`/proc/self/fd/${fd}`))?.[0] as string

/** An address of /proc/net/tcp, which prints words of the address as the machine's integers, as the tool prints it. */
function address(text: string, family: AddressFamily): string {
  const [words = '', port = ''] = text.split(':')
  const bytes = Buffer.from(words, 'hex')
  const host = unwrap(inet_ntop(family, endianness() === 'LE' ? bytes.swap32() : bytes))
  return `${family === AF_INET ? host : `[${host}]`}:${Number.parseInt(port, 16)}`
}

const states: Readonly<Record<string, string>> = {
  '01': 'ESTABLISHED',
  '05': 'FIN_WAIT2',
  '08': 'CLOSE_WAIT',
  '0A': 'LISTEN',
}

/** The lines of these sockets in /proc/net/tcp, as the tool prints them. */
function fromProc(file: string, family: AddressFamily, inodes: readonly string[]): string[] {
  const rows = readFileSync(file, 'latin1').trim().split('\n').slice(1)
  return rows.flatMap((row) => {
    const [, local = '', remote = '', state = '', , , , user, , inode = ''] = row.trim().split(/\s+/)
    if (!inodes.includes(inode)) return []
    return [[states[state], address(local, family), address(remote, family), user, inode].join(' ')]
  })
}

test.each([
  ['IPv4', '4', '/proc/net/tcp', AF_INET, loopback],
  ['IPv6', '6', '/proc/net/tcp6', AF_INET6, loopback6],
] as const)(
  'ss lists the TCP sockets of %s with their states, as /proc/net does',
  async (_, option, file, family, at) => {
    const [half, other] = tcpPair(at)
    unwrap(shutdown(half, SHUT_WR))
    const fds = [tcpListener(16, at).fd, ...tcpPair(at), half, other]
    const inodes = fds.map(inodeOf)
    const printed = await start(process.execPath, '--import', 'tsx', 'examples/tools/ss.ts', option).output()
    const ours = printed.split('\n').filter((line) => inodes.includes(line.split(' ')[4] as string))
    expect(ours.map((line) => line.split(' ')[0]).sort()).toEqual(
      ['CLOSE_WAIT', 'ESTABLISHED', 'ESTABLISHED', 'FIN_WAIT2', 'LISTEN'], // all states of this test, and no others
    )
    expect(ours.sort()).toEqual(fromProc(file, family, inodes).sort())
  },
)
