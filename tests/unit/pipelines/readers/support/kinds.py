"""The same small table as every kind of answer, and sources to read it by.

Put here: writing answers, and what more than one test file of the readers needs.
Not here: answers of a true service's shape (beside the test that reads them).
"""

import io
import json
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
from openpyxl import Workbook

from pipelines.readers import reader_of
from pipelines.readers.base import Page, Request
from pipelines.readers.figures_csv import FIELDS
from warehouse.registry.sources import Source

COLUMNS = ("SERIES", "AREA", "YEAR", "OBS_VALUE")
ROWS = (("people", "A1", "2019", "50.5"), ("people", "A1", "2020", "1.50"), ("people", "B2", "2019", "7"))
BY_NAME = {"series": "{SERIES}", "area": "{AREA}", "year": "{YEAR}", "value": "{OBS_VALUE}", "note": None}
BY_DIMENSION = BY_NAME | {"value": "{value}"}
PXWEB_LABELS = BY_DIMENSION | {"area": "{AREA.label}"}


@dataclass(frozen=True)
class Kind:
    """One kind of answer: how a source says it, and how the small table is written in it."""

    name: str
    reader: dict[str, Any]
    write: Callable[[Sequence[str], Sequence[Sequence[str]]], bytes]
    is_text: bool = True
    columns: tuple[str, ...] = COLUMNS
    more: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.name

    def source(self, **more: Any) -> Source:
        """A source that answers so; `more` replaces parts of it."""
        return source_of(self.reader, **self.more | more)

    def body(self, rows: Sequence[Sequence[str]] = ROWS, columns: Sequence[str] | None = None) -> bytes:
        """The table as an answer."""
        return self.write(columns or self.columns, rows)

    def reads(self, body: bytes, **more: Any) -> pd.DataFrame:
        """Check and parse an answer, as a refresh does."""
        source = self.source(**more)
        page = page_of(body, source)
        reader_of(source).check(source, page)
        return reader_of(source).parse(source, page)


def source_of(reader: dict[str, Any], **more: Any) -> Source:
    """A source with the areas A1 and Á3."""
    usual = {
        "id": "office", "name": "Office", "producer": "The Office", "citation": "Office (2020)", "licence": "CC BY 4.0",
        "url_main": "https://office.example", "licence_url": "https://office.example/licence", "is_open": True,
        "rank": 1, "rhythm_days": 30, "pace": {"calls": 1, "seconds": 1, "reason": "courtesy"},
        "calls": [{"url": "https://office.example/data"}], "area_scheme": "office", "reader": reader,
        "areas": [{"code": "A1", "area": "binh_duong", "name": "Binh Duong", "level": "region"},
                  {"code": "Á3", "area": "westerville", "name": "Westerville", "level": "local", "is_proxy": True}],
        "series": [{"code": "people", "unit": "persons", "indicator": "population", "comparability": "general"}],
    }  # fmt: skip
    return Source.model_validate(usual | more)


def page_of(body: bytes, source: Source, **request: Any) -> Page:
    """A page of the source's first request."""
    asked = {"url": "https://office.example/data", "names": {}} | request
    return Page(Request(source.id, **asked), "f" * 64, body)


# --- The table as each kind of answer --------------------------------------------------------------------------------


