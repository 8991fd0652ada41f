"""Advice as arrays: worth of a figure, places, quantiles, pace, bounds, and the smallest set against all sets."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose

from pipelines.scoring import improve
from pipelines.scoring.aggregate import aggregate_tree
from pipelines.scoring.errors import MethodError
from pipelines.scoring.method import Aggregation
from pipelines.scoring.normalise import goalposts
from pipelines.scoring.ranks import competition
from pipelines.scoring.tree import Tree

TREE = Tree.build(
    codes=["top", "left", "right", "a", "b", "c", "d"],
    parents=[None, "top", "top", "left", "left", "right", "right"],
    weights=[1, 3, 1, 1, 1, 1, 3],
    leaves=["a", "b", "c", "d"],
)
HALF = Aggregation(min_coverage=0.5)
POINTS = st.one_of(st.just(np.nan), st.floats(0, 100, allow_subnormal=False))


def total(leaf: np.ndarray, rule: Aggregation = HALF) -> tuple[np.ndarray, np.ndarray]:
    result = aggregate_tree(leaf, TREE, rule)
    assert result.leaf_weight is not None
    return result.score[:, -1], result.leaf_weight[:, -1]


def test_worth_by_hand() -> None:
    # left weighs 3/4 and right 1/4; c is missing, so that d alone speaks for the right: 3/4*(20+40)/2 + 1/4*80 = 42.5.
    leaf = np.array([[20.0, 40.0, np.nan, 80.0]])
    base, worth = improve.one_figure(leaf, total(leaf), total)
    assert_allclose(worth, [[0.375, 0.375, 0.0625, 0.25]])  # once c comes in it has 1 of 4 parts of the right: 1/16
    assert_allclose(base, [[35.0, 27.5, 37.5, 22.5]])  # with c = 0 the right falls to 60: 22.5 + 15


def test_a_figure_that_lifts_the_coverage_has_a_worth() -> None:
    leaf = np.array([[np.nan, np.nan, 50.0, 50.0]])
    assert np.isnan(total(leaf)[0][0])
    base, worth = improve.one_figure(leaf, total(leaf), total)
    assert_allclose(worth[0, :2], [0.75, 0.75])
    assert_allclose(base[0, :2], [12.5, 12.5])
    assert np.isnan(base[0, 2:]).all()


@given(arrays(float, (3, 4), elements=POINTS), st.floats(0, 100), st.integers(0, 3))
def test_the_line_is_the_total_with_the_score_put_in(leaf: np.ndarray, score: float, column: int) -> None:
    base, worth = improve.one_figure(leaf, total(leaf), total)
    put = leaf.copy()
    put[:, column] = score
    assert_allclose((base + worth * score)[:, column], total(put)[0], atol=1e-9)


def test_a_total_that_is_no_line_is_refused() -> None:
    def geometric(leaf: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return total(leaf, Aggregation(method="geometric"))

    leaf = np.array([[20.0, 40.0, 60.0, 80.0]])
    with pytest.raises(MethodError, match="not linear"):
        improve.one_figure(leaf, geometric(leaf), geometric)


@given(arrays(float, 8, elements=st.one_of(st.just(np.nan), st.integers(0, 5).map(float))))
def test_a_place_is_the_rank(score: np.ndarray) -> None:
    rivals = np.where(np.eye(8, dtype=bool), np.nan, score)
    assert_allclose(improve.place(score, rivals), competition(score))


@given(arrays(float, (4, 6), elements=POINTS), st.floats(0, 1))
def test_a_quantile_is_numpys(x: np.ndarray, q: float) -> None:
    x = x[(~np.isnan(x)).any(axis=1)]
    assert_allclose(improve.quantile(x, q), [np.nanquantile(row, q) for row in x], atol=1e-9)


def test_nothing_has_no_quantile() -> None:
    assert np.isnan(improve.quantile(np.full((1, 3), np.nan), 0.5)).all()


@given(st.floats(0, 100), st.booleans(), st.sampled_from([1, -1]))
def test_a_value_has_its_score(score: float, is_log: bool, sign: int) -> None:
    value = improve.value_at(score, 2.0, 500.0, is_log, sign)
    along, low, high = (np.log(x) if is_log else x for x in (value, 2.0, 500.0))
    assert_allclose(goalposts(along, low, high, sign), score, atol=1e-9)


def test_pace_by_hand() -> None:
    series = np.array([1] * 5 + [2] * 2 + [3] * 3)
    year = np.array([2010, 2011, 2012, 2013, 2014, 2010, 2011, 2010, 2010, 2014])
    score = np.array([10.0, 12.0, 14.0, 90.0, 18.0, 0.0, 50.0, 4.0, 6.0, 25.0])
    found = improve.sustained_change(series, year, score)
    # 1: the odd year 2013 does not decide; 2: neighbouring years only; 3: two figures of 2010 count as their median.
    assert list(found.index) == [1, 3]
    assert_allclose(found["change"], [2.0, 5.0])
    assert found.loc[1, ["start", "end", "figures"]].tolist() == [2010, 2014, 5]
    assert found.loc[3, ["start", "end", "figures"]].tolist() == [2010, 2014, 2]


@given(st.floats(-50, 150), st.floats(0, 100), st.floats(0, 30), st.integers(1, 20))
def test_no_bound_is_exceeded_and_more_years_reach_no_less(free: float, best: float, pace: float, years: int) -> None:
    score = float(np.clip(free, 0, 100))
    near, far = (
        float(improve.reach(np.array(score), np.array(free), np.array(best), np.array(pace), n))
        for n in (years, years + 1)
    )
    assert score <= near <= far <= max(score, best) <= 100
    assert near <= max(score, free + pace * years)


def test_an_unknown_bound_is_no_bound() -> None:
    known = np.array(50.0)
    assert np.isnan(improve.reach(known, known, np.array(80.0), np.array(np.nan), 3))


def test_the_smallest_set_by_hand() -> None:
    gain = np.array([[1.0, np.nan, 4.0, 2.0]])
    sets = improve.smallest_sets(gain, np.array([[0.0, 3.0, 4.5, 7.0, 7.5]]))
    assert sets.order[0, :3].tolist() == [2, 3, 0]
    assert sets.count.tolist() == [[0, 1, 2, 3, 3]]
    assert_allclose(sets.share, [[0.0, 0.75, 0.75, 1.0, 1.0]])
    assert sets.is_enough.tolist() == [[True, True, True, True, False]]


@given(
    arrays(float, st.integers(1, 6), elements=st.one_of(st.just(np.nan), st.floats(0, 10).map(lambda x: round(x, 3)))),
    st.floats(-1, 40).map(lambda x: round(x, 3)),
)
def test_no_smaller_set_and_no_lesser_effort(gain: np.ndarray, need: float) -> None:
    """Every subset of the changes is tried."""
    sums = {}
    real = np.nan_to_num(gain)
    for size in range(len(gain) + 1):
        sums[size] = max(float(real[list(some)].sum()) for some in combinations(range(len(gain)), size))
    enough = [size for size, most in sums.items() if most >= need - 1e-9]
    sets = improve.smallest_sets(gain[None], np.array([[need]]))
    count, share = int(sets.count[0, 0]), float(sets.share[0, 0])
    assert bool(sets.is_enough[0, 0]) == bool(enough)
    taken = real[sets.order[0, :count]]
    assert (taken > 0).all()
    if enough and need > 0:
        assert count == min(enough)
        assert share == pytest.approx(need / sums[count], abs=1e-9)
        assert taken.sum() * share == pytest.approx(need, abs=1e-8)
    elif need > 0:
        assert taken.sum() == pytest.approx(real.sum())
