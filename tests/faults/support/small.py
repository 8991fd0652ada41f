"""A valid registry of which a run is quick: the shipped one with less in it.

Put here: making it, and changing one figure of it.
Not here: installations.

It has one edition, one framework, the figures of three local files, of the national ones those of four years, a few
draws of the assumptions, and no register of evidence. Communities and indicators are the shipped ones.
"""

import csv
import io
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml
from installation import registry_copy

EDITION, FRAMEWORK, DRAWS = "2019", "icf", 4
LOCAL = {"binh_duong", "community_statistics", "national_series"}
YEARS = {"2015", "2016", "2017", "2018"}
CHANGED = "curated/binh_duong.csv"
"""File whose first figure `change` changes."""


def small_registry(folder: Path) -> Path:
    """Make it below a folder; returns its root."""
    root = registry_copy(folder)
    shutil.rmtree(root / "evidence")
    for path in (root / "sources").glob("*.yml"):
        if path.stem not in LOCAL:
            path.unlink()
    _edit(root / "editions.yml", lambda editions: [one for one in editions if one["id"] == EDITION])
    _edit(root / "frameworks" / f"{FRAMEWORK}.yml", _few_draws)
    for path in (*(root / "frameworks").glob("*.yml"), *(root / "methods").glob("*.yml")):
        if path.stem != FRAMEWORK:
            path.unlink()
    header, *rows = _rows(root / "curated" / "national_series.csv")
    year = header.index("year")
    _write_rows(root / "curated" / "national_series.csv", [header, *(row for row in rows if row[year] in YEARS)])
    return root


def change(root: Path, number: int) -> str:
    """Give the first figure of a curated file another value; returns the value."""
    header, first, *rows = _rows(root / CHANGED)
    value = f"{100 + number}"
    first[header.index("value")] = value
    _write_rows(root / CHANGED, [header, first, *rows])
    return value


def _few_draws(framework: dict[str, Any]) -> dict[str, Any]:
    if assumptions := framework.get("uncertainty"):
        assumptions |= {"draws": DRAWS, "sensitivity_draws": DRAWS}
    return framework


def _edit(path: Path, edit: Callable[[Any], Any]) -> None:
    content = edit(yaml.safe_load(path.read_text(encoding="utf-8")))
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")


def _rows(path: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))


def _write_rows(path: Path, rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
