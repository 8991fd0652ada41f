"""The columns of a file of the drop folder.

Put here: which there are, in the template's order, and recognising their headers.
Not here: their titles and help (`texts.yml`), what may stand in them (`rows.py`).
"""

from pipelines.drop_folder.findings import LANGUAGES, texts

COLUMNS = (
    "indicator",
    "unit",
    "area",
    "area_level",
    "area_name",
    "year",
    "value",
    "quality",
    "publisher",
    "url",
    "document",
    "note",
)
"""In the order of the template; a file may have them in any order."""

REQUIRED = ("indicator", "unit", "area", "year", "value", "publisher")
"""Columns that a file must have and cells that must be filled."""

FOUND_BY = ("indicator", "value")
"""Columns by which the header row is recognised."""

CHOICES = " | "
"""Between code and name in a drop-down list; only the code counts."""


def title(column: str, language: str) -> str:
    """What the column is called."""
    return str(texts()["columns"][column][language][0])


def heading(column: str) -> str:
    """What stands above the column in the template: both languages."""
    return f"{title(column, 'vi')} / {title(column, 'en')}"


def column_of(header: str) -> str | None:
    """The column that a header means: its id, its title in a language, or the template's heading."""
    return _by_header().get(header.casefold().strip(" *"))


def _by_header() -> dict[str, str]:
    names = {column: [column, heading(column), *(title(column, code) for code in LANGUAGES)] for column in COLUMNS}
    return {name.casefold(): column for column, spellings in names.items() for name in spellings}
