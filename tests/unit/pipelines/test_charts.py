"""Pictures are made without a browser, say what they must, and never run what a name contains."""

import re
import struct

import numpy as np
import pytest

from pipelines import charts
from pipelines.scoring.errors import TableError

CAPTION = "Scores of this project, from 1,000 draws."
RANKS = [
    {"unit": "Bình Dương", "nominal": 2, "median": 3, "low": 1, "high": 12},
    {"unit": "<b>Tainan</b> & co", "nominal": 15, "median": 2, "low": 1, "high": 2.5},
]
INDICES = [
    {"assumption": "weights", **dict.fromkeys(("first", "first_low"), 0.2), "first_high": 0.3}
    | {"total": 0.5, "total_low": 0.4, "total_high": 0.6},
    {"assumption": "nothing"} | dict.fromkeys(("first", "first_low", "first_high", "total", "total_low", "total_high")),
]


def all_charts():
    share = np.array([[np.nan, 0.9, 0.5], [0.1, np.nan, np.nan], [0.5, np.nan, np.nan]])
    steps = [("Broadband", 5.1), ("Knowledge workforce", -7.4)]
    return {
        "ranks": charts.rank_intervals(RANKS, title="Ranks", caption=CAPTION),
        "pairs": charts.pairwise(["A", "B", "C"], share, title="Pairs", caption=CAPTION),
        "bars": charts.sensitivity_bars(INDICES, title="Drivers", caption=CAPTION),
        "fall": charts.waterfall(("Median", 48.2), steps, "Bình Dương", title="Fall", caption=CAPTION),
    }


@pytest.fixture(scope="module")
def svg(tmp_path_factory):
    folder = tmp_path_factory.mktemp("charts")
    return {
        name: charts.save(chart, folder / f"{name}.svg").read_text(encoding="utf-8")
        for name, chart in all_charts().items()
    }


def words(svg):
    return re.findall(r">([^<>]+)</t", svg)


@pytest.mark.parametrize("name", ["ranks", "pairs", "bars", "fall"])
def test_every_chart_has_its_caption_and_the_same_bytes_each_time(svg, name, tmp_path):
    assert CAPTION in words(svg[name])
    again = charts.save(all_charts()[name], tmp_path / "again.svg").read_text(encoding="utf-8")
    assert again == svg[name]


def test_names_are_text_and_no_markup(svg):
    assert "Bình Dương" in words(svg["ranks"])
    assert "&lt;b&gt;Tainan&lt;/b&gt; &amp; co" in svg["ranks"]
    assert "<b>" not in svg["ranks"]


def test_the_axis_reaches_the_last_rank_that_is_shown(svg):
    assert {"1", "14"} <= set(words(svg["ranks"]))
    layer = charts.rank_intervals(RANKS, title="", caption="").to_dict()["vconcat"][0]["layer"][0]
    assert layer["encoding"]["x"]["scale"]["domain"] == [0.5, 15.5]


def test_small_heat_maps_have_their_numbers_and_unknown_pairs_none(svg):
    assert {"90%", "10%", "50%"} <= set(words(svg["pairs"]))
    assert "NaN" not in svg["pairs"]


def test_an_index_that_is_undefined_has_no_bar(svg):
    spec = all_charts()["bars"].to_dict()
    values = spec["vconcat"][0]["data"]["values"] if "data" in spec["vconcat"][0] else spec["data"]["values"]
    assert [(value["assumption"], value["value"]) for value in values] == [("weights", 0.2), ("weights", 0.5)]


def test_a_waterfall_ends_at_the_start_and_all_changes(svg):
    shown = words(svg["fall"])
    assert {"48.2", "+5.1", "−7.4", "45.9"} <= set(shown)


def test_png_has_twice_the_pixels(tmp_path):
    chart = all_charts()["fall"]
    sizes = []
    for scale in (1.0, 2.0):
        content = charts.save(chart, tmp_path / "c.png", scale).read_bytes()
        sizes.append(struct.unpack(">II", content[16:24]))
    assert sizes[1][0] == pytest.approx(2 * sizes[0][0], abs=2)
    assert sizes[0][0] > 500


def test_other_endings_and_places_are_refused(tmp_path):
    chart = all_charts()["fall"]
    with pytest.raises(TableError, match=r"neither .svg nor .png"):
        charts.save(chart, tmp_path / "c.jpg")
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(TableError, match="cannot be written"):
        charts.save(chart, tmp_path / "file" / "c.svg")
