"""How certain the ranks of somebody's index are: run draws of its assumptions and write what came out.

Put here: reading assumptions and draws to replay, running an analysis of an index, its tables and summary.
Not here: the statistics (`pipelines.scoring.uncertainty`), sensitivity (`sensitivity`).
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from pipelines.index.cells import read_csv
from pipelines.index.output import plain, write_files, write_json, write_rows
from pipelines.index.read import IndexTables
from pipelines.scoring.assumption import AssumptionError
from pipelines.scoring.assumptions import Assumptions
from pipelines.scoring.draws import Draws, Scores
from pipelines.scoring.index_model import IndexModel
from pipelines.scoring.sampling import Scheme, unit_cube
from pipelines.scoring.uncertainty import Progress, Uncertainty, rank_draws, run, summarise

Floats = NDArray[np.float64]
FILES = (
    "rank_intervals.csv",
    "scores.parquet",
    "pairwise.csv",
    "parameters.csv",
    "failures.csv",
    "replay.csv",
    "assumptions.yml",
    "method.yml",
    "summary.json",
)


@dataclass(frozen=True)
class Sample:
    """Which draws to make.

    Attributes:
        draws: how many.
        seed: of the points.
        scheme: `sobol` or `random`.
    """

    draws: int = 1000
    seed: int = 0
    scheme: Scheme = "sobol"


@dataclass(frozen=True, eq=False)
class UncertaintyResult:
    """An uncertainty analysis of an index.

    Attributes:
        model: the index with its assumptions.
        draws, scores: what was run, and what came out.
        found: what it says.
        sample: how the draws were made; None when they were given.
    """

    model: IndexModel
    draws: Draws
    scores: Scores
    found: Uncertainty
    sample: Sample | None


def read_assumptions(path: Path) -> Assumptions:
    """Read assumptions from a YAML file.

    Raises:
        AssumptionError: it cannot be read, or is not assumptions.
    """
    try:
        return Assumptions.from_yaml(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        problem = f"{path} cannot be read: {error}"
        raise AssumptionError("assumptions", problem, "Check the file.") from error


def read_draws(path: Path, model: IndexModel) -> Draws:
    """Read draws to replay: one row a draw, one column a component of an assumption.

    A column `draw` is left out.

    Raises:
        TableError: the file cannot be read.
        AssumptionError: its columns or cells do not fit the assumptions.
    """
    sheet = read_csv(path)
    cells = {name: column.tolist() for name, column in sheet.columns.items() if name != "draw"}
    return model.columns.read(cells, sheet.rows)


def analyse_uncertainty(
    model: IndexModel,
    how: Sample | Draws,
    *,
    top: int = 7,
    workers: int = 1,
    progress: Progress | None = None,
) -> UncertaintyResult:
    """Run the draws of an index.

    Args:
        model: the index with its assumptions.
        how: which draws to make, or the draws themselves.
        top: how many places are the top.
        workers: processes.
        progress: told the number of draws done.

    Raises:
        ScoringError: the method does not apply even with no assumption changed.
    """
    nominal = model.nominal()
    sample = how if isinstance(how, Sample) else None
    draws = how if isinstance(how, Draws) else model.draw(cube(model, how))
    scores = run(model, draws, workers=workers, chunk=model.chunk, progress=progress)
    return UncertaintyResult(model, draws, scores, summarise(scores, nominal, top), sample)


def cube(model: IndexModel, sample: Sample) -> Floats:
    """[draws, columns] the points of a sample."""
    return unit_cube(sample.draws, len(model.columns.names), sample.seed, sample.scheme)


def write_uncertainty(result: UncertaintyResult, tables: IndexTables, out: Path) -> list[Path]:
    """Write the files of an analysis; files of an earlier one there are removed first.

    Returns:
        The files written.

    Raises:
        TableError: the directory cannot be written to.
    """
    makers: dict[str, Callable[[Path], object]] = {
        "rank_intervals.csv": lambda path: write_rows(path, interval_rows(result, tables)),
        "scores.parquet": lambda path: _write_scores(path, result),
        "pairwise.csv": lambda path: write_rows(path, _pair_rows(result)),
        "parameters.csv": lambda path: write_rows(path, parameter_rows(result.model, result.draws)),
        "failures.csv": lambda path: write_rows(path, failure_rows(result.scores)),
        "assumptions.yml": lambda path: path.write_text(result.model.assumptions.to_yaml(), encoding="utf-8"),
        "method.yml": lambda path: path.write_text(result.model.method.to_yaml(), encoding="utf-8"),
        "summary.json": lambda path: write_json(path, summarise_uncertainty(result, tables)),
    }
    if result.sample is None:
        makers["replay.csv"] = lambda path: write_rows(path, _replay_rows(result))
    return write_files(out, makers, FILES)


def interval_rows(result: UncertaintyResult, tables: IndexTables) -> list[list[object]]:
    """One row a unit, the nominally best first, the header at the top; those without a rank last."""
    found, model = result.found, result.model
    head: list[object] = ["uCode", "uName", *([] if model.year is None else ["Time"])]
    head += ["nominal_rank", "rank_median", "rank_p5", "rank_p95"]
    head += ["nominal_score", "score_median", "score_p5", "score_p95"]
    head += ["top", "top_share", "draws_scored"]
    rows = [head]
    order = np.argsort(np.where(np.isnan(found.nominal_rank), np.inf, found.nominal_rank), kind="stable")
    for i in order.tolist():
        unit = model.units[i]
        line: list[object] = [unit, tables.unit_names[unit]]
        line += [] if model.year is None else [plain(model.year)]
        for nominal, drawn in ((found.nominal_rank, found.rank), (found.nominal_score, found.score)):
            line += [plain(x[i]) for x in (nominal, drawn.median, drawn.p5, drawn.p95)]
        rows.append([*line, found.top, plain(found.top_share[i]), int(found.scored[i])])
    return rows


def summarise_uncertainty(result: UncertaintyResult, tables: IndexTables) -> dict[str, Any]:
    """What was run and what came out, in plain numbers; the same for the same inputs."""
    found = result.found
    head, *rows = interval_rows(result, tables)
    return {
        **describe(result.model),
        "draws": found.draws,
        "seed": None if result.sample is None else result.sample.seed,
        "sampling": "replay" if result.sample is None else result.sample.scheme,
        "failed_draws": sum(found.failures.values()),
        "failures": [{"reason": reason, "draws": number} for reason, number in found.failures.items()],
        "units": [dict(zip(map(str, head), row, strict=True)) for row in rows],
        "notes": tables.notes,
    }


def describe(model: IndexModel) -> dict[str, Any]:
    """The index and its assumptions, for a summary."""
    spelt = model.assumptions.to_yaml().encode()
    return {
        "code": model.code,
        "year": None if model.year is None else plain(model.year),
        "method_sha256": model.method.digest,
        "assumptions_sha256": hashlib.sha256(spelt).hexdigest(),
        "assumptions": list(model.assumptions.assumptions),
    }


def parameter_rows(model: IndexModel, draws: Draws) -> list[list[object]]:
    """The draws as they can be replayed; they are numbered from 1."""
    columns = model.columns.write(draws)
    numbers = range(1, len(draws) + 1)
    return [["draw", *columns], *([*row] for row in zip(numbers, *columns.values(), strict=True))]


def failure_rows(scores: Scores) -> list[list[object]]:
    """The draws that failed, numbered from 1, and why."""
    return [["draw", "reason"], *([draw + 1, reason] for draw, reason in scores.failed.items())]


def _pair_rows(result: UncertaintyResult) -> list[list[object]]:
    """One row an ordered pair: how probable it is that the first unit is ahead of the second."""
    units, ahead = result.model.units, result.found.ahead
    rows: list[list[object]] = [["uCode", "other_uCode", "ahead_probability"]]
    pairs = ((i, j) for i in range(len(units)) for j in range(len(units)) if i != j)
    return rows + [[units[i], units[j], plain(ahead[i, j])] for i, j in pairs]


def _replay_rows(result: UncertaintyResult) -> list[list[object]]:
    """One row a draw and unit."""
    rows: list[list[object]] = [["draw", "uCode", "score", "rank"]]
    rank = rank_draws(result.scores.score)
    for draw, (scores, ranks) in enumerate(zip(result.scores.score, rank, strict=True), start=1):
        lines: Sequence[tuple[str, float, float]] = list(zip(result.model.units, scores, ranks, strict=True))
        rows += [[draw, unit, plain(score), plain(place)] for unit, score, place in lines]
    return rows


def _write_scores(path: Path, result: UncertaintyResult) -> None:
    """One row a draw and unit; of a draw that failed, score and rank are null."""
    score = result.scores.score
    draws, units = score.shape
    rank = rank_draws(score).ravel()
    unit = pa.DictionaryArray.from_arrays(
        pa.array(np.tile(np.arange(units, dtype=np.int32), draws)), pa.array(result.model.units)
    )
    table = pa.table(
        {
            "draw": pa.array(np.repeat(np.arange(1, draws + 1, dtype=np.int32), units)),
            "uCode": unit,
            "score": pa.array(score.ravel(), from_pandas=True),
            "rank": pa.array(np.nan_to_num(rank).astype(np.int32), mask=np.isnan(rank)),
        }
    )
    pq.write_table(table, path, compression="zstd")
