"""From a table of text columns to staged rows: the step that all kinds of answer share.

Put here: what `Fields` of a source mean: splitting, keeping, templates, areas, provenance; refusing unknown columns.
Not here: how an answer becomes a table (one module per kind), what texts mean (`pipelines/harmonise.py`).

Nothing runs once per row: texts are asked about once per distinct one, and templates are filled column by column.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.extensions import ExtensionArray

from pipelines.printed import read_numbers
from pipelines.readers.base import Page, ReaderError
from warehouse.contracts import columns_of
from warehouse.registry.sources import Fields, Source

COLUMN = re.compile(r"\{([^{}]+)\}")
_TOLD = 12
"""Columns or codes that a sentence lists before it stops."""


@dataclass(frozen=True)
class Found:
    """An answer as a table.

    Attributes:
        table: columns of text, or categories of text; the index numbers the rows of the answer.
        locate: where in the answer the rows with these numbers stand.
        offered: all columns of the answer, for the sentence about one that is missing.
        whole: all columns of the rows with these numbers, to find what tells equal figures apart; where there is no
            such thing, nothing.
    """

    table: pd.DataFrame
    locate: Callable[[pd.Index], pd.Series]
    offered: tuple[str, ...]
    whole: Callable[[pd.Index], pd.DataFrame] | None = None


def templates(fields: Fields) -> dict[str, str]:
    """Templates of a source by the column of `staging.figure` that they make."""
    names = ("series", "area", "year", "value", "unit", "area_name", "note")
    return {name: template for name in names if (template := getattr(fields, name)) is not None}


def named(fields: Fields) -> list[str]:
    """Columns of the answer that a source names, but for those that it makes by splitting."""
    made = {group for pattern in fields.split.values() for group in re.compile(pattern).groupindex}
    asked = [name for template in templates(fields).values() for name in COLUMN.findall(template)]
    return list(dict.fromkeys([*fields.split, *(name for name in [*fields.keep, *asked] if name not in made)]))


def figures(found: Found, source: Source, page: Page, fields: Fields, *, may_be_none: bool = False) -> pd.DataFrame:
    """Rows of the contract `staging.figure`, of the areas that the source lists.

    Args:
        found: the answer.
        source: whose it is.
        page: where it came from.
        fields: which columns make a figure.
        may_be_none: whether an answer without rows of these areas is as it should be: one of many pages.

    Raises:
        ReaderError: a column is missing; no row is of an area of the source; figures differ by a column that the
            source does not name.
    """
    if not source.areas:
        raise ReaderError(f"{source.id}: the source's file lists no `areas`, so none of its rows can be told.")
    found = _split(_with_names(found, source, fields, page), fields)
    area = fill(fields.area, found.table)
    place = _places(area, source)
    keep = _kept(found.table, fields, place >= 0)
    if not keep.any() and not may_be_none:
        raise _nothing(source, found, area, fields)
    at = np.flatnonzero(keep)
    rows = found.table.take(at)
    made = {name: _text(fill(template, rows)) for name, template in templates(fields).items()}
    staged = pd.DataFrame(made | _place(source, place[at], rows.index, made), index=rows.index)
    staged = staged.assign(series=_collapse(staged["series"]))
    staged["unit"] = _collapse(staged["unit"]) if fields.unit else _stated_units(source, staged["series"])
    staged = staged.assign(**_provenance(source, page, found, rows.index), note=_notes(made, rows.index))
    if fields.add_up:
        staged = _added_up(staged, source)
    else:
        _refuse_new_dimension(staged, found, source, fields)
    return staged[columns_of("staging.figure")].astype("str").reset_index(drop=True)


def fill(template: str, table: pd.DataFrame) -> pd.Series:
    """Fill a template, row by row in effect and column by column in fact; a single column stays what it is."""
    pieces = COLUMN.split(template)
    if pieces[::2] == ["", ""]:
        return table[pieces[1]]
    texts = [_text(table[piece]) if place % 2 else piece for place, piece in enumerate(pieces)]
    return reduce(lambda made, piece: made + piece, texts, pd.Series("", index=table.index, dtype="str"))


def array_of(texts: Iterable[str]) -> ExtensionArray:
    """Texts as the array of a text column."""
    return pd.Series(list(texts), dtype="str").array


def melt(found: Found, columns: Mapping[str, str], source: Source) -> Found:
    """One row per column given, with its text as `variable` and its cell as `value`.

    Args:
        found: the answer.
        columns: columns that are series of their own, and the text of `variable`.
        source: for the sentence.

    Raises:
        ReaderError: one of the columns is missing.
    """
    if not columns:
        return found
    if lost := [name for name in columns if name not in found.table]:
        raise _missing(source, lost, found.offered)
    table, names, width = found.table, list(columns), len(columns)
    index = pd.Index((table.index.to_numpy()[:, None] * width + np.arange(width)).ravel())
    long = table.drop(columns=names).take(np.repeat(np.arange(len(table)), width)).set_axis(index)
    cells = np.column_stack([table[name].to_numpy(dtype=object) for name in names]).ravel()
    variable = array_of(columns.values()).take(np.tile(np.arange(width), len(table)))

    def locate(numbers: pd.Index) -> pd.Series:
        cell = pd.Series(np.array(names, dtype=object)[numbers % width], index=numbers, dtype="str")
        return _text(found.locate(numbers // width)).set_axis(numbers) + ", column " + cell

    return Found(long.assign(variable=variable, value=cells), locate, (*found.offered, "variable", "value"))


def _with_names(found: Found, source: Source, fields: Fields, page: Page) -> Found:
    """Add what the call was made for; an answer's own columns come first."""
    names = {name: text for name, text in page.request.names.items() if name not in found.table}
    if lost := [name for name in named(fields) if name not in found.table and name not in names]:
        raise _missing(source, lost, found.offered)
    return replace(found, table=found.table.assign(**names))


