"""The command line `smart21`.

Put here: reading arguments, calling one thing, printing its answer.
Not here: anything that another program could want to call.
"""

from assets.cli.main import main

__all__ = ["main"]
