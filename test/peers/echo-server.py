# Echoes to one TCP client after the other.
import socket

with socket.create_server(('127.0.0.1', 0)) as listener:
    print('Listening on port', listener.getsockname()[1], flush=True)
    while True:
        connection, _ = listener.accept()
        with connection:
            while data := connection.recv(3000):
                connection.sendall(data)
