"""Commands about releases: list, show, diff, rollback, prune.

Put here: what a person asks of the numbered files.
Not here: numbers and the pointer (`warehouse/releases.py`), the comparison (`warehouse/compare.py`).
"""

from typing import Annotated, Any

import pandas as pd
import typer

from assets.cli.show import Stop, alone, out, print_json, print_object, print_table, sentences
from warehouse.compare import difference
from warehouse.home import find_home
from warehouse.releases import KEEP, ReleaseError, in_use, known, manifest, prune, roll_back

releases_app = typer.Typer(
    name="releases",
    help="Numbered releases: which there are, what moved between them, going back.",
    no_args_is_help=True,
)

Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
Number = Annotated[str, typer.Argument(help="Number of a release, such as 000012 or 12.")]

MOST = 40
"""Rows that a table on the screen shows; --json gives all."""


@releases_app.command("list")
def list_(json: Json = False) -> None:
    """List the releases, newest first.

    Example: smart21 releases list
    """
    home = find_home()
    with sentences(ReleaseError, OSError):
        used = in_use(home)
        rows = [_line(manifest(home, number), number == used) for number in reversed(known(home))]
    if not rows:
        raise Stop("Nothing is published yet. `smart21 run` publishes the first release.")
    if json:
        print_json(pd.DataFrame(rows))
    else:
        print_table(pd.DataFrame(rows), mark=used)


def _line(about: dict[str, Any], is_used: bool) -> dict[str, Any]:
    return {
        "release": about["release_id"],
        "published": about.get("published_at"),
        "program": about.get("code_version"),
        "registry": str(about.get("registry_sha256", ""))[:12] or None,
        "method": str(about.get("method_sha256", ""))[:12] or None,
        "MiB": round(about["size_bytes"] / 2**20, 1),
        "in_use": is_used,
    }


@releases_app.command()
def show(release: Number, json: Json = False) -> None:
    """Show the manifest of a release.

    Example: smart21 releases show 12
    """
    with sentences(ReleaseError, OSError):
        about = manifest(find_home(), _number(release))
    if json:
        print_object(about)
    else:
        print_table(pd.DataFrame({"what": list(about), "value": [str(value) for value in about.values()]}))


@releases_app.command()
def diff(
    old: Number,
    new: Number,
    framework: Annotated[str | None, typer.Option(help="Only this framework.")] = None,
    edition: Annotated[str | None, typer.Option(help="Only this edition.")] = None,
    community: Annotated[str | None, typer.Option(help="Only this community.")] = None,
    json: Json = False,
) -> None:
    """Tell which scores and ranks moved between two releases, and why.

    Example: smart21 releases diff 11 12 --framework icf --community binh_duong
    """
    with sentences(ReleaseError, OSError):
        found = difference(find_home(), _number(old), _number(new))
    wanted = {"framework_id": framework, "edition_id": edition, "community_id": community}
    moved, figures = _only(found.moved, wanted), _only(found.figures, wanted)
    if json:
        tables = {name: rows.astype(object).where(rows.notna(), None) for name, rows in
                  (("moved", moved), ("figures", figures))}  # fmt: skip
        print_object({"changed": found.changed} | {name: rows.to_dict("records") for name, rows in tables.items()})
        return
    others = [name for name, is_other in found.changed.items() if is_other] or ["nothing"]
    out.print(
        f"Other than in {_number(old)}: {', '.join(others)}. Figures: {len(figures)}. Scores or ranks: {len(moved)}."
    )
    for rows, title in ((figures, "Figures"), (moved, "What moved")):
        if len(rows):
            more = f" (first {MOST} of {len(rows)}; --json gives all)" if len(rows) > MOST else ""
            print_table(rows.head(MOST), title + more, is_wide=True)


def _only(rows: pd.DataFrame, wanted: dict[str, str | None]) -> pd.DataFrame:
    for column, value in wanted.items():
        if value is not None:
            rows = rows[rows[column] == value]
    return rows


@releases_app.command()
def rollback(release: Number) -> None:
    """Let readers have an earlier release again. Nothing is removed; the next run publishes a newer one.

    Example: smart21 releases rollback 11
    """
    home, number = find_home(), _number(release)
    with alone(home, ReleaseError):
        roll_back(home, number)
    out.print(f"Readers now get release {number}. The next `smart21 run` publishes after the newest number.")


@releases_app.command("prune")
def prune_(
    keep: Annotated[int, typer.Option(min=1, help="Releases that stay; the one in use always does.")] = KEEP,
) -> None:
    """Remove the oldest releases.

    Example: smart21 releases prune --keep 3
    """
    home = find_home()
    with alone(home, ReleaseError):
        gone = prune(home, keep)
    out.print(f"Removed: {', '.join(gone)}." if gone else "There was nothing to remove.")


def _number(text: str) -> str:
    if not text.isdigit():
        raise Stop(f"{text!r} is no number of a release. `smart21 releases list` shows those there are.")
    return f"{int(text):06d}"
