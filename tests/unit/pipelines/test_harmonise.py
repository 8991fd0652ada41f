"""Every staged row becomes an observation in our unit or a rejection with its first reason; none is lost."""

import math

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.harmonise import harmonise
from warehouse.contracts import contract_of, enforce
from warehouse.registry.models import Correction

PPP_2019 = {"source_id": "nation", "series": "ppp", "area": "VNM", "area_level": "national", "year": "2019",
            "unit": "VND per $", "value": "8000"}  # fmt: skip
PPP_2015 = PPP_2019 | {"year": "2015", "value": "5000"}
RATE_2019 = PPP_2019 | {"series": "rate", "unit": "VND per US$", "value": "23000"}
TEXT_COLUMNS = ["series", "area", "area_level", "is_proxy", "year", "value", "unit", "quality", "source_id"]


def checked(staged, registry):
    """Harmonise, and hold both tables to their contracts."""
    made = harmonise(staged, registry)
    enforce(contract_of("core.observation"), made.observation)
    enforce(contract_of("core.rejected"), made.rejected)
    return made


def only_rejection(made):
    assert len(made.rejected) == 1
    return made.rejected.iloc[0]


# --- Reasons ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "reason", "told"),
    [
        pytest.param({"series": "slogans"}, "declined_series", "a slogan measures nothing", id="declined"),
        pytest.param({"unit": "households"}, "declined_series", "without its whole", id="declined in one unit"),
        pytest.param({"unit": "per mille"}, "unknown_unit", "'per mille'", id="unit"),
        pytest.param({"unit": ""}, "unknown_unit", "''", id="no unit"),
        pytest.param({"series": "happiness"}, "unknown_series", "city.yml has no series 'happiness'", id="series"),
        pytest.param({"source_id": "rumour"}, "unknown_series", "rumour.yml", id="source"),
        pytest.param({"area": "atlantis"}, "unknown_area", "'atlantis'", id="area"),
        pytest.param({"area": "VNM"}, "unknown_area", "'VNM'", id="country code where communities are named"),
        pytest.param({"source_id": "nation"}, "unknown_area", "'binh_duong'", id="community where countries are named"),
        pytest.param({"area_level": "planet"}, "bad_label", "area_level must be one of local, county", id="level"),
        pytest.param({"quality": "great"}, "bad_label", "quality must be", id="quality"),
        pytest.param(
            {"is_proxy": "TRUE"}, "bad_label", "is_proxy must be one of true, false; it is 'TRUE'", id="proxy"
        ),
        pytest.param({"year": "2019/20"}, "unreadable_year", "'2019/20'", id="school year"),
        pytest.param({"year": ""}, "unreadable_year", "''", id="no year"),
        pytest.param({"year": "19"}, "unreadable_year", "'19'", id="short year"),
        pytest.param({"year": "1850"}, "unreadable_year", "no year from 1990 to 2100", id="year long ago"),
        pytest.param(
            {"year": "２０１９"}, "unreadable_year", "neither a year nor a date", id="digits of another script"
        ),
        pytest.param({"value": "text"}, "unreadable_value", "'text'", id="text"),
        pytest.param({"value": "<1"}, "unreadable_value", "'<1'", id="below 1"),
        pytest.param({"value": ""}, "unreadable_value", "''", id="no value"),
        pytest.param({"value": "1,5"}, "unreadable_value", "'1,5'", id="decimal comma"),
        pytest.param({"value": "0x10"}, "unreadable_value", "'0x10'", id="hexadecimal"),
        pytest.param({"value": "1_000"}, "unreadable_value", "'1_000'", id="underscore"),
        pytest.param({"value": "true"}, "unreadable_value", "'true'", id="a truth value"),
        pytest.param({"value": "=1+1"}, "unreadable_value", "'=1+1'", id="formula"),
        pytest.param({"value": "NaN"}, "not_finite", "'NaN'", id="not a number"),
        pytest.param({"value": "-inf"}, "not_finite", "'-inf'", id="minus infinity"),
        pytest.param({"value": " Infinity "}, "not_finite", "Infinity", id="infinity"),
        pytest.param({"value": "1e999"}, "not_finite", "'1e999'", id="beyond any number"),
        pytest.param(
            {"year": "2026"}, "did_not_exist", "Binh Duong existed from ever to 2025-06-30", id="after its end"
        ),
        pytest.param(
            {"area": "ho_chi_minh_city", "year": "2024"}, "did_not_exist", "from 2025-07-01 to today", id="before"
        ),
        pytest.param(
            {"series": "growth", "unit": "% over 5 years", "value": "-101"}, "no_yearly_rate", "over 100 %", id="rate"
        ),
        pytest.param({"value": "101"}, "out_of_range", "101 share is outside 0 to 100", id="over the whole"),
        pytest.param({"value": "-0.1"}, "out_of_range", "-0.1 share", id="negative share"),
        pytest.param({"unit": "share of 1"}, "out_of_range", "5000 share", id="percent called a share"),
        pytest.param(
            {"series": "population", "unit": "thousand persons", "value": "1e307"}, "out_of_range", "inf", id="overflow"
        ),
        pytest.param({"series": "income", "unit": "VND"}, "no_conversion", "VNM for 2019", id="no factor of the year"),
        pytest.param({"series": "income", "unit": "USD"}, "no_conversion", "VNM for 2019", id="no exchange rate"),
        pytest.param(
            {"series": "income", "unit": "VND", "area": "columbus"}, "no_conversion", "VND in USA", id="foreign money"
        ),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_reason(staged, registry, row, reason, told):
    made = checked(staged(row), registry)
    rejection = only_rejection(made)
    assert rejection["reason"] == reason
    assert told in rejection["detail"]
    assert made.observation.empty


def test_a_known_error_is_refused_and_counted(staged, registry, registry_with):
    entry = Correction(
        source="city", series="internet", area="binh_duong", year="2019", printed_value="50",
        action="reject", reason="a slip", reference="the office",
    )  # fmt: skip
    made = checked(staged({}, {"year": "2018"}), registry_with(corrections=(entry,)))
    assert only_rejection(made)["reason"] == "known_error"
    assert made.observation["year"].tolist() == [2018]
    correction = enforce(contract_of("core.correction"), made.correction)
    assert correction[["source_id", "action", "rows"]].values.tolist() == [["city", "reject", 1]]


def test_the_same_figure_with_another_value_refuses_both(staged, registry):
    rows = staged({"value": "50"}, {"value": "51"}, {"value": "50"}, {"year": "2018"})
    made = checked(rows, registry)
    assert made.rejected["reason"].tolist() == ["contradiction"] * 3
    assert made.observation["year"].tolist() == [2018]


def test_the_same_figure_again_is_kept_once(staged, registry):
    made = checked(staged({"value": "50"}, {"value": "50.0"}, {"value": "50"}), registry)
    assert made.rejected["reason"].tolist() == ["repeated"] * 2
    assert made.observation["locator"].tolist() == ["row 2"]


def test_of_a_repeated_figure_the_first_of_the_file_stays(staged, registry):
    rows = staged({"staged_id": "f:10"}, {"staged_id": "f:9"}, {"staged_id": "f:11"})
    made = checked(rows, registry)
    assert made.observation["observation_id"].tolist() == ["f:9"]
    assert made.rejected["staged_id"].tolist() == ["f:10", "f:11"]


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"publisher": "Another office"}, id="publisher"),
        pytest.param({"url": "https://office.example/2"}, id="address"),
        pytest.param({"area_name": "Thu Dau Mot"}, id="area as printed"),
        pytest.param({"area_level": "local"}, id="level"),
        pytest.param({"year": "2018"}, id="year"),
        pytest.param({"unit": "share of 1", "value": "0.6"}, id="unit"),
    ],
)
def test_another_figure_is_no_contradiction(staged, registry, other):
    made = checked(staged({}, {"value": "51"} | other), registry)
    assert made.rejected.empty


