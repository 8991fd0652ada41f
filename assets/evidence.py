"""Assets of evidence: what each community can answer, how far promises are kept, and who takes part.

Put here: wrappers around `pipelines/evidence`, and their checks.
Not here: the register (`core.py`), packs (`evidence_pack.py`).
"""

from collections.abc import Iterator

import dagster as dg
import pandas as pd

from assets.checks import check_spec, named, verdict
from assets.io import open_answers, table_ins, table_outs
from assets.partitions import by_edition, editions_of
from pipelines.choose import members
from pipelines.evidence.answers import CASE, TABLES, answer
from pipelines.evidence.figures import BASIS
from pipelines.evidence.helix import helix
from pipelines.evidence.support import REGISTER
from pipelines.evidence.targets import target_progress
from warehouse.registry import Registry

FOLLOWED = ("target_progress", "helix")
_FIGURE = ["edition_id", "community_id", "indicator_id", "observation_id"]
_CLOSE = 1e-9


def evidence_assets(registry: Registry) -> list[dg.AssetsDefinition]:
    """Answers of every edition; promises and partners, which belong to no edition."""
    return [_answered(registry), _followed(registry)]


def _answered(registry: Registry) -> dg.AssetsDefinition:
    figures = check_spec(
        "figures", ["mart", "evidence_figure"], "every figure is a stored one, and its value is the mart's"
    )
    leads = check_spec(
        "leads", ["mart", "evidence_answer"], "every answer tells its leading figure, and no other value"
    )

    @dg.multi_asset(
        name="answer",
        ins=table_ins("core.observation", "mart.candidate", *REGISTER),
        outs=table_outs("mart", TABLES),
        check_specs=[figures, leads],
        **by_edition(registry),
    )
    def answered(
        context: dg.AssetExecutionContext, observation: pd.DataFrame, candidate: pd.DataFrame, **register: pd.DataFrame
    ) -> Iterator[dg.Output | dg.AssetCheckResult]:
        editions = [registry.edition[key] for key in editions_of(context)]
        shown = pd.concat([members(registry, edition) for edition in editions], ignore_index=True)
        result = answer(candidate, observation, shown, register, editions, registry)
        for name in TABLES:
            yield dg.Output(getattr(result, name), name)
        stored = open_answers().answers()
        yield verdict(figures, figures_stored(result.evidence_figure, candidate, observation, stored))
        yield verdict(leads, leads_told(result.evidence_answer, result.evidence_figure))

    return answered


def _followed(registry: Registry) -> dg.AssetsDefinition:
    actuals = check_spec("actuals", ["mart", "target_progress"], "every actual is an own-area figure; no target is one")

    @dg.multi_asset(
        name="follow",
        ins=table_ins("core.observation", "core.community_target", "core.initiative", "core.initiative_partner"),
        outs=table_outs("mart", FOLLOWED),
        check_specs=[actuals],
    )
    def followed(
        observation: pd.DataFrame,
        community_target: pd.DataFrame,
        initiative: pd.DataFrame,
        initiative_partner: pd.DataFrame,
    ) -> Iterator[dg.Output | dg.AssetCheckResult]:
        progress = target_progress(community_target, observation, registry)
        yield dg.Output(progress, "target_progress")
        yield dg.Output(helix(initiative, initiative_partner), "helix")
        yield verdict(actuals, actuals_own(progress, observation))

    return followed


def figures_stored(
    figure: pd.DataFrame, candidate: pd.DataFrame, observation: pd.DataFrame, stored: pd.DataFrame
) -> str:
    """Every figure leads to an observation and its stored answer, and has the value that the mart or the core has."""
    known = candidate.loc[candidate["basis"] == BASIS, [*_FIGURE, "value"]].rename(columns={"value": "of_mart"})
    core = observation[["observation_id", "value", "answer_id"]].rename(
        columns={"value": "of_core", "answer_id": "of_observation"}
    )
    both = figure.merge(known, on=_FIGURE, how="left").merge(core, on="observation_id", how="left")
    expected = both["of_mart"].fillna(both["of_core"])
    off = both[~((both["value"] - expected).abs() <= _CLOSE * expected.abs())]
    loose = both[(both["answer_id"] != both["of_observation"]) | ~both["answer_id"].isin(stored["answer_id"])]
    return named(off["observation_id"], "figures with a value that the mart does not have") or named(
        loose["observation_id"], "figures that lead to no stored answer"
    )


def leads_told(answers: pd.DataFrame, figure: pd.DataFrame) -> str:
    """An answer has the value of the figure in the first place, and none where there is no figure."""
    lead = figure.loc[figure["place"] == 1, [*CASE, "observation_id", "value"]]
    both = answers.merge(lead, on=CASE, how="outer", suffixes=("", "_led"))
    same = both["observation_id"].eq(both["observation_id_led"]) & both["value"].eq(both["value_led"])
    none = both["observation_id"].isna() & both["value"].isna() & both["observation_id_led"].isna()
    off = both[~(same | none)]
    return named(off["data_point"] + " of " + off["community_id"], "answers that do not tell their leading figure")


def actuals_own(progress: pd.DataFrame, observation: pd.DataFrame) -> str:
    """Every actual is an observation of the community's own area."""
    own = observation.loc[~observation["is_proxy"], ["observation_id", "area_id"]]
    both = progress[progress["actual"].notna()].merge(own, on="observation_id", how="left")
    off = both[both["area_id"] != both["community_id"]]
    return named(off["target_id"], "targets beside a figure that is not of their own area")
