"""How each source stands: its licence and key, when it last answered, what went wrong, what it delivered.

Put here: the table `audit.source_status`, made for a release and for `smart21 sources` alike.
Not here: asking sources (`refresh.py`).
"""

import datetime as dt
from collections.abc import Mapping

import pandas as pd

from pipelines.refresh import has_key
from warehouse.answers import IN_USE
from warehouse.contracts import columns_of
from warehouse.lake import Lake
from warehouse.registry import Registry

LAST_ROUND = dt.timedelta(days=1)
"""What failed this long before the source was last asked belongs to an earlier refresh, and is no news."""

Counts = Mapping[str, int]


def figure_counts(registry: Registry, lake: Lake) -> dict[str, Counts]:
    """Figures of each source in the lake: `staged`, `observations`, `rejected`, `chosen`; what is not there counts 0.

    Raises:
        LakeError: a table is damaged.
    """

    def by_source(table: str, columns: list[str]) -> pd.DataFrame:
        return lake.read(table)[columns] if lake.has(table) else pd.DataFrame(columns=columns)

    observation = by_source("core.observation", ["source_id", "observation_id"])
    chosen = by_source("mart.chosen", ["observation_id"])["observation_id"]
    tables = [(source.id, f"staging.{source.id}") for source in registry.sources]
    return {
        "staged": {name: lake.rows(table) for name, table in tables if lake.has(table)},
        "observations": _counted(observation),
        "rejected": _counted(by_source("core.rejected", ["source_id"])),
        "chosen": _counted(observation[observation["observation_id"].isin(chosen)]),
    }


def _counted(rows: pd.DataFrame) -> Counts:
    return {str(source_id): int(count) for source_id, count in rows["source_id"].value_counts().items()}


def source_status(
    registry: Registry,
    retrievals: pd.DataFrame,
    counts: Mapping[str, Counts],
    environment: Mapping[str, str],
    now: dt.datetime,
) -> pd.DataFrame:
    """The table `audit.source_status`.

    Args:
        registry: whose sources.
        retrievals: table `raw.retrieval`.
        counts: of `figure_counts`.
        environment: that holds the keys.
        now: to tell ages by; with an offset.
    """
    asked = retrievals.assign(at=pd.to_datetime(retrievals["retrieved_at"], utc=True, format="ISO8601"))
    asked = asked.sort_values("at", kind="stable")
    rows = []
    for source in registry.sources:
        found = _asked(asked[asked["source_id"] == source.id], pd.Timestamp(now))
        facts = {
            "source_id": source.id,
            "licence": source.licence,
            "is_open": source.is_open,
            "is_local": source.is_local,
            "rhythm_days": source.rhythm_days,
            "key_variable": source.key.variable if source.key else None,
            "needs_key": source.key is not None and source.key.is_required,
            "has_key": has_key(source, environment),
        }
        rows.append(facts | found | {name: int(counts[name].get(source.id, 0)) for name in counts})
    return pd.DataFrame(rows, columns=columns_of("audit.source_status"))


def _asked(retrievals: pd.DataFrame, now: pd.Timestamp) -> dict[str, object]:
    """What the retrievals of one source, oldest first, tell."""
    if retrievals.empty:
        return {"requests": 0, "held_back": 0, "last_error": ""}
    newest = retrievals.drop_duplicates("request_id", keep="last")
    good = retrievals[retrievals["outcome"].isin(IN_USE)]
    judged = retrievals[retrievals["outcome"].isin([*IN_USE, "quarantined"])].drop_duplicates("request_id", keep="last")
    last = retrievals.iloc[-1]
    bad = newest[newest["outcome"].isin(["failed", "skipped"]) & (newest["at"] >= last["at"] - LAST_ROUND)]
    found: dict[str, object] = {
        "last_asked_at": last["retrieved_at"],
        "requests": good["request_id"].nunique(),
        "held_back": int((judged["outcome"] == "quarantined").sum()),
        "last_error": " ".join(dict.fromkeys(bad["reason"])),
    }
    if len(good):
        answer = good.iloc[-1]
        found |= {"answer_id": answer["answer_id"], "retrieved_at": answer["retrieved_at"]}
        # An answer from the future means that the clock was set back; it is new, and no reason to publish nothing.
        found |= {"age_days": max((now - answer["at"]).days, 0)}
    return found
