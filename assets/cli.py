"""The `smart21` command. Each group of commands is in a module of its own."""

import typer

from assets.cli_index import index_app

app = typer.Typer(name="smart21", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
app.add_typer(index_app)


@app.callback()
def _root() -> None:
    """Benchmarks and composite indicators."""


def main() -> None:
    """Run the command line."""
    app()
