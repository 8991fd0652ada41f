"""The commands put together, and how they end.

Put here: the list of commands and the translation of an ending into an exit code.
Not here: any command.
"""

import os
import sys
from collections.abc import Sequence
from importlib import import_module

import typer
from rich.markup import escape

from assets.cli.show import FAILED, OK, Stop, err

COMMANDS = {
    "run": "assets.cli.run",
    "rank": "assets.cli.read",
    "compare": "assets.cli.read",
    "explain": "assets.cli.read",
    "improve": "assets.cli.improve",
    "sensitivity": "assets.cli.sensitivity",
    "query": "assets.cli.read",
    "sources": "assets.cli.sources",
    "evidence": "assets.cli.evidence",
    "releases": "assets.cli.releases",
    "metrics": "assets.cli.metrics",
    "vacuum": "assets.cli.upkeep",
    "upgrade": "assets.cli.upkeep",
    "doctor": "assets.cli.doctor",
    "dev": "assets.cli.dev",
    "index": "assets.cli.index_app",
}
"""Module of each command; its function bears the command's name, a group of commands is its `<name>_app`."""


def build(asked: Sequence[str]) -> typer.Typer:
    """The application; of the commands only the one asked for is imported, since others' libraries take seconds.

    Args:
        asked: the words after `smart21`.
    """
    app = typer.Typer(
        name="smart21",
        help="Benchmarks of the Smart21 communities: build them, ask them, see what they are made of.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        add_completion=False,
    )
    app.callback()(lambda: None)
    for name in [asked[0]] if asked and asked[0] in COMMANDS else COMMANDS:
        module = import_module(COMMANDS[name])
        if group := getattr(module, f"{name}_app", None):
            app.add_typer(group)
        else:
            app.command(name)(getattr(module, name))
    return app


def main() -> None:
    """Run a command; a user's mistake ends in a sentence, never in a stack trace."""
    try:
        build(sys.argv[1:])()
    except Stop as stop:
        if str(stop):
            err.print(escape(str(stop)), style="red" if stop.code != OK else None)
        sys.exit(stop.code)
    except BrokenPipeError:  # the reader of a pipe, such as `head`, had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(OK)
    except OSError as error:  # no room, no permission, no descriptor left: of this no command knows more
        err.print(escape(f"The system refused: {error}. What is published is untouched; mend it, then run again."))
        sys.exit(FAILED)
