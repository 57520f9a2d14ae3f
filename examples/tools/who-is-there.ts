// Says which process connects to PATH, and for whom it runs, by the kernel's word and not the client's (SO_PEERCRED,
// SO_PEERPIDFD). Usage: who-is-there.ts PATH, where @NAME is an abstract name
import { readFileSync, unlinkSync } from 'node:fs'
import {
  AF_UNIX,
  accept,
  bind,
  close,
  getsockopt,
  isDefined,
  listen,
  SO_PEERCRED,
  SO_PEERPIDFD,
  SOCK_STREAM,
  SOL_SOCKET,
  socket,
  unwrap,
} from 'sys-socket'

const [path = '@who-is-there'] = process.argv.slice(2)
const abstract = path.startsWith('@')
const listener = unwrap(socket(AF_UNIX, SOCK_STREAM))
unwrap(bind(listener, { family: AF_UNIX, path: abstract ? `\0${path.slice(1)}` : path }))
unwrap(listen(listener, 1))
console.log('Listening at', path)

const { fd } = unwrap(accept(listener))
const { pid, uid, gid } = unwrap(getsockopt(fd, SOL_SOCKET, SO_PEERCRED)) // as they were when it called connect()
console.log(`pid ${pid}, uid ${uid}, gid ${gid}`)

// A pid may by now be another process's; a descriptor refers to the one that connected, and says -1 when that has ended.
if (!isDefined(SO_PEERPIDFD)) console.log('pidfd: not known where this was compiled')
else {
  const peer = getsockopt(fd, SOL_SOCKET, SO_PEERPIDFD) // Linux 6.5
  if (peer.ok) {
    const target = /^Pid:\s*(-?\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${peer.value}`, 'latin1'))?.[1]
    console.log(`pidfd: refers to pid ${target}`)
    close(peer.value)
  } else console.log(`pidfd: ${peer.code}`)
}

close(fd)
close(listener)
if (!abstract) unlinkSync(path)
