"""PX-Web's ASP.NET pages, for offices whose interface for programs is closed: fill in the form, read JSON-stat.

Put here: the form with everything selected, and finding the file on the page that comes back.
Not here: JSON-stat (`cube.py`, `jsonstat.py`), cookies and redirects between the pages (`pipelines/fetch.py`).

A walk has two or three pages: the form; what it answers, which is the file or a page that links to it; the file.
"""

import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from urllib.parse import urlencode

import pandas as pd

from pipelines.readers import planning
from pipelines.readers.base import FORM, Page, ReaderError, Request
from pipelines.readers.bodies import excerpt
from pipelines.readers.jsonstat import cube_of, figures_of
from pipelines.readers.links import beside
from warehouse.contracts import columns_of
from warehouse.registry.sources import PxwebForm, Source

_FORMAT = "FileTypeJsonStat"
_VIEW = "ButtonViewTable"
_LAST_PAGE = 3
_ACCEPT = "application/json, text/html;q=0.5"
"""A form is answered by the file itself, or by a page that leads to it."""


def plan(source: Source, years: Iterable[int] = ()) -> list[Request]:
    """The page with the form."""
    return planning.plan(source, years, "text/html")


def following(source: Source, page: Page) -> Request | None:
    """The filled-in form, or the file it links to.

    Raises:
        ReaderError: the page has neither, or pages follow one another without end.
    """
    if not _is_page(page.body):
        return None
    if page.request.page >= _LAST_PAGE:
        raise ReaderError(f"{source.id}: paging does not end: the form leads from page to page and never to the file.")
    seen = _seen(source, page)
    asked = replace(page.request, page=page.request.page + 1, accept=_ACCEPT)
    if seen.link is not None:
        url = beside(asked.url, seen.link, source.id).geturl()
        return replace(asked, url=url, parameters={}, method="GET", body=None, question=None)
    question = json.dumps({"values": {name: values for name, values in sorted(seen.lists.items())}, "as": _FORMAT})
    return replace(
        asked,
        url=beside(asked.url, seen.action or "", source.id).geturl(),
        parameters={} if seen.action else asked.parameters,
        method="POST",
        body=urlencode(seen.fields(), doseq=True),
        media_type=FORM,
        question=question,
    )


def check(source: Source, page: Page) -> None:
    """Refuse a page without a form, and a file that is no JSON-stat."""
    if not page.body.strip(b"\0 \r\n\t"):
        raise ReaderError(f"{source.id}: the answer is empty.")
    if _is_page(page.body):
        _seen(source, page)
    else:
        cube_of(source, page)


def parse(source: Source, page: Page) -> pd.DataFrame:
    """Staged rows of the file; none of the pages that lead to it."""
    assert isinstance(source.reader, PxwebForm)  # noqa: S101 (reader_of chose this module by it)
    if _is_page(page.body):
        _seen(source, page)
        return pd.DataFrame(columns=columns_of("staging.figure"), dtype="str")
    return figures_of(cube_of(source, page), source, page, source.reader.fields)


def _is_page(body: bytes) -> bool:
    return body.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<")


@dataclass
class _Form(HTMLParser):
    """What a page asks for.

    Attributes:
        action: where the form is sent to.
        hidden: fields that are sent back as they came; the state of the page among them.
        lists: values of each list of a dimension.
        formats: name of the list of file formats, and the one that is chosen.
        button: name and text of the button that is pressed.
        link: address of the file itself.
    """

    action: str | None = None
    hidden: dict[str, str] = field(default_factory=dict)
    lists: dict[str, list[str]] = field(default_factory=dict)
    formats: tuple[str, str] | None = None
    button: tuple[str, str] | None = None
    link: str | None = None

    def __post_init__(self) -> None:
        super().__init__()
        self._list: str | None = None
        self._is_multiple = False

    def fields(self) -> dict[str, str | list[str]]:
        """Everything that is sent."""
        sent: dict[str, str | list[str]] = {**self.hidden, **self.lists}
        if self.formats:
            sent[self.formats[0]] = self.formats[1]
        if self.button:
            sent[self.button[0]] = self.button[1]
        return sent

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what one tag tells."""
        told = {name: text or "" for name, text in attrs}
        if tag == "form" and self.action is None:
            self.action = told.get("action", "")
        elif tag == "input":
            self._note_input(told)
        elif tag == "select":
            self._list, self._is_multiple = told.get("name"), "multiple" in told
        elif tag == "option":
            self._note_option(told.get("value", ""))
        elif tag == "a" and _FORMAT in told.get("href", ""):
            self.link = self.link or told["href"]

    def handle_endtag(self, tag: str) -> None:
        """Leave a list."""
        if tag == "select":
            self._list = None

    def _note_input(self, told: dict[str, str]) -> None:
        name, kind = told.get("name", ""), told.get("type", "").lower()
        if name and kind == "hidden":
            self.hidden[name] = told.get("value", "")
        elif kind == "submit" and name.endswith(_VIEW):
            self.button = name, told.get("value", "")

    def _note_option(self, value: str) -> None:
        if _FORMAT in value and "/" in value:
            self.link = self.link or value
        elif self._list and self._is_multiple:
            self.lists.setdefault(self._list, []).append(value)
        elif self._list and value.startswith(_FORMAT):  # some pages offer version 2 only
            self.formats = self.formats or (self._list, value)


def _seen(source: Source, page: Page) -> _Form:
    """What a page holds; its link or its form.

    Raises:
        ReaderError: it holds neither: an error page, or another page altogether.
    """
    text = page.body.decode("utf-8", errors="replace")
    form = _Form()
    with suppress(AssertionError):  # what the parser makes of a broken declaration; it has read what stands before it
        form.feed(text)
        form.close()
    if form.link is None and (form.action is None or not form.lists or not (form.formats or form.button)):
        raise ReaderError(f"{source.id}: the page holds no PX-Web form with lists of values: {excerpt(text)!r}")
    return form
