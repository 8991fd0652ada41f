"""Known errors are mended where they are, and an entry that finds nothing is an error itself."""

import pytest

from pipelines.corrections import CorrectionError, correct
from warehouse.registry.models import Correction

ROWS = (
    {"year": "2018", "value": "40"},
    {"year": "2019", "value": "50", "note": "from a table"},
    {"year": "2019", "value": "50", "unit": "share of 1"},
    {"year": "2019", "value": "50", "area": "columbus"},
    {"year": "2019", "value": "50", "series": "unemployment"},
    {"year": "2019", "value": "50", "source_id": "nation"},
    {"year": "2019", "value": "51"},
)


def known_error(**parts):
    usual = {
        "source": "city", "series": "internet", "area": "binh_duong", "year": "2019", "printed_value": "50",
        "action": "reject", "reason": "a slip", "reference": "the office, by letter",
    }  # fmt: skip
    return Correction(**usual | parts)


def changed(before, after):
    return [row for row in before.index if not before.loc[row].equals(after.loc[row])]


def test_only_the_rows_meant_are_refused(staged):
    before = staged(*ROWS)
    done = correct(before, [known_error()])
    assert done.rejected.tolist() == ["", "a slip (the office, by letter)"] + [done.rejected[1]] + [""] * 4
    assert done.met == [2]
    assert changed(before, done.staged) == []


def test_a_unit_narrows_an_entry_down(staged):
    done = correct(staged(*ROWS), [known_error(unit="share of 1")])
    assert done.rejected[done.rejected != ""].index.tolist() == [2]
    assert done.met == [1]


@pytest.mark.parametrize(
    ("parts", "column", "value", "said"),
    [
        pytest.param({"action": "replace_value", "new_value": "55"}, "value", "55", "replace value", id="value"),
        pytest.param({"action": "replace_year", "new_value": "2016"}, "year", "2016", "replace year", id="year"),
        pytest.param({"action": "set_proxy"}, "is_proxy", "true", "set proxy", id="proxy"),
    ],
)
def test_a_row_is_mended_and_says_so(staged, parts, column, value, said):
    before = staged(*ROWS)
    done = correct(before, [known_error(unit="%", **parts)])
    assert changed(before, done.staged) == [1]
    assert done.staged.loc[1, column] == value
    assert done.staged.loc[1, "note"] == f"from a table; corrected ({said}): a slip"
    assert (done.rejected == "").all()


def test_a_note_that_was_empty_begins_with_the_correction(staged):
    done = correct(staged(*ROWS), [known_error(unit="share of 1", action="set_proxy")])
    assert done.staged.loc[2, "note"] == "corrected (set proxy): a slip"


def test_entries_look_at_what_was_printed_not_at_each_other(staged):
    first = known_error(year="2018", printed_value="40", action="replace_value", new_value="51")
    second = known_error(printed_value="51", action="replace_value", new_value="52")
    done = correct(staged(*ROWS), [first, second])
    assert done.staged["value"].tolist() == ["51", "50", "50", "50", "50", "50", "52"]


@pytest.mark.parametrize(
    ("parts", "culprit"),
    [
        pytest.param({"printed_value": "49"}, "internet of binh_duong, 2019: no row has 49", id="value mended"),
        pytest.param({"printed_value": "50.0"}, "no row has 50.0", id="printed otherwise"),
        pytest.param({"year": "2017"}, "binh_duong, 2017", id="year"),
        pytest.param({"area": "eindhoven"}, "internet of eindhoven", id="area"),
        pytest.param({"unit": "households"}, "no row has 50", id="unit"),
    ],
)
def test_an_entry_that_finds_nothing_is_named(staged, parts, culprit):
    with pytest.raises(CorrectionError, match="find nothing") as caught:
        correct(staged(*ROWS), [known_error(), known_error(**parts)])
    assert culprit in str(caught.value)
    assert str(caught.value).count("no row has") == 1


def test_the_rows_given_stay_as_they_were(staged):
    before = staged(*ROWS)
    again = before.copy()
    correct(before, [known_error(action="replace_value", new_value="55")])
    assert before.equals(again)


def test_without_entries_nothing_happens(staged):
    done = correct(staged(*ROWS), [])
    assert done.staged.equals(staged(*ROWS))
    assert done.met == []
