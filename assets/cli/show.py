"""How answers look: tables for people, JSON for programs.

Put here: printing and exit codes.
Not here: asking (`read.py`), running (`run.py`).

pandas is named here, not imported: commands that need no tables start without it.
"""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.measure import Measurement
from rich.table import Table

if TYPE_CHECKING:
    import pandas as pd

    from warehouse.home import Home

OK, MISTAKE, FAILED, BUSY = 0, 2, 1, 75
"""Done; the user's mistake or a broken input; the run failed; another run holds the lock (sysexits: try again)."""

KEPT_WHOLE = {"community", "criterion"}
"""Columns that are never folded."""

WIDEST = 400
"""Characters of the widest table."""

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


class Stop(Exception):  # noqa: N818 (an end, not always an error)
    """Ends the command with a sentence and an exit code."""

    def __init__(self, sentence: str, code: int = MISTAKE) -> None:
        self.code = code
        super().__init__(sentence)


def print_json(rows: "pd.DataFrame") -> None:
    """Rows as a JSON list; missing is null."""
    sys.stdout.write(
        rows.to_json(orient="records", force_ascii=False, double_precision=15, date_format="iso", indent=1) + "\n"
    )


def print_object(facts: object) -> None:
    """Anything as JSON."""
    sys.stdout.write(json.dumps(facts, ensure_ascii=False, indent=1, default=str) + "\n")


def print_table(rows: "pd.DataFrame", title: str = "", mark: str | None = None, *, is_wide: bool = False) -> None:
    """Rows as a table.

    Args:
        rows: what to show.
        title: above it.
        mark: a value whose row stands out.
        is_wide: let it be wider than the terminal, rather than fold many columns into towers of letters.
    """
    table = Table(
        title=escape(title) or None, title_justify="left", header_style="bold", box=box.SIMPLE_HEAD, pad_edge=False
    )
    for name in rows.columns:
        right = rows[name].dtype.kind in "iufb" or rows[name].astype("str").str.endswith(" %").all()
        table.add_column(
            escape(str(name)), justify="right" if right else "left", overflow="fold", no_wrap=name in KEPT_WHOLE
        )
    for row in rows.itertuples(index=False):
        cells = [cell(value) for value in row]
        table.add_row(*cells, style="bold reverse" if mark and mark in row else None)
    needed = Measurement.get(out, out.options.update(max_width=WIDEST), table).maximum if is_wide else 0
    wide = Console(width=needed, file=out.file, highlight=False) if needed > out.width else out
    wide.print(table)


def cell(value: object) -> str:
    """One value as text; missing is a dash, never 0."""
    if not isinstance(value, str) and str(value) in {"None", "nan", "<NA>", "NaT"}:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:,.6g}" if abs(value) < 1e6 else f"{value:,.0f}"
    return escape(str(value))


@contextmanager
def sentences(*kinds: type[Exception]) -> Iterator[None]:
    """Turn errors that have a sentence into one, without a stack trace."""
    try:
        yield
    except kinds as error:
        raise Stop(str(error)) from error


@contextmanager
def alone(home: "Home", *kinds: type[Exception]) -> Iterator[None]:
    """While no run writes; errors of these kinds become sentences, a run that does not end becomes BUSY."""
    from warehouse.home import BusyError, HomeError

    try:
        with sentences(*kinds, OSError), home.lock(60):
            yield
    except BusyError as error:
        raise Stop(str(error), BUSY) from error
    except HomeError as error:
        raise Stop(str(error)) from error
