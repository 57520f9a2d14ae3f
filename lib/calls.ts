// The calls as functions that return a Result: `sys-socket` itself. Each is its row of the raw face, plus the errno's
// name or the value's form. Nothing is retried, no flag is added, and a blocking descriptor blocks this thread.
//
// Deviations from C: a buffer carries its own length; trailing flags and protocols default to 0; what C writes through
// pointers is part of the value. Wrong types, fractions and integers that C's type cannot hold throw a TypeError or a
// RangeError before any system call is made. EBADF (no such descriptor) and ENOTSOCK (it is no socket) can come from
// every call that takes a socket and are not repeated below.

import { type Address, addressOf } from './address.js'
import {
  type AddressFamily,
  AF_INET,
  type EpollFlags,
  type EpollOperation,
  type FcntlCommand,
  FD_SETSIZE,
  type FileFlags,
  type IoctlRequest,
  type MessageFlags,
  type NameInfoFlags,
  NI_MAXHOST,
  NO_RECOVERY,
  type OptionLevel,
  type OptionType,
  optionTypes,
  type Protocol,
  type ShutdownHow,
  type SocketOption,
  type SocketType,
  type SpliceFlags,
  TRY_AGAIN,
  UIO_MAXIOV,
} from './constants.js'
import type { Fd } from './flavor.js'
import {
  controlMessages,
  type Duration,
  type Message,
  type MessageBuffers,
  type MessageRoom,
  type ReceivedMessage,
} from './message.js'
import type {
  AddressInfo,
  AddressInfoHints,
  HostEntry,
  InterfaceIndex,
  IoctlValues,
  NameInfo,
  ProtocolEntry,
  ServiceEntry,
} from './names.js'
import { control, native } from './native.js'
import type { OptionValue } from './options.js'
import * as raw from './raw.js'
import type { EpollEvent, EpollInterest, PollFd, Selected, SelectSets } from './readiness.js'
import { fail, failAddressInfo, failHost, ok, type Result } from './result.js'

// Room for what the kernel writes. Calls are synchronous, so one of each is enough.
const room = new Uint8Array(1024)
const length = new Int32Array(1)
const pair = new Int32Array(2)
const integer = new Int32Array(1)
const integerBytes = new Uint8Array(integer.buffer)
const addressRoom = new Uint8Array(128) // sizeof(struct sockaddr_storage): no address is longer
const selected = new Int32Array(3 + 3 * FD_SETSIZE) // no set has more
const decoder = new TextDecoder()

const { error } = native.controlWords
const done: Result<void> = Object.freeze(ok(undefined))

// Not by slice() or subarray(), which hand the room to whatever constructor it is given.
const copyOf = (bytes: Uint8Array, size: number | undefined): Uint8Array =>
  new Uint8Array(new Uint8Array(bytes.buffer, 0, size))
const textOf = (bytes: Uint8Array, size: number): string => decoder.decode(new Uint8Array(bytes.buffer, 0, size))

function nothing(syscall: string, result: number): Result<void> {
  return result < 0 ? fail(syscall, result) : done
}

// Results that hold a new descriptor are written out where they are made: near the end of the stack another call could
// fail, and the descriptor would be lost.

function number(syscall: string, result: number): Result<number> {
  return result < 0 ? fail(syscall, result) : ok(result)
}

/** For calls that may give negative numbers: errno alone tells. */
function signed(syscall: string, result: number): Result<number> {
  return control[error] !== 0 ? fail(syscall, result) : ok(result)
}

// Sockets

/**
 * `socket(domain, type, protocol)` — makes a socket.
 *
 * @param domain the address family: AF_INET, AF_INET6, AF_UNIX …
 * @param type SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET …, with SOCK_NONBLOCK and SOCK_CLOEXEC OR-ed in as wished
 * @param protocol 0 for the only or usual one of the type; IPPROTO_ICMP … otherwise. Default 0
 * @returns the descriptor. EAFNOSUPPORT: no such family here. ESOCKTNOSUPPORT: the family has no such type (POSIX says
 *   EPROTOTYPE). EPROTONOSUPPORT: the type has no such protocol. EINVAL: an unknown flag or type. EMFILE, ENFILE: this
 *   process, or the system, has no descriptor left. EACCES, EPERM: not for this user (SOCK_RAW, AF_PACKET). ENOBUFS,
 *   ENOMEM: no memory.
 * @see socket(2), POSIX
 */
export function socket(domain: AddressFamily, type: SocketType, protocol: Protocol = 0): Result<Fd> {
  const made = raw.socket(domain, type, protocol)
  return made < 0 ? fail('socket', made) : { ok: true, value: made, errno: 0, code: undefined }
}

/**
 * `socketpair(domain, type, protocol, sv)` — makes two sockets that are connected to each other.
 *
 * @param domain AF_UNIX; AF_INET and AF_INET6 give EOPNOTSUPP
 * @param type as for socket()
 * @param protocol default 0
 * @returns both descriptors. EOPNOTSUPP: the family cannot make pairs. EAFNOSUPPORT, ESOCKTNOSUPPORT, EPROTONOSUPPORT,
 *   EINVAL, EMFILE, ENFILE, ENOMEM as for socket().
 * @see socketpair(2), POSIX
 */
export function socketpair(domain: AddressFamily, type: SocketType, protocol: Protocol = 0): Result<[Fd, Fd]> {
  const result = raw.socketpair(domain, type, protocol, pair)
  if (result < 0) return fail('socketpair', result)
  return { ok: true, value: [pair[0] as Fd, pair[1] as Fd], errno: 0, code: undefined }
}

/**
 * `bind(fd, address, addrlen)` — gives a socket its own address.
 *
 * @param fd a socket
 * @param address port 0 lets the kernel choose one; `{ family: AF_UNIX, path: '' }` an abstract name. A pathname makes a
 *   file of its own, which stays after close()
 * @returns nothing. EADDRINUSE: taken. EADDRNOTAVAIL: not an address of this host. EACCES: a port below 1024 without the
 *   right to it, or a directory that may not be searched or written. EINVAL: already bound, or a wrong length, such as a
 *   path of over 108 bytes. EAFNOSUPPORT: an address of another family (EINVAL where it is also too short, and for
 *   AF_UNIX). ENODEV: no such interface in `scopeId`. ENOENT, ENOTDIR, ENAMETOOLONG, ELOOP, EROFS: the path. ENOMEM.
 * @see bind(2), ip(7), unix(7), POSIX
 */
export function bind(fd: Fd, address: Address | Uint8Array): Result<void> {
  return nothing('bind', raw.bind(fd, address))
}

/**
 * `listen(fd, backlog)` — lets a socket be connected to.
 *
 * @param fd a stream or SEQPACKET socket; an internet one that is not bound gets a port
 * @param backlog how many connections may wait for accept(); the kernel cuts it to net.core.somaxconn
 * @returns nothing. EADDRINUSE: another socket listens on this port. EOPNOTSUPP: the type cannot listen. EINVAL: already
 *   connected, or an AF_UNIX socket without a name (POSIX says EDESTADDRREQ).
 * @see listen(2), POSIX
 */
