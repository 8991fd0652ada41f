"""Two runs at once, and a database of Dagster's records that restarts during a run."""

import time

import nursery
import yaml
from base import base, copy
from installation import Installation, end
from postgres import Postgres, programs
from small import change
from tally import Tally
from whole import seen

SETTINGS = {
    "telemetry": {"enabled": False},
    "storage": {"postgres": {"postgres_url": {"env": "SMART21_POSTGRES_URL"}}},
}


def survive(tally: Tally) -> None:
    """Both; two runs at once in the long form alone, since `tests/flow/test_two_runs.py` holds them to it too."""
    if tally.is_long:
        with tally.fault("two runs at once"):
            _two_runs(copy(tally.place("two")))
    if programs() is None:
        tally.skipped.append("PostgreSQL restarted during a run: no PostgreSQL server is installed")
        return
    postgres = Postgres.create()
    try:
        for moment in (0.3, 0.6, 0.9) if tally.is_long else (0.6,):
            with tally.fault(f"PostgreSQL stopped and started again at {moment:.0%} of a run"):
                _restarted(tally, copy(tally.place("database")), postgres, moment)
    finally:
        postgres.remove()


def _two_runs(installation: Installation) -> None:
    """One waits for the other; both succeed."""
    change(installation.registry, 1)
    ended = [end(process) for process in [installation.start("run"), installation.start("run")]]
    assert [one.code for one in ended] == [0, 0], ended
    assert any("waiting for it" in one.said for one in ended), ended
    assert seen(installation) == max(installation.published)


def _restarted(tally: Tally, installation: Installation, postgres: Postgres, moment: float) -> None:
    """The run goes on or ends in a sentence; what is published is whole, and the next run succeeds."""
    (installation.home.dagster / "dagster.yaml").write_text(yaml.safe_dump(SETTINGS), encoding="utf-8")
    address = {"SMART21_POSTGRES_URL": postgres.url}
    began = time.monotonic()
    change(installation.registry, 1)
    first = nursery.run(installation, "run", "--all", **address)
    assert first.code == 0, first.said
    took, before = time.monotonic() - began, seen(installation)
    change(installation.registry, 2)
    command = nursery.start(installation, "run", "--all", **address)
    command.process.join(took * moment)
    is_met = command.process.exitcode is None
    postgres.stop()
    postgres.start()
    ended = command.end()
    assert "Traceback" not in ended.err, ended.err
    after = seen(installation)
    assert after > before if ended.code == 0 else after >= before
    how = ("went on" if ended.code == 0 else "ended in a sentence") if is_met else "had ended before"
    tally.facts.append(f"the run that met the restart at {moment:.0%} {how}")
    last = nursery.run(installation, "run", "--all", **address)
    assert last.code == 0, last.said
    assert seen(installation) > after
    assert installation.count("mart.score") == base().count("mart.score")
