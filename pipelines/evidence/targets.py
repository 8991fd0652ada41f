"""How far promises are kept: each target beside the actual figure that may be compared with it.

Put here: table `mart.target_progress`.
Not here: the targets themselves (`register.py`); a target is never used as an actual, here or elsewhere.

An actual is a figure of the community's own area and of the target's comparability class. One of the due year decides.
Without it, an earlier one that is good enough already means met; otherwise the first later one decides; and where there
is only an earlier one, it is held against the straight line from the base to the target. A base that the document does
not state is the oldest actual. Nothing is said of the time after a community ended.
"""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from pipelines.choose import VALUE, derive
from pipelines.evidence.language import LANGUAGES, Translator, translator
from pipelines.evidence.rows import rows
from warehouse.contracts import columns_of
from warehouse.registry import Registry
from warehouse.registry.entry import QUALITIES
from warehouse.registry.models import Community

Row = Any
"""A row of `core.community_target` as `DataFrame.itertuples` gives it; what is missing is None."""

_CLOSE = 1e-9
"""Share by which two numbers may differ and still be the same."""


@dataclass(frozen=True)
class Base:
    """Where the straight line to a target starts."""

    value: float
    year: int
    is_stated: bool


@dataclass(frozen=True)
class Judged:
    """What is said of one target.

    Attributes:
        status: one of `PROGRESSES`.
        actual: row of the figure, where there is one.
        gap: what is left to do.
        expected: on the line at the actual's year.
        base: start of the line.
    """

    status: str
    actual: Row = None
    gap: float | None = None
    expected: float | None = None
    base: Base | None = None


def target_progress(target: pd.DataFrame, observation: pd.DataFrame, registry: Registry) -> pd.DataFrame:
    """Table `mart.target_progress`.

    Args:
        target: table `core.community_target`.
        observation: table `core.observation`.
        registry: directions and units of indicators, ends of communities.
    """
    actuals = _actuals(target, observation, registry)
    homes = {entry.id: entry for entry in registry.communities}
    languages = {code: translator(code) for code in LANGUAGES}
    found = []
    for row in rows(target):
        judged = judge(row, actuals.get((row.community_id, row.indicator_id, row.class_id), []), registry)
        reasons = {code: _reason(row, judged, homes[row.community_id], said) for code, said in languages.items()}
        found.append(
            {
                "target_id": row.target_id,
                "community_id": row.community_id,
                "name": row.name,
                "target": row.value,
                "target_year": row.year,
                "unit": registry.indicator[row.indicator_id].unit if row.indicator_id else row.unit,
                "actual": judged.actual.value if judged.actual else None,
                "actual_year": judged.actual.year if judged.actual else None,
                "observation_id": judged.actual.observation_id if judged.actual else None,
                "gap": judged.gap,
                "expected": judged.expected,
                "status": judged.status,
                "reason": reasons["en"],
                "reason_vi": reasons["vi"],
            }
        )
    return pd.DataFrame(found, columns=columns_of("mart.target_progress"))


def judge(target: Row, actuals: list[Row], registry: Registry) -> Judged:
    """Hold a target against its actuals.

    Args:
        target: row of `core.community_target`.
        actuals: own-area figures of the same indicator and class, one a year, oldest first.
        registry: directions of indicators.
    """
    if target.value is None or target.indicator_id is None:
        return Judged("not_measurable")
    if not actuals:
        return Judged("no_actual")
    sign = _sign(target, registry)
    actual = _telling(target, actuals, sign)
    base = _base(target, actuals, actual)
    gap = max(0.0, sign * (target.value - actual.value))
    gap = 0.0 if gap <= _CLOSE * abs(target.value) else gap
    expected = _expected(target, base, actual)
    if gap == 0.0:
        status = "met"
    elif target.year is None:
        status = "not_measurable"
    elif actual.year >= target.year:
        status = "missed"
    elif expected is None:
        status = "not_measurable"
    else:
        status = "on_track" if sign * (actual.value - expected) >= -_CLOSE * abs(expected) else "behind"
    return Judged(status, actual, gap, expected, base)


