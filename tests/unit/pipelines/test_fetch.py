"""The client against a real server that fails as services do: each failure named, bounded in time, without secrets."""

import gzip
import json
import logging
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from replay.server import Replay

from pipelines.fetch import Client, FetchError, Limits, Reply, user_agent
from pipelines.fetch_error import MEANINGS
from pipelines.readers.base import FORM, Request
from warehouse.answers import Answers
from warehouse.registry.sources import Source
from warehouse.storage import Folder

HOST, PATH = "api.example.org", "/v1/data"
URL = f"https://{HOST}{PATH}"
KEY = "s3cret/key+of ours"
BODY = b'{"rows": [1, 2, 3], "name": "B\xc3\xacnh D\xc6\xb0\xc6\xa1ng"}'
QUICK = Limits(
    connect=0.5, read=0.5, total=1.5, tries=2, backoff=0.02, longest_wait=0.5, most_bytes=10**6, breaker=3, rest=60
)
SLACK = 1.5
"""Seconds beyond the limits that a busy machine may take."""


def source(**more: Any) -> Source:
    """A source with a key in its query."""
    fields = dict.fromkeys(("series", "area", "year", "value", "unit"), "{x}")
    facts: dict[str, Any] = {
        "id": "service", "name": "Service", "producer": "A bureau", "citation": "A bureau", "url_main": URL,
        "licence": "CC BY 4.0", "licence_url": "https://example.org/licence", "is_open": True, "rank": 1,
        "rhythm_days": 30, "area_scheme": "smart21", "calls": [{"url": URL}], "series": [],
        "pace": {"calls": 1000, "seconds": 0.01, "reason": "a test"},
        "key": {"variable": "SERVICE_KEY", "parameter": "key", "sign_up": "https://example.org/keys"},
        "reader": {"kind": "jsonstat", "fields": fields},
    }  # fmt: skip
    return Source.model_validate(facts | more)


def question(url: str = URL, **more: Any) -> Request:
    return Request("service", url, **({"parameters": {"year": "2020"}, "accept": "application/json"} | more))


Ask = Callable[..., Reply]


@pytest.fixture
def served(replay: Replay) -> Replay:
    replay.serve(HOST, PATH, body=BODY)
    return replay


@pytest.fixture
def connect(replay: Replay, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Client]]:
    """Open clients of the replay server as it is now; they are closed after the test."""
    monkeypatch.setenv("SERVICE_KEY", KEY)
    opened = []

    def connect(limits: Limits = QUICK, **more: Any) -> Client:
        monkeypatch.setenv("SMART21_REPLAY", replay.address)
        opened.append(Client(limits, **more))
        return opened[-1]

    yield connect
    for client in opened:
        client.close()


@pytest.fixture
def ask(connect: Callable[..., Client]) -> Ask:
    """Ask the usual question, or another one, by a client of its own."""
    return lambda request=None, about=None, limits=QUICK, known=None: connect(limits).fetch(
        request or question(), about or source(), known
    )


@pytest.fixture
def fails(ask: Ask) -> Callable[..., FetchError]:
    """Ask, and return the failure."""

    def fails(*arguments: Any, **named: Any) -> FetchError:
        with pytest.raises(FetchError) as caught:
            ask(*arguments, **named)
        return caught.value

    return fails


def tells_the_key(text: str) -> bool:
    """Whether a text holds the key in any spelling."""
    once = {KEY, quote(KEY), quote(KEY, safe=""), quote_plus(KEY), KEY.replace(" ", "+"), json.dumps(KEY)[1:-1]}
    spellings = once | {quote(spelling, safe="") for spelling in once}
    return any(spelling.lower() in text.lower() for spelling in spellings)


def chain_of(error: BaseException) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def assert_silent(error: FetchError, log: str, lake: Path) -> None:
    """No secret in the exception and what it was made from, in the log, or in the record that is kept."""
    request = question()
    about = {"reason": str(error), "status": error.status, "headers": error.headers}
    Answers(Folder(lake)).note(request, retrieved_at="2026-01-01T00:00:00Z", outcome="failed", **about)
    stored = "".join(path.read_text("utf-8") for path in lake.rglob("*.json"))
    told = [repr(link) + repr(link.args) + repr(vars(link)) for link in chain_of(error)]
    assert all(isinstance(link, FetchError) for link in chain_of(error))
    for text in (*told, "".join(traceback.format_exception(error)), log, stored):
        assert not tells_the_key(text)
        assert "not-for-logs" not in text
    assert str(error) in json.loads(stored)["reason"]


