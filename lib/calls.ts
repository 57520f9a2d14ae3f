// The calls of <sys/socket.h> as functions that return a Result: `sys-socket` itself. Each is its row of the raw face,
// plus the errno's name or the value's form. Nothing is retried, no flag is added, and a blocking descriptor blocks this
// thread.
//
// Deviations from C: a buffer carries its own length; trailing flags and protocols default to 0; what C writes through
// pointers is part of the value. Wrong types, fractions and integers that C's type cannot hold throw a TypeError or a
// RangeError before any system call is made. EBADF (no such descriptor) and ENOTSOCK (it is no socket) can come from
// every call that takes a socket and are not repeated below.

import { type Address, addressOf } from './address.js'
import {
  type AddressFamily,
  type MessageFlags,
  type OptionLevel,
  type OptionType,
  optionTypes,
  type Protocol,
  type ShutdownHow,
  type SocketOption,
  type SocketType,
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
import { native } from './native.js'
import type { OptionValue } from './options.js'
import * as raw from './raw.js'
import { fail, ok, type Result } from './result.js'
import { addressRoom, copyOf, integer, integerBytes, length, nothing, number, pair } from './room.js'

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
