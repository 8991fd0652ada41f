"""Published answers: what they tell is what the other tables hold, and nothing is told of what is not there."""

import hashlib
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from installation import Ended, Installation

from assets.evidence import actuals_own, figures_stored, leads_told
from pipelines.evidence.language import LANGUAGES, translator
from pipelines.evidence.pack.content import build_pack
from pipelines.evidence.pack.data import write_json
from pipelines.evidence.pack.model import Pack
from pipelines.evidence.pack.questions import Key, collect, lens_of
from warehouse.query import ask_together

KEY = "edition_id, framework_id, data_point, community_id"


def test_every_data_point_of_a_scored_framework_has_an_answer_for_everybody_shown(built: Installation) -> None:
    lost = built.ask(f"""
        SELECT {KEY} FROM core.data_point JOIN core.framework f USING (framework_id) CROSS JOIN core.edition_member
        WHERE f.kind = 'scored'
        EXCEPT SELECT {KEY} FROM mart.evidence_answer
    """)
    assert lost.empty


def test_the_pack_of_binh_duong_has_answers_of_every_status_and_both_kinds(built: Installation) -> None:
    counts = built.ask("""
        SELECT kind, status, count(*) AS n FROM mart.evidence_answer
        WHERE community_id = 'binh_duong' AND framework_id = 'icf' AND edition_id = '2019' GROUP BY ALL
    """).set_index(["kind", "status"])["n"]
    assert counts.sum() == 76
    assert counts["statistic"].sum() == 10
    assert counts["statistic"]["answered"] >= 3  # population, density, universities
    assert counts["evidence"]["answered"] >= 10
    assert counts["evidence"]["missing"] >= 20  # most of a form is text that nobody wrote down yet
    ready = built.ask("FROM readiness('binh_duong')")
    assert list(ready["factor_id"])[:2] == ["icf", "icf_connect"]
    assert ready[["answered", "partial", "missing"]].to_numpy().sum() == ready["data_points"].sum() == 76


def test_a_leading_figure_is_the_one_that_the_mart_chose_unless_only_a_wider_area_was_left_to_choose(
    built: Installation,
) -> None:
    off = built.ask("""
        SELECT a.* FROM mart.evidence_answer a
        JOIN mart.chosen h USING (edition_id, community_id, indicator_id)
        WHERE h.basis = 'with_proxies' AND (a.observation_id <> h.observation_id OR a.value <> h.value)
            AND NOT (h.is_proxy AND NOT a.is_proxy)
    """)
    assert off.empty
    unknown = built.ask("""
        SELECT f.* FROM mart.evidence_figure f LEFT JOIN core.observation o USING (observation_id)
        LEFT JOIN raw.answer r ON r.answer_id = f.answer_id
        WHERE o.answer_id IS DISTINCT FROM f.answer_id OR r.answer_id IS NULL
            OR f.denominator_id IS NULL AND f.value <> o.value
    """)
    assert unknown.empty


def test_status_follows_from_figures_and_initiatives(built: Installation) -> None:
    wrong = built.ask("""
        FROM mart.evidence_answer WHERE
            status = 'answered' AND (is_proxy OR is_stale OR figures = 0 AND initiatives + recognitions + posts = 0)
            OR status = 'missing'
                AND (value IS NOT NULL OR confidence <> 'none' OR initiatives + recognitions + posts > 0)
            OR (confidence = 'none') <> (status = 'missing')
            OR rank IS NOT NULL AND NOT (rank_low <= rank_high AND rank_high <= rank_of + 1)
            OR year < CAST(edition_id AS INTEGER) - 4 AND NOT is_stale
    """)
    assert wrong.empty


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_tells_its_figure_and_one_without_a_figure_tells_no_number(
    built: Installation, language: str
) -> None:
    column = "sentence" if language == LANGUAGES[0] else f"sentence_{language}"
    rows = built.ask(f"""
        SELECT a.value, a.unit, a.year, a.publisher, a.initiatives, a.status, c.name, a.{column} AS sentence
        FROM mart.evidence_answer a JOIN core.community c USING (community_id)
    """)
    said = translator(language)
    known = rows[rows["value"].notna()]
    assert len(known) > 500
    told = [
        said.quantity(row.value, row.unit) in row.sentence
        and str(row.year) in row.sentence
        and row.publisher in row.sentence
        for row in known.itertuples()
    ]
    assert all(told)
    nothing = rows[rows["status"] == "missing"]
    assert not nothing["sentence"].str.contains(r"\d").any()
    assert not rows["sentence"].str.contains("{", regex=False).any()


def test_vietnamese_answers_are_vietnamese(built: Installation) -> None:
    same = built.ask("""
        SELECT count(*) AS n FROM mart.evidence_answer
        WHERE reason = reason_vi OR confidence_reason = confidence_reason_vi OR sentence = sentence_vi
            OR caveat <> '' AND caveat = caveat_vi
    """)
    assert same["n"].iloc[0] == 0


