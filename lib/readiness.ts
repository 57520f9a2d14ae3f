// Waiting until a descriptor is ready: the calls as functions that return a Result, and what they watch and report. See
// calls.ts for what they have in common.

import type { EpollEvents, EpollFlags, EpollOperation, PollEvents } from './constants.js'
import type { Fd } from './flavor.js'
import type { Duration } from './message.js'
import * as raw from './raw.js'
import { fail, ok, type Result } from './result.js'
import { nothing, number, selected } from './room.js'

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

/**
 * `poll(fds, nfds, timeout)` — waits until one of the descriptors is ready.
 *
 * @param fds what to watch; `revents` of each is written in place
 * @param timeout in milliseconds; 0 does not wait, a negative one waits for ever
 * @returns how many have `revents`; 0 when the time ran out. A descriptor that is not open is no error but POLLNVAL.
 *   EINTR: a signal. EINVAL: more entries than RLIMIT_NOFILE. ENOMEM.
 * @see poll(2), POSIX
 */
export function poll(fds: PollFd[], timeout: number): Result<number> {
  return number('poll', raw.poll(fds, timeout))
}

/**
 * `ppoll(fds, nfds, timeout, sigmask)` — poll() with a finer timeout, and with other signals blocked meanwhile.
 *
 * @param fds as for poll()
 * @param timeout in milliseconds, fractions to the nanosecond. null waits for ever
 * @param mask the numbers of the signals that this thread blocks during the call, instead of those it blocks now: they
 *   do not end it with EINTR. A signal to the process goes to another thread then, if there is one that takes it;
 *   listeners of `process.on()` run once the event loop is free, with or without a mask. Default: those it blocks now
 * @returns as poll(); EINVAL also for a negative timeout. Unlike in C, the time that is left is never written back.
 * @see ppoll(2), POSIX.1-2024
 */
export function ppoll(fds: PollFd[], timeout?: Duration | null, mask?: readonly number[] | null): Result<number> {
  return number('ppoll', raw.ppoll(fds, timeout, mask))
}

/** What `call` finds, when given room for it. */
function found(syscall: string, call: (ready: Int32Array) => number): Result<Selected> {
  const result = call(selected)
  if (result < 0) return fail(syscall, result)
  let at = 3
  const [read, write, except] = [0, 1, 2].map((list) => {
    const first = at
    at += selected[list] as number
    return Array.from(selected.subarray(first, at))
  }) as [Fd[], Fd[], Fd[]]
  return ok({ read, write, except })
}

/**
 * `select(nfds, readfds, writefds, exceptfds, timeout)` — waits until one of the descriptors is ready; poll() has no
 * limit to their numbers.
 *
 * @param sets what to watch, as lists, which are left as they are. A list that is left out is NULL
 * @param timeout in milliseconds, fractions to the microsecond, rounded up; 0 does not wait. null waits for ever
 * @returns which are ready; none when the time ran out. Unlike in C, the time that is left is never written back.
 *   EBADF: one of them is not open. EINVAL: a negative timeout. EINTR: a signal. ENOMEM.
 * @throws RangeError when a descriptor is negative, or FD_SETSIZE (1024) or more: an fd_set ends there
 * @see select(2), POSIX
 */
export function select(sets: SelectSets, timeout?: Duration | null): Result<Selected> {
  return found('select', (ready) => raw.select(sets, ready, timeout))
}

/**
 * `pselect(nfds, readfds, writefds, exceptfds, timeout, sigmask)` — select() with a finer timeout, and with other signals
 * blocked meanwhile.
 *
 * @param sets as for select()
 * @param timeout in milliseconds, fractions to the nanosecond. null waits for ever
 * @param mask as for ppoll()
 * @returns as select()
 * @throws RangeError as select()
 * @see pselect(2), POSIX
 */
export function pselect(
  sets: SelectSets,
  timeout?: Duration | null,
  mask?: readonly number[] | null,
): Result<Selected> {
  return found('pselect', (ready) => raw.pselect(sets, ready, timeout, mask))
}

/**
 * `epoll_create1(flags)` — makes an epoll: a list of descriptors that the kernel keeps, and watches.
 *
 * @param flags EPOLL_CLOEXEC. Default 0
 * @returns its descriptor. EINVAL: another flag. EMFILE, ENFILE: no descriptor left. ENOMEM.
 * @see epoll_create1(2), epoll(7)
 */
export function epoll_create1(flags: EpollFlags = 0): Result<Fd> {
  return number('epoll_create1', raw.epoll_create1(flags))
}

/**
 * `epoll_ctl(epfd, op, fd, event)` — has an epoll watch a descriptor, watch it for something else, or no longer.
 *
 * @param epfd an epoll
 * @param op EPOLL_CTL_ADD, EPOLL_CTL_MOD or EPOLL_CTL_DEL
 * @param fd what to watch. The open file is what is watched: it stays on the list until its last descriptor is closed
 * @param event `events` to watch for, EPOLLERR and EPOLLHUP always included; `data`, default `fd`, comes back from
 *   epoll_wait(). EPOLL_CTL_DEL needs none
 * @returns nothing. EEXIST: watched already. ENOENT: not watched. EBADF: `fd` is not open, either. EPERM: it is always
 *   ready, as a file is, and cannot be watched. EINVAL: `epfd` is no epoll, or `fd` itself; another `op`;
 *   EPOLLEXCLUSIVE where it may not be. ELOOP: epolls that watch each other, or over 5 in a row. EFAULT: no `event`.
 *   ENOSPC: more than /proc/sys/fs/epoll/max_user_watches. ENOMEM.
 * @see epoll_ctl(2), epoll(7)
 */
export function epoll_ctl(epfd: Fd, op: EpollOperation, fd: Fd, event?: EpollInterest | null): Result<void> {
  return nothing('epoll_ctl', raw.epoll_ctl(epfd, op, fd, event))
}

/**
 * `epoll_wait(epfd, events, maxevents, timeout)` — waits until something that an epoll watches is ready.
 *
 * @param epfd an epoll
 * @param maxEvents how many events to give at most; the others are given by the next calls
 * @param timeout in milliseconds; 0 does not wait, a negative one waits for ever
 * @returns what is ready; nothing when the time ran out. EINVAL: `epfd` is no epoll, `maxEvents` is 0 or less, or over
 *   178956970. EINTR: a signal.
 * @see epoll_wait(2), epoll(7)
 */
export function epoll_wait(epfd: Fd, maxEvents: number, timeout: number): Result<EpollEvent[]> {
  const ready: EpollEvent[] = []
  const result = raw.epoll_wait(epfd, maxEvents, ready, timeout)
  return result < 0 ? fail('epoll_wait', result) : ok(ready)
}
