// Asks a host for ICMP echoes and prints the time each took. Usage: ping.ts ADDRESS [HOW_MANY [TIMEOUT_IN_MS]]
// Status 0: every echo came; 1: some did not; the socket is a ping socket where this user may have one, else a raw one.
import { randomBytes } from 'node:crypto'
import * as sys from 'sys-socket'

const [address = '127.0.0.1', many = '4', timeout = '1000'] = process.argv.slice(2)
const pinger = sys.socket(sys.AF_INET, sys.SOCK_DGRAM, sys.IPPROTO_ICMP)
const fd = pinger.ok ? pinger.value : sys.unwrap(sys.socket(sys.AF_INET, sys.SOCK_RAW, sys.IPPROTO_ICMP))

/** The internet checksum: RFC 1071. */
function checksum(data: DataView): number {
  let sum = 0
  for (let at = 0; at < data.byteLength; at += 2) sum += data.getUint16(at)
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  return ~sum & 0xffff
}

const token = randomBytes(16) // tells our echoes from those of others: a raw socket gets them all
function echo(sequence: number): Uint8Array {
  const message = new Uint8Array(8 + token.length)
  message.set(token, 8)
  const view = new DataView(message.buffer)
  view.setUint8(0, sys.ICMP_ECHO)
  view.setUint16(4, process.pid & 0xffff) // a ping socket puts its own number here, and its checksum
  view.setUint16(6, sequence)
  view.setUint16(2, checksum(view))
  return message
}

const buffer = Buffer.alloc(65536)
/** Waits for the reply to this echo; whether it came in time. */
function replied(sequence: number, deadline: number): boolean {
  for (;;) {
    const left = Math.max(0, Math.ceil(deadline - performance.now()))
    if (sys.unwrap(sys.poll([{ fd, events: sys.POLLIN, revents: 0 }], left)) === 0) return false
    const count = sys.unwrap(sys.recv(fd, buffer))
    const reply = buffer.subarray(pinger.ok ? 0 : (buffer.readUInt8(0) & 15) * 4, count) // raw: after the IP header
    if (reply.length !== 8 + token.length || reply[0] !== sys.ICMP_ECHOREPLY) continue
    if (reply.readUInt16BE(6) === sequence && token.equals(reply.subarray(8))) return true
  }
}

let received = 0
for (let sequence = 1; sequence <= Number(many); sequence++) {
  const start = performance.now()
  sys.unwrap(sys.sendto(fd, echo(sequence), 0, { family: sys.AF_INET, address, port: 0 }))
  const came = replied(sequence, start + Number(timeout))
  const time = (performance.now() - start).toFixed(3)
  console.log(came ? `seq=${sequence} from ${address}: ${time} ms` : `seq=${sequence}: no reply`)
  if (came) received++
}
console.log(`${many} sent, ${received} received`)
sys.close(fd)
process.exitCode = received === Number(many) ? 0 : 1
