import numpy as np
import pytest

from pipelines.scoring.analyse.availability import availability
from pipelines.scoring.errors import TableError
from pipelines.scoring.tree import Tree

TREE = Tree.build(["a", "b", "c", "x", "y", "top"], ["x", "x", "y", "top", "top", None], [0, 1, 1, 1, 1, 1])


def test_shares_by_number_in_every_branch():
    found = availability([[1, np.nan, 0], [np.nan, np.nan, 3]], TREE)
    assert found.missing.tolist() == [1, 2]
    assert found.zeros.tolist() == [1, 0]
    assert found.unit == pytest.approx([2 / 3, 1 / 3])
    assert found.indicator.tolist() == [0.5, 0, 1]
    # a weighs 0 and counts all the same
    branch = dict(zip(TREE.nodes, found.branch.T.tolist(), strict=True))
    assert branch["x"] == [0.5, 0]
    assert branch["y"] == [1, 1]
    assert branch["top"] == pytest.approx([2 / 3, 1 / 3])


def test_parent_two_levels_up():
    tree = Tree.build(["a", "b", "x", "top"], ["x", "top", "top", None], levels=[1, 1, 2, 3])
    assert availability([[1, np.nan]], tree).branch.tolist() == [[1, 0.5]]


def test_columns_must_be_the_leaves():
    with pytest.raises(TableError, match="2 columns for 3"):
        availability([[1, 2]], TREE)
