"""The tables of an analysis: which function is put to which figures, and what the columns are called.

Not here: the analyses themselves (`pipelines.scoring.analyse`) and the writing of files (`analyse`).
"""

from collections.abc import Callable
from dataclasses import fields
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from pipelines.index.analysis_view import NotMadeError, View
from pipelines.scoring.analyse.availability import availability
from pipelines.scoring.analyse.correlation import (
    Kind,
    ancestor_pairs,
    benjamini_hochberg,
    correlate,
    flag_pairs,
    holm,
)
from pipelines.scoring.analyse.effective_weights import main_effects, nominal_weights
from pipelines.scoring.analyse.multivariate import (
    cronbach,
    principal_components,
    sampling_adequacy,
    sphericity,
)
from pipelines.scoring.analyse.removal import remove_each
from pipelines.scoring.analyse.statistics import statistics
from pipelines.scoring.analyse.strengths import strengths
from pipelines.scoring.arrays import Floats, Integers
from pipelines.scoring.errors import ScoringError, naming

Table = dict[str, ArrayLike]
_KINDS: tuple[Kind, ...] = ("pearson", "spearman", "kendall")


def _statistics(view: View) -> Table:
    return _described(view.data.tree.leaves, view.raw)


def _statistics_treated(view: View) -> Table:
    return _described(view.data.tree.leaves, view.step("treated")[1])


def _described(leaves: tuple[str, ...], values: Floats) -> Table:
    found = statistics(values)
    return {"iCode": leaves} | {f.name: getattr(found, f.name) for f in fields(found)}


def _availability(view: View) -> Table:
    found = availability(view.raw, view.data.tree)
    columns: Table = {
        "uCode": view.all_units,
        "missing": found.missing,
        "zeros": found.zeros,
        "share": found.unit,
    }
    return columns | {node: found.branch[:, i] for i, node in enumerate(view.data.tree.nodes)}


def _correlations(view: View) -> Table:
    """Every pair of codes once; the corrections count all pairs of the table as tests."""
    tree, values = view.data.tree, view.scores()
    first, second = np.triu_indices(values.shape[1], 1)
    family = {(int(code), int(above)) for code, above in ancestor_pairs(tree.parent)}
    relation = np.where(tree.parent[first] == tree.parent[second], "siblings", "")
    related = [(a, b) in family for a, b in zip(first.tolist(), second.tolist(), strict=True)]
    table: Table = {
        "first": [tree.codes[i] for i in first],
        "second": [tree.codes[i] for i in second],
        "relation": np.where(related, "ancestor", relation),
    }
    for kind in _KINDS:
        found = correlate(values, kind=kind)
        p_value = found.p_value[first, second]
        table |= {
            "units": found.units[first, second],
            kind: found.coefficient[first, second],
            f"{kind}_p": p_value,
            f"{kind}_p_holm": holm(p_value),
            f"{kind}_p_benjamini_hochberg": benjamini_hochberg(p_value),
        }
    return table


def _correlation_flags(view: View) -> Table:
    tree, values = view.data.tree, view.scores()
    coefficient = correlate(values).coefficient
    redundant, conflicting = flag_pairs(coefficient, tree.parent[: values.shape[1]])
    pairs = np.concatenate([redundant, conflicting])
    return {
        "parent": [tree.codes[tree.parent[i]] for i in pairs[:, 0]],
        "first": [tree.codes[i] for i in pairs[:, 0]],
        "second": [tree.codes[i] for i in pairs[:, 1]],
        "pearson": coefficient[pairs[:, 0], pairs[:, 1]],
        "flag": ["redundant"] * len(redundant) + ["conflicting"] * len(conflicting),
    }


def _denominator_correlations(view: View) -> Table:
    """Indicators as they came against denominators: a strong one suggests to denominate."""
    names = list(view.data.denominators)
    if not names:
        raise NotMadeError("the data have no denominators")
    size = np.column_stack([view.data.denominators[name][view.rows] for name in names])
    found = correlate(view.raw, size)
    code, name = (index.ravel() for index in np.indices(found.coefficient.shape))
    return {
        "iCode": [view.data.tree.leaves[i] for i in code],
        "denominator": [names[i] for i in name],
        "units": found.units.ravel(),
        "pearson": found.coefficient.ravel(),
        "pearson_p": found.p_value.ravel(),
        "pearson_p_holm": holm(found.p_value.ravel()),
    }


def _reliability(view: View) -> Table:
    """One row a block; what does not apply to a block is empty and told in the note."""
    rows = []
    for name, columns, values in view.complete_blocks():
        row: dict[str, Any] = {"block": name, "codes": len(columns), "units": len(values)}
        notes: list[str] = []
        alpha = _try(cronbach, values, columns, view, notes)
        row |= {"alpha": alpha and alpha.raw, "alpha_standardised": alpha and alpha.standardised}
        adequacy = _try(sampling_adequacy, values, columns, view, notes)
        row["kmo"] = adequacy and adequacy.overall
        test = _try(sphericity, values, columns, view, notes)
        for part in ("chi_square", "freedom", "p_value"):
            row[f"bartlett_{part}"] = test and getattr(test, part)
        rows.append(row | {"note": " | ".join(dict.fromkeys(notes))})
    return {name: [row[name] for row in rows] for name in rows[0]}


