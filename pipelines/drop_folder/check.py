"""Read a file of the drop folder and report on every row.

Put here: from bytes to accepted figures and findings.
Not here: single rows (`rows.py`), printing a report (`assets/cli/drop_folder.py`).
"""

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from pipelines.drop_folder.cells import MOST_BYTES, Sheet, read_csv
from pipelines.drop_folder.findings import Finding, Place, UnreadableError, texts
from pipelines.drop_folder.rows import Figure, Judge, judge_repeats
from pipelines.drop_folder.workbook import read_workbook
from pipelines.meaning import meanings, places
from warehouse.registry import Registry
from warehouse.registry.sources import Source

_WORKBOOK = (b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0")


@dataclass(frozen=True)
class Report:
    """What became of one file.

    Attributes:
        file: its name.
        rows: how many there were.
        figures: of the accepted rows.
        findings: in the file's order.
    """

    file: str
    rows: int
    figures: tuple[Figure, ...]
    findings: tuple[Finding, ...]

    @property
    def is_read(self) -> bool:
        """Whether anything of the file was read."""
        return not any(finding.weight == "file" for finding in self.findings)

    @property
    def refused(self) -> int:
        """Rows that were not accepted."""
        return self.rows - len(self.figures)

    @property
    def is_clean(self) -> bool:
        """Whether everything in the file was accepted."""
        return all(finding.weight == "note" for finding in self.findings)


def sheet_title(sheet: str) -> str:
    """What a sheet of the template is called: both languages."""
    names = texts()["sheets"][sheet]
    return f"{names['vi']} - {names['en']}"


OWN_SHEETS = ("instructions", "lists")
"""Sheets of the template that hold no figures."""


def read_file(name: str, body: bytes, source: Source, this_year: int) -> Report:
    """Read one file, with nothing but what its source says.

    Args:
        name: of the file, without folders; for reports.
        body: its bytes.
        source: whose reader is a drop folder.
        this_year: the latest year of which there can be a figure.

    Raises:
        UnreadableError: nothing of it can be read.
    """
    sheets = _sheets(name, body)
    judge = Judge(source, this_year)
    figures: list[Figure] = []
    findings: list[Finding] = []
    for sheet in sheets:
        accepted, found = judge.sheet(sheet)
        figures += accepted
        findings += [*sheet.findings, *found]
    kept, repeats = judge_repeats(figures)
    findings += repeats
    rows = sum(len(sheet.rows) for sheet in sheets)
    if not rows and not any(finding.key == "no_rows" for finding in findings):
        raise UnreadableError(_with_reason(name, findings))
    # Beside a sheet of figures, one without a header is somebody's notes.
    findings = [replace(finding, weight="note") if finding.key == "no_header" else finding for finding in findings]
    return Report(name, rows, tuple(kept), tuple(findings))


def check_files(paths: Iterable[Path], source: Source, registry: Registry, this_year: int) -> list[Report]:
    """Read files as if they were dropped, and judge their figures by the registry and by one another too.

    Args:
        paths: files; none is changed.
        source: whose reader is a drop folder.
        registry: knows what values are possible and when areas existed.
        this_year: the latest year of which there can be a figure.
    """
    reports = [_check(path, source, this_year) for path in paths]
    among, repeats = judge_repeats(figure for report in reports for figure in report.figures)
    judge = _by_registry(source, registry)
    refused = {finding.place: finding for finding in repeats}
    refused |= {figure.place: finding for figure in among if (finding := judge(figure))}
    return [
        replace(
            report,
            figures=tuple(figure for figure in report.figures if figure.place not in refused),
            findings=(
                *report.findings,
                *(refused[figure.place] for figure in report.figures if figure.place in refused),
            ),
        )
        for report in reports
    ]


def _check(path: Path, source: Source, this_year: int) -> Report:
    try:
        return read_file(path.name, load(path), source, this_year)
    except UnreadableError as error:
        return Report(path.name, 0, (), (error.finding,))


def load(path: Path) -> bytes:
    """The bytes of a file; of one that is too large a byte too many.

    Raises:
        UnreadableError: it cannot be read, or somebody is writing it.
    """
    try:
        with path.open("rb") as file:
            before = os.fstat(file.fileno())
            body = file.read(MOST_BYTES + 1)
            after = path.stat()
    except OSError as error:
        facts = {"reason": error.strerror or type(error).__name__}
        raise UnreadableError(Finding(Place(path.name), "file", "not_readable", facts)) from error
    if (before.st_size, before.st_mtime_ns, before.st_ino) != (after.st_size, after.st_mtime_ns, after.st_ino):
        raise UnreadableError(Finding(Place(path.name), "file", "being_written"))
    return body


def _sheets(name: str, body: bytes) -> list[Sheet]:
    if len(body) > MOST_BYTES:
        raise UnreadableError(Finding(Place(name), "file", "too_large", {"most": MOST_BYTES // 1_000_000}))
    if not body.strip():
        raise UnreadableError(Finding(Place(name), "file", "empty"))
    if body.startswith(_WORKBOOK):
        return read_workbook(name, body, [sheet_title(sheet) for sheet in OWN_SHEETS])
    return [read_csv(name, body)]


def _with_reason(name: str, findings: Iterable[Finding]) -> Finding:
    """Why no sheet could be read: the sheet's own reason where there is only one."""
    reasons = [finding for finding in findings if finding.weight == "sheet"]
    if len(reasons) == 1:
        return replace(reasons[0], weight="file")
    return Finding(Place(name), "file", "no_sheet")


def _by_registry(source: Source, registry: Registry) -> Callable[[Figure], Finding | None]:
    """What the registry would refuse; money is judged later, when other figures convert it."""
    place_of, meaning_of = places(registry), meanings(registry)
    names = {area.code: area.name for area in source.areas}

    def judge(figure: Figure) -> Finding | None:
        place = place_of(source.id, figure.area)
        if not place.first <= int(figure.year) <= place.last:
            facts: dict[str, object] = {"area": names[figure.area], "year": figure.year}
            return Finding(figure.place, "row", "did_not_exist", facts)
        meaning = meaning_of(source.id, figure.series, figure.unit)
        if meaning.currency or meaning.low <= float(figure.value) * meaning.factor <= meaning.high:
            return None
        facts = {"value": figure.value, "unit": figure.unit, "unit_of_indicator": meaning.unit}
        facts |= {name: f"{limit:g}" for name, limit in (("low", meaning.low), ("high", meaning.high))}
        return Finding(figure.place, "row", "beyond_range", facts)

    return judge
