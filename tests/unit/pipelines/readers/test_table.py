"""Tables in files: what is true of one format alone."""

import datetime as dt
import io
import struct
import zipfile

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from kinds import BY_NAME, COLUMNS, ROWS, as_csv, as_xlsx, as_zip, page_of, source_of
from openpyxl import Workbook

from pipelines.readers import archives, table
from pipelines.readers.base import ReaderError


def read(body, **reader):
    made = source_of({"kind": "table", "format": "csv", "fields": BY_NAME} | reader)
    page = page_of(body, made)
    table.check(made, page)
    return table.parse(made, page)


def said(found, *names):
    return found[list(names or ("year", "value"))].to_numpy().tolist()


def workbook(*rows, title="Data"):
    book, file = Workbook(), io.BytesIO()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    book.create_sheet("Notes")
    book.save(file)
    return file.getvalue()


# --- CSV -------------------------------------------------------------------------------------------------------------


def test_latin_1_where_the_source_says_so_and_utf_8_when_it_changes():
    text = as_csv(COLUMNS, [("people", "Á3", "2019", "5")]).decode()
    for body in (text.encode("latin-1"), text.encode(), text.encode("utf-8-sig")):
        assert said(read(body, encoding="latin-1"), "area", "area_name", "is_proxy") == [["Á3", "Westerville", "true"]]


def test_another_delimiter_and_rows_above_the_header():
    body = b"Published 2024\nUnit: persons\nSERIES;AREA;YEAR;OBS_VALUE\npeople;A1;2019;1,5\n"
    assert said(read(body, delimiter=";", skip=2)) == [["2019", "1,5"]]
    assert said(read(body, delimiter=";", skip=2), "locator") == [["line 4"]]


def test_quotes_line_breaks_and_blank_lines():
    body = b'SERIES,AREA,YEAR,OBS_VALUE,NOTE\n"people",A1,2019,"1,234","two\nlines"\n\npeople,A1,2020,5,\n\n'
    assert said(read(body), "value", "locator") == [["1,234", "line 3"], ["5", "line 5"]]


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        pytest.param(b"SERIES,AREA,YEAR,OBS_VALUE,AREA\npeople,A1,2019,1,x\n", "'AREA' is there twice", id="twice"),
        pytest.param(b'SERIES,AREA,YEAR,OBS_VALUE\n"people,A1,2019,1\n', "line 2 is no CSV", id="open quote"),
        pytest.param(b"SERIES,AREA,YEAR,OBS_VALUE\npeople,A1,2019,1,5\n", "line 2 has 5 cells", id="decimal comma"),
        pytest.param(as_zip(COLUMNS, ROWS), "ZIP file or a workbook, not CSV", id="zip without a member"),
    ],
)
def test_what_is_no_such_csv_is_told(body, sentence):
    with pytest.raises(ReaderError, match=f"office: .*{sentence}"):
        read(body)


def test_columns_that_are_series_or_years():
    body = b"AREA,2019,Prel. 2020\nA1,5,..\nB2,6,7\n"
    fields = {"series": "people", "area": "{AREA}", "year": "{variable}", "value": "{value}"}
    found = read(body, fields=fields, melt={"2019": "2019", "Prel. 2020": "2020"})
    assert said(found, "year", "value", "locator") == [
        ["2019", "5", "line 2, column 2019"], ["2020", "..", "line 2, column Prel. 2020"],
    ]  # fmt: skip
    with pytest.raises(ReaderError, match=r"no column '2021'.*There are: AREA, 2019, Prel\. 2020"):
        read(body, fields=fields, melt={"2021": "2021"})


# --- Archives --------------------------------------------------------------------------------------------------------


def test_a_file_that_an_archive_does_not_hold_is_told():
    with pytest.raises(ReaderError, match=r"holds no 'other\.csv'; it holds: data\.csv, readme\.txt"):
        read(as_zip(COLUMNS, ROWS), member="other.csv")


