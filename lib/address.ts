// Socket addresses as JavaScript sees them. Their layout in memory is known to native/address.cc alone.

import type { AddressFamily } from './constants.js'
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

/** A network interface and a hardware address: `struct sockaddr_ll`. */
export interface PacketAddress {
  readonly family: AddressFamily
  /**
   * ETH_P_IP, ETH_P_ALL …, in host byte order, as `port` is; 0 keeps what socket() said. socket() itself takes it as
   * C does: `htons(ETH_P_ALL)`.
   */
  readonly protocol: number
  /** The interface, as if_nametoindex() gives it; 0 for any. */
  readonly ifindex: number
  /** The kind of hardware, ARPHRD_ETHER …; only the kernel's to say. Default 0. */
  readonly hatype?: number
  /** PACKET_HOST, PACKET_OUTGOING …: whom the packet was for; only the kernel's to say. Default 0. */
  readonly pkttype?: number
  /** The hardware address: 6 bytes of Ethernet; none for bind(). At most 255. */
  readonly address: Uint8Array
}

/** A netlink socket, or multicast groups: `struct sockaddr_nl`. */
export interface NetlinkAddress {
  readonly family: AddressFamily
  /** The socket's number, often its process's; 0 is the kernel, and lets bind() choose. */
  readonly pid: number
  /** A bit for each of the first 32 groups: RTMGRP_LINK … */
  readonly groups: number
}

/** A port of a virtual machine or its host: `struct sockaddr_vm`. */
export interface VsockAddress {
  readonly family: AddressFamily
  /** The machine: VMADDR_CID_HOST, VMADDR_CID_LOCAL, VMADDR_CID_ANY for bind() … */
  readonly cid: number
  /** 32 bits; VMADDR_PORT_ANY lets the kernel choose. */
  readonly port: number
  /** VMADDR_FLAG_TO_HOST. Default 0. */
  readonly flags?: number
}

/** What addresses of CAN have in common, and all that those of CAN_RAW and CAN_BCM have: `struct sockaddr_can`. */
export interface CanAddress {
  readonly family: AddressFamily
  /** The interface; 0 for any. */
  readonly ifindex: number
}

/** An address of CAN_ISOTP: `can_addr.tp`. */
export interface CanIsotpAddress extends CanAddress {
  /** The CAN identifier to receive, CAN_EFF_FLAG included. */
  readonly rxId: number
  /** The CAN identifier to send. */
  readonly txId: number
}

/** An address of CAN_J1939: `can_addr.j1939`. */
export interface CanJ1939Address extends CanAddress {
  /** 64 bits; J1939_NO_NAME for none. A number does as well; what the kernel gives is a bigint. */
  readonly name: bigint | number
  /** The parameter group; J1939_NO_PGN for none. */
  readonly pgn: number
  /** 0 to 255; J1939_NO_ADDR for none. */
  readonly addr: number
}

/** An algorithm of the kernel's cryptography: `struct sockaddr_alg`. */
export interface AlgAddress {
  readonly family: AddressFamily
  /** `'hash'`, `'skcipher'`, `'aead'`, `'rng'` …; at most 13 bytes. */
  readonly type: string
  /** As in /proc/crypto: `'sha256'`, `'cbc(aes)'` …; at most 63 bytes. Longer ones, which Linux takes, as `data`. */
  readonly name: string
  /** Default 0. */
  readonly feat?: number
  /** Default 0. */
  readonly mask?: number
}

/** A queue of a network interface: `struct sockaddr_xdp`. */
export interface XdpAddress {
  readonly family: AddressFamily
  /** XDP_COPY, XDP_ZEROCOPY, XDP_SHARED_UMEM … Default 0. */
  readonly flags?: number
  readonly ifindex: number
  readonly queueId: number
  /** With XDP_SHARED_UMEM, the socket whose memory is shared. Default 0. */
  readonly sharedUmemFd?: number
}

interface TipcScope {
  readonly family: AddressFamily
  /** TIPC_CLUSTER_SCOPE, TIPC_NODE_SCOPE; negative takes a bind() back. Default 0. */
  readonly scope?: number
}

/** A range of services: `struct sockaddr_tipc` with `addrtype` TIPC_SERVICE_RANGE. Multicast when sent to. */
export interface TipcServiceRange extends TipcScope {
  readonly type: number
  readonly lower: number
  readonly upper: number
}

/** A service: `struct sockaddr_tipc` with `addrtype` TIPC_SERVICE_ADDR. */
export interface TipcServiceAddress extends TipcScope {
  readonly type: number
  readonly instance: number
  /** The node to look for it; 0 for any. Default 0. */
  readonly domain?: number
}

/** A socket: `struct sockaddr_tipc` with `addrtype` TIPC_SOCKET_ADDR. */
export interface TipcSocketAddress extends TipcScope {
  readonly ref: number
  readonly node: number
}

/** No address: connect() with it dissolves the association of a datagram socket. */
export interface UnspecifiedAddress {
  readonly family: AddressFamily
}

/**
 * An address of a family that has no fields here (AF_BLUETOOTH, AF_QIPCRTR …), or bytes that the fields of its family would
 * not say in full: cut off, of another length, or with something where nothing should be.
 */
export interface OtherAddress {
  readonly family: AddressFamily
  /** The bytes after `sa_family`. */
  readonly data: Uint8Array
}

/**
 * A socket address: `family` tells which fields there are. For TypeScript, so does a field that the others lack; those the
 * kernel gives have all their fields:
 *
 * ```ts
 * if ('path' in address) address.path                      // UnixAddress
 * if ('port' in address && 'address' in address)           // InetAddress or Inet6Address
 *   console.log(address.address, address.port)
 * ```
 *
 * `'scopeId'` is in an Inet6Address, `'hatype'` in a PacketAddress, `'pid'` in a NetlinkAddress, `'cid'` in a VsockAddress,
 * `'rxId'` in a CanIsotpAddress, `'pgn'` in a CanJ1939Address, `'name'` with `'type'` in an AlgAddress, `'queueId'` in an
 * XdpAddress, `'lower'`, `'instance'` and `'ref'` in those of TIPC, and `'data'` in an OtherAddress.
 */
export type Address =
  | InetAddress
  | Inet6Address
  | UnixAddress
  | PacketAddress
  | NetlinkAddress
  | VsockAddress
  | CanAddress
  | CanIsotpAddress
  | CanJ1939Address
  | AlgAddress
  | XdpAddress
  | TipcServiceRange
  | TipcServiceAddress
  | TipcSocketAddress
  | OtherAddress
  | UnspecifiedAddress

/** The bytes of `::`, any IPv6 address of this host, as inet_ntop() takes them. In an address, write `'::'`. */
export const IN6ADDR_ANY_INIT: Uint8Array = native.in6addrAny

/** The bytes of `::1`, this host, as inet_ntop() takes them. In an address, write `'::1'`. */
export const IN6ADDR_LOOPBACK_INIT: Uint8Array = native.in6addrLoopback

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
