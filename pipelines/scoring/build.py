"""Run a method over the data of an index, and keep the table of every step. No step is defined here."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from pipelines.scoring import denominate as _denominate
from pipelines.scoring import impute as _impute
from pipelines.scoring import panel
from pipelines.scoring import treat as _treat
from pipelines.scoring.aggregate import TreeScores, aggregate_tree
from pipelines.scoring.data import IndexData
from pipelines.scoring.errors import MethodError, naming
from pipelines.scoring.method import Impute, Method, Normalise, Years
from pipelines.scoring.normalise_by import normalise_by
from pipelines.scoring.ranks import competition
from pipelines.scoring.screen import Screening, screen

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Rows = Integers | slice


@dataclass(frozen=True, eq=False)
class StepTable:
    """The table that a step left.

    Attributes:
        rows: [units] the rows of `IndexData` that are still there.
        codes: the columns.
        values: [units, codes], NaN where missing.
    """

    rows: Integers
    codes: tuple[str, ...]
    values: Floats


@dataclass(eq=False)
class Build:
    """What a method made of the data.

    Attributes:
        method, data: what it was made of.
        steps: by name (denominated, imputed, screened, treated, normalised, aggregated), in their order.
        imputed: [rows, indicators] which figures are estimates, of all rows of the data.
        screening: the decision about each row, if units were screened.
        treatment: a record an indicator, with its year when years were treated apart.
        winsorised: [units, indicators] which figures of the treated table were moved.
        scores: scores and coverage of the aggregates, of the rows of the last step.
        ranks: [units, codes] of `aggregated`: 1 for the highest, within each year.
        warnings: what a reader of the scores should know.
    """

    method: Method
    data: IndexData
    steps: dict[str, StepTable] = field(default_factory=dict)
    imputed: NDArray[np.bool_] = field(default_factory=lambda: np.zeros((0, 0), dtype=bool))
    screening: Screening | None = None
    treatment: list[tuple[float | None, _treat.Treated]] = field(default_factory=list)
    winsorised: NDArray[np.bool_] | None = None
    scores: TreeScores | None = None
    ranks: Floats | None = None
    warnings: list[str] = field(default_factory=list)


def build(method: Method, data: IndexData) -> Build:
    """Run the steps of a method in their order.

    Raises:
        ScoringError: a step does not apply; the error names the step, the code and the unit.
    """
    run = _Run(method, data)
    run.denominate()
    run.impute()
    run.screen()
    run.treat()
    run.normalise()
    run.aggregate()
    return run.result


class _Run:
    """The table on its way through the steps."""

    def __init__(self, method: Method, data: IndexData) -> None:
        self.method, self.data = method, data
        self.rows = np.arange(len(data.units))
        self.x = data.values
        self.codes = data.tree.leaves
        self.result = Build(method, data, imputed=np.zeros(data.values.shape, dtype=bool))

    @property
    def units(self) -> list[str]:
        return [self.data.units[i] for i in self.rows]

    def _keep(self, step: str) -> None:
        self.result.steps[step] = StepTable(self.rows, self.codes, self.x)

    def _years(self, over: Years) -> Iterator[Rows]:
        """The positions in the table of each year by itself, or of all."""
        if over == "all" or self.data.time is None:
            yield slice(None)
            return
        time = self.data.time[self.rows]
        for year in np.unique(time):
            yield np.flatnonzero(time == year)

    def _apply(self, over: Years, function: Callable[[Rows], Floats]) -> Floats:
        """Let a function of positions make the figures of each year, or of all."""
        made = np.empty_like(self.x)
        for at in self._years(over):
            with naming(self.codes, self.data.units, self.rows[at]):
                part = function(at)
            if isinstance(at, slice):
                return part
            made[at] = part
        return made

    def denominate(self) -> None:
        if self.method.denominate is None:
            return
        data, by = self.data, self.data.denominated_by
        x = self.x.copy()
        columns = [i for i, code in enumerate(self.codes) if code in by]
        if not columns:
            problem = "the metadata name no Denominator"
            raise MethodError("denominate", problem, "Fill META's Denominator column, or leave the step out.")
        size = np.column_stack([data.denominators[by[self.codes[i]]] for i in columns])
        scale = data.parameters.get("ScaleFactor", np.ones(len(self.codes)))[columns]
        scale = np.where(np.isnan(scale), 1.0, scale)
        with naming([self.codes[i] for i in columns], data.units):
            x[:, columns] = _denominate.denominate(x[:, columns], size, scale, self.method.denominate.operator)
        if lost := int((np.isnan(x) & ~np.isnan(self.x)).sum()):
            self.result.warnings.append(f"denominate: {lost} figures are missing because their denominator is")
        self.x = x
        self._keep("denominated")

    def impute(self) -> None:
        how = self.method.impute
        if how is None:
            return
        before = self.x
        if how.method in ("latest", "constant", "linear"):
            with naming(self.codes, self.units):
                self.x = self._from_other_years(how)
        elif how.method != "none":
            self.x = self._apply(how.over, lambda at: self._estimate(how, at))
        self.result.imputed = np.isnan(before) & ~np.isnan(self.x)
        if left := int(np.isnan(self.x).sum()):
            self.result.warnings.append(f"impute: {left} figures are still missing")
        self._keep("imputed")

    def _from_other_years(self, how: Impute) -> Floats:
        if self.data.time is None:
            problem = f"{how.method} takes figures from other years, and there is one year"
            raise MethodError("impute", problem, "Give a Time column with several years, or another method.")
        units, time = np.asarray(self.units, dtype=object), self.data.time[self.rows]
        if how.method == "latest":
            return panel.latest(self.x, units, time, how.max_age)
        function = panel.constant if how.method == "constant" else panel.linear
        return function(self.x, units, time, how.ends)

    def _estimate(self, how: Impute, at: Rows) -> Floats:
        x, data = self.x[at], self.data
        branches = None if how.level is None else data.tree.ancestor(how.level)
        if how.method == "regression":
            return _impute.by_regression(x, branches)
        statistic: _impute.Statistic = "median" if how.method == "median" else "mean"
        if how.by == "row":
            same = how.normalise_first
            return _impute.by_row(x, statistic, data.direction, branches, normalise_first=same)
        return _impute.by_column(x, statistic, self._group(how.group, at))

    def _group(self, name: str | None, at: Rows) -> NDArray[np.object_] | None:
        if name is None:
            return None
        if name not in self.data.groups:
            known = ", ".join(self.data.groups) or "none"
            raise MethodError("impute", f"there is no group column {name}", f"The group columns are: {known}.")
        return self.data.groups[name][self.rows[at]]

    def screen(self) -> None:
        how = self.method.screen
        if how is None:
            return
        counted = self.x if how.count_imputed else np.where(self.result.imputed, np.nan, self.x)
        decision = screen(
            counted,
            how.min_availability,
            how.min_nonzero,
            units=self.units,
            include=how.include,
            exclude=how.exclude,
        )
        if not decision.keep.any():
            raise MethodError("screen", "no unit is left", "Lower the minima, or add data.")
        self.result.screening = decision
        self.rows, self.x = self.rows[decision.keep], self.x[decision.keep]
        self._keep("screened")

    def treat(self) -> None:
        how = self.method.treat
        if how is None:
            return
        self._known(how.overrides, "treat")
        special = {self.codes.index(code): other for code, other in how.overrides.items()}
        moved = np.zeros(self.x.shape, dtype=bool)

        def one(at: Rows) -> Floats:
            values, moved[at], records = _treat.treat(self.x[at], how, special)
            year = None if self.data.time is None or how.over == "all" else self.data.time[self.rows[at][0]]
            self.result.treatment += [(year, record) for record in records]
            return values

        self.x = self._apply(how.over, one)
        self.result.winsorised = moved
        self._warn_of_mixed_scales()
        self._keep("treated")

    def _warn_of_mixed_scales(self) -> None:
        functions: dict[int, set[str]] = {}
        for _, record in self.result.treatment:
            functions.setdefault(record.column, set()).add(record.function)
        mixed = [self.codes[column] for column, used in functions.items() if len(used) > 1]
        if mixed:
            text = "treat: transformed in some years and not in others, so that years do not compare: "
            self.result.warnings.append(text + ", ".join(mixed) + "; treat over all years instead")

    def normalise(self) -> None:
        how = self.method.normalise
        if how is None:
            return
        self._known(how.overrides, "normalise")
        self._warn_of_lost_units(how)
        self.x = self._apply(how.over, lambda at: normalise_by(how, self.x[at], self.data, self.rows[at]))
        self._keep("normalised")

    def _warn_of_lost_units(self, how: Normalise) -> None:
        """Goalposts and targets are in the indicator's own unit, which other steps may change."""
        fixed = {"goalposts", "distance_to_target"}
        changed = {self.codes[record.column] for _, record in self.result.treatment if record.function}
        if self.method.denominate is not None:
            changed |= set(self.data.denominated_by)
        touched = [code for code in self.codes if code in changed and how.overrides.get(code, how).method in fixed]
        if touched:
            text = "normalise: goalposts and targets must fit the denominated or transformed figures: "
            self.result.warnings.append(text + ", ".join(touched))

    def _known(self, overrides: Mapping[str, object], step: str) -> None:
        for code in overrides:
            if code not in self.codes:
                raise MethodError(step, "overrides name no indicator of it", "Correct it.", code=code)

    def aggregate(self) -> None:
        if not self.method.aggregate:
            return
        tree = self.data.tree
        rules = self.method.rules(tree)
        table = np.hstack([self.x, np.empty((len(self.rows), len(tree.nodes)))])
        score = table[:, len(tree.leaves) :]
        coverage, ranks = np.empty_like(score), np.empty_like(table)
        for at in self._years("year"):
            with naming(tree.codes, self.data.units, self.rows[at]):
                part = aggregate_tree(self.x[at], tree, rules, leaf_weights=False)
            score[at], coverage[at] = part.score, part.coverage
            ranks[at] = competition(table[at])
        self.result.scores = TreeScores(score, coverage, None)
        self.result.ranks = ranks
        self.x, self.codes = table, tree.codes
        self._keep("aggregated")
