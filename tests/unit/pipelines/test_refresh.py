"""One source refreshed against a real server: what is kept, held back or noted, and what stays in use."""

import datetime as dt
import json
import logging
import multiprocessing
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from replay.faults import FAULTS
from replay.server import Replay

from pipelines.fetch import Client, Limits
from pipelines.refresh import Refreshed, now, refresh
from pipelines.source_status import source_status
from pipelines.staging import stage, staged
from warehouse.answers import Answers
from warehouse.lake import Lake
from warehouse.registry.sources import Source
from warehouse.revisions import Revisions
from warehouse.storage import Folder

HOST = "api.example.org"
KEY = "s3cret-of-ours"
YEARS = range(2010, 2020)
QUICK = Limits(connect=0.5, read=0.5, total=1.0, tries=2, backoff=0.02, longest_wait=0.2, most_bytes=10**6, breaker=99)
Value = Callable[[str, int], object]


def source(**more: Any) -> Source:
    """A bureau with two series, one of them on two pages."""
    facts: dict[str, Any] = {
        "id": "bureau", "name": "Bureau", "producer": "A bureau", "citation": "A bureau", "url_main": "https://a.org",
        "licence": "CC BY 4.0", "licence_url": "https://a.org/licence", "is_open": True, "rank": 1, "rhythm_days": 30,
        "pace": {"calls": 1000, "seconds": 0.01, "reason": "a test"}, "area_scheme": "smart21",
        "calls": [{"url": f"https://{HOST}/{{series}}", "each": {"series": ["series"]}}],
        "key": {"variable": "BUREAU_KEY", "parameter": "key", "sign_up": "https://a.org/keys"},
        "reader": {
            "kind": "json_records", "rows": "rows.*", "errors": ["error"],
            "paging": {"rule": "page", "parameter": "page", "total": "pages"},
            "fields": {name: f"{{{name}}}" for name in ("series", "area", "year", "value")} | {"area_name": "{name}"},
        },
        "areas": [{"code": str(n), "area": a, "name": a, "level": "region"} for n, a in enumerate(("one", "two"))],
        "series": [
            {"code": "people", "unit": "persons", "indicator": "population", "comparability": "resident"},
            {"code": "online", "unit": "%", "indicator": "internet_users_pct", "comparability": "individuals"},
        ],
    }  # fmt: skip
    return Source.model_validate(facts | more)


def people(area: str, year: int) -> object:
    return 1000 + 10 * (year - 2010) + int(area)


def online(area: str, year: int) -> object:
    return 50 + (year - 2010) + int(area)


