from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.scoring.weight.ahp import JudgementError, analytic_hierarchy, joint_judgements

# Saaty (2008), Int. J. Services Sciences 1(1), table 2: consumption of drinks in the United States.
DRINKS = """1 9 5 2 1 1 1/2
1/9 1 1/3 1/9 1/9 1/9 1/9
1/5 3 1 1/3 1/4 1/3 1/9
1/2 9 3 1 1/2 1 1/3
1 9 4 2 1 2 1/2
1 9 3 1 1/2 1 1/3
2 9 9 3 2 3 1"""
# Handbook table 20: an expert's judgements of the eight indicators of the Technology Achievement Index.
TAI = """1 2 3 2 5 5 1 3
1/2 1 2 1/2 4 4 1/2 3
1/3 1/2 1 1/4 2 2 1/5 1/2
1/2 2 4 1 4 4 1/2 3
1/5 1/4 1/2 1/4 1 1 1/5 1/2
1/5 1/4 1/2 1/4 1 1 1/5 1/2
1 2 5 2 5 5 1 4
1/3 1/3 2 1/3 2 2 1/4 1"""


def matrix(text: str) -> np.ndarray:
    return np.array([[float(Fraction(cell)) for cell in line.split()] for line in text.splitlines()])


def test_published_example_to_its_printed_digits():
    found = analytic_hierarchy(matrix(DRINKS))
    assert found.weights.round(3).tolist() == [0.177, 0.019, 0.042, 0.116, 0.190, 0.129, 0.327]
    assert round(found.consistency_ratio, 3) == 0.022


def test_handbook_judgements_are_consistent_enough():
    found = analytic_hierarchy(matrix(TAI))
    assert found.weights.sum() == pytest.approx(1)
    assert matrix(TAI) @ found.weights == pytest.approx(found.eigenvalue * found.weights)
    assert 0 < found.consistency_ratio < 0.1
    assert found.weights[4] == pytest.approx(found.weights[5])  # the same judgements, the same weight
    assert found.weights.argmax() == 6  # schooling, which no other indicator outweighs


@given(st.lists(st.floats(1 / 9, 9), min_size=1, max_size=15))
def test_consistent_judgements_give_their_weights_back(importance):
    weights = np.array(importance) / sum(importance)
    found = analytic_hierarchy(weights[:, None] / weights)
    assert found.weights == pytest.approx(weights, rel=1e-6)
    assert found.consistency_ratio == pytest.approx(0, abs=1e-6)


def test_order_of_indicators_does_not_matter():
    order = np.array([3, 0, 6, 1, 5, 2, 4])
    shuffled = matrix(DRINKS)[np.ix_(order, order)]
    assert analytic_hierarchy(shuffled).weights == pytest.approx(analytic_hierarchy(matrix(DRINKS)).weights[order])


def test_judgements_printed_with_two_decimals_are_taken():
    printed = matrix("1 3 1\n1/3 1 1/3\n1 3 1").round(2)
    assert analytic_hierarchy(printed).weights == pytest.approx([3 / 7, 1 / 7, 3 / 7], abs=0.002)


def test_experts_are_joined_by_the_geometric_mean():
    joint = joint_judgements([matrix("1 4\n1/4 1"), matrix("1 1\n1 1")])
    assert joint == pytest.approx(matrix("1 2\n1/2 1"))


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ([[1, 2], [2, 1]], "disagree"),
        ([[2, 1], [1, 1]], "disagree"),
        ([[1, 0], [0, 1]], "not above 0"),
        ([[1, np.nan], [1, 1]], "missing"),
        ([[1, 2]], "shape"),
        (np.ones((16, 16)), "shape"),
    ],
)
def test_wrong_judgements_are_refused(wrong, message):
    with pytest.raises(JudgementError, match=message):
        analytic_hierarchy(wrong)
