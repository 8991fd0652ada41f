"""A pack from the published file to the disk.

Put here: what a pack is asked for by, and the one call that makes it.
Not here: its parts (`content.py`, `write.py`), asking a user (`assets/cli/evidence.py`).
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pipelines.evidence.language import translator
from pipelines.evidence.pack.content import build_pack
from pipelines.evidence.pack.model import Pack
from pipelines.evidence.pack.questions import Key, collect, lens_of
from pipelines.evidence.pack.write import Written, write_pack
from warehouse.home import Home
from warehouse.query import ask_together


@dataclass(frozen=True)
class Request:
    """Which pack is asked for."""

    community: str
    framework: str
    edition: str
    language: str

    @property
    def name(self) -> str:
        """Name of its folder."""
        return f"evidence_{self.community}_{self.framework}_{self.edition}_{self.language}"


def make_pack(
    home: Home,
    request: Request,
    out: Path | None = None,
    *,
    is_forced: bool = False,
    say: Callable[[str], None] = lambda _: None,
) -> tuple[Pack, Written]:
    """Make a pack of the newest release.

    Args:
        home: where the published file lies.
        request: which pack.
        out: its folder; without it one of its own among the exports.
        is_forced: an earlier pack there may be replaced.
        say: told what is made next.

    Raises:
        LanguageError: there is no such language.
        LookupError: the release knows no such community, framework or edition.
        NotPublishedError, QueryError: the published file cannot be asked.
        PackError: it cannot be written.
    """
    translate = translator(request.language)
    key = Key(request.community, request.framework, request.edition, lens_of(request.framework))
    pack = build_pack(collect(key, partial(ask_together, home)), translate)
    say(f"Release {pack.cover.release_id}: {pack.cover.community}, {pack.cover.framework}, {pack.cover.edition_id}")
    made_at = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    folder = (out or home.exports / request.name).expanduser().absolute()
    return pack, write_pack(pack, translate, folder, made_at, is_forced=is_forced, say=say)
