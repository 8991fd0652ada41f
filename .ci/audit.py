"""Ask whether a locked package has a known hole: `make audit`. Ends with 1 when one has, and only then.

Put here: what of pip-audit's answer is told, and in which words.
Not here: which packages are asked about (`uv.lock`).

The database of holes is on the internet. Where it cannot be reached, nothing is known, which is said and is no failure:
a build without internet must not break, and whoever reads the sentence knows that nothing was looked up.
"""

import json
import subprocess
import sys
import tempfile
from typing import Any

COMMAND = ["pip-audit", "--disable-pip", "--require-hashes", "--progress-spinner=off", "--timeout=15", "--format=json"]
UNREACHABLE = "Nothing was audited: the database of known holes cannot be reached. Run it again with internet."


def main() -> int:
    """Ask about the requirements on standard input, as `uv export` writes them with their hashes."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as requirements:
        requirements.write(sys.stdin.read())
        requirements.flush()
        asked = [*COMMAND, f"--requirement={requirements.name}"]
        answer = subprocess.run(asked, capture_output=True, text=True, check=False)  # noqa: S603 (own words only)
    try:
        packages = json.loads(answer.stdout)["dependencies"]
    except (ValueError, KeyError):
        packages = []
    lines, has_holes = verdict(packages)
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    return int(has_holes)


def verdict(packages: list[dict[str, Any]]) -> tuple[list[str], bool]:
    """What pip-audit's list says, in sentences, and whether a hole is known."""
    unknown = [one["name"] for one in packages if "skip_reason" in one]
    if len(unknown) == len(packages):
        return [UNREACHABLE], False
    holes = [
        f"{one['name']} {one['version']}: {hole['id']}, mended in {', '.join(hole['fix_versions']) or 'no version yet'}"
        for one in packages
        for hole in one.get("vulns", ())
    ]
    head = f"{len(packages) - len(unknown)} of {len(packages)} locked packages audited, known holes: {len(holes)}."
    left = [f"Not audited, since the database did not answer about them: {', '.join(unknown)}."] if unknown else []
    return [head, *holes, *left], bool(holes)


if __name__ == "__main__":
    sys.exit(main())
