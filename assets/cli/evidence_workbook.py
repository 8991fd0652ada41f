"""`smart21 evidence workbook`: the evidence register as a workbook, out and in.

Put here: writing the workbook, telling what it would change, accepting it.
Not here: what is in it (`pipelines/evidence/workbook`).
"""

from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer
from rich.markup import escape

from assets.cli.show import MISTAKE, Stop, err, out, print_object, print_table, sentences
from pipelines.drop_folder.cells import MOST_BYTES
from pipelines.drop_folder.findings import shown
from pipelines.evidence.workbook.cells import Refusal, WorkbookError
from pipelines.evidence.workbook.changes import Change, accept, differences, settle
from pipelines.evidence.workbook.export import make_workbook
from pipelines.evidence.workbook.read import read_workbook
from warehouse.files import finish, is_halfway, replacing
from warehouse.registry import RegistryError, load_registry
from warehouse.registry.entry import Entry
from warehouse.registry.evidence_file import fingerprint, plain
from warehouse.registry.load import registry_root

workbook_app = typer.Typer(
    name="workbook",
    help="The evidence register as one workbook: export it, let departments fill it in, read it back.",
    no_args_is_help=True,
)

Json = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
Force = Annotated[bool, typer.Option("--force", help="Overwrite the file.")]
Outdated = Annotated[
    bool, typer.Option("--outdated", help="Accept although the register has changed since the workbook was exported.")
]
Accept = Annotated[bool, typer.Option("--accept", help="Write the changes into the registry; without it nothing is.")]


@workbook_app.command("export")
def export(
    file: Annotated[Path, typer.Argument(help="Workbook to write, such as evidence.xlsx.")],
    force: Force = False,
    json: Json = False,
) -> None:
    """Write the evidence register as a workbook with drop-down lists, to be filled in by departments.

    Example: smart21 evidence workbook export evidence.xlsx
    """
    if file.exists() and not force:
        raise Stop(f"{file} is there already: choose another name, or overwrite it with --force.")
    with sentences(RegistryError):
        registry = load_registry()
    body = make_workbook(registry)
    try:
        with replacing(file) as draft:
            draft.write_bytes(body)
    except OSError as error:
        raise Stop(f"{file} cannot be written: {error.strerror}.") from error
    counts = {section: len(entries) for section, entries in registry.evidence}
    if json:
        print_object({"file": str(file), "entries": counts})
    else:
        told = ", ".join(f"{count} {section}" for section, count in counts.items())
        out.print(escape(f"{file}: {told}. Read it back with `smart21 evidence workbook import {file}`."))


@workbook_app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="Workbook that was exported and filled in.")],
    accept_: Accept = False,
    outdated: Outdated = False,
    json: Json = False,
) -> None:
    """Read a filled workbook: tell every refused cell, or what would change in the register; change it with --accept.

    Example: smart21 evidence workbook import evidence.xlsx --accept
    """
    with sentences(RegistryError, WorkbookError):
        registry = load_registry()
        reading = read_workbook(file.name, _body(file), registry)
    if reading.evidence is None:
        _tell_refusals(reading.refusals, json=json)
        count = len(reading.refusals)
        told = f"{count} cells of {file.name} are" if count > 1 else f"1 cell of {file.name} is"
        raise Stop(f"{told} refused; nothing was changed.")
    settled = settle(registry.evidence, reading.evidence)
    changes = differences(registry.evidence, settled)
    is_outdated = reading.stamp != fingerprint(registry.evidence)
    is_held = accept_ and is_outdated and bool(changes) and not outdated
    written: list[Path] = []
    if accept_ and not is_held:
        try:
            written = accept(registry.root, registry.evidence, settled)
        except OSError as error:
            is_begun = is_halfway(registry.root / "evidence")
            left = "Finish with `smart21 evidence workbook finish`." if is_begun else "Nothing was changed."
            raise Stop(f"{error.filename} cannot be written: {error.strerror}. {left}") from error
    _tell_changes(changes, is_outdated=is_outdated, written=written, json=json)
    if is_held:
        raise Stop(
            "The register has changed since this workbook was exported, so that accepting it would undo what others "
            "did: export it anew, or accept it all the same with --outdated. Nothing was changed."
        )
    if changes and not accept_ and not json:
        err.print("Nothing was changed. Accept with --accept.")


@workbook_app.command("finish")
def finish_(json: Json = False) -> None:
    """Finish the acceptance of a workbook that was interrupted between two files of the register.

    Example: smart21 evidence workbook finish
    """
    try:
        moved = finish(registry_root() / "evidence")
    except OSError as error:
        raise Stop(f"{error.filename} cannot be put into place: {error.strerror}.") from error
    if json:
        print_object({"written": [str(path) for path in moved]})
        return
    for path in moved:
        out.print(escape(f"Written: {path}"))
    if not moved:
        out.print("Nothing was left to do.")


def _body(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            return stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise Stop(f"{file} cannot be read: {error.strerror}.", MISTAKE) from error


def _tell_refusals(refusals: tuple[Refusal, ...], *, json: bool) -> None:
    rows = [{"cell": item.address, "value": item.value, "reason": item.reason} for item in refusals]
    if json:
        print_object({"refused": rows, "changes": [], "written": []})
    else:
        print_table(pd.DataFrame(rows))


def _tell_changes(changes: list[Change], *, is_outdated: bool, written: list[Path], json: bool) -> None:
    if json:
        told = [_facts(change) for change in changes]
        facts = {"refused": [], "changes": told, "is_outdated": is_outdated, "written": [str(path) for path in written]}
        print_object(facts)
        return
    if changes:
        print_table(pd.DataFrame([row for change in changes for row in _rows(change)]))
    counts = [f"{sum(change.kind == kind for change in changes)} {kind}" for kind in ("added", "changed", "removed")]
    out.print(", ".join(counts) + ".")
    for path in written:
        out.print(escape(f"Written: {path}"))


def _facts(change: Change) -> dict[str, Any]:
    fields = [{"field": name, "now": _value(now), "then": _value(then)} for name, now, then in change.fields]
    return {"change": change.kind, "section": change.section, "entry": change.entry, "fields": fields}


def _rows(change: Change) -> list[dict[str, str]]:
    about = {"change": change.kind, "section": change.section, "entry": change.entry}
    if not change.fields:
        return [about | {"field": "", "now": "", "then": ""}]
    return [about | {"field": name, "now": _words(now), "then": _words(then)} for name, now, then in change.fields]


def _words(value: Any) -> str:
    """A value for a table: the beginning of a text, the items of a list."""
    if isinstance(value, tuple):
        return shown("; ".join(_words(item) for item in value))
    if isinstance(value, Entry):
        return ", ".join(str(part) for part in plain(value).values())
    return "" if value is None else shown(value)


def _value(value: Any) -> Any:
    if isinstance(value, tuple):
        return [plain(item) if isinstance(item, Entry) else item for item in value]
    return value
