"""Read a filled workbook back as the register, and tell every row that is refused.

Put here: from rows to entries, their links, and the cell that a fault stands in.
Not here: single cells (`cells.py`), what would change (`changes.py`).
"""

import dataclasses
import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from openpyxl.utils import range_boundaries
from pydantic import ValidationError

from pipelines.drop_folder.findings import shown
from pipelines.evidence.workbook.cells import Book, Refusal, Row, Table, open_book
from pipelines.evidence.workbook.plan import Sheet, choices, sheets
from warehouse.registry import Registry, check_evidence
from warehouse.registry.check_evidence import Place
from warehouse.registry.entry import Entry
from warehouse.registry.evidence import SECTIONS, Evidence

_MOST_NAMED = 12
"""Choices that a sentence lists."""


@dataclass
class Draft:
    """An entry as the workbook has it, before it is judged.

    Attributes:
        raw: values by field.
        addresses: of the cells, by the field or the place within the entry that they fill.
    """

    raw: dict[str, Any]
    addresses: dict[Place, str]

    def address(self, place: Place) -> str:
        """The cell of a place in the entry, or of what it belongs to."""
        while place and place not in self.addresses:
            place = place[:-1]
        return self.addresses.get(place) or self.addresses["id",]


@dataclass(frozen=True)
class Reading:
    """What a workbook says.

    Attributes:
        evidence: the register; nothing where a row is refused.
        refusals: in the workbook's order.
        stamp: which state of the register was exported.
    """

    evidence: Evidence | None
    refusals: tuple[Refusal, ...]
    stamp: str


def read_workbook(name: str, body: bytes, registry: Registry) -> Reading:
    """Read a workbook.

    Args:
        name: of the file, for messages.
        body: its bytes.
        registry: what entries may name.

    Raises:
        WorkbookError: the file cannot be read as the register's workbook.
    """
    book = open_book(name, body)
    refusals = [*book.refusals, *_wrong_choices(book, registry)]
    drafts, stray = _drafts(book.tables)
    refusals += stray
    entries, invalid = _judge(drafts, {refusal.address for refusal in refusals})
    refusals += invalid
    if refusals:
        return Reading(None, tuple(sorted(refusals, key=_order)), book.stamp)
    evidence = Evidence.model_validate(entries)
    faults = check_evidence.faults(dataclasses.replace(registry, evidence=evidence))
    refusals = sorted((_located(fault, drafts) for fault in faults), key=_order)
    return Reading(None if refusals else evidence, tuple(refusals), book.stamp)


def _order(refusal: Refusal) -> tuple[int, int, int, str]:
    """Where a cell stands in the workbook; whole sheets come first."""
    names = [sheet.name for sheet in sheets()]
    name, _, cell = refusal.address.partition("!")
    column, row, *_ = range_boundaries(cell) if cell else (0, 0)
    return (names.index(name) if name in names else -1, row or 0, column or 0, name)


def _wrong_choices(book: Book, registry: Registry) -> Iterator[Refusal]:
    """Cells of a drop-down list that hold something else."""
    lists = choices(registry)
    for sheet in sheets():
        if not sheet.part:
            rows = book.tables[sheet.name].rows if sheet.name in book.tables else []
            lists[sheet.name] = [str(row.values.get("id")) for row in rows]
    for table in book.tables.values():
        for column in table.sheet.columns:
            if not column.choices:
                continue
            allowed = set(lists[column.choices])
            for row in table.rows:
                value = row.values.get(column.name)
                if isinstance(value, str) and value not in allowed:
                    reason = _not_among(value, column.choices, lists[column.choices])
                    yield Refusal(row.addresses[column.name], shown(value), reason)


def _not_among(value: str, name: str, allowed: list[str]) -> str:
    if len(allowed) <= _MOST_NAMED:
        return f"not in the list: {', '.join(allowed)}"
    near = difflib.get_close_matches(value, allowed, n=1)
    what = f"an id on the sheet {name}" if name in SECTIONS else f"in the list {name}"
    return f"not {what}" + (f"; meant is perhaps {near[0]}" if near else "")


def _drafts(tables: dict[str, Table]) -> tuple[dict[str, list[Draft]], list[Refusal]]:
    """Put the parts into their entries; a part whose entry is not there, or not named, is refused."""
    drafts: dict[str, list[Draft]] = {section: [] for section in SECTIONS}
    for sheet in sheets():
        if not sheet.part and sheet.name in tables:
            drafts[sheet.section] = [_draft(row) for row in tables[sheet.name].rows]
    stray: list[Refusal] = []
    for sheet in sheets():
        if sheet.part and sheet.name in tables:
            owners = {draft.raw.get("id"): draft for draft in reversed(drafts[sheet.section])}
            for row in tables[sheet.name].rows:
                stray += _add_part(sheet, row, owners)
    return drafts, stray


def _draft(row: Row) -> Draft:
    return Draft(_filled(row), {(name,): address for name, address in row.addresses.items()})


def _filled(row: Row) -> dict[str, Any]:
    return {name: value for name, value in row.values.items() if value is not None}


def _add_part(sheet: Sheet, row: Row, owners: dict[Any, Draft]) -> Iterator[Refusal]:
    above = sheet.columns[0].name
    raw = _filled(row)
    name = raw.pop(above, None)
    owner = owners.get(name)
    if name is None and above not in row.values:
        yield Refusal(row.addresses[above], "", "must be filled")
    if owner is None:
        return  # a name that no entry bears is no choice of the list, and refused as such
    parts = owner.raw.setdefault(sheet.part, [])
    at: Place = (sheet.part, len(parts))
    parts.append(raw.get("document") if sheet.is_plain else raw)
    owner.addresses[at] = row.addresses[sheet.columns[1].name]
    if not sheet.is_plain:
        owner.addresses |= {(*at, key): address for key, address in row.addresses.items()}


def _judge(drafts: dict[str, list[Draft]], refused: set[str]) -> tuple[dict[str, list[Entry]], list[Refusal]]:
    """Build the entries; a cell that is refused already is not refused once more, nor judged with the others."""
    entries: dict[str, list[Entry]] = {section: [] for section in SECTIONS}
    refusals: list[Refusal] = []
    for section, model in SECTIONS.items():
        for draft in drafts[section]:
            try:
                entries[section].append(model.model_validate(draft.raw))
            except ValidationError as error:
                is_refused = not refused.isdisjoint(draft.addresses.values())
                told = [_told(draft, item) for item in error.errors() if item["loc"] or not is_refused]
                refusals += [refusal for refusal in told if refusal.address not in refused]
    return entries, refusals


def _told(draft: Draft, error: Any) -> Refusal:
    is_missing = error["type"] in ("missing", "string_too_short") or error["input"] is None
    reason = "must be filled" if is_missing else error["msg"].removeprefix("Value error, ")
    place: Place = error["loc"]
    if place and place not in draft.addresses:  # told at another cell, such as the id of an entry without documents
        reason = f"{'.'.join(map(str, place))}: {reason}"
    is_whole = isinstance(error["input"], dict | list)
    return Refusal(draft.address(place), "" if is_missing or is_whole else shown(error["input"]), reason)


def _located(fault: check_evidence.Fault, drafts: dict[str, list[Draft]]) -> Refusal:
    """A fault with the cell it stands in; of an id that is written twice, the later one."""
    bearers = [draft for draft in drafts[fault.section] if draft.raw.get("id") == fault.entry]
    return Refusal(bearers[-1].address(fault.place), fault.entry, fault.sentence)
