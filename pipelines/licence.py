"""Leave out what a licence does not allow.

Put here: which sources a run may use.
Not here: the licences themselves (`warehouse/registry/sources`).
"""

from dataclasses import replace
from typing import Literal, get_args

from warehouse.registry import Registry

Licence = Literal["any", "open"]
"""All sources, or those whose figures may be used commercially with attribution."""

LICENCES: tuple[Licence, ...] = get_args(Licence)


def usable(registry: Registry, licence: Licence) -> Registry:
    """The registry with the sources that a run may use, and their corrections."""
    if licence == "any":
        return registry
    sources = tuple(source for source in registry.sources if source.is_open)
    known = {source.id for source in sources}
    return replace(
        registry, sources=sources, corrections=tuple(item for item in registry.corrections if item.source in known)
    )
