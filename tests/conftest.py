"""What every kind of test needs: a home of its own, and a registry small enough to read.

Put here: fixtures of more than one ring.
Not here: fixtures of one ring (its own conftest), expected answers.
"""

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from warehouse.home import Home
from warehouse.registry.models import Correction

sys.path.append(str(Path(__file__).parent / "support"))
os.environ["COLUMNS"] = "200"  # before the first console is made: sentences must not be folded where a path is long

from replay.server import Replay

Files = dict[str, Any]
"""Content by path inside the registry: text as it is, all else as YAML."""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """An empty home that SMART21_HOME names."""
    home = Home(tmp_path / "home")
    monkeypatch.setenv("SMART21_HOME", str(home.root))
    home.prepare()
    return home


@pytest.fixture
def replay(monkeypatch: pytest.MonkeyPatch) -> Iterator[Replay]:
    """A server that answers instead of the services; every client of this test asks it."""
    with Replay() as server:
        monkeypatch.setenv("SMART21_REPLAY", server.address)
        yield server


@pytest.fixture(scope="session")
def s3_endpoint() -> Iterator[str]:
    """Address of a server that speaks the S3 protocol."""
    import object_store  # with its libraries it takes a second, which most tests need not pay

    with object_store.serving() as address:
        yield address


