// Tries to make a hot call use memory that is no longer what was validated. Run by memory.test.ts, with --expose-gc and,
// where the tests are run under valgrind or a sanitizer, watched by that.
import assert from 'node:assert'
import { readdirSync } from 'node:fs'
import {
  AF_UNIX,
  bind,
  close,
  getsockname,
  MSG_DONTWAIT,
  MSG_PEEK,
  recv,
  recvmmsg,
  recvmsg,
  SCM_RIGHTS,
  SOCK_DGRAM,
  SOL_SOCKET,
  send,
  sendmsg,
  sendto,
  socket,
  socketpair,
  unwrap,
} from '../../dist/index.js'
import * as raw from '../../dist/raw.js'

const [x, y] = unwrap(socketpair(AF_UNIX, SOCK_DGRAM))
const say = (text) => assert.equal(send(x, Buffer.from(text)).value, text.length)
const hear = (buffer) => Buffer.from(buffer.subarray(0, unwrap(recv(y, buffer)))).toString()
const gone = { name: 'TypeError', code: 'ERR_INVALID_ARG_VALUE' }

// Detached after it was remembered
{
  const buffer = new Uint8Array(64)
  say('one')
  assert.equal(hear(buffer), 'one')
  structuredClone(buffer.buffer, { transfer: [buffer.buffer] })
  say('two')
  assert.throws(() => recv(y, buffer), gone)
  assert.equal(hear(new Uint8Array(64)), 'two')
}

// Shrunk, grown, out of bounds
{
  const memory = new ArrayBuffer(64, { maxByteLength: 128 })
  const whole = new Uint8Array(memory)
  const part = new Uint8Array(memory, 32, 16)
  say('0123456789')
  assert.equal(recv(y, whole, MSG_PEEK).value, 10)
  memory.resize(4)
  assert.equal(recv(y, whole, MSG_PEEK).value, 4)
  assert.throws(() => recv(y, part, MSG_PEEK), gone)
  memory.resize(128)
  assert.equal(recv(y, whole, MSG_PEEK).value, 10)
  assert.equal(recv(y, part, MSG_PEEK).value, 10)
  assert.equal(Buffer.from(part.subarray(0, 10)).toString(), '0123456789')
  memory.resize(0)
  assert.equal(recv(y, whole, MSG_PEEK).value, 0)
  assert.throws(() => recv(y, part), gone)
  assert.equal(hear(new Uint8Array(16)), '0123456789')
}

// A property of the caller's cannot lie about the size
{
  const buffer = new Uint8Array(4)
  say('0123456789')
  recv(y, buffer, MSG_PEEK)
  for (const key of ['byteLength', 'length', 'buffer', 'byteOffset'])
    Object.defineProperty(buffer, key, { value: 1 << 30 })
  assert.equal(recv(y, buffer, MSG_PEEK).value, 4)
  class Long extends Uint8Array {
    get byteLength() {
      return 1 << 30
    }
    get length() {
      return 1 << 30
    }
  }
  const long = new Long(4)
  for (let i = 0; i < 3; i++) assert.equal(recv(y, long, MSG_PEEK).value, 4)
  assert.equal(hear(new Uint8Array(16)), '0123456789')
}

// Two buffers in turn, with garbage collection between them
for (let i = 0; i < 300; i++) {
  say(`turn ${i}`)
  assert.equal(hear(new Uint8Array(16 + (i % 200))), `turn ${i}`)
  if (i % 50 === 0) globalThis.gc()
}

