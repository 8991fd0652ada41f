"""One module per kind of answer: bytes to rows of text.

Put here: parsing that stays true to the source: nothing is merged, dropped, renamed or turned into a number.
Not here: units, areas, indicators (`pipelines/harmonise.py`).
"""

from importlib import import_module
from typing import cast

from pipelines.readers.base import Reader
from warehouse.registry.sources import Source


def reader_of(source: Source) -> Reader:
    """The reader of a source's kind of answer: the module of that name."""
    return cast(Reader, import_module(f"{__name__}.{source.reader.kind}"))
