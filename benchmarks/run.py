"""Measure what a whole run costs, against a Dagster job of the same shape that does nothing.

Put here: the measurement only. Run it with `python benchmarks/run.py`; the goals are 1.5 times the floor at most, and
1 GB of resident memory at most.
Not here: tests of what comes out (`tests/flow/`).

The floor has the same steps, assets, dependencies, checks and partitions as the job `benchmark`, keeps its records in
the same kind of SQLite files, and imports the same libraries; its steps only say that they are done. Both are commands
in a process of their own, from the start of Python to its end, in turn, each in a home that has seen a run before.
"""

import argparse
import importlib
import json
import os
import pkgutil
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

ROUNDS = 5
MOST_TIMES_FLOOR = 1.5
MOST_MEMORY = 1000
"""Megabytes."""

CHECKOUT = Path(__file__).parents[1]
PROGRAM = str(Path(sys.executable).with_name("smart21"))


class Cost(NamedTuple):
    """What one process took: seconds by the clock, seconds of processor time, megabytes resident at most."""

    wall: float
    cpu: float
    memory: float


def measure(command: list[str], home: Path) -> Cost:
    """Run a command to its end."""
    environment = os.environ | {"SMART21_HOME": str(home), "DAGSTER_HOME": str(home / "dagster")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # a warm environment has its programs compiled
    began = time.perf_counter()
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with exit code {process.returncode}")
    bytes_per_unit = 1 if sys.platform == "darwin" else 1024
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * bytes_per_unit / 1e6)


def shape() -> list[dict[str, Any]]:
    """The real job, step by step."""
    from assets.definitions import definitions

    return [
        {
            "name": step.node_def.name,
            "assets": [
                {"key": spec.key.path, "deps": [dep.asset_key.path for dep in spec.deps], "group": spec.group_name}
                for spec in step.specs
            ],
            "checks": [{"name": check.name, "asset": check.asset_key.path} for check in step.check_specs],
            "partitions": step.partitions_def.get_partition_keys() if step.partitions_def else [],
        }
        for step in definitions.assets or ()
    ]


def floor(steps: list[dict[str, Any]]) -> None:
    """Run a job of that shape whose steps do nothing."""
    import dagster as dg

    import assets
    from assets.partitions import range_tags

    for module in pkgutil.walk_packages(assets.__path__, "assets."):  # with them, every library that a run uses
        if module.name != "assets.definitions":
            importlib.import_module(module.name)
    job = dg.define_asset_job("floor", executor_def=dg.in_process_executor)
    made = dg.Definitions([_hollow(step) for step in steps], jobs=[job]).resolve_job_def("floor")
    with dg.DagsterInstance.get() as instance:
        made.execute_in_process(
            instance=instance,
            tags=range_tags(made.partitions_def),
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
        )


def _hollow(step: dict[str, Any]) -> Any:
    import dagster as dg

    checks = [dg.AssetCheckSpec(check["name"], asset=check["asset"], blocking=True) for check in step["checks"]]

    @dg.multi_asset(
        name=step["name"],
        specs=[dg.AssetSpec(a["key"], deps=a["deps"], group_name=a["group"]) for a in step["assets"]],
        check_specs=checks,
        partitions_def=dg.StaticPartitionsDefinition(step["partitions"]) if step["partitions"] else None,
        backfill_policy=dg.BackfillPolicy.single_run() if step["partitions"] else None,
    )
    def nothing() -> Iterator[Any]:
        for asset in step["assets"]:
            yield dg.MaterializeResult(asset_key=asset["key"])
        for check in checks:
            yield dg.AssetCheckResult(passed=True, asset_key=check.asset_key, check_name=check.name)

    return nothing


def report(name: str, costs: list[Cost]) -> None:
    """Print one line: medians, and from the least to the most."""
    wall, cpu, memory = (sorted(values) for values in zip(*costs, strict=True))
    print(
        f"{name:8}  {statistics.median(wall):6.2f} s ({wall[0]:.2f} to {wall[-1]:.2f})   "
        f"processor {statistics.median(cpu):6.2f} s ({cpu[0]:.2f} to {cpu[-1]:.2f})   memory {memory[-1]:.0f} MB"
    )


def main() -> None:
    """Measure both, in turn, and compare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="how often each is measured")
    parser.add_argument("--floor", type=Path, help=argparse.SUPPRESS)  # the do-nothing job, in a process of its own
    options = parser.parse_args()
    if options.floor:
        floor(json.loads(options.floor.read_text(encoding="utf-8")))
        return
    with tempfile.TemporaryDirectory() as folder:
        plan = Path(folder, "shape.json")
        plan.write_text(json.dumps(shape()), encoding="utf-8")
        commands = {"run": [PROGRAM, "run", "--all"], "floor": [sys.executable, __file__, "--floor", str(plan)]}
        costs: dict[str, list[Cost]] = {name: [] for name in commands}
        for name in commands:
            (Path(folder, name) / "dagster").mkdir(parents=True)
            shutil.copy(CHECKOUT / "assets" / "dagster.yaml", Path(folder, name, "dagster"))
        for turn in range(options.rounds + 1):  # the first one warms up and is not counted
            for name, command in commands.items():
                cost = measure(command, Path(folder, name))
                costs[name] += [cost] if turn else []
    for name, measured in costs.items():
        report(name, measured)
    run, base = costs["run"], costs["floor"]
    wall, cpu = (statistics.median(r[i] for r in run) / statistics.median(b[i] for b in base) for i in (0, 1))
    print(f"ratio     {wall:6.2f} by the clock (goal {MOST_TIMES_FLOOR}), {cpu:.2f} by processor time")
    print(f"memory    {max(cost.memory for cost in run):6.0f} MB (goal {MOST_MEMORY})")


if __name__ == "__main__":
    main()
