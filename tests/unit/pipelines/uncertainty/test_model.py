"""The benchmark as a function of draws, on an edition of three communities."""

import dataclasses

import numpy as np
import pytest

from pipelines.scoring.draws import Draws
from pipelines.scoring.method import Aggregation
from pipelines.scoring.sampling import unit_cube
from pipelines.scoring.tree import Tree
from pipelines.scoring.uncertainty import run, summarise
from pipelines.uncertainty.figures import Figures
from pipelines.uncertainty.model import BenchmarkModel, _median
from warehouse.registry.models import Indicator
from warehouse.registry.uncertainty import Plan

GOALPOSTS = {"lower": 0, "upper": 100, "reason": "natural bounds"}


def indicator(name: str, direction: str = "higher", **posts: object) -> Indicator:
    return Indicator.model_validate(
        {
            "id": name, "name": name, "definition": "d", "unit": "%", "dimension": "share", "direction": direction,
            "goalposts": GOALPOSTS | posts, "maximum_age": 5, "source": "s",
            "classes": [{"id": "general", "name": "general", "group": "general"}],
        }
    )  # fmt: skip


TREE = Tree.build(
    ["top", "one", "two", "a", "b", "c"], [None, "top", "top", "one", "one", "two"], leaves=["a", "b", "c"]
)


def model(value: np.ndarray, rule: Aggregation | None = None, **plan: object) -> BenchmarkModel:
    """Three communities by the indicators a, b (lower is better) and c, with the assumptions given."""
    empty = np.zeros((0, 1))
    none = np.zeros(0, dtype=np.int64)
    figures = Figures(
        value=value,
        others=empty,
        choices=none,
        choice_row=none,
        choice_column=none,
        error=np.full(value.shape, 0.1),
        error_of=np.where(np.isnan(value), -1, np.arange(value.size).reshape(value.shape)),
        is_proxy=np.zeros(value.shape, dtype=bool),
    )
    return BenchmarkModel(
        figures=figures,
        indicators=(indicator("a"), indicator("b", "lower"), indicator("c")),
        tree=TREE,
        rules=tuple([rule or Aggregation()] * len(TREE.nodes)),
        factors=tuple(TREE.position[code] for code in ("one", "two")),
        factors_needed=1.0,
        plan=Plan.model_validate({"draws": 64, "sensitivity_draws": 8, "seed": 1} | plan),
    )


VALUE = np.array([[50.0, 20.0, 80.0], [90.0, 60.0, 10.0], [10.0, np.nan, 40.0]])
BY_HAND = [(65 + 80) / 2, (65 + 10) / 2, (10 + 40) / 2]
REASON = {"reason": "for the test"}
EVERYTHING = {
    "normalisation": {"among": ["goalposts", "minmax", "percentile_rank"], **REASON},
    "treatment": {"among": ["none", "winsorise"], **REASON},
    "imputation": {"among": ["none", "median"], **REASON},
    "aggregation": {"among": ["arithmetic", "geometric"], **REASON},
    "weights": {"spread": 0.5, **REASON},
    "errors": {"sizes": {"official": 0.1}, **REASON},
    "omission": {"share": 0.5, **REASON},
}


def scores(made: BenchmarkModel, cube: np.ndarray) -> np.ndarray:
    return made(Draws(tuple(map(str, range(made.width))), cube)).score


def drawn(made: BenchmarkModel, draws: int = 64, seed: int = 1) -> np.ndarray:
    return scores(made, unit_cube(draws, made.width, seed, "random"))


def test_with_nothing_assumed_every_draw_is_the_score_by_hand() -> None:
    made = model(VALUE)
    assert made.width == 0
    np.testing.assert_allclose(made.nominal(), BY_HAND, rtol=0, atol=1e-12)
    np.testing.assert_array_equal(drawn(made, 5), np.tile(made.nominal(), (5, 1)))


def test_intervals_vanish_with_no_assumption_and_shrink_as_assumptions_go() -> None:
    widths = []
    for kept in (list(EVERYTHING), ["weights", "errors"], ["weights"], []):
        made = model(VALUE, **{name: EVERYTHING[name] for name in kept})
        cube = unit_cube(256, made.width, 7, "random")
        told = summarise(run(made, Draws(tuple(map(str, range(made.width))), cube)), made.nominal())
        widths.append(float(np.sum(told.score.p95 - told.score.p5)))
    assert widths[0] > widths[1] > widths[2] > widths[3] == 0


