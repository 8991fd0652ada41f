"""How the DOCX looks: its styles, and the parts of WordprocessingML that python-docx has no words for.

Put here: colours, styles, fields, bookmarks, links, shading.
Not here: what the document says (`report.py`), in which order it is written (`docx.py`).
"""

import re
from collections.abc import Sequence
from typing import Any

from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_ROW_HEIGHT_RULE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

FONT = "Calibri"
NAVY, INK, QUIET, BLUE, ORANGE = "12304F", "1A1A1A", "5B6670", "0072B2", "B34700"
MIST, SKY, RULE = "F3F6F9", "E3F0F9", "D5DCE3"
INKS = {"answered": BLUE, "met": BLUE, "on_track": BLUE, "stale": ORANGE, "behind": ORANGE, "missed": ORANGE}
"""Colour of what is in a state; other states are navy."""

_LANGUAGES = {"en": "en-GB", "vi": "vi-VN"}
_NAME_LENGTH = 40  # of a bookmark, at most
_PARAGRAPHS: dict[str, tuple[float, str, bool, float, float]] = {
    "Kicker": (11, BLUE, True, 130, 4),
    "Lead": (12, NAVY, False, 2, 8),
    "Small": (8.5, QUIET, False, 0, 4),
    "Notice": (9.5, INK, False, 4, 4),
    "Contents": (20, NAVY, True, 0, 10),
    "Contents line": (11, INK, False, 0, 5),
    "Number": (26, NAVY, True, 6, 0),
    "Number label": (9, QUIET, False, 0, 6),
    "Table head": (8.5, NAVY, True, 3, 3),
    "Table text": (9, INK, False, 3, 3),
    "Picture": (9, INK, False, 4, 8),
}
"""Size in points, colour, bold, points before and after of each of our paragraph styles."""

_HEADS = ("Title", "Subtitle", "Heading 1", "Heading 2")
_KEPT = {"Normal", "Default Paragraph Font", "Normal Table", "No List", "List Bullet", "Footer", "Header", "Strong"}
_KEPT |= {*_HEADS, *(f"{name} Char" for name in _HEADS)}
"""Styles of python-docx's template that stay."""

_CHARACTERS: dict[str, tuple[str, bool]] = {"Quiet": (QUIET, False), "Cited": (BLUE, False), "Link": (BLUE, False)}


def set_up(file: Any, language: str) -> None:
    """Page, language and styles."""
    section = file.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2)
    section.top_margin, section.bottom_margin = Cm(2), Cm(2)
    section.different_first_page_header_footer = True
    styles = file.styles
    for style in [style for style in styles if style.name not in _KEPT]:
        style.delete()  # python-docx goes through all of them for every run
    _font(styles["Normal"], 10, INK, False)
    styles["Normal"].paragraph_format.space_after = Pt(6)
    fonts = styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
    tag = fonts.find(qn("w:lang"))
    tag.set(qn("w:val"), _LANGUAGES[language])
    tag.set(qn("w:eastAsia"), _LANGUAGES[language])
    for name, points, above in (("Title", 38, 0), ("Subtitle", 15, 0), ("Heading 1", 22, 0), ("Heading 2", 13, 12)):
        _font(styles[name], points, NAVY, True)
        styles[name].paragraph_format.space_before, styles[name].paragraph_format.space_after = Pt(above), Pt(6)
        _without_border(styles[name])
    _font(styles["Subtitle"], 15, QUIET, False)
    styles["Subtitle"].font.italic = False
    styles["Subtitle"].paragraph_format.space_after = Pt(24)
    styles["Heading 1"].paragraph_format.page_break_before = True
    for name, (size, colour, is_bold, before, after) in _PARAGRAPHS.items():
        style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = styles["Normal"]
        _font(style, size, colour, is_bold)
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
    styles["Contents"].paragraph_format.page_break_before = True
    styles["Table head"].paragraph_format.keep_with_next = True
    _boxed(styles["Notice"])
    for name in ("Number", "Number label"):
        styles[name].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for name, (colour, is_bold) in _CHARACTERS.items():
        style = styles.add_style(name, WD_STYLE_TYPE.CHARACTER)
        style.font.color.rgb, style.font.bold = RGBColor.from_string(colour), is_bold


def _font(style: Any, size: float, colour: str, is_bold: bool) -> None:
    style.font.name, style.font.size, style.font.bold = FONT, Pt(size), is_bold
    style.font.color.rgb = RGBColor.from_string(colour)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for kind in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{kind}"), None)
    for kind in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{kind}"), FONT)


def _without_border(style: Any) -> None:
    properties = style.element.get_or_add_pPr()
    for border in properties.findall(qn("w:pBdr")):
        properties.remove(border)


def _boxed(style: Any) -> None:
    """A bar at the left and a pale ground, in the order that the standard wants."""
    properties = style.element.get_or_add_pPr()
    border = _element("w:pBdr")
    border.append(_element("w:left", val="single", sz="24", space="8", color=BLUE))
    properties.insert_element_before(border, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:outlineLvl")
    ground = _element("w:shd", val="clear", color="auto", fill=MIST)
    properties.insert_element_before(ground, "w:tabs", "w:spacing", "w:ind", "w:jc", "w:outlineLvl")


def _element(tag: str, /, **attributes: str) -> Any:
    made = OxmlElement(tag)
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), value)
    return made


