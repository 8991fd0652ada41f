"""Read numbers and years the way their source prints them.

Put here: decimal commas, thousands, marks instead of a figure, other calendars.
Not here: units (`units.py`), what a series or an area is (`meaning.py`).
"""

import numpy as np
import pandas as pd

from warehouse.registry.sources import Calendar, Numbers

_SPACES = r"[\s\u00a0\u2009\u202f]"


def read_numbers(text: pd.Series, numbers: Numbers) -> np.ndarray:
    """Numbers of printed values.

    Args:
        text: [rows] values as printed.
        numbers: how the source writes them.

    Returns:
        [rows] NaN where the source prints a mark for a missing figure, or no finite number.
    """
    plain = text.str.strip()
    figure = plain.str.replace("\u2212", "-", regex=False)
    if numbers.thousands:
        figure = figure.str.replace(
            _SPACES if numbers.thousands == " " else numbers.thousands, "", regex=numbers.thousands == " "
        )
    if numbers.decimal != ".":
        # A point left over is no decimal mark of this source: what it is must not be guessed.
        figure = figure.mask(figure.str.contains(".", regex=False)).str.replace(numbers.decimal, ".", regex=False)
    value = pd.to_numeric(figure, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    value = np.where(plain.isin(numbers.zero), 0.0, value)
    return np.where(plain.isin(list(numbers.missing)) | ~np.isfinite(value), np.nan, value)


def read_years(text: pd.Series, calendar: Calendar) -> np.ndarray:
    """Years of printed years, dates or periods.

    Args:
        text: [rows] as printed.
        calendar: how the source writes them.

    Returns:
        [rows] years of the common era; NaN where the text is none.
    """
    found = text.str.strip().str.extract(rf"^(?:{calendar.pattern})$")["year"]
    return pd.to_numeric(found, errors="coerce").to_numpy(dtype=float, na_value=np.nan) + calendar.offset
