"""The named errors of the scoring steps. No checks live here, only the ways to say that one failed.

Array functions know positions, not names: they raise with the column and row number, and `naming` puts the
codes in.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray

Label = int | str | None


class ScoringError(ValueError):
    """A step that does not apply to its data.

    Attributes:
        step: the step which refused, such as `normalise`.
        problem: what is wrong, in a clause.
        advice: what to do about it, in a sentence.
        code: the indicator or aggregate concerned: its code, or its column number while that is all
            that is known.
        unit: the unit concerned, likewise.
    """

    def __init__(self, step: str, problem: str, advice: str, *, code: Label = None, unit: Label = None) -> None:
        super().__init__(step, problem, advice)
        self.step, self.problem, self.advice = step, problem, advice
        self.code, self.unit = code, unit

    def __str__(self) -> str:
        where = [
            f"{kind} {label if isinstance(label, str) else f'number {label}'}"
            for kind, label in (("code", self.code), ("unit", self.unit))
            if label is not None
        ]
        place = f" [{', '.join(where)}]" if where else ""
        return f"{self.step}{place}: {self.problem}. {self.advice}"


class MethodError(ScoringError):
    """The method asks for something that the index does not have."""


class TreeError(ScoringError):
    """The hierarchy of codes is not a tree."""


class TableError(ScoringError):
    """A table cannot be read as the data of an index."""


class InfiniteError(ScoringError):
    """A figure is infinite."""


class NoFiguresError(ScoringError):
    """An indicator has too few figures for the step."""


class ConstantError(ScoringError):
    """All figures of an indicator are equal, so that no scale can be drawn from them."""


class NotPositiveError(ScoringError):
    """A zero or negative figure where only positive ones make sense."""


class GoalpostError(ScoringError):
    """The lower goalpost is not below the upper one, or one is missing."""


class AnchorError(ScoringError):
    """A reference, target or denominator cannot serve as one."""


class ConvergenceError(ScoringError):
    """An iteration did not settle."""


@contextmanager
def naming(
    codes: Sequence[str], units: Sequence[str] = (), rows: Sequence[int] | NDArray[np.int64] | None = None
) -> Iterator[None]:
    """Put codes and unit codes for the column and row numbers of an error raised inside.

    Args:
        codes: of the columns.
        units: of the rows.
        rows: if the rows are some of the units, which.
    """
    try:
        yield
    except ScoringError as error:
        if isinstance(error.code, int) and error.code < len(codes):
            error.code = codes[error.code]
        if isinstance(error.unit, int) and error.unit < len(units):
            error.unit = units[error.unit if rows is None else int(rows[error.unit])]
        raise