TRANSPORT = [
    # fault, kind, tries, words of the sentence
    ("read_timeout", "timeout", 2, "did not answer within 0.5 s"),
    ("slow_trickle", "too_slow", 1, "had not given its whole answer after 1.5 s"),
    ("slow_headers", "too_slow", 1, "had not given its whole answer after 1.5 s"),
    ("cut", "cut", 2, "broke off in the middle"),
    ("cut_chunks", "cut", 2, "broke off in the middle"),
    ("half_gzip", "cut", 2, "broke off in the middle"),
    ("hung_up", "cut", 2, "broke off in the middle"),
    ("redirect_to_login", "redirect", 1, "sends us to https://login.example.org/sign-in instead of answering"),
    ("redirect_insecure", "redirect", 1, "sends us to http://api.example.org/v1/data instead"),
    ("bad_request", "bad_request", 1, 'status 400). It says: \'{"message": "unknown dimension"}\''),
    ("unauthorised", "unauthorised", 1, "Check the key in the environment"),
    ("forbidden", "forbidden", 1, "status 403"),
    ("not_found", "not_found", 1, "has no such data (status 404). Correct the source's file"),
    ("conflict", "conflict", 1, "gives nothing at the moment (status 409)"),
    ("too_large_now", "not_ready", 2, "still preparing its answer"),
    ("too_large_ever", "question_too_large", 1, "ask for less"),
    ("rate_limited", "rate_limited", 2, "asked too often (status 429)"),
    ("rate_limited_for_a_day", "rate_limited", 1, "asked too often (status 429)"),
    ("rate_limited_oddly", "rate_limited", 2, "asked too often (status 429)"),
    ("server_error", "server", 2, "failed (status 500)"),
    ("unavailable", "server", 2, "failed (status 503)"),
    ("echo", "bad_request", 1, "Cannot answer /api.example.org/v1/data?year=2020&key=***"),
    ("html", "not_what_was_asked", 1, "something else than asked for: a web page"),
    ("html_called_json", "not_what_was_asked", 1, "something else than asked for: a web page"),
    ("xml", "not_what_was_asked", 1, "something else than asked for: XML"),
    ("broken_gzip", "not_what_was_asked", 1, "bytes that cannot be unpacked"),
    ("empty", "empty", 1, "gives an empty answer (status 200)"),
    ("blank", "empty", 1, "gives an empty answer (status 200)"),
    ("no_content", "empty", 1, "gives an empty answer (status 204)"),
    ("gzip_bomb", "too_large", 1, "gives more than 1,000,000 bytes"),
    ("huge", "too_large", 1, "gives more than 1,000,000 bytes"),
    ("huge_unannounced", "too_large", 1, "gives more than 1,000,000 bytes"),
]


@pytest.mark.parametrize(("fault", "kind", "tries", "words"), TRANSPORT, ids=[row[0] for row in TRANSPORT])
def test_a_fault_is_named_in_time_and_without_secrets(
    served: Replay,
    fails: Callable[..., FetchError],
    caplog: pytest.LogCaptureFixture,
    tmp_path: Path,
    fault: str,
    kind: str,
    tries: int,
    words: str,
) -> None:
    caplog.set_level(logging.DEBUG)
    served.fault(fault)
    began = time.monotonic()
    error = fails()
    assert time.monotonic() - began < QUICK.total + SLACK
    assert error.kind == kind
    assert len(served.asked) == tries
    assert str(error).startswith(f"{HOST}{PATH} ")
    assert words in str(error)
    assert served.asked[0].query["key"] == KEY
    assert_silent(error, caplog.text, tmp_path / "lake")


