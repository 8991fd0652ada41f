"""The one client of all sources: ask politely, wait patiently, believe nothing.

Put here: sending a request, keys, retries, time limits, when to leave a host alone.
Not here: what to ask and what an answer means (`readers`), what comes back (`fetch_reply.py`), how failures are told
(`fetch_error.py`), the pace (`fetch_pace.py`), keeping answers (`warehouse/answers.py`).

`SMART21_REPLAY`, for trials only, sends every request to another server: `http://127.0.0.1:8000` asks
`http://127.0.0.1:8000/api.example.org/v1` for `https://api.example.org/v1`. Single hosts may go elsewhere:
`http://127.0.0.1:8000,api.example.org=http://127.0.0.1:8001`. Answers that came so carry the header `Smart21-Replay`.
The services' pace is not kept then, unless the client is told to.
"""

import json
import logging
import os
import re
import threading
import time
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any, Self
from urllib.parse import urljoin, urlsplit

import requests
from pybreaker import CircuitBreaker, CircuitBreakerError
from requests.adapters import HTTPAdapter
from urllib3 import Retry
from urllib3.exceptions import HTTPError

from pipelines.fetch_body import PackingError, TooLateError, TooMuchError
from pipelines.fetch_error import FetchError
from pipelines.fetch_pace import NoTurnError, Turns
from pipelines.fetch_reply import REPLAY, Call, Limits, Receiver, Reply
from pipelines.readers.base import FORM, JSON, Request
from pipelines.redact import REDACTOR, proxy_secrets
from warehouse.registry.sources import Source

__all__ = ["Client", "FetchError", "Limits", "Reply", "user_agent"]

Outcome = Reply | FetchError

_REDIRECTS = (301, 302, 303, 307, 308)
_ELSEWHERE = (301, 302, 303)
"""After a form was sent: the answer is to be had by GET."""
_HOPS = 3
_LOGGERS = ("urllib3.connectionpool", "urllib3.connection", "urllib3.poolmanager", "urllib3.response")
"""Write addresses with their parameters to the log."""


