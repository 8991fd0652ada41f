"""The walk through PX-Web's pages: form, page with a link, file."""

import json
from urllib.parse import parse_qs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kinds import PXWEB_LABELS, ROWS, as_old_cube, page_of, source_of

from pipelines.readers import pxweb_form
from pipelines.readers.base import Page, ReaderError

SELECTOR = "ctl00$Content$VariableSelector1"
FORM = f"""\ufeff<!DOCTYPE html><html><body>
<form method="post" action="./E02.01.px/" id="aspnetForm">
<input type="hidden" name="__VIEWSTATE" value="/wEPDwUK&amp;+MTI=" /><input type=hidden name="__EVENTTARGET" value="">
<input type="text" name="search" value="typed"><input type="checkbox" name="remember" value="on">
<select name="ctl00$Language"><option value="en" selected>English<option value="vi">Tiếng Việt</select>
<select name="{SELECTOR}$ctl01$ValuesListBox" multiple="multiple" size="7">
<option value="0">WHOLE COUNTRY</option><option value="1">Bình Dương</option></select>
<select multiple name="{SELECTOR}$ctl02$ValuesListBox"><option value="2023">2023<option value="2024">Prel. 2024</select>
<select name="{SELECTOR}$OutputFormatDropDownList"><option value="FileTypePX">PX</option>
<option value="FileTypeJsonStat">JSON-stat</option></select>
<input type="submit" name="{SELECTOR}$ButtonViewTable" value="Continue">
<input type="submit" name="{SELECTOR}$ButtonSearch" value="Search">
</form></body></html>""".encode()
LINKED = b"""<html><body><form action="./tableViewLayout1/"><select name="save"><option value="">Save as</option>
<option value="/pxweb/en/E02.01.px/table/?downloadfile=FileTypePX">PX</option>
<option value="/pxweb/en/E02.01.px/table/?downloadfile=FileTypeJsonStat">JSON-stat</option></select></form></html>"""
SOURCE = source_of(
    {"kind": "pxweb_form", "fields": PXWEB_LABELS}, calls=[{"url": "https://office.example/pxweb/en/E02.01.px/"}]
)


def first(body=FORM):
    return Page(pxweb_form.plan(SOURCE)[0], "f" * 64, body)


def test_the_form_goes_back_with_everything_selected():
    request = pxweb_form.following(SOURCE, first())
    assert request is not None
    assert (request.method, request.url) == ("POST", "https://office.example/pxweb/en/E02.01.px/E02.01.px/")
    assert request.media_type == "application/x-www-form-urlencoded"
    assert parse_qs(request.body or "", keep_blank_values=True) == {
        "__VIEWSTATE": ["/wEPDwUK&+MTI="], "__EVENTTARGET": [""],
        f"{SELECTOR}$ctl01$ValuesListBox": ["0", "1"], f"{SELECTOR}$ctl02$ValuesListBox": ["2023", "2024"],
        f"{SELECTOR}$OutputFormatDropDownList": ["FileTypeJsonStat"], f"{SELECTOR}$ButtonViewTable": ["Continue"],
    }  # fmt: skip


def test_the_state_of_the_page_is_no_part_of_the_question():
    one = pxweb_form.following(SOURCE, first())
    later = pxweb_form.following(SOURCE, first(FORM.replace(b"/wEPDwUK", b"/wANOTHER")))
    more = pxweb_form.following(SOURCE, first(FORM.replace(b'<option value="2023">', b'<option value="2022">')))
    assert one is not None
    assert later is not None
    assert more is not None
    assert one.body != later.body
    assert one.request_id == later.request_id != more.request_id


def test_a_page_that_links_to_the_file_leads_to_it():
    posted = pxweb_form.following(SOURCE, first())
    assert posted is not None
    request = pxweb_form.following(SOURCE, Page(posted, "f" * 64, LINKED))
    assert request is not None
    assert (request.method, request.body, request.page) == ("GET", None, 3)
    assert request.url == "https://office.example/pxweb/en/E02.01.px/table/?downloadfile=FileTypeJsonStat"


def test_the_file_ends_the_walk_and_only_it_has_figures():
    file = page_of(as_old_cube(("SERIES", "AREA", "YEAR", "OBS_VALUE"), ROWS), SOURCE, page=2)
    assert pxweb_form.following(SOURCE, file) is None
    assert pxweb_form.parse(SOURCE, file)["value"].tolist() == ["50.5", "1.50"]
    assert pxweb_form.parse(SOURCE, first()).empty


def test_pages_without_end_are_refused():
    with pytest.raises(ReaderError, match="paging does not end"):
        pxweb_form.following(SOURCE, page_of(LINKED, SOURCE, page=3))


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"<html><body>403 Forbidden</body></html>", id="no form"),
        pytest.param(b"<form action='/login'><input type=hidden name=a><input type=submit name=go></form>", id="login"),
        pytest.param(FORM.replace(b"FileTypeJsonStat", b"FileTypeX").replace(b"ButtonView", b"Other"), id="no format"),
    ],
)
def test_another_page_is_told(body):
    with pytest.raises(ReaderError, match="no PX-Web form"):
        pxweb_form.check(SOURCE, first(body))


THIEVES = [FORM.replace(b"./E02.01.px/", b"https://thief.example/"), LINKED.replace(b"/pxweb", b"//thief.example")]


@pytest.mark.parametrize("body", THIEVES, ids=["form", "link"])
def test_the_form_stays_with_the_host(body):
    with pytest.raises(ReaderError, match=r"another host, 'thief\.example'"):
        pxweb_form.following(SOURCE, first(body))


def test_a_new_layout_offers_version_2_only():
    request = pxweb_form.following(SOURCE, first(FORM.replace(b"FileTypeJsonStat", b"FileTypeJsonStat2")))
    assert request is not None
    assert "OutputFormatDropDownList=FileTypeJsonStat2" in (request.body or "")
    assert "FileTypeJsonStat" in json.loads(request.question or "")["as"]


PIECES = [b"", b"<![", b"<!--", b"&#x;", b"//[", b"<form>", b"</select>"]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_damage_to_the_page_is_followed_or_refused(data):
    body = bytearray(data.draw(st.sampled_from([FORM, LINKED])))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(body) - 1))
        body[at : at + data.draw(st.integers(0, 40))] = data.draw(st.sampled_from(PIECES))
        body = body or bytearray(b"<")
    assert stays_with_the_host(first(bytes(body)))


def stays_with_the_host(page):
    """Whether a page is refused with a sentence, or leads nowhere else."""
    try:
        pxweb_form.check(SOURCE, page)
        following = pxweb_form.following(SOURCE, page)
    except ReaderError as error:
        return str(error).startswith("office: ")
    return following is None or following.url.startswith("https://office.example/")
