"""Texts are asked about once per combination, and the answers reach the right rows."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.meaning import Answers, pack


def test_each_combination_is_asked_once():
    rows = pd.DataFrame({"source": ["a", "b", "a", "a"], "area": ["x", "x", "y", "x"]}, dtype="str")
    asked = []

    def answer(source, area):
        asked.append(source + area)
        return source.upper(), len(asked)

    answers = Answers(rows, ["source", "area"]).ask(answer, ["name", "count"])
    assert asked == ["ax", "bx", "ay"]
    assert answers.numbers("count").tolist() == [1, 2, 3, 1]
    assert answers.texts("name", np.array([3, 1])).to_dict() == {3: "A", 1: "B"}
    assert answers.among("name", "B", "C").tolist() == [False, True, False, False]
    assert [answers.teller("name")(row) for row in range(4)] == ["A", "B", "A", "A"]


def test_texts_that_join_alike_are_told_apart():
    rows = pd.DataFrame({"source": ["a", "a\x1fb"], "area": ["b\x1fc", "c"]}, dtype="str")
    assert Answers(rows, ["source", "area"]).code.tolist() == [0, 1]


def test_no_rows_have_no_combinations():
    rows = pd.DataFrame({"source": []}, dtype="str")
    assert Answers(rows, ["source"]).ask(lambda source: (source,), ["name"]).among("name", "a").tolist() == []


@pytest.mark.filterwarnings("error")
def test_codes_too_many_for_one_number_are_numbered_anew():
    """Four codes of a million each would need 10^24 numbers."""
    wide = np.array([0, 999_999, 0, 999_999, 17])
    packed = pack([wide, wide[::-1], wide, wide[::-1]])
    assert (packed >= 0).all()
    assert pd.factorize(packed)[0].tolist() == [0, 1, 2, 1, 3]


@given(st.lists(st.tuples(*[st.integers(0, 3)] * 3), min_size=1, max_size=30))
def test_packed_numbers_are_equal_where_all_codes_are(rows):
    packed = pack(np.array(rows).T)
    assert len(set(packed.tolist())) == len(set(rows))
    assert len(set(zip(packed.tolist(), rows, strict=True))) == len(set(rows))
