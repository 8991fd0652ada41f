"""The asset of evidence packs: files for people, made of a release.

Put here: which packs are kept up to date, and what makes them again.
Not here: a pack (`pipelines/evidence/pack`), the answers in it (`evidence.py`).

A pack takes seconds, so that it is no part of the everyday run: the job `evidence` makes it after a release.
"""

from itertools import product

import dagster as dg

from pipelines.evidence.language import LANGUAGES
from warehouse.home import find_home
from warehouse.releases import in_use

PACKS = [".".join(parts) for parts in product(("binh_duong",), ("icf", "wta", "navigator"), ("2019",), LANGUAGES)]
"""Packs that are kept up to date, as partition keys: community, framework, edition, language."""


def evidence_pack_assets() -> list[dg.AssetsDefinition]:
    """The packs, one partition each."""

    @dg.asset(
        key=["evidence_pack"],
        description="Evidence packs: documents, workbook, page, data and a ZIP, among the exports.",
        group_name="pack",
        owners=["team:benchmark"],
        kinds={"docx", "xlsx", "html"},
        deps=[dg.AssetKey("release")],
        partitions_def=dg.StaticPartitionsDefinition(PACKS),
    )
    def evidence_pack(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        # Imported when a pack is made: its pictures and documents take longer to load than all definitions.
        from pipelines.evidence.pack.make import Request, make_pack

        request = Request(*context.partition_key.split("."))
        pack, written = make_pack(find_home(), request, is_forced=True, say=context.log.info)
        status = [answer.status for answer in pack.answers]
        return dg.MaterializeResult(
            metadata={
                "folder": dg.MetadataValue.path(written.folder),
                "release": pack.cover.release_id,
                "files": len(written.files),
                **{name: status.count(name) for name in ("answered", "partial", "missing")},
            }
        )

    return [evidence_pack]


def on_new_release() -> dg.SensorDefinition:
    """What makes every pack again after a release; off until somebody turns it on."""

    @dg.sensor(name="new_release", job_name="evidence", minimum_interval_seconds=300)
    def new_release(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        """Make every evidence pack again when another release is in use."""
        release = in_use(find_home())
        if release is None or release == context.cursor:
            return dg.SkipReason("No new release.")
        requests = [dg.RunRequest(run_key=f"{release}:{key}", partition_key=key) for key in PACKS]
        return dg.SensorResult(run_requests=requests, cursor=release)

    return new_release
