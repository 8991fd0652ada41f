"""Checks of the arrays that weights, outranking and analyses receive.

Put here: shape, infinity, missing cells, variation, weights; a check returns the array ready for use or
raises a named error. Not here: any computation of a score.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pipelines.scoring.errors import ConstantError, InfiniteError, ScoringError, TableError

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]


class MissingError(ScoringError):
    """A method which needs every figure met missing ones."""


class WeightError(ScoringError):
    """Weights do not fit: wrong number, negative, missing, infinite, or all zero."""


def as_table(values: ArrayLike, step: str) -> Floats:
    """Return `values` as floats [units, indicators], NaN where missing.

    Raises:
        TableError: not two-dimensional, or without units or indicators.
        InfiniteError: a figure is infinite.
    """
    table = np.asarray(values, dtype=float)
    if table.ndim != 2 or 0 in table.shape:
        raise TableError(step, f"an array of shape {table.shape} came", "Give a table [units, indicators].")
    infinite = np.isinf(table)
    if infinite.any():
        unit, code = (int(i) for i in np.argwhere(infinite)[0])
        raise InfiniteError(step, "a figure is infinite", "Correct it or mark it as missing.", code=code, unit=unit)
    return table


def as_complete(values: ArrayLike, step: str) -> Floats:
    """Return `values` as a table without missing cells.

    Raises:
        TableError, InfiniteError: see `as_table`.
        MissingError: a cell is missing.
    """
    table = as_table(values, step)
    missing = np.isnan(table)
    if missing.any():
        unit, code = (int(i) for i in np.argwhere(missing)[0])
        problem = f"{int(missing.sum())} figures are missing, of which the first is here"
        advice = "Impute them, or leave out the units or indicators concerned."
        raise MissingError(step, problem, advice, code=code, unit=unit)
    return table


def as_varying(values: ArrayLike, step: str, least: int = 2) -> Floats:
    """Return `values` as a complete table in which every indicator varies.

    Args:
        values: [units, indicators].
        step: what needs it, for the message.
        least: the least number of units.

    Raises:
        TableError: not a table, or too few units.
        InfiniteError, MissingError: see `as_complete`.
        ConstantError: an indicator has one value only.
    """
    table = as_complete(values, step)
    if len(table) < least:
        raise TableError(step, f"there are {len(table)} units", f"Give at least {least}.")
    constant = np.ptp(table, axis=0) == 0
    if constant.any():
        code = int(np.argmax(constant))
        raise ConstantError(step, "every unit has the same figure", "Leave the indicator out.", code=code)
    return table


def as_weights(weights: ArrayLike, number: int, step: str = "weight") -> Floats:
    """Return relative weights [number] as shares that sum to 1.

    Raises:
        WeightError: wrong number, or negative, missing, infinite, or all zero.
    """
    given = np.asarray(weights, dtype=float)
    if given.shape != (number,):
        problem = f"an array of shape {given.shape} came for {number} weights"
        raise WeightError(step, problem, "Give one weight for each.")
    wrong = ~np.isfinite(given) | (given < 0)
    if wrong.any():
        code = int(np.argmax(wrong))
        raise WeightError(step, f"the weight {given[code]:g} is no share", "Give a number from 0 up.", code=code)
    if not given.any():
        raise WeightError(step, "all weights are 0", "Give at least one above 0.")
    scaled = given / given.max()  # so that the sum of very large or very small weights stays a number
    return scaled / scaled.sum()
