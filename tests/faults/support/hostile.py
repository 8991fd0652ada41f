"""Content that means harm: texts that other programs take for commands, and files that swell.

Put here: the content, and what must become of it.
Not here: damage by chance (`fuzz.py`).
"""

import io
import time
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import yaml
from inputs import kinds, refusal
from small import small_registry

from warehouse.registry import RegistryError, load_registry
from warehouse.registry.load import read_yaml

TEXTS = {
    "quotes": "'\"`; DROP TABLE core.area; --", "path": "../../etc/passwd", "html": "<script>alert(1)</script>",
    "formula": '=HYPERLINK("https://example.org")', "sum": "@SUM(A1)", "minus": "-1+1", "tab": "\t=1+1",
    "zero": "a\x00b", "template": "{{ 7*7 }}${7*7}{0.__class__}", "megabyte": "x" * 1_000_000, "direction": "a\u202eb",
    "shell": "$(id)`id`|id", "break": "a\r\nb", "nothing": "",
}  # fmt: skip
"""Texts by what they try."""

SHORT = ("quotes", "path", "formula", "zero")

PIECES = [
    *(text[:60].encode() for text in TEXTS.values()),
    b"\xff\xfe", b"\xef\xbb\xbf", b"1e999", b"NaN", b"-0", b"null", b"{", b"[", b'"', b"'", b"&a", b"*a", b"!!int ''",
    b"!!python/object/apply:os.system", b"<<: *a", b"? ", b"- - - -", b"\n---\n", b"9" * 60, b"\xed\xa0\x80",
]  # fmt: skip
"""What is put into good files."""

YAML_FILES = {
    "billion laughs": "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{f'*a{n - 1}, ' * 9}*a{n - 1}]\n" for n in range(1, 12)),
    "holds itself": "&a [*a]",
    "deep flow": "[" * 100_000,
    "deep block": "- " * 50_000 + "a",
    "code": "!!python/object/apply:os.system ['false']",
    "empty int": "!!int ''",
    "no bool": "!!bool perhaps",
    "no time": "!!timestamp soon",
    "no set": "!!set [1]",
    "many digits": "9" * 10_000,
    "a key twice": "id: a\nid: b",
}
PATIENCE = 60.0
"""Seconds that refusing may take, on a busy machine; a bomb that goes off takes longer or never ends."""


def contents(*, is_short: bool) -> dict[str, Callable[[Path], None]]:
    """By name: what brings the content into a folder and looks what becomes of it; of texts a few in the short form."""
    texts = {name: TEXTS[name] for name in SHORT} if is_short else TEXTS
    found: dict[str, Callable[[Path], None]] = {}
    found |= {f"YAML, {name}": partial(_yaml, text) for name, text in YAML_FILES.items()}
    found |= {f"ids and labels of the registry, {name}": partial(_registry, text) for name, text in texts.items()}
    found |= {f"zip bomb in {name}": partial(_bomb, name) for name in ("answer/table_xlsx", "dropped/xlsx")}
    return found


def _yaml(text: str, folder: Path) -> None:
    path = folder / "units.yml"
    path.write_text(text, encoding="utf-8")
    began = time.monotonic()
    told = refusal(RegistryError, lambda: read_yaml(path))
    assert "units.yml" in told
    assert len(told) < 20_000, "the error repeats the bomb"
    assert time.monotonic() - began < PATIENCE


def _registry(text: str, folder: Path) -> None:
    """As a label it is kept letter by letter or refused; as an id it is refused."""
    root = small_registry(folder)
    path = root / "communities.yml"
    entries = yaml.safe_load(path.read_text(encoding="utf-8"))
    for key in ("name", "id"):
        changed = [dict(entries[0]) | {key: text}, *entries[1:]]
        path.write_text(yaml.safe_dump(changed, allow_unicode=True), encoding="utf-8")
        told = refusal(RegistryError, lambda: _is_kept(root, text))
        assert told or key == "name", f"{text[:60]!r} is taken for an id"
        assert len(told) < 20_000, "the error repeats the content"


def _is_kept(root: Path, name: str) -> None:
    assert load_registry(root).communities[0].name == name


def _bomb(name: str, folder: Path) -> None:
    """A workbook that would unpack to 600 megabytes."""
    good, read = kinds()[name]
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(good)) as old,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
    ):
        for part in old.infolist():
            new.writestr(part, old.read(part))
        with new.open("xl/worksheets/sheet9.xml", "w", force_zip64=True) as sheet:
            for _ in range(600):
                sheet.write(b"\0" * 1_000_000)
    began = time.monotonic()
    read(file.getvalue())
    assert time.monotonic() - began < PATIENCE
