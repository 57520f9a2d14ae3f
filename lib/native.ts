// Loads the addon, says what to do when it cannot be loaded, and holds what crosses the border without being passed.
// Nothing else touches the addon.

import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

/** A row of native/syscalls.h. */
export interface Row {
  readonly name: string
  readonly prototype: string
  readonly man: string
  readonly gives: string
  readonly fails: boolean
  readonly crosses: boolean
  readonly waits: 'never' | 'readable' | 'writable' | 'both' | 'listed'
  readonly parameters: readonly {
    readonly name: string
    readonly type: string
    readonly crossing: 'word' | 'pin' | 'none'
    readonly direction: 'in' | 'out' | 'both'
    readonly optional: 'no' | 'zero' | 'null'
    readonly whenNotASocket?: number
  }[]
}

interface Native {
  readonly rows: readonly Row[]
  readonly calls: Readonly<Record<string, unknown>>
  readonly fast: Readonly<Record<string, unknown>>
  readonly control: Int32Array
  readonly controlWords: Readonly<Record<'result' | 'error' | 'mostPinned' | 'argument', number>>
  readonly pinned: unknown[]
  readonly pinSizes: Int32Array
  readonly constants: Readonly<Record<string, number>>
  readonly in6addrAny: Uint8Array
  readonly in6addrLoopback: Uint8Array
  readonly integerRequests: Readonly<Record<number, boolean>>
  readonly valueRequests: Readonly<Record<number, string>>
  /** Returns `value` if it is a number of bytes; throws in the name of `argument` of `call` otherwise. */
  byteCount(call: string, argument: string, value: number): number
  /** Marks an object that stands for a constant which this platform lacks: it is named when it is refused. */
  markMissing(constant: object): void
  /** How many bytes to give getsockopt() for an option; throws in its name. */
  optionRoom(level: number, name: number): number
  optionValue(level: number, name: number, bytes: Uint8Array, length?: number): unknown
  optionBytes(level: number, name: number, value: unknown): Uint8Array
  sockaddr(address: unknown): Uint8Array
  addressOf(bytes: Uint8Array, length?: number): unknown
  controlMessages(control: Uint8Array, length?: number): unknown
  controlDescriptors(control: Uint8Array, length?: number): number[]
  closeDescriptors(control: Uint8Array, length?: number): void
}

export const native: Native = load()

/** Integers that cross without being passed: see native/bind.h. */
export const control: Int32Array = native.control

/** The views whose memory the addon remembers, by slot, and their sizes when it did; `nothing` where there is none. */
export const pinned: unknown[] = native.pinned
export const pinSizes: Int32Array = native.pinSizes
export const nothing: unique symbol = Symbol('nothing')
for (let slot = 0; slot < pinSizes.length; slot++) pinned[slot] = nothing

// Larger views would be kept alive for too long. JavaScriptCore moves the memory of a small typed array when its
// `buffer` is first asked for, so there nothing is remembered.
control[native.controlWords.mostPinned] = 'bun' in process.versions ? 0 : 1 << 20

// Taken once: what anybody puts in their place later must not decide what memory the kernel writes to.
const { apply } = Reflect
const byteLength = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), 'byteLength')?.get as (
  this: unknown,
) => number

/** The size of a typed array as the engine sees it: 0 once detached, and no property of the caller's can lie about it. */
export function sizeOf(view: unknown): number {
  return apply(byteLength, view, [])
}

function load(): Native {
  const require = createRequire(import.meta.url)
  const root = fileURLToPath(new URL('..', import.meta.url))
  try {
    return require('node-gyp-build')(root)
  } catch (cause) {
    if (!String(cause).includes('No native build was found')) throw cause // there is one, and it says what is wrong with it
    throw new Error(
      `sys-socket has no addon for ${process.platform}-${process.arch}: there is no prebuilt one, and none was built ` +
        `when it was installed.\nInstall a C++20 compiler, make and Python, then type: npm rebuild sys-socket\n` +
        `If npm held back install scripts: npm install-scripts approve sys-socket && npm rebuild sys-socket`,
      { cause },
    )
  }
}
