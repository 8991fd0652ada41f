"""What may be written of assumptions, and what a drawn value changes."""

import dataclasses

import numpy as np
import pytest

from pipelines.scoring.assumption import AssumptionError
from pipelines.scoring.assumptions import Assumptions
from pipelines.scoring.data import IndexData
from pipelines.scoring.draws import Columns
from pipelines.scoring.index_model import IndexModel
from pipelines.scoring.method import Method
from pipelines.scoring.sampling import unit_cube
from pipelines.scoring.tree import Tree

METHOD = Method.model_validate({"normalise": {}, "aggregate": {}})


@pytest.fixture
def data() -> IndexData:
    """Four units; a and b under left, c alone under right."""
    tree = Tree.build(
        ["a", "b", "c", "left", "right", "top"],
        ["left", "left", "right", "top", "top", None],
        [1, 3, 1, 2, 1, 1],
    )
    values = np.array([[1.0, 8, 3], [2, 4, 9], [5, 6, 1], [7, 1, np.nan]])
    return IndexData(("P", "Q", "R", "S"), values, tree, np.ones(3))


def make(yaml_text: str) -> Assumptions:
    return Assumptions.from_yaml("assumptions:\n" + yaml_text)


def weights(data: IndexData, text: str, draws: int = 8) -> tuple[Tree, np.ndarray]:
    model = IndexModel(data, METHOD, make(text))
    drawn = model.draw(unit_cube(draws, len(model.columns.names), 1))
    return data.tree, np.array([model.single(drawn, i).data.tree.weight for i in range(draws)])


ALL = """
  scale: {kind: alternatives, part: normalise.method, values: [minmax, zscore], shares: [1, 3]}
  mean: {kind: alternatives, part: aggregate, level: 2, values: {power: {method: power, p: 2}, plain: {}}}
  share: {kind: dirichlet_weights, concentration: 50, level: 1}
  noise: {kind: weight_range, share: 0.2, shape: triangular, branch: top}
  sets: {kind: weight_sets, sets: {original: {}, other: {a: 2, right: 5}}}
  out: {kind: omission}
  source: {kind: cell_alternatives, values: {in: [], out: [{unit: P, indicator: a, value: null}]}}
  error:
    kind: measurement_error
    classes: {survey: {relative: 0.1}, guess: {additive: 2}}
    figures: [{quality: survey, indicator: b}, {quality: guess, unit: Q, indicator: c}]
"""


def test_yaml_goes_out_and_in_with_defaults_filled_in(data):
    spelt = make(ALL).to_yaml()
    assert Assumptions.from_yaml(spelt) == make(ALL)
    assert "shape: triangular" in spelt
    assert "none: true" in spelt
    make(ALL).check(METHOD, data)


def test_an_empty_file_assumes_nothing():
    assert Assumptions.from_yaml("").assumptions == {}


def test_columns_are_the_assumptions_and_their_components(data):
    columns = Columns.make(make(ALL), data)
    assert columns.names == (
        *("scale", "mean", "share.a", "share.b", "noise.a", "noise.b", "noise.left", "noise.right"),
        *("sets", "out", "source", "error.P.b", "error.Q.b", "error.Q.c", "error.R.b", "error.S.b"),
    )
    assert columns.alternatives[9] == ("(none)", "a", "b", "c")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("  x: {kind: alternatives, part: normalise.method, values: [minmax], typo: 1}", "typo"),
        ("  x: {kind: nonsense}", "kind"),
        ("  =x: {kind: omission}", "pattern"),
        ("  x: {kind: weight_range, share: 1.5}", "share"),
        ("  x: {kind: alternatives, part: normalise, level: 2, values: [{}]}", "level goes with"),
        ("  x: {kind: alternatives, part: normalise.method, values: [rank, rank]}", "one name"),
        ("  x: {kind: measurement_error, classes: {a: {}}, figures: [{quality: a}]}", "either relative or"),
        ("  x: {kind: measurement_error, classes: {a: {additive: 1}}, figures: [{quality: b}]}", "no b"),
        ("  x: [", "not YAML"),
    ],
)
def test_what_is_not_an_assumption_is_refused_with_its_place(text, message):
    with pytest.raises(AssumptionError, match=message):
        make(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("  x: {kind: alternatives, part: normalise.metod, values: [minmax]}", "x: alternative minmax"),
        ("  x: {kind: alternatives, part: normalise.method, values: [maxmin]}", "maxmin"),
        ("  x: {kind: alternatives, part: aggregate.method, level: 7, values: [geometric]}", "level 7"),
        ("  x: {kind: alternatives, part: normalise.method, values: [minmax], shares: [1, 2]}", "2 shares"),
        ("  x: {kind: weight_range, share: 0.1, branch: nowhere}", "no such branch"),
        ("  x: {kind: dirichlet_weights, concentration: 9, branch: right}", "no weights vary"),
        ("  x: {kind: weight_sets, sets: {s: {nowhere: 1}}}", "no such code"),
        ("  x: {kind: weight_sets, sets: {s: {a: 0, b: 0}}}", "all 0"),
        ("  x: {kind: weight_sets, sets: {=s: {}}}", "is called"),
        ("  x: {kind: omission, codes: [nowhere]}", "no such code"),
        ("  x: {kind: omission, codes: [top]}", "nothing is left"),
        ("  x: {kind: cell_alternatives, values: {s: [{unit: Z, indicator: a, value: 1}]}}", "no such unit"),
        (
            "  x: {kind: cell_alternatives, values: {s: [{unit: P, indicator: z, value: 1}]}}",
            "no such indicator",
        ),
        (
            "  x: {kind: measurement_error, classes: {q: {additive: 1}}, "
            "figures: [{quality: q, unit: S, indicator: c}]}",
            "no figure has an error",
        ),
    ],
)
def test_what_does_not_fit_the_index_is_refused(data, text, message):
    with pytest.raises(AssumptionError, match=message):
        make(text).check(METHOD, data)


