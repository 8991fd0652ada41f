"""What can go wrong between a service and us, each as a way to send an answer.

Put here: faults of the transport and of the bytes.
Not here: answers whose figures are wrong (tests serve those as they are), what is asked (`server.py`).
"""

import gzip
import json
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

Fault = Callable[[Any, "Page"], None]
"""Sends a page by a request handler, or spoils it."""

LOGIN = "https://login.example.org/sign-in?next=data&token=not-for-logs"
LOGIN_PAGE = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body>Please sign in.</body></html>"
TRICKLE_SECONDS = 0.05
BOMB_BYTES = 4 * 2**20


@dataclass(frozen=True)
class Page:
    """An answer before it is sent."""

    status: int
    headers: Mapping[str, str]
    body: bytes | str | Path

    @property
    def content(self) -> bytes:
        """The body's bytes."""
        if isinstance(self.body, Path):
            return self.body.read_bytes()
        return self.body.encode() if isinstance(self.body, str) else self.body

    def unless_known(self, asked: Mapping[str, str]) -> "Page":
        """304 where the question tells that its sender has this answer already."""
        for ours, theirs in (("ETag", "if-none-match"), ("Last-Modified", "if-modified-since")):
            if ours in self.headers and self.headers[ours] == asked.get(theirs):
                return Page(304, self.headers, b"")
        return self

    def with_body(self, body: bytes) -> "Page":
        """The same with another body."""
        return replace(self, body=body)


def send(handler: BaseHTTPRequestHandler, page: Page) -> None:
    """Send a page as it is."""
    _head(handler, page, len(page.content))
    handler.wfile.write(page.content)


def _head(handler: BaseHTTPRequestHandler, page: Page, length: int) -> None:
    handler.send_response(page.status)
    headers = {"Content-Type": _media_type(page.content), "Content-Length": str(length)} | dict(page.headers)
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.end_headers()


def _media_type(body: bytes) -> str:
    start = body.lstrip(b"\xef\xbb\xbf \r\n\t")[:1]
    if start in (b"{", b"["):
        return "application/json"
    return "text/html" if start == b"<" else "text/csv"


