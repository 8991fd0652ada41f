"""Points of the unit cube, and what they become: choices, ranges, errors, weights.

Put here: ways to sample, as functions of a seed, and the inverses of distribution functions.
Not here: what is uncertain in an index (`assumptions`), and the design of a sensitivity analysis
(`sensitivity`). No generator is global: the same seed gives the same points.
"""

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pipelines.scoring.errors import ScoringError

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Seed = int | np.random.Generator
Scheme = Literal["sobol", "random"]
Shape = Literal["uniform", "triangular", "normal"]
MOST_DIMENSIONS = 21_201  # of the direction numbers by Joe and Kuo (2008), SIAM J. Sci. Comput. 30
_LEAST = 2.0**-54


class SamplingError(ScoringError):
    """Points cannot be drawn as asked for."""


def unit_cube(draws: int, dimensions: int, seed: Seed, scheme: Scheme = "sobol") -> Floats:
    """Draw points of the unit cube.

    Sobol points are scrambled (Matousek's linear scramble and a digital shift), so that they are uniform and
    the first ones of a longer sample are those of a shorter one. They are most even in powers of two.

    Args:
        draws: how many points.
        dimensions: of each point; may be 0.
        seed: a whole number, or a generator, which moves on.
        scheme: `sobol`, or `random` for plain independent points.

    Returns:
        [draws, dimensions] in [0, 1).

    Raises:
        SamplingError: no draws, or more dimensions than Sobol points have.
    """
    if draws < 1:
        raise SamplingError("sampling", f"{draws} draws", "Ask for one or more.")
    if dimensions == 0:
        return np.zeros((draws, 0))
    if scheme == "random":
        return np.random.default_rng(seed).random((draws, dimensions))
    if dimensions > MOST_DIMENSIONS:
        problem = f"{dimensions} dimensions, and Sobol points have at most {MOST_DIMENSIONS}"
        raise SamplingError("sampling", problem, "Vary fewer figures, or sample at random.")
    from scipy.stats.qmc import Sobol  # slow to import

    points = Sobol(dimensions, scramble=True, bits=53, rng=np.random.default_rng(seed))
    return np.asarray(points.random_base2(int(draws - 1).bit_length())[:draws])


def choose(u: ArrayLike, shares: Sequence[float]) -> Integers:
    """Cut the unit interval into parts in proportion to `shares`, and tell in which part each number is.

    Returns:
        Of the shape of `u`, from 0.
    """
    ends = np.cumsum(np.asarray(shares, dtype=float))
    return np.searchsorted(ends[:-1] / ends[-1], np.asarray(u, dtype=float), side="right")


def spread(u: ArrayLike, shape: Shape) -> Floats:
    """Errors around 0: uniform or triangular in -1 to 1, or standard normal."""
    x = np.asarray(u, dtype=float)
    match shape:
        case "uniform":
            return 2.0 * x - 1.0
        case "triangular":
            return np.where(x < 0.5, np.sqrt(2.0 * x) - 1.0, 1.0 - np.sqrt(2.0 * (1.0 - x)))
        case "normal":
            from scipy.special import ndtri  # slow to import

            return np.asarray(ndtri(np.clip(x, _LEAST, 1.0 - _LEAST)))


def dirichlet(u: ArrayLike, concentration: ArrayLike) -> Floats:
    """Shares that sum to 1, from a Dirichlet distribution, by the quantiles of its gamma variables.

    Args:
        u: [draws, shares].
        concentration: [shares] parameters; a share with 0 is always 0.

    Returns:
        [draws, shares].
    """
    from scipy.special import gammaincinv

    x = np.clip(np.asarray(u, dtype=float), _LEAST, 1.0 - _LEAST)
    alpha = np.asarray(concentration, dtype=float)
    live = alpha > 0
    gamma = np.zeros_like(x)
    gamma[:, live] = gammaincinv(alpha[live], x[:, live])
    # Quantiles of very small parameters may all be too small for a number: then the largest has it all.
    lost = gamma.sum(axis=1) == 0
    if lost.any():
        size = np.full((int(lost.sum()), len(alpha)), -np.inf)
        size[:, live] = np.log(x[np.ix_(lost, live)]) / alpha[live]
        gamma[lost] = np.arange(len(alpha)) == np.argmax(size, axis=1)[:, None]
    return gamma / gamma.sum(axis=1, keepdims=True)