@pytest.mark.parametrize(
    ("name", "choice", "by_hand"),
    [
        pytest.param("normalisation", 0.5, [(75.0 + 100.0) / 2, (50 + 0.0) / 2, (0 + 300 / 7) / 2], id="min-max"),
        pytest.param("normalisation", 0.9, [(75.0 + 100.0) / 2, (50 + 0.0) / 2, (0 + 50.0) / 2], id="percentile rank"),
        pytest.param("imputation", 0.9, [72.5, 37.5, ((10 + 60) / 2 + 40) / 2], id="median of the others"),
        pytest.param("aggregation", 0.9, [(65 * 80) ** 0.5, (65 * 10) ** 0.5, (10 * 40) ** 0.5], id="geometric"),
        pytest.param("omission", 0.01, [(80 + 80) / 2, (40 + 10) / 2, np.nan], id="without the first indicator"),
    ],
)
def test_an_alternative_by_hand(name: str, choice: float, by_hand: list[float]) -> None:
    rule = Aggregation(min_coverage=0.5) if name == "omission" else None
    made = model(VALUE, rule, **{name: EVERYTHING[name]})
    if name == "omission":
        made = dataclasses.replace(made, factors_needed=2.0)
    np.testing.assert_allclose(scores(made, np.full((1, 1), choice))[0], by_hand, rtol=0, atol=1e-9)


def test_the_first_alternative_is_the_method_itself() -> None:
    choices = {name: EVERYTHING[name] for name in ("normalisation", "treatment", "imputation", "aggregation")}
    made = model(VALUE, **choices)
    np.testing.assert_allclose(scores(made, np.zeros((1, made.width)))[0], BY_HAND, rtol=0, atol=1e-12)


def test_weights_stay_within_their_spread() -> None:
    made = model(VALUE, weights=EVERYTHING["weights"])
    total = drawn(made, 512)
    one, two = 65.0, 80.0  # of the first community; its a and b differ, so the factor moves too
    low_one, high_one = 50 + 30 * 0.25, 50 + 30 * 0.75
    assert total[:, 0].min() >= 0.75 * low_one + 0.25 * two - 1e-9
    assert total[:, 0].max() <= 0.75 * two + 0.25 * high_one + 1e-9
    assert total[:, 0].min() < (one + two) / 2 < total[:, 0].max()


def test_a_shared_figure_shares_its_error() -> None:
    same = np.array([[40.0, np.nan, np.nan], [40.0, np.nan, np.nan], [70.0, np.nan, np.nan]])
    made = model(same, errors=EVERYTHING["errors"])
    shared = dataclasses.replace(made.figures, error_of=np.array([[0, -1, -1], [0, -1, -1], [1, -1, -1]]))
    total = drawn(dataclasses.replace(made, figures=shared))
    np.testing.assert_array_equal(total[:, 0], total[:, 1])
    assert np.ptp(total[:, 0]) > 0


def test_another_source_may_speak_and_stand_ins_may_go() -> None:
    made = model(VALUE, sources=REASON, proxies={"share_out": 0.5, **REASON})
    figures = dataclasses.replace(
        made.figures,
        others=np.array([[50.0, 30.0]]),
        choices=np.array([2]),
        choice_row=np.array([0]),
        choice_column=np.array([0]),
        is_proxy=np.array([[False, False, False], [False, False, True], [False, False, False]]),
    )
    made = dataclasses.replace(made, figures=figures)
    cube = np.full((1, made.width), 0.9)
    np.testing.assert_allclose(scores(made, cube)[0], [((30 + 80) / 2 + 80) / 2, *BY_HAND[1:]])
    cube[:, made.columns["proxies"]] = 0.1
    np.testing.assert_allclose(scores(made, cube)[0], [((30 + 80) / 2 + 80) / 2, 65.0, 25.0])


def test_too_few_factors_give_no_score() -> None:
    made = dataclasses.replace(model(VALUE), factors_needed=3.0)
    assert np.isnan(made.nominal()).all()


def test_scores_stay_within_0_and_100() -> None:
    total = drawn(model(VALUE, **EVERYTHING), 512)
    assert np.nanmin(total) >= 0
    assert np.nanmax(total) <= 100


def test_same_seed_same_bytes_for_any_number_of_workers() -> None:
    made = model(VALUE, **EVERYTHING)
    draws = Draws(tuple(map(str, range(made.width))), unit_cube(96, made.width, 3, "random"))
    one, two = (run(made, draws, workers=workers, chunk=32).score for workers in (1, 2))
    assert one.tobytes() == two.tobytes()


def test_median_of_what_is_known() -> None:
    x = np.array([[[1.0, np.nan, 5.0], [3.0, np.nan, np.nan], [9.0, np.nan, 7.0]]])
    np.testing.assert_array_equal(_median(x)[0, 0], [3.0, np.nan, 6.0])
