// Sockets between virtual machines: vsock(7). Nothing here is connected: what another machine would make of it is not ours.
import { describe, expect, test } from 'vitest'
import {
  AF_VSOCK,
  bind,
  close,
  getpeername,
  getsockname,
  getsockopt,
  listen,
  SO_VM_SOCKETS_BUFFER_SIZE,
  SOCK_RAW,
  SOCK_STREAM,
  socket,
  unwrap,
  VMADDR_CID_ANY,
  VMADDR_PORT_ANY,
  type VsockAddress,
} from '../../lib/index.js'
import * as raw from '../../lib/raw.js'
import { own, received, sent, shown, shownFd } from '../fixtures.js'

/** Whether this kernel has the family; says loudly when not. */
function hasVsock(): boolean {
  const made = socket(AF_VSOCK, SOCK_STREAM)
  if (made.ok) close(made.value)
  else console.error(`MISSING: AF_VSOCK (the vsock module): socket() gives ${made.code}. Its tests are skipped.`)
  return made.ok
}

const any: VsockAddress = { family: AF_VSOCK, cid: VMADDR_CID_ANY, port: VMADDR_PORT_ANY }

describe.skipIf(!hasVsock())('vsock', () => {
  // The case also connects with a length of 12 (EINVAL): left out, as said above.
  test('N-016: a stream wants a name before it listens, and a peer before it sends', () => {
    const s = own(unwrap(socket(AF_VSOCK, SOCK_STREAM)))
    const option = (name: number, size: number): string =>
      shown(getsockopt(s, AF_VSOCK, name, size), (value) => String(value.length))
    expect([
      shownFd(socket(AF_VSOCK, SOCK_RAW)),
      option(SO_VM_SOCKETS_BUFFER_SIZE, 8),
      option(SO_VM_SOCKETS_BUFFER_SIZE, 4),
      option(999, 8),
      shown(getpeername(s), String),
      shown(listen(s, 5)),
      sent(s, 'x'),
      received(s, 10),
      shown(bind(s, any)),
    ]).toEqual([
      '-1 ESOCKTNOSUPPORT',
      '8',
      '-1 EINVAL',
      '-1 ENOPROTOOPT',
      '-1 ENOTCONN',
      '-1 EINVAL',
      '-1 ENOTCONN',
      '-1 ENOTCONN',
      '0',
    ])
    const length = new Int32Array(1)
    expect(raw.getsockname(s, new Uint8Array(128), length)).toBe(0)
    expect(length[0]).toBe(16)
  })

  test('a bound stream has the machine that it was bound to and a port of its own, and listens', () => {
    const s = own(unwrap(socket(AF_VSOCK, SOCK_STREAM)))
    expect(unwrap(getsockname(s))).toEqual({ ...any, flags: 0 })
    expect(shown(bind(s, any))).toBe('0')
    const name = unwrap(getsockname(s)) as VsockAddress
    expect(name).toEqual({ ...any, port: expect.any(Number), flags: 0 })
    expect(name.port).not.toBe(VMADDR_PORT_ANY)
    expect(shown(listen(s, 5))).toBe('0')
    expect(shown(bind(own(unwrap(socket(AF_VSOCK, SOCK_STREAM))), name))).toBe('-1 EADDRINUSE')
  })
})
