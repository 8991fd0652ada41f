"""What would move a total: the worth of one figure, realistic changes, and the smallest set of them.

Put here: functions of arrays about one unit changing while all others stay where they are. They hold for totals that
are linear in the scores of the indicators, which arithmetic means all the way down are.
Not here: names, editions, tables (`pipelines/improve.py`); changing several units at once.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from pipelines.scoring.errors import MethodError

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]
Total = Callable[[Floats], tuple[Floats, Floats]]
"""Scores [units, leaves] to totals [units] and the leaves' weights in them [units, leaves]; NaN without a total."""

TIE = 1e-12
"""Totals that differ by no more than this share of the largest are ties, as in `ranks.competition`."""

LEAST_SPAN = 2
"""Years between two figures that show a change; neighbouring years show mostly noise."""


def one_figure(leaf: Floats, result: tuple[Floats, Floats], total: Total) -> tuple[Floats, Floats]:
    """The total of each unit as a line over the score of each one of its indicators.

    Args:
        leaf: [units, leaves] scores, NaN where missing.
        result: `total(leaf)`.
        total: how totals are made.

    Returns:
        [units, leaves] the total were this score 0, and what one point of this score is worth: where the score is
        missing, after it came in and the weights were rescaled. NaN where there would be no total.

    Raises:
        MethodError: a total is not linear in the scores.
    """
    score, weight = result
    if np.isnan(weight[~np.isnan(score)]).any():
        advice = "Use arithmetic means all the way down, or leave the advice out."
        raise MethodError("improve", "the total is not linear in the scores", advice)
    base = score[:, None] - weight * np.nan_to_num(leaf)
    worth = weight.copy()
    unit, column = np.nonzero(np.isnan(leaf))
    filled = leaf[unit]
    row = np.arange(len(unit))
    filled[row, column] = 0.0
    base[unit, column], new_weight = total(filled)
    worth[unit, column] = new_weight[row, column]
    return base, worth


def place(score: ArrayLike, rivals: ArrayLike) -> Floats:
    """Rank of a score among rivals: 1 and how many of them are better; NaN for no score.

    Args:
        score: [...].
        rivals: [..., rivals] NaN where one has no score; its leading axes fit those of `score`.
    """
    score, rivals = np.asarray(score, dtype=float), np.asarray(rivals, dtype=float)
    tie = TIE * np.fmax.reduce(np.abs(rivals), axis=None, initial=0.0)
    better = (rivals > score[..., None] + tie).sum(axis=-1)
    return np.where(np.isnan(score), np.nan, 1.0 + better)


def quantile(x: ArrayLike, q: ArrayLike) -> Floats:
    """Quantile over the last axis by linear interpolation, of what is present; NaN where nothing is.

    Args:
        x: [..., items] NaN where missing.
        q: 0 to 1; its axes fit the leading ones of `x`.
    """
    ordered = np.sort(np.asarray(x, dtype=float), axis=-1)
    count = (~np.isnan(ordered)).sum(axis=-1)
    at = np.asarray(q, dtype=float) * np.maximum(count - 1, 0)
    low = np.floor(at).astype(int)
    high = np.minimum(low + 1, np.maximum(count - 1, 0))
    below, above = (np.take_along_axis(ordered, i[..., None], axis=-1)[..., 0] for i in (low, high))
    return below + (at - low) * (above - below)


def value_at(score: ArrayLike, lower: ArrayLike, upper: ArrayLike, is_log: ArrayLike, sign: ArrayLike) -> Floats:
    """The value that has a score: the inverse of `normalise.goalposts` with scale 100.

    Args:
        score: 0 to 100, any shape.
        lower: lower goalpost, in the indicator's unit; like all below, it fits the shape of `score`.
        upper: upper goalpost.
        is_log: whether the way between the goalposts is measured in logarithms.
        sign: 1 where more is better, -1 where less is.
    """
    log = np.asarray(is_log, dtype=bool)
    low, high = (np.where(log, np.log(np.where(log, post, 1.0)), post) for post in (lower, upper))
    share = np.asarray(score, dtype=float) / 100.0
    along = low + np.where(np.asarray(sign) > 0, share, 1.0 - share) * (high - low)
    return np.where(log, np.exp(np.where(log, along, 0.0)), along)


