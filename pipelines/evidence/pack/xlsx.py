"""The pack's tables as one workbook.

Put here: sheets, their formats and their links; text is never a formula.
Not here: the tables (`model.py`), the workbook that departments fill in (`warehouse/registry`).
"""

import datetime as dt
from pathlib import Path
from typing import Any

import xlsxwriter

from pipelines.evidence.language import Translator, mark
from pipelines.evidence.pack.columns import SEPARATOR, Cell, Column, cell, columns_of
from pipelines.evidence.pack.html import is_web_address
from pipelines.evidence.pack.model import TABLES, Cover, Pack
from pipelines.evidence.pack.words import word
from pipelines.index.output import escape

SHEETS = {
    "answers": mark("Answers"),
    "supports": mark("Support"),
    "figures": mark("Figures"),
    "peers": mark("Peers"),
    "initiatives": mark("Initiatives"),
    "targets": mark("Targets"),
    "gaps": mark("Gaps"),
    "recognitions": mark("Honours"),
    "posts": mark("Posts"),
    "factors": mark("Factors"),
    "sources": mark("Sources"),
}
"""Name of each table's sheet."""

LONGEST_URL = 2079
"""Characters of the longest address that Excel takes for a link."""

_WRAPPED = {"sentence", "summary", "question", "caveat", "reason", "confidence_reason", "name", "title"}
_WIDE = _WRAPPED | {"note", "url"}
_LONG = 46  # characters of a wide column
_LINE, _TALLEST = 13.5, 10  # points of a line, lines of the tallest row
_SHARES = {"coverage", "coverage_own"}
_SCORES = {"score", "peer_median_score", "peer_best_score"}
_OPTIONS = {
    "in_memory": True,  # with a fixed date inside the archive
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def write_xlsx(path: Path, pack: Pack, translate: Translator) -> None:
    """Write the workbook: what it is about, then a sheet a table.

    Args:
        path: of the file.
        pack: content.
        translate: language of headings and codes.
    """
    with xlsxwriter.Workbook(path, _OPTIONS) as book:
        moment = dt.datetime.fromisoformat(pack.cover.published_at).astimezone(dt.UTC).replace(tzinfo=None)
        book.set_properties({"title": pack.cover.community, "comments": pack.cover.notice, "created": moment})
        writer = _Writer(book, translate)
        writer.cover(pack)
        for name in TABLES:
            writer.table(name, getattr(pack, name))


class _Writer:
    """One workbook in the making; formats are shared by its sheets."""

    def __init__(self, book: Any, translate: Translator) -> None:
        self._book = book
        self._translate = translate
        base = {"font_name": "Calibri", "font_size": 10, "valign": "top"}
        self._text = book.add_format(base)
        self._long = book.add_format(base | {"text_wrap": True})
        self._link = book.add_format(base | {"font_color": "#0072B2", "underline": 1})
        self._head = book.add_format(
            base | {"bold": True, "font_color": "#12304F", "bg_color": "#E3F0F9", "bottom": 1, "text_wrap": True}
        )
        self._title = book.add_format(base | {"bold": True, "font_size": 22, "font_color": "#12304F"})
        shown = ("0", "#,##0", "#,##0.0", "#,##0.00", "0.0000##", "0%", "0.0")
        self._number = {text: book.add_format(base | {"num_format": text}) for text in shown}

    def cover(self, pack: Pack) -> None:
        """What the workbook is about, and whose scores it holds."""
        _, cover = self._translate, pack.cover
        sheet = self._sheet(_("About"))
        sheet.set_column(0, 0, 26, self._text)
        sheet.set_column(1, 1, 100, self._long)
        sheet.write_string(0, 0, escape(cover.community), self._title)
        for row, column in enumerate(columns_of(Cover), start=2):
            value = getattr(cover, column.name)
            text = self._yes_or_no(value) if isinstance(value, bool) else self._named(column, value)
            sheet.set_row(row, _height(text, 100))
            sheet.write_string(row, 0, _(column.title), self._head)
            sheet.write_string(row, 1, escape(text), self._long)

    def table(self, name: str, rows: tuple[Any, ...]) -> None:
        """One table with a frozen heading row and filters."""
        columns = columns_of(TABLES[name])
        sheet = self._sheet(self._translate(SHEETS[name]))
        sheet.set_row(0, 2 * _LINE)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(len(rows), 1), len(columns) - 1)
        for at, column in enumerate(columns):
            wide = _LONG if column.name in _WIDE else 20 if column.kind == "string" else 12
            sheet.set_column(at, at, wide)
            sheet.write_string(0, at, self._translate(column.title), self._head)
        for place, row in enumerate(rows, start=1):
            cells = [cell(row, column.name) for column in columns]
            texts = (str(value) for column, value in zip(columns, cells, strict=True) if column.name in _WRAPPED)
            sheet.set_row(place, max((_height(text, _LONG) for text in texts), default=None))
            for at, (column, value) in enumerate(zip(columns, cells, strict=True)):
                self._cell(sheet, place, at, column, value)

    def _sheet(self, name: str) -> Any:
        sheet = self._book.add_worksheet(name)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.repeat_rows(0)
        return sheet

    def _cell(self, sheet: Any, row: int, at: int, column: Column, value: Cell) -> None:
        if value is None or value == "":
            return
        if isinstance(value, bool):
            sheet.write_string(row, at, self._yes_or_no(value), self._text)
        elif isinstance(value, int | float):
            sheet.write_number(row, at, value, self._number[_shown(column, value)])
        elif column.name == "url" and is_web_address(value) and len(value) <= LONGEST_URL:
            sheet.write_url(row, at, value, self._link, escape(value))
        else:
            text = self._named(column, value)
            sheet.write_string(row, at, escape(text), self._long if column.name in _WRAPPED else self._text)

    def _named(self, column: Column, value: str) -> str:
        """A code by its name, a unit in the language, other text as it is."""
        if column.is_code:
            return SEPARATOR.join(word(code, self._translate) for code in value.split(SEPARATOR))
        return self._translate.registry(value) if column.name == "unit" else value

    def _yes_or_no(self, value: bool) -> str:
        return self._translate("yes") if value else self._translate("no")


def _height(text: str, width: int) -> float:
    """Points that a wrapped text needs: not every program finds out by itself."""
    return _LINE * min(sum(1 + len(line) // width for line in text.split("\n")), _TALLEST)


def _shown(column: Column, value: float) -> str:
    """The number format in which the reader sees a number; the cell holds all of it."""
    if column.kind == "integer":
        return "0"
    if column.name in _SHARES:
        return "0%"
    if column.name in _SCORES:
        return "0.0"
    if float(value).is_integer():
        return "#,##0"
    size = abs(value)
    return "#,##0.0" if size >= 100 else "#,##0.00" if size >= 1 else "0.0000##"
