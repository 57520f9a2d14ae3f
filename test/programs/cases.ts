// Cases that need a user, routes or a limit of their own, and so a process: `cases.ts A-032` prints the result of each
// step as JSON. Run by `ownProcess` of fixtures.ts.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  type Address,
  AF_INET,
  AF_INET6,
  AF_NETLINK,
  AF_PACKET,
  AF_UNIX,
  AF_UNSPEC,
  accept,
  bind,
  type Credentials,
  close,
  connect,
  dup,
  ETH_P_ALL,
  errnoName,
  type Fd,
  getaddrinfo,
  gethostbyname,
  getnameinfo,
  getprotobyname,
  getservbyname,
  getsockopt,
  htonl,
  htons,
  IFF_LOOPBACK,
  IFF_UP,
  IP_MTU,
  IP_MTU_DISCOVER,
  IP_PMTUDISC_DO,
  IP_PMTUDISC_DONT,
  IPPROTO_IP,
  IPPROTO_TCP,
  IPPROTO_UDP,
  if_nameindex,
  if_nametoindex,
  inet_ntoa,
  ioctl,
  listen,
  MSG_DONTWAIT,
  MSG_FASTOPEN,
  NETLINK_USERSOCK,
  NI_NAMEREQD,
  type OptionValue,
  POLLIN,
  POLLOUT,
  POLLRDHUP,
  poll,
  recv,
  SCM_CREDENTIALS,
  SIOCGIFADDR,
  SIOCGIFBRDADDR,
  SIOCGIFCONF,
  SIOCGIFDSTADDR,
  SIOCGIFFLAGS,
  SIOCGIFHWADDR,
  SIOCGIFINDEX,
  SIOCGIFMETRIC,
  SIOCGIFMTU,
  SIOCGIFNAME,
  SIOCGIFNETMASK,
  SIOCGIFTXQLEN,
  SO_BINDTODEVICE,
  SO_BINDTOIFINDEX,
  SO_BROADCAST,
  SO_BUSY_POLL,
  SO_DEBUG,
  SO_KEEPALIVE,
  SO_MARK,
  SO_MAX_PACING_RATE,
  SO_PASSCRED,
  SO_PEERCRED,
  SO_PRIORITY,
  SO_RCVBUF,
  SO_RCVBUFFORCE,
  SO_RCVMARK,
  SO_REUSEPORT,
  SO_SNDBUF,
  SO_SNDBUFFORCE,
  SOCK_DGRAM,
  SOCK_RAW,
  SOL_SOCKET,
  type SocketOption,
  sendmsg,
  sendto,
  setsockopt,
  socket,
  TCP_FASTOPEN,
  TCP_KEEPCNT,
  TCP_KEEPIDLE,
  TCP_KEEPINTVL,
  TCP_REPAIR,
  TCP_USER_TIMEOUT,
  unwrap,
} from '../../lib/index.js'
import {
  arrival,
  bound,
  bytes,
  loopback,
  nonBlocking,
  own,
  pendingError,
  polled,
  received,
  removeDirectories,
  rights,
  sent,
  sentMessage,
  shown,
  shownFd,
  tcp,
  tcpListener,
  tcpPair,
  temporaryDirectory,
  timed,
  udp,
  udp6,
  udpPair,
  unix,
  unixListener,
  unixPair,
} from '../fixtures.js'
import { got, message, messageAndData, peerName } from '../transport/lines.js'
import { network } from './network.js'

/** From here on this process is nobody's. Everything is imported by now, so it may lie where nobody can read. */
function becomeNobody(): void {
  process.setgroups?.([])
  process.setgid?.(65534)
  process.setuid?.(65534)
}

/** What `action` gives when it is done by nobody, with the rights that come with it. */
function asNobody<T>(action: () => T): T {
  process.setgroups?.([])
  process.setegid?.(65534)
  process.seteuid?.(65534)
  try {
    return action()
  } finally {
    process.seteuid?.(0)
    process.setegid?.(0)
  }
}

/** `ip`, in the network of this process. */
const ip = (command: string): void => void execFileSync('ip', command.split(' '))

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

