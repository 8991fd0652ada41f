"""Judge the rows of a sheet: each is a figure, or is refused with everything that is wrong with it.

Put here: what a row must satisfy by itself and among the rows of its file.
Not here: what the registry knows about values (`check.py`), numbers and years (`numbers.py`).
"""

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from openpyxl.worksheet.cell_range import CellRange

from pipelines.drop_folder.cells import Cell, Row, Sheet, clean
from pipelines.drop_folder.columns import CHOICES, REQUIRED, title
from pipelines.drop_folder.findings import LANGUAGES, Finding, Place, shown
from pipelines.drop_folder.numbers import Reading, read_number, read_year
from warehouse.contracts import contract_of, describe
from warehouse.registry.entry import AREA_LEVELS, QUALITIES
from warehouse.registry.sources import Source

_ADDRESS = re.compile(r"https?://[^\s/?#]+\.[^\s/?#]+([/?#]\S*)?", re.IGNORECASE)
_MOST_LISTED = 8
_MOST_MERGED = 200  # ranges of a sheet; cells of later ones are told to be empty, as they are


@dataclass(frozen=True)
class Figure:
    """One accepted row; the names are those of `staging.figure`.

    Attributes:
        place: the cell of the value.
        document: what the figure stands in, where it has no address.
    """

    place: Place
    series: str
    unit: str
    area: str
    area_name: str
    area_level: str
    is_proxy: bool
    year: str
    value: str
    quality: str
    publisher: str
    url: str
    document: str
    note: str

    @property
    def question(self) -> tuple[str, ...]:
        """What the value answers; a second row with the same question repeats or contradicts the first."""
        return (
            self.series, self.unit, self.year, self.area, self.area_name, self.area_level, self.publisher, self.url
        )  # fmt: skip


@dataclass
class _Judgement:
    """What was found about one row so far."""

    row: Row
    merged: tuple[CellRange, ...]
    findings: list[Finding] = field(default_factory=list)

    def refuse(self, column: str, key: str, /, **facts: object) -> None:
        place = self.row.places.get(column) or next(iter(self.row.places.values()))
        self.findings.append(Finding(place, "row", key, facts))

    def note(self, column: str, key: str, /, **facts: object) -> None:
        self.findings.append(Finding(self.row.places[column], "note", key, facts))

    @property
    def is_refused(self) -> bool:
        return any(finding.weight == "row" for finding in self.findings)

    def text(self, column: str) -> str:
        cell = self.cell(column)
        return cell.text if cell else ""

    def cell(self, column: str) -> Cell | None:
        """The cell, unless it cannot be read, which is then said."""
        cell = self.row.cells.get(column)
        if cell is None:
            return None
        if cell.trouble:
            self.refuse(column, cell.trouble, given=shown(cell.value))
            return None
        if cell.hidden:
            self.refuse(column, "control_marks", marks=cell.hidden)
            return None
        if cell.has_invisible:
            self.note(column, "invisible_marks")
        return cell


