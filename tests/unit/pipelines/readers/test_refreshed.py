"""Every fault through a whole refresh, for every reader: told in a sentence, and the last good figures stay in use."""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from kinds import COLUMNS, KINDS, Kind
from replay.faults import FAULTS
from replay.server import Replay

from pipelines.fetch import Client, Limits
from pipelines.refresh import Outcome, refresh
from pipelines.staging import stage
from warehouse.answers import Answers
from warehouse.home import Home
from warehouse.registry import load_registry
from warehouse.registry.sources import Source
from warehouse.revisions import Revisions
from warehouse.storage import open_storage

HOST, KEY = "office.example", "s3cret/of ours"
REPLIES = Path(__file__).parents[3] / "replies"
LIMITS = Limits(connect=1, read=2, total=4, tries=2, backoff=0.001, longest_wait=0.01, most_bytes=10**6, breaker=999)
HASTY = Limits(connect=1, read=0.1, total=0.2, tries=1, backoff=0.001, most_bytes=10**6, breaker=999)
YEARS = range(2010, 2020)
Row = tuple[str, ...]


def figure(area: str, year: int) -> float:
    return 50.5 + year - 2010 + (area != "A1")


def table(value: Callable[[str, int], object] = figure, year: Callable[[int], object] = str) -> list[Row]:
    """Rows of both areas of the office."""
    return [("people", area, str(year(at)), str(value(area, at))) for area in ("A1", "Á3") for at in YEARS]


class Office:
    """A service that answers in one way, and the stores that keep its answers."""

    def __init__(self, replay: Replay, home: Home, source: Source) -> None:
        self.replay, self.source, self.home = replay, source, home
        self.answers = Answers(open_storage(home.lake_address))
        self.revisions = Revisions(open_storage(home.lake_address))

    def serve(self, body: bytes) -> None:
        self.replay.serve(HOST, "/data", body=body)

    def refresh(self, limits: Limits = LIMITS) -> Outcome:
        """Ask; the last outcome."""
        with Client(limits) as client:
            return refresh(self.source, client, self.answers, self.revisions.add).outcomes[-1]

    def values(self) -> dict[tuple[str, str, str], str]:
        """Figures in use."""
        rows = stage(self.source, self.answers)
        assert rows["staged_id"].is_unique
        return {(row.area, row.year, row.series): row.value for row in rows.itertuples()}

    def in_use(self) -> list[str | None]:
        """Answers in use."""
        return [one.answer_id for one in self.answers.in_use(self.source.id)]

    def lost(self) -> list[str]:
        """Stored answers that are no longer what their names say, and files that hold the key."""
        files = [path for path in self.home.lake.rglob("*") if path.is_file()]
        bodies = [path for path in files if path.suffix == ".body"]
        damaged = [path.name for path in bodies if hashlib.sha256(path.read_bytes()).hexdigest() != path.stem]
        return damaged + [path.name for path in files if KEY.encode() in path.read_bytes()]


NAMED = {kind.name: kind for kind in KINDS}
READERS = [NAMED[name] for name in ("json_records", "jsonstat", "pxweb_form", "sdmx_csv", "table_xlsx")]
"""One kind of answer for every reader that is asked over the network; map tiles have a fixture of their own."""


def with_key(source: Source) -> Source:
    key = {"variable": "OFFICE_KEY", "parameter": "key", "sign_up": "https://office.example/keys"}
    pace = {"calls": 1000, "seconds": 0.01, "reason": "a test"}
    return Source.model_validate(source.model_dump(exclude_none=True) | {"key": key, "pace": pace})


@pytest.fixture
def office_of(replay: Replay, home: Home, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Office]:
    """Open an office that answers in a kind's way, and has answered once."""
    monkeypatch.setenv("OFFICE_KEY", KEY)

    def open_office(kind: Kind, body: bytes | None = None, **more: Any) -> Office:
        office = Office(replay, home, with_key(kind.source(**more)))
        office.serve(body or kind.body(table()))
        assert office.refresh().outcome == "good"
        return office

    return open_office