export function listen(fd: Fd, backlog: number): Result<void> {
  return nothing('listen', raw.listen(fd, backlog))
}

/** A connection that was accepted. */
export interface Accepted {
  /** The new descriptor. */
  readonly fd: Fd
  /** Who connected; `{ family: AF_UNIX, path: '' }` for a client without a name. */
  readonly address: Address
}

function accepted(syscall: 'accept' | 'accept4', listener: Fd, flags: SocketType): Result<Accepted> {
  const fd =
    syscall === 'accept' ? raw.accept(listener, addressRoom, length) : raw.accept4(listener, addressRoom, length, flags)
  if (fd < 0) return fail(syscall, fd)
  try {
    return { ok: true, value: { fd, address: addressOf(addressRoom, length[0]) as Address }, errno: 0, code: undefined }
  } catch (lost) {
    raw.close(fd) // out of stack or memory: nobody else knows this descriptor
    throw lost
  }
}

/**
 * `accept(fd, address, addrlen)` — takes the next connection from a listening socket, waiting for one if there is none.
 *
 * @param fd a listening socket
 * @returns the new descriptor and the peer's address. On Linux it inherits no flags, O_NONBLOCK included. EAGAIN: none
 *   waits and `fd` does not block, or SO_RCVTIMEO ran out. EINVAL: not listening. EOPNOTSUPP: the type has no
 *   connections. EMFILE, ENFILE: no descriptor left (the connection stays in the queue). ECONNABORTED: given up by the
 *   peer; Linux delivers it as a connection instead. EINTR: a signal. EPERM: a firewall rule. EPROTO, ENOBUFS, ENOMEM.
 * @see accept(2), POSIX
 */
export function accept(fd: Fd): Result<Accepted> {
  return accepted('accept', fd, 0)
}

/**
 * `accept4(fd, address, addrlen, flags)` — accept(), with flags for the new descriptor.
 *
 * @param fd a listening socket
 * @param flags SOCK_NONBLOCK | SOCK_CLOEXEC. Default 0
 * @returns as accept(); EINVAL also for other flags
 * @see accept4(2), POSIX.1-2024
 */
export function accept4(fd: Fd, flags: SocketType = 0): Result<Accepted> {
  return accepted('accept4', fd, flags)
}

/**
 * `connect(fd, address, addrlen)` — connects to a peer; on a datagram socket, only sets where send() sends to.
 *
 * @param fd a socket
 * @param address the peer's; `{ family: AF_UNSPEC }` dissolves the association of a datagram socket, and disconnects TCP
 * @returns nothing. ECONNREFUSED: nobody listens there. EINPROGRESS: `fd` does not block and it takes a while: wait for
 *   POLLOUT, then read SO_ERROR. EALREADY: still on its way. EISCONN: already connected. ETIMEDOUT, ENETUNREACH,
 *   EHOSTUNREACH: the network. ECONNRESET: the peer gave up. EADDRNOTAVAIL: no port left, or no such own address.
 *   EADDRINUSE: this pair of addresses is connected already. EAFNOSUPPORT: another family (AF_UNIX: EINVAL). EINVAL: a
 *   wrong length, or a route that swallows everything. EAGAIN: AF_UNIX with a full backlog. EPROTOTYPE: AF_UNIX with
 *   another type. EACCES: broadcast without SO_BROADCAST, or the path. EPERM: a firewall rule, or a datagram socket that
 *   is connected elsewhere. ENOENT, ENOTDIR: the path. EINTR: a signal; a TCP connection goes on being made in the
 *   background.
 * @see connect(2), POSIX
 */
export function connect(fd: Fd, address: Address | Uint8Array): Result<void> {
  return nothing('connect', raw.connect(fd, address))
}

/**
 * `getsockname(fd, address, addrlen)` — the socket's own address.
 *
 * @param fd a socket
 * @returns the address; before bind(), one of zeros, or `path: ''`. ENOBUFS: no memory.
 * @see getsockname(2), POSIX
 */
export function getsockname(fd: Fd): Result<Address> {
  const result = raw.getsockname(fd, addressRoom, length)
  return result < 0 ? fail('getsockname', result) : ok(addressOf(addressRoom, length[0]) as Address)
}

/**
 * `getpeername(fd, address, addrlen)` — the address of the socket at the other end.
 *
 * @param fd a connected socket
 * @returns the address. ENOTCONN: not connected; or TCP no longer (an AF_UNIX peer keeps its name). ENOBUFS: no memory.
 * @see getpeername(2), POSIX
 */
export function getpeername(fd: Fd): Result<Address> {
  const result = raw.getpeername(fd, addressRoom, length)
  return result < 0 ? fail('getpeername', result) : ok(addressOf(addressRoom, length[0]) as Address)
}

/**
 * `shutdown(fd, how)` — ends one direction of a connection, or both, for every descriptor of the socket.
 *
 * @param fd a connected socket
 * @param how SHUT_RD: nothing is received any more. SHUT_WR: the peer sees the end. SHUT_RDWR: both
 * @returns nothing. ENOTCONN: not connected (AF_UNIX does not mind). EINVAL: another `how`.
 * @see shutdown(2), POSIX
 */
export function shutdown(fd: Fd, how: ShutdownHow): Result<void> {
  return nothing('shutdown', raw.shutdown(fd, how))
}

/**
 * `sockatmark(fd)` — whether the next byte to be read is where out-of-band data was sent.
 *
 * @param fd a socket
 * @returns whether it is. ENOTTY: not a socket, or UDP. EOPNOTSUPP: AF_UNIX datagram and SEQPACKET sockets.
 * @see sockatmark(3), POSIX
 */
export function sockatmark(fd: Fd): Result<boolean> {
  const result = raw.sockatmark(fd)
  return result < 0 ? fail('sockatmark', result) : ok(result === 1)
}

// Options

/** The level of an option: SOL_SOCKET, or a protocol; AF_VSOCK is its own. */
export type Level = OptionLevel | Protocol | AddressFamily

const optionTypeOf = new Map<number, Map<number, OptionType>>()
for (const [level, name, type] of optionTypes) {
  if (typeof level !== 'number' || typeof name !== 'number') continue // one that this platform lacks
  const names = optionTypeOf.get(level) ?? new Map()
  optionTypeOf.set(level, names.set(name, names.get(name) ?? type))
}

/**
 * `getsockopt(fd, level, name, value, length)` — reads an option.
 *
 * @param fd a socket
 * @param level SOL_SOCKET, or a protocol: IPPROTO_TCP, IPPROTO_IP …
 * @param name the option: SO_ERROR, TCP_NODELAY …
 * @param length asks for raw bytes, at most this many, from any option. Left out: the value that the type of the option
 *   says; its bytes, at most 1024, where it has none, or where the kernel's answer is no such value
 * @returns the value. ENOPROTOOPT: no such option. EOPNOTSUPP: no such level. EINVAL: a wrong length, or not now.
 *   ENOTCONN: SO_PEERNAME without a peer. The descriptor that SO_PEERPIDFD gives is yours to close. Options that would
 *   have the kernel follow a pointer in the value throw a TypeError (TCP_ZEROCOPY_RECEIVE, MPTCP_FULL_INFO …).
 * @see getsockopt(2), socket(7), ip(7), ipv6(7), tcp(7), udp(7), packet(7), netlink(7), vsock(7), POSIX
 */
