"""Whether a reader gets one whole release.

Put here: what must hold of the published file after any fault.
Not here: faults.
"""

import hashlib
import json

from installation import Installation


def seen(installation: Installation) -> str:
    """Number of the release that a reader gets, after looking whether it is whole; empty before the first."""
    home = installation.home
    if not home.benchmark.is_symlink():
        return ""
    path = home.benchmark.resolve(strict=True)
    about = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    assert hashlib.sha256(path.read_bytes()).hexdigest() == about["sha256"], (
        f"{path.name} is not what its manifest says"
    )
    tables = list(installation.ask("FROM audit.table_count").itertuples(index=False, name=None))
    counts = " UNION ALL ".join(f"SELECT '{table}', count(*) FROM {table}" for table, _ in tables)
    found = dict(installation.ask(counts).itertuples(index=False, name=None))
    assert found == dict(tables), f"{path.name}: rows differ from audit.table_count"
    (release_id,) = installation.ask("FROM audit.release")["release_id"]
    assert release_id == path.stem, f"{path.name} says that it is {release_id}"
    return path.stem
