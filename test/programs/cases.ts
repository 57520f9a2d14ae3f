// Cases that need a user, routes or a limit of their own, and so a process: `cases.ts A-032` prints the result of each
// step as JSON. Run by `ownProcess` of fixtures.ts.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  type Address,
  AF_INET,
  AF_INET6,
  AF_PACKET,
  accept,
  bind,
  close,
  connect,
  dup,
  ETH_P_ALL,
  htons,
  IPPROTO_UDP,
  POLLIN,
  SO_BROADCAST,
  SOCK_DGRAM,
  SOCK_RAW,
  SOL_SOCKET,
  sendto,
  setsockopt,
  socket,
  unwrap,
} from '../../lib/index.js'
import { bytes, loopback, polled, shown, shownFd, tcp, tcpListener, udp, udp6 } from '../fixtures.js'

/** From here on this process is nobody's. Everything is imported by now, so it may lie where nobody can read. */
function becomeNobody(): void {
  process.setgroups?.([])
  process.setgid?.(65534)
  process.setuid?.(65534)
}

/** Gives a function that sets how many descriptors this process may have, and needs none itself. */
function limiter(): (most: number) => Promise<void> {
  const shell = spawn('sh', { stdio: ['pipe', 'pipe', 'inherit'] })
  return async (most) => {
    shell.stdin.write(`prlimit --pid ${process.pid} --nofile=${most}:; echo\n`)
    await once(shell.stdout, 'data')
  }
}

const inet = (address: string): Address => ({ family: AF_INET, address, port: 9 })
const broadcast = inet('255.255.255.255')

const cases: Readonly<Record<string, () => string[] | Promise<string[]>>> = {
  'A-032'() {
    becomeNobody()
    return [
      shownFd(socket(AF_INET, SOCK_RAW, IPPROTO_UDP)),
      shownFd(socket(AF_INET6, SOCK_RAW, IPPROTO_UDP)),
      shownFd(socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL))),
      shownFd(socket(AF_PACKET, SOCK_DGRAM)),
    ]
  },

  'A-045'() {
    becomeNobody()
    return [
      shown(bind(tcp(), { ...loopback, port: 80 })),
      shown(bind(udp(), { ...loopback, port: 80 })),
      shown(bind(tcp(), { ...loopback, port: 1024 })),
    ]
  },

  'A-057'() {
    const u = udp()
    const refused = [shown(connect(u, broadcast)), shown(sendto(u, bytes('x'), 0, broadcast))]
    unwrap(setsockopt(u, SOL_SOCKET, SO_BROADCAST, true))
    return [...refused, shown(connect(u, broadcast))]
  },

  'A-058'() {
    const away = inet('203.0.113.1')
    return [
      shown(connect(tcp(), away)),
      shown(connect(udp(), away)),
      shown(sendto(udp(), bytes('x'), 0, away)),
      shown(connect(udp6(), { family: AF_INET6, address: '2001:db8::1', port: 9 })),
    ]
  },

  'A-059': () => ['203.0.113.1', '203.0.113.2', '203.0.113.3'].map((address) => shown(connect(udp(), inet(address)))),

  'A-060'() {
    const s = tcp()
    return [shown(connect(s, inet('224.0.0.1'))), shown(connect(s, broadcast))]
  },

  async 'A-074'() {
    const { fd, address } = tcpListener()
    unwrap(connect(tcp(), address))
    const limit = limiter()
    const free = unwrap(dup(fd)) // the lowest number there is
    close(free)
    await limit(free)
    const results = [shownFd(accept(fd)), polled(fd, POLLIN, 1000)]
    await limit(free + 1)
    return [...results, shownFd(accept(fd))]
  },
}

console.log(JSON.stringify(await cases[process.argv[2] as string]?.()))
process.exit() // although the shell of `limiter` is still there
