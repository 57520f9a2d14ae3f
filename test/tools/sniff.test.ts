// The tool sniff.ts, on lo of a network of its own: of all that passes, it prints the UDP packets to its port.
import { afterEach, describe, expect, test } from 'vitest'
import { hasProgram, mayRun, ownNetwork } from '../fixtures.js'
import { start, stopAll } from '../peers/peers.js'

afterEach(stopAll)

const network = ownNetwork()

// Nobody is bound to 5300, so ICMP errors that quote the packets pass as well.
const traffic = `
import socket, struct
at = lambda port: ('127.0.0.1', port)
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(at(4000))
s.sendto(b'to another port', at(5301))
socket.socket(socket.AF_INET, socket.SOCK_STREAM).connect_ex(at(5300))
socket.socket(socket.AF_INET6, socket.SOCK_DGRAM).sendto(b'IPv6', ('::1', 5300))
other = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
other.bind(at(5300))
other.sendto(b'from the port', at(5301))
other.close()
link = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM)
def crafted(fragment): # a UDP packet to 5300, or what would be one if a later fragment began with a header
  ip = struct.pack('!BBHHHBBH4s4s', 0x45, 0, 28, 1, fragment, 64, 17, 0, bytes([127, 0, 0, 1]), bytes([127, 0, 0, 1]))
  return ip + struct.pack('!HHHH', 4000, 5300, 8, 0)
link.sendto(crafted(0), ('lo', 0x88b5)) # in frames of another protocol
link.sendto(crafted(1), ('lo', 0x800))
s.sendto(b'first', at(5300))
s.setsockopt(socket.IPPROTO_IP, socket.IP_OPTIONS, bytes([1, 1, 1, 0])) # so that the IP header is longer
s.sendto(b'second', at(5300))
s.sendto(b'', at(5300))
`

const mayEnter = mayRun(...network, 'true') && mayRun('nsenter', `--net=/proc/${process.pid}/ns/net`, 'true')
describe.skipIf(!mayEnter || !hasProgram('python3', 'python3'))('sniff', () => {
  test('prints the UDP packets to its port, sent and received, and nothing else', async () => {
    const tool = [process.execPath, '--import', 'tsx', 'examples/tools/sniff.ts']
    const sniff = start(...network, ...tool, 'lo', '5300', '6')
    await sniff.says(/Sniffing on lo\n/)
    await start('nsenter', `--net=/proc/${sniff.pid}/ns/net`, 'python3', '-c', traffic).output()
    const [, ...lines] = (await sniff.output()).trimEnd().split('\n')
    for (const direction of ['out', 'in'])
      expect(lines.filter((line) => line.startsWith(`${direction} `))).toEqual(
        ['"first"', '"second"', '""'].map((text) => `${direction} 127.0.0.1:4000 > 127.0.0.1:5300 ${text}`),
      )
    expect(lines).toHaveLength(6)
  })
})
