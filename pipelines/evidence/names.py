"""Names of the registry's entries in one language.

Put here: what a community, an area, an indicator or a class is called.
Not here: texts (`sentences.py`, `remarks.py`), translations of units (`language.py`).
"""

from typing import Any

from pipelines.evidence.language import Translator
from warehouse.registry import Registry


class Names:
    """Names in a translator's language.

    A Vietnamese reader knows Vietnamese places by their own names, countries by the usual Vietnamese ones, and all
    other places by their English ones.

    Args:
        translate: its language.
        registry: communities, countries, indicators.
    """

    def __init__(self, translate: Translator, registry: Registry) -> None:
        self._translate = translate
        is_local = translate.code == "vi"
        territories = translate.locale.territories if is_local else {}
        self.indicator = {e.id: (e.name_vi if is_local else None) or e.name for e in registry.indicators}
        self.community = {
            e.id: (e.local_name if is_local and e.country == "VNM" else None) or e.name for e in registry.communities
        }
        self._country = {e.name: territories.get(e.iso2, e.name) for e in registry.countries}
        self._class = {(e.id, item.id): item.name for e in registry.indicators for item in e.classes}

    def area(self, figure: Any) -> str:
        """Area that a figure describes: a country by its name, any other as printed."""
        return str(self._country.get(figure.area_name, figure.area_name))

    def comparability(self, figure: Any) -> str:
        """What the class of a figure measures."""
        return self._translate.registry(self._class[figure.indicator_id, figure.class_id])

    def entry(self, entry: Any) -> str:
        """An initiative by its name, an honour with who gave it, a post with who held it and when."""
        if entry.kind == "initiative":
            return str((entry.name_vi if self._translate.code == "vi" else None) or entry.name)
        name, body = self._translate.registry(entry.name), self._translate.registry(entry.body)
        if entry.kind == "recognition":
            return f"{name} ({body})"
        return f"{name}, {body} ({', '.join(filter(None, [entry.holder, entry.started[:4]]))})"
