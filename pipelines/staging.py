"""Stage a source: the figures of its answers in use, as it wrote them.

Put here: the walk through the pages of an answer, fetched or stored, and what a staging table was made from.
Not here: reading one answer (`readers`), asking (`refresh.py`), what figures mean (`harmonise.py`).

What is staged follows the source's file as it is now: answers to questions that it no longer asks stay stored and are
read no more.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack

import pandas as pd

from pipelines.program import program
from pipelines.readers import reader_of
from pipelines.readers.base import Page, Reader, ReaderError, Request
from warehouse.answers import Answers, Retrieval
from warehouse.contracts import contract_of, empty
from warehouse.lake import Lake, LakeError
from warehouse.registry.sources import Source, Tiles

MADE_FROM = "made_from"
"""Attribute of a staging table that names what it was made from."""


def walk(source: Source, reader: Reader, first: Request, page_of: Callable[[Request], Page | None]) -> Iterator[Page]:
    """The pages of an answer, from the first question on until nothing follows or a page is not to be had.

    Raises:
        ReaderError: paging does not end, or a page comes again: the service does not heed which one is asked for.
    """
    request: Request | None = first
    seen: set[str] = set()
    while request is not None and (page := page_of(request)) is not None:
        if page.answer_id in seen:
            raise ReaderError(f"{source.id}: page {request.page} is one that came before; the service repeats itself.")
        seen.add(page.answer_id)
        yield page
        request = reader.following(source, page)


def figures(source: Source, reader: Reader, pages: Iterable[Page]) -> pd.DataFrame:
    """Rows of `staging.figure` of some pages.

    Raises:
        ReaderError: a page is not what the source's file promises.
    """
    parts = [reader.parse(source, page) for page in pages]
    return pd.concat(parts, ignore_index=True) if parts else empty(contract_of("staging.figure"))


def stage(source: Source, answers: Answers) -> pd.DataFrame:
    """Figures of a source's answers in use; no row where it never answered.

    Raises:
        ReaderError: an answer is not what the source's file promises now.
        AnswerError: an answer is gone or was changed.
    """
    reader, used = reader_of(source), by_request(answers.in_use(source.id))
    pages = (page for first in reader.plan(source) for page in stored_pages(source, first, answers, used))
    rows = figures(source, reader, pages)
    # Two questions may have one answer: what it says of both alike is one figure.
    return rows.drop_duplicates([name for name in rows if name != "staged_id"], ignore_index=True)


def staged(source: Source, answers: Answers, lake: Lake) -> tuple[pd.DataFrame, bool]:
    """A source's staging table, made again where it was made of something else.

    Returns:
        The table, and whether it was made again.

    Raises:
        ReaderError: an answer is not what the source's file promises now.
        AnswerError: an answer is gone or was changed.
    """
    table, label = f"staging.{source.id}", made_from(source, answers)
    try:
        found = lake.read(table)
        if found.attrs.get(MADE_FROM) == label:
            return found, False
    except LakeError:  # never staged, or damaged
        pass
    rows = stage(source, answers)
    rows.attrs = {MADE_FROM: label}
    lake.write(table, rows)
    return rows, True


def made_from(source: Source, answers: Answers) -> str:
    """Hash of all that decides a staging table: the source's file, the answers in use, and our program."""
    asked = [source.id, source.reader.boundaries] if isinstance(source.reader, Tiles) else [source.id]
    used = [f"{one.request_id} {one.answer_id}" for name in asked for one in answers.in_use(name)]
    return hashlib.sha256("\n".join([program(), source.model_dump_json(), *sorted(used)]).encode()).hexdigest()


def stored_page(request: Request, used: Retrieval, answers: Answers, files: ExitStack) -> Page:
    """The stored answer to a question.

    Args:
        request: the question.
        used: which answer.
        answers: the raw store.
        files: keeps the answer's file at hand until it is closed.

    Raises:
        AnswerError: it is gone or was changed.
    """
    answer_id = str(used.answer_id)
    return Page(request, answer_id, files.enter_context(answers.file(request.source_id, answer_id)))


def stored_pages(source: Source, first: Request, answers: Answers, used: Mapping[str, Retrieval]) -> Iterator[Page]:
    """The stored pages of the answer to a question, each to be read before the walk is over.

    Args:
        source: asked.
        first: the question.
        answers: the raw store.
        used: retrievals in use, by request.
    """
    with ExitStack() as files:

        def page_of(request: Request) -> Page | None:
            found = used.get(request.request_id)
            return stored_page(request, found, answers, files) if found else None

        yield from walk(source, reader_of(source), first, page_of)


def by_request(retrievals: Iterable[Retrieval]) -> dict[str, Retrieval]:
    """Retrievals by what was asked."""
    return {one.request_id: one for one in retrievals}
