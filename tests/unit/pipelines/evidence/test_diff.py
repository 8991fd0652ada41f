"""What two packs differ in and why; and reading packs back, whole ones and what only looks like one."""

import hashlib
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from pipelines.evidence.diff import WHYS, Change, DiffError, compare
from pipelines.evidence.pack import model
from pipelines.evidence.pack.model import Pack
from pipelines.evidence.pack_file import PackFileError, read_pack


def filled(kind: type[BaseModel], **facts: Any) -> Any:
    """An entry of which only some facts matter; all others are as empty as their type allows."""
    plain = {name: _empty(str(field.annotation)) for name, field in kind.model_fields.items() if field.is_required()}
    return kind.model_validate(plain | facts)


def _empty(annotation: str) -> Any:
    if "None" in annotation:
        return None
    kinds = {"tuple": (), "str": "", "int": 0, "float": 0.0, "bool": False}
    return next((value for name, value in kinds.items() if name in annotation), None)


def answer(code: str = "online", **facts: Any) -> Any:
    usual = {"status": "answered", "value": 70.0, "unit": "%", "year": 2019, "indicator_id": "internet", "rank": 3}
    return filled(model.Answer, data_point=code, **{"area_name": "Binh Duong", "rank_of": 9, **usual, **facts})


def figure(value: float = 70.0, **facts: Any) -> Any:
    return filled(model.Figure, indicator_id="internet", year=2019, value=value, references=(1,), **facts)


def pack(cover: dict[str, Any] | None = None, **parts: Any) -> Pack:
    about = {"community_id": "binh_duong", "framework_id": "icf", "edition_id": "2019", "method_sha256": "m"}
    source = filled(model.Source, number=1, url="https://office.example/1")
    usual = {"cover": filled(model.Cover, **about | (cover or {})), "answers": (answer(),), "sources": (source,)}
    return filled(Pack, **usual | parts)


def told(first: Pack, second: Pack) -> list[tuple[str, str, str, Any, Any, str]]:
    changes = compare(first, second)
    assert all(isinstance(change, Change) and change.why in WHYS for change in changes)
    return [(c.part, c.code, c.what, c.before, c.after, c.why) for c in changes]


def test_the_same_pack_in_another_language_has_not_changed() -> None:
    assert told(pack(), pack({"language": "vi"}, answers=(answer(sentence="Khác", reason="Khác"),))) == []


def test_packs_about_different_things_are_not_compared() -> None:
    with pytest.raises(DiffError, match="community_id is binh_duong in the first, daejeon in the second"):
        compare(pack(), pack({"community_id": "daejeon"}))


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ({"value": None}, {}, "new figure"),
        ({}, {"value": None}, "figure gone"),
        ({}, {"value": 71.0}, "revised figure"),
        ({}, {"year": 2020}, "other figure"),
        ({}, {"url": "https://other.example"}, "other figure"),
    ],
)
def test_an_answer_tells_why_its_figure_changed(before: dict[str, Any], after: dict[str, Any], why: str) -> None:
    (change,) = compare(pack(answers=(answer(**before),)), pack(answers=(answer(**after),)))
    assert (change.part, change.code, change.what, change.why) == ("answer", "online", "figure", why)


def test_a_place_is_moved_by_the_peers_or_by_the_method_when_the_own_figure_stays() -> None:
    second = (answer(rank=4, rank_low=3, rank_high=5),)
    assert told(pack(), pack(answers=second)) == [("answer", "online", "rank", "3 of 9", "4 (3-5) of 9", "peers")]
    other_method = told(pack(), pack({"method_sha256": "n"}, answers=second))
    assert [row[-1] for row in other_method] == ["method", "method"]
    own = told(pack(), pack(answers=(answer(value=60.0, rank=4),)))
    assert {row[-1] for row in own} == {"revised figure"}


def test_a_status_follows_its_figure_its_initiatives_or_the_rules() -> None:
    none = {"value": None, "rank": None, "status": "missing"}
    came = told(pack(answers=(answer(**none),)), pack(answers=(answer(value=None, rank=None, initiatives=("lab",)),)))
    assert came == [
        ("answer", "online", "initiatives", None, "lab", "initiatives"),
        ("answer", "online", "status", "missing", "answered", "initiatives"),
    ]
    rules = told(pack(), pack({"registry_sha256": "r"}, answers=(answer(status="partial"),)))
    assert rules[-1] == ("answer", "online", "status", "answered", "partial", "rules")
    assert rules[0] == ("made from", "", "registry_sha256", "", "r", "release")


