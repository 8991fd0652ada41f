"""Turn printed values into the unit of an indicator.

Put here: factors, multi-year changes, money into international dollars.
Not here: which indicator a series is (`harmonise.py`); the factors themselves (`warehouse/registry/units.yml`).
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from warehouse.registry.models import Unit

RATE_COLUMNS = ("country_id", "year", "ppp", "usd")


def unit_table(units: Sequence[Unit]) -> pd.DataFrame:
    """Units as a table, one row per printed text and dimension."""
    columns = ["text", "dimension", "factor", "currency", "price_year", "years", "note"]
    frame = pd.DataFrame([unit.model_dump() for unit in units], columns=columns)
    return frame.astype({"factor": float, "price_year": "Int64", "years": "Int64"})


def rescale(value: np.ndarray, factor: np.ndarray, years: np.ndarray) -> np.ndarray:
    """Apply a factor, and turn a change over several years into a yearly rate.

    Args:
        value: [rows] printed values.
        factor: [rows] what to multiply by.
        years: [rows] years over which a percentage change runs; 1 where it is yearly or no change at all.

    Returns:
        [rows] percent per year is 100 * ((1 + x/100) ** (1/years) - 1).
    """
    scaled = value * factor
    with np.errstate(invalid="ignore"):  # a fall of more than 100 % has no yearly rate: NaN, and so rejected
        yearly = 100 * ((1 + scaled / 100) ** (1 / years) - 1)
    return np.where(years > 1, yearly, scaled)


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
    keys = rows[["country_id", "price_year"]].rename(columns={"price_year": "year"})
    found = keys.merge(rates, on=["country_id", "year"], how="left").set_index(rows.index)
    is_home = rows["currency"] == rows["home"]
    is_dollar = (rows["currency"] == "USD") & ~is_home
    divisor = found["ppp"].where(is_home, found["ppp"] / found["usd"]).where(is_home | is_dollar)
    year = rows["price_year"].astype("str")
    per_dollar = rows["home"] + " per international dollar (PPP " + year + ")"
    how = "divided by " + found["ppp"].map("{:.6g}".format) + " " + per_dollar
    back = "USD times " + found["usd"].map("{:.6g}".format) + " " + rows["home"] + " per USD (" + year + "), "
    why_not = pd.Series("", index=rows.index, dtype="str")
    why_not = why_not.mask(
        divisor.isna(), "no PPP factor or exchange rate of " + rows["country_id"] + " for " + year
    ).mask(~(is_home | is_dollar), "money of another country: " + rows["currency"] + " in " + rows["country_id"])
    return pd.DataFrame({"divisor": divisor, "how": how.where(is_home, back + how), "why_not": why_not})
