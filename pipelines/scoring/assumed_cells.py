"""Assumptions about single figures: other values of them, and their measurement errors."""

from typing import Annotated, ClassVar, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from pipelines.scoring import sampling
from pipelines.scoring.assumption import Assumption, AssumptionError, Choice
from pipelines.scoring.data import IndexData
from pipelines.scoring.method import Method, Part

Floats = NDArray[np.float64]
_STEP = "assumptions"


class Cell(Part):
    """A figure of the data as it came.

    Attributes:
        unit, indicator: its codes.
        year: its year, if there are several.
        value: the figure in the indicator's unit; null for missing.
    """

    unit: str
    indicator: str
    year: float | None = None
    value: float | None


class CellAlternatives(Choice):
    """Some figures have several values: a proxy is in or out, sources conflict.

    Attributes:
        values: by name of the alternative, the figures that it puts in place; an empty list for none.
    """

    kind: Literal["cell_alternatives"]
    values: dict[str, tuple[Cell, ...]] = Field(min_length=1)
    changes: ClassVar = "figures"

    def names(self, data: IndexData) -> tuple[str, ...]:
        """The names of the alternatives."""
        return tuple(self.values)

    def check(self, method: Method, data: IndexData) -> None:
        """Look for the figures."""
        super().check(method, data)
        for cells in self.values.values():
            for cell in cells:
                _place(cell, data)

    def change_figures(self, figures: Floats, values: Floats, data: IndexData) -> Floats:
        """Put the figures of the alternative in place."""
        changed = figures.copy()
        for cell in list(self.values.values())[int(values[0])]:
            changed[_place(cell, data)] = np.nan if cell.value is None else cell.value
        return changed


class ErrorSize(Part):
    """How large the error of a class of figures is: one of the two.

    Attributes:
        relative: as a share of the figure: 0.05 is 5 %.
        additive: in the indicator's unit.
    """

    relative: Annotated[float, Field(gt=0)] | None = None
    additive: Annotated[float, Field(gt=0)] | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.relative is None) == (self.additive is None):
            raise ValueError("give either relative or additive")
        return self


class Measured(Part):
    """Figures of one quality class. A later entry overrules an earlier one about the same figure.

    Attributes:
        quality: the class.
        unit, indicator, year: which figures; all where one is left out.
    """

    quality: str
    unit: str | None = None
    indicator: str | None = None
    year: float | None = None


class MeasurementError(Assumption):
    """Figures have errors, independent of each other. Missing figures stay missing.

    Attributes:
        classes: by quality class, the size of its error.
        figures: which figures are of which class; the others have no error.
        distribution: `normal` (the size is the standard deviation), or `uniform` or `triangular` (the size is
            the largest error either way).
    """

    kind: Literal["measurement_error"]
    classes: dict[str, ErrorSize] = Field(min_length=1)
    figures: tuple[Measured, ...] = Field(min_length=1)
    distribution: sampling.Shape = "normal"
    changes: ClassVar = "figures"

    @model_validator(mode="after")
    def _known_classes(self) -> Self:
        if unknown := sorted({figure.quality for figure in self.figures} - set(self.classes)):
            raise ValueError(f"classes has no {unknown[0]}")
        return self

    def check(self, method: Method, data: IndexData) -> None:
        """Look for the figures."""
        if not len(self._cells(data)[0]):
            raise AssumptionError(_STEP, "no figure has an error", "Correct its figures.")

    def components(self, data: IndexData) -> tuple[str, ...]:
        """The figures, as unit.indicator, or unit.year.indicator."""
        rows, columns, _ = self._cells(data)
        years = [""] * len(data.units) if data.time is None else [f".{year:g}" for year in data.time]
        return tuple(
            f"{data.units[row]}{years[row]}.{data.tree.leaves[column]}"
            for row, column in zip(rows.tolist(), columns.tolist(), strict=True)
        )

    def draw(self, cube: Floats, data: IndexData) -> Floats:
        """[draws, components] errors: shares of the figure, or in its unit."""
        classes = list(self.classes.values())
        sizes = np.asarray([size.relative or size.additive for size in classes], dtype=float)
        return sampling.spread(cube, self.distribution) * sizes[self._cells(data)[2]]

    def change_figures(self, figures: Floats, values: Floats, data: IndexData) -> Floats:
        """Add the errors to the figures."""
        rows, columns, number = self._cells(data)
        relative = np.asarray([size.relative is not None for size in self.classes.values()])[number]
        changed = figures.copy()
        changed[rows, columns] += np.where(relative, figures[rows, columns], 1.0) * values
        return changed

    def _cells(self, data: IndexData) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """The rows, columns and class numbers of the figures that have an error."""
        number = np.full(data.values.shape, -1)
        order = list(self.classes)
        for figure in self.figures:
            number[_rows(figure.unit, figure.year, data)[:, None] & _columns(figure.indicator, data)] = order.index(
                figure.quality
            )
        number[np.isnan(data.values)] = -1
        rows, columns = np.nonzero(number >= 0)
        return rows, columns, number[rows, columns]


def _rows(unit: str | None, year: float | None, data: IndexData) -> NDArray[np.bool_]:
    """[rows] which are of a unit and year."""
    found = np.ones(len(data.units), dtype=bool)
    if unit is not None:
        found &= np.asarray(data.units, dtype=object) == unit
        if not found.any():
            raise AssumptionError(_STEP, "no such unit", "Correct it.", unit=unit)
    if year is not None:
        found &= False if data.time is None else data.time == year
        if not found.any():
            raise AssumptionError(_STEP, f"no row of {year:g}", "Correct the year.", unit=unit)
    return found


def _columns(indicator: str | None, data: IndexData) -> NDArray[np.bool_]:
    if indicator is None:
        return np.ones(len(data.tree.leaves), dtype=bool)
    if indicator not in data.tree.leaves:
        raise AssumptionError(_STEP, "no such indicator", "Correct it.", code=indicator)
    return np.asarray([code == indicator for code in data.tree.leaves])


def _place(cell: Cell, data: IndexData) -> tuple[int, int]:
    """The row and column of a figure."""
    rows = np.flatnonzero(_rows(cell.unit, cell.year, data))
    if len(rows) > 1:
        raise AssumptionError(_STEP, "it has several years", "Name the year.", unit=cell.unit)
    return int(rows[0]), int(np.argmax(_columns(cell.indicator, data)))
