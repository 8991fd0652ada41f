"""Which licences a run may use, told by a tag of the run.

Put here: the tag, and reading it.
Not here: what follows from it (`pipelines/licence.py`).
"""

import dagster as dg

from pipelines.licence import LICENCES, Licence

TAG = "smart21/licence"


def licence_of(context: dg.AssetExecutionContext) -> Licence:
    """The run's choice; any licence where the tag says nothing.

    Raises:
        Failure: the tag says what nobody knows.
    """
    said = context.run.tags.get(TAG, "any")
    if said not in LICENCES:
        raise dg.Failure(f"The tag {TAG} is {said!r}; it must be one of {', '.join(LICENCES)}.")
    return said
