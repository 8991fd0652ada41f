"""Single faults to put into a valid registry.

Put here: one small function per kind of change, and where the entries of the small registry lie.
Not here: the registry itself (`tests/conftest.py`).
"""

import copy
from collections.abc import Callable
from typing import Any

Files = dict[str, Any]


def _at(files: Files, *path: str | int) -> Any:
    """The entry at a path of keys and positions."""
    for step in path:
        files = files[step]
    return files


def change(*path: str | int, **values: Any) -> Callable[[Files], None]:
    """Set keys of the entry at the path."""
    return lambda files: _at(files, *path).update(values)


def repeat(*path: str | int, **values: Any) -> Callable[[Files], None]:
    """Append a copy of the entry at the path to its list, with some keys set."""
    return lambda files: _at(files, *path[:-1]).append(copy.deepcopy(_at(files, *path)) | values)


def drop(*path: str | int) -> Callable[[Files], None]:
    """Remove the last step of the path."""
    return lambda files: _at(files, *path[:-1]).pop(path[-1])


def content(name: str, text: str) -> Callable[[Files], None]:
    """Replace a file."""
    return lambda files: files.update({name: text})


def swap(name: str, old: str, new: str) -> Callable[[Files], None]:
    """Replace a piece of a text file."""
    return lambda files: files.update({name: files[name].replace(old, new)})


def last_line_twice(name: str) -> Callable[[Files], None]:
    """Repeat the last line of a text file."""
    return lambda files: files.update({name: files[name] + files[name].splitlines(keepends=True)[-1]})


COMMUNITY, EDITION, INDICATOR = ("communities.yml", 0), ("editions.yml", 0), ("indicators.yml", 0)
RATIO, SOURCE = ("indicators.yml", 3), ("sources/survey.yml",)
ICF, NAVIGATOR = ("frameworks/icf.yml",), ("frameworks/navigator.yml",)
ACCESS, POINT = (*ICF, "criteria", 1), (*ICF, "data_points", 0)
