// What the resolver and the interfaces tell, as JavaScript sees it. Its layout is known to native/names.cc and ioctl.cc.

import type { Address } from './address.js'
import type { AddressFamily, AddressInfoFlags, Protocol, SocketType } from './constants.js'

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