class Bureau:
    """The service, its client and the stores that keep its answers."""

    def __init__(self, replay: Replay, folder: Path) -> None:
        self.replay, storage = replay, Folder(folder)
        self.folder, self.answers, self.revisions, self.lake = (
            folder,
            Answers(storage),
            Revisions(storage),
            Lake(storage),
        )

    def publish(self, of_people: Value = people, of_online: Value = online, years: range = YEARS) -> None:
        """Serve figures from now on."""
        for name, value, parts in (("people", of_people, 2), ("online", of_online, 1)):
            rows = [
                {"series": name, "area": area, "name": f"area {area}", "year": year, "value": value(area, year)}
                for year in years
                for area in ("0", "1")
            ]
            size = -(-len(rows) // parts)
            for page in range(parts):
                query = {"page": str(page + 1)} if page else {}
                body = {"pages": parts, "rows": rows[page * size : (page + 1) * size]}
                self.replay.serve(HOST, f"/{name}", query, json.dumps(body))

    def refresh(self, like: Source | None = None, **more: Any) -> Refreshed:
        """Ask once."""
        with Client(QUICK) as client:
            return refresh(like or source(), client, self.answers, self.revisions.add, **more)

    def values(self, like: Source | None = None) -> dict[tuple[str, str, str], str]:
        """Figures in use."""
        rows = stage(like or source(), self.answers)
        assert rows["staged_id"].is_unique
        return {(row.series, row.area, row.year): row.value for row in rows.itertuples()}


@pytest.fixture
def bureau(replay: Replay, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bureau:
    monkeypatch.setenv("BUREAU_KEY", KEY)
    made = Bureau(replay, tmp_path)
    made.publish()
    return made


def expected(of_people: Value = people, of_online: Value = online) -> dict[tuple[str, str, str], str]:
    return {
        (name, area, str(year)): str(value(area, year))
        for name, value in (("people", of_people), ("online", of_online))
        for year in YEARS
        for area in ("0", "1")
    }


def test_all_pages_of_all_questions_are_kept(bureau: Bureau) -> None:
    result = bureau.refresh()
    assert (result.status, result.counts, result.rows, result.error) == ("good", {"good": 2}, 40, "")
    assert bureau.values() == expected()
    assert bureau.revisions.table().empty


def test_the_same_answers_are_unchanged_and_kept_once(bureau: Bureau) -> None:
    bureau.refresh()
    bodies = sorted(bureau.folder.rglob("*.body"))
    assert bureau.refresh().status == "unchanged"
    assert sorted(bureau.folder.rglob("*.body")) == bodies
    assert len(bureau.answers.of("bureau")) == 6


def test_a_source_that_says_that_nothing_changed_is_believed(bureau: Bureau) -> None:
    bureau.replay.serve(HOST, "/online", body=json.dumps({"pages": 1, "rows": [_row()]}), headers={"ETag": '"1"'})
    bureau.refresh()
    before = bureau.values()
    assert bureau.refresh().status == "unchanged"
    assert bureau.answers.of("bureau")[-1].status == 304
    assert bureau.refresh().status == "unchanged"
    assert bureau.values() == before


def _row() -> dict[str, object]:
    return {"series": "online", "area": "0", "name": "area 0", "year": 2018, "value": 50}


def test_a_revision_is_used_at_once_and_recorded(bureau: Bureau) -> None:
    bureau.refresh()
    bureau.publish(of_online=lambda area, year: 58.5 if (area, year) == ("0", 2018) else online(area, year))
    result = bureau.refresh()
    assert (result.status, result.revisions) == ("good", 1)
    assert bureau.values()["online", "0", "2018"] == "58.5"
    row = bureau.revisions.table().iloc[0]
    assert (row["kind"], row["old_value"], row["new_value"], row["is_suspicious"]) == ("revised", "58", "58.5", False)


TIMES_1000 = {"of_people": lambda area, year: 1000 * int(str(people(area, year)))}
SUSPICIOUS: dict[str, tuple[dict[str, Any], str]] = {
    "times 1000": (TIMES_1000, "1,000 times what they were"),
    "percent to share": ({"of_online": lambda area, year: float(str(online(area, year))) / 100}, "a hundredth of"),
    "half of the years": ({"years": range(2015, 2020)}, "figures, where there were"),
}


@pytest.mark.parametrize("what", SUSPICIOUS)
def test_a_suspicious_answer_waits_until_it_is_accepted(bureau: Bureau, what: str) -> None:
    bureau.refresh()
    before, (change, sentence) = bureau.values(), SUSPICIOUS[what]
    bureau.publish(**change)
    result = bureau.refresh()
    assert "quarantined" in result.counts
    assert sentence in result.error
    assert bureau.values() == before
    found = bureau.revisions.table()
    assert found["is_suspicious"].any()
    bureau.refresh()
    assert len(bureau.revisions.table()) == len(found), "the same differences are recorded once"
    for waiting in bureau.answers.quarantined("bureau"):
        bureau.answers.accept(waiting.retrieval_id, accepted_at=now())
    assert bureau.answers.quarantined("bureau") == []
    assert bureau.values() != before
    assert bureau.refresh().counts.keys() <= {"unchanged"}


def test_a_code_that_names_another_area_waits(bureau: Bureau) -> None:
    bureau.refresh()
    shifted = [{**_row(), "area": str(n), "name": f"area {n - 1}", "year": y} for n in (0, 1, 2) for y in YEARS]
    bureau.replay.serve(HOST, "/online", body=json.dumps({"pages": 1, "rows": shifted}))
    result = bureau.refresh()
    assert result.counts == {"unchanged": 1, "quarantined": 1}
    assert "is called 'area -1' now, where it was 'area 0'" in result.error


JSON_ERROR = '{{"error": {{"message": "no such year", "asked": "https://a.org/?key={key}&year=1"}}}}'
PAGE_ERROR = "<!DOCTYPE html><html><title>Error</title><body>The key {key} may not ask this.</body></html>"
SPELLINGS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "percent": lambda key: "".join(f"%{ord(sign):02x}" for sign in key),
    "JSON": lambda key: "".join(f"\\u{ord(sign):04x}" for sign in key),
    "HTML": lambda key: "".join(f"&#{ord(sign)};" for sign in key),
}


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("status", [200, 400])
@pytest.mark.parametrize("words", [JSON_ERROR, PAGE_ERROR], ids=["JSON", "HTML"])
def test_a_service_that_repeats_the_key_has_it_kept_nowhere(
    bureau: Bureau, caplog: pytest.LogCaptureFixture, words: str, status: int, spelling: str
) -> None:
    caplog.set_level(logging.DEBUG)
    repeated = SPELLINGS[spelling](KEY)
    bureau.replay.serve(HOST, "/online", body=words.format(key=repeated), status=status)
    result = bureau.refresh()
    failed = result.outcomes[1]
    assert failed.outcome == "failed"
    assert bureau.replay.asked[-1].query["key"] == KEY
    kept = [path.read_text("utf-8") for path in bureau.folder.rglob("*") if path.is_file()]
    for text in (result.error, failed.reason, str(bureau.answers.retrievals().to_dict()), caplog.text, *kept):
        assert not any(told in text for told in (KEY, repeated, json.dumps(repeated)[1:-1]))


@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_whatever_goes_wrong_the_last_good_answer_stays_in_use(bureau: Bureau, fault: str) -> None:
    bureau.refresh()
    before = bureau.values()
    bureau.publish(of_online=lambda area, year: 1 + int(str(online(area, year))))
    bureau.replay.fault(fault, path="/online")
    result = bureau.refresh()
    online_outcome = result.outcomes[1]
    if online_outcome.outcome == "failed":
        assert bureau.values() == before
        assert len(online_outcome.reason) > 20
        assert result.status == "incomplete"
    assert result.outcomes[0].outcome == "unchanged"
    for path in bureau.folder.rglob("*.json"):
        assert KEY not in path.read_text("utf-8")
    bureau.replay.heal()
    assert bureau.refresh().status in {"good", "unchanged"}


def test_a_page_that_fails_leaves_all_pages_as_they_were(bureau: Bureau) -> None:
    bureau.refresh()
    bureau.publish(of_people=lambda area, year: 1 + int(str(people(area, year))))
    bureau.replay.serve(HOST, "/people", {"page": "2"}, body="{}", status=404)
    result = bureau.refresh()
    assert [one.outcome for one in result.outcomes] == ["failed", "unchanged"]
    assert bureau.values() == expected()


def test_pages_that_are_gone_are_read_no_more(bureau: Bureau) -> None:
    bureau.refresh()
    rows = [{**_row(), "series": "people", "area": a, "year": y, "value": people(a, y)} for a in "01" for y in YEARS]
    bureau.replay.serve(HOST, "/people", body=json.dumps({"pages": 1, "rows": rows}))
    bureau.refresh()
    assert bureau.values() == expected()


def test_an_answer_without_rows_is_a_failure(bureau: Bureau) -> None:
    bureau.refresh()
    bureau.replay.serve(HOST, "/online", body=json.dumps({"pages": 1, "rows": []}))
    result = bureau.refresh()
    assert result.outcomes[1].outcome == "failed"
    assert "has no rows" in result.error
    assert bureau.values() == expected()


def test_without_its_key_a_source_is_skipped_and_nobody_is_asked(bureau: Bureau) -> None:
    bureau.refresh()
    asked = len(bureau.replay.asked)
    result = bureau.refresh(environment={})
    assert (result.status, len(bureau.replay.asked)) == ("skipped", asked)
    assert "set BUREAU_KEY to yours (https://a.org/keys)" in result.error
    assert bureau.values() == expected()


def test_a_question_that_the_file_asks_no_more_is_read_no_more(bureau: Bureau) -> None:
    bureau.refresh()
    fewer = source(series=[source().series[0].model_dump()])
    assert {series for series, *_ in bureau.values(fewer)} == {"people"}


def test_a_staging_table_is_made_again_only_when_something_changed(bureau: Bureau) -> None:
    made = [staged(source(), bureau.answers, bureau.lake)]
    bureau.refresh()
    made += [staged(source(), bureau.answers, bureau.lake) for _ in range(2)]
    made += [staged(source(rank=2), bureau.answers, bureau.lake)]
    bureau.publish(of_online=lambda area, year: 58.5 if year == 2018 else online(area, year))
    bureau.refresh()
    made += [staged(source(), bureau.answers, bureau.lake)]
    assert [(len(rows), is_new) for rows, is_new in made] == [
        (0, True),
        (40, True),
        (40, False),
        (40, True),
        (40, True),
    ]


def test_two_questions_with_one_answer_keep_their_figures_apart(bureau: Bureau) -> None:
    rows = {"pages": 1, "rows": [{**_row(), "year": year} for year in YEARS]}
    for name in ("people", "online"):
        bureau.replay.serve(HOST, f"/{name}", body=json.dumps(rows))
    named = source().reader.model_dump()
    named["fields"]["series"] = "{series_asked}"
    calls = [{"url": f"https://{HOST}/{{series_asked}}", "each": {"series_asked": ["series"]}}]
    like = source(reader=named, calls=calls)
    bureau.refresh(like)
    assert len(bureau.values(like)) == 2 * len(YEARS)
    both, one = (stage(about, bureau.answers) for about in (like, _of_online_only(like)))
    ids = both.loc[both["series"] == "online", "staged_id"]
    assert ids.tolist() == one["staged_id"].tolist(), "the id of a figure does not hang on what else was asked"
    assert (ids.str.len() <= 30).all()


def _of_online_only(like: Source) -> Source:
    return like.model_copy(update={"series": like.series[1:]})


def _for_ever(bureau: Bureau) -> None:
    while True:
        bureau.refresh()


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # forks while the server's thread runs
def test_killed_at_any_moment_it_loses_nothing(bureau: Bureau) -> None:
    bureau.refresh()
    for moment in (0.03, 0.11, 0.29):
        process = multiprocessing.get_context("fork").Process(target=_for_ever, args=(bureau,))
        process.start()
        for turn in range(3):
            bureau.publish(of_online=lambda area, year, turn=turn: int(str(online(area, year))) + turn % 2)
            time.sleep(moment)
        process.kill()
        process.join()
        for one in bureau.answers.of("bureau"):
            if one.answer_id:
                assert bureau.answers.body("bureau", one.answer_id)
        assert bureau.values().keys() == expected().keys()
    bureau.publish()
    assert bureau.refresh().status in {"good", "unchanged"}
    assert bureau.values() == expected()


def test_the_status_tells_age_error_key_and_what_waits(bureau: Bureau) -> None:
    later = dt.datetime.now(dt.UTC) + dt.timedelta(days=3, hours=1)

    class Registry:
        sources = (source(),)

    def status(**environment: str) -> pd.Series:
        counts = {"staged": {"bureau": 40}, "observations": {}, "rejected": {"bureau": 1}, "chosen": {}}
        retrievals = bureau.answers.retrievals()
        return source_status(Registry, retrievals, counts, environment, later).iloc[0]  # type: ignore[arg-type]

    never = status()
    assert pd.isna(never["retrieved_at"])
    assert (never["requests"], never["last_error"], never["needs_key"], never["has_key"]) == (0, "", True, False)
    bureau.refresh()
    good = status(BUREAU_KEY=KEY)
    assert (good["age_days"], good["requests"], good["staged"], good["observations"]) == (3, 3, 40, 0)
    assert good["has_key"]
    bureau.publish(**TIMES_1000)
    bureau.replay.fault("server_error", path="/online")
    bureau.refresh()
    bad = status()
    assert bad["held_back"] == 2
    assert "failed (status 500)" in bad["last_error"]
    assert bad["retrieved_at"] == good["retrieved_at"]
    bureau.replay.heal()
    bureau.publish()
    bureau.refresh()
    healed = status()
    assert (healed["held_back"], healed["last_error"]) == (0, "")
