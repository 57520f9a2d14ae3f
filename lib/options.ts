// What the values of socket options are, as JavaScript sees them. Their layout is known to native/options.cc alone.
//
// A field that may be left out is 0 in C. Field names are those of C without the prefix of their struct; an interface is
// named by `interface`, its local address, or by `ifindex`, its number, which wins.

import type { Address } from './address.js'
import type { OptionLevel, Protocol, SocketOption } from './constants.js'
import type { Credentials, PacketInfo6, Timeval } from './message.js'
import { native } from './native.js'

export type { Credentials, PacketInfo6, Timeval } from './message.js'

/** `struct linger`: what close() does while data is unsent. */
export interface Linger {
  /** Whether close() waits, or with 0 seconds, resets the connection. */
  readonly on: boolean
  readonly seconds: number
}

/** `struct so_timestamping`: which time stamps to take. */
export interface Timestamping {
  /** `SOF_TIMESTAMPING_RX_SOFTWARE | …` */
  readonly flags: number
  /** The hardware clock to use, with SOF_TIMESTAMPING_BIND_PHC. Absent before Linux 5.14. */
  readonly bindPhc?: number
}

/** `struct sock_txtime`: send at the times that SCM_TXTIME gives. */
export interface Txtime {
  /** Which clock they are of: 1 is CLOCK_MONOTONIC, 11 CLOCK_TAI. */
  readonly clockid: number
  /** `SOF_TXTIME_DEADLINE_MODE | SOF_TXTIME_REPORT_ERRORS` */
  readonly flags?: number
}

/** `struct sock_filter`: an instruction of classic BPF, `{ code: BPF_RET | BPF_K, k: 0 }` in C. */
export interface FilterInstruction {
  readonly code: number
  /** How many instructions to skip when a condition holds. */
  readonly jt?: number
  /** How many to skip when it does not. */
  readonly jf?: number
  readonly k?: number
}

/** `struct dmabuf_token`: a range of device memory that was read and is given back. */
export interface DeviceMemory {
  readonly start: number
  readonly count: number
}

/** `struct ip_mreqn`: an IPv4 group, and the interface to join it on; without one the kernel chooses by route. */
export interface MulticastRequest {
  readonly group: string
  readonly interface?: string
  readonly ifindex?: number
}

/** `struct in_addr` or `struct ip_mreqn`: getsockopt() gives the address of the interface. */
export type MulticastInterface = string | { readonly interface?: string; readonly ifindex?: number }

/** `struct ip_mreq_source`: an IPv4 group and one sender. */
export interface SourceRequest {
  readonly group: string
  readonly interface?: string
  readonly source: string
}

/** `struct ip_msfilter`: an IPv4 group and all senders that are heard, or not heard. */
export interface SourceFilter {
  readonly group: string
  readonly interface?: string
  /** MCAST_INCLUDE: only these are heard. MCAST_EXCLUDE: all but these. */
  readonly mode: number
  readonly sources: readonly string[]
}

/** `struct group_req`: a group of any family. */
export interface GroupRequest {
  readonly ifindex?: number
  /** Its port means nothing. */
  readonly group: Address | Uint8Array
}

/** `struct group_source_req`: a group of any family and one sender. */
export interface GroupSourceRequest extends GroupRequest {
  readonly source: Address | Uint8Array
}

/** `struct group_filter`: a group of any family and all senders that are heard, or not heard. */
export interface GroupFilter extends GroupRequest {
  /** MCAST_INCLUDE: only these are heard. MCAST_EXCLUDE: all but these. */
  readonly mode: number
  readonly sources: readonly (Address | Uint8Array)[]
}

/** `struct ipv6_mreq`: an IPv6 group, and the interface to join it on. */
export interface MulticastRequest6 {
  readonly group: string
  readonly ifindex?: number
}

/** `struct ip6_mtuinfo`: the path MTU to a destination. */
export interface PathMtu {
  /** Linux leaves it empty where it answers getsockopt(). */
  readonly address: Address
  /** In bytes. */
  readonly mtu: number
}

