import csv
import json
from pathlib import Path

import numpy as np
import pytest

from pipelines.index.analyse import analyse, write_analysis
from pipelines.index.analysis_tables import ANALYSES
from pipelines.index.read import read_index
from pipelines.scoring.build import build
from pipelines.scoring.errors import TableError
from pipelines.scoring.method import Method

META = """iCode,Level,Parent,Direction,Weight,Type
roads,1,Access,1,1,Indicator
fibre,1,Access,1,2,Indicator
noise,1,Life,-1,1,Indicator
=risky,1,Life,1,1,Indicator
Access,2,Index,1,1,Aggregate
Life,2,Index,1,1,Aggregate
Index,3,,1,1,Aggregate
people,,,,,Denominator
"""
METHOD = Method.from_yaml("{treat: {}, normalise: {method: minmax}, aggregate: {method: arithmetic}}")


def write_tables(folder: Path, years: tuple[int, ...] = (2020,), constant: bool = False) -> tuple[Path, Path]:
    random = np.random.default_rng(7)
    data, meta = folder / "data.csv", folder / "meta.csv"
    with data.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["uCode", "Time", "roads", "fibre", "noise", "=risky", "people"])
        for year in years:
            for unit in range(12):
                figures = random.uniform(1, 9, 5).round(6).tolist()
                if constant:
                    figures[3] = 5
                if unit == 3:
                    figures[1] = ""
                writer.writerow(["@unit" if unit == 0 else f"U{unit}", year, *figures])
    meta.write_text(META)
    return data, meta


def made(folder: Path, method: Method = METHOD, **shape):
    tables = read_index(*write_tables(folder, **shape))
    return build(method, tables.data), tables


def read(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_every_analysis_has_its_file(tmp_path):
    written = write_analysis(*made(tmp_path), tmp_path / "out")
    assert {path.name for path in written} == {f"{name}.csv" for name in ANALYSES} | {"analysis.json"}
    summary = json.loads((tmp_path / "out" / "analysis.json").read_text())
    assert summary["units"] == 12
    assert summary["indicators"] == 4
    assert summary["left_out"] == {}
    for name, rows in summary["tables"].items():
        assert len(read(tmp_path / "out" / f"{name}.csv")) == rows


def test_files_say_what_the_functions_say(tmp_path):
    result, tables = made(tmp_path)
    write_analysis(result, tables, tmp_path)
    roads = next(row for row in read(tmp_path / "statistics.csv") if row["iCode"] == "roads")
    figures = result.data.values[:, 0]
    assert float(roads["maximum"]) == figures.max()  # all 17 digits
    assert float(roads["standard_deviation"]) == pytest.approx(figures.std(ddof=1), rel=1e-15)
    pair = next(
        row for row in read(tmp_path / "correlations.csv") if (row["first"], row["second"]) == ("roads", "Index")
    )
    scores = result.steps["aggregated"].values
    assert pair["relation"] == "ancestor"
    assert float(pair["pearson"]) == pytest.approx(np.corrcoef(scores[:, 0], scores[:, -1])[0, 1])
    weight = {row["code"]: float(row["effective_weight"]) for row in read(tmp_path / "effective_weights.csv")}
    assert weight["fibre"] == pytest.approx(1 / 3)
    shift = {row["without"] for row in read(tmp_path / "removal.csv")}
    assert shift == {"roads", "fibre", "noise", "'=risky", "Access", "Life"}


def test_missing_is_empty_and_text_never_runs_as_a_formula(tmp_path):
    write_analysis(*made(tmp_path), tmp_path)
    units = read(tmp_path / "availability.csv")
    assert units[0]["uCode"] == "'@unit"
    assert float(units[3]["Access"]) == 0.5
    for path in tmp_path.glob("*.csv"):
        if path.name not in ("data.csv", "meta.csv"):
            text = path.read_text()
            assert "nan" not in text
            assert not any(cell.startswith(("=", "@")) for line in csv.reader([*text.splitlines()]) for cell in line)


def test_analyses_without_their_step_are_left_out_with_the_reason(tmp_path):
    result, tables = made(tmp_path, Method())
    written = {path.name for path in write_analysis(result, tables, tmp_path / "out")}
    assert written == {"statistics.csv", "availability.csv", "denominator_correlations.csv", "analysis.json"}
    left_out = json.loads((tmp_path / "out" / "analysis.json").read_text())["left_out"]
    assert "normalised" in left_out["strengths"]
    assert "treated" in left_out["statistics_treated"]


def test_an_earlier_analysis_is_replaced(tmp_path):
    write_analysis(*made(tmp_path), tmp_path / "out")
    write_analysis(*made(tmp_path, Method()), tmp_path / "out")
    assert not (tmp_path / "out" / "strengths.csv").exists()


def test_of_several_years_the_last_is_analysed(tmp_path):
    result, _ = made(tmp_path, years=(2020, 2021))
    found = analyse(result)
    assert found.summary["year"] == 2021
    assert found.summary["units"] == 12
    last = result.data.values[result.data.time == 2021]
    assert np.asarray(found.tables["statistics"]["mean"]) == pytest.approx(np.nanmean(last, axis=0))
    assert len(np.asarray(found.tables["strengths"]["uCode"])) <= 12 * 2 * 5


def test_a_constant_indicator_is_flagged_and_the_block_says_why_it_has_no_reliability(tmp_path):
    method = Method.from_yaml("normalise: {method: rank}\naggregate: {method: arithmetic}")
    found = analyse(made(tmp_path, method, constant=True)[0])
    assert found.summary["flagged"]["constant"] == ["=risky"]
    notes = dict(zip(found.tables["reliability"]["block"], found.tables["reliability"]["note"], strict=True))
    assert "=risky" in notes["Life"]
    assert notes["Access"] == ""


def test_only_complete_units_enter_the_multivariate_tables(tmp_path):
    found = analyse(made(tmp_path)[0])
    units = dict(zip(found.tables["reliability"]["block"], found.tables["reliability"]["units"], strict=True))
    assert units == {"all indicators": 11, "Access": 11, "Life": 12, "Index": 12}


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "out").write_text("a file")
    with pytest.raises(TableError, match="out"):
        write_analysis(*made(tmp_path), tmp_path / "out")