export function getsockopt<T>(
  fd: Fd,
  level: Level,
  name: SocketOption<T>,
): Result<unknown extends T ? number | boolean | Uint8Array : T>
export function getsockopt(fd: Fd, level: Level, name: SocketOption, length: number): Result<Uint8Array>
export function getsockopt(fd: Fd, level: Level, name: SocketOption, size?: number): Result<unknown> {
  if (size !== undefined) {
    const value = new Uint8Array(native.byteCount('getsockopt', 'length', size))
    const result = raw.getsockopt(fd, level, name, value, length)
    return result < 0 ? fail('getsockopt', result) : ok(copyOf(value, Math.min(length[0] as number, size)))
  }
  const type = optionTypeOf.get(level)?.get(name)
  if (type === 'boolean' || type === 'number' || type === 'Descriptor') {
    integer[0] = 0
    const result = raw.getsockopt(fd, level, name, integerBytes, length)
    if (result < 0) return fail('getsockopt', result)
    return { ok: true, value: type === 'boolean' ? integer[0] !== 0 : integer[0], errno: 0, code: undefined }
  }
  const value = new Uint8Array(native.optionRoom(level, name))
  const result = raw.getsockopt(fd, level, name, value, length)
  return result < 0 ? fail('getsockopt', result) : ok(native.optionValue(level, name, value, length[0]))
}

/**
 * `setsockopt(fd, level, name, value, length)` — sets an option.
 *
 * @param fd a socket
 * @param level SOL_SOCKET, or a protocol: IPPROTO_TCP, IPPROTO_IP …
 * @param name the option: SO_REUSEADDR, TCP_NODELAY …
 * @param value what the type of the option says: `{ on: true, seconds: 5 }` for SO_LINGER. A number or a boolean becomes a
 *   C int (4 bytes) for every option that is no 64-bit number; a Uint8Array is passed as it is, whatever its length
 * @returns nothing. ENOPROTOOPT: no such option at this level. EINVAL: too short, or a value it cannot have. EDOM: a
 *   timeout out of range. EOPNOTSUPP: not on this kind of socket. EPERM, EACCES: needs a right. ENODEV: no such interface.
 *   Bytes that would have the kernel follow a pointer throw a TypeError (SO_ATTACH_FILTER, which takes instructions;
 *   XDP_UMEM_REG …).
 * @see setsockopt(2), socket(7), ip(7), ipv6(7), tcp(7), udp(7), packet(7), netlink(7), vsock(7), POSIX
 */
export function setsockopt<T>(
  fd: Fd,
  level: Level,
  name: SocketOption<T>,
  value: unknown extends T ? OptionValue : Uint8Array | number | T,
): Result<void> {
  return nothing('setsockopt', raw.setsockopt(fd, level, name, value as OptionValue))
}

// Data

/**
 * `send(fd, data, length, flags)` — sends on a connected socket.
 *
 * @param fd a connected socket
 * @param data what to send: all its bytes; none sends an empty datagram, and nothing on a stream
 * @param flags MSG_DONTWAIT | MSG_NOSIGNAL | MSG_MORE | MSG_OOB …. Default 0
 * @returns how many bytes were taken, which may be fewer on a stream that does not block. EAGAIN: no room and not to
 *   wait, or SO_SNDTIMEO ran out. EPIPE: the connection has ended (Node ignores SIGPIPE); also TCP that never was
 *   connected. ECONNRESET: the peer reset it. ENOTCONN, EDESTADDRREQ: no peer. EMSGSIZE: longer than a message can be.
 *   ECONNREFUSED: an earlier datagram was. EINTR: a signal, before anything was taken. EOPNOTSUPP: the flag. ENOBUFS.
 * @see send(2), POSIX
 */
export function send(fd: Fd, data: Uint8Array, flags: MessageFlags = 0): Result<number> {
  return number('send', raw.send(fd, data, flags))
}

/**
 * `sendto(fd, data, length, flags, address, addrlen)` — sends a datagram to an address.
 *
 * @param fd a datagram socket; on a connected AF_UNIX stream an address is EISCONN, on TCP it is ignored
 * @param data what to send: all its bytes
 * @param flags as for send()
 * @param address where to
 * @returns how many bytes were sent. As send(); and EINVAL: port 0, or a wrong length. EAFNOSUPPORT: another family.
 *   EACCES: a broadcast address without SO_BROADCAST. EISCONN, EOPNOTSUPP: an AF_UNIX stream, connected or not. EPERM:
 *   an AF_UNIX peer that is connected elsewhere. ENETUNREACH, EHOSTUNREACH: no route. ECONNREFUSED, ENOENT: nobody at
 *   that path.
 * @see sendto(2), POSIX
 */
export function sendto(fd: Fd, data: Uint8Array, flags: MessageFlags, address: Address | Uint8Array): Result<number> {
  return number('sendto', raw.sendto(fd, data, flags, address))
}

/**
 * `recv(fd, buffer, length, flags)` — receives into `buffer`.
 *
 * @param fd a socket
 * @param buffer where to; its length is how much may come. What is beyond the value is left as it was
 * @param flags MSG_PEEK | MSG_WAITALL | MSG_DONTWAIT | MSG_TRUNC | MSG_OOB | MSG_ERRQUEUE. Default 0
 * @returns how many bytes came; 0 at the end of a stream, or for an empty message. With MSG_TRUNC the length that the
 *   message had, which may exceed `buffer.length` (on TCP: how many bytes were thrown away). EAGAIN: nothing there and
 *   not to wait, or SO_RCVTIMEO ran out. ENOTCONN: not connected (AF_UNIX streams say EINVAL). ECONNRESET: the peer
 *   reset it. ECONNREFUSED: an earlier datagram was refused. ETIMEDOUT: the peer no longer answers. EINVAL: MSG_OOB with
 *   none there. EOPNOTSUPP: MSG_OOB on a type that has none. EINTR: a signal, before anything came. ENOMEM: no memory.
 * @see recv(2), POSIX
 */
export function recv(fd: Fd, buffer: Uint8Array, flags: MessageFlags = 0): Result<number> {
  return number('recv', raw.recv(fd, buffer, flags))
}

/** A message and who sent it. */
export interface Received {
  /** As the value of recv(). */
  readonly count: number
  /** The sender; null where the kernel gave none: a stream, or an AF_UNIX sender without a name. */
  readonly address: Address | null
}

/**
 * `recvfrom(fd, buffer, length, flags, address, addrlen)` — receives, and tells who sent it.
 *
 * @param fd a socket
 * @param buffer as for recv()
 * @param flags as for recv()
 * @returns the count and the sender's address. As recv().
 * @see recvfrom(2), POSIX
 */
export function recvfrom(fd: Fd, buffer: Uint8Array, flags: MessageFlags = 0): Result<Received> {
  const count = raw.recvfrom(fd, buffer, flags, addressRoom, length)
  return count < 0 ? fail('recvfrom', count) : ok({ count, address: addressOf(addressRoom, length[0]) })
}

/** As it is where it is an object, so that what is not is refused by name. */
function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

