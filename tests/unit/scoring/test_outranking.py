import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from pipelines.scoring.arrays import WeightError
from pipelines.scoring.errors import InfiniteError, TableError
from pipelines.scoring.outranking import copeland, dominance, outranking

# Handbook table 35 (with three decimals of the logs) and table 36, for the first five countries.
IMPACT = np.array(
    [
        [187, 125.6, 200.2, 50.7, 3.080, 4.150, 10, 27.4],
        [289, 130, 179.1, 66.2, 2.997, 4.073, 12, 13.9],
        [271, 156.6, 125.8, 59.7, 3.096, 4.145, 11.4, 15.3],
        [994, 64.6, 49, 80.8, 3.003, 3.865, 9.5, 10],
        [779, 9.8, 4.8, 66.7, 2.972, 3.653, 10.8, 23.2],
    ]
)
OUTRANKING = [
    [0, 0.5, 0.375, 0.75, 0.625],
    [0.5, 0, 0.5, 0.625, 0.625],
    [0.625, 0.5, 0, 0.75, 0.625],
    [0.25, 0.375, 0.25, 0, 0.75],
    [0.375, 0.375, 0.375, 0.25, 0],
]

cells = st.one_of(st.integers(0, 4).map(float), st.just(np.nan))
tables = arrays(float, st.tuples(st.integers(1, 9), st.integers(1, 6)), elements=cells)


def slowly(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Copeland by its definition, one pair at a time."""
    score = np.zeros(len(values))
    for a in range(len(values)):
        for b in range(len(values)):
            both = ~np.isnan(values[a] + values[b])
            margin = weights[both] @ np.sign(values[a, both] - values[b, both])
            score[a] += 0 if abs(margin) < 1e-9 else np.sign(margin)
    score[~(~np.isnan(values) @ weights > 0)] = np.nan
    return score


def test_outranking_matrix_of_the_handbook():
    assert outranking(IMPACT, np.ones(8)).tolist() == OUTRANKING


def test_copeland_of_the_handbook_countries():
    # Sweden beats Finland, both and the United States are level or better with the rest
    assert copeland(IMPACT, np.ones(8)).tolist() == [1, 2, 3, -2, -4]


def test_dominance_counts_pairs_decided_by_every_indicator():
    found = dominance(outranking([[3, 3], [2, 2], [1, 4]], [1, 1]))
    assert (found.pairs, found.dominant, found.share) == (3, 1, 1 / 3)
    assert np.isnan(dominance(np.zeros((1, 1))).share)


@given(tables, st.lists(st.sampled_from([0.5, 1.0, 2.0]), min_size=6, max_size=6))
def test_copeland_is_the_definition_whatever_is_missing(values, weights):
    weights = np.array(weights[: values.shape[1]])
    assert copeland(values, weights).tolist() == pytest.approx(slowly(values, weights).tolist(), nan_ok=True)


@given(tables, st.randoms())
def test_order_of_units_and_indicators_does_not_matter(values, random):
    weights = np.arange(1.0, values.shape[1] + 1)
    rows, columns = list(range(len(values))), list(range(values.shape[1]))
    random.shuffle(rows)
    random.shuffle(columns)
    moved = copeland(values[rows][:, columns], weights[columns])
    assert moved.tolist() == pytest.approx(copeland(values, weights)[rows].tolist(), nan_ok=True)
    share = outranking(values, weights)
    pairs = ~np.eye(len(values), dtype=bool) & ~np.isnan(share)
    assert (share + share.T)[pairs] == pytest.approx(1)


@given(tables, st.integers(0, 8), st.integers(0, 5))
def test_a_higher_figure_never_lowers_the_score(values, row, column):
    values = np.nan_to_num(values)
    row, column = row % len(values), column % values.shape[1]
    better = values.copy()
    better[row, column] += 2
    weights = np.ones(values.shape[1])
    assert copeland(better, weights)[row] >= copeland(values, weights)[row]


def test_only_order_counts(tai):
    weights = np.arange(1.0, 9)
    assert copeland(np.exp(tai / tai.max(axis=0)), weights).tolist() == copeland(tai, weights).tolist()


@pytest.mark.parametrize("indicators", [3, 6, 7, 10, 14, 49, 98])
def test_halves_are_ties_however_weights_are_rounded(indicators):
    values = np.zeros((2, 2 * indicators))
    values[0, :indicators], values[1, indicators:] = 1, 1
    assert copeland(values, np.full(2 * indicators, 1 / 3)).tolist() == [0, 0]


def test_blocks_of_units_give_the_same(tai, monkeypatch):
    whole = outranking(tai, np.ones(8))
    scores = copeland(tai, np.ones(8))
    monkeypatch.setattr("pipelines.scoring.outranking._PAIRS", 90)
    assert np.array_equal(outranking(tai, np.ones(8)), whole)
    assert np.array_equal(copeland(tai, np.ones(8)), scores)


def test_pair_without_a_shared_indicator_counts_for_neither():
    values = [[1, np.nan], [np.nan, 2], [0, 1]]
    assert np.isnan(outranking(values, [1, 1])[0, 1])
    assert copeland(values, [1, 1]).tolist() == [1, 1, -2]


def test_edges():
    assert copeland([[5.0]], [1]).tolist() == [0]
    assert np.isnan(copeland([[np.nan, np.nan]], [1, 1])).all()
    assert np.isnan(copeland([[1, np.nan], [0, 1]], [0, 1])[0])  # what it has weighs nothing
    with pytest.raises(InfiniteError, match="code number 1, unit number 0"):
        copeland([[1, np.inf]], [1, 1])
    with pytest.raises(WeightError):
        copeland([[1, 2]], [1])
    with pytest.raises(WeightError, match="number 1"):
        copeland([[1, 2]], [1, -1])
    with pytest.raises(TableError):
        copeland([1, 2], [1, 1])
