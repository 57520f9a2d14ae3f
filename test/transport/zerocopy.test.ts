// Owns MSG_ZEROCOPY and SO_ZEROCOPY: sends whose completion comes by way of the error queue.
import { expect, test } from 'vitest'
import {
  MSG_ERRQUEUE,
  MSG_WAITALL,
  MSG_ZEROCOPY,
  recv,
  SO_EE_ORIGIN_ZEROCOPY,
  SO_ZEROCOPY,
  SOL_SOCKET,
  unwrap,
} from '../../lib/index.js'
import { polled, sent, tcp, tcpPair, udp, unix } from '../fixtures.js'
import { message, messageAndData, set } from './lines.js'

test('J-031: with SO_ZEROCOPY a completion tells that the bytes are no longer needed', () => {
  const [c, a] = tcpPair()
  expect(sent(c, 'ab', MSG_ZEROCOPY)).toBe('2') // without SO_ZEROCOPY, ignored
  unwrap(recv(a, new Uint8Array(2)))
  expect([set(c, SOL_SOCKET, SO_ZEROCOPY, 1), set(c, SOL_SOCKET, SO_ZEROCOPY, 2)]).toEqual(['0', '-1 EINVAL'])
  const data = new Uint8Array(5000)
  expect(sent(c, data, MSG_ZEROCOPY)).toBe('5000')
  expect(unwrap(recv(a, new Uint8Array(5000), MSG_WAITALL))).toBe(5000)
  expect(polled(c, 0, 1000)).toBe('1 ERR')
  const [line, completion] = messageAndData(c, 0, MSG_ERRQUEUE)
  expect(line).toBe('0 fl=ERRQUEUE cm=[IP_RECVERR]')
  expect(completion).toMatchObject({ errno: 0, origin: SO_EE_ORIGIN_ZEROCOPY, info: 0, data: 0 })
  expect(message(c, 0, 128, MSG_ERRQUEUE)).toBe('-1 EAGAIN')
})

test('J-031: no completion for a send that failed; datagrams may have it, AF_UNIX not', () => {
  const s = tcp()
  expect(set(s, SOL_SOCKET, SO_ZEROCOPY, 1)).toBe('0')
  expect([sent(s, 'x', MSG_ZEROCOPY), message(s, 0, 128, MSG_ERRQUEUE)]).toEqual(['-1 EPIPE', '-1 EAGAIN'])
  expect([set(unix(), SOL_SOCKET, SO_ZEROCOPY, 1), set(udp(), SOL_SOCKET, SO_ZEROCOPY, 1)]).toEqual([
    '-1 EOPNOTSUPP',
    '0',
  ])
})