/** `struct in6_flowlabel_req`: leases a flow label. */
export interface FlowLabelRequest {
  readonly destination?: string
  /** 20 bits; 0 lets the kernel choose: it writes the label to the bytes where those of optionBytes() were passed. */
  readonly label?: number
  /** IPV6_FL_A_GET, _PUT or _RENEW. */
  readonly action: number
  /** IPV6_FL_S_EXCL … */
  readonly share?: number
  /** `IPV6_FL_F_CREATE | …` */
  readonly flags?: number
  /** In seconds, as is `linger`. */
  readonly expires?: number
  readonly linger?: number
}

/**
 * `struct tcp_info`: how a connection does. Times are in microseconds, those named `last…` in milliseconds; rates are bytes
 * per second. The optional fields came to Linux one by one: where the kernel does not tell, they are absent.
 */
export interface TcpInfo {
  /** TCP_ESTABLISHED … */
  readonly state: number
  /** Of the congestion control: 0 open, 1 disorder, 2 CWR, 3 recovery, 4 loss. */
  readonly caState: number
  readonly retransmits: number
  readonly probes: number
  readonly backoff: number
  /** `TCPI_OPT_TIMESTAMPS | TCPI_OPT_SACK | …` */
  readonly options: number
  readonly sndWscale: number
  readonly rcvWscale: number
  /** 1 when the program, and not the network, limited `deliveryRate`. */
  readonly deliveryRateAppLimited: number
  readonly fastopenClientFail: number
  readonly rto?: number
  readonly ato?: number
  readonly sndMss?: number
  readonly rcvMss?: number
  /** In segments, as are the four that follow. Of a listening socket, connections that wait for accept(). */
  readonly unacked?: number
  /** Of a listening socket, the backlog. */
  readonly sacked?: number
  readonly lost?: number
  readonly retrans?: number
  readonly fackets?: number
  readonly lastDataSent?: number
  /** Always 0. */
  readonly lastAckSent?: number
  readonly lastDataRecv?: number
  readonly lastAckRecv?: number
  /** In bytes. */
  readonly pmtu?: number
  readonly rcvSsthresh?: number
  /** Smoothed round-trip time. */
  readonly rtt?: number
  readonly rttvar?: number
  readonly sndSsthresh?: number
  /** In segments. */
  readonly sndCwnd?: number
  readonly advmss?: number
  readonly reordering?: number
  readonly rcvRtt?: number
  readonly rcvSpace?: number
  /** Segments sent again, ever. */
  readonly totalRetrans?: number
  readonly pacingRate?: bigint
  readonly maxPacingRate?: bigint
  readonly bytesAcked?: bigint
  readonly bytesReceived?: bigint
  readonly segsOut?: number
  readonly segsIn?: number
  readonly notsentBytes?: number
  readonly minRtt?: number
  readonly dataSegsIn?: number
  readonly dataSegsOut?: number
  readonly deliveryRate?: bigint
  /** Time spent sending. */
  readonly busyTime?: bigint
  /** Of that, waiting for the peer's window. */
  readonly rwndLimited?: bigint
  /** Of that, waiting for room in the send buffer. */
  readonly sndbufLimited?: bigint
  readonly delivered?: number
  readonly deliveredCe?: number
  readonly bytesSent?: bigint
  readonly bytesRetrans?: bigint
  readonly dsackDups?: number
  readonly reordSeen?: number
  /** Segments that came out of order. */
  readonly rcvOoopack?: number
  /** The peer's window in bytes. */
  readonly sndWnd?: number
  /** The own window in bytes. */
  readonly rcvWnd?: number
  readonly rehash?: number
  readonly totalRto?: number
  readonly totalRtoRecoveries?: number
  /** In milliseconds. */
  readonly totalRtoTime?: number
  /** Counters of accurate ECN, from here on. */
  readonly receivedCe?: number
  readonly deliveredE1Bytes?: number
  readonly deliveredE0Bytes?: number
  readonly deliveredCeBytes?: number
  readonly receivedE1Bytes?: number
  readonly receivedE0Bytes?: number
  readonly receivedCeBytes?: number
}

