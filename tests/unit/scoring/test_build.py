"""A method from end to end: every step's table, years, warnings, and errors with names."""

import numpy as np
import pytest

from pipelines.scoring.build import build
from pipelines.scoring.data import IndexData
from pipelines.scoring.errors import (
    AnchorError,
    ConstantError,
    InfiniteError,
    MethodError,
    NotPositiveError,
    TableError,
    TreeError,
)
from pipelines.scoring.method import Method
from pipelines.scoring.tree import Tree

NAN = np.nan
TREE = Tree.build(["a", "b", "c", "P", "Top"], ["P", "P", "Top", "Top", None], [1, 1, 1, 2, 1])
FIGURES = np.array([[10.0, 1.0, 5.0], [20.0, NAN, 3.0], [40.0, 3.0, 1.0], [30.0, 2.0, NAN]])
UNITS = ("A", "B", "C", "D")
ZERO = [[1, 1, 1], [1, 1, 0], [1, 1, 1], [1, 1, 1]]
SKEWED = [[0, 1, 1], [0, 2, 2], [0, 3, 2.5], [9, 9, 9]]
STRICT_LOGARITHM = "treat: {fallback: log, skewness: .01, kurtosis: .01, max_winsorised: 0}"
SIZE = np.array([1.0, 2.0, 2.0, 5.0])


def index(values=FIGURES, **changes):
    settings = {
        "units": UNITS,
        "values": np.asarray(values, dtype=float),
        "tree": TREE,
        "direction": np.array([1.0, 1.0, -1.0]),
        "groups": {"side": np.array(["x", "y", "x", "y"], dtype=object)},
        "denominators": {"size": SIZE},
        "denominated_by": {"a": "size"},
        "parameters": {"ScaleFactor": np.array([2.0, NAN, NAN]), "Target": np.array([40.0, 3.0, 1.0])},
    }
    return IndexData(**(settings | changes))


def run(text, data=None):
    return build(Method.from_yaml(text), data or index())


def test_every_step_leaves_its_table():
    made = run("""
        denominate: true
        impute: {method: mean, group: side}
        screen: {exclude: [D]}
        treat: {}
        normalise: {method: minmax, lower: 0, upper: 10}
        aggregate: {method: arithmetic}
    """)
    tables = {name: step.values for name, step in made.steps.items()}
    assert list(tables) == ["denominated", "imputed", "screened", "treated", "normalised", "aggregated"]
    np.testing.assert_array_equal(tables["denominated"][:, 0], [20, 20, 40, 12])
    np.testing.assert_array_equal(tables["imputed"][:, 1], [1, 2, 3, 2])
    assert made.imputed.tolist() == [[False] * 3, [False, True, False], [False] * 3, [False, False, True]]


def test_scores_by_hand():
    made = run("{normalise: {method: minmax, upper: 1}, aggregate: {method: arithmetic}}")
    p = [0, 1 / 3, 1, (2 / 3 + 1 / 2) / 2]
    top = [0, (2 * p[1] + 0.5) / 3, 1, p[3]]
    np.testing.assert_allclose(made.steps["aggregated"].values[:, 3:], np.column_stack([p, top]), rtol=1e-14)
    np.testing.assert_array_equal(made.ranks[:, 4], [4, 3, 1, 2])
    np.testing.assert_allclose(made.scores.coverage[:, 1], [1, 2 / 3, 1, 2 / 3])


def test_screening_follows_imputation_and_may_look_behind_it():
    first = "impute: {method: mean}\nscreen: {min_availability: 1"
    assert len(run(first + "}").steps["screened"].rows) == 4
    assert run(first + ", count_imputed: false}").steps["screened"].rows.tolist() == [0, 2]


def test_a_screen_that_leaves_nobody_is_refused():
    with pytest.raises(MethodError, match="no unit is left"):
        run("screen: {exclude: [A, B, C, D]}")


def test_overrides_by_indicator():
    made = run("""
        treat: {overrides: {a: null}}
        normalise: {method: rank, overrides: {b: {method: minmax, upper: 1}}}
    """)
    assert made.treatment[0][1].outcome == "left"
    expected = [[1, 0, 1], [2, NAN, 2], [4, 1, 3], [3, 0.5, NAN]]
    np.testing.assert_array_equal(made.steps["normalised"].values, expected)
    for step in ("treat: {overrides: {z: null}}", "normalise: {overrides: {z: {}}}"):
        with pytest.raises(MethodError) as caught:
            run(step)
        assert caught.value.code == "z"


def test_parameters_from_the_metadata_and_their_absence():
    values = {
        "minmax_lower": np.array([0.0, 1, 2]),
        "minmax_upper": np.array([1.0, 2, 3]),
        "goalpost_lower": np.zeros(3),
        "goalpost_upper": np.array([80.0, 4, 10]),
        "goalpost_scale": np.array([NAN, 1, 1]),
        "goalpost_trunc2posts": np.array([NAN, 1, 0]),
    }
    made = run("normalise: {method: minmax, from_meta: true}", index(parameters=values))
    np.testing.assert_array_equal(made.steps["normalised"].values[[0, 2]], [[0, 1, 2], [1, 2, 3]])
    made = run("normalise: {method: goalposts}", index(parameters=values))
    np.testing.assert_array_equal(made.steps["normalised"].values[0], [12.5, 0.25, 0.5])
    for method in ("goalposts", "minmax, from_meta: true"):
        with pytest.raises(MethodError, match="no column"):
            run(f"normalise: {{method: {method}}}")
    values["minmax_lower"][1] = NAN
    with pytest.raises(MethodError) as caught:
        run("normalise: {method: minmax, from_meta: true}", index(parameters=values))
    assert caught.value.code == "b"