def test_what_is_refused_already_contradicts_nobody(staged, registry):
    made = checked(staged({"value": "50"}, {"value": "n/a"}), registry)
    assert only_rejection(made)["reason"] == "unreadable_value"
    assert len(made.observation) == 1


@pytest.mark.parametrize(
    ("row", "first"),
    [
        pytest.param(
            {"series": "slogans", "area": "atlantis", "year": "", "value": ""}, "declined_series", id="series"
        ),
        pytest.param({"area": "atlantis", "quality": "", "year": "", "value": ""}, "unknown_area", id="area"),
        pytest.param({"quality": "", "year": "", "value": ""}, "bad_label", id="label"),
        pytest.param({"year": "", "value": ""}, "unreadable_year", id="year"),
        pytest.param({"year": "2026", "value": ""}, "unreadable_value", id="value"),
        pytest.param({"year": "2026", "value": "101"}, "did_not_exist", id="life"),
    ],
)
def test_the_first_reason_counts(staged, registry, row, first):
    assert only_rejection(checked(staged(row), registry))["reason"] == first


# --- What the source says about its numbers and years ----------------------------------------------------------------


@pytest.fixture(scope="module")
def printing(registry, registry_with):
    """The small registry, whose city prints decimal commas, marks, and years of the Republic of China."""

    def build(**facts):
        city, *others = registry.sources
        return registry_with(sources=(city.model_validate(city.model_dump() | facts), *others))

    return build


