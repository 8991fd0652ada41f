"""The list of all tables.

Put here: which contract stands for which table name.
Not here: the contracts themselves.
"""

import hashlib
from functools import cache

from warehouse.contracts import advice, audit, core, evidence, mart, raw, uncertainty
from warehouse.contracts.base import Contract, describe

_MODELS: tuple[type[Contract], ...] = (
    raw.Answer,
    raw.Retrieval,
    core.Area,
    core.Community,
    core.CommunityName,
    core.CommunityCode,
    core.Edition,
    core.Honour,
    core.EditionMember,
    core.Indicator,
    core.IndicatorClass,
    core.Source,
    core.Framework,
    core.Criterion,
    core.CriterionIndicator,
    core.DataPoint,
    core.Programme,
    core.ProgrammePartner,
    core.Target,
    evidence.Document,
    evidence.Initiative,
    evidence.InitiativePartner,
    evidence.InitiativeSupport,
    evidence.InitiativeOutcome,
    evidence.InitiativeDocument,
    evidence.Recognition,
    evidence.RecognitionSupport,
    evidence.CommunityTarget,
    evidence.Post,
    evidence.PostSupport,
    core.Observation,
    core.Rejected,
    core.Correction,
    mart.Candidate,
    mart.Chosen,
    mart.Screening,
    mart.IndicatorScore,
    mart.Score,
    mart.Benchmark,
    mart.Trace,
    uncertainty.RankInterval,
    uncertainty.RankShare,
    uncertainty.Pairwise,
    uncertainty.Sensitivity,
    advice.Gap,
    advice.Goal,
    advice.Improvement,
    advice.DataGap,
    evidence.EvidenceFigure,
    evidence.EvidenceSupport,
    evidence.EvidenceAnswer,
    evidence.TargetProgress,
    evidence.Helix,
    audit.Run,
    audit.Release,
    audit.SourceStatus,
    audit.Revision,
    audit.TableCount,
    audit.Dictionary,
)

CONTRACTS: dict[str, type[Contract]] = {str(model.to_schema().name): model for model in _MODELS}
"""Contract by table name; the staging tables share `raw.Figure` and are named by their source."""


def contract_of(table: str) -> type[Contract]:
    """Contract of a table.

    Raises:
        KeyError: no such table.
    """
    return raw.Figure if table.startswith("staging.") else CONTRACTS[table]


def columns_of(table: str) -> list[str]:
    """Names of a table's columns, in order.

    Raises:
        KeyError: no such table.
    """
    return [column.name for column in describe(contract_of(table))]


@cache
def contracts_digest() -> str:
    """Hash of all tables with their columns: another one means that a release holds other tables."""
    said = [f"{name} {describe(contract)}" for name, contract in sorted(CONTRACTS.items())]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()
