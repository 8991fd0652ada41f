"""Tables of draws: one row a draw, one column a component of an assumption; and scores of the draws.

Put here: the tables, making them of points of the unit cube, and reading and writing their cells.
Not here: what a value changes (`assumptions`) and files (`pipelines.index.uncertainty`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from pipelines.scoring.assumption import AssumptionError, is_number
from pipelines.scoring.assumptions import AnyAssumption, Assumptions
from pipelines.scoring.data import IndexData

Floats = NDArray[np.float64]
_STEP = "draws"


@dataclass(frozen=True, eq=False)
class Draws:
    """Drawn values.

    Attributes:
        names: the columns.
        values: [draws, columns]; of alternatives, the number of one, from 0.
    """

    names: tuple[str, ...]
    values: Floats

    def __len__(self) -> int:
        return len(self.values)

    def part(self, start: int, stop: int) -> "Draws":
        """The draws from `start` to before `stop`."""
        return Draws(self.names, self.values[start:stop])


@dataclass(frozen=True, eq=False)
class Scores:
    """What a model made of draws.

    Attributes:
        score: [draws, units] NaN where a unit has none; a draw that failed has none at all.
        failed: by number of the draw, why it failed.
    """

    score: Floats
    failed: Mapping[int, str] = field(default_factory=dict)


Model = Callable[[Draws], Scores]


@dataclass(frozen=True, eq=False)
class Columns:
    """Where in a table of draws each assumption is.

    Attributes:
        names: the columns: the name of the assumption, and a component after a point.
        of: by assumption, its columns.
        alternatives: by column number, the names of its alternatives, where it has any.
    """

    names: tuple[str, ...]
    of: dict[str, slice]
    alternatives: dict[int, tuple[str, ...]]

    @classmethod
    def make(cls, assumptions: Assumptions, data: IndexData) -> "Columns":
        """The columns of the assumptions about an index."""
        names: list[str] = []
        of: dict[str, slice] = {}
        alternatives: dict[int, tuple[str, ...]] = {}
        for name, assumption in assumptions.assumptions.items():
            parts = assumption.components(data)
            if choices := assumption.names(data):
                alternatives[len(names)] = choices
            of[name] = slice(len(names), len(names) + len(parts))
            names += [f"{name}.{part}" if part else name for part in parts]
        return cls(tuple(names), of, alternatives)

    def draw(self, kinds: Mapping[str, AnyAssumption], cube: Floats, data: IndexData) -> Draws:
        """Make draws of points of the unit cube [draws, columns]."""
        values = np.empty_like(cube)
        for name, assumption in kinds.items():
            values[:, self.of[name]] = assumption.draw(cube[:, self.of[name]], data)
        return Draws(self.names, values)

    def write(self, draws: Draws) -> dict[str, list[str]]:
        """By column, the cells: names of alternatives, or numbers with all their digits."""
        return {
            name: [self.alternatives[i][int(value)] for value in column]
            if i in self.alternatives
            else [repr(value) for value in column]
            for i, (name, column) in enumerate(zip(self.names, draws.values.T.tolist(), strict=True))
        }

    def read(self, cells: Mapping[str, Sequence[str | None]], rows: Sequence[int]) -> Draws:
        """Make draws of cells.

        Alternatives are given by their names, or, where no name is a number, by their numbers from 1.

        Args:
            cells: by column; columns that belong to no assumption are refused.
            rows: the row numbers in the file, for messages.

        Raises:
            AssumptionError: a column is missing or unknown, or a cell is not one of its values.
        """
        if missing := [name for name in self.names if name not in cells]:
            raise AssumptionError(_STEP, f"no column {missing[0]}", "Give one column an assumption.")
        if unknown := [name for name in cells if name not in self.names]:
            advice = f"The columns are: {', '.join(self.names[:12])}."
            raise AssumptionError(_STEP, f"no assumption has a column {unknown[0]}", advice)
        values = np.empty((len(rows), len(self.names)))
        for i, name in enumerate(self.names):
            known = _values(self.alternatives.get(i))
            for at, cell in enumerate(cells[name]):
                values[at, i] = _value(cell, known, f"row {rows[at]}, column {name}")
        return Draws(self.names, values)


def _values(alternatives: tuple[str, ...] | None) -> dict[str, float] | None:
    """What may be in a cell of a choice, and the number of the alternative it means."""
    if alternatives is None:
        return None
    known = {name: float(i) for i, name in enumerate(alternatives)}
    if not any(is_number(name) for name in alternatives):
        known |= {str(i + 1): float(i) for i in range(len(alternatives))}
    return known


def _value(cell: str | None, known: dict[str, float] | None, place: str) -> float:
    text = (cell or "").strip()
    if known is None:
        if not is_number(text):
            raise AssumptionError(_STEP, f"{place}: {text[:40]!r} is not a number", "Write a finite number.")
        return float(text)
    if text not in known and is_number(text):  # 3.0 for 3
        text = next((name for name in known if is_number(name) and float(name) == float(text)), text)
    if text not in known:
        problem = f"{place}: {text[:40]!r} is not one of its alternatives"
        raise AssumptionError(_STEP, problem, f"They are: {', '.join(list(known)[:12])}.")
    return known[text]
