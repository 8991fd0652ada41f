"""Score an edition's communities by a framework, rank them, and trace every point to its figures.

Put here: what the benchmark asks of the scoring engine, and how its answers become the tables of the mart.
Not here: the methods themselves (`pipelines/scoring`), the choice of values (`choose.py`).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipelines.scoring.aggregate import TreeScores, aggregate_tree
from pipelines.scoring.method import Method
from pipelines.scoring.normalise import goalposts
from pipelines.scoring.ranks import competition
from pipelines.scoring.tree import Tree
from warehouse.contracts import columns_of, contract_of, empty
from warehouse.contracts.mart import BASES
from warehouse.registry import Registry
from warehouse.registry.models import Criterion, Edition, Framework, Indicator

LEAST_SHARE = 0.2
"""Share of an edition's known members that must have an indicator for it to be compared."""

LEAST_COMPARED = 3
"""And never fewer members than these: with two there is a pair, not a comparison."""


LEAST_FACTORS = 0.5
"""Share of a framework's first-level criteria that a total must rest on."""

TABLES = ("screening", "indicator_score", "score", "trace", "benchmark")
"""Tables of the mart that a scored edition fills, in the order of `Scored`."""


_CASE = ["basis", "community_id", "indicator_id"]


@dataclass(frozen=True)
class Scored:
    """What one edition came to.

    Attributes:
        screening: table `mart.screening`.
        indicator_score: table `mart.indicator_score`.
        score: table `mart.score`.
        trace: table `mart.trace`.
        benchmark: table `mart.benchmark`.
    """

    screening: pd.DataFrame
    indicator_score: pd.DataFrame
    score: pd.DataFrame
    trace: pd.DataFrame
    benchmark: pd.DataFrame


def scored_frameworks(registry: Registry) -> list[Framework]:
    """Frameworks that give scores."""
    return [framework for framework in registry.frameworks if framework.kind == "scored"]


def method_of(registry: Registry, framework: Framework) -> Method:
    """The method that a framework names.

    Raises:
        pydantic.ValidationError: the file is no method.
    """
    return Method.model_validate(registry.methods[framework.method or framework.id])


def scored_criteria(framework: Framework) -> list[Criterion]:
    """Criteria that take part in the score: scored themselves, and so is everything above them."""
    by_id = {criterion.id: criterion for criterion in framework.criteria}

    def counts(criterion: Criterion) -> bool:
        parent = by_id.get(criterion.parent)
        return criterion.is_scored and (parent is None or counts(parent))

    return [criterion for criterion in framework.criteria if counts(criterion)]


def screen(chosen: pd.DataFrame, members: pd.DataFrame, framework: Framework) -> pd.DataFrame:
    """Tell which indicators enough ranked members have: what few have compares nobody, and favours those few.

    Args:
        chosen: table `mart.chosen` of one edition and reading.
        members: table `core.edition_member` of the edition.
        framework: whose indicators.

    Returns:
        Columns `indicator_id`, `members`, `needed`, `is_compared`.
    """
    ranked = members.loc[members["is_ranked"], "community_id"]
    needed = max(LEAST_COMPARED, int(np.ceil(LEAST_SHARE * len(ranked))))
    counts = chosen[chosen["community_id"].isin(ranked)].groupby("indicator_id")["community_id"].nunique()
    links = [link.id for criterion in scored_criteria(framework) for link in criterion.indicators]
    known = counts.reindex(links, fill_value=0).to_numpy()
    return pd.DataFrame({"indicator_id": links, "members": known, "needed": needed, "is_compared": known >= needed})


def tree_of(framework: Framework, compared: set[str]) -> Tree:
    """The framework's scored criteria above the compared indicators; its top is the framework's id.

    Raises:
        TreeError: nothing is compared.
    """
    criteria = {criterion.id: criterion for criterion in scored_criteria(framework)}
    links = [(link, c) for c in criteria.values() for link in c.indicators if link.id in compared]
    alive: set[str] = set()
    for _, criterion in links:
        above: Criterion | None = criterion
        while above is not None:
            alive.add(above.id)
            above = criteria.get(above.parent)
    kept = [criterion for criterion in criteria.values() if criterion.id in alive]
    return Tree.build(
        codes=[framework.id, *(criterion.id for criterion in kept), *(link.id for link, _ in links)],
        parents=[None, *(criterion.parent for criterion in kept), *(criterion.id for _, criterion in links)],
        weights=[1.0, *(criterion.weight for criterion in kept), *(link.weight for link, _ in links)],
        leaves=[link.id for link, _ in links],
    )


