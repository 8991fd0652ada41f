"""Weights from the correlations of indicators: principal components and factor analysis.

Put here: extraction, rotation, and the step from loadings to weights.
Not here: the components themselves (`pipelines.scoring.analyse.multivariate`).

Such weights say how indicators vary together, not how much they matter. Squared loadings forget their sign:
an indicator that runs against the others gets a positive weight, so look at `loading` before use.
"""

from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import minimize

from pipelines.scoring.analyse.multivariate import fixed_sign, principal_components
from pipelines.scoring.arrays import Floats, Integers, as_varying
from pipelines.scoring.errors import ConvergenceError, MethodError

_STEP = "factor analysis"
_LEAST_SHARE, _LEAST_TOTAL = 0.10, 0.60  # Handbook: each factor explains 10 %, together they explain 60 %
_STILL = 1e-9  # radians: a rotation that turns no pair of factors further has settled
_UNIQUE = 0.005  # the least variance an indicator has to itself; below it the fit runs away (Heywood case)


@dataclass(frozen=True, eq=False)
class FactorWeights:
    """Weights by factor analysis, with what is needed to judge them.

    Attributes:
        weights: [indicators] shares.
        loading: [indicators, factors] rotated, the factor that explains most first, each summing above 0.
        explained: [factors] sum of squared loadings.
        communality: [indicators] share of the indicator's variance that the factors explain.
        factor: [indicators] the factor on which the indicator loads most.
    """

    weights: Floats
    loading: Floats
    explained: Floats
    communality: Floats
    factor: Integers


def component_weights(values: ArrayLike) -> Floats:
    """Weigh indicators by their squared loadings on the first principal component; no sign can turn a weight.

    Args:
        values: [units, indicators], complete.

    Raises:
        TableError, InfiniteError, MissingError, ConstantError: see `arrays.as_varying`.

    Source:
        Handbook (OECD/JRC 2008), step 6.
    """
    squared = principal_components(values).loading[:, 0] ** 2
    return np.asarray(squared / squared.sum())


def factor_weights(
    values: ArrayLike,
    factors: int | None = None,
    extraction: Literal["components", "likelihood"] = "components",
) -> FactorWeights:
    """Weigh indicators by squared rotated loadings, each on its factor times the variance that explains.

    Args:
        values: [units, indicators], complete.
        factors: how many; by default those that explain 10 % each, and more until 60 % are explained.
        extraction: by principal components or by maximum likelihood.

    Raises:
        TableError, InfiniteError, MissingError, ConstantError: see `arrays.as_varying`.
        MethodError: more factors than the indicators allow.
        ConvergenceError: the rotation or the likelihood did not settle.

    Source:
        Handbook (OECD/JRC 2008), step 6, tables 17 and 18; Nicoletti, Scarpetta and Boylaud (2000), OECD
        Economics Department Working Papers 226.
    """
    components = principal_components(values)
    number = _retained(components.share) if factors is None else factors
    if not 1 <= number <= len(components.share):
        problem = f"{number} factors of {len(components.share)} indicators were asked"
        raise MethodError(_STEP, problem, "Ask for at least one and at most one an indicator.")
    by_components = extraction == "components"
    loading = components.loading[:, :number] if by_components else maximum_likelihood(values, number)
    return _weigh(varimax(loading))


def varimax(loading: Floats, rounds: int = 100) -> Floats:
    """Rotate loadings so that each indicator loads on few factors, by rows of length 1 (Kaiser).

    Args:
        loading: [indicators, factors].
        rounds: the most iterations.

    Returns:
        [indicators, factors], the factor that explains most first, each summing above 0.

    Raises:
        ConvergenceError: not settled after `rounds`.

    Source:
        Kaiser (1958), Psychometrika 23(3).
    """
    length = np.sqrt((loading**2).sum(axis=1, keepdims=True))
    turned = np.divide(loading, length, out=np.zeros_like(loading), where=length > 0)
    for _ in range(rounds):
        angles = [_turn_pair(turned, i, j) for i, j in combinations(range(loading.shape[1]), 2)]
        if max(np.abs(angles), default=0.0) < _STILL:
            break
    else:
        problem = f"the rotation did not settle in {rounds} rounds"
        raise ConvergenceError(_STEP, problem, "Ask for fewer factors.")
    turned = turned * length
    turned = turned[:, np.argsort(-(turned**2).sum(axis=0), kind="stable")]
    return np.asarray(turned * fixed_sign(turned))