def sustained_change(series: ArrayLike, year: ArrayLike, score: ArrayLike) -> pd.DataFrame:
    """Yearly change of each series: the median of the slopes between any two years at least LEAST_SPAN apart.

    A median of slopes lets no single odd year decide (Theil 1950, Sen 1968). Several scores of one year count as
    their median.

    Args:
        series: [figures] which series each belongs to.
        year: [figures].
        score: [figures] finite.

    Returns:
        By series, where it spans enough years: `change` a year, `start`, `end`, `figures` (years that have one).
    """
    rows = pd.DataFrame({"series": series, "year": year, "score": score})
    yearly = rows.groupby(["series", "year"], as_index=False)["score"].median()
    pairs = yearly.merge(yearly, on="series", suffixes=("", "_later"))
    pairs = pairs[pairs["year_later"] - pairs["year"] >= LEAST_SPAN]
    pairs["slope"] = (pairs["score_later"] - pairs["score"]) / (pairs["year_later"] - pairs["year"])
    found = pairs.groupby("series").agg(change=("slope", "median"), start=("year", "min"), end=("year_later", "max"))
    return found.assign(figures=yearly.groupby("series").size().reindex(found.index))


def reach(score: Floats, free: Floats, best: Floats, pace: Floats, years: int) -> Floats:
    """The best score that is realistic: no better than the best peer, no faster than the fastest.

    Args:
        score: of the indicator, 0 to 100; any shape, NaN where missing, and so are all below.
        free: the same without being held within 0 and 100.
        best: the best peer's.
        pace: the fastest improvement seen, points a year.
        years: how many years are given.

    Returns:
        The same shape; never below `score`; NaN where a bound is unknown.
    """
    bound = np.clip(np.minimum(free + pace * years, best), 0.0, 100.0)
    return np.where(np.isnan(bound), np.nan, np.maximum(bound, score))


@dataclass(frozen=True)
class SmallestSets:
    """The smallest set of changes of each unit for each of its goals.

    Attributes:
        order: [units, changes] the changes by gain, the largest first.
        count: [units, goals] how many of them are taken, from the first.
        share: [units, goals] the share of its gain that each of them makes.
        is_enough: [units, goals] whether the goal is reached; where not, all changes with a gain are taken.
    """

    order: Integers
    count: Integers
    share: Floats
    is_enough: Flags


def smallest_sets(gain: Floats, need: Floats) -> SmallestSets:
    """Choose the fewest changes that bring the points needed, and ask the same share of its gain of each.

    Gains add up, the total being linear. Then taking the largest first is exact, in both respects:

    - Fewest: no k changes bring more than the k largest. If these fall short, so does every other set of k; hence the
      first k whose largest gains suffice is the least number.
    - Least effort: within a set that makes a share t of each gain, t = need / (sum of its gains). It is least for
      the set of k with the largest sum, which again is the k largest. No other way to spread the need over k changes
      asks less than this of the one that is asked most: were all shares below t, they would bring less than
      t times the sum, which is the need.

    Args:
        gain: [units, changes] points that a whole change adds, NaN or 0 where it is none.
        need: [units, goals] points; 0 or less for a goal that is reached.
    """
    order = np.argsort(-np.nan_to_num(gain), axis=1, kind="stable")
    ordered = np.take_along_axis(np.nan_to_num(gain), order, axis=1)
    sums = np.concatenate([np.zeros((len(gain), 1)), np.cumsum(ordered, axis=1)], axis=1)
    useful = (ordered > 0).sum(axis=1, keepdims=True)
    short = (sums[:, None, :] < need[:, :, None] * (1 - TIE)).sum(axis=2)
    is_enough = (need <= 0) | (short <= useful)
    count = np.where(need <= 0, 0, np.minimum(short, useful))
    brought = np.take_along_axis(sums, count, axis=1)
    whole = np.where(brought > 0, 1.0, 0.0)
    share = np.where(is_enough & (brought > 0), need / np.where(brought > 0, brought, 1.0), whole)
    return SmallestSets(order, count, np.minimum(share, 1.0), is_enough)
