"""Weights from pairwise judgements: the analytic hierarchy process.

Put here: the weights of one matrix of judgements, its consistency, and the joint matrix of several experts.
Not here: weights that experts give directly (`simple`).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from pipelines.scoring.arrays import Floats
from pipelines.scoring.errors import ScoringError

_STEP = "AHP"
# Saaty (1980): mean consistency index of random matrices of 1 to 15 elements.
_RANDOM_INDEX = (0, 0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59)
_RECIPROCAL = 0.02  # judgements printed as 0.33 and 3 are still reciprocal


class JudgementError(ScoringError):
    """A matrix of pairwise judgements is not positive, square and reciprocal, or too large."""


@dataclass(frozen=True, eq=False)
class Judgement:
    """The weights that a matrix of pairwise judgements implies.

    Attributes:
        weights: [indicators] shares.
        eigenvalue: the largest one; equal to the number of indicators when the judgements are consistent.
        consistency_index: (eigenvalue - number) / (number - 1).
        consistency_ratio: the index relative to that of random judgements; above 0.1, revise them.
    """

    weights: Floats
    eigenvalue: float
    consistency_index: float
    consistency_ratio: float


def analytic_hierarchy(judgements: ArrayLike) -> Judgement:
    """Weigh indicators by the principal eigenvector of pairwise judgements.

    Args:
        judgements: [indicators, indicators], how many times the row's indicator outweighs the column's.

    Raises:
        JudgementError: not a positive reciprocal matrix of at most 15 indicators.

    Source:
        Saaty (1980), The Analytic Hierarchy Process; Handbook (OECD/JRC 2008), step 6, table 20.
    """
    matrix = _checked(np.asarray(judgements, dtype=float))
    number = len(matrix)
    eigenvalue, vector = np.linalg.eig(matrix)
    largest = int(np.argmax(eigenvalue.real))
    weights = np.abs(vector[:, largest].real)
    top = float(eigenvalue[largest].real)
    index = max(0.0, (top - number) / (number - 1)) if number > 1 else 0.0
    random = _RANDOM_INDEX[number - 1]
    return Judgement(weights / weights.sum(), top, index, index / random if random else 0.0)


def joint_judgements(judgements: ArrayLike) -> Floats:
    """Join the matrices of several experts by the geometric mean, which keeps them reciprocal.

    Args:
        judgements: [experts, indicators, indicators].

    Raises:
        JudgementError: an expert's matrix is not positive and reciprocal.

    Source:
        Aczél and Saaty (1983), Journal of Mathematical Psychology 27(1).
    """
    matrices = np.stack([_checked(matrix) for matrix in np.asarray(judgements, dtype=float)])
    return np.asarray(np.exp(np.log(matrices).mean(axis=0)))


def _checked(matrix: Floats) -> Floats:
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or not 1 <= len(matrix) <= len(_RANDOM_INDEX):
        advice = f"Give one row and one column for each of 1 to {len(_RANDOM_INDEX)} indicators."
        raise JudgementError(_STEP, f"a matrix of shape {matrix.shape} came", advice)
    if not (np.isfinite(matrix).all() and (matrix > 0).all()):
        raise JudgementError(_STEP, "a judgement is missing, infinite or not above 0", "Give all of them.")
    wrong = np.abs(matrix * matrix.T - 1) > _RECIPROCAL
    if wrong.any():
        row, column = (int(i) for i in np.argwhere(wrong)[0])
        problem = f"{matrix[row, column]:g} and {matrix[column, row]:g} in row {row} and column {column} disagree"
        raise JudgementError(_STEP, problem, "Give the reciprocal on the other side, 1 on the diagonal.", code=row)
    return matrix
