// sendfile(): from a file to any descriptor.
import { openSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  type Fd,
  lseek,
  O_APPEND,
  O_RDONLY,
  O_RDWR,
  O_WRONLY,
  pipe2,
  recv,
  SEEK_CUR,
  SEEK_SET,
  sendfile,
  unwrap,
} from '../../lib/index.js'
import * as raw from '../../lib/raw.js'
import {
  fill,
  hasProgram,
  nonBlocking,
  own,
  python,
  received,
  shown,
  shut,
  tcp,
  tcpPair,
  temporaryDirectory,
  udpPair,
  unixPair,
} from '../fixtures.js'

function file(content: string | Uint8Array, flags = O_RDONLY): Fd {
  const path = join(temporaryDirectory(), 'file')
  writeFileSync(path, content)
  return own(openSync(path, flags))
}

const position = (fd: Fd): number => unwrap(lseek(fd, 0, SEEK_CUR))

test('sends from the position of the file, which moves on, until its end', () => {
  const f = file('hello world')
  const [x, y] = tcpPair()
  expect([shown(sendfile(x, f, null, 5)), position(f), received(y, 16)]).toEqual(['5', 5, "5 'hello'"])
  expect([shown(sendfile(x, f, null, 100)), position(f), received(y, 16)]).toEqual(['6', 11, "6 ' world'"])
  expect(shown(sendfile(x, f, null, 100))).toBe('0')
  expect(shown(sendfile(x, f, 0, 0))).toBe('0')
})

test('sends from an offset, and leaves the position of the file alone', () => {
  const f = file('hello world')
  const [x, y] = unixPair()
  expect([shown(sendfile(x, f, 6, 3)), shown(sendfile(x, f, 9n, 100)), position(f)]).toEqual(['3', '2', 0])
  expect(received(y, 16)).toBe("5 'world'")
  expect(shown(sendfile(x, f, 11, 1))).toBe('0')
})

test('an offset in a BigInt64Array is moved on by the value, on both faces', () => {
  const f = file('hello world')
  const [x, y] = unixPair()
  const offset = BigInt64Array.of(1n, 77n)
  expect([shown(sendfile(x, f, offset, 4)), offset[0]]).toEqual(['4', 5n])
  expect([raw.sendfile(x, f, offset, 4), offset[0]]).toEqual([4, 9n])
  expect([raw.sendfile(x, f, offset, 4), raw.sendfile(x, f, offset, 4), offset]).toEqual([
    2,
    0,
    BigInt64Array.of(11n, 77n),
  ])
  expect([raw.sendfile(x, f, 1, 4), raw.sendfile(x, f, undefined as unknown as null, 2)]).toEqual([4, 2])
  expect(received(y, 32)).toBe("16 'ello worldellohe'")
})

test('offsets and counts beyond 2³¹ and 2³² are exact', () => {
  const path = join(temporaryDirectory(), 'large')
  const size = 2 ** 33 + 5
  writeFileSync(path, '')
  truncateSync(path, size) // sparse
  const f = own(openSync(path, O_RDWR))
  const [x, y] = unixPair()
  unwrap(lseek(f, size - 5, SEEK_SET))
  unwrap(sendfile(f, file('hello'), null, 5))
  for (const offset of [size - 5, BigInt(size - 5), BigInt64Array.of(BigInt(size - 5))]) {
    expect(shown(sendfile(x, f, offset, 2 ** 40))).toBe('5')
    expect(received(y, 16)).toBe("5 'hello'")
  }
  expect(shown(sendfile(x, f, 2n ** 62n, 1))).toBe('-1 EOVERFLOW')
})