def _instead(status: int, body: bytes = b"", **headers: str) -> Fault:
    """Another page instead of the answer."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda handler, _: send(handler, Page(status, named, body))


def _spoilt(change: Callable[[bytes], bytes]) -> Fault:
    """The answer with its bytes changed."""
    return lambda handler, page: send(handler, page.with_body(change(page.content)))


def _silence(handler: Any, _: Page) -> None:
    """Accept the question and never answer."""
    handler.close_connection = True
    handler.server.stopping.wait(60)


def _drip(handler: Any, data: bytes) -> None:
    for byte in data:
        if handler.server.stopping.wait(TRICKLE_SECONDS):
            return
        handler.wfile.write(bytes([byte]))
        handler.wfile.flush()


def _trickle(handler: Any, page: Page) -> None:
    """One byte of the body at a time, each in time, so that no read ever waits long."""
    handler.close_connection = True
    _head(handler, page, 1_000_000)
    _drip(handler, b" " * 1_000_000)


def _trickling_head(handler: Any, page: Page) -> None:
    """One byte of the headers at a time."""
    handler.close_connection = True
    _drip(handler, b"HTTP/1.1 200 OK\r\nX-Padding: " + b"x" * 60_000)


def _cut(handler: Any, page: Page) -> None:
    """Hang up in the middle of the body."""
    handler.close_connection = True
    _head(handler, page, len(page.content))
    handler.wfile.write(page.content[: len(page.content) // 2])


def _hung_up(handler: Any, _: Page) -> None:
    """Hang up without a word."""
    handler.close_connection = True


def _cut_chunks(handler: Any, page: Page) -> None:
    """Hang up between two chunks."""
    handler.close_connection = True
    half = page.content[: len(page.content) // 2]
    handler.send_response(200)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    handler.wfile.write(f"{len(half):x}\r\n".encode() + half + b"\r\n")


def _huge(handler: Any, page: Page) -> None:
    """Announce five thousand million bytes, and send as long as someone listens."""
    handler.close_connection = True
    _head(handler, page, 5_000_000_000)
    _pour(handler)


def _huge_unannounced(handler: Any, _: Page) -> None:
    """Send without end and without a length."""
    handler.close_connection = True
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Connection", "close")
    handler.end_headers()
    _pour(handler)


def _pour(handler: Any) -> None:
    block = b" " * 2**16
    while not handler.server.stopping.is_set():
        handler.wfile.write(block)


@cache
def _bomb() -> bytes:
    packer = zlib.compressobj(6, zlib.DEFLATED, 31)
    block = b" " * 2**20
    return b"".join([*(packer.compress(block) for _ in range(BOMB_BYTES // len(block))), packer.flush()])


def _gzip_bomb(handler: Any, _: Page) -> None:
    """A few kilobytes that unpack to many megabytes."""
    send(handler, Page(200, {"Content-Type": "application/json", "Content-Encoding": "gzip"}, _bomb()))


def _broken_gzip(handler: Any, page: Page) -> None:
    """Bytes that say they are packed and are not."""
    send(handler, Page(200, {"Content-Type": "application/json", "Content-Encoding": "gzip"}, b"not packed at all"))


def _half_gzip(handler: Any, page: Page) -> None:
    """The first half of a packed answer, with the length of that half."""
    packed = gzip.compress(page.content)
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    send(handler, Page(200, headers, packed[: len(packed) // 2]))


def _echo(handler: Any, page: Page) -> None:
    """An error that repeats the question, address and all, with whatever secret stands in it."""
    send(handler, Page(400, {"Content-Type": "text/plain"}, f"Cannot answer {handler.path}"))


def _latin_1(body: bytes) -> bytes:
    return body.decode("utf-8").encode("latin-1", errors="replace") + "é".encode("latin-1")


def _error(status: int, label: str) -> bytes:
    return json.dumps({"error": [{"status": status, "id": 100, "label": label}]}).encode()


FAULTS: dict[str, Fault] = {
    "read_timeout": _silence,
    "slow_trickle": _trickle,
    "slow_headers": _trickling_head,
    "cut": _cut,
    "cut_chunks": _cut_chunks,
    "hung_up": _hung_up,
    "redirect_to_login": _instead(301, LOGIN_PAGE, Location=LOGIN),
    "redirect_insecure": _instead(302, b"", Location="http://api.example.org/v1/data"),
    "unauthorised": _instead(401, b'{"message": "invalid key"}'),
    "forbidden": _instead(403, LOGIN_PAGE),
    "not_found": _instead(404, LOGIN_PAGE),
    "conflict": _instead(409, b'{"message": "table is being updated"}'),
    "too_large_now": _instead(413, _error(413, "The request will be treated asynchronously. Please try again later.")),
    "too_large_ever": _instead(413, _error(413, "EXTRACTION_TOO_BIG: The maximum authorised number is 5000000")),
    "rate_limited": _instead(429, b""),
    "rate_limited_for_a_second": _instead(429, b"", Retry_After="1"),
    "rate_limited_for_a_day": _instead(429, b"", Retry_After="86400"),
    "rate_limited_oddly": _instead(429, b"", Retry_After="soon"),
    "server_error": _instead(500, b"Internal error"),
    "unavailable": _instead(503, LOGIN_PAGE),
    "bad_request": _instead(400, b'{"message": "unknown dimension"}'),
    "echo": _echo,
    "error_object": _instead(200, b'[{"message": [{"id": "120", "key": "Invalid value", "value": "not valid"}]}]'),
    "html": _instead(200, LOGIN_PAGE),
    "html_called_json": _instead(200, b"\r\n " + LOGIN_PAGE, Content_Type="application/json"),
    "xml": _instead(200, b"<?xml version='1.0'?><Error>busy</Error>", Content_Type="text/xml"),
    "empty": _instead(200, b"", Content_Type="application/json"),
    "blank": _instead(200, b" \r\n", Content_Type="application/json"),
    "no_content": _instead(204),
    "truncated": _spoilt(lambda body: body[: len(body) // 2]),
    "trailing_nul": _spoilt(lambda body: body + b"\0"),
    "bom": _spoilt(lambda body: b"\xef\xbb\xbf" + body),
    "latin_1": _spoilt(_latin_1),
    "gzip_bomb": _gzip_bomb,
    "broken_gzip": _broken_gzip,
    "half_gzip": _half_gzip,
    "huge": _huge,
    "huge_unannounced": _huge_unannounced,
}
"""Every fault by its name. Refused connections, names that do not resolve and bad certificates are no answers at all:
`Replay.unreachable` has those."""
