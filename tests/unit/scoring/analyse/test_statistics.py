import numpy as np
import pytest
from scipy import stats

from pipelines.scoring.analyse.statistics import Limits, statistics
from pipelines.scoring.errors import InfiniteError, TableError

NAN = np.nan
# columns: plain, with gaps and zeros, constant, empty
VALUES = np.array(
    [
        [1, 0, 7, NAN],
        [2, 0, 7, NAN],
        [2, 0, 7, NAN],
        [3, NAN, 7, NAN],
        [7, 5, 7, NAN],
    ]
)


def test_by_hand():
    found = statistics(VALUES)
    assert found.minimum[:3].tolist() == [1, 0, 7]
    assert found.maximum[:3].tolist() == [7, 5, 7]
    assert found.mean[:3].tolist() == [3, 1.25, 7]
    assert found.median[:3].tolist() == [2, 0, 7]
    assert found.standard_deviation[:3] == pytest.approx([5.5**0.5, 2.5, 0])
    assert found.present.tolist() == [5, 4, 5, 0]
    assert found.missing_share == pytest.approx([0, 0.2, 0, 1])
    assert found.zero_share[:3].tolist() == [0, 0.75, 0]
    assert found.distinct.tolist() == [4, 2, 1, 0]
    assert found.distinct_share[:3] == pytest.approx([0.8, 0.5, 0.2])
    assert found.same_share[:3] == pytest.approx([0.4, 0.75, 1])


def test_flags():
    found = statistics(VALUES, Limits(availability=0.9))
    assert found.low_availability.tolist() == [False, True, False, True]
    assert found.many_zeros.tolist() == [False, True, False, False]
    assert found.few_distinct.tolist() == [False, False, True, False]
    assert found.constant.tolist() == [False, False, True, False]
    assert not found.outliers.any()


def test_nothing_is_said_of_an_empty_indicator():
    found = statistics(VALUES)
    for name in ("minimum", "mean", "median", "standard_deviation", "skewness", "zero_share", "same_share"):
        assert np.isnan(getattr(found, name)[3])


def test_outliers_by_skewness_and_kurtosis():
    values = np.column_stack([np.append(np.arange(19.0), 1000), np.arange(20.0)])
    found = statistics(values)
    assert found.outliers.tolist() == [True, False]
    assert found.skewness == pytest.approx(stats.skew(values, bias=False))
    assert found.kurtosis == pytest.approx(stats.kurtosis(values, bias=False))


def test_one_unit():
    found = statistics([[4.0, NAN]])
    assert found.mean[0] == 4
    assert np.isnan(found.standard_deviation).all()


def test_infinite_figures_are_refused():
    with pytest.raises(InfiniteError, match="unit number 1"):
        statistics([[1.0], [-np.inf]])
    with pytest.raises(TableError):
        statistics(np.empty((0, 3)))
