# A stream server at a path: reads all that one client says, then answers in capitals. Usage: unix-server.py PATH
import socket
import sys

with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
    listener.bind(sys.argv[1])
    listener.listen()
    print('Listening at', sys.argv[1], flush=True)
    connection, _ = listener.accept()
    with connection, connection.makefile('rb') as reader:
        connection.sendall(reader.read().upper())