def as_records(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    return json.dumps({"rows": [dict(zip(columns, row, strict=True)) for row in rows]}, ensure_ascii=False).encode()


def as_pages(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    """The only page of several that there may be."""
    return as_records(columns, rows)[:-1] + b', "pages": 1}'


def as_cube(columns: Sequence[str], rows: Sequence[Sequence[str]], labels: bool = False) -> bytes:
    """A sparse cube; the last column is the value."""
    ids = list(columns[:-1])
    codes = [list(dict.fromkeys(row[place] for row in rows)) for place in range(len(ids))]
    value = {}
    for row in rows:
        position = 0
        for place in range(len(ids)):
            position = position * len(codes[place]) + codes[place].index(row[place])
        value[str(position)] = row[-1]
    dimension = {
        name: {"category": {"index": [str(n) for n in range(len(found))], "label": dict(enumerate(found))}}
        if labels and name == "AREA"
        else {"category": {"index": found}}
        for name, found in zip(ids, codes, strict=True)
    }
    sizes = {"id": ids, "size": [len(found) for found in codes]}
    cube = {"version": "2.0", "class": "dataset", **sizes, "dimension": dimension, "value": value}
    return json.dumps(cube, ensure_ascii=False).encode()


def as_old_cube(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    """JSON-stat 1.x as PX-Web writes it: a wrapper, positional codes, a zero byte at the end."""
    cube = json.loads(as_cube(columns, rows, labels=True))
    inner = {"dimension": cube["dimension"] | {"id": cube["id"], "size": cube["size"], "role": {}}}
    return json.dumps({"dataset": inner | {"value": cube["value"]}}, ensure_ascii=False).encode() + b"\0"


def as_csv(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    lines = [columns, *rows]
    return "".join(",".join(f'"{cell}"' if "," in cell else cell for cell in line) + "\r\n" for line in lines).encode()


def as_zip(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.csv", as_csv(columns, rows))
        archive.writestr("readme.txt", "about")
    return file.getvalue()


def as_xlsx(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    workbook, file = Workbook(), io.BytesIO()
    assert workbook.active is not None
    for row in (columns, *rows):
        workbook.active.append(list(row))
        for cell in workbook.active[workbook.active.max_row]:
            cell.data_type = "s"  # text even where it begins as a formula does
    workbook.save(file)
    return file.getvalue()


def as_parquet(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    return pd.DataFrame([list(row) for row in rows], columns=list(columns)).to_parquet(index=False)


def as_figures(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    others = {"area_name": "Binh Duong", "area_level": "region", "is_proxy": "false", "unit": "persons",
              "quality": "official", "publisher": "Office", "url": "https://office.example", "note": ""}  # fmt: skip
    ours = dict(zip(COLUMNS, ("series", "area", "year", "value"), strict=True))
    header = list(dict.fromkeys([*(ours.get(name, name) for name in columns), *others]))
    known = [name for name in FIELDS if name in header] + [name for name in header if name not in FIELDS]
    lines = []
    for row in rows:
        cells = others | dict(zip((ours.get(name, name) for name in columns), row, strict=True))
        lines.append([cells[name] for name in known])
    return as_csv(known, lines)


PAGES = {"rule": "page", "parameter": "page", "total": "pages"}
KINDS = [
    Kind("json_records", {"kind": "json_records", "rows": "rows", "errors": ["error"], "fields": BY_NAME}, as_records),
    Kind("json_pages", {"kind": "json_records", "rows": "rows", "paging": PAGES, "fields": BY_NAME}, as_pages),
    Kind("jsonstat", {"kind": "jsonstat", "errors": ["error"], "fields": BY_DIMENSION}, as_cube),
    Kind("pxweb_form", {"kind": "pxweb_form", "fields": PXWEB_LABELS}, as_old_cube),
    Kind("sdmx_csv", {"kind": "sdmx_csv", "fields": BY_NAME}, as_csv),
    Kind("table_csv", {"kind": "table", "format": "csv", "fields": BY_NAME}, as_csv),
    Kind("table_zip", {"kind": "table", "format": "csv", "member": "data.csv", "fields": BY_NAME}, as_zip, False),
    Kind("table_xlsx", {"kind": "table", "format": "xlsx", "fields": BY_NAME}, as_xlsx, False),
    Kind("table_parquet", {"kind": "table", "format": "parquet", "fields": BY_NAME}, as_parquet, False),
    Kind("figures_csv", {"kind": "figures_csv", "path": "curated/office.csv"}, as_figures, True, COLUMNS,
         {"calls": [], "areas": []}),
]  # fmt: skip
