"""Texts from the published file are made harmless, not changed."""

import pytest

from pipelines.evidence.pack.questions import clean, lens_of


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("a\x00b\x1bc\x7f", "abc"),
        ("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"),
        ("\ufeffabc\u202edef\u202c\u200e", "abcdef"),
        ("half \ud800 a pair", "half  a pair"),
        ("no character \uffff\ufffe", "no character "),
        ("Bi\u0300nh Du\u031bo\u031bng", "Bình Dương"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("tab\tand 😀 stay", "tab\tand 😀 stay"),
    ],
)
def test_what_nobody_sees_goes_and_the_rest_stays(text: str, left: str) -> None:
    assert clean(text) == left


def test_a_programme_is_shown_beside_icf_and_a_scored_framework_by_itself() -> None:
    assert [lens_of(framework) for framework in ("icf", "wta", "navigator")] == ["icf", "wta", "icf"]
