"""Draws of a small index: the same scores as builds done singly, and what is said about them."""

import numpy as np
import pytest

from pipelines.scoring.assumptions import Assumptions
from pipelines.scoring.build import build
from pipelines.scoring.data import IndexData
from pipelines.scoring.draws import Draws, Scores
from pipelines.scoring.errors import MethodError, ScoringError
from pipelines.scoring.index_model import IndexModel
from pipelines.scoring.method import Impute, Method
from pipelines.scoring.ranks import competition
from pipelines.scoring.sampling import unit_cube
from pipelines.scoring.tree import Tree
from pipelines.scoring.uncertainty import ahead_share, rank_draws, run, summarise

CODES = [f"i{i}" for i in range(9)]
BRANCHES = ["x", "y", "z"]
KINDS = {
    "treatment": {"kind": "alternatives", "part": "treat.max_winsorised", "values": [0, 2]},
    "scale": {
        "kind": "alternatives",
        "part": "normalise",
        "values": [{"method": "minmax", "lower": 1}, {"method": "zscore", "mean": 100, "sd": 10}],
    },
    "mean": {
        "kind": "alternatives",
        "part": "aggregate.method",
        "values": ["arithmetic", "geometric", "harmonic", "median", "copeland", "mazziotta_pareto"],
    },
    "top": {"kind": "alternatives", "part": "aggregate.min_coverage", "values": [0.0, 0.6]},
    "few": {"kind": "alternatives", "part": "aggregate.min_share", "values": [0.0, 0.5]},
    "shares": {"kind": "dirichlet_weights", "concentration": 30, "level": 1},
    "range": {"kind": "weight_range", "share": 0.3, "level": 2},
    "out": {"kind": "omission"},
    "source": {
        "kind": "cell_alternatives",
        "values": {"in": [], "out": [{"unit": "u1", "indicator": "i2", "value": None}]},
    },
    "error": {
        "kind": "measurement_error",
        "classes": {"survey": {"relative": 0.1}},
        "figures": [{"quality": "survey", "indicator": "i4"}],
    },
}
METHOD = Method.model_validate({"treat": {}, "normalise": {"lower": 1}, "aggregate": {}})


