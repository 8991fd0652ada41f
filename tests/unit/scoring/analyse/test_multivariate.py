import numpy as np
import pytest

from pipelines.scoring.analyse.multivariate import (
    CollinearError,
    cronbach,
    principal_components,
    sampling_adequacy,
    sphericity,
)
from pipelines.scoring.arrays import MissingError
from pipelines.scoring.errors import ConstantError, TableError

# Handbook tables 7 (shares of the variance in %), 8 (loadings, signs free) and 11 (Cronbach's alpha).
SHARES = (41.9, 21.8, 12.3, 11.1, 6.0, 3.7, 2.2, 0.9)
LOADINGS = np.array(
    [
        [-0.11, -0.75, 0.13, 0.60, -0.10, -0.12, -0.17, 0.05],
        [-0.56, -0.48, 0.22, -0.54, 0.27, -0.17, -0.04, 0.10],
        [-0.92, 0.21, 0.02, -0.10, 0.04, 0.11, -0.27, -0.13],
        [0.35, -0.85, 0.01, -0.13, 0.11, 0.35, 0.06, -0.08],
        [-0.76, -0.39, -0.16, -0.16, -0.41, -0.16, 0.16, -0.09],
        [-0.91, 0.13, 0.01, 0.07, -0.19, 0.30, 0.04, 0.16],
        [-0.74, 0.11, 0.37, 0.39, 0.33, -0.02, 0.20, -0.07],
        [-0.36, -0.12, -0.87, 0.15, 0.26, -0.03, 0.02, 0.02],
    ]
)
WITHOUT = (0.704, 0.645, 0.636, 0.774, 0.603, 0.624, 0.662, 0.706)
ITEM_REST = (0.261, 0.527, 0.566, -0.108, 0.701, 0.614, 0.451, 0.249)


def test_components_of_the_handbook(tai):
    found = principal_components(tai)
    assert found.share * 100 == pytest.approx(SHARES, abs=0.12)
    sign = np.sign((found.loading * LOADINGS).sum(axis=0))
    assert found.loading * sign == pytest.approx(LOADINGS, abs=0.013)


def test_components_decompose_the_correlations(tai):
    found = principal_components(tai)
    assert found.loading @ found.loading.T == pytest.approx(np.corrcoef(tai.T))
    assert found.eigenvalue.sum() == pytest.approx(8)
    assert np.cov(found.score.T) == pytest.approx(np.eye(8), abs=1e-9)
    standard = (tai - tai.mean(axis=0)) / tai.std(axis=0, ddof=1)
    assert found.score @ found.loading.T == pytest.approx(standard)


def test_sign_of_components_is_fixed_whatever_the_order(tai):
    order = np.array([7, 3, 0, 5, 1, 6, 2, 4])
    found = principal_components(tai)
    assert (found.loading.sum(axis=0) > 0).all()
    assert principal_components(tai[::-1, order]).loading == pytest.approx(found.loading[order])


def test_fewer_units_than_indicators_leave_empty_components(tai):
    found = principal_components(tai[:4])
    assert found.eigenvalue[3:] == pytest.approx(np.zeros(5), abs=1e-12)
    assert np.isfinite(found.score).all()


def test_reliability_of_the_handbook(tai):
    found = cronbach(tai)
    assert round(found.standardised, 2) == 0.70
    assert found.without == pytest.approx(WITHOUT, abs=0.002)
    assert found.item_rest == pytest.approx(ITEM_REST, abs=0.007)


def test_reliability_by_hand():
    values = np.array([[1, 2], [2, 1], [3, 4], [4, 5.0]])
    found = cronbach(values)
    r = np.corrcoef(values.T)[0, 1]
    assert found.standardised == pytest.approx(2 * r / (1 + r))
    total = values.sum(axis=1).var(ddof=1)
    assert found.raw == pytest.approx(2 * (1 - values.var(axis=0, ddof=1).sum() / total))
    assert np.isnan(found.without).all()
    assert found.item_rest == pytest.approx([r, r])


def test_same_indicator_twice_is_perfectly_reliable():
    assert cronbach([[1, 1], [2, 2], [5, 5]]).standardised == pytest.approx(1)


def test_adequacy_is_the_ratio_of_correlations_to_partial_ones(tai):
    found = sampling_adequacy(tai)
    standard = (tai - tai.mean(axis=0)) / tai.std(axis=0)
    others = np.delete(standard, [0, 1], axis=1)
    rest = [standard[:, i] - others @ np.linalg.lstsq(others, standard[:, i])[0] for i in (0, 1)]
    partial = np.corrcoef(rest)[0, 1]
    inverse = np.linalg.inv(np.corrcoef(tai.T))
    assert partial == pytest.approx(-inverse[0, 1] / np.sqrt(inverse[0, 0] * inverse[1, 1]))
    assert 0 < found.each.min() <= found.overall <= found.each.max() < 1


def test_adequacy_of_two_indicators_is_a_half():
    assert sampling_adequacy([[1, 2], [2, 1], [3, 5], [4, 3]]).overall == pytest.approx(0.5)


def test_sphericity_by_hand():
    values = np.array([[1, 2], [2, 1], [3, 5], [4, 3.0]])
    r = np.corrcoef(values.T)[0, 1]
    found = sphericity(values)
    assert found.chi_square == pytest.approx(-(4 - 1 - 9 / 6) * np.log(1 - r**2))
    assert found.freedom == 1
    assert 0 < found.p_value < 1


def test_random_indicators_are_rarely_called_correlated():
    random = np.random.default_rng(8)
    rejected = [sphericity(random.normal(size=(60, 5))).p_value < 0.05 for _ in range(400)]
    assert 0.02 < np.mean(rejected) < 0.09


@pytest.mark.parametrize("function", [principal_components, cronbach, sampling_adequacy, sphericity])
def test_what_does_not_apply_is_refused(function, tai):
    with pytest.raises(ConstantError, match="number 1"):
        function([[1, 2], [2, 2], [3, 2]])
    with pytest.raises(MissingError, match="code number 1, unit number 2"):
        function([[1, 2], [2, 3], [3, np.nan]])
    with pytest.raises(TableError, match="at least 3"):
        function([[1, 2], [2, 3]])


@pytest.mark.parametrize("function", [sampling_adequacy, sphericity])
def test_indicators_that_follow_from_others_are_refused(function, tai):
    with pytest.raises(CollinearError, match="9 indicators over 23 units"):
        function(np.column_stack([tai, tai[:, 0] + tai[:, 1]]))
    with pytest.raises(CollinearError):
        function(tai[:6])


@pytest.mark.parametrize("function", [cronbach, sampling_adequacy, sphericity])
def test_one_indicator_is_refused(function):
    with pytest.raises(TableError, match="one indicator"):
        function([[1], [2], [4]])
