// Owns readv(), writev() and pipe2(): buffers in order, on any descriptor.
import { describe, expect, test } from 'vitest'
import {
  F_GETFD,
  F_GETFL,
  FD_CLOEXEC,
  fcntl,
  O_CLOEXEC,
  O_NONBLOCK,
  pipe2,
  readv,
  unwrap,
  writev,
} from '../../lib/index.js'
import { bytes, own, pipe, received, shown, unixPair } from '../fixtures.js'

const split = (buffers: readonly Buffer[], count: number): string[] => {
  let left = count
  return buffers.map((buffer) => {
    const part = buffer.toString('latin1', 0, Math.min(buffer.length, left))
    left -= part.length
    return part
  })
}

test.each(['pipe', 'unix stream'])('buffers are written in order and filled in order (%s)', (kind) => {
  const [r, w] = kind === 'pipe' ? pipe() : unixPair().reverse()
  expect(shown(writev(w as number, ['he', '', 'llo ', 'world'].map(bytes)))).toBe('11')
  const buffers = [Buffer.alloc(1), Buffer.alloc(0), Buffer.alloc(4), Buffer.alloc(20)]
  const count = unwrap(readv(r as number, buffers))
  expect([count, split(buffers, count)]).toEqual([11, ['h', '', 'ello', ' world']])
})

describe('limits', () => {
  const many = (count: number): Uint8Array[] => Array(count).fill(bytes('x'))

  test('1024 buffers are written, more are EINVAL, 100,000 are no harm', () => {
    const [x, y] = unixPair()
    expect([shown(writev(x, many(1024))), shown(writev(x, many(1025))), shown(writev(x, many(100_000)))]).toEqual([
      '1024',
      '-1 EINVAL',
      '-1 EINVAL',
    ])
    expect([shown(readv(y, many(1025))), shown(readv(y, many(100_000)))]).toEqual(['-1 EINVAL', '-1 EINVAL'])
    expect(received(y, 2000)).toBe(`1024 '${'x'.repeat(1024)}'`)
  })

  test('no buffer is nothing', () => {
    const [x, y] = unixPair()
    expect([shown(writev(x, [])), shown(readv(y, []))]).toEqual(['0', '0'])
  })
})

test('a buffer that a later getter detaches or shrinks is noticed', () => {
  const [r, w] = pipe()
  const attack = (act: (buffer: ArrayBuffer) => void) => {
    const view = new Uint8Array(new ArrayBuffer(8, { maxByteLength: 8 }))
    const iov = Object.defineProperty([view, view], 1, {
      get() {
        act(view.buffer as ArrayBuffer)
        return new Uint8Array(1)
      },
    })
    return () => writev(w, iov)
  }
  expect(attack((buffer) => structuredClone(buffer, { transfer: [buffer] }))).toThrow('"iov[0]" argument of writev()')
  expect(shown(attack((buffer) => buffer.resize(2))())).toBe('3')
  const buffers = [Buffer.alloc(8)]
  expect(unwrap(readv(r, buffers))).toBe(3)
})

describe('pipe2()', () => {
  test('sets the flags it is given, and no other', () => {
    const made = (flags?: number) => unwrap(pipe2(flags)).map(own)
    const flagsOf = (fd: number) => [unwrap(fcntl(fd, F_GETFD)) & FD_CLOEXEC, unwrap(fcntl(fd, F_GETFL)) & O_NONBLOCK]
    expect(made().map(flagsOf)).toEqual([
      [0, 0],
      [0, 0],
    ])
    expect(made(O_CLOEXEC | O_NONBLOCK).map(flagsOf)).toEqual(Array(2).fill([FD_CLOEXEC, O_NONBLOCK]))
  })

  test('another flag is EINVAL', () => {
    expect(shown(pipe2(1 << 30))).toBe('-1 EINVAL')
  })
})
