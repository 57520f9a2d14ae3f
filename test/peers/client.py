# The textbook TCP client in Python. Usage: client.py HOST PORT
import socket
import sys

host, port = sys.argv[1:]
with socket.create_connection((host, int(port))) as connection:
    connection.sendall(sys.stdin.readline().encode())
    print(connection.recv(256).decode())