@pytest.fixture
def s3_bucket(s3_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Address of an empty bucket, and its credentials in the environment."""
    import object_store

    for name, value in (object_store.ACCOUNT | {"AWS_ENDPOINT_URL": s3_endpoint}).items():
        monkeypatch.setenv(name, value)
    return object_store.bucket(s3_endpoint)


@pytest.fixture
def registry_files() -> Files:
    """A complete, valid registry of a few entries; a test changes what it is about."""
    return {
        "countries.yml": [
            {"id": "NLD", "name": "Netherlands", "iso2": "NL", "currency": "EUR"},
            {"id": "VNM", "name": "Viet Nam", "iso2": "VN", "currency": "VND"},
        ],
        "communities.yml": [
            {"id": "binh_duong", "name": "Binh Duong", "local_name": "Bình Dương", "role": "member", "level": "region"}
            | {"country": "VNM", "valid_to": "2025-06-30", "successor": "ho_chi_minh_city"},
            {"id": "eindhoven", "name": "Eindhoven", "role": "reference", "level": "local", "country": "NLD"}
            | {"aliases": ["Brainport"]},
            {"id": "ho_chi_minh_city", "name": "Ho Chi Minh City", "role": "successor", "level": "region"}
            | {"country": "VNM"},
        ],
        "editions.yml": [_edition()],
        "indicators.yml": _indicators(),
        "units.yml": [
            {"text": "%", "dimension": "share"},
            {"text": "persons", "dimension": "count"},
            {"text": "thousand persons", "dimension": "count", "factor": 1000},
        ],
        "sources/survey.yml": _source(),
        "curated/survey.csv": _figures(),
        "frameworks/icf.yml": _scored_framework(),
        "frameworks/navigator.yml": _programme_framework(),
        "methods/icf.yml": {
            "normalise": {"method": "goalposts", "truncate": True},
            "aggregate": [{"method": "arithmetic", "min_coverage": 0.25}] * 2,
        },
        "corrections.csv": _corrections(),
    }


@pytest.fixture
def evidence_files(registry_files: Files) -> Files:
    """The same registry with a register of evidence: at least one entry of each section, every field filled once."""
    return registry_files | _evidence()


@pytest.fixture
def write_registry(tmp_path: Path) -> Callable[[Files], Path]:
    """Lay a registry out in a folder; returns the folder."""

    def write(files: Files) -> Path:
        root = tmp_path / "registry"
        for name, content in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content if isinstance(content, str) else yaml.safe_dump(content), encoding="utf-8")
        return root

    return write


def _edition() -> dict[str, Any]:
    smart21 = [
        {"name": f"Place {number}", "country": "Nowhere", "key": f"place-{number}", "source": "https://example.org/21"}
        for number in range(1, 22)
    ]
    smart21[0] |= {"name": "Binh Duong", "country": "Viet Nam", "key": "binh-duong", "community": "binh_duong"}
    return {
        "id": "2019",
        "award_year": 2019,
        "announced_on": "2018-10-18",
        "is_complete": True,
        "window": {"start": 2015, "end": 2021, "reason": "three years back, two years of publishing"},
        "smart21": smart21,
        "top7": [dict(smart21[1])],
        "winners": [dict(smart21[1])],
    }


def _indicators() -> list[dict[str, Any]]:
    same = {"classes": [{"id": "general", "name": "the usual one", "group": "general"}], "maximum_age": 5}
    same |= {"source": "https://example.org/definitions"}
    posts = {"lower": 0, "upper": 100, "reason": "the bounds of a share"}
    return [
        {"id": "internet_users_pct", "name": "Internet users", "definition": "Share of persons online."}
        | {"unit": "%", "dimension": "share", "direction": "higher", "goalposts": posts, **same},
        {"id": "population", "name": "Population", "definition": "People who live there."}
        | {"unit": "persons", "dimension": "count", "direction": "none", **same},
        {"id": "students", "name": "Students", "definition": "People who study there."}
        | {"unit": "persons", "dimension": "count", "direction": "none", **same},
        {"id": "students_per_100", "name": "Students per 100 people", "definition": "Students over people."}
        | {"unit": "per 100", "dimension": "rate", "direction": "higher", "goalposts": posts, **same}
        | {"ratio": {"numerator": "students", "denominator": "population", "factor": 100}},
    ]


def _source() -> dict[str, Any]:
    return {
        "id": "survey",
        "name": "Survey",
        "producer": "A bureau",
        "citation": "A bureau, Survey",
        "url_main": "https://example.org",
        "licence": "CC BY 4.0",
        "licence_url": "https://creativecommons.org/licenses/by/4.0/",
        "is_open": True,
        "reader": {"kind": "figures_csv", "path": "curated/survey.csv"},
        "area_scheme": "smart21",
        "rank": 1,
        "series": [
            {"code": "online", "unit": "%", "indicator": "internet_users_pct", "comparability": "general"},
            {"code": "people", "unit": "persons", "indicator": "population", "comparability": "general"},
            {"code": "students", "unit": "thousand persons", "indicator": "students", "comparability": "general"},
        ],
        "declined": [{"code": "mood", "reason": "an opinion, not a statistic"}],
    }


def _figures() -> str:
    header = "series,area,area_name,area_level,is_proxy,year,value,unit,quality,publisher,url,note"
    row = "{},binh_duong,Binh Duong,region,false,2018,{},{},official,A bureau,https://example.org/table,".format
    figures = [("online", 50, "%"), ("people", 2000, "persons"), ("students", 0.1, "thousand persons"), ("mood", 7, "")]
    return "\n".join([header, *(row(*figure) for figure in figures), ""])


def _scored_framework() -> dict[str, Any]:
    about = {"weight_reason": "all alike", "basis": "one question", "source": "https://example.org/icf"}
    fed = [{"id": "internet_users_pct", "data_point": "users"}, {"id": "students_per_100", "weight": 2}]
    return {
        "id": "icf",
        "name": "Intelligent Community Forum",
        "kind": "scored",
        "notice": "Scores are this project's.",
        "method": "icf",
        "source": "https://example.org/icf",
        "criteria": [
            {"id": "icf_connect", "name": "Connect", "parent": "icf", **about},
            {"id": "icf_access", "name": "Access", "parent": "icf_connect", "indicators": fed, **about},
        ],
        "data_points": [
            {"code": "users", "criterion": "icf_access", "question": "How many are online?", "answer_type": "share"}
            | {"kind": "statistic", "indicators": ["internet_users_pct"], "status": "public"}
            | {"source": "https://example.org/icf"}
        ],
    }


def _programme_framework() -> dict[str, Any]:
    return {
        "id": "navigator",
        "name": "Navigator",
        "kind": "programme",
        "notice": "Described, not scored.",
        "source": "https://example.org/navigator",
        "criteria": [
            {"id": "navigator_people", "name": "People", "parent": "navigator", "weight": 0, "is_scored": False}
            | {"weight_reason": "a programme is not scored", "basis": "a scope", "source": "https://example.org/scope"}
        ],
        "programmes": [
            {"id": "navigator_school", "criterion": "navigator_people", "kind": "action", "name": "A school"}
            | {"partners": [{"role": "school", "name": "A university"}], "source": "https://example.org/school"}
        ],
    }


def _corrections() -> str:
    row = {"source": "survey", "series": "online", "area": "binh_duong", "year": "2017", "printed_value": "500"}
    row |= {"action": "replace_value", "new_value": "50.0", "reason": "a comma was lost", "reference": "printed report"}
    columns = list(Correction.model_fields)
    return ",".join(columns) + "\n" + ",".join(row.get(column, "") for column in columns) + "\n"


def _evidence() -> Files:
    reason = {"framework": "icf", "data_point": "users", "reason": "people use it"}
    return {
        "evidence/documents.yml": [
            {"id": "report", "title": "A report", "publisher": "A bureau", "url": "https://example.org/report"}
            | {"language": "en", "published_on": "2019-05", "address_status": "original", "note": "=1+1\nas printed"},
            {"id": "decision", "title": "Quyết định 1", "publisher": "A committee", "language": "vi"}
            | {"address_status": "no_address"},
        ],
        "evidence/initiatives.yml": [
            {"id": "lab", "community": "binh_duong", "name": "A lab", "name_vi": "Phòng thí nghiệm", "place": "Campus"}
            | {"kind": "laboratory", "status": "running", "started": "2018", "ended": "2019-02", "note": "@home"}
            | {"programme": "navigator_school", "summary": "What it does.", "documents": ["report", "decision"]}
            | {"partners": [{"role": "school", "name": "A university"}, {"role": "business", "name": "A firm"}]}
            | {"support": [reason], "outcomes": [_outcome(), {"text": "It opened.", "document": "report"}]},
            {"id": "plan", "community": "eindhoven", "name": "A plan", "kind": "policy", "status": "planned"}
            | {"scope": "navigator_people", "summary": "What it will do.", "documents": ["decision"]},
        ],
        "evidence/recognitions.yml": [
            {"id": "smart21_2019", "community": "binh_duong", "body": "A forum", "name": "Smart21", "kind": "honour"}
            | {"started": "2018-10-18", "ended": "2019", "edition": "2019", "stage": "smart21", "document": "report"}
            | {"note": "-", "support": [reason]}
        ],
        "evidence/targets.yml": [
            {"id": "online_2025", "community": "binh_duong", "programme": "navigator_school", "name": "People online"}
            | {"name_vi": "Người dùng Internet", "indicator": "internet_users_pct", "comparability": "general"}
            | {"printed_value": ">95 %", "comparison": "at_least", "value": 95, "unit": "%", "year": 2025}
            | {"base_value": 50.5, "base_year": 2018, "legal_basis": "Plan 1", "document": "decision", "note": "+"},
            {"id": "opening", "community": "binh_duong", "name": "The lab opens", "printed_value": "open"}
            | {"comparison": "event", "document": "decision"},
        ],
        "evidence/posts.yml": [
            {
                "id": "head",
                "community": "binh_duong",
                "title": "Head",
                "organisation": "An office",
                "holder": "A person",
            }
            | {"role": "government", "support": [reason], "document": "report"}
        ],
    }


def _outcome() -> dict[str, Any]:
    return {"text": "Firms in the lab.", "value": 9, "unit": "companies", "year": 2018, "document": "report"}
