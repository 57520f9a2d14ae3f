// Replaces, before the addon is loaded, the function by which it tells an empty view from one that lost its memory, so
// that code of ours runs while pointers are being fetched. Run by memory.test.ts.
import assert from 'node:assert'
import { readFileSync } from 'node:fs'

const prototype = Object.getPrototypeOf(Uint8Array.prototype)
const keys = prototype.keys
let victim
prototype.keys = function () {
  if (victim?.byteLength > 0) structuredClone(victim.buffer, { transfer: [victim.buffer] })
  return keys.call(this)
}
const { AF_UNIX, EPOLL_CTL_ADD, EPOLLOUT, epoll_create1, epoll_ctl, SOCK_STREAM, send, socketpair, unwrap } =
  await import('../../dist/index.js')
const raw = await import('../../dist/raw.js')

const mappings = () => readFileSync('/proc/self/maps', 'latin1').split('\n').length
const [x, y] = unwrap(socketpair(AF_UNIX, SOCK_STREAM))
send(x, new Uint8Array(1)) // so that `y` could be read
const epoll = unwrap(epoll_create1())
unwrap(epoll_ctl(epoll, EPOLL_CTL_ADD, x, { events: EPOLLOUT }))
const empty = new Int32Array(0)
const gone = { name: /TypeError|RangeError/ }
const before = mappings()
for (let i = 0; i < 500; i++) {
  victim = Int32Array.of(y, x)
  assert.equal(raw.select({ read: victim, write: empty, except: empty }, new Int32Array(9), 0), 0) // by now without memory
  victim = new Int32Array(9)
  try {
    raw.select({ write: [x], read: empty }, victim, 0)
  } catch (error) {
    assert.match(error.name, gone.name)
  }
  victim = BigInt64Array.of(0n)
  assert.throws(() => raw.splice(x, victim, y, new BigInt64Array(0), 1), gone)
  victim = undefined
  assert.equal(raw.epoll_wait(epoll, 100_000_000, [], 0), 1)
  assert.throws(() => raw.epoll_wait(epoll, 1000, empty, 0), gone)
  assert.equal(raw.epoll_wait(epoll, 0, empty, 0), -22)
}
assert.ok(mappings() - before < 100)
console.log('unharmed')
