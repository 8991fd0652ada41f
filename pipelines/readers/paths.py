"""Paths through JSON: names and positions joined by dots.

Put here: following a path, and telling whether one speaks of an error.
Not here: what lies at its end (`json_records.py`, `jsonstat.py`).
"""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from pipelines.readers.base import ReaderError
from pipelines.readers.bodies import excerpt

ABSENT = object()
"""What lies at the end of a path that leads nowhere."""
_CONDITION = re.compile(r"(?P<path>.+?)(?P<sign>!?=)(?P<text>.*)")


def look(node: Any, parts: Sequence[str]) -> Iterator[Any]:
    """Everything at the end of a path; `*` goes through lists and objects, names may hold dots themselves."""
    if not parts:
        yield node
    elif parts[0] == "*":
        for item in _items(node):
            yield from look(item, parts[1:])
    elif isinstance(node, dict):
        for taken in range(1, len(parts) + 1):
            if (name := ".".join(parts[:taken])) in node:
                yield from look(node[name], parts[taken:])
                return
    elif isinstance(node, list) and parts[0].isdecimal() and int(parts[0]) < len(node):
        yield from look(node[int(parts[0])], parts[1:])


def first(node: Any, path: str) -> Any:
    """What lies at the end of a path: with `*`, the first that holds something; ABSENT where it leads nowhere."""
    found = ABSENT
    for found in look(node, path.split(".")):
        if found is not None:
            break
    return found


def refuse_errors(document: Any, paths: Sequence[str], source_id: str) -> None:
    """Refuse an answer that is an error.

    Args:
        document: the answer.
        paths: where errors stand, as in `JsonRecords.errors`.
        source_id: for the sentence.

    Raises:
        ReaderError: saying what the service said.
    """
    for path in paths:
        condition = _CONDITION.fullmatch(path)
        for found in look(document, (condition["path"] if condition else path).split(".")):
            if _is_error(found, condition):
                said = excerpt(json.dumps(found if condition is None else document, ensure_ascii=False))
                raise ReaderError(f"{source_id}: the service answers with an error ({path}): {said}")


def _is_error(found: Any, condition: re.Match[str] | None) -> bool:
    if condition is None:
        return found not in (None, "", [], {})
    return (found == condition["text"]) == (condition["sign"] == "=")


def _items(node: Any) -> list[Any]:
    if isinstance(node, dict):
        return list(node.values())
    return node if isinstance(node, list) else []
