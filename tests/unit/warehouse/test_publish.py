"""A release is complete, described and put in place in one step, or not at all."""

import io
import stat
from collections.abc import Callable
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from small_lake import STAGING, areas, audit, figures, forget, lake_of, plant

from warehouse.contracts import CONTRACTS, ContractError, contract_of, describe, key_of
from warehouse.home import Home
from warehouse.publish import PublishError, publish
from warehouse.query import ask
from warehouse.releases import KEEP, releases

TABLES = {name for name in CONTRACTS if name != "staging.figure"} | set(STAGING)


def litter(home: Home) -> list[Path]:
    """What lies about that is neither a release nor the link."""
    known = {path.with_suffix(suffix) for path in releases(home) for suffix in (".duckdb", ".json")}
    strange = [path for path in home.releases.iterdir() if path not in known]
    return strange + [path for path in home.root.glob(".*")]


def test_the_first_release_is_numbered_linked_and_read_only(filled: Home) -> None:
    path = publish(filled, lake_of(filled), audit, STAGING)
    assert path == filled.releases / "000001.duckdb"
    assert filled.benchmark.readlink() == Path("releases/000001.duckdb")
    assert stat.S_IMODE(path.stat().st_mode) == 0o444
    assert litter(filled) == []


def test_the_link_still_leads_there_when_the_home_has_moved(filled: Home, tmp_path: Path) -> None:
    publish(filled, lake_of(filled), audit, STAGING)
    moved = Home(filled.root.rename(tmp_path / "elsewhere"))
    assert ask(moved, "SELECT count(*) AS n FROM core.area")["n"].tolist() == [2]


def test_a_new_release_leaves_the_old_one_untouched(filled: Home) -> None:
    old = publish(filled, lake_of(filled), audit, STAGING)
    before, written = old.read_bytes(), old.stat().st_mtime_ns
    lake_of(filled).write("core.area", areas(3))
    new = publish(filled, lake_of(filled), audit, STAGING)
    assert new.name == "000002.duckdb"
    assert filled.benchmark.resolve() == new
    assert (old.read_bytes(), old.stat().st_mtime_ns) == (before, written)
    assert ask(filled, "SELECT count(*) AS n FROM core.area")["n"].tolist() == [3]


def test_every_row_arrives_and_is_counted(published: Home) -> None:
    counts = ask(published, "FROM audit.table_count").set_index("table_name")["rows"].to_dict()
    assert counts == {name: 0 for name in TABLES if not name.startswith("audit.")} | {
        "core.area": 2,
        "staging.survey": 2,
    }
    arrived = ask(published, "FROM staging.survey ORDER BY staged_id")
    pd.testing.assert_frame_equal(arrived, figures(), check_dtype=False)


def test_partitions_become_one_table(filled: Home) -> None:
    frame = pd.DataFrame({"edition_id": ["2019", "2020"], "community_id": "binh_duong", "is_ranked": True})
    table = "core.edition_member"
    forget(filled, table)
    lake_of(filled).write(table, frame.assign(is_top7=False, is_winner=False), ["2019", "2020"])
    publish(filled, lake_of(filled), audit, STAGING)
    assert ask(filled, f"SELECT edition_id FROM {table} ORDER BY ALL")["edition_id"].tolist() == ["2019", "2020"]


def test_tables_columns_keys_and_comments_are_those_of_the_contracts(published: Home) -> None:
    tables = ask(published, "SELECT schema_name || '.' || table_name AS name, comment FROM duckdb_tables()")
    said = dict(zip(tables["name"], tables["comment"], strict=True))
    assert said == {name: contract_of(name).__doc__.strip().splitlines()[0] for name in TABLES}
    columns = ask(
        published,
        "SELECT schema_name || '.' || table_name AS table_name, column_name, comment, is_nullable "
        "FROM duckdb_columns() "
        "WHERE schema_name || '.' || table_name IN (SELECT table_name FROM audit.dictionary) ORDER BY 1, column_index",
    )
    stated = [
        (name, c.name, c.description, c.is_nullable) for name in sorted(TABLES) for c in describe(contract_of(name))
    ]
    assert list(columns.itertuples(index=False, name=None)) == stated


def test_keys_and_checks_stand_in_the_file(published: Home) -> None:
    found = ask(
        published,
        "SELECT schema_name || '.' || table_name AS table_name, constraint_type AS kind, "
        "constraint_column_names AS names, constraint_text AS text FROM duckdb_constraints()",
    )
    keys = found[found["kind"] == "PRIMARY KEY"].set_index("table_name")["names"].map(list).to_dict()
    assert keys == {name: key_of(contract_of(name)) for name in TABLES}
    checks = found[found["kind"] == "CHECK"].groupby("table_name")["text"].agg(" ".join)
    assert "community" in checks["core.area"]
    for name in TABLES:
        checked = [c.name for c in describe(contract_of(name)) if c.checks]
        assert all(column in checks.get(name, "") for column in checked), name


def test_the_dictionary_describes_every_column(published: Home) -> None:
    rows = ask(published, "FROM audit.dictionary ORDER BY table_name, position")
    stated = [(name, c.name) for name in sorted(TABLES) for c in describe(contract_of(name))]
    assert list(zip(rows["table_name"], rows["column_name"], strict=True)) == stated
    assert (rows["description"].str.len() > 0).all()
    types = ask(
        published,
        "SELECT d.table_name, d.column_name FROM audit.dictionary d JOIN duckdb_columns() c "
        "ON d.table_name = c.schema_name || '.' || c.table_name AND d.column_name = c.column_name "
        "WHERE d.type <> c.data_type",
    )
    assert types.empty


