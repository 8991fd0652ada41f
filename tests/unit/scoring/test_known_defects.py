"""The defects found in COINr 1.1.14 that touch the steps: each test shows the right behaviour.

The analyses have their own in `analyse/test_known_defects.py`.
"""

import re

import numpy as np
import pytest

from pipelines import charts
from pipelines.scoring import normalise as scales
from pipelines.scoring import sampling, sensitivity, uncertainty
from pipelines.scoring.aggregate import aggregate_tree, combine
from pipelines.scoring.build import build
from pipelines.scoring.data import IndexData
from pipelines.scoring.draws import Scores
from pipelines.scoring.errors import (
    AnchorError,
    ConstantError,
    InfiniteError,
    NotPositiveError,
    TreeError,
)
from pipelines.scoring.impute import by_column
from pipelines.scoring.method import Aggregation, Method, Treatment
from pipelines.scoring.panel import latest
from pipelines.scoring.screen import screen
from pipelines.scoring.treat import passes, transform, treat, winsorise
from pipelines.scoring.tree import Tree

NAN = np.nan
OUTLIERS = np.array([*range(1, 11), 30.0, 100.0])
FLAT = Tree.build(["a", "b", "Top"], ["Top", "Top", None])


def index(values, **changes):
    values = np.asarray(values, dtype=float)
    return IndexData(tuple(f"u{i}" for i in range(len(values))), values, FLAT, np.ones(2), **changes)


def test_defect_01_the_gii_logarithm_transforms():
    assert not np.array_equal(transform(OUTLIERS, "log_gii"), OUTLIERS)
    y, _, [record] = treat(OUTLIERS[:, None], Treatment(max_winsorised=0, fallback="log_gii"))
    assert record.function == "log_gii"
    np.testing.assert_array_equal(y[:, 0], transform(OUTLIERS, "log_gii"))
    assert passes(y[:, 0])


def test_defect_02_copeland_aggregates_by_its_name():
    made = build(Method.from_yaml("aggregate: {method: copeland}"), index([[1, 1], [2, 2], [3, 3]]))
    np.testing.assert_array_equal(made.scores.score[:, 0], [-2, 0, 2])


def test_defect_03_copeland_with_gaps_does_not_depend_on_the_order_of_rows():
    x = np.array([[1.0, NAN], [NAN, 2.0], [3.0, 1.0]])
    rule = Aggregation(method="copeland")
    np.testing.assert_array_equal(combine(x, [1, 1], rule), combine(x[::-1], [1, 1], rule)[::-1])


def test_defect_04_the_power_mean_takes_gaps_and_a_least_share():
    x = np.array([[1.0, 7.0], [3.0, NAN]])
    made = aggregate_tree(x, FLAT, Aggregation(method="power", p=2))
    np.testing.assert_array_equal(made.score[:, 0], [5, 3])
    strict = aggregate_tree(x, FLAT, Aggregation(method="power", p=2, min_share=0.75))
    np.testing.assert_array_equal(strict.score[:, 0], [5, NAN])


def test_defect_05_the_fraction_of_the_maximum_turns_with_the_direction():
    score = scales.fraction_of_max(np.array([10.0, 20.0, 40.0]), -1)
    assert (np.diff(score) < 0).all()
    assert score[0] == 1


def test_defect_08_some_years_are_an_index_of_their_own():
    """Choosing years is choosing rows: one, two or all of them build."""
    time = np.array([2018.0, 2018, 2019, 2019, 2020, 2020])
    x = np.arange(12.0).reshape(6, 2)
    method = Method.from_yaml("{normalise: {over: year}, aggregate: {method: arithmetic}}")
    for years in ([2018, 2019, 2020], [2019, 2020], [2020]):
        rows = np.isin(time, years)
        data = IndexData(("A", "B") * len(years), x[rows], FLAT, np.ones(2), time=time[rows])
        np.testing.assert_array_equal(build(method, data).scores.score[:, 0], [0, 100] * len(years))


