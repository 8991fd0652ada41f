"""Uncertainty analysis: score many draws, and say how ranks and scores are distributed.

Put here: running a model over draws, ranks of draws, intervals, shares and pairs.
Not here: what the model is (`index_model` for an index; any function from draws to scores will do), where
the uncertainty comes from (`sensitivity`).
Source: Saisana, Saltelli and Tarantola (2005), J. Royal Statistical Society A 168, 307-323; OECD/JRC Handbook
(2008), step 7.
"""

import multiprocessing
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.scoring.draws import Draws, Model, Scores
from pipelines.scoring.ranks import competition

Floats = NDArray[np.float64]
Progress = Callable[[int], None]
CHUNK = 4096
_BLOCK = 2048  # draws whose ranks fit the processor's cache
LOW, HIGH = 0.05, 0.95
_TIE = 1e-12


@dataclass(frozen=True, eq=False)
class Distribution:
    """Where the draws of something lie, each [units]; NaN for a unit that no draw scores.

    Attributes:
        median, p5, p95: quantiles, on the straight line between neighbouring draws.
    """

    median: Floats
    p5: Floats
    p95: Floats


@dataclass(frozen=True, eq=False)
class Uncertainty:
    """What draws say about scores and ranks.

    Attributes:
        nominal_score, nominal_rank: [units] with no assumption changed.
        score, rank: over the draws.
        top: how many places are the top.
        top_share: [units] the share of the draws that did not fail in which the unit is in the top.
        scored: [units] the number of draws in which the unit has a score.
        ahead: [units, units] the share of the draws with a score of both in which the unit of the row is
            ahead of that of the column, ties counted half; NaN on the diagonal and where there is no draw.
        draws: how many were asked for.
        failures: by reason, how many draws failed.
    """

    nominal_score: Floats
    nominal_rank: Floats
    score: Distribution
    rank: Distribution
    top: int
    top_share: Floats
    scored: NDArray[np.int64]
    ahead: Floats
    draws: int
    failures: dict[str, int]


def run(
    model: Model, draws: Draws, *, workers: int = 1, chunk: int = CHUNK, progress: Progress | None = None
) -> Scores:
    """Score draws, a chunk at a time.

    The chunks are the same for any number of workers, and so are the scores, to the last bit.

    Args:
        model: makes scores of draws; with several workers it must be one that pickles.
        draws: what to score.
        workers: processes.
        chunk: draws of a chunk, which bounds the memory in use beside the scores.
        progress: told the number of draws done, after each chunk.
    """
    starts = range(0, len(draws), chunk)
    parts: list[Floats] = []
    failed: dict[int, str] = {}
    for start, part in zip(starts, _scored(model, draws, starts, chunk, workers), strict=True):
        parts.append(part.score)
        failed |= {start + draw: reason for draw, reason in part.failed.items()}
        if progress is not None:
            progress(min(start + chunk, len(draws)))
    return Scores(np.concatenate(parts), failed)


def _scored(model: Model, draws: Draws, starts: range, chunk: int, workers: int) -> Iterator[Scores]:
    if workers == 1 or len(starts) == 1:
        for start in starts:
            yield model(draws.part(start, start + chunk))
        return
    # Spawned: a forked process may inherit the locks of threads that it does not have.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(workers, len(starts)), context, _install, (model,)) as pool:
        yield from pool.map(_score, (draws.part(start, start + chunk) for start in starts))


_installed: list[Model] = []  # of a worker process: its model, sent once


def _install(model: Model) -> None:
    _installed[:] = [model]


def _score(draws: Draws) -> Scores:
    return _installed[0](draws)


def rank_draws(score: Floats) -> Floats:
    """Rank the units of each draw, 1 for the highest score; ties as in `ranks.competition`.

    Args:
        score: [draws, units] NaN where a unit has none.

    Returns:
        [draws, units] NaN where there is no score.
    """
    rank = np.empty_like(score)
    for start in range(0, len(score), _BLOCK):
        rank[start : start + _BLOCK] = _rank_block(score[start : start + _BLOCK])
    return rank


def _rank_block(score: Floats) -> Floats:
    order = np.argsort(-score, axis=1)
    places = np.arange(1.0, score.shape[1] + 1)
    rank = np.empty_like(score)
    np.put_along_axis(rank, order, places[None, :], axis=1)
    value = np.take_along_axis(score, order, axis=1)
    gap = _TIE * np.fmax.reduce(np.abs(score), axis=1, initial=0.0)[:, None]
    apart = value[:, :-1] - value[:, 1:] > gap
    tied = ~apart.all(axis=1)
    starts = np.pad(apart[tied], ((0, 0), (1, 0)), constant_values=True)
    shared = np.maximum.accumulate(np.where(starts, places, 0.0), axis=1)
    ranks_of_tied = np.empty_like(shared)
    np.put_along_axis(ranks_of_tied, order[tied], shared, axis=1)
    rank[tied] = ranks_of_tied
    rank[np.isnan(score)] = np.nan
    return rank


def summarise(scores: Scores, nominal: Floats, top: int = 7) -> Uncertainty:
    """Describe the draws.

    Args:
        scores: of the draws.
        nominal: [units] the scores with no assumption changed.
        top: how many places are the top.
    """
    rank = rank_draws(scores.score)
    valid = len(rank) - len(scores.failed)
    nominal_rank: Floats = competition(nominal)
    return Uncertainty(
        nominal_score=nominal,
        nominal_rank=nominal_rank,
        score=_distribution(scores.score),
        rank=_distribution(rank),
        top=top,
        top_share=(rank <= top).sum(axis=0) / (valid or np.nan),
        scored=(~np.isnan(rank)).sum(axis=0),
        ahead=ahead_share(rank),
        draws=len(rank),
        failures=count_failures(scores.failed),
    )


def ahead_share(rank: Floats) -> Floats:
    """[units, units] how often each unit is ahead of each other one, as in `Uncertainty.ahead`.

    Args:
        rank: [draws, units] NaN where a unit has none.
    """
    units = rank.shape[1]
    before, both = np.zeros((units, units)), np.zeros((units, units))
    for start in range(0, len(rank), _BLOCK):
        column = np.ascontiguousarray(rank[start : start + _BLOCK].T, dtype=np.float32)
        known = ~np.isnan(column)
        both += column.shape[1] if known.all() else known.astype(np.float32) @ known.T.astype(np.float32)
        before += np.stack([(one < column).sum(axis=1) for one in column])  # false where either has no rank
    share = (before + (both - before - before.T) / 2.0) / np.where(both > 0, both, np.nan)
    np.fill_diagonal(share, np.nan)
    return share


def count_failures(failed: Mapping[int, str]) -> dict[str, int]:
    """By reason, how many draws failed; the most frequent first."""
    return dict(Counter(failed.values()).most_common())


def _distribution(x: Floats) -> Distribution:
    """Of [draws, units]."""
    found = np.full((3, x.shape[1]), np.nan)
    for unit, column in enumerate(x.T):
        known = column[~np.isnan(column)]
        if known.size:
            found[:, unit] = np.quantile(known, (0.5, LOW, HIGH))
    return Distribution(*found)
