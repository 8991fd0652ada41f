"""Packs of the shipped release: its numbers and sources, opened by the programs that people have."""

import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import docx
import openpyxl
import pandas as pd
import pytest
from docx.oxml.ns import qn
from installation import Ended, Installation
from playwright.sync_api import sync_playwright

from assets.definitions import definitions
from assets.evidence_pack import PACKS
from pipelines.evidence.language import translator
from pipelines.evidence.pack.columns import columns_of
from pipelines.evidence.pack.make import Request
from pipelines.evidence.pack.model import Answer

Smart21 = Callable[..., Ended]
VIETNAMESE = translator("vi")
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
KEY = "community_id = 'binh_duong' AND framework_id = 'icf' AND edition_id = '2019'"


@pytest.fixture(scope="module")
def pack(built: Installation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Bình Dương, ICF, 2019, in Vietnamese, made by the command in a process of its own."""
    out = tmp_path_factory.mktemp("pack") / "Hồ sơ Bình Dương"
    ended = built.run("evidence", "--language", "vi", "--out", str(out))
    assert ended.code == 0, ended.err
    assert f"Evidence pack: {out}" in ended.out
    assert "evidence.docx" in ended.err  # said on the way
    return out


@pytest.fixture(scope="module")
def published(built: Installation) -> pd.DataFrame:
    return built.ask(f"SELECT * FROM mart.evidence_answer WHERE {KEY} ORDER BY position").set_index("data_point")


@pytest.fixture(scope="module")
def content(pack: Path) -> dict[str, Any]:
    return dict(json.loads((pack / "evidence.json").read_text(encoding="utf-8")))


def _missing(value: Any) -> Any:
    return None if pd.isna(value) else value


NUMBERS = ("value", "year", "age", "rank", "rank_of", "rank_low", "rank_high", "peer_median", "peer_best")


def test_every_data_point_is_in_the_json_with_its_published_numbers(
    content: dict[str, Any], published: pd.DataFrame
) -> None:
    told = {one["data_point"]: one for one in content["answers"]}
    assert told.keys() == set(published.index)
    for data_point, row in published.iterrows():
        one = told[str(data_point)]
        assert {name: one[name] for name in NUMBERS} == {name: _missing(row[name]) for name in NUMBERS}
        assert (one["status"], one["sentence"]) == (row["status"], row["sentence_vi"])


def test_every_number_of_the_workbook_is_published(pack: Path, published: pd.DataFrame) -> None:
    sheet = openpyxl.load_workbook(pack / "evidence.xlsx")["Câu trả lời"]
    names = [column.name for column in columns_of(Answer)]
    rows = {row[names.index("data_point")]: row for row in sheet.iter_rows(min_row=2, values_only=True)}
    assert rows.keys() == set(published.index)
    for data_point, row in published.iterrows():
        for name in NUMBERS:
            wanted = _missing(row[name])
            if wanted is not None:
                wanted = pytest.approx(wanted, rel=1e-15)  # a workbook holds 16 digits
            assert rows[data_point][names.index(name)] == wanted, (data_point, name)


def _cells(table: Any) -> Iterator[list[str]]:
    for row in table.rows[1:]:
        yield [" ".join(one.text or "" for one in cell._tc.iter(qn("w:t"))) for cell in row.cells]


def _numbers(text: str) -> set[str]:
    return set(re.findall(r"\d[\d.,]*", text))


def test_every_number_beside_an_answer_of_the_document_is_published(
    pack: Path, content: dict[str, Any], published: pd.DataFrame
) -> None:
    questions = {one["question"]: one["data_point"] for one in content["answers"]}
    seen = 0
    for table in docx.Document(str(pack / "evidence.docx")).tables:
        for question, *_, beside in _cells(table):
            name = next((one for one in questions if question.startswith(one)), None)
            if name is None or pd.isna(published.loc[questions[name], "value"]):
                continue
            row, seen = published.loc[questions[name]], seen + 1
            best_peer = next(one["best_peer"] for one in content["answers"] if one["question"] == name)
            figures = [
                VIETNAMESE.number(row[one]) for one in ("value", "peer_median", "peer_best") if pd.notna(row[one])
            ]
            counts = [
                str(row[one]) for one in ("year", "rank", "rank_of", "rank_low", "rank_high") if pd.notna(row[one])
            ]
            known = {*figures, *counts} | _numbers(VIETNAMESE.registry(row["unit"])) | _numbers(best_peer)
            assert _numbers(beside) <= known, question
            assert figures[0] in beside
    assert seen == published["value"].notna().sum() > 0


def test_scores_and_ranks_of_the_peers_are_the_published_ones(content: dict[str, Any], built: Installation) -> None:
    board = built.ask(
        "FROM mart.leaderboard WHERE framework_id = 'icf' AND edition_id = '2019' AND basis = 'with_proxies'"
    )
    totals = {one["community_id"]: one for one in content["peers"] if one["level"] == "total"}
    assert totals.keys() == set(board["community_id"])
    for row in board.itertuples():
        assert totals[row.community_id]["score"] == _missing(row.score)
        assert totals[row.community_id]["rank"] == _missing(row.rank)


def test_every_source_is_a_stored_answer_or_a_document(content: dict[str, Any], built: Installation) -> None:
    stored = set(built.ask("SELECT answer_id FROM raw.answer")["answer_id"])
    documents = set(built.ask("SELECT document_id FROM core.document")["document_id"])
    for source in content["sources"]:
        if source["kind"] == "figure":
            assert source["answer_id"] in stored
            assert source["locators"]
        else:
            assert source["document_id"] in documents
    cited = {
        number
        for table in content.values()
        if isinstance(table, list)
        for row in table
        for number in row.get("references", ())
    }
    assert cited == {source["number"] for source in content["sources"]}


def test_a_word_processor_makes_pages_of_the_document(pack: Path, tmp_path: Path) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice Writer is not installed")
    command = [office, f"-env:UserInstallation={tmp_path.as_uri()}/profile", "--headless", "--convert-to", "pdf"]
    subprocess.run(
        [*command, "--outdir", tmp_path, pack / "evidence.docx"], check=True, capture_output=True, timeout=120
    )
    pages = len(re.findall(rb"/Type\s*/Page\b", (tmp_path / "evidence.pdf").read_bytes()))
    assert 15 <= pages <= 80


def test_a_browser_shows_the_page_without_complaint_and_without_a_bar_at_its_foot(pack: Path) -> None:
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    said: list[str] = []
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for width in (1200, 400):
            page = browser.new_page(viewport={"width": width, "height": 900})
            page.on("console", lambda message: said.append(message.text))
            page.on("pageerror", lambda error: said.append(str(error)))
            page.on(
                "request",
                lambda request: None if request.url.startswith(("file:", "data:")) else said.append(request.url),
            )
            page.goto((pack / "evidence.html").as_uri())
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert page.title() == "Bình Dương: minh chứng cho Diễn đàn Cộng đồng Thông minh (ICF)"
        browser.close()
    assert said == []


def test_the_asset_makes_a_pack_beside_the_programme(
    built: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = built.copy(tmp_path)
    monkeypatch.setenv("SMART21_HOME", str(copy.root))
    key = "binh_duong.navigator.2019.en"
    with dg.DagsterInstance.ephemeral() as instance:
        result = definitions.resolve_job_def("evidence").execute_in_process(instance=instance, partition_key=key)
    assert result.success
    folder = copy.home.exports / Request(*key.split(".")).name
    pack = json.loads((folder / "evidence.json").read_text(encoding="utf-8"))
    followed = copy.ask("SELECT target_id, status, actual FROM mart.target_progress WHERE community_id = 'binh_duong'")
    told = {one["target_id"]: (one["status"], one["actual"]) for one in pack["targets"]}
    assert told == {row.target_id: (row.status, _missing(row.actual)) for row in followed.itertuples()}
    helix = copy.ask(
        "SELECT initiative_id, government, business, school FROM mart.helix WHERE community_id = 'binh_duong'"
    )
    counts = {
        one["initiative_id"]: [len(one[house]) for house in ("government", "business", "school")]
        for one in pack["initiatives"]
    }
    assert counts == {row.initiative_id: [row.government, row.business, row.school] for row in helix.itertuples()}
    references = {one["community"] for one in pack["peers"] if not one["is_ranked"]}
    assert references == {"Daejeon", "Brainport Eindhoven"}


def test_a_sensor_asks_for_every_pack_once_a_release(built: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMART21_HOME", str(built.root))
    sensor = definitions.resolve_sensor_def("new_release")
    with dg.DagsterInstance.ephemeral() as instance:
        first = sensor.evaluate_tick(dg.build_sensor_context(instance=instance, definitions=definitions))
        again = sensor.evaluate_tick(
            dg.build_sensor_context(instance=instance, definitions=definitions, cursor=first.cursor)
        )
    assert {request.partition_key for request in first.run_requests} == set(PACKS)
    assert again.run_requests == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--community", "bin duong"], "Community 'bin duong' is not known. Did you mean binh_duong"),
        (["--framework", "icff"], "Framework 'icff' is not known. There are: icf, navigator, wta."),
        (["--edition", "1999"], "Edition '1999' is not known."),
        (["--language", "fr"], "Language 'fr' is not known. There are: en, vi."),
        (["--out", "/dev/null/pack"], "/dev/null"),
    ],
)
def test_a_mistake_ends_in_a_sentence(arguments: list[str], said: str, smart21: Smart21, built: Installation) -> None:
    ended = smart21(built, "evidence", *arguments)
    assert ended.code == 2
    assert said in ended.said
    assert "Traceback" not in ended.said


def test_a_pack_that_is_there_is_left_alone(smart21: Smart21, built: Installation, pack: Path) -> None:
    before = (pack / "manifest.json").read_bytes()
    ended = smart21(built, "evidence", "--language", "vi", "--out", str(pack))
    assert ended.code == 2
    assert "--force replaces it" in ended.said
    assert (pack / "manifest.json").read_bytes() == before
