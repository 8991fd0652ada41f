import numpy as np
import pytest

from pipelines.scoring.arrays import MissingError
from pipelines.scoring.errors import ConstantError, MethodError
from pipelines.scoring.weight.factors import component_weights, factor_weights, varimax

# Handbook table 9, rotated loadings of four principal components, and the communalities.
ROTATED = np.array(
    [
        [0.07, 0.97, 0.06, 0.06],
        [0.13, 0.07, -0.07, 0.93],
        [0.79, -0.21, 0.21, 0.42],
        [-0.64, 0.56, -0.04, 0.36],
        [0.37, 0.17, 0.38, 0.68],
        [0.82, -0.04, 0.25, 0.35],
        [0.88, 0.23, -0.09, 0.09],
        [0.08, 0.04, 0.96, 0.04],
    ]
)
COMMUNALITY = (0.95, 0.89, 0.89, 0.86, 0.77, 0.85, 0.85, 0.93)
EXPLAINED = (2.64, 1.76, 1.39, 1.19)
# Table 18, weights from principal components; and what these data give (the logs have two decimals only).
PRINTED = (0.17, 0.15, 0.11, 0.07, 0.08, 0.12, 0.14, 0.16)
REPRODUCED = (0.16, 0.15, 0.11, 0.07, 0.08, 0.12, 0.14, 0.16)
# Table 10, communalities of the maximum likelihood solution.
LIKELIHOOD_COMMUNALITY = (0.80, 0.99, 0.86, 0.65, 0.75, 0.89, 0.95, 0.15)


def test_rotated_loadings_of_the_handbook(tai):
    found = factor_weights(tai, 4)
    assert found.explained == pytest.approx(EXPLAINED, abs=0.03)
    assert found.communality == pytest.approx(COMMUNALITY, abs=0.02)
    assert found.loading == pytest.approx(ROTATED[:, [0, 3, 1, 2]], abs=0.02)


def test_factor_weights_of_the_handbook(tai):
    found = factor_weights(tai)
    assert found.loading.shape[1] == 4  # each explains 10 %, together 60 %: the Handbook's rule
    assert found.weights.round(2).tolist() == list(REPRODUCED)
    assert found.weights == pytest.approx(PRINTED, abs=0.006)


def test_likelihood_reproduces_the_communalities_of_the_handbook(tai):
    found = factor_weights(tai, 4, "likelihood")
    # patents and schooling differ most; the largest gap is 0.045, at schooling
    assert found.communality == pytest.approx(LIKELIHOOD_COMMUNALITY, abs=0.05)
    assert found.weights.sum() == pytest.approx(1)


def test_likelihood_recovers_factors_that_made_the_data():
    random = np.random.default_rng(5)
    loading = np.zeros((6, 2))
    loading[:3, 0], loading[3:, 1] = (0.9, 0.8, 0.7), (0.8, 0.7, 0.6)
    noise = random.normal(size=(20_000, 6)) * np.sqrt(1 - (loading**2).sum(axis=1))
    found = factor_weights(random.normal(size=(20_000, 2)) @ loading.T + noise, 2, "likelihood")
    assert found.loading == pytest.approx(loading, abs=0.03)
    assert found.factor.tolist() == [0, 0, 0, 1, 1, 1]


def test_rotation_keeps_communalities_and_does_not_depend_on_the_start(tai):
    random = np.random.default_rng(1)
    loading = random.normal(size=(7, 3))
    turn, _ = np.linalg.qr(random.normal(size=(3, 3)))
    rotated = varimax(loading)
    assert (rotated**2).sum(axis=1) == pytest.approx((loading**2).sum(axis=1))
    assert varimax(loading @ turn) == pytest.approx(rotated, abs=1e-5)


@pytest.mark.parametrize("weigh", [component_weights, lambda x: factor_weights(x, 3).weights])
def test_weights_are_shares_whatever_order_scale_and_sign(tai, weigh):
    order = np.array([5, 2, 7, 0, 3, 1, 6, 4])
    weights = weigh(tai)
    assert weights.sum() == pytest.approx(1)
    assert (weights >= 0).all()
    assert weigh(tai[::-1, order]) == pytest.approx(weights[order], abs=1e-6)
    assert weigh(tai * np.array([-1, 2, 3, 4, 0.5, 6, -7, 8]) + 9) == pytest.approx(weights, abs=1e-6)


def test_component_weights_of_two_indicators_are_equal():
    assert component_weights([[1, 2], [2, 5], [3, 4]]) == pytest.approx([0.5, 0.5])


def test_what_does_not_apply_is_refused(tai):
    with pytest.raises(MethodError, match="9 factors of 8"):
        factor_weights(tai, 9)
    with pytest.raises(MethodError, match="cannot determine"):
        factor_weights(tai, 5, "likelihood")
    with pytest.raises(ConstantError, match="number 2"):
        component_weights(np.where(np.arange(8) == 2, 1.0, tai))
    with pytest.raises(MissingError):
        factor_weights(np.where(tai == 994, np.nan, tai))
