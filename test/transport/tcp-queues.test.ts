// Owns what TCP has queued: when it is sent (TCP_CORK, MSG_MORE), how much there is, and when there is room again.
import { expect, test } from 'vitest'
import {
  type Fd,
  IPPROTO_TCP,
  ioctl,
  MSG_DONTWAIT,
  MSG_MORE,
  POLLIN,
  POLLOUT,
  POLLRDHUP,
  recv,
  SHUT_WR,
  SIOCINQ,
  SIOCOUTQ,
  setsockopt,
  shutdown,
  TCP_CORK,
  TCP_INQ,
  TCP_NODELAY,
  TCP_NOTSENT_LOWAT,
  unwrap,
} from '../../lib/index.js'
import { delivered, fill, polled, received, sent, tcpPair, timed } from '../fixtures.js'
import { countAndData, got, int, message, set } from './lines.js'

test('J-012: TCP_CORK and MSG_MORE hold back what does not fill a segment, for 200 ms at most', () => {
  const [c, a] = tcpPair()
  const cork = (on: boolean): void => unwrap(setsockopt(c, IPPROTO_TCP, TCP_CORK, on))
  cork(true)
  sent(c, 'abc')
  expect(polled(a, POLLIN, 50)).toBe('0')
  cork(false)
  expect([polled(a, POLLIN, 1000), received(a, 9)]).toEqual(['1 IN', "3 'abc'"])

  unwrap(setsockopt(c, IPPROTO_TCP, TCP_NODELAY, true))
  sent(c, 'abc', MSG_MORE)
  expect(polled(a, POLLIN, 50)).toBe('0')
  sent(c, 'd')
  expect([polled(a, POLLIN, 1000), received(a, 9)]).toEqual(['1 IN', "4 'abcd'"])

  cork(true)
  const [line, time] = timed(150, 1000, () => {
    sent(c, 'abc')
    return polled(a, POLLIN, 2000)
  })
  expect([line, time]).toEqual(['1 IN', '150..1000ms'])
})

test('J-022: SIOCINQ counts what can be read, without the end; SIOCOUTQ what is not acknowledged', () => {
  const [c, a] = tcpPair()
  const counts = (): [outgoing: number, incoming: number] => [unwrap(ioctl(c, SIOCOUTQ)), unwrap(ioctl(a, SIOCINQ))]
  expect(counts()).toEqual([0, 0])
  delivered(c, 'abcd') // waits for the acknowledgement
  expect(counts()).toEqual([0, 4])
  unwrap(shutdown(c, SHUT_WR))
  polled(a, POLLRDHUP, 1000)
  expect(unwrap(ioctl(a, SIOCINQ))).toBe(4)
  received(a, 9)
  expect(unwrap(ioctl(a, SIOCINQ))).toBe(0)
})

test('J-023: TCP_INQ tells with every message how much is left; an end counts one', () => {
  const [c, a] = tcpPair()
  const left = (size: number): [count: number, left: number] => {
    const [count, data] = countAndData(a, size)
    return [count, int(data as Uint8Array)]
  }
  expect([got(a, IPPROTO_TCP, TCP_INQ), set(a, IPPROTO_TCP, TCP_INQ, 2), set(a, IPPROTO_TCP, TCP_INQ, 1)]).toEqual([
    'val=0 len=4',
    '-1 EINVAL',
    '0',
  ])
  delivered(c, new Uint8Array(1000))
  expect([left(600), left(400)]).toEqual([
    [600, 400],
    [400, 0],
  ])
  delivered(c, new Uint8Array(10))
  unwrap(shutdown(c, SHUT_WR))
  polled(a, POLLRDHUP, 1000)
  expect(left(10)).toEqual([10, 1])
  expect(message(a, 10, 64)).toBe('0 fl=0 cm=[TCP_INQ]')
})

test('J-030: with TCP_NOTSENT_LOWAT there is room again when little is unsent', () => {
  const [c, a] = tcpPair()
  unwrap(setsockopt(c, IPPROTO_TCP, TCP_NOTSENT_LOWAT, 1))
  fill(c)
  const drain = (fd: Fd): void => {
    while (recv(fd, new Uint8Array(1 << 20), MSG_DONTWAIT).ok);
  }
  expect(polled(c, POLLOUT)).toBe('0')
  let room = '0'
  for (let tries = 0; room === '0' && tries < 50; tries++) {
    drain(a)
    room = polled(c, POLLOUT, 20)
  }
  expect(room).toBe('1 OUT')
})
