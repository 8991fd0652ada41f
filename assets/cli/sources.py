"""Commands about sources: list, show, refresh, accept; and the files of the drop folder.

Put here: what a person asks of the sources and decides about their answers.
Not here: asking them (`refreshing.py`, `pipelines/refresh.py`), the drop folder's files (`drop_folder.py`).
"""

import datetime as dt
import os
from typing import Annotated

import pandas as pd
import typer

from assets.cli import drop_folder
from assets.cli.execute import aloud, locked, silent
from assets.cli.prepare import prepare
from assets.cli.refreshing import refresh_all, unanswered
from assets.cli.show import Stop, alone, out, print_json, print_object, print_table, sentences
from pipelines.refresh import now
from pipelines.source_status import figure_counts, source_status
from warehouse.answers import AnswerError, Answers, Retrieval
from warehouse.home import find_home
from warehouse.lake import Lake
from warehouse.registry import Registry, RegistryError, load_registry
from warehouse.registry.sources import Source
from warehouse.revisions import Revisions
from warehouse.storage import open_storage

sources_app = typer.Typer(
    name="sources",
    help="Where the figures come from: what each source said last, asking them, accepting what was held back.",
    invoke_without_command=True,
)
sources_app.command("template")(drop_folder.template)
sources_app.command("check")(drop_folder.check)

Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]

MOST = 40
"""Differences that a table on the screen shows; --json gives all."""

LONGEST = 120
"""Characters of an error in the list."""


@sources_app.callback()
def _default(context: typer.Context, json: Json = False) -> None:
    """List the sources unless another command is named.

    Example: smart21 sources
    """
    if context.invoked_subcommand is None:
        list_(json)


@sources_app.command("list")
def list_(json: Json = False) -> None:
    """List every source: licence, key, last good answer, what went wrong, figures delivered and chosen.

    Example: smart21 sources list --json
    """
    registry = _registry()
    status = _status(registry)
    if json:
        print_json(status)
        return
    shown = pd.DataFrame(
        {
            "source": status["source_id"],
            "open": status["is_open"],
            "key": list(map(_key, status["key_variable"], status["needs_key"], status["has_key"])),
            "last good": status["retrieved_at"].str[:10],
            "days": status["age_days"],
            "answers": status["requests"],
            "figures": status["staged"],
            "chosen": status["chosen"],
            "state": list(
                map(_state, *(status[name] for name in ("held_back", "last_error", "retrieved_at", "is_local")))
            ),
        }
    )
    print_table(shown, f"{len(shown)} sources")


@sources_app.command()
def show(source: Annotated[str, typer.Argument(help="Id of a source.")], json: Json = False) -> None:
    """Show one source: who it is, how it stands, and what waits to be accepted.

    Example: smart21 sources show world_bank
    """
    registry = _registry()
    entry = _known(registry, source)
    facts = _status(registry).set_index("source_id").loc[source].to_dict()
    about = entry.model_dump(include={"name", "producer", "citation", "url_main", "licence", "licence_url", "note"})
    if entry.key:
        about["sign_up"] = entry.key.sign_up
    waiting = _waiting(_answers(), source)
    differences = _differences(waiting, source)
    if json:
        held = [{"retrieval_id": one.retrieval_id, "reason": one.reason} for one in waiting]
        print_object(about | facts | {"waiting": held, "differences": differences.to_dict("records")})
        return
    facts = {"source_id": source} | about | facts
    print_table(pd.DataFrame({"what": list(facts), "value": list(facts.values())}))
    for one in waiting:
        out.print(f"Waits to be accepted: {one.retrieval_id}: {one.reason}", markup=False)
    if len(differences):
        _print_differences(differences)


@sources_app.command()
def refresh(
    sources: Annotated[list[str] | None, typer.Argument(help="Ids of sources; all when left out.")] = None,
    patience: Annotated[float, typer.Option(help="Seconds to wait for a run.")] = 600,
    json: Json = False,
) -> None:
    """Ask sources over the network and store what they answer; the next run uses it.

    A source that cannot be asked is named, and the last good of its answers stays in use; only when none of those that
    could be asked answered does the command fail.

    Example: smart21 sources refresh world_bank eurostat_cities
    """
    registry = _registry()
    for name in sources or []:
        if _known(registry, name).is_local:
            raise Stop(f"{name} lies on a disk: every `smart21 run` reads it again.")
    home = prepare()
    with locked(home, patience):
        asked = refresh_all(silent if json else aloud, sources or ())
    if json:
        print_json(asked)
    else:
        print_table(asked.drop(columns="error").rename(columns={"source_id": "source", "rows": "new figures"}))
        out.print("`smart21 run` makes the benchmark from what is stored.")
    if problem := unanswered(asked):
        raise Stop(*problem)


