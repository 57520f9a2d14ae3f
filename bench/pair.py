# The cost of one send and one recv in the same thread, with Python's socket. See pair.c.
import socket
import sys
import time

kind, size = sys.argv[1], int(sys.argv[2])
if kind == "udp":
    sender, receiver = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2))
    for each in (sender, receiver):
        each.bind(("127.0.0.1", 0))
    sender.connect(receiver.getsockname())
    receiver.connect(sender.getsockname())
else:
    sender, receiver = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET if kind == "seqpacket" else socket.SOCK_STREAM)
data, buffer = bytes(size), bytearray(size)


def pairs(count):
    send, recv_into = sender.send, receiver.recv_into
    for _ in range(count):
        if send(data) != size or recv_into(buffer) != size:
            sys.exit(1)


for line in sys.stdin:
    start = time.perf_counter_ns()
    pairs(int(line))
    print(time.perf_counter_ns() - start, flush=True)
