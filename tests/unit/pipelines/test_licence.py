"""Which sources an open run may use."""

from dataclasses import replace

import pytest

from pipelines.licence import LICENCES, usable
from warehouse.registry import Registry, load_registry
from warehouse.registry.models import Correction


@pytest.fixture(scope="module")
def shipped() -> Registry:
    return load_registry()


def test_any_licence_leaves_the_registry_as_it_is(shipped: Registry) -> None:
    assert usable(shipped, "any") is shipped


def test_an_open_run_has_the_open_sources_and_their_corrections(shipped: Registry) -> None:
    item = shipped.corrections[0].model_dump()
    of_open = Correction.model_validate(item | {"source": "national_series"})
    kept = usable(replace(shipped, corrections=(*shipped.corrections, of_open)), "open")
    assert {source.id for source in kept.sources} == {source.id for source in shipped.sources if source.is_open}
    assert of_open in kept.corrections
    assert {one.source for one in kept.corrections} <= {source.id for source in kept.sources}
    assert kept.communities is shipped.communities


def test_there_are_two_choices() -> None:
    assert LICENCES == ("any", "open")
