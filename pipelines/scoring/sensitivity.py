"""Variance-based sensitivity analysis: how much of the variance of an output each assumption accounts for.

Put here: the design of the draws, the estimators with their intervals, and outputs made of scores.
Not here: running a model (`uncertainty.run`), what is assumed (`assumptions`).

First-order index: Saltelli et al. (2010), Computer Physics Communications 181, 259-270, of centred outputs.
Total index: Jansen (1999), Computer Physics Communications 117, 35-43. Assumptions with several components
are one group: Sobol' (2001), Mathematics and Computers in Simulation 55, 271-280.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pipelines.scoring.draws import Scores
from pipelines.scoring.errors import TableError
from pipelines.scoring.ranks import competition
from pipelines.scoring.sampling import Scheme, Seed, unit_cube
from pipelines.scoring.uncertainty import rank_draws

Floats = NDArray[np.float64]
_STEP = "sensitivity"
_BLOCK = 2**22  # numbers of a block of resamples


@dataclass(frozen=True, eq=False)
class Interval:
    """Estimates [assumptions, outputs] with the ends of their intervals; NaN where undefined."""

    value: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True, eq=False)
class Indices:
    """Shares of variance.

    Attributes:
        first: due to the assumption alone.
        total: due to the assumption alone and together with others.
        mean, variance: [outputs] of the two independent samples.
        used: [assumptions, outputs] the number of base draws that did not fail.
    """

    first: Interval
    total: Interval
    mean: Floats
    variance: Floats
    used: NDArray[np.int64]


def design(components: Sequence[int], draws: int, seed: Seed, scheme: Scheme = "sobol") -> Floats:
    """Points of the unit cube for the estimators: blocks of draws A, B, and A with one assumption from B.

    Args:
        components: of each assumption, how many columns it has.
        draws: base draws; best a power of two.
        seed: see `sampling.unit_cube`.
        scheme: likewise.

    Returns:
        [(assumptions + 2) * draws, columns].
    """
    width = sum(components)
    both = unit_cube(draws, 2 * width, seed, scheme)
    first, second = both[:, :width], both[:, width:]
    blocks = [first, second]
    end = 0
    for number in components:
        mixed = first.copy()
        mixed[:, end : end + number] = second[:, end : end + number]
        end += number
        blocks.append(mixed)
    return np.concatenate(blocks)


def estimate(
    outputs: ArrayLike, assumptions: int, seed: Seed, *, resamples: int = 1000, confidence: float = 0.95
) -> Indices:
    """Estimate first-order and total indices of outputs of a design.

    The intervals are percentiles of a bootstrap over base draws: a resample goes through the numerator, the
    mean and the variance together. A base draw in which an output is missing is left out of it; `used`
    counts the rest. An output that does not vary has no indices.

    Args:
        outputs: [(assumptions + 2) * draws] or [(assumptions + 2) * draws, outputs], NaN where a draw failed.
        assumptions: how many.
        seed: of the bootstrap.
        resamples: of the bootstrap.
        confidence: the share of the resamples inside the intervals.

    Raises:
        TableError: the number of rows is not that of a design.
    """
    y = np.asarray(outputs, dtype=float)
    y = y[:, None] if y.ndim == 1 else y
    if assumptions < 1 or len(y) % (assumptions + 2) or not len(y):
        problem = f"{len(y)} rows for {assumptions} assumptions"
        raise TableError(_STEP, problem, "Give the outputs of a whole design.")
    blocks = y.reshape(assumptions + 2, -1, y.shape[1])
    mean, variance = _moments(blocks[:2].reshape(-1, y.shape[1]))
    centred = blocks - np.nan_to_num(mean)
    rng = np.random.default_rng(seed)
    counts = _resamples(blocks.shape[1], resamples, rng)
    parts = [_estimate_one(centred[0], centred[1], block, counts) for block in centred[2:]]
    tail = (1.0 - confidence) / 2.0
    first = _interval(np.stack([part[0] for part in parts]), tail)
    total = _interval(np.stack([part[1] for part in parts]), tail)
    used = np.stack([part[2] for part in parts])
    return Indices(first, total, mean, variance, used)


def rank_outputs(scores: Scores, nominal: Floats) -> Floats:
    """The average rank shift, and each unit's rank.

    Args:
        scores: of draws.
        nominal: [units] the scores with no assumption changed.

    Returns:
        [draws, 1 + units]: the mean over the units of how far the rank is from the nominal one, and the
        ranks; NaN where a draw failed or a unit has no rank.
    """
    rank = rank_draws(scores.score)
    shift = np.abs(rank - competition(nominal))
    known = ~np.isnan(shift)
    count = known.sum(axis=1)
    mean = np.where(known, shift, 0.0).sum(axis=1) / np.where(count > 0, count, np.nan)
    return np.column_stack([mean, rank])


def _estimate_one(
    a: Floats, b: Floats, mixed: Floats, counts: list[Floats]
) -> tuple[Floats, Floats, NDArray[np.int64]]:
    """[1 + resamples, outputs] first-order and total indices, the first row of all draws; and draws used."""
    known = ~(np.isnan(a) | np.isnan(b) | np.isnan(mixed))
    a, b, mixed = (np.where(known, x, 0.0) for x in (a, b, mixed))
    step = mixed - a
    terms = np.stack([known, a + b, a * a + b * b, b * step, step, step * step]).astype(float)
    flat = np.moveaxis(terms, 0, 1).reshape(len(a), -1)
    sums = np.concatenate([count @ flat for count in counts]).reshape(-1, *terms.shape[::2])
    number, total, square, product, move, jump = np.moveaxis(sums, 1, 0)
    number = np.where(number > 0, number, np.nan)
    mean = total / (2.0 * number)
    variance = square / (2.0 * number) - mean**2
    # What is left of a constant is rounding.
    variance = np.where(variance > 1e-12 * (square / (2.0 * number)), variance, np.nan)
    first = (product - mean * move) / number / variance
    return first, jump / (2.0 * number) / variance, known.sum(axis=0)


def _resamples(draws: int, number: int, rng: np.random.Generator) -> list[Floats]:
    """Blocks of [resamples, draws] how often each draw is taken; the first row takes each once."""
    blocks = [np.ones((1, draws))]
    size = max(1, _BLOCK // draws)
    for start in range(0, number, size):
        often = rng.multinomial(draws, np.full(draws, 1.0 / draws), size=min(size, number - start))
        blocks.append(often.astype(float))
    return blocks


def _moments(y: Floats) -> tuple[Floats, Floats]:
    known = ~np.isnan(y)
    count = np.where(known.any(axis=0), known.sum(axis=0), np.nan)
    mean = np.where(known, y, 0.0).sum(axis=0) / count
    return mean, np.where(known, (y - mean) ** 2, 0.0).sum(axis=0) / count


def _interval(replicates: Floats, tail: float) -> Interval:
    """Of [assumptions, 1 + resamples, outputs]; resamples that are undefined are left out."""
    value = replicates[:, 0]
    ends = np.full((2, *value.shape), np.nan)
    drawn = replicates[:, 1:]
    whole = ~np.isnan(replicates).any(axis=1)
    ends[:, whole] = np.quantile(np.moveaxis(drawn, 1, 0)[:, whole], (tail, 1.0 - tail), axis=0)
    for number, output in np.argwhere(~whole & ~np.isnan(value)).tolist():
        known = drawn[number, ~np.isnan(drawn[number, :, output]), output]
        if known.size:
            ends[:, number, output] = np.quantile(known, (tail, 1.0 - tail))
    return Interval(value, *ends)
