"""Ways to make one score of several: functions of a block of scores and its weights. No hierarchy here.

Every function takes `x` [units, children], NaN where missing, and `weights` [children], relative, and
returns [units]. The weights are rescaled over the children that are present; a unit with none present, or
only children of weight 0, is NaN.
Source: OECD/JRC Handbook (2008), step 6, and the papers named at the functions.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pipelines.scoring.errors import MethodError, NotPositiveError

Floats = NDArray[np.float64]
_STEP = "aggregate"


def present_weights(x: Floats, weights: ArrayLike) -> Floats:
    """[units, children] weights over what is present, rows summing to 1; NaN where nothing is."""
    weight = np.where(np.isnan(x), 0.0, np.asarray(weights, dtype=float))
    total = weight.sum(axis=1, keepdims=True)
    return weight / np.where(total > 0, total, np.nan)


def _weighted_sum(x: Floats, weights: ArrayLike) -> Floats:
    """[units] sum of weight * x over what is present, by weights rescaled to 1."""
    weight = np.asarray(weights, dtype=float)
    missing = np.isnan(x)
    if not missing.any():
        return x @ (weight / weight.sum())
    total = ~missing @ weight
    return np.where(missing, 0.0, x) @ weight / np.where(total > 0, total, np.nan)


def arithmetic(x: Floats, weights: ArrayLike) -> Floats:
    """Weighted arithmetic mean."""
    return _weighted_sum(x, weights)


def geometric(x: Floats, weights: ArrayLike) -> Floats:
    """Weighted geometric mean.

    Raises:
        NotPositiveError: a present figure is zero or negative.
    """
    require_positive(x, "geometric")
    return np.exp(_weighted_sum(np.log(x), weights))


def harmonic(x: Floats, weights: ArrayLike) -> Floats:
    """Weighted harmonic mean.

    Raises:
        NotPositiveError: a present figure is zero or negative.
    """
    require_positive(x, "harmonic")
    return 1.0 / _weighted_sum(1.0 / x, weights)


def power(x: Floats, weights: ArrayLike, p: float) -> Floats:
    """Weighted power (generalised) mean of order `p`; the geometric mean at its limit p = 0.

    Raises:
        NotPositiveError: a present figure is negative; or zero, when p is not above 0.
    """
    if p == 0:
        return geometric(x, weights)
    if p != 1:
        require_positive(x, f"power (p = {p:g})", zero_allowed=p > 0)
    return np.asarray(_weighted_sum(x**p, weights) ** (1.0 / p))


def median(x: Floats, weights: ArrayLike) -> Floats:
    """Weighted median: the value at half of the weight, or the middle of the two values that meet there."""
    order = np.argsort(x, axis=1)
    value = np.take_along_axis(x, order, axis=1)
    weight = np.take_along_axis(present_weights(x, weights), order, axis=1)
    reached = np.cumsum(weight, axis=1)
    half = 0.5 - 1e-12
    low = np.argmax(reached >= half, axis=1)[:, None]
    high = np.argmax((reached > 1.0 - half) & (weight > 0), axis=1)[:, None]
    middle = (np.take_along_axis(value, low, axis=1) + np.take_along_axis(value, high, axis=1))[:, 0] / 2
    return np.where(np.isnan(weight[:, 0]), np.nan, middle)


def ordered(x: Floats, weights: ArrayLike, order_weights: Sequence[float]) -> Floats:
    """Ordered weighted average: weights by place from the best to the worst, as well as by child.

    `order_weights` is read as the steps of a quantifier over (0, 1], so that it serves any number of
    present children;
    with equal child weights and as many places as children it is exactly the weight of each place.
    Sources: Yager (1988), IEEE Trans. SMC 18; Torra (1997), Int. J. Intelligent Systems 12.

    Raises:
        MethodError: the order weights are empty, negative or all zero.
    """
    step = np.asarray(order_weights, dtype=float)
    if step.size == 0 or not np.isfinite(step).all() or (step < 0).any() or step.sum() == 0:
        raise MethodError(_STEP, "owa needs order weights", "Give `order_weights`, from 0 up and not all 0.")
    order = np.argsort(-x, axis=1)
    value = np.take_along_axis(x, order, axis=1)
    share = np.take_along_axis(present_weights(x, weights), order, axis=1)
    reached = np.cumsum(share, axis=1)
    ends = np.concatenate([[0.0], np.cumsum(step / step.sum())])
    upper = np.interp(np.clip(reached, 0, 1), np.linspace(0, 1, len(ends)), ends)
    weight = np.diff(upper, axis=1, prepend=0.0)
    total = np.where(np.isnan(value), 0.0, value * weight).sum(axis=1)
    return np.where(np.isnan(reached[:, -1]), np.nan, total)


def mazziotta_pareto(x: Floats, weights: ArrayLike, penalty: str = "negative") -> Floats:
    """Mazziotta-Pareto index: the mean less (or plus) its spread times its variation.

    M -/+ S * (S / M), with M and S the weighted mean and standard deviation (divisor: all the weight)
    of the unit's own figures.
    Meant for figures standardised to mean 100 and standard deviation 10 (zscore: mean 100, sd 10).
    Source: Mazziotta and Pareto (2016), Social Indicators Research 127, 983-1003.

    Args:
        x: [units, children].
        weights: [children].
        penalty: `negative` where more is better, `positive` where less is.

    Raises:
        NotPositiveError: the mean of a unit is zero or negative.
    """
    mean = _weighted_sum(x, weights)
    if (low := mean <= 0).any():
        raise NotPositiveError(
            _STEP,
            f"the mean {mean[low][0]:g} has no coefficient of variation",
            "Normalise to a mean of 100 and a standard deviation of 10 first.",
            unit=int(np.argmax(low)),
        )
    variance = _weighted_sum((x - mean[:, None]) ** 2, weights)
    return mean + (variance / mean if penalty == "positive" else -variance / mean)


def require_positive(x: Floats, mean: str, *, zero_allowed: bool = False) -> None:
    """Refuse figures of which the mean makes no sense.

    Raises:
        NotPositiveError: names the first child and unit concerned.
    """
    wrong = x < 0 if zero_allowed else x <= 0
    if wrong.any():
        unit, child = (int(i) for i in np.argwhere(wrong)[0])
        advice = "Normalise to a lower bound above 0 first, or aggregate by another mean."
        problem = f"the {mean} mean does not take {x[unit, child]:g}"
        raise NotPositiveError(_STEP, problem, advice, code=child, unit=unit)