def test_a_missing_table_stops_publishing(filled: Home) -> None:
    old = publish(filled, lake_of(filled), audit, STAGING)
    forget(filled, "mart.score")
    with pytest.raises(PublishError, match=r"mart\.score is not in the lake; run `smart21 run` first"):
        publish(filled, lake_of(filled), audit, STAGING)
    assert releases(filled) == [old]
    assert filled.benchmark.resolve() == old
    assert litter(filled) == []


def test_a_lost_row_stops_publishing(filled: Home) -> None:
    plant(filled, "core.area", parquet(areas(2)), rows=3)
    with pytest.raises(PublishError, match=r"core\.area: 3 rows in the lake, 2 in the new file"):
        publish(filled, lake_of(filled), audit, STAGING)
    assert releases(filled) == []
    assert not filled.benchmark.exists()
    assert litter(filled) == []


def test_rows_that_break_a_key_across_partitions_stop_publishing(filled: Home) -> None:
    forget(filled, "core.area")
    for edition in ("2019", "2020"):
        plant(filled, f"core.area.{edition}", parquet(areas(2)), rows=2)
    with pytest.raises(PublishError, match=r"(?is)duplicate key.*area_0.*correct the table.*untouched"):
        publish(filled, lake_of(filled), audit, STAGING)
    assert litter(filled) == []


def test_a_table_of_an_older_program_stops_publishing(filled: Home) -> None:
    plant(filled, "core.area", parquet(areas().drop(columns="currency")), rows=2)
    with pytest.raises(PublishError, match=r"(?s)currency.*Correct the table"):
        publish(filled, lake_of(filled), audit, STAGING)


def parquet(rows: pd.DataFrame) -> bytes:
    """A Parquet file."""
    buffer = io.BytesIO()
    rows.to_parquet(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize("change", [lambda body: body[:-20], lambda body: body[:40] + b"?" + body[41:]])
def test_a_damaged_table_stops_publishing_and_is_named(filled: Home, change: Callable[[bytes], bytes]) -> None:
    (path,) = (filled.lake / "tables/core").glob("area.*.parquet")
    path.write_bytes(change(path.read_bytes()))
    with pytest.raises(PublishError, match=rf"core\.area: .*{path.name} in the lake is damaged: its sha256 differs"):
        publish(filled, lake_of(filled), audit, STAGING)
    assert litter(filled) == []


def test_a_wrong_audit_table_stops_publishing(filled: Home) -> None:
    def wrong(release_id: str) -> dict[str, pd.DataFrame]:
        return audit(release_id) | {"audit.release": audit(release_id)["audit.release"].drop(columns="notice")}

    old = publish(filled, lake_of(filled), audit, STAGING)
    with pytest.raises(ContractError, match=r"audit\.release: columns missing: notice"):
        publish(filled, lake_of(filled), wrong, STAGING)
    assert releases(filled) == [old]
    assert litter(filled) == []


def test_a_plain_file_in_the_link_s_place_is_left_alone(filled: Home) -> None:
    filled.benchmark.write_text("somebody's work")
    with pytest.raises(PublishError, match=r"benchmark\.duckdb is not the link .* Move it away, then run again"):
        publish(filled, lake_of(filled), audit, STAGING)
    assert filled.benchmark.read_text() == "somebody's work"
    assert list(filled.releases.iterdir()) == []


def test_what_killed_builds_left_is_removed(filled: Home) -> None:
    build = filled.releases / ".a1b2c3"
    (build / "000001.duckdb.tmp").mkdir(parents=True)
    (build / "000001.duckdb").write_bytes(b"half a release")
    (build / "000001.duckdb.tmp" / "spilled").write_bytes(b"rows")
    (filled.releases / ".writable-12").touch()
    filled.benchmark.with_name(".benchmark.duckdb.12").symlink_to("releases/000001.duckdb")
    publish(filled, lake_of(filled), audit, STAGING)
    assert litter(filled) == []


def test_only_the_last_releases_are_kept(filled: Home) -> None:
    for number in range(1, KEEP + 3):
        (filled.releases / f"{number:06}.duckdb").write_bytes(b"an old release")
        (filled.releases / f"{number:06}.duckdb.wal").write_bytes(b"a careless log")
    (filled.releases / "notes.duckdb").write_bytes(b"somebody's work")
    new = publish(filled, lake_of(filled), audit, STAGING)
    kept = [path.name for path in releases(filled)]
    assert kept == [f"{number:06}.duckdb" for number in range(KEEP + 3 - KEEP + 1, KEEP + 4)]
    assert new.name == kept[-1]
    assert {path.stem.removesuffix(".duckdb") + ".duckdb" for path in filled.releases.glob("*.wal")} == set(kept[:-1])
    assert (filled.releases / "notes.duckdb").is_file()


def test_a_reader_keeps_its_release_and_the_next_gets_the_new_one(filled: Home) -> None:
    publish(filled, lake_of(filled), audit, STAGING)
    with duckdb.connect(str(filled.benchmark.resolve()), read_only=True) as reader:
        question = "SELECT release_id FROM audit.release"
        assert reader.execute(question).fetchall() == [("000001",)]
        publish(filled, lake_of(filled), audit, STAGING)
        assert reader.execute(question).fetchall() == [("000001",)]
        assert ask(filled, question)["release_id"].tolist() == ["000002"]
