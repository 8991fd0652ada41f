"""Turn printed values into the unit of an indicator.

Put here: factors, multi-year changes, money into international dollars.
Not here: which unit a text is (`meaning.py`); the factors themselves (`warehouse/registry/units.yml`).
"""

import numpy as np
import pandas as pd

from pipelines.meaning import Answers

RATE_COLUMNS = ("country_id", "year", "ppp", "usd")
RATE_INDICATORS = ("ppp_factor", "exchange_rate")
"""Indicators that turn money into other money, in the order of the last two of RATE_COLUMNS."""


def rescale(value: np.ndarray, factor: np.ndarray, years: np.ndarray) -> np.ndarray:
    """Apply a factor, and turn a change over several years into a yearly rate.

    Args:
        value: [rows] printed values.
        factor: [rows] what to multiply by.
        years: [rows] years over which a percentage change runs; 1 where it is yearly or no change at all.

    Returns:
        [rows] percent per year is 100 * ((1 + x/100) ** (1/years) - 1).
    """
    with np.errstate(over="ignore"):  # a number too large becomes infinite, and so rejected
        scaled = value * factor
    change = years > 1
    with np.errstate(invalid="ignore"):  # a fall of more than 100 % has no yearly rate: NaN, and so rejected
        scaled[change] = 100 * ((1 + scaled[change] / 100) ** (1 / years[change]) - 1)
    return scaled


def rates(figures: pd.DataFrame) -> pd.DataFrame:
    """PPP factors and exchange rates among figures.

    Args:
        figures: with `country_id`, `year`, `indicator_id`, `value`.

    Returns:
        RATE_COLUMNS, one row a country and year; the mean where several sources give one.
    """
    found = figures[figures["indicator_id"].isin(RATE_INDICATORS)]
    wide = found.pivot_table(index=["country_id", "year"], columns="indicator_id", values="value")
    wide = wide.reindex(columns=list(RATE_INDICATORS)).reset_index()
    return wide.set_axis(list(RATE_COLUMNS), axis="columns")


def to_international(rows: pd.DataFrame, rates: pd.DataFrame) -> pd.DataFrame:
    """Find what a printed amount of money must be divided by.

    Money of the country itself is divided by its PPP factor (World Bank PA.NUS.PPP) of the year whose prices it is in.
    US dollars of another country go back to its own money first, by the official rate (PA.NUS.FCRF) of that year.

    Args:
        rows: with `currency` (of the figure), `home` (currency of the area's country), `country_id`, `price_year`.
        rates: RATE_COLUMNS, one row a country and year.

    Returns:
        By row: `divisor` (NaN where unknown), `how` (in words) and `why_not` (empty where known).
    """
    cases = Answers(rows, ["currency", "home", "country_id", "price_year"])
    known = cases.cases.merge(rates, left_on=["country_id", "price_year"], right_on=["country_id", "year"], how="left")
    known = known[[*cases.cases.columns, "ppp", "usd"]]
    told = [_tell(*case) for case in known.itertuples(index=False, name=None)]
    cases.table = pd.DataFrame(told, columns=["divisor", "how", "why_not"])
    return cases.table.take(cases.code).set_axis(rows.index)


def _tell(currency: str, home: str, country: str, year: int, ppp: float, usd: float) -> tuple[float, str, str]:
    """Divisor, how, and why not, of one kind of money."""
    if currency not in {home, "USD"}:
        return np.nan, "", f"money of another country: {currency} in {country}"
    how = f"divided by {ppp:.6g} {home} per international dollar (PPP {year})"
    divisor = ppp
    if currency != home:
        how = f"USD times {usd:.6g} {home} per USD ({year}), {how}"
        divisor = ppp / usd
    return divisor, how, f"no PPP factor or exchange rate of {country} for {year}" if np.isnan(divisor) else ""
