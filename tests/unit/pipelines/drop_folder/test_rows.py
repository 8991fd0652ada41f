"""Rows: everything that can be wrong with one, and among several."""

import datetime as dt
import unicodedata

import pytest
from dropped import YEAR, keys, xlsx

from pipelines.drop_folder.check import check_files


class TestRows:
    def test_a_good_row_is_a_figure(self, read):
        report = read(xlsx({}))
        assert report.is_clean
        assert (report.rows, report.refused) == (1, 0)

    def test_good_rows_are_taken_though_others_are_not(self, read):
        report = read(xlsx({}, {"value": "many", "year": 2020}, {"year": 2021}))
        assert [figure.year for figure in report.figures] == ["2019", "2021"]
        assert keys(report) == [("G3", "not_a_number")]

    @pytest.mark.parametrize(
        ("row", "found"),
        [
            pytest.param({"indicator": "internt"}, ("A2", "not_in_list"), id="indicator"),
            pytest.param({"unit": "persons"}, ("B2", "not_in_list"), id="a unit of another indicator"),
            pytest.param({"area": "chicago"}, ("C2", "not_in_list"), id="somebody else's area"),
            pytest.param({"area_level": "district"}, ("D2", "not_in_list"), id="level"),
            pytest.param({"area_level": "local"}, ("E2", "area_unnamed"), id="a part without name"),
            pytest.param({"quality": "sure"}, ("H2", "not_in_list"), id="quality"),
            pytest.param({"year": "2030"}, ("F2", "year_to_come"), id="a year to come"),
            pytest.param({"value": dt.date(2019, 1, 5)}, ("G2", "value_is_date"), id="a date as value"),
            pytest.param({"publisher": None}, ("I2", "empty_cell"), id="no publisher"),
            pytest.param({"value": "   "}, ("G2", "empty_cell"), id="blanks"),
            pytest.param({"document": None}, ("J2", "no_origin"), id="from nowhere"),
            pytest.param({"url": "javascript:alert(1)"}, ("J2", "not_an_address"), id="no address"),
            pytest.param({"publisher": "an\u202eoffice"}, ("I2", "control_marks"), id="text turned around"),
            pytest.param({"value": "\u202e5.17"}, ("G2", "control_marks"), id="number turned around"),
            pytest.param({"value": "1.234"}, ("G2", "two_readings"), id="thousand or not"),
        ],
    )  # fmt: skip
    def test_refuses_with_the_cell(self, read, row, found):
        report = read(xlsx(row))
        assert report.figures == ()
        assert keys(report) == [found]

    def test_tells_everything_that_is_wrong_with_a_row_at_once(self, read):
        report = read(xlsx({"indicator": "x", "area": "y", "year": "z", "value": "w", "publisher": None}))
        assert {cell for cell, _ in keys(report)} == {"A2", "C2", "F2", "G2", "I2"}

    def test_a_near_miss_is_offered(self, read):
        (finding,) = read(xlsx({"indicator": "internt"})).findings
        assert "such as: internet" in finding.remedy()

    def test_names_count_like_codes_in_any_composition_of_letters(self, read):
        decomposed = unicodedata.normalize("NFD", "BÌNH DƯƠNG")
        (figure,) = read(xlsx({"area": decomposed})).figures
        assert figure.area == "binh_duong"

    def test_marks_without_width_are_left_out_and_said(self, read):
        report = read(xlsx({"area": "binh_duong\u200b", "publisher": "\u200fCục"}))
        assert report.figures[0].publisher == "Cục"
        assert keys(report, "note") == [("C2", "invisible_marks"), ("I2", "invisible_marks")]

    def test_a_part_of_the_area_stands_in_for_it_only(self, read):
        part, whole, wider = read(
            xlsx(
                {"area_level": "local", "area_name": "Thủ Dầu Một"},
                {"year": 2020, "area_level": "region"},
                {"area_name": "Đông Nam Bộ"},
            )
        ).figures
        assert [figure.is_proxy for figure in (part, whole, wider)] == [True, False, True]

    def test_a_row_given_twice_counts_once(self, read):
        report = read(xlsx({}, {"value": "71,50"}))
        assert len(report.figures) == 1
        assert keys(report) == [("G3", "repeated")]
        assert "file.xlsx!So lieu!G2" in report.findings[-1].what()

    def test_of_contradicting_rows_neither_counts(self, read):
        report = read(xlsx({}, {"value": 17.5}, {"year": 2020}))
        assert [figure.year for figure in report.figures] == ["2020"]
        assert keys(report) == [("G2", "contradiction"), ("G3", "contradiction")]

    def test_files_contradict_one_another(self, source, own_registry, tmp_path):
        paths = [tmp_path / "a.xlsx", tmp_path / "b.xlsx"]
        paths[0].write_bytes(xlsx({}, {"year": 2020}))
        paths[1].write_bytes(xlsx({"value": 17.5}))
        reports = check_files(paths, source, own_registry, YEAR)
        assert [len(report.figures) for report in reports] == [1, 0]
        assert "17.5 (b.xlsx!So lieu!G2)" in reports[0].findings[-1].what()

    def test_the_registry_judges_too_when_files_are_checked(self, source, own_registry, tmp_path):
        path = tmp_path / "file.xlsx"
        dead, living = {"year": 2026, "value": 60}, {"area": "hcmc", "year": 2026, "value": 60}
        path.write_bytes(xlsx({"value": 715}, dead, living))
        (report,) = check_files([path], source, own_registry, YEAR)
        assert keys(report) == [("G2", "beyond_range"), ("G3", "did_not_exist")]
        assert report.findings[0].what() == "715 % is outside what is possible for this indicator (0 to 100 share)."
        assert [figure.area for figure in report.figures] == ["hcmc"]
