"""Files that staff fill in: the template and back, everything that can be wrong with one, and their folder."""

import datetime as dt
import io
import re
import string
import unicodedata
import zipfile
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils import range_boundaries

from pipelines.drop_folder import cells as limits
from pipelines.drop_folder import columns as columns_module
from pipelines.drop_folder import workbook as workbook_limits
from pipelines.drop_folder.cells import Cell
from pipelines.drop_folder.check import check_files, load, read_file
from pipelines.drop_folder.columns import COLUMNS, heading, title
from pipelines.drop_folder.findings import Finding, Place, UnreadableError, shown, texts
from pipelines.drop_folder.folder import dropped_files
from pipelines.drop_folder.numbers import read_number, read_year
from pipelines.drop_folder.template import make_template
from pipelines.harmonise import harmonise
from pipelines.readers import reader_of
from pipelines.readers.base import LocalReader, Page, ReaderError, Request
from warehouse.answers import Answers
from warehouse.contracts import contract_of, enforce
from warehouse.registry.sources import Source
from warehouse.storage import open_storage

YEAR = 2026
ROW = {
    "indicator": "internet", "unit": "%", "area": "binh_duong", "year": 2019, "value": 71.5,
    "publisher": "Cục Thống kê", "document": "Niên giám 2019, tr. 12",
}  # fmt: skip


@pytest.fixture(scope="session")
def source():
    def series(code, unit, indicator):
        return {"code": code, "unit": unit, "indicator": indicator, "comparability": "general"}

    return Source.model_validate(
        {
            "id": "own", "name": "Own figures", "producer": "The province", "citation": "The province",
            "url_main": "https://office.example", "licence": "facts", "licence_url": "https://office.example/licence",
            "is_open": False, "rank": 1, "area_scheme": "smart21",
            "reader": {"kind": "drop_folder", "folder": "drop/own", "variable": "SMART21_TEST_DROP"},
            "areas": [
                {"code": "binh_duong", "area": "binh_duong", "name": "Bình Dương", "level": "region"},
                {"code": "hcmc", "area": "ho_chi_minh_city", "name": "Thành phố Hồ Chí Minh", "level": "region"},
            ],
            "series": [
                series("internet", "%", "internet"), series("population", "persons", "population"),
                series("population", "thousand persons", "population"), series("income", "million VND", "income"),
            ],
        }
    )  # fmt: skip


@pytest.fixture(scope="session")
def own_registry(registry_with, registry, source):
    return registry_with(sources=(*registry.sources, source))


def xlsx(*rows, header=COLUMNS, change=lambda book: None):
    """A workbook with a header and rows, each the usual row with some cells exchanged."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "So lieu"
    sheet.append(list(header))
    for row in rows:
        full = ROW | row
        sheet.append([full.get(column) for column in header])
    change(book)
    body = io.BytesIO()
    book.save(body)
    return body.getvalue()


def csv_text(*rows, separator=",", header=COLUMNS):
    lines = [header, *([str((ROW | row).get(column, "")) for column in header] for row in rows)]
    return "\n".join(separator.join(f'"{cell}"' if separator in cell else cell for cell in line) for line in lines)


def reread(body, change):
    """A workbook with one of its parts exchanged, as no program would write it."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return out.getvalue()


@pytest.fixture
def read(source):
    return lambda body, name="file.xlsx": read_file(name, body, source, YEAR)


def keys(report, weight="row"):
    return [(finding.place.cell, finding.key) for finding in report.findings if finding.weight == weight]


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


