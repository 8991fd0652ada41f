"""Commands that keep an installation in order: vacuum and upgrade.

Put here: what may go and what must be brought up to date, told before it is done.
Not here: how (`warehouse/upkeep.py`), looking whether all is well (`doctor.py`).
"""

import datetime as dt
from typing import Annotated

import typer

from assets.cli.prepare import prepare
from assets.cli.show import alone, out, print_object
from warehouse.releases import KEEP, known, prune
from warehouse.storage import open_storage
from warehouse.upkeep import FormatError, leftovers, settle

OLDEST = 90
"""Days that Dagster's records of runs are kept."""


def vacuum(
    days: Annotated[int, typer.Option(min=1, help="Days that records of runs are kept.")] = OLDEST,
    keep: Annotated[int, typer.Option(min=1, help="Releases that stay; the one in use always does.")] = KEEP,
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without this, it is only told.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Remove files of the lake that nothing names, old records of runs, and releases beyond those kept.

    Stored answers stay, whatever their age: every published figure leads back to one.

    Example: smart21 vacuum --days 30 --yes
    """
    home = prepare()
    storage = open_storage(home.lake_address)
    with alone(home, FormatError):
        files = leftovers(storage)
        runs = _old_runs(days)
        found = {"files": files, "runs": runs, "releases": known(home)[:-keep]}
        if yes:
            for name in files:
                storage.delete(name)
            _forget(runs)
            found["releases"] = prune(home, keep)
    if json:
        print_object(found | {"done": yes})
        return
    counts = ", ".join(f"{len(names)} {what}" for what, names in found.items())
    out.print(f"{'Removed' if yes else 'Would remove'}: {counts}." + ("" if yes else " Add --yes to do it."))


def _old_runs(days: int) -> list[str]:
    """Ended runs of Dagster older than so many days."""
    import dagster as dg

    before = dt.datetime.now(dt.UTC) - dt.timedelta(days=days)
    ended = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]
    with dg.DagsterInstance.get() as instance:
        return list(instance.get_run_ids(dg.RunsFilter(statuses=ended, created_before=before)))


def _forget(runs: list[str]) -> None:
    import dagster as dg

    with dg.DagsterInstance.get() as instance:
        for run_id in runs:
            instance.delete_run(run_id)


def upgrade() -> None:
    """Bring the lake and the releases to the format of this version. Safe to repeat.

    Example: smart21 upgrade
    """
    home = prepare()
    with alone(home, FormatError):
        if not settle(home, open_storage(home.lake_address), lambda sentence: out.print(sentence)):
            out.print("Lake and releases have this version's format.")
