// Calls that work on any descriptor, as functions that return a Result. See calls.ts for what they have in common.

import type { FcntlCommand, FileFlags, IoctlRequest, SpliceFlags } from './constants.js'
import type { Fd } from './flavor.js'
import type { IoctlValues } from './names.js'
import { control, native } from './native.js'
import * as raw from './raw.js'
import { fail, ok, type Result } from './result.js'
import { error, integer, nothing, number, pair, signed } from './room.js'

/** A position in a file, in bytes; one in a BigInt64Array is moved on in place. */
export type FileOffset = number | bigint | BigInt64Array

/**
 * `close(fd)` — gives a descriptor back.
 *
 * @param fd any descriptor; the number may be another one's at once
 * @returns nothing. EBADF: not open. EINTR, EIO, ENOSPC, EDQUOT: files on some file systems; the descriptor is closed
 *   nevertheless. A signal during SO_LINGER ends the wait, and is no error on Linux.
 * @see close(2), POSIX
 */
export function close(fd: Fd): Result<void> {
  return nothing('close', raw.close(fd))
}

/**
 * `read(fd, buffer, count)` — receives into `buffer`, from any descriptor.
 *
 * @param fd any descriptor
 * @param buffer where to; its length is how much may come
 * @returns how many bytes came; 0 at the end, and for an empty buffer, which (unlike in recv()) takes no message. As
 *   recv(); EISDIR, EINVAL: not to be read.
 * @see read(2), POSIX
 */
export function read(fd: Fd, buffer: Uint8Array): Result<number> {
  return number('read', raw.read(fd, buffer))
}

/**
 * `write(fd, data, count)` — send() without flags, on any descriptor.
 *
 * @param fd any descriptor
 * @param data what to write: all its bytes
 * @returns how many bytes were taken. EAGAIN, EPIPE, EDESTADDRREQ … as send(). ENOSPC, EFBIG: files.
 * @see write(2), POSIX
 */
export function write(fd: Fd, data: Uint8Array): Result<number> {
  return number('write', raw.write(fd, data))
}

/**
 * `readv(fd, iov, iovcnt)` — reads into several buffers in order, filling each before the next.
 *
 * @param fd any descriptor
 * @param iov the buffers
 * @returns how many bytes came. As read(); EINVAL: over 1024 buffers.
 * @see readv(2), POSIX
 */
export function readv(fd: Fd, iov: readonly Uint8Array[]): Result<number> {
  return number('readv', raw.readv(fd, iov))
}

/**
 * `writev(fd, iov, iovcnt)` — writes several buffers in order, as one write().
 *
 * @param fd any descriptor
 * @param iov the buffers
 * @returns how many bytes were taken. As write(); EINVAL: over 1024 buffers.
 * @see writev(2), POSIX
 */
export function writev(fd: Fd, iov: readonly Uint8Array[]): Result<number> {
  return number('writev', raw.writev(fd, iov))
}

/**
 * `pipe2(pair, flags)` — makes a pipe.
 *
 * @param flags O_CLOEXEC | O_NONBLOCK | O_DIRECT. Default 0
 * @returns the end to read from and the end to write to. EMFILE, ENFILE: no descriptor left. EINVAL: another flag.
 * @see pipe2(2), POSIX.1-2024
 */
export function pipe2(flags: FileFlags = 0): Result<[Fd, Fd]> {
  const result = raw.pipe2(pair, flags)
  if (result < 0) return fail('pipe2', result)
  return { ok: true, value: [pair[0] as Fd, pair[1] as Fd], errno: 0, code: undefined }
}

/**
 * `dup(fd)` — a second descriptor, the lowest free number, for the same open file: flags and position are shared.
 *
 * @param fd any descriptor
 * @returns the new one, without FD_CLOEXEC. EMFILE: none left.
 * @see dup(2), POSIX
 */
export function dup(fd: Fd): Result<Fd> {
  const made = raw.dup(fd)
  return made < 0 ? fail('dup', made) : { ok: true, value: made, errno: 0, code: undefined }
}

/**
 * `dup2(fd, newFd)` — dup() to a number of your choice, which is closed first if it is open.
 *
 * @param fd any descriptor
 * @param newFd the number; if it is `fd` itself, nothing happens
 * @returns `newFd`. EBADF: `fd` is not open, or `newFd` out of range. EBUSY: raced with open().
 * @see dup2(2), POSIX
 */