def test_figures_come_go_and_are_revised_by_their_source_or_by_a_conversion() -> None:
    new = filled(model.Figure, indicator_id="speed", year=2020, value=9.0, references=(1,))
    found = told(pack(figures=(figure(printed_value="70"),)), pack(figures=(figure(71.0, printed_value="71"), new)))
    assert found == [
        ("figure", "internet", "2019, ", 70.0, 71.0, "revised figure"),
        ("figure", "speed", "2020, ", None, 9.0, "new figure"),
    ]
    ours = told(pack(figures=(figure(printed_value="70"),)), pack(figures=(figure(0.7, printed_value="70"),)))
    assert [row[-1] for row in ours] == ["rules"]
    assert told(pack(figures=(figure(0.1 + 0.2),)), pack(figures=(figure(0.3),))) == []


def test_scores_move_with_the_own_figures_and_ranks_also_with_the_peers() -> None:
    def scored(score: float, rank: int) -> dict[str, Any]:
        standing = filled(model.Standing, score=score, rank=rank, rank_of=20)
        return {"standing": standing, "factors": (filled(model.Factor, factor_id="work", score=score),)}

    assert told(pack(**scored(50.0, 3)), pack(**scored(50.0, 5))) == [
        ("total", "", "rank", "3 of 20", "5 of 20", "peers")
    ]
    before, after = figure(printed_value="70"), figure(71.0, printed_value="71")
    moved = told(pack(figures=(before,), **scored(50.0, 3)), pack(figures=(after,), **scored(51.0, 2)))
    assert [(row[0], row[2], row[-1]) for row in moved] == [
        ("factor", "score", "figures"),
        ("total", "score", "figures"),
        ("total", "rank", "figures"),
        ("figure", "2019, ", "revised figure"),
    ]


def test_entries_of_the_register_come_go_and_change() -> None:
    lab = filled(model.Initiative, initiative_id="lab", status="running", data_points=("a", "b"))
    ended = filled(model.Initiative, initiative_id="lab", status="ended", data_points=("b", "a"))
    goal = {"target_id": "online_2020", "target": 80.0}
    behind = filled(model.Target, status="behind", actual=70.0, **goal)
    met = filled(model.Target, status="met", actual=81.0, **goal)
    honour = filled(model.Recognition, recognition_id="smart21_2019")
    found = told(
        pack(initiatives=(lab,), targets=(behind,)), pack(initiatives=(ended,), targets=(met,), recognitions=(honour,))
    )
    assert found == [
        ("initiative", "lab", "status", "running", "ended", "register"),
        ("target", "online_2020", "actual", 70.0, 81.0, "figures"),
        ("target", "online_2020", "status", "behind", "met", "figures"),
        ("honour", "smart21_2019", "entry", None, "there", "register"),
    ]


def lay(folder: Path, content: str, stated: str | None = None) -> Path:
    """A folder with the two files that make a pack."""
    folder.mkdir(parents=True)
    (folder / "evidence.json").write_text(content, encoding="utf-8")
    digest = stated or hashlib.sha256(content.encode()).hexdigest()
    manifest = {"files": {"evidence.json": {"sha256": digest}}}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


def test_a_pack_is_read_from_its_folder_and_from_its_archive(tmp_path: Path) -> None:
    folder = lay(tmp_path / "pack", pack().model_dump_json())
    archive = tmp_path / "evidence.zip"
    with zipfile.ZipFile(archive, "w") as made:
        for file in folder.iterdir():
            made.write(file, f"pack/{file.name}")
    assert read_pack(folder) == read_pack(archive) == pack()


@pytest.mark.parametrize(
    ("content", "stated", "sentence"),
    [
        ("{}", None, "version None"),
        ('{"schema_version": "0"}', None, "version 0, not 1"),
        ('{"schema_version": "1"}', None, "has not the structure"),
        ("[" * 100_000, None, "has not the structure"),
        ("[]", None, "has not the structure"),
        ("{}", "0" * 64, "was changed after"),
    ],
)
def test_what_is_no_pack_is_refused_with_a_sentence(
    tmp_path: Path, content: str, stated: str | None, sentence: str
) -> None:
    with pytest.raises(PackFileError, match=sentence):
        read_pack(lay(tmp_path / "pack", content, stated))


def test_missing_files_and_broken_archives_are_refused_with_a_sentence(tmp_path: Path) -> None:
    broken = tmp_path / "broken.zip"
    broken.write_bytes(b"PK\x03\x04 not really")
    twice = tmp_path / "twice.zip"
    with zipfile.ZipFile(twice, "w") as made:
        made.writestr("a/manifest.json", "{}")
        made.writestr("b/manifest.json", "{}")
    (tmp_path / "empty").mkdir()
    (tmp_path / "odd").mkdir()
    (tmp_path / "odd" / "manifest.json").write_text("[]", encoding="utf-8")
    (tmp_path / "odd" / "evidence.json").write_text("{}", encoding="utf-8")
    for path, sentence in {
        tmp_path / "nowhere": "cannot be read",
        tmp_path / "empty": r"holds no manifest\.json",
        tmp_path / "odd": r"does not name evidence\.json",
        broken: "is no archive",
        twice: r"holds 2 manifest\.json",
    }.items():
        with pytest.raises(PackFileError, match=sentence):
            read_pack(path)