def shade(cell: Any, colour: str) -> None:
    """Ground of a cell."""
    cell._tc.get_or_add_tcPr().append(_element("w:shd", val="clear", color="auto", fill=colour))


def badge(run: Any, state: str) -> None:
    """The look of a state: coloured words, bold where there is something."""
    run.font.color.rgb = RGBColor.from_string(INKS.get(state, QUIET))
    run.font.bold, run.font.size = True, Pt(8.5)


def lay_out(table: Any, widths: Sequence[float], *, ruled: bool = False, gap: bool = False) -> None:
    """Fixed widths in centimetres, room in the cells, and lines between rows where asked."""
    table.autofit = False
    properties = table._tbl.tblPr
    if ruled:
        borders = _element("w:tblBorders")
        for side in ("top", "bottom", "insideH"):
            borders.append(_element(f"w:{side}", val="single", sz="4", space="0", color=RULE))
        properties.append(borders)
    if gap:
        borders = _element("w:tblBorders")
        borders.append(_element("w:insideV", val="single", sz="48", space="0", color="FFFFFF"))
        properties.append(borders)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
    for row in table.rows:
        row.height_rule = WD_ROW_HEIGHT_RULE.AUTO
        row._tr.get_or_add_trPr().append(_element("w:cantSplit"))
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Cm(width)


def repeat_heading(row: Any) -> None:
    """The row stands again on every page; its ground is pale."""
    row._tr.get_or_add_trPr().append(_element("w:tblHeader"))
    for cell in row.cells:
        shade(cell, MIST)


def describe(shape: Any, name: str, alternative: str) -> None:
    """What a picture shows, for readers who do not see it."""
    shape._inline.docPr.set("name", name)
    shape._inline.docPr.set("descr", alternative)


def bookmark(key: str) -> str:
    """A name that a bookmark may have: letters, digits and underscores, begun by a letter."""
    return ("to_" + re.sub(r"\W", "_", key, flags=re.ASCII))[:_NAME_LENGTH]


def add_bookmark(paragraph: Any, number: int, name: str) -> None:
    """A place that links lead to: the whole paragraph."""
    start = _element("w:bookmarkStart", id=str(number), name=name)
    properties = paragraph._p.pPr
    paragraph._p.insert(0 if properties is None else 1, start)
    paragraph._p.append(_element("w:bookmarkEnd", id=str(number)))


def add_link(paragraph: Any, text: str, url: str = "", anchor: str = "") -> None:
    """A link to a page, or to a bookmark of the document; any other address stays plain text."""
    if url and not re.match(r"https?://", url, re.IGNORECASE):
        paragraph.add_run(text)
        return
    link = _element("w:hyperlink", **({"anchor": anchor} if anchor else {}))
    if url:
        link.set(qn("r:id"), paragraph.part.relate_to(url, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    run = paragraph.add_run(text)
    run.style = "Cited" if anchor else "Link"
    link.append(run._r)
    paragraph._p.append(link)


def add_footer(file: Any, text: str, page: str) -> None:
    """What the pack is about, and the page of how many; not on the cover."""
    section = file.sections[0]
    paragraph = section.footer.paragraphs[0]
    paragraph.style = "Small"
    paragraph.paragraph_format.tab_stops.clear_all()
    paragraph.paragraph_format.tab_stops.add_tab_stop(
        section.page_width - section.left_margin - section.right_margin, WD_TAB_ALIGNMENT.RIGHT
    )
    paragraph.add_run(f"{text}\t{page} ")
    _simple_field(paragraph, "PAGE", "1")
    paragraph.add_run(" / ")
    _simple_field(paragraph, "NUMPAGES", "1")


def _simple_field(paragraph: Any, code: str, shown: str) -> None:
    begin_field(paragraph, code)
    paragraph.add_run(shown)
    end_field(paragraph)


def begin_field(paragraph: Any, code: str) -> None:
    """Begin a field that the reading program works out; what follows is shown until then."""
    _mark(paragraph, "begin", dirty="true")
    instruction = OxmlElement("w:instrText")
    instruction.set(qn("xml:space"), "preserve")
    instruction.text = f" {code} "
    paragraph.add_run()._r.append(instruction)
    _mark(paragraph, "separate")


def end_field(paragraph: Any) -> None:
    """End the field."""
    _mark(paragraph, "end")


def _mark(paragraph: Any, kind: str, **more: str) -> None:
    paragraph.add_run()._r.append(_element("w:fldChar", fldCharType=kind, **more))


def add_contents_line(paragraph: Any, text: str, anchor: str, width: float) -> None:
    """A line of the table of contents: the heading, dots, and its page."""
    paragraph.paragraph_format.tab_stops.add_tab_stop(Cm(width), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)
    add_link(paragraph, text, anchor=anchor)
    paragraph.add_run("\t")
    _simple_field(paragraph, rf"PAGEREF {anchor} \h", "…")