class TestCatalogue:
    def test_both_languages_name_the_same_facts(self):
        def names(text):
            return {name for _, name, _, _ in string.Formatter().parse(text) if name}

        for key, finding in texts()["findings"].items():
            english, vietnamese = finding["en"], finding["vi"]
            assert names("".join(english)) == names("".join(vietnamese)), key
            assert all(text.strip() for text in (*english, *vietnamese)), key

    def test_every_text_that_the_code_finds_is_there_and_none_besides(self):
        folder = Path(columns_module.__file__).parent
        code = "".join(path.read_text("utf-8") for path in folder.glob("*.py"))
        found = set(re.findall(r'"([a-z0-9_]+)"', code))
        assert set(texts()["findings"]) <= found

    def test_a_sentence_in_each_language(self):
        finding = Finding(Place("a.csv", "", "B2"), "row", "not_a_year", {"given": "x"})
        assert finding.what("en") == "“x” is no year."
        assert finding.what("vi") == "“x” không phải là năm."

    def test_what_could_steer_a_terminal_is_not_shown(self):
        assert "\x1b" not in shown("\x1b[31mred")
        assert "\u202e" not in shown("a\u202eb")
        assert len(shown("x" * 500)) == 60


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


class TestSheets:
    def test_columns_may_move_and_bear_either_language(self, read):
        titles = [title(column, "vi" if at % 2 else "en") for at, column in enumerate(COLUMNS)]
        moved = list(reversed(titles))
        body = xlsx(change=lambda book: self.fill(book, moved, [ROW.get(column) for column in reversed(COLUMNS)]))
        (figure,) = read(body).figures
        assert figure.value == "71.5"
        assert figure.place.cell == "F5"

    def fill(self, book, header, row):
        sheet = book.active
        sheet.delete_rows(1)
        for number, line in ((1, ["A title above"]), (4, header), (5, row)):
            for at, value in enumerate(line, start=1):
                sheet.cell(number, at, value)

    def test_the_templates_heading_is_known(self, read):
        header = [heading(column) + " *" for column in COLUMNS]

        def rename(book):
            for at, text in enumerate(header, start=1):
                book.active.cell(1, at, text)

        assert len(read(xlsx({}, change=rename)).figures) == 1

    def test_a_missing_column_is_named(self, read):
        with pytest.raises(UnreadableError) as caught:
            read(xlsx({}, header=[column for column in COLUMNS if column not in ("year", "unit")]))
        assert caught.value.finding.what() == "The header lacks: Unit, Year."
        assert caught.value.finding.what("vi") == "Dòng tiêu đề thiếu cột: Đơn vị tính, Năm."

    def test_a_renamed_column_is_missing_and_an_unknown_one_is_said(self, read):
        report = read(xlsx({}, header=[*COLUMNS, "remarks"], change=lambda book: None))
        assert keys(report, "note") == [("M1", "unknown_column")]
        with pytest.raises(UnreadableError, match="lacks: Publisher"):
            read(xlsx({}, header=["who" if column == "publisher" else column for column in COLUMNS]))

    def test_a_column_twice_is_an_error(self, read):
        with pytest.raises(UnreadableError, match="names a column twice: Value"):
            read(xlsx({}, header=[*COLUMNS, "value"]))

    def test_merged_cells_are_told_as_such(self, read):
        report = read(xlsx({}, {"year": 2020}, {"year": 2021}, change=lambda book: book.active.merge_cells("C2:C4")))
        assert keys(report) == [("C3", "merged_cell"), ("C4", "merged_cell")]
        assert "C2:C4" in report.findings[0].what()

    def test_a_hidden_sheet_is_not_read_but_said(self, read):
        def hide(book):
            book.copy_worksheet(book.active).sheet_state = "hidden"

        report = read(xlsx({}, change=hide))
        assert len(report.figures) == 1
        assert [finding.key for finding in report.findings] == ["hidden_sheet"]

    def test_notes_beside_the_figures_are_no_mistake(self, read):
        report = read(xlsx({}, change=lambda book: book.create_sheet("Notes").append(["remember the milk"])))
        assert report.is_clean
        assert [finding.key for finding in report.findings] == ["no_header"]

    def test_two_sheets_of_figures_are_both_read(self, read):
        def second(book):
            book.copy_worksheet(book.active).cell(2, COLUMNS.index("year") + 1, 2020)

        assert [figure.year for figure in read(xlsx({}, change=second)).figures] == ["2019", "2020"]

    def test_a_formula_never_calculated_has_no_value(self, read):
        assert keys(read(xlsx({"value": "=70+1.5"}))) == [("G2", "formula_unknown")]

    def test_a_formula_counts_as_last_calculated(self, read):
        def calculate(name, part):
            return part.replace(b"<f>70+1.5</f><v></v>", b"<f>70+1.5</f><v>71.5</v>").replace(
                b"<f>70+1.5</f><v/>", b"<f>70+1.5</f><v>71.5</v>"
            )

        (figure,) = read(reread(xlsx({"value": "=70+1.5"}), calculate)).figures
        assert figure.value == "71.5"

    def test_an_error_in_a_cell_is_shown(self, read):
        report = read(xlsx({"value": "#REF!"}))
        assert keys(report) == [("G2", "formula_error")]
        assert "#REF!" in report.findings[0].what()

    def test_percent_and_dates_are_read_as_they_are_shown(self, read):
        def show(book):
            book.active["G2"].number_format = "0.0%"

        report = read(xlsx({"value": 0.715, "year": dt.date(2019, 12, 31)}, change=show))
        assert (report.figures[0].value, report.figures[0].year) == ("71.5", "2019")
        assert keys(report, "note") == [("F2", "read_as"), ("G2", "read_as")]

    def test_a_sheet_that_states_a_smaller_area_is_read_whole(self, read):
        body = reread(xlsx({}), lambda name, part: re.sub(rb'<dimension ref="[^"]+"', b'<dimension ref="A1:A1"', part))
        assert len(read(body).figures) == 1

    def test_a_cell_at_the_far_end_costs_nothing(self, read):
        def far(book):
            book.active["XFD1048576"] = "x"

        assert len(read(xlsx({}, change=far)).figures) == 1

    def test_a_row_beyond_every_spreadsheet_is_damage(self, read):
        body = reread(xlsx({}), lambda name, part: part.replace(b'<row r="2"', b'<row r="99999999999"'))
        with pytest.raises(UnreadableError) as caught:
            read(body)
        assert caught.value.finding.key == "damaged"

    def test_more_rows_than_the_limit_refuse_the_file(self, read, monkeypatch):
        monkeypatch.setattr(limits, "MOST_ROWS", 2)
        with pytest.raises(UnreadableError, match="more than 2 rows"):
            read(xlsx({}, {"year": 2020}, {"year": 2021}))


