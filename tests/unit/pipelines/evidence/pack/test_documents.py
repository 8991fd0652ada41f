"""The document in its two formats: the same words and numbers, hostile text harmless, ways from citation to source."""

import re
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from docx.oxml.ns import qn
from sample_pack import FORMULA, LONG, SCRIPT, bare, made, tables

from pipelines.evidence.language import translator
from pipelines.evidence.pack.blocks import Table
from pipelines.evidence.pack.model import Pack
from pipelines.evidence.pack.report import write_document
from pipelines.evidence.pack.write import Written, write_pack
from pipelines.evidence.pack.xlsx import write_xlsx

Both = tuple[Pack, Written]


class Page(HTMLParser):
    """Tags, ids, links and cells of a page."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tables: list[list[str]] = []
        self._cell = False
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attributes: Any) -> None:
        self.tags.append(tag)
        self.ids += [value for name, value in attributes if name == "id"]
        self.links += [value for name, value in attributes if name in ("href", "src")]
        if tag == "table":
            self.tables.append([])
        if tag in ("td", "th"):
            self.tables[-1].append("")
            self._cell = True

    def handle_endtag(self, tag: str) -> None:
        self._cell = self._cell and tag not in ("td", "th")

    def handle_data(self, data: str) -> None:
        if self._cell:
            self.tables[-1][-1] += data


def _page(both: Both) -> Page:
    return Page(both[1].folder / "evidence.html")


def _words(text: str) -> str:
    """A cell without its spaces: the two formats set citations and lines apart in their own way."""
    return re.sub(r"\s", "", text)


def _text(cell: Any) -> str:
    """Words of a cell of the DOCX, those of its links too."""
    return "".join(one.text or "" for one in cell._tc.iter(qn("w:t")))


def _docx(both: Both) -> Any:
    return docx.Document(str(both[1].folder / "evidence.docx"))


@pytest.fixture(params=["english", "vietnamese"])
def both(request: pytest.FixtureRequest) -> Both:
    return request.getfixturevalue(request.param)


def test_both_formats_have_the_same_tables(both: Both) -> None:
    # The first table of the DOCX lays the cover out, the second the numbers that stand out.
    shown = [[_words(_text(cell)) for row in table.rows for cell in row.cells] for table in _docx(both).tables[2:]]
    assert shown == [[_words(cell) for cell in table] for table in _page(both).tables]


def test_the_document_says_its_language_title_and_whose_scores_these_are(both: Both) -> None:
    pack, written = both
    file = _docx(both)
    assert file.core_properties.language == pack.cover.language
    assert pack.cover.community in file.core_properties.title
    assert pack.cover.notice in "\n".join(paragraph.text for paragraph in file.paragraphs)
    tag = file.styles.element.find(f".//{qn('w:rPrDefault')}//{qn('w:lang')}").get(qn("w:val"))
    assert tag.startswith(pack.cover.language)
    assert f'<html lang="{pack.cover.language}">' in (written.folder / "evidence.html").read_text(encoding="utf-8")


def test_pages_are_numbered_and_contents_listed_by_fields(english: Both) -> None:
    with zipfile.ZipFile(english[1].folder / "evidence.docx") as archive:
        body = archive.read("word/document.xml").decode()
        footers = "".join(archive.read(name).decode() for name in archive.namelist() if "footer" in name)
    assert re.search(r"<w:instrText[^>]*> TOC ", body)
    assert "> PAGE <" in footers
    assert "> NUMPAGES <" in footers


def test_pictures_have_an_alternative_text(english: Both) -> None:
    shapes = _docx(english).inline_shapes
    assert len(shapes) == 5  # evidence, profile, reference regions, ranks, and the one factor with a figure
    assert all(shape._inline.docPr.get("descr") for shape in shapes)
    page = (english[1].folder / "evidence.html").read_text(encoding="utf-8")
    assert len(re.findall(r'<figure role="img" aria-label="[^"]+"', page)) == len(shapes)


def test_every_citation_leads_to_a_source(both: Both) -> None:
    pack, page = both[0], _page(both)
    numbers = {f"source_{source.number}" for source in pack.sources}
    assert numbers <= set(page.ids)
    assert {link[1:] for link in page.links if link.startswith("#source_")} <= numbers
    body = _docx(both).element
    marks = {mark.get(qn("w:name")) for mark in body.iter(qn("w:bookmarkStart"))}
    anchors = {link.get(qn("w:anchor")) for link in body.iter(qn("w:hyperlink")) if link.get(qn("w:anchor"))}
    assert numbers <= marks
    assert anchors <= marks
    assert len(page.ids) == len(set(page.ids))


def test_the_page_runs_nothing_and_asks_for_nothing(both: Both) -> None:
    page = _page(both)
    assert not {"script", "iframe", "object", "img", "base", "form"} & set(page.tags)
    assert all(link.startswith(("#", "https://example.org/", "data:,")) for link in page.links)


def test_mark_up_in_notes_is_shown_as_it_is(english: Both) -> None:
    page = (english[1].folder / "evidence.html").read_text(encoding="utf-8")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; **bold** [link](javascript:alert(1))" in page
    shown = [_text(cell) for table in _docx(english).tables for row in table.rows for cell in row.cells]
    assert any(SCRIPT in cell for cell in shown)
    assert any(FORMULA in cell for cell in shown)


def test_only_addresses_of_the_web_become_links(english: Both) -> None:
    file = _docx(english)
    targets = {one.target_ref for one in file.part.rels.values() if one.is_external}
    assert targets == {"https://example.org/a", "https://example.org/d?a=1&b=2"}


def test_a_community_without_evidence_gets_a_page_that_says_so(tmp_path: Path) -> None:
    pack = made(bare())
    written = write_pack(pack, translator("en"), tmp_path / "pack", "2026-11-22T01:00:00+00:00")
    said = "There is no evidence for Binh Duong in the edition of 2019"
    assert said in (written.folder / "evidence.html").read_text(encoding="utf-8")
    assert said in "\n".join(one.text for one in docx.Document(str(written.folder / "evidence.docx")).paragraphs)


def test_a_long_text_is_cut_in_the_document_and_whole_in_the_tables(tmp_path: Path) -> None:
    rows = tables()
    rows["initiative"][0]["summary"] = LONG
    pack = made(rows)
    document = write_document(pack, translator("en"), [])
    runs = [
        run
        for block in document.blocks
        if isinstance(block, Table)
        for row in block.rows
        for cell in row
        for run in cell
    ]
    shown = [run.text for run in runs if run.text.startswith("nnn")]
    assert [len(text) for text in shown] == [602]
    assert shown[0].endswith(" …")
    write_xlsx(tmp_path / "book.xlsx", pack, translator("en"))
    sheet = openpyxl.load_workbook(tmp_path / "book.xlsx")["Initiatives"]
    assert LONG in [cell.value for cell in sheet[2]]


def test_nothing_is_called_a_question_of_the_framework(both: Both) -> None:
    page = (both[1].folder / "evidence.html").read_text(encoding="utf-8")
    assert not re.search(r"ICF question|question \d|câu hỏi (số )?\d", page, re.IGNORECASE)
