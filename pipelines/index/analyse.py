"""Write the analyses of an index: what its data and structure look like, one table each.

Put here: running the analyses that a build allows, their summary and their files.
Not here: the tables (`analysis_tables`) and what is in them (`pipelines.scoring.analyse`).

Data are analysed as they came; indicators together and against the index, as normalised. Of several years the
last one is taken: years put together would show trends as correlations.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from pipelines.index.analysis_tables import ANALYSES, Table
from pipelines.index.analysis_view import NotMadeError, View
from pipelines.index.output import escape
from pipelines.index.read import IndexTables
from pipelines.scoring.build import Build
from pipelines.scoring.errors import ScoringError, TableError, naming

_SUMMARY = "analysis.json"


@dataclass(frozen=True, eq=False)
class Analysed:
    """Analyses of a build: tables by name, each with its columns by name, and a summary of them.

    The summary has the numbers of units and indicators, the year, rows by table, codes and pairs by flag, and
    analyses left out with the reason.
    """

    tables: dict[str, Table]
    summary: dict[str, Any]


def write_analysis(result: Build, tables: IndexTables, out: Path) -> list[Path]:
    """Write the analyses of a build to a directory, one CSV file each and a summary in JSON.

    Args:
        result: what the method made; analyses of scores need normalise and aggregate.
        tables: the index as read, for its notes.
        out: the directory, made if it is not there; files of an earlier analysis there are removed first.

    Returns:
        The files written.

    Raises:
        TableError: the directory cannot be written to.
    """
    made = analyse(result)
    summary = made.summary | {"notes": tables.notes + result.warnings}
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name in (*(f"{table}.csv" for table in ANALYSES), _SUMMARY):
            (out / name).unlink(missing_ok=True)
        written = [_write(out / f"{name}.csv", table) for name, table in made.tables.items()]
        text = json.dumps(summary, indent=2, ensure_ascii=False, allow_nan=False)
        (out / _SUMMARY).write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        problem = f"{error.filename or out} cannot be written: {error.strerror}"
        raise TableError("write", problem, "Choose another --out.") from error
    return [*written, out / _SUMMARY]


def analyse(built: Build) -> Analysed:
    """Make every analysis that the steps of a build allow."""
    view = View(built)
    tables: dict[str, Table] = {}
    left_out: dict[str, str] = {}
    for name, make in ANALYSES.items():
        try:
            with naming(view.data.tree.codes, view.all_units):
                tables[name] = make(view)
        except (ScoringError, NotMadeError) as error:
            left_out[name] = str(error)
    summary = {
        "units": len(view.raw),
        "indicators": len(view.data.tree.leaves),
        "year": view.year,
        "tables": {name: len(np.asarray(next(iter(table.values())))) for name, table in tables.items()},
        "flagged": _flagged(tables),
        "left_out": left_out,
    }
    return Analysed(tables, summary)


def _flagged(tables: dict[str, Table]) -> dict[str, list[str]]:
    """Codes by flag of the statistics, and pairs by flag of the correlations."""
    found: dict[str, list[str]] = {}
    described = tables["statistics"]
    codes = np.asarray(described["iCode"])
    for name in ("low_availability", "many_zeros", "few_distinct", "outliers", "constant"):
        found[name] = codes[np.asarray(described[name], dtype=bool)].tolist()
    pairs = tables.get("correlation_flags", {"flag": [], "first": [], "second": []})
    for first, second, flag in zip(*(np.asarray(pairs[c]).tolist() for c in ("first", "second", "flag")), strict=True):
        found.setdefault(flag, []).append(f"{first} {second}")
    return found


def _write(path: Path, table: Table) -> Path:
    """Numbers with 17 significant digits, empty for missing; text that would run as a formula is escaped."""
    frame = pd.DataFrame({escape(name): _safe(column) for name, column in table.items()})
    frame.to_csv(path, index=False, float_format="%.17g", lineterminator="\n", encoding="utf-8")
    return path


def _safe(column: ArrayLike) -> NDArray[Any]:
    cells = np.asarray(column)
    if cells.dtype.kind not in "OU":
        return cells
    escaped = [escape(cell) if isinstance(cell, str) else cell for cell in cells.tolist()]
    return np.asarray(escaped, dtype=object)
