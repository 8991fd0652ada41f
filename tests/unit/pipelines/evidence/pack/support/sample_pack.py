"""A release of a few rows as a pack reads it, with every kind of hostile text, and the pack made of it."""

from typing import Any

import pandas as pd

from pipelines.evidence.language import translator
from pipelines.evidence.pack.content import build_pack
from pipelines.evidence.pack.model import Pack
from pipelines.evidence.pack.questions import QUESTIONS, Key, collect

MADE_AT = "2026-11-22T01:00:00+00:00"
ANSWER = "a" * 64
FORMULA = '=HYPERLINK("https://evil.example")'
SCRIPT = "<script>alert(1)</script> **bold** [link](javascript:alert(1))"
COMMAND = "+cmd|' /C calc'!A0"
DIRECTION = "abc\u202edef\u202c\x07\ufeff"
LONG = "n" * 30_000
Rows = dict[str, list[dict[str, Any]]]

CRITERIA = [
    {"criterion_id": "icf", "parent_id": None, "framework_id": "icf", "level": 0, "name": "ICF", "name_vi": None},
    {"criterion_id": "f_b", "parent_id": "icf", "framework_id": "icf", "level": 1, "name": "Work"}
    | {"name_vi": "Lao động"},
    {"criterion_id": "c_b", "parent_id": "f_b", "framework_id": "icf", "level": 2, "name": "Skills", "name_vi": None},
    {"criterion_id": "f_a", "parent_id": "icf", "framework_id": "icf", "level": 1, "name": "Engage", "name_vi": None},
]  # fmt: skip


def answer(data_point: str, criterion: str = "c_b", **facts: Any) -> dict[str, Any]:
    """The row of a data point without an answer, but for what is given."""
    words = ("reason", "caveat", "sentence", "confidence_reason")
    empty = ["status", *words, *(f"{word}_vi" for word in words), "indicator_id", "value", "unit", "year", "area_name"]
    empty += ["is_proxy", "publisher", "url", "age", "is_stale", "rank", "rank_of", "rank_low", "rank_high"]
    empty += ["peer_median", "peer_best", "best_peer", "confidence"]
    about = {"data_point": data_point, "criterion_id": criterion, "question": f"Question {data_point}"}
    return about | {"asked": "confirmed_data_point", "kind": "statistic"} | dict.fromkeys(empty) | facts


