"""Read numbers and years the way their source prints them.

Put here: decimal commas, thousands, marks instead of a figure, other calendars.
Not here: units (`units.py`), what a series or an area is (`meaning.py`), the sentence for a refusal (`harmonise.py`).
"""

import re
from functools import lru_cache

import numpy as np
import pandas as pd

from warehouse.registry.sources import Calendar, Numbers

PLAIN_NUMBERS, PLAIN_CALENDAR = Numbers(), Calendar()
"""How a source prints that says nothing about it."""

_DATE = re.compile(r"(?P<year>\d{4})(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?", re.ASCII)
_BLANKS = "[ \u00a0\u2009\u202f]"
_MINUS = "\u2212"


def read_numbers(text: pd.Series, numbers: Numbers = PLAIN_NUMBERS) -> np.ndarray:
    """Numbers of printed values.

    A text that breaks the source's own rules is no number: with a decimal comma, "1.5" and "1.23" have no meaning, and
    what they might mean is not guessed.

    Args:
        text: [rows] values as printed.
        numbers: how the source writes them.

    Returns:
        [rows] NaN where the source prints a mark for a missing figure, or no finite number.
    """
    plain = text.str.strip()
    value = pd.to_numeric(_plain(plain, numbers), errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    if numbers.zero:
        value = np.where(plain.isin(numbers.zero), 0.0, value)
    return np.where(plain.isin(list(numbers.missing)) | ~np.isfinite(value), np.nan, value)


def marks(text: pd.Series, numbers: Numbers) -> pd.Series:
    """What the marks printed instead of figures mean; NaN where a figure, or something else, is printed."""
    return text.str.strip().map(dict(numbers.missing))


def year_of(text: str, calendar: Calendar = PLAIN_CALENDAR) -> int | None:
    """The year of a printed year or period in the common era; of a date too, where the source says nothing else."""
    pattern = _DATE if calendar == PLAIN_CALENDAR else _compiled(calendar.pattern)
    found = pattern.fullmatch(" ".join(text.split()))
    year = found["year"] if found else None
    return int(year) + calendar.offset if year else None


def read_years(text: pd.Series, calendar: Calendar = PLAIN_CALENDAR) -> np.ndarray:
    """Years of printed years, dates or periods.

    Args:
        text: [rows] as printed.
        calendar: how the source writes them.

    Returns:
        [rows] years of the common era; NaN where the text is none.
    """
    codes, distinct = pd.factorize(text)
    return np.array([*(year_of(year, calendar) for year in distinct), None], dtype=float)[codes]


def _plain(text: pd.Series, numbers: Numbers) -> pd.Series:
    """Texts with a decimal point and nothing between the digits; empty where the source's rules are broken."""
    if numbers.decimal == "." and not numbers.thousands:
        return text
    point, group = re.escape(numbers.decimal), _BLANKS if numbers.thousands == " " else re.escape(numbers.thousands)
    whole = f"(?:[0-9]{{1,3}}(?:{group}[0-9]{{3}})+|[0-9]+)" if numbers.thousands else "[0-9]+"
    text = text.str.replace(_MINUS, "-", regex=False)
    text = text.where(text.str.fullmatch(f"[+-]?{whole}(?:{point}[0-9]*)?(?:[eE][+-]?[0-9]+)?"), "")
    if numbers.thousands:
        text = text.str.replace(group, "", regex=True)
    return text.str.replace(numbers.decimal, ".", regex=False)


@lru_cache(maxsize=64)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.ASCII)
