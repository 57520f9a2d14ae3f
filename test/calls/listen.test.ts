// Owns listen(): which sockets can.
import { expect, test } from 'vitest'
import { type Fd, listen, SOCK_DGRAM, SOCK_SEQPACKET } from '../../lib/index.js'
import { shown, tcp, tcpPair, udp, unix, unixPair } from '../fixtures.js'

test('A-085: listen() fails with EOPNOTSUPP on datagrams, with EINVAL when connected or without a unix name', () => {
  const listenOn = (fd: Fd): string => shown(listen(fd, 5))
  expect({
    udp: listenOn(udp()),
    'unix dgram': listenOn(unix(SOCK_DGRAM)),
    'unix stream': listenOn(unix()),
    'unix seqpacket': listenOn(unix(SOCK_SEQPACKET)),
    'tcp, connected': listenOn(tcpPair()[0]),
    'end of a unix stream pair': listenOn(unixPair()[0]),
    tcp: listenOn(tcp()), // gets a port
  }).toEqual({
    udp: '-1 EOPNOTSUPP',
    'unix dgram': '-1 EOPNOTSUPP',
    'unix stream': '-1 EINVAL',
    'unix seqpacket': '-1 EINVAL',
    'tcp, connected': '-1 EINVAL',
    'end of a unix stream pair': '-1 EINVAL',
    tcp: '0',
  })
})
