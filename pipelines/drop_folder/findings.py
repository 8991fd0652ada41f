"""What is wrong with a file, and how it is told in English and Vietnamese.

Put here: findings and where they are.
Not here: the sentences (`texts.yml`), the rules that find something (`cells.py`, `workbook.py`, `rows.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import yaml

LANGUAGES = ("en", "vi")
"""Languages of the sentences, as ISO 639-1."""

SHOWN = 60
"""Characters shown of what a cell holds."""


@lru_cache
def texts() -> dict[str, Any]:
    """The catalogue: every text in both languages."""
    path = Path(__file__).with_name("texts.yml")
    return dict(yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))


@dataclass(frozen=True)
class Place:
    """Where something stands in a file.

    Attributes:
        file: its name, without folders.
        sheet: empty for CSV and for the whole file.
        cell: such as F12; in CSV the column is counted too. Empty for the whole sheet.
    """

    file: str
    sheet: str = ""
    cell: str = ""

    def __str__(self) -> str:
        """File!sheet!cell; what does not apply is left out at the end."""
        return f"{self.file}!{self.sheet}!{self.cell}".rstrip("!")


@dataclass(frozen=True)
class Finding:
    """One thing to know about a file.

    Attributes:
        place: where.
        weight: `file` means that nothing of the file is read, `sheet` nothing of the sheet, `row` refuses the row,
            `note` changes nothing.
        key: of the sentence in the catalogue.
        facts: what the sentence names.
    """

    place: Place
    weight: Literal["file", "sheet", "row", "note"]
    key: str
    facts: Mapping[str, object] = field(default_factory=dict)

    def what(self, language: str = "en") -> str:
        """What was found."""
        return self._told(language, 0)

    def remedy(self, language: str = "en") -> str:
        """What to do."""
        return self._told(language, 1)

    def _told(self, language: str, part: int) -> str:
        facts = {name: fact[language] if isinstance(fact, dict) else fact for name, fact in self.facts.items()}
        return str(texts()["findings"][self.key][language][part]).format(**facts)


class UnreadableError(Exception):
    """Nothing of the file can be read; the finding says why."""

    def __init__(self, finding: Finding) -> None:
        self.finding = finding
        super().__init__(f"{finding.place}: {finding.what()} {finding.remedy()}")


def shown(value: object) -> str:
    """The beginning of what a cell holds, for a sentence; what could steer a terminal is shown as a mark."""
    text = " ".join(str(value).split())
    text = "".join(mark if mark.isprintable() else "\N{REPLACEMENT CHARACTER}" for mark in text)
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