class Client:
    """Asks sources, one question after another; to be closed after use."""

    def __init__(
        self,
        limits: Limits | None = None,
        *,
        folder: Path | None = None,
        memory: Path | None = None,
        keeps_pace: bool | None = None,
    ) -> None:
        """Open a client.

        Args:
            limits: how long and how much.
            folder: where answers are written for a while; the system's own place when left out.
            memory: file by which all processes of this machine keep the pace together; of real services only.
            keeps_pace: whether to wait for turns; when left out, not at the server of a trial.
        """
        replay = os.environ.get("SMART21_REPLAY")
        self.limits = limits or Limits.from_environment()
        self._keeps_pace = not replay if keeps_pace is None else keeps_pace
        self._turns = Turns(self.limits.longest_turn, None if replay else memory)
        REDACTOR.learn(proxy_secrets(dict(os.environ)))
        for name in _LOGGERS:
            logging.getLogger(name).addFilter(REDACTOR)
        self._receiver = Receiver(self.limits, folder)
        self._breakers: dict[str, CircuitBreaker] = {}
        self._adapter = _ReplayAdapter(replay) if replay else HTTPAdapter()
        self._sessions: dict[str, requests.Session] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Forget connections and the answers on disk."""
        self._adapter.close()
        self._turns.close()
        self._receiver.close()

    @property
    def waited(self) -> float:
        """Seconds spent waiting for turns."""
        return self._turns.waited

    def fetch(self, request: Request, source: Source, known: Mapping[str, str] | None = None) -> Reply:
        """Ask, until there is an answer or no hope for one.

        Args:
            request: what to ask; the key is added when it is sent.
            source: whom, at which pace, with which key.
            known: headers of the answer in use; where they tell its ETag or date, only news is asked for.

        Raises:
            FetchError: there is no answer; says why and what to do.
        """
        call = Call(request, source, self._key(request, source), known or {})
        if request.page == 1 or source.id not in self._sessions:
            self._sessions[source.id] = self._new_session()
        try:
            return self._breaker(call.host).call(self._insist, call)
        except CircuitBreakerError:
            pass
        raise FetchError("circuit_open", call.where, str(self.limits.breaker))

    def _new_session(self) -> requests.Session:
        """A session for one walk through pages: cookies hold that long, connections are shared by all."""
        session = requests.Session()
        session.headers["User-Agent"] = user_agent()
        for scheme in ("https://", "http://"):
            session.mount(scheme, self._adapter)
        return session

    def _key(self, request: Request, source: Source) -> str:
        """The source's key, from the environment."""
        if source.key is None:
            return ""
        host, name = urlsplit(request.url).netloc, source.key.variable
        key = os.environ.get(name, "").strip()
        REDACTOR.learn([key])
        if not key and source.key.is_required:
            raise FetchError("no_key", host, f"{name} is not set ({source.key.sign_up})")
        if not (key.isascii() and key.isprintable()):
            raise FetchError("no_key", host, f"{name} holds characters that no key has")
        if key and urlsplit(request.url).scheme != "https":
            raise FetchError("bad_address", host, "a key travels by https only")
        return key

    def _breaker(self, host: str) -> CircuitBreaker:
        """Leaves a host alone after failures in a row that were its own and not the question's."""
        if host not in self._breakers:
            self._breakers[host] = CircuitBreaker(
                self.limits.breaker,
                self.limits.rest,
                exclude=[lambda error: isinstance(error, FetchError) and not error.is_host_trouble],
                throw_new_error_on_trip=False,
            )
        return self._breakers[host]

    def _insist(self, call: Call) -> Reply:
        """Ask as often as it makes sense, at the source's pace and within the time."""
        policy = Retry(
            self.limits.tries - 1,
            backoff_factor=self.limits.backoff / 2,
            backoff_jitter=self.limits.backoff / 2,
            backoff_max=self.limits.longest_wait,
        )
        left = self.limits.total
        while True:
            no_turn = self._wait_for_turn(call)
            began = time.monotonic()
            outcome = no_turn or self._in_time(call, left)
            if isinstance(outcome, Reply):
                return outcome
            if not outcome.is_passing or not policy.total:
                raise outcome
            policy = policy.increment(error=outcome)
            wait = policy.get_backoff_time() if outcome.retry_after is None else outcome.retry_after
            left -= time.monotonic() - began + wait
            if wait > self.limits.longest_wait or left <= 0:
                raise outcome
            time.sleep(wait)

    def _wait_for_turn(self, call: Call) -> FetchError | None:
        """Keep the pace; a failure when that takes too long."""
        if not self._keeps_pace:
            return None
        try:
            self._turns.wait(call.host, call.source.pace)
        except NoTurnError as error:
            return FetchError("not_our_turn", call.where, f"{error.seconds:.0f}", retry_after=error.seconds)
        return None

    def _in_time(self, call: Call, seconds: float) -> Outcome:
        """One try, given up when the time is up, whatever the other side does.

        The libraries limit only the time between two bytes. A thread that is given up ends with its next one.
        """
        future: Future[Outcome] = Future()

        def run() -> None:
            try:
                future.set_result(self._ask(call, time.monotonic() + seconds))
            except BaseException as error:
                future.set_exception(error)

        threading.Thread(target=run, daemon=True).start()
        try:
            return future.result(seconds)
        except TimeoutError:
            return self._receiver.failure(call, TooLateError())

    def _ask(self, call: Call, deadline: float) -> Outcome:
        """One try. Failures are returned, not raised: raised, they would carry the libraries' own, secrets and all."""
        try:
            return self._follow(call, deadline)
        except (requests.RequestException, HTTPError, EOFError, ValueError) as error:
            return self._receiver.failure(call, error)
        except (TooLateError, TooMuchError, PackingError) as error:
            return self._receiver.failure(call, error)

    def _follow(self, call: Call, deadline: float) -> Outcome:
        """Send, follow redirects within the host, take the answer in."""
        request = call.request
        for hop in range(_HOPS):
            with self._send(call, request, deadline) as response:
                if response.status_code not in _REDIRECTS:
                    outcome = self._receiver.receive(call, response.raw, deadline)
                    is_page = isinstance(outcome, FetchError) and outcome.kind == "not_what_was_asked"
                    return self._redirected(call, request.url, response) if hop and is_page else outcome
                target = urljoin(request.url, response.headers.get("Location", ""))
                if urlsplit(target)[:2] != ("https", call.host) or not _may_move(request, response.status_code):
                    break
                request = replace(request, url=target, parameters={}, method="GET", body=None)
        return self._redirected(call, target, response)

    def _redirected(self, call: Call, url: str, response: requests.Response) -> FetchError:
        address = urlsplit(url)
        shown = REDACTOR.text(f"{address.scheme}://{address.hostname}{address.path}")
        headers = self._receiver.headers(response.raw)
        return FetchError("redirect", call.where, shown, status=response.status_code, headers=headers)

    def _send(self, call: Call, request: Request, deadline: float) -> requests.Response:
        headers = {"Accept": request.accept, "Accept-Encoding": "gzip"}
        conditions = {"If-None-Match": "ETag", "If-Modified-Since": "Last-Modified"}
        headers |= {name: call.known[ours] for name, ours in conditions.items() if ours in call.known}
        key = call.source.key
        if key and call.key and key.header:
            headers[key.header] = call.key
        elif key and call.key and key.parameter:
            request = _with_key(request, key.parameter, call.key)
        if request.body is not None:
            headers["Content-Type"] = request.media_type
        return self._sessions[call.source.id].request(
            request.method,
            request.url,
            params=dict(request.parameters),
            data=None if request.body is None else request.body.encode(),
            headers=headers,
            timeout=(self.limits.connect, min(self.limits.read, max(0.001, deadline - time.monotonic()))),
            allow_redirects=False,
            stream=True,
        )


