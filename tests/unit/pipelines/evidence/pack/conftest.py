"""The sample pack, written once in each language."""

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parent / "support"))

from sample_pack import MADE_AT, made, tables

from pipelines.evidence.language import translator
from pipelines.evidence.pack.model import Pack
from pipelines.evidence.pack.write import Written, write_pack


@pytest.fixture(scope="session")
def english(tmp_path_factory: pytest.TempPathFactory) -> tuple[Pack, Written]:
    """In English, in a folder with a Vietnamese name; to read only."""
    pack = made(tables())
    return pack, write_pack(pack, translator("en"), tmp_path_factory.mktemp("en") / "Bình Dương", MADE_AT)


@pytest.fixture(scope="session")
def vietnamese(tmp_path_factory: pytest.TempPathFactory) -> tuple[Pack, Written]:
    """In Vietnamese; to read only."""
    pack = made(tables(), "vi")
    return pack, write_pack(pack, translator("vi"), tmp_path_factory.mktemp("vi") / "pack", MADE_AT)
