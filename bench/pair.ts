// The cost of one send and one recv in the same thread, on a face of sys-socket: `pair.ts result|raw KIND SIZE`. See pair.c.
import { createInterface } from 'node:readline'
import {
  AF_INET,
  AF_UNIX,
  bind,
  connect,
  type Fd,
  getsockname,
  recv,
  SOCK_DGRAM,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  send,
  socket,
  socketpair,
  unwrap,
} from 'sys-socket'
import * as raw from 'sys-socket/raw'

const [face, kind, size] = process.argv.slice(2) as [string, string, string]
const data = new Uint8Array(Number(size))
const buffer = new Uint8Array(Number(size))
const [sender, receiver] =
  kind === 'udp' ? udpPair() : unwrap(socketpair(AF_UNIX, kind === 'seqpacket' ? SOCK_SEQPACKET : SOCK_STREAM))

function udpPair(): [Fd, Fd] {
  const fds = [unwrap(socket(AF_INET, SOCK_DGRAM)), unwrap(socket(AF_INET, SOCK_DGRAM))] as [Fd, Fd]
  for (const fd of fds) unwrap(bind(fd, { family: AF_INET, address: '127.0.0.1', port: 0 }))
  unwrap(connect(fds[0], unwrap(getsockname(fds[1]))))
  unwrap(connect(fds[1], unwrap(getsockname(fds[0]))))
  return fds
}

function results(count: number): void {
  for (let i = 0; i < count; i++) {
    const sent = send(sender, data, 0)
    const received = recv(receiver, buffer, 0)
    if (!sent.ok || !received.ok || received.value !== data.length) throw new Error('short')
  }
}

function integers(count: number): void {
  for (let i = 0; i < count; i++) {
    if (raw.send(sender, data, 0) < 0 || raw.recv(receiver, buffer, 0) !== data.length) throw new Error('short')
  }
}

const pairs = face === 'raw' ? integers : results
for await (const line of createInterface({ input: process.stdin })) {
  const start = process.hrtime.bigint()
  pairs(Number(line))
  console.log(String(process.hrtime.bigint() - start))
}
