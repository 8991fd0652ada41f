"""Write the register as a workbook with drop-down lists.

Put here: sheets, lists, instructions in English and Vietnamese.
Not here: which columns there are (`plan.py`), reading the workbook (`read.py`).

Every text is written as text, whatever it begins with; nothing in the workbook is a formula.
"""

import io
from collections.abc import Iterator
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from pipelines.evidence.workbook.plan import FIRST_ROW, INSTRUCTIONS, LISTS, STAMP, Sheet, choices, labels, sheets
from warehouse.registry import Registry
from warehouse.registry.evidence import Evidence
from warehouse.registry.evidence_file import fingerprint

ROWS = 2_000
"""Rows that have drop-down lists."""

_WIDTHS = {"id": 30, "title": 50, "url": 50, "summary": 60, "note": 40, "name": 34, "name_vi": 34, "reason": 50}
_WIDTHS |= {"text": 50, "publisher": 28, "initiative": 30, "document": 30, "data_point": 34, "programme": 34}
_WIDEST_MESSAGE = 255
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def make_workbook(registry: Registry) -> bytes:
    """Write the register of a registry.

    Returns:
        The bytes of an XLSX file.
    """
    body = io.BytesIO()
    with xlsxwriter.Workbook(body, _OPTIONS) as book:
        book.set_properties({"title": "Evidence register"})
        looks = _looks(book)
        _write_instructions(book.add_worksheet(INSTRUCTIONS), looks, fingerprint(registry.evidence))
        pages = {sheet.name: book.add_worksheet(sheet.name) for sheet in sheets()}
        lists = book.add_worksheet(LISTS)
        lists.hide()
        ranges = _write_lists(lists, choices(registry))
        for sheet in sheets():
            _write_sheet(pages[sheet.name], sheet, looks, registry.evidence)
            _write_choices(pages[sheet.name], sheet, ranges)
    return body.getvalue()


def _looks(book: Any) -> dict[str, Any]:
    top = {"text_wrap": True, "valign": "top"}
    return {
        "head": book.add_format({"bold": True, "bg_color": "#DCE9F4", "border": 1, **top}),
        "below": book.add_format({"italic": True, "bg_color": "#EEF4F9", "border": 1, **top}),
        "text": book.add_format({"num_format": "@", **top}),
        "number": book.add_format({"valign": "top"}),
        "plain": book.add_format(top),
    }


def _write_sheet(page: Any, sheet: Sheet, looks: dict[str, Any], evidence: Evidence) -> None:
    page.freeze_panes(FIRST_ROW - 1, 1)
    for at, column in enumerate(sheet.columns):
        is_number = column.kind in ("number", "year")
        page.set_column(at, at, _WIDTHS.get(column.name, 16), looks["number" if is_number else "text"])
        page.write_string(0, at, column.name, looks["head"])
        page.write_string(1, at, labels()["columns"][column.name], looks["below"])
    for row, values in enumerate(_rows(sheet, evidence), start=FIRST_ROW - 1):
        for at, value in enumerate(values):
            if isinstance(value, int | float):
                page.write_number(row, at, value, looks["number"])
            elif value:
                page.write_string(row, at, value, looks["text"])


def _rows(sheet: Sheet, evidence: Evidence) -> Iterator[list[Any]]:
    """Values of each row, in the order of the columns."""
    for entry in getattr(evidence, sheet.section):
        if not sheet.part:
            yield [getattr(entry, column.name) for column in sheet.columns]
            continue
        for item in getattr(entry, sheet.part):
            own = [item] if sheet.is_plain else [getattr(item, column.name) for column in sheet.columns[1:]]
            yield [entry.id, *own]


def _write_lists(page: Any, lists: dict[str, list[str]]) -> dict[str, str]:
    """Write what can be chosen, a column a list; returns where each stands."""
    ranges = {}
    for at, (name, values) in enumerate(lists.items()):
        page.write_string(0, at, name)
        for row, value in enumerate(values, start=1):
            page.write_string(row, at, value)
        letter = xl_col_to_name(at)
        ranges[name] = f"={LISTS}!${letter}$2:${letter}${len(values) + 1}"
    return ranges | {sheet.name: f"={sheet.name}!$A${FIRST_ROW}:$A${ROWS}" for sheet in sheets() if not sheet.part}


def _write_choices(page: Any, sheet: Sheet, ranges: dict[str, str]) -> None:
    wrong = "\n".join(labels()["wrong_choice"][code] for code in ("en", "vi"))
    for at, column in enumerate(sheet.columns):
        rule: dict[str, Any] = {"validate": "any"}
        if column.choices:
            rule = {"validate": "list", "source": ranges[column.choices], "error_message": wrong}
        told = column.description + ("; must be filled" if column.is_required else "")
        page.data_validation(
            FIRST_ROW - 1,
            at,
            ROWS - 1,
            at,
            rule | {"input_title": column.name, "input_message": told[:_WIDEST_MESSAGE]},
        )


def _write_instructions(page: Any, looks: dict[str, Any], stamp: str) -> None:
    page.set_column(0, 0, 24)
    page.set_column(1, 1, 110)
    row = 0
    for code in ("vi", "en"):
        told = labels()["instructions"][code]
        page.write_string(row, 0, told["title"], looks["head"])
        for line in told["lines"]:
            row += 1
            page.write_string(row, 1, line, looks["plain"])
        row += 2
    for sheet in sheets():
        page.write_string(row, 0, sheet.name, looks["head"])
        page.write_string(row, 1, labels()["sheets"][sheet.name], looks["head"])
        for column in sheet.columns:
            row += 1
            page.write_string(row, 0, column.name + (" *" if column.is_required else ""), looks["plain"])
            page.write_string(row, 1, f"{labels()['columns'][column.name]} - {column.description}", looks["plain"])
        row += 2
    page.write_string(row, 0, STAMP, looks["plain"])
    page.write_string(row, 1, stamp, looks["plain"])
