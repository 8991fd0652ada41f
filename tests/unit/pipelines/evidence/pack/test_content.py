"""A pack's content: names, order, sources, and what is said where nothing is recorded."""

import pytest
from sample_pack import ANSWER, LONG, answer, bare, made, tables

from pipelines.evidence.language import translator
from pipelines.evidence.pack.appendices import source_chapter
from pipelines.evidence.pack.blocks import Table


def test_factors_come_in_the_frameworks_order_and_the_whole_first() -> None:
    pack = made(tables())
    assert [factor.factor for factor in pack.factors] == ["The community as a whole", "Work", "Engage"]
    assert [one.data_point for one in pack.answers] == ["general", "skills", "unknown"]
    work = pack.factors[1]
    assert (work.answered, work.missing, work.stale, work.initiatives) == (1, 0, 1, 1)
    assert (work.score, work.best_peer) == (61.5, "Eindhoven")


def test_names_stand_in_the_language_of_the_pack_where_there_is_one() -> None:
    pack = made(tables(), "vi")
    assert pack.cover.community == "Bình Dương"
    assert [factor.factor for factor in pack.factors] == ["Toàn cộng đồng", "Lao động", "Engage"]
    assert pack.answers[1].sentence == "76,25 % qua đào tạo."
    assert pack.peers[0].name == "Tổng điểm"


def test_sources_are_numbered_as_they_are_cited_and_each_once() -> None:
    pack = made(tables())
    assert [source.number for source in pack.sources] == [1, 2, 3]
    figure, document, other = pack.sources
    assert (figure.answer_id, figure.locators) == (ANSWER, ("row 3",))
    assert (document.document_id, other.document_id) == ("d1", "d2")
    assert pack.answers[1].references == (1, 2)
    assert pack.figures[0].references == (1,)
    assert pack.targets[0].references == (1, 3)


@pytest.mark.parametrize(("language", "told"), [("en", "answers no more"), ("vi", "không còn truy cập được")])
def test_a_reference_says_what_is_known_of_its_address(language: str, told: str) -> None:
    rows = tables()
    rows["document"][0]["address_status"] = "dead"
    pack = made(rows, language)
    (chapter,) = [block for block in source_chapter(pack, translator(language)) if isinstance(block, Table)]
    words = ["".join(run.text for run in row[1]) for row in chapter.rows]
    assert [told in text for text in words] == [source.document_id == "d1" for source in pack.sources]
    assert any(source.document_id == "d1" for source in pack.sources)


def test_two_figures_of_one_page_are_one_source_with_two_places() -> None:
    rows = tables()
    rows["observation"].append(rows["observation"][0] | {"observation_id": "o2", "locator": "row 9"})
    rows["answer_figure"][0]["denominator_id"] = "o2"
    pack = made(rows)
    assert pack.answers[1].references == (1, 2)
    assert pack.sources[0].locators == ("row 3", "row 9")


def test_a_data_point_without_an_answer_is_missing_and_says_so() -> None:
    unknown = made(tables()).answers[2]
    assert (unknown.status, unknown.confidence, unknown.value) == ("missing", "none", None)
    assert unknown.sentence == "Nothing is recorded for it."


def test_a_community_of_which_nothing_is_known_has_a_pack() -> None:
    pack = made(bare())
    assert pack.standing is None
    assert {one.status for one in pack.answers} == {"missing"}
    assert (pack.figures, pack.sources, pack.initiatives) == ((), (), ())


def test_only_what_counts_in_the_edition_answers_and_the_rest_is_listed_with_its_state() -> None:
    rows = tables()
    rows["support"].append({"kind": "initiative", "entry_id": "lab", "data_point": "general", "state": "later"})
    rows["support"].append({"kind": "recognition", "entry_id": "r", "data_point": "general", "state": "counts"})
    pack = made(rows)
    general, skills, _ = pack.answers
    assert (general.initiatives, general.recognitions, general.posts) == ((), ("r",), ())
    assert skills.initiatives == ("lab",)
    assert [(one.data_point, one.code, one.state) for one in pack.supports] == [
        ("general", "p", "later"), ("general", "lab", "later"), ("general", "r", "counts"), ("skills", "lab", "counts"),
    ]  # fmt: skip
    assert pack.initiatives[0].data_points == ("skills",)
    assert pack.posts[0].data_points == ()
    cited = {source.number for source in pack.sources if source.document_id == "d1"}
    assert set(general.references) == cited


def test_gaps_that_would_move_the_rank_come_first_then_those_the_framework_surely_asks_for() -> None:
    rows = tables()
    rows["answer"].insert(0, answer("guessed", "f_a", asked="unconfirmed"))
    gaps = made(rows).gaps
    assert [(gap.kind, gap.code) for gap in gaps] == [
        ("figure", "trained"), ("missing", "general"), ("missing", "unknown"), ("missing", "guessed"),
        ("stale", "skills"),
    ]  # fmt: skip


def test_a_programme_lacks_houses_and_figures_of_its_targets() -> None:
    rows = tables()
    rows["cover"][0]["kind"] = "programme"
    rows["target"][0] |= {"status": "no_actual", "actual": None}
    kinds = [(gap.kind, gap.code) for gap in made(rows).gaps]
    assert ("no_actual", "t") in kinds
    assert ("house", "lab") in kinds


def test_partners_stand_by_house_and_missing_houses_by_name() -> None:
    initiative = made(tables()).initiatives[0]
    assert initiative.business == ("-Philips",)
    assert initiative.missing_houses == ("government", "school")


def test_a_target_that_nobody_follows_yet_keeps_what_was_promised() -> None:
    rows = tables()
    followed = ("target", "target_year", "actual", "actual_year", "gap", "expected", "observation_id", "shown_unit")
    rows["target"][0] |= dict.fromkeys((*followed, "status", "reason", "reason_vi"))
    target = made(rows).targets[0]
    assert (target.target, target.unit, target.target_year) == (80.0, "%", 2020)
    assert (target.status, target.actual) == ("not_measurable", None)


def test_long_notes_are_kept_whole_and_marks_that_nobody_sees_are_gone() -> None:
    pack = made(tables())
    assert pack.figures[0].note == LONG
    assert pack.answers[1].caveat == "abcdef"


def test_an_unknown_community_is_an_error() -> None:
    with pytest.raises(LookupError, match="no such community"):
        made(tables() | {"cover": []})
