"""Compare the figures of a new answer with those of the answer in use, and say which differences are beyond belief.

Put here: what differs, how far a figure may move before its history no longer explains it, and the sentence for each.
Not here: asking and storing (`refresh.py`), what the figures mean to us (`harmonise.py`).

Movement is measured on the inverse hyperbolic sine of a value over a hundredth of its series' usual size: almost the
logarithm, so that a difference tells a ratio, but defined for zero and below. What is usual comes from the series
itself: its changes from one year to the next, whose outer fence (Tukey 1977: three interquartile ranges above the upper
quartile) a revision must not leave.
"""

import unicodedata
from collections.abc import Iterator

import numpy as np
import pandas as pd

from pipelines.printed import read_numbers, read_years
from warehouse.registry.sources import Source

COLUMNS = [
    "source_id", "old_answer_id", "new_answer_id", "kind", "series", "area", "year", "old_value", "new_value",
    "is_suspicious", "detail",
]  # fmt: skip
"""Of the table `audit.revision` what a comparison knows; the other columns belong to the retrieval."""

MOST_LOST = 1 / 3
"""Share of an answer's figures that may be gone: more is a table cut short rather than one corrected."""

LEAST_HISTORY = 4
"""Changes from year to year that make a history: quartiles of fewer say nothing."""

USUAL_REVISION = np.log(1.1)
"""A tenth: what statistical offices revise by without being wrong, however calm the series."""

WITHOUT_HISTORY = np.log(1.5)
"""Half as much again: what a figure without history may be revised by."""

NEXT_YEAR = np.log(3)
"""A new year's figure is no revision: it may leave its history behind, but not be three times the year beside it."""

FACTORS = {1e-6: "a millionth of", 1e-3: "a thousandth of", 1e-2: "a hundredth of", 1e2: "100 times",
           1e3: "1,000 times", 1e6: "1,000,000 times"}  # fmt: skip
"""Changes of unit that nobody announces: thousands, millions, percent to share."""

ALIKE, MOST = 0.02, 0.8
"""A series was multiplied when this share of its figures, each within this tolerance, was."""

_SERIES = ["series", "unit", "area"]
_FIGURE = [*_SERIES, "year"]
_KIND = {"left_only": "removed", "right_only": "added", "both": "revised"}
_PLAIN = {"removed": "is no longer there", "added": "was not there before", "revised": "was revised"}


def compare(old: pd.DataFrame, new: pd.DataFrame, source: Source) -> pd.DataFrame:
    """Differences between two answers to the same question.

    Args:
        old: rows of `staging.figure` of the answer in use.
        new: those of the new answer.
        source: how it writes numbers and years.

    Returns:
        Columns COLUMNS, the suspicious differences first; no row when the figures are the same.
    """
    before, after = _figures(old, source), _figures(new, source)
    of_answer = [*_lost(before, after), *_emptied(before, after), *_recoded(before, after), *_units(before, after)]
    pairs = _paired(before, after)
    of_answer += _multiplied(pairs)
    of_figures = _figure_by_figure(pairs, before, after)
    found = pd.concat([pd.DataFrame(of_answer, columns=COLUMNS), of_figures], ignore_index=True)
    for side, rows in (("old", old), ("new", new)):
        whole = str(rows["answer_id"].iloc[0]) if len(rows) else ""
        found[f"{side}_answer_id"] = found[f"{side}_answer_id"].fillna(whole)
    found = found.assign(source_id=source.id, is_suspicious=found["is_suspicious"].astype(bool)).fillna("")
    return found.sort_values("is_suspicious", ascending=False, kind="stable", ignore_index=True)[COLUMNS]


def why_held_back(differences: pd.DataFrame, most: int = 3) -> str:
    """Why an answer is suspicious, in words; empty when nothing speaks against it."""
    said = list(dict.fromkeys(differences.loc[differences["is_suspicious"], "detail"]))
    more = f"; and {len(said) - most} more" if len(said) > most else ""
    return "; ".join(said[:most]) + more


