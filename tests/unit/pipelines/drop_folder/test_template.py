"""The template: what it offers, and the way back."""

import io

import openpyxl
import pytest
from dropped import ROW, YEAR
from openpyxl.utils import range_boundaries

from pipelines.drop_folder.check import check_files
from pipelines.drop_folder.columns import COLUMNS
from pipelines.drop_folder.findings import texts
from pipelines.drop_folder.template import make_template


@pytest.fixture(scope="module")
def template(source, own_registry):
    return make_template(source, own_registry, YEAR)


class TestTemplate:
    @pytest.fixture
    def book(self, template):
        return openpyxl.load_workbook(io.BytesIO(template))

    def test_round_trip(self, book, source, own_registry, tmp_path):
        sheet = book.worksheets[0]
        places = {column: at for at, column in enumerate(COLUMNS, start=1)}
        filled = ROW | {"indicator": "population | population", "unit": "thousand persons", "value": 2426.6}
        filled |= {"area": "binh_duong | Bình Dương", "quality": "official | số liệu chính thức"}
        for column, value in filled.items():
            sheet.cell(2, places[column], value)
        path = tmp_path / "số liệu 2019.xlsx"
        book.save(path)
        (report,) = check_files([path], source, own_registry, YEAR)
        assert report.findings == ()
        (figure,) = report.figures
        assert (figure.series, figure.unit, figure.value, figure.year) == (
            "population", "thousand persons", "2426.6", "2019",
        )  # fmt: skip
        assert str(figure.place) == "số liệu 2019.xlsx!Số liệu - Figures!G2"

    def test_lists_offer_what_the_source_takes(self, book):
        sheet = book.worksheets[0]
        offered = {}
        for rule in sheet.data_validations.dataValidation:
            column = COLUMNS[next(iter(rule.sqref.ranges)).min_col - 1]
            offered[column] = rule.formula1
        assert set(offered) == {"indicator", "unit", "area", "area_level", "quality", "year", "value"}
        assert offered["unit"] == 'INDIRECT("unit_"&LEFT($A2,FIND(" | ",$A2)-1))'
        assert self.named(book, "unit_population") == ["persons", "thousand persons"]
        assert self.named(book, offered["area"]) == ["binh_duong | Bình Dương", "hcmc | Thành phố Hồ Chí Minh"]
        assert self.named(book, offered["year"])[0] == YEAR
        assert len(self.named(book, offered["indicator"])) == 3

    def named(self, book, name):
        """Values of a named range."""
        sheet, area = next(iter(book.defined_names[name].destinations))
        left, top, right, bottom = range_boundaries(area)
        rows = book[sheet].iter_rows(top, bottom, left, right, values_only=True)
        return [value for row in rows for value in row]

    def test_instructions_are_in_both_languages(self, book):
        told = {cell.value for row in book["Hướng dẫn - Instructions"].iter_rows() for cell in row}
        for language in ("en", "vi"):
            for line in texts()["instructions"][language]:
                assert line.format(count=3) in told

    def test_an_empty_template_has_no_figures_and_is_no_mistake(self, read, template):
        report = read(template)
        assert (report.rows, report.is_clean) == (0, True)
        assert [finding.key for finding in report.findings] == ["no_rows"]
