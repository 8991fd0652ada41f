"""The drop folder as staff and Dagster meet it: the commands, the sensor, and the assets made of dropped files."""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import openpyxl
import pytest
from installation import Ended, Installation

from assets.definitions import definitions
from assets.io import open_lake
from pipelines.drop_folder.columns import COLUMNS
from warehouse.home import Home

SENSOR = "local_statistics_dropped"
ROW = {
    "indicator": "unemployment_pct", "unit": "%", "area": "Bình Dương", "year": "2019", "value": "2,6",
    "publisher": "Cục Thống kê", "document": "Niên giám 2019",
}  # fmt: skip


def write(path: Path, *rows: dict[str, str]) -> Path:
    """A CSV file; each row names what is not as usual."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [COLUMNS, *([(ROW | row).get(column, "") for column in COLUMNS] for row in rows)]
    path.write_text("\n".join(";".join(line) for line in lines), encoding="utf-8")
    return path


@pytest.fixture
def folder(home: Home) -> Path:
    folder = home.root / "drop" / "local_statistics"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def installation(home: Home) -> Installation:
    return Installation(home.root)


Command = Callable[..., Ended]


class TestCommands:
    def test_the_template_is_filled_in_and_checked(
        self, smart21: Command, installation: Installation, tmp_path: Path
    ) -> None:
        path = tmp_path / "figures.xlsx"
        assert smart21(installation, "sources", "template", "--out", str(path)).code == 0
        book = openpyxl.load_workbook(path)
        for column, value in ROW.items():
            book.worksheets[0].cell(2, COLUMNS.index(column) + 1, value)
        book.save(path)
        ended = smart21(installation, "sources", "check", str(path))
        assert ended.code == 0
        assert "figures.xlsx: 1 rows accepted, 0 refused." in ended.said

    def test_a_template_never_replaces_a_file(
        self, smart21: Command, installation: Installation, tmp_path: Path
    ) -> None:
        path = write(tmp_path / "figures.xlsx", {})
        ended = smart21(installation, "sources", "template", "--out", str(path))
        assert ended.code == 2
        assert "is there already and may hold figures" in ended.said
        assert path.read_text(encoding="utf-8").startswith("indicator;")

    def test_what_is_wrong_is_told_in_vietnamese_too(
        self, smart21: Command, installation: Installation, tmp_path: Path
    ) -> None:
        path = write(tmp_path / "a.csv", {}, {"year": "năm nay"})
        ended = smart21(installation, "sources", "check", str(path), "--language", "vi")
        assert ended.code == 2
        assert "a.csv: nhận 1 dòng, từ chối 1 dòng." in ended.said
        assert "F3 từ chối dòng “năm nay” không phải là năm." in ended.said

    def test_programs_get_json(self, smart21: Command, installation: Installation, tmp_path: Path) -> None:
        path = write(tmp_path / "a.csv", {"value": "260"}, {"year": "2018"})
        ended = smart21(installation, "sources", "check", str(path), str(tmp_path / "none.csv"), "--json")
        assert ended.code == 2
        first, second = json.loads(ended.out)
        assert (first["accepted"], first["refused"], second["is_read"]) == (1, 1, False)
        (refusal,) = [finding for finding in first["findings"] if finding["weight"] == "row"]
        assert (refusal["rule"], refusal["cell"]) == ("beyond_range", "G2")


class TestSensor:
    @pytest.fixture
    def look(self, folder: Path) -> Iterator[Callable[[], Any]]:
        """Look at the folder as the daemon does, with what the last look remembered."""
        sensor = definitions.resolve_sensor_def(SENSOR)
        cursor: list[str | None] = [None]

        def tick() -> Any:
            with dg.build_sensor_context(instance, cursor[0]) as context:
                result = sensor.evaluate_tick(context)
            cursor[0] = result.cursor
            return result

        with dg.DagsterInstance.ephemeral() as instance:
            yield tick

    def test_is_off_until_somebody_turns_it_on(self) -> None:
        assert definitions.resolve_sensor_def(SENSOR).default_status == dg.DefaultSensorStatus.STOPPED

    def test_an_empty_folder_starts_nothing(self, look) -> None:
        assert not look().run_requests
        assert not look().run_requests

    def test_a_file_starts_one_run_when_two_looks_find_it_the_same(self, look, folder: Path) -> None:
        write(folder / "a.csv", {})
        first = look()
        assert not first.run_requests
        assert "a.csv" in first.skip_message
        second = look()
        assert len(second.run_requests) == 1
        assert "dagster/asset_partition_range_start" in second.run_requests[0].tags
        assert not look().run_requests

    def test_a_file_that_still_grows_waits(self, look, folder: Path) -> None:
        for size in range(1, 4):
            (folder / "a.csv").write_text("x" * size)
            assert not look().run_requests
        assert len(look().run_requests) == 1

    def test_drafts_are_not_looked_at(self, look, folder: Path) -> None:
        for name in ("~$a.xlsx", ".a.csv", "a.csv.part", "a.tmp"):
            (folder / name).write_text("x")
        assert look().skip_message == look().skip_message == "The files are those of the last run."

    def test_the_same_content_saved_again_starts_nothing_and_another_one_does(self, look, folder: Path) -> None:
        path = write(folder / "a.csv", {})
        look(), look()
        os.utime(path, (1, 1))
        assert not look().run_requests
        assert not look().run_requests
        write(path, {"value": "2,7"})
        assert not look().run_requests
        assert len(look().run_requests) == 1
        write(path, {})  # and back again
        assert not look().run_requests
        assert len(look().run_requests) == 1

    def test_a_file_taken_away_starts_a_run(self, look, folder: Path) -> None:
        path = write(folder / "a.csv", {})
        look(), look()
        path.unlink()
        assert len(look().run_requests) == 1

    def test_the_report_is_an_observation_in_both_languages(self, look, folder: Path) -> None:
        write(folder / "a.csv", {}, {"value": "nhiều | lắm", "year": "2018"})
        look()
        (observation,) = look().asset_events
        assert observation.asset_key == dg.AssetKey(["raw", "local_statistics"])
        facts = observation.metadata
        assert (facts["rows accepted"].value, facts["rows refused"].value) == (1, 1)
        assert "“nhiều / lắm” is no number." in facts["report (en)"].value
        assert "không phải là số" in facts["report (vi)"].value


class TestAssets:
    def materialize(self) -> dg.ExecuteInProcessResult:
        keys = [dg.AssetKey([layer, "local_statistics"]) for layer in ("raw", "staging")]
        job = definitions.resolve_job_def("benchmark")
        quiet = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
        with dg.DagsterInstance.ephemeral() as instance:
            return job.execute_in_process(instance=instance, asset_selection=keys, run_config=quiet)

    def test_dropped_figures_are_staged_and_the_last_good_ones_stay(self, folder: Path) -> None:
        path = write(folder / "a.csv", {}, {"year": "2030"})
        assert self.materialize().success
        (row,) = open_lake().read("staging.local_statistics").to_dict("records")
        assert (row["value"], row["year"], row["locator"]) == ("2.6", "2019", "a.csv!!G2")
        path.write_bytes(b"PK\x03\x04 a copy that broke off")
        assert self.materialize().success
        assert open_lake().read("staging.local_statistics")["value"].tolist() == ["2.6"]
        write(path, {"value": "2,9"})
        assert self.materialize().success
        assert open_lake().read("staging.local_statistics")["value"].tolist() == ["2.9"]