// A getter that makes the same call, detaches what was given, or resizes it, while the arguments are being read
{
  const receiver = unwrap(socket(AF_UNIX, SOCK_DGRAM))
  unwrap(bind(receiver, { family: AF_UNIX, path: '' }))
  const { path } = unwrap(getsockname(receiver))
  const got = new Uint8Array(64)
  const attempts = [
    () => void sendto(x, Buffer.from('inner'), 0, { family: AF_UNIX, path }),
    (data) => void structuredClone(data.buffer, { transfer: [data.buffer] }),
    (data) => void data.buffer.resize(2),
    (data) => void data.buffer.resize(0),
  ]
  for (const attempt of attempts) {
    const data = new Uint8Array(new ArrayBuffer(8, { maxByteLength: 8 }))
    const address = {
      family: AF_UNIX,
      get path() {
        attempt(data)
        return path
      },
    }
    for (let i = 0; i < 2; i++)
      try {
        sendto(x, data, 0, address)
      } catch (error) {
        assert.ok(['ERR_INVALID_ARG_VALUE', 25].includes(error.code)) // 25: it cannot be transferred twice
      }
    while (recv(receiver, got, MSG_DONTWAIT).ok);
  }
  close(receiver)
}

// Exceptions near the end of the stack leave nothing half remembered
{
  const own = new Uint8Array(32)
  const other = () => new Uint8Array(32)
  const dive = () => {
    try {
      raw.recv(y, own, MSG_DONTWAIT)
      raw.recv(y, other(), MSG_DONTWAIT)
    } catch (error) {
      assert.ok(error instanceof RangeError)
    }
    dive()
  }
  for (let i = 0; i < 20; i++) {
    try {
      dive()
    } catch {}
    globalThis.gc()
    say('intact')
    assert.equal(hear(own), 'intact')
  }
}

// Exceptions near the end of the stack lose no descriptor that has arrived
for (const receive of [(room) => recvmsg(y, room, MSG_DONTWAIT), (room) => recvmmsg(y, [room, room], MSG_DONTWAIT)]) {
  const room = { iov: [new Uint8Array(4)], controlLength: 64 }
  const control = [{ level: SOL_SOCKET, type: SCM_RIGHTS, data: [x, y] }]
  const open = () => readdirSync('/proc/self/fd').length
  let thrown = 0
  for (let round = 0; round < 150; round++) {
    for (let i = 0; i < 2; i++) unwrap(sendmsg(x, { iov: [Buffer.from('m')], control }))
    const before = open()
    let result
    // Comes up from the very end, a little further with each attempt, until one succeeds.
    const dive = (...padding) => {
      try {
        dive(...padding)
      } catch {}
      if (result !== undefined) return
      try {
        result = receive(room)
      } catch {
        thrown++
      }
    }
    dive(...Array(round % 40).fill(0))
    const messages = result?.ok ? [result.value].flat() : []
    for (const fd of messages.flatMap((message) => message.control[0].data)) close(fd)
    while (recv(y, new Uint8Array(1), MSG_DONTWAIT).ok);
    assert.equal(open(), before)
  }
  assert.ok(thrown > 0)
}

// A second copy of the module shares the addon with the first, and does not disturb it
{
  const copy = await import('../../dist/raw.js?copy')
  const first = new Uint8Array(8)
  const second = new Uint8Array(8)
  for (let i = 0; i < 4; i++) {
    say('first')
    say('second')
    assert.equal(raw.recv(y, first), 5)
    assert.equal(copy.recv(y, second), 6)
  }
  assert.equal(Buffer.from(first.subarray(0, 5)).toString(), 'first')
  assert.equal(Buffer.from(second.subarray(0, 6)).toString(), 'second')
}

// Memory shared with other threads, and of WebAssembly
{
  const shared = new Uint8Array(new SharedArrayBuffer(16), 4)
  const wasm = new WebAssembly.Memory({ initial: 1, maximum: 2 })
  const page = new Uint8Array(wasm.buffer, 0, 64)
  for (let i = 0; i < 3; i++) {
    say('shared')
    assert.equal(hear(shared), 'shared')
    say('wasm')
    assert.equal(hear(page), 'wasm')
  }
  wasm.grow(1)
  assert.throws(() => recv(y, page), gone)
}

close(x)
close(y)
console.log('unharmed')
