"""The Handbook's worked example, the Technology Achievement Index of 23 countries, to its printed digits.

Goalposts over 72 countries: Saisana, Saltelli and Tarantola (2005), J. R. Statist. Soc. A 168, table 1, with
the logarithms capped at the OECD average. Scores: UNDP Human Development Report 2001. Ranks and scales:
Handbook, tables 15, 38 and 41. All in the order of the countries of table A.2.
"""

import numpy as np
import pytest

from pipelines.scoring import normalise as scales
from pipelines.scoring.build import build
from pipelines.scoring.data import IndexData
from pipelines.scoring.method import Method
from pipelines.scoring.tree import Tree

LOWER = np.array([0, 0, 0, 0, np.log10(1), np.log10(22), 0.8, 0.1])
UPPER = np.array([994, 272.6, 232.4, 80.8, np.log10(901), np.log10(6969), 12, 27.4])
EIGHT = tuple(range(8))
WITHOUT_TELEPHONES_AND_ELECTRICITY = (0, 1, 2, 3, 6, 7)
SCHOOLING = 6
BY_GOALPOSTS = "{normalise: {method: goalposts, scale: 1}, aggregate: [{method: arithmetic}]}"

SCORES = """.74 .73 .70 .70 .67 .63 .61 .59 .59 nan .58 .58 .57 .55 .55 .54 .54 .51 .48 .47 .47 .46 .46"""
LINEAR_RANK = "1 2 3 4 5 6 7 9 10 8 11 12 13 14 15 16 17 18 19 20 21 22 23"
SIX_RANK = "1 2 3 4 5 6 7 9 10 8 11 12 13 14 15 16 17 18 19 22 21 20 23"
GEOMETRIC_RANK = "2 1 3 4 16 5 6 13 14 18 8 11 7 9 17 12 10 15 19 21 23 22 20"
Z_SCORE = """.26 1.52 1.14 -.06 .76 -.12 -.12 1.27 .83 -1.58 .38 1.46 -.12 -.19 1.33 -.76 -1.08 0 -1.46 -1.52
-.06 -.31 -1.58"""
MIN_MAX = ".59 1 .88 .49 .76 .47 .47 .92 .78 0 .63 .98 .47 .45 .94 .27 .16 .51 .04 .02 .49 .41 0"
TO_BEST = ".83 1 .95 .79 .9 .78 .78 .97 .91 .59 .85 .99 .78 .78 .98 .7 .66 .8 .61 .6 .79 .76 .59"
RANK = "15 23 19 12 17 9 9 20 18 1 16 22 9 8 21 6 5 14 4 3 12 7 1"


def printed(text):
    return np.array(text.split(), dtype=float)


def made_by(method, table, columns=EIGHT):
    keep = list(columns)
    codes = [f"i{column}" for column in keep]
    data = IndexData(
        units=tuple(f"u{i}" for i in range(len(table))),
        values=table[:, keep],
        tree=Tree.build([*codes, "TAI"], ["TAI"] * len(codes) + [None]),
        direction=np.ones(len(codes)),
        parameters={"goalpost_lower": LOWER[keep], "goalpost_upper": UPPER[keep]},
    )
    return build(Method.from_yaml(method), data)


def test_linear_ranks_and_scores_by_the_goalposts_of_72_countries(tai):
    made = made_by(BY_GOALPOSTS, tai)
    np.testing.assert_array_equal(made.ranks[:, -1], printed(LINEAR_RANK))
    np.testing.assert_array_equal(np.round(made.scores.score[:3, 0], 3), [0.745, 0.733, 0.704])
    gap = np.abs(made.scores.score[:, 0] - printed(SCORES))
    assert np.nanmax(gap) <= 0.0075  # the index printed two decimals, and the logarithms have two


def test_min_max_over_the_23_countries_is_a_trap(tai):
    made = made_by("{normalise: {method: minmax}, aggregate: [{method: arithmetic}]}", tai)
    assert (made.ranks[:, -1] == printed(LINEAR_RANK)).sum() == 11


def test_ranks_without_telephones_and_electricity(tai):
    made = made_by(BY_GOALPOSTS, tai, WITHOUT_TELEPHONES_AND_ELECTRICITY)
    np.testing.assert_array_equal(made.ranks[:, -1], printed(SIX_RANK))


def test_geometric_ranks_are_of_the_raw_figures(tai):
    made = made_by("aggregate: [{method: geometric}]", tai)
    np.testing.assert_array_equal(made.ranks[:, -1], printed(GEOMETRIC_RANK))


@pytest.mark.parametrize(
    ("scale", "column", "digits"),
    [
        (scales.zscore, Z_SCORE, 2),
        (scales.distance_to_max, MIN_MAX, 2),
        (scales.fraction_of_max, TO_BEST, 2),
        (scales.rank, RANK, 0),
    ],
)
def test_scales_of_schooling(tai, scale, column, digits):
    gap = np.abs(scale(tai[:, SCHOOLING]) - printed(column))
    assert gap.max() <= 0.5000001 * 10.0**-digits