def test_a_source_is_read_by_its_own_rules(staged, printing):
    registry = printing(
        numbers={"decimal": ",", "thousands": ".", "zero": ["-"]},
        calendar={"pattern": r"(?:Prel\. )?(?P<year>\d{3})", "offset": 1911},
    )
    rows = [
        {"value": "50,5", "year": "108"}, {"value": "-", "year": "Prel. 109"},
        {"series": "population", "unit": "persons", "value": "1.234.567", "year": "110"}, PPP_2019,
    ]  # fmt: skip
    made = checked(staged(*rows), registry).observation
    assert made[["year", "value"]].to_numpy().tolist() == [[2019, 50.5], [2020, 0], [2021, 1234567], [2019, 8000]]
    assert made["printed_value"].tolist() == ["50,5", "-", "1.234.567", "8000"]


@pytest.mark.parametrize(
    ("row", "reason", "told"),
    [
        pytest.param({"value": ".."}, "not_available", "City figures prints a mark for it: not available", id="dots"),
        pytest.param({"value": " X "}, "not_available", "prints a mark for it: secret", id="secret"),
        pytest.param({"value": "null"}, "not_available", "no figure", id="JSON's null"),
        pytest.param({"value": ""}, "not_available", "left empty", id="empty"),
        pytest.param({"value": "-666666666"}, "not_available", "too few asked", id="a number as a mark"),
        pytest.param({"value": "..."}, "unreadable_value", "not a number: '...'", id="another mark"),
        pytest.param({"value": "1.5"}, "unreadable_value", "not a number: '1.5'", id="a decimal point"),
        pytest.param({"value": "inf"}, "not_finite", "'inf'", id="endless"),
        pytest.param({"year": "2019-20"}, "unreadable_year", "neither a year nor a date: '2019-20'", id="two years"),
    ],
)
def test_a_mark_is_no_figure_and_never_0(staged, printing, row, reason, told):
    missing = {"..": "not available", "X": "secret", "null": "no figure", "": "left empty"}
    registry = printing(numbers={"decimal": ",", "missing": missing | {"-666666666": "too few asked"}})
    made = checked(staged(row), registry)
    rejected = only_rejection(made)
    assert made.observation.empty
    assert rejected["reason"] == reason
    assert told in rejected["detail"]


def test_a_mark_of_one_source_means_nothing_to_another(staged, printing):
    registry = printing(numbers={"missing": {"8000": "secret"}})
    assert checked(staged(PPP_2019), registry).rejected.empty


def test_a_figure_from_the_future_is_refused(staged, registry):
    rows = staged({"year": "2019"}, {"year": "2020"})
    made = harmonise(rows, registry, retrieved={"a" * 64: 2019})
    assert made.observation["year"].tolist() == [2019]
    assert only_rejection(made)[["reason", "detail"]].tolist() == [
        "future_year", "2020 is after 2019, when the answer came",
    ]  # fmt: skip
    assert harmonise(rows, registry, retrieved={"b" * 64: 2019}).rejected.empty


