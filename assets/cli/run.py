"""Commands that build: run and dev.

Put here: the everyday run, with or without asking the sources first, and what is told at its end.
Not here: the jobs (`assets/jobs.py`), running one (`execute.py`), sources one by one (`sources.py`).
"""

import contextlib
import subprocess
import sys
from time import perf_counter
from typing import Annotated

import pandas as pd
import typer

from assets.cli.execute import aloud, execute, locked, prepare, silent, steps_told
from assets.cli.read import leaderboard, print_leaderboard
from assets.cli.refreshing import chosen_from, print_replaced, refresh_all, replaced, unanswered
from assets.cli.show import Stop, out, print_object
from pipelines.licence import Licence
from warehouse.home import Home
from warehouse.registry import load_registry


def run(
    refresh: Annotated[bool, typer.Option("--refresh", help="Ask the sources over the network first.")] = False,
    licence: Annotated[Licence, typer.Option(help="`open` leaves out what may not be used commercially.")] = "any",
    patience: Annotated[float, typer.Option(help="Seconds to wait for another run.")] = 600,
    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Build the benchmark from the registry and its figures, publish it, and print the ranking.

    A source that cannot be asked is named, and the last good of its answers stays in use; only when none of those that
    could be asked answered does the command fail, after building from what is stored.

    Example: smart21 run --refresh
    """
    began = perf_counter()
    home, say = prepare(), silent if json else aloud
    before, asked = chosen_from(home), pd.DataFrame()
    with locked(home, patience):
        if refresh:
            asked = refresh_all(say)
        execute("benchmark", steps_told(say), tags=_tags(licence))
    moved = replaced(before, chosen_from(home), load_registry()) if refresh else None
    _tell(home, licence, perf_counter() - began, asked, moved, json=json)
    if problem := unanswered(asked):
        raise Stop(*problem)


def _tags(licence: Licence) -> dict[str, str]:
    from assets.licence import TAG

    return {TAG: licence}


def _tell(
    home: Home, licence: Licence, seconds: float, asked: pd.DataFrame, moved: pd.DataFrame | None, *, json: bool
) -> None:
    """What was built; with `asked`, the sources that were asked, and with `moved`, the figures that they replaced."""
    release = home.benchmark.resolve().stem
    if json:
        facts = {"file": str(home.benchmark), "release": release, "licence": licence, "seconds": round(seconds, 1)}
        if moved is not None:
            facts |= {"sources": asked.to_dict("records"), "replaced": moved.to_dict("records")}
        print_object(facts)
        return
    print_leaderboard(leaderboard("2019", "icf", "with_proxies"), "2019", "icf", "with_proxies", "binh_duong")
    if moved is not None:
        print_replaced(asked, moved)
    if licence == "open":
        out.print("\nOnly sources whose licence allows commercial use were used; the others' figures are left out.")
    out.print(f"\nBuilt in {seconds:.1f} s: {home.benchmark} (release {release})")
    out.print("Why:   [bold]smart21 explain binh_duong icf[/bold]")
    out.print("Query: [bold]smart21 query \"from profile('binh_duong')\"[/bold]")


def dev(port: Annotated[int, typer.Option(help="Port on localhost.")] = 3000) -> None:
    """Open the Dagster UI on localhost.

    Example: smart21 dev --port 3001
    """
    home = prepare()
    out.print(f"Dagster opens on http://127.0.0.1:{port} (records in {home.dagster}); stop it with Ctrl+C.")
    command = [sys.executable, "-m", "dagster", "dev", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--module-name", "assets.definitions"]
    with contextlib.suppress(KeyboardInterrupt):
        raise Stop("", subprocess.run(command, check=False).returncode)  # noqa: S603 (own words only)
