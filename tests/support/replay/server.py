"""A real HTTP server on this machine that answers for the statistical services of the world.

Put here: what is served for which address, what was asked, starting and stopping.
Not here: how an answer is spoilt (`faults.py`), the answers of each service (`tests/replies`).

    with Replay() as replay:
        replay.serve("api.example.org", "/v1/data", {"year": "2020"}, body=b"[1]")
        replay.fault("server_error", host="api.example.org", times=1)
        monkeypatch.setenv("SMART21_REPLAY", replay.address)

A client that finds `SMART21_REPLAY` asks `<address>/api.example.org/v1/data` for `https://api.example.org/v1/data`.
The server answers as a proxy too, for addresses that begin with http:.
"""

import socket
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qsl, unquote, urlsplit

import yaml
from replay.certificate import self_signed
from replay.faults import FAULTS, Fault, Page, send

UNKNOWN_NAME = "http://no_where$"
"""A name that resolvers refuse by itself, so that no question about it leaves the machine."""


@dataclass(frozen=True)
class Question:
    """One request as it arrived; headers by their names in lower case."""

    method: str
    host: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Served:
    """An answer, and the requests it is for: those to its address whose query has all these parameters."""

    host: str
    path: str
    query: Mapping[str, str]
    method: str | None
    body_has: bytes
    cookie: str
    page: Page

    def fits(self, question: Question) -> bool:
        """Whether the question is one of those."""
        return (
            (self.host, self.path) == (question.host, question.path)
            and self.query.items() <= question.query.items()
            and self.method in (None, question.method)
            and self.body_has in question.body
            and self.cookie in question.headers.get("cookie", "")
        )


@dataclass
class Trouble:
    """A fault, where it strikes, and how often yet; without end when `times` is nothing."""

    fault: Fault
    host: str | None
    path: str | None
    times: int | None

    def strikes(self, question: Question) -> bool:
        """Whether it spoils the answer to this question; counts."""
        here = self.host in (None, question.host) and self.path in (None, question.path)
        if not here or self.times == 0:
            return False
        if self.times is not None:
            self.times -= 1
        return True


@dataclass
class Replay:
    """The server; `address` is what `SMART21_REPLAY` is set to, `asked` what came in."""

    asked: list[Question] = field(default_factory=list)
    _served: list[Served] = field(default_factory=list)
    _troubles: list[Trouble] = field(default_factory=list)
    _elsewhere: dict[str, str] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _server: "_Server | None" = None
    _others: "list[_Server]" = field(default_factory=list)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> Self:
        """Listen on a free port of this machine."""
        self._server = _Server(self)
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def stop(self) -> None:
        """Stop listening; answers that are still dripping are cut off."""
        for server in (self._server, *self._others):
            if server is not None:
                server.stopping.set()
                server.shutdown()
                server.server_close()
        self._server = None
        self._others.clear()

    @property
    def url(self) -> str:
        """Where it listens."""
        if self._server is None:
            raise RuntimeError("the replay server is not running: call start()")
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def address(self) -> str:
        """Value of `SMART21_REPLAY`: this server for every host, other places for those made unreachable."""
        return ",".join([self.url, *(f"{host}={url}" for host, url in self._elsewhere.items())])

    def unreachable(self, host: str, how: str) -> None:
        """Make a host one that cannot be reached; read `address` again afterwards.

        Args:
            host: of the service.
            how: `refused`, `dns` (its name is unknown), or `tls` (its certificate is signed by nobody).
        """
        places = {"refused": _closed_port, "dns": lambda: UNKNOWN_NAME, "tls": self._self_signed}
        self._elsewhere[host] = places[how]()

    def _self_signed(self) -> str:
        server = _Server(self)
        server.socket = self_signed().wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        self._others.append(server)
        return f"https://127.0.0.1:{server.server_address[1]}"

    def serve(
        self,
        host: str,
        path: str,
        query: Mapping[str, str] | None = None,
        body: bytes | str | Path = b"",
        headers: Mapping[str, str] | None = None,
        status: int = 200,
        *,
        method: str | None = None,
        body_has: str = "",
        cookie: str = "",
    ) -> None:
        """Serve an answer from now on.

        Args:
            host: of the service, such as api.worldbank.org.
            path: with its leading slash, percent-encoded or not.
            query: parameters that the request must have; it may have more. The answer that names most of them wins,
                of equals the one served last.
            body: bytes, text (as UTF-8) or a file, read when it is asked for.
            headers: of the answer; a Content-Type is guessed from the body when there is none. An ETag or
                Last-Modified makes the server answer 304 to whoever has it already.
            status: of the answer.
            method: only for GET or only for POST.
            body_has: text that the request's body must contain.
            cookie: that the request must bring, as `name=value`.
        """
        page = Page(status, dict(headers or {}), body)
        with self._lock:
            self._served.append(Served(host, unquote(path), dict(query or {}), method, body_has.encode(), cookie, page))

    def load(self, folder: Path) -> None:
        """Serve what the `index.yml` in a folder lists.

        Each entry has `url` (https://host/path) and `file` (in that folder), and may have `parameters`, `status`,
        `headers`, `method` and `body_has`, all as in `serve`.
        """
        for entry in yaml.safe_load((folder / "index.yml").read_text("utf-8")):
            address = urlsplit(entry["url"])
            query = dict(parse_qsl(address.query, keep_blank_values=True)) | entry.get("parameters", {})
            query = {name: str(value) for name, value in query.items()}
            more = {name: entry[name] for name in ("status", "headers", "method", "body_has") if name in entry}
            self.serve(address.netloc, address.path or "/", query, folder / entry["file"], **more)

    def fault(self, name: str, *, host: str | None = None, path: str | None = None, times: int | None = None) -> None:
        """Spoil answers from now on; the fault named last strikes first.

        Args:
            name: one of `faults.FAULTS`.
            host: only the answers of this host.
            path: only those of this path.
            times: so many answers only.
        """
        with self._lock:
            self._troubles.insert(0, Trouble(FAULTS[name], host, path, times))

    def heal(self) -> None:
        """No faults any more."""
        with self._lock:
            self._troubles.clear()

    def answer(self, question: Question) -> tuple[Page, Fault]:
        """What to answer, and how to send it."""
        with self._lock:
            self.asked.append(question)
            fault = next((trouble.fault for trouble in self._troubles if trouble.strikes(question)), send)
            fitting = [served for served in self._served if served.fits(question)]
        if not fitting:
            told = f"the replay server has nothing for {question.method} {question.host}{question.path}"
            return Page(404, {}, f"{told} {question.query}"), fault
        best = max(enumerate(fitting), key=lambda found: (len(found[1].query), bool(found[1].body_has), found[0]))[1]
        return best.page.unless_known(question.headers), fault


def _closed_port() -> str:
    """A port of this machine at which nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{taken.getsockname()[1]}"


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, replay: Replay) -> None:
        self.replay = replay
        self.stopping = threading.Event()
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, *_: object) -> None:
        """A client that hangs up is part of the play."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # head and body go out apart; the body must not wait 40 ms for an acknowledgement
    server: _Server

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def _answer(self) -> None:
        address = urlsplit(self.path)
        if address.netloc:  # asked as a proxy
            host, path = address.netloc, address.path.removeprefix("/")
        else:
            host, _, path = address.path.removeprefix("/").partition("/")
        query = dict(parse_qsl(address.query, keep_blank_values=True))
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        page, fault = self.server.replay.answer(Question(self.command, host, "/" + unquote(path), query, headers, body))
        fault(self, page)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""
