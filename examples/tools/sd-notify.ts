// Tells the service manager how this service does: one datagram of assignments to $NOTIFY_SOCKET, as sd_notify(3).
// Usage: NOTIFY_SOCKET=/PATH or @ABSTRACT sd-notify.ts READY=1 [STATUS=TEXT …]
import { AF_UNIX, close, SOCK_CLOEXEC, SOCK_DGRAM, sendto, socket, unwrap } from 'sys-socket'

const where = process.env.NOTIFY_SOCKET ?? ''
const state = process.argv.slice(2)
if (!/^[/@]./.test(where) || state.length === 0) {
  console.error('sd-notify: needs NOTIFY_SOCKET, which begins with / or @, and something to tell, such as READY=1')
  process.exit(2)
}

const fd = unwrap(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC))
unwrap(sendto(fd, Buffer.from(state.join('\n')), 0, { family: AF_UNIX, path: where.replace(/^@/, '\0') }))
close(fd)
