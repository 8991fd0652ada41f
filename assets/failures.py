"""What a failed step said, in a sentence.

Put here: finding the sentence below Dagster's wrappers.
Not here: whom it is told to (`automation.py`, `cli/run.py`).
"""

import re

import dagster as dg


def reason(event: dg.DagsterEvent) -> str:
    """The step and what its error says, without the name of the error's class."""
    failure = event.step_failure_data.error
    # Below Dagster's wrapper; no further, since what our errors were raised from has no sentence.
    error = failure and (failure.cause or failure)
    if not error:
        return f"Step {event.step_key}: failed"
    said = re.sub(rf"^[\w.]*\b{re.escape(error.cls_name or '')}: ", "", error.message).strip()
    return f"Step {event.step_key}: {said}"
