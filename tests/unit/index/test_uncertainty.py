"""The commands on files: what they write, replay, and what they refuse. The data are made up here."""

import csv
import json

import numpy as np
import pyarrow.parquet as pq
import pytest
import typer
from typer.testing import CliRunner

from assets.cli.index_uncertainty import register
from pipelines.index.read import read_index
from pipelines.index.sensitivity import analyse_sensitivity, index_rows
from pipelines.index.uncertainty import Sample, analyse_uncertainty, read_assumptions, read_draws
from pipelines.scoring.build import build
from pipelines.scoring.index_model import IndexModel
from pipelines.scoring.method import Method

METHOD = "treat: {}\nnormalise: {lower: 1}\naggregate: {}\n"
ASSUMPTIONS = """
assumptions:
  winsorising: {kind: alternatives, part: treat.max_winsorised, values: [0, 3]}
  normalisation: {kind: alternatives, part: normalise.method, values: [minmax, percentile_rank]}
  aggregation: {kind: alternatives, part: aggregate.method, values: [arithmetic, geometric]}
  weights: {kind: weight_range, share: 0.25, level: 1}
"""


@pytest.fixture
def files(tmp_path):
    """DATA, META, method and assumptions of twelve units and four indicators, one figure missing."""
    rng = np.random.default_rng(4)
    lines = ["uCode,uName,a,b,c,d"]
    for i, row in enumerate(rng.lognormal(size=(12, 4)).tolist()):
        cells = [f"{x:.6f}" for x in row]
        cells[0] = "" if i == 3 else cells[0]
        lines.append(",".join([f"U{i:02}", f"=Unit {i}", *cells]))
    meta = ["iCode,Parent,Direction,Weight,Type"]
    meta += [f"{code},{parent},1,1,Indicator" for code, parent in zip("abcd", "xxyy", strict=True)]
    meta += ["x,top,1,2,Aggregate", "y,top,1,1,Aggregate", "top,,1,1,Aggregate"]
    texts = {"data.csv": "\n".join(lines), "meta.csv": "\n".join(meta), "m.yml": METHOD, "a.yml": ASSUMPTIONS}
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def run(files):
    """Run a command on the files; a later option overrules an earlier one."""
    app = typer.Typer(pretty_exceptions_enable=False)
    register(app)
    given = ["--data", "data.csv", "--meta", "meta.csv", "--method", "m.yml", "--assumptions", "a.yml"]

    def call(command, *options):
        paths = [str(files / arg) if "." in arg and not arg.startswith("-") else arg for arg in given + list(options)]
        return CliRunner().invoke(app, [command, *paths])

    return call


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_uncertainty_writes_its_files(run, files):
    result = run("uncertainty", "--draws", "64", "--seed", "7", "--out", "out.d", "--chart", "c.svg")
    assert result.exit_code == 0, result.output
    out = files / "out.d"
    assert {path.name for path in out.iterdir()} == {
        *("rank_intervals.csv", "scores.parquet", "pairwise.csv", "parameters.csv", "failures.csv"),
        *("assumptions.yml", "method.yml", "summary.json"),
    }
    intervals, scores = rows(out / "rank_intervals.csv"), pq.read_table(out / "scores.parquet").to_pandas()
    assert len(scores) == 64 * 12
    for line in intervals:
        mine = scores[scores["uCode"] == line["uCode"]]["rank"].dropna()
        assert float(line["draws_scored"]) == len(mine)
        assert float(line["rank_p5"]) == pytest.approx(np.quantile(mine.astype(float), 0.05))
        assert float(line["rank_p95"]) == pytest.approx(np.quantile(mine.astype(float), 0.95))
        assert line["uName"].startswith("'=Unit")
    pair = {(p["uCode"], p["other_uCode"]): float(p["ahead_probability"]) for p in rows(out / "pairwise.csv")}
    assert len(pair) == 132
    assert all(value + pair[other, one] == pytest.approx(1) for (one, other), value in pair.items())
    assert "<svg" in (files / "c.svg").read_text(encoding="utf-8")


def test_failed_draws_are_in_the_files_and_the_summary(run, files):
    result = run("uncertainty", "--draws", "64", "--out", "out.d", "--json")
    summary = json.loads(result.stdout)
    # The geometric mean refuses the worst percentile rank, which is 0: a quarter of the draws.
    assert summary["failed_draws"] == 16
    assert summary["failures"][0]["draws"] == 16
    assert "geometric mean does not take 0" in summary["failures"][0]["reason"]
    lost = [int(line["draw"]) for line in rows(files / "out.d" / "failures.csv")]
    assert len(lost) == 16
    scores = pq.read_table(files / "out.d" / "scores.parquet").to_pandas().set_index("draw")
    assert scores.loc[lost, ["score", "rank"]].isna().all(axis=None)
    assert scores.drop(index=lost)["score"].notna().all()
    assert json.loads((files / "out.d" / "summary.json").read_text(encoding="utf-8")) == summary


def test_same_seed_same_bytes_and_replay_gives_them_again(run, files):
    for out, options in (
        ("one.d", ()),
        ("two.d", ("--workers", "2")),
        ("three.d", ("--replay", "one.d/parameters.csv")),
    ):
        assert run("uncertainty", "--draws", "32", "--seed", "3", "--out", out, *options).exit_code == 0
    for name in ("scores.parquet", "rank_intervals.csv", "pairwise.csv", "parameters.csv", "failures.csv"):
        one = (files / "one.d" / name).read_bytes()
        assert one == (files / "two.d" / name).read_bytes()
        assert one == (files / "three.d" / name).read_bytes()
    assert len(rows(files / "three.d" / "replay.csv")) == 32 * 12


