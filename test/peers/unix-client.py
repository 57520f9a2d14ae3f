# Sends what it reads to a stream server at a path, ends its side, prints the answer. Usage: unix-client.py PATH
import socket
import sys

with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
    client.connect(sys.argv[1])
    client.sendall(sys.stdin.buffer.read())
    client.shutdown(socket.SHUT_WR)
    with client.makefile('rb') as reader:
        print(reader.read().decode())
