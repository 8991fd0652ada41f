"""Several years of the same units: fill gaps from other years, and measure trends.

Series are given long: one row a unit and year. The rows may come in any order and keep it.
"""

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pipelines.scoring.errors import TableError

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
_STEP = "panel"


def latest(x: ArrayLike, unit: ArrayLike, time: ArrayLike, max_age: float | None = None) -> Floats:
    """Fill a gap with the unit's latest earlier figure.

    Args:
        x: [rows, indicators], NaN where missing.
        unit: [rows] the code of the unit.
        time: [rows] the year.
        max_age: the most years between the figure and the gap; any number if None.

    Returns:
        [rows, indicators]; gaps before the first figure, or older than `max_age`, stay NaN.

    Raises:
        TableError: a unit has two rows in a year.
    """
    grid = _Grid(x, unit, time)
    before, _ = grid.neighbours()
    filled, when = grid.take(before)
    if max_age is not None:
        filled = np.where(grid.years[None, :, None] - when <= max_age, filled, np.nan)
    return grid.back(filled)


def constant(x: ArrayLike, unit: ArrayLike, time: ArrayLike, ends: Literal["hold", "missing"] = "hold") -> Floats:
    """Fill a gap with the unit's figure before it; before the first figure with the first, if ends `hold`.

    Arguments and errors as in `latest`; `ends: missing` leaves what lies outside the first and last figure.
    """
    grid = _Grid(x, unit, time)
    before, after = grid.neighbours()
    inner, edge = grid.take(before)[0], grid.take(np.where(before < 0, after, before))[0]
    return grid.back(edge if ends == "hold" else np.where((before < 0) | (after < 0), np.nan, inner))


def linear(x: ArrayLike, unit: ArrayLike, time: ArrayLike, ends: Literal["hold", "missing"] = "hold") -> Floats:
    """Fill a gap on the straight line between the unit's figures before and after it.

    Arguments and errors as in `latest`; outside the first and last figure these are held, or left missing.
    """
    grid = _Grid(x, unit, time)
    before, after = grid.neighbours()
    (low, start), (high, end) = grid.take(before), grid.take(after)
    width = np.where(end > start, end - start, 1.0)
    inner = low + (high - low) * (grid.years[None, :, None] - start) / width
    edge = grid.take(np.where(before < 0, after, before))[0]
    outside = (before < 0) | (after < 0)
    return grid.back(np.where(outside, edge if ends == "hold" else np.nan, inner))


def growth(x: ArrayLike, unit: ArrayLike, time: ArrayLike) -> tuple[list[str], Floats]:
    """Compound annual growth rate between each unit's first and last figure.

    Args:
        x: [rows, indicators], NaN where missing.
        unit: [rows] the code of the unit.
        time: [rows] the year.

    Returns:
        The codes of the units in the order of their first rows, and [units, indicators] rates: 0.05 is 5 % a
        year; 0 where the two figures are equal, NaN with fewer than two figures, or where no rate leads from
        the first to the last (a zero first, or another sign).
    """
    grid = _Grid(x, unit, time)
    (first, start), (last, end) = grid.ends()
    years = np.where(end > start, end - start, np.nan)
    ratio = np.divide(last, first, out=np.full(first.shape, np.nan), where=first != 0)
    rate = np.where(ratio >= 0, np.abs(ratio), np.nan) ** (1.0 / years) - 1.0
    return grid.codes, np.where(end > start, np.where(first == last, 0.0, rate), np.nan)


def slope(x: ArrayLike, unit: ArrayLike, time: ArrayLike) -> tuple[list[str], Floats]:
    """Change a year by the least-squares line through each unit's figures, in the indicator's unit.

    Returns:
        The codes of the units, and [units, indicators]; NaN with fewer than two figures.
    """
    grid = _Grid(x, unit, time)
    known = ~np.isnan(grid.cube)
    count = np.maximum(known.sum(axis=1), 1)
    year = np.where(known, grid.years[None, :, None], 0.0)
    value = np.where(known, grid.cube, 0.0)
    off_year = np.where(known, year - (year.sum(axis=1) / count)[:, None], 0.0)
    off_value = np.where(known, value - (value.sum(axis=1) / count)[:, None], 0.0)
    spread = (off_year**2).sum(axis=1)
    return grid.codes, (off_year * off_value).sum(axis=1) / np.where(spread > 0, spread, np.nan)


class _Grid:
    """The rows set out as [units, years, indicators], NaN where a unit has no row or no figure."""

    def __init__(self, x: ArrayLike, unit: ArrayLike, time: ArrayLike) -> None:
        table, years = np.asarray(x, dtype=float), np.asarray(time, dtype=float)
        unit_codes = [str(u) for u in np.asarray(unit).tolist()]
        self.codes = list(dict.fromkeys(unit_codes))
        place = {code: i for i, code in enumerate(self.codes)}
        self._row = np.asarray([place[code] for code in unit_codes], dtype=np.int64)
        self.years, self._column = np.unique(years, return_inverse=True)
        flat = self._row * len(self.years) + self._column
        if len(np.unique(flat)) < len(flat):
            first = np.unique(flat, return_index=True)[1]
            twice = int(np.setdiff1d(np.arange(len(flat)), first)[0])
            problem = f"two rows for {years[twice]:g}"
            raise TableError(_STEP, problem, "Give a unit one row a year.", unit=unit_codes[twice])
        self.cube = np.full((len(self.codes), len(self.years), table.shape[1]), np.nan)
        self.cube[self._row, self._column] = table

    def neighbours(self) -> tuple[Integers, Integers]:
        """The year numbers of the nearest figure at or before, and at or after, each cell; -1 for none."""
        number = np.where(np.isnan(self.cube), -1, np.arange(len(self.years))[None, :, None])
        before = np.maximum.accumulate(number, axis=1)
        far = len(self.years)
        reverse = np.where(number < 0, far, number)[:, ::-1]
        after = np.minimum.accumulate(reverse, axis=1)[:, ::-1]
        return before, np.where(after == far, -1, after)

    def take(self, number: Integers) -> tuple[Floats, Floats]:
        """The figures of those year numbers, and their years; NaN for -1."""
        safe = np.maximum(number, 0)
        value = np.where(number < 0, np.nan, np.take_along_axis(self.cube, safe, axis=1))
        return value, np.where(number < 0, np.nan, self.years[safe])

    def ends(self) -> tuple[tuple[Floats, Floats], tuple[Floats, Floats]]:
        """The first figure of each series and its year, and the last."""
        before, after = self.neighbours()
        (first, start), (last, end) = self.take(after[:, :1]), self.take(before[:, -1:])
        return (first[:, 0], start[:, 0]), (last[:, 0], end[:, 0])

    def back(self, cube: Floats) -> Floats:
        """The rows in the order they came in, present figures untouched."""
        return np.where(np.isnan(self.cube), cube, self.cube)[self._row, self._column]