def _missing(source: Source, lost: Iterable[str], offered: tuple[str, ...]) -> ReaderError:
    return ReaderError(
        f"{source.id}: the answer has no column {', '.join(map(repr, lost))}; it was renamed or dropped. "
        f"There are: {_listed(offered)}. Name the new one in the source's file."
    )


def _listed(texts: Iterable[object]) -> str:
    told = [str(text) for text in texts]
    return ", ".join(told[:_TOLD]) + (f" and {len(told) - _TOLD} more" if len(told) > _TOLD else "")


def _split(found: Found, fields: Fields) -> Found:
    """Add the columns that patterns cut out of others."""
    made = {}
    for column, pattern in fields.split.items():
        codes, texts = pd.factorize(_text(found.table[column]))
        compiled = re.compile(pattern)
        matches = [compiled.fullmatch(text) for text in texts]
        for group in compiled.groupindex:
            parts = array_of([(match[group] or "") if match else "" for match in matches])
            made[group] = parts.take(codes)
    return replace(found, table=found.table.assign(**made))


def _kept(table: pd.DataFrame, fields: Fields, keep: np.ndarray) -> np.ndarray:
    for column, texts in fields.keep.items():
        keep = keep & table[column].isin(texts).to_numpy()
    return keep


def _places(area: pd.Series, source: Source) -> np.ndarray:
    """[rows] position of each row's area among the source's, -1 where it is none of them."""
    known = {_blanks(entry.code): place for place, entry in enumerate(source.areas)}
    codes, texts = pd.factorize(area)
    return np.array([known.get(_blanks(str(text)), -1) for text in texts] + [-1])[codes]


def _nothing(source: Source, found: Found, area: pd.Series, fields: Fields) -> ReaderError:
    if found.table.empty:
        return ReaderError(f"{source.id}: the answer has no rows.")
    wanted = "".join(f", with {column} {_listed(texts)}" for column, texts in fields.keep.items())
    return ReaderError(
        f"{source.id}: no row is of an area of the source ({_listed(entry.code for entry in source.areas)}{wanted}). "
        f"The answer's areas: {_listed(area.unique())}."
    )