def bomb(name="data.csv", size=600_000_000):
    """An archive of some kilobytes whose list says that it unpacks to 600 MB."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive, archive.open(name, "w") as part:
        for _ in range(size // 10_000_000):
            part.write(bytes(10_000_000))
    return file.getvalue()


def test_a_bomb_is_not_unpacked(monkeypatch):
    monkeypatch.setattr(archives, "MOST_UNPACKED", 20_000_000)
    body = bomb(size=30_000_000)
    assert len(body) < 100_000
    for reader in ({"member": "data.csv"}, {"format": "xlsx"}):
        with pytest.raises(ReaderError, match="unpacks to more than 20,000,000 bytes; it is not opened"):
            read(body, **reader)


def test_an_archive_that_lies_about_its_size_is_refused():
    body = bytearray(bomb(size=10_000_000))
    for mark, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        at = body.find(mark) + offset
        body[at : at + 4] = struct.pack("<I", 1000)
    with pytest.raises(ReaderError, match=r"'data\.csv' cannot be unpacked"):
        read(bytes(body), member="data.csv")


# --- Workbooks -------------------------------------------------------------------------------------------------------


def test_cells_of_a_workbook_are_text():
    rows = [COLUMNS, ("people", "A1", 2019, 0.1), ("people", "A1", dt.date(2020, 5, 1), 12.0), (),
            ("people", "A1", dt.datetime(2021, 1, 1), True), ("people", "A1", 2022)]  # fmt: skip
    found = read(workbook(*rows), format="xlsx")
    assert said(found) == [["2019", "0.1"], ["2020-05-01", "12"], ["2021-01-01", "true"], ["2022", ""]]
    assert found["locator"].tolist()[2] == "sheet Data, row 5"


def test_a_sheet_is_found_by_name():
    body = workbook(COLUMNS, ROWS[0])
    assert said(read(body, format="xlsx", sheet="Data")) == [["2019", "50.5"]]
    with pytest.raises(ReaderError, match="no sheet 'Daten'; there are: Data, Notes"):
        read(body, format="xlsx", sheet="Daten")
    with pytest.raises(ReaderError, match="no rows"):
        read(body, format="xlsx", sheet="Notes")


@pytest.mark.parametrize("part", ["xl/vbaProject.bin", "xl/macrosheets/sheet1.xml"])
def test_a_workbook_with_macros_is_not_opened(part):
    file = io.BytesIO(as_xlsx(COLUMNS, ROWS))
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr(part, b"Sub AutoOpen()")
    with pytest.raises(ReaderError, match="carries macros; it is not opened"):
        read(file.getvalue(), format="xlsx")


def test_an_old_or_protected_workbook_is_told():
    with pytest.raises(ReaderError, match="old or a protected workbook"):
        read(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), format="xlsx")


# --- Parquet ---------------------------------------------------------------------------------------------------------


def test_numbers_of_parquet_become_text():
    frame = pd.DataFrame({"SERIES": "people", "AREA": "A1", "YEAR": [2019, 2020, 2021], "OBS_VALUE": [0.1, None, 1e21]})
    assert said(read(frame.to_parquet(), format="parquet")) == [["2019", "0.1"], ["2020", ""], ["2021", "1e+21"]]


def test_texts_that_are_no_utf_8_are_told():
    table = pa.table({name: pa.array([text.encode(), b"\xff"]).cast(pa.string(), safe=False) for name, text in
                      zip(COLUMNS, ROWS[0], strict=True)})  # fmt: skip
    file = io.BytesIO()
    pq.write_table(table, file)
    with pytest.raises(ReaderError, match=r"office: the Parquet file is damaged .*UTF8"):
        read(file.getvalue(), format="parquet")


def test_a_large_parquet_file_is_not_opened(monkeypatch):
    monkeypatch.setattr(table, "MOST_UNPACKED", 100)
    body = pd.DataFrame([ROWS[0]] * 50, columns=COLUMNS).to_parquet()
    with pytest.raises(ReaderError, match="unpacks to more than 100 bytes"):
        read(body, format="parquet")


# --- A folder --------------------------------------------------------------------------------------------------------


def test_files_of_a_folder_are_requests(tmp_path, monkeypatch):
    monkeypatch.setenv("SMART21_HOME", str(tmp_path))
    made = source_of({"kind": "table", "format": "csv", "folder": "hand/office", "fields": BY_NAME}, calls=[])
    assert table.plan(made) == []
    folder = tmp_path / "hand" / "office"
    folder.mkdir(parents=True)
    for name in ("b ü.csv", "a.CSV", ".hidden.csv", "~lock.csv", "notes.txt"):
        (folder / name).write_bytes(as_csv(COLUMNS, ROWS))
    (folder / "link.csv").symlink_to(folder / "a.CSV")
    requests = table.plan(made)
    assert [request.url for request in requests] == ["a.CSV", "b%20%C3%BC.csv"]
    page = page_of(table.load_local(made, requests[1]), made)
    assert table.parse(made, page)[["value", "url"]].to_numpy().tolist()[0] == ["50.5", "https://office.example"]
    (folder / "a.CSV").unlink()
    with pytest.raises(ReaderError, match=r"'a\.CSV' is not in the folder any more"):
        table.load_local(made, requests[0])
    with pytest.raises(ReaderError, match="not in the folder"):
        table.load_local(made, page_of(b"", made, url="..%2F..%2Fetc%2Fpasswd").request)
