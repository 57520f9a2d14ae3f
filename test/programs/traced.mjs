// Makes calls and reports each as it must appear in strace's log. Run by strace.test.ts.
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
  poll,
  read,
  recv,
  recvfrom,
  SEEK_END,
  SHUT_WR,
  SO_REUSEADDR,
  SO_TYPE,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  SOL_SOCKET,
  send,
  sendto,
  setsockopt,
  shutdown,
  sockaddr,
  sockatmark,
  socket,
  socketpair,
  write,
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

// What the kernel is to judge reaches it
report('socket(0x2710 /* AF_??? */, SOCK_STREAM, 0)', socket(10000, SOCK_STREAM))
report('recvfrom(-1, 0x…, 16, 0, NULL, NULL)', recv(-1, buffer))
report('bind(-1, {sa_family=AF_INET, sa_data="\\1"}, 3)', bind(-1, new Uint8Array([2, 0, 1])))
close(-1111)
console.log(JSON.stringify(reports))
