"""No spelling of a secret passes, and nothing else is touched."""

import html
import io
import json
import logging
import re
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.redact import Redactor, proxy_secrets

SECRETS = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=6, max_size=40).map(str.strip)
SPELLINGS = [
    str,
    quote,
    quote_plus,
    lambda secret: quote(secret, safe=""),
    lambda secret: re.sub("%..", lambda code: code[0].lower(), quote(secret, safe="")),
    lambda secret: quote(quote(secret, safe=""), safe=""),
    lambda secret: quote(quote_plus(secret), safe=""),
    lambda secret: json.dumps(secret)[1:-1],
    lambda secret: json.dumps(secret)[1:-1].replace("/", r"\/"),
    lambda secret: "".join(f"%{byte:02X}" for byte in secret.encode()),
    lambda secret: "".join(f"\\u{ord(sign):04x}" for sign in secret),
    html.escape,
    lambda secret: "".join(f"&#{ord(sign)};" for sign in secret),
    lambda secret: "".join(f"&#x{ord(sign):X};" for sign in secret),
]


def redactor(*secrets: str) -> Redactor:
    made = Redactor()
    made.learn(secrets)
    return made


@pytest.mark.parametrize("spell", SPELLINGS)
@settings(max_examples=30)
@given(SECRETS.filter(lambda secret: len(secret) > 5))
def test_every_spelling_is_found(spell, secret):
    assert redactor(secret).text(f"<{spell(secret)}>") == "<***>"


@given(st.text(), st.binary())
def test_what_holds_no_secret_is_left_as_it_is(text, content):
    nobody, somebody = redactor(), redactor("\x00 never \x00")
    assert nobody.text(text) == text
    assert nobody.bytes(content) == content
    assert somebody.bytes(content) == content


def test_the_longer_of_two_secrets_is_taken_whole():
    assert redactor("abcdef", "abcdefghi").text("abcdefghi abcdef") == "*** ***"


def test_an_empty_secret_is_none():
    assert redactor("", "abcdef").text("xyz") == "xyz"


def test_log_records_pass_without_secrets_arguments_and_traceback_too():
    stream = io.StringIO()
    logger = logging.Logger("library")
    logger.addHandler(logging.StreamHandler(stream))
    logger.addFilter(redactor("s3cret"))
    try:
        raise ValueError("no s3cret")
    except ValueError:
        logger.exception("GET %s", "/v1?key=s3cret")
    told = stream.getvalue()
    assert "GET /v1?key=***" in told
    assert "ValueError: no ***" in told
    assert "s3cret" not in told


def test_passwords_of_proxies_are_secrets():
    environment = {"HTTPS_PROXY": "http://me:p%40ss@proxy.example:3128", "http_proxy": "you:w0rd@proxy", "HOME": "a@b"}
    assert proxy_secrets(environment) == {"p%40ss", "p@ss", "w0rd"}