export function dup2(fd: Fd, newFd: Fd): Result<Fd> {
  const made = raw.dup2(fd, newFd)
  return made < 0 ? fail('dup2', made) : { ok: true, value: made, errno: 0, code: undefined }
}

/**
 * `dup3(fd, newFd, flags)` — dup2() with flags.
 *
 * @param fd any descriptor
 * @param newFd the number; EINVAL if it is `fd` itself
 * @param flags O_CLOEXEC. Default 0
 * @returns `newFd`. As dup2(); EINVAL: another flag.
 * @see dup3(2), POSIX.1-2024
 */
export function dup3(fd: Fd, newFd: Fd, flags: FileFlags = 0): Result<Fd> {
  const made = raw.dup3(fd, newFd, flags)
  return made < 0 ? fail('dup3', made) : { ok: true, value: made, errno: 0, code: undefined }
}

/**
 * `fcntl(fd, command, argument)` — reads or changes what a descriptor is.
 *
 * @param fd any descriptor
 * @param command F_GETFL, F_SETFL (O_NONBLOCK), F_GETFD, F_SETFD (FD_CLOEXEC), F_DUPFD, F_DUPFD_CLOEXEC, F_GETOWN, F_SETOWN …
 * @param argument the integer that the command takes. Commands that take a pointer, or are unknown here, get 0 and
 *   answer as the kernel does (EFAULT, EINVAL); another number for them is a RangeError. Default 0
 * @returns what the command gives; F_GETOWN gives a process group as a negative number. EINVAL: no such command, or not
 *   with this argument. EMFILE: F_DUPFD. ESRCH: F_SETOWN, no such process or group. EPERM: F_SETFL without O_APPEND on an
 *   append-only file.
 * @see fcntl(2), POSIX
 */
export function fcntl(fd: Fd, command: FcntlCommand, argument = 0): Result<number> {
  const result = raw.fcntl(fd, command, argument)
  return control[error] !== 0 ? fail('fcntl', result) : { ok: true, value: result, errno: 0, code: undefined }
}

/**
 * `ioctl(fd, request, &argument)` — asks a device or protocol.
 *
 * By request, the argument and the value are
 *
 * - FIONREAD (SIOCINQ), SIOCOUTQ, SIOCOUTQNSD, SIOCATMARK, FIOGETOWN, SIOCGPGRP: none, and a number
 * - FIONBIO, FIOASYNC, FIOSETOWN, SIOCSPGRP: a number, and what ioctl returned
 * - SIOCGIFINDEX, SIOCGIFFLAGS (IFF_UP …), SIOCGIFMTU (in bytes), SIOCGIFMETRIC, SIOCGIFTXQLEN (in packets): the name of an
 *   interface, and a number
 * - SIOCGIFADDR, SIOCGIFNETMASK, SIOCGIFBRDADDR, SIOCGIFDSTADDR: the name, and an Address
 * - SIOCGIFHWADDR: the name, and a Uint8Array: the 6 bytes of an Ethernet or loopback interface, of others all 14 that there is
 *   room for, as the kernel does not say how many count
 * - SIOCGIFNAME: an index, and the name
 * - SIOCGIFCONF: none, and the IPv4 addresses of all interfaces, at most the first 400000
 *
 * Any other is made with NULL. Instead of all that, a Uint8Array is passed as it is, and what the kernel wrote is in it
 * afterwards, for the requests of sockets and interfaces whose struct holds no pointer. The kernel is given a copy with
 * room for any struct: a view that is too short is as if zeros followed, and nothing is written beyond it.
 *
 * @param fd any descriptor; for what is asked about interfaces, any socket
 * @param request what to do
 * @param argument as the request wants it
 * @returns the value of the request; with bytes, what ioctl returned. ENOTTY: no such request here. EINVAL: not now
 *   (FIONREAD while listening). EFAULT: the request wanted an argument. ENODEV, ENXIO: no such interface. EADDRNOTAVAIL: it
 *   has no IPv4 address.
 * @throws TypeError for bytes where the struct holds a pointer, which the kernel would follow (SIOCGIFCONF, SIOCETHTOOL,
 *   SIOCADDRT, bridges, bonds, hardware time stamps, SIOCDEVPRIVATE), or where that is not known (requests that are none of
 *   sockets); RangeError for the name of an interface of over 15 bytes, which C has no room for
 * @see ioctl(2), netdevice(7), tcp(7), udp(7), unix(7)
 */
