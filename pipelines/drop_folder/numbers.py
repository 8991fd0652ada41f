"""Numbers and years as people type them.

Put here: what a cell's content means as a number or a year, and which spellings cannot be told apart.
Not here: which column holds what (`rows.py`).
"""

import datetime as dt
import re
from dataclasses import dataclass, field
from decimal import Decimal

from pipelines.drop_folder.cells import Cell

_SPACED = re.compile(r"[+-]?\d{1,3}( \d{3})+([.,]\d+)?", re.ASCII)
_PLAIN = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?", re.ASCII)
_GROUPED = re.compile(r"[+-]?\d{1,3}([.,])\d{3}(\1\d{3})*", re.ASCII)
_COMMA = re.compile(r"[+-]?\d+,\d+", re.ASCII)
_BOTH = re.compile(r"[+-]?\d{1,3}(?:(\.)(?:\d{3}\.)*\d{3},\d+|(,)(?:\d{3},)*\d{3}\.\d+)", re.ASCII)
_YEAR = re.compile(
    r"(?:\d{1,2}[/.-]){0,2}(?P<last>\d{4})|(?P<first>\d{4})[/.-](0?[1-9]|1[0-2])([/.-](0?[1-9]|[12]\d|3[01]))?",
    re.ASCII,
)
_MOST_DIGITS = 30
_FIRST_DAYS = 1920
"""A year typed into a cell that shows dates becomes a day before this year: 2024 is 16 July 1905."""


@dataclass(frozen=True)
class Reading:
    """What a cell means.

    Attributes:
        text: the number with a decimal point, or the year; empty where there is none.
        refusal: key of the sentence that says why there is none.
        facts: of that sentence.
    """

    text: str = ""
    refusal: str = ""
    facts: dict[str, object] = field(default_factory=dict)


def read_number(cell: Cell, unit: str) -> Reading:
    """Read a value.

    Args:
        cell: a number, or text in the English or the Vietnamese way of writing numbers.
        unit: of the figure; a cell shown as percent counts a hundredfold where it is a percentage.
    """
    if isinstance(cell.value, dt.date | dt.time | dt.timedelta):
        return Reading(refusal="value_is_date")
    if isinstance(cell.value, bool):
        return Reading(refusal="not_a_number")
    if isinstance(cell.value, int | float):
        number = Decimal(repr(cell.value))
        if cell.is_percent and not unit.startswith("%"):
            return Reading(refusal="percent_of_what", facts={"unit": unit})
        return _said(number * 100 if cell.is_percent else number)
    text = cell.text
    is_percent = text.endswith("%")
    if is_percent and not unit.startswith("%"):
        return Reading(refusal="percent_of_what", facts={"unit": unit})
    return _read_text(text.rstrip("% "))


def _read_text(written: str) -> Reading:
    text = written.replace("−", "-")
    text = text.replace(" ", "") if _SPACED.fullmatch(text) else text
    grouped = _GROUPED.fullmatch(text)
    if both := _BOTH.fullmatch(text):
        thousands, decimal = (".", ",") if both[1] else (",", ".")
        text = text.replace(thousands, "").replace(decimal, ".")
    elif grouped and grouped[2]:
        text = text.replace(grouped[1], "")
    elif grouped and not text.lstrip("+-").startswith("0"):
        large, small = text.replace(grouped[1], ""), text.replace(",", ".")
        return Reading(refusal="two_readings", facts={"large": large, "small": small})
    elif _COMMA.fullmatch(text):
        text = text.replace(",", ".")
    return _said(Decimal(text)) if _PLAIN.fullmatch(text) else Reading(refusal="not_a_number")


def _said(number: Decimal) -> Reading:
    if not number.is_finite() or abs(number.adjusted()) > _MOST_DIGITS:
        return Reading(refusal="not_a_number")
    return Reading(_plain(number))


def _plain(number: Decimal) -> str:
    """A number without exponent and without zeros at its end."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def read_year(cell: Cell, first: int, last: int) -> Reading:
    """Read a year out of a year or a date, whatever order its day and month are in.

    Args:
        cell: a number, a date, or text.
        first: earliest year that is kept.
        last: latest year of which there can be a figure.
    """
    if isinstance(cell.value, dt.date) and cell.value.year < _FIRST_DAYS:
        return Reading(refusal="year_is_day", facts={"day": cell.value.strftime("%d/%m/%Y")})
    found = _YEAR.fullmatch(str(cell.value.year) if isinstance(cell.value, dt.date) else cell.text)
    if found is None or (isinstance(cell.value, float) and not cell.value.is_integer()):
        return Reading(refusal="not_a_year")
    year = int(found["last"] or found["first"])
    if year > last:
        return Reading(refusal="year_to_come", facts={"year": year, "last": last})
    if year < first:
        return Reading(refusal="year_too_early", facts={"year": year, "first": first})
    return Reading(str(year))
