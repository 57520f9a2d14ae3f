// What the tests of UDP and TCP add to fixtures.ts: names, options and messages as the lines of their cases.
import {
  type Address,
  AF_INET,
  type ControlData,
  type ControlMessage,
  type Fd,
  getpeername,
  getsockname,
  getsockopt,
  type InetAddress,
  IP_ORIGDSTADDR,
  IP_PKTINFO,
  IP_RECVERR,
  IP_TOS,
  IP_TTL,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPPROTO_TCP,
  IPV6_HOPLIMIT,
  IPV6_PKTINFO,
  IPV6_TCLASS,
  inet_pton,
  type Level,
  type MessageFlags,
  MSG_CTRUNC,
  MSG_ERRQUEUE,
  MSG_TRUNC,
  type ReceivedMessage,
  type Result,
  recvfrom,
  recvmsg,
  SO_MARK,
  SO_RXQ_OVFL,
  SO_TIMESTAMP,
  SO_TIMESTAMPING,
  SO_TIMESTAMPNS,
  SOL_SOCKET,
  type SocketOption,
  setsockopt,
  TCP_CM_INQ,
  unwrap,
} from '../../lib/index.js'
import { shown } from '../fixtures.js'

// Addresses

export const portOf = (address: Address): number => (address as InetAddress).port
export const inet = (address: string, port: number): InetAddress => ({ family: AF_INET, address, port })

/** `127.0.0.1:P`, `[::]:0`: P stands for any port but 0. */
function host(name: Address): string {
  const { family, address, port } = name as InetAddress
  return `${family === AF_INET ? address : `[${address}]`}:${port === 0 ? 0 : 'P'}`
}

export const ownName = (fd: Fd): string => shown(getsockname(fd), host)
export const peerName = (fd: Fd): string => shown(getpeername(fd), host)
export const nameOf = (result: Result<{ address: Address }>): string => shown(result, ({ address }) => host(address))

/** The bytes of an IPv4 address. */
export const inAddr = (address: string): Uint8Array => unwrap(inet_pton(AF_INET, address)) as Uint8Array

// Options

/** The bytes of a C int, or of several. */
export const ints = (...values: number[]): Uint8Array => new Uint8Array(new Int32Array(values).buffer)

/** The C int at `offset`. */
export const int = (data: Uint8Array, offset = 0): number =>
  new Int32Array(data.slice(offset, offset + 4).buffer)[0] as number

export const set = (fd: Fd, level: Level, name: SocketOption, value: number | boolean | Uint8Array): string =>
  shown(setsockopt(fd, level, name, value))

/** getsockopt() as `val=1 len=4`, for options that are a C int or cut to fewer bytes; `len=0` for no bytes. */
export const got = (fd: Fd, level: Level, name: SocketOption, length = 16): string =>
  shown(getsockopt(fd, level, name, length), (data) =>
    data.length === 0 ? 'len=0' : `val=${data.length < 4 ? data[0] : int(data)} len=${data.length}`,
  )

/** The value of an option that is a C int. */
export const intOf = (fd: Fd, level: Level, name: SocketOption): number => int(unwrap(getsockopt(fd, level, name, 4)))

// Messages

const controlNames: readonly [level: number, type: number, name: string][] = [
  [SOL_SOCKET, SO_MARK, 'MARK'],
  [SOL_SOCKET, SO_RXQ_OVFL, 'RXQ_OVFL'],
  [SOL_SOCKET, SO_TIMESTAMP, 'TIMESTAMP'],
  [SOL_SOCKET, SO_TIMESTAMPING, 'TIMESTAMPING'],
  [SOL_SOCKET, SO_TIMESTAMPNS, 'TIMESTAMPNS'],
  [IPPROTO_IP, IP_ORIGDSTADDR, 'IP_ORIGDSTADDR'],
  [IPPROTO_IP, IP_PKTINFO, 'IP_PKTINFO'],
  [IPPROTO_IP, IP_RECVERR, 'IP_RECVERR'],
  [IPPROTO_IP, IP_TOS, 'IP_TOS'],
  [IPPROTO_IP, IP_TTL, 'IP_TTL'],
  [IPPROTO_IPV6, IPV6_HOPLIMIT, 'IPV6_HOPLIMIT'],
  [IPPROTO_IPV6, IPV6_PKTINFO, 'IPV6_PKTINFO'],
  [IPPROTO_IPV6, IPV6_TCLASS, 'IPV6_TCLASS'],
  [IPPROTO_TCP, TCP_CM_INQ, 'TCP_INQ'],
]

const text = (data: Uint8Array): string => Buffer.from(data).toString('latin1')
const counted = (count: number, data: Uint8Array): string => (count === 0 ? '0' : `${count} '${text(data)}'`)

/** msg_flags and control messages as `fl=CTRUNC cm=[IP_TTL,IP_TOS]`. */
export function flagsAndControl(flags: number, control: readonly ControlMessage[]): string {
  const set = Object.entries({ MSG_CTRUNC, MSG_TRUNC, MSG_ERRQUEUE }).filter(([, bit]) => (flags & bit) !== 0)
  const named = control.map(({ level, type }) => {
    const row = controlNames.find((row) => row[0] === level && row[1] === type)
    return row?.[2] ?? `${level}/${type}`
  })
  return `fl=${set.map(([name]) => name.slice(4)).join('+') || 0} cm=[${named}]`
}

/** recvmsg() as `1 'a' fl=0 cm=[IP_TTL]`. */
export function message(fd: Fd, size: number, controlLength = 0, flags: MessageFlags = 0): string {
  const data = new Uint8Array(size)
  return shown(
    recvmsg(fd, { iov: [data], controlLength }, flags),
    ({ count, flags, control }) => `${counted(count, data.subarray(0, count))} ${flagsAndControl(flags, control)}`,
  )
}

/** The same, where what the control messages carry matters. */
export function messageAndData(fd: Fd, size = 100, flags: MessageFlags = 0): [string, ...ControlData[]] {
  const data = new Uint8Array(size)
  const { count, flags: seen, control } = unwrap(recvmsg(fd, { iov: [data], controlLength: 512 }, flags))
  return [
    `${counted(count, data.subarray(0, count))} ${flagsAndControl(seen, control)}`,
    ...control.map(({ data }) => data),
  ]
}

/** A message of which only the count and what the control messages carry matters. */
export function countAndData(fd: Fd, size: number, flags: MessageFlags = 0): [number, ...ControlData[]] {
  const { count, control }: ReceivedMessage = unwrap(
    recvmsg(fd, { iov: [new Uint8Array(size)], controlLength: 512 }, flags),
  )
  return [count, ...control.map(({ data }) => data)]
}

/** recvfrom() as `2 'hi' from=127.0.0.1:P`; `from=len=0` where the kernel gives no address. */
export function receivedFrom(fd: Fd, size: number, flags: MessageFlags = 0): string {
  const data = new Uint8Array(size)
  return shown(
    recvfrom(fd, data, flags),
    ({ count, address }) =>
      `${counted(count, data.subarray(0, count))} from=${address === null ? 'len=0' : host(address)}`,
  )
}