@pytest.fixture
def tiles(replay: Replay, home: Home, monkeypatch: pytest.MonkeyPatch) -> Office:
    """The office of map tiles: one file of the registry's own source."""
    monkeypatch.setenv("OFFICE_KEY", KEY)
    registry = load_registry()
    replay.load(REPLIES / "geoboundaries")
    outlines = registry.source["geoboundaries"]
    with Client(LIMITS) as client:
        refresh(outlines, client, Answers(open_storage(home.lake_address)), lambda revisions: None)
    calls = [{"url": f"https://{HOST}/data", "each": {"type": ["fixed"], "year": ["2019"]}}]
    entry = registry.source["ookla"].model_dump(exclude_none=True, exclude={"years"}) | {"calls": calls}
    office = Office(replay, home, with_key(Source.model_validate(entry)))
    office.serve((REPLIES / "ookla" / _first_fixed()).read_bytes())
    assert office.refresh().outcome == "good"
    return office


def _first_fixed() -> str:
    index = yaml.safe_load((REPLIES / "ookla" / "index.yml").read_text("utf-8"))
    return str(next(entry["file"] for entry in index if "fixed" in entry["url"]))


# Transport and bytes

SLOW = dict.fromkeys(("read_timeout", "slow_trickle", "slow_headers"), "answer")
TOLD = SLOW | {
    "cut": "broke off", "cut_chunks": "broke off", "half_gzip": "broke off", "hung_up": "broke off",
    "redirect_to_login": "sends us to https://login.example.org/sign-in instead", "redirect_insecure": "sends us to",
    "unauthorised": "status 401", "forbidden": "status 403", "not_found": "status 404", "conflict": "status 409",
    "too_large_now": "still preparing its answer (status 413)", "too_large_ever": "question too large (status 413)",
    "rate_limited": "asked too often", "rate_limited_for_a_second": "asked too often",
    "rate_limited_for_a_day": "asked too often", "rate_limited_oddly": "asked too often",
    "server_error": "status 500", "unavailable": "status 503", "bad_request": "status 400",
    "echo": "key=***", "empty": "gives an empty answer", "blank": "gives an empty answer",
    "no_content": "gives an empty answer", "gzip_bomb": "gives more than", "huge": "gives more than",
    "huge_unannounced": "gives more than", "broken_gzip": "cannot be unpacked",
    "error_object": "", "html": "", "html_called_json": "", "xml": "", "truncated": "", "latin_1": "",
}  # fmt: skip
"""What is said of each; where nothing stands here, each reader has words of its own."""
HARMLESS = {"trailing_nul", "bom"}
"""Marks that most readers pass over."""


def assert_told(office: Office, fault: str) -> bool:
    """Whether the fault ended in a failure, as it should."""
    office.replay.heal()
    office.replay.fault(fault, host=HOST)
    used = office.in_use()
    outcome = office.refresh(HASTY if fault in SLOW else LIMITS)
    if fault in HARMLESS and outcome.outcome != "failed":
        return False
    assert (outcome.outcome, office.in_use()) == ("failed", used), fault
    assert TOLD.get(fault, "") in outcome.reason, fault
    assert outcome.reason.startswith((HOST, f"{office.source.id}: ")), outcome.reason
    assert KEY not in outcome.reason
    return True


@pytest.mark.parametrize("kind", READERS, ids=str)
def test_every_fault_of_the_way_is_told_and_harms_nothing(kind: Kind, office_of: Callable[..., Office]) -> None:
    office = office_of(kind)
    assert_all_told(office)


def test_every_fault_of_the_way_is_told_and_harms_nothing_of_map_tiles(tiles: Office) -> None:
    assert_all_told(tiles)


def assert_all_told(office: Office) -> None:
    assert set(TOLD) | HARMLESS == set(FAULTS)
    before = office.values()
    assert sum(assert_told(office, fault) for fault in FAULTS) >= len(TOLD)
    assert office.values() == before
    office.replay.heal()
    assert office.refresh().outcome in {"unchanged", "good"}
    assert (office.values(), office.lost()) == (before, [])


