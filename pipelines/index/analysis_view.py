"""What an analysis sees of a build: the tables of one year, as they came and after each step.

Put here: which rows and columns are looked at together. Not here: the analyses (`analysis_tables`).
"""

from collections.abc import Iterator

import numpy as np

from pipelines.scoring.arrays import Floats, Integers
from pipelines.scoring.build import Build

_ALL = "all indicators"


class NotMadeError(Exception):
    """The build lacks a step that an analysis rests on."""


class View:
    """The tables of a build in the year that is analysed."""

    def __init__(self, built: Build) -> None:
        self.built, self.data = built, built.data
        self.year = self.data.years[-1] if self.data.years else None
        self.rows = self._in_year(np.arange(len(self.data.units)))
        self.raw = self.data.values[self.rows]
        self.all_units = [self.data.units[i] for i in self.rows]

    def _in_year(self, rows: Integers) -> Integers:
        return rows if self.data.time is None else np.flatnonzero(self.data.time[rows] == self.year)

    def step(self, name: str) -> tuple[list[str], Floats]:
        """Units and figures of the table that a step left."""
        if name not in self.built.steps:
            raise NotMadeError(f"the method has no step that leaves a table {name}")
        table = self.built.steps[name]
        at = self._in_year(table.rows) if self.data.time is not None else np.arange(len(table.rows))
        return [self.data.units[i] for i in table.rows[at]], table.values[at]

    def scores(self) -> Floats:
        """[units, codes] of the codes that there are: all after aggregation, else the indicators."""
        return self.step("aggregated" if "aggregated" in self.built.steps else "normalised")[1]

    def blocks(self) -> Iterator[tuple[str, Integers]]:
        """Columns that are analysed together: all indicators, and the children of each aggregate."""
        yield _ALL, np.arange(len(self.data.tree.leaves))
        number = self.scores().shape[1]
        for node, child in zip(self.data.tree.nodes, self.data.tree.children, strict=True):
            if child.max() < number and len(child) < len(self.data.tree.leaves):
                yield node, child

    def complete_blocks(self) -> Iterator[tuple[str, Integers, Floats]]:
        """The same with their scores, of the units that have all of them."""
        scores = self.scores()
        for name, columns in self.blocks():
            values = scores[:, columns]
            yield name, columns, values[~np.isnan(values).any(axis=1)]
