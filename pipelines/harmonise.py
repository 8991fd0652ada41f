"""Turn staged rows into observations in our units, or into rejections with a reason.

Put here: what a row must satisfy, in which order it is asked, and the sentence for each refusal.
Not here: what texts mean (`meaning.py`), the arithmetic of units (`units.py`), choosing between observations
(`choose.py`).

Every staged row ends in exactly one of the two tables. Nothing runs once per row: texts are asked about once per
distinct combination and spread by number, and sentences are made for refused rows only.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipelines.corrections import correct
from pipelines.meaning import Answers, Meaning, Place, meanings, pack, places
from pipelines.printed import PLAIN_CALENDAR, PLAIN_NUMBERS, marks, read_numbers, year_of
from pipelines.units import RATE_INDICATORS, rates, rescale, to_international
from warehouse.contracts import columns_of, contract_of, describe
from warehouse.registry import Registry
from warehouse.registry.entry import AREA_LEVELS, QUALITIES
from warehouse.registry.sources import Source

_ENDLESS = ("nan", "inf", "infinity")
_LABELS = {"area_level": AREA_LEVELS, "quality": QUALITIES, "is_proxy": ("true", "false")}


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
    """The first reason that speaks against each row, with its sentence."""

    def __init__(self, rows: int) -> None:
        self.stands = np.ones(rows, dtype=bool)
        self.reason = np.full(rows, "", dtype=object)
        self.detail = np.full(rows, "", dtype=object)

    def refuse(self, where: np.ndarray, reason: str, sentence: Callable[[int], str] | str) -> None:
        """Refuse the rows that still stand; `sentence` tells of one row by its position."""
        new = np.flatnonzero(where & self.stands)
        self.stands[new] = False
        self.reason[new] = reason
        self.detail[new] = sentence if isinstance(sentence, str) else [sentence(int(row)) for row in new]


def harmonise(staged: pd.DataFrame, registry: Registry, retrieved: Mapping[str, int] | None = None) -> Harmonised:
    """Harmonise the staged rows of all sources together.

    Args:
        staged: rows of the contract `staging.figure`.
        registry: what the texts mean.
        retrieved: year in which each answer came, by `answer_id`; figures of later years are refused.

    Returns:
        Observations and rejections; together as many as the staged rows.

    Raises:
        CorrectionError: a known error is not there any more.
    """
    corrected = correct(staged.reset_index(drop=True), registry.corrections)
    rows = corrected.staged
    verdict = _Verdict(len(rows))
    verdict.refuse((corrected.rejected != "").to_numpy(), "known_error", lambda row: str(corrected.rejected.iloc[row]))
    meaning = Answers(rows, ["source_id", "series", "unit"]).ask(meanings(registry), Meaning._fields)
    place = Answers(rows, ["source_id", "area"]).ask(places(registry), Place._fields)
    _refuse_meaningless(rows, meaning, place, verdict)
    year = _read_years(rows, registry, verdict)
    _refuse_future(rows, year, retrieved or {}, verdict)
    number = _read_numbers(rows, meaning, registry, verdict)
    _refuse_outside_life(year, place, verdict)
    _refuse_repeats(rows, number, [meaning.code, place.code, year.code], verdict)
    value, conversion = _convert(number, year, meaning, place, verdict)
    kept, lost = np.flatnonzero(verdict.stands), np.flatnonzero(~verdict.stands)
    observation = rows.take(kept).rename(
        columns={"staged_id": "observation_id", "value": "printed_value", "unit": "printed_unit"}
    )
    observation = observation.assign(
        area_id=place.texts("area_id", kept), is_proxy=observation["is_proxy"] == "true",
        indicator_id=meaning.texts("indicator_id", kept), class_id=meaning.texts("class_id", kept),
        year=year.numbers("year")[kept].astype("int64"), value=value[kept], conversion=conversion[kept],
    )  # fmt: skip
    rejected = rows.take(lost).assign(reason=verdict.reason[lost], detail=verdict.detail[lost])
    return Harmonised(
        observation[columns_of("core.observation")].reset_index(drop=True),
        rejected[columns_of("core.rejected")].reset_index(drop=True),
        _corrections(registry, corrected.met),
    )


def _refuse_meaningless(rows: pd.DataFrame, meaning: Answers, place: Answers, verdict: _Verdict) -> None:
    """Refuse rows whose series, area or labels are not ours."""
    for reason in ("declined_series", "unknown_unit", "unknown_series"):
        verdict.refuse(meaning.among("reason", reason), reason, meaning.teller("detail"))
    area = rows["area"]
    verdict.refuse(
        place.among("area_id", ""),
        "unknown_area",
        lambda row: f"no community or country of the registry: {area.iloc[row]!r}",
    )
    for name, words in _LABELS.items():
        label, said = rows[name], f"{name} must be one of {', '.join(words)}; it is "
        verdict.refuse(~label.isin(words).to_numpy(), "bad_label", lambda row: said + repr(label.iloc[row]))  # noqa: B023


def _read_years(rows: pd.DataFrame, registry: Registry, verdict: _Verdict) -> Answers:
    """Read the year out of a year, a date or a period, within the years that the contract of observations allows."""
    checks = next(column.checks for column in describe(contract_of("core.observation")) if column.name == "year")
    limits = {name: limit for _, statistics in checks for name, limit in statistics.items()}
    calendars = {source.id: source.calendar for source in registry.sources if source.calendar != PLAIN_CALENDAR}

    def answer(text: str, source_id: str = "") -> tuple[int, str]:
        year = year_of(text, calendars.get(source_id, PLAIN_CALENDAR))
        if year is None:
            return 0, f"neither a year nor a date: {text!r}"
        if not limits["min_value"] <= year <= limits["max_value"]:
            return 0, f"no year from {limits['min_value']} to {limits['max_value']}: {text!r}"
        return year, ""

    years = Answers(rows, ["year", "source_id"] if calendars else ["year"]).ask(answer, ["year", "refusal"])
    verdict.refuse(years.numbers("year") == 0, "unreadable_year", years.teller("refusal"))
    return years


def _refuse_future(rows: pd.DataFrame, year: Answers, retrieved: Mapping[str, int], verdict: _Verdict) -> None:
    """A figure cannot be of a year after the one in which its answer came."""
    if not retrieved:
        return
    came = rows["answer_id"].map(retrieved).to_numpy(dtype=float, na_value=np.nan)
    years = year.numbers("year")
    verdict.refuse(
        years > came, "future_year", lambda row: f"{years[row]:.0f} is after {came[row]:.0f}, when the answer came"
    )


def _read_numbers(rows: pd.DataFrame, meaning: Answers, registry: Registry, verdict: _Verdict) -> np.ndarray:
    """Read the values; NaN where there is no finite number."""
    text = rows["value"]
    number = pd.to_numeric(text, errors="coerce").to_numpy(dtype=float, na_value=np.nan, copy=True)
    for source in registry.sources:
        if source.numbers == PLAIN_NUMBERS or not (of := meaning.cases["source_id"] == source.id).any():
            continue
        at = np.flatnonzero(of.to_numpy()[meaning.code])
        number[at] = read_numbers(text.iloc[at], source.numbers)
        _refuse_marks(text.iloc[at], at, source, verdict)
    endless = np.isinf(number)
    odd = np.flatnonzero(np.isnan(number))
    endless[odd] = text.iloc[odd].str.strip().str.lower().str.lstrip("+-").isin(_ENDLESS)
    verdict.refuse(endless, "not_finite", lambda row: f"not a finite number: {text.iloc[row]!r}")
    verdict.refuse(np.isnan(number), "unreadable_value", lambda row: f"not a number: {text.iloc[row]!r}")
    return np.where(endless, np.nan, number)


def _refuse_marks(text: pd.Series, at: np.ndarray, source: Source, verdict: _Verdict) -> None:
    """Refuse what the source prints instead of a figure, and say what it means by it."""
    meant = marks(text, source.numbers)
    told = {int(row): mark for row, mark in zip(at, meant, strict=True) if isinstance(mark, str)}
    where = np.zeros(len(verdict.stands), dtype=bool)
    where[list(told)] = True
    verdict.refuse(where, "not_available", lambda row: f"{source.name} prints a mark for it: {told[row]}")


def _refuse_outside_life(year: Answers, place: Answers, verdict: _Verdict) -> None:
    """A figure of a year in which the community did not exist is about something else."""
    years = year.numbers("year")
    outside = (years < place.numbers("first")) | (years > place.numbers("last"))
    verdict.refuse(outside, "did_not_exist", place.teller("life"))


def _refuse_repeats(rows: pd.DataFrame, number: np.ndarray, codes: list[np.ndarray], verdict: _Verdict) -> None:
    """Refuse a figure given twice, and both when they differ: there is no telling which is meant.

    A figure is the same when source, series, unit, area and year (`codes`) and the names below are.
    """
    at = np.flatnonzero(verdict.stands)
    names = [pd.factorize(rows[name])[0] for name in ("area_name", "area_level", "publisher", "url")]
    figure = pd.Series(pack(code[at] for code in (*codes, *names)), index=at)
    figure = figure[figure.duplicated(keep=False)]
    again = rows.loc[figure.index, ["staged_id"]].assign(figure=figure, number=number[figure.index])
    again["length"] = again["staged_id"].str.len()  # so that row 9 of a file comes before row 10
    differs = again.groupby("figure")["number"].transform("nunique") > 1
    repeats = again.sort_values(["length", "staged_id"]).duplicated("figure").reindex(again.index)
    for found, reason, sentence in (
        (differs, "contradiction", "the same figure is given with another value in the same source"),
        (repeats, "repeated", "the same figure is given before"),
    ):
        where = np.zeros(len(rows), dtype=bool)
        where[again.index[found]] = True
        verdict.refuse(where, reason, sentence)


def _convert(
    number: np.ndarray, year: Answers, meaning: Answers, place: Answers, verdict: _Verdict
) -> tuple[np.ndarray, np.ndarray]:
    """Convert to the indicators' units and say how; refuse what cannot be converted or is beyond belief."""
    value = rescale(number, meaning.numbers("factor"), meaning.numbers("years"))
    conversion = meaning.table["conversion"].to_numpy(dtype=object)[meaning.code]
    verdict.refuse(np.isnan(value), "no_yearly_rate", "a fall of over 100 % has no yearly rate")
    is_money = ~meaning.among("currency", "")
    _refuse_beyond(value, ~is_money, meaning, verdict)
    found = _money(value, is_money & verdict.stands, year, meaning, place, verdict)
    why_not = found["why_not"]
    refused = np.zeros(len(value), dtype=bool)
    refused[found.index] = why_not != ""
    verdict.refuse(refused, "no_conversion", lambda row: why_not[row])
    value[found.index] /= found["divisor"]
    conversion[found.index] = (conversion[found.index] + ", " + found["how"]).str.removeprefix("as printed, ")
    _refuse_beyond(value, is_money, meaning, verdict)
    return value, conversion