test('a full socket that does not block takes some, then is EAGAIN', () => {
  const f = file(new Uint8Array(1 << 20).fill(97))
  const [x, y] = unixPair()
  nonBlocking(x)
  const offset = new BigInt64Array(1)
  const first = unwrap(sendfile(x, f, offset, 1 << 20))
  expect(first).toBeLessThan(1 << 20)
  expect(offset[0]).toBe(BigInt(first))
  fill(x)
  expect([shown(sendfile(x, f, offset, 1 << 20)), offset[0]]).toEqual(['-1 EAGAIN', BigInt(first)])
  unwrap(recv(y, new Uint8Array(first)))
})

test('goes to files, pipes and datagrams, too', () => {
  const f = file('hello')
  const path = join(temporaryDirectory(), 'copy')
  expect(shown(sendfile(own(openSync(path, 'w')), f, 0, 5))).toBe('5')
  expect(readFileSync(path, 'utf8')).toBe('hello')
  const [out, into] = unwrap(pipe2()).map(own) as [Fd, Fd]
  expect(shown(sendfile(into, f, 1, 3))).toBe('3')
  expect(raw.read(out, new Uint8Array(8))).toBe(3)
  const [u, v] = udpPair()
  expect([shown(sendfile(u, f, 0, 5)), received(v, 16)]).toEqual(['5', "5 'hello'"])
})

test('what cannot be sent from, or to, is an errno', () => {
  const f = file('hello')
  const [x, y] = unixPair()
  const [out] = unwrap(pipe2()).map(own) as [Fd, Fd]
  expect(shown(sendfile(x, y, null, 1))).toBe('-1 EINVAL') // a socket is no file
  expect(shown(sendfile(x, y, 0, 1))).toBe('-1 ESPIPE') // and has no position
  expect(shown(sendfile(x, out, 0, 1))).toBe('-1 ESPIPE')
  expect(shown(sendfile(x, f, -1, 1))).toBe('-1 EINVAL')
  expect(shown(sendfile(f, f, null, 1))).toBe('-1 EBADF') // not open for writing
  expect(shown(sendfile(x, file('', O_WRONLY), null, 1))).toBe('-1 EBADF') // not open for reading
  expect(shown(sendfile(file('', O_WRONLY | O_APPEND), f, null, 1))).toBe('-1 EINVAL')
  expect(shown(sendfile(tcp(), f, null, 1))).toBe('-1 EPIPE')
  shut(y)
  expect(shown(sendfile(x, f, 0, 1))).toBe('-1 EPIPE')
})

describe('hostile callers', () => {
  test('an offset without memory is refused, and nothing is sent', () => {
    const f = file('hello')
    const [x, y] = unixPair()
    const gone = BigInt64Array.of(0n)
    structuredClone(gone.buffer, { transfer: [gone.buffer] })
    expect(() => sendfile(x, f, gone, 5)).toThrow(
      /^The "offset" argument of sendfile\(\) must be .* still has its memory/,
    )
    expect(() => sendfile(x, f, new BigInt64Array(0), 5)).toThrow(
      /^The "offset" argument of sendfile\(\) must be a BigInt64Array of at least 1 element\. Received one of 0/,
    )
    expect(() => sendfile(x, f, 0, -1)).toThrow(/^The "count" argument of sendfile\(\) must be an integer from 0/)
    shut(x)
    expect(received(y, 8)).toBe('0')
  })
})

test.skipIf(!hasProgram('python3', 'python3'))('does what os.sendfile() of Python does', () => {
  const f = file('hello world')
  const [x, y] = unixPair()
  const theirs = python('[os.sendfile(4, 3, 6, 100), os.sendfile(4, 3, None, 4), os.lseek(3, 0, 1)]', f, x)
  expect([theirs, received(y, 32)]).toEqual([[5, 4, 4], "9 'worldhell'"])
  unwrap(lseek(f, 0, SEEK_SET))
  const ours = [unwrap(sendfile(x, f, 6, 100)), unwrap(sendfile(x, f, null, 4)), position(f)]
  expect([ours, received(y, 32)]).toEqual([theirs, "9 'worldhell'"])
})
