"""Numbers and years as people type them."""

import datetime as dt

import pytest
from dropped import YEAR

from pipelines.drop_folder.cells import Cell
from pipelines.drop_folder.findings import Place
from pipelines.drop_folder.numbers import read_number, read_year


class TestNumbers:
    @pytest.mark.parametrize(
        ("value", "number"),
        [
            (12, "12"), (12.5, "12.5"), (0.1, "0.1"), (1e6, "1000000"), (-3, "-3"), ("12,5", "12.5"), ("12.5", "12.5"),
            ("0,125", "0.125"), ("0.125", "0.125"), ("1.234,5", "1234.5"), ("1,234.5", "1234.5"),
            ("1234,567", "1234.567"),
            ("1.234.567", "1234567"), ("1,234,567", "1234567"), ("2 426 561", "2426561"), ("2\u00a0426,5", "2426.5"),
            ("−1,5", "-1.5"), ("45%", "45"), ("45,5 %", "45.5"), ("1e3", "1000"),
        ],
    )  # fmt: skip
    def test_reads(self, value, number):
        assert read_number(Cell(Place(""), value), "%").text == number

    @pytest.mark.parametrize("value", ["1.234", "1,234", "12.345", "-1.500"])
    def test_never_guesses_between_thousands_and_decimals(self, value):
        assert read_number(Cell(Place(""), value), "%").refusal == "two_readings"

    @pytest.mark.parametrize(
        "value",
        [
            "",
            "x",
            "..",
            "-",
            "1 2",
            "1,2,3",
            "1.2.3",
            "12,5,",
            "nan",
            "inf",
            "1e400",
            "=1",
            "1_000",
            True,
            float("nan"),
            "²",
        ],
    )
    def test_refuses(self, value):
        assert read_number(Cell(Place(""), value), "%").refusal == "not_a_number"

    def test_a_cell_shown_as_percent_counts_a_hundredfold(self):
        assert read_number(Cell(Place(""), 0.715, is_percent=True), "%").text == "71.5"
        assert read_number(Cell(Place(""), 0.715, is_percent=True), "persons").refusal == "percent_of_what"

    @pytest.mark.parametrize(
        ("value", "year"),
        [
            (2019, "2019"), (2019.0, "2019"), ("2019", "2019"), ("31/12/2019", "2019"), ("12/2019", "2019"),
            ("2019-12-31", "2019"), ("31.12.2019", "2019"), (dt.datetime(2019, 12, 31), "2019"),
            (dt.date(2019, 1, 1), "2019"),
        ],
    )  # fmt: skip
    def test_reads_years(self, value, year):
        assert read_year(Cell(Place(""), value), 1990, YEAR).text == year

    @pytest.mark.parametrize(
        ("value", "refusal"),
        [
            ("Prel. 2019", "not_a_year"), ("2019-20", "not_a_year"), ("2019-2020", "not_a_year"), ("19", "not_a_year"),
            (2019.5, "not_a_year"), ("2027", "year_to_come"), ("1989", "year_too_early"), ("٢٠١٩", "not_a_year"),
            (dt.datetime(1905, 7, 11), "year_is_day"),  # 2019 typed into a cell that shows dates
        ],
    )  # fmt: skip
    def test_refuses_years(self, value, refusal):
        assert read_year(Cell(Place(""), value), 1990, YEAR).refusal == refusal