def test_what_is_missing_comes_with_what_it_would_do_to_the_rank(built: Installation) -> None:
    wanted = built.ask("FROM missing_evidence('binh_duong')")
    assert not wanted["status"].eq("answered").any()
    effect = wanted["expected_change"].dropna()
    assert len(effect) >= 3
    assert effect.is_monotonic_decreasing or wanted["would_be_assessed"].eq(True).any()
    stand_ins = built.ask("""
        SELECT g.expected_change FROM mart.data_gap g
        WHERE g.community_id = 'binh_duong' AND g.edition_id = '2019' AND g.framework_id = 'icf'
            AND g.basis = 'with_proxies' AND g.indicator_id = 'pm25_mean'
    """)["expected_change"].iloc[0]
    air = wanted.loc[wanted["data_point"] == "air_water_transport_livability", "expected_change"].iloc[0]
    assert air >= stand_ins > 0


def test_every_target_has_its_progress_and_no_target_is_an_actual(built: Installation) -> None:
    promises = built.ask("FROM mart.promise")
    assert len(promises) == built.ask("SELECT count(*) AS n FROM core.community_target")["n"].iloc[0] >= 10
    judged = promises[promises["status"].isin(["met", "on_track", "behind", "missed"])]
    assert len(judged) >= 2
    assert judged["actual_url"].notna().all()
    wrong = built.ask("""
        SELECT t.* FROM mart.target_progress t JOIN core.community_target r USING (target_id)
        LEFT JOIN core.observation o USING (observation_id)
        WHERE t.actual IS NOT NULL AND (o.is_proxy OR o.class_id <> r.class_id OR o.area_id <> t.community_id)
            OR (t.status = 'met') <> coalesce(t.gap = 0, false) OR t.actual_year > 2025
    """)
    assert wrong.empty


def test_the_helix_counts_every_partner_of_every_initiative(built: Installation) -> None:
    sums = built.ask("""
        SELECT count(*) AS initiatives, sum(government + business + school + community) AS partners FROM mart.helix
    """).iloc[0]
    assert sums["initiatives"] == built.ask("SELECT count(*) AS n FROM core.initiative")["n"].iloc[0]
    assert sums["partners"] == built.ask("SELECT count(*) AS n FROM core.initiative_partner")["n"].iloc[0]
    off = built.ask("FROM mart.partnership WHERE (school = 0) <> contains(missing, 'school')")
    assert off.empty


def test_the_checks_find_a_figure_of_another_value_a_lost_answer_and_a_foreign_actual(built: Installation) -> None:
    figure, candidate = built.ask("FROM mart.evidence_figure"), built.ask("FROM mart.candidate")
    observation, stored = built.ask("FROM core.observation"), built.ask("FROM raw.answer")
    answers, progress = built.ask("FROM mart.evidence_answer"), built.ask("FROM mart.target_progress")
    assert figures_stored(figure, candidate, observation, stored) == ""
    assert leads_told(answers, figure) == ""
    assert actuals_own(progress, observation) == ""
    other = figure.assign(value=figure["value"].where(figure.index != 0, figure["value"] + 1))
    assert figures_stored(other, candidate, observation, stored).startswith("1 figures with a value")
    assert "no stored answer" in figures_stored(figure, candidate, observation, stored.iloc[:0])
    assert "do not tell their leading figure" in leads_told(answers, other)
    assert "do not tell their leading figure" in leads_told(answers, figure.iloc[1:])
    foreign = progress.assign(community_id="daejeon")
    assert "not of their own area" in actuals_own(foreign, observation)


def test_the_command_tells_what_changed_between_two_packs(
    built: Installation, smart21: Callable[..., Ended], tmp_path: Path
) -> None:
    key = Key("binh_duong", "icf", "2019", lens_of("icf"))
    pack = build_pack(collect(key, partial(ask_together, built.home)), translator("en"))
    before = _lay(tmp_path / "before", pack)
    revised = tuple(
        answer.model_copy(update={"value": 2_500_000.0}) if answer.data_point == "population_total" else answer
        for answer in pack.answers
    )
    after = _lay(tmp_path / "after", pack.model_copy(update={"answers": revised}))
    same = smart21(built, "evidence", "diff", str(before), str(before))
    assert (same.code, same.said) == (0, "Nothing changed.")
    told = smart21(built, "evidence", "diff", str(before), str(after), "--json")
    assert told.code == 0
    (change,) = json.loads(told.out)
    assert (change["code"], change["what"], change["why"]) == ("population_total", "figure", "revised figure")
    shown = smart21(built, "evidence", "diff", str(before), str(after))
    assert "the same figure has another value" in shown.said
    nowhere = smart21(built, "evidence", "diff", str(before), str(tmp_path / "nowhere"))
    assert nowhere.code == 2
    assert "cannot be read" in nowhere.said


def _lay(folder: Path, pack: Pack) -> Path:
    """The files of a pack that a comparison reads."""
    folder.mkdir()
    write_json(folder / "evidence.json", pack)
    digest = hashlib.sha256((folder / "evidence.json").read_bytes()).hexdigest()
    manifest = {"files": {"evidence.json": {"sha256": digest}}}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder
