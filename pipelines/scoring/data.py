"""The data of an index as arrays, checked once. Reading them from files is `pipelines.index.read`."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from pipelines.scoring.errors import InfiniteError, MethodError, TableError, TreeError
from pipelines.scoring.tree import Tree

Floats = NDArray[np.float64]
_STEP = "data"


@dataclass(frozen=True, eq=False)
class IndexData:
    """Figures of units, one row a unit, or a unit and year.

    Attributes:
        units: [rows] the code of the unit of each row.
        values: [rows, indicators] in the order of `tree.leaves`, NaN where missing.
        tree: the hierarchy and its weights.
        direction: [indicators] 1 where more is better, -1 where less is.
        time: [rows] the year, or None when all rows are of one.
        groups: by name, [rows] the group of each unit, None where it has none.
        denominators: by name, [rows].
        denominated_by: by indicator code, the name of its denominator.
        parameters: by name, [indicators] numbers that steps read: ScaleFactor, Target, goalpost_lower and so
            on; NaN where not given.
    """

    units: tuple[str, ...]
    values: Floats
    tree: Tree
    direction: Floats
    time: Floats | None = None
    groups: Mapping[str, NDArray[np.object_]] = field(default_factory=dict)
    denominators: Mapping[str, Floats] = field(default_factory=dict)
    denominated_by: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, Floats] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Check what every step relies on.

        Raises:
            TableError: the shapes do not fit, or a unit has two rows (in a year).
            InfiniteError: a figure is infinite.
            TreeError: a direction is neither 1 nor -1.
        """
        shape = (len(self.units), len(self.tree.leaves))
        if self.values.shape != shape or 0 in shape:
            raise TableError(_STEP, f"a table of shape {self.values.shape} for {shape}", "Give units and indicators.")
        times = np.zeros(len(self.units)) if self.time is None else self.time
        seen: set[tuple[str, float]] = set()
        for key in zip(self.units, times.tolist(), strict=True):
            if key in seen:
                raise TableError(_STEP, "it has two rows", "Give a unit one row (a year).", unit=key[0])
            seen.add(key)
        for name, column in {"figures": self.values, **self.denominators}.items():
            self._check_finite(name, column)
        if (wrong := ~np.isin(self.direction, (-1.0, 1.0))).any():
            code = self.tree.leaves[int(np.argmax(wrong))]
            raise TreeError(_STEP, "its Direction is neither 1 nor -1", "Write 1 or -1.", code=code)

    def _check_finite(self, name: str, values: Floats) -> None:
        if (infinite := np.isinf(values)).any():
            place = np.argwhere(infinite)[0]
            code = self.tree.leaves[place[1]] if values.ndim > 1 else name
            advice = "Correct it, or leave it empty if it is not known."
            raise InfiniteError(_STEP, "a figure is infinite", advice, code=code, unit=self.units[place[0]])

    def parameter(self, name: str, step: str) -> Floats:
        """[indicators] numbers from the metadata.

        Raises:
            MethodError: the metadata have no such column.
        """
        if name not in self.parameters:
            raise MethodError(step, f"the metadata have no column {name}", "Add it, or choose another method.")
        return self.parameters[name]

    @property
    def years(self) -> tuple[float, ...]:
        """The years, ascending; empty when all rows are of one."""
        return () if self.time is None else tuple(np.unique(self.time).tolist())
