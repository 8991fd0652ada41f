from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from pipelines.scoring import kemeny
from pipelines.scoring.errors import TableError
from pipelines.scoring.kemeny import UncomparableError, consensus, noncompensatory
from pipelines.scoring.outranking import outranking

# Handbook table 36, and the best permutations of table 37.
FIVE = np.array(
    [
        [0, 0.5, 0.375, 0.75, 0.625],
        [0.5, 0, 0.5, 0.625, 0.625],
        [0.625, 0.5, 0, 0.75, 0.625],
        [0.25, 0.375, 0.25, 0, 0.75],
        [0.375, 0.375, 0.375, 0.25, 0],
    ]
)
FINLAND, USA, SWEDEN, JAPAN, KOREA = range(5)
BEST = (
    [USA, SWEDEN, FINLAND, JAPAN, KOREA],
    [SWEDEN, FINLAND, USA, JAPAN, KOREA],
    [SWEDEN, USA, FINLAND, JAPAN, KOREA],
)
# Table 38, column NCMC: the printed ranks of the 23 countries.
PRINTED = (3, 1, 2, 4, 9, 8, 5, 11, 9, 12, 7, 6, 13, 17, 15, 15, 14, 18, 20, 19, 21, 23, 22)


def score(share: np.ndarray, order: list[int]) -> float:
    return sum(share[a, b] for a, b in combinations(order, 2))


def best_score(share: np.ndarray) -> float:
    return max(score(share, order) for order in permutations(range(len(share))))


def test_permutations_of_the_handbook():
    found = consensus(FIVE)
    assert found.score == 6.375
    assert found.is_optimal
    assert found.order.tolist() in BEST
    assert sorted(order for order in permutations(range(5)) if score(FIVE, order) == 6.375) == sorted(
        tuple(order) for order in BEST
    )


def test_printed_order_is_not_the_best_of_its_own_data_and_ours_is(tai):
    share = outranking(tai, np.ones(8))
    printed = np.argsort(PRINTED, kind="stable").tolist()
    found = consensus(share)
    assert score(share, printed) == 181.625
    assert found.score == 184.5
    assert score(share, found.order.tolist()) == 184.5
    assert found.bound == pytest.approx(184.5)
    assert found.is_optimal


@settings(max_examples=60, deadline=None)
@given(arrays(float, st.tuples(st.integers(1, 6), st.integers(1, 5)), elements=st.integers(0, 4).map(float)))
def test_no_permutation_is_better(values):
    share = outranking(values, np.arange(1.0, values.shape[1] + 1))
    found = consensus(share)
    assert found.score == pytest.approx(best_score(share))
    assert found.is_optimal
    assert sorted(found.order.tolist()) == list(range(len(values)))


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1000), st.randoms())
def test_score_does_not_depend_on_the_order_of_units(seed, random):
    share = outranking(np.random.default_rng(seed).normal(size=(12, 5)), np.ones(5))
    rows = list(range(12))
    random.shuffle(rows)
    assert consensus(share[np.ix_(rows, rows)]).score == pytest.approx(consensus(share).score)


def test_a_unit_that_beats_all_is_first_and_one_that_loses_to_all_is_last(tai):
    values = np.vstack([tai, tai.min(axis=0) - 1, tai.max(axis=0) + 1])
    order = consensus(outranking(values, np.ones(8))).order
    assert order[0] == 24
    assert order[-1] == 23


def test_cycle_too_large_for_the_proof_says_so(monkeypatch):
    share = outranking(np.random.default_rng(0).normal(size=(30, 9)), np.ones(9))
    proven = consensus(share)
    assert proven.is_optimal
    monkeypatch.setattr(kemeny, "_PROOF_UNITS", 5)
    searched = consensus(share)
    assert searched.score <= proven.score <= searched.bound
    assert searched.score >= 0.99 * proven.score
    assert not searched.is_optimal


def test_no_time_for_the_proof_is_told_by_the_bound():
    share = outranking(np.random.default_rng(0).normal(size=(30, 9)), np.ones(9))
    hurried = consensus(share, seconds=0.0)
    assert hurried.bound >= consensus(share).score
    assert hurried.score <= hurried.bound


def test_score_of_a_unit_counts_the_units_below(tai):
    found = noncompensatory(tai, np.ones(8))
    assert sorted(found.tolist()) == list(range(23))
    assert found.argmax() == consensus(outranking(tai, np.ones(8))).order[0]


def test_unit_without_figures_has_no_score():
    found = noncompensatory([[1, 2], [np.nan, np.nan], [0, 1]], [1, 1])
    assert found.tolist() == pytest.approx([1, np.nan, 0], nan_ok=True)
    assert np.isnan(noncompensatory([[np.nan]], [1])).all()


def test_units_that_share_no_indicator_are_refused():
    with pytest.raises(UncomparableError, match=r"\[unit number 0\].* unit number 1"):
        noncompensatory([[1, np.nan], [np.nan, 1]], [1, 1])
    with pytest.raises(TableError, match="square"):
        consensus(np.ones((2, 3)))
