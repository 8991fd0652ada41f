"""Every kind of answer in turn.

Put here: fixtures of more than one test file of the readers.
Not here: how answers are written (`support/kinds.py`).
"""

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parent / "support"))

from kinds import KINDS, Kind


@pytest.fixture(params=KINDS, ids=str, scope="session")
def kind(request: pytest.FixtureRequest) -> Kind:
    """Every kind of answer in turn."""
    return request.param


@pytest.fixture(params=[kind for kind in KINDS if kind.is_text], ids=str, scope="session")
def text_kind(request: pytest.FixtureRequest) -> Kind:
    """Every kind of answer that is text."""
    return request.param


@pytest.fixture(params=[kind for kind in KINDS if kind.name != "figures_csv"], ids=str, scope="session")
def asked_kind(request: pytest.FixtureRequest) -> Kind:
    """Every kind of answer whose columns the source names."""
    return request.param


@pytest.fixture(params=[kind for kind in KINDS if "cube" not in kind.write.__name__], ids=str, scope="session")
def row_kind(request: pytest.FixtureRequest) -> Kind:
    """Every kind of answer with rows, which may be there twice; a cube has each cell once."""
    return request.param
