"""What the ranks of somebody's index depend on: run a sensitivity analysis and write what came out.

The statistics are in `pipelines.scoring.sensitivity`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from pipelines.index.output import plain, write_files, write_json, write_rows
from pipelines.index.read import IndexTables
from pipelines.index.uncertainty import Sample, describe, failure_rows, parameter_rows
from pipelines.scoring.assumption import AssumptionError
from pipelines.scoring.draws import Draws, Scores
from pipelines.scoring.index_model import IndexModel
from pipelines.scoring.sensitivity import Indices, design, estimate, rank_outputs
from pipelines.scoring.uncertainty import Progress, count_failures, run

FILES = ("sensitivity.csv", "parameters.csv", "failures.csv", "assumptions.yml", "method.yml", "summary.json")
SHIFT = "average_rank_shift"


@dataclass(frozen=True, eq=False)
class SensitivityResult:
    """A sensitivity analysis of an index.

    Attributes:
        model: the index with its assumptions.
        draws, scores: the runs of the design, and what came out.
        sample: the base draws.
        outputs: the names of the outputs: the average rank shift, and `rank.` and a unit.
        indices: of each assumption and output.
    """

    model: IndexModel
    draws: Draws
    scores: Scores
    sample: Sample
    outputs: tuple[str, ...]
    indices: Indices


def analyse_sensitivity(
    model: IndexModel,
    sample: Sample,
    *,
    workers: int = 1,
    progress: Progress | None = None,
    resamples: int = 1000,
) -> SensitivityResult:
    """Run the design of a sensitivity analysis: base draws times (assumptions + 2).

    Raises:
        AssumptionError: there are no assumptions.
        ScoringError: the method does not apply even with no assumption changed.
    """
    names = list(model.assumptions.assumptions)
    if not names:
        raise AssumptionError("sensitivity", "there are no assumptions", "Give at least one.")
    components = [model.columns.of[name].stop - model.columns.of[name].start for name in names]
    nominal = model.nominal()
    # One seed, two streams: the points, and the resamples of the intervals.
    points, resampling = np.random.default_rng(sample.seed).spawn(2)
    draws = model.draw(design(components, sample.draws, points, sample.scheme))
    scores = run(model, draws, workers=workers, chunk=model.chunk, progress=progress)
    indices = estimate(rank_outputs(scores, nominal), len(names), resampling, resamples=resamples)
    outputs = (SHIFT, *(f"rank.{unit}" for unit in model.units))
    return SensitivityResult(model, draws, scores, sample, outputs, indices)


def write_sensitivity(result: SensitivityResult, tables: IndexTables, out: Path) -> list[Path]:
    """Write the files of an analysis; files of an earlier one there are removed first.

    Raises:
        TableError: the directory cannot be written to.
    """
    makers: dict[str, Callable[[Path], object]] = {
        "sensitivity.csv": lambda path: write_rows(path, index_rows(result)),
        "parameters.csv": lambda path: write_rows(path, parameter_rows(result.model, result.draws)),
        "failures.csv": lambda path: write_rows(path, failure_rows(result.scores)),
        "assumptions.yml": lambda path: path.write_text(result.model.assumptions.to_yaml(), encoding="utf-8"),
        "method.yml": lambda path: path.write_text(result.model.method.to_yaml(), encoding="utf-8"),
        "summary.json": lambda path: write_json(path, summarise_sensitivity(result, tables)),
    }
    return write_files(out, makers, FILES)


def index_rows(result: SensitivityResult) -> list[list[object]]:
    """One row an assumption and output, the header first; an index that is undefined is missing."""
    head: list[object] = ["assumption", "output", "first_order", "first_low", "first_high"]
    rows = [[*head, "total", "total_low", "total_high", "base_draws_used"]]
    first, total = result.indices.first, result.indices.total
    parts = [first.value, first.low, first.high, total.value, total.low, total.high]
    for j, output in enumerate(result.outputs):
        for i, name in enumerate(result.model.assumptions.assumptions):
            numbers = [plain(part[i, j]) for part in parts]
            rows.append([name, output, *numbers, int(result.indices.used[i, j])])
    return rows


def summarise_sensitivity(result: SensitivityResult, tables: IndexTables) -> dict[str, Any]:
    """What was run, and the indices of the average rank shift; the same for the same inputs."""
    failures = count_failures(result.scores.failed)
    head, *rows = index_rows(result)
    undefined = int(np.isnan(result.indices.total.value[0]).sum())
    return {
        **describe(result.model),
        "base_draws": result.sample.draws,
        "runs": len(result.draws),
        "seed": result.sample.seed,
        "sampling": result.sample.scheme,
        "failed_runs": sum(failures.values()),
        "failures": [{"reason": reason, "runs": number} for reason, number in failures.items()],
        SHIFT: [dict(zip(map(str, head), row, strict=True)) for row in rows if row[1] == SHIFT],
        "outputs_that_do_not_vary": undefined,
        "notes": tables.notes,
    }
