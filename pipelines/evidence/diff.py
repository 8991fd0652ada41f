"""What changed between two packs about the same community, framework and edition, and why.

Put here: comparing two packs' contents, part by part.
Not here: reading packs from disk (`pack_file.py`), making packs (`pack`).

Figures are compared by what they are figures of: indicator, year, area and addresses. The same figure with another
value was revised. A rank that moved while the community's own value stayed was moved by its peers, unless the method
changed. Texts are not compared: they follow from the facts, and the packs may be in two languages.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipelines.evidence.pack.model import Answer, Figure, Pack

COVER = ("community_id", "framework_id", "edition_id")
"""What two packs must share to be compared."""

MADE_FROM = ("release_id", "code_version", "method_sha256", "registry_sha256")
WHYS = {
    "new figure": "there was none before",
    "revised figure": "the same figure has another value",
    "other figure": "another figure speaks now",
    "figure gone": "the figure is no longer there",
    "figures": "figures behind it changed",
    "initiatives": "other initiatives count",
    "register": "the evidence register was changed",
    "method": "the scoring method was changed",
    "peers": "the peers' figures changed, not its own",
    "rules": "the code or the registry was changed",
    "release": "another release of the benchmark",
}
"""Reasons of changes."""

_DIGITS = 12


class DiffError(ValueError):
    """The two packs cannot be compared; says why."""


@dataclass(frozen=True)
class Change:
    """One thing that changed.

    Attributes:
        part: of the pack.
        code: data point, indicator, initiative, target or factor; empty for the whole.
        what: what about it.
        before: in the first pack; None where it was not there.
        after: in the second one.
        why: one of WHYS.
    """

    part: str
    code: str
    what: str
    before: Any
    after: Any
    why: str


def compare(first: Pack, second: Pack) -> list[Change]:
    """Every change from one pack to another.

    Raises:
        DiffError: they are about different things.
    """
    for name in COVER:
        one, other = getattr(first.cover, name), getattr(second.cover, name)
        if one != other:
            raise DiffError(
                f"The packs are about different things: {name} is {one} in the first, {other} in the second."
            )
    figures = list(_figures(first, second))
    cause = _cause(first, second)
    return [
        *_cover(first, second),
        *_scores(first, second, cause, "figures" if figures and cause != "method" else cause),
        *_answers(first, second, cause),
        *figures,
        *(
            change
            for part, (table, key) in _ENTRIES.items()
            for change in _entries(part, _by(getattr(first, table), key), _by(getattr(second, table), key))
        ),
    ]


def _cause(first: Pack, second: Pack) -> str:
    """What moves what the community's own figures do not: the method, the code or registry, or else the peers."""
    if first.cover.method_sha256 != second.cover.method_sha256:
        return "method"
    same = all(
        getattr(first.cover, name) == getattr(second.cover, name) for name in ("code_version", "registry_sha256")
    )
    return "peers" if same else "rules"


def _differ(one: Any, other: Any) -> bool:
    """Whether two facts differ; numbers by more than their last digits."""
    if isinstance(one, float) and isinstance(other, float):
        return f"{one:.{_DIGITS}g}" != f"{other:.{_DIGITS}g}"
    return bool(one != other)


def _cover(first: Pack, second: Pack) -> Iterator[Change]:
    for name in MADE_FROM:
        one, other = getattr(first.cover, name), getattr(second.cover, name)
        if one != other:
            yield Change("made from", "", name, one, other, "method" if name == "method_sha256" else "release")


def _scores(first: Pack, second: Pack, cause: str, of_scores: str) -> Iterator[Change]:
    """Scores of factors and the total, and the rank; goalposts are fixed, so that peers' figures move no score."""
    one, other = _by(first.factors, "factor_id"), _by(second.factors, "factor_id")
    for code in [code for code in one if code in other]:
        if _differ(one[code].score, other[code].score):
            yield Change("factor", code, "score", one[code].score, other[code].score, of_scores)
    before, after = first.standing, second.standing
    if before is None or after is None:
        return
    has_moved = _differ(before.score, after.score)
    if has_moved:
        yield Change("total", "", "score", before.score, after.score, of_scores)
    yield from _places("total", "", before, after, of_scores if has_moved else "peers" if cause == "rules" else cause)


def _places(part: str, code: str, before: Any, after: Any, why: str) -> Iterator[Change]:
    """A rank with its interval, as one fact."""
    one, other = ((row.rank, row.rank_low, row.rank_high, row.rank_of) for row in (before, after))
    if one != other:
        yield Change(part, code, "rank", place(*one), place(*other), why)


