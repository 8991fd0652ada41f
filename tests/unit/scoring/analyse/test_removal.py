import numpy as np
import pytest

from pipelines.scoring.aggregate import aggregate_tree
from pipelines.scoring.analyse.removal import remove_each, without
from pipelines.scoring.errors import TreeError
from pipelines.scoring.method import Aggregation
from pipelines.scoring.ranks import competition
from pipelines.scoring.tree import Tree

TREE = Tree.build(["a", "b", "c", "x", "y", "top"], ["x", "x", "y", "top", "top", None], [1, 3, 5, 2, 4, 1])
# Handbook table 41: ranks without telephones and electricity among the 23 countries, on 72-country goalposts.
LOW, HIGH = np.array([0, 0, 0, 0, 0.8, 0.1]), np.array([994, 272.6, 232.4, 80.8, 12, 27.4])
LOG_LOW, LOG_HIGH = np.log10([1, 22]), np.log10([901, 6969])
TAI6 = (1, 2, 3, 4, 5, 6, 7, 9, 10, 8, 11, 12, 13, 14, 15, 16, 17, 18, 19, 22, 21, 20, 23)
ORIGINAL = (1, 2, 3, 4, 5, 6, 7, 9, 10, 8, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23)


def test_index_without_old_innovations_as_in_the_handbook(tai):
    plain = (tai[:, [0, 1, 2, 3, 6, 7]] - LOW) / (HIGH - LOW)
    logs = np.clip((tai[:, [4, 5]] - LOG_LOW) / (LOG_HIGH - LOG_LOW), 0, 1)
    codes = [
        "patents",
        "royalties",
        "internet",
        "exports",
        "schooling",
        "university",
        "telephones",
        "electricity",
    ]
    dimension = ["creation", "creation", "recent", "recent", "skills", "skills", "old", "old"]
    parents = [*dimension, "TAI", "TAI", "TAI", "TAI", None]
    tree = Tree.build([*codes, "creation", "recent", "skills", "old", "TAI"], parents)
    found = remove_each(np.hstack([plain, logs]), tree, [Aggregation()] * 5, ["old"], "TAI")
    assert found.nominal_rank.tolist() == list(ORIGINAL)
    assert found.rank[:, 0].tolist() == list(TAI6)
    assert found.mean_shift[0] == pytest.approx(np.abs(np.subtract(TAI6, ORIGINAL)).mean())


def test_what_is_left_without_a_code():
    assert without(TREE, "a").codes == ("b", "c", "x", "y", "top")
    assert without(TREE, "c").codes == ("a", "b", "x", "top")  # y has nothing else under it
    assert without(TREE, "y").codes == ("a", "b", "x", "top")
    kept = without(TREE, "x")
    assert kept.codes == ("c", "y", "top")
    assert kept.level.tolist() == [1, 2, 3]


@pytest.mark.parametrize("method", ["arithmetic", "geometric", "median", "copeland"])
def test_removal_is_the_index_of_the_other_indicators(method):
    values = np.random.default_rng(4).uniform(1, 9, (12, 3))
    rules = [Aggregation(method=method)] * 3
    found = remove_each(values, TREE, rules, ["c"], "top")
    other = Tree.build(["a", "b", "x", "top"], ["x", "x", "top", None], [1, 3, 2, 1], levels=[1, 1, 2, 3])
    expected = aggregate_tree(values[:, :2], other, rules[:2]).score[:, -1]
    assert found.rank[:, 0].tolist() == competition(expected).tolist()
    assert found.largest_shift[0] == np.abs(found.rank[:, 0] - found.nominal_rank).max()


def test_a_unit_that_loses_all_its_figures_has_no_rank():
    values = np.array([[1, 1, np.nan], [2, 2, 2], [np.nan, np.nan, 3]])
    found = remove_each(values, TREE, [Aggregation()] * 3, ["x", "c"], "top")
    assert np.isnan(found.rank[0, 0])
    assert np.isnan(found.rank[2, 1])
    assert np.isfinite(found.mean_shift).all()


def test_an_element_that_is_all_there_is_cannot_go():
    values = np.ones((2, 3))
    with pytest.raises(TreeError, match="nothing is left"):
        remove_each(values, TREE, [Aggregation()] * 3, ["top"], "top")
    with pytest.raises(TreeError, match="no such code"):
        remove_each(values, TREE, [Aggregation()] * 3, ["z"], "top")
    with pytest.raises(TreeError, match="nothing is left of y"):
        remove_each(values, TREE, [Aggregation()] * 3, ["c"], "y")
