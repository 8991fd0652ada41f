"""Every text of the evidence is in every catalogue, with the same facts in it."""

import string
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from pipelines.evidence import language
from pipelines.evidence.language import LANGUAGES, REGISTRY, catalogue_path
from pipelines.registry_tables import registry_tables
from warehouse.registry import load_registry

KEYWORDS = {**dict.fromkeys(("_", "mark", "translate", "_translate", "told", "coded"), (1,)), "plural": (1, 2)}
CODE = Path(language.__file__).parent
WORKBOOK = CODE / "workbook" / "labels.yml"
OTHERS = LANGUAGES[1:]


@cache
def _catalogue(code: str) -> Catalog:
    with catalogue_path(code).open("rb") as file:
        return read_po(file, locale=code)


def _used() -> set[str]:
    found = extract_from_dir(CODE, method_map=[("**.py", "python")], keywords=KEYWORDS)
    return {message if isinstance(message, str) else message[0] for _, _, message, _, _ in found}


def _facts(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("code", OTHERS)
def test_every_text_of_the_code_is_translated(code: str) -> None:
    used = _used()
    assert len(used) > 300  # the extraction found the texts
    lacking = [text for text in used if not (found := _catalogue(code).get(text)) or not found.string]
    assert not lacking


@pytest.mark.parametrize("code", OTHERS)
def test_every_text_of_the_catalogue_is_used(code: str) -> None:
    texts = {str(_one(message)) for message in _catalogue(code) if message.id and not message.context}
    assert texts <= _used()


@pytest.mark.parametrize("code", OTHERS)
def test_a_translation_tells_the_same_facts(code: str) -> None:
    wrong = []
    for message in _catalogue(code):
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        told = message.id[-1] if isinstance(message.id, tuple) else message.id  # only the plural must tell the number
        if told and any(_facts(text) != _facts(str(told)) for text in strings):
            wrong.append(message.id)
    assert not wrong


def _one(message: Message) -> object:
    return message.id[0] if isinstance(message.id, tuple) else message.id


@pytest.mark.parametrize("code", OTHERS)
def test_questions_units_and_notices_of_the_registry_are_translated(code: str) -> None:
    tables = registry_tables(load_registry())
    texts = {*tables["core.data_point"]["question"], *tables["core.indicator"]["unit"]}
    texts |= {*tables["core.framework"]["notice"], *tables["core.framework"]["name"]}
    assert not [text for text in texts if not _catalogue(code).get(text, context=REGISTRY)]


def test_the_glossary_holds_in_the_catalogue_and_in_the_workbook() -> None:
    """Words that were used for the same thing before one was agreed on, see the head of the catalogue."""
    given_up = ("chứng cứ", "bộ tiêu chí", "điểm dữ liệu", "chức danh", "nơi công bố", "cùng danh sách", "liên kết ba")
    told = [str(message.string).casefold() for message in _catalogue("vi")]
    told.append(WORKBOOK.read_text(encoding="utf-8").casefold())
    assert not [(word, text) for word in given_up for text in told if word in text]
