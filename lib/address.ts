// Socket addresses as JavaScript sees them. Their layout in memory is known to native/address.cc alone.

import type { AddressFamily, PollEvents } from './constants.js'
import type { Fd } from './flavor.js'
import { native } from './native.js'

/** An IPv4 address and port: `struct sockaddr_in`. */
export interface InetAddress {
  readonly family: AddressFamily
  /** Dotted decimal, such as `'127.0.0.1'`. */
  readonly address: string
  /** 0 to 65535, in host byte order. */
  readonly port: number
}

/** An IPv6 address and port: `struct sockaddr_in6`. */
export interface Inet6Address {
  readonly family: AddressFamily
  /** Such as `'::1'`; a scope is a field of its own. */
  readonly address: string
  /** 0 to 65535, in host byte order. */
  readonly port: number
  /** The traffic class and flow label, in host byte order. Default 0. */
  readonly flowinfo?: number
  /** The interface index that a link-local address belongs to. Default 0. */
  readonly scopeId?: number
}

/** A local address: `struct sockaddr_un`, passed with exactly the length of its name. */
export interface UnixAddress {
  readonly family: AddressFamily
  /**
   * `'/tmp/x'` is a pathname, `'\0name'` an abstract name, `''` no name (bind() then chooses an abstract one). Bytes that
   * are not UTF-8 are a Uint8Array. Up to 108 bytes; the kernel refuses more with EINVAL.
   */
  readonly path: string | Uint8Array
}

/** No address: connect() with it dissolves the association of a datagram socket. */
export interface UnspecifiedAddress {
  readonly family: AddressFamily
}

/** An address of any other family. */
export interface OtherAddress {
  readonly family: AddressFamily
  /** The bytes after `sa_family`. */
  readonly data: Uint8Array
}

/** A socket address: `family` tells which fields there are. */
export type Address = InetAddress | Inet6Address | UnixAddress | OtherAddress | UnspecifiedAddress

/** One entry of poll(): `struct pollfd`. */
export interface PollFd {
  /** Ignored when negative; its `revents` is then 0. */
  fd: Fd
  /** What to watch for: `POLLIN | POLLOUT | …` */
  events: PollEvents
  /** What was found, written by poll(). */
  revents: PollEvents
}

/**
 * `struct sockaddr` — encodes an address once, for use in many calls.
 *
 * @param address an address, or the bytes of one, which are copied
 * @returns the bytes as the kernel takes them; their number is the `socklen_t`
 */
export function sockaddr(address: Address | Uint8Array): Uint8Array {
  return native.sockaddr(address)
}

/**
 * `struct sockaddr` — decodes the address in `bytes`, as the raw face delivers it.
 *
 * @param bytes what the kernel wrote
 * @param length the length the kernel reported, in bytes; what does not fit in `bytes` was cut off by the kernel.
 *   Default: all of `bytes`
 * @returns the address, or null when there are too few bytes for a family
 */
export function addressOf(bytes: Uint8Array, length?: number): Address | null {
  return native.addressOf(bytes, length) as Address | null
}
