"""`smart21 sources template` and `smart21 sources check`: the file that a community's own staff fill in.

Put here: writing the template, printing reports.
Not here: what is in either (`pipelines/drop_folder`).
"""

import datetime as dt
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.markup import escape
from rich.table import Table

from assets.cli.show import MISTAKE, Stop, out, print_object, sentences
from pipelines.drop_folder.check import Report, check_files
from pipelines.drop_folder.findings import Finding, shown, texts
from pipelines.drop_folder.template import make_template
from warehouse.files import replacing
from warehouse.registry import Registry, RegistryError, load_registry
from warehouse.registry.sources import DropFolder, Source


class Language(StrEnum):
    """Languages of the report."""

    en = "en"
    vi = "vi"


AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]


def template(
    out_file: Annotated[Path, typer.Option("--out", help="File to write; must not be there yet.")] = Path(
        "local_statistics.xlsx"
    ),
    as_json: AsJson = False,
) -> None:
    """Write the workbook with drop-down lists that a community's staff fill in.

    Example: smart21 sources template --out local_statistics.xlsx
    """
    if out_file.suffix.lower() != ".xlsx":
        raise Stop(f"{out_file} does not end in .xlsx. Choose such a name.")
    if out_file.exists():
        raise Stop(f"{out_file} is there already and may hold figures. Choose another name or remove it.")
    registry, source = _drop_folder()
    body = make_template(source, registry, _this_year())
    try:
        with replacing(out_file) as draft:
            draft.write_bytes(body)
    except OSError as error:
        raise Stop(f"{out_file} cannot be written ({error.strerror}). Choose another place.") from error
    if as_json:
        print_object({"file": str(out_file), "size_bytes": len(body)})
    else:
        out.print(escape(f"Wrote {out_file}. Fill it in, check it with: smart21 sources check {out_file}"))


def check(
    files: Annotated[list[Path], typer.Argument(help="CSV or XLSX files; they are not changed.")],
    language: Annotated[Language, typer.Option(help="Language of the report.")] = Language.en,
    as_json: AsJson = False,
) -> None:
    """Say row by row what is wrong with files for the drop folder, and what to do.

    Example: smart21 sources check local_statistics.xlsx --language vi
    """
    registry, source = _drop_folder()
    reports = check_files(files, source, registry, _this_year())
    if as_json:
        print_object([_as_object(report, language) for report in reports])
    else:
        for report in reports:
            _print(report, language)
    if not all(report.is_clean for report in reports):
        raise Stop("", MISTAKE)


def _drop_folder() -> tuple[Registry, Source]:
    """The registry, and its source that is a drop folder."""
    with sentences(RegistryError):
        registry = load_registry()
    source = next((item for item in registry.sources if isinstance(item.reader, DropFolder)), None)
    if source is None:
        raise Stop("The registry has no source with a drop folder (reader: {kind: drop_folder}).")
    return registry, source


def _this_year() -> int:
    return dt.datetime.now(dt.UTC).year


def _as_object(report: Report, language: str) -> dict[str, object]:
    return {
        "file": report.file,
        "is_read": report.is_read,
        "rows": report.rows,
        "accepted": len(report.figures),
        "refused": report.refused,
        "findings": [
            {
                "weight": finding.weight,
                "rule": finding.key,
                "sheet": finding.place.sheet,
                "cell": finding.place.cell,
                "what": finding.what(language),
                "remedy": finding.remedy(language),
            }
            for finding in report.findings
        ],
    }


def _print(report: Report, language: str) -> None:
    told = texts()["report"]
    summary = told["accepted" if report.is_read else "unread"][language]
    out.print(escape(summary.format(file=shown(report.file), accepted=len(report.figures), refused=report.refused)))
    if not report.findings:
        return
    table = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False)
    for column in ("place", "weight", "what", "remedy"):
        table.add_column(told[column][language], overflow="fold")
    for finding in report.findings:
        table.add_row(*(escape(text) for text in _line(finding, language)))
    out.print(table)


def _line(finding: Finding, language: str) -> tuple[str, ...]:
    place = shown(f"{finding.place.sheet} {finding.place.cell}")
    weight = texts()["report"]["weights"][finding.weight][language]
    return place, weight, finding.what(language), finding.remedy(language)