def _money(
    value: np.ndarray, where: np.ndarray, year: Answers, meaning: Answers, place: Answers, verdict: _Verdict
) -> pd.DataFrame:
    """By position of the rows `where`: what their money is divided by, how, and why not."""
    years = year.numbers("year").astype("int64")
    at = np.flatnonzero(meaning.among("indicator_id", *RATE_INDICATORS) & verdict.stands)
    known = pd.DataFrame({"value": value[at], "year": years[at]}, index=at).assign(
        country_id=place.texts("country_id", at), indicator_id=meaning.texts("indicator_id", at)
    )
    at = np.flatnonzero(where)
    stated = meaning.numbers("price_year")[at]
    money = pd.DataFrame(
        {
            "currency": meaning.texts("currency", at),
            "home": place.texts("home", at),
            "country_id": place.texts("country_id", at),
            "price_year": np.where(np.isnan(stated), years[at], stated).astype("int64"),
        }
    )
    return to_international(money, rates(known))


def _refuse_beyond(value: np.ndarray, where: np.ndarray, meaning: Answers, verdict: _Verdict) -> None:
    """Refuse values outside the indicator's valid range, or too large to be a number."""
    low, high, unit = meaning.teller("low"), meaning.teller("high"), meaning.teller("unit")
    believable = (value >= meaning.numbers("low")) & (value <= meaning.numbers("high")) & np.isfinite(value)
    verdict.refuse(
        where & ~believable,
        "out_of_range",
        lambda row: f"{value[row]:.6g} {unit(row)} is outside {low(row):g} to {high(row):g}",
    )


def _corrections(registry: Registry, met: Iterable[int]) -> pd.DataFrame:
    items = [
        item.model_dump() | {"source_id": item.source, "rows": rows}
        for item, rows in zip(registry.corrections, met, strict=True)
    ]
    return pd.DataFrame(items, columns=columns_of("core.correction"))
