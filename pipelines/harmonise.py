"""Turn staged rows into observations in our units, or into rejections with a reason.

Put here: what a row must satisfy, in which order it is asked, and the sentence for each refusal.
Not here: reading files (`readers`), choosing between observations (`choose.py`).

Every staged row ends in exactly one of the two tables. Nothing runs once per row: texts are looked up once per
distinct value and spread by their codes.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipelines.corrections import correct
from pipelines.units import RATE_COLUMNS, rescale, to_international, unit_table
from warehouse.contracts import contract_of, describe
from warehouse.registry import Registry
from warehouse.registry.models import AREA_LEVELS, QUALITIES

MONEY = {"money_total", "money_per_head", "money_per_month"}
_YEAR = re.compile(r"^(\d{4})(-\d{2}){0,2}$")
_KEY = ["source_id", "series", "area", "area_name", "area_level", "year", "unit", "publisher", "url"]


@dataclass(frozen=True)
class Harmonised:
    """What became of the staged rows.

    Attributes:
        observation: table `core.observation`.
        rejected: table `core.rejected`.
        correction: table `core.correction`.
    """

    observation: pd.DataFrame
    rejected: pd.DataFrame
    correction: pd.DataFrame


class _Verdict:
    """The first reason that speaks against each row."""

    def __init__(self, index: pd.Index) -> None:
        self.reason = pd.Series("", index=index, dtype="object")
        self.detail = pd.Series("", index=index, dtype="object")

    def refuse(self, rows: pd.Series, reason: str, detail: pd.Series | str) -> None:
        """Give a reason to the rows that have none yet."""
        new = rows.to_numpy(dtype=bool) & (self.reason == "").to_numpy()
        if new.any():
            self.reason[new] = reason
            self.detail[new] = detail if isinstance(detail, str) else detail[new].astype("object")

    @property
    def stands(self) -> pd.Series:
        """Rows nothing speaks against."""
        return self.reason == ""


def harmonise(staged: pd.DataFrame, registry: Registry) -> Harmonised:
    """Harmonise the staged rows of all sources together.

    Args:
        staged: rows of the contract `staging.figure`.
        registry: what the texts mean.

    Returns:
        Observations and rejections; together as many as the staged rows.

    Raises:
        CorrectionError: a known error is not there any more.
    """
    corrected = correct(staged.reset_index(drop=True), registry.corrections)
    rows = corrected.staged
    verdict = _Verdict(rows.index)
    verdict.refuse(corrected.rejected != "", "known_error", corrected.rejected)
    rows = _with_meaning(rows, registry, verdict)
    rows = _with_place(rows, registry, verdict)
    rows = _with_numbers(rows, verdict)
    _refuse_repeats(rows, verdict)
    rows = _with_values(rows, registry, verdict)
    stands = verdict.stands
    rejected = rows[~stands].assign(reason=verdict.reason[~stands], detail=verdict.detail[~stands])
    observation = rows[stands].assign(
        observation_id=rows["staged_id"], year=rows["year_number"], printed_value=rows["value"],
        printed_unit=rows["unit"], value=rows["our_value"], is_proxy=rows["is_proxy"] == "true",
    )  # fmt: skip
    return Harmonised(
        observation[_columns("core.observation")].reset_index(drop=True),
        rejected[_columns("core.rejected")].reset_index(drop=True),
        _corrections(registry, corrected.met),
    )


def _columns(table: str) -> list[str]:
    return [column.name for column in describe(contract_of(table))]


def _spread(column: pd.Series, look_up: Callable[[str], object]) -> pd.Series:
    """Look up each distinct text once, and spread the answers over the rows."""
    codes, texts = pd.factorize(column)
    answers = np.empty(len(texts), dtype=object)
    answers[:] = [look_up(text) for text in texts]
    return pd.Series(answers[codes], index=column.index)


def _with_meaning(rows: pd.DataFrame, registry: Registry, verdict: _Verdict) -> pd.DataFrame:
    """Which indicator and class a series in its printed unit is; declined and unknown ones are refused."""
    unit = _spread(rows["unit"], lambda text: " ".join(text.split()))
    meaning = pd.DataFrame(
        [
            (source.id, item.code, item.unit, item.indicator, item.comparability)
            for source in registry.sources
            for item in source.series
        ],
        columns=["source_id", "series", "clean_unit", "indicator_id", "class_id"],
    )
    declined = {
        (source.id, item.code, item.unit): item.reason for source in registry.sources for item in source.declined
    }
    known = {(source.id, item.code) for source in registry.sources for item in source.series}
    label = rows["source_id"] + "\x1f" + rows["series"] + "\x1f" + unit.astype("str")

    def refusal(text: str) -> str:
        source_id, series, printed = text.split("\x1f")
        return declined.get((source_id, series, printed)) or declined.get((source_id, series, None)) or ""

    said = _spread(label, refusal)
    rows = rows.assign(clean_unit=unit.astype("str")).merge(
        meaning, on=["source_id", "series", "clean_unit"], how="left"
    )
    unmapped = rows["indicator_id"].isna()
    verdict.refuse(unmapped & (said != ""), "declined_series", said)
    has_series = _spread(label, lambda text: tuple(text.split("\x1f")[:2]) in known).astype(bool)
    verdict.refuse(unmapped & has_series, "unknown_unit", "the series is known, but not in " + rows["unit"].map(repr))
    verdict.refuse(unmapped, "unknown_series", "sources/" + rows["source_id"] + ".yml has no series " + rows["series"])
    return rows


def _with_place(rows: pd.DataFrame, registry: Registry, verdict: _Verdict) -> pd.DataFrame:
    """Which community or country a row is about."""
    countries = {entry.id: entry for entry in registry.countries}
    scheme = {source.id: source.area_scheme for source in registry.sources}
    label = rows["source_id"] + "\x1f" + rows["area"]

    def place(text: str) -> tuple[str | None, str | None]:
        source_id, area = text.split("\x1f")
        if scheme.get(source_id) == "iso3166_1_alpha3":
            return (area, area) if area in countries else (None, None)
        community = registry.community.get(area)
        return (community.id, community.country) if community else (None, None)

    places = _spread(label, place)
    rows = rows.assign(area_id=places.str[0], country_id=places.str[1])
    verdict.refuse(rows["area_id"].isna(), "unknown_area", "no community or country " + rows["area"].map(repr))
    levels = rows["area_level"].isin(AREA_LEVELS) & rows["quality"].isin(QUALITIES)
    levels &= rows["is_proxy"].isin(["true", "false"])
    verdict.refuse(
        ~levels, "bad_label", "area_level, quality or is_proxy is none of the allowed words: "
        + rows["area_level"] + ", " + rows["quality"] + ", " + rows["is_proxy"],
    )  # fmt: skip
    return rows


def _with_numbers(rows: pd.DataFrame, verdict: _Verdict) -> pd.DataFrame:
    """Read year and value."""

    def year(text: str) -> float:
        match = _YEAR.match(text.strip())
        return float(match[1]) if match else np.nan

    years = _spread(rows["year"], year).astype(float)
    verdict.refuse(years.isna(), "unreadable_year", "neither a year nor a date: " + rows["year"].map(repr))
    number = pd.to_numeric(rows["value"], errors="coerce").astype(float)
    words = rows["value"].str.strip().str.lower()
    endless = words.str.lstrip("+-").isin(["nan", "inf", "infinity"])
    verdict.refuse(endless, "not_finite", "not a finite number: " + rows["value"])
    verdict.refuse(number.isna(), "unreadable_value", "not a number: " + rows["value"].map(repr))
    verdict.refuse(pd.Series(np.isinf(number)), "not_finite", "not a finite number: " + rows["value"])
    return rows.assign(year_number=years.fillna(0).astype("int64"), number=number)


def _refuse_repeats(rows: pd.DataFrame, verdict: _Verdict) -> None:
    """Refuse a figure given twice, and both when they differ: there is no telling which is meant."""
    codes = np.zeros(len(rows), dtype="int64")
    for name in _KEY:
        part, texts = pd.factorize(rows[name])
        codes = pd.factorize(codes * (len(texts) + 1) + part)[0]
    figure = pd.Series(np.where(verdict.stands, codes, -1 - np.arange(len(rows))), index=rows.index)
    values = rows["number"].groupby(figure).transform("nunique")
    verdict.refuse(values > 1, "contradiction", "the same figure is given with another value in the same source")
    verdict.refuse(figure.duplicated(), "repeated", "the same figure is given before")


def _with_values(rows: pd.DataFrame, registry: Registry, verdict: _Verdict) -> pd.DataFrame:
    """Convert to the indicator's unit, and refuse what cannot be or is beyond belief."""
    facts = pd.DataFrame(
        [(i.id, i.dimension, i.unit, i.valid_min, i.valid_max) for i in registry.indicators],
        columns=["indicator_id", "dimension", "our_unit", "valid_min", "valid_max"],
    )
    units = unit_table(registry.units).rename(columns={"text": "clean_unit", "note": "unit_note"})
    rows = rows.merge(facts, on="indicator_id", how="left").merge(units, on=["clean_unit", "dimension"], how="left")
    factor, years = rows["factor"].fillna(1.0), rows["years"].fillna(1)
    value = rescale(rows["number"].to_numpy(), factor.to_numpy(), years.to_numpy(dtype=float))
    rows = rows.assign(our_value=value, conversion=_conversion(rows))
    rows = _money(rows, registry, verdict)
    _refuse_outside_life(rows, registry, verdict)
    verdict.refuse(rows["our_value"].isna(), "no_yearly_rate", "a fall of over 100 % has no yearly rate")
    low, high = rows["valid_min"].fillna(-np.inf), rows["valid_max"].fillna(np.inf)
    beyond = (rows["our_value"] < low) | (rows["our_value"] > high)
    shown = rows["our_value"].map("{:.6g}".format) if beyond.any() else ""
    verdict.refuse(
        beyond, "out_of_range",
        shown + " " + rows["our_unit"] + " is outside " + low.map("{:g}".format) + " to " + high.map("{:g}".format)
        if beyond.any() else "",
    )  # fmt: skip
    return rows


