"""A server before the object store that refuses for a while, as stores under load do.

Put here: passing requests on, and answering 503.
Not here: the store (`tests/support/object_store.py`).
"""

import http.client
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

BUSY = b"<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>"
PASSED_ON_BY_US = {"connection", "transfer-encoding", "content-length", "keep-alive"}


@dataclass
class Proxy:
    """One proxy; it refuses until a moment that is set."""

    store: str
    refuse_until: float = 0.0
    refused: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def refuse_for(self, seconds: float) -> None:
        """Answer 503 from now on, for so long."""
        self.refuse_until = time.monotonic() + seconds

    @contextmanager
    def serving(self) -> Iterator[str]:
        """Its address, as long as the context lasts."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True  # else a client waits 40 ms for the second half of every answer

            def _meet(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                if time.monotonic() < proxy.refuse_until:
                    with proxy.lock:
                        proxy.refused += 1
                    self._answer(503, {"Content-Type": "application/xml"}, BUSY)
                    return
                self._answer(*proxy._ask(self.command, self.path, dict(self.headers), body))

            def _answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                length = headers.get("Content-Length") if self.command == "HEAD" else None
                if length is None:
                    self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(body)

            do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = _meet

            def log_message(self, *_: object) -> None:
                """Nothing: the client tells what it met."""

        return Handler

    def _ask(self, method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection(urlsplit(self.store).netloc, timeout=60)
        try:
            connection.request(method, path, body=body, headers=headers)
            answer = connection.getresponse()
            content = answer.read()
            ours = PASSED_ON_BY_US - ({"content-length"} if method == "HEAD" else set())
            return answer.status, {k: v for k, v in answer.getheaders() if k.lower() not in ours}, content
        finally:
            connection.close()
