"""The commands put together, and how they end.

Put here: the list of commands and the translation of an ending into an exit code.
Not here: any command.
"""

import os
import sys

import typer
from rich.markup import escape

from assets.cli import doctor, read, run
from assets.cli.show import OK, Stop, err

app = typer.Typer(
    name="smart21",
    help="Benchmarks of the Smart21 communities: build them, ask them, see what they are made of.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
for command in (run.run, read.rank, read.compare, read.explain, read.query, doctor.doctor, run.dev):
    app.command()(command)


def main() -> None:
    """Run a command; a user's mistake ends in a sentence, never in a stack trace."""
    try:
        app()
    except Stop as stop:
        if str(stop):
            err.print(escape(str(stop)), style="red" if stop.code != OK else None)
        sys.exit(stop.code)
    except BrokenPipeError:  # the reader of a pipe, such as `head`, had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(OK)
