"""The command that tells what changed between two packs.

Put here: reading two packs and printing their changes.
Not here: comparing (`pipelines/evidence/diff.py`).
"""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from assets.cli.ask import Json
from assets.cli.show import out, print_object, print_table, sentences


def diff(
    first: Annotated[Path, typer.Argument(help="A pack's folder, or its archive.")],
    second: Annotated[Path, typer.Argument(help="The other one.")],
    json: Json = False,
) -> None:
    """Tell what changed between two packs, and why: new or revised figures, method, peers, register.

    Example: smart21 evidence diff packs/2025 packs/2026
    """
    import pandas as pd

    from pipelines.evidence.diff import WHYS, DiffError, compare
    from pipelines.evidence.pack_file import PackFileError, read_pack

    with sentences(PackFileError, DiffError):
        changes = compare(read_pack(first), read_pack(second))
    if json:
        print_object([asdict(change) | {"reason": WHYS[change.why]} for change in changes])
        return
    if not changes:
        out.print("Nothing changed.")
        return
    columns = ["part", "code", "what", "before", "after", "why"]
    shown = pd.DataFrame([asdict(change) for change in changes], columns=columns, dtype=object)
    print_table(shown, f"{len(changes)} changes from {first} to {second}", is_wide=True)
    for why in dict.fromkeys(shown["why"]):
        out.print(f"{why}: {WHYS[why]}.", style="dim")