class TestCsv:
    @pytest.mark.parametrize("separator", [",", ";", "\t"])
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
    def test_reads(self, read, separator, encoding):
        (figure,) = read(csv_text({"value": "71,5"}, separator=separator).encode(encoding), "file.csv").figures
        assert (figure.value, figure.publisher) == ("71.5", "Cục Thống kê")
        assert str(figure.place) == "file.csv!!G2"

    def test_counts_rows_as_a_spreadsheet_does_with_broken_lines_in_cells(self, read):
        body = csv_text({"note": "two\nlines"}, {"value": "x", "year": 2020}).replace("two\nlines", '"two\nlines"')
        assert keys(read(body.encode(), "file.csv")) == [("G3", "not_a_number")]

    def test_a_formula_is_text(self, read):
        (figure,) = read(csv_text({"publisher": "=cmd()"}).encode(), "file.csv").figures
        assert figure.publisher == "=cmd()"

    def test_control_characters_refuse_the_row(self, read):
        report = read(csv_text({"publisher": "a\x1b[31mb"}, {"year": 2020}).encode(), "file.csv")
        assert keys(report) == [("I2", "control_marks")]
        assert "U+001B" in report.findings[0].what()


class TestWholeFiles:
    @pytest.mark.parametrize(
        ("body", "key"),
        [
            pytest.param(b"", "empty", id="empty"),
            pytest.param(b" \n ", "empty", id="blank"),
            pytest.param(b"\xd0\xcf\x11\xe0" + b"\0" * 600, "old_excel", id="xls or password"),
            pytest.param(b"PK\x03\x04 and then nothing", "damaged", id="cut short"),
            pytest.param(xlsx({})[:-200], "damaged", id="end missing"),
            pytest.param("ngày,số liệu".encode("cp1258", "replace") + b"\xf5\xff", "not_utf8", id="not UTF-8"),
            pytest.param(b"a,b\n\0\0", "not_text", id="binary"),
            pytest.param(b"<!DOCTYPE html><p>Log in", "web_page", id="a web page"),
            pytest.param(b'indicator,value\n"a,1\n', "csv_broken", id="an open quotation mark"),
            pytest.param(b"name,age\nBob,5\n", "no_header", id="another table"),
        ],
    )
    def test_is_refused_with_a_sentence(self, read, body, key):
        with pytest.raises(UnreadableError) as caught:
            read(body)
        assert caught.value.finding.key == key
        assert caught.value.finding.weight == "file"

    def test_a_workbook_without_a_table_says_so(self, read):
        book = openpyxl.Workbook()
        book.create_sheet("Other")
        body = io.BytesIO()
        book.save(body)
        with pytest.raises(UnreadableError) as caught:
            read(body.getvalue())
        assert caught.value.finding.key == "no_sheet"

    def test_macros_are_not_opened(self, read):
        body = io.BytesIO(xlsx({}))
        with zipfile.ZipFile(body, "a") as archive:
            archive.writestr("xl/vbaProject.bin", b"Sub Auto_Open()")
        with pytest.raises(UnreadableError, match="holds macros"):
            read(body.getvalue(), "file.xlsm")

    def test_a_zip_bomb_is_not_unpacked(self, read, monkeypatch):
        monkeypatch.setattr(workbook_limits, "MOST_UNPACKED", 2_000_000)
        body = reread(xlsx({}), lambda name, part: part + b" " * 3_000_000 if "sheet1" in name else part)
        assert len(body) < 20_000
        with pytest.raises(UnreadableError, match="unpacks to more than 2 MB"):
            read(body)

    def test_entities_that_grow_are_stopped(self, read):
        bomb = b'<!DOCTYPE x [<!ENTITY a "' + b"a" * 1000 + b'">' + b"".join(
            b'<!ENTITY %c "%s">' % (98 + i, b"&%c;" % (97 + i) * 50) for i in range(6)
        ) + b"]>"  # fmt: skip

        def grow(name, part):
            if "sheet1" not in name:
                return part
            grown = part.replace(b"binh_duong", b"&g;")
            assert grown != part
            return re.sub(rb"^(<\?xml[^>]*\?>)?", lambda match: match[0] + bomb, grown, count=1)

        with pytest.raises(UnreadableError) as caught:
            read(reread(xlsx({}), grow))
        assert caught.value.finding.key == "damaged"

    def test_a_file_over_the_limit_is_not_read(self, read, monkeypatch, source, tmp_path):
        path = tmp_path / "large.csv"
        path.write_bytes(csv_text({}).encode() + b"\n" * 11_000_000)
        with pytest.raises(UnreadableError, match="larger than 10 MB"):
            read(load(path))

    def test_a_file_that_is_not_there_is_a_sentence(self, source, own_registry, tmp_path):
        (report,) = check_files([tmp_path / "none.xlsx"], source, own_registry, YEAR)
        assert not report.is_read
        assert report.findings[0].what() == "The file cannot be opened (No such file or directory)."

    def test_a_file_is_never_changed(self, source, own_registry, tmp_path):
        path = tmp_path / "file.xlsx"
        path.write_bytes(xlsx({}, {"value": "x"}))
        before = path.stat(), path.read_bytes()
        check_files([path], source, own_registry, YEAR)
        assert (path.stat().st_mtime_ns, path.read_bytes()) == (before[0].st_mtime_ns, before[1])


