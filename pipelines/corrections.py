"""Apply the registry's known errors to staged rows.

Put here: matching a correction to the rows it means, and changing them.
Not here: judging values (`harmonise.py`); the corrections themselves (`warehouse/registry/corrections.csv`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from warehouse.registry.models import Correction

_KEY = ["source_id", "series", "area", "year", "value"]


class CorrectionError(ValueError):
    """A correction finds nothing any more: the source changed, so the entry must be looked at again."""


@dataclass(frozen=True)
class Corrected:
    """Staged rows after correction.

    Attributes:
        staged: the rows; `note` tells what was done.
        rejected: by index of `staged`, why a row must not be used; empty text otherwise.
        met: rows that each correction met, in the order given.
    """

    staged: pd.DataFrame
    rejected: pd.Series
    met: list[int]


def correct(staged: pd.DataFrame, corrections: Sequence[Correction]) -> Corrected:
    """Apply corrections.

    Args:
        staged: rows of `staging.figure`.
        corrections: known errors.

    Raises:
        CorrectionError: naming each correction that met no row.
    """
    frame = staged.copy(deep=False)
    rejected = pd.Series("", index=frame.index, dtype="str")
    met, lost = [], []
    suspects = frame[frame["area"].isin({item.area for item in corrections})]
    suspects = suspects[suspects["value"].isin({item.printed_value for item in corrections})]
    places = suspects.groupby(_KEY, sort=False).groups
    for item in corrections:
        at = places.get((item.source, item.series, item.area, item.year, item.printed_value), frame.index[:0])
        if item.unit:
            at = at[frame.loc[at, "unit"] == item.unit]
        met.append(len(at))
        if not len(at):
            lost.append(f"{item.source}: {item.series} of {item.area}, {item.year}: no row has {item.printed_value}")
            continue
        _apply(frame, rejected, at, item)
    if lost:
        raise CorrectionError(
            "corrections.csv: entries that find nothing (the source was mended or changed; look, then remove or renew "
            "them):\n" + "\n".join(lost)
        )
    return Corrected(frame, rejected, met)


def _apply(frame: pd.DataFrame, rejected: pd.Series, at: pd.Index, item: Correction) -> None:
    match item.action:
        case "reject":
            rejected[at] = f"{item.reason} ({item.reference})"
        case "replace_value":
            frame.loc[at, "value"] = item.new_value
        case "replace_year":
            frame.loc[at, "year"] = item.new_value
        case "set_proxy":
            frame.loc[at, "is_proxy"] = "true"
    if item.action != "reject":
        said = f"corrected ({item.action.replace('_', ' ')}): {item.reason}"
        frame.loc[at, "note"] = (frame.loc[at, "note"] + "; " + said).str.removeprefix("; ")