/** The room that `buffers` ask for. The address and the lengths are the caller's to share. */
function roomFor(
  call: string,
  argument: string,
  buffers: MessageBuffers,
  address: Uint8Array,
  lengths: Int32Array,
): MessageRoom {
  if (!isObject(buffers)) return buffers
  const { iov, controlLength = 0 } = buffers
  const control = new Uint8Array(native.byteCount(call, `${argument}.controlLength`, controlLength))
  return { iov, address, control, lengths }
}

/** Of an array that is none, or has one that is none, as much as lets the addon refuse it by name. */
function roomsFor(messages: readonly MessageBuffers[]): MessageRoom[] {
  if (!Array.isArray(messages)) return messages as never
  const rooms: MessageRoom[] = []
  for (let i = 0; i < messages.length; i++) {
    rooms.push(roomFor('recvmmsg', `messages[${i}]`, messages[i], new Uint8Array(128), new Int32Array(4)))
    if (!isObject(rooms[i])) break
  }
  return rooms
}

function receivedIn({ address, control, lengths }: MessageRoom): ReceivedMessage {
  const [count, flags, addressLength, length] = lengths as unknown as [number, number, number, number]
  return {
    count,
    flags,
    address: addressOf(address as Uint8Array, addressLength),
    control: controlMessages(control as Uint8Array, length),
  }
}

// Where what arrived cannot be decoded, for want of stack or memory, its descriptors are closed: nobody else knows them.
// This is done in the very function that made the call, which has room for one native call more.

const lengths = new Int32Array(4)
const counts = new Int32Array(UIO_MAXIOV) // the kernel sends no more messages at a time

/**
 * `sendmsg(fd, message, flags)` — sends bytes gathered from several buffers, to an address, with control data.
 *
 * @param fd a socket
 * @param message `iov` the buffers; `address` where to; `control` what travels beside: descriptors (SCM_RIGHTS),
 *   credentials, packet information …
 * @param flags as for send()
 * @returns how many bytes were taken. As send() and sendto(); EMSGSIZE also for over 1024 buffers. EBADF: also a
 *   descriptor in SCM_RIGHTS that is not open. EINVAL: control data that the kernel cannot read, or over 253
 *   descriptors. EPERM: credentials of another. ETOOMANYREFS: too many descriptors under way. ENOBUFS: more control data
 *   than net.core.optmem_max.
 * @see sendmsg(2), cmsg(3), unix(7), ip(7), POSIX
 */
export function sendmsg(fd: Fd, message: Message, flags: MessageFlags = 0): Result<number> {
  return number('sendmsg', raw.sendmsg(fd, message, flags))
}

/**
 * `recvmsg(fd, message, flags)` — receives bytes scattered over several buffers, and all that came with them.
 *
 * @param fd a socket
 * @param message `iov` the buffers; `controlLength` room for control messages, in bytes. Default 0: none is received
 * @param flags as for recv(); and MSG_CMSG_CLOEXEC: descriptors come with FD_CLOEXEC
 * @returns the count, what happened (`flags`), the sender and the control messages. As recv(); EMSGSIZE: over 1024
 *   buffers.
 * @see recvmsg(2), cmsg(3), unix(7), ip(7), POSIX
 */
export function recvmsg(fd: Fd, message: MessageBuffers, flags: MessageFlags = 0): Result<ReceivedMessage> {
  const room = roomFor('recvmsg', 'message', message, addressRoom, lengths)
  const count = raw.recvmsg(fd, room, flags)
  if (count < 0) return fail('recvmsg', count)
  try {
    return ok(receivedIn(room))
  } catch (lost) {
    if (lengths[3] !== 0) native.closeDescriptors(room.control as Uint8Array, lengths[3])
    throw lost
  }
}

/**
 * `sendmmsg(fd, messages, count, flags)` — sends several messages in one call.
 *
 * @param fd a socket
 * @param messages each as for sendmsg(); the kernel takes at most 1024
 * @param flags as for send(), for all of them
 * @returns how many bytes of each message were sent; fewer messages than there are when one fails after the first. As
 *   sendmsg(), for the first.
 * @see sendmmsg(2)
 */
export function sendmmsg(fd: Fd, messages: readonly Message[], flags: MessageFlags = 0): Result<number[]> {
  const sent = raw.sendmmsg(fd, messages, counts, flags)
  return sent < 0 ? fail('sendmmsg', sent) : ok([...counts.subarray(0, sent)])
}

/**
 * `recvmmsg(fd, messages, count, flags, timeout)` — receives several messages in one call.
 *
 * @param fd a socket
 * @param messages each as for recvmsg()
 * @param flags as for recvmsg(); and MSG_WAITFORONE: waits for the first only
 * @param timeout in milliseconds; the kernel looks at it only after each message, so it does not bound the wait for the
 *   next one. Default: none
 * @returns the messages. As recvmsg(), for the first; an error after that is reported by the next call. EINVAL: a
 *   negative timeout.
 * @see recvmmsg(2)
 */
export function recvmmsg(
  fd: Fd,
  messages: readonly MessageBuffers[],
  flags: MessageFlags = 0,
  timeout?: Duration | null,
): Result<ReceivedMessage[]> {
  const rooms = roomsFor(messages)
  const count = raw.recvmmsg(fd, rooms, flags, timeout)
  if (count < 0) return fail('recvmmsg', count)
  const received: ReceivedMessage[] = []
  try {
    for (let i = 0; i < count; i++) received.push(receivedIn(rooms[i] as MessageRoom))
    return ok(received)
  } catch (lost) {
    for (let i = 0; i < count; i++) {
      const { control, lengths } = rooms[i] as MessageRoom
      if (lengths[3] !== 0) native.closeDescriptors(control as Uint8Array, lengths[3])
    }
    throw lost
  }
}

// Descriptors

/** A position in a file, in bytes; one in a BigInt64Array is moved on in place. */
export type FileOffset = number | bigint | BigInt64Array

/**
 * `close(fd)` — gives a descriptor back.
 *
 * @param fd any descriptor; the number may be another one's at once
 * @returns nothing. EBADF: not open. EINTR, EIO, ENOSPC, EDQUOT: files on some file systems; the descriptor is closed
 *   nevertheless. A signal during SO_LINGER ends the wait, and is no error on Linux.
 * @see close(2), POSIX
 */
export function close(fd: Fd): Result<void> {
  return nothing('close', raw.close(fd))
}

/**
 * `read(fd, buffer, count)` — receives into `buffer`, from any descriptor.
 *
 * @param fd any descriptor
 * @param buffer where to; its length is how much may come
 * @returns how many bytes came; 0 at the end, and for an empty buffer, which (unlike in recv()) takes no message. As
 *   recv(); EISDIR, EINVAL: not to be read.
 * @see read(2), POSIX
 */
export function read(fd: Fd, buffer: Uint8Array): Result<number> {
  return number('read', raw.read(fd, buffer))
}

/**
 * `write(fd, data, count)` — send() without flags, on any descriptor.
 *
 * @param fd any descriptor
 * @param data what to write: all its bytes
 * @returns how many bytes were taken. EAGAIN, EPIPE, EDESTADDRREQ … as send(). ENOSPC, EFBIG: files.
 * @see write(2), POSIX
 */
