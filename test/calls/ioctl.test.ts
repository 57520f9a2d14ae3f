// Owns ioctl(): requests that a socket lacks, that come at the wrong time, or that want memory.
import { expect, test } from 'vitest'
import { type Fd, FIONREAD, type IoctlRequest, ioctl, SIOCATMARK, SIOCGIFCONF, SIOCGIFFLAGS } from '../../lib/index.js'
import { shown, tcp, tcpListener, udp, unix, unixListener } from '../fixtures.js'

const TCGETS = 0x5401 // of terminals
const asked = (fd: Fd, request: IoctlRequest): string => shown(ioctl(fd, request))

test('A-108: ioctl() with a request of others fails with ENOTTY, FIONREAD while listening with EINVAL', () => {
  const s = tcp()
  expect([
    asked(unix(), TCGETS),
    asked(unix(), 0x12345678),
    asked(s, TCGETS),
    asked(s, FIONREAD),
    asked(tcpListener().fd, FIONREAD),
    asked(unixListener().fd, FIONREAD),
  ]).toEqual(['-1 ENOTTY', '-1 ENOTTY', '-1 ENOTTY', '0', '-1 EINVAL', '-1 EINVAL'])
})

// The beginning of A-114; the rest of it passes a struct ifreq, which ioctl() cannot take yet.
test('ioctl() fails with ENOTTY where there is no urgent mark, with EFAULT where a request gets no memory', () => {
  const u = udp()
  expect([asked(u, SIOCATMARK), asked(u, SIOCGIFCONF), asked(u, SIOCGIFFLAGS)]).toEqual([
    '-1 ENOTTY',
    '-1 EFAULT',
    '-1 EFAULT',
  ])
})
