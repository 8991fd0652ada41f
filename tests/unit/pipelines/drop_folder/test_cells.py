"""Sheets and CSV: headers, moved columns, merged cells, formulas, far cells."""

import datetime as dt
import re

import pytest
from dropped import ROW, csv_text, keys, reread, xlsx

from pipelines.drop_folder import cells as limits
from pipelines.drop_folder.columns import COLUMNS, heading, title
from pipelines.drop_folder.findings import UnreadableError


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