@sources_app.command()
def accept(
    which: Annotated[str, typer.Argument(help="Id of a source, or of one answer that waits.")],
    json: Json = False,
) -> None:
    """Put answers that were held back to use, after showing how they differ from those in use.

    Example: smart21 sources accept world_bank
    """
    registry, answers, home = _registry(), _answers(), find_home()
    with alone(home, AnswerError):
        waiting = _wanted(registry, answers, which)
        differences = pd.concat([_differences([one], one.source_id) for one in waiting])
        differences = differences.drop_duplicates("revision_id", ignore_index=True)
        if not json and len(differences):
            _print_differences(differences)
        for one in waiting:
            answers.accept(one.retrieval_id, accepted_at=now(), reason=one.reason)
    if json:
        accepted = [one.retrieval_id for one in waiting]
        print_object({"accepted": accepted, "differences": differences.to_dict("records")})
    else:
        out.print(f"Accepted {len(waiting)} of {waiting[0].source_id}. `smart21 run` makes the benchmark from them.")


def _registry() -> Registry:
    with sentences(RegistryError):
        return load_registry()


def _known(registry: Registry, name: str) -> Source:
    if name not in registry.source:
        raise Stop(f"Source {name!r} is not known. There are: {', '.join(sorted(registry.source))}.")
    return registry.source[name]


def _answers() -> Answers:
    return Answers(open_storage(find_home().lake_address))


def _status(registry: Registry) -> pd.DataFrame:
    counts = figure_counts(registry, Lake(open_storage(find_home().lake_address)))
    return source_status(registry, _answers().retrievals(), counts, os.environ, dt.datetime.now(dt.UTC))


def _key(variable: str | None, is_needed: bool, is_there: bool) -> str:
    """Which key is needed, and whether it is there."""
    if pd.isna(variable):
        return "none"
    return f"{variable} ({'set' if is_there else 'missing' if is_needed else 'not set'})"


def _state(held_back: int, error: str, retrieved_at: str | None, is_local: bool) -> str:
    """The most urgent thing to know."""
    if held_back:
        return f"{held_back} answers wait: smart21 sources accept"
    if error:
        return error if len(error) <= LONGEST else f"{error[:LONGEST]}…"
    if pd.isna(retrieved_at):
        return "nothing there yet" if is_local else "never asked"
    return "good"


def _waiting(answers: Answers, source_id: str) -> list[Retrieval]:
    with sentences(AnswerError):
        return answers.quarantined(source_id)


def _wanted(registry: Registry, answers: Answers, which: str) -> list[Retrieval]:
    """The answers that somebody means by a source or by one of its retrievals, whose pages belong together."""
    if which in registry.source:
        if found := answers.quarantined(which):
            return found
        raise Stop(f"No answer of {which} waits to be accepted.")
    for source_id in answers.sources():
        waiting = answers.quarantined(source_id)
        times = {one.retrieved_at for one in waiting if one.retrieval_id == which}
        if times:
            return [one for one in waiting if one.retrieved_at in times]
    raise Stop(f"{which!r} is no source, and no answer of this name waits. `smart21 sources` lists both.")


def _differences(waiting: list[Retrieval], source_id: str) -> pd.DataFrame:
    """How answers that wait differ from those in use, the suspicious differences first."""
    found = Revisions(open_storage(find_home().lake_address)).table(source_id)
    mine = found[found["new_answer_id"].isin([one.answer_id for one in waiting])]
    return mine.sort_values("is_suspicious", ascending=False, kind="stable", ignore_index=True)


def _print_differences(differences: pd.DataFrame) -> None:
    columns = {"kind": "kind", "is_suspicious": "suspicious", "series": "series", "area": "area", "year": "year",
               "old_value": "before", "new_value": "now", "detail": "what"}  # fmt: skip
    shown = differences.head(MOST)[list(columns)].rename(columns=columns)
    print_table(shown, f"{len(differences)} differences from the answers in use")
    if len(differences) > MOST:
        out.print(f"The first {MOST}; --json gives all.", style="dim")
