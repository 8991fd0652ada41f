"""Editions as partitions.

Put here: the partitions and how a run over several of them is one run.
Not here: which editions are scored (`pipelines/choose.py`).
"""

import dagster as dg

from pipelines.choose import scored_editions
from warehouse.registry import Registry


def edition_partitions(registry: Registry) -> dg.StaticPartitionsDefinition:
    """One partition an edition of the default run, the best known first."""
    return dg.StaticPartitionsDefinition([edition.id for edition in scored_editions(registry)])


def range_tags(partitions: dg.PartitionsDefinition) -> dict[str, str]:
    """Tags that make one run cover all partitions."""
    keys = partitions.get_partition_keys()
    return {"dagster/asset_partition_range_start": keys[0], "dagster/asset_partition_range_end": keys[-1]}
