"""When things happen: Dagster's assets, checks, jobs and schedules, and the command line.

Put here: wrappers that load, make one call into `pipelines` or `warehouse`, and return.
Not here: how anything is computed (`pipelines`) or kept (`warehouse`).

No `from __future__ import annotations` in this ring: Dagster reads the annotations of `context` and `config`.
"""