export function write(fd: Fd, data: Uint8Array): Result<number> {
  return number('write', raw.write(fd, data))
}

/**
 * `readv(fd, iov, iovcnt)` — reads into several buffers in order, filling each before the next.
 *
 * @param fd any descriptor
 * @param iov the buffers
 * @returns how many bytes came. As read(); EINVAL: over 1024 buffers.
 * @see readv(2), POSIX
 */
export function readv(fd: Fd, iov: readonly Uint8Array[]): Result<number> {
  return number('readv', raw.readv(fd, iov))
}

/**
 * `writev(fd, iov, iovcnt)` — writes several buffers in order, as one write().
 *
 * @param fd any descriptor
 * @param iov the buffers
 * @returns how many bytes were taken. As write(); EINVAL: over 1024 buffers.
 * @see writev(2), POSIX
 */
export function writev(fd: Fd, iov: readonly Uint8Array[]): Result<number> {
  return number('writev', raw.writev(fd, iov))
}

/**
 * `pipe2(pair, flags)` — makes a pipe.
 *
 * @param flags O_CLOEXEC | O_NONBLOCK | O_DIRECT. Default 0
 * @returns the end to read from and the end to write to. EMFILE, ENFILE: no descriptor left. EINVAL: another flag.
 * @see pipe2(2), POSIX.1-2024
 */
export function pipe2(flags: FileFlags = 0): Result<[Fd, Fd]> {
  const result = raw.pipe2(pair, flags)
  if (result < 0) return fail('pipe2', result)
  return { ok: true, value: [pair[0] as Fd, pair[1] as Fd], errno: 0, code: undefined }
}

/**
 * `dup(fd)` — a second descriptor, the lowest free number, for the same open file: flags and position are shared.
 *
 * @param fd any descriptor
 * @returns the new one, without FD_CLOEXEC. EMFILE: none left.
 * @see dup(2), POSIX
 */
export function dup(fd: Fd): Result<Fd> {
  const made = raw.dup(fd)
  return made < 0 ? fail('dup', made) : { ok: true, value: made, errno: 0, code: undefined }
}

/**
 * `dup2(fd, newFd)` — dup() to a number of your choice, which is closed first if it is open.
 *
 * @param fd any descriptor
 * @param newFd the number; if it is `fd` itself, nothing happens
 * @returns `newFd`. EBADF: `fd` is not open, or `newFd` out of range. EBUSY: raced with open().
 * @see dup2(2), POSIX
 */
export function dup2(fd: Fd, newFd: Fd): Result<Fd> {
  const made = raw.dup2(fd, newFd)
  return made < 0 ? fail('dup2', made) : { ok: true, value: made, errno: 0, code: undefined }
}

/**
 * `dup3(fd, newFd, flags)` — dup2() with flags.
 *
 * @param fd any descriptor
 * @param newFd the number; EINVAL if it is `fd` itself
 * @param flags O_CLOEXEC. Default 0
 * @returns `newFd`. As dup2(); EINVAL: another flag.
 * @see dup3(2), POSIX.1-2024
 */
export function dup3(fd: Fd, newFd: Fd, flags: FileFlags = 0): Result<Fd> {
  const made = raw.dup3(fd, newFd, flags)
  return made < 0 ? fail('dup3', made) : { ok: true, value: made, errno: 0, code: undefined }
}

/**
 * `fcntl(fd, command, argument)` — reads or changes what a descriptor is.
 *
 * @param fd any descriptor
 * @param command F_GETFL, F_SETFL (O_NONBLOCK), F_GETFD, F_SETFD (FD_CLOEXEC), F_DUPFD, F_DUPFD_CLOEXEC, F_GETOWN, F_SETOWN …
 * @param argument the integer that the command takes. Commands that take a pointer, or are unknown here, get 0 and
 *   answer as the kernel does (EFAULT, EINVAL); another number for them is a RangeError. Default 0
 * @returns what the command gives; F_GETOWN gives a process group as a negative number. EINVAL: no such command, or not
 *   with this argument. EMFILE: F_DUPFD. ESRCH: F_SETOWN, no such process or group. EPERM: F_SETFL without O_APPEND on an
 *   append-only file.
 * @see fcntl(2), POSIX
 */
export function fcntl(fd: Fd, command: FcntlCommand, argument = 0): Result<number> {
  const result = raw.fcntl(fd, command, argument)
  return control[error] !== 0 ? fail('fcntl', result) : { ok: true, value: result, errno: 0, code: undefined }
}

/**
 * `ioctl(fd, request, &argument)` — asks a device or protocol.
 *
 * By request, the argument and the value are
 *
 * - FIONREAD (SIOCINQ), SIOCOUTQ, SIOCOUTQNSD, SIOCATMARK, FIOGETOWN, SIOCGPGRP: none, and a number
 * - FIONBIO, FIOASYNC, FIOSETOWN, SIOCSPGRP: a number, and what ioctl returned
 * - SIOCGIFINDEX, SIOCGIFFLAGS (IFF_UP …), SIOCGIFMTU (in bytes), SIOCGIFMETRIC, SIOCGIFTXQLEN (in packets): the name of an
 *   interface, and a number
 * - SIOCGIFADDR, SIOCGIFNETMASK, SIOCGIFBRDADDR, SIOCGIFDSTADDR: the name, and an Address
 * - SIOCGIFHWADDR: the name, and a Uint8Array: the 6 bytes of an Ethernet or loopback interface, of others all 14 that there is
 *   room for, as the kernel does not say how many count
 * - SIOCGIFNAME: an index, and the name
 * - SIOCGIFCONF: none, and the IPv4 addresses of all interfaces, at most the first 400000
 *
 * Any other is made with NULL. Instead of all that, a Uint8Array is passed as it is, and what the kernel wrote is in it
 * afterwards, for the requests of sockets and interfaces whose struct holds no pointer. The kernel is given a copy with
 * room for any struct: a view that is too short is as if zeros followed, and nothing is written beyond it.
 *
 * @param fd any descriptor; for what is asked about interfaces, any socket
 * @param request what to do
 * @param argument as the request wants it
 * @returns the value of the request; with bytes, what ioctl returned. ENOTTY: no such request here. EINVAL: not now
 *   (FIONREAD while listening). EFAULT: the request wanted an argument. ENODEV, ENXIO: no such interface. EADDRNOTAVAIL: it
 *   has no IPv4 address.
 * @throws TypeError for bytes where the struct holds a pointer, which the kernel would follow (SIOCGIFCONF, SIOCETHTOOL,
 *   SIOCADDRT, bridges, bonds, hardware time stamps, SIOCDEVPRIVATE), or where that is not known (requests that are none of
 *   sockets); RangeError for the name of an interface of over 15 bytes, which C has no room for
 * @see ioctl(2), netdevice(7), tcp(7), udp(7), unix(7)
 */
