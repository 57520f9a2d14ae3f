# Answers every datagram with itself.
import socket

with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
    server.bind(('127.0.0.1', 0))
    print('Bound to port', server.getsockname()[1], flush=True)
    while True:
        server.sendto(*server.recvfrom(65536))