@pytest.mark.parametrize(
    ("how", "kind", "words"),
    [
        ("refused", "refused", f"{HOST}{PATH} refuses connections."),
        ("dns", "dns", f"The name of {HOST}{PATH} is not known."),
        ("tls", "tls", f"{HOST}{PATH} does not prove who it is (self-signed certificate)."),
    ],
)
def test_a_host_that_cannot_be_reached_is_named(
    served: Replay,
    fails: Callable[..., FetchError],
    caplog: pytest.LogCaptureFixture,
    tmp_path: Path,
    how: str,
    kind: str,
    words: str,
) -> None:
    caplog.set_level(logging.DEBUG)
    served.unreachable(HOST, how)
    error = fails()
    assert (error.kind, served.asked) == (kind, [])
    assert str(error).startswith(words)
    assert_silent(error, caplog.text, tmp_path / "lake")


def test_every_kind_but_those_of_other_tests_has_its_fault() -> None:
    seen = {kind for _, kind, _, _ in TRANSPORT} | {"refused", "dns", "tls"}
    assert set(MEANINGS) - seen == {"no_key", "bad_address", "not_our_turn", "circuit_open", "proxy"}


@pytest.mark.parametrize("fault", ["truncated", "trailing_nul", "bom", "latin_1", "error_object"])
def test_what_only_a_reader_can_tell_is_brought_as_it_came(served: Replay, ask: Ask, fault: str) -> None:
    served.fault(fault)
    reply = ask()
    assert reply.body() not in (b"", BODY)
    assert reply.size_bytes == len(reply.body())


@pytest.mark.parametrize("fault", ["server_error", "unavailable", "cut", "hung_up", "rate_limited", "too_large_now"])
def test_trouble_that_passes_is_waited_out(served: Replay, ask: Ask, fault: str) -> None:
    served.fault(fault, times=1)
    assert ask().body() == BODY
    assert len(served.asked) == 2


def test_a_server_that_says_when_is_asked_then(served: Replay, ask: Ask) -> None:
    served.fault("rate_limited_for_a_second", times=1)
    began = time.monotonic()
    assert ask(limits=Limits(read=1, total=5, tries=2)).body() == BODY
    assert 1 <= time.monotonic() - began < 1 + SLACK


def test_who_asks_us_to_wait_for_a_day_is_not_asked_again(served: Replay, fails: Callable[..., FetchError]) -> None:
    served.fault("rate_limited_for_a_day")
    assert fails(limits=Limits(tries=9)).headers["Retry-After"] == "86400"
    assert len(served.asked) == 1


def test_a_status_that_the_source_calls_final_is_asked_once_and_trips_nothing(
    served: Replay, connect: Callable[..., Client]
) -> None:
    served.fault("server_error")
    about = source(pace={"calls": 1000, "seconds": 0.01, "reason": "a test", "final": [500]})
    client = connect()
    for number in range(1, QUICK.breaker + 2):
        with pytest.raises(FetchError, match=r"failed \(status 500\)"):
            client.fetch(question(), about)
        assert len(served.asked) == number


def test_a_host_that_keeps_failing_is_left_alone_for_a_while(served: Replay, connect: Callable[..., Client]) -> None:
    served.serve("other.example.org", "/", body=b"[1]")
    client = connect(Limits(tries=1, breaker=2, rest=1))
    served.fault("server_error", host=HOST)
    kinds = []
    for _ in range(3):
        with pytest.raises(FetchError) as caught:
            client.fetch(question(), source())
        kinds.append(caught.value.kind)
    assert (kinds, len(served.asked)) == (["server", "server", "circuit_open"], 2)
    assert str(caught.value).startswith(f"{HOST}{PATH} was not asked: its host failed 2 times in a row.")
    assert client.fetch(question("https://other.example.org/"), source()).body() == b"[1]"
    served.heal()
    time.sleep(1.05)
    assert client.fetch(question(), source()).body() == BODY


def test_wrong_questions_do_not_speak_against_the_host(served: Replay, connect: Callable[..., Client]) -> None:
    client = connect()
    served.fault("not_found", times=QUICK.breaker + 1)
    for _ in range(QUICK.breaker + 1):
        with pytest.raises(FetchError, match="no such data"):
            client.fetch(question(), source())
    assert client.fetch(question(), source()).body() == BODY


