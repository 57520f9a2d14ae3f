// Makes calls and reports each as it must appear in strace's log. Run by strace.test.ts.
import { openSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import {
  AF_INET,
  AF_UNIX,
  accept,
  accept4,
  bind,
  close,
  connect,
  dup,
  dup2,
  dup3,
  EPOLL_CLOEXEC,
  EPOLL_CTL_ADD,
  EPOLL_CTL_DEL,
  EPOLL_CTL_MOD,
  EPOLLET,
  EPOLLEXCLUSIVE,
  EPOLLIN,
  EPOLLONESHOT,
  EPOLLOUT,
  epoll_create1,
  epoll_ctl,
  epoll_wait,
  F_DUPFD_CLOEXEC,
  F_GETFD,
  F_GETFL,
  F_SETFL,
  FIONREAD,
  fcntl,
  getpeername,
  getsockname,
  getsockopt,
  ioctl,
  listen,
  lseek,
  MSG_DONTWAIT,
  MSG_NOSIGNAL,
  MSG_PEEK,
  MSG_TRUNC,
  O_CLOEXEC,
  O_NONBLOCK,
  POLLIN,
  POLLOUT,
  pipe2,
  poll,
  ppoll,
  pselect,
  read,
  readv,
  recv,
  recvfrom,
  recvmmsg,
  recvmsg,
  SEEK_END,
  SHUT_WR,
  SO_REUSEADDR,
  SO_TYPE,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  SOL_SOCKET,
  SPLICE_F_MORE,
  SPLICE_F_NONBLOCK,
  select,
  send,
  sendfile,
  sendmmsg,
  sendmsg,
  sendto,
  setsockopt,
  shutdown,
  sockaddr,
  sockatmark,
  socket,
  socketpair,
  splice,
  write,
  writev,
} from 'sys-socket'
import * as raw from 'sys-socket/raw'

const reports = []
const outcome = (result, value = String) => (result.ok ? value(result.value) : `-1 ${result.code} (${result.message})`)
const report = (call, result, value) => {
  reports.push(`${call} = ${outcome(result, value)}`)
  return result.value
}
const zero = () => '0'
const inet = ({ address, port }) => `{sa_family=AF_INET, sin_port=htons(${port}), sin_addr=inet_addr("${address}")}`

const file = openSync(fileURLToPath(import.meta.url), 'r') // begins with '// Makes calls'
close(-1111) // the log before this is Node starting
const loopback = { family: AF_INET, address: '127.0.0.1', port: 0 }
const buffer = new Uint8Array(16)
const hello = Buffer.from('hello')

// TCP, from socket to close
const listener = report(
  'socket(AF_INET, SOCK_STREAM|SOCK_CLOEXEC, IPPROTO_IP)',
  socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC),
)
report(
  `setsockopt(${listener}, SOL_SOCKET, SO_REUSEADDR, [1], 4)`,
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, true),
  zero,
)
report(`getsockopt(${listener}, SOL_SOCKET, SO_TYPE, [1], [4])`, getsockopt(listener, SOL_SOCKET, SO_TYPE), zero)
report(`bind(${listener}, ${inet(loopback)}, 16)`, bind(listener, loopback), zero)
report(`listen(${listener}, 7)`, listen(listener, 7), zero)
const named = getsockname(listener)
report(`getsockname(${listener}, ${inet(named.value)}, [128 => 16])`, named, zero)
const client = report('socket(AF_INET, SOCK_STREAM, IPPROTO_IP)', socket(AF_INET, SOCK_STREAM))
report(`connect(${client}, ${inet(named.value)}, 16)`, connect(client, named.value), zero)
const accepted = accept(listener)
const { fd } = report(`accept(${listener}, ${inet(accepted.value.address)}, [128 => 16])`, accepted, (value) =>
  String(value.fd),
)
report(`getpeername(${client}, ${inet(named.value)}, [128 => 16])`, getpeername(client), zero)
for (let i = 0; i < 3; i++)
  report(`sendto(${client}, "hello", 5, MSG_NOSIGNAL, NULL, 0)`, send(client, hello, MSG_NOSIGNAL))
report(`ioctl(${fd}, FIONREAD, [15])`, ioctl(fd, FIONREAD), zero)
for (let i = 0; i < 3; i++)
  report(`recvfrom(${fd}, "hellohellohello", 16, MSG_PEEK, NULL, NULL)`, recv(fd, buffer, MSG_PEEK))
