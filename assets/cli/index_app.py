"""`smart21 index`: the commands for anybody's own index, put together.

Put here: the list of commands.
Not here: any command (`index.py`, `index_uncertainty.py`).
"""

from assets.cli.index import index_app
from assets.cli.index_uncertainty import register

register(index_app)

__all__ = ["index_app"]