def _place(source: Source, place: np.ndarray, index: pd.Index, made: Mapping[str, pd.Series]) -> dict[str, pd.Series]:
    """What `areas` says about the rows' areas."""
    areas = source.areas
    told: dict[str, list[str]] = {
        "area": [entry.code for entry in areas],
        "area_name": [entry.name for entry in areas],
        "area_level": [entry.level for entry in areas],
        "is_proxy": [str(entry.is_proxy).lower() for entry in areas],
    }
    spread = {name: pd.Series(array_of(texts).take(place), index=index) for name, texts in told.items()}
    return spread | ({"area_name": made["area_name"]} if "area_name" in made else {})


def _stated_units(source: Source, series: pd.Series) -> pd.Series:
    """The unit that the registry states for each series."""
    units: dict[str, str] = {}
    for item in source.series:
        if units.setdefault(_blanks(item.code), item.unit) != item.unit:
            raise ReaderError(f"{source.id}: {item.code} has two units in `series`, and `fields` does not say which.")
    codes, texts = pd.factorize(series)
    return pd.Series(array_of([units.get(text, "") for text in texts]).take(codes), index=series.index)


def _provenance(source: Source, page: Page, found: Found, index: pd.Index) -> dict[str, Any]:
    """Where the rows come from. The address is told without parameters, so that a figure on two pages is one."""
    return {
        "staged_id": page.staged_ids(index),
        "source_id": source.id,
        "answer_id": page.answer_id,
        "locator": _text(found.locate(index)),
        "quality": source.quality,
        "publisher": source.producer,
        "url": page.request.url.partition("?")[0] if source.calls else source.url_main,
    }


def _notes(made: Mapping[str, pd.Series], index: pd.Index) -> pd.Series:
    note = made.get("note", pd.Series("", index=index, dtype="str"))
    return note.mask(note == "null", "")


def _refuse_new_dimension(staged: pd.DataFrame, found: Found, source: Source, fields: Fields) -> None:
    """Refuse figures that differ and are told apart by nothing but a column that the source does not name."""
    key = ["series", "unit", "area", "area_name", "year"]
    again = staged[staged.duplicated(key, keep=False)]
    if again.empty or found.whole is None:
        return
    figure = again.groupby(key, sort=False).ngroup()
    differs = again["value"].groupby(figure).transform("nunique") > 1
    again, figure = again[differs], figure[differs]
    if again.empty:
        return
    others = found.whole(again.index).drop(columns=named(fields), errors="ignore")
    telling = [name for name in others if others[name].groupby(figure).nunique(dropna=False).max() > 1]
    if telling:
        first = again.iloc[0]
        raise ReaderError(
            f"{source.id}: {first['series']} of {first['area']}, {first['year']}, is given with different values, told "
            f"apart only by {_listed(map(repr, telling))}: a new dimension. Name it in `fields`, or what to keep of it."
        )


def _added_up(staged: pd.DataFrame, source: Source) -> pd.DataFrame:
    """One row a figure, the sum of its parts; where a part is no number, the figure has no value either."""
    key = ["series", "unit", "area", "year"]
    number = pd.Series(read_numbers(staged["value"], source.numbers), index=staged.index)
    parts = number.groupby([staged[name] for name in key], sort=False)
    total, size, known = parts.transform("sum"), parts.transform("size"), parts.transform("count")
    text = total.map("{:.12g}".format).str.replace(".", source.numbers.decimal, regex=False)
    others = _text(size - 1).radd(" and ").add(" more rows, added up").where(size > 1, "")
    return staged.assign(value=text.where(known == size, ""), locator=staged["locator"] + others).drop_duplicates(key)


def _text(column: pd.Series) -> pd.Series:
    return column.astype("str")


def _blanks(text: str) -> str:
    return " ".join(text.split())


def _collapse(column: pd.Series) -> pd.Series:
    """Runs of blanks as one, once per distinct text."""
    codes, texts = pd.factorize(column)
    return pd.Series(array_of([_blanks(text) for text in texts]).take(codes), index=column.index)
