"""Numbers and years as their source prints them."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.printed import marks, read_numbers, read_years, year_of
from warehouse.registry.sources import Calendar, Numbers

GERMAN = Numbers(decimal=",", thousands=".")
FRENCH = Numbers(decimal=",", thousands=" ")
PLAIN = Numbers()


def number(text, numbers):
    return read_numbers(pd.Series([text], dtype="str"), numbers)[0]


@pytest.mark.parametrize(
    ("text", "numbers", "value"),
    [
        ("1.5", PLAIN, 1.5), (" -1e-3 ", PLAIN, -0.001), ("-1.5E+3", PLAIN, -1500),
        ("1,5", Numbers(decimal=","), 1.5), ("-0,25", GERMAN, -0.25), ("1.234.567,8", GERMAN, 1234567.8),
        ("1234567,8", GERMAN, 1234567.8), ("1.234", GERMAN, 1234), ("2,5e3", GERMAN, 2500),
        ("1 234,5", FRENCH, 1234.5), ("1\u00a0234\u202f567", FRENCH, 1234567), ("\u22121,5", FRENCH, -1.5),
        ("1,234,567.8", Numbers(thousands=","), 1234567.8), ("1,234", Numbers(thousands=","), 1234),
        ("-", Numbers(zero=("-",)), 0), (" - ", Numbers(zero=("-",)), 0),
    ],
)  # fmt: skip
def test_numbers_are_read_by_the_rules_of_their_source(text, numbers, value):
    assert number(text, numbers) == value


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("1,5", PLAIN), ("1.5", Numbers(decimal=",")), ("1.5", GERMAN), ("1.23.456", GERMAN), ("12.34,5", GERMAN),
        ("1,234.5", GERMAN), ("1,5", Numbers(thousands=",")), ("1,23,456", Numbers(thousands=",")), ("1 5", FRENCH),
        ("12 34", FRENCH), ("..", GERMAN), ("-", PLAIN), ("", GERMAN), ("nan", GERMAN), ("1e999", PLAIN),
        ("Infinity", FRENCH), ("-666666666", Numbers(missing={"-666666666": "too few asked"})),
        ("0", Numbers(missing={"0": "not counted"})), (" X ", Numbers(missing={"X": "secret"}, decimal=",")),
    ],
)  # fmt: skip
def test_what_breaks_the_rules_is_no_number(text, numbers):
    assert math.isnan(number(text, numbers))


@given(st.floats(-1e12, 1e12).map(lambda value: round(value, 3)), st.sampled_from([",", "."]), st.booleans())
def test_every_number_is_read_as_it_was_written(value, decimal, grouped):
    other = "." if decimal == "," else ","
    text = f"{value:,.3f}" if grouped else f"{value:.3f}"
    text = text.replace(",", "\0").replace(".", decimal).replace("\0", other)
    assert number(text, Numbers(decimal=decimal, thousands=other if grouped else "")) == pytest.approx(value, abs=1e-9)


def test_marks_are_told_by_their_meaning():
    numbers = Numbers(missing={"..": "not available", "X": "secret", "": "left empty"})
    told = marks(pd.Series(["..", " X ", "", "5", "...", "0"], dtype="str"), numbers)
    assert told.fillna("figure").tolist() == ["not available", "secret", "left empty", "figure", "figure", "figure"]


@pytest.mark.parametrize(
    ("text", "calendar", "year"),
    [
        ("2020", Calendar(), 2020), ("2020-05-01", Calendar(), 2020), (" 2020 ", Calendar(), 2020),
        ("Prel. 2024", Calendar(pattern=r"(?:Prel\. )?(?P<year>\d{4})"), 2024),
        ("Prel.  2024", Calendar(pattern=r"(?:Prel\. )?(?P<year>\d{4})"), 2024),
        ("2024", Calendar(pattern=r"(?:Prel\. )?(?P<year>\d{4})"), 2024),
        ("114", Calendar(pattern=r"(?P<year>\d{3})", offset=1911), 2025),
        ("11508", Calendar(pattern=r"(?P<year>\d{3})\d{2}", offset=1911), 2026),
        ("2020-21", Calendar(pattern=r"(?P<year>\d{4})-\d{2}", offset=1), 2021),
        ("202606", Calendar(pattern=r"(?P<year>\d{4})\d{2}"), 2026),
        ("2024JJ00", Calendar(pattern=r"(?P<year>\d{4})JJ00"), 2024),
        ("2024MM01", Calendar(pattern=r"(?P<year>\d{4})JJ00"), None),
        ("Prel. 2024", Calendar(), None), ("2020-21", Calendar(), None), ("202606", Calendar(), None),
        ("114", Calendar(), None), ("", Calendar(), None), ("x2020", Calendar(pattern=r"x|(?P<year>\d{4})"), None),
        ("x", Calendar(pattern=r"x|(?P<year>\d{4})"), None), ("\u0662\u0660\u0662\u0660", Calendar(), None),
    ],
)  # fmt: skip
def test_years_are_read_by_the_calendar_of_their_source(text, calendar, year):
    assert year_of(text, calendar) == year
    read = read_years(pd.Series([text, None, text], dtype="str"), calendar)
    np.testing.assert_array_equal(read, [year or np.nan, np.nan, year or np.nan])
