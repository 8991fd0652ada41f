"""Tables as people have them: CSV dialects, Excel, the COIN Tool, and dirt."""

import numpy as np
import pytest
from openpyxl import Workbook

from pipelines.index.read import read_index
from pipelines.scoring.errors import InfiniteError, TableError, TreeError

DATA = """uCode,uName,Time,Group,Size,a,b
A,Ada,2020,x,1,1.5,10
B,"Bo, the",2020,y,2,NA,20
C,Cy,2020,x,,3,
"""
META = """iCode,iName,Level,Parent,Direction,Weight,Type,Denominator,Target,goalpost_trunc2posts
a,First,1,P,1,1,Indicator,Size,5,TRUE
b,Second,1,P,-1,3,Indicator,,,
P,Pillar,2,Top,1,1,Aggregate,,,
Top,,3,,,,Aggregate,,,
Group,,,,,,Group,,,
Size,,,,,,Denominator,,,
"""


def read(folder, data=DATA, meta=META, encoding="utf-8"):
    (folder / "data.csv").write_bytes(data.encode(encoding))
    (folder / "meta.csv").write_bytes(meta.encode(encoding))
    return read_index(folder / "data.csv", folder / "meta.csv")


def test_both_tables_come_together(tmp_path):
    made = read(tmp_path)
    data = made.data
    np.testing.assert_array_equal(data.values, [[1.5, 10], [np.nan, 20], [3, np.nan]])
    assert data.units == ("A", "B", "C")
    assert data.time is None
    assert data.direction.tolist() == [1, -1]
    assert data.tree.nodes == ("P", "Top")
    assert data.tree.weight.tolist() == [1, 3, 1, 1]
    assert data.denominated_by == {"a": "Size"}
    np.testing.assert_array_equal(data.denominators["Size"], [1, 2, np.nan])
    assert data.groups["Group"].tolist() == ["x", "y", "x"]
    np.testing.assert_array_equal(data.parameters["Target"], [5, np.nan])
    np.testing.assert_array_equal(data.parameters["goalpost_trunc2posts"], [1, np.nan])
    assert made.unit_names["B"] == "Bo, the"
    assert made.code_names == {
        "a": "First",
        "b": "Second",
        "P": "Pillar",
        "Top": "Top",
        "Group": "Group",
        "Size": "Size",
    }
    assert made.notes == []


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_encodings(tmp_path, encoding):
    made = read(tmp_path, DATA.replace("Cy", "Österreich"), META, encoding)
    assert made.unit_names["C"] == "Österreich"


def test_semicolons_with_decimal_commas_and_tabs(tmp_path):
    comma = DATA.replace("Bo, the", "Bo").replace('"', "").replace(",", ";").replace("1.5", "1,5")
    assert read(tmp_path, comma).data.values[0, 0] == 1.5
    assert read(tmp_path, DATA.replace("Bo, the", "Bo").replace(",", "\t")).data.values[0, 0] == 1.5


def test_spaces_capitals_blank_lines_and_order_do_not_matter(tmp_path):
    dirty = " ucode , a ,b,Group,Size\r\n\r\n A , 1.5 ,10,x,1\r\nB,,20,y,2\r\n,,,,\r\nC,3,..,x,\r\n\r\n"
    made = read(tmp_path, dirty)
    np.testing.assert_array_equal(made.data.values, [[1.5, 10], [np.nan, 20], [3, np.nan]])
    assert made.data.units == ("A", "B", "C")


def test_only_what_is_needed(tmp_path):
    meta = "iCode,Parent,Direction\na,Top,1\nb,Top,1\nTop,,\n"
    made = read(tmp_path, "uCode,a,b\n1,2,3\n2,3,4\n", meta)
    assert made.data.units == ("1", "2")
    assert made.data.tree.level.tolist() == [1, 1, 2]
    assert len(made.notes) == 2


def test_several_years(tmp_path):
    made = read(tmp_path, "uCode,Time,Group,Size,a,b\nA,2020,x,1,1,1\nA,2021,x,1,2,2\n")
    assert made.data.years == (2020, 2021)


