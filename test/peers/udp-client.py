# Sends what it reads as one datagram, prints the answer, which must come from the server. Usage: udp-client.py ADDRESS PORT
import socket
import sys

address, port = sys.argv[1:]
server = (address, int(port))
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
    client.sendto(sys.stdin.buffer.read(), server)
    data, sender = client.recvfrom(65536)
    assert sender == server, sender
    print(data.decode())