def _figures(rows: pd.DataFrame, source: Source) -> pd.DataFrame:
    """Each figure once, with its number and its year."""
    figures = rows.drop_duplicates(_FIGURE).reset_index(drop=True)
    return figures.assign(
        number=read_numbers(figures["value"], source.numbers), when=read_years(figures["year"], source.calendar)
    )


def _paired(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """The figures of both answers side by side."""
    kept = [*_FIGURE, "value", "number", "answer_id"]
    return before[kept].merge(after[kept], on=_FIGURE, how="outer", suffixes=("_old", "_new"), indicator="side")


def _suspicion(kind: str, detail: str, **facts: object) -> dict[str, object]:
    return {"kind": kind, "is_suspicious": True, "detail": detail, **facts}


def _lost(before: pd.DataFrame, after: pd.DataFrame) -> Iterator[dict[str, object]]:
    """Readable figures shrank by more than MOST_LOST, or nothing is left of an area or a series."""
    was, left = (rows[rows["number"].notna() & rows["when"].notna()] for rows in (before, after))
    if len(was) - len(left) > MOST_LOST * len(was):
        detail = f"{len(left)} figures, where there were {len(was)}"
        yield _suspicion("rows", detail, old_value=str(len(was)), new_value=str(len(left)))
        return
    for name in ("area", "series"):
        counts = was[~was[name].isin(left[name])].groupby(name).size()
        for gone, count in counts.items():
            detail = f"no figure of {name} {gone} is left, where there were {count}"
            yield _suspicion("rows", detail, old_value=str(count), new_value="0", **{name: gone})


def _emptied(before: pd.DataFrame, after: pd.DataFrame) -> Iterator[dict[str, object]]:
    """A column that every figure had and none has any more."""
    for name in ("area_name", "unit", "note"):
        if len(before) and len(after) and (before[name] != "").all() and (after[name] == "").all():
            yield _suspicion("columns", f"{name} is empty in every figure, where it was filled in each")


def _recoded(before: pd.DataFrame, after: pd.DataFrame) -> Iterator[dict[str, object]]:
    """A code that names another area than before: codes by position shift when a row is put in between."""
    was, now = _names(before), _names(after)
    for code in was.keys() & now.keys():
        if not was[code].keys() & now[code].keys():
            old, new = (next(iter(names[code].values())) for names in (was, now))
            detail = f"area {code} is called {new!r} now, where it was {old!r}"
            yield _suspicion("code", detail, area=code, old_value=old, new_value=new)


def _names(figures: pd.DataFrame) -> dict[str, dict[str, str]]:
    """Names of each area code as printed, by their spelling without accents and capitals."""
    found: dict[str, dict[str, str]] = {}
    for code, name in figures.loc[figures["area_name"] != "", ["area", "area_name"]].drop_duplicates().to_numpy():
        bare = unicodedata.normalize("NFKD", name.casefold().replace("đ", "d"))
        found.setdefault(code, {})["".join(letter for letter in bare if letter.isalnum())] = name
    return found


def _units(before: pd.DataFrame, after: pd.DataFrame) -> Iterator[dict[str, object]]:
    """A series whose printed unit gave way to another."""
    was, now = (rows.groupby("series")["unit"].agg(set) for rows in (before, after))
    for series in was.index.intersection(now.index):
        gone, came = was[series] - now[series], now[series] - was[series]
        if gone and came:
            old, new = (", ".join(sorted(units)) for units in (gone, came))
            detail = f"{series} is printed in {new!r} now, where it was in {old!r}"
            yield _suspicion("unit", detail, series=series, old_value=old, new_value=new)


def _multiplied(pairs: pd.DataFrame) -> list[dict[str, object]]:
    """Series whose figures are all the same power of ten away from what they were."""
    found = []
    known = pairs[pairs["number_old"].ne(0) & pairs["number_new"].notna() & pairs["number_old"].notna()]
    for series, rows in known.groupby("series"):
        ratio = rows["number_new"] / rows["number_old"]
        for factor, words in FACTORS.items():
            alike = int(((ratio / factor - 1).abs() <= ALIKE).sum())
            if alike >= MOST * len(rows):
                detail = f"{series}: {alike} of {len(rows)} figures are {words} what they were; the unit may be another"
                found.append(_suspicion("unit", detail, series=series))
    return found


def _figure_by_figure(pairs: pd.DataFrame, before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """What was added, removed, revised, or moved by more than its history explains; one row a figure."""
    pairs = _with_movement(pairs, before, after)
    same = (pairs["value_old"] == pairs["value_new"]) | (pairs["step"] == 0)
    pairs = pairs[~((pairs["side"] == "both") & same)]
    kind = pairs["side"].astype("str").map(_KIND)
    moved = pairs["step"] > pairs["fence"]
    said = [
        f"{new}, which is further from {beside} than its history explains" if odd else _PLAIN[name]
        for name, odd, new, beside in zip(kind, moved, pairs["value_new"], pairs["beside"], strict=True)
    ]
    whose = pairs["series"] + " of " + pairs["area"] + ", " + pairs["year"] + ": "
    return pairs[["series", "area", "year"]].assign(
        kind=kind.mask(moved, "moved"),
        old_value=pairs["value_old"],
        new_value=pairs["value_new"],
        old_answer_id=pairs["answer_id_old"],
        new_answer_id=pairs["answer_id_new"],
        is_suspicious=moved,
        detail=whose + pd.Series(said, pairs.index, dtype="str"),
    )


def _with_movement(pairs: pd.DataFrame, before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """How far each figure moved (`step`), from what (`beside`), and how far it might (`fence`)."""
    size = before["number"].abs().where(lambda of: of > 0).groupby([before[name] for name in _SERIES]).median()
    pairs = pairs.join(size.rename("size"), on=_SERIES)
    revision = (_level(pairs["number_new"], pairs["size"]) - _level(pairs["number_old"], pairs["size"])).abs()
    step = pairs.merge(_changes(after, size), on=_FIGURE, how="left")["change"].set_axis(pairs.index)
    history = _fence(pairs, _changes(before, size))
    is_new = pairs["side"] == "right_only"
    return pairs.assign(
        step=revision.mask(is_new, step),
        beside=pairs["value_old"].mask(is_new, "the year before"),
        fence=np.where(
            is_new,
            history.fillna(NEXT_YEAR).clip(lower=NEXT_YEAR),
            history.fillna(WITHOUT_HISTORY).clip(lower=USUAL_REVISION),
        ),
    )


def _level(number: pd.Series, size: pd.Series) -> pd.Series:
    """A figure's place on its series' scale; NaN without a number or a size."""
    return pd.Series(np.arcsinh(100 * number / size))


def _changes(figures: pd.DataFrame, size: pd.Series) -> pd.DataFrame:
    """Each figure's movement from the figure of the year before; none for the first year of a series."""
    known = figures.dropna(subset=["number", "when"]).sort_values([*_SERIES, "when", "year"])
    level = _level(known["number"], known.join(size.rename("size"), on=_SERIES)["size"])
    return known[_FIGURE].assign(change=level.groupby([known[name] for name in _SERIES]).diff().abs())


def _fence(pairs: pd.DataFrame, changes: pd.DataFrame) -> pd.Series:
    """Outer fence of the history of each figure's area, or else of its whole series; NaN where both are too short."""
    fences = []
    for names in (_SERIES, ["series", "unit"]):
        history = changes.dropna(subset="change").groupby(names)["change"]
        upper, lower = history.quantile(0.75), history.quantile(0.25)
        fence = (upper + 3 * (upper - lower))[history.size() >= LEAST_HISTORY]
        fences.append(pairs.join(fence.rename("fence"), on=names)["fence"])
    return fences[0].fillna(fences[1])
