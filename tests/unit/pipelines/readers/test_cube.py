"""JSON-stat, decoded as pyjstat decodes it, and what it cannot."""

import json
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyjstat import pyjstat

from pipelines.readers.base import ReaderError
from pipelines.readers.bodies import json_of
from pipelines.readers.cube import decode

NUMBERS = st.none() | st.integers(-(10**6), 10**6) | st.floats(allow_nan=False, allow_infinity=False, width=32)


@st.composite
def cubes(draw):
    """Datasets of version 2.0 in any of their spellings; each dimension has an index."""
    sizes = draw(st.lists(st.integers(1, 4), min_size=1, max_size=4))
    ids = [f"dimension {place}" for place in range(len(sizes))]
    dimension = {}
    for name, size in zip(ids, sizes, strict=True):
        codes = [f"{name[-1]}{number}" for number in draw(st.permutations(range(size)))]
        index = draw(st.sampled_from([codes, {code: place for place, code in enumerate(codes)}]))
        category = {"index": index}
        if draw(st.booleans()):
            category["label"] = {code: f"label of {code}" for code in sorted(codes)}
        dimension[name] = {"label": name, "category": category}
    value = draw(st.lists(NUMBERS, min_size=math.prod(sizes), max_size=math.prod(sizes)))
    if draw(st.booleans()):
        value = {str(place): cell for place, cell in enumerate(value) if cell is not None}
    return {"version": "2.0", "class": "dataset", "id": ids, "size": sizes, "dimension": dimension, "value": value}


def decoded(dataset):
    """Our table: labels by dimension, and numbers."""
    cube = decode(json_of(json.dumps(dataset).encode(), "office"), "office")
    table = cube.table([name for name in cube.columns if name.endswith(".label")]).astype("str")
    numbers = pd.to_numeric(pd.Series(cube.value, dtype="object")).to_numpy(dtype=float, na_value=np.nan)
    return table.rename(columns=lambda name: name.removesuffix(".label")).assign(value=numbers).sort_index()


@settings(max_examples=40, deadline=None)
@given(dataset=cubes())
def test_the_oracle_reads_the_same(dataset):
    oracle = pyjstat.Dataset.read(json.dumps(dataset)).write("dataframe")
    ours = decoded(dataset)
    named = [column for column in oracle if column != "value"]
    theirs = oracle.iloc[ours.index].reset_index(drop=True)
    pd.testing.assert_frame_equal(
        ours.reset_index(drop=True)[named].astype(object), theirs[named].astype(object), check_dtype=False
    )
    np.testing.assert_allclose(ours["value"], theirs["value"].astype(float))
    assert oracle.drop(index=ours.index)["value"].isna().all()


@settings(max_examples=30, deadline=None)
@given(dataset=cubes())
def test_version_1_says_the_same(dataset):
    inner = dataset["dimension"] | {"id": dataset["id"], "size": dataset["size"], "role": {}}
    old = {"dataset": {"dimension": inner, "value": dataset["value"], "updated": "9999-12-31T16:59:59Z"}}
    pd.testing.assert_frame_equal(decoded(old), decoded(dataset))


@settings(max_examples=30, deadline=None)
@given(dataset=cubes())
def test_one_category_needs_no_index(dataset):
    bare = json.loads(json.dumps(dataset))
    for name, size in zip(bare["id"], bare["size"], strict=True):
        category = bare["dimension"][name]["category"]
        if size == 1 and "label" in category:
            del category["index"]
    pd.testing.assert_frame_equal(decoded(bare), decoded(dataset))


def test_the_oracle_fails_where_one_category_has_no_index():
    bare = {"version": "2.0", "class": "dataset", "id": ["sex"], "size": [1], "value": [1],
            "dimension": {"sex": {"label": "sex", "category": {"label": {"T": "total"}}}}}  # fmt: skip
    assert decoded(bare).to_dict("list") == {"sex": ["total"], "value": [1.0]}
    with pytest.raises(KeyError):
        pyjstat.Dataset.read(json.dumps(bare)).write("dataframe")


