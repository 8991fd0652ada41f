"""The command that builds: run.

Put here: the everyday run, with or without asking the sources first, and what is told at its end.
Not here: the jobs (`assets/jobs.py`), which steps run (`remake.py`), sources one by one (`sources.py`).
"""

from dataclasses import dataclass
from time import perf_counter
from typing import Annotated, Any

import pandas as pd
import typer

from assets.cli.execute import Say, aloud, locked, silent
from assets.cli.prepare import prepare
from assets.cli.read import leaderboard, print_leaderboard
from assets.cli.refreshing import chosen_from, print_replaced, refresh_all, replaced, unanswered
from assets.cli.show import Stop, out, print_object
from pipelines.inputs import published_from
from pipelines.licence import Licence
from warehouse.answers import Answers
from warehouse.home import Home
from warehouse.registry import load_registry
from warehouse.releases import manifest
from warehouse.storage import open_storage


def run(
    refresh: Annotated[bool, typer.Option("--refresh", help="Ask the sources over the network first.")] = False,
    licence: Annotated[Licence, typer.Option(help="`open` leaves out what may not be used commercially.")] = "any",
    patience: Annotated[float, typer.Option(help="Seconds to wait for another run.")] = 600,
    everything: Annotated[bool, typer.Option("--all", help="Make also what did not change.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Build the benchmark from the registry and its figures, publish it, and print the ranking.

    Only what would come out differently is made again; where that is nothing, no release is made.

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
        made = None if not everything and is_published(home, licence) else _make(home, licence, say, everything)
    moved = replaced(before, chosen_from(home), load_registry()) if refresh else None
    result = Result(home, licence, perf_counter() - began, made or {}, asked, moved)
    print_object(result.facts()) if json else result.tell()
    if problem := unanswered(asked):
        raise Stop(*problem)


def _make(home: Home, licence: Licence, say: Say, everything: bool) -> dict[str, list[str]]:
    from assets.cli.remake import remake
    from assets.licence import TAG

    return remake(home, licence, {TAG: licence}, say, everything=everything)


def is_published(home: Home, licence: Licence) -> bool:
    """Whether the release in use is what a run would make; Dagster is not asked, whose import alone takes longer."""
    answers = Answers(open_storage(home.lake_address))
    return bool(published_from(home, load_registry(), answers, licence))


@dataclass(frozen=True)
class Result:
    """What a run came to.

    Attributes:
        home: where.
        licence: which sources were used.
        seconds: that it took.
        made: steps that were made, and editions where not all of them were; empty when nothing changed.
        asked: sources that were asked.
        moved: figures that they replaced; nothing where none was to be asked.
    """

    home: Home
    licence: Licence
    seconds: float
    made: dict[str, list[str]]
    asked: pd.DataFrame
    moved: pd.DataFrame | None

    @property
    def is_unchanged(self) -> bool:
        """Whether there is no new release."""
        return "release" not in self.made

    def facts(self) -> dict[str, Any]:
        """For programs."""
        release = self.home.benchmark.resolve().stem
        facts: dict[str, Any] = {"file": str(self.home.benchmark), "release": release, "licence": self.licence}
        facts |= {"unchanged": self.is_unchanged, "made": self.made, "seconds": round(self.seconds, 1)}
        if self.moved is not None:
            facts |= {"sources": self.asked.to_dict("records"), "replaced": self.moved.to_dict("records")}
        return facts

    def tell(self) -> None:
        """For people."""
        release = self.home.benchmark.resolve().stem
        if self.is_unchanged:
            at = str(manifest(self.home, release).get("published_at", "an unknown day"))[:10]
            out.print(f"Nothing changed since release {release} of {at}; `smart21 run --all` makes it again.\n")
        print_leaderboard(leaderboard("2019", "icf", "with_proxies"), "2019", "icf", "with_proxies", "binh_duong")
        if self.moved is not None:
            print_replaced(self.asked, self.moved)
        if self.licence == "open":
            out.print("\nOnly sources whose licence allows commercial use were used; the others' figures are left out.")
        done = "Nothing to build" if self.is_unchanged else "Built"
        out.print(f"\n{done} in {self.seconds:.1f} s: {self.home.benchmark} (release {release})")
        out.print("Why:   [bold]smart21 explain binh_duong icf[/bold]")
        out.print("Query: [bold]smart21 query \"from profile('binh_duong')\"[/bold]")
