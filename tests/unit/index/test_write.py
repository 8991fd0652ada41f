"""The output files: exact numbers, gaps, flags, and text that a spreadsheet would run."""

import csv
import json

import numpy as np
import pytest
from openpyxl import load_workbook

from pipelines.index.read import read_index
from pipelines.index.write import ranking, summarise, write_build
from pipelines.scoring.build import build
from pipelines.scoring.errors import TableError
from pipelines.scoring.method import Method

DATA = """uCode,uName,Size,a,b
=A1,"Ada, ""the"" first",1,0.1,10
B,+Bo,4,,20
C,Cy,3,0.3,40
D,Di,3,0.4,
E,Ed,1,0.6,30
"""
META = """iCode,iName,Level,Parent,Direction,Weight,Type,Denominator
a,First,1,P,1,1,Indicator,
b,Second,1,P,-1,3,Indicator,Size
P,Pillar,2,Top,1,1,Aggregate,
Top,All,3,,,,Aggregate,
"""
METHOD = """
denominate: true
impute: {method: mean}
screen: {exclude: [C]}
treat: {overrides: {a: {force: true, max_winsorised: 1}}}
normalise: {method: zscore}
aggregate: {method: arithmetic}
"""


@pytest.fixture
def made(tmp_path):
    (tmp_path / "data.csv").write_text(DATA)
    (tmp_path / "meta.csv").write_text(META)
    tables = read_index(tmp_path / "data.csv", tmp_path / "meta.csv")
    return build(Method.from_yaml(METHOD), tables.data), tables


def rows(path):
    with path.open(newline="") as file:
        return list(csv.reader(file))


def test_every_file_is_there_and_numbers_come_back_to_the_last_bit(made, tmp_path):
    result, tables = made
    out = tmp_path / "out"
    written = write_build(result, tables, out)
    names = {path.name for path in written}
    assert names == {path.name for path in out.iterdir()}
    assert {f"{step}.csv" for step in result.steps} < names
    for name, step in result.steps.items():
        header, *body = rows(out / f"{name}.csv")
        assert header == ["uCode", *step.codes]
        figures = np.array([[float(cell or "nan") for cell in line[1:]] for line in body])
        np.testing.assert_array_equal(figures, step.values)
    assert rows(out / "denominated.csv")[2] == ["B", "", "5"]
    assert rows(out / "denominated.csv")[1][1] == "0.10000000000000001"


def test_ranks_weights_and_flags(made, tmp_path):
    write_build(*made, tmp_path / "out")
    ranks = rows(tmp_path / "out" / "ranks.csv")
    assert ranks[0] == ["uCode", "a", "b", "P", "Top"]
    assert sorted(line[-1] for line in ranks[1:]) == ["1", "2", "3", "4"]
    assert rows(tmp_path / "out" / "weights.csv")[1:] == [
        ["a", "1", "P", "1", "0.25", "0.25"],
        ["b", "1", "P", "3", "0.75", "0.75"],
        ["P", "2", "Top", "1", "1", "1"],
        ["Top", "3", "", "1", "1", "1"],
    ]
    flags = rows(tmp_path / "out" / "flags.csv")[1:]
    assert [line for line in flags if line[2] == "imputed"] == [["B", "a", "imputed"], ["D", "b", "imputed"]]
    assert sum(line[2] == "winsorised" for line in flags) == 1


def test_text_that_a_spreadsheet_would_run_is_escaped(made, tmp_path):
    result, tables = made
    write_build(result, tables, tmp_path / "out", excel=True)
    assert rows(tmp_path / "out" / "aggregated.csv")[1][0] == "'=A1"
    book = load_workbook(tmp_path / "out" / "index.xlsx")
    cell = book["aggregated"]["A2"]
    assert (cell.value, cell.data_type) == ("'=A1", "s")


def test_the_workbook_has_every_table(made, tmp_path):
    result, tables = made
    write_build(result, tables, tmp_path / "out", excel=True)
    book = load_workbook(tmp_path / "out" / "index.xlsx")
    csv_files = {path.stem for path in (tmp_path / "out").glob("*.csv")}
    assert set(book.sheetnames) == csv_files
    assert book["normalised"]["B2"].value == pytest.approx(result.steps["normalised"].values[0, 0], rel=1e-14)


def test_the_method_comes_back_and_the_summary_counts(made, tmp_path):
    result, tables = made
    write_build(result, tables, tmp_path / "out")
    assert Method.from_yaml((tmp_path / "out" / "method.yml").read_text()) == result.method
    summary = json.loads((tmp_path / "out" / "summary.json").read_text())
    assert summary == json.loads(json.dumps(summarise(result, tables)))
    assert summary["method_sha256"] == result.method.digest
    assert (summary["units"], summary["indicators"], summary["levels"]) == (5, 2, 3)
    assert (summary["missing_figures"], summary["imputed_figures"]) == (2, 2)
    assert summary["removed_units"] == ["C"]
    assert [line["rank"] for line in summary["ranking"]] == [1, 2, 3, 4]


def test_files_of_an_earlier_build_do_not_stay(made, tmp_path):
    result, tables = made
    out = tmp_path / "out"
    write_build(result, tables, out, excel=True)
    (out / "mine.txt").write_text("kept")
    write_build(build(Method.from_yaml("impute: {}"), tables.data), tables, out)
    assert {path.name for path in out.iterdir()} == {
        "imputed.csv", "weights.csv", "flags.csv", "method.yml", "summary.json", "mine.txt",
    }  # fmt: skip


def test_without_aggregation_there_is_no_ranking(made):
    _, tables = made
    assert ranking(build(Method.from_yaml("impute: {}"), tables.data), tables) == []


def test_years_are_in_the_second_column(tmp_path):
    (tmp_path / "data.csv").write_text("uCode,Time,Size,a,b\nA,2020,1,1,2\nB,2020,1,2,1\nA,2021,1,3,3\nB,2021,1,,\n")
    (tmp_path / "meta.csv").write_text(META)
    tables = read_index(tmp_path / "data.csv", tmp_path / "meta.csv")
    result = build(Method.from_yaml("{normalise: {}, treat: {}, aggregate: {}}"), tables.data)
    write_build(result, tables, tmp_path / "out")
    assert [line[:2] for line in rows(tmp_path / "out" / "ranks.csv")] == [
        ["uCode", "Time"], ["A", "2020"], ["B", "2020"], ["A", "2021"], ["B", "2021"],
    ]  # fmt: skip
    assert rows(tmp_path / "out" / "treatment.csv")[1][:2] == ["a", "2020"]
    last = ranking(result, tables)[-1]
    assert (last["Time"], last["rank"], last["score"]) == (2021, None, None)


def test_a_place_that_cannot_be_written_to_is_refused(made, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(TableError, match="cannot be written"):
        write_build(*made, tmp_path / "file" / "out")