# --- Conversions -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "value", "said"),
    [
        pytest.param({}, 50, "as printed", id="nothing to do"),
        pytest.param({"value": " 5e1 "}, 50, "as printed", id="spaces and exponents"),
        pytest.param({"unit": " share  of 1", "value": "0.5"}, 50, "times 100", id="share"),
        pytest.param(
            {"series": "population", "unit": "thousand persons", "value": "2.5"}, 2500, "times 1000", id="thousands"
        ),
        pytest.param({"series": "growth", "unit": "% a year", "value": "-101"}, -101, "as printed", id="yearly change"),
        pytest.param(
            {"series": "growth", "unit": "% over 5 years", "value": "61.051"},
            10,
            "yearly rate of a change over 5 years",
            id="change over five years",
        ),
        pytest.param(
            {"series": "growth", "unit": "% over 5 years", "value": "-100"},
            -100,
            "yearly rate of a change over 5 years",
            id="all lost",
        ),
        pytest.param({"series": "income", "unit": "international $"}, 50, "as printed", id="international already"),
        pytest.param(
            {"series": "income", "unit": "VND", "value": "80000000"},
            10000,
            "divided by 8000 VND per international dollar (PPP 2019)",
            id="own money",
        ),
        pytest.param(
            {"series": "income", "unit": "million VND", "value": "80"},
            10000,
            "times 1000000, divided by 8000 VND per international dollar (PPP 2019)",
            id="millions",
        ),
        pytest.param(
            {"series": "income", "unit": "VND per month", "value": "2000000"},
            3000,
            "times 12, divided by 8000 VND per international dollar (PPP 2019)",
            id="monthly",
        ),
        pytest.param(
            {"series": "income", "unit": "VND of 2015", "value": "50000000"},
            10000,
            "divided by 5000 VND per international dollar (PPP 2015)",
            id="prices of another year",
        ),
        pytest.param(
            {"series": "income", "unit": "USD", "value": "1600"},
            4600,
            "USD times 23000 VND per USD (2019), divided by 8000 VND per international dollar (PPP 2019)",
            id="dollars",
        ),
        pytest.param(
            {"series": "income", "unit": "USD per week", "value": "16"},
            2392,
            "times 52, USD times 23000 VND per USD (2019), divided by 8000 VND per international dollar (PPP 2019)",
            id="weekly dollars",
        ),
        pytest.param(
            {"series": "exports", "unit": "million USD", "value": "16"},
            46,
            "USD times 23000 VND per USD (2019), divided by 8000 VND per international dollar (PPP 2019)",
            id="totals",
        ),
    ],
)
def test_values_become_ours_and_say_how(staged, registry, row, value, said):
    made = checked(staged(PPP_2019, PPP_2015, RATE_2019, row), registry)
    assert made.rejected.empty
    last = made.observation.iloc[-1]
    assert math.isclose(last["value"], value, rel_tol=1e-12)
    assert last["conversion"] == said
    assert last["printed_value"] == row.get("value", "50")
    assert last["printed_unit"] == row.get("unit", "%")


def test_money_is_believed_or_not_after_it_is_converted(staged, registry):
    income = {"series": "income", "unit": "VND"}
    made = checked(
        staged(PPP_2019, income | {"value": "8e9"}, income | {"year": "2019-01", "value": "8.1e9"}), registry
    )
    assert made.observation["value"].tolist() == [8000, 1e6]
    assert only_rejection(made)[["reason", "detail"]].tolist() == [
        "out_of_range", "1.0125e+06 money_per_head is outside 1 to 1e+06",
    ]  # fmt: skip


def test_dollars_at_home_need_no_exchange_rate(staged, registry):
    ppp = PPP_2019 | {"area": "USA", "value": "1"}
    made = checked(staged(ppp, {"series": "income", "unit": "USD", "area": "columbus", "value": "9"}), registry)
    assert made.observation["value"].tolist() == [1, 9]


@pytest.mark.parametrize(
    "factor",
    [
        pytest.param({"value": "0"}, id="beyond belief"),
        pytest.param({"value": "?"}, id="unreadable"),
        pytest.param({"year": "2018"}, id="another year"),
        pytest.param({"area": "NLD"}, id="another country"),
    ],
)
def test_a_factor_that_is_refused_or_of_elsewhere_converts_nothing(staged, registry, factor):
    made = checked(staged(PPP_2019 | factor, {"series": "income", "unit": "VND"}), registry)
    assert made.rejected["reason"].tolist()[-1] == "no_conversion"


