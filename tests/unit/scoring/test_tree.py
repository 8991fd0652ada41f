"""The hierarchy: any depth, parents further up, and what is refused, with the culprit."""

import numpy as np
import pytest

from pipelines.scoring.errors import TreeError
from pipelines.scoring.tree import Tree

CODES = ["a", "b", "c", "P", "Q", "Top"]
PARENTS = ["P", "P", "Q", "Top", "Top", None]


def test_children_come_before_parents_and_leaves_keep_their_order():
    tree = Tree.build(["Top", "b", "P", "a"], [None, "P", "Top", "P"], leaves=["a", "b"])
    assert tree.codes == ("a", "b", "P", "Top")
    assert [child.tolist() for child in tree.children] == [[0, 1], [2]]
    assert tree.tops == ("Top",)
    assert tree.level.tolist() == [1, 1, 2, 3]


def test_shares_are_relative_among_siblings():
    tree = Tree.build(CODES, PARENTS, [1, 3, 9, 2, 2, 1])
    np.testing.assert_array_equal(tree.share, [0.25, 0.75, 1, 0.5, 0.5, 1])
    np.testing.assert_array_equal(tree.leaf_share, [[0.25, 0.75, 0], [0, 0, 1], [0.125, 0.375, 0.5]])


def test_a_parent_may_stand_two_levels_up():
    tree = Tree.build(CODES, ["P", "P", "Top", "Q", "Top", None], levels=[1, 1, 1, 2, 3, 4])
    assert tree.ancestor(2).tolist() == [3, 3, 2]
    assert tree.ancestor(4).tolist() == [5, 5, 5]
    np.testing.assert_array_equal(tree.leaf_share[-1], [0.25, 0.25, 0.5])


def test_ten_levels():
    codes = ["x", "y", *[f"n{i}" for i in range(9)]]
    tree = Tree.build(codes, ["n0", "n0", *[f"n{i}" for i in range(1, 9)], None])
    assert tree.level.max() == 10
    np.testing.assert_array_equal(tree.leaf_share, np.full((9, 2), 0.5))


def test_one_level():
    tree = Tree.build(["a", "b"], [None, None])
    assert tree.nodes == ()
    assert tree.tops == ("a", "b")


@pytest.mark.parametrize(
    ("codes", "parents", "options", "culprit", "words"),
    [
        (["a", "a", "P"], ["P", "P", None], {}, "a", "twice"),
        (["a", "P"], ["X", None], {}, "a", "X is not a code"),
        (["a", "P", "Q"], ["P", "Q", "P"], {}, None, "P -> Q -> P"),
        (["a", "P"], ["P", "P"], {}, None, "P -> P"),
        (["a", "P", "b"], ["P", None, None], {}, "b", "no parent"),
        (["a", "P", "Q"], ["P", None, "P"], {"leaves": ["a"]}, "Q", "no children"),
        (["a", "b", "P"], ["b", "P", None], {"leaves": ["a", "b"]}, "b", "cannot be a parent"),
        (["a", "P"], ["P", None], {"leaves": ["a", "z"]}, "z", "no row"),
        (["a", "P"], ["P", None], {"levels": [2, 2]}, "a", "not above it"),
        (["a", "P", "Q"], ["P", "Q", None], {"levels": [1, 3, 3]}, "P", "not above it"),
        (["a", "P"], ["P", None], {"weights": [-1, 1]}, "a", "weight"),
        (["a", "P"], ["P", None], {"weights": [np.nan, 1]}, "a", "weight"),
        (["a", "b", "P"], ["P", "P", None], {"weights": [0, 0, 1]}, "P", "all 0"),
    ],
)
def test_what_is_no_tree_is_refused_with_the_culprit(codes, parents, options, culprit, words):
    with pytest.raises(TreeError, match=words) as caught:
        Tree.build(codes, parents, **options)
    assert caught.value.code == culprit