export function ioctl(fd: Fd, request: IoctlRequest, argument: Uint8Array): Result<number>
export function ioctl<Gives extends string>(
  fd: Fd,
  request: IoctlRequest<Gives>,
  argument?: number | string,
): Result<string extends Gives ? number : Gives extends keyof IoctlValues ? IoctlValues[Gives] : number>
export function ioctl(fd: Fd, request: IoctlRequest, argument?: number | string | Uint8Array): Result<unknown> {
  const isInteger = typeof request === 'number' && native.integerRequests[request] === true
  if (isInteger && (argument === undefined || typeof argument === 'number')) {
    integer[0] = 0
    const result = raw.ioctl(fd, request, integer)
    return control[error] === 0 ? ok(integer[0]) : fail('ioctl', result)
  }
  if (typeof request === 'number' && native.valueRequests[request] !== undefined) {
    const values: unknown[] = []
    const result = raw.ioctl(fd, request, argument, values)
    return values.length > 0 ? ok(values[0]) : signed('ioctl', result)
  }
  const result = raw.ioctl(fd, request, argument) // a descriptor, from SIOCGSKNS
  return control[error] !== 0 ? fail('ioctl', result) : { ok: true, value: result, errno: 0, code: undefined }
}

/**
 * `lseek(fd, offset, whence)` — moves in a file. A socket has no position: it is here to show ESPIPE.
 *
 * @param fd any descriptor
 * @param offset in bytes
 * @param whence SEEK_SET, SEEK_CUR or SEEK_END
 * @returns the new position in bytes. ESPIPE: a socket or pipe. EINVAL: another `whence`, or before the beginning.
 * @see lseek(2), POSIX
 */
export function lseek(fd: Fd, offset: number, whence: number): Result<number> {
  return signed('lseek', raw.lseek(fd, offset, whence))
}

/**
 * `sendfile(out_fd, in_fd, offset, count)` — copies from a file to any descriptor without passing through this process.
 *
 * @param outFd where to: any descriptor
 * @param inFd where from: a file, or what can be mapped like one; not a socket
 * @param offset where to begin, in bytes; the position of `inFd` then stays where it is, and the next offset is this one
 *   plus the value. A BigInt64Array is moved on in place, as in C. null: from the position of `inFd`, which moves on
 * @param count how many bytes at most; the kernel takes no more than 2147479552 at a time
 * @returns how many bytes were copied; 0 at the end of the file. EAGAIN: `outFd` has no room and does not block. EBADF:
 *   `inFd` is not open for reading, or `outFd` not for writing. EINVAL: `inFd` cannot be copied from (a socket), `outFd`
 *   is in append mode, or the offset is negative. ESPIPE: an offset for what has no position. EOVERFLOW: beyond the
 *   largest file. EPIPE, ECONNRESET, ENOTCONN … as send(). EIO, ENOMEM: reading.
 * @see sendfile(2)
 */
export function sendfile(outFd: Fd, inFd: Fd, offset: FileOffset | null, count: number): Result<number> {
  return number('sendfile', raw.sendfile(outFd, inFd, offset, count))
}

/**
 * `splice(fd_in, off_in, fd_out, off_out, len, flags)` — moves bytes between two descriptors, one of which is a pipe.
 *
 * @param inFd where from
 * @param inOffset as the offset of sendfile(); null for a pipe or socket
 * @param outFd where to
 * @param outOffset as `inOffset`, for `outFd`
 * @param length how many bytes at most
 * @param flags SPLICE_F_NONBLOCK | SPLICE_F_MORE | SPLICE_F_MOVE. Default 0
 * @returns how many bytes were moved; 0 at the end. EAGAIN: nothing there, or no room, and not to wait. EBADF: not open
 *   for reading, or writing. EINVAL: neither is a pipe, both are the same one, one that cannot be spliced, an offset for
 *   what has no position, append mode, or another flag. ESPIPE: an offset for a pipe. EPIPE, ECONNRESET, ENOTCONN … as
 *   send() and recv(). ENOMEM.
 * @see splice(2)
 */
export function splice(
  inFd: Fd,
  inOffset: FileOffset | null,
  outFd: Fd,
  outOffset: FileOffset | null,
  length: number,
  flags: SpliceFlags = 0,
): Result<number> {
  return number('splice', raw.splice(inFd, inOffset, outFd, outOffset, length, flags))
}

// Readiness

/**
 * `poll(fds, nfds, timeout)` — waits until one of the descriptors is ready.
 *
 * @param fds what to watch; `revents` of each is written in place
 * @param timeout in milliseconds; 0 does not wait, a negative one waits for ever
 * @returns how many have `revents`; 0 when the time ran out. A descriptor that is not open is no error but POLLNVAL.
 *   EINTR: a signal. EINVAL: more entries than RLIMIT_NOFILE. ENOMEM.
 * @see poll(2), POSIX
 */
export function poll(fds: PollFd[], timeout: number): Result<number> {
  return number('poll', raw.poll(fds, timeout))
}

/**
 * `ppoll(fds, nfds, timeout, sigmask)` — poll() with a finer timeout, and with other signals blocked meanwhile.
 *
 * @param fds as for poll()
 * @param timeout in milliseconds, fractions to the nanosecond. null waits for ever
 * @param mask the numbers of the signals that this thread blocks during the call, instead of those it blocks now: they
 *   do not end it with EINTR. A signal to the process goes to another thread then, if there is one that takes it;
 *   listeners of `process.on()` run once the event loop is free, with or without a mask. Default: those it blocks now
 * @returns as poll(); EINVAL also for a negative timeout. Unlike in C, the time that is left is never written back.
 * @see ppoll(2), POSIX.1-2024
 */
export function ppoll(fds: PollFd[], timeout?: Duration | null, mask?: readonly number[] | null): Result<number> {
  return number('ppoll', raw.ppoll(fds, timeout, mask))
}

/** What `call` finds, when given room for it. */
function found(syscall: string, call: (ready: Int32Array) => number): Result<Selected> {
  const result = call(selected)
  if (result < 0) return fail(syscall, result)
  let at = 3
  const [read, write, except] = [0, 1, 2].map((list) => {
    const first = at
    at += selected[list] as number
    return Array.from(selected.subarray(first, at))
  }) as [Fd[], Fd[], Fd[]]
  return ok({ read, write, except })
}

/**
 * `select(nfds, readfds, writefds, exceptfds, timeout)` — waits until one of the descriptors is ready; poll() has no
 * limit to their numbers.
 *
 * @param sets what to watch, as lists, which are left as they are. A list that is left out is NULL
 * @param timeout in milliseconds, fractions to the microsecond, rounded up; 0 does not wait. null waits for ever
 * @returns which are ready; none when the time ran out. Unlike in C, the time that is left is never written back.
 *   EBADF: one of them is not open. EINVAL: a negative timeout. EINTR: a signal. ENOMEM.
 * @throws RangeError when a descriptor is negative, or FD_SETSIZE (1024) or more: an fd_set ends there
 * @see select(2), POSIX
 */
export function select(sets: SelectSets, timeout?: Duration | null): Result<Selected> {
  return found('select', (ready) => raw.select(sets, ready, timeout))
}

/**
 * `pselect(nfds, readfds, writefds, exceptfds, timeout, sigmask)` — select() with a finer timeout, and with other signals
 * blocked meanwhile.
 *
 * @param sets as for select()
 * @param timeout in milliseconds, fractions to the nanosecond. null waits for ever
 * @param mask as for ppoll()
 * @returns as select()
 * @throws RangeError as select()
 * @see pselect(2), POSIX
 */