const kept = (fd: number, name: SocketOption): string => shown(getsockopt(fd, SOL_SOCKET, name as number), String)
const set = (fd: number, name: SocketOption, value: OptionValue): string =>
  shown(setsockopt(fd, SOL_SOCKET, name as number, value))

const cases: Readonly<Record<string, () => string[] | Promise<string[]>>> = {
  ...network,

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

  'I-019'() {
    const sharing = (): Fd => {
      const fd = udp()
      unwrap(setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, true))
      return fd
    }
    const address = bound(sharing())
    becomeNobody()
    const taken = shown(bind(sharing(), address))
    const all = [sharing()]
    const shared = bound(all[0] as Fd)
    for (let i = 0; i < 3; i++) unwrap(bind(all[all.push(sharing()) - 1] as Fd, shared))
    for (let i = 0; i < 60; i++) unwrap(sendto(udp(), bytes('x'), 0, shared))
    const reached = all.filter((fd) => polled(fd, POLLIN) === '1 IN').length
    return [taken, reached > 1 ? 'spread' : `${reached} of 4`]
  },

  'I-025'() {
    ip('link set lo mtu 1500')
    const [u, v] = udpPair()
    const size = (count: number): string => sent(u, new Uint8Array(count))
    unwrap(setsockopt(u, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DO))
    const whole = [size(1472), size(1473)]
    received(v, 1)
    unwrap(setsockopt(u, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DONT))
    const fragments = [size(3000), shown(recv(v, new Uint8Array(4000)))]
    return [...whole, ...fragments, got(u, IPPROTO_IP, IP_MTU)]
  },

  'I-038'() {
    const [u, v] = udpPair()
    const mark = (text: string, data: number | Uint8Array): string =>
      shown(sendmsg(u, { iov: [bytes(text)], control: [{ level: SOL_SOCKET, type: SO_MARK, data }] }))
    const unseen = [mark('a', 7), message(v, 9, 64)]
    unwrap(setsockopt(v, SOL_SOCKET, SO_RCVMARK, true))
    const seen = [mark('b', 7), ...messageAndData(v).map(String)]
    becomeNobody()
    return [...unseen, ...seen, mark('c', 7), mark('c', new Uint8Array(2))]
  },

  'J-014'() {
    writeFileSync('/proc/sys/net/ipv4/tcp_fastopen', '1') // for clients only
    const { fd, address } = tcpListener()
    unwrap(setsockopt(fd, IPPROTO_TCP, TCP_FASTOPEN, 5))
    const [c, d] = [tcp(), nonBlocking(tcp())]
    const open = (fd: Fd, text: string, to: Address | Uint8Array): string =>
      shown(sendto(fd, bytes(text), MSG_FASTOPEN, to))
    const blocking = [open(c, 'hello', address), peerName(c), received(own(unwrap(accept(fd)).fd), 9)]
    const refused = [open(d, 'x', address), open(tcp(), 'x', { family: AF_UNSPEC }), sent(tcp(), 'x', MSG_FASTOPEN)]
    polled(d, POLLOUT, 1000)
    return [...blocking, ...refused, open(d, 'x', address), open(d, 'x', address)]
  },

  'J-029'() {
    const repair = (): string => shown(setsockopt(tcp(), IPPROTO_TCP, TCP_REPAIR, 5))
    const refused = repair()
    becomeNobody()
    return [refused, repair()]
  },

  'J-039'() {
    const [c] = tcpPair()
    unwrap(setsockopt(c, IPPROTO_TCP, TCP_USER_TIMEOUT, 400))
    ip('link set lo down')
    const count = sent(c, 'x')
    const end = timed(200, 8000, () => polled(c, POLLIN, 8000))
    return [count, ...end, errnoName(pendingError(c)) ?? '', sent(c, 'x'), received(c, 1)]
  },

  'J-041'() {
    const [c] = tcpPair()
    unwrap(setsockopt(c, SOL_SOCKET, SO_KEEPALIVE, true))
    for (const option of [TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT]) unwrap(setsockopt(c, IPPROTO_TCP, option, 1))
    ip('link set lo down')
    return [...timed(1000, 8000, () => polled(c, POLLRDHUP, 9000)), errnoName(pendingError(c)) ?? '']
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

  async 'M-018'() {
    const s = udp()
    await limiter()(1000)
    const most = (count: number) =>
      shown(
        poll(
          new Array(count).fill(0).map(() => ({ fd: s, events: POLLOUT, revents: 0 })),
          0,
        ),
      )
    return [most(1000), most(1001), ...timed(140, 500, () => shown(poll([], 150)))]
  },

  async 'A-111'() {
    const [a, b] = unixPair()
    await limiter()(30)
    becomeNobody()
    let count = 0
    let line = sentMessage(a, 'x', [rights(a)])
    for (; line === '1' && count < 1000; count++) line = sentMessage(a, 'x', [rights(a)])
    close(b)
    return [line, String(count)]
  },

  'H-009'() {
    const directory = temporaryDirectory()
    chmodSync(directory, 0o755)
    const at = (name: string): Address => ({ family: AF_UNIX, path: join(directory, name) })
    const listener = unix()
    bound(listener, at('stream'))
    unwrap(listen(listener, 5))
    bound(unix(SOCK_DGRAM), at('dgram'))
    for (const name of ['stream', 'dgram']) chmodSync(join(directory, name), 0o555)
    const lines = asNobody(() => [
      shown(connect(unix(), at('stream'))),
      shown(sendto(unix(SOCK_DGRAM), bytes('x'), 0, at('dgram'))),
      shown(connect(unix(SOCK_DGRAM), at('dgram'))),
      shown(bind(unix(), at('new'))),
    ])
    removeDirectories()
    return lines
  },

  'H-023'() {
    const listener = unixListener()
    const client = unix()
    return asNobody(() => {
      unwrap(connect(client, listener.address))
      const credentials = unwrap(getsockopt(client, SOL_SOCKET, SO_PEERCRED, 12))
      return [`uid ${new Int32Array(credentials.slice().buffer)[1]}`]
    })
  },

  async 'H-062'() {
    const [x, y] = unixPair()
    unwrap(setsockopt(y, SOL_SOCKET, SO_PASSCRED, true))
    const send = (pid: number, uid: number, gid: number): string =>
      sentMessage(x, 'm', [{ level: SOL_SOCKET, type: SCM_CREDENTIALS, data: { pid, uid, gid } }])
    const sendBytes = (size: number): string =>
      sentMessage(x, 'm', [{ level: SOL_SOCKET, type: SCM_CREDENTIALS, data: new Uint8Array(size) }])
    const got = (): Credentials => arrival(y, [4], 0, 64).message?.control[0]?.data as Credentials
    const child = spawn('cat') // ends when its standard input does
    const fake = send(process.pid, 12345, 54321)
    const { uid, gid } = got()
    const live = send(child.pid as number, 0, 0)
    const lines = [fake, `(${uid}, ${gid})`, live, String(got().pid === child.pid)]
    lines.push(send(-1, 0, 0), send(2 ** 22 + 1, 0, 0), sendBytes(0), sendBytes(16))
    const other = child.pid as number
    const [me, nobody] = [process.pid, 65534]
    becomeNobody()
    lines.push(send(other, nobody, nobody), send(me, 0, nobody), send(me, nobody, 0), send(me, nobody, nobody))
    return lines
  },

  // Descriptor 50 is an io_uring, which the program that started this one has made.
  'H-069'() {
    const [x, y] = unixPair()
    return [sentMessage(x, 'm', [rights(50)]), received(y, 4, MSG_DONTWAIT)]
  },

  'K-004'() {
    const fd = udp()
    const most = Number(readFileSync('/proc/sys/net/core/rmem_max', 'utf8'))
    const results = [
      set(fd, SO_RCVBUFFORCE, most + 1000),
      String(kept(fd, SO_RCVBUF) === String(2 * (most + 1000))),
      set(fd, SO_SNDBUFFORCE, -10),
      kept(fd, SO_SNDBUF),
      set(fd, SO_RCVBUFFORCE, -10),
      kept(fd, SO_RCVBUF),
    ]
    becomeNobody()
    return [...results, set(fd, SO_RCVBUFFORCE, 10), set(fd, SO_SNDBUFFORCE, 10), set(fd, SO_RCVBUF, 10)]
  },

  'K-012'() {
    const fd = tcp()
    const results = [
      kept(fd, SO_PRIORITY),
      set(fd, SO_PRIORITY, 6),
      kept(fd, SO_PRIORITY),
      set(fd, SO_PRIORITY, 7),
      set(fd, SO_MARK, 5),
      kept(fd, SO_MARK),
      set(fd, SO_DEBUG, 1),
    ]
    becomeNobody()
    const steps = [
      [SO_PRIORITY, 7] as const,
      [SO_PRIORITY, 6] as const,
      [SO_PRIORITY, -1] as const,
      [SO_MARK, 6] as const,
    ]
    return [
      ...results,
      ...steps.map(([name, value]) => set(fd, name, value)),
      kept(fd, SO_MARK),
      set(fd, SO_DEBUG, 1),
      set(fd, SO_DEBUG, 0),
    ]
  },

  'K-013'() {
    const fd = tcp()
    const results = [
      kept(fd, SO_BINDTODEVICE),
      set(fd, SO_BINDTODEVICE, 'lo'),
      kept(fd, SO_BINDTODEVICE),
      shown(getsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, 2)),
      set(fd, SO_BINDTODEVICE, 'nosuchif'),
      set(fd, SO_BINDTODEVICE, ''),
      kept(fd, SO_BINDTODEVICE),
      set(fd, SO_BINDTODEVICE, 'x'.repeat(40)),
      kept(fd, SO_BINDTOIFINDEX),
      set(fd, SO_BINDTOIFINDEX, 1),
      kept(fd, SO_BINDTOIFINDEX),
      set(fd, SO_BINDTOIFINDEX, -1),
    ]
    becomeNobody()
    const own = udp()
    return [...results, set(own, SO_BINDTODEVICE, 'lo'), set(own, SO_BINDTODEVICE, '')]
  },

  'K-023'() {
    const fd = udp()
    const rate = new Uint8Array(BigInt64Array.of(2n ** 40n).buffer)
    const results = [
      set(fd, SO_BUSY_POLL, 50),
      kept(fd, SO_BUSY_POLL),
      set(fd, SO_MAX_PACING_RATE, rate),
      shown(getsockopt(fd, SOL_SOCKET, SO_MAX_PACING_RATE, 8), (bytes) =>
        String(new BigInt64Array(bytes.slice().buffer)[0]),
      ),
      kept(fd, SO_MAX_PACING_RATE),
    ]
    becomeNobody()
    return [...results, set(fd, SO_BUSY_POLL, 100), set(fd, SO_BUSY_POLL, 10)]
  },
  /** What is known of every interface, as SIOCGIF* tells it, and as ip does. */
  async interfaces() {
    const ip = (...args: string[]): string => execFileSync('ip', args, { encoding: 'utf8' })
    ip('link', 'add', 'left', 'type', 'veth', 'peer', 'name', 'a-name-of-15-by')
    ip('addr', 'add', '10.9.8.7/24', 'broadcast', '+', 'dev', 'left')
    ip('addr', 'add', '10.9.8.6', 'peer', '10.9.7.1', 'dev', 'a-name-of-15-by')
    ip('link', 'set', 'left', 'mtu', '1400', 'txqueuelen', '77', 'up')
    const u = udp()
    const addressed = (address: Address): unknown => 'address' in address && address.address
    const told = unwrap(if_nameindex()).map(({ index, name }) => {
      const own = shown(ioctl(u, SIOCGIFADDR, name), (address) => `${addressed(address)}`)
      const flags = unwrap(ioctl(u, SIOCGIFFLAGS, name))
      return {
        name: unwrap(ioctl(u, SIOCGIFNAME, index)),
        index: [index, unwrap(ioctl(u, SIOCGIFINDEX, name)), unwrap(if_nametoindex(name))],
        mtu: unwrap(ioctl(u, SIOCGIFMTU, name)),
        queue: unwrap(ioctl(u, SIOCGIFTXQLEN, name)),
        metric: unwrap(ioctl(u, SIOCGIFMETRIC, name)),
        up: (flags & IFF_UP) !== 0,
        loopback: (flags & IFF_LOOPBACK) !== 0,
        hardware: Buffer.from(unwrap(ioctl(u, SIOCGIFHWADDR, name))).toString('hex'),
        own,
        peer: shown(ioctl(u, SIOCGIFDSTADDR, name), (address) => `${addressed(address)}`),
        broadcast: shown(ioctl(u, SIOCGIFBRDADDR, name), (address) => `${addressed(address)}`),
        mask: shown(ioctl(u, SIOCGIFNETMASK, name), (address) => `${addressed(address)}`),
      }
    })
    const mask = (length: number): string => inet_ntoa(htonl(length === 0 ? 0 : (-1 << (32 - length)) >>> 0))
    const shownByIp = JSON.parse(ip('-j', 'addr')).map((link: Record<string, unknown>) => {
      const list = link.addr_info as Record<string, string>[]
      const four = list.find(({ family }) => family === 'inet')
      const none = '-1 EADDRNOTAVAIL'
      return {
        name: link.ifname,
        index: [link.ifindex, link.ifindex, link.ifindex],
        mtu: link.mtu,
        queue: link.txqlen,
        metric: 0,
        up: (link.flags as string[]).includes('UP'),
        loopback: (link.flags as string[]).includes('LOOPBACK'),
        hardware: (link.address as string).replaceAll(':', ''),
        own: four?.local ?? none,
        peer: four?.address ?? four?.local ?? none,
        broadcast: four ? (four.broadcast ?? '0.0.0.0') : none,
        mask: four ? mask(Number(four.prefixlen)) : none,
      }
    })
    const listed = unwrap(ioctl(u, SIOCGIFCONF)).map(({ name, address }) => `${name} ${addressed(address)}`)
    const byIndex = (a: { index: number[] }, b: { index: number[] }): number => Number(a.index[0]) - Number(b.index[0])
    return [JSON.stringify(told.sort(byIndex)), JSON.stringify(shownByIp.sort(byIndex)), ...listed.sort()]
  },

  async 'names without descriptors'() {
    const limit = limiter()
    const free = unwrap(dup(0)) // the lowest number there is
    close(free)
    await limit(free)
    const named = getaddrinfo('localhost', null, { family: AF_INET })
    return [
      shown(named),
      named.ok ? '' : `${named.syscall} ${named.cause?.code} ${named.cause?.message}`,
      shown(getnameinfo({ ...loopback, port: 80 })),
      shown(getservbyname('http')),
      shown(getprotobyname('tcp')),
      shown(gethostbyname('localhost')),
      shown(if_nameindex()),
    ]
  },

  /** There is no name server, and nobody to ask for one. */
  'names without a network': () => [
    shown(getaddrinfo('host.invalid', null)),
    shown(getnameinfo({ family: AF_INET, address: '192.0.2.1', port: 0 }, NI_NAMEREQD)),
    shown(gethostbyname('host.invalid')),
  ],
  'N-015'() {
    const [a, b] = [0, 1].map(() => own(unwrap(socket(AF_NETLINK, SOCK_RAW, NETLINK_USERSOCK)))) as [Fd, Fd]
    const address = bound(a, { family: AF_NETLINK, pid: 0, groups: 0 })
    const message = new Uint8Array(16).fill(120)
    const results = [shown(sendto(b, message, 0, address)), shown(recv(a, new Uint8Array(100)))]
    becomeNobody()
    const another = own(unwrap(socket(AF_NETLINK, SOCK_RAW, NETLINK_USERSOCK)))
    return [
      ...results,
      shown(sendto(another, message, 0, address)),
      shown(bind(another, { family: AF_NETLINK, pid: 0, groups: 1 })),
    ]
  },
}

console.log(JSON.stringify(await cases[process.argv[2] as string]?.()))
process.exit() // although the shell of `limiter` is still there
