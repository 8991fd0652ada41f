"""The pack for programs: JSON with its schema, CSV files, and the data package that describes them.

Put here: `evidence.json`, `evidence.schema.json`, `data/*.csv`, `datapackage.json`.
Not here: files for people (`docx.py`, `html.py`, `xlsx.py`), the manifest (`write.py`).
"""

import csv
import hashlib
import json
from pathlib import Path
from typing import Any

from pipelines.evidence.language import Translator
from pipelines.evidence.pack.columns import Cell, cell, columns_of
from pipelines.evidence.pack.model import TABLES, Pack
from pipelines.index.output import escape

SCHEMA_FILE = "evidence.schema.json"


def schema() -> dict[str, Any]:
    """JSON Schema of `evidence.json`."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **Pack.model_json_schema(mode="serialization")}


def write_json(path: Path, pack: Pack) -> None:
    """Write the whole pack as JSON, and its schema beside it."""
    _write(path, pack.model_dump(mode="json"))
    _write(path.with_name(SCHEMA_FILE), schema())


def write_data(folder: Path, pack: Pack, translate: Translator) -> None:
    """Write every table as CSV under `data`, and the data package that tells what they hold.

    Args:
        folder: of the pack.
        pack: content.
        translate: language of titles.
    """
    (folder / "data").mkdir()
    resources = []
    for name in TABLES:
        path = folder / "data" / f"{name}.csv"
        _write_table(path, name, getattr(pack, name))
        resources.append(_resource(path, name, translate))
    cover = pack.cover
    package = {
        "profile": "tabular-data-package",
        "name": "-".join((cover.community_id, cover.framework_id, cover.edition_id, cover.language)).replace("_", "-"),
        "title": f"{cover.community} · {cover.framework} · {cover.edition_id}",
        "description": f"{cover.notice} {cover.framework_notice}",
        "version": cover.release_id,
        "created": cover.published_at,
        "resources": resources,
    }
    _write(folder / "datapackage.json", package)


def _write_table(path: Path, name: str, rows: tuple[Any, ...]) -> None:
    names = [column.name for column in columns_of(TABLES[name])]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(names)
        writer.writerows([_text(cell(row, column)) for column in names] for row in rows)


def _text(value: Cell) -> str:
    """A cell: empty for missing, numbers with all their digits, text that a spreadsheet would run escaped."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return escape(value) if isinstance(value, str) else repr(value)


def _resource(path: Path, name: str, translate: Translator) -> dict[str, Any]:
    content = path.read_bytes()
    fields = [
        {
            "name": column.name,
            "type": column.kind,
            "title": translate(column.title),
            "description": column.description,
        }
        for column in columns_of(TABLES[name])
    ]
    return {
        "profile": "tabular-data-resource",
        "name": name,
        "path": f"data/{path.name}",
        "description": str(TABLES[name].__doc__).strip(),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "schema": {"fields": fields, "missingValues": [""]},
    }


def _write(path: Path, content: dict[str, Any]) -> None:
    path.write_text(
        json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n", encoding="utf-8", newline="\n"
    )
