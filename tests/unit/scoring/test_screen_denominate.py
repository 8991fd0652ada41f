"""Which units are kept, and figures by size."""

import numpy as np
import pytest

from pipelines.scoring.denominate import denominate
from pipelines.scoring.errors import AnchorError, MethodError
from pipelines.scoring.screen import screen

NAN = np.nan
X = np.array([[1.0, 0.0, 0.0, 0.0], [NAN, NAN, 1.0, 2.0], [NAN, NAN, NAN, NAN], [1.0, 2.0, 3.0, NAN]])
UNITS = ("A", "B", "C", "D")


def test_a_unit_at_the_minimum_is_kept():
    made = screen(X, 0.75)
    assert made.keep.tolist() == [True, False, False, True]
    np.testing.assert_array_equal(made.availability, [1, 0.5, 0, 0.75])
    np.testing.assert_array_equal(made.nonzero, [0.25, 1, NAN, 1])


def test_zeros():
    assert screen(X, None, 0.25).keep.tolist() == [True, True, False, True]
    assert screen(X, 0.75, 0.5).keep.tolist() == [False, False, False, True]


def test_exceptions_go_before_the_minima():
    made = screen(X, 0.75, units=UNITS, include=["C"], exclude=["A"])
    assert made.keep.tolist() == [False, False, True, True]
    with pytest.raises(MethodError) as caught:
        screen(X, 0.75, units=UNITS, include=["Z"])
    assert caught.value.unit == "Z"


def test_without_minima_all_are_kept():
    assert screen(X).keep.all()


def test_denominators_and_their_operators():
    x, size = np.array([10.0, NAN, 6.0]), np.array([5.0, 5.0, NAN])
    np.testing.assert_array_equal(denominate(x, size), [2, NAN, NAN])
    np.testing.assert_array_equal(denominate(x, size, 1000), [2000, NAN, NAN])
    np.testing.assert_array_equal(denominate(x, size, operator="multiply"), [50, NAN, NAN])
    np.testing.assert_array_equal(denominate(x, size, operator="add"), [15, NAN, NAN])
    np.testing.assert_array_equal(denominate(x, size, operator="subtract"), [5, NAN, NAN])


def test_a_zero_denominator_is_refused_with_its_place():
    with pytest.raises(AnchorError) as caught:
        denominate(np.ones((2, 2)), np.array([[1.0, 1.0], [1.0, 0.0]]))
    assert (caught.value.unit, caught.value.code) == (1, 1)
    assert np.isnan(denominate(np.array([NAN]), np.array([0.0]))[0])


def test_a_scale_factor_must_be_a_number():
    with pytest.raises(AnchorError, match="ScaleFactor"):
        denominate(np.ones(2), np.ones(2), 0.0)
