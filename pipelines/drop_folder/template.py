"""The workbook that staff fill in.

Put here: its sheets, drop-down lists and instructions, made from what the source can take.
Not here: its texts (`texts.yml`), reading it back (`check.py`).

Units depend on the indicator: the unit's list is the named range `unit_<code>` of the indicator that the row names.
"""

import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from pipelines.drop_folder.check import sheet_title
from pipelines.drop_folder.columns import CHOICES, COLUMNS, REQUIRED, heading
from pipelines.drop_folder.findings import LANGUAGES, texts
from pipelines.index.output import escape
from warehouse.registry import Registry
from warehouse.registry.entry import AREA_LEVELS, QUALITIES
from warehouse.registry.sources import Source

ROWS = 2_000
"""Rows with drop-down lists."""

YEARS = 25
"""Years offered, back from this one."""

_WIDTHS = {"indicator": 44, "unit": 18, "area": 34, "publisher": 30, "url": 30, "document": 30, "note": 30}
_LIST_HEADER = ("indicator", "vi", "en", "class", "unit")
_FIRST_LIST_ROW = 1


def make_template(source: Source, registry: Registry, this_year: int) -> bytes:
    """Make the workbook.

    Args:
        source: whose reader is a drop folder.
        registry: names of indicators and their classes.
        this_year: the last year offered.

    Returns:
        The bytes of an XLSX file.
    """
    body = io.BytesIO()
    with xlsxwriter.Workbook(body, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"title": source.name})
        bold = book.add_format({"bold": True, "bg_color": "#DCE9F4", "border": 1, "text_wrap": True, "valign": "top"})
        figures = book.add_worksheet(sheet_title("figures"))
        instructions = book.add_worksheet(sheet_title("instructions"))
        lists = book.add_worksheet(sheet_title("lists"))
        ranges = _write_lists(book, lists, bold, source, registry, this_year)
        _write_figures(figures, bold, ranges)
        _write_instructions(book, instructions, bold, len({item.code for item in source.series}))
    return body.getvalue()


def _write_figures(sheet: Any, bold: Any, ranges: dict[str, str]) -> None:
    sheet.freeze_panes(1, 1)
    for at, column in enumerate(COLUMNS):
        sheet.write_string(0, at, heading(column) + (" *" if column in REQUIRED else ""), bold)
        sheet.write_comment(0, at, "\n".join(texts()["columns"][column][code][1] for code in ("vi", "en")))
        sheet.set_column(at, at, _WIDTHS.get(column, 16))
    wrong = "\n".join(texts()["wrong_choice"][code] for code in ("vi", "en"))
    for column, area in ranges.items():
        at = COLUMNS.index(column)
        kind = "warning" if column == "year" else "stop"  # an older year is a year too
        rule = {"validate": "list", "source": area, "error_message": wrong, "error_type": kind}
        sheet.data_validation(1, at, ROWS, at, rule)
    number = {"validate": "decimal", "criteria": "between", "minimum": -1e15, "maximum": 1e15}
    at = COLUMNS.index("value")
    help_text = "\n".join(texts()["columns"]["value"][code][1] for code in ("vi", "en"))
    sheet.data_validation(1, at, ROWS, at, number | {"error_message": help_text})


def _write_lists(
    book: Any, sheet: Any, bold: Any, source: Source, registry: Registry, this_year: int
) -> dict[str, str]:
    """Write what can be chosen, and name it.

    Returns:
        What a drop-down list of a column refers to.
    """
    for at, name in enumerate(_LIST_HEADER):
        sheet.write_string(0, at, heading(name) if name in COLUMNS else name, bold)
    units: dict[str, list[str]] = {}
    for item in source.series:
        units.setdefault(item.code, []).append(item.unit)
    firsts = {item.code: item for item in reversed(source.series)}
    for row, (code, printed) in enumerate(units.items(), start=_FIRST_LIST_ROW):
        indicator = registry.indicator[firsts[code].indicator]
        kind = next(entry.name for entry in indicator.classes if entry.id == firsts[code].comparability)
        label = code + CHOICES + (indicator.name_vi or indicator.name)
        for at, text in enumerate([label, indicator.name_vi or "", indicator.name, kind, *printed]):
            sheet.write_string(row, at, escape(text))
        first = len(_LIST_HEADER) - 1
        _name(book, f"unit_{code}", (row, first), (row, first + len(printed) - 1))
    last = _FIRST_LIST_ROW + len(units) - 1
    _name(book, "indicators", (_FIRST_LIST_ROW, 0), (last, 0))
    at = len(_LIST_HEADER) - 1 + max(map(len, units.values()))
    others: dict[str, Sequence[str | int]] = {
        "area": [area.code + CHOICES + area.name for area in source.areas],
        "area_level": [_choice(level) for level in AREA_LEVELS],
        "quality": [_choice(quality) for quality in QUALITIES],
        "year": list(range(this_year, this_year - YEARS, -1)),
    }
    for column, values in others.items():
        at += 1
        _write_column(book, sheet, bold, at, column, values)
    sheet.set_column(0, at, 24)
    chosen = f"${xl_col_to_name(COLUMNS.index('indicator'))}2"
    unit = f'=INDIRECT("unit_"&LEFT({chosen},FIND("{CHOICES}",{chosen})-1))'
    return {"indicator": "=indicators", "unit": unit} | {column: f"=list_{column}" for column in others}


def _write_column(book: Any, sheet: Any, bold: Any, at: int, column: str, values: Sequence[str | int]) -> None:
    sheet.write_string(0, at, heading(column), bold)
    for row, value in enumerate(values, start=_FIRST_LIST_ROW):
        if isinstance(value, int):
            sheet.write_number(row, at, value)
        else:
            sheet.write_string(row, at, escape(value))
    _name(book, f"list_{column}", (_FIRST_LIST_ROW, at), (_FIRST_LIST_ROW + len(values) - 1, at))


def _name(book: Any, name: str, first: tuple[int, int], last: tuple[int, int]) -> None:
    corners = [f"${xl_col_to_name(column)}${row + 1}" for row, column in (first, last)]
    book.define_name(name, f"='{sheet_title('lists')}'!{':'.join(corners)}")


def _choice(code: str) -> str:
    return code + CHOICES + str(texts()["choices"][code]["vi"])


def _write_instructions(book: Any, sheet: Any, bold: Any, indicators: int) -> None:
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 100)
    row = 0
    for code in reversed(LANGUAGES):
        sheet.write_string(row, 0, str(texts()["sheets"]["instructions"][code]), bold)
        for number, line in enumerate(texts()["instructions"][code], start=1):
            row += 1
            sheet.write_string(row, 0, f"{number}.", wrap)
            sheet.write_string(row, 1, line.format(count=indicators), wrap)
        for column in COLUMNS:
            row += 1
            title, told = texts()["columns"][column][code]
            sheet.write_string(row, 0, title + (" *" if column in REQUIRED else ""), bold)
            sheet.write_string(row, 1, told, wrap)
        row += 2