def tables() -> Rows:
    """Rows by question: one answered, one missing data point, one initiative, one target, two peers."""
    told = {
        "status": "answered", "sentence": "76.25 % were trained.", "sentence_vi": "76,25 % qua đào tạo.",
        "value": 76.25, "unit": "%", "year": 2017, "indicator_id": "trained", "area_name": "Binh Duong",
        "is_proxy": False, "publisher": "Bureau", "url": "https://example.org/a", "age": 2, "is_stale": True,
        "rank": 3, "rank_of": 7,
        "rank_low": 2, "rank_high": 5, "peer_median": 71.5, "peer_best": 90.125, "best_peer": "eindhoven",
        "confidence": "medium", "confidence_reason": SCRIPT, "confidence_reason_vi": SCRIPT, "caveat": DIRECTION,
    }  # fmt: skip
    rows: Rows = {
        "cover": [
            {"community_id": "binh_duong", "name": "Binh Duong", "local_name": "Bình Dương", "country": "Viet Nam"}
            | {"framework_id": "icf", "framework": "Intelligent Community Forum", "kind": "scored", "lens": "icf"}
            | {"framework_notice": "Ours.", "edition_id": "2019", "is_member": True, "release_id": "000007"}
            | {"published_at": "2026-11-20T10:00:00+00:00", "notice": "Scores are this project's.", "code_version": "1"}
            | {"method_sha256": "b" * 64, "registry_sha256": "c" * 64}
        ],
        "community": [
            {"community_id": "binh_duong", "name": "Binh Duong", "local_name": "Bình Dương", "country_id": "VNM"},
            {"community_id": "eindhoven", "name": "Eindhoven", "local_name": None, "country_id": "NLD"},
        ],
        "criterion": [row | {"is_scored": True} for row in CRITERIA],
        "indicator": [
            {"indicator_id": "trained", "name": "Trained workers", "name_vi": "Lao động qua đào tạo", "unit": "%"}
            | {"criterion_id": "c_b"}
        ],
        "standing": [
            {"score": 58.125, "is_ranked": True, "rank": 3, "rank_of": 7, "rank_low": 2, "rank_high": 5}
            | {"coverage": 0.5, "coverage_own": 0.25, "draws": 512}
        ],
        "benchmark": [
            {"criterion_id": "f_b", "score": 61.5, "peer_median": 55.25, "peer_best": 88.0, "best_peer": "eindhoven"}
            | {"coverage": 1.0}
        ],
        "answer": [answer("unknown", "f_a"), answer("skills", **told), answer("general", "icf")],
        "answer_figure": [
            {"data_point": "skills", "indicator_id": "trained", "observation_id": "o1", "denominator_id": None}
            | {"place": 1}
        ],
        "figure": [
            {"indicator_id": "trained", "observation_id": "o1", "denominator_id": None, "value": 76.25, "year": 2017}
            | {"is_chosen": True, "area_name": "Binh Duong", "is_proxy": False, "quality": "official"}
            | {"printed_value": "76.25", "printed_unit": "%", "conversion": "as printed", "note": LONG, "score": 76.25}
            | {"peer_median": 71.5, "peer_median_score": 71.5, "peer_best": 90.125, "peer_best_score": 90.125}
            | {"best_peer": "eindhoven"}
        ],
        "observation": [
            {"observation_id": "o1", "publisher": "Bureau", "url": "https://example.org/a", "locator": "row 3"}
            | {"answer_id": ANSWER, "retrieved_at": "2026-11-19T10:00:00+00:00", "source": "Survey"}
        ],
        "peer_score": [
            {"community_id": who, "criterion_id": what, "is_ranked": who == "binh_duong", "score": score}
            | {"coverage": 1.0, "rank": rank, "rank_low": rank and 2, "rank_high": rank and 5}
            for who, what, score, rank in (
                ("binh_duong", "icf", 58.125, 3),
                ("eindhoven", "icf", 70.0, None),
                ("binh_duong", "f_b", 61.5, None),
                ("eindhoven", "f_b", 80.0, None),
            )
        ],
        "peer_figure": [
            {"community_id": who, "indicator_id": "trained", "is_ranked": who == "binh_duong", "value": value}
            | {"year": 2017, "is_proxy": False, "publisher": "Bureau", "url": "javascript:alert(1)", "score": value}
            for who, value in (("binh_duong", 76.25), ("eindhoven", 90.125))
        ],
        "gap": [
            {"indicator_id": "trained", "criterion_id": "c_b", "figure": "stand_in", "rank": 3, "rank_p10": 4}
            | {"rank_p50": 3, "rank_p90": 2, "expected_change": 0.75, "would_be_assessed": False}
        ],
        "initiative": [
            {"initiative_id": "lab", "name": FORMULA, "name_vi": "Phòng thí nghiệm", "kind": "laboratory"}
            | {"status": "running", "started": "2018-10", "ended": None, "place": COMMAND, "scope_id": None}
            | {"programme": None, "summary": SCRIPT, "note": "@sum", "missing": "government, school"}
        ],
        "partner": [{"initiative_id": "lab", "role": "business", "name": "-Philips"}],
        "support": [
            {"kind": "initiative", "entry_id": "lab", "data_point": "skills", "state": "counts"},
            {"kind": "post", "entry_id": "p", "data_point": "general", "state": "later"},
        ],
        "outcome": [{"initiative_id": "lab", "text": DIRECTION, "value": 350.5, "unit": "persons", "year": 2019}],
        "initiative_document": [{"initiative_id": "lab", "document_id": "d1"}],
        "target": [
            {"target_id": "t", "name": "Trained", "name_vi": None, "printed_value": "80 %", "comparison": "at_least"}
            | {"legal_basis": "Decision 1", "note": "", "scope_id": None, "target": 80.0, "target_year": 2020}
            | {"shown_unit": "%", "actual": 76.25, "actual_year": 2017, "observation_id": "o1", "gap": 3.75}
            | {"expected": None, "status": "behind", "reason": "r", "reason_vi": "r", "value": 80.0, "unit": "%"}
            | {"year": 2020, "document_id": "d2"}
        ],
        "recognition": [
            {"recognition_id": "r", "kind": "honour", "body": "ICF", "name": "Smart21", "started": "2018-10-25"}
            | {"ended": None, "note": "", "document_id": "d1"}
        ],
        "post": [
            {"post_id": "p", "role": "government", "title": "Head", "organisation": "Office", "holder": ""}
            | {"seen_on": "2019", "document_id": "d2"}
        ],
        "document": [
            {"document_id": one, "title": f"{FORMULA} {one}", "publisher": SCRIPT, "url": url, "language": "vi"}
            | {"published_on": None, "address_status": "original"}
            for one, url in (("d1", "https://example.org/d?a=1&b=2"), ("d2", "javascript:alert(1)"))
        ],
    }
    return rows


def made(rows: Rows, language: str = "en") -> Pack:
    """The pack of these rows."""

    def ask(asked: Any) -> dict[str, pd.DataFrame]:
        return {name: pd.DataFrame(rows[name]) for name in asked}

    return build_pack(collect(Key("binh_duong", "icf", "2019", "icf"), ask), translator(language))


def bare() -> Rows:
    """A community of which the release holds nothing but its name, and what the framework asks."""
    kept = {name: tables()[name] for name in ("cover", "community", "criterion", "indicator")}
    return {name: [] for name in QUESTIONS} | kept | {"answer": [answer("skills"), answer("general", "icf")]}
