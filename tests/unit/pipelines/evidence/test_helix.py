"""Partners by house."""

from collections.abc import Callable

import pandas as pd

from pipelines.evidence.helix import helix
from warehouse.contracts import contract_of, enforce


def test_the_missing_houses_are_named_also_where_nobody_is(register_of: Callable[..., dict[str, pd.DataFrame]]) -> None:
    tables = register_of(
        initiative=[
            {"initiative_id": "lab"},
            {"initiative_id": "talk"},
            {"initiative_id": "whole", "scope_id": "people"},
        ],
        initiative_partner=[
            {"initiative_id": "lab", "role": "business", "name": "A firm"},
            {"initiative_id": "lab", "role": "business", "name": "Another"},
            {"initiative_id": "lab", "role": "community", "name": "A club"},
            {"initiative_id": "whole", "role": "government", "name": "The province"},
            {"initiative_id": "whole", "role": "business", "name": "A firm"},
            {"initiative_id": "whole", "role": "school", "name": "A university"},
        ],
    )
    found = enforce(contract_of("mart.helix"), helix(tables["initiative"], tables["initiative_partner"]))
    lab, talk, whole = found.itertuples(index=False)
    assert (lab.government, lab.business, lab.school, lab.community) == (0, 2, 0, 1)
    assert lab.missing == "government, school"
    assert talk.missing == "government, business, school"
    assert (whole.missing, whole.scope_id) == ("", "people")


def test_no_initiatives_make_no_rows(register_of: Callable[..., dict[str, pd.DataFrame]]) -> None:
    tables = register_of()
    assert enforce(contract_of("mart.helix"), helix(tables["initiative"], tables["initiative_partner"])).empty
