// Messages and the control data beside them, as JavaScript sees them. Their layout is known to native/message.cc alone.

import type { Address } from './address.js'
import type { ControlType, MessageFlags, OptionLevel, Protocol } from './constants.js'
import type { Fd } from './flavor.js'
import { native } from './native.js'

/** `struct ucred`: a process and on whose behalf it runs. */
export interface Credentials {
  readonly pid: number
  readonly uid: number
  readonly gid: number
}

/** `struct timeval`. */
export interface Timeval {
  readonly sec: number
  /** 0 to 999999 */
  readonly usec: number
}

/** `struct timespec`. */
export interface Timespec {
  readonly sec: number
  /** 0 to 999999999 */
  readonly nsec: number
}

/** `struct scm_timestamping`: when a packet was seen by software and by hardware; zeros where it was not. */
export interface Timestamps {
  readonly software: Timespec
  readonly hardware: Timespec
}

/** `struct in_pktinfo`: where an IPv4 packet came in, or is to go out. */
export interface PacketInfo {
  /** The interface; 0 for any. */
  readonly ifindex?: number
  /** The local address: of arrival, or to send from. */
  readonly specDst?: string
  /** The destination in the packet's header; only received. */
  readonly address?: string
}

/** `struct in6_pktinfo`: where an IPv6 packet came in, or is to go out. */
export interface PacketInfo6 {
  /** The destination of a packet received; the source of one to be sent. */
  readonly address?: string
  /** The interface; 0 for any. */
  readonly ifindex?: number
}

/** `struct sock_extended_err`: an error that was queued, or a completion (MSG_ZEROCOPY, timestamps). */
export interface ExtendedError {
  /** 0 for a completion. */
  readonly errno: number
  /** SO_EE_ORIGIN_ICMP, SO_EE_ORIGIN_ZEROCOPY … */
  readonly origin: number
  readonly type: number
  readonly code: number
  /** Of MSG_ZEROCOPY the first completed send, of EMSGSIZE the path MTU. */
  readonly info: number
  /** Of MSG_ZEROCOPY the last completed send. */
  readonly data: number
  /** Who reported it; null where nobody did. */
  readonly offender: Address | null
}

/** What a control message may carry, as far as it is known by its level and type; anything else is its bytes. */
export type ControlData =
  | Uint8Array
  | readonly Fd[]
  | Credentials
  | Timeval
  | Timespec
  | Timestamps
  | PacketInfo
  | PacketInfo6
  | ExtendedError
  | Address
  | number
  | bigint
  | string

/**
 * `struct cmsghdr` and its data. By level and type, `data` is
 *
 * - SOL_SOCKET: SCM_RIGHTS an array of descriptors; SCM_CREDENTIALS Credentials; SCM_PIDFD a descriptor; SCM_SECURITY a
 *   string (of ASCII characters); SCM_TIMESTAMP a Timeval; SCM_TIMESTAMPNS a Timespec; SCM_TIMESTAMPING Timestamps, all
 *   three also under the _OLD and _NEW numbers of the option that asked for them; SCM_TXTIME a bigint in nanoseconds;
 *   SO_RXQ_OVFL and SO_MARK a number
 * - IPPROTO_IP: IP_PKTINFO a PacketInfo; IP_TTL and IP_TOS a number; IP_RECVERR an ExtendedError; IP_ORIGDSTADDR an Address
 * - IPPROTO_IPV6: IPV6_PKTINFO a PacketInfo6; IPV6_HOPLIMIT and IPV6_TCLASS a number; IPV6_RECVERR an ExtendedError;
 *   IPV6_ORIGDSTADDR an Address
 * - IPPROTO_UDP: UDP_SEGMENT and UDP_GRO a number of bytes
 *
 * and a Uint8Array otherwise, or where the bytes are not such a value (cut off under MSG_CTRUNC). A Uint8Array may be
 * sent for any of them, and is the only way to send what the kernel only delivers: Timestamps, ExtendedError, Address.
 */
export interface ControlMessage {
  readonly level: OptionLevel | Protocol
  readonly type: ControlType | number
  readonly data: ControlData
}

/** How long to wait, in milliseconds; fractions count to the nanosecond. */
export type Duration = number

/** What sendmsg() sends. */
export interface Message {
  /** The bytes, gathered from these in order. */
  readonly iov: readonly Uint8Array[]
  /** Where to; left out on a connected socket. */
  readonly address?: Address | Uint8Array | null
  /** What travels beside the bytes: typed, or as the bytes of cmsghdrs. */
  readonly control?: readonly ControlMessage[] | Uint8Array | null
}

/** Where recvmsg() receives to. */
export interface MessageBuffers {
  /** The bytes, scattered over these in order. */
  readonly iov: readonly Uint8Array[]
  /**
   * Room for control messages, in bytes; what does not fit is lost (MSG_CTRUNC), descriptors are closed by the kernel. One
   * descriptor takes 24. Default 0
   */
  readonly controlLength?: number
}

/** What recvmsg() received. */
export interface ReceivedMessage {
  /** As the value of recv(). */
  readonly count: number
  /** MSG_TRUNC: the message was longer. MSG_CTRUNC: there was more control data. MSG_EOR, MSG_OOB, MSG_ERRQUEUE … */
  readonly flags: MessageFlags
  /** The sender; null where the kernel gave none. */
  readonly address: Address | null
  /** Every control message that arrived. Descriptors in it are yours to close. */
  readonly control: ControlMessage[]
}

/** The raw face's room for a message: what the kernel writes and how much of it. */
export interface MessageRoom {
  readonly iov: readonly Uint8Array[]
  /** Room for the sender's address; 128 bytes hold any. */
  readonly address?: Uint8Array | null
  readonly control?: Uint8Array | null
  /** Four integers, written: count, flags, length of the address, length of the control data. */
  readonly lengths: Int32Array
}

/**
 * `CMSG_FIRSTHDR`, `CMSG_NXTHDR`, `CMSG_DATA` — the control messages that the raw face delivers.
 *
 * @param control what the kernel wrote
 * @param length how much of it, in bytes. Default: all of `control`
 */
export function controlMessages(control: Uint8Array, length?: number): ControlMessage[] {
  return native.controlMessages(control, length) as ControlMessage[]
}

/** The descriptors among what the raw face delivers: to be closed when they cannot be used. */
export function controlDescriptors(control: Uint8Array, length?: number): Fd[] {
  return native.controlDescriptors(control, length)
}