@pytest.mark.parametrize("how", ["refused", "dns", "tls"])
@pytest.mark.parametrize("kind", READERS, ids=str)
def test_a_host_that_cannot_be_reached_harms_nothing(
    kind: Kind, how: str, office_of: Callable[..., Office], monkeypatch: pytest.MonkeyPatch
) -> None:
    office = office_of(kind)
    before = office.values()
    office.replay.unreachable(HOST, how)
    monkeypatch.setenv("SMART21_REPLAY", office.replay.address)
    assert office.refresh().outcome == "failed"
    assert (office.values(), office.lost()) == (before, [])


@pytest.mark.parametrize("kind", READERS, ids=str)
def test_a_failure_that_passes_is_no_failure(kind: Kind, office_of: Callable[..., Office]) -> None:
    office = office_of(kind)
    office.replay.fault("server_error", times=1)
    assert office.refresh().outcome == "unchanged"


# Content


@pytest.fixture(params=READERS, ids=str)
def office(request: pytest.FixtureRequest, office_of: Callable[..., Office]) -> Iterator[tuple[Kind, Office]]:
    """An office of each kind; whatever it answers, what was in use is whole afterwards."""
    made = office_of(request.param)
    yield request.param, made
    assert made.lost() == []


def answers_with(office: tuple[Kind, Office], rows: Sequence[Row], columns: Row = COLUMNS) -> tuple[Outcome, bool]:
    """How a refresh ends, and whether the figures in use are those of before."""
    kind, made = office
    before = made.values()
    made.serve(kind.body(rows, columns))
    return made.refresh(), made.values() == before


def is_cube(kind: Kind) -> bool:
    return "cube" in kind.write.__name__


HELD_BACK = {
    "values times 1000": (table(lambda area, year: 1000 * figure(area, year)), "1,000 times what they were"),
    "percent to share": (table(lambda area, year: figure(area, year) / 100), "a hundredth of what they were"),
    "decimal comma": (table(lambda area, year: str(figure(area, year)).replace(".", ",")), "0 figures, where there"),
    "only marks": (table(lambda area, year: ".."), "0 figures, where there were 20"),
    "ROC years": (table(year=lambda year: year - 1911), "0 figures, where there were 20"),
    "a community gone": (table()[:10], "10 figures, where there were 20"),
}  # fmt: skip


@pytest.mark.parametrize("what", HELD_BACK)
def test_what_is_beyond_belief_waits(office: tuple[Kind, Office], what: str) -> None:
    rows, words = HELD_BACK[what]
    outcome, is_same = answers_with(office, rows)
    assert (outcome.outcome, is_same) == ("quarantined", True)
    assert words in outcome.reason
    assert office[1].revisions.table()["is_suspicious"].any()


def test_a_community_that_was_merged_away_waits(replay: Replay, office_of: Callable[..., Office]) -> None:
    """One of many, so that the answer as a whole hardly shrinks."""
    kind = READERS[0]
    areas = [{"code": f"A{n}", "area": f"place_{n}", "name": f"Place {n}", "level": "local"} for n in range(6)]
    rows = [("people", f"A{n}", str(year), str(50 + n)) for n in range(6) for year in YEARS]
    office = office_of(kind, kind.body(rows), areas=areas)
    outcome, is_same = answers_with((kind, office), rows[10:])
    assert (outcome.outcome, is_same) == ("quarantined", True)
    assert "no figure of area A0 is left, where there were 10" in outcome.reason


def test_zero_rows_are_a_failure(office: tuple[Kind, Office]) -> None:
    kind, made = office
    before = made.values()
    empty = kind.body(()) if not is_cube(kind) else _without_cells(kind.body(table()))
    made.serve(empty)
    outcome = made.refresh()
    assert (outcome.outcome, made.values()) == ("failed", before)
    assert "no rows" in outcome.reason


def _without_cells(body: bytes) -> bytes:
    document = json.loads(body.rstrip(b"\0"))
    document.get("dataset", document)["value"] = {}
    return json.dumps(document, ensure_ascii=False).encode()


