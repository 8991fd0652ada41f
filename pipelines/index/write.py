"""Write what a method made: wide CSV files a step, ranks, weights, treatment, the method and a summary.

Nothing is computed here but shares and counts for the tables. Text that a spreadsheet would run is escaped.
"""

import csv
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import xlsxwriter
from numpy.typing import NDArray

from pipelines.index.output import escape
from pipelines.index.read import IndexTables
from pipelines.scoring.build import Build
from pipelines.scoring.errors import TableError

Floats = NDArray[np.float64]
STEPS = ("denominated", "imputed", "screened", "treated", "normalised", "aggregated")
_TABLES = ("ranks", "coverage", "weights", "treatment", "screening", "flags")
_OTHERS = ("method.yml", "summary.json", "index.xlsx")


def write_build(result: Build, tables: IndexTables, out: Path, *, excel: bool = False) -> list[Path]:
    """Write the files of a build to a directory; files of an earlier build there are removed first.

    Args:
        result: what the method made.
        tables: the index as read, for names and notes.
        out: the directory, made if it is not there.
        excel: also write one workbook, a sheet a table.

    Returns:
        The files written.

    Raises:
        TableError: the directory cannot be written to.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name in (*(f"{table}.csv" for table in STEPS + _TABLES), *_OTHERS):
            (out / name).unlink(missing_ok=True)
        written = [_write_wide(out / f"{name}.csv", *table) for name, table in wide_tables(result).items()]
        long = {name: rows for name, rows in long_tables(result).items() if len(rows) > 1}
        written += [_write_long(out / f"{name}.csv", rows) for name, rows in long.items()]
        written += [_write_text(out / "method.yml", result.method.to_yaml())]
        summary = json.dumps(summarise(result, tables), indent=2, ensure_ascii=False, allow_nan=False)
        written += [_write_text(out / "summary.json", summary + "\n")]
        if excel:
            written += [_write_workbook(out / "index.xlsx", result, long)]
    except OSError as error:
        problem = f"{error.filename or out} cannot be written: {error.strerror}"
        raise TableError("write", problem, "Choose another --out.") from error
    return written


def wide_tables(result: Build) -> dict[str, tuple[list[str], list[list[str]], Floats]]:
    """By name: the header, the leading text cells of each row, and the numbers."""
    found = {name: (step.rows, step.codes, step.values) for name, step in result.steps.items()}
    if result.scores is not None and result.ranks is not None:
        last = result.steps["aggregated"]
        found["ranks"] = (last.rows, last.codes, result.ranks)
        found["coverage"] = (last.rows, result.data.tree.nodes, result.scores.coverage)
    key = ["uCode"] if result.data.time is None else ["uCode", "Time"]
    return {
        name: ([*key, *codes], [_key(result, int(row)) for row in rows], values)
        for name, (rows, codes, values) in found.items()
    }


def long_tables(result: Build) -> dict[str, list[list[object]]]:
    """By name: weights, treatment, screening and flags as rows, the header first."""
    return {
        "weights": _weights(result),
        "treatment": _treatment(result),
        "screening": _screening(result),
        "flags": _flags(result),
    }


def ranking(result: Build, tables: IndexTables) -> list[dict[str, Any]]:
    """The units by their score at the top of the tree, the best first, those without a score last.

    Returns:
        One mapping a row: rank (None without score), uCode, uName, Time if there are years, score, coverage.
            Empty
        when nothing was aggregated.
    """
    tree = result.data.tree
    if result.scores is None or result.ranks is None or not tree.nodes:
        return []
    top = tree.nodes.index(tree.tops[0])
    score, coverage = result.scores.score[:, top], result.scores.coverage[:, top]
    rank, rows = result.ranks[:, len(tree.leaves) + top], result.steps["aggregated"].rows
    time = np.zeros(len(result.data.units)) if result.data.time is None else result.data.time
    order = np.lexsort((np.where(np.isnan(rank), np.inf, rank), time[rows]))
    found = []
    for i in order.tolist():
        unit = result.data.units[rows[i]]
        line: dict[str, Any] = {"rank": None if np.isnan(rank[i]) else int(rank[i]), "uCode": unit}
        line["uName"] = tables.unit_names[unit]
        if result.data.time is not None:
            line["Time"] = _plain(time[rows[i]])
        found.append(line | {"score": _or_none(score[i]), "coverage": _or_none(coverage[i])})
    return found


def summarise(result: Build, tables: IndexTables) -> dict[str, Any]:
    """What was done and what came out, in plain numbers."""
    data = result.data
    outcomes = [record.outcome for _, record in result.treatment]
    kept = np.ones(len(data.units), dtype=bool) if result.screening is None else result.screening.keep
    return {
        "method_sha256": result.method.digest,
        "units": len(set(data.units)),
        "rows": len(data.units),
        "years": [_plain(year) for year in data.years],
        "indicators": len(data.tree.leaves),
        "aggregates": len(data.tree.nodes),
        "levels": int(data.tree.level.max()),
        "top": data.tree.tops[0] if data.tree.nodes else None,
        "missing_figures": int(np.isnan(data.values).sum()),
        "imputed_figures": int(result.imputed.sum()),
        "removed_units": [data.units[i] for i in np.flatnonzero(~kept)],
        "treatment": {outcome: outcomes.count(outcome) for outcome in sorted(set(outcomes))},
        "steps": {
            name: {
                "units": len(step.rows),
                "columns": len(step.codes),
                "missing": int(np.isnan(step.values).sum()),
            }
            for name, step in result.steps.items()
        },
        "ranking": ranking(result, tables),
        "warnings": tables.notes + result.warnings,
    }


def _weights(result: Build) -> list[list[object]]:
    tree = result.data.tree
    top = tree.nodes.index(tree.tops[0]) if tree.nodes else None
    leaf = tree.leaf_share[top] if top is not None else np.ones(len(tree.leaves))
    effective = [*leaf, *(leaf @ (tree.leaf_share[i] > 0) for i in range(len(tree.nodes)))]
    rows: list[list[object]] = [["iCode", "Level", "Parent", "Weight", "Share", "EffectiveWeight"]]
    for i, code in enumerate(tree.codes):
        parent = tree.codes[tree.parent[i]] if tree.parent[i] >= 0 else None
        weight, share = float(tree.weight[i]), float(tree.share[i])
        rows.append([code, int(tree.level[i]), parent, weight, share, float(effective[i])])
    return rows


def _treatment(result: Build) -> list[list[object]]:
    head: list[object] = ["iCode", "Skewness", "Kurtosis", "Outcome", "Winsorised", "Function"]
    head += ["SkewnessAfter", "KurtosisAfter"]
    years = result.data.time is not None
    rows = [head[:1] + (["Time"] if years else []) + head[1:]]
    for year, record in result.treatment:
        code = result.data.tree.leaves[record.column]
        line = [code, *([None if year is None else _plain(year)] if years else [])]
        line += [record.skewness, record.kurtosis, record.outcome, record.winsorised, record.function]
        rows.append([*line, record.skewness_after, record.kurtosis_after])
    return rows


def _screening(result: Build) -> list[list[object]]:
    decision = result.screening
    if decision is None:
        return []
    rows: list[list[object]] = [[*_key_names(result), "Availability", "NonZero", "Kept"]]
    for i in range(len(decision.keep)):
        shares = float(decision.availability[i]), float(decision.nonzero[i])
        rows.append([*_key(result, i), *shares, "yes" if decision.keep[i] else "no"])
    return rows


def _flags(result: Build) -> list[list[object]]:
    """The figures that are estimates or were moved, a row each."""
    rows: list[list[object]] = [[*_key_names(result), "iCode", "Flag"]]
    marks = [("imputed", np.arange(len(result.data.units)), result.imputed)]
    if result.winsorised is not None:
        marks.append(("winsorised", result.steps["treated"].rows, result.winsorised))
    for flag, at, mask in marks:
        for i, column in np.argwhere(mask).tolist():
            rows.append([*_key(result, int(at[i])), result.data.tree.leaves[column], flag])
    return rows


def _key_names(result: Build) -> list[str]:
    return ["uCode"] if result.data.time is None else ["uCode", "Time"]


def _key(result: Build, row: int) -> list[str]:
    unit = result.data.units[row]
    return [unit] if result.data.time is None else [unit, str(_plain(result.data.time[row]))]


def _write_wide(path: Path, header: Sequence[str], keys: Sequence[Sequence[str]], values: Floats) -> Path:
    form = ",".join(["%.17g"] * values.shape[1])
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerow([escape(cell) for cell in header])
        lead = _csv_lines([escape(cell) for cell in key] for key in keys)
        for key, row in zip(lead, values.tolist(), strict=True):
            file.write(f"{key},{(form % tuple(row)).replace('nan', '')}\n")
    return path


def _csv_lines(rows: Iterable[Sequence[str]]) -> list[str]:
    """Each row as one line of CSV, quoted where it must be."""
    return [",".join(_quoted(cell) for cell in row) for row in rows]


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if any(mark in cell for mark in ',"\n\r') else cell


def _write_long(path: Path, rows: Sequence[Sequence[object]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerows([_cell(cell) for cell in row] for row in rows)
    return path


def _write_text(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def _write_workbook(path: Path, result: Build, long: dict[str, list[list[object]]]) -> Path:
    options = {"strings_to_formulas": False, "strings_to_urls": False, "nan_inf_to_errors": False}
    with xlsxwriter.Workbook(path, options) as book:
        for name, (header, keys, values) in wide_tables(result).items():
            numbers = [[None if cell != cell else cell for cell in row] for row in values.tolist()]
            rows = [[*key, *line] for key, line in zip(keys, numbers, strict=True)]
            _write_sheet(book.add_worksheet(name), [header, *rows])
        for name, table in long.items():
            _write_sheet(book.add_worksheet(name), table)
    return path


def _write_sheet(sheet: Any, rows: Sequence[Sequence[object]]) -> None:
    sheet.freeze_panes(1, 1)
    for i, row in enumerate(rows):
        for j, cell in enumerate(row):
            if isinstance(cell, str):
                sheet.write_string(i, j, escape(cell))
            elif cell is not None and cell == cell:
                sheet.write_number(i, j, cell)


def _cell(cell: object) -> str:
    if cell is None or cell != cell:
        return ""
    return f"{cell:.17g}" if isinstance(cell, float) else escape(str(cell))


def _or_none(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _plain(number: float) -> int | float:
    return int(number) if float(number).is_integer() else float(number)
