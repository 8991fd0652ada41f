"""Meet the faults and print how many were survived: `python tests/faults/run.py --long kills readers`.

Put here: the list of scripts, the command that runs them, and what machine it was.
Not here: any fault (a module each).
"""

import argparse
import os
import platform
import sys
import tempfile
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

HERE = Path(__file__).parent
SHARED = ["faults/support", "flow/support", "unit/warehouse/support", "unit/pipelines/readers/support", "support"]
PLACES = [HERE, HERE.parents[1], *(HERE.parent / place for place in SHARED)]
SCRIPTS = ["kills", "readers", "machine", "damage", "together", "store", "fuzz"]


def prepare() -> None:
    """Let scripts find each other and what they share with the tests."""
    sys.path[:0] = [str(place) for place in PLACES if str(place) not in sys.path]


def machine() -> str:
    """When and on what."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    system = platform.freedesktop_os_release().get("PRETTY_NAME", platform.system())
    return (
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {os.cpu_count()} cores, {memory:.0f} GiB, {system}, "
        f"Python {platform.python_version()}, load {os.getloadavg()[0]:.1f}"
    )


def say(text: str) -> None:
    """Print at once, also into a file."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main() -> int:
    """Run the scripts named, or all; ends with 1 when a fault was not survived."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="name", help=f"of {', '.join(SCRIPTS)}; all when left out")
    parser.add_argument("--long", action="store_true", help="as long as it takes, instead of a minute")
    asked = parser.parse_args()
    if unknown := set(asked.names) - set(SCRIPTS):
        parser.error(f"no such script: {', '.join(sorted(unknown))}")
    prepare()
    from tally import Tally

    say(machine())
    has_failed = False
    for name in asked.names or SCRIPTS:
        with tempfile.TemporaryDirectory(prefix="smart21-faults-") as folder:
            tally = Tally(name, Path(folder), asked.long)
            import_module(name).survive(tally)
        say(tally.tell())
        has_failed |= bool(tally.failed)
    return int(has_failed)


if __name__ == "__main__":
    sys.exit(main())
