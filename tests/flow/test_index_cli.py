"""`smart21 index` from the outside: files in, files and a ranking out, mistakes answered in words."""

import csv
import json

import pytest
from openpyxl import Workbook
from typer.testing import CliRunner

from assets.cli.index import index_app

DATA = "uCode,uName,a,b,c\nA,Ada,1,10,5\nB,Bo,2,,4\nC,Cy,4,30,3\nD,Di,3,20,1\n"
META = """iCode,Level,Parent,Direction,Weight,Type
a,1,P,1,1,Indicator
b,1,P,1,1,Indicator
c,1,Top,-1,1,Indicator
P,2,Top,1,2,Aggregate
Top,3,,,,Aggregate
"""
run = CliRunner().invoke


@pytest.fixture
def place(tmp_path):
    (tmp_path / "data.csv").write_text(DATA)
    (tmp_path / "meta.csv").write_text(META)
    (tmp_path / "method.yml").write_text("normalise: {method: rank}\naggregate: {method: arithmetic}\n")
    return tmp_path


def build(place, *options, data="data.csv", meta="meta.csv"):
    given = ["build", "--data", str(place / data), "--out", str(place / "out")]
    return run(index_app, given + (["--meta", str(place / meta)] if meta else []) + list(options))


def test_a_plain_build_prints_the_ranking_and_writes_the_files(place):
    made = build(place)
    assert made.exit_code == 0, made.output
    lines = [line for line in made.output.splitlines() if "Cy" in line or "Ada" in line]
    assert "1" in lines[0]
    assert "Cy" in lines[0]
    with (place / "out" / "aggregated.csv").open() as file:
        table = {line["uCode"]: line for line in csv.DictReader(file)}
    assert float(table["C"]["Top"]) == pytest.approx((2 * 100 + 50) / 3, rel=1e-15)
    assert table["B"]["b"] == ""


def test_a_method_and_an_excel_file(place):
    made = build(place, "--method", str(place / "method.yml"), "--excel")
    assert made.exit_code == 0, made.output
    assert (place / "out" / "index.xlsx").exists()
    assert "method: rank" in (place / "out" / "method.yml").read_text()
    assert not (place / "out" / "treated.csv").exists()


def test_one_excel_file_gives_what_two_csv_files_give(place):
    book = Workbook()
    for title, text in (("iData", DATA), ("iMeta", META)):
        sheet = book.create_sheet(title)
        for line in csv.reader(text.splitlines()):
            sheet.append([float(c) if c.lstrip("-").isdigit() else c for c in line])
    book.save(place / "index.xlsx")
    assert build(place, "--json").exit_code == 0
    before = (place / "out" / "aggregated.csv").read_text()
    assert build(place, "--json", data="index.xlsx", meta=None).exit_code == 0
    assert (place / "out" / "aggregated.csv").read_text() == before


def test_json_for_programs(place):
    made = build(place, "--json")
    assert json.loads(made.stdout)["ranking"][0]["uCode"] == "C"
    (place / "method.yml").write_text("aggregate: {method: geometrik}")
    refused = build(place, "--json", "--method", str(place / "method.yml"))
    assert refused.exit_code == 2
    assert json.loads(refused.stdout)["error"] == "MethodError"


@pytest.mark.parametrize(
    ("file", "text", "words"),
    [
        ("data.csv", DATA.replace("Bo,2", "Bo,two"), "'two' is not a number"),
        ("data.csv", DATA.replace("4,30,3", "4,inf,3"), "code b, unit C"),
        ("meta.csv", META.replace("P,2,Top", "P,2,X"), "X is not a code"),
        ("method.yml", "normalise: {method: minmax}\naggregate: {method: geometric}", "lower bound above 0"),
        ("method.yml", "normalise: {method: goalposts}", "no column goalpost_lower"),
        ("method.yml", "x: [", "not YAML"),
    ],
)
def test_mistakes_are_refused_in_words(place, file, text, words):
    (place / file).write_text(text)
    made = build(place, "--method", str(place / "method.yml"))
    assert made.exit_code == 2
    assert words in made.output
    assert "Traceback" not in made.output


def test_missing_files_and_options(place):
    assert build(place, data="none.csv").exit_code == 2
    assert build(place, "--method", str(place / "none.yml")).exit_code == 2
    assert run(index_app, ["build", "--out", str(place)]).exit_code == 2
    assert "Examples" in run(index_app, ["build", "--help"]).output


def test_hostile_names_are_printed_as_text(place):
    (place / "data.csv").write_text(DATA.replace("Cy", "[bold]=HYPERLINK(1)[/x]"))
    made = build(place)
    assert made.exit_code == 0, made.output
    assert "[bold]" in made.output