def _items(view: View) -> Table:
    table: dict[str, list[Any]] = {"block": [], "code": [], "alpha_without": [], "item_rest": [], "kmo": []}
    for name, columns, values in view.complete_blocks():
        alpha = _try(cronbach, values, columns, view, [])
        adequacy = _try(sampling_adequacy, values, columns, view, [])
        empty = [None] * len(columns)
        table["block"] += [name] * len(columns)
        table["code"] += [view.data.tree.codes[i] for i in columns]
        table["alpha_without"] += alpha.without.tolist() if alpha else empty
        table["item_rest"] += alpha.item_rest.tolist() if alpha else empty
        table["kmo"] += adequacy.each.tolist() if adequacy else empty
    return dict(table)


def _components(view: View) -> Table:
    table: dict[str, list[Any]] = {
        "block": [],
        "component": [],
        "eigenvalue": [],
        "share": [],
        "cumulative": [],
    }
    for name, columns, values in view.complete_blocks():
        if found := _try(principal_components, values, columns, view, []):
            table["block"] += [name] * len(columns)
            table["component"] += range(1, len(columns) + 1)
            table["eigenvalue"] += found.eigenvalue.tolist()
            table["share"] += found.share.tolist()
            table["cumulative"] += np.cumsum(found.share).tolist()
    return dict(table)


def _loadings(view: View) -> Table:
    table: dict[str, list[Any]] = {"block": [], "code": [], "component": [], "loading": []}
    for name, columns, values in view.complete_blocks():
        if found := _try(principal_components, values, columns, view, []):
            code, component = (index.ravel() for index in np.indices(found.loading.shape))
            table["block"] += [name] * code.size
            table["code"] += [view.data.tree.codes[columns[i]] for i in code]
            table["component"] += (component + 1).tolist()
            table["loading"] += found.loading.ravel().tolist()
    return dict(table)


def _try(function: Callable[[Floats], Any], values: Floats, columns: Integers, view: View, notes: list[str]) -> Any:
    """The analysis of a block, or None and a note."""
    try:
        with naming([view.data.tree.codes[i] for i in columns]):
            return function(values)
    except ScoringError as error:
        notes.append(str(error))
        return None


def _weights(view: View) -> Table:
    tree, values = view.data.tree, view.step("aggregated")[1]
    table: Table = {
        "code": tree.codes,
        "level": tree.level,
        "parent": [tree.codes[i] if i >= 0 else "" for i in tree.parent],
        "effective_weight": nominal_weights(tree),
    }
    for top in tree.tops:
        found = main_effects(values, values[:, tree.position[top]])
        table |= {f"{top}_linear": found.linear, f"{top}_smooth": found.smooth}
    return table


def _strengths(view: View) -> Table:
    units, values = view.step("normalised")
    found = strengths(values)
    table: dict[str, list[Any]] = {
        "uCode": [],
        "kind": [],
        "place": [],
        "iCode": [],
        "standing": [],
        "score": [],
    }
    for kind, columns in (("strength", found.strengths), ("weakness", found.weaknesses)):
        row, place = np.nonzero(columns >= 0)
        column = columns[row, place]
        table["uCode"] += [units[i] for i in row]
        table["kind"] += [kind] * len(row)
        table["place"] += (place + 1).tolist()
        table["iCode"] += [view.data.tree.leaves[i] for i in column]
        table["standing"] += found.standing[row, column].tolist()
        table["score"] += values[row, column].tolist()
    return dict(table)


def _removal(view: View) -> Table:
    tree, values = view.data.tree, view.step("normalised")[1]
    view.step("aggregated")
    rules = view.built.method.rules(tree)
    parts = []
    for top in tree.tops:
        under = ancestor_pairs(tree.parent)
        codes = [tree.codes[i] for i in under[under[:, 1] == tree.position[top], 0]]
        parts.append((top, remove_each(values, tree, rules, codes, top)))
    return {
        "top": [top for top, found in parts for _ in found.codes],
        "without": [code for _, found in parts for code in found.codes],
        "mean_rank_shift": np.concatenate([found.mean_shift for _, found in parts]),
        "largest_rank_shift": np.concatenate([found.largest_shift for _, found in parts]),
    }


ANALYSES: dict[str, Callable[[View], Table]] = {
    "statistics": _statistics,
    "statistics_treated": _statistics_treated,
    "availability": _availability,
    "correlations": _correlations,
    "correlation_flags": _correlation_flags,
    "denominator_correlations": _denominator_correlations,
    "reliability": _reliability,
    "items": _items,
    "components": _components,
    "loadings": _loadings,
    "effective_weights": _weights,
    "strengths": _strengths,
    "removal": _removal,
}