@pytest.mark.parametrize(
    ("old", "new", "error", "words"),
    [
        ("1.5", "1.5x", TableError, "row 2: '1.5x' is not a number"),
        ("1.5", "1_5", TableError, "is not a number"),
        ("1.5", "#DIV/0!", TableError, "'#DIV/0!' is not a number"),
        ('"Bo, the"', "Bo, the", TableError, "row 3: 8 cells, and the header has 7"),
        ("1.5", "inf", InfiniteError, "code a, unit A"),
        ("C,Cy", "A,Cy", TableError, "unit A.*two rows"),
        ("C,Cy", ",Cy", TableError, "row 4: no unit code"),
        ("a,b\n", "a,a\n", TableError, "code a.*two columns"),
        ("a,b\n", "a,z\n", TableError, "no column b"),
        ("uCode", "Unit", TableError, "no column uCode; it has Unit"),
        ("Time,", ",", TableError, "column 3: cells without a column name"),
        ("Ada,2020", "Ada,", TableError, "row 2: no year"),
        ("Size", "Sizes", TableError, "its Denominator Size is not a column"),
    ],
)
def test_dirty_data_is_refused_with_its_place(tmp_path, old, new, error, words):
    with pytest.raises(error, match=words):
        read(tmp_path, DATA.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new", "error", "words"),
    [
        ("Level,Parent,Direction", "Level,Parent,Way", TableError, "no column Direction"),
        ("P,-1,3", "P,0,3", TreeError, "code b.*Direction"),
        ("P,-1,3", "P,,3", TreeError, "code b.*Direction"),
        ("Top,1,1,Agg", "Top,-1,1,Agg", TreeError, "code P.*aggregate with Direction -1"),
        ("b,Second", "a,Second", TreeError, "code a.*twice"),
        ("P,-1,3", "P,-1,-3", TreeError, "code b.*weight"),
        ("P,-1,3", "P,-1,", TreeError, "code b.*weight"),
        ("P,-1,3", "Q,-1,3", TreeError, "code b.*Q is not a code"),
        ("Top,,3,", "Top,,3,P", TreeError, "P -> Top -> P"),
        ("Pillar,2,", "Pillar,two,", TableError, "'two' is not a number"),
        ("Pillar,2,", "Pillar,2.5,", TreeError, "code P.*Level"),
        ("Indicator,Size", "Index,Size", TableError, "code a.*'index' is not known"),
        ("5,TRUE", "5,maybe", TableError, "'maybe' is neither"),
        ("b,Second", "Time,Second", TableError, "code Time.*name of another column"),
        ("b,Second", ",Second", TableError, "row 3: no code"),
    ],
)
def test_dirty_metadata_are_refused_with_their_place(tmp_path, old, new, error, words):
    assert old in META
    with pytest.raises(error, match=words):
        read(tmp_path, DATA, META.replace(old, new))


@pytest.mark.parametrize("content", [b"", b"\n\n", b"uCode,a\n", b"\x00\x01\x02", b"PK\x03\x04"])
def test_what_is_no_table_is_refused(tmp_path, content):
    for name in ("data.csv", "data.xlsx"):
        (tmp_path / name).write_bytes(content)
        (tmp_path / "meta.csv").write_text(META)
        with pytest.raises(TableError):
            read_index(tmp_path / name, tmp_path / "meta.csv")


def test_files_that_are_not_there_and_a_csv_alone_are_refused(tmp_path):
    with pytest.raises(TableError, match="cannot be read"):
        read_index(tmp_path / "none.csv", tmp_path / "none.csv")
    (tmp_path / "data.csv").write_text(DATA)
    with pytest.raises(TableError, match="comes without META"):
        read_index(tmp_path / "data.csv")


def cells(text):
    rows = [line.split(",") for line in text.replace('"Bo, the"', "Bo").strip().splitlines()]
    return [[float(c) if c.replace(".", "", 1).isdigit() else c or None for c in row] for row in rows]


