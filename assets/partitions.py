"""Editions and source years as partitions.

Put here: the partitions, how a run over several of them is one run, and how their tables become one.
Not here: which editions are scored (`pipelines/choose.py`).
"""

import json
from collections.abc import Iterable
from typing import Any

import dagster as dg
import pandas as pd

from pipelines.choose import scored_editions
from warehouse.registry import Registry


def edition_partitions(registry: Registry) -> dg.StaticPartitionsDefinition:
    """One partition an edition of the default run, the best known first."""
    return dg.StaticPartitionsDefinition([edition.id for edition in scored_editions(registry)])


def source_years(registry: Registry) -> dg.StaticPartitionsDefinition | None:
    """One partition for each year that some source is asked for by itself; all such sources share them.

    Assets of one job must have the same partitions; a source passes over years that it does not have.
    """
    spans = [source.years for source in registry.sources if source.years]
    if not spans:
        return None
    years = range(min(span.first for span in spans), max(span.last for span in spans) + 1)
    return dg.StaticPartitionsDefinition([str(year) for year in years])


def by_edition(registry: Registry) -> dict[str, Any]:
    """Settings of an asset with one partition an edition, of which one run makes all."""
    return {"partitions_def": edition_partitions(registry), "backfill_policy": dg.BackfillPolicy.single_run()}


def editions_of(context: dg.AssetExecutionContext) -> list[str]:
    """Editions that a run covers: its partitions.

    Raises:
        Failure: it was started without a word about them, which Dagster does not forbid; what to do.
    """
    if context.has_partition_key or context.has_partition_key_range:
        return list(context.partition_keys)
    every = json.dumps(range_tags(context.assets_def.partitions_def))
    raise dg.Failure(
        f"The run names no edition. Start it with all partitions in the interface, or add --tags '{every}' to "
        "`dagster job launch`."
    )


def joined(results: Iterable[object], names: Iterable[str]) -> dict[str, pd.DataFrame]:
    """Tables of several editions as one table each; every result has them as attributes."""
    found = list(results)
    return {name: pd.concat([getattr(one, name) for one in found], ignore_index=True) for name in names}


def range_tags(partitions: dg.PartitionsDefinition) -> dict[str, str]:
    """Tags that make one run cover all partitions."""
    keys = partitions.get_partition_keys()
    return {"dagster/asset_partition_range_start": keys[0], "dagster/asset_partition_range_end": keys[-1]}
