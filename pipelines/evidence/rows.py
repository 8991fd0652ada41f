"""Rows of a table one by one, for words that are written of each.

Put here: going through a table's rows.
Not here: anything that can be done to whole columns.
"""

from collections.abc import Iterator
from typing import Any

import pandas as pd


def rows(table: pd.DataFrame) -> Iterator[Any]:
    """Rows as named tuples; what is missing is None."""
    return table.astype(object).where(table.notna(), None).itertuples(index=False)
