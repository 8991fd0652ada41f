"""What can be answered to each data point of a framework, for each community of an edition.

Put here: the status of an answer and how far it can be trusted, from its figures and the entries of the register.
Not here: which figure it is (`figures.py`), which entries count (`support.py`), wording (`sentences.py`).

A statistic is answered by a figure of the community's own area within the edition's window, by all of its indicators or
by any one as the registry says; evidence is answered by an initiative, honour or post that counts. What is there but
falls short of that (a wider area, an older or later year, sources that differ, a plan) is a partial answer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from pipelines.evidence.figures import BASIS, context_candidates, figures_of
from pipelines.evidence.language import LANGUAGES
from pipelines.evidence.rows import rows
from pipelines.evidence.sentences import TEXTS, Draft
from pipelines.evidence.support import supports, year_of
from pipelines.score import scored_frameworks
from warehouse.contracts import columns_of, contract_of, empty
from warehouse.contracts.evidence import CONFIDENCES, FIGURE_STATES, SUPPORT_KINDS
from warehouse.registry import Registry
from warehouse.registry.models import Edition, Framework

TABLES = ("evidence_figure", "evidence_support", "evidence_answer")

SOUND = ("own_area", "other_class")
"""States of a figure that answer a statistic, unless sources differ."""

GRADE = {"official": 0, "compiled": 0, "modelled": 1, "press": 1, "unconfirmed": 2}
"""Place among CONFIDENCES by the grade of the figure: as the sizes of the errors of the uncertainty analysis go."""

COUNTS = {kind: f"{kind}s" for kind in SUPPORT_KINDS}
"""Column that counts the entries of each kind."""

CASE = ["edition_id", "framework_id", "data_point", "community_id"]
_LED = [
    "indicator_id", "observation_id", "value", "unit", "year", "area_name", "area_level", "publisher", "url",
    "answer_id", "age", "rank", "rank_of", "rank_low", "rank_high", "draws", "peer_median", "peer_best", "best_peer",
]  # fmt: skip
"""Columns that an answer takes from its leading figure."""

_SAID = [
    "edition_id", "community_id", "is_ranked", "kind", "needs", "status", "indicators", "answered", "initiatives",
    "recognitions", "posts", "publishers", "is_comparable", "unit", "rank", "rank_of", "rank_low", "rank_high", "draws",
    "peer_median",
]  # fmt: skip
"""Columns that the words of an answer tell of."""


@dataclass(frozen=True)
class Answers:
    """What the communities of some editions can answer.

    Attributes:
        evidence_figure: table `mart.evidence_figure`.
        evidence_support: table `mart.evidence_support`.
        evidence_answer: table `mart.evidence_answer`.
    """

    evidence_figure: pd.DataFrame
    evidence_support: pd.DataFrame
    evidence_answer: pd.DataFrame


def answer(
    candidate: pd.DataFrame,
    observation: pd.DataFrame,
    members: pd.DataFrame,
    register: Mapping[str, pd.DataFrame],
    editions: Sequence[Edition],
    registry: Registry,
) -> Answers:
    """Answer every data point of every scored framework for every community that the editions show.

    Args:
        candidate: table `mart.candidate` of the editions.
        observation: table `core.observation`.
        members: table `core.edition_member` of the editions.
        register: `support.REGISTER` by the name after the schema.
        editions: which.
        registry: frameworks, indicators, names.
    """
    support = supports(register, members, editions)
    read = candidate[candidate["basis"] == BASIS]
    pool = pd.concat([read, context_candidates(observation, members, editions, registry)], ignore_index=True)
    figures, facts = [empty(contract_of("mart.evidence_figure"))], []
    for framework in scored_frameworks(registry):
        found = figures_of(pool, observation, members, editions, framework, registry)
        mine = _placed(found, framework)
        figures.append(mine)
        facts.append(_facts(mine, support[support["framework_id"] == framework.id], members, framework, registry))
    figure = pd.concat(figures, ignore_index=True)
    told = _told(pd.concat(facts, ignore_index=True), figure, support, editions, registry)
    return Answers(
        figure[columns_of("mart.evidence_figure")],
        support[columns_of("mart.evidence_support")],
        told[columns_of("mart.evidence_answer")],
    )


def _placed(found: pd.DataFrame, framework: Framework) -> pd.DataFrame:
    """The figures of each data point, the one that leads its answer first."""
    links = pd.DataFrame(
        [(point.code, code, n) for point in framework.data_points for n, code in enumerate(point.indicators)],
        columns=["data_point", "indicator_id", "_link"],
    )
    figures = found.merge(links, on="indicator_id").assign(framework_id=framework.id)
    order = {name: number for number, name in enumerate(FIGURE_STATES)}
    figures = figures.assign(_order=figures["state"].map(order)).sort_values([*CASE, "_order", "is_disputed", "_link"])
    return figures.assign(place=figures.groupby(CASE).cumcount() + 1)


def _points(framework: Framework) -> pd.DataFrame:
    """The data points with the factor above each; the framework's own id where it is of no one factor."""
    parent = {criterion.id: criterion.parent for criterion in framework.criteria}

    def factor(code: str) -> str:
        while parent.get(code, framework.id) != framework.id:
            code = parent[code]
        return code

    return pd.DataFrame(
        [
            (framework.id, factor(p.criterion), p.criterion, p.code, n, p.kind, p.needs, len(p.indicators))
            for n, p in enumerate(framework.data_points, start=1)
        ],
        columns=[
            "framework_id", "factor_id", "criterion_id", "data_point", "position", "kind", "needs", "indicators"
        ],
    )  # fmt: skip


