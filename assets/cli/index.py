"""`smart21 index`: a composite indicator from one's own tables. The work itself is in `pipelines`."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from assets.cli.show import MISTAKE
from pipelines.index.read import IndexTables, read_index
from pipelines.index.write import ranking, summarise, write_build
from pipelines.scoring.build import Build, build
from pipelines.scoring.errors import MethodError, ScoringError
from pipelines.scoring.method import LevelAggregation, Method, Normalise

_PLAIN_METHOD = Method(normalise=Normalise(), aggregate=(LevelAggregation(),))

index_app = typer.Typer(
    name="index",
    help="Build and analyse a composite indicator from your own tables.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)

Data = Annotated[
    Path, typer.Option(help="DATA as CSV; or one Excel file with DATA and META; or a JRC COIN Tool workbook.")
]
Meta = Annotated[Path | None, typer.Option(help="META as CSV or Excel. Not needed when --data has it.")]
MethodFile = Annotated[
    Path | None, typer.Option("--method", help="The steps as YAML. Without it: min-max to 0-100, then means.")
]
Out = Annotated[Path, typer.Option(help="Directory for the results; made if it is not there.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the summary as JSON, for programs.")]


@index_app.command("build")
def build_index(
    data: Data,
    out: Out,
    meta: Meta = None,
    method: MethodFile = None,
    excel: Annotated[bool, typer.Option("--excel", help="Also write index.xlsx.")] = False,
    top: Annotated[int, typer.Option(min=0, help="Units of the ranking to print; 0 for all.")] = 20,
    as_json: AsJson = False,
) -> None:
    """Score and rank units, and write the table of every step.

    Examples:
    - `smart21 index build --data DATA.csv --meta META.csv --out results`
    - `smart21 index build --data DATA.csv --meta META.csv --method METHOD.yml --out results --excel`
    - `smart21 index build --data index.xlsx --out results --json`
    """
    try:
        tables, result = _build(data, meta, method)
        write_build(result, tables, out, excel=excel)
    except ScoringError as error:
        refuse(error, as_json)
    summary = summarise(result, tables)
    if as_json:
        sys.stdout.write(json.dumps(summary, ensure_ascii=False, allow_nan=False) + "\n")
        return
    _print_ranking(result, tables, top)
    _print_notes(summary["warnings"], out)


@index_app.command("analyse")
def analyse_index(
    data: Data,
    out: Out,
    meta: Meta = None,
    method: MethodFile = None,
    as_json: AsJson = False,
) -> None:
    """Write statistics, correlations, multivariate analyses and effective weights of an index.

    Example:
    - `smart21 index analyse --data DATA.csv --meta META.csv --method METHOD.yml --out analysis`
    """
    from pipelines.index.analyse import write_analysis  # it takes scipy's statistics, slow to import

    try:
        tables, result = _build(data, meta, method)
        written = write_analysis(result, tables, out)
    except ScoringError as error:
        refuse(error, as_json)
    if as_json:
        sys.stdout.write(json.dumps({"files": [path.name for path in written]}) + "\n")
        return
    _print_notes([*tables.notes, *result.warnings], out)


def _build(data: Path, meta: Path | None, method: Path | None) -> tuple[IndexTables, Build]:
    tables = read_index(data, meta)
    return tables, build(read_method(method), tables.data)


def read_method(path: Path | None) -> Method:
    """The method in a file; min-max and means without one."""
    if path is None:
        return _PLAIN_METHOD
    try:
        return Method.from_yaml(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise MethodError("method", f"{path} cannot be read: {error}", "Check the file.") from error


def refuse(error: ScoringError, as_json: bool) -> None:
    """Say what the user can mend, without a stack trace, and end."""
    if as_json:
        parts: dict[str, Any] = {"error": type(error).__name__, "message": str(error), "step": error.step}
        parts |= {"problem": error.problem, "advice": error.advice, "code": error.code, "unit": error.unit}
        sys.stdout.write(json.dumps(parts, ensure_ascii=False) + "\n")
    else:
        Console(stderr=True, soft_wrap=True).print(f"[bold red]Refused.[/] {escape(str(error))}")
    raise typer.Exit(MISTAKE)


def _print_ranking(result: Build, tables: IndexTables, top: int) -> None:
    rows = ranking(result, tables)
    if not rows:
        Console().print("Nothing was aggregated, so there is no ranking.")
        return
    years = result.data.years
    shown = [row for row in rows if not years or row["Time"] == years[-1]]
    code = result.data.tree.tops[0]
    title = f"{tables.code_names.get(code, code)}{f', {years[-1]:g}' if years else ''}"
    table = Table(title=escape(title), caption=f"{len(shown)} units" if top and len(shown) > top else None)
    for heading, side in (("Rank", "right"), ("Unit", "left"), ("Name", "left"), ("Score", "right")):
        table.add_column(heading, justify="right" if side == "right" else "left")
    table.add_column("Data", justify="right")
    for row in shown[: top or None]:
        score = "not scored" if row["score"] is None else f"{row['score']:.2f}"
        rank = "" if row["rank"] is None else str(row["rank"])
        table.add_row(rank, escape(row["uCode"]), escape(row["uName"]), score, f"{row['coverage']:.0%}")
    Console().print(table)


def _print_notes(warnings: list[str], out: Path) -> None:
    console = Console(stderr=True, soft_wrap=True)
    for warning in warnings:
        console.print(f"[yellow]Note.[/] {escape(warning)}")
    console.print(f"Written to {escape(str(out))}")