@pytest.fixture(scope="module")
def data() -> IndexData:
    """Twenty units and nine indicators in three branches, a tenth missing."""
    rng = np.random.default_rng(11)
    values = rng.lognormal(size=(20, 9)) + 0.1
    values[rng.random(values.shape) < 0.1] = np.nan
    parents = [BRANCHES[i // 3] for i in range(9)]
    tree = Tree.build([*CODES, *BRANCHES, "index"], [*parents, "index", "index", "index", None])
    return IndexData(tuple(f"u{i}" for i in range(20)), values, tree, np.resize([1.0, 1, -1], 9))


def model_of(data: IndexData, *names: str, method: Method = METHOD, **others: object) -> IndexModel:
    kinds = {name: KINDS[name] for name in names}
    return IndexModel(data, method, Assumptions.model_validate({"assumptions": kinds}), **others)


def draw(model: IndexModel, number: int, seed: int = 7) -> Draws:
    return model.draw(unit_cube(number, len(model.columns.names), seed))


def by_itself(model: IndexModel, drawn: Draws, number: int) -> np.ndarray | str:
    try:
        table = model.single(drawn, number).steps["aggregated"]
    except ScoringError as error:
        return str(error)
    score = np.full(len(model.units), np.nan)
    score[np.searchsorted(model.rows, table.rows)] = table.values[:, table.codes.index(model.code)]
    return score


@pytest.mark.parametrize(
    "names",
    [
        ("treatment", "scale", "mean", "range"),
        ("mean", "shares", "range", "out"),
        ("scale", "top", "few", "out", "source"),
        ("mean", "error", "source"),
        tuple(KINDS),
    ],
)
def test_every_draw_equals_its_own_build(data, names):
    model = model_of(data, *names)
    drawn = draw(model, 64)
    scores = run(model, drawn)
    for number in range(64):
        alone = by_itself(model, drawn, number)
        if isinstance(alone, str):
            assert number in scores.failed
            assert np.isnan(scores.score[number]).all()
        else:
            assert number not in scores.failed
            np.testing.assert_allclose(scores.score[number], alone, rtol=0, atol=1e-9)
            np.testing.assert_array_equal(rank_draws(scores.score)[number], competition(alone))


def test_complete_figures_are_one_product_and_equal_their_builds(data):
    means = ["arithmetic", "geometric", "harmonic"]
    names = ("treatment", "scale", "top", "few", "shares", "range", "out")
    kinds = {name: KINDS[name] for name in names}
    kinds["mean"] = {"kind": "alternatives", "part": "aggregate.method", "values": means}
    method = METHOD.model_copy(update={"impute": Impute(method="median")})
    model = IndexModel(data, method, Assumptions.model_validate({"assumptions": kinds}))
    drawn = draw(model, 64)
    scores = run(model, drawn)
    assert not scores.failed
    for number in range(64):
        np.testing.assert_allclose(scores.score[number], by_itself(model, drawn, number), rtol=0, atol=1e-9)


def test_levels_with_rules_of_their_own_equal_their_builds(data):
    kinds = {
        "low": {
            "kind": "alternatives",
            "part": "aggregate.method",
            "level": 2,
            "values": ["median", "harmonic"],
        },
        "high": {
            "kind": "alternatives",
            "part": "aggregate",
            "level": 3,
            "values": {
                "plain": {"method": "geometric"},
                "owa": {"method": "owa", "order_weights": [1, 2, 3]},
            },
        },
        "range": KINDS["range"],
    }
    model = IndexModel(data, METHOD, Assumptions.model_validate({"assumptions": kinds}))
    drawn = draw(model, 32)
    scores = run(model, drawn)
    assert not scores.failed
    for number in range(32):
        np.testing.assert_allclose(scores.score[number], by_itself(model, drawn, number), rtol=0, atol=1e-9)


def test_a_power_mean_and_its_limits_equal_their_builds(data):
    values = {str(p): {"method": "power", "p": p} for p in (-1, 0, 0.5, 1, 2)}
    kinds = {"p": {"kind": "alternatives", "part": "aggregate", "values": values}, "shares": KINDS["shares"]}
    model = IndexModel(data, METHOD, Assumptions.model_validate({"assumptions": kinds}))
    drawn = draw(model, 32)
    scores = run(model, drawn)
    assert not scores.failed
    for number in range(32):
        np.testing.assert_allclose(scores.score[number], by_itself(model, drawn, number), rtol=0, atol=1e-9)


def test_failed_draws_are_counted_with_the_reason_of_their_build(data):
    method = Method.model_validate({"normalise": {"lower": 0}, "aggregate": {}})
    model = model_of(data, "mean", "shares", method=method)
    drawn = draw(model, 96)
    found = summarise(run(model, drawn), model.nominal())
    alone = [by_itself(model, drawn, number) for number in range(96)]
    reasons = [text for text in alone if isinstance(text, str)]
    assert 0 < len(reasons) < 96
    assert found.failures == {text: reasons.count(text) for text in found.failures}
    assert sum(found.failures.values()) == len(reasons)
    assert (found.scored <= 96 - len(reasons)).all()
    assert found.top_share.sum() == pytest.approx(7, abs=0.3)
    assert any("geometric" in text and "unit u" in text for text in found.failures)


def test_no_draw_left_leaves_nothing_known(data):
    method = Method.model_validate({"normalise": {"lower": 0}, "aggregate": {}})
    kinds = {"m": {"kind": "alternatives", "part": "aggregate.method", "values": ["geometric"]}}
    model = IndexModel(data, method, Assumptions.model_validate({"assumptions": kinds}))
    found = summarise(run(model, draw(model, 8)), model.nominal())
    assert sum(found.failures.values()) == found.draws == 8
    assert np.isnan([found.rank.median, found.score.p5, found.top_share]).all()
    assert np.isnan(found.ahead).all()


def test_screened_units_have_no_rank_in_that_draw(data):
    kinds = {
        "screen": {
            "kind": "alternatives",
            "part": "screen",
            "values": {"all": None, "full": {"min_availability": 1}},
        }
    }
    model = IndexModel(data, METHOD, Assumptions.model_validate({"assumptions": kinds}))
    drawn = draw(model, 16)
    scores = run(model, drawn)
    for number in range(16):
        np.testing.assert_allclose(scores.score[number], by_itself(model, drawn, number), atol=1e-9)
    found = summarise(scores, model.nominal())
    full = ~np.isnan(data.values).any(axis=1)
    assert (found.scored == np.where(full, 16, 8)).all()


def test_the_last_year_is_ranked_and_all_years_are_scaled_together(data):
    units = tuple(f"u{i // 2}" for i in range(20))
    time = np.resize([2020.0, 2021], 20)
    panel = IndexData(units, data.values, data.tree, data.direction, time)
    model = model_of(panel, "scale", "range")
    assert model.units == units[1::2]
    drawn = draw(model, 8)
    scores = run(model, drawn)
    whole = model.single(drawn, 3)
    np.testing.assert_allclose(scores.score[3], whole.steps["aggregated"].values[1::2, -1], atol=1e-9)
    np.testing.assert_array_equal(rank_draws(scores.score)[3], whole.ranks[1::2, -1])
    assert model_of(panel, "range", year=2020.0).units == units[::2]
    with pytest.raises(MethodError, match="no year 1999"):
        model_of(panel, "range", year=1999.0)


def test_another_aggregate_can_be_ranked(data):
    model = model_of(data, "range", code="y")
    place = data.tree.codes.index("y")
    np.testing.assert_allclose(model.nominal(), build(METHOD, data).steps["aggregated"].values[:, place])
    with pytest.raises(MethodError, match="no such aggregate"):
        model_of(data, "range", code="nowhere")


def test_intervals_shrink_as_assumptions_are_removed_and_vanish_with_none(data):
    width = []
    for names in (("scale", "shares", "range", "error"), ("shares", "range"), ("range",), ()):
        model = model_of(data, *names)
        found = summarise(run(model, draw(model, 512)), model.nominal())
        width.append(((found.rank.p95 - found.rank.p5).mean(), (found.score.p95 - found.score.p5).mean()))
        known = ~np.isnan(found.nominal_rank)
    ranks, scores = zip(*width, strict=True)
    assert list(ranks) == sorted(ranks, reverse=True)
    assert list(scores) == sorted(scores, reverse=True)
    assert ranks[0] > ranks[2] > 0
    assert ranks[-1] == 0
    for end in (found.rank.p5, found.rank.median, found.rank.p95):
        np.testing.assert_array_equal(end[known], found.nominal_rank[known])


def test_narrower_weights_give_narrower_intervals(data):
    width = []
    for concentration in (10, 100, 1000):
        kinds = {"w": {"kind": "dirichlet_weights", "concentration": concentration}}
        model = IndexModel(data, METHOD, Assumptions.model_validate({"assumptions": kinds}))
        found = summarise(run(model, draw(model, 512)), model.nominal())
        width.append((found.score.p95 - found.score.p5).mean())
    assert width[0] > 2 * width[1] > 4 * width[2] > 0


def test_pairs_shares_and_quantiles_are_those_of_the_draws():
    score = np.array([[3.0, 2, 1], [3, 3, 1], [1, 2, np.nan], [np.nan] * 3])
    found = summarise(Scores(score, {3: "it failed"}), np.array([3.0, 2, 1]), top=1)
    assert rank_draws(score)[:3].tolist()[:2] == [[1, 2, 3], [1, 1, 3]]
    assert found.ahead[0, 1] == pytest.approx((1 + 0.5 + 0) / 3)
    assert found.ahead[0, 2] == 1
    assert found.ahead[2, 1] == 0
    assert np.isnan(np.diag(found.ahead)).all()
    np.testing.assert_allclose(found.top_share, [2 / 3, 2 / 3, 0])
    assert found.scored.tolist() == [3, 3, 2]
    assert found.rank.median.tolist() == [1, 1, 3]
    assert found.score.p5[2] == 1
    assert found.failures == {"it failed": 1}


def test_pairs_agree_with_a_count_one_by_one():
    rng = np.random.default_rng(3)
    score = np.round(rng.normal(size=(5000, 6)), 1)
    score[rng.random(score.shape) < 0.05] = np.nan
    rank = rank_draws(score)
    ahead = ahead_share(rank)
    for i in range(6):
        for j in set(range(6)) - {i}:
            both = ~np.isnan(rank[:, [i, j]]).any(axis=1)
            wins = (rank[both, i] < rank[both, j]) + 0.5 * (rank[both, i] == rank[both, j])
            assert ahead[i, j] == pytest.approx(wins.mean(), abs=1e-12)
    off = ~np.eye(6, dtype=bool)
    np.testing.assert_allclose((ahead + ahead.T)[off], 1)


def test_ranks_of_draws_are_those_of_each_draw():
    rng = np.random.default_rng(5)
    score = np.round(rng.normal(size=(200, 12)), 1) + rng.choice([0, 1e-15], size=(200, 12))
    score[rng.random(score.shape) < 0.1] = np.nan
    for one, ranks in zip(score, rank_draws(score), strict=True):
        np.testing.assert_array_equal(ranks, competition(one))


def plain_model(draws: Draws) -> Scores:
    """Any function from draws to scores is a model."""
    return Scores(np.cumsum(draws.values, axis=1), {0: "the first of a chunk fails"})


def test_any_function_of_draws_can_be_run_and_told_of_its_progress():
    drawn = Draws(("a", "b"), unit_cube(100, 2, 1))
    told: list[int] = []
    scores = run(plain_model, drawn, chunk=30, progress=told.append)
    assert told == [30, 60, 90, 100]
    assert sorted(scores.failed) == [0, 30, 60, 90]
    np.testing.assert_array_equal(scores.score, np.cumsum(drawn.values, axis=1))


def test_same_bytes_for_any_number_of_workers(data):
    model = model_of(data, "treatment", "scale", "mean", "shares", "out")
    drawn = draw(model, 200)
    one, two, four = (run(model, drawn, workers=workers, chunk=40) for workers in (1, 2, 4))
    assert one.score.tobytes() == two.score.tobytes() == four.score.tobytes()
    assert one.failed == two.failed == four.failed