def _facts(
    figure: pd.DataFrame, support: pd.DataFrame, members: pd.DataFrame, framework: Framework, registry: Registry
) -> pd.DataFrame:
    """One row an answer, without its words."""
    facts = members[["edition_id", "community_id", "is_ranked"]].merge(_points(framework), how="cross")
    lead = figure[figure["place"] == 1]
    facts = facts.merge(lead[[*CASE, *_LED, "state", "quality", "is_proxy", "is_stale", "is_disputed"]], how="left")
    sound = figure["state"].isin(SOUND) & ~figure["is_disputed"]
    count = figure.assign(sound=sound).groupby(CASE).agg(figures=("place", "size"), answered=("sound", "sum"))
    facts = facts.merge(count, on=CASE, how="left").merge(_counted(support), on=CASE, how="left")
    flags = {name: facts[name].eq(True) for name in ("is_proxy", "is_stale", "is_disputed", "is_over")}
    numbers = {
        name: facts[name].fillna(0).astype("int64")
        for name in ("figures", "answered", *COUNTS.values(), "linked", "publishers")
    }
    directed = {entry.id for entry in registry.indicators if entry.direction != "none"}
    facts = facts.assign(**flags, **numbers, is_comparable=facts["indicator_id"].isin(directed))
    facts["is_stale"] |= facts["is_over"]
    facts["status"] = _status(facts)
    return facts.assign(confidence=_confidence(facts))


def _counted(support: pd.DataFrame) -> pd.DataFrame:
    """By case: entries that count, all that began by then, the publishers behind them, and whether all are over."""
    past = support[support["state"] != "later"]
    counts = {name: (past["state"] == "counts") & (past["kind"] == kind) for kind, name in COUNTS.items()}
    groups = past.assign(**counts, over=past["state"] == "over").groupby(CASE)
    sums = {name: (name, "sum") for name in COUNTS.values()}
    return groups.agg(**sums, linked=("over", "size"), publishers=("publishers", "max"), is_over=("over", "all"))


def _status(facts: pd.DataFrame) -> np.ndarray:
    needed = np.where(facts["needs"] == "any", 1, facts["indicators"])
    is_statistic = facts["kind"] == "statistic"
    is_answered = np.where(is_statistic, facts["answered"] >= needed, facts[list(COUNTS.values())].sum(axis=1) > 0)
    something = (facts["figures"] > 0) | (facts["linked"] > 0)
    return np.select([is_answered, something], ["answered", "partial"], default="missing")


def _confidence(facts: pd.DataFrame) -> np.ndarray:
    """By the grade of the figure, or by the publishers of documents; a step lower for what falls short otherwise."""
    of_documents = 2 - facts["publishers"].clip(upper=2)
    base = facts["quality"].map(GRADE).fillna(of_documents).astype("int64")
    is_unsound = facts["state"].notna() & ~facts["state"].isin(SOUND)
    has_no_proof = facts["state"].isna() & (facts["status"] == "partial")
    falls_short = is_unsound | facts["is_disputed"] | has_no_proof
    place = np.minimum(base + falls_short, 2)
    return np.where(facts["status"] == "missing", "none", np.array(CONFIDENCES)[place])


def _told(
    facts: pd.DataFrame,
    figure: pd.DataFrame,
    support: pd.DataFrame,
    editions: Sequence[Edition],
    registry: Registry,
) -> pd.DataFrame:
    """The answers with their words in every language."""
    newest = support.assign(_year=year_of(support["started"]).where(support["kind"] == "post"))
    figures = _by_case(figure.sort_values([*CASE, "place"]))
    linked = _by_case(newest.sort_values("_year", ascending=False, kind="stable").drop(columns="_year"))
    edition = {entry.id: entry for entry in editions}
    each, keys = list(rows(facts[_SAID])), _cases(facts)
    for language in LANGUAGES:
        draft = Draft(language, registry)
        said = [
            draft.words(row, figures.get(key, []), linked.get(key, []), edition[row.edition_id])
            for row, key in zip(each, keys, strict=True)
        ]
        ending = "" if language == LANGUAGES[0] else f"_{language}"
        columns = zip(TEXTS, zip(*said, strict=True), strict=True)
        facts = facts.assign(**{f"{name}{ending}": texts for name, texts in columns})
    return facts


def _cases(table: pd.DataFrame) -> list[tuple[Any, ...]]:
    return list(zip(*(table[name] for name in CASE), strict=True))


def _by_case(table: pd.DataFrame) -> dict[tuple[Any, ...], list[Any]]:
    found: dict[tuple[Any, ...], list[Any]] = {}
    for key, row in zip(_cases(table), rows(table), strict=True):
        found.setdefault(key, []).append(row)
    return found
