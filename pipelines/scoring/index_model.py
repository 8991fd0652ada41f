"""The scores of an index as a function of draws of its assumptions.

Put here: grouping draws, so that each distinct table of normalised figures is made once and the weights of
all its draws are one matrix product. Not here: steps (`build`), what is assumed (`assumptions`), summaries.
"""

import dataclasses
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from pipelines.scoring.aggregate_draws import aggregate_draws
from pipelines.scoring.assumed_cells import MeasurementError
from pipelines.scoring.assumed_weights import Omission, group_totals
from pipelines.scoring.assumption import AssumptionError
from pipelines.scoring.assumptions import Assumptions
from pipelines.scoring.build import Build, StepTable, build
from pipelines.scoring.data import IndexData
from pipelines.scoring.draws import Columns, Draws, Scores
from pipelines.scoring.errors import MethodError, ScoringError
from pipelines.scoring.method import Method
from pipelines.scoring.uncertainty import CHUNK

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
_STEP = "uncertainty"
_KEPT_TABLES = 256


@dataclass(eq=False)
class IndexModel:
    """An index with assumptions: call it with draws to have their scores.

    Attributes:
        data, method, assumptions: the index.
        code: the aggregate whose scores are wanted; the first top when left out.
        year: the year whose units are wanted; the last one when left out.
    """

    data: IndexData
    method: Method
    assumptions: Assumptions
    code: str = ""
    year: float | None = None
    columns: Columns = field(init=False)
    _tables: dict[tuple[object, ...], StepTable] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        """Check that it all fits.

        Raises:
            AssumptionError: an assumption does not fit the index.
            MethodError: there is no such aggregate or year, or the method makes no scores.
        """
        tree, years = self.data.tree, self.data.years
        if not self.method.aggregate or not tree.nodes:
            raise MethodError(_STEP, "the method does not aggregate", "Give it an aggregate step.")
        self.code = self.code or tree.tops[0]
        if self.code not in tree.nodes:
            raise MethodError(_STEP, "no such aggregate", "Name one.", code=self.code)
        if self.year is None and years:
            self.year = years[-1]
        if self.year is not None and self.year not in years:
            shown = ", ".join(f"{year:g}" for year in years) or "not given"
            raise MethodError(_STEP, f"no year {self.year:g}", f"The years are {shown}.")
        self.assumptions.check(self.method, self.data)
        self.columns = Columns.make(self.assumptions, self.data)

    @property
    def rows(self) -> Integers:
        """The rows of the data whose scores are wanted."""
        if self.data.time is None:
            return np.arange(len(self.data.units))
        return np.flatnonzero(self.data.time == self.year)

    @property
    def units(self) -> tuple[str, ...]:
        """The units of the columns of the scores."""
        return tuple(self.data.units[row] for row in self.rows)

    @property
    def chunk(self) -> int:
        """How many draws to run at once: few, if each needs every step anew."""
        kinds = self.assumptions.assumptions.values()
        return 64 if any(isinstance(kind, MeasurementError) for kind in kinds) else CHUNK

    def draw(self, cube: Floats) -> Draws:
        """Make draws of points of the unit cube [draws, columns]."""
        return self.columns.draw(self.assumptions.assumptions, cube, self.data)

    def nominal(self) -> Floats:
        """[units] the scores with no assumption changed.

        Raises:
            ScoringError: the method does not apply to the data.
        """
        return self._score_of(build(self.method, self.data))

    def single(self, draws: Draws, number: int) -> Build:
        """Build the index of one draw by itself, every step anew.

        Raises:
            ScoringError: it fails.
        """
        values = draws.values[number]
        weight = self._weights(draws.values[number : number + 1])[0]
        data = dataclasses.replace(self._figures(values), tree=dataclasses.replace(self.data.tree, weight=weight))
        return build(self._method(values), data)

    def __call__(self, draws: Draws) -> Scores:
        """Score draws; one that fails has no scores, and its reason.

        Raises:
            AssumptionError: the draws are not of these assumptions.
        """
        if draws.names != self.columns.names:
            raise AssumptionError(_STEP, "the draws have other columns", "Draw them from these assumptions.")
        score = np.full((len(draws), len(self.rows)), np.nan)
        failed: dict[int, str] = {}
        weight = self._weights(draws.values)
        empty, node = np.nonzero(~(group_totals(weight, self.data.tree) > 0))
        for draw, at in zip(empty.tolist(), node.tolist(), strict=True):
            failed[draw] = f"weights [code {self.data.tree.nodes[at]}]: the weights of its children are all 0"
        for members in self._groups(draws.values):
            alive = members[[draw not in failed for draw in members.tolist()]]
            if len(alive):
                failed |= self._score_group(draws.values, weight, alive, score)
        score[list(failed)] = np.nan
        return Scores(score, dict(sorted(failed.items())))

    def _groups(self, values: Floats) -> list[Integers]:
        """The numbers of the draws that share a method and figures."""
        at = self._slow_columns()
        if not at:
            return [np.arange(len(values))]
        _, group = np.unique(values[:, at], axis=0, return_inverse=True)
        order = np.argsort(group.ravel(), kind="stable")
        return np.split(order, np.flatnonzero(np.diff(group.ravel()[order])) + 1)

    def _slow_columns(self) -> list[int]:
        """The columns that change the method or the figures."""
        kinds = self.assumptions.assumptions.items()
        places = [self.columns.of[name] for name, kind in kinds if kind.changes != "weights"]
        return [i for place in places for i in range(place.start, place.stop)]

    def _score_group(self, values: Floats, weight: Floats, members: Integers, score: Floats) -> dict[int, str]:
        """Put in the scores of draws that share a method and figures; return those that fail."""
        tree = self.data.tree
        try:
            method = self._method(values[members[0]])
            rules = method.rules(tree)
            table = self._normalised(method, values[members[0]])
        except ScoringError as error:
            return dict.fromkeys(members.tolist(), str(error))
        wanted = self._wanted(table.rows)
        kept = table.rows[wanted]
        units = [self.data.units[row] for row in kept]
        made, failed = aggregate_draws(table.values[wanted], tree, weight[members], rules, self.code, units)
        row = np.full((len(members), score.shape[1]), np.nan)
        row[:, np.searchsorted(self.rows, kept)] = made
        score[members] = row
        return {int(members[draw]): reason for draw, reason in failed.items()}

    def _normalised(self, method: Method, values: Floats) -> StepTable:
        """The table before aggregation; the last ones are kept, unless every draw has its own."""
        plain = method.model_copy(update={"aggregate": ()})
        kinds = self.assumptions.assumptions.items()
        figures = [name for name, kind in kinds if kind.changes == "figures"]
        key = (plain.digest, *(tuple(values[self.columns.of[name]].tolist()) for name in figures))
        if key not in self._tables:
            result = build(plain, self._figures(values))
            steps = list(result.steps.values())
            table = steps[-1] if steps else StepTable(np.arange(len(self.data.units)), (), self.data.values)
            if len(self._tables) >= _KEPT_TABLES:
                self._tables.pop(next(iter(self._tables)))
            self._tables[key] = table
        return self._tables[key]

    def _wanted(self, rows: Integers) -> NDArray[np.bool_]:
        return np.isin(rows, self.rows)

    def _method(self, values: Floats) -> Method:
        method = self.method
        for name, kind in self.assumptions.assumptions.items():
            if kind.changes == "method":
                method = kind.change_method(method, int(values[self.columns.of[name]][0]), self.data)
        return method

    def _weights(self, values: Floats) -> Floats:
        """[draws, codes]; omissions last, because other weights would bring back what is left out."""
        weight = np.tile(self.data.tree.weight, (len(values), 1))
        kinds = sorted(self.assumptions.assumptions.items(), key=lambda item: isinstance(item[1], Omission))
        for name, kind in kinds:
            if kind.changes == "weights":
                weight = kind.change_weights(weight, values[:, self.columns.of[name]], self.data)
        return weight

    def _figures(self, values: Floats) -> IndexData:
        figures = self.data.values
        for name, kind in self.assumptions.assumptions.items():
            if kind.changes == "figures":
                figures = kind.change_figures(figures, values[self.columns.of[name]], self.data)
        return dataclasses.replace(self.data, values=figures)

    def _score_of(self, result: Build) -> Floats:
        """[units] the wanted scores of a build; NaN for units screened out."""
        table = result.steps["aggregated"]
        score = np.full(len(self.rows), np.nan)
        wanted = self._wanted(table.rows)
        at = np.searchsorted(self.rows, table.rows[wanted])
        score[at] = table.values[wanted, table.codes.index(self.code)]
        return score
