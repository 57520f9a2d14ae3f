// Prints the UDP packets of IPv4 to a port that an interface sends and receives. A filter in the kernel drops all others.
// Usage: sniff.ts INTERFACE PORT [HOW_MANY]. On lo every packet is sent, and received.
import * as sys from 'sys-socket'

const [name = 'lo', port, many = 'Infinity'] = process.argv.slice(2)
const { BPF_ABS, BPF_B, BPF_H, BPF_IND, BPF_JEQ, BPF_JMP, BPF_JSET, BPF_K, BPF_LD, BPF_LDX, BPF_MSH, BPF_RET } = sys

// Offsets are from the IP header: a packet socket of type SOCK_DGRAM has no other before it. The last instruction drops.
const filter = [
  { code: BPF_LD | BPF_H | BPF_ABS, k: (sys.SKF_AD_OFF + sys.SKF_AD_PROTOCOL) >>> 0 }, // A = what the frame carries
  { code: BPF_JMP | BPF_JEQ | BPF_K, k: sys.ETH_P_IP, jf: 8 },
  { code: BPF_LD | BPF_B | BPF_ABS, k: 9 }, // A = the protocol
  { code: BPF_JMP | BPF_JEQ | BPF_K, k: sys.IPPROTO_UDP, jf: 6 },
  { code: BPF_LD | BPF_H | BPF_ABS, k: 6 }, // A = flags and fragment offset
  { code: BPF_JMP | BPF_JSET | BPF_K, k: 0x1fff, jt: 4 }, // a later fragment has no UDP header
  { code: BPF_LDX | BPF_B | BPF_MSH, k: 0 }, // X = the length of the IP header
  { code: BPF_LD | BPF_H | BPF_IND, k: 2 }, // A = the destination port
  { code: BPF_JMP | BPF_JEQ | BPF_K, k: Number(port), jf: 1 },
  { code: BPF_RET | BPF_K, k: 0xffffffff }, // keep all of it
  { code: BPF_RET | BPF_K, k: 0 },
]

const fd = sys.unwrap(sys.socket(sys.AF_PACKET, sys.SOCK_DGRAM, 0)) // 0: nothing comes before the filter is in place
sys.unwrap(sys.setsockopt(fd, sys.SOL_SOCKET, sys.SO_ATTACH_FILTER, filter))
// ETH_P_ALL: a socket of ETH_P_IP is not shown what is sent.
const ifindex = sys.unwrap(sys.if_nametoindex(name))
const at = { family: sys.AF_PACKET, protocol: sys.ETH_P_ALL, ifindex, address: new Uint8Array() }
sys.unwrap(sys.bind(fd, at))
console.log(`Sniffing on ${name}`)

const buffer = Buffer.alloc(65536) // no IPv4 packet is longer
for (let i = 0; i < Number(many); i++) {
  const { count, address } = sys.unwrap(sys.recvfrom(fd, buffer))
  const direction = (address as sys.PacketAddress).pkttype === sys.PACKET_OUTGOING ? 'out' : 'in'
  const udp = buffer.subarray((buffer.readUInt8(0) & 15) * 4, count)
  const source = `${buffer.subarray(12, 16).join('.')}:${udp.readUInt16BE(0)}`
  const target = `${buffer.subarray(16, 20).join('.')}:${udp.readUInt16BE(2)}`
  console.log(direction, source, '>', target, JSON.stringify(udp.toString('utf8', 8)))
}
sys.close(fd)
