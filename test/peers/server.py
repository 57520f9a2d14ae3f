# The textbook TCP server in Python: one client, one message, one answer.
import socket

with socket.create_server(('127.0.0.1', 0)) as listener:
    print('Listening on port', listener.getsockname()[1], flush=True)
    connection, _ = listener.accept()
    with connection:
        print('Here is the message:', connection.recv(256).decode())
        connection.sendall(b'I got your message')
