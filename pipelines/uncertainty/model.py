"""The benchmark as a function of draws.

Put here: what each column of a draw changes, and scoring a whole block of draws at once.
Not here: the figures (`figures.py`), the tables made of the scores (`tables.py`).

Everything works on arrays [draws, communities, indicators]; there is no loop over any of them.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from pipelines.scoring.draws import Draws, Scores
from pipelines.scoring.method import Aggregation
from pipelines.scoring.ranks import ascending
from pipelines.scoring.sampling import spread
from pipelines.scoring.tree import Tree
from pipelines.uncertainty.figures import Figures
from warehouse.registry.models import Indicator
from warehouse.registry.uncertainty import Alternatives, Plan

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
LEAST_SCORE = 1.0
"""A geometric mean knows no 0: scores below 1 of 100 count as 1."""


@dataclass(frozen=True, eq=False)
class BenchmarkModel:
    """Scores of one edition, framework and reading; call it with draws of the unit cube.

    Attributes:
        figures: what is scored, [communities, leaves].
        indicators: one a leaf, with goalposts.
        tree: the compared part of the framework.
        rules: one a node of the tree.
        factors: positions of the framework's first-level criteria in `tree.codes`.
        factors_needed: how many of them a total must rest on.
        plan: the assumptions.
    """

    figures: Figures
    indicators: tuple[Indicator, ...]
    tree: Tree
    rules: tuple[Aggregation, ...]
    factors: tuple[int, ...]
    factors_needed: float
    plan: Plan
    columns: dict[str, slice] = field(init=False)

    def __post_init__(self) -> None:
        """Lay out the columns of a draw: one slice an assumption."""
        figures, plan = self.figures, self.plan
        wanted: dict[str, tuple[object, int]] = {
            "normalisation": (plan.normalisation, 1),
            "treatment": (plan.treatment, 1),
            "imputation": (plan.imputation, 1),
            "aggregation": (plan.aggregation, 1),
            "omission": (plan.omission, 1),
            "weights": (plan.weights, len(self.tree.codes)),
            "proxies": (plan.proxies, len(self.tree.leaves) if figures.is_proxy.any() else 0),
            "sources": (plan.sources, len(figures.choices)),
            "errors": (plan.errors, figures.errors),
        }
        columns: dict[str, slice] = {}
        end = 0
        for name, (declared, size) in wanted.items():
            if declared is not None and size:
                columns[name] = slice(end, end + size)
                end += size
        object.__setattr__(self, "columns", columns)

    @property
    def width(self) -> int:
        """Columns of a draw."""
        return max((part.stop for part in self.columns.values()), default=0)

    def nominal(self) -> Floats:
        """[communities] total scores with no assumption changed."""
        leaf = self._goalposts(self.figures.value[None])
        return self._total(leaf, leaf, np.tile(self.tree.weight, (1, 1)), np.zeros(1, dtype=bool))[0]

    def __call__(self, draws: Draws) -> Scores:
        """Score a block of draws.

        Args:
            draws: [draws, width] in the unit cube.

        Returns:
            [draws, communities] totals, NaN where the coverage rule allows none.
        """
        cube = draws.values
        value = self._values(cube)
        leaf = self._leaf_scores(value, cube)
        filled = leaf
        if "imputation" in self.columns:
            impute = self._is(cube, "imputation", self.plan.imputation, "median")
            filled = np.where(np.isnan(leaf) & impute[:, None, None], _median(leaf), leaf)
        geometric = self._is(cube, "aggregation", self.plan.aggregation, "geometric")
        return Scores(self._total(leaf, filled, self._weights(cube), geometric))

    # Figures

    def _values(self, cube: Floats) -> Floats:
        """[draws, communities, leaves] values: another eligible one, an error on it, stand-ins left out."""
        figures = self.figures
        value = np.repeat(figures.value[None], len(cube), axis=0)
        if (part := self.columns.get("sources")) is not None:
            picked = (cube[:, part] * figures.choices).astype(int)
            cells = np.arange(len(figures.choices))
            value[:, figures.choice_row, figures.choice_column] = figures.others[cells, picked]
        if (part := self.columns.get("errors")) is not None:
            noise = spread(cube[:, part], "normal")[:, figures.error_of]  # -1 takes the last column, at an error of 0
            value *= 1.0 + figures.error * noise
        if (part := self.columns.get("proxies")) is not None and self.plan.proxies:
            out = cube[:, part] < self.plan.proxies.share_out
            value[out[:, None, :] & figures.is_proxy] = np.nan
        return value

    # Scores of indicators

    def _leaf_scores(self, value: Floats, cube: Floats) -> Floats:
        """[draws, communities, leaves] 0 to 100 by each draw's normalisation."""
        score = self._goalposts(value)
        ways: dict[str, Callable[[Floats, Flags], Floats]] = {
            "minmax": self._minmax,
            "percentile_rank": self._percentile,
        }
        winsorised = self._is(cube, "treatment", self.plan.treatment, "winsorise")
        for name, way in ways.items():
            mine = self._is(cube, "normalisation", self.plan.normalisation, name)
            if mine.any():
                score[mine] = way(value[mine], winsorised[mine])
        return score

    def _is(self, cube: Floats, name: str, declared: Alternatives | None, alternative: str) -> Flags:
        """[draws] whether the assumption takes the alternative."""
        if declared is None or name not in self.columns:
            return np.zeros(len(cube), dtype=bool)
        picked = (cube[:, self.columns[name].start] * len(declared.among)).astype(int)
        return np.asarray(np.array(declared.among)[picked] == alternative)

    @property
    def _directions(self) -> Floats:
        return np.array([1.0 if entry.direction == "higher" else -1.0 for entry in self.indicators])

    def _linear(self, value: Floats) -> Floats:
        """Logarithms where the goalposts are logarithmic; the lower goalpost for what has none."""
        posts = [entry.goalposts for entry in self.indicators]
        is_log = np.array([post is not None and post.scale == "log" for post in posts])
        low = np.array([post.lower if post else np.nan for post in posts])
        held = np.where(is_log & (value < low), low, value)
        return np.log(held, out=held.copy(), where=is_log & ~np.isnan(held))

    def _goalposts(self, value: Floats) -> Floats:
        posts = [(post.lower, post.upper) for post in (entry.goalposts for entry in self.indicators) if post]
        low, high = self._linear(np.array(posts, dtype=float).T)
        share = np.clip((self._linear(value) - low) / (high - low), 0.0, 1.0)
        return 100.0 * np.where(self._directions > 0, share, 1.0 - share)

    def _minmax(self, value: Floats, winsorised: Flags) -> Floats:
        """Between the worst and the best of the draw; a column that does not vary scores 50 for all."""
        x = self._linear(value) * self._directions
        ordered = np.sort(x, axis=1)  # NaN last
        known = (~np.isnan(x)).sum(axis=1)
        second = winsorised[:, None] & (known > 4)  # one value at each end gives way to its neighbour
        low = np.where(second, ordered[:, 1], ordered[:, 0])[:, None]
        last = np.maximum(known - 1 - second, 0)[:, None]
        high = np.take_along_axis(ordered, last, axis=1)
        span = np.where(high > low, high - low, np.nan)
        share = np.where(np.isnan(span) & ~np.isnan(x), 0.5, (x - low) / span)
        return 100.0 * np.clip(share, 0.0, 1.0)

    def _percentile(self, value: Floats, _: Flags) -> Floats:
        """Share of the others that are worse, ties half."""
        x = np.moveaxis(value * self._directions, 1, 0)
        below, above = ascending(x), ascending(-x)
        known = (~np.isnan(x)).sum(axis=0)
        middle = (below - 1 + (known - above)) / 2
        share = np.where(known > 1, middle / np.maximum(known - 1, 1), np.where(np.isnan(x), np.nan, 0.5))
        return 100.0 * np.moveaxis(share, 0, 1)

    # Totals

    def _weights(self, cube: Floats) -> Floats:
        """[draws, codes] weights among siblings."""
        weight = np.repeat(self.tree.weight[None], len(cube), axis=0)
        if (part := self.columns.get("weights")) is not None and self.plan.weights:
            weight = weight * (1.0 + self.plan.weights.spread * spread(cube[:, part], "uniform"))
        if (part := self.columns.get("omission")) is not None and self.plan.omission:
            u, share = cube[:, part.start], self.plan.omission.share
            leaf = (u / share * len(self.tree.leaves)).astype(int) if share else np.zeros(len(u), dtype=int)
            gone = np.flatnonzero(u < share)
            weight[gone, leaf[gone]] = 0.0
        return weight

    def _total(self, leaf: Floats, filled: Floats, weight: Floats, geometric: Flags) -> Floats:
        """[draws, communities] totals up the tree.

        Args:
            leaf: [draws, communities, leaves] scores that exist: what coverage counts.
            filled: the same, imputed where a draw imputes: what is averaged.
            weight: [draws, codes].
            geometric: [draws] whether the factors are averaged geometrically.
        """
        first = len(self.tree.leaves)
        score = {code: filled[:, :, code] for code in range(first)}
        cover = {code: (~np.isnan(leaf[:, :, code])).astype(float) for code in range(first)}
        for node, child in enumerate(self.tree.children, start=first):
            below = weight[:, child] / np.maximum(weight[:, child].sum(axis=1, keepdims=True), 1e-300)
            children = np.stack([score[code] for code in child], axis=2)
            cover[node] = np.einsum("duc,dc->du", np.stack([cover[code] for code in child], axis=2), below)
            is_top = self.tree.parent[node] < 0
            mean = _mean(children, below)
            if is_top and geometric.any():
                logs = np.log(np.maximum(children[geometric], LEAST_SCORE))
                mean[geometric] = np.exp(_mean(logs, below[geometric]))
            score[node] = np.where(cover[node] >= self.rules[node - first].min_coverage - 1e-12, mean, np.nan)
        top = self.tree.position[self.tree.tops[0]]
        present = sum((~np.isnan(score[code])).astype(int) for code in self.factors)
        total = np.clip(score[top], 0.0, 100.0)  # a mean of 100s may come out a digit higher
        return np.where(present >= self.factors_needed, total, np.nan)


def _median(x: Floats) -> Floats:
    """[draws, 1, leaves] median over the units that have a value; NaN where none has."""
    ordered = np.sort(x, axis=1)  # NaN last
    known = (~np.isnan(x)).sum(axis=1, keepdims=True)
    low = np.take_along_axis(ordered, np.maximum(known - 1, 0) // 2, axis=1)
    return (low + np.take_along_axis(ordered, known // 2, axis=1)) / 2


def _mean(x: Floats, weight: Floats) -> Floats:
    """[draws, units] weighted mean of [draws, units, children] over what is present."""
    known = ~np.isnan(x)
    total = np.einsum("duc,dc->du", known.astype(float), weight)
    amount = np.einsum("duc,dc->du", np.where(known, x, 0.0), weight)
    return amount / np.where(total > 0, total, np.nan)
