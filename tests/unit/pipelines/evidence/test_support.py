"""Initiatives held against the time of an edition: 2019, whose window is 2011 to 2020."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from pipelines.choose import members
from pipelines.evidence.support import supports
from warehouse.contracts import contract_of, enforce
from warehouse.registry import Registry
from warehouse.registry.models import Edition

Register = Callable[..., dict[str, pd.DataFrame]]


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
    found = enforce(contract_of("mart.evidence_initiative"), supports(register, members(registry, edition), [edition]))
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
