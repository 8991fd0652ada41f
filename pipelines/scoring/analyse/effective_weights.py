"""How much each code counts in the index: by its weights, and by what the scores in fact do.

Put here: nominal effective weights, and main effects (correlation ratios) of codes on the index.
Not here: ways to choose weights (`pipelines.scoring.weight`).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from pipelines.scoring.analyse.correlation import correlate
from pipelines.scoring.arrays import Floats, as_table
from pipelines.scoring.tree import Tree

_KNOTS = (0.05, 0.35, 0.65, 0.95)  # quantiles; Harrell (2001), Regression Modeling Strategies, section 2.4
_LEAST_UNITS = 10  # with fewer units a smooth curve says nothing


@dataclass(frozen=True, eq=False)
class MainEffect:
    """Share of the variance of the index that each code explains by itself.

    Attributes:
        linear: [codes] squared correlation: what a straight line explains.
        smooth: [codes] correlation ratio: what a smooth curve explains, never less than a line, and some
            2 / units of pure chance. NaN with fewer than ten units.
    """

    linear: Floats
    smooth: Floats


def nominal_weights(tree: Tree) -> Floats:
    """Weight of each code in the top above it when nothing is missing: shares multiplied along the way up.

    Args:
        tree: the hierarchy.

    Returns:
        [codes], 1 for a top; the codes right under one parent sum to the parent's.

    Source:
        Handbook (OECD/JRC 2008), step 6.
    """
    weight = tree.share.copy()
    above = tree.parent.copy()
    while (climbing := above >= 0).any():
        weight[climbing] *= tree.share[above[climbing]]
        above[climbing] = tree.parent[above[climbing]]
    return weight


def main_effects(values: ArrayLike, index: ArrayLike) -> MainEffect:
    """Measure how much of the variance of the index each code explains by itself.

    A nominal weight is an intention; this is the outcome, and it depends on how codes vary and go together.

    Args:
        values: [units, codes], NaN where missing.
        index: [units].

    Raises:
        TableError, InfiniteError: see `arrays.as_table`.

    Source:
        Paruolo, Saisana and Saltelli (2013), Journal of the Royal Statistical Society A 176(3): Pearson's
        correlation ratio as importance; the curve here is a restricted cubic spline with four knots.
    """
    values = as_table(values, "main effects")
    target = np.asarray(index, dtype=float)
    linear = correlate(values, target[:, None]).coefficient[:, 0] ** 2
    smooth = np.array([_explained(column, target) for column in values.T])
    return MainEffect(linear, smooth)


def _explained(x: Floats, y: Floats) -> float:
    known = ~(np.isnan(x) | np.isnan(y))
    x, y = x[known], y[known]
    if len(x) < _LEAST_UNITS or np.ptp(x) == 0 or np.ptp(y) == 0:
        return np.nan
    basis = _curve((x - x.min()) / np.ptp(x))
    basis, off = basis - basis.mean(axis=0), y - y.mean()
    rest = off - basis @ np.linalg.lstsq(basis, off, rcond=None)[0]
    return float(np.clip(1 - (rest @ rest) / (off @ off), 0.0, 1.0))


def _curve(x: Floats) -> Floats:
    """Basis [units, functions] of a cubic spline, straight beyond its outer knots; x alone with few knots."""
    knot = np.unique(np.quantile(x, _KNOTS))
    if len(knot) < 3:
        return x[:, None]
    cube = np.maximum(x[:, None] - knot, 0.0) ** 3
    last = knot[-1] - knot[-2]
    bend = cube[:, :-2] - cube[:, -2:-1] * (knot[-1] - knot[:-2]) / last + cube[:, -1:] * (knot[-2] - knot[:-2]) / last
    return np.column_stack([x, bend])
