"""What must hold between the entries of the registry.

Put here: unique ids and links between entries; every function yields one sentence a problem, culprit first.
Not here: what a single entry must look like (`models.py`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from warehouse.registry import check_evidence
from warehouse.registry.models import Framework, Indicator
from warehouse.registry.sources import FiguresCsv, Source

if TYPE_CHECKING:
    from warehouse.registry.load import Registry


def problems(registry: Registry) -> list[str]:
    """Every broken rule of the set, one sentence each."""
    found = [
        *_places(registry),
        *_editions(registry),
        *_indicators(registry),
        *_twice("units.yml", (f"{unit.text!r} as {unit.dimension}" for unit in registry.units)),
        *_criteria(registry),
        *_corrections(registry),
        *map(str, check_evidence.faults(registry)),
    ]
    for source in registry.sources:
        found += _source(registry, source)
    for framework in registry.frameworks:
        found += _framework(registry, framework)
    return found


def _twice(where: str, ids: Iterable[str]) -> Iterator[str]:
    for name, count in Counter(ids).items():
        if count > 1:
            yield f"{where}: {name}: written {count} times"


def loops(parents: Mapping[str, str | None]) -> list[str]:
    """Names that reach themselves by following their parent."""
    caught = []
    for start in parents:
        seen, at = {start}, parents.get(start)
        while at is not None and at not in seen:
            seen.add(at)
            at = parents.get(at)
        if at == start:
            caught.append(start)
    return caught


def _places(registry: Registry) -> Iterator[str]:
    where = "communities.yml"
    countries = {entry.id for entry in registry.countries}
    communities = registry.community
    yield from _twice("countries.yml", (entry.id for entry in registry.countries))
    yield from _twice(where, (entry.id for entry in registry.communities))
    for entry in registry.communities:
        if entry.country not in countries:
            yield f"{where}: {entry.id}: country {entry.country} is not in countries.yml"
        if entry.successor and entry.successor not in communities:
            yield f"{where}: {entry.id}: successor {entry.successor} is no community"
    for name in loops({entry.id: entry.successor for entry in registry.communities}):
        yield f"{where}: {name}: is its own successor"
    owners: dict[str, set[str]] = {}
    for entry in registry.communities:
        for name in (entry.name, entry.local_name or entry.name, *entry.aliases):
            owners.setdefault(name.casefold(), set()).add(entry.id)
    for name, ids in owners.items():
        if len(ids) > 1:
            yield f"{where}: {', '.join(sorted(ids))}: all are named {name!r}"


def _editions(registry: Registry) -> Iterator[str]:
    where = "editions.yml"
    yield from _twice(where, (entry.id for entry in registry.editions))
    for edition in registry.editions:
        for stage, honours in (("smart21", edition.smart21), ("top7", edition.top7), ("winners", edition.winners)):
            linked = (honour.community for honour in honours if honour.community)
            yield from _twice(f"{where}: {edition.id}: {stage}", linked)
        for honour in (*edition.smart21, *edition.top7, *edition.winners):
            if honour.community and honour.community not in registry.community:
                yield f"{where}: {edition.id}: {honour.name}: {honour.community} is no community"


def _indicators(registry: Registry) -> Iterator[str]:
    where = "indicators.yml"
    yield from _twice(where, (entry.id for entry in registry.indicators))
    for entry in registry.indicators:
        for part in (entry.ratio.numerator, entry.ratio.denominator) if entry.ratio else ():
            if part not in registry.indicator:
                yield f"{where}: {entry.id}: ratio of {part}, which is no indicator"
            elif registry.indicator[part].ratio:
                yield f"{where}: {entry.id}: ratio of {part}, which is a ratio itself"
        if entry.ratio and (above := registry.indicator.get(entry.ratio.numerator)):
            for name in {item.id for item in above.classes} - {item.id for item in entry.classes}:
                yield f"{where}: {entry.id}: lacks the class {name} of its numerator {above.id}"


def _source(registry: Registry, source: Source) -> Iterator[str]:
    where = f"sources/{source.id}.yml"
    yield from _files(registry, source, where)
    yield from _twice(where, (f"series {item.code} in {item.unit!r}" for item in source.series))
    for declined in source.declined:
        for item in source.series:
            if item.code == declined.code and declined.unit in (None, item.unit):
                yield f"{where}: {item.code} in {item.unit!r}: both mapped and declined"
    units = {(unit.text, unit.dimension) for unit in registry.units}
    for item in source.series:
        label = f"{where}: {item.code} in {item.unit!r}"
        indicator = registry.indicator.get(item.indicator)
        if indicator is None:
            yield f"{label}: {item.indicator} is no indicator"
            continue
        if item.comparability not in {entry.id for entry in indicator.classes}:
            yield f"{label}: {item.comparability} is no comparability class of {item.indicator}"
        if (item.unit, indicator.dimension) not in units:
            yield f"{label}: units.yml has no such unit of dimension {indicator.dimension}"


def _files(registry: Registry, source: Source, where: str) -> Iterator[str]:
    if isinstance(source.reader, FiguresCsv):
        path = (registry.root / source.reader.path).resolve()
        if not path.is_relative_to(registry.root.resolve()) or not path.is_file():
            yield f"{where}: path {source.reader.path} is no file inside the registry"
    places = {*registry.community, *(country.id for country in registry.countries)}
    for area in source.areas:
        if area.area not in places:
            yield f"{where}: areas: {area.code}: {area.area} is no community and no country"


def _criteria(registry: Registry) -> Iterator[str]:
    """A framework's total is a criterion of its id in the tables, so that ids of both share one space."""
    files: dict[str, list[str]] = {}
    for framework in registry.frameworks:
        for name in (framework.id, *(item.id for item in framework.criteria)):
            files.setdefault(name, []).append(f"frameworks/{framework.id}.yml")
    for name, where in files.items():
        if len(where) > 1:
            yield f"{', '.join(sorted(set(where)))}: {name}: written {len(where)} times"


