"""What commands that refresh sources share: asking, telling how each ended, and what it changed.

Put here: progress source by source, and the figures that came to stand in for typed ones.
Not here: any command (`run.py`, `sources.py`), asking a source (`pipelines/refresh.py`).
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from assets.cli.execute import Say, Watch, execute, records
from assets.cli.show import FAILED, out, print_table
from warehouse.home import Home
from warehouse.query import NotPublishedError, QueryError, ask
from warehouse.registry import Registry, load_registry
from warehouse.registry.sources import FiguresCsv

if TYPE_CHECKING:
    import dagster as dg

CASE = ["edition_id", "basis", "community_id", "indicator_id"]
ASKED = ["source_id", "status", "rows", "revisions", "error"]
_CHOSEN = (
    "SELECT edition_id, basis, community_id, c.indicator_id, o.source_id, o.year, c.value "
    "FROM mart.chosen AS c JOIN core.observation AS o USING (observation_id)"
)


def refresh_all(say: Say, wanted: Sequence[str] = ()) -> pd.DataFrame:
    """Ask sources over the network, one after another.

    Args:
        say: told each source as it is done.
        wanted: ids; all that are asked over the network when left out.

    Returns:
        Columns ASKED, one row a source.
    """
    ids = wanted or [source.id for source in load_registry().sources if not source.is_local]
    found: list[dict[str, Any]] = []
    if ids:
        with records() as instance:
            execute(instance, "refresh", _sources_told(say, found), assets=[f"raw/{name}" for name in ids])
    return pd.DataFrame(found, columns=ASKED)


def _sources_told(say: Say, found: list[dict[str, Any]]) -> Callable[[int], Watch]:
    """Collects how each source ended, and tells it."""

    def watch(steps: int) -> Watch:
        def tell(entry: "dg.EventLogEntry") -> None:
            observed = entry.asset_observation
            if observed is None:
                return
            facts = {name: entry.value for name, entry in observed.metadata.items()}
            row = {"source_id": observed.asset_key.path[-1], "rows": facts["dagster/row_count"]}
            found.append(row | {name: facts[name] for name in ("status", "revisions", "error")})
            figures = f", {row['rows']} new figures" if row["rows"] else ""
            error = f": {facts['error']}" if facts["error"] else ""
            say(f"{len(found):>2}/{steps}  {row['source_id']}: {facts['status']}{figures}{error}")

        return tell

    return watch


def unanswered(asked: pd.DataFrame) -> tuple[str, int] | None:
    """The end of a command whose sources all failed; nothing when one answered, or none could be asked."""
    could = asked[asked["status"] != "skipped"] if len(asked) else asked
    if could.empty or (could["status"] != "failed").any():
        return None
    return f"None of the {len(could)} sources answered; what is stored was used. Is there a network?", FAILED


def chosen_from(home: Home) -> pd.DataFrame:
    """Source of every chosen value of the published release; no row before the first."""
    try:
        return ask(home, _CHOSEN)
    except (NotPublishedError, QueryError):  # or one of an older shape
        return pd.DataFrame(columns=[*CASE, "source_id", "year", "value"])


def replaced(before: pd.DataFrame, after: pd.DataFrame, registry: Registry) -> pd.DataFrame:
    """Chosen values that come from an asked source now and came from a typed file before.

    Args:
        before: of `chosen_from`.
        after: likewise.
        registry: which sources are which.
    """
    typed = {source.id for source in registry.sources if isinstance(source.reader, FiguresCsv)}
    asked = {source.id for source in registry.sources if not source.is_local}
    both = after.merge(before, on=CASE, suffixes=("", "_before"))
    moved = both[both["source_id_before"].isin(typed) & both["source_id"].isin(asked)]
    return moved.sort_values(CASE, ignore_index=True)


def print_replaced(asked: pd.DataFrame, moved: pd.DataFrame) -> None:
    """How the sources ended, and the replaced values by source and indicator."""
    counts = asked["status"].value_counts()
    said = ", ".join(f"{count} {status}" for status, count in counts.items())
    out.print(f"\nSources asked: {len(asked)} ({said or 'none'}).")
    for row in asked[asked["status"].isin(["failed", "incomplete", "quarantined"])].itertuples():
        out.print(f"  {row.source_id}: {row.error}", markup=False)
    out.print(f"Chosen figures that are fetched now and were typed before: {len(moved)}.")
    if len(moved):
        groups = moved.groupby(["source_id", "indicator_id"])
        table = groups.agg(
            figures=("value", "size"), communities=("community_id", "nunique"), editions=("edition_id", "nunique")
        )
        table = table.rename_axis(index=["source", "indicator"]).reset_index()
        print_table(table, is_wide=True)
