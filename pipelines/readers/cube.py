"""Decode JSON-stat 1.x and 2.0: a cube of numbers in one long list, told apart by its dimensions.

Put here: the format as https://json-stat.org/format/ defines it, decoded column by column.
Not here: what dimensions mean (`columns.py`), requests (`jsonstat.py`, `pxweb_form.py`).
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NoReturn

import numpy as np
import pandas as pd
import pyarrow as pa

from pipelines.readers.base import ReaderError
from pipelines.readers.columns import array_of

_PARTS = ("label", "unit")


@dataclass(frozen=True)
class Dimension:
    """One dimension.

    Attributes:
        id: its name.
        codes: of its categories, in their order.
        labels: as printed; the code where a category has none.
        units: as printed; empty where none is.
    """

    id: str
    codes: list[str]
    labels: list[str]
    units: list[str]

    @property
    def is_positional(self) -> bool:
        """Codes are mere positions: they mean another category as soon as one is added before it."""
        numbers = [str(place) for place in range(len(self.codes))]
        return len(numbers) > 1 and self.codes == numbers and self.labels != self.codes


@dataclass(frozen=True)
class Cube:
    """A decoded dataset.

    Attributes:
        dimensions: in the order of the cells, the last running fastest.
        position: [cells] position of each cell that is there.
        value: [cells] as printed; empty cells are NaN.
        status: mark by position.
    """

    dimensions: tuple[Dimension, ...]
    position: np.ndarray
    value: pd.Series
    status: Mapping[int, str]

    @property
    def columns(self) -> tuple[str, ...]:
        """Names that a template may use."""
        parts = [name for item in self.dimensions for name in (item.id, *(f"{item.id}.{part}" for part in _PARTS))]
        return (*parts, "value", "status")

    def table(self, names: Sequence[str]) -> pd.DataFrame:
        """Some columns, as categories where they are of a dimension; the index is the position of the cell."""
        index = pd.Index(self.position)
        return pd.DataFrame({name: self._column(name) for name in names if name in self.columns}, index=index)

    def locate(self, positions: pd.Index) -> pd.Series:
        """Coordinates of cells: the labels of their categories."""
        told = pd.Series(positions, index=positions).astype("str").radd("cell ")
        for item in self.dimensions:
            places = self._place(item, positions.to_numpy())
            told = told + f", {item.id}: " + pd.Series(array_of(item.labels).take(places), index=positions)
        return told

    def _column(self, name: str) -> Any:
        if name == "value":
            marks = self._marks()
            return np.where(self.value.isna(), np.where(marks == "", "null", marks), self.value)
        if name == "status":
            return self._marks()
        item, texts = next(
            (item, texts)
            for item in self.dimensions
            for part, texts in (("", item.codes), (".label", item.labels), (".unit", item.units))
            if name == item.id + part
        )
        codes, distinct = pd.factorize(np.array(texts, dtype=object))
        return pd.Categorical.from_codes(codes[self._place(item, self.position)], pd.Index(distinct, dtype="str"))

    def _place(self, dimension: Dimension, positions: np.ndarray) -> np.ndarray:
        """[cells] which category of a dimension each cell is of."""
        return positions // self._strides[dimension.id] % len(dimension.codes)

    def _marks(self) -> np.ndarray:
        marks = pd.Series(self.status, dtype=object).reindex(self.position)
        return marks.where(marks.notna(), "").to_numpy(dtype=object)

    @cached_property
    def _strides(self) -> dict[str, int]:
        sizes = [len(item.codes) for item in self.dimensions]
        return {item.id: math.prod(sizes[place + 1 :]) for place, item in enumerate(self.dimensions)}


def decode(document: Any, source_id: str) -> Cube:
    """Decode a dataset.

    Args:
        document: JSON whose numbers are still text; with or without the wrapper `dataset` of version 1.
        source_id: for the sentence.

    Raises:
        ReaderError: it is no dataset, or its parts do not fit each other.
    """

    def refuse(why: str) -> NoReturn:
        raise ReaderError(f"{source_id}: this is no JSON-stat dataset: {why}.")

    if not isinstance(document, dict):
        refuse("it is no object")
    try:
        dataset = document.get("dataset", document)
        container = dataset["dimension"]
        ids = dataset.get("id", container.get("id"))
        sizes = [_whole(size) for size in dataset.get("size", container.get("size"))]
        if len(ids) != len(sizes) or len(set(ids)) != len(ids):
            refuse(f"{len(sizes)} sizes for the dimensions {ids}")
        dimensions = tuple(_dimension(name, container[name], size) for name, size in zip(ids, sizes, strict=True))
        status = _by_position(dataset.get("status") or {}, dataset["value"])
        return Cube(dimensions, *_cells(dataset["value"], math.prod(sizes), status), status)
    except KeyError as error:
        refuse(f"{error.args[0]!r} is missing")
    except (AttributeError, TypeError, ValueError) as error:
        refuse(str(error))


def _dimension(name: str, entry: Mapping[str, Any], size: int) -> Dimension:
    category = entry["category"]
    labels = category.get("label") or {}
    index = category.get("index")
    if index is None and size == 1:
        index = list(labels)
    if isinstance(index, Mapping):
        places = {_whole(place): code for code, place in index.items()}
        index = [places[place] for place in range(len(index)) if place in places]
    if index is None or len(index) != size or len(set(index)) != size:
        raise ValueError(f"the dimension {name!r} is of size {size}, and its categories are not as many")
    units = category.get("unit") or {}
    return Dimension(
        str(name),
        [str(code) for code in index],
        [str(labels.get(code, code)) for code in index],
        [_unit(units.get(code)) for code in index],
    )


def _unit(unit: Any) -> str:
    """PX-Web prints the unit as `base`, others as `label`."""
    return str(unit.get("base") or unit.get("label") or "") if isinstance(unit, Mapping) else ""


def _cells(value: Any, size: int, status: Mapping[int, str]) -> tuple[np.ndarray, pd.Series]:
    """Positions and texts of the cells: all of them, or those that a sparse cube names."""
    if isinstance(value, Mapping):
        cells: dict[int, Any] = {_whole(place): text for place, text in value.items()}
        cells |= {place: None for place in status if place not in cells}
        if cells and max(cells) >= size:
            raise ValueError(f"there is a cell {max(cells)}, and the dimensions make {size}")
        return np.fromiter(cells, dtype="int64", count=len(cells)), _texts(list(cells.values()))
    if len(value) != size:
        raise ValueError(f"there are {len(value)} cells, and the dimensions make {size}; it was cut short")
    return np.arange(size), _texts(list(value))


def _texts(cells: list[Any]) -> pd.Series:
    """Cells as printed; what is neither text, number nor nothing is written as JSON."""
    try:
        array = pa.array(cells, type=pa.large_string())
    except (pa.ArrowException, TypeError):
        plain = (cell if cell is None or isinstance(cell, str) else json.dumps(cell) for cell in cells)
        array = pa.array(plain, type=pa.large_string())
    return pd.Series(array, dtype="str")


def _by_position(status: Any, value: Any) -> dict[int, str]:
    """Marks of cells: printed once for all, as a list, or by position."""
    if isinstance(status, str):
        status = dict.fromkeys(value if isinstance(value, Mapping) else range(len(value)), status)
    items = status.items() if isinstance(status, Mapping) else enumerate(status)
    return {_whole(place): str(mark) for place, mark in items if mark}


def _whole(text: Any) -> int:
    """A whole number from 0 on that was printed in JSON, as text or as a name."""
    if isinstance(text, int):
        return text
    if not (isinstance(text, str) and text.isascii() and text.isdecimal() and len(text) <= 18):
        raise ValueError(f"{text!r} is no whole number")
    return int(text)
