// Owns recv(), recvfrom() and read(): sockets that nothing can come to, and flags that a socket lacks.
import { expect, test } from 'vitest'
import { MSG_DONTWAIT, MSG_ERRQUEUE, MSG_OOB, SOCK_DGRAM, SOCK_SEQPACKET } from '../../lib/index.js'
import { pairs, received, sent, tcp, tcpListener, udp, unix, unixListener } from '../fixtures.js'

test('A-090: recv() on an unconnected socket fails with ENOTCONN, on an AF_UNIX stream with EINVAL', () => {
  expect({
    tcp: received(tcp(), 1),
    'tcp, no bytes': received(tcp(), 0),
    'tcp, listening': received(tcpListener().fd, 1),
    'unix stream': received(unix(), 1),
    'unix seqpacket': received(unix(SOCK_SEQPACKET), 1),
    'unix stream, listening': received(unixListener().fd, 1),
    'unix seqpacket, listening': received(unixListener(16, SOCK_SEQPACKET).fd, 1),
    'unix dgram': received(unix(SOCK_DGRAM), 1, MSG_DONTWAIT),
    udp: received(udp(), 1, MSG_DONTWAIT),
  }).toEqual({
    tcp: '-1 ENOTCONN',
    'tcp, no bytes': '-1 ENOTCONN',
    'tcp, listening': '-1 ENOTCONN',
    'unix stream': '-1 EINVAL',
    'unix seqpacket': '-1 ENOTCONN',
    'unix stream, listening': '-1 EINVAL',
    'unix seqpacket, listening': '-1 ENOTCONN',
    'unix dgram': '-1 EAGAIN',
    udp: '-1 EAGAIN',
  })
})

// UDP ignores MSG_OOB when it receives, AF_UNIX ignores MSG_ERRQUEUE, and MSG_ERRQUEUE never waits on inet.
test('A-091: MSG_OOB and MSG_ERRQUEUE on an empty pair fail, each type in its own way', () => {
  const [tcp] = pairs.tcp4()
  const [stream] = pairs['unix stream']()
  const [dgram] = pairs['unix dgram']()
  const [seqpacket] = pairs['unix seqpacket']()
  const [udp] = pairs.udp4()
  expect({
    tcp: [received(tcp, 1, MSG_OOB), received(tcp, 1, MSG_ERRQUEUE)],
    stream: [received(stream, 1, MSG_OOB), received(stream, 1, MSG_ERRQUEUE | MSG_DONTWAIT)],
    dgram: [received(dgram, 1, MSG_OOB), sent(dgram, 'x', MSG_OOB)],
    seqpacket: [received(seqpacket, 1, MSG_OOB), sent(seqpacket, 'x', MSG_OOB)],
    udp: [received(udp, 1, MSG_OOB | MSG_DONTWAIT), sent(udp, 'x', MSG_OOB), received(udp, 1, MSG_ERRQUEUE)],
  }).toEqual({
    tcp: ['-1 EINVAL', '-1 EAGAIN'],
    stream: ['-1 EINVAL', '-1 EAGAIN'],
    dgram: ['-1 EOPNOTSUPP', '-1 EOPNOTSUPP'],
    seqpacket: ['-1 EOPNOTSUPP', '-1 EOPNOTSUPP'],
    udp: ['-1 EAGAIN', '-1 EOPNOTSUPP', '-1 EAGAIN'],
  })
})