class TestReader:
    @pytest.fixture
    def folder(self, home):
        folder = home.root / "drop" / "own"
        folder.mkdir(parents=True)
        return folder

    def page(self, source, request):
        return Page(request, "b" * 64, reader_of(source).load_local(source, request))

    def test_is_a_reader_of_local_files(self, source):
        assert isinstance(reader_of(source), LocalReader)

    def test_a_figure_reaches_the_observations(self, source, own_registry, folder):
        (folder / "số liệu.xlsx").write_bytes(xlsx({"note": "new method"}, {"value": "x", "year": 2020}))
        reader = reader_of(source)
        (request,) = reader.plan(source)
        page = self.page(source, request)
        reader.check(source, page)
        rows = enforce(contract_of("staging.figure"), reader.parse(source, page))
        assert len(rows) == 1
        row = rows.iloc[0]
        assert row["locator"] == "số liệu.xlsx!So lieu!G2"
        assert row["note"] == "stated by the area's own office; document: Niên giám 2019, tr. 12; new method"
        (observation,) = harmonise(rows, own_registry).observation.to_dict("records")
        expected = {"area_id": "binh_duong", "indicator_id": "internet", "value": 71.5, "quality": "official"}
        assert {name: observation[name] for name in expected} == expected
        assert reader.following(source, page) is None

    def test_a_file_without_accepted_rows_gives_none(self, source, folder):
        (folder / "a.csv").write_text(csv_text({"value": "x"}))
        (request,) = reader_of(source).plan(source)
        assert (
            len(enforce(contract_of("staging.figure"), reader_of(source).parse(source, self.page(source, request))))
            == 0
        )

    def test_a_broken_file_is_an_error_of_the_reader(self, source, folder):
        (folder / "a.xlsx").write_bytes(b"PK\x03\x04")
        (request,) = reader_of(source).plan(source)
        with pytest.raises(ReaderError, match=r"own: a\.xlsx: This is no Excel workbook"):
            reader_of(source).check(source, self.page(source, request))

    def test_drafts_links_and_other_files_are_passed_over(self, source, folder, tmp_path):
        secret = tmp_path / "secret.csv"
        secret.write_text("secret")
        for name in ("a.csv", "~$a.xlsx", ".a.csv.swp", ".b.xlsx", "c.pdf", "d.xlsx.part"):
            (folder / name).write_text("x")
        (folder / "link.csv").symlink_to(secret)
        (folder / "folder.csv").mkdir()
        assert [path.name for path in dropped_files(source)] == ["a.csv"]

    def test_a_request_reaches_no_other_folder(self, source, folder, tmp_path):
        (folder.parent / "other.csv").write_text(csv_text({}))
        with pytest.raises(ReaderError, match=r"other\.csv: The file cannot be opened"):
            reader_of(source).load_local(source, Request(source.id, "..%2Fother.csv"))

    def test_the_environment_may_name_the_folder(self, source, home, tmp_path, monkeypatch):
        (tmp_path / "share").mkdir()
        (tmp_path / "share" / "a.csv").write_text(csv_text({}))
        assert reader_of(source).plan(source) == []
        monkeypatch.setenv("SMART21_TEST_DROP", str(tmp_path / "share"))
        assert [request.url for request in reader_of(source).plan(source)] == ["a.csv"]

    def test_a_folder_that_is_away_withdraws_nothing_and_a_file_taken_away_is_withdrawn(self, source, folder, home):
        (folder / "a.csv").write_text(csv_text({}))
        (request,) = reader_of(source).plan(source)
        answers = Answers(open_storage(home.lake_address))
        answers.keep(request, b"x", retrieved_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC).isoformat())
        (folder / "a.csv").unlink()
        assert reader_of(source).plan(source) == []
        folder.rmdir()
        assert [again.request_id for again in reader_of(source).plan(source)] == [request.request_id]
