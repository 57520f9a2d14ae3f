// Connects, sends, and tells how the connection does (TCP_INFO): at first, at whatever arrives, and when the peer has ended.
// Usage: tcp-info.ts ADDRESS PORT [BYTES]
import {
  AF_INET,
  AF_INET6,
  close,
  connect,
  getsockopt,
  IPPROTO_TCP,
  recv,
  SOCK_STREAM,
  send,
  socket,
  TCP_CLOSE,
  TCP_CLOSE_WAIT,
  TCP_ESTABLISHED,
  TCP_INFO,
  unwrap,
} from 'sys-socket'

const [address = '127.0.0.1', port = '80', bytes = '10000'] = process.argv.slice(2)
const family = address.includes(':') ? AF_INET6 : AF_INET
const fd = unwrap(socket(family, SOCK_STREAM))
unwrap(connect(fd, { family, address, port: Number(port) }))

const states = new Map<number, string>([
  [TCP_ESTABLISHED, 'ESTABLISHED'],
  [TCP_CLOSE_WAIT, 'CLOSE_WAIT'], // the peer has ended, this side has not
  [TCP_CLOSE, 'CLOSE'], // reset
])

function tell(when: string): void {
  const info = unwrap(getsockopt(fd, IPPROTO_TCP, TCP_INFO))
  const { state, rtt = 0, rttvar = 0, sndCwnd, sndMss, pmtu, totalRetrans } = info
  console.log(`${when}: state ${states.get(state) ?? state}, rtt ${rtt / 1000} ms ± ${rttvar / 1000} ms`)
  console.log(`  cwnd ${sndCwnd} segments, mss ${sndMss}, pmtu ${pmtu}, retransmitted ${totalRetrans} segments`)
  console.log(`  bytes sent ${info.bytesSent}, acked ${info.bytesAcked}, received ${info.bytesReceived}`)
}

tell('Connected')
unwrap(send(fd, Buffer.alloc(Number(bytes), 'x')))
const buffer = Buffer.alloc(65536)
let count: number
while ((count = unwrap(recv(fd, buffer))) > 0) tell(`Got ${count} bytes`)
tell('The peer has ended')
close(fd)
