// Number types that tell a descriptor from a flag, and constants that fail loudly where the platform lacks them.

import { native } from './native.js'

declare const flavor: unique symbol
declare const option: unique symbol

/**
 * A number with a meaning. OR-ing flags and writing plain numbers still compiles, as befits system calls; passing a
 * socket type where an address family belongs does not.
 */
export type Flavor<Name extends string> = number & { readonly [flavor]?: Name }

/** A descriptor. */
export type Fd = Flavor<'Fd'>

/** The name of a socket option whose value is a `T`. */
export type SocketOption<T = unknown> = Flavor<'SocketOption'> & { readonly [option]?: T }

/** A request of ioctl(); `Gives` names what it gives, as `IoctlValues` has it. */
export type IoctlRequest<Gives extends string = string> = Flavor<'IoctlRequest'> & { readonly [option]?: Gives }

/** Stands for a constant that this platform lacks: it is no number, and turning it into one throws. */
class MissingConstant {
  readonly missing: string

  constructor(name: string) {
    this.missing = name
    native.markMissing(this)
  }

  [Symbol.toPrimitive](): never {
    throw new ReferenceError(`${this.missing} does not exist on this platform`)
  }
}

/** The value of a constant. Typed as a number, so that the one that is missing is caught when it is used. */
export function constant(name: string): number {
  const value = native.constants[name]
  return value === undefined ? (new MissingConstant(name) as unknown as number) : value
}

/** Whether a constant exists on this platform: `isDefined(MSG_ZEROCOPY)`, as `#ifdef` in C. */
export function isDefined(value: number): boolean {
  return typeof value === 'number'
}
