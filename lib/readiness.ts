// What the calls that wait for readiness watch and report, as JavaScript sees it.

import type { EpollEvents, PollEvents } from './constants.js'
import type { Fd } from './flavor.js'

/** One entry of poll(): `struct pollfd`. */
export interface PollFd {
  /** Ignored when negative; its `revents` is then 0. */
  fd: Fd
  /** What to watch for: `POLLIN | POLLOUT | …` */
  events: PollEvents
  /** What was found, written by poll(). */
  revents: PollEvents
}

/** What select() watches: lists of descriptors from 0 to FD_SETSIZE - 1. One that is left out is NULL. */
export interface SelectSets {
  /** To be read, or accepted from, without waiting. */
  readonly read?: readonly Fd[] | Int32Array | null
  /** To be written without waiting. */
  readonly write?: readonly Fd[] | Int32Array | null
  /** For urgent data, and other special conditions. */
  readonly except?: readonly Fd[] | Int32Array | null
}

/** What select() found: of each list, the descriptors that are ready, in their order and each once. */
export interface Selected {
  readonly read: Fd[]
  readonly write: Fd[]
  readonly except: Fd[]
}

/** What epoll_ctl() watches a descriptor for: `struct epoll_event`. */
export interface EpollInterest {
  /** `EPOLLIN | EPOLLET | …`; that this is a negative number, for EPOLLET is bit 31, does not matter. */
  readonly events: EpollEvents
  /** What epoll_wait() gives back: 64 bits, an integer from 0 to 2⁶⁴ - 1. Default: the descriptor */
  readonly data?: number | bigint
}

/** What epoll_wait() found: `struct epoll_event`. */
export interface EpollEvent {
  /** The bits that are set: never negative. */
  readonly events: EpollEvents
  /** As it was registered: a number up to Number.MAX_SAFE_INTEGER, where that is exact, and a bigint above. */
  readonly data: number | bigint
}
