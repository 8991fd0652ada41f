"""The parts that a pack's document is made of, whatever format it is written in.

Put here: headings, paragraphs, tables and pictures as plain data.
Not here: their words (`report.py`, `chapters.py`), their look (`docx.py`, `html.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Run:
    """Words in one look."""

    text: str
    look: str = ""
    """Nothing, strong, quiet, break (a new line), source (a number that citations lead to), or the code of a state."""
    url: str = ""
    numbers: tuple[int, ...] = ()
    """Numbers of sources; then there are no words."""


@dataclass(frozen=True)
class Heading:
    """A heading that the contents list names."""

    text: str
    key: str
    level: int = 1


@dataclass(frozen=True)
class Paragraph:
    """A paragraph: body, lead, quiet, or notice, which stands in a box."""

    runs: tuple[Run, ...]
    look: str = "body"


@dataclass(frozen=True)
class Items:
    """A list of short points."""

    points: tuple[tuple[Run, ...], ...]


@dataclass(frozen=True)
class Tile:
    """One number that stands out."""

    value: str
    label: str
    look: str = ""


@dataclass(frozen=True)
class Tiles:
    """A row of numbers that stand out."""

    tiles: tuple[Tile, ...]


@dataclass(frozen=True)
class Column:
    """A column of a table."""

    title: str
    share: float
    """Part of the table's width."""
    is_number: bool = False


@dataclass(frozen=True)
class Table:
    """A table with a heading row that repeats on every page."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[tuple[Run, ...], ...], ...]
    marked: int | None = None
    """Row that stands out."""


@dataclass(frozen=True)
class Picture:
    """A picture of the pack's folder of figures."""

    name: str
    alternative: str


Block = Heading | Paragraph | Items | Tiles | Table | Picture


@dataclass(frozen=True)
class Cover:
    """The first page."""

    kicker: str
    title: str
    subtitle: str
    facts: tuple[tuple[str, str], ...]
    notices: tuple[str, ...]


@dataclass(frozen=True)
class Document:
    """A whole document."""

    language: str
    title: str
    description: str
    contents: str
    """Heading of the list of contents."""
    page: str
    """Words before a page's number."""
    footer: str
    cover: Cover
    blocks: tuple[Block, ...]


def body(*runs: Run | str, look: str = "body") -> Paragraph:
    """A paragraph of runs and plain words."""
    return Paragraph(line(*runs), look)


def line(*runs: Run | str) -> tuple[Run, ...]:
    """Runs of which plain words may be written as they are; empty ones are left out."""
    made = (run if isinstance(run, Run) else Run(run) for run in runs)
    return tuple(run for run in made if run.text or run.numbers)


def lines(*parts: Sequence[Run | str]) -> tuple[Run, ...]:
    """Several lines in one cell; empty ones are left out."""
    kept = [line(*part) for part in parts]
    first, *others = [part for part in kept if part] or [()]
    return (*first, *(run for part in others for run in (Run(" ", "break"), *part)))