CUBE = {"id": ["geo", "time"], "size": [1, 3], "value": [1.50, None, None], "status": {"1": ":", "0": "p"},
        "dimension": {"geo": {"category": {"index": ["NL005C"], "label": {"NL005C": "Eindhoven"}}},
                      "time": {"category": {"index": {"2019": 0, "2020": 1, "2021": 2}}}}}  # fmt: skip


def table_of(dataset, *names):
    cube = decode(json_of(json.dumps(dataset).encode(), "office"), "office")
    return cube.table(names).astype("str").to_numpy().tolist()


def test_an_empty_cell_shows_its_mark():
    assert table_of(CUBE, "time", "value", "status") == [
        ["2019", "1.5", "p"], ["2020", ":", ":"], ["2021", "null", ""],
    ]  # fmt: skip


def test_a_cell_that_only_has_a_mark_is_a_cell():
    assert table_of(CUBE | {"value": {"0": 1.5}}, "time", "value") == [["2019", "1.5"], ["2020", ":"]]


@pytest.mark.parametrize("status", ["e", ["e", "e", "e"]])
def test_marks_may_be_printed_once_or_as_a_list(status):
    assert table_of(CUBE | {"status": status}, "status") == [["e"], ["e"], ["e"]]


def test_units_of_categories_are_columns():
    units = {"A": {"base": "persons", "decimals": 0}, "B": {"label": "km2"}}
    dataset = {"id": ["m"], "size": [2], "value": [1, 2],
               "dimension": {"m": {"category": {"index": ["A", "B"], "unit": units}}}}  # fmt: skip
    assert table_of(dataset, "m.unit") == [["persons"], ["km2"]]


def test_numbers_keep_their_spelling():
    body = json.dumps(CUBE).replace("1.5,", "1.50000000000000000001,").encode()
    assert decode(json_of(body, "office"), "office").value[0] == "1.50000000000000000001"


def test_a_cell_that_is_no_number_stays_what_it_is():
    assert table_of(CUBE | {"value": ["..", True, {"x": [1]}], "status": {}}, "value") == [
        [".."], ["true"], ['{"x": ["1"]}'],
    ]  # fmt: skip


def test_coordinates_lead_back_to_the_cell():
    cube = decode(json_of(json.dumps(CUBE).encode(), "office"), "office")
    assert cube.locate(pd.Index([2])).tolist() == ["cell 2, geo: Eindhoven, time: 2021"]


def broken(**parts):
    return CUBE | parts


@pytest.mark.parametrize(
    ("dataset", "sentence"),
    [
        pytest.param([1], "it is no object", id="a list"),
        pytest.param({"class": "collection", "link": {}}, "'dimension' is missing", id="a collection"),
        pytest.param(broken(value=[1, 2]), "2 cells, and the dimensions make 3; it was cut short", id="too few cells"),
        pytest.param(broken(value={"3": 1}), "a cell 3, and the dimensions make 3", id="cell out of range"),
        pytest.param(broken(value={"-1": 1}), "'-1' is no whole number", id="negative cell"),
        pytest.param(broken(size=[1]), "1 sizes for the dimensions", id="one size too few"),
        pytest.param(broken(size=[1, 2]), "'time' is of size 2", id="another size"),
        pytest.param(broken(size=[1, 1e300]), "no whole number", id="endless size"),
        pytest.param(broken(id=["geo", "geo"]), "sizes for the dimensions", id="a dimension twice"),
        pytest.param(broken(id=["geo", "year"]), "'year' is missing", id="an unknown dimension"),
        pytest.param(
            broken(size=[2, 3], dimension=CUBE["dimension"] | {"geo": {"category": {"index": ["A", "A"]}}}),
            "'geo' is of size 2, and its categories are not as many", id="a category twice",
        ),
        pytest.param(
            broken(size=[2, 3], dimension=CUBE["dimension"] | {"geo": {"category": {"label": {"A": "a", "B": "b"}}}}),
            "'geo' is of size 2", id="two categories without an order",
        ),
    ],
)  # fmt: skip
def test_parts_that_do_not_fit_are_told(dataset, sentence):
    with pytest.raises(ReaderError, match=f"office: this is no JSON-stat dataset: .*{sentence}"):
        decode(json_of(json.dumps(dataset).encode(), "office"), "office")