def _framework(registry: Registry, framework: Framework) -> Iterator[str]:
    where = f"frameworks/{framework.id}.yml"
    parents: dict[str, str | None] = {item.id: item.parent for item in framework.criteria}
    known = {framework.id, *parents}
    points = {point.code for point in framework.data_points}
    for item in framework.criteria:
        if item.parent not in known:
            yield f"{where}: {item.id}: parent {item.parent} is no criterion"
    for name in loops(parents):
        yield f"{where}: {name}: is its own ancestor"
    if framework.method and framework.method not in registry.methods:
        yield f"{where}: method {framework.method} is no file in methods/"
    yield from _weights(where, framework)
    yield from _fed(registry.indicator, where, framework, points)
    yield from _twice(where, (point.code for point in framework.data_points))
    yield from _twice(where, (programme.id for programme in framework.programmes))
    belongings = {point.code: point.criterion for point in framework.data_points}
    belongings |= {programme.id: programme.criterion for programme in framework.programmes}
    for code, criterion in belongings.items():
        if criterion not in known:
            yield f"{where}: {code}: {criterion} is no criterion"


def _weights(where: str, framework: Framework) -> Iterator[str]:
    children: dict[str, list[float]] = {}
    for item in framework.criteria:
        if item.is_scored:
            children.setdefault(item.parent, []).append(item.weight)
        if item.indicators and sum(link.weight for link in item.indicators) <= 0:
            yield f"{where}: {item.id}: its indicators' weights add up to nothing"
    for parent, weights in children.items():
        if sum(weights) <= 0:
            yield f"{where}: {parent}: its criteria's weights add up to nothing"
    parents = {item.parent for item in framework.criteria if item.is_scored}
    for item in framework.criteria:
        if item.is_scored and bool(item.indicators) == (item.id in parents):
            yield f"{where}: {item.id}: a scored criterion has either criteria or indicators below it"


def _fed(indicators: Mapping[str, Indicator], where: str, framework: Framework, points: set[str]) -> Iterator[str]:
    links = [(item, link) for item in framework.criteria for link in item.indicators]
    yield from _twice(where, (f"indicator {link.id}" for _, link in links))
    for item, link in links:
        if link.id not in indicators:
            yield f"{where}: {item.id}: {link.id} is no indicator"
        elif indicators[link.id].direction == "none":
            yield f"{where}: {item.id}: {link.id} has no direction, so it cannot be scored"
        if link.data_point and link.data_point not in points:
            yield f"{where}: {item.id}: {link.data_point} is no data point"
    for point in framework.data_points:
        for name in point.indicators:
            if name not in indicators:
                yield f"{where}: {point.code}: {name} is no indicator"


def _corrections(registry: Registry) -> Iterator[str]:
    where = "corrections.csv"
    known = {
        source.id: {item.code for item in source.series} | {item.code for item in source.declined}
        for source in registry.sources
    }
    for item in registry.corrections:
        if item.source not in known:
            yield f"{where}: {item.series} {item.area} {item.year}: {item.source} is no source"
        elif item.series not in known[item.source]:
            yield f"{where}: {item.area} {item.year}: {item.source} has no series {item.series}"
    keys = (
        f"{item.source} {item.series} {item.area} {item.year} {item.printed_value}" for item in registry.corrections
    )
    yield from _twice(where, keys)
