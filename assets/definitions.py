"""The code location: everything Dagster is told.

Put here: `build`, and the one constant that calls it.
Not here: any definition.
"""

import dagster as dg

from assets.advice import advice_assets
from assets.automation import schedules, sensors
from assets.code_references import with_code
from assets.core import core_assets
from assets.drop_folder import drop_folder_sensors
from assets.evidence import evidence_assets
from assets.evidence_pack import evidence_pack_assets, on_new_release
from assets.io import locked_lake
from assets.jobs import IN_PROCESS, jobs
from assets.logs import console
from assets.mart import mart_assets
from assets.partitions import edition_partitions, range_tags
from assets.release import release_assets
from assets.sources import one_client, source_assets
from assets.uncertainty import uncertainty_assets
from warehouse.registry import Registry, load_registry


def build(registry: Registry) -> dg.Definitions:
    """All definitions made from a registry."""
    editions = range_tags(edition_partitions(registry))
    assets = [
        *source_assets(registry),
        *core_assets(registry),
        *mart_assets(registry),
        *uncertainty_assets(registry),
        *advice_assets(registry),
        *evidence_assets(registry),
        *release_assets(registry),
        *evidence_pack_assets(),
    ]
    return dg.Definitions(
        assets=with_code(assets, registry),
        jobs=jobs(registry),
        schedules=schedules(registry, editions),
        sensors=[*sensors(registry, editions), *drop_folder_sensors(registry, editions), on_new_release()],
        resources={"lake": locked_lake, "client": one_client},
        loggers={"console": console},
        executor=IN_PROCESS,
    )


definitions = build(load_registry())