class Judge:
    """Judges rows by what a source says about its series and areas.

    Args:
        source: whose reader is a drop folder.
        this_year: the latest year of which there can be a figure.
    """

    def __init__(self, source: Source, this_year: int) -> None:
        self.source, self.this_year = source, this_year
        self.units: dict[str, list[str]] = {}
        for item in source.series:
            self.units.setdefault(item.code, []).append(item.unit)
        self.areas = {area.code: area for area in source.areas}
        self.first_year = _first_year()

    def sheet(self, sheet: Sheet) -> tuple[list[Figure], list[Finding]]:
        """Figures of the accepted rows, and findings about all rows."""
        figures, findings = [], []
        merged = tuple(CellRange(area) for area in sheet.merged[:_MOST_MERGED])
        for row in sheet.rows:
            judgement = _Judgement(row, merged)
            figure = self._row(judgement)
            findings += judgement.findings
            if figure is not None:
                figures.append(figure)
        return figures, findings

    def _row(self, found: _Judgement) -> Figure | None:
        self._need(found)
        series = self._one_of(found, "indicator", list(self.units))
        unit = self._one_of(found, "unit", self.units.get(series, []))
        code = self._one_of(found, "area", {code: area.name for code, area in self.areas.items()})
        area = self.areas.get(code)
        level = self._one_of(found, "area_level", AREA_LEVELS) or (area.level if area else "")
        quality = self._one_of(found, "quality", QUALITIES) or self.source.quality
        name = found.text("area_name")
        if area and level != area.level and not name:
            found.refuse("area_name", "area_unnamed", area=area.name, level=area.level)
        year = self._read(found, "year", lambda cell: read_year(cell, self.first_year, self.this_year))
        value = self._read(found, "value", lambda cell: read_number(cell, unit or "%"))
        url, document = found.text("url"), found.text("document")
        if url and not _ADDRESS.fullmatch(url):
            found.refuse("url", "not_an_address", given=shown(url))
        if not url and not document:
            found.refuse("url", "no_origin")
        publisher, note = found.text("publisher"), found.text("note")
        if found.is_refused or area is None:
            return None
        name = name or area.name
        is_proxy = area.is_proxy or level != area.level or name.casefold() != area.name.casefold()
        place = found.row.places["value"]
        return Figure(
            place, series, unit, code, name, level, is_proxy, year, value, quality, publisher, url, document, note
        )

    def _need(self, found: _Judgement) -> None:
        """Every required cell is filled; of merged cells only the first is."""
        for column in REQUIRED:
            if column in found.row.cells:
                continue
            at = found.row.places[column].cell
            area = next((area for area in found.merged if CellRange(at).issubset(area)), None)
            named = {"column": {code: title(column, code) for code in LANGUAGES}}
            if area is None:
                found.refuse(column, "empty_cell", **named)
            else:
                found.refuse(column, "merged_cell", range=area.coord, **named)

    def _one_of(self, found: _Judgement, column: str, allowed: Iterable[str] | Mapping[str, str]) -> str:
        """The code that a cell names, by itself, by its drop-down text or by its name; empty where it names none."""
        given = found.text(column)
        if not given or not allowed:
            return ""
        code = _match(given.split(CHOICES)[0], allowed) or _match(given, allowed)
        if code:
            return code
        listed = list(allowed)
        near = difflib.get_close_matches(given.split(CHOICES)[0].casefold(), listed, n=3, cutoff=0.5)
        offered = near or listed[:_MOST_LISTED]
        more = " …" if len(offered) < len(listed) else ""
        named = {code: title(column, code) for code in LANGUAGES}
        found.refuse(column, "not_in_list", given=shown(given), column=named, allowed=", ".join(offered) + more)
        return ""

    def _read(self, found: _Judgement, column: str, read: Callable[[Cell], Reading]) -> str:
        cell = found.cell(column)
        if cell is None:
            return ""
        reading = read(cell)
        if reading.refusal:
            found.refuse(column, reading.refusal, **({"given": shown(cell.text)} | reading.facts))
        elif reading.text != cell.text:
            found.note(column, "read_as", given=shown(cell.text), text=reading.text)
        return reading.text


def judge_repeats(figures: Iterable[Figure]) -> tuple[list[Figure], list[Finding]]:
    """Keep the first of figures given twice; keep none of those given with different values.

    Args:
        figures: of one or several files, in their order.
    """
    asked: dict[tuple[str, ...], list[Figure]] = {}
    for figure in figures:
        asked.setdefault(figure.question, []).append(figure)
    kept, findings = [], []
    for same in asked.values():
        if len({figure.value for figure in same}) > 1:
            findings += [
                Finding(figure.place, "row", "contradiction", {"others": _others(figure, same)}) for figure in same
            ]
            continue
        kept.append(same[0])
        findings += [Finding(figure.place, "row", "repeated", {"first": same[0].place}) for figure in same[1:]]
    return kept, findings


def _others(figure: Figure, same: Iterable[Figure]) -> str:
    return ", ".join(f"{other.value} ({other.place})" for other in same if other is not figure)


def _match(given: str, allowed: Iterable[str] | Mapping[str, str]) -> str:
    """The code that equals what is given, or whose name does."""
    key = clean(given).casefold()
    for code in allowed:
        name = allowed[code] if isinstance(allowed, Mapping) else code
        if key == code.casefold() or (isinstance(name, str) and key == clean(name).casefold()):
            return code
    return ""


def _first_year() -> int:
    column = next(column for column in describe(contract_of("core.observation")) if column.name == "year")
    return int(next(facts["min_value"] for _, facts in column.checks if "min_value" in facts))
