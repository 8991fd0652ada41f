"""JSON with a list of rows somewhere in it.

Put here: walking to the rows, columns by path, and the next page.
Not here: what columns mean (`columns.py`), paths as such (`paths.py`).
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode

import pandas as pd

from pipelines.readers import planning
from pipelines.readers.base import Page, ReaderError, Request
from pipelines.readers.bodies import excerpt, json_of
from pipelines.readers.columns import Found, array_of, figures, melt, named
from pipelines.readers.links import beside
from pipelines.readers.paths import ABSENT, first, look, refuse_errors
from warehouse.contracts import columns_of
from warehouse.registry.sources import JsonRecords, Paging, Source

_MADE_BY_MELTING = ("variable", "value")


_Scopes = tuple[tuple[str, Any], ...]
"""The objects on the way to a row by their path, the innermost first."""


class _Row(NamedTuple):
    """One row by its JSON pointer."""

    pointer: str
    scopes: _Scopes


def plan(source: Source, years: Iterable[int] = ()) -> list[Request]:
    """The first page of each call."""
    return planning.plan(source, years, "application/json")


def following(source: Source, page: Page) -> Request | None:
    """The next page by the rule of the source.

    Raises:
        ReaderError: there is no end to the pages, or the next one lies with another host.
    """
    paging = _reader(source).paging
    if paging is None:
        return None
    document = json_of(page.body, source.id)
    step = {"page": _next_number, "offset": _next_offset, "next_link": _next_link}[paging.rule]
    request = step(source, paging, page.request, document)
    if request is not None and page.request.page >= paging.most:
        raise ReaderError(f"{source.id}: paging does not end: {paging.most} pages, and there is said to be another.")
    return None if request is None else replace(request, page=page.request.page + 1)


def check(source: Source, page: Page) -> None:
    """Refuse errors, web pages, cut and empty answers."""
    _read(source, page)


def parse(source: Source, page: Page) -> pd.DataFrame:
    """Staged rows of one page."""
    reader, rows = _reader(source), _read(source, page)
    is_one_of_many = page.request.page > 1 or following(source, page) is not None
    if reader.fields.add_up and is_one_of_many:
        raise ReaderError(f"{source.id}: rows to be added up lie on several pages; no page holds a whole figure.")
    if not rows:
        return pd.DataFrame(columns=columns_of("staging.figure"), dtype="str")
    found = melt(_found(reader, rows), reader.melt, source)
    return figures(found, source, page, reader.fields, may_be_none=is_one_of_many)


def _reader(source: Source) -> JsonRecords:
    assert isinstance(source.reader, JsonRecords)  # noqa: S101 (reader_of chose this module by it)
    return source.reader


def _read(source: Source, page: Page) -> list[_Row]:
    """The rows of an answer; at least one, but for a last page that only shows that there is no more."""
    document = json_of(page.body, source.id)
    refuse_errors(document, _reader(source).errors, source.id)
    rows = list(_rows(source, document))
    paging = _reader(source).paging
    if not rows and (paging is None or paging.total is not None or page.request.page == 1):
        where = f" at {_reader(source).rows}" if _reader(source).rows else ""
        said = excerpt(json.dumps(document, ensure_ascii=False))
        raise ReaderError(f"{source.id}: the answer has no rows{where}: {said}")
    return rows


# --- Rows ------------------------------------------------------------------------------------------------------------


def _rows(source: Source, document: Any) -> Iterator[_Row]:
    """The rows of an answer in their order."""
    reader = _reader(source)
    parts = reader.rows.split(".") if reader.rows else []
    start = parts.index("*") if "*" in parts else len(parts)
    pointer = "".join(f"/{part}" for part in parts[:start])
    for node in look(document, parts[:start]):
        found = _walk(node, pointer, parts[start:], "", ())
        yield from _under_header(found, source) if reader.header else found


def _under_header(rows: Iterator[_Row], source: Source) -> Iterator[_Row]:
    """Rows that are lists, by the names in the first of them."""
    header = next(rows, None)
    names = [_text(name) for name in _cells(header)] if header else []
    for row in rows:
        cells = _cells(row)
        if len(cells) != len(names):
            raise ReaderError(f"{source.id}: {row.pointer} has {len(cells)} cells, not {len(names)} as the first row.")
        yield row._replace(scopes=(("", dict(zip(names, cells, strict=True))),))


def _walk(node: Any, pointer: str, parts: list[str], prefix: str, scopes: _Scopes) -> Iterator[_Row]:
    """Go on from a node; every `*` opens a scope, whose columns carry the path since the first `*`."""
    if parts and parts[0] != "*":
        if isinstance(node, dict) and parts[0] in node:
            yield from _walk(node[parts[0]], f"{pointer}/{parts[0]}", parts[1:], f"{prefix}{parts[0]}.", scopes)
    elif isinstance(node, list):
        for place, item in enumerate(node):
            yield from _step(item, f"{pointer}/{place}", parts[1:], prefix, scopes)
    elif isinstance(node, dict) and parts:
        for name, item in node.items():
            token = name.replace("~", "~0").replace("/", "~1")
            yield from _step({"key": name, "value": item}, f"{pointer}/{token}", parts[1:], prefix, scopes)


def _step(item: Any, pointer: str, parts: list[str], prefix: str, scopes: _Scopes) -> Iterator[_Row]:
    """One item of a list or object: a row, or more of the way."""
    inner = ((prefix, item), *scopes)
    if parts:
        yield from _walk(item, pointer, parts, prefix, inner)
    else:
        yield _Row(pointer, inner)


def _cells(row: _Row) -> list[Any]:
    cells = row.scopes[0][1]
    return cells if isinstance(cells, list) else []


# --- Columns ---------------------------------------------------------------------------------------------------------


def _found(reader: JsonRecords, rows: list[_Row]) -> Found:
    """The columns that the source names."""
    wanted = [name for name in named(reader.fields) if not (reader.melt and name in _MADE_BY_MELTING)]
    columns = {}
    for name in [*wanted, *reader.melt]:
        cells = [_cell(row, name) for row in rows]
        if any(cell is not ABSENT for cell in cells):
            columns[name] = array_of(_text(cell) for cell in cells)
    pointers = pd.Series([row.pointer for row in rows], dtype="str")
    return Found(
        pd.DataFrame(columns, index=pd.RangeIndex(len(rows))),
        lambda numbers: pointers.loc[numbers],
        tuple(_flat(rows[0])),
        lambda numbers: pd.DataFrame([_flat(rows[number]) for number in numbers], index=numbers),
    )


def _cell(row: _Row, name: str) -> Any:
    for prefix, node in row.scopes:
        if name.startswith(prefix):
            return first(node, name.removeprefix(prefix))
    return ABSENT


def _text(cell: Any) -> str:
    """A cell as printed; what is no text is written as JSON."""
    if cell is ABSENT:
        return ""
    return cell if isinstance(cell, str) else json.dumps(cell, ensure_ascii=False)


def _flat(row: _Row) -> dict[str, str]:
    """All plain columns of a row."""
    flat: dict[str, str] = {}
    for prefix, node in row.scopes:
        for name, cell in _leaves(node, prefix.removesuffix(".")):
            flat.setdefault(name, _text(cell))
    return flat


def _leaves(node: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(node, dict):
        for name, item in node.items():
            yield from _leaves(item, f"{path}.{name}" if path else name)
    elif not isinstance(node, list):
        yield path, node


# --- Pages -----------------------------------------------------------------------------------------------------------


def _next_number(source: Source, paging: Paging, request: Request, document: Any) -> Request | None:
    number = int(request.parameters.get(paging.parameter or "", paging.first))
    total = _total(source, paging, document)
    is_last = number - paging.first + 1 >= total if total is not None else _is_short(source, paging, document)
    return None if is_last else _with_parameter(request, paging, str(number + 1))


def _next_offset(source: Source, paging: Paging, request: Request, document: Any) -> Request | None:
    offset = int(request.parameters.get(paging.parameter or "", 0)) + (paging.size or 0)
    total = _total(source, paging, document)
    is_last = offset >= total if total is not None else _is_short(source, paging, document)
    return None if is_last else _with_parameter(request, paging, str(offset))


def _is_short(source: Source, paging: Paging, document: Any) -> bool:
    return sum(1 for _ in _rows(source, document)) < (paging.size or 0)


def _total(source: Source, paging: Paging, document: Any) -> int | None:
    if paging.total is None:
        return None
    total = first(document, paging.total)
    if not (isinstance(total, str) and total.isascii() and total.isdecimal()):
        raise ReaderError(f"{source.id}: the answer does not say how many there are ({paging.total}).")
    return int(total)


def _next_link(source: Source, paging: Paging, request: Request, document: Any) -> Request | None:
    link = first(document, paging.link or "")
    if not isinstance(link, str) or not link:
        return None
    if paging.parameter:
        return _with_parameter(request, paging, link)
    given = beside(request.url, link, source.id)
    secret = source.key.parameter if source.key else None
    query = [(name, text) for name, text in parse_qsl(given.query, keep_blank_values=True) if name != secret]
    return replace(request, url=given._replace(query=urlencode(query)).geturl(), parameters={})


def _with_parameter(request: Request, paging: Paging, text: str) -> Request:
    parameters: Mapping[str, str] = {**request.parameters, paging.parameter or "": text}
    return replace(request, parameters=parameters)
