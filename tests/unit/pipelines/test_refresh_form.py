"""The walk through the form of the Vietnamese office, against a server that insists on its cookie."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from replay.faults import LOGIN_PAGE
from replay.server import Replay

from pipelines.fetch import Client
from pipelines.refresh import Refreshed, refresh
from pipelines.staging import stage
from warehouse.answers import Answers
from warehouse.registry import load_registry
from warehouse.storage import Folder

REPLIES = Path(__file__).parents[2] / "replies" / "nso_viet_nam"
SOURCE = load_registry().source["nso_viet_nam"]
ADDRESS = urlsplit(SOURCE.calls[0].url)
HOST, PATH = ADDRESS.netloc, ADDRESS.path
FILE = f"{PATH}tableViewLayout1/"
COOKIE = "ASP.NET_SessionId=w3j1"
LINKED = '<html><body><a href="tableViewLayout1/?downloadfile=FileTypeJsonStat">Save as JSON-stat</a></body></html>'


@pytest.fixture
def form(replay: Replay) -> Replay:
    """The office: the form for everybody, all else for those who bring the form's cookie."""
    cookie = {"Set-Cookie": f"{COOKIE}; path=/; secure; HttpOnly; SameSite=Lax"}
    replay.serve(HOST, PATH, body=REPLIES / "01.html", headers=cookie)
    for path in (PATH, FILE):
        replay.serve(HOST, path, status=403, body=LOGIN_PAGE, method="POST" if path == PATH else None)
    replay.serve(HOST, FILE, body=REPLIES / "file.json", cookie=COOKIE)
    return replay


@pytest.fixture
def answers(tmp_path: Path) -> Answers:
    return Answers(Folder(tmp_path))


@pytest.fixture
def ask(form: Replay, answers: Answers, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Refreshed]:
    monkeypatch.setenv("SMART21_REPLAY", form.address)

    def ask() -> Refreshed:
        with Client() as client:
            return refresh(SOURCE, client, answers, lambda revisions: None)

    return ask


@pytest.mark.parametrize(
    ("answer", "pages"),
    [
        pytest.param({"body": REPLIES / "file.json"}, 2, id="the file"),
        pytest.param({"status": 302, "headers": {"Location": FILE}}, 2, id="a redirect to the file"),
        pytest.param({"body": LINKED}, 3, id="a page that links to the file"),
    ],
)
def test_the_form_is_filled_in_and_its_file_read(
    form: Replay, answers: Answers, ask: Callable[[], Refreshed], answer: dict[str, Any], pages: int
) -> None:
    form.serve(HOST, PATH, method="POST", cookie=COOKIE, **answer)
    result = ask()
    assert (result.status, result.error) == ("good", "")
    assert len(answers.in_use(SOURCE.id)) == pages
    sent = next(asked for asked in form.asked if asked.method == "POST")
    assert sent.headers["content-type"] == "application/x-www-form-urlencoded"
    assert parse_qs(sent.body.decode())["__VIEWSTATE"] == ["c3RhdGU="]
    rows = stage(SOURCE, answers)
    assert {*rows["area"]} == {"Binh Duong"}
    assert {item.code for item in SOURCE.series} == {*rows["series"]}
    assert answers.body(SOURCE.id, str(rows["answer_id"].iloc[0])).endswith(b"\0")
    assert ask().status == "unchanged"


def test_a_form_that_leads_to_a_sign_in_says_so(form: Replay, ask: Callable[[], Refreshed]) -> None:
    form.serve(HOST, PATH, method="POST", status=302, headers={"Location": "https://login.example.org/?next=x"})
    result = ask()
    assert result.status == "failed"
    assert "sends us to https://login.example.org/ instead of answering" in result.error


def test_without_the_cookie_the_office_answers_nobody(form: Replay, ask: Callable[[], Refreshed]) -> None:
    """The server of this test does insist."""
    form.serve(HOST, PATH, method="POST", cookie="another=1", body=REPLIES / "file.json")
    assert "forbids the answer (status 403)" in ask().error
