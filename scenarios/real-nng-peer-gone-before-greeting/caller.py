"""Connects to a listener of nng's and goes away, fifty times: at once, or when the listener's greeting has come.

    caller.py SOCKET at-once|after-greeting
"""
import socket
import sys

path, when = sys.argv[1:]
for _ in range(50):
    with socket.socket(socket.AF_UNIX) as peer:
        peer.connect(path)
        if when == "after-greeting":
            peer.recv(8, socket.MSG_WAITALL)
