"""The evidence register as rows of its tables.

Put here: one function per table that holds nothing but entries of the register.
Not here: what is made of them (answers, progress, helix), other entries (`pipelines/registry_tables.py`).
"""

from collections.abc import Iterator
from typing import Any

from warehouse.registry import Registry

Rows = Iterator[dict[str, Any]]


def register_rows(registry: Registry) -> dict[str, Rows]:
    """Rows of every table of the register, by table."""
    return {
        "core.document": _documents(registry),
        "core.initiative": _initiatives(registry),
        "core.initiative_partner": _partners(registry),
        "core.initiative_support": _support(registry),
        "core.initiative_outcome": _outcomes(registry),
        "core.initiative_document": _behind(registry),
        "core.recognition": _recognitions(registry),
        "core.recognition_support": _recognition_support(registry),
        "core.community_target": _targets(registry),
        "core.post": _posts(registry),
        "core.post_support": _post_support(registry),
    }


def _documents(registry: Registry) -> Rows:
    for entry in registry.evidence.documents:
        yield entry.model_dump() | {"document_id": entry.id}


def _initiatives(registry: Registry) -> Rows:
    """A programme tells its scope; an initiative says one itself only where it has no programme."""
    scopes = {item.id: item.criterion for framework in registry.frameworks for item in framework.programmes}
    for entry in registry.evidence.initiatives:
        yield entry.model_dump() | {
            "initiative_id": entry.id,
            "community_id": entry.community,
            "programme_id": entry.programme,
            "scope_id": scopes[entry.programme] if entry.programme else entry.scope,
        }


def _partners(registry: Registry) -> Rows:
    for entry in registry.evidence.initiatives:
        for partner in entry.partners:
            yield {"initiative_id": entry.id, "role": partner.role, "name": partner.name}


def _support(registry: Registry) -> Rows:
    for entry in registry.evidence.initiatives:
        for item in entry.support:
            yield item.model_dump() | {"initiative_id": entry.id, "framework_id": item.framework}


def _outcomes(registry: Registry) -> Rows:
    for entry in registry.evidence.initiatives:
        for position, outcome in enumerate(entry.outcomes, start=1):
            yield outcome.model_dump() | {
                "initiative_id": entry.id,
                "position": position,
                "document_id": outcome.document,
            }


def _behind(registry: Registry) -> Rows:
    for entry in registry.evidence.initiatives:
        for name in entry.documents:
            yield {"initiative_id": entry.id, "document_id": name}


def _recognitions(registry: Registry) -> Rows:
    for entry in registry.evidence.recognitions:
        yield entry.model_dump() | {
            "recognition_id": entry.id,
            "community_id": entry.community,
            "document_id": entry.document,
        }


def _recognition_support(registry: Registry) -> Rows:
    for entry in registry.evidence.recognitions:
        for item in entry.support:
            yield item.model_dump() | {"recognition_id": entry.id, "framework_id": item.framework}


def _targets(registry: Registry) -> Rows:
    for entry in registry.evidence.targets:
        yield entry.model_dump() | {
            "target_id": entry.id,
            "community_id": entry.community,
            "programme_id": entry.programme,
            "indicator_id": entry.indicator,
            "class_id": entry.comparability,
            "document_id": entry.document,
        }


def _posts(registry: Registry) -> Rows:
    """A post was seen when its document was published; the registry refuses a document without a date here."""
    seen = {document.id: document.published_on for document in registry.evidence.documents}
    for entry in registry.evidence.posts:
        yield entry.model_dump() | {
            "post_id": entry.id,
            "community_id": entry.community,
            "document_id": entry.document,
            "seen_on": seen[entry.document],
        }


def _post_support(registry: Registry) -> Rows:
    for entry in registry.evidence.posts:
        for item in entry.support:
            yield item.model_dump() | {"post_id": entry.id, "framework_id": item.framework}