def test_defect_13_a_method_makes_the_same_again_also_over_years():
    """The whole method is one value: nothing is overwritten, and a panel is built again from its YAML."""
    text = "{impute: {method: latest}, treat: {}, normalise: {lower: 1}, aggregate: {method: geometric}}"
    method = Method.from_yaml(text)
    x = np.random.default_rng(0).normal(size=(8, 2))
    x[3, 1] = NAN
    data = IndexData(("A", "A", "B", "B", "C", "C", "D", "D"), x, FLAT, np.ones(2), time=np.tile([1.0, 2], 4))
    again = build(Method.from_yaml(method.to_yaml()), data)
    np.testing.assert_array_equal(build(method, data).scores.score, again.scores.score)
    assert again.method.digest == method.digest


def test_defect_14_an_all_missing_unit_leaves_no_empty_row():
    x = np.array([[1.0, 0.0], [NAN, NAN], [0.0, 0.0]])
    assert screen(x, min_nonzero=0.5).keep.tolist() == [True, False, False]


def test_defect_15_whole_numbers_are_imputed_like_any_others():
    table = np.array([[1, 2], [3, 4]])
    np.testing.assert_array_equal(by_column(table), table)
    mixed = np.array([[1, 2], [None, 4]], dtype=float)
    np.testing.assert_array_equal(by_column(mixed), [[1, 2], [1, 4]])


def test_defect_16_a_group_without_figures_stays_missing_and_is_told():
    groups = {"side": np.array(["x", "x", "y"], dtype=object)}
    made = build(Method.from_yaml("impute: {group: side}"), index([[1, 1], [NAN, 1], [NAN, 1]], groups=groups))
    np.testing.assert_array_equal(made.steps["imputed"].values[:, 0], [1, 1, NAN])
    assert made.warnings == ["impute: 1 figures are still missing"]
    assert made.imputed.sum() == 1


def test_defect_17_rows_in_any_order_keep_their_own_figures():
    unit, time = ["A", "B", "A", "B"], [2021, 2020, 2020, 2021]
    x = np.array([[NAN, 1.0], [20.0, 2.0], [10.0, 3.0], [NAN, 4.0]])
    np.testing.assert_array_equal(latest(x, unit, time), [[10, 1], [20, 2], [10, 3], [20, 4]])


def test_defect_18_winsorising_takes_two_values_gaps_and_ties():
    two = np.array([0.0] * 20 + [1.0])
    np.testing.assert_array_equal(winsorise(two)[0], two)
    gaps, moved = winsorise(np.append(OUTLIERS, NAN))
    assert gaps[11] == 30
    assert moved.sum() == 1
    ties = np.array([*range(1, 30), 500.0, 500.0, 500.0])
    assert winsorise(ties, Treatment(max_winsorised=1))[1].sum() == 0
    assert winsorise(ties, Treatment(max_winsorised=3))[1].tolist() == [False] * 29 + [True] * 3


def test_defect_18_every_moved_figure_is_marked_on_both_sides():
    x = np.array([-300.0, *range(20), 400.0])
    y, moved = winsorise(x, Treatment(skewness=0.01, kurtosis=0.01, max_winsorised=2))
    assert (moved == (x != y)).all()
    assert moved[[0, -1]].all()


def test_defect_18_an_override_forces_winsorising_where_the_test_is_passed():
    x = np.arange(12.0)[:, None]
    _, moved, [record] = treat(x, Treatment(), {0: Treatment(force=True, max_winsorised=1)})
    assert moved.sum() == record.winsorised == 1


def test_defect_18_a_treatment_that_fails_is_an_error():
    with pytest.raises(NotPositiveError):
        treat(-OUTLIERS[:, None], Treatment(max_winsorised=0, fallback="log"))


def test_defect_19_infinite_figures_negative_weights_and_parents_of_the_top_are_refused():
    with pytest.raises(InfiniteError):
        index([[1, np.inf], [1, 2]])
    with pytest.raises(TreeError):
        Tree.build(["a", "b", "Top"], ["Top", "Top", None], [1, -1, 1])
    with pytest.raises(TreeError, match="cycle"):
        Tree.build(["a", "b", "Top"], ["Top", "Top", "Top"])
    with pytest.raises(TreeError, match="not above it"):
        Tree.build(["a", "P", "Top"], ["P", "Top", None], levels=[1, 2, 2])