export function pselect(
  sets: SelectSets,
  timeout?: Duration | null,
  mask?: readonly number[] | null,
): Result<Selected> {
  return found('pselect', (ready) => raw.pselect(sets, ready, timeout, mask))
}

/**
 * `epoll_create1(flags)` — makes an epoll: a list of descriptors that the kernel keeps, and watches.
 *
 * @param flags EPOLL_CLOEXEC. Default 0
 * @returns its descriptor. EINVAL: another flag. EMFILE, ENFILE: no descriptor left. ENOMEM.
 * @see epoll_create1(2), epoll(7)
 */
export function epoll_create1(flags: EpollFlags = 0): Result<Fd> {
  return number('epoll_create1', raw.epoll_create1(flags))
}

/**
 * `epoll_ctl(epfd, op, fd, event)` — has an epoll watch a descriptor, watch it for something else, or no longer.
 *
 * @param epfd an epoll
 * @param op EPOLL_CTL_ADD, EPOLL_CTL_MOD or EPOLL_CTL_DEL
 * @param fd what to watch. The open file is what is watched: it stays on the list until its last descriptor is closed
 * @param event `events` to watch for, EPOLLERR and EPOLLHUP always included; `data`, default `fd`, comes back from
 *   epoll_wait(). EPOLL_CTL_DEL needs none
 * @returns nothing. EEXIST: watched already. ENOENT: not watched. EBADF: `fd` is not open, either. EPERM: it is always
 *   ready, as a file is, and cannot be watched. EINVAL: `epfd` is no epoll, or `fd` itself; another `op`;
 *   EPOLLEXCLUSIVE where it may not be. ELOOP: epolls that watch each other, or over 5 in a row. EFAULT: no `event`.
 *   ENOSPC: more than /proc/sys/fs/epoll/max_user_watches. ENOMEM.
 * @see epoll_ctl(2), epoll(7)
 */
export function epoll_ctl(epfd: Fd, op: EpollOperation, fd: Fd, event?: EpollInterest | null): Result<void> {
  return nothing('epoll_ctl', raw.epoll_ctl(epfd, op, fd, event))
}

/**
 * `epoll_wait(epfd, events, maxevents, timeout)` — waits until something that an epoll watches is ready.
 *
 * @param epfd an epoll
 * @param maxEvents how many events to give at most; the others are given by the next calls
 * @param timeout in milliseconds; 0 does not wait, a negative one waits for ever
 * @returns what is ready; nothing when the time ran out. EINVAL: `epfd` is no epoll, `maxEvents` is 0 or less, or over
 *   178956970. EINTR: a signal.
 * @see epoll_wait(2), epoll(7)
 */
export function epoll_wait(epfd: Fd, maxEvents: number, timeout: number): Result<EpollEvent[]> {
  const ready: EpollEvent[] = []
  const result = raw.epoll_wait(epfd, maxEvents, ready, timeout)
  return result < 0 ? fail('epoll_wait', result) : ok(ready)
}

// Names

/**
 * `inet_pton(family, text, bytes)` — an internet address from text.
 *
 * @param family AF_INET or AF_INET6
 * @param text such as `'127.0.0.1'` or `'::1'`
 * @returns its 4 or 16 bytes in network order; null where C returns 0, because the text is no such address.
 *   EAFNOSUPPORT: another family.
 * @see inet_pton(3), POSIX
 */
export function inet_pton(family: AddressFamily, text: string): Result<Uint8Array | null> {
  const result = raw.inet_pton(family, text, room)
  if (result < 0) return fail('inet_pton', result)
  return ok(result === 0 ? null : copyOf(room, family === AF_INET ? 4 : 16))
}

/**
 * `inet_ntop(family, bytes, text, size)` — the text of an internet address.
 *
 * @param family AF_INET or AF_INET6
 * @param bytes 4 or 16, in network order
 * @returns such as `'127.0.0.1'` or `'::1'`. EAFNOSUPPORT: another family.
 * @throws RangeError when there are more or fewer bytes than the family has
 * @see inet_ntop(3), POSIX
 */
export function inet_ntop(family: AddressFamily, bytes: Uint8Array): Result<string> {
  const result = raw.inet_ntop(family, bytes, room)
  return result < 0 ? fail('inet_ntop', result) : ok(textOf(room, result))
}

/**
 * `inet_aton(text, &address)` — an IPv4 address from text, in any of the historic forms (`'127.1'`, `'0x7f000001'`).
 *
 * @param text the address
 * @returns `in_addr.s_addr`: a number in network byte order; null where C returns 0, because the text is no address
 * @see inet_aton(3)
 */
export function inet_aton(text: string): number | null {
  return raw.inet_aton(text, integer) === 0 ? null : (integer[0] as number) >>> 0
}

/**
 * `inet_ntoa(address)` — the dotted decimal text of an IPv4 address.
 *
 * @param address in network byte order, such as `htonl(INADDR_LOOPBACK)`
 * @see inet_ntoa(3), POSIX
 */
export function inet_ntoa(address: number): string {
  return textOf(room, raw.inet_ntoa(address, room))
}

/**
 * `inet_addr(text)` — inet_aton() that cannot tell `'255.255.255.255'` from an error.
 *
 * @param text the address
 * @returns a number in network byte order; INADDR_NONE where the text is no address
 * @see inet_addr(3), POSIX
 */
export function inet_addr(text: string): number {
  return raw.inet_addr(text)
}

/**
 * `htons(value)` — a 16-bit number from host to network byte order.
 *
 * @param value 0 to 65535
 * @see htons(3), POSIX
 */
export function htons(value: number): number {
  return raw.htons(value)
}

/**
 * `htonl(value)` — a 32-bit number from host to network byte order.
 *
 * @param value 0 to 4294967295
 * @see htonl(3), POSIX
 */
export function htonl(value: number): number {
  return raw.htonl(value)
}

/**
 * `ntohs(value)` — a 16-bit number from network to host byte order.
 *
 * @param value 0 to 65535
 * @see ntohs(3), POSIX
 */
export function ntohs(value: number): number {
  return raw.ntohs(value)
}

/**
 * `ntohl(value)` — a 32-bit number from network to host byte order.
 *
 * @param value 0 to 4294967295
 * @see ntohl(3), POSIX
 */
export function ntohl(value: number): number {
  return raw.ntohl(value)
}

/** A text that ends with NUL. */
const textIn = (bytes: Uint8Array): string => textOf(bytes, bytes.indexOf(0))

