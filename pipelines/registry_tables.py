"""Lay the registry out as tables.

Put here: one function per group of tables that hold nothing but registry entries.
Not here: figures (`harmonise.py`), choices (`choose.py`).
"""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pandas as pd

from pipelines.choose import members, scored_editions
from pipelines.evidence.register import register_rows
from warehouse.contracts import CONTRACTS, columns_of, empty
from warehouse.registry import Registry
from warehouse.registry.models import Framework

Rows = Iterator[dict[str, Any]]


def registry_tables(registry: Registry) -> dict[str, pd.DataFrame]:
    """Every table that the registry alone fills, by name."""
    rows = {
        "core.area": _areas(registry),
        "core.community": _communities(registry),
        "core.community_name": _names(registry),
        "core.community_code": _codes(registry),
        "core.edition": _editions(registry),
        "core.honour": _honours(registry),
        "core.indicator": _indicators(registry),
        "core.indicator_class": _classes(registry),
        "core.source": _sources(registry),
        "core.framework": _frameworks(registry),
        "core.criterion": (row for framework in registry.frameworks for row in _criteria(framework)),
        "core.criterion_indicator": _links(registry),
        "core.data_point": _data_points(registry),
        "core.programme": _programmes(registry),
        "core.programme_partner": _partners(registry),
        "core.target": _targets(registry),
        **register_rows(registry),
    }
    tables = {name: pd.DataFrame(list(found), columns=columns_of(name)) for name, found in rows.items()}
    nobody = empty(CONTRACTS["core.edition_member"])
    shown = [nobody, *(members(registry, edition) for edition in scored_editions(registry))]
    return tables | {"core.edition_member": pd.concat(shown, ignore_index=True)}


def _text(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None


def _areas(registry: Registry) -> Rows:
    money = {entry.id: entry.currency for entry in registry.countries}
    for entry in registry.communities:
        yield {
            "area_id": entry.id,
            "kind": "community",
            "name": entry.name,
            "country_id": entry.country,
            "currency": money[entry.country],
        }
    for country in registry.countries:
        yield {
            "area_id": country.id,
            "kind": "country",
            "name": country.name,
            "country_id": country.id,
            "currency": country.currency,
        }


def _communities(registry: Registry) -> Rows:
    for entry in registry.communities:
        yield entry.model_dump(include={"name", "local_name", "role", "parent", "note"}) | {
            "community_id": entry.id,
            "area_level": entry.level,
            "country_id": entry.country,
            "valid_from": _text(entry.valid_from),
            "valid_to": _text(entry.valid_to),
            "successor_id": entry.successor,
        }


def _names(registry: Registry) -> Rows:
    for entry in registry.communities:
        spellings = {alias: "alias" for alias in entry.aliases}
        if entry.local_name:
            spellings[entry.local_name] = "local_name"
        spellings[entry.name] = "name"
        for name, kind in spellings.items():
            yield {"community_id": entry.id, "name": name, "kind": kind}


def _codes(registry: Registry) -> Rows:
    for entry in registry.communities:
        for scheme, code in entry.codes.items():
            yield {"community_id": entry.id, "scheme": scheme, "code": code}


def _editions(registry: Registry) -> Rows:
    scored = {edition.id for edition in scored_editions(registry)}
    for edition in registry.editions:
        yield edition.model_dump() | {
            "edition_id": edition.id,
            "window_start": edition.window.start,
            "window_end": edition.window.end,
            "window_reason": edition.window.reason,
            "is_scored": edition.id in scored,
        }


def _honours(registry: Registry) -> Rows:
    for edition in registry.editions:
        for stage, honours in (("smart21", edition.smart21), ("top7", edition.top7), ("winner", edition.winners)):
            for honour in honours:
                yield honour.model_dump() | {
                    "edition_id": edition.id,
                    "stage": stage,
                    "community_id": honour.community,
                }


def _indicators(registry: Registry) -> Rows:
    for entry in registry.indicators:
        posts, ratio = entry.goalposts, entry.ratio
        yield entry.model_dump() | {
            "indicator_id": entry.id,
            "goalpost_lower": posts and posts.lower,
            "goalpost_upper": posts and posts.upper,
            "goalpost_scale": posts and posts.scale,
            "goalpost_reason": posts and posts.reason,
            "proxy_levels": " ".join(entry.proxy_levels),
            "numerator_id": ratio and ratio.numerator,
            "denominator_id": ratio and ratio.denominator,
        }


def _classes(registry: Registry) -> Rows:
    for entry in registry.indicators:
        for item in entry.classes:
            yield {
                "indicator_id": entry.id,
                "class_id": item.id,
                "name": item.name,
                "comparable_group": item.group,
            }


def _sources(registry: Registry) -> Rows:
    for source in registry.sources:
        yield source.model_dump() | {"source_id": source.id, "trust_rank": source.rank}


def _frameworks(registry: Registry) -> Rows:
    for framework in registry.frameworks:
        yield framework.model_dump() | {"framework_id": framework.id, "method_id": framework.method}


def _criteria(framework: Framework) -> Rows:
    level = {framework.id: 0}
    yield {
        "framework_id": framework.id,
        "criterion_id": framework.id,
        "parent_id": None,
        "level": 0,
        "name": framework.name,
        "former_names": "",
        "weight": 1.0,
        "weight_reason": "the framework's own total",
        "is_scored": framework.kind == "scored",
        "basis": framework.notice,
        "source": framework.source,
    }
    waiting = list(framework.criteria)
    while waiting:  # parents first; the registry has refused cycles and unknown parents
        ready = [criterion for criterion in waiting if criterion.parent in level]
        for criterion in ready:
            level[criterion.id] = level[criterion.parent] + 1
            yield criterion.model_dump() | {
                "framework_id": framework.id,
                "criterion_id": criterion.id,
                "parent_id": criterion.parent,
                "level": level[criterion.id],
                "former_names": " | ".join(criterion.former_names),
            }
        waiting = [criterion for criterion in waiting if criterion.id not in level]


def _links(registry: Registry) -> Rows:
    for framework in registry.frameworks:
        for criterion in framework.criteria:
            for link in criterion.indicators:
                yield {
                    "framework_id": framework.id,
                    "criterion_id": criterion.id,
                    "indicator_id": link.id,
                    "weight": link.weight,
                    "data_point": link.data_point,
                }


def _data_points(registry: Registry) -> Rows:
    for framework in registry.frameworks:
        for point in framework.data_points:
            yield point.model_dump() | {
                "framework_id": framework.id,
                "data_point": point.code,
                "criterion_id": point.criterion,
                "indicators": " ".join(point.indicators),
            }


def _programmes(registry: Registry) -> Rows:
    for framework in registry.frameworks:
        for programme in framework.programmes:
            yield programme.model_dump() | {
                "programme_id": programme.id,
                "framework_id": framework.id,
                "criterion_id": programme.criterion,
            }


def _partners(registry: Registry) -> Rows:
    for framework in registry.frameworks:
        for programme in framework.programmes:
            for partner in programme.partners:
                yield {"programme_id": programme.id, "role": partner.role, "name": partner.name}


def _targets(registry: Registry) -> Rows:
    for framework in registry.frameworks:
        for programme in framework.programmes:
            if programme.target:
                yield {
                    "programme_id": programme.id,
                    "value": programme.target.value,
                    "year": programme.target.year,
                    "source": programme.source,
                }
