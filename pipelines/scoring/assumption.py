"""What every kind of assumption can be asked. The kinds are in `assumptions` and `assumed_cells`."""

from typing import Annotated, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, ValidationError

from pipelines.scoring import sampling
from pipelines.scoring.data import IndexData
from pipelines.scoring.errors import ScoringError
from pipelines.scoring.method import Method, Part

Floats = NDArray[np.float64]
_STEP = "assumptions"


class AssumptionError(ScoringError):
    """An assumption does not fit the index, or draws do not fit the assumptions."""


class Assumption(Part):
    """One assumption: its columns, its distribution and what it changes."""

    changes: ClassVar[Literal["method", "weights", "figures"]]

    def components(self, data: IndexData) -> tuple[str, ...]:
        """The names of its columns after its own name; an empty one if there is one column."""
        return ("",)

    def names(self, data: IndexData) -> tuple[str, ...]:
        """The names of the alternatives; none if its columns are numbers."""
        return ()

    def check(self, method: Method, data: IndexData) -> None:
        """Look whether it fits an index.

        Raises:
            AssumptionError: it does not.
        """

    def draw(self, cube: Floats, data: IndexData) -> Floats:
        """[draws, components] values of points of the unit cube [draws, components]."""
        raise NotImplementedError

    def change_method(self, method: Method, choice: int, data: IndexData) -> Method:
        """The method with the alternative of that number."""
        return method

    def change_weights(self, weight: Floats, values: Floats, data: IndexData) -> Floats:
        """[draws, codes] weights, of weights [draws, codes] and values [draws, components]."""
        return weight

    def change_figures(self, figures: Floats, values: Floats, data: IndexData) -> Floats:
        """[rows, indicators] figures, of figures [rows, indicators] and values [components]."""
        return figures


class Choice(Assumption):
    """One of several alternatives; a value is the number of one, from 0.

    Attributes:
        shares: how likely each is, relatively; equally when left out.
    """

    shares: tuple[Annotated[float, Field(ge=0)], ...] | None = None

    def check(self, method: Method, data: IndexData) -> None:
        """Look whether there is a share for each alternative, and whether the names can stand in a table."""
        number = len(self.names(data))
        for name in self.names(data):
            if name != name.strip() or not name or (name[0] in "=+-@" and not is_number(name)):
                advice = "Begin it with a letter, a digit or a bracket."
                raise AssumptionError(_STEP, f"an alternative is called {name[:40]!r}", advice)
        if self.shares is not None and (len(self.shares) != number or not any(self.shares)):
            problem = f"{len(self.shares)} shares for {number} alternatives, or all are 0"
            raise AssumptionError(_STEP, problem, "Give one for each, not all 0.")

    def draw(self, cube: Floats, data: IndexData) -> Floats:
        """[draws, 1] numbers of alternatives."""
        shares = self.shares or (1.0,) * len(self.names(data))
        return sampling.choose(cube, shares).astype(float)


def is_number(text: str) -> bool:
    """Whether a text is a finite number."""
    try:
        return bool(np.isfinite(float(text)))
    except ValueError:
        return False


def first_problem(error: ValidationError) -> str:
    """The first thing that is wrong with a model, and where."""
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"]) or "the whole"
    return f"{place}: {first['msg'].removeprefix('Value error, ')}"
