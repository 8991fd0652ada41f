"""`smart21 evidence`: the pack of a community, and the group's other commands put together.

Put here: what a pack is asked for by, where it goes, and what is told of it.
Not here: the pack (`pipelines/evidence/pack`), the other commands (`evidence_workbook.py` and its like).
"""

from collections import Counter
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from assets.cli.ask import Edition, edition_id, question
from assets.cli.evidence_diff import diff
from assets.cli.evidence_workbook import workbook_app
from assets.cli.show import Stop, err, out, print_object, sentences
from warehouse.home import find_home
from warehouse.query import NotPublishedError, QueryError

if TYPE_CHECKING:
    from pipelines.evidence.pack.model import Pack
    from pipelines.evidence.pack.write import Written

evidence_app = typer.Typer(name="evidence", invoke_without_command=True)
evidence_app.add_typer(workbook_app, name="workbook")
evidence_app.command()(diff)

__all__ = ["evidence_app"]


@evidence_app.callback()
def evidence(
    context: typer.Context,
    community: Annotated[str, typer.Option(help="Community, by id or name.")] = "binh_duong",
    framework: Annotated[str, typer.Option(help="icf, wta or navigator.")] = "icf",
    edition: Edition = "2019",
    out_: Annotated[
        Path | None, typer.Option("--out", help="Folder of the pack; without it one under the home's exports.")
    ] = None,
    language: Annotated[str, typer.Option(help="en or vi.")] = "en",
    force: Annotated[bool, typer.Option("--force", help="Replace an earlier pack in that folder.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")] = False,
) -> None:
    """Make the evidence pack of a community: a document, a workbook, a page, data, and a ZIP of it all.

    Example: smart21 evidence --community binh_duong --framework icf --edition 2019 --out pack --language vi
    """
    if context.invoked_subcommand:
        return
    from pipelines.evidence.language import LanguageError
    from pipelines.evidence.pack.make import Request, make_pack
    from pipelines.evidence.pack.write import PackError

    request = Request(_community(community), _framework(framework), edition_id(edition), language)
    say = _silent if json else partial(err.print, style="dim", markup=False)
    with sentences(LanguageError, PackError, NotPublishedError, QueryError):
        pack, written = make_pack(find_home(), request, out_, is_forced=force, say=say)
    _tell(pack, written, json)


def _silent(_: str) -> None:
    """Says nothing: a program reads the output."""


def _tell(pack: "Pack", written: "Written", json: bool) -> None:
    """Where the pack is, and how much it answers."""
    counts = Counter(answer.status for answer in pack.answers)
    if json:
        facts = {"folder": str(written.folder), "archive": str(written.archive), "release": pack.cover.release_id}
        told = {"data_points": len(pack.answers), **{name: counts[name] for name in ("answered", "partial", "missing")}}
        print_object(facts | told | {"files": [str(file) for file in written.files]})
        return
    if pack.answers:
        out.print(
            f"{len(pack.answers)} data points: {counts['answered']} answered, {counts['partial']} in part, "
            f"{counts['missing']} without evidence."
        )
    out.print(escape(f"Evidence pack: {written.folder}"), soft_wrap=True)


def _community(value: str) -> str:
    """A community by id or by any of its spellings; a sentence with the nearest ones otherwise."""
    names = question(
        "SELECT community_id, name FROM core.community_name UNION SELECT community_id, community_id FROM core.community"
    )
    known = {str(row.name).casefold(): str(row.community_id) for row in names.sort_values("name").itertuples()}
    if found := known.get(value.casefold()):
        return found
    near = dict.fromkeys(known[name] for name in get_close_matches(value.casefold(), known, n=3, cutoff=0.5))
    hint = f"Did you mean {' or '.join(near)}?" if near else f"There are: {', '.join(sorted(set(known.values())))}."
    raise Stop(f"Community {value!r} is not known. {hint}")


def _framework(value: str) -> str:
    """A framework, scored or not."""
    ids = list(question("SELECT framework_id FROM core.framework ORDER BY 1")["framework_id"])
    if value in ids:
        return value
    raise Stop(f"Framework {value!r} is not known. There are: {', '.join(ids)}.")
