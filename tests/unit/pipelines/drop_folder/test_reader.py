"""The reader of the drop folder: from files to staged rows."""

import datetime as dt

import pytest
from dropped import csv_text, xlsx

from pipelines.drop_folder.folder import dropped_files
from pipelines.harmonise import harmonise
from pipelines.readers import reader_of
from pipelines.readers.base import LocalReader, Page, ReaderError, Request
from warehouse.answers import Answers
from warehouse.contracts import contract_of, enforce
from warehouse.storage import open_storage


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