def _turn_pair(loading: Floats, i: int, j: int) -> float:
    """Turn two factors in place to the largest variance of squared loadings; return the angle."""
    x, y = loading[:, i].copy(), loading[:, j].copy()
    u, v = x**2 - y**2, 2 * x * y
    sine = 2 * (u @ v) - 2 * u.sum() * v.sum() / len(x)
    cosine = u @ u - v @ v - (u.sum() ** 2 - v.sum() ** 2) / len(x)
    angle = float(np.arctan2(sine, cosine)) / 4
    loading[:, i] = x * np.cos(angle) + y * np.sin(angle)
    loading[:, j] = y * np.cos(angle) - x * np.sin(angle)
    return angle


def maximum_likelihood(values: ArrayLike, factors: int) -> Floats:
    """Extract factors that make the observed correlations most likely under normality.

    Args:
        values: [units, indicators], complete.
        factors: how many.

    Returns:
        [indicators, factors] loadings before rotation. No indicator is explained above 99.5 %.

    Raises:
        MethodError: the correlations are too few for so many factors.
        ConvergenceError: the likelihood has no maximum that the search could find.

    Source:
        Jöreskog (1967), Psychometrika 32(4); Handbook (OECD/JRC 2008), step 4, table 10.
    """
    values = as_varying(values, _STEP, least=3)
    correlation = np.corrcoef(values, rowvar=False)
    number = values.shape[1]
    if (number - factors) ** 2 < number + factors:
        problem = f"{number} indicators cannot determine {factors} factors"
        raise MethodError(_STEP, problem, "Ask for fewer factors, or extract by components.")

    def misfit(unique: Floats) -> tuple[float, Floats]:
        loading, rest = _loadings(correlation, unique, factors)
        implied = (loading**2).sum(axis=1) + unique
        return float((rest - np.log(rest) - 1).sum()), (implied - 1) / unique**2

    start = np.full(number, 0.5)
    bounds = [(_UNIQUE, 1.0)] * number
    precise = {"ftol": 1e-14, "gtol": 1e-9, "maxiter": 5000}
    found = minimize(misfit, start, jac=True, method="L-BFGS-B", bounds=bounds, options=precise)
    if not found.success:
        raise ConvergenceError(_STEP, f"the likelihood did not settle ({found.message})", "Extract by components.")
    return _loadings(correlation, found.x, factors)[0]


def _loadings(correlation: ArrayLike, unique: ArrayLike, factors: int) -> tuple[Floats, Floats]:
    """Return the best loadings for given unique variances, and the eigenvalues that they leave out."""
    scale = np.asarray(np.sqrt(unique))
    eigenvalue, vector = np.linalg.eigh(correlation / np.outer(scale, scale))
    eigenvalue, vector = eigenvalue[::-1], vector[:, ::-1]
    size = np.sqrt(np.maximum(eigenvalue[:factors] - 1, 0.0))
    return scale[:, None] * vector[:, :factors] * size, np.maximum(eigenvalue[factors:], 1e-300)


def _retained(share: Floats) -> int:
    each = int(np.count_nonzero(share >= _LEAST_SHARE))
    together = int(np.searchsorted(np.cumsum(share), _LEAST_TOTAL) + 1)
    return max(each, together)


def _weigh(loading: Floats) -> FactorWeights:
    squared = loading**2
    explained = squared.sum(axis=0)
    factor = squared.argmax(axis=1)
    own = squared[np.arange(len(squared)), factor]  # = (squared / explained) * explained on the own factor
    return FactorWeights(own / own.sum(), loading, explained, squared.sum(axis=1), factor)
