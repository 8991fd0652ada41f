"""`smart21 index uncertainty` and `sensitivity`: how certain the ranks are, and what they depend on.

Put here: options, progress and printing. The work itself is in `pipelines`. `register` mounts the commands.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from assets.cli.index import AsJson, Data, Meta, MethodFile, Out, read_method, refuse
from pipelines.index.read import IndexTables, read_index
from pipelines.scoring.errors import ScoringError

_LISTED = 5  # reasons of failures that are printed


class Sampling(StrEnum):
    """How points are sampled."""

    sobol = "sobol"
    random = "random"


AssumptionsFile = Annotated[
    Path, typer.Option("--assumptions", help="What is uncertain, as YAML; see docs/uncertainty.md.")
]
Seed = Annotated[int, typer.Option(min=0, help="Seed of the draws; the same seed gives the same files.")]
How = Annotated[Sampling, typer.Option("--sampling", help="Scrambled Sobol points, or plain random ones.")]
Code = Annotated[str, typer.Option(help="The aggregate that is ranked. Without it: the top.")]
Year = Annotated[float | None, typer.Option(help="The year that is ranked, of several. Without it: the last.")]
Workers = Annotated[int, typer.Option(min=1, help="Processes. The results are the same for any number.")]
Chart = Annotated[Path | None, typer.Option(help="Also draw a picture: a file name ending in .svg or .png.")]


def register(app: typer.Typer) -> None:
    """Add the commands to an app."""
    app.command("uncertainty")(uncertainty)
    app.command("sensitivity")(sensitivity)


def uncertainty(
    data: Data,
    assumptions: AssumptionsFile,
    out: Out,
    meta: Meta = None,
    method: MethodFile = None,
    draws: Annotated[int, typer.Option(min=1, help="How many draws.")] = 1000,
    seed: Seed = 0,
    sampling: How = Sampling.sobol,
    replay: Annotated[
        Path | None, typer.Option(help="Run exactly the draws of this CSV file, such as a parameters.csv.")
    ] = None,
    top: Annotated[int, typer.Option(min=1, help="How many places are the top.")] = 7,
    code: Code = "",
    year: Year = None,
    workers: Workers = 1,
    chart: Chart = None,
    as_json: AsJson = False,
) -> None:
    """Say between which ranks each unit lies, and how probably each is ahead of each other.

    Examples:
    - `smart21 index uncertainty --data DATA.csv --meta META.csv --assumptions A.yml --out U`
    - the same with `--draws 10000 --seed 7 --workers 2 --chart ranks.svg`
    - `smart21 index uncertainty --data DATA.csv --meta META.csv --assumptions A.yml --replay U/parameters.csv
      --out R`
    """
    # Here, because scipy and pyarrow are slow to import.
    from pipelines.index.uncertainty import (
        Sample,
        analyse_uncertainty,
        read_draws,
        summarise_uncertainty,
        write_uncertainty,
    )

    try:
        tables, model = _model(data, meta, method, assumptions, code, year)
        given = read_draws(replay, model) if replay else None
        with _progress(draws if given is None else len(given), as_json) as told:
            how = given or Sample(draws, seed, sampling.value)
            result = analyse_uncertainty(model, how, top=top, workers=workers, progress=told)
        write_uncertainty(result, tables, out)
        if chart is not None:
            from pipelines.charts import save
            from pipelines.index.pictures import interval_chart

            save(interval_chart(result, tables), chart)
    except ScoringError as error:
        refuse(error, as_json)
    summary = summarise_uncertainty(result, tables)
    if as_json:
        _print_json(summary)
        return
    _print_intervals(summary, top)
    _print_failures(summary["failures"], "draws", summary["draws"], out)


def sensitivity(
    data: Data,
    assumptions: AssumptionsFile,
    out: Out,
    meta: Meta = None,
    method: MethodFile = None,
    draws: Annotated[
        int,
        typer.Option(min=2, help="Base draws, best a power of 2; run (assumptions + 2) times as often."),
    ] = 1024,
    seed: Seed = 0,
    sampling: How = Sampling.sobol,
    code: Code = "",
    year: Year = None,
    workers: Workers = 1,
    chart: Chart = None,
    as_json: AsJson = False,
) -> None:
    """Say how much of the variation of the ranks each assumption accounts for.

    Examples:
    - `smart21 index sensitivity --data DATA.csv --meta META.csv --assumptions A.yml --out S`
    - the same with `--draws 4096 --workers 2 --chart drivers.svg`
    """
    from pipelines.index.sensitivity import analyse_sensitivity, summarise_sensitivity, write_sensitivity
    from pipelines.index.uncertainty import Sample

    try:
        tables, model = _model(data, meta, method, assumptions, code, year)
        runs = draws * (len(model.assumptions.assumptions) + 2)
        with _progress(runs, as_json) as told:
            sample = Sample(draws, seed, sampling.value)
            result = analyse_sensitivity(model, sample, workers=workers, progress=told)
        write_sensitivity(result, tables, out)
        if chart is not None:
            from pipelines.charts import save
            from pipelines.index.pictures import sensitivity_chart

            save(sensitivity_chart(result, tables), chart)
    except ScoringError as error:
        refuse(error, as_json)
    summary = summarise_sensitivity(result, tables)
    if as_json:
        _print_json(summary)
        return
    _print_indices(summary["average_rank_shift"])
    _print_failures(summary["failures"], "runs", summary["runs"], out)


def _model(
    data: Path, meta: Path | None, method: Path | None, assumptions: Path, code: str, year: float | None
) -> tuple[IndexTables, Any]:
    from pipelines.index.uncertainty import read_assumptions
    from pipelines.scoring.index_model import IndexModel

    tables = read_index(data, meta)
    return tables, IndexModel(tables.data, read_method(method), read_assumptions(assumptions), code, year)


@contextmanager
def _progress(total: int, quiet: bool) -> Iterator[Callable[[int], None]]:
    """Show how many draws are done, on the error stream and only on a terminal."""
    console = Console(stderr=True)
    columns = (TextColumn("Draws"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=quiet or not console.is_terminal) as bar:
        task = bar.add_task("draws", total=total)
        yield lambda done: bar.update(task, completed=done)


def _print_json(summary: dict[str, Any]) -> None:
    import json

    sys.stdout.write(json.dumps(summary, ensure_ascii=False, allow_nan=False) + "\n")


def _print_intervals(summary: dict[str, Any], top: int) -> None:
    table = Table(title=f"{summary['code']}: ranks over {summary['draws']} draws")
    for heading in ("Rank", "Unit", "Name", "Median", "5 % to 95 %", f"In the top {top}"):
        table.add_column(heading, justify="left" if heading in ("Unit", "Name") else "right")
    for unit in summary["units"]:
        scored = unit["rank_median"] is not None
        table.add_row(
            _number(unit["nominal_rank"]),
            escape(unit["uCode"]),
            escape(unit["uName"]),
            _number(unit["rank_median"]),
            f"{_number(unit['rank_p5'])} to {_number(unit['rank_p95'])}" if scored else "not scored",
            f"{unit['top_share']:.0%}" if scored else "",
        )
    Console().print(table)


def _print_indices(rows: list[dict[str, Any]]) -> None:
    table = Table(title="Shares of the variance of the average rank shift, with 95 % intervals")
    for heading in ("Assumption", "Alone", "With others"):
        table.add_column(heading, justify="left" if heading == "Assumption" else "right")
    for row in sorted(rows, key=lambda row: row["total"] or 0.0, reverse=True):
        cells = (
            "undefined: it does not vary"
            if row[index] is None
            else f"{row[index]:.2f} ({row[f'{end}_low']:.2f} to {row[f'{end}_high']:.2f})"
            for index, end in (("first_order", "first"), ("total", "total"))
        )
        table.add_row(escape(row["assumption"]), *cells)
    Console().print(table)


def _print_failures(failures: list[dict[str, Any]], what: str, total: int, out: Path) -> None:
    console = Console(stderr=True, soft_wrap=True)
    if failures:
        lost = sum(failure[what] for failure in failures)
        console.print(f"[yellow]Note.[/] {lost} of {total} {what} failed and count in nothing above:")
    for failure in failures[:_LISTED]:
        console.print(f"  {failure[what]}: {escape(failure['reason'])}")
    if len(failures) > _LISTED:
        console.print(f"  and {len(failures) - _LISTED} other reasons, in failures.csv")
    console.print(f"Written to {escape(str(out))}")


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}".removesuffix(".0")