class _ReplayAdapter(HTTPAdapter):
    """Sends every request to another server; see the module's text."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self._server, *others = address.split(",")
        self._elsewhere = dict(item.split("=", 1) for item in others)

    def send(self, request: requests.PreparedRequest, *arguments: Any, **settings: Any) -> requests.Response:
        address = urlsplit(str(request.url))
        server = self._elsewhere.get(address.netloc, self._server)
        sent = request.copy()
        sent.url = f"{server}/{address.netloc}{address.path}" + (f"?{address.query}" if address.query else "")
        response = super().send(sent, *arguments, **(settings | {"proxies": None}))
        response.raw.headers[REPLAY] = server
        return response


def user_agent() -> str:
    """Who we are: name and version, and whom to write to where `SMART21_CONTACT` tells."""
    contact = "".join(sign for sign in os.environ.get("SMART21_CONTACT", "") if sign.isascii() and sign.isprintable())
    return f"smart21-benchmark/{version('smart21-benchmark')}" + (f" ({contact})" if contact else "")


def _may_move(request: Request, status: int) -> bool:
    """Whether a redirect within the host answers us: what was sent is not sent again, but a form's answer lies there.

    Anything but the host's own https hides a sign-in, a block or a move, and is never followed.
    """
    return request.method == "GET" or (request.media_type == FORM and status in _ELSEWHERE)


def _with_key(request: Request, name: str, key: str) -> Request:
    """Put a key where the service looks for it: into a JSON object that is sent, or else into the query."""
    url = re.sub(rf"(?<=[?&]){re.escape(name)}=[^&#]*&?", "", request.url)  # left by the link to a next page
    sent = json.loads(request.body) if request.body is not None and request.media_type == JSON else None
    if isinstance(sent, dict):
        return replace(request, url=url, body=json.dumps(sent | {name: key}, ensure_ascii=False))
    return replace(request, url=url, parameters={**request.parameters, name: key})
