// fcntl(): what a descriptor is, and whom it signals.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  F_DUPFD,
  F_DUPFD_CLOEXEC,
  F_GETFD,
  F_GETFL,
  F_GETLK,
  F_GETOWN,
  F_GETPIPE_SZ,
  F_SETFD,
  F_SETFL,
  F_SETOWN,
  FD_CLOEXEC,
  fcntl,
  O_NONBLOCK,
  O_RDWR,
  SOCK_CLOEXEC,
  SOCK_NONBLOCK,
  SOCK_STREAM,
  unwrap,
} from '../../lib/index.js'
import * as raw from '../../lib/raw.js'
import { own, shown, tcp, unixPair } from '../fixtures.js'

test('flags of the open file are read and set', () => {
  const [x] = unixPair()
  expect(unwrap(fcntl(x, F_GETFL))).toBe(O_RDWR)
  expect(shown(fcntl(x, F_SETFL, O_NONBLOCK))).toBe('0')
  expect(unwrap(fcntl(x, F_GETFL))).toBe(O_RDWR | O_NONBLOCK)
  const [made] = unixPair(SOCK_STREAM | SOCK_NONBLOCK)
  expect(unwrap(fcntl(made, F_GETFL))).toBe(O_RDWR | O_NONBLOCK)
})

test('a plain call sets no flag that was not asked for', () => {
  expect(unwrap(fcntl(tcp(), F_GETFD))).toBe(0)
  expect(unwrap(fcntl(tcp(), F_GETFL))).toBe(O_RDWR)
})

test('FD_CLOEXEC is read and set', () => {
  const [x] = unixPair(SOCK_STREAM | SOCK_CLOEXEC)
  expect(unwrap(fcntl(x, F_GETFD))).toBe(FD_CLOEXEC)
  expect(shown(fcntl(x, F_SETFD, 0))).toBe('0')
  expect(unwrap(fcntl(x, F_GETFD))).toBe(0)
})

test('F_DUPFD gives the lowest descriptor from a number on, F_DUPFD_CLOEXEC with FD_CLOEXEC', () => {
  const fd = tcp()
  expect(own(unwrap(fcntl(fd, F_DUPFD, 700)))).toBe(700)
  expect(own(unwrap(fcntl(fd, F_DUPFD, 700)))).toBe(701)
  const closing = own(unwrap(fcntl(fd, F_DUPFD_CLOEXEC, 700)))
  expect([unwrap(fcntl(700, F_GETFD)), unwrap(fcntl(closing, F_GETFD))]).toEqual([0, FD_CLOEXEC])
  expect(shown(fcntl(fd, F_DUPFD, -1))).toBe('-1 EINVAL')
})

describe('F_GETOWN', () => {
  const group = Number(readFileSync('/proc/self/stat', 'latin1').replace(/.*\) /, '').split(' ')[2])

  test('gives a process as a positive number', () => {
    const fd = tcp()
    expect(unwrap(fcntl(fd, F_GETOWN))).toBe(0)
    expect(shown(fcntl(fd, F_SETOWN, process.pid))).toBe('0')
    expect(unwrap(fcntl(fd, F_GETOWN))).toBe(process.pid)
  })

  test('gives a process group as a negative number that is no failure, even where it looks like an errno', () => {
    const fd = tcp()
    expect(shown(fcntl(fd, F_SETOWN, -group))).toBe('0')
    expect(fcntl(fd, F_GETOWN)).toMatchObject({ ok: true, value: -group })
    expect(raw.fcntl(fd, F_GETOWN)).toBe(-group)
    expect(shown(fcntl(-1, F_GETOWN))).toBe('-1 EBADF')
  })

  test('of group 1, the -1 of a failing call, is no failure', () => {
    // Only in a process namespace of its own can a test be in group 1.
    const script = `import('sys-socket').then(({ socket, fcntl, unwrap, AF_UNIX, SOCK_STREAM, F_SETOWN, F_GETOWN }) => {
      const fd = unwrap(socket(AF_UNIX, SOCK_STREAM))
      console.log(fcntl(fd, F_SETOWN, -1).ok, fcntl(fd, F_GETOWN).value)
    })`
    const command = ['--pid', '--fork', '--mount-proc', 'setsid', process.execPath, '-e', script]
    const isRoot = process.getuid?.() === 0
    const namespace = isRoot ? command : ['--user', '--map-root-user', ...command]
    expect(execFileSync('unshare', namespace, { encoding: 'utf8' })).toBe('true -1\n')
  })
})

test('an unknown command is for the kernel to refuse', () => {
  expect(shown(fcntl(tcp(), 9999))).toBe('-1 EINVAL')
})

test('a command that is not for sockets is for the kernel to refuse', () => {
  expect(shown(fcntl(tcp(), F_GETPIPE_SZ))).toBe('-1 EBADF')
})

test('no number is taken for a pointer', () => {
  const fd = tcp()
  expect(() => fcntl(fd, F_GETLK, 4096)).toThrow(/^The "argument" argument of fcntl\(\) must be 0 for a command whose/)
  expect(shown(fcntl(fd, F_GETLK))).toBe('-1 EFAULT')
})
