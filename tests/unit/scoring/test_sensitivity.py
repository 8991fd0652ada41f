"""Indices of functions whose true ones are known, and against SALib."""

import numpy as np
import pytest
from SALib.analyze import sobol as oracle
from SALib.test_functions import Ishigami, Sobol_G

from pipelines.scoring.draws import Scores
from pipelines.scoring.errors import TableError
from pipelines.scoring.sensitivity import Indices, design, estimate, rank_outputs

G_CONSTANTS = np.array([0.0, 1, 4.5, 9, 99])
SLOPES = np.array([1.0, 2, 3])


def ishigami(u: np.ndarray) -> np.ndarray:
    return Ishigami.evaluate(np.pi * (2 * u - 1))


def g_function(u: np.ndarray) -> np.ndarray:
    return Sobol_G.evaluate(u, a=G_CONSTANTS)


def linear(u: np.ndarray) -> np.ndarray:
    return 50 + u @ SLOPES


def ishigami_indices() -> tuple[np.ndarray, np.ndarray]:
    a, b, pi4 = 7.0, 0.1, np.pi**4
    alone = np.array([(1 + b * pi4 / 5) ** 2 / 2, a**2 / 8, 0])
    joint = np.array([8, 0, 8]) * b**2 * pi4**2 / 225
    variance = alone.sum() + joint[0]
    return alone / variance, (alone + joint) / variance


def g_indices() -> tuple[np.ndarray, np.ndarray]:
    part = 1 / (3 * (1 + G_CONSTANTS) ** 2)
    variance = np.prod(1 + part) - 1
    return part / variance, part * np.prod(1 + part) / (1 + part) / variance


KNOWN = [
    pytest.param(ishigami, *ishigami_indices(), id="ishigami"),
    pytest.param(g_function, *g_indices(), id="g_function"),
    pytest.param(linear, SLOPES**2 / 14, SLOPES**2 / 14, id="linear"),
]


def analyse(function, dimensions: int, draws: int, seed: int = 1, scheme="sobol", **options) -> Indices:
    points = design([1] * dimensions, draws, seed, scheme)
    return estimate(function(points), dimensions, seed, **options)


@pytest.mark.parametrize(("function", "first", "total"), KNOWN)
def test_known_indices_within_three_standard_errors_of_plain_sampling(function, first, total):
    found = analyse(function, len(first), 4096, scheme="random")
    for interval, truth in ((found.first, first), (found.total, total)):
        error = (interval.high - interval.low)[:, 0] / (2 * 1.96)
        assert (np.abs(interval.value[:, 0] - truth) < 3 * error + 1e-12).all()
        assert (error < 0.05).all()


@pytest.mark.parametrize(("function", "first", "total"), KNOWN)
def test_sobol_points_come_nearer(function, first, total):
    found = [analyse(function, len(first), 2048, seed, resamples=1) for seed in range(5)]
    for truth, values in (
        (first, [one.first.value for one in found]),
        (total, [one.total.value for one in found]),
    ):
        error = np.sqrt(((np.stack(values)[..., 0] - truth) ** 2).mean(axis=0))
        assert error.max() < 0.015  # of plain points, 0.04


def test_the_same_design_gives_the_indices_of_salib():
    draws, number = 512, 3
    y = ishigami(design([1] * number, draws, 3))
    blocks = y.reshape(number + 2, draws)
    # SALib has the runs of a base draw together: A, A with one from B each, B.
    together = np.vstack([blocks[0], blocks[2:], blocks[1]]).T.ravel()
    problem = {"num_vars": number, "names": ["a", "b", "c"], "bounds": [[0, 1]] * number}
    theirs = oracle.analyze(problem, together, calc_second_order=False, seed=1)
    ours = estimate(y, number, 1)
    np.testing.assert_allclose(ours.total.value[:, 0], theirs["ST"], atol=1e-10)
    np.testing.assert_allclose(ours.first.value[:, 0], theirs["S1"], atol=0.01)
    width = (ours.total.high - ours.total.low)[:, 0] / 2
    np.testing.assert_allclose(width, theirs["ST_conf"], rtol=0.25)


def test_a_constant_added_to_the_output_changes_nothing():
    near = analyse(linear, 3, 256)
    far = analyse(lambda u: linear(u) + 1e6, 3, 256)
    np.testing.assert_allclose(far.first.value, near.first.value, atol=1e-6)
    np.testing.assert_allclose(far.first.low, near.first.low, atol=1e-6)


def test_intervals_hold_the_truth_about_as_often_as_they_say():
    truth = SLOPES**2 / 14
    inside = [
        (found.total.low[:, 0] <= truth) & (truth <= found.total.high[:, 0])
        for found in (analyse(linear, 3, 128, seed, "random", resamples=300) for seed in range(60))
    ]
    assert 0.88 < np.mean(inside) <= 1


def test_assumptions_with_several_components_are_one_group():
    def function(u):
        return u[:, 0] + u[:, 1] * 2 + u[:, 2] * 3

    found = estimate(function(design([2, 1], 2048, 5)), 2, 5)
    np.testing.assert_allclose(found.first.value[:, 0], [5 / 14, 9 / 14], atol=0.01)
    np.testing.assert_allclose(found.total.value[:, 0], [5 / 14, 9 / 14], atol=0.01)


def test_a_constant_output_has_no_indices_and_leaves_the_others_theirs():
    points = design([1, 1, 1], 256, 1)
    both = np.column_stack([np.full(len(points), 0.1), linear(points)])
    found = estimate(both, 3, 1)
    for interval in (found.first, found.total):
        assert np.isnan([interval.value[:, 0], interval.low[:, 0], interval.high[:, 0]]).all()
    alone = estimate(linear(points), 3, 1)
    np.testing.assert_allclose(found.total.value[:, 1], alone.total.value[:, 0])


def test_an_assumption_without_effect_has_a_total_of_nought():
    found = analyse(lambda u: u[:, 0], 2, 256)
    assert found.total.value[1, 0] == 0
    assert found.first.value[0, 0] == pytest.approx(1, abs=0.01)


def test_failed_runs_leave_out_their_base_draw_and_are_counted():
    y = linear(design([1, 1, 1], 512, 2))
    y[[3, 512 + 5, 2 * 512 + 7]] = np.nan  # of A, of B, and of A with the first from B
    found = estimate(y, 3, 1)
    assert found.used[:, 0].tolist() == [509, 510, 510]
    np.testing.assert_allclose(found.first.value[:, 0], SLOPES**2 / 14, atol=0.02)


def test_all_runs_failed_leaves_nothing():
    found = estimate(np.full(5 * 8, np.nan), 3, 1)
    assert np.isnan(found.first.value).all()
    assert (found.used == 0).all()


def test_same_seed_same_intervals():
    one, two = (analyse(ishigami, 3, 128, seed=4) for _ in range(2))
    np.testing.assert_array_equal(one.first.low, two.first.low)


def test_rows_that_are_no_design_are_refused():
    with pytest.raises(TableError, match="7 rows for 3 assumptions"):
        estimate(np.zeros(7), 3, 1)


def test_outputs_are_the_average_shift_and_the_ranks():
    score = np.array([[3.0, 2, 1], [1, 2, 3], [np.nan, 2, 3], [np.nan] * 3])
    found = rank_outputs(Scores(score, {3: "failed"}), np.array([30.0, 20, 10]))
    np.testing.assert_allclose(found[:, 0], [0, 4 / 3, 1, np.nan])
    np.testing.assert_allclose(found[2, 1:], [np.nan, 2, 1])
