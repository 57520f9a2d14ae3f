// What a call gives: a value, or an errno with its name and message.

import { type InspectOptions, inspect } from 'node:util'
import { type ErrnoName, errnoNames } from './constants.js'
import { native } from './native.js'
import { strerror as rawStrerror } from './raw.js'

/** The kernel did what was asked. */
export interface Ok<T> {
  readonly ok: true
  readonly value: T
  readonly errno: 0
  readonly code: undefined
}

/** The kernel refused. */
export interface Err {
  readonly ok: false
  readonly value: undefined
  /** The number in `errno`, positive as in C. */
  readonly errno: number
  /** Its name, such as `'EAGAIN'`; undefined for a number that has none here. */
  readonly code: ErrnoName | undefined
  /** The call that failed. */
  readonly syscall: string
  /** What strerror(3) says of it, such as `'Connection refused'`. */
  readonly message: string
}

/** A value, or an errno. All fields exist on both, so a result can be destructured before it is looked at. */
export type Result<T> = Ok<T> | Err

const names = new Map<number, ErrnoName>()
for (const name of errnoNames) {
  const number = native.constants[name]
  if (number !== undefined && !names.has(number)) names.set(number, name)
}

/**
 * The name of an errno, as `<errno.h>` has it.
 *
 * @param errno a positive number, as in C
 * @returns such as `'EAGAIN'`; undefined where there is none. Of two names for one number, the first in `<errno.h>`:
 *   EAGAIN, not EWOULDBLOCK
 */
export function errnoName(errno: number): ErrnoName | undefined {
  return names.get(errno)
}

const text = new Uint8Array(256)
const decoder = new TextDecoder()

/**
 * `strerror(errno)` — the message for an errno, from the C library.
 *
 * @param errno a positive number, as in C; any other gives `'Unknown error …'`
 * @see strerror(3), POSIX
 */
export function strerror(errno: number): string {
  return decoder.decode(new Uint8Array(text.buffer, 0, rawStrerror(errno, text)))
}

class Failure implements Err {
  readonly ok = false
  readonly value = undefined
  readonly errno: number
  readonly code: ErrnoName | undefined
  readonly syscall: string

  constructor(syscall: string, errno: number) {
    this.errno = errno
    this.code = names.get(errno)
    this.syscall = syscall
  }

  get message(): string {
    return strerror(this.errno)
  }

  toJSON(): Omit<Err, 'value'> {
    return { ...this, message: this.message }
  }

  [inspect.custom](_depth: number, options: InspectOptions): string {
    return inspect(this.toJSON(), options)
  }
}

export function ok<T>(value: T): Ok<T> {
  return { ok: true, value, errno: 0, code: undefined }
}

/** @param negative −errno, as the raw face gives it */
export function fail(syscall: string, negative: number): Err {
  return new Failure(syscall, -negative)
}

/** A failed call, thrown by `unwrap`. `errno` is positive as in C (Node's own system errors negate it). */
export class SystemError extends Error {
  override readonly name = 'SystemError'
  readonly errno: number
  readonly code: ErrnoName | undefined
  readonly syscall: string

  constructor({ errno, code, syscall, message }: Err) {
    super(`${syscall}: ${code ?? `errno ${errno}`} (${message})`)
    this.errno = errno
    this.code = code
    this.syscall = syscall
  }
}

/**
 * The value of a result; throws a `SystemError` when there is none.
 *
 * @throws SystemError with `errno`, `code` and `syscall`
 */
export function unwrap<T>(result: Result<T>): T {
  if (result.ok) return result.value
  throw new SystemError(result)
}