def test_a_replayed_draw_equals_the_build_done_singly(run, files):
    text = "winsorising,normalisation,aggregation,weights.a,weights.b,weights.c,weights.d\n"
    text += "3,2,arithmetic,1.1,0.9,1,1.25\n0,minmax,2,1,1,1,1\n"
    (files / "p.csv").write_text(text, encoding="utf-8")
    assert run("uncertainty", "--replay", "p.csv", "--out", "out.d").exit_code == 0
    written = {(line["draw"], line["uCode"]): line for line in rows(files / "out.d" / "replay.csv")}
    specs = [
        (
            "treat: {max_winsorised: 3}\nnormalise: {lower: 1, method: percentile_rank}\naggregate: {}",
            (1.1, 0.9, 1, 1.25),
        ),
        ("treat: {max_winsorised: 0}\nnormalise: {lower: 1}\naggregate: {method: geometric}", (1, 1, 1, 1)),
    ]
    for draw, (method, weight) in enumerate(specs, start=1):
        meta = (files / "meta.csv").read_text(encoding="utf-8")
        for code, one in zip("abcd", weight, strict=True):
            parent = "x" if code in "ab" else "y"
            meta = meta.replace(f"{code},{parent},1,1,", f"{code},{parent},1,{one},")
        (files / "meta2.csv").write_text(meta, encoding="utf-8")
        tables = read_index(files / "data.csv", files / "meta2.csv")
        alone = build(Method.from_yaml(method), tables.data)
        for i, unit in enumerate(tables.data.units):
            line = written[str(draw), unit]
            assert float(line["score"]) == pytest.approx(alone.steps["aggregated"].values[i, -1], abs=1e-9)
            assert float(line["rank"]) == alone.ranks[i, -1]


def test_no_assumption_gives_the_nominal_ranks_alone(run, files):
    (files / "a.yml").write_text("assumptions: {}\n", encoding="utf-8")
    assert run("uncertainty", "--draws", "5", "--out", "out.d").exit_code == 0
    for line in rows(files / "out.d" / "rank_intervals.csv"):
        assert line["nominal_rank"] == line["rank_p5"] == line["rank_median"] == line["rank_p95"]
    assert run("uncertainty", "--replay", "out.d/parameters.csv", "--out", "again.d").exit_code == 0
    result = run("sensitivity", "--out", "s.d")
    assert result.exit_code == 2
    assert "there are no assumptions" in result.output


def test_sensitivity_writes_an_index_of_each_assumption_and_output(run, files):
    result = run("sensitivity", "--draws", "32", "--out", "out.d", "--chart", "c.png")
    assert result.exit_code == 0, result.output
    found = rows(files / "out.d" / "sensitivity.csv")
    assert len(found) == 4 * 13
    assert {line["output"] for line in found} >= {"average_rank_shift", "rank.U00"}
    summary = json.loads((files / "out.d" / "summary.json").read_text(encoding="utf-8"))
    assert summary["runs"] == 32 * 6
    assert summary["failed_runs"] == len(rows(files / "out.d" / "failures.csv")) > 0
    assert min(int(line["base_draws_used"]) for line in found) < 32
    assert (files / "c.png").read_bytes().startswith(b"\x89PNG")


def test_an_output_that_does_not_vary_is_missing_and_not_nought(files):
    (files / "a.yml").write_text("assumptions: {w: {kind: weight_range, share: 0.0001}}", encoding="utf-8")
    tables = read_index(files / "data.csv", files / "meta.csv")
    model = IndexModel(tables.data, Method.from_yaml(METHOD), read_assumptions(files / "a.yml"))
    found = index_rows(analyse_sensitivity(model, Sample(64, 1)))
    assert found[1][:5] == ["w", "average_rank_shift", None, None, None]


def test_same_seed_same_indices(files):
    tables = read_index(files / "data.csv", files / "meta.csv")
    model = IndexModel(tables.data, Method.from_yaml(METHOD), read_assumptions(files / "a.yml"))
    one, two = (index_rows(analyse_sensitivity(model, Sample(16, 1))) for _ in range(2))
    assert one == two


def test_parameters_hold_what_was_drawn(files):
    tables = read_index(files / "data.csv", files / "meta.csv")
    model = IndexModel(tables.data, Method.from_yaml(METHOD), read_assumptions(files / "a.yml"))
    result = analyse_uncertainty(model, Sample(16, 1))
    cells = model.columns.write(result.draws)
    assert set(cells["aggregation"]) == {"arithmetic", "geometric"}
    lines = [",".join(cells), *(",".join(line) for line in zip(*cells.values(), strict=True))]
    (files / "p.csv").write_text("\n".join(lines), encoding="utf-8")
    np.testing.assert_array_equal(read_draws(files / "p.csv", model).values, result.draws.values)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--assumptions", "none.yml"), "cannot be read"),
        (("--replay", "data.csv"), "no column winsorising"),
        (("--code", "nowhere"), "no such aggregate"),
        (("--year", "1999"), "no year 1999"),
        (("--chart", "c.jpg"), "neither .svg nor .png"),
    ],
)
def test_mistakes_are_told_without_a_stack_trace(run, options, message):
    result = run("uncertainty", "--draws", "4", "--out", "out.d", *options)
    assert result.exit_code == 2
    assert isinstance(result.exception, SystemExit)
    assert message in " ".join(result.output.split())


def test_a_mistake_in_assumptions_is_named_in_json(run, files):
    (files / "a.yml").write_text("assumptions: {w: {kind: weight_range, share: 2}}", encoding="utf-8")
    result = run("uncertainty", "--out", "out.d", "--json")
    assert result.exit_code == 2
    told = json.loads(result.stdout)
    assert told["step"] == "assumptions"
    assert "w.weight_range.share" in told["problem"]