def _conversion(rows: pd.DataFrame) -> pd.Series:
    """How a printed value became ours, in words."""
    label = rows["factor"].astype("str") + "\x1f" + rows["years"].astype("str")

    def say(text: str) -> str:
        factor, years = text.split("\x1f")
        said = [] if factor in {"1.0", "nan"} else [f"times {float(factor):.10g}"]
        said += [] if years in {"<NA>", "1"} else [f"yearly rate of a change over {years} years"]
        return ", ".join(said) or "as printed"

    return _spread(label, say).astype("str")


def _money(rows: pd.DataFrame, registry: Registry, verdict: _Verdict) -> pd.DataFrame:
    """Express money in international dollars."""
    is_money = rows["dimension"].isin(MONEY) & rows["currency"].notna() & verdict.stands
    if not is_money.any():
        return rows
    home = {entry.id: entry.currency for entry in registry.countries}
    money = rows.loc[is_money, ["currency", "country_id"]].assign(
        home=rows.loc[is_money, "country_id"].map(home),
        price_year=rows["price_year"].fillna(rows["year_number"]).astype("int64")[is_money],
    )
    found = to_international(money, rates(rows[verdict.stands]))
    why_not = pd.Series("", index=rows.index, dtype="object")
    why_not[is_money] = found["why_not"]
    verdict.refuse(why_not != "", "no_conversion", why_not)
    our_value, conversion = rows["our_value"].copy(), rows["conversion"].copy()
    our_value[is_money] /= found["divisor"]
    conversion[is_money] = (conversion[is_money] + ", " + found["how"]).str.removeprefix("as printed, ")
    our_value[why_not != ""] = 0.0  # refused already; keeps the later checks to the point
    return rows.assign(our_value=our_value, conversion=conversion)


