"""Good files of every kind that people and services hand in, and what reads them.

Put here: for each kind the bytes of a good file, and a function that reads any bytes or refuses them by a named error.
Not here: what is done to the files.
"""

import tempfile
from collections.abc import Callable
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from installation import SHIPPED
from kinds import KINDS, Kind

from pipelines.drop_folder.check import read_file
from pipelines.drop_folder.findings import UnreadableError
from pipelines.readers.base import ReaderError
from warehouse.registry import RegistryError, load_registry
from warehouse.registry.load import parse, read_yaml
from warehouse.registry.models import Community, Country, Edition, Framework, Indicator, Unit
from warehouse.registry.sources import Source

Read = Callable[[bytes], None]
MODELS: dict[str, Any] = {
    "communities.yml": Community, "countries.yml": Country, "editions.yml": Edition, "indicators.yml": Indicator,
    "units.yml": Unit, "frameworks/icf.yml": Framework, "sources/world_bank.yml": Source,
}  # fmt: skip
BEGIN = 6_000
"""Bytes of a list that are enough to find what its entries do; a damaged file is read a thousand times."""

OWN = "local_statistics"
"""The source whose files people drop into a folder."""


@lru_cache
def kinds() -> dict[str, tuple[bytes, Read]]:
    """By name: a good file, and its reader."""
    found: dict[str, tuple[bytes, Read]] = {}
    for name, model in MODELS.items():
        found[f"registry/{name}"] = (_begin(SHIPPED / name), partial(_registry_file, model))
    for kind in KINDS:
        found[f"answer/{kind.name}"] = (kind.body(), partial(_answer, kind))
    header = "series,area,area_name,area_level,year,value,unit,quality,publisher,url,note\n"
    row = "unemployment_rate,binh_duong,Binh Duong,region,2020,3.1,%,official,An office,https://example.org,\n"
    for name, body in (("csv", (header + row).encode()), ("xlsx", _workbook(header + row))):
        found[f"dropped/{name}"] = (body, partial(_dropped, f"figures.{name}"))
    return found


def _begin(path: Path) -> bytes:
    """The first entries of a list; the whole of a mapping."""
    text = path.read_text(encoding="utf-8")
    if not isinstance(read_yaml(path), list) or len(text) < BEGIN:
        return text.encode()
    end = text.find("\n- ", BEGIN)
    return (text if end < 0 else text[: end + 1]).encode()


def _registry_file(model: Any, body: bytes) -> None:
    with tempfile.NamedTemporaryFile(suffix=".yml") as file:
        path = Path(file.name)
        path.write_bytes(body)
        told = refusal(RegistryError, lambda: _entries(model, path))
        assert not told or path.name in told, f"the file is not named: {told}"


def _entries(model: Any, path: Path) -> None:
    found = read_yaml(path)
    for entry in found if isinstance(found, list) else [found]:
        parse(model, entry, path.name)


def _answer(kind: Kind, body: bytes) -> None:
    told = refusal(ReaderError, lambda: kind.reads(body))
    assert not told or told.startswith("office: "), f"the source is not named: {told}"


def refusal(kind: type[Exception], read: Callable[[], object]) -> str:
    """What an error of this kind says; empty where nothing is refused. Other errors are failures."""
    try:
        read()
    except kind as error:
        return str(error) or f"{kind.__name__} without a word"
    return ""


@lru_cache
def _own() -> Source:
    return load_registry(SHIPPED).source[OWN]


def _dropped(name: str, body: bytes) -> None:
    assert "without a word" not in refusal(UnreadableError, lambda: read_file(name, body, _own(), 2026))


def _workbook(text: str) -> bytes:
    import io

    from openpyxl import Workbook

    workbook, file = Workbook(), io.BytesIO()
    for line in text.splitlines():
        workbook.active.append(line.split(","))
    workbook.save(file)
    return file.getvalue()
