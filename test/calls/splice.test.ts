// splice(): between two descriptors, one of which is a pipe.
import { openSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  type Fd,
  lseek,
  O_NONBLOCK,
  O_RDONLY,
  O_RDWR,
  O_WRONLY,
  pipe2,
  read,
  SEEK_CUR,
  SPLICE_F_MORE,
  SPLICE_F_MOVE,
  SPLICE_F_NONBLOCK,
  splice,
  unwrap,
  write,
} from '../../lib/index.js'
import * as raw from '../../lib/raw.js'
import {
  bytes,
  own,
  received,
  secondThread,
  sent,
  shown,
  shut,
  tcpPair,
  temporaryDirectory,
  unixPair,
} from '../fixtures.js'

function file(content: string, flags = O_RDWR): [fd: Fd, path: string] {
  const path = join(temporaryDirectory(), 'file')
  writeFileSync(path, content)
  return [own(openSync(path, flags)), path]
}

const pipe = (flags = 0): [out: Fd, into: Fd] => unwrap(pipe2(flags)).map(own) as [Fd, Fd]
const position = (fd: Fd): number => unwrap(lseek(fd, 0, SEEK_CUR))

/** read() as `5 'hello'`. */
const taken = (fd: Fd, size = 64): string => {
  const buffer = new Uint8Array(size)
  return shown(read(fd, buffer), (count) => `${count} '${Buffer.from(buffer.subarray(0, count)).toString('latin1')}'`)
}

test.each([
  ['tcp4', tcpPair],
  ['unix stream', () => unixPair()],
])('%s: moves from one socket to another through a pipe', (_, pair) => {
  const [[x, y], [c, a]] = [pair(), pair()]
  const [out, into] = pipe()
  sent(x, 'hello')
  expect(shown(splice(y, null, into, null, 100))).toBe('5')
  expect(shown(splice(out, null, c, null, 3, SPLICE_F_MORE | SPLICE_F_MOVE))).toBe('3')
  expect(shown(splice(out, null, c, null, 100))).toBe('2')
  expect([received(a, 3), received(a, 8)]).toEqual(["3 'hel'", "2 'lo'"])
  shut(x)
  expect(shown(splice(y, null, into, null, 100))).toBe('0')
})

test('offsets of files leave their positions alone, and are moved on in a BigInt64Array', () => {
  const [f, path] = file('hello world')
  const [out, into] = pipe()
  const offset = BigInt64Array.of(6n)
  expect([shown(splice(f, 0, into, null, 5)), shown(splice(f, 5n, into, null, 1)), position(f)]).toEqual(['5', '1', 0])
  expect([shown(splice(f, offset, into, null, 3)), raw.splice(f, offset, into, null, 100), offset[0]]).toEqual([
    '3',
    2,
    11n,
  ])
  expect(shown(splice(f, offset, into, null, 1))).toBe('0')
  expect([shown(splice(f, null, into, null, 2)), position(f)]).toEqual(['2', 2])
  expect(taken(out)).toBe("13 'hello worldhe'")
  write(into, bytes('HELLO'))
  offset[0] = 6n
  expect([shown(splice(out, null, f, offset, 5)), offset[0], position(f)]).toEqual(['5', 11n, 2])
  expect(readFileSync(path, 'utf8')).toBe('hello HELLO')
  write(into, bytes('J'))
  expect([shown(splice(out, null, f, 0, 1)), position(f), readFileSync(path, 'utf8')]).toEqual(['1', 2, 'Jello HELLO'])
})

test('offsets and lengths beyond 2³¹ and 2³² are exact', () => {
  const [f] = file('')
  const [out, into] = pipe()
  const far = 2 ** 33 + 1
  write(into, bytes('far'))
  expect(shown(splice(out, null, f, far, 2 ** 40))).toBe('3')
  expect(position(f)).toBe(0)
  expect(shown(splice(f, BigInt(far), into, null, 2 ** 33))).toBe('3')
  expect(taken(out)).toBe("3 'far'")
})

test('with nothing there, or no room, it waits, unless told not to', async () => {
  const [out, into] = pipe()
  const [x, y] = unixPair()
  expect(shown(splice(out, null, x, null, 1, SPLICE_F_NONBLOCK))).toBe('-1 EAGAIN')
  const start = await secondThread([50, 'write', into, bytes('late')])
  start()
  expect([shown(splice(out, null, x, null, 100)), received(y, 8)]).toEqual(['4', "4 'late'"])
  const [, full] = pipe(O_NONBLOCK)
  while (write(full, new Uint8Array(4096)).ok);
  sent(x, 'more')
  expect(shown(splice(y, null, full, null, 4))).toBe('-1 EAGAIN')
})

test('what cannot be spliced is an errno', () => {
  const [f] = file('hello')
  const [readOnly] = file('hello', O_RDONLY)
  const [out, into] = pipe()
  const [x, y] = unixPair()
  expect(shown(splice(x, null, y, null, 1))).toBe('-1 EINVAL') // no pipe
  expect(shown(splice(out, null, into, null, 1))).toBe('-1 EINVAL') // the same pipe
  expect(shown(splice(f, 0, into, 0, 1))).toBe('-1 ESPIPE')
  expect(shown(splice(out, 0, f, 0, 1))).toBe('-1 ESPIPE')
  expect(shown(splice(y, 0, into, null, 1))).toBe('-1 EINVAL') // a socket has no position
  expect(shown(splice(f, -1, into, null, 1))).toBe('-1 EINVAL')
  expect(shown(splice(into, null, f, null, 1))).toBe('-1 EBADF')
  write(into, bytes('x'))
  expect(shown(splice(out, null, readOnly, null, 1))).toBe('-1 EBADF')
  expect(shown(splice(file('', O_WRONLY)[0], null, into, null, 1))).toBe('-1 EBADF')
  expect(shown(splice(f, null, into, null, 1, 2 ** 31))).toBe('-1 EINVAL')
  expect(shown(splice(f, null, 9999, null, 1))).toBe('-1 EBADF')
  shut(y)
  expect(shown(splice(out, null, x, null, 1))).toBe('-1 EPIPE')
})

test('a length, a flag or an offset that C cannot hold is refused by name, and nothing moves', () => {
  const [f] = file('hello')
  const [out, into] = pipe(O_NONBLOCK)
  const gone = new BigInt64Array(1)
  structuredClone(gone.buffer, { transfer: [gone.buffer] })
  expect(() => splice(f, gone, into, null, 1)).toThrow(/^The "inOffset" argument of splice\(\) must be .* its memory/)
  expect(() => splice(f, null, into, 2n ** 63n, 1)).toThrow(/^The "outOffset" argument of splice\(\) must be/)
  expect(() => splice(f, null, into, null, 2 ** 53)).toThrow(/^The "length" argument of splice\(\) must be/)
  expect(() => splice(f, null, into, null, 1, -1)).toThrow(/^The "flags" argument of splice\(\) must be/)
  expect([taken(out), position(f)]).toEqual(['-1 EAGAIN', 0])
})