def test_defect_19_a_zero_denominator_is_refused():
    data = index([[1, 1], [2, 2]], denominators={"size": np.array([1.0, 0.0])}, denominated_by={"a": "size"})
    with pytest.raises(AnchorError) as caught:
        build(Method.from_yaml("denominate: true"), data)
    assert (caught.value.code, caught.value.unit) == ("a", "u1")


def test_defect_19_a_constant_indicator_does_not_drop_out():
    with pytest.raises(ConstantError) as caught:
        build(Method.from_yaml("normalise: {method: minmax}"), index([[1, 5], [2, 5]]))
    assert caught.value.code == "b"


def test_defect_20_the_harmonic_mean_refuses_negative_figures():
    with pytest.raises(NotPositiveError):
        combine(np.array([[1.0, -1.5, 3.0]]), [1, 1, 1], Aggregation(method="harmonic"))


def test_defect_20_the_geometric_mean_of_a_scale_from_zero_says_what_to_do():
    method = Method.from_yaml("{normalise: {method: minmax}, aggregate: {method: geometric}}")
    with pytest.raises(NotPositiveError, match="lower bound above 0"):
        build(method, index([[1, 5], [2, 6]]))


def test_defect_20_scores_are_not_rounded():
    made = build(Method.from_yaml("aggregate: {method: arithmetic}"), index([[1, 1.0000001], [2, 3]]))
    assert made.scores.score[0, 0] == (1 + 1.0000001) / 2


def test_defect_21_nothing_asks_at_the_keyboard(monkeypatch):
    monkeypatch.setattr("builtins.input", lambda *_: pytest.fail("asked"))
    build(Method.from_yaml("{normalise: {}, aggregate: {method: arithmetic}}"), index([[1, 5], [2, 6]]))


def test_defect_09_a_picture_of_chosen_units_shows_just_these(tmp_path):
    ranks = [{"unit": f"U{n}", "nominal": n, "median": n, "low": n, "high": n + 2.0} for n in range(1, 16)]
    for chosen in ([ranks[2], ranks[7]], ranks[-10:]):
        chart = charts.rank_intervals(chosen, title="Ranks", caption="Ours.")
        text = charts.save(chart, tmp_path / "chosen.svg").read_text(encoding="utf-8")
        assert sorted(set(re.findall(r">(U\d+)<", text))) == sorted(row["unit"] for row in chosen)


def test_defect_10_failed_draws_are_counted_and_the_rest_keeps_its_interval():
    score = np.array([[3.0, 2.0], [np.nan, np.nan], [1.0, 4.0], [np.nan, np.nan]])
    told = uncertainty.summarise(Scores(score, {1: "it failed", 3: "it failed"}), np.array([3.0, 2.0]), top=1)
    assert told.failures == {"it failed": 2}
    assert told.scored.tolist() == [2, 2]
    assert (told.rank.p95 > told.rank.p5).all()
    assert told.top_share.tolist() == [0.5, 0.5]


def test_defect_11_alternatives_do_not_depend_on_the_other_draws():
    assert sampling.choose([0.01, 0.2, 0.3], [1, 1]).tolist() == [0, 0, 0]
    assert sampling.choose([0.3], [1, 1]) == sampling.choose([0.3, 0.99], [1, 1])[:1]


def test_defect_12_the_sensitivity_estimator_is_centred():
    cube = sensitivity.design([1, 1, 1], 256, seed=5)
    output = cube @ [1.0, 2.0, 3.0]
    near, far = (sensitivity.estimate(output + shift, 3, seed=1).first.value for shift in (0.0, 1e4))
    np.testing.assert_allclose(near, far, atol=1e-6)
    np.testing.assert_allclose(near[:, 0], [1 / 14, 4 / 14, 9 / 14], atol=0.02)
