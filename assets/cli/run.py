"""Commands that build: run and dev.

Put here: starting the job, telling its progress, and what to do when it fails.
Not here: the job (`assets/jobs.py`).

Dagster is imported inside the functions: it takes two seconds, which reading commands need not pay.
"""

import contextlib
import os
import subprocess
import sys
import uuid
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated

import typer

from assets.cli.read import leaderboard, print_leaderboard
from assets.cli.show import BUSY, FAILED, Stop, err, out, print_object, sentences
from warehouse.home import BusyError, Home, HomeError, find_home
from warehouse.registry import RegistryError

if TYPE_CHECKING:
    import dagster as dg

DAGSTER_YAML = Path(__file__).parents[1] / "dagster.yaml"


def prepare() -> Home:
    """Home folder and Dagster's own folder in it, ready for use."""
    home = find_home()
    with sentences(HomeError):
        home.prepare()
    os.environ.setdefault("DAGSTER_HOME", str(home.dagster))
    os.environ.setdefault("DAGSTER_DISABLE_TELEMETRY", "1")
    settings = home.dagster / "dagster.yaml"
    if not settings.exists():
        settings.write_bytes(DAGSTER_YAML.read_bytes())
    return home


def run(
    patience: Annotated[float, typer.Option(help="Seconds to wait for another run.")] = 600,
    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Build the benchmark from the registry and its figures, publish it, and print the ranking.

    Example: smart21 run
    """
    began = perf_counter()
    home = prepare()

    def say(text: str) -> None:
        err.print(text, style="dim")

    try:
        with sentences(RegistryError), home.lock(patience, say):
            _execute((lambda _: None) if json else say)
    except BusyError as error:
        raise Stop(str(error), BUSY) from error
    board = leaderboard("2019", "icf", "with_proxies")
    seconds = perf_counter() - began
    if json:
        release = home.benchmark.resolve().stem
        print_object({"file": str(home.benchmark), "release": release, "seconds": round(seconds, 1)})
        return
    print_leaderboard(board, "2019", "icf", "with_proxies", "binh_duong")
    out.print(f"\nBuilt in {seconds:.1f} s: {home.benchmark} (release {home.benchmark.resolve().stem})")
    out.print("Why:   [bold]smart21 explain binh_duong icf[/bold]")
    out.print("Query: [bold]smart21 query \"from profile('binh_duong')\"[/bold]")


def _execute(say: Callable[[str], None]) -> None:
    """Run the job in this process; one line a step."""
    import dagster as dg

    from assets.definitions import definitions
    from assets.partitions import range_tags

    job = definitions.resolve_job_def("benchmark")
    assert job.partitions_def  # noqa: S101 (for the type checker)
    run_id = str(uuid.uuid4())
    with dg.DagsterInstance.get() as instance:
        instance.add_event_listener(run_id, _progress(say, len(job.nodes)))
        result = job.execute_in_process(
            instance=instance,
            run_id=run_id,
            tags=range_tags(job.partitions_def),
            raise_on_error=False,
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
        )
    if not result.success:
        raise Stop(_why(result), FAILED)


def _progress(say: Callable[[str], None], steps: int) -> Callable[["dg.EventLogEntry"], None]:
    """Tells each step that is done."""
    done = 0

    def tell(entry: "dg.EventLogEntry") -> None:
        nonlocal done
        event = entry.dagster_event
        if event is not None and event.is_step_success:
            done += 1
            say(f"{done:>2}/{steps}  {str(event.step_key).replace('__', '.')}")

    return tell


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