def test_an_answer_tells_where_it_is_from(served: Replay, ask: Ask) -> None:
    reply = ask()
    assert (reply.status, reply.body(), reply.size_bytes) == (200, BODY, len(BODY))
    assert reply.url_public == f"{URL}?year=2020"
    assert reply.headers["Content-Type"] == "application/json"
    assert reply.headers["Smart21-Replay"] == served.address


def test_answers_on_disk_go_with_the_client(served: Replay, connect: Callable[..., Client], tmp_path: Path) -> None:
    client = connect(folder=tmp_path)
    path = client.fetch(question(), source()).path
    assert path is not None
    assert path.is_relative_to(tmp_path)
    client.close()
    assert list(tmp_path.iterdir()) == []


def test_packed_answers_are_unpacked(replay: Replay, ask: Ask) -> None:
    packed = gzip.compress(BODY[:20]) + gzip.compress(BODY[20:])  # two members are legal, and one answer
    replay.serve(HOST, PATH, body=packed, headers={"Content-Encoding": "gzip", "Content-Type": "application/json"})
    assert ask().body() == BODY


def test_only_news_is_asked_for(replay: Replay, ask: Ask) -> None:
    for name, path in (("ETag", "/tag"), ("Last-Modified", "/date")):
        replay.serve(HOST, path, body=BODY, headers={name: "Sat, 21 Nov 2026 00:00:00 GMT"})
        first = ask(question(f"https://{HOST}{path}"))
        again = ask(question(f"https://{HOST}{path}"), known=first.headers)
        assert (first.is_unchanged, again.is_unchanged) == (False, True)
        assert again.body() == b""
        assert again.headers["Content-Type"] == "application/json"


# Keys


def test_a_key_travels_in_the_query_and_stays_out_of_the_address_told(served: Replay, ask: Ask) -> None:
    reply = ask()
    assert served.asked[0].query == {"year": "2020", "key": KEY}
    assert not tells_the_key(repr(reply))


def test_a_key_travels_in_a_header(served: Replay, ask: Ask) -> None:
    key = {"variable": "SERVICE_KEY", "header": "X-Api-Key", "sign_up": "https://example.org/keys"}
    ask(about=source(key=key))
    assert served.asked[0].headers["x-api-key"] == KEY
    assert served.asked[0].query == {"year": "2020"}


def test_a_key_travels_in_a_json_object_that_is_sent(served: Replay, ask: Ask) -> None:
    ask(question(method="POST", body='{"seriesid": ["A"]}', parameters={}))
    (asked,) = served.asked
    assert (json.loads(asked.body), asked.query) == ({"seriesid": ["A"], "key": KEY}, {})
    assert asked.headers["content-type"] == "application/json"


def test_a_form_is_sent_as_a_form(served: Replay, ask: Ask) -> None:
    ask(question(method="POST", body="__VIEWSTATE=abc&format=json", media_type=FORM))
    (asked,) = served.asked
    assert (asked.body, asked.query["key"]) == (b"__VIEWSTATE=abc&format=json", KEY)
    assert asked.headers["content-type"] == "application/x-www-form-urlencoded"


@pytest.mark.parametrize("query", ["key=***&page=2", "page=2&key=***", "page=2&key=theirs&size=5"])
def test_the_link_to_a_next_page_gets_the_key_anew(served: Replay, ask: Ask, query: str) -> None:
    ask(question(f"{URL}?{query}", parameters={}))
    assert served.asked[0].query["key"] == KEY
    assert served.asked[0].query["page"] == "2"


@pytest.mark.parametrize("spell", [str, quote, quote_plus, lambda key: quote(quote(key, safe=""), safe="")])
def test_a_key_that_the_answer_repeats_is_taken_out(replay: Replay, ask: Ask, spell: Callable[[str], str]) -> None:
    link = json.dumps({"next": f"{URL}?key={spell(KEY)}&page=2"})
    replay.serve(HOST, PATH, body=link)
    reply = ask()
    assert reply.body().decode() == json.dumps({"next": f"{URL}?key=***&page=2"})
    assert reply.headers["Smart21-Redacted"]


