"""Python reads this file at its start when its folder is on PYTHONPATH: the process then reaches this machine only."""

import socket

HERE = ("127.0.0.1", "::1", "localhost")
_connect, _look_up = socket.socket.connect, socket.getaddrinfo


def _connect_here(self: socket.socket, address: object) -> None:
    if self.family != socket.AF_UNIX and address[0] not in HERE:  # type: ignore[index]
        raise OSError("the network is off in this test")
    _connect(self, address)  # type: ignore[arg-type]


def _look_up_here(host: object, *arguments: object, **named: object) -> object:
    if host not in HERE:
        raise socket.gaierror(socket.EAI_NONAME, "the network is off in this test")
    return _look_up(host, *arguments, **named)  # type: ignore[call-overload]


socket.socket.connect = _connect_here  # type: ignore[method-assign]
socket.getaddrinfo = _look_up_here  # type: ignore[assignment]
