// What a call gives: a value, or an errno with its name and message.

import { type InspectOptions, inspect } from 'node:util'
import {
  type AddressInfoError,
  type AddressInfoErrorName,
  addressInfoErrorNames,
  EAI_SYSTEM,
  type ErrnoName,
  errnoNames,
  type HostError,
  type HostErrorName,
  hostErrorNames,
} from './constants.js'
import { native } from './native.js'
import { gai_strerror as rawGaiStrerror, hstrerror as rawHstrerror, strerror as rawStrerror } from './raw.js'

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
  /** The number in `errno`, positive as in C. Of getaddrinfo() and its like, their own number (`EAI_NONAME`, never 0). */
  readonly errno: number
  /** Its name, such as `'EAGAIN'`; undefined for a number that has none here. */
  readonly code: ErrorName | undefined
  /** The call that failed. */
  readonly syscall: string
  /** What strerror(3) says of it, such as `'Connection refused'`; of getaddrinfo() and its like, gai_strerror(3). */
  readonly message: string
  /** The errno behind EAI_SYSTEM. */
  readonly cause?: Err
}

/** The name of a failure: an errno, or a number of the resolver's. */
export type ErrorName = ErrnoName | AddressInfoErrorName | HostErrorName

/** A value, or an errno. All fields exist on both, so a result can be destructured before it is looked at. */
export type Result<T> = Ok<T> | Err

/** Names by their number; of two for one number, the first. */
function named<Name extends string>(list: readonly Name[]): Map<number, Name> {
  const names = new Map<number, Name>()
  for (const name of list) {
    const number = native.constants[name]
    if (number !== undefined && !names.has(number)) names.set(number, name)
  }
  return names
}

const names = named(errnoNames)

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

/**
 * `gai_strerror(code)` — the message for an EAI_ number, from the C library.
 *
 * @param code such as EAI_NONAME; any other gives `'Unknown error'`
 * @see gai_strerror(3), POSIX
 */
export function gai_strerror(code: AddressInfoError): string {
  return decoder.decode(new Uint8Array(text.buffer, 0, rawGaiStrerror(code, text)))
}

/**
 * `hstrerror(hostError)` — the message for an h_errno, from the C library.
 *
 * @param hostError such as TRY_AGAIN; any other gives `'Unknown resolver error'`
 * @see gethostbyname(3)
 */
export function hstrerror(hostError: HostError): string {
  return decoder.decode(new Uint8Array(text.buffer, 0, rawHstrerror(hostError, text)))
}

class Failure implements Err {
  readonly ok = false
  readonly value = undefined
  readonly errno: number
  readonly code: ErrorName | undefined
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

/** A failure of the resolver, which numbers them in its own way. */
class LookupFailure extends Failure {
  override readonly code: ErrorName | undefined
  readonly #message: (number: number) => string

  constructor(syscall: string, number: number, code: ErrorName | undefined, message: (number: number) => string) {
    super(syscall, number)
    this.code = code
    this.#message = message
  }

  override get message(): string {
    return this.#message(this.errno)
  }
}

/** A LookupFailure that an errno is behind. */
class SystemFailure extends LookupFailure {
  readonly cause: Err

  constructor(syscall: string, number: number, errno: number) {
    super(syscall, number, 'EAI_SYSTEM', gai_strerror)
    this.cause = new Failure(syscall, errno)
  }
}

export function ok<T>(value: T): Ok<T> {
  return { ok: true, value, errno: 0, code: undefined }
}

/** @param negative −errno, as the raw face gives it */
export function fail(syscall: string, negative: number): Err {
  return new Failure(syscall, -negative)
}

const addressInfoNames = named(addressInfoErrorNames)
const hostNames = named(hostErrorNames)

/**
 * @param code an EAI_ number
 * @param errno what was in errno, for EAI_SYSTEM
 */
export function failAddressInfo(syscall: string, code: number, errno: number): Err {
  if (code === EAI_SYSTEM) return new SystemFailure(syscall, code, errno)
  return new LookupFailure(syscall, code, addressInfoNames.get(code), gai_strerror)
}

/** @param hostError an h_errno */
export function failHost(syscall: string, hostError: number): Err {
  return new LookupFailure(syscall, hostError, hostNames.get(hostError), hstrerror)
}

/** A failed call, thrown by `unwrap`. `errno` is positive as in C (Node's own system errors negate it). */
export class SystemError extends Error {
  override readonly name = 'SystemError'
  readonly errno: number
  readonly code: ErrorName | undefined
  readonly syscall: string

  constructor({ errno, code, syscall, message, cause }: Err) {
    super(`${syscall}: ${code ?? `errno ${errno}`} (${message})`, cause && { cause: new SystemError(cause) })
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