report(`recvfrom(${fd}, "hello", 5, 0, NULL, NULL)`, recv(fd, buffer.subarray(0, 5)))
report(`read(${fd}, "hellohello", 16)`, read(fd, buffer))
report(`recvfrom(${fd}, 0x…, 16, MSG_DONTWAIT, NULL, NULL)`, recv(fd, buffer, MSG_DONTWAIT))
report(`ioctl(${fd}, SIOCATMARK, [0])`, sockatmark(fd), zero)
report(`lseek(${fd}, 7, SEEK_END)`, lseek(fd, 7, SEEK_END))
report(`fcntl(${fd}, F_GETFL)`, fcntl(fd, F_GETFL), () => '0x2 (flags O_RDWR)')
report(`fcntl(${fd}, F_SETFL, O_RDONLY|O_NONBLOCK)`, fcntl(fd, F_SETFL, O_NONBLOCK))
report(
  `poll([{fd=${fd}, events=POLLIN|POLLOUT}], 1, 0)`,
  poll([{ fd, events: POLLIN | POLLOUT, revents: 0 }], 0),
  () => `1 ([{fd=${fd}, revents=POLLOUT}])`,
)
report(`shutdown(${client}, SHUT_WR)`, shutdown(client, SHUT_WR), zero)
report(`recvfrom(${fd}, "", 16, 0, NULL, NULL)`, recv(fd, buffer))
report(`fcntl(${listener}, F_SETFL, O_RDONLY|O_NONBLOCK)`, fcntl(listener, F_SETFL, O_NONBLOCK))
report(`accept4(${listener}, 0x…, [128], SOCK_CLOEXEC)`, accept4(listener, SOCK_CLOEXEC))

// Descriptors
const copy = report(`dup(${fd})`, dup(fd))
report(`dup2(${fd}, ${copy})`, dup2(fd, copy))
report(`dup3(${fd}, ${copy}, O_CLOEXEC)`, dup3(fd, copy, O_CLOEXEC))
report(`fcntl(${copy}, F_GETFD)`, fcntl(copy, F_GETFD), () => '0x1 (flags FD_CLOEXEC)')
const high = report(`fcntl(${fd}, F_DUPFD_CLOEXEC, 500)`, fcntl(fd, F_DUPFD_CLOEXEC, 500))
for (const each of [listener, client, fd, copy, high]) report(`close(${each})`, close(each), zero)
report(`close(${high})`, close(high))

// Messages, addresses of other lengths
const [x, y] = [socket(AF_UNIX, SOCK_DGRAM), socket(AF_UNIX, SOCK_DGRAM)].map((made) =>
  report('socket(AF_UNIX, SOCK_DGRAM, 0)', made),
)
const name = `sys-socket-${process.pid}`
const abstract = { family: AF_UNIX, path: `\0${name}` }
report(`bind(${x}, {sa_family=AF_UNIX, sun_path=@"${name}"}, ${name.length + 3})`, bind(x, abstract), zero)
report(
  `sendto(${y}, "hello", 5, 0, {sa_family=AF_UNIX, sun_path=@"${name}"}, ${name.length + 3})`,
  sendto(y, hello, 0, abstract),
)
report(
  `sendto(${y}, "hello", 5, MSG_DONTWAIT|MSG_NOSIGNAL, {sa_family=AF_UNIX, sun_path=@"${name}"}, ${name.length + 3})`,
  sendto(y, hello, MSG_DONTWAIT | MSG_NOSIGNAL, abstract),
)
report(`recvfrom(${x}, "he", 2, MSG_TRUNC, 0x…, [128 => 0])`, recvfrom(x, new Uint8Array(2), MSG_TRUNC), ({ count }) =>
  String(count),
)
const encoded = sockaddr(abstract)
for (let i = 0; i < 2; i++)
  report(
    `sendto(${y}, "hello", 5, 0, {sa_family=AF_UNIX, sun_path=@"${name}"}, ${name.length + 3})`,
    sendto(y, hello, 0, encoded),
  )
const pair = socketpair(AF_UNIX, SOCK_SEQPACKET)
const [left, right] = report(
  `socketpair(AF_UNIX, SOCK_SEQPACKET, 0, [${pair.value}])`
    .replace(',', ', ')
    .replace(/\[(\d+),(\d+)\]/, '[$1, $2]')
    .replace(',  ', ', '),
  pair,
  zero,
)
report(`write(${left}, "hello", 5)`, write(left, hello))

