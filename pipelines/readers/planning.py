"""The first requests to a source: its calls, once for each combination of their lists.

Put here: filling the names of `each` into addresses, parameters and bodies.
Not here: pages after the first (each kind's `following`), sending (`pipelines/fetch.py`).
"""

import itertools
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote

from pipelines.readers.base import ReaderError, Request
from warehouse.registry.sources import Call, Source

_NAME = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_HARMLESS = "+;,:@!$*()'~"
"""Characters that separate codes within an address and change nothing else."""


def plan(source: Source, years: Iterable[int] = (), accept: str = "*/*") -> list[Request]:
    """Requests for the first pages of a source.

    Args:
        source: whom to ask, and what.
        years: years wanted, where it is asked by year; all that it has when none is given.
        accept: media types wished for.

    Raises:
        ReaderError: an address names what its `each` does not list, or years without `years`.
    """
    wanted = sorted(set(years)) or _all_years(source)
    return [request for call in source.calls for request in _requests(source, call, wanted, accept)]


def _all_years(source: Source) -> list[int]:
    return list(range(source.years.first, source.years.last + 1)) if source.years else []


def _requests(source: Source, call: Call, years: list[int], accept: str) -> Iterator[Request]:
    for values in itertools.product(*(_values(source, items, years) for items in call.each.values())):
        names = dict(zip(call.each, values, strict=True))
        if unknown := [name for name in _NAME.findall(call.url) if name not in names]:
            raise ReaderError(f"{source.id}: `each` does not list {unknown[0]!r}, which the address {call.url} names.")
        address = {name: quote(value, safe=_HARMLESS) for name, value in names.items()}
        yield Request(
            source.id,
            _fill(call.url, address),
            {name: _fill(text, names) for name, text in call.parameters.items()},
            call.method,
            None if call.body is None else json.dumps(_fill_all(call.body, names), ensure_ascii=False),
            accept,
            names=names,
        )


def _values(source: Source, items: tuple[str, ...], years: list[int]) -> list[str]:
    """Items of one list of `each`, its words spelt out."""
    if "years" in items and not years:
        raise ReaderError(f"{source.id}: a call is made for [years], but the source states no `years`.")
    words = {
        "areas": [area.code for area in source.areas],
        "series": list(dict.fromkeys(series.code for series in source.series)),
        "years": [str(year) for year in years],
    }
    return [value for item in items for value in words.get(item, [item])]


def _fill(text: str, names: Mapping[str, str]) -> str:
    return _NAME.sub(lambda match: names.get(match[1], match[0]), text)


def _fill_all(node: Any, names: Mapping[str, str]) -> Any:
    """Fill the names into every text of a JSON document."""
    if isinstance(node, str):
        return _fill(node, names)
    if isinstance(node, Mapping):
        return {name: _fill_all(item, names) for name, item in node.items()}
    return [_fill_all(item, names) for item in node] if isinstance(node, list | tuple) else node
