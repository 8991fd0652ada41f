"""Jobs.

Put here: which assets run together.
Not here: the assets, when a job runs (`automation.py`).
"""

from collections.abc import Sequence
from typing import Any

import dagster as dg

from warehouse.registry import Registry

IN_PROCESS = dg.in_process_executor
"""Steps here take milliseconds; a process each would cost ten times as much as the work."""


HOUR = 3600
CARE = {"dagster/max_retries": "2", "dagster/retry_on_asset_or_op_failure": "false"}
"""A run whose process died is tried again; a step that failed would fail again. Said by the jobs, since not every
deployment's settings can say it."""

LOGGED = {"loggers": {"console": {"config": {"log_level": "INFO"}}}}
"""Without a word about loggers Dagster takes its own, not ours (`logs.py`)."""


def jobs(registry: Registry) -> Sequence[Any]:
    """`refresh` adds stored answers, `rebuild` makes all else from them, `benchmark` is the everyday run.

    Only `refresh` uses the network. `benchmark` reads the local files again; staging tables of other sources it makes
    only where their answers changed (`assets/sources.py`). A run that Dagster starts makes every step; the command
    `smart21 run` leaves out what would come out the same (`assets/memory.py`).
    """
    raw, packs = dg.AssetSelection.groups("raw"), dg.AssetSelection.groups("pack")
    asked = [source.id for source in registry.sources if not source.is_local]
    over_network = dg.AssetSelection.assets(*(["raw", name] for name in asked))
    their_tables = dg.AssetSelection.assets(*(["staging", name] for name in asked))
    return [
        _job("refresh", raw, "Store what the sources say now; touches nothing else.", 2 * HOUR),
        _job(
            "rebuild", dg.AssetSelection.all() - raw - packs, "Make every table from what is stored, and publish.", HOUR
        ),
        _job(
            "benchmark",
            dg.AssetSelection.all() - over_network - their_tables - packs,
            "Read the local files, make every table, and publish; without network.",
            HOUR,
        ),
        _job("evidence", packs, "Make the evidence packs of the release in use.", HOUR),
    ]


def _job(name: str, selection: dg.AssetSelection, description: str, most_seconds: int) -> Any:
    """A job; a run of it that takes longer than so many seconds is ended by the daemon."""
    tags = CARE | {"dagster/max_runtime": str(most_seconds)}
    return dg.define_asset_job(
        name, selection, description=description, executor_def=IN_PROCESS, config=LOGGED, tags=tags
    )