def test_factors_of_two_sources_are_averaged(staged, registry):
    other = PPP_2019 | {"publisher": "Another office", "value": "12000"}
    made = checked(staged(PPP_2019, other, {"series": "income", "unit": "VND", "value": "1000000"}), registry)
    assert made.observation["value"].tolist()[-1] == 100


@pytest.mark.parametrize("year", ["2019", " 2019 ", "2019-06", "2019-06-30"])
def test_a_date_gives_its_year(staged, registry, year):
    assert checked(staged({"year": year}), registry).observation["year"].tolist() == [2019]


def test_a_community_lives_in_the_years_of_its_first_and_last_day(staged, registry):
    made = checked(staged({"year": "2025"}, {"year": "2025", "area": "ho_chi_minh_city"}), registry)
    assert made.rejected.empty


def test_an_observation_keeps_where_it_came_from(staged, registry):
    row = {"is_proxy": "true", "area_name": "Đông Nam Bộ", "note": "=HYPERLINK(1)"}
    made = checked(staged(row), registry).observation.iloc[0]
    assert made["observation_id"] == f"{'a' * 16}:2"
    assert made[["source_id", "area_id", "area_name", "note", "locator", "indicator_id", "class_id"]].tolist() == [
        "city", "binh_duong", "Đông Nam Bộ", "=HYPERLINK(1)", "row 2", "internet", "general",
    ]  # fmt: skip
    assert made["is_proxy"]


def test_a_country_is_its_own_area(staged, registry):
    made = checked(staged(PPP_2019), registry).observation.iloc[0]
    assert made["area_id"] == "VNM"


def test_no_rows_make_empty_tables(staged, registry):
    made = checked(staged(), registry)
    assert made.observation.empty
    assert made.rejected.empty


# --- Properties ------------------------------------------------------------------------------------------------------

HOSTILE = st.one_of(
    st.text(max_size=8),
    st.sampled_from(["", " ", "\x1f", "\x00", "=1+1", "NaN", "-inf", "1e999", "18446744073709551616", "-1", "0x10",
                     "1_000", "true", "1j", "２", "9" * 400, "'; drop table", "<NA>", "None"]),
)  # fmt: skip
KNOWN = {
    "series": ["internet", "population", "income", "growth", "slogans", "ppp"],
    "area": ["binh_duong", "columbus", "ho_chi_minh_city", "VNM"],
    "area_level": ["region", "national"],
    "is_proxy": ["true", "false"],
    "year": ["2019", "2024", "2026-01"],
    "value": ["50", "51", "50.0", "0", "-200"],
    "unit": ["%", "persons", "VND", "USD", "% over 5 years", "VND per $"],
    "quality": ["official", "press"],
    "source_id": ["city", "nation"],
}
ROW = st.fixed_dictionaries({name: st.one_of(st.sampled_from(KNOWN[name]), HOSTILE) for name in TEXT_COLUMNS})
PLAIN_ROW = st.fixed_dictionaries({name: st.sampled_from(KNOWN[name]) for name in TEXT_COLUMNS})


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows=st.lists(st.one_of(ROW, PLAIN_ROW), max_size=12))
def test_nothing_is_lost_whatever_is_written(staged, registry, rows):
    before = staged(*rows)
    made = checked(before, registry)
    told = [*made.observation["observation_id"], *made.rejected["staged_id"]]
    assert sorted(told) == sorted(before["staged_id"])
    assert made.observation["value"].map(math.isfinite).all()
    assert (made.rejected["reason"] != "").all()
    assert (made.rejected["detail"] != "").all()


@settings(max_examples=60, deadline=None)
@given(data=st.data(), rows=st.lists(PLAIN_ROW, min_size=2, max_size=12))
def test_the_order_of_rows_does_not_matter(staged, registry, data, rows):
    before = staged(*rows)
    shuffled = before.iloc[data.draw(st.permutations(range(len(rows))))]

    def sorted_tables(table):
        made = checked(table, registry)
        return made.observation.sort_values("observation_id"), made.rejected.sort_values("staged_id")

    for one, other in zip(sorted_tables(before), sorted_tables(shuffled), strict=True):
        pd.testing.assert_frame_equal(one.reset_index(drop=True), other.reset_index(drop=True))
