"""Initiatives, honours and posts held against the time of an edition: 2019, whose window is 2011 to 2020."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from pipelines.choose import members
from pipelines.evidence.support import supports
from warehouse.contracts import columns_of, contract_of, enforce
from warehouse.registry import Registry
from warehouse.registry.models import Edition

Register = Callable[..., dict[str, pd.DataFrame]]


def judged(register: dict[str, pd.DataFrame], registry: Registry, edition: Edition) -> pd.DataFrame:
    found = supports(register, members(registry, edition), [edition])
    return enforce(contract_of("mart.evidence_support"), found[columns_of("mart.evidence_support")])


@pytest.mark.parametrize(
    ("about", "document", "state"),
    [
        ({}, {}, "counts"),
        ({"started": "2019-12-31"}, {}, "counts"),
        ({"started": "2020-01"}, {}, "later"),
        ({"started": "2020", "status": "planned"}, {}, "later"),
        ({"ended": "2010-05", "started": "2008"}, {}, "over"),
        ({"ended": "2011-05", "started": "2008"}, {}, "counts"),
        ({"status": "planned"}, {}, "planned"),
        ({"started": None}, {}, "undated"),
        ({"started": None, "ended": "2015"}, {}, "counts"),
        ({"started": None}, {"published_on": "2018-03"}, "counts"),
        ({"started": None}, {"published_on": "2021"}, "undated"),
        ({}, {"address_status": "dead"}, "undocumented"),
        ({}, {"address_status": "no_address", "url": ""}, "undocumented"),
        ({}, {"address_status": "mirrored"}, "counts"),
    ],
)
def test_an_initiative_counts_by_its_time_and_its_documents(
    registry: Registry,
    edition: Edition,
    register_of: Register,
    about: dict[str, Any],
    document: dict[str, Any],
    state: str,
) -> None:
    register = register_of(
        initiative=[{"initiative_id": "lab"} | about],
        initiative_support=[{"initiative_id": "lab"}],
        initiative_document=[{"initiative_id": "lab", "document_id": "report"}],
        document=[{"document_id": "report"} | document],
    )
    found = judged(register, registry, edition)
    assert list(found["state"]) == [state]
    assert list(found["publishers"]) == [1 if document.get("address_status", "original") == "original" else 0]


def test_an_initiative_of_a_community_that_the_edition_does_not_show_is_left_out(
    registry: Registry, edition: Edition, register_of: Register
) -> None:
    register = register_of(
        initiative=[{"initiative_id": "lab", "community_id": "ho_chi_minh_city"}],
        initiative_support=[{"initiative_id": "lab"}],
    )
    assert supports(register, members(registry, edition), [edition]).empty


@pytest.mark.parametrize(
    ("about", "state"),
    [
        ({}, "counts"),
        ({"started": "2010"}, "over"),  # an honour is of the day on which it was given
        ({"started": "2020-02"}, "later"),
        ({"kind": "membership", "started": "2005"}, "counts"),
        ({"kind": "membership", "started": "2005", "ended": "2019"}, "counts"),
        (
            {"kind": "membership", "started": "2005", "ended": "2018"},
            "over",
        ),  # no member any more, and within the window
        ({"kind": "hosting", "started": "2014-10", "ended": "2014-11"}, "counts"),
        ({"document_id": "lost"}, "undocumented"),
    ],
)
def test_honours_memberships_and_hosted_meetings_count_by_their_own_time(
    registry: Registry, edition: Edition, register_of: Register, about: dict[str, Any], state: str
) -> None:
    register = register_of(
        recognition=[{"recognition_id": "prize"} | about],
        recognition_support=[{"recognition_id": "prize"}],
        document=[{"document_id": "report"}, {"document_id": "lost", "address_status": "dead"}],
    )
    found = judged(register, registry, edition)
    assert found[["kind", "entry_id", "state"]].to_numpy().tolist() == [["recognition", "prize", state]]


@pytest.mark.parametrize(
    ("seen", "state"), [("2010-12", "over"), ("2011", "counts"), ("2019", "counts"), ("2020", "later")]
)
def test_a_post_counts_by_the_day_on_which_it_was_seen(
    registry: Registry, edition: Edition, register_of: Register, seen: str, state: str
) -> None:
    register = register_of(
        post=[{"post_id": "head", "seen_on": seen}],
        post_support=[{"post_id": "head"}],
        document=[{"document_id": "report"}],
    )
    found = judged(register, registry, edition)
    assert found[["kind", "entry_id", "state", "publishers"]].to_numpy().tolist() == [["post", "head", state, 1]]
