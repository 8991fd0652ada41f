"""The scales: worked figures, directions, and what is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from pipelines.scoring import normalise as scales
from pipelines.scoring.errors import AnchorError, ConstantError, GoalpostError, NoFiguresError

X = np.array([[10.0, 1.0], [20.0, np.nan], [40.0, 3.0], [20.0, 2.0]])
DIRECTIONS = np.array([1, -1])
SCALES = {
    "minmax": scales.minmax,
    "zscore": scales.zscore,
    "scaled": scales.scaled,
    "rank": scales.rank,
    "borda": scales.borda,
    "percentile_rank": scales.percentile_rank,
    "fraction_of_max": scales.fraction_of_max,
    "distance_to_max": scales.distance_to_max,
    "distance_to_reference": lambda x, d=1: scales.distance_to_reference(
        x, d, reference=int(np.nanargmax(np.asarray(x) * d))
    ),
    "distance_to_target": lambda x, d=1: scales.distance_to_target(x, 101.0 if d == 1 else -101.0, d),
    "goalposts": lambda x, d=1: scales.goalposts(x, -200, 200, d),
}


@pytest.mark.parametrize(
    ("scale", "expected"),
    [
        (lambda: scales.minmax(X, DIRECTIONS), [[0, 100], [100 / 3, np.nan], [100, 0], [100 / 3, 50]]),
        (lambda: scales.minmax(X, DIRECTIONS, 1, 10), [[1, 10], [4, np.nan], [10, 1], [4, 5.5]]),
        (lambda: scales.zscore(X[:, 1], -1, 100, 10), [110, np.nan, 90, 100]),
        (lambda: scales.scaled(X, DIRECTIONS, 0, 10), [[100, -10], [200, np.nan], [400, -30], [200, -20]]),
        (lambda: scales.rank(X, DIRECTIONS), [[1, 3], [2, np.nan], [4, 1], [2, 2]]),
        (lambda: scales.borda(X, DIRECTIONS), [[0, 2], [1, np.nan], [3, 0], [1, 1]]),
        (lambda: scales.percentile_rank(X, DIRECTIONS), [[0, 1], [1 / 3, np.nan], [1, 0], [1 / 3, 0.5]]),
        (lambda: scales.fraction_of_max(X, DIRECTIONS), [[0.25, 1], [0.5, np.nan], [1, 1 / 3], [0.5, 2 / 3]]),
        (lambda: scales.distance_to_max(X, DIRECTIONS), [[0, 1], [1 / 3, np.nan], [1, 0], [1 / 3, 0.5]]),
        (
            lambda: scales.distance_to_reference(X, DIRECTIONS, reference=3),
            [[0, 2], [1, np.nan], [3, 0], [1, 1]],
        ),
        (
            lambda: scales.distance_to_reference(X, DIRECTIONS, reference=3, cap=True),
            [[0, 1], [1, np.nan], [1, 0], [1, 1]],
        ),
        (
            lambda: scales.distance_to_target(X, [30.0, 2.0], DIRECTIONS),
            [[0, 2], [0.5, np.nan], [1.5, 0], [0.5, 1]],
        ),
        (
            lambda: scales.distance_to_target(X, [30.0, 2.0], DIRECTIONS, cap=[False, True]),
            [[0, 1], [0.5, np.nan], [1.5, 0], [0.5, 1]],
        ),
        (
            lambda: scales.goalposts(X, [15, 0], [25, 4], DIRECTIONS),
            [[0, 75], [50, np.nan], [100, 25], [50, 50]],
        ),
        (
            lambda: scales.goalposts(X, [15, 0], [25, 4], DIRECTIONS, truncate=False, scale=1),
            [[-0.5, 0.75], [0.5, np.nan], [2.5, 0.25], [0.5, 0.5]],
        ),
    ],
)
def test_worked_figures(scale, expected):
    np.testing.assert_allclose(scale(), expected, rtol=1e-14)


@pytest.mark.parametrize("name", SCALES)
@pytest.mark.parametrize("direction", [1, -1])
@given(x=arrays(float, st.integers(3, 12), elements=st.integers(1, 100).map(float), unique=True))
def test_the_better_figure_scores_higher(name, direction, x):
    score = SCALES[name](x, direction)
    order = np.argsort(x * direction)
    assert (np.diff(score[order]) > 0).all()


@pytest.mark.parametrize("name", SCALES)
@given(
    x=arrays(float, 8, elements=st.integers(1, 50).map(float)).filter(lambda x: len(set(x)) > 1),
    seed=st.integers(0, 99),
)
def test_the_order_of_units_does_not_matter_and_ties_score_the_same(name, x, seed):
    shuffle = np.random.default_rng(seed).permutation(len(x))
    score = SCALES[name](x, -1)
    np.testing.assert_allclose(SCALES[name](x[shuffle], -1), score[shuffle], rtol=1e-12, atol=1e-12)
    for value in set(x):
        assert np.ptp(score[x == value]) == 0


@pytest.mark.parametrize("name", ["minmax", "zscore", "rank", "borda", "percentile_rank", "distance_to_max"])
@given(
    x=arrays(float, 6, elements=st.integers(1, 50).map(float)).filter(lambda x: len(set(x)) > 1),
    factor=st.floats(0.001, 1000),
    shift=st.floats(-1000, 1000),
)
def test_the_unit_of_measurement_does_not_matter(name, x, factor, shift):
    np.testing.assert_allclose(SCALES[name](x * factor + shift, 1), SCALES[name](x, 1), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", ["minmax", "zscore", "distance_to_max"])
def test_a_constant_indicator_is_refused_by_number(name):
    with pytest.raises(ConstantError) as caught:
        SCALES[name](np.array([[1.0, 5.0], [2.0, 5.0], [3.0, np.nan]]))
    assert caught.value.code == 1


@pytest.mark.parametrize("name", ["minmax", "zscore", "percentile_rank", "fraction_of_max", "distance_to_max"])
def test_an_indicator_without_figures_is_refused(name):
    with pytest.raises(NoFiguresError):
        SCALES[name](np.array([[1.0, np.nan], [2.0, np.nan]]))


@pytest.mark.parametrize("name", ["minmax", "zscore", "percentile_rank", "distance_to_max"])
def test_one_unit_has_no_scale(name):
    with pytest.raises((ConstantError, NoFiguresError)):
        SCALES[name](np.array([[3.0]]))


@pytest.mark.parametrize(("lower", "upper"), [(2, 1), (1, 1), (np.nan, 1), (0, np.inf)])
def test_goalposts_out_of_order_are_refused(lower, upper):
    with pytest.raises(GoalpostError) as caught:
        scales.goalposts(X, [0.0, lower], [1.0, upper])
    assert caught.value.code == 1


def test_an_anchor_that_is_worst_or_missing_is_refused():
    with pytest.raises(AnchorError):
        scales.distance_to_reference(X, 1, reference=0)
    with pytest.raises(AnchorError):
        scales.distance_to_reference(X[:, 1], 1, reference=1)
    with pytest.raises(AnchorError):
        scales.distance_to_target(X, [30.0, 3.0], DIRECTIONS)
    with pytest.raises(AnchorError):
        scales.fraction_of_max(np.array([-2.0, -1.0]))
