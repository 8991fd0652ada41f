"""Running Dagster's jobs from a command.

Put here: the run lock, one job in this process, and why it failed.
Not here: the home folder made ready (`prepare.py`), what a command is about (`run.py`, `sources.py`), its progress,
the jobs (`assets/jobs.py`).

Dagster is imported inside the functions: it takes two seconds, which reading commands need not pay.
"""

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from assets.cli.show import BUSY, FAILED, Stop, err, sentences
from warehouse.home import BusyError, Home
from warehouse.registry import RegistryError
from warehouse.storage import open_storage
from warehouse.upkeep import FormatError, settle

if TYPE_CHECKING:
    import dagster as dg

Say = Callable[[str], None]
Watch = Callable[["dg.EventLogEntry"], None]


def aloud(text: str) -> None:
    """Tell progress."""
    err.print(text, style="dim")


def silent(_: str) -> None:
    """Tell nothing: the answer is for a program."""


@contextmanager
def locked(home: Home, patience: float) -> Iterator[None]:
    """Hold the run lock over a lake of this version; a broken registry and a busy home end in a sentence."""
    try:
        with sentences(RegistryError, FormatError), home.lock(patience, aloud):
            settle(home, open_storage(home.lake_address), aloud)
            yield
    except BusyError as error:
        raise Stop(str(error), BUSY) from error


@contextmanager
def records() -> Iterator["dg.DagsterInstance"]:
    """Dagster's records, opened once for all runs of a command: each opening asks whether they are up to date.

    A full disk or a database that is down may refuse them; that is told in a sentence.
    """
    import dagster as dg
    from sqlalchemy.exc import DBAPIError

    try:
        with dg.DagsterInstance.get() as instance:
            yield instance
    except DBAPIError as error:
        raise Stop(
            f"Dagster's records of the run could not be kept: {' '.join(str(error.orig).split())}. Make room on the "
            "disk, or see that their database answers, then run again; what is published is untouched.",
            FAILED,
        ) from error


def execute(
    instance: "dg.DagsterInstance",
    name: str,
    watch: Callable[[int], Watch],
    *,
    tags: Mapping[str, str] | None = None,
    assets: Sequence[str] = (),
    partitions: Sequence[str] | None = None,
) -> "dg.ExecuteInProcessResult":
    """Run a job in this process.

    Args:
        instance: Dagster's records.
        name: of the job.
        watch: given the number of steps, makes what is told each event.
        tags: of the run, besides those of its partitions.
        assets: of the job those with these names, such as raw/world_bank; all when left out.
        partitions: those of the job's that the run covers, which stand in a row; all when left out.

    Raises:
        Stop: the run failed; why.
    """
    import dagster as dg

    from assets.definitions import definitions
    from assets.partitions import range_tags

    job = definitions.resolve_job_def(name)
    keys = [dg.AssetKey(asset.split("/")) for asset in assets]
    covered = job.partitions_def if partitions is None else dg.StaticPartitionsDefinition(partitions)
    run_id = str(uuid.uuid4())
    instance.add_event_listener(run_id, watch(len(keys) or len(job.nodes)))
    result = job.execute_in_process(
        instance=instance,
        run_id=run_id,
        asset_selection=keys or None,
        tags={**(range_tags(covered) if covered and covered.get_partition_keys() else {}), **(tags or {})},
        raise_on_error=False,
        run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
    )
    if not result.success:
        raise Stop(_why(result), FAILED)
    return result


def _why(result: "dg.ExecuteInProcessResult") -> str:
    """What the failed checks and steps said; the release published before still stands."""
    said = [
        f"Check {evaluation.check_name}: {evaluation.description}"
        for evaluation in result.get_asset_check_evaluations()
        if not evaluation.passed
    ]
    if not said:
        from assets.failures import reason

        said = [reason(event) for event in result.filter_events(lambda event: event.is_step_failure)]
    return "\n".join(said) + "\nNothing was published; what was published before still stands."