def test_a_renamed_column_is_a_failure(office: tuple[Kind, Office]) -> None:
    outcome, is_same = answers_with(office, table(), ("SERIES", "AREA", "PERIOD", "OBS_VALUE"))
    assert (outcome.outcome, is_same) == ("failed", True)
    assert "PERIOD" in outcome.reason or "YEAR" in outcome.reason


def test_a_new_dimension_is_a_failure(office: tuple[Kind, Office]) -> None:
    rows = [(series, sex, area, year, number + sex) for series, area, year, number in table() for sex in ("1", "2")]
    outcome, is_same = answers_with(office, rows, ("SERIES", "SEX", "AREA", "YEAR", "OBS_VALUE"))
    assert (outcome.outcome, is_same) == ("failed", True)
    assert "'SEX'" in outcome.reason


def test_reordered_columns_change_nothing(office: tuple[Kind, Office]) -> None:
    order = [2, 0, 1, 3] if is_cube(office[0]) else [3, 2, 0, 1]
    rows = [tuple(row[place] for place in order) for row in table()]
    outcome, is_same = answers_with(office, rows, tuple(COLUMNS[place] for place in order))
    assert (outcome.outcome, outcome.revisions, is_same) == ("good", 0, True)


def test_duplicated_rows_are_no_new_figures(office: tuple[Kind, Office]) -> None:
    outcome, is_same = answers_with(office, [*table(), table()[0]])
    assert (outcome.outcome in {"good", "unchanged"}, outcome.revisions, is_same) == (True, 0, True)


def test_codes_that_shift_by_position_mislead_nobody(office: tuple[Kind, Office]) -> None:
    """A place is put in before ours: in cubes of positions every code after it means another place."""
    outcome, is_same = answers_with(office, [("people", "A0", str(year), "1") for year in YEARS] + table())
    assert (outcome.outcome, outcome.revisions, is_same) == ("good", 0, True)


def test_marks_are_kept_as_printed_and_never_a_number(office: tuple[Kind, Office]) -> None:
    marks = {2017: "..", 2018: "X", 2019: "-"}
    outcome, _ = answers_with(office, table(lambda area, year: marks.get(year, figure(area, year))))
    assert outcome.outcome == "good"
    values = office[1].values()
    assert {year: values["A1", str(year), "people"] for year in marks} == marks


def test_odd_years_stand_beside_the_others_as_printed(office: tuple[Kind, Office]) -> None:
    odd = [("people", area, year, "60.5") for area in ("A1", "Á3") for year in ("Prel. 2024", "2999")]
    outcome, _ = answers_with(office, table() + odd)
    assert (outcome.outcome, outcome.revisions) == ("good", 4)
    values = office[1].values()
    assert {values["A1", year, "people"] for year in ("Prel. 2024", "2999")} == {"60.5"}


# Pages


def test_paging_that_never_ends_is_a_failure(replay: Replay, office_of: Callable[..., Office]) -> None:
    kind = NAMED["json_pages"]
    short = replace(kind, reader=kind.reader | {"paging": kind.reader["paging"] | {"most": 3}})
    office = office_of(short)
    before = office.values()
    for page in range(1, 6):
        rows = [dict(zip(COLUMNS, ("people", "A1", str(2000 + page), "1"), strict=True))]
        query = {"page": str(page)} if page > 1 else {}
        replay.serve(HOST, "/data", query, json.dumps({"rows": rows, "pages": 10**6}))
    asked = len(replay.asked)
    outcome = office.refresh()
    assert (outcome.outcome, office.values(), len(replay.asked) - asked) == ("failed", before, 3)
    assert "paging does not end: 3 pages" in outcome.reason


def test_a_page_that_comes_again_is_a_failure(replay: Replay, office_of: Callable[..., Office]) -> None:
    kind = NAMED["json_pages"]
    office = office_of(kind)
    before = office.values()
    replay.serve(HOST, "/data", body=kind.body(table()).replace(b'"pages": 1', b'"pages": 2'))
    outcome = office.refresh()
    assert (outcome.outcome, office.values()) == ("failed", before)
    assert "the service repeats itself" in outcome.reason
