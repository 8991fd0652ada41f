"""Places of figures among the peers' figures, and their intervals."""

import numpy as np
import pytest

from pipelines.evidence.standing import _median, places

NAN = np.nan
RANKED = np.array([True, True, True, False])


def test_places_count_the_ranked_members_that_are_better_and_equals_share_one() -> None:
    value = np.array([[5.0, 5.0], [9.0, 1.0], [5.0, NAN], [7.0, 3.0]])
    found = places(value, RANKED, np.array([1.0, -1.0]))
    # the last row is a reference region: it gets the place that it would take, and takes none from the others
    np.testing.assert_array_equal(found, [[2, 2], [1, 1], [2, NAN], [2, 2]])


def test_without_a_direction_there_is_no_place() -> None:
    assert np.isnan(places(np.array([[1.0], [2.0], [3.0], [4.0]]), RANKED, np.array([NAN]))).all()


@pytest.mark.parametrize("column", [[3.0, NAN, 1.0, NAN], [4.0, 1.0, 3.0, NAN], [NAN] * 4, [2.0, 8.0, 4.0, 6.0]])
def test_the_median_is_of_what_is_present(column: list[float]) -> None:
    known = [value for value in column if not np.isnan(value)]
    expected = np.median(known) if known else NAN
    np.testing.assert_array_equal(_median(np.array(column)[:, None]), [expected])
