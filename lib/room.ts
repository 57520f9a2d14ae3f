// What the Result face shares: room for what the kernel writes, and how a number becomes a Result.

import { FD_SETSIZE } from './constants.js'
import { control, native } from './native.js'
import { fail, ok, type Result } from './result.js'

// Room for what the kernel writes. Calls are synchronous, so one of each is enough.
export const room = new Uint8Array(1024)
export const length = new Int32Array(1)
export const pair = new Int32Array(2)
export const integer = new Int32Array(1)
export const integerBytes = new Uint8Array(integer.buffer)
export const addressRoom = new Uint8Array(128) // sizeof(struct sockaddr_storage): no address is longer
export const selected = new Int32Array(3 + 3 * FD_SETSIZE) // no set has more
const decoder = new TextDecoder()

export const { error } = native.controlWords
const done: Result<void> = Object.freeze(ok(undefined))

// Not by slice() or subarray(), which hand the room to whatever constructor it is given.
export const copyOf = (bytes: Uint8Array, size: number | undefined): Uint8Array =>
  new Uint8Array(new Uint8Array(bytes.buffer, 0, size))
export const textOf = (bytes: Uint8Array, size: number): string => decoder.decode(new Uint8Array(bytes.buffer, 0, size))

export function nothing(syscall: string, result: number): Result<void> {
  return result < 0 ? fail(syscall, result) : done
}

// Results that hold a new descriptor are written out where they are made: near the end of the stack another call could
// fail, and the descriptor would be lost.

export function number(syscall: string, result: number): Result<number> {
  return result < 0 ? fail(syscall, result) : ok(result)
}

/** For calls that may give negative numbers: errno alone tells. */
export function signed(syscall: string, result: number): Result<number> {
  return control[error] !== 0 ? fail(syscall, result) : ok(result)
}