def rates(rows: pd.DataFrame) -> pd.DataFrame:
    """PPP factors and exchange rates among the rows, one line a country and year."""
    found = rows[rows["indicator_id"].isin(["ppp_factor", "exchange_rate"])]
    wide = found.pivot_table(index=["country_id", "year_number"], columns="indicator_id", values="our_value")
    wide = wide.reindex(columns=["ppp_factor", "exchange_rate"]).reset_index()
    return wide.set_axis(list(RATE_COLUMNS), axis="columns")


def _refuse_outside_life(rows: pd.DataFrame, registry: Registry, verdict: _Verdict) -> None:
    """A figure of a year in which the community did not exist is about something else."""
    for entry in registry.communities:
        if not (entry.valid_from or entry.valid_to):
            continue
        first = entry.valid_from.year if entry.valid_from else -np.inf
        last = entry.valid_to.year if entry.valid_to else np.inf
        outside = (rows["area_id"] == entry.id) & ~rows["year_number"].between(first, last)
        span = f"{entry.valid_from or 'ever'} to {entry.valid_to or 'today'}"
        verdict.refuse(outside, "did_not_exist", f"{entry.name} existed from {span}")


def _corrections(registry: Registry, met: Iterable[int]) -> pd.DataFrame:
    items = [
        item.model_dump() | {"source_id": item.source, "rows": rows}
        for item, rows in zip(registry.corrections, met, strict=True)
    ]
    return pd.DataFrame(items, columns=_columns("core.correction"))
