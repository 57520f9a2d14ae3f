// Packet sockets: packet(7).
import { expect, test } from 'vitest'
import { mayRun, ownNetwork, ownProcess } from '../fixtures.js'

const hasOwnNetwork = mayRun(...ownNetwork())

// Other programs' traffic would be received as well, so these have a network to themselves.
test.skipIf(!hasOwnNetwork).each<[id: string, title: string, expected: string[]]>([
  [
    'N-008',
    'a packet socket has no connections, and wants an interface and a whole address',
    [
      '-1 ESOCKTNOSUPPORT',
      '-1 ESOCKTNOSUPPORT',
      '-1 EOPNOTSUPP',
      '-1 EOPNOTSUPP',
      '-1 EOPNOTSUPP',
      '-1 EOPNOTSUPP',
      '-1 EOPNOTSUPP',
      '-1 ENXIO',
      '-1 ENXIO',
      '-1 EINVAL',
      '-1 ENODEV',
      '-1 EINVAL',
      '-1 EINVAL',
      '-1 EINVAL',
      '-1 EAGAIN',
      '-1 EINVAL',
    ],
  ],
  [
    'N-010',
    'what a packet socket sends is received like any other, and PACKET_AUXDATA comes with what it receives',
    [
      '33',
      "5 'hello' from=127.0.0.1:P",
      '0',
      '0 val=1 len=4',
      'true',
      '["AUXDATA"]',
      '-1 ENODEV',
      '-1 ENOPROTOOPT',
      '-1 ENOPROTOOPT',
    ],
  ],
  [
    'N-018',
    'ENETDOWN is told once, when the interface is or goes down',
    ['-1 ENETDOWN', '0', '100', '0', '0', '1 ERR', '-1 ENETDOWN', '-1 EAGAIN', '1', '-1 EINPROGRESS', '0'],
  ],
  [
    'N-020',
    'PACKET_VERSION and PACKET_RESERVE say how a ring is laid out, and a frame must hold its header',
    ['0', '-1 EINVAL', '0', '0 val=64 len=4', '-1 EINVAL', '-1 EINVAL', '0 val=1 len=4'],
  ],
])('%s: %s', (id, _title, expected) => {
  expect(ownProcess(id, ...ownNetwork())).toEqual(expected)
})
