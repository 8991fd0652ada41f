"""The pack's document as DOCX.

Put here: how each part of a document is written by python-docx.
Not here: the parts and their words (`report.py`), looks in XML (`docx_look.py`).
"""

import datetime as dt
from pathlib import Path
from typing import Any

import docx
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.shared import Cm, RGBColor

from pipelines.evidence.pack import docx_look as look
from pipelines.evidence.pack.archive import settle
from pipelines.evidence.pack.blocks import Block, Document, Heading, Items, Paragraph, Picture, Run, Table, Tiles
from pipelines.evidence.pack.pictures import SCALE

WIDTH = 17.0
"""Centimetres between the margins of the page."""

_DOTS = 72 / 96
"""A picture without a resolution is taken for one of 72 dots to the inch; the design has 96 points."""

_MAKERS = "Smart21 Benchmark"


def write_docx(path: Path, document: Document, pictures: Path, moment: str) -> None:
    """Write the document.

    Args:
        path: of the file.
        document: parts.
        pictures: folder with a PNG a picture.
        moment: what the file states as the time of its making, ISO 8601.
    """
    file = docx.Document()
    look.set_up(file, document.language)
    _Writer(file, document, pictures).write()
    facts = file.core_properties
    facts.title, facts.subject, facts.author, facts.last_modified_by = document.title, document.footer, _MAKERS, _MAKERS
    facts.comments, facts.keywords, facts.language = document.description, "", document.language
    facts.revision, facts.created = 1, dt.datetime.fromisoformat(moment).astimezone(dt.UTC)
    facts.modified = facts.created
    file.save(str(path))
    settle(path)


class _Writer:
    """One document in the making; counts what needs a number of its own."""

    def __init__(self, file: Any, document: Document, pictures: Path) -> None:
        self._file = file
        self._document = document
        self._pictures = pictures
        self._marks = 0

    def write(self) -> None:
        self._cover()
        self._contents()
        for block in self._document.blocks:
            self._block(block)
        look.add_footer(self._file, self._document.footer, self._document.page)

    def _cover(self) -> None:
        cover = self._document.cover
        self._file.add_paragraph(cover.kicker, style="Kicker")
        self._file.add_paragraph(cover.title, style="Title")
        self._file.add_paragraph(cover.subtitle, style="Subtitle")
        table = self._file.add_table(rows=0, cols=2)
        for name, value in cover.facts:
            cells = table.add_row().cells
            cells[0].paragraphs[0].add_run(name).style = "Quiet"
            cells[1].paragraphs[0].add_run(value)
        look.lay_out(table, [4.0, WIDTH - 4.0])
        self._file.add_paragraph(style="Small")
        for notice in cover.notices:
            self._file.add_paragraph(notice, style="Notice")

    def _contents(self) -> None:
        """A table of contents: a field that Word renews, filled with what it will say."""
        self._file.add_paragraph(self._document.contents, style="Contents")
        heads = [block for block in self._document.blocks if isinstance(block, Heading) and block.level == 1]
        for place, head in enumerate(heads):
            paragraph = self._file.add_paragraph(style="Contents line")
            if place == 0:
                look.begin_field(paragraph, r'TOC \o "1-1" \h \z \u')
            look.add_contents_line(paragraph, head.text, look.bookmark(head.key), WIDTH)
            if place == len(heads) - 1:
                look.end_field(paragraph)

    def _block(self, block: Block) -> None:
        match block:
            case Heading():
                paragraph = self._file.add_paragraph(block.text, style=f"Heading {block.level}")
                self._mark(paragraph, look.bookmark(block.key))
            case Paragraph():
                style = {"body": "Normal", "lead": "Lead", "quiet": "Small", "notice": "Notice"}[block.look]
                self._runs(self._file.add_paragraph(style=style), block.runs)
            case Items():
                for point in block.points:
                    self._runs(self._file.add_paragraph(style="List Bullet"), point)
            case Tiles():
                self._tiles(block)
            case Table():
                self._table(block)
            case Picture():
                self._picture(block)

    def _tiles(self, block: Tiles) -> None:
        table = self._file.add_table(rows=1, cols=len(block.tiles))
        for cell, tile in zip(table.rows[0].cells, block.tiles, strict=True):
            number = cell.paragraphs[0]
            number.style = "Number"
            run = number.add_run(tile.value)
            run.font.color.rgb = RGBColor.from_string(look.INKS.get(tile.look, look.NAVY))
            cell.add_paragraph(tile.label, style="Number label")
            look.shade(cell, look.MIST)
        look.lay_out(table, [WIDTH / len(block.tiles)] * len(block.tiles), gap=True)
        self._file.add_paragraph(style="Small")

    def _table(self, block: Table) -> None:
        total = sum(column.share for column in block.columns)
        table = self._file.add_table(rows=1, cols=len(block.columns))
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        for cell, column in zip(table.rows[0].cells, block.columns, strict=True):
            cell.paragraphs[0].style = "Table head"
            cell.paragraphs[0].add_run(column.title)
            _align(cell.paragraphs[0], column.is_number)
        look.repeat_heading(table.rows[0])
        for place, row in enumerate(block.rows):
            cells = table.add_row().cells
            for cell, column, runs in zip(cells, block.columns, row, strict=True):
                cell.paragraphs[0].style = "Table text"
                self._runs(cell.paragraphs[0], runs)
                _align(cell.paragraphs[0], column.is_number)
                if place == block.marked:
                    look.shade(cell, look.SKY)
        look.lay_out(table, [WIDTH * column.share / total for column in block.columns], ruled=True)
        self._file.add_paragraph(style="Small")

    def _picture(self, block: Picture) -> None:
        path = self._pictures / f"{block.name}.png"
        paragraph = self._file.add_paragraph(style="Picture")
        shape = paragraph.add_run().add_picture(str(path))
        wanted = min(Cm(WIDTH), shape.width * _DOTS / SCALE)
        shape.width, shape.height = round(wanted), round(wanted * shape.height / shape.width)
        look.describe(shape, block.name, block.alternative)

    def _runs(self, paragraph: Any, runs: tuple[Run, ...]) -> None:
        for run in runs:
            if run.numbers:
                self._cite(paragraph, run.numbers)
            elif run.look == "break":
                paragraph.add_run().add_break(WD_BREAK.LINE)
            elif run.look == "source":
                paragraph.add_run(run.text)
                self._mark(paragraph, f"source_{run.text}")
            elif run.url:
                look.add_link(paragraph, run.text, run.url)
            else:
                made = paragraph.add_run(run.text)
                if run.look in ("strong", "quiet"):
                    made.style = run.look.capitalize()
                elif run.look:
                    look.badge(made, run.look)

    def _cite(self, paragraph: Any, numbers: tuple[int, ...]) -> None:
        """Numbers in brackets, each leading to its source."""
        for place, number in enumerate(numbers):
            text = (
                ("\N{NO-BREAK SPACE}[" if place == 0 else ", ") + str(number) + ("]" if number == numbers[-1] else "")
            )
            look.add_link(paragraph, text, anchor=f"source_{number}")

    def _mark(self, paragraph: Any, name: str) -> None:
        self._marks += 1
        look.add_bookmark(paragraph, self._marks, name)


def _align(paragraph: Any, is_number: bool) -> None:
    if is_number:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