export function ioctl(fd: Fd, request: IoctlRequest, argument: Uint8Array): Result<number>
export function ioctl<Gives extends string>(
  fd: Fd,
  request: IoctlRequest<Gives>,
  argument?: number | string,
): Result<string extends Gives ? number : Gives extends keyof IoctlValues ? IoctlValues[Gives] : number>
export function ioctl(fd: Fd, request: IoctlRequest, argument?: number | string | Uint8Array): Result<unknown> {
  const isInteger = typeof request === 'number' && native.integerRequests[request] === true
  const isInt = typeof argument === 'number' && (argument | 0) === argument // what is not is refused below, by name
  if (isInteger && (argument === undefined || isInt)) {
    integer[0] = argument ?? 0
    const result = raw.ioctl(fd, request, integer)
    return control[error] === 0 ? ok(integer[0]) : fail('ioctl', result)
  }
  if (typeof request === 'number' && native.valueRequests[request] !== undefined) {
    const values: unknown[] = []
    const result = raw.ioctl(fd, request, argument, values)
    return values.length > 0 ? ok(values[0]) : signed('ioctl', result)
  }
  const result = raw.ioctl(fd, request, argument) // a descriptor, from SIOCGSKNS
  return control[error] !== 0 ? fail('ioctl', result) : { ok: true, value: result, errno: 0, code: undefined }
}

/**
 * `lseek(fd, offset, whence)` — moves in a file. A socket has no position: it is here to show ESPIPE.
 *
 * @param fd any descriptor
 * @param offset in bytes
 * @param whence SEEK_SET, SEEK_CUR or SEEK_END
 * @returns the new position in bytes. ESPIPE: a socket or pipe. EINVAL: another `whence`, or before the beginning.
 * @see lseek(2), POSIX
 */
export function lseek(fd: Fd, offset: number, whence: number): Result<number> {
  return signed('lseek', raw.lseek(fd, offset, whence))
}

/**
 * `sendfile(out_fd, in_fd, offset, count)` — copies from a file to any descriptor without passing through this process.
 *
 * @param outFd where to: any descriptor
 * @param inFd where from: a file, or what can be mapped like one; not a socket
 * @param offset where to begin, in bytes; the position of `inFd` then stays where it is, and the next offset is this one
 *   plus the value. A BigInt64Array is moved on in place, as in C. null: from the position of `inFd`, which moves on
 * @param count how many bytes at most; the kernel takes no more than 2147479552 at a time
 * @returns how many bytes were copied; 0 at the end of the file. EAGAIN: `outFd` has no room and does not block. EBADF:
 *   `inFd` is not open for reading, or `outFd` not for writing. EINVAL: `inFd` cannot be copied from (a socket), `outFd`
 *   is in append mode, or the offset is negative. ESPIPE: an offset for what has no position. EOVERFLOW: beyond the
 *   largest file. EPIPE, ECONNRESET, ENOTCONN … as send(). EIO, ENOMEM: reading.
 * @see sendfile(2)
 */
export function sendfile(outFd: Fd, inFd: Fd, offset: FileOffset | null, count: number): Result<number> {
  return number('sendfile', raw.sendfile(outFd, inFd, offset, count))
}

/**
 * `splice(fd_in, off_in, fd_out, off_out, len, flags)` — moves bytes between two descriptors, one of which is a pipe.
 *
 * @param inFd where from
 * @param inOffset as the offset of sendfile(); null for a pipe or socket
 * @param outFd where to
 * @param outOffset as `inOffset`, for `outFd`
 * @param length how many bytes at most
 * @param flags SPLICE_F_NONBLOCK | SPLICE_F_MORE | SPLICE_F_MOVE. Default 0
 * @returns how many bytes were moved; 0 at the end. EAGAIN: nothing there, or no room, and not to wait. EBADF: not open
 *   for reading, or writing. EINVAL: neither is a pipe, both are the same one, one that cannot be spliced, an offset for
 *   what has no position, append mode, or another flag. ESPIPE: an offset for a pipe. EPIPE, ECONNRESET, ENOTCONN … as
 *   send() and recv(). ENOMEM.
 * @see splice(2)
 */
export function splice(
  inFd: Fd,
  inOffset: FileOffset | null,
  outFd: Fd,
  outOffset: FileOffset | null,
  length: number,
  flags: SpliceFlags = 0,
): Result<number> {
  return number('splice', raw.splice(inFd, inOffset, outFd, outOffset, length, flags))
}