/** `struct tcp_md5sig`: the key of the segments to and from a peer (RFC 2385). */
export interface TcpKey {
  readonly address: Address | Uint8Array
  /** Of TCP_MD5SIG_EXT: TCP_MD5SIG_FLAG_PREFIX, TCP_MD5SIG_FLAG_IFINDEX. */
  readonly flags?: number
  readonly prefixLength?: number
  readonly ifindex?: number
  /** At most 80 bytes; none removes the key. */
  readonly key?: Uint8Array
}

/** `struct tcp_repair_opt`: a TCP option that had been negotiated. */
export interface RepairOption {
  /** Its number in the TCP header: 2 is the segment size, 3 the window scale, 4 SACK, 8 time stamps. */
  readonly code: number
  readonly value: number
}

/** `struct tcp_repair_window`: the window of a connection under repair. */
export interface RepairWindow {
  readonly sndWl1: number
  readonly sndWnd: number
  readonly maxWindow: number
  readonly rcvWnd: number
  readonly rcvWup: number
}

/** `struct packet_mreq`: frames that a packet socket hears on an interface. */
export interface PacketMembership {
  readonly ifindex: number
  /** PACKET_MR_MULTICAST, PACKET_MR_PROMISC, PACKET_MR_ALLMULTI, PACKET_MR_UNICAST */
  readonly type: number
  /** The link-layer address: at most 8 bytes. */
  readonly address?: Uint8Array
}

/** `struct tpacket_req3`: a ring that packets are exchanged through. Its last three fields are those of TPACKET_V3. */
export interface RingRequest {
  /** In bytes: a multiple of the page size. */
  readonly blockSize: number
  readonly blocks: number
  /** In bytes. */
  readonly frameSize: number
  readonly frames: number
  /** In milliseconds. */
  readonly retireTimeout?: number
  readonly privateSize?: number
  readonly features?: number
}

/** `struct tpacket_stats`: since last asked. */
export interface PacketStatistics {
  readonly packets: number
  readonly drops: number
  /** Of TPACKET_V3. */
  readonly queueFreezes?: number
}

/** `struct tpacket_rollover_stats` */
export interface RolloverStatistics {
  readonly all: bigint
  readonly huge: bigint
  readonly failed: bigint
}

/** `struct can_filter`: frames are heard whose number, under the mask, is this one. */
export interface CanFilter {
  readonly id: number
  readonly mask: number
}

/** What setsockopt() takes: which it is follows from the option. A Uint8Array is passed as it is. */
export type OptionValue =
  | Uint8Array
  | number
  | boolean
  | bigint
  | string
  | Credentials
  | FlowLabelRequest
  | GroupFilter
  | GroupRequest
  | GroupSourceRequest
  | Linger
  | MulticastInterface
  | MulticastRequest
  | MulticastRequest6
  | PacketInfo6
  | PacketMembership
  | PacketStatistics
  | PathMtu
  | RepairWindow
  | RingRequest
  | RolloverStatistics
  | SourceFilter
  | SourceRequest
  | TcpInfo
  | TcpKey
  | Timestamping
  | Timeval
  | Txtime
  | readonly (number | CanFilter | DeviceMemory | FilterInstruction | RepairOption)[]

/**
 * Encodes the value of an option once, for use in many calls.
 *
 * @param level SOL_SOCKET, or a protocol
 * @param name the option
 * @param value as for setsockopt()
 * @returns the bytes as the kernel takes them; of a filter those of its instructions, which setsockopt() does not take,
 *   because the kernel wants a pointer to them
 */
export function optionBytes(level: OptionLevel | Protocol, name: SocketOption, value: OptionValue): Uint8Array {
  return native.optionBytes(level, name, value)
}

/**
 * Decodes what getsockopt() of the raw face delivers.
 *
 * @param level SOL_SOCKET, or a protocol
 * @param name the option
 * @param bytes what the kernel wrote
 * @param length how much of it, in bytes. Default: all of `bytes`
 * @returns the value; a copy of the bytes where the option has no type, or they are no value of it
 */
export function optionValue<T>(
  level: OptionLevel | Protocol,
  name: SocketOption<T>,
  bytes: Uint8Array,
  length?: number,
): T | Uint8Array {
  return native.optionValue(level, name, bytes, length) as T | Uint8Array
}