def _sign(target: Row, registry: Registry) -> float:
    """1 where the promise is to rise to the value, -1 where it is to fall to it."""
    if target.comparison == "reach" and target.base_value is not None:
        return 1.0 if target.base_value <= target.value else -1.0
    falls = target.comparison == "at_most"
    falls |= target.comparison == "reach" and registry.indicator[target.indicator_id].direction == "lower"
    return -1.0 if falls else 1.0


def _telling(target: Row, actuals: list[Row], sign: float) -> Row:
    """The actual that tells most, see the top of this file."""
    before = [row for row in actuals if target.year is None or row.year <= target.year]
    after = [row for row in actuals if target.year is not None and row.year > target.year]
    if not before:
        return after[0]
    newest = before[-1]
    decides = newest.year == target.year or sign * (newest.value - target.value) >= 0
    return newest if decides or not after else after[0]


def _base(target: Row, actuals: list[Row], actual: Row) -> Base | None:
    if target.base_value is not None:
        return Base(target.base_value, target.base_year, True)
    oldest = actuals[0]
    return Base(oldest.value, oldest.year, False) if oldest.year < actual.year else None


def _expected(target: Row, base: Base | None, actual: Row) -> float | None:
    """Value on the line at the actual's year; the target itself from its year on."""
    if target.year is not None and actual.year >= target.year:
        return float(target.value)
    if target.year is None or base is None or not base.year <= actual.year:
        return None
    share = (actual.year - base.year) / (target.year - base.year)
    return float(base.value + share * (target.value - base.value))


def _actuals(
    target: pd.DataFrame, observation: pd.DataFrame, registry: Registry
) -> dict[tuple[str, str, str], list[Row]]:
    """Own-area figures by community, indicator and class: the best of each year, oldest first."""
    own = observation[observation["area_id"].isin(target["community_id"]) & ~observation["is_proxy"]][VALUE[:-1]]
    rank = {source.id: source.rank for source in registry.sources}
    grade = {name: place for place, name in enumerate(QUALITIES)}
    measured = set(target["indicator_id"].dropna())
    values = pd.concat([own, derive(own, registry, measured)], ignore_index=True)
    values = values[values["indicator_id"].isin(measured)]
    values = values.assign(_grade=values["quality"].map(grade), _source=values["source_id"].map(rank))
    key = ["area_id", "indicator_id", "class_id"]
    best = values.sort_values([*key, "year", "_grade", "_source", "observation_id"]).drop_duplicates([*key, "year"])
    found: dict[tuple[str, str, str], list[Row]] = {}
    for row in rows(best.drop(columns=["_grade", "_source"])):
        found.setdefault((row.area_id, row.indicator_id, row.class_id), []).append(row)
    return found


def _reason(target: Row, judged: Judged, community: Community, _: Translator) -> str:
    """Why the target stands where it stands."""
    if judged.status == "no_actual":
        return _("No figure of its own area in the target's definition is at hand.")
    if judged.actual is None:
        return _("It is an event, not a figure.") if target.value is None else _("No indicator here measures it.")
    year = judged.actual.year
    match judged.status:
        case "met":
            said = _("The figure of {year} is as good as promised, or better.", year=year)
        case "missed":
            said = _("The figure of {year} falls short of what was due by {due}.", year=year, due=target.year)
        case "on_track":
            said = _(
                "The figure of {year} is on the straight line to {due}, or ahead of it.", year=year, due=target.year
            )
        case "behind":
            said = _("The figure of {year} is behind the straight line to {due}.", year=year, due=target.year)
        case _:
            said = _("The figure of {year} falls short, and without a start or a due year there is no line.", year=year)
    return " ".join([said, *_further(target, judged, community, _)])


def _further(target: Row, judged: Judged, community: Community, _: Translator) -> list[str]:
    """What limits the judgement."""
    said = []
    if judged.status in {"on_track", "behind"} and judged.base and not judged.base.is_stated:
        said.append(_("The line starts at the oldest figure, of {year}.", year=judged.base.year))
    if target.year and judged.actual.year > target.year:
        said.append(_("No earlier figure decides it."))
    if judged.actual.quality == "unconfirmed":
        said.append(_("The figure is not confirmed by a second source."))
    end = community.valid_to
    if end and judged.status != "met" and (target.year or end.year) >= end.year:
        said.append(
            _("The community ended on {day}: of the time after it nothing is said.", day=_.date(end.isoformat()))
        )
    return said