def workbook(path, sheets):
    book = Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def test_one_excel_file_with_both_sheets_under_any_name_and_below_a_title(tmp_path):
    sheets = {"Notes": [["hello"]], "Meta": cells(META), "Figures": [["My index"], [], *cells(DATA)]}
    made = read_index(workbook(tmp_path / "index.xlsx", sheets))
    np.testing.assert_array_equal(made.data.values, [[1.5, 10], [np.nan, 20], [3, np.nan]])
    assert made.data.tree.weight.tolist() == [1, 3, 1, 1]


def test_places_in_an_excel_file_are_told(tmp_path):
    figures = cells(DATA)
    figures[3][5] = "three"
    path = workbook(tmp_path / "index.xlsx", {"Meta": cells(META), "Figures": [["title"], *figures]})
    with pytest.raises(TableError, match="sheet Figures, row 5: 'three'"):
        read_index(path)


@pytest.mark.parametrize("bad", [True, "=1+1"])
def test_truths_and_formulas_that_were_never_calculated_are_refused(tmp_path, bad):
    figures = cells(DATA)
    figures[1][5] = bad
    with pytest.raises(TableError, match=r"number|calculated"):
        read_index(workbook(tmp_path / "index.xlsx", {"Meta": cells(META), "Figures": figures}))


def test_an_excel_file_without_the_sheets_is_refused(tmp_path):
    with pytest.raises(TableError, match="no sheet with a column uCode among: Meta"):
        read_index(workbook(tmp_path / "index.xlsx", {"Meta": cells(META)}))


def coin_tool():
    """A workbook laid out as the COIN Tool's: two pillars, the sub-pillar and sub-index levels not used."""
    database = [[None] * 7 for _ in range(16)]
    for row, values in {
        7: [1, 1, 2],
        8: [1, -1, 1],
        9: [0, 0, 0],
        10: [10, 20, 30],
        11: ["Index"] * 3,
        12: ["si.01"] * 3,
        13: ["p.01", "p.01", "p.02"],
        14: ["sp.00"] * 3,
        15: ["Roads", "Dust", "Schools"],
        16: ["Ind.01", "Ind.02", "Ind.03"],
    }.items():
        database[row - 1][4:7] = values
    database += [[None, "Ada", "A", None, 1, 2, 3], [None, "Bo", "B", None, "n/a", 5, 6], [None] * 7]
    framework = [[None] * 8 for _ in range(3)]
    framework += [[None, None, "Code", "Dimension/indicator", "Weight", None, None, "Name"]]
    aggregates = [
        ("p.01", 0.4, "Cleanliness"),
        ("p.02", 0.6, "Learning"),
        ("--", "--", "--"),
        ("Index", 1, "All"),
    ]
    framework += [[None, None, code, "x", weight, None, None, name] for code, weight, name in aggregates]
    return {"Database": database, "Framework": framework}


def test_a_coin_tool_workbook(tmp_path):
    made = read_index(workbook(tmp_path / "tool.xlsx", coin_tool()))
    data = made.data
    np.testing.assert_array_equal(data.values, [[1, 2, 3], [np.nan, 5, 6]])
    assert data.tree.codes == ("Ind.01", "Ind.02", "Ind.03", "p.01", "p.02", "Index")
    assert data.tree.level.tolist() == [1, 1, 1, 2, 2, 3]
    assert data.tree.weight.tolist() == [1, 1, 2, 0.4, 0.6, 1]
    assert data.direction.tolist() == [1, -1, 1]
    np.testing.assert_array_equal(data.parameters["goalpost_upper"], [10, 20, 30])
    assert made.unit_names == {"A": "Ada", "B": "Bo"}
    assert made.code_names["p.02"] == "Learning"


def test_an_empty_coin_tool_workbook_is_refused(tmp_path):
    with pytest.raises(TableError, match="no figures from E17"):
        read_index(workbook(tmp_path / "tool.xlsx", coin_tool() | {"Database": [[None]]}))
