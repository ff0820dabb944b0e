"""The receiving end of nng's PULL over ipc://, with one mistake.

    pull.py SOCKET one-read|until-end

one-read takes what the first read gives for the whole message, until-end what has come when the stream ends.
"""
import socket
import sys

HELLO = b"\0SP\0\0\x51\0\0"
HEADER = 9

path, mistake = sys.argv[1:]
listener = socket.socket(socket.AF_UNIX)
listener.bind(path)
listener.listen()
peer = listener.accept()[0]
peer.sendall(HELLO)
got = b""
while len(got) <= len(HELLO) + HEADER:
    piece = peer.recv(len(HELLO) + HEADER - len(got) + 4096)
    if not piece:
        break
    got += piece
if mistake == "until-end":
    while piece := peer.recv(4096):
        got += piece
sys.stdout.buffer.write(got[len(HELLO) + HEADER :])