def place(rank: int | None, low: int | None, high: int | None, count: int | None) -> str | None:
    """A rank with its interval in a few characters; None where there is none."""
    if rank is None:
        return None
    interval = f" ({low}-{high})" if low is not None else ""
    return f"{rank}{interval} of {count}"


def _answers(first: Pack, second: Pack, cause: str) -> Iterator[Change]:
    one, other = _by(first.answers, "data_point"), _by(second.answers, "data_point")
    yield from _come_and_gone("data point", one, other, "rules")
    for code in [code for code in one if code in other]:
        before, after = one[code], other[code]
        why = _why_figure(before, after)
        if why:
            yield Change("answer", code, "figure", _told(before), _told(after), why)
        has_others = set(before.initiatives) != set(after.initiatives)
        if has_others:
            yield Change(
                "answer", code, "initiatives", _list(before.initiatives), _list(after.initiatives), "initiatives"
            )
        if before.status != after.status:
            reason = why or ("initiatives" if has_others else "rules" if cause == "peers" else cause)
            yield Change("answer", code, "status", before.status, after.status, reason)
        yield from _places("answer", code, before, after, why or ("peers" if cause == "rules" else cause))


def _why_figure(before: Answer, after: Answer) -> str:
    """Why an answer tells another figure; empty where it tells the same."""
    if before.value is None and after.value is None:
        return ""
    if before.value is None or after.value is None:
        return "new figure" if before.value is None else "figure gone"
    key = ("indicator_id", "year", "area_name", "publisher", "url")
    if any(getattr(before, name) != getattr(after, name) for name in key):
        return "other figure"
    return "revised figure" if _differ(before.value, after.value) else ""


def _told(row: Answer) -> str | None:
    """A figure in a few words; None where there is none."""
    return None if row.value is None else f"{row.value!r} {row.unit} ({row.year}, {row.area_name})"


def _figures(first: Pack, second: Pack) -> Iterator[Change]:
    one, other = _by_figure(first), _by_figure(second)
    for key in sorted(one.keys() | other.keys()):
        before, after = one.get(key), other.get(key)
        what = f"{key[1]}, {key[2]}"
        if before is None or after is None:
            why = "new figure" if before is None else "figure gone"
            yield Change("figure", key[0], what, before and before.value, after and after.value, why)
        elif _differ(before.value, after.value):
            same_print = (before.printed_value, before.printed_unit) == (after.printed_value, after.printed_unit)
            yield Change("figure", key[0], what, before.value, after.value, "rules" if same_print else "revised figure")


def _by_figure(pack: Pack) -> dict[tuple[str, int, str, str], Figure]:
    """Figures by what they are figures of."""
    address = {source.number: source.url or source.title for source in pack.sources}
    return {
        (row.indicator_id, row.year, row.area_name, " ".join(sorted(address[n] for n in row.references))): row
        for row in pack.figures
    }


_ENTRIES = {
    "initiative": ("initiatives", "initiative_id"),
    "target": ("targets", "target_id"),
    "honour": ("recognitions", "recognition_id"),
    "post": ("posts", "post_id"),
}
"""Table and key of each kind of entry of the register."""

_FACTS: Mapping[str, tuple[str, ...]] = {
    "initiative": ("status", "started", "ended", "data_points", "missing_houses"),
    "target": ("target", "target_year", "actual", "actual_year", "status"),
    "honour": ("started", "ended"),
    "post": (),
}
"""What is compared of an entry of the register; its texts are not."""


def _entries(part: str, one: Mapping[str, Any], other: Mapping[str, Any]) -> Iterator[Change]:
    """Entries of the register that came, went or changed."""
    yield from _come_and_gone(part, one, other, "register")
    for code in [code for code in one if code in other]:
        for name in _FACTS[part]:
            before, after = _plain(getattr(one[code], name)), _plain(getattr(other[code], name))
            if _differ(before, after):
                yield Change(part, code, name, before, after, _why_entry(part, name))


def _plain(fact: Any) -> Any:
    """A list as one text, in order; anything else as it is."""
    return _list(fact) if isinstance(fact, tuple) else fact


def _list(names: Sequence[str]) -> str | None:
    return ", ".join(sorted(names)) or None


def _why_entry(part: str, name: str) -> str:
    return "figures" if part == "target" and name in {"actual", "actual_year", "status"} else "register"


def _come_and_gone(part: str, one: Mapping[str, Any], other: Mapping[str, Any], why: str) -> Iterator[Change]:
    for code in [*(code for code in one if code not in other), *(code for code in other if code not in one)]:
        is_gone = code in one
        yield Change(part, code, "entry", "there" if is_gone else None, None if is_gone else "there", why)


def _by(rows: Sequence[Any], key: str) -> dict[str, Any]:
    return {getattr(row, key): row for row in rows}
