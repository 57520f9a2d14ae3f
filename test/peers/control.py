# Receives a message on descriptor 3, prints what came with it, writes through the descriptor, and answers with its own.
import array, os, socket, struct, sys
peer = socket.socket(fileno=3)
if sys.argv[1] == 'creds': peer.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
data, control, flags, _ = peer.recvmsg(16, socket.CMSG_SPACE(64))
for level, kind, value in control:
    if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
        fds = array.array('i', value)
        print('rights', len(fds))
        for fd in fds: os.write(fd, b'from python')
    elif level == socket.SOL_SOCKET and kind == socket.SCM_CREDENTIALS:
        print('creds', *struct.unpack('iII', value))
r, w = os.pipe()
os.write(w, b'pipe of python')
ancillary = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array('i', [r, w]))]
if sys.argv[1] == 'creds':
    ancillary.append((socket.SOL_SOCKET, socket.SCM_CREDENTIALS, struct.pack('iII', os.getpid(), os.getuid(), os.getgid())))
peer.sendmsg([b'an', b'swer'], ancillary)
print('pid', os.getpid())
