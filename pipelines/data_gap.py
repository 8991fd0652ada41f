"""Value of information: which missing figure would change a community's rank most if it came in.

Put here: table `mart.data_gap`.
Not here: figures that are there (`improve.py`).

The figure is assumed to be like one of its peers': each of the other ranked members' figures is as likely as the next.
All others stay where they are, also compatriots whose wider figures `choose.py` would withdraw when one of them brings
a figure of its own.
"""

import numpy as np
from numpy.typing import NDArray

from pipelines.scoring.improve import place, quantile
from pipelines.standing import Columns, Standing, rows_of

Floats = NDArray[np.float64]

QUANTILES = {"p10": 0.1, "p50": 0.5, "p90": 0.9}
"""How good the assumed figure is among the peers'."""


def data_gaps(here: Standing) -> Columns:
    """Table `mart.data_gap` of one framework and reading, without its edition."""
    base, worth = here.line
    rivals = here.rivals[:, None, None, :]
    rank = np.repeat(here.rank[:, None], base.shape[1], axis=1)
    now = np.repeat(here.now[:, None], base.shape[1], axis=1)
    values = here.of_peers(here.value)
    scores = np.clip(base[:, :, None] + worth[:, :, None] * here.of_peers(here.leaf), 0.0, 100.0)
    ranks = np.where(np.isnan(scores), np.nan, place(scores, rivals))
    columns = {
        "figure": np.where(np.isnan(here.value), "missing", "stand_in").astype(object),
        "is_assessed": ~np.isnan(now), "would_be_assessed": np.isnan(now) & ~np.isnan(base),
        "score": now, "rank": rank, "worth": worth, "peers": (~np.isnan(values)).sum(axis=2),
        "score_lowest": np.fmin.reduce(scores, axis=2), "score_highest": np.fmax.reduce(scores, axis=2),
        "rank_worst": np.fmax.reduce(ranks, axis=2), "rank_best": np.fmin.reduce(ranks, axis=2),
        "expected_change": _mean(np.abs(ranks - rank[:, :, None])),
    }  # fmt: skip
    for name, share in QUANTILES.items():
        value = quantile(values, np.where(here.sign > 0, share, 1 - share))
        score = np.clip(base + worth * here.score(value), 0.0, 100.0)
        columns |= {f"value_{name}": value, f"score_{name}": score, f"rank_{name}": place(score, here.rivals[:, None])}
    return rows_of(here.long(**columns), np.flatnonzero(np.isnan(here.value) | here.is_proxy))


def _mean(x: Floats) -> Floats:
    """Mean over the last axis of what is present; NaN where nothing is."""
    count = (~np.isnan(x)).sum(axis=-1)
    return np.nansum(x, axis=-1) / np.where(count > 0, count, np.nan)
