# What a call of the socket module gives: its value, or the number and message of its error.
import socket


def outcome(call, *args):
    try:
        return call(*args)
    except socket.gaierror as error:
        return [error.errno, error.strerror]