/**
 * `getaddrinfo(node, service, hints, &list)` — the addresses of a host and service, in the order to try them in.
 *
 * Waits for name servers where the name is not in `/etc/hosts` (nsswitch.conf(5)).
 *
 * @param node a name or address, such as `'localhost'`, `'::1'`; null for this host: to bind() to with AI_PASSIVE,
 *   otherwise the loopback
 * @param service a name of services(5), or a port as text or number; null for port 0
 * @param hints which addresses are wanted. null is C's NULL, for which glibc assumes AI_V4MAPPED | AI_ADDRCONFIG; `{}` is a
 *   struct of zeros
 * @returns the addresses, one for each socket type unless `socktype` says which. Failures have a number and a message of
 *   their own, not an errno. EAI_NONAME: no such host or service; also without node and service. EAI_SERVICE: no such
 *   service for this socket type. EAI_FAMILY, EAI_SOCKTYPE, EAI_BADFLAGS: wrong hints. EAI_ADDRFAMILY, EAI_NODATA: the host
 *   has no such address. EAI_AGAIN, EAI_FAIL: the name server. EAI_MEMORY. EAI_SYSTEM: a system call failed; its errno is in
 *   `cause`.
 * @see getaddrinfo(3), POSIX
 */
export function getaddrinfo(
  node: string | null,
  service: string | number | null = null,
  hints: AddressInfoHints | null = null,
): Result<AddressInfo[]> {
  const list: AddressInfo[] = []
  const code = raw.getaddrinfo(node, service, hints, list)
  return code === 0 ? ok(list) : failAddressInfo('getaddrinfo', code, control[error] as number)
}

const host = new Uint8Array(NI_MAXHOST)
const serviceRoom = new Uint8Array(NI_MAXHOST)

/**
 * `getnameinfo(address, addrlen, host, hostlen, service, servlen, flags)` — the names of an address.
 *
 * Waits for name servers without NI_NUMERICHOST, where the address is not in `/etc/hosts`.
 *
 * @param address an internet address; glibc also takes an AF_UNIX one
 * @param flags NI_NUMERICHOST | NI_NUMERICSERV | NI_NAMEREQD | NI_DGRAM | NI_NOFQDN. Default 0
 * @returns the host, as an address where it has no name, and the service, as a number where it has none. Failures as of
 *   getaddrinfo(). EAI_NONAME: no name, with NI_NAMEREQD. EAI_FAMILY: an address of another family, or too short.
 *   EAI_BADFLAGS: the flags. EAI_OVERFLOW: a name of over 1024 bytes. EAI_AGAIN, EAI_FAIL, EAI_MEMORY, EAI_SYSTEM.
 * @see getnameinfo(3), POSIX
 */
export function getnameinfo(address: Address | Uint8Array, flags: NameInfoFlags = 0): Result<NameInfo> {
  const code = raw.getnameinfo(address, host, serviceRoom, flags)
  if (code !== 0) return failAddressInfo('getnameinfo', code, control[error] as number)
  return ok({ host: textIn(host), service: textIn(serviceRoom) })
}

/** Of functions that give 1 and an entry, 0 for none, −errno. */
function entry<T>(syscall: string, result: number, entries: T[]): Result<T | null> {
  return result < 0 ? fail(syscall, result) : ok(entries[0] ?? null)
}

/**
 * `gethostbyname(name)` — the IPv4 addresses of a host. POSIX has dropped it for getaddrinfo().
 *
 * Waits for name servers where the name is not in `/etc/hosts`.
 *
 * @param name a name, or an IPv4 address
 * @returns the host; null where h_errno is HOST_NOT_FOUND or NO_DATA: there is no such host, or it has no IPv4 address.
 *   Another h_errno is a failure with that number and a name of its own: TRY_AGAIN, NO_RECOVERY, both of the name server.
 *   For NETDB_INTERNAL, the errno is the failure.
 * @see gethostbyname(3), POSIX.1-2001
 */
export function gethostbyname(name: string): Result<HostEntry | null> {
  const entries: HostEntry[] = []
  const result = raw.gethostbyname(name, entries, integer)
  const reason = integer[0] as number
  if (result === 0 && (reason === TRY_AGAIN || reason === NO_RECOVERY)) return failHost('gethostbyname', reason)
  return entry('gethostbyname', result, entries)
}

/**
 * `getservbyname(name, protocol)` — the service of this name, from services(5).
 *
 * @param name such as `'http'`, or an alias
 * @param protocol `'tcp'`, `'udp'` …; null for any. Default null
 * @returns the service; null where there is none. EMFILE, ENFILE, EACCES, ENOMEM: the database could not be read.
 * @see getservbyname(3), POSIX
 */
export function getservbyname(name: string, protocol: string | null = null): Result<ServiceEntry | null> {
  const entries: ServiceEntry[] = []
  return entry('getservbyname', raw.getservbyname(name, protocol, entries), entries)
}

/**
 * `getservbyport(port, protocol)` — the service at this port, from services(5).
 *
 * @param port in network byte order, such as `htons(80)`
 * @param protocol `'tcp'`, `'udp'` …; null for any. Default null
 * @returns as getservbyname()
 * @see getservbyport(3), POSIX
 */
export function getservbyport(port: number, protocol: string | null = null): Result<ServiceEntry | null> {
  const entries: ServiceEntry[] = []
  return entry('getservbyport', raw.getservbyport(port, protocol, entries), entries)
}

/**
 * `getprotobyname(name)` — the protocol of this name, from protocols(5).
 *
 * @param name such as `'tcp'`, or an alias
 * @returns the protocol; null where there is none. Errnos as of getservbyname().
 * @see getprotobyname(3), POSIX
 */
export function getprotobyname(name: string): Result<ProtocolEntry | null> {
  const entries: ProtocolEntry[] = []
  return entry('getprotobyname', raw.getprotobyname(name, entries), entries)
}

/**
 * `getprotobynumber(protocol)` — the protocol of this number, from protocols(5).
 *
 * @param protocol such as IPPROTO_TCP
 * @returns the protocol; null where there is none. Errnos as of getservbyname().
 * @see getprotobynumber(3), POSIX
 */
export function getprotobynumber(protocol: Protocol): Result<ProtocolEntry | null> {
  const entries: ProtocolEntry[] = []
  return entry('getprotobynumber', raw.getprotobynumber(protocol, entries), entries)
}

/**
 * `if_nametoindex(name)` — the index of an interface.
 *
 * @param name such as `'lo'`
 * @returns the index, from 1. ENODEV: no such interface. ENOENT: there is no socket to ask with, because no descriptor is
 *   left (of glibc; others say EMFILE).
 * @see if_nametoindex(3), POSIX
 */
export function if_nametoindex(name: string): Result<number> {
  return number('if_nametoindex', raw.if_nametoindex(name))
}

/**
 * `if_indextoname(index, name)` — the name of an interface.
 *
 * @param index from 1
 * @returns such as `'lo'`. ENXIO: no such interface. ENOENT, EMFILE: as of if_nametoindex().
 * @see if_indextoname(3), POSIX
 */
export function if_indextoname(index: number): Result<string> {
  const result = raw.if_indextoname(index, room)
  return result < 0 ? fail('if_indextoname', result) : ok(textOf(room, result))
}

/**
 * `if_nameindex()` — all interfaces.
 *
 * @returns their indexes and names. EMFILE, ENFILE: no descriptor left for asking. ENOBUFS, ENOMEM: no memory.
 * @see if_nameindex(3), POSIX
 */
export function if_nameindex(): Result<InterfaceIndex[]> {
  const list: InterfaceIndex[] = []
  const result = raw.if_nameindex(list)
  return result < 0 ? fail('if_nameindex', result) : ok(list)
}
