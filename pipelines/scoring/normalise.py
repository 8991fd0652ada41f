"""Bring indicators to a common scale, the better the higher, by direction. No hierarchy here.

Every function takes `x` [units] or [units, indicators], NaN where missing, and `direction`, 1 where more is
better and -1 where less is: one number, or one an indicator. Missing stays missing.
Source: OECD/JRC Handbook (2008), step 5.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pipelines.scoring.errors import GoalpostError

Floats = NDArray[np.float64]
_STEP = "normalise"


def goalposts(
    x: ArrayLike,
    lower: ArrayLike,
    upper: ArrayLike,
    direction: ArrayLike = 1,
    truncate: ArrayLike = True,
    scale: ArrayLike = 100.0,
) -> Floats:
    """Share of the way from the worse goalpost to the better one, times `scale`.

    Args:
        x: [units] or [units, indicators].
        lower: the lower goalpost in the indicator's own unit: one number, or one an indicator.
        upper: the upper goalpost, likewise; with direction -1 it is the worse one.
        direction: 1 or -1.
        truncate: hold what lies beyond the goalposts at 0 and `scale`.
        scale: the score of the better goalpost.

    Raises:
        GoalpostError: a goalpost is missing or infinite, or the lower one is not below the upper one.
    """
    x, low, high, sign = (np.asarray(a, dtype=float) for a in (x, lower, upper, direction))
    wrong = np.atleast_1d(~(np.isfinite(low) & np.isfinite(high) & (low < high)))
    if wrong.any():
        column = int(np.argmax(wrong))
        posts = tuple(np.broadcast_to(a, wrong.shape)[column] for a in (low, high))
        problem = f"the goalposts {posts[0]:g} and {posts[1]:g} are missing or not in order"
        raise GoalpostError(_STEP, problem, "Give finite goalposts, the lower below the upper.", code=column)
    share = np.where(sign < 0, high - x, x - low) / (high - low)
    held = np.where(np.asarray(truncate, dtype=bool), np.clip(share, 0.0, 1.0), share)
    return held * np.asarray(scale, dtype=float)
