"""Look up what the texts of staged rows mean: which indicator a series is, which community an area is.

Put here: what the registry answers about one text or combination of texts, and asking it once per distinct one.
Not here: numbers and the order in which rows are judged (`harmonise.py`).
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from warehouse.registry import Registry
from warehouse.registry.models import Indicator, Unit

MONEY = {"money_total", "money_per_head", "money_per_month"}


class Meaning(NamedTuple):
    """What a series in its printed unit is; or, with a reason, why it is nothing to us."""

    indicator_id: str = ""
    class_id: str = ""
    unit: str = ""
    factor: float = 1.0
    years: int = 1
    currency: str = ""
    price_year: float = np.nan
    low: float = -np.inf
    high: float = np.inf
    conversion: str = ""
    reason: str = ""
    detail: str = ""


class Place(NamedTuple):
    """Which community or country an area is, its country, that country's money, and the years it existed."""

    area_id: str = ""
    country_id: str = ""
    home: str = ""
    first: float = -np.inf
    last: float = np.inf
    life: str = ""


class Answers:
    """Answers to the distinct combinations of some columns, read by row.

    Attributes:
        code: [rows] number of each row's combination, in order of appearance.
        cases: the combinations by number.
        table: an answer per combination.
    """

    def __init__(self, rows: pd.DataFrame, columns: Sequence[str]) -> None:
        self.code = pd.factorize(pack(pd.factorize(rows[name])[0] for name in columns))[0]
        first = np.flatnonzero(~pd.Series(self.code).duplicated())
        self.cases = rows[list(columns)].take(first)
        self.table = self.cases

    def ask(self, answer: Callable[..., tuple[Any, ...]], names: Sequence[str]) -> "Answers":
        """Let `answer` turn the texts of each combination into a tuple with these names."""
        found = [answer(*texts) for texts in self.cases.itertuples(index=False, name=None)]
        self.table = pd.DataFrame(found, columns=list(names))
        return self

    def texts(self, name: str, at: np.ndarray) -> pd.Series:
        """One part of the answers at some positions, indexed by them."""
        return pd.Series(self.table[name].astype("str").array.take(self.code[at]), index=at)

    def numbers(self, name: str) -> np.ndarray:
        """[rows] one part of the answers."""
        return self.table[name].to_numpy(dtype=float)[self.code]

    def among(self, name: str, *texts: str) -> np.ndarray:
        """[rows] whether a part of the answers is one of these texts."""
        return self.table[name].isin(texts).to_numpy()[self.code]

    def teller(self, name: str) -> Callable[[int], Any]:
        """What tells one part of the answer to the row at a position."""
        told = self.table[name].tolist()
        return lambda row: told[self.code[row]]


def pack(codes: Iterable[np.ndarray]) -> np.ndarray:
    """One number per combination of parallel codes.

    Args:
        codes: arrays [rows] of numbers from 0 on.

    Returns:
        [rows] equal where all codes are equal, and nowhere else.
    """
    first, *others = codes
    packed, size = first.astype("int64"), int(first.max(initial=0)) + 1
    for code in others:
        width = int(code.max(initial=0)) + 1
        if size * width > np.iinfo("int64").max:
            packed, found = pd.factorize(packed)
            size = len(found)
        packed, size = packed * width + code, size * width
    return packed


def meanings(registry: Registry) -> Callable[[str, str, str], Meaning]:
    """What to answer about a source's series in a printed unit."""
    series = {(source.id, item.code, item.unit): item for source in registry.sources for item in source.series}
    declined = {(source.id, item.code, item.unit): item for source in registry.sources for item in source.declined}
    units = {(unit.text, unit.dimension): unit for unit in registry.units}
    known = {(source_id, code) for source_id, code, _ in series}

    def answer(source_id: str, code: str, printed: str) -> Meaning:
        text = " ".join(printed.split())
        if item := series.get((source_id, code, text)):
            indicator = registry.indicator[item.indicator]
            return _described(indicator, item.comparability, units[text, indicator.dimension])
        if refused := declined.get((source_id, code, text)) or declined.get((source_id, code, None)):
            return Meaning(reason="declined_series", detail=refused.reason)
        if (source_id, code) in known:
            return Meaning(reason="unknown_unit", detail=f"the series is known, but not in {printed!r}")
        return Meaning(reason="unknown_series", detail=f"sources/{source_id}.yml has no series {code!r}")

    return answer


def _described(indicator: Indicator, class_id: str, unit: Unit) -> Meaning:
    years = unit.years or 1
    said = [] if unit.factor == 1 else [f"times {unit.factor:.10g}"]
    said += [f"yearly rate of a change over {years} years"] if years > 1 else []
    return Meaning(
        indicator_id=indicator.id,
        class_id=class_id,
        unit=indicator.unit,
        factor=unit.factor,
        years=years,
        currency=unit.currency or "" if indicator.dimension in MONEY else "",
        price_year=unit.price_year or np.nan,
        low=-np.inf if indicator.valid_min is None else indicator.valid_min,
        high=np.inf if indicator.valid_max is None else indicator.valid_max,
        conversion=", ".join(said) or "as printed",
    )


def places(registry: Registry) -> Callable[[str, str], Place]:
    """What to answer about an area of a source."""
    home = {entry.id: entry.currency for entry in registry.countries}
    coded = {(source.id, area.code): area.area for source in registry.sources for area in source.areas}
    of_countries = {source.id for source in registry.sources if source.area_scheme == "iso3166_1_alpha3"}

    def answer(source_id: str, area: str) -> Place:
        known = coded.get((source_id, area))
        area = known or area
        if area in home and (known or source_id in of_countries):
            return Place(area, area, home[area])
        if area not in registry.community or (source_id in of_countries and not known):
            return Place()
        entry = registry.community[area]
        first = entry.valid_from.year if entry.valid_from else -np.inf
        last = entry.valid_to.year if entry.valid_to else np.inf
        life = f"{entry.name} existed from {entry.valid_from or 'ever'} to {entry.valid_to or 'today'}"
        return Place(entry.id, entry.country, home[entry.country], first, last, life)

    return answer
