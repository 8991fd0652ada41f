"""What a run says while it runs: lines for people, or JSON for a log collector.

Put here: the logger of all jobs, and the fields of a JSON line.
Not here: what a command prints (`cli`), alerts (`pipelines/notify.py`).
"""

import logging
import os
import sys
from typing import Any

import dagster as dg
from pythonjsonlogger.core import RESERVED_ATTRS
from pythonjsonlogger.json import JsonFormatter

OF_SOURCES = {"raw", "staging"}
"""Schemas whose tables are named by their source."""


TOLD = {"RUN_", "STEP_", "ASSET_"}
"""Beginnings of Dagster's kinds of events that a collector gets; the others are its own affairs."""


class Fields(logging.Filter):
    """Gives each record run, job, step, asset, source and edition, where it has one."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Add the fields; of Dagster's own events those pass that tell of the work."""
        about: dict[str, Any] = getattr(record, "dagster_meta", {})
        event: dg.DagsterEvent | None = about.get("dagster_event")
        if event is None and record.levelno < logging.INFO:
            return False
        if event and not event.event_type_value.startswith(tuple(TOLD)):
            return False
        key = event.asset_key if event else None
        path = key.path if key else (about.get("step_key") or "").split("__")
        record.run, record.job, record.step = about.get("run_id"), about.get("job_name"), about.get("step_key")
        record.asset = ".".join(key.path) if key else None
        record.source = path[1] if len(path) == 2 and path[0] in OF_SOURCES else None
        record.edition = event.partition if event else None
        record.event = event.event_type_value if event else None
        record.message_of_step = about.get("orig_message", record.getMessage())
        return True


def json_handler() -> logging.Handler:
    """One JSON object a line, to the standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(Fields())
    names = {"levelname": "level", "message_of_step": "message"}
    handler.setFormatter(
        JsonFormatter(
            "{asctime}{levelname}{message_of_step}{run}{job}{step}{asset}{source}{edition}{event}",
            style="{",
            rename_fields=names | {"asctime": "time"},
            datefmt="%Y-%m-%dT%H:%M:%S%z",
            json_ensure_ascii=False,
            reserved_attrs=[*RESERVED_ATTRS, "dagster_meta", "dagster_event", "dagster_event_batch_metadata"],
        )
    )
    return handler


@dg.logger(
    {"log_level": dg.Field(str, default_value="INFO", is_required=False)},
    description="Lines for people; with SMART21_LOG=json, one JSON object a line.",
)
def console(context: dg.InitLoggerContext) -> logging.Logger:
    """The logger of all jobs."""
    level = context.logger_config["log_level"]
    if os.environ.get("SMART21_LOG") == "json":
        # Dagster tells materializations at the level of debugging.
        logger = logging.Logger("smart21", min(logging.DEBUG, logging.getLevelName(level)))
        logger.addHandler(json_handler())
        return logger
    return dg.colored_console_logger.logger_fn(
        dg.build_init_logger_context(logger_config={"log_level": level, "name": "dagster"})
    )
