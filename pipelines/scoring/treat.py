"""Outliers: test each indicator by skewness and kurtosis, winsorise, else transform. No unit is dropped.

Source: OECD/JRC Handbook (2008), steps 3 and 5; the two-stage treatment as in COINr and the JRC's COIN Tool.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pipelines.scoring.errors import NotPositiveError
from pipelines.scoring.method import Fallback, Treatment

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
_STEP = "treat"


@dataclass(frozen=True)
class Treated:
    """What happened to one indicator.

    Attributes:
        column: its column number.
        skewness, kurtosis: of the figures as they came; NaN where not tested.
        outcome: `passed`, `winsorised`, `transformed`, `still failing`, `left` (by an override) or `not
            tested` (fewer than four figures, or all equal).
        winsorised: how many figures were moved and stay so.
        function: the transformation applied, or an empty text.
        skewness_after, kurtosis_after: of the figures as they left.
    """

    column: int
    skewness: float
    kurtosis: float
    outcome: str
    winsorised: int
    function: str
    skewness_after: float
    kurtosis_after: float


def skewness(x: ArrayLike) -> Floats:
    """Sample-corrected skewness of each column (type 2 of Joanes and Gill; Excel's SKEW).

    Args:
        x: [units] or [units, indicators], NaN where missing.

    Returns:
        [] or [indicators]; NaN with fewer than three figures or when all are equal.
    """
    return _shape(np.asarray(x, dtype=float))[0]


def kurtosis(x: ArrayLike) -> Floats:
    """Sample-corrected excess kurtosis of each column (type 2 of Joanes and Gill; Excel's KURT).

    Args:
        x: [units] or [units, indicators], NaN where missing.

    Returns:
        [] or [indicators]; NaN with fewer than four figures or when all are equal.
    """
    return _shape(np.asarray(x, dtype=float))[1]


def passes(x: ArrayLike, skew_limit: float = 2.0, kurtosis_limit: float = 3.5) -> Flags:
    """Whether each column has no outliers: |skewness| below its limit, or excess kurtosis below its own.

    Args:
        x: [units] or [units, indicators], NaN where missing.
        skew_limit: of the absolute skewness.
        kurtosis_limit: of the excess kurtosis.
    """
    skew, kurt = _shape(np.asarray(x, dtype=float))
    return np.asarray((np.abs(skew) < skew_limit) | (kurt < kurtosis_limit))


def winsorise(x: ArrayLike, how: Treatment | None = None) -> tuple[Floats, Flags]:
    """Move the most extreme figures of one column to the next one, one value at a time, until it passes.

    The side is that to which the figures are skewed. Figures which are equal move together; a value of which
    more figures are equal than may still be moved stays, and so does the last pair of values.

    Args:
        x: [units], NaN where missing.
        how: the limits; `force` winsorises on after the test is passed.

    Returns:
        [units] the figures, and [units] which were moved.
    """
    how = how or Treatment()
    whole = np.array(x, dtype=float)
    known = np.flatnonzero(~np.isnan(whole))
    y = whole[known]
    moved = np.zeros(len(y), dtype=bool)
    most = len(y) if how.max_winsorised is None else how.max_winsorised
    while True:
        skew, kurt = _shape(y)
        if not how.force and (abs(skew) < how.skewness or kurt < how.kurtosis):
            break
        at_edge = y == (y.min() if skew < 0 else y.max())
        rest = y[~at_edge]
        would_move = moved | at_edge
        if would_move.sum() > most or rest.size == 0 or rest.min() == rest.max():
            break
        y[at_edge] = rest.min() if skew < 0 else rest.max()
        moved = would_move
    whole[known] = y
    flags = np.zeros(len(whole), dtype=bool)
    flags[known] = moved
    return whole, flags


def transform(x: ArrayLike, function: Fallback, exponent: float | None = None) -> Floats:
    """Transform one column by a logarithm or Box-Cox; the order of the units stays.

    With r the range and m the minimum: `log_shifted` ln(x - m + r/100); `log_mirrored` the same for a
    positive skew and -ln(max + r/100 - x) for a negative one; `log_plus_one` ln(x - m + 1); `log_gii`
    ln((max - 1)(x - m)/r + 1), as the Global Innovation Index has it; `log` ln(x); `boxcox` of x - m + 1
    with the exponent, or the one of maximum likelihood.

    Args:
        x: [units], NaN where missing.
        function: one of the above, or `none`.
        exponent: of `boxcox`.

    Raises:
        NotPositiveError: `log` met a figure that is not positive, or `log_gii` a maximum that is not above 1.
    """
    x = np.asarray(x, dtype=float)
    low, high = np.fmin.reduce(x), np.fmax.reduce(x)
    margin = 0.01 * (high - low)
    match function:
        case "log_shifted":
            return np.log(x - low + margin)
        case "log_mirrored":
            return np.log(x - low + margin) if skewness(x) > 0 else -np.log(high + margin - x)
        case "log_plus_one":
            return np.log(x - low + 1.0)
        case "log_gii":
            _require(high > 1, f"log_gii needs a maximum above 1, not {high:g}")
            return np.log((high - 1.0) * (x - low) / (high - low) + 1.0)
        case "log":
            _require(low > 0, f"the logarithm does not take {low:g}")
            return np.log(x)
        case "boxcox":
            return _boxcox(x - low + 1.0, exponent)
    return x


def treat(
    x: ArrayLike, how: Treatment | None = None, overrides: Mapping[int, Treatment | None] | None = None
) -> tuple[Floats, Flags, list[Treated]]:
    """Treat each indicator that fails the test: winsorise; if it still fails, transform the original instead.

    Args:
        x: [units, indicators], NaN where missing.
        how: the treatment of all.
        overrides: by column number, another treatment, or None to leave the column as it is.

    Returns:
        [units, indicators] the figures, [units, indicators] which were winsorised, and one record an
        indicator.

    Raises:
        NotPositiveError: a transformation does not take the figures of an indicator.
    """
    how = how or Treatment()
    special = dict(overrides or {})
    y = np.array(x, dtype=float)
    moved = np.zeros(y.shape, dtype=bool)
    skew, kurt = _shape(y)
    tested = ~np.isnan(kurt)
    ok = tested & ((np.abs(skew) < how.skewness) | (kurt < how.kurtosis))
    records = []
    for column in range(y.shape[1]):
        own = special.get(column, how)
        before = (column, float(skew[column]), float(kurt[column]))
        quiet = ok[column] and not how.force and column not in special
        if own is None or quiet or not tested[column]:
            outcome = "left" if own is None else "passed" if quiet else "not tested"
            records.append(Treated(*before, outcome, 0, "", *before[1:]))
            continue
        y[:, column], moved[:, column], record = _treat_column(y[:, column], own, before)
        records.append(record)
    return y, moved, records


def _treat_column(x: Floats, how: Treatment, before: tuple[int, float, float]) -> tuple[Floats, Flags, Treated]:
    """The figures of a column, which were moved, and its record, which begins with `before`."""
    y, moved = winsorise(x, how)
    skew, kurt = (float(value) for value in _shape(y))
    count = int(moved.sum())
    if abs(skew) < how.skewness or kurt < how.kurtosis:
        outcome = "winsorised" if count else "passed"
        return y, moved, Treated(*before, outcome, count, "", skew, kurt)
    if how.fallback == "none":
        return y, moved, Treated(*before, "still failing", count, "", skew, kurt)
    try:
        y = transform(y if how.combine else x, how.fallback, how.boxcox_lambda)
    except NotPositiveError as error:
        error.code = before[0]
        raise
    skew, kurt = (float(value) for value in _shape(y))
    outcome = "transformed" if abs(skew) < how.skewness or kurt < how.kurtosis else "still failing"
    count *= how.combine
    return y, moved & how.combine, Treated(*before, outcome, count, how.fallback, skew, kurt)


def _shape(x: Floats) -> tuple[Floats, Floats]:
    """Skewness and excess kurtosis of each column, by the sums of powers of what is off the mean."""
    gaps = np.isnan(x)
    count = (len(x) - gaps.sum(axis=0)).astype(float)
    low, high, total = x.min(axis=0), x.max(axis=0), x.sum(axis=0)
    if np.isnan(total).any():
        low, high = np.fmin.reduce(x, axis=0), np.fmax.reduce(x, axis=0)
        total = np.where(gaps, 0.0, x).sum(axis=0)
    off = x - total / np.maximum(count, 1.0)
    off[gaps] = 0.0
    square = off * off
    second = np.where(low < high, square.sum(axis=0), np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        g1 = np.sqrt(count) * np.einsum("i...,i...->...", square, off) / second**1.5
        g2 = count * np.einsum("i...,i...->...", square, square) / second**2 - 3.0
        skew = g1 * np.sqrt(count * (count - 1.0)) / (count - 2.0)
        kurt = ((count + 1.0) * g2 + 6.0) * (count - 1.0) / ((count - 2.0) * (count - 3.0))
    return np.where(count > 2, skew, np.nan), np.where(count > 3, kurt, np.nan)


def _boxcox(x: Floats, exponent: float | None) -> Floats:
    if exponent is None:
        from scipy.stats import boxcox_normmax  # slow to import, and seldom needed

        exponent = float(boxcox_normmax(x[~np.isnan(x)], method="mle"))
    return np.log(x) if exponent == 0 else (x**exponent - 1.0) / exponent


def _require(holds: bool, problem: str) -> None:
    if not holds:
        advice = "Choose another fallback, such as log_shifted, or an override for this indicator."
        raise NotPositiveError(_STEP, problem, advice)
