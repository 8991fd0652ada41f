"""What docs/sources.md says is so, and its walk-through leads where it says."""

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from replay.server import Replay

from pipelines.fetch import Client
from pipelines.harmonise import harmonise
from pipelines.refresh import refresh
from pipelines.staging import stage
from warehouse.answers import Answers
from warehouse.home import Home
from warehouse.registry import load_registry
from warehouse.registry.sources import Source
from warehouse.storage import open_storage

ROOT = Path(__file__).parents[2]
TESTS = ROOT / "tests" / "unit" / "pipelines"
FAULTS = 42
"""Each that a service has been seen, or must be expected, to commit."""

PAGE = (ROOT / "docs" / "sources.md").read_text(encoding="utf-8")
ROWS = [[cell.strip() for cell in line.split("|")[1:-1]] for line in PAGE.splitlines() if line.startswith("|")]
SERVICES = {row[0].strip("`"): row for row in ROWS if len(row) == 8 and row[0].startswith("`")}
ASKED = {source.id: source for source in load_registry().sources if source.calls}


def block(language: str) -> str:
    """The one block of a language."""
    (found,) = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    return found


def test_every_service_has_its_row() -> None:
    assert list(SERVICES) == sorted(ASKED)


@pytest.mark.parametrize("source", ASKED.values(), ids=ASKED)
def test_a_row_says_what_the_file_says(source: Source) -> None:
    _, what, licence, key, pace, days, series, areas = SERVICES[source.id]
    assert what.partition(":")[0] in source.producer
    assert licence.removeprefix("not open: ") in source.licence
    assert licence.startswith("not open: ") is not source.is_open
    assert key == (f"`{source.key.variable}`" if source.key else "-")
    assert source.pace is not None
    assert pace == f"{source.pace.calls} in {source.pace.seconds:g} s"
    assert [int(days), int(series), int(areas)] == [
        source.rhythm_days,
        len(source.series),
        len({area.area for area in source.areas}),
    ]


def test_all_that_is_unconfirmed_is_told() -> None:
    lines = dict(re.findall(r"^- `(\w+)`: (.*)\.$", PAGE, re.MULTILINE))
    assert lines == {source.id: "; ".join(source.unconfirmed) for source in ASKED.values() if source.unconfirmed}


def test_every_fault_names_a_test_that_there_is() -> None:
    rows = [row for row in ROWS if len(row) == 4 and "::" in row[3]]
    assert len(rows) == FAULTS
    for fault, _, modules, test in rows:
        file, _, name = test.strip("`").partition("::")
        assert re.search(rf"^def {name}\(", (TESTS / file).read_text("utf-8"), re.MULTILINE), fault
        for module in re.findall(r"`(\S+\.py)`", modules):
            assert (ROOT / "pipelines" / module).is_file(), fault


def test_the_walk_through_leads_to_figures(home: Home, tmp_path: Path, replay: Replay) -> None:
    files = tmp_path / "registry"
    shutil.copytree(load_registry().root, files, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    (files / "sources" / "example_bank.yml").write_text(block("yaml"), encoding="utf-8")
    registry = load_registry(files)
    source = registry.source["example_bank"]
    path = "/v2/country/NLD;VNM/indicator/EDB.NET.FIX"
    replay.serve("api.example.org", path, {"format": "json"}, json.dumps(json.loads(block("json"))))
    answers = Answers(open_storage(home.lake_address))
    with Client() as client:
        refreshed = refresh(source, client, answers, lambda revisions: None)
    assert (refreshed.status, refreshed.rows, refreshed.error) == ("good", 3, "")
    made = harmonise(stage(source, answers), replace(registry, corrections=()))
    seen = made.observation[["series", "area_id", "year", "value", "indicator_id"]].astype("str").to_numpy().tolist()
    assert seen == [row for row in ROWS if len(row) == 5 and row[0] == "EDB.NET.FIX"]
    assert made.rejected["detail"].str.contains("no figure for the year").tolist() == [True]