def score(chosen: pd.DataFrame, members: pd.DataFrame, edition: Edition, registry: Registry) -> Scored:
    """Score one edition by every framework, in both readings.

    Args:
        chosen: table `mart.chosen` of the edition.
        members: table `core.edition_member` of the edition.
        edition: which.
        registry: frameworks, methods, indicators.
    """
    parts = [
        _score_one(chosen[chosen["basis"] == basis], members, framework, registry, basis)
        for framework in scored_frameworks(registry)
        for basis in BASES
    ]
    tables = {name: pd.concat([getattr(part, name) for part in parts], ignore_index=True) for name in TABLES}
    tables["indicator_score"] = tables["indicator_score"].merge(chosen[[*_CASE, "value", "is_proxy"]], on=_CASE)
    tables["trace"] = _with_figures(tables["trace"], chosen)
    for name, table in tables.items():
        tables[name] = table.assign(edition_id=edition.id)[columns_of(f"mart.{name}")]
    return Scored(**tables)


def _score_one(
    chosen: pd.DataFrame, members: pd.DataFrame, framework: Framework, registry: Registry, basis: str
) -> Scored:
    """One framework in one reading; the caller adds the edition, and the figures behind scores."""
    label = {"framework_id": framework.id, "basis": basis}
    screening = screen(chosen, members, framework).assign(**label)
    if not screening["is_compared"].any():
        nothing = {name: empty(contract_of(f"mart.{name}")) for name in TABLES[1:]}
        nothing["indicator_score"] = nothing["indicator_score"].drop(columns=["value", "is_proxy"])
        nothing["trace"] = nothing["trace"].drop(columns=["observation_id", "role"])
        return Scored(screening, **nothing)
    tree = tree_of(framework, set(screening.loc[screening["is_compared"], "indicator_id"]))
    method = method_of(registry, framework)
    communities = list(members["community_id"])
    value = wide(chosen, communities, tree, "value")
    own = wide(chosen.assign(own=np.where(chosen["is_proxy"], np.nan, 1.0)), communities, tree, "own")
    leaf = score_indicators(value, [registry.indicator[code] for code in tree.leaves], method)
    result = _withhold(aggregate_tree(leaf, tree, method.rules(tree)), tree, framework)
    scores = _score_table(result, own, leaf, tree, communities).assign(**label, method_hash=method.digest)
    return Scored(
        screening,
        _indicator_table(leaf, tree, communities).assign(**label),
        scores,
        _trace_table(result, leaf, tree, communities).assign(**label),
        _benchmark_table(result, tree, communities, members["is_ranked"].to_numpy(dtype=bool)).assign(**label),
    )


def _withhold(result: TreeScores, tree: Tree, framework: Framework) -> TreeScores:
    """Take back a total that rests on less than half of the framework's factors, whatever their coverage."""
    factors = [criterion.id for criterion in scored_criteria(framework) if criterion.parent == framework.id]
    first = len(tree.leaves)
    present = [tree.position[code] - first for code in factors if code in tree.position]
    top = tree.position[framework.id] - first
    few = (~np.isnan(result.score[:, present])).sum(axis=1) < LEAST_FACTORS * len(factors)
    score, weight = result.score.copy(), np.array(result.leaf_weight)
    score[few, top], weight[few, top] = np.nan, np.nan
    return TreeScores(score, result.coverage, weight)


def wide(chosen: pd.DataFrame, communities: list[str], tree: Tree, column: str) -> np.ndarray:
    """Lay a column out as [communities, leaves] of a column, NaN where nothing was chosen."""
    wide = np.full((len(communities), len(tree.leaves)), np.nan)
    row = pd.Index(communities).get_indexer(pd.Index(chosen["community_id"]))
    at = pd.Index(tree.leaves).get_indexer(pd.Index(chosen["indicator_id"]))
    here = (row >= 0) & (at >= 0)
    wide[row[here], at[here]] = chosen[column].to_numpy(dtype=float)[here]
    return wide


def score_indicators(value: np.ndarray, indicators: list[Indicator], method: Method) -> np.ndarray:
    """Score values by the indicators' goalposts and directions.

    Args:
        value: [communities, indicators] in the indicators' units, NaN where missing.
        indicators: one a column, each with goalposts.
        method: says whether values beyond the goalposts are held at 0 and 100.

    Returns:
        [communities, indicators] 0 to 100, NaN where missing.
    """
    posts = [entry.goalposts for entry in indicators]
    assert all(posts)  # noqa: S101 (the registry refuses a scored indicator without goalposts)
    low = np.array([post.lower for post in posts if post])
    high = np.array([post.upper for post in posts if post])
    is_log = np.array([post.scale == "log" for post in posts if post])
    value = np.where(is_log & (value <= 0), low, value)  # has no logarithm, and lies below every logarithmic goalpost
    with np.errstate(divide="ignore", invalid="ignore"):  # of the linear ones, whose logarithms are not used
        value, low, high = (np.where(is_log, np.log(array), array) for array in (value, low, high))
    direction = np.array([1 if entry.direction == "higher" else -1 for entry in indicators])
    truncate = method.normalise is None or method.normalise.truncate
    return goalposts(value, low, high, direction, truncate=truncate)


