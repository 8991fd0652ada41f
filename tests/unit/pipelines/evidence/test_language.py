"""Texts, numbers and dates as a language writes them."""

import pytest

from pipelines.evidence.language import LanguageError, translator

ENGLISH, VIETNAMESE = translator("en"), translator("vi")


@pytest.mark.parametrize(
    ("value", "english", "vietnamese"),
    [
        (0, "0", "0"),
        (-0.0, "0", "0"),
        (12.5, "12.5", "12,5"),
        (1234567.891, "1,234,568", "1.234.568"),
        (0.00123456789, "0.00123457", "0,00123457"),
        (99999.96, "100,000", "100.000"),
        (-3.25, "-3.25", "-3,25"),
        (1e9, "1,000,000,000", "1.000.000.000"),
    ],
)
def test_numbers_have_six_digits_and_the_languages_marks(value: float, english: str, vietnamese: str) -> None:
    assert (ENGLISH.number(value), VIETNAMESE.number(value)) == (english, vietnamese)


def test_decimals_may_be_asked_for() -> None:
    assert (ENGLISH.number(57.25, 1), VIETNAMESE.number(57, 1), ENGLISH.percent(0.705)) == ("57.2", "57,0", "70%")


def test_a_percent_sign_stands_close_and_units_are_translated() -> None:
    assert ENGLISH.quantity(93.3, "%") == "93.3%"
    assert VIETNAMESE.quantity(2456300, "persons") == "2.456.300\N{NO-BREAK SPACE}người"
    assert VIETNAMESE.quantity(5, "bowls") == "5\N{NO-BREAK SPACE}bowls"
    assert ENGLISH.quantity(5, "") == "5"


@pytest.mark.parametrize(
    ("text", "english", "vietnamese"),
    [
        ("2018", "2018", "2018"),
        ("2018-10", "October 2018", "tháng 10 năm 2018"),
        ("2018-10-25", "25 October 2018", "25 tháng 10, 2018"),
        ("about 2018", "about 2018", "about 2018"),
        ("2018-13", "2018-13", "2018-13"),
        ("", "", ""),
    ],
)
def test_dates_are_as_exact_as_they_are_known(text: str, english: str, vietnamese: str) -> None:
    assert (ENGLISH.date(text), VIETNAMESE.date(text)) == (english, vietnamese)


def test_a_moment_is_told_in_utc() -> None:
    assert ENGLISH.moment("2026-11-22T07:30:59+07:00") == "22 November 2026, 00:30 UTC"


def test_facts_stand_in_their_places_and_are_not_read_as_places() -> None:
    assert VIETNAMESE("since {start}", start="{end}") == "từ {end}"
    assert ENGLISH.plural("{count} initiative", "{count} initiatives", 1) == "1 initiative"
    assert VIETNAMESE.plural("{count} initiative", "{count} initiatives", 1200) == "1.200 sáng kiến"
    assert VIETNAMESE("") == ""


def test_an_unknown_language_is_told_with_those_there_are() -> None:
    with pytest.raises(LanguageError, match="'fr' is not known"):
        translator("fr")
