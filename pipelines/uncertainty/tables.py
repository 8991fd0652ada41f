"""The tables that tell how sure the ranks are.

Put here: running the model for every framework and reading of an edition, and laying out the answers.
Not here: the model (`model.py`).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipelines.score import LEAST_FACTORS, method_of, scored_criteria, scored_frameworks, tree_of
from pipelines.scoring.draws import Draws, Scores
from pipelines.scoring.sampling import unit_cube
from pipelines.scoring.sensitivity import design, estimate, rank_outputs
from pipelines.scoring.uncertainty import Uncertainty, rank_draws, run, summarise
from pipelines.uncertainty.figures import figures
from pipelines.uncertainty.model import BenchmarkModel
from warehouse.contracts import columns_of, contract_of, empty
from warehouse.contracts.mart import BASES
from warehouse.registry import Registry
from warehouse.registry.models import Edition, Framework
from warehouse.registry.uncertainty import Plan

NAMES = ("rank_interval", "rank_share", "pairwise", "sensitivity")
RESAMPLES = 200
SENSITIVITY_BASIS = "with_proxies"
"""Reading whose sensitivity is told: the one in which most members have a rank."""

LEAST_RANKED = 3
"""Members with a score that there must be for their ranks to be varied."""

_DISTRIBUTION = ("score_p5", "score_median", "score_p95", "rank_p5", "rank_median", "rank_p95", "top_share")


@dataclass(frozen=True)
class Uncertain:
    """How sure the ranks of one edition are.

    Attributes:
        rank_interval: table `mart.rank_interval`.
        rank_share: table `mart.rank_share`.
        pairwise: table `mart.pairwise`.
        sensitivity: table `mart.sensitivity`.
    """

    rank_interval: pd.DataFrame
    rank_share: pd.DataFrame
    pairwise: pd.DataFrame
    sensitivity: pd.DataFrame


def analyse(
    chosen: pd.DataFrame,
    candidate: pd.DataFrame,
    screening: pd.DataFrame,
    members: pd.DataFrame,
    edition: Edition,
    registry: Registry,
) -> Uncertain:
    """Vary every assumption of every scored framework that declares any, in both readings.

    Args:
        chosen: table `mart.chosen` of the edition.
        candidate: table `mart.candidate` of the edition.
        screening: table `mart.screening` of the edition.
        members: table `core.edition_member` of the edition.
        edition: which.
        registry: frameworks, methods, indicators.
    """
    parts: dict[str, list[pd.DataFrame]] = {name: [] for name in NAMES}
    rivals = candidate[candidate["verdict"].isin(["chosen", "not_preferred"]) & ~candidate["is_proxy"]]
    compared = screening[screening["is_compared"]].groupby(["framework_id", "basis"])["indicator_id"].agg(set)
    for basis in BASES:
        mine, pool = chosen[chosen["basis"] == basis], rivals[rivals["basis"] == basis]
        for framework in scored_frameworks(registry):
            indicators = compared.get((framework.id, basis))
            if framework.uncertainty is None or indicators is None:
                continue
            model = build_model(mine, pool, members, framework, indicators, registry)
            tables = _tables(model, members, framework.uncertainty)
            if basis == SENSITIVITY_BASIS:
                tables["sensitivity"] = _sensitivity(model, members, framework.uncertainty)
            for name, table in tables.items():
                label = {"edition_id": edition.id, "framework_id": framework.id, "basis": basis}
                parts[name].append(table.assign(**label))
    return Uncertain(**{name: _joined(name, tables) for name, tables in parts.items()})


def build_model(
    chosen: pd.DataFrame,
    rivals: pd.DataFrame,
    members: pd.DataFrame,
    framework: Framework,
    compared: set[str],
    registry: Registry,
) -> BenchmarkModel:
    """The model of one framework in one reading.

    Args:
        chosen: table `mart.chosen` of the edition and reading.
        rivals: of `mart.candidate`, the eligible values of the communities' own areas.
        members: table `core.edition_member` of the edition.
        framework: with its assumptions.
        compared: indicators that enough members have.
        registry: methods, indicators, countries.
    """
    plan = framework.uncertainty
    assert plan is not None  # noqa: S101 (the caller asked)
    tree = tree_of(framework, compared)
    factors = [criterion.id for criterion in scored_criteria(framework) if criterion.parent == framework.id]
    country = {entry.id: entry.country for entry in registry.communities}
    sizes = {str(quality): size for quality, size in plan.errors.sizes.items()} if plan.errors else {}
    return BenchmarkModel(
        figures=figures(chosen, rivals, list(members["community_id"]), country, tree, sizes),
        indicators=tuple(registry.indicator[code] for code in tree.leaves),
        tree=tree,
        rules=tuple(method_of(registry, framework).rules(tree)),
        factors=tuple(tree.position[code] for code in factors if code in tree.position),
        factors_needed=LEAST_FACTORS * len(factors),
        plan=plan,
    )


def _joined(name: str, tables: list[pd.DataFrame]) -> pd.DataFrame:
    if not tables:
        return empty(contract_of(f"mart.{name}"))
    return pd.concat(tables, ignore_index=True)[columns_of(f"mart.{name}")]


def _tables(model: BenchmarkModel, members: pd.DataFrame, plan: Plan) -> dict[str, pd.DataFrame]:
    is_ranked = members["is_ranked"].to_numpy(dtype=bool)
    communities = members["community_id"].to_numpy(dtype=object)
    nominal = model.nominal()
    if np.isfinite(nominal[is_ranked]).sum() < LEAST_RANKED:
        return _nothing(members, nominal, plan)
    # Plain points: among hundreds of columns, one a figure, Sobol points are no more even, and take longer to make.
    cube = unit_cube(plan.draws, model.width, plan.seed, "random")
    scores = run(model, Draws(tuple(map(str, range(model.width))), cube))
    peers = Scores(scores.score[:, is_ranked], scores.failed)
    ranked = summarise(peers, nominal[is_ranked], plan.top)
    every = summarise(scores, nominal, plan.top)
    return {
        "rank_interval": _intervals(ranked, every, communities, is_ranked, plan),
        "rank_share": _rank_shares(rank_draws(peers.score), communities[is_ranked]),
        "pairwise": _pairs(ranked, communities[is_ranked]),
    }


def _nothing(members: pd.DataFrame, nominal: np.ndarray, plan: Plan) -> dict[str, pd.DataFrame]:
    """Tables of a ranking that does not exist: nobody, or hardly anybody, has a score to vary."""
    table = pd.DataFrame(
        {
            "community_id": members["community_id"].to_numpy(),
            "is_ranked": members["is_ranked"].to_numpy(),
            "score": nominal,
            "rank": pd.Series(np.full(len(nominal), np.nan)).astype("Int64"),
            "draws_scored": 0,
            "draws": plan.draws,
            "draws_failed": 0,
            "seed": plan.seed,
        }
    )
    for name in _DISTRIBUTION:
        table[name] = np.nan
    return {"rank_interval": table}


def _intervals(
    ranked: Uncertainty, every: Uncertainty, communities: np.ndarray, is_ranked: np.ndarray, plan: Plan
) -> pd.DataFrame:
    def among_peers(values: np.ndarray) -> np.ndarray:
        spread = np.full(len(communities), np.nan)
        spread[is_ranked] = values
        return spread

    return pd.DataFrame(
        {
            "community_id": communities,
            "is_ranked": is_ranked,
            "score": every.nominal_score,
            "score_p5": every.score.p5,
            "score_median": every.score.median,
            "score_p95": every.score.p95,
            "rank": pd.Series(among_peers(ranked.nominal_rank)).astype("Int64"),
            "rank_p5": among_peers(ranked.rank.p5),
            "rank_median": among_peers(ranked.rank.median),
            "rank_p95": among_peers(ranked.rank.p95),
            "top_share": among_peers(np.where(ranked.scored > 0, ranked.top_share, np.nan)),
            "draws_scored": every.scored,
            "draws": every.draws,
            "draws_failed": sum(every.failures.values()),
            "seed": plan.seed,
        }
    )


def _rank_shares(rank: np.ndarray, communities: np.ndarray) -> pd.DataFrame:
    """Of [draws, communities] ranks, the share of each rank a community ever takes."""
    draw, unit = np.nonzero(~np.isnan(rank))
    counts = np.zeros((rank.shape[1], rank.shape[1] + 1))
    np.add.at(counts, (unit, rank[draw, unit].astype(int)), 1)
    taken, place = np.nonzero(counts)
    share = counts[taken, place] / counts.sum(axis=1)[taken]
    return pd.DataFrame({"community_id": communities[taken], "rank": place, "share": share})


def _pairs(ranked: Uncertainty, communities: np.ndarray) -> pd.DataFrame:
    one, other = np.nonzero(~np.isnan(ranked.ahead))
    ahead = np.clip(ranked.ahead[one, other], 0, 1)
    return pd.DataFrame({"community_id": communities[one], "other_id": communities[other], "ahead": ahead})


def _sensitivity(model: BenchmarkModel, members: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """Indices of the mean rank shift and of each ranked community's rank."""
    is_ranked = members["is_ranked"].to_numpy(dtype=bool)
    communities = members["community_id"].to_numpy(dtype=object)
    names, nominal = list(model.columns), model.nominal()
    if not names or np.isfinite(nominal[is_ranked]).sum() < LEAST_RANKED:
        return pd.DataFrame(columns=["output", "assumption"])
    sizes = [part.stop - part.start for part in model.columns.values()]
    cube = design(sizes, plan.sensitivity_draws, plan.seed, "random")
    scores = run(model, Draws(tuple(map(str, range(model.width))), cube))
    outputs = rank_outputs(Scores(scores.score[:, is_ranked], scores.failed), nominal[is_ranked])
    found = estimate(outputs, len(names), plan.seed, resamples=RESAMPLES)
    labels = ["mean_rank_shift", *communities[is_ranked]]
    return pd.DataFrame(
        {
            "assumption": np.repeat(names, len(labels)),
            "output": np.tile(labels, len(names)),
            "first_order": found.first.value.ravel(),
            "first_low": found.first.low.ravel(),
            "first_high": found.first.high.ravel(),
            "total": found.total.value.ravel(),
            "total_low": found.total.low.ravel(),
            "total_high": found.total.high.ravel(),
            "base_draws": plan.sensitivity_draws,
            "used": found.used.ravel(),
        }
    )
