// Names of hosts, services, protocols and interfaces: the calls as functions that return a Result, and what they tell. See
// calls.ts for what all calls have in common.

import type { Address } from './address.js'
import {
  type AddressFamily,
  type AddressInfoFlags,
  AF_INET,
  type NameInfoFlags,
  NI_MAXHOST,
  NO_RECOVERY,
  type Protocol,
  type SocketType,
  TRY_AGAIN,
} from './constants.js'
import { control } from './native.js'
import * as raw from './raw.js'
import { fail, failAddressInfo, failHost, ok, type Result } from './result.js'
import { copyOf, error, integer, number, room, textOf } from './room.js'

/** `struct addrinfo` going in: which addresses are wanted. What is left out is 0, which is any. */
export interface AddressInfoHints {
  /** AI_PASSIVE | AI_CANONNAME | AI_NUMERICHOST | AI_NUMERICSERV | AI_V4MAPPED | AI_ALL | AI_ADDRCONFIG */
  readonly flags?: AddressInfoFlags
  /** AF_INET, AF_INET6, or AF_UNSPEC for both. */
  readonly family?: AddressFamily
  readonly socktype?: SocketType
  readonly protocol?: Protocol
}

/** `struct addrinfo`: what to pass to socket(), and then to connect() or bind(). */
export interface AddressInfo {
  /** The flags that were asked with. */
  readonly flags: AddressInfoFlags
  readonly family: AddressFamily
  readonly socktype: SocketType
  readonly protocol: Protocol
  readonly address: Address
  /** The official name of the host: with AI_CANONNAME in the first one, otherwise null. */
  readonly canonname: string | null
}

/** The names of an address. */
export interface NameInfo {
  readonly host: string
  readonly service: string
}

/** `struct servent`: a service. */
export interface ServiceEntry {
  readonly name: string
  readonly aliases: string[]
  /** In host byte order, as in an address. */
  readonly port: number
  /** `'tcp'`, `'udp'` … */
  readonly protocol: string
}

/** `struct protoent`: a protocol. */
export interface ProtocolEntry {
  readonly name: string
  readonly aliases: string[]
  readonly protocol: Protocol
}

/** `struct hostent`: a host. */
export interface HostEntry {
  /** The official name. */
  readonly name: string
  readonly aliases: string[]
  readonly family: AddressFamily
  /** Such as `'127.0.0.1'`. */
  readonly addresses: string[]
}

/** `struct if_nameindex`: an interface. */
export interface InterfaceIndex {
  readonly index: number
  readonly name: string
}

/** `struct ifreq` of SIOCGIFCONF: an IPv4 address of an interface. */
export interface InterfaceAddress {
  readonly name: string
  readonly address: Address
}

/** What the requests of ioctl() give, by the names that their types have. */
export interface IoctlValues {
  number: number
  string: string
  Uint8Array: Uint8Array
  Address: Address
  'InterfaceAddress[]': InterfaceAddress[]
}

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
