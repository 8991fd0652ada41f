"""The record of differences: added to, whole after a crash, and each difference once."""

from pathlib import Path

import pandas as pd
import pytest

from warehouse.contracts import ContractError
from warehouse.revisions import Revisions
from warehouse.storage import Folder


def rows(*ids: str, source: str = "bureau", at: str = "2026-01-01") -> pd.DataFrame:
    """Differences of one finding."""
    usual = dict.fromkeys(("request_id", "series", "area", "year", "old_value", "new_value", "detail"), "x")
    usual |= {"source_id": source, "old_answer_id": "a", "new_answer_id": "b", "found_at": at, "kind": "revised"}
    return pd.DataFrame([usual | {"revision_id": name, "is_suspicious": False} for name in ids])


@pytest.fixture
def record(tmp_path: Path) -> Revisions:
    return Revisions(Folder(tmp_path))


def test_an_empty_record_is_an_empty_table(record: Revisions) -> None:
    record.add(rows("1").iloc[:0])
    assert record.table().empty
    assert "revision_id" in record.table().columns


def test_what_is_added_stays_oldest_first(record: Revisions) -> None:
    record.add(rows("2", "3", at="2026-02-01"))
    record.add(rows("1", at="2026-01-01"))
    record.add(rows("9", source="office", at="2026-03-01"))
    assert list(record.table()["revision_id"]) == ["1", "2", "3", "9"]
    assert list(record.table("office")["revision_id"]) == ["9"]


def test_what_is_found_again_is_kept_as_it_was_found_first(record: Revisions, tmp_path: Path) -> None:
    record.add(rows("1", "2"))
    files = {path: path.read_bytes() for path in tmp_path.rglob("*.parquet")}
    record.add(rows("2", "1", at="2026-05-05"))
    assert {path: path.read_bytes() for path in tmp_path.rglob("*.parquet")} == files
    record.add(rows("2", "3", at="2026-06-06"))
    assert list(record.table()["found_at"]) == ["2026-01-01", "2026-01-01", "2026-06-06"]


def test_rows_that_break_the_contract_are_not_kept(record: Revisions) -> None:
    with pytest.raises(ContractError, match=r"audit\.revision: kind"):
        record.add(rows("1").assign(kind="rumour"))
    assert record.table().empty
