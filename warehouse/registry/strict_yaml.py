"""YAML as the registry takes it: plain data, each key once, of a size and depth that people write.

Put here: what the safe loader lets pass and a registry must not hold.
Not here: files and their errors (`load.py`), what an entry must look like (`models.py`).
"""

import re
from collections.abc import Hashable
from itertools import accumulate
from typing import Any

import yaml

MOST_NODES = 1_000_000
"""Values of a document with every alias written out; a few short lines of aliases can stand for billions."""

MOST_DEPTH = 50
"""Lists and mappings inside each other; the parser, which is written in C, crashes at some ten thousand."""

MOST_OPEN = 1_000
"""Brackets that are opened and not closed, those inside texts too; the parser's time grows with their square."""


def load_strictly(text: str) -> Any:
    """Parse one document.

    Raises:
        ValueError: it is no YAML, or holds tags, doubled keys, or more than the limits above; says where.
    """
    try:
        _refuse_bombs(text)
        return yaml.load(text, Loader=_StrictLoader)  # noqa: S506 (a safe loader)
    except ValueError:  # not to be wrapped again: a date that does not exist, a number with too many digits
        raise
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from error
    except Exception as error:  # a standard tag on a wrong value makes the library raise whatever it stumbles over
        raise ValueError(f"a tag or value that cannot be read: {error}") from error


class _StrictLoader(yaml.CSafeLoader):
    """PyYAML's safe loader, which also refuses a key that is written twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, Hashable):
                break  # refused by the safe loader itself
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"key {key!r} is written twice", key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep)


def _refuse_bombs(text: str) -> None:
    """Walk through the document without building it."""
    brackets = (1 if bracket in "[{" else -1 for bracket in re.findall(r"[][{}]", text))
    if max(accumulate(brackets), default=0) > MOST_OPEN:
        raise ValueError(f"more than {MOST_OPEN:,} brackets are opened and not closed")
    sizes: dict[str, int] = {}  # of what each anchor stands for
    inside: list[tuple[str | None, int]] = [(None, 0)]  # anchor of each collection that is open, and its size so far
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        anchor, size = getattr(event, "anchor", None), 0
        if isinstance(event, yaml.CollectionStartEvent):
            inside.append((anchor, 1))
            continue
        if isinstance(event, yaml.AliasEvent):
            size = sizes.get(anchor or "", MOST_NODES + 1)  # what is unknown here is still open: it holds itself
        elif isinstance(event, yaml.CollectionEndEvent):
            anchor, size = inside.pop()
        elif isinstance(event, yaml.ScalarEvent):
            size = 1
        if anchor:
            sizes[anchor] = size
        inside[-1] = (inside[-1][0], inside[-1][1] + size)
        _refuse_size(inside[-1][1], len(inside), event.start_mark.line + 1 if event.start_mark else 0)


def _refuse_size(size: int, depth: int, line: int) -> None:
    if depth > MOST_DEPTH + 1:
        raise ValueError(f"line {line}: more than {MOST_DEPTH} lists and mappings inside each other")
    if size > MOST_NODES:
        raise ValueError(f"line {line}: aliases make more than {MOST_NODES:,} values, or something that holds itself")
