"""Analyses of several indicators together: principal components, reliability, adequacy for factors.

Put here: what needs the correlation matrix as a whole. Every function needs complete rows and says so.
Not here: single pairs (`correlation`) and weights made from components (`pipelines.scoring.weight.factors`).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from pipelines.scoring.arrays import Floats, as_varying
from pipelines.scoring.errors import ScoringError, TableError

_SINGULAR = 1e-10  # the least eigenvalue of a correlation matrix that is inverted


class CollinearError(ScoringError):
    """Indicators determine each other exactly, so that their correlations cannot be inverted."""


@dataclass(frozen=True, eq=False)
class Components:
    """Principal components of a correlation matrix, the largest first.

    Attributes:
        eigenvalue: [components], summing to the number of indicators.
        share: [components] of the variance, summing to 1.
        loading: [indicators, components] correlation of each indicator with each component; the loadings of a
            component sum to a positive number, which fixes its sign.
        score: [units, components] with variance 1.
    """

    eigenvalue: Floats
    share: Floats
    loading: Floats
    score: Floats


@dataclass(frozen=True, eq=False)
class Reliability:
    """Cronbach's alpha of a set of indicators.

    Attributes:
        raw: from covariances, in the units of the data.
        standardised: from correlations.
        without: [indicators] standardised alpha without the indicator; NaN when only one would be left.
        item_rest: [indicators] correlation of the indicator with the sum of the others, all standardised.
    """

    raw: float
    standardised: float
    without: Floats
    item_rest: Floats


@dataclass(frozen=True, eq=False)
class Adequacy:
    """Kaiser-Meyer-Olkin measure of sampling adequacy; 0.6 is the usual least value for a factor analysis."""

    overall: float
    each: Floats


@dataclass(frozen=True)
class Sphericity:
    """Bartlett's test that all correlations are 0."""

    chi_square: float
    freedom: int
    p_value: float


def principal_components(values: ArrayLike) -> Components:
    """Decompose the correlation matrix.

    Args:
        values: [units, indicators], complete.

    Raises:
        TableError, InfiniteError, MissingError, ConstantError: see `arrays.as_varying`.

    Source:
        Handbook (OECD/JRC 2008), step 4, tables 7 and 8.
    """
    values = as_varying(values, "principal components", least=3)
    standard = _standardised(values)
    eigenvalue, vector = np.linalg.eigh(standard.T @ standard / (len(values) - 1))
    eigenvalue, vector = np.maximum(eigenvalue[::-1], 0.0), vector[:, ::-1]
    vector = vector * fixed_sign(vector)
    size = np.sqrt(eigenvalue)
    score = np.divide(standard @ vector, size, out=np.zeros((len(values), len(size))), where=size > _SINGULAR)
    return Components(eigenvalue, eigenvalue / len(eigenvalue), vector * size, score)


def fixed_sign(loading: Floats) -> Floats:
    """Return for each column 1 or -1 that makes its sum positive, or its largest entry if the sum is 0."""
    total = loading.sum(axis=0)
    largest = loading[np.abs(loading).argmax(axis=0), np.arange(loading.shape[1])]
    return np.where(np.where(np.abs(total) > _SINGULAR, total, largest) < 0, -1.0, 1.0)


def cronbach(values: ArrayLike) -> Reliability:
    """Measure how far indicators that point the same way measure one thing.

    Args:
        values: [units, indicators], complete, at least two indicators, directions already applied.

    Raises:
        TableError, InfiniteError, MissingError, ConstantError: see `arrays.as_varying`; or one indicator.

    Source:
        Cronbach (1951), Psychometrika 16(3); Handbook (OECD/JRC 2008), step 4, table 11.
    """
    values = as_varying(values, "Cronbach's alpha", least=3)
    number = values.shape[1]
    if number < 2:
        raise TableError("Cronbach's alpha", "there is one indicator", "Give at least two.")
    covariance = np.cov(values, rowvar=False)
    correlation = np.corrcoef(values, rowvar=False)
    total = correlation.sum()
    rest = total - 2 * correlation.sum(axis=0) + 1  # variance of the sum of the others
    item_rest = (correlation.sum(axis=0) - 1) / np.sqrt(rest)
    without = _alpha(number - 1.0, number - 1.0, rest) if number > 2 else np.full(number, np.nan)
    return Reliability(
        float(_alpha(number, np.trace(covariance), covariance.sum())),
        float(_alpha(number, number, total)),
        np.asarray(without),
        item_rest,
    )


def sampling_adequacy(values: ArrayLike) -> Adequacy:
    """Compare correlations with partial correlations: near 1 when few factors explain them.

    Args:
        values: [units, indicators], complete, at least two indicators.

    Raises:
        TableError, InfiniteError, MissingError, ConstantError: see `arrays.as_varying`.
        CollinearError: the correlation matrix has no inverse.

    Source:
        Kaiser and Rice (1974), Educational and Psychological Measurement 34(1); Handbook, step 4.
    """
    correlation = _invertible(values, "sampling adequacy")
    inverse = np.linalg.inv(correlation)
    scale = np.sqrt(np.diag(inverse))
    partial = inverse / np.outer(scale, scale)
    apart = ~np.eye(len(correlation), dtype=bool)
    simple, hidden = (correlation**2 * apart).sum(axis=0), (partial**2 * apart).sum(axis=0)
    return Adequacy(float(simple.sum() / (simple + hidden).sum()), simple / (simple + hidden))


def sphericity(values: ArrayLike) -> Sphericity:
    """Test whether the indicators are correlated at all.

    Args:
        values: [units, indicators], complete, at least two indicators.

    Raises:
        TableError, InfiniteError, MissingError, ConstantError: see `arrays.as_varying`.
        CollinearError: the determinant of the correlation matrix is 0.

    Source:
        Bartlett (1950), British Journal of Statistical Psychology 3(2); Handbook, step 4.
    """
    correlation = _invertible(values, "sphericity")
    number = len(correlation)
    units = len(np.asarray(values))
    logarithm = float(np.linalg.slogdet(correlation)[1])
    chi_square = -(units - 1 - (2 * number + 5) / 6) * logarithm
    freedom = number * (number - 1) // 2
    return Sphericity(chi_square, freedom, float(stats.chi2.sf(chi_square, freedom)))


def _alpha(number: float, own: ArrayLike, total: ArrayLike) -> Floats:
    return number / (number - 1) * (1 - np.asarray(own) / np.asarray(total))


def _standardised(values: Floats) -> Floats:
    return np.asarray((values - values.mean(axis=0)) / values.std(axis=0, ddof=1))


def _invertible(values: ArrayLike, step: str) -> Floats:
    values = as_varying(values, step, least=3)
    if values.shape[1] < 2:
        raise TableError(step, "there is one indicator", "Give at least two.")
    correlation = np.corrcoef(values, rowvar=False)
    if np.linalg.eigvalsh(correlation)[0] < _SINGULAR:
        problem = f"{values.shape[1]} indicators over {len(values)} units determine each other"
        raise CollinearError(step, problem, "Leave out indicators that follow from others, or add units.")
    return np.asarray(correlation)
