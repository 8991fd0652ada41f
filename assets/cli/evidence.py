"""`smart21 evidence`: the commands about evidence, put together.

Put here: the list of commands.
Not here: any command (`evidence_workbook.py`).
"""

import typer

from assets.cli.evidence_workbook import workbook_app

evidence_app = typer.Typer(name="evidence", help="Evidence for an application: the register.", no_args_is_help=True)
evidence_app.add_typer(workbook_app, name="workbook")

__all__ = ["evidence_app"]
