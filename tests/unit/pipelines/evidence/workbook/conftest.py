"""What the tests of the workbook share: a small register, its workbook, and hands that fill it in."""

import io
import zipfile

import pytest
from openpyxl import load_workbook

from pipelines.evidence.workbook.export import make_workbook
from pipelines.evidence.workbook.plan import sheets
from pipelines.evidence.workbook.read import read_workbook
from warehouse.registry import load_registry


@pytest.fixture
def registry(evidence_files, write_registry):
    """The small registry with its register."""
    return load_registry(write_registry(evidence_files))


@pytest.fixture
def body(registry):
    """The exported workbook."""
    return make_workbook(registry)


@pytest.fixture
def filled(body):
    """The workbook after a person did something to it with a spreadsheet program."""

    def fill(edit):
        book = load_workbook(io.BytesIO(body))
        edit(book)
        saved = io.BytesIO()
        book.save(saved)
        return saved.getvalue()

    return fill


@pytest.fixture
def packed(body):
    """The workbook with some of its parts exchanged, or others added."""

    def pack(**parts):
        made = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(body)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
            for item in old.infolist():
                if item.filename not in parts:
                    new.writestr(item, old.read(item))
            for name, content in parts.items():
                new.writestr(name, content)
        return made.getvalue()

    return pack


@pytest.fixture
def read(registry):
    """Read a workbook back with the small registry."""
    return lambda content: read_workbook("filled.xlsx", content, registry)


def column_of(sheet, name):
    """Number of a column, from 1."""
    columns = next(found.columns for found in sheets() if found.name == sheet)
    return [column.name for column in columns].index(name) + 1


@pytest.fixture
def put():
    """Make an edit that writes values into a row: put("targets", 3, value="80")."""

    def make(sheet, row, **values):
        def edit(book):
            for name, value in values.items():
                book[sheet].cell(row, column_of(sheet, name)).value = value

        return edit

    return make
