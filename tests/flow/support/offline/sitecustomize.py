"""Python reads this file at its start when its folder is on PYTHONPATH: the process then has no network."""

import socket


def _refuse(*_: object, **__: object) -> None:
    raise OSError("the network is off in this test")


socket.socket.connect = _refuse  # type: ignore[method-assign]
socket.getaddrinfo = _refuse  # type: ignore[assignment]