// The raw face makes the very same calls
const rawReport = (call, number) => reports.push(`${call} = ${number}`)
for (let i = 0; i < 2; i++)
  rawReport(`recvfrom(${right}, "hello", 16, MSG_PEEK, NULL, NULL)`, raw.recv(right, buffer, MSG_PEEK))
rawReport(`listen(${right}, 1)`, `${raw.listen(right, 1) === -22 ? '-1 EINVAL (Invalid argument)' : 'another errno'}`)
for (const each of [x, y, left, right]) rawReport(`close(${each})`, raw.close(each))

// Several buffers, several messages
{
  const pair = socketpair(AF_UNIX, SOCK_STREAM)
  const [x, y] = report(`socketpair(AF_UNIX, SOCK_STREAM, 0, [${pair.value?.join(', ')}])`, pair, zero)
  const iov = (...texts) => `[${texts.map((text) => `{iov_base="${text}", iov_len=${text.length}}`).join(', ')}]`
  const room = (...sizes) => sizes.map((size) => new Uint8Array(size))
  const header = (name, sizes, ...texts) =>
    `{msg_name=${name}, msg_iov=${iov(...texts)}, msg_iovlen=${texts.length}, ${sizes}, msg_flags=0}`
  const outgoing = (...texts) => header('NULL, msg_namelen=0', 'msg_controllen=0', ...texts)
  const incoming = (...texts) => header('0x…, msg_namelen=128 => 0', 'msg_controllen=0', ...texts)
  report(`writev(${x}, ${iov('hel', 'lo')}, 2)`, writev(x, [hello.subarray(0, 3), hello.subarray(3)]))
  report(`readv(${y}, ${iov('he', 'llo')}, 2)`, readv(y, room(2, 3)))
  report(
    `sendmsg(${x}, ${outgoing('hello', 'he')}, MSG_NOSIGNAL)`,
    sendmsg(x, { iov: [hello, hello.subarray(0, 2)] }, MSG_NOSIGNAL),
  )
  report(
    `recvmsg(${y}, ${incoming('hel', 'lohe')}, MSG_DONTWAIT)`,
    recvmsg(y, { iov: room(3, 4) }, MSG_DONTWAIT),
    ({ count }) => String(count),
  )
  report(
    `sendmmsg(${x}, [{msg_hdr=${outgoing('hello')}, msg_len=5}, {msg_hdr=${outgoing('he')}, msg_len=2}], 2, 0)`,
    sendmmsg(x, [{ iov: [hello] }, { iov: [hello.subarray(0, 2)] }]),
    () => '2',
  )
  report(
    `recvmmsg(${y}, [{msg_hdr=${incoming('hell')}, msg_len=4}], 1, MSG_DONTWAIT, {tv_sec=1, tv_nsec=500000000})`,
    recvmmsg(y, [{ iov: room(4) }], MSG_DONTWAIT, 1500),
    () => '1 (left {…})',
  )

  // Readiness: of `y` there are three bytes to be read, `x` can be written
  const [yIn, xIn, xOut] = [
    [y, POLLIN],
    [x, POLLIN],
    [x, POLLOUT],
  ].map(([fd, events]) => ({ fd, events, revents: 0 }))
  report(
    `ppoll([{fd=${y}, events=POLLIN}, {fd=${x}, events=POLLOUT}], 2, {tv_sec=1, tv_nsec=500000000}, [USR1 USR2], 8)`,
    ppoll([yIn, xOut], 1500, [10, 12]),
    () => `2 ([{fd=${y}, revents=POLLIN}, {fd=${x}, revents=POLLOUT}], left {…})`,
  )
  report(
    `ppoll([{fd=${x}, events=POLLIN}], 1, {tv_sec=0, tv_nsec=250000}, NULL, 8)`,
    ppoll([xIn], 0.25),
    () => '0 (Timeout)',
  )
  report(
    `ppoll([{fd=${y}, events=POLLIN}], 1, NULL, [], 8)`,
    ppoll([yIn], null, []),
    () => `1 ([{fd=${y}, revents=POLLIN}])`,
  )
  // The C library makes select() by pselect6
  report(
    `pselect6(${y + 1}, [${x} ${y}], [${x}], NULL, {tv_sec=0, tv_nsec=0}, NULL)`,
    select({ read: [y, x], write: [x] }, 0),
    () => `2 (in [${y}], out [${x}], left {…})`,
  )
  report(
    `pselect6(${x + 1}, [${x}], NULL, [], {tv_sec=0, tv_nsec=1500000}, NULL)`,
    select({ read: Int32Array.of(x), except: [] }, 1.5),
    () => '0 (Timeout)',
  )
  report(
    `pselect6(${y + 1}, [${y}], NULL, [${x}], {tv_sec=0, tv_nsec=500000000}, {sigmask=[USR1], sigsetsize=8})`,
    pselect({ read: [y], except: [x] }, 500, [10]),
    () => `1 (in [${y}], left {…})`,
  )
  const epoll = report('epoll_create1(EPOLL_CLOEXEC)', epoll_create1(EPOLL_CLOEXEC))
  report(
    `epoll_ctl(${epoll}, EPOLL_CTL_ADD, ${y}, {events=EPOLLIN|EPOLLONESHOT|EPOLLET, data={u32=${y}, u64=${y}}})`,
    epoll_ctl(epoll, EPOLL_CTL_ADD, y, { events: EPOLLIN | EPOLLONESHOT | EPOLLET }),
    zero,
  )
  const large = '{u32=1985229328, u64=18364758544493064720}'
  report(
    `epoll_ctl(${epoll}, EPOLL_CTL_ADD, ${x}, {events=EPOLLOUT|EPOLLEXCLUSIVE, data=${large}})`,
    epoll_ctl(epoll, EPOLL_CTL_ADD, x, { events: EPOLLOUT | EPOLLEXCLUSIVE, data: 0xfedcba9876543210n }),
    zero,
  )
  const both = `[{events=EPOLLIN, data={u32=${y}, u64=${y}}}, {events=EPOLLOUT, data=${large}}]`
  report(`epoll_wait(${epoll}, ${both}, 8, 0)`, epoll_wait(epoll, 8, 0), (events) => String(events.length))
  report(
    `epoll_wait(${epoll}, [{events=EPOLLOUT, data=${large}}], 100000000, -1)`,
    epoll_wait(epoll, 100_000_000, -1),
    (events) => String(events.length),
  )
  report(
    `epoll_ctl(${epoll}, EPOLL_CTL_MOD, ${y}, {events=EPOLLOUT, data={u32=7, u64=7}})`,
    epoll_ctl(epoll, EPOLL_CTL_MOD, y, { events: EPOLLOUT, data: 7 }),
    zero,
  )
  report(`epoll_ctl(${epoll}, EPOLL_CTL_DEL, ${y}, NULL)`, epoll_ctl(epoll, EPOLL_CTL_DEL, y), zero)
  report(`epoll_wait(${epoll}, 0x…, 0, 0)`, epoll_wait(epoll, 0, 0))
  report(`epoll_wait(${epoll}, 0x…, 2147483647, 0)`, epoll_wait(epoll, 2147483647, 0))

  // From a file, and through a pipe
  const pipe = pipe2(O_CLOEXEC)
  const [out, into] = report(`pipe2([${pipe.value?.join(', ')}], O_CLOEXEC)`, pipe, zero)
  const at = BigInt64Array.of(3n)
  report(`sendfile(${x}, ${file}, NULL, 3)`, sendfile(x, file, null, 3))
  report(`sendfile(${x}, ${file}, [3] => [8], 5)`, sendfile(x, file, 3, 5))
  report(`sendfile(${x}, ${file}, [3] => [8], 5)`, sendfile(x, file, at, 5))
  report(`sendfile(${x}, ${file}, [4611686018427387904], 5)`, sendfile(x, file, 2n ** 62n, 5))
  report(`sendfile(${x}, ${file}, [8589934592], 1099511627776)`, sendfile(x, file, 2 ** 33, 2 ** 40))
  report(`splice(${file}, [8], ${into}, NULL, 5, 0)`, splice(file, at, into, null, 5))
  report(
    `splice(${out}, NULL, ${x}, NULL, 8589934592, SPLICE_F_NONBLOCK|SPLICE_F_MORE)`,
    splice(out, null, x, null, 2 ** 33, SPLICE_F_NONBLOCK | SPLICE_F_MORE),
  )
  report(`read(${y}, "ohe// MakesMakes call", 32)`, read(y, new Uint8Array(32)))
  for (const each of [x, y, epoll, out, into]) report(`close(${each})`, close(each), zero)
}

// What the kernel is to judge reaches it
report('socket(0x2710 /* AF_??? */, SOCK_STREAM, 0)', socket(10000, SOCK_STREAM))
report('recvfrom(-1, 0x…, 16, 0, NULL, NULL)', recv(-1, buffer))
report('bind(-1, {sa_family=AF_INET, sa_data="\\1"}, 3)', bind(-1, new Uint8Array([2, 0, 1])))
close(-1111)
console.log(JSON.stringify(reports))