def test_targets_of_figures_in_another_unit_are_warned_of():
    made = run("{denominate: true, normalise: {method: distance_to_target}}")
    assert any("must fit the denominated" in text and text.endswith(": a") for text in made.warnings)


def test_the_reference_unit():
    made = run("normalise: {method: distance_to_reference, unit: D, overrides: {c: {method: rank}}}")
    np.testing.assert_allclose(made.steps["normalised"].values[:, 0], [0, 0.5, 1.5, 1])
    with pytest.raises(AnchorError) as caught:
        run("normalise: {method: distance_to_reference, unit: Z}")
    assert caught.value.unit == "Z"


def test_missing_denominators_are_told():
    made = run("denominate: true", index(denominators={"size": np.array([NAN, 2, 4, 5])}))
    assert np.isnan(made.steps["denominated"].values[0, 0])
    assert made.warnings == ["denominate: 1 figures are missing because their denominator is"]


@pytest.mark.parametrize(
    ("text", "values", "error", "code", "unit"),
    [
        ("normalise: {}", [[1, 7, 1], [2, 7, 2], [3, 7, 3], [4, 7, 4]], ConstantError, "b", None),
        ("aggregate: {method: geometric}", -FIGURES, NotPositiveError, "a", "A"),
        ("aggregate: {method: harmonic}", ZERO, NotPositiveError, "c", "B"),
        (STRICT_LOGARITHM, SKEWED, NotPositiveError, "a", None),
    ],
)
def test_errors_name_the_code_and_the_unit(text, values, error, code, unit):
    with pytest.raises(error) as caught:
        run(text, index(values))
    assert (caught.value.code, caught.value.unit) == (code, unit)


def test_what_is_no_data_is_refused():
    with pytest.raises(InfiniteError) as caught:
        index(np.where(np.isnan(FIGURES), np.inf, FIGURES))
    assert (caught.value.code, caught.value.unit) == ("b", "B")
    with pytest.raises(InfiniteError):
        index(denominators={"size": np.array([np.inf, 1, 1, 1])})
    with pytest.raises(TableError) as caught:
        index(units=("A", "B", "A", "D"))
    assert caught.value.unit == "A"
    with pytest.raises(TableError):
        index(FIGURES[:, :2])
    with pytest.raises(TreeError) as caught:
        index(direction=np.array([1.0, 0.0, 1.0]))
    assert caught.value.code == "b"
    for step in ("impute: {group: nobody}", "impute: {method: latest}"):
        with pytest.raises(MethodError):
            run(step)
    with pytest.raises(MethodError, match="no Denominator"):
        run("denominate: true", index(denominated_by={}))
    with pytest.raises(AnchorError) as caught:
        run("denominate: true", index(denominators={"size": np.array([1.0, 0, 1, 1])}))
    assert (caught.value.code, caught.value.unit) == ("a", "B")


PANEL_UNITS = ("A", "A", "B", "B", "C", "C")
YEARS = np.array([2020.0, 2021] * 3)
PANEL_FIGURES = np.array([[1.0, 5, 9], [2, NAN, 8], [3, 6, 7], [4, 7, 6], [5, 9, 5], [10, 8, 4]])


def panel(**changes):
    return index(PANEL_FIGURES, units=PANEL_UNITS, time=YEARS, groups={}, denominators={}, denominated_by={}, **changes)


def test_years_are_scaled_together_or_apart_and_ranked_apart():
    together = run("{normalise: {upper: 1}, aggregate: {method: arithmetic}}", panel())
    np.testing.assert_allclose(together.steps["normalised"].values[:, 0], (PANEL_FIGURES[:, 0] - 1) / 9)
    np.testing.assert_array_equal(together.ranks[:, 0], [3, 3, 2, 2, 1, 1])
    apart = run("normalise: {upper: 1, over: year}", panel())
    np.testing.assert_array_equal(apart.steps["normalised"].values[:, 0], [0, 0, 0.5, 0.25, 1, 1])


def test_a_year_by_itself_scores_as_an_index_of_its_own():
    text = "{impute: {}, treat: {}, normalise: {over: year}, aggregate: {method: geometric}}"
    text = text.replace("normalise: {", "normalise: {lower: 1, ")
    both = run(text, panel())
    for year in (2020, 2021):
        rows = year == YEARS
        alone = index(PANEL_FIGURES[rows], units=("A", "B", "C"), groups={}, denominators={}, denominated_by={})
        np.testing.assert_allclose(both.scores.score[rows], run(text, alone).scores.score)


def test_gaps_from_other_years():
    made = run("impute: {method: latest}", panel())
    assert made.steps["imputed"].values[1, 1] == 5
    assert made.imputed.sum() == 1
    assert run("impute: {method: mean}", panel()).steps["imputed"].values[1, 1] == 7.5
    assert run("impute: {method: mean, over: all}", panel()).steps["imputed"].values[1, 1] == 7


def test_a_reference_unit_of_several_years_needs_one_year():
    text = "normalise: {method: distance_to_reference, unit: C%s, overrides: {c: {method: rank}}}"
    with pytest.raises(AnchorError, match="several rows"):
        run(text.replace("C%s", "C"), panel())
    made = run(text.replace("C%s", "C, over: year"), panel())
    np.testing.assert_allclose(made.steps["normalised"].values[:, 0], [0, 0, 0.5, 0.25, 1, 1])
