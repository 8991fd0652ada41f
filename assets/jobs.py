"""Jobs and their schedule.

Put here: which assets run together, and when.
Not here: the assets.
"""

from collections.abc import Sequence
from typing import Any

import dagster as dg

IN_PROCESS = dg.in_process_executor
"""Steps here take milliseconds; a process each would cost ten times as much as the work."""

TIMEZONE = "Asia/Ho_Chi_Minh"


def jobs() -> Sequence[Any]:
    """`refresh` adds stored answers, `rebuild` makes everything from them, `benchmark` does both."""
    raw = dg.AssetSelection.groups("raw")
    return [
        dg.define_asset_job(
            "refresh", raw, description="Store what the sources say now; touches nothing else.", executor_def=IN_PROCESS
        ),
        dg.define_asset_job(
            "rebuild",
            dg.AssetSelection.all() - raw,
            description="Make every table from stored answers and the registry, and publish.",
            executor_def=IN_PROCESS,
        ),
        dg.define_asset_job(
            "benchmark", dg.AssetSelection.all(), description="Refresh, then rebuild.", executor_def=IN_PROCESS
        ),
    ]


def weekly(range_tags: dict[str, str]) -> dg.ScheduleDefinition:
    """Run the benchmark on Monday mornings, Việt Nam time; off until somebody turns it on.

    Args:
        range_tags: make the one run cover all editions.
    """

    @dg.schedule(name="weekly", job_name="benchmark", cron_schedule="0 5 * * 1", execution_timezone=TIMEZONE)
    def every_monday() -> dg.RunRequest:
        return dg.RunRequest(tags=range_tags)

    return every_monday