@pytest.mark.parametrize(
    ("key", "words"), [("", "SERVICE_KEY is not set"), ("  ", "SERVICE_KEY is not set"), ("a\nb", "no key has")]
)
def test_without_a_key_nobody_is_asked(
    served: Replay, fails: Callable[..., FetchError], monkeypatch: pytest.MonkeyPatch, key: str, words: str
) -> None:
    monkeypatch.setenv("SERVICE_KEY", key)
    error = fails()
    assert (error.kind, served.asked) == ("no_key", [])
    assert words in str(error)


def test_a_key_that_is_not_required_may_be_missing(served: Replay, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SERVICE_KEY")
    key = {"variable": "SERVICE_KEY", "parameter": "key", "is_required": False, "sign_up": "https://example.org/keys"}
    assert ask(about=source(key=key)).body() == BODY
    assert served.asked[0].query == {"year": "2020"}


def test_a_key_does_not_travel_in_clear(served: Replay, fails: Callable[..., FetchError]) -> None:
    error = fails(question(f"http://{HOST}{PATH}"))
    assert (error.kind, served.asked) == ("bad_address", [])


@pytest.mark.parametrize("url", ["ftp://api.example.org/v1", "https:///v1", "https://exa mple.org/v1", "nothing"])
def test_a_bad_address_is_named(fails: Callable[..., FetchError], url: str) -> None:
    assert fails(question(url), source(key=None)).kind == "bad_address"


# Redirects


def moved(replay: Replay, target: str) -> None:
    replay.serve(HOST, "/old", status=302, headers={"Location": target})


def test_a_move_within_the_host_is_followed(served: Replay, ask: Ask) -> None:
    moved(served, f"{PATH}?year=2020")
    assert ask(question(f"https://{HOST}/old")).body() == BODY
    assert [asked.query for asked in served.asked] == [{"year": "2020", "key": KEY}] * 2


def test_a_move_to_a_page_of_the_host_is_no_answer(replay: Replay, fails: Callable[..., FetchError]) -> None:
    replay.serve(HOST, "/missing_key.html", body="<!DOCTYPE html><p>Sign up")
    moved(replay, "/missing_key.html")
    error = fails(question(f"https://{HOST}/old"))
    assert error.kind == "redirect"
    assert f"{HOST}/old sends us to https://{HOST}/missing_key.html instead" in str(error)


@pytest.mark.parametrize("target", ["https://elsewhere.example.org/v1", f"https://{HOST}:8443/v1", "/old", ""])
def test_no_other_move_is_followed(replay: Replay, fails: Callable[..., FetchError], target: str) -> None:
    moved(replay, target)
    assert fails(question(f"https://{HOST}/old")).kind == "redirect"
    assert {asked.host for asked in replay.asked} == {HOST}
    assert len(replay.asked) <= 3


def test_what_is_sent_is_not_sent_elsewhere(served: Replay, fails: Callable[..., FetchError]) -> None:
    moved(served, PATH)
    assert fails(question(f"https://{HOST}/old", method="POST", body="{}")).kind == "redirect"
    assert len(served.asked) == 1


@pytest.mark.parametrize(("status", "is_followed"), [(301, True), (302, True), (303, True), (307, False), (308, False)])
def test_a_form_is_answered_elsewhere_on_the_host(
    served: Replay, connect: Callable[..., Client], status: int, is_followed: bool
) -> None:
    served.serve(HOST, "/form", status=status, headers={"Location": f"{PATH}?year=2020"})
    form = question(f"https://{HOST}/form", method="POST", body="a=1", media_type=FORM)
    if is_followed:
        assert connect().fetch(form, source(key=None)).body() == BODY
        assert (served.asked[1].method, served.asked[1].body) == ("GET", b"")
    else:
        with pytest.raises(FetchError, match=rf"sends us to https://{HOST}{PATH} instead of answering"):
            connect().fetch(form, source(key=None))
        assert len(served.asked) == 1


def test_a_form_sent_to_a_sign_in_is_told(served: Replay, fails: Callable[..., FetchError]) -> None:
    served.serve(HOST, "/form", status=302, headers={"Location": "https://login.example.org/?next=form"})
    error = fails(question(f"https://{HOST}/form", method="POST", body="a=1", media_type=FORM), source(key=None))
    assert (error.kind, len(served.asked)) == ("redirect", 1)


def test_cookies_hold_for_one_walk_and_one_source(served: Replay, connect: Callable[..., Client]) -> None:
    served.serve(HOST, PATH, body=BODY, headers={"Set-Cookie": "session=abc; path=/; secure; HttpOnly"})
    client, other = connect(), source(id="other", key=None)
    for page, about in ((1, source()), (2, source()), (2, other), (1, source()), (2, source())):
        client.fetch(question(page=page), about)
    assert [asked.headers.get("cookie", "") for asked in served.asked] == ["", "session=abc", "", "", "session=abc"]


# Manners


def test_the_pace_of_a_source_is_kept_for_its_host(served: Replay, connect: Callable[..., Client]) -> None:
    served.serve("other.example.org", "/", body=b"[1]")
    client = connect(keeps_pace=True)
    slow = source(pace={"calls": 2, "seconds": 0.4, "reason": "a test"})
    began = time.monotonic()
    for _ in range(3):
        client.fetch(question(), slow)
    client.fetch(question(), source())  # another source, the same host
    assert 0.35 < time.monotonic() - began < 0.8 + SLACK
    waited = client.waited
    assert waited > 0.3
    client.fetch(question("https://other.example.org/"), source())
    assert client.waited - waited < 0.2


def test_tries_again_keep_the_pace_too(served: Replay, connect: Callable[..., Client]) -> None:
    served.fault("server_error")
    client = connect(keeps_pace=True)
    with pytest.raises(FetchError, match="status 500"):
        client.fetch(question(), source(pace={"calls": 1, "seconds": 0.4, "reason": "a test"}))
    assert client.waited > 0.3


def test_a_server_of_a_trial_is_asked_at_once(served: Replay, connect: Callable[..., Client]) -> None:
    client = connect()
    for _ in range(2):
        client.fetch(question(), source(pace={"calls": 1, "seconds": 60, "reason": "a test"}))
    assert client.waited == 0


def test_who_would_have_to_wait_too_long_for_a_turn_is_told(served: Replay, connect: Callable[..., Client]) -> None:
    client = connect(keeps_pace=True)
    hourly = source(pace={"calls": 1, "seconds": 3600, "reason": "a test"})
    client.fetch(question(), hourly)
    with pytest.raises(FetchError, match=r"was not asked: its pace allows the next call in 3\d\d\d s only"):
        client.fetch(question(), hourly)
    assert len(served.asked) == 1


def test_we_say_who_we_are(served: Replay, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    ask()
    assert served.asked[0].headers["user-agent"].startswith("smart21-benchmark/")
    monkeypatch.setenv("SMART21_CONTACT", "statistics@binhduong.example\r\nX-Other: 1")
    assert user_agent().endswith(" (statistics@binhduong.exampleX-Other: 1)")


def through_a_proxy(monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    for name in ("SMART21_REPLAY", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("http_proxy", proxy)


def test_a_proxy_of_the_environment_is_used(served: Replay, monkeypatch: pytest.MonkeyPatch) -> None:
    through_a_proxy(monkeypatch, served.url)
    with Client(QUICK) as client:
        assert client.fetch(question(f"http://{HOST}{PATH}"), source(key=None)).body() == BODY


def test_a_proxy_that_fails_is_named_without_its_password(
    replay: Replay, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    caplog.set_level(logging.DEBUG)
    replay.unreachable(HOST, "refused")
    closed = replay.address.partition(f"{HOST}=http://")[2]
    through_a_proxy(monkeypatch, f"http://user:{quote(KEY, safe='')}@{closed}")
    with Client(QUICK) as client, pytest.raises(FetchError) as caught:
        client.fetch(question(f"http://{HOST}{PATH}"), source(key=None))
    assert caught.value.kind == "proxy"
    assert_silent(caught.value, caplog.text, tmp_path / "lake")


@pytest.mark.parametrize("text", ["soon", "0", "-3", "nan"])
def test_a_time_limit_that_is_none_is_named(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("SMART21_TIMEOUT", text)
    with pytest.raises(ValueError, match=f"SMART21_TIMEOUT is '{text}'. Give a number of seconds above 0"):
        Limits.from_environment()


def test_a_time_limit_is_taken_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMART21_TIMEOUT", "2.5")
    assert Limits.from_environment() == Limits(total=2.5)
