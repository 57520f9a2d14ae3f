// Owns accept() and accept4(): sockets that cannot accept, queues with nobody in them, and no descriptor left.
import { expect, test } from 'vitest'
import { accept, type Fd, SOCK_DGRAM } from '../../lib/index.js'
import * as raw from '../../lib/raw.js'
import {
  bound,
  mayRun,
  nonBlocking,
  ownProcess,
  shownFd,
  tcp,
  tcpListener,
  udp,
  unix,
  unixListener,
  unixPair,
} from '../fixtures.js'

const acceptOn = (fd: Fd): string => shownFd(accept(fd))

test('A-070: accept() on what does not listen fails with EINVAL, on what cannot with EOPNOTSUPP', () => {
  const boundOnly = tcp()
  bound(boundOnly)
  expect({
    tcp: acceptOn(tcp()),
    'tcp, bound': acceptOn(boundOnly),
    udp: acceptOn(udp()),
    'end of a unix stream pair': acceptOn(unixPair()[0]),
    'unix stream': acceptOn(unix()),
    'unix dgram': acceptOn(unix(SOCK_DGRAM)),
  }).toEqual({
    tcp: '-1 EINVAL',
    'tcp, bound': '-1 EINVAL',
    udp: '-1 EOPNOTSUPP',
    'end of a unix stream pair': '-1 EINVAL',
    'unix stream': '-1 EINVAL',
    'unix dgram': '-1 EOPNOTSUPP',
  })
})

test('A-071: accept() on a non-blocking listener fails with EAGAIN when nobody waits', () => {
  const listener = nonBlocking(tcpListener().fd)
  expect(raw.accept(listener, null, null)).toBe(-raw.EAGAIN)
  expect([acceptOn(listener), acceptOn(nonBlocking(unixListener().fd))]).toEqual(['-1 EAGAIN', '-1 EAGAIN'])
})

test.skipIf(!mayRun('prlimit', '--nofile'))('A-074: a connection that fails with EMFILE stays in the queue', () => {
  expect(ownProcess('A-074')).toEqual(['-1 EMFILE', '1 IN', 'fd'])
})