def test_dirichlet_shares_keep_the_weight_of_the_siblings(data):
    _, drawn = weights(data, "  x: {kind: dirichlet_weights, concentration: 20, level: 1}", 512)
    assert np.allclose(drawn[:, :2].sum(axis=1), 4)
    assert np.allclose(drawn[:, 0].mean(), 1, atol=0.02)
    assert (drawn[:, 2:] == data.tree.weight[2:]).all()


def test_ranges_are_shares_of_the_weights_of_a_level(data):
    _, drawn = weights(data, "  x: {kind: weight_range, share: 0.25, level: 2}", 512)
    factor = drawn / data.tree.weight
    assert np.allclose(factor[:, 3:5].min(), 0.75, atol=0.01)
    assert np.allclose(factor[:, 3:5].max(), 1.25, atol=0.01)
    assert (factor[:, [0, 1, 2, 5]] == 1).all()


def test_a_weight_set_replaces_the_weights_it_names(data):
    tree, drawn = weights(data, "  x: {kind: weight_sets, sets: {s: {a: 9, right: 4}}}", 1)
    assert dict(zip(tree.codes, drawn[0].tolist(), strict=True)) == {
        **{"a": 9, "b": 3, "c": 1},
        **{"left": 2, "right": 4, "top": 1},
    }


def test_omission_takes_out_the_parent_of_an_only_child_and_stands_after_other_weights(data):
    text = "  x: {kind: omission, codes: [a, c], none: false}\n  y: {kind: dirichlet_weights, concentration: 9}"
    _, drawn = weights(data, text, 64)
    without_a, without_c = drawn[:, 0] == 0, drawn[:, 4] == 0
    assert (without_a ^ without_c).all()
    assert without_a.sum() == 32
    assert (drawn[:, 2] > 0).all()


def test_a_level_of_aggregates_changes_by_itself(data):
    text = "  x: {kind: alternatives, part: aggregate.method, level: 3, values: [harmonic]}"
    kind = make(text).assumptions["x"]
    rules = kind.change_method(METHOD, 0, data).rules(data.tree)
    assert [rule.method for rule in rules] == ["arithmetic", "arithmetic", "harmonic"]


def test_a_step_that_is_not_done_can_be_an_alternative(data):
    kind = make("  x: {kind: alternatives, part: treat, values: {with: {}, without: null}}").assumptions["x"]
    assert [kind.change_method(METHOD, i, data).treat is None for i in (0, 1)] == [False, True]


def test_figures_get_other_values_and_errors(data):
    kinds = make(ALL).assumptions
    without = kinds["source"].change_figures(data.values, np.array([1.0]), data)
    assert np.isnan(without[0, 0])
    assert np.array_equal(np.delete(without.ravel(), 0), np.delete(data.values.ravel(), 0), equal_nan=True)
    changed = kinds["error"].change_figures(data.values, np.array([0.1, -0.1, 2.5, 0, 0]), data)
    assert changed[0, 1] == pytest.approx(8.8)
    assert changed[1, 1] == pytest.approx(3.6)
    assert changed[1, 2] == 11.5
    assert np.isnan(changed[3, 2])


def test_error_sizes_are_those_of_the_class(data):
    model = IndexModel(data, METHOD, make(ALL[ALL.index("  error:") :]))
    drawn = model.draw(unit_cube(4096, 5, 1)).values
    assert np.allclose(drawn.std(axis=0), [0.1, 0.1, 2, 0.1, 0.1], rtol=0.02)


def test_a_figure_of_several_years_needs_its_year(data):
    units = ("P", "P", "Q", "Q")
    panel = dataclasses.replace(data, units=units, time=np.array([2001.0, 2002, 2001, 2002]))
    cell = "  x: {{kind: cell_alternatives, values: {{s: [{{unit: P, indicator: a, value: 1{}}}]}}}}"
    with pytest.raises(AssumptionError, match="several years"):
        make(cell.format("")).check(METHOD, panel)
    kind = make(cell.format(", year: 2002")).assumptions["x"]
    assert kind.change_figures(panel.values, np.array([0.0]), panel)[1, 0] == 1


def test_cells_of_draws_go_out_and_in(data):
    columns = Columns.make(make(ALL), data)
    kinds = make(ALL).assumptions
    drawn = columns.draw(kinds, unit_cube(16, len(columns.names), 2), data)
    read = columns.read(columns.write(drawn), range(2, 18))
    assert np.array_equal(read.values, drawn.values)


def test_alternatives_are_read_by_name_by_number_from_one_or_by_value(data):
    text = (
        "  scale: {kind: alternatives, part: normalise.method, values: [minmax, zscore]}\n"
        "  most: {kind: alternatives, part: treat.max_winsorised, values: [3, 5]}"
    )
    columns = Columns.make(make(text), data)
    read = columns.read({"scale": ["zscore", "1"], "most": ["5", "3.0"]}, [2, 3])
    assert read.values.tolist() == [[1, 1], [0, 0]]
    for cells in (
        {"scale": ["0"], "most": ["3"]},
        {"scale": ["minmax"], "most": ["1"]},
        {"scale": [None], "most": ["3"]},
    ):
        with pytest.raises(AssumptionError, match="row 2, column"):
            columns.read(cells, [2])
    with pytest.raises(AssumptionError, match="no column most"):
        columns.read({"scale": ["1"]}, [2])
    with pytest.raises(AssumptionError, match="other"):
        columns.read({"scale": ["1"], "most": ["3"], "other": ["1"]}, [2])
