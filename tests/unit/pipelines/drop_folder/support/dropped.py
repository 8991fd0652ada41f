"""Files as staff would send them, right and wrong.

Put here: writing them, for more than one test file.
Not here: fixtures (`conftest.py`).
"""

import io
import zipfile

import openpyxl

from pipelines.drop_folder.columns import COLUMNS
from pipelines.drop_folder.findings import LANGUAGES

YEAR = 2026
ROW = {
    "indicator": "internet", "unit": "%", "area": "binh_duong", "year": 2019, "value": 71.5,
    "publisher": "Cục Thống kê", "document": "Niên giám 2019, tr. 12",
}  # fmt: skip


def xlsx(*rows, header=COLUMNS, change=lambda book: None):
    """A workbook with a header and rows, each the usual row with some cells exchanged."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "So lieu"
    sheet.append(list(header))
    for row in rows:
        full = ROW | row
        sheet.append([full.get(column) for column in header])
    change(book)
    body = io.BytesIO()
    book.save(body)
    return body.getvalue()


def csv_text(*rows, separator=",", header=COLUMNS):
    lines = [header, *([str((ROW | row).get(column, "")) for column in header] for row in rows)]
    return "\n".join(separator.join(f'"{cell}"' if separator in cell else cell for cell in line) for line in lines)


def reread(body, change):
    """A workbook with one of its parts exchanged, as no program would write it."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return out.getvalue()


def keys(report, weight="row"):
    """Cells and rules of the findings of a weight; every finding must be tellable in both languages."""
    for finding in report.findings:
        for language in LANGUAGES:
            assert finding.what(language)
            assert finding.remedy(language)
    return [(finding.place.cell, finding.key) for finding in report.findings if finding.weight == weight]
