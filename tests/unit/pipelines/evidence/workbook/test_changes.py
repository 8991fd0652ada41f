"""What a workbook would change: told before it is written, written whole, and nothing where nothing changed."""

from pathlib import Path

import pytest

from pipelines.evidence.workbook.changes import accept, differences, settle
from warehouse.registry import load_registry


@pytest.fixture
def changed(registry, filled, read):
    """The differences that an edit makes, and the register it would leave."""

    def change(edit):
        settled = settle(registry.evidence, read(filled(edit)).evidence)
        return differences(registry.evidence, settled), settled

    return change


def contents(root: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((root / "evidence").iterdir())}


def test_a_round_trip_changes_nothing_and_writes_nothing(registry, changed):
    before = contents(registry.root)
    changes, settled = changed(lambda book: None)
    assert changes == []
    assert accept(registry.root, registry.evidence, settled) == []
    assert contents(registry.root) == before


def test_sorting_a_sheet_changes_nothing(registry, changed):
    def edit(book):
        for name, rows in (("documents", (3, 4)), ("partners", (3, 4)), ("initiative_documents", (3, 4))):
            page = book[name]
            first, second = ([cell.value for cell in page[row]] for row in rows)
            for row, values in ((rows[0], second), (rows[1], first)):
                for cell, value in zip(page[row], values, strict=True):
                    cell.value = value
                    if isinstance(value, str):
                        cell.data_type = "s"  # the library takes text that begins with = for a formula

    changes, settled = changed(edit)
    assert changes == []
    assert settled == registry.evidence


def test_added_changed_and_removed_entries_are_told_and_written(registry, changed, put):
    (registry.root / "evidence" / "targets.yml").write_text(
        "# Promises.\n" + (registry.root / "evidence" / "targets.yml").read_text(encoding="utf-8"), encoding="utf-8"
    )
    before = contents(registry.root)

    def edit(book):
        put("targets", 3, value=97, note=None)(book)
        book["targets"].delete_rows(4)
        put("targets", 4, id="new", community="binh_duong", name="N", printed_value="1", comparison="reach")(book)
        put("targets", 4, value=1, unit="labs", document="report")(book)

    changes, settled = changed(edit)
    assert [(change.kind, change.section, change.entry, change.fields) for change in changes] == [
        ("changed", "targets", "online_2025", (("value", 95.0, 97.0), ("note", "+", ""))),
        ("added", "targets", "new", ()),
        ("removed", "targets", "opening", ()),
    ]
    assert accept(registry.root, registry.evidence, settled) == [registry.root / "evidence" / "targets.yml"]
    after = contents(registry.root)
    assert after["targets.yml"].startswith(b"# Promises.\n- id: online_2025\n")
    assert {name for name in after if after[name] != before[name]} == {"targets.yml"}
    assert load_registry(registry.root).evidence == settled
    assert accept(registry.root, settled, settled) == []


def test_of_a_part_that_changed_only_the_items_that_differ_are_told(changed, put):
    changes, _ = changed(put("partners", 3, name="Another university"))
    assert [(change.kind, change.entry) for change in changes] == [("changed", "lab")]
    ((name, now, then),) = changes[0].fields
    assert name == "partners"
    assert [item.name for item in now] == ["A university"]
    assert [item.name for item in then] == ["Another university"]


def test_when_one_file_cannot_be_written_none_is(registry, changed, put, monkeypatch):
    def edit(book):
        put("documents", 3, note="another")(book)
        put("targets", 3, note="another")(book)

    _, settled = changed(edit)
    before = contents(registry.root)
    write = Path.write_text

    def full(path, *arguments, **options):
        if "targets" in path.name:
            raise OSError(28, "No space left on device", str(path))
        return write(path, *arguments, **options)

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(OSError, match="No space"):
        accept(registry.root, registry.evidence, settled)
    assert contents(registry.root) == before
