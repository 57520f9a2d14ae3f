// Raw and ping sockets: raw(7), icmp(7).
import { expect, test } from 'vitest'
import { mayRun, ownNetwork, ownProcess } from '../fixtures.js'

const hasOwnNetwork = mayRun(...ownNetwork())

// Other programs' traffic would be received as well, so these have a network to themselves.
test.skipIf(!hasOwnNetwork).each<[id: string, title: string, expected: string[]]>([
  [
    'N-001',
    'a raw socket has no connections; a shutdown that fails takes effect nevertheless',
    [
      '-1 EOPNOTSUPP',
      '-1 EOPNOTSUPP',
      '-1 ENOTCONN',
      '-1 ENOTCONN',
      '-1 ENOTCONN',
      '-1 EDESTADDRREQ',
      '-1 EAGAIN',
      '-1 EOPNOTSUPP',
      '1 IN+OUT+HUP+RDHUP',
      '-1 EMSGSIZE',
      '-1 EOPNOTSUPP',
    ],
  ],
  [
    'N-002',
    'the port of a raw socket is its protocol',
    ['0', '17', '-1 EADDRNOTAVAIL', '0', '0 127.0.0.1:4242', '253', '2', '0', '-1 EDESTADDRREQ'],
  ],
  [
    'N-003',
    'every raw socket of the protocol receives the datagram, IP header included',
    ['5', '25', '4', '20', '253', 'hello', '127.0.0.1:0', '25', '25', '25', '-1 EAGAIN'],
  ],
  [
    'N-004',
    'raw IPv6 sockets receive no header, and refuse ports, short headers and odd checksum offsets',
    [
      '5',
      "5 'hello' from=[::1]:0",
      '-1 EINVAL',
      '-1 EINVAL',
      '60',
      '-1 EAFNOSUPPORT',
      '-1 ENOPROTOOPT',
      '-1 ENOPROTOOPT',
      '0 val=-1 len=4',
      '-1 EINVAL',
      '0',
      '0',
      '0 val=6 len=4',
      '0',
    ],
  ],
  [
    'N-006',
    'ICMP_FILTER takes out what is not wanted',
    ['12', '[8,0]', '0', 'true', '0', '-1 EAGAIN', '-1 EOPNOTSUPP'],
  ],
  [
    'N-007',
    'a ping socket needs a group in range, has its own id, and sends echo requests only',
    [
      '-1 EACCES',
      '12',
      '12',
      '0',
      'true',
      'true',
      '-1 EINVAL',
      '-1 EINVAL',
      '-1 EMSGSIZE',
      '-1 EDESTADDRREQ',
      '0',
      '12',
      '0',
      '4321',
      '0',
    ],
  ],
])('%s: %s', (id, _title, expected) => {
  expect(ownProcess(id, ...ownNetwork())).toEqual(expected)
})