def _indicator_table(leaf: np.ndarray, tree: Tree, communities: list[str]) -> pd.DataFrame:
    rows, columns = np.nonzero(~np.isnan(leaf))
    parent = np.array([tree.codes[place] for place in tree.parent[: len(tree.leaves)]], dtype=object)
    return pd.DataFrame(
        {
            "community_id": np.array(communities, dtype=object)[rows],
            "criterion_id": parent[columns],
            "indicator_id": np.array(tree.leaves, dtype=object)[columns],
            "score": leaf[rows, columns],
        }
    )


def _score_table(
    result: TreeScores, own: np.ndarray, leaf: np.ndarray, tree: Tree, communities: list[str]
) -> pd.DataFrame:
    share, below = tree.leaf_share, tree.leaf_share > 0
    present = ~np.isnan(leaf)
    table = _long(communities, tree.nodes)
    return table.assign(
        score=result.score.ravel(),
        coverage=np.clip(result.coverage, 0, 1).ravel(),
        coverage_own=np.clip(np.nan_to_num(own) @ share.T, 0, 1).ravel(),
        figures=(present.astype(int) @ below.T.astype(int)).ravel(),
        indicators=np.tile(below.sum(axis=1), len(communities)),
    )


def _long(communities: list[str], nodes: tuple[str, ...]) -> pd.DataFrame:
    """One row a community and node, in the order of a raveled [communities, nodes] array."""
    return pd.DataFrame(
        {"community_id": np.repeat(communities, len(nodes)), "criterion_id": np.tile(nodes, len(communities))}
    )


def _trace_table(result: TreeScores, leaf: np.ndarray, tree: Tree, communities: list[str]) -> pd.DataFrame:
    """Share and points of each indicator in each score."""
    weight = np.nan_to_num(np.asarray(result.leaf_weight))
    unit, node, column = np.nonzero(weight)
    share = weight[unit, node, column]
    return pd.DataFrame(
        {
            "community_id": np.array(communities, dtype=object)[unit],
            "criterion_id": np.array(tree.nodes, dtype=object)[node],
            "indicator_id": np.array(tree.leaves, dtype=object)[column],
            "share": share,
            "points": share * leaf[unit, column],
        }
    )


def _with_figures(trace: pd.DataFrame, chosen: pd.DataFrame) -> pd.DataFrame:
    """The trace down to figures; what a ratio brings is halved between its two figures."""
    table = trace.merge(chosen[[*_CASE, "observation_id", "denominator_id"]], on=_CASE)
    is_ratio = table["denominator_id"].notna()
    half = table[is_ratio].assign(share=lambda rows: rows["share"] / 2, points=lambda rows: rows["points"] / 2)
    return pd.concat(
        [
            table[~is_ratio].assign(role="value"),
            half.assign(role="numerator"),
            half.assign(role="denominator", observation_id=half["denominator_id"]),
        ],
        ignore_index=True,
    ).sort_values(["framework_id", *_CASE, "criterion_id", "role"], ignore_index=True)


def _benchmark_table(result: TreeScores, tree: Tree, communities: list[str], is_ranked: np.ndarray) -> pd.DataFrame:
    """Ranks among the ranked members, and the distance to their median and their best."""
    peers = np.where(is_ranked[:, None], result.score, np.nan)
    known = ~np.isnan(peers)
    some = known.any(axis=0)
    median, best = np.full(len(tree.nodes), np.nan), np.full(len(tree.nodes), np.nan)
    median[some], best[some] = np.nanmedian(peers[:, some], axis=0), np.nanmax(peers[:, some], axis=0)
    leader = np.full(len(tree.nodes), None, dtype=object)
    leader[some] = np.array(communities, dtype=object)[np.nanargmax(peers[:, some], axis=0)]
    every = np.ones((len(communities), 1))
    return _long(communities, tree.nodes).assign(
        is_ranked=np.repeat(is_ranked, len(tree.nodes)),
        score=result.score.ravel(),
        coverage=np.clip(result.coverage, 0, 1).ravel(),
        rank=pd.Series(competition(peers).ravel()).astype("Int64"),
        rank_of=np.tile(known.sum(axis=0), len(communities)),
        peer_median=(every * median).ravel(),
        peer_best=(every * best).ravel(),
        gap_to_median=(result.score - median).ravel(),
        gap_to_best=(result.score - best).ravel(),
        best_peer=np.tile(leader, len(communities)),
    )
