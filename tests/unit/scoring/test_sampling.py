"""Points of the unit cube, and the distributions they become."""

import numpy as np
import pytest
from scipy import stats

from pipelines.scoring.sampling import MOST_DIMENSIONS, SamplingError, choose, dirichlet, spread, unit_cube


@pytest.mark.parametrize("scheme", ["sobol", "random"])
def test_same_seed_same_points(scheme):
    assert np.array_equal(unit_cube(100, 5, 7, scheme), unit_cube(100, 5, 7, scheme))
    assert not np.array_equal(unit_cube(100, 5, 7, scheme), unit_cube(100, 5, 8, scheme))


def test_sampling_leaves_the_global_generator_alone():
    before = np.random.get_state()[1].copy()
    unit_cube(64, 3, 1, "sobol")
    unit_cube(64, 3, 1, "random")
    assert np.array_equal(before, np.random.get_state()[1])


def test_sobol_points_fill_every_box_once():
    points = unit_cube(256, 2, 3)
    boxes = np.floor(points * 16).astype(int)
    assert len(np.unique(boxes, axis=0)) == 256
    for column in points.T:
        assert len(np.unique(np.floor(column * 256))) == 256


def test_a_shorter_sample_begins_a_longer_one():
    assert np.array_equal(unit_cube(100, 4, 5), unit_cube(1000, 4, 5)[:100])


def test_sobol_is_nearer_to_the_mean_than_chance():
    def error(scheme):
        return np.mean([abs(unit_cube(1024, 4, seed, scheme).prod(axis=1).mean() - 1 / 16) for seed in range(10)])

    assert error("sobol") < error("random") / 5


def test_no_dimension_is_a_sample_too():
    assert unit_cube(10, 0, 1).shape == (10, 0)


@pytest.mark.parametrize(("draws", "dimensions"), [(0, 1), (4, MOST_DIMENSIONS + 1)])
def test_what_cannot_be_drawn_is_refused(draws, dimensions):
    with pytest.raises(SamplingError):
        unit_cube(draws, dimensions, 1)


def test_choices_are_cut_on_the_unit_interval_and_not_on_the_sample():
    assert choose([0.01, 0.2, 0.3], [1, 1]).tolist() == [0, 0, 0]
    assert choose([0.0, 0.2499, 0.25, 0.9999], [1, 3]).tolist() == [0, 0, 1, 1]
    assert choose([0.0, 0.5, 0.99], [0, 1, 0]).tolist() == [1, 1, 1]


@pytest.mark.parametrize(
    ("shape", "cdf"),
    [
        ("uniform", stats.uniform(-1, 2).cdf),
        ("triangular", stats.triang(0.5, loc=-1, scale=2).cdf),
        ("normal", stats.norm.cdf),
    ],
)
def test_errors_are_the_inverse_of_the_distribution(shape, cdf):
    u = np.linspace(0.001, 0.999, 97)
    assert np.allclose(cdf(spread(u, shape)), u)
    assert np.isfinite(spread([0.0], shape)).all()


def test_dirichlet_has_its_means_and_variances():
    share = np.array([0.5, 0.3, 0.2])
    drawn = dirichlet(unit_cube(2**14, 3, 1), 20 * share)
    assert np.allclose(drawn.sum(axis=1), 1)
    assert np.allclose(drawn.mean(axis=0), share, atol=1e-3)
    assert np.allclose(drawn.var(axis=0), share * (1 - share) / 21, rtol=0.02)


def test_dirichlet_with_tiny_parameters_still_sums_to_one():
    drawn = dirichlet(unit_cube(512, 3, 1), [1e-5, 1e-5, 0.0])
    assert np.allclose(drawn.sum(axis=1), 1)
    assert (drawn[:, 2] == 0).all()
    assert 0.3 < drawn[:, 0].mean() < 0.7
