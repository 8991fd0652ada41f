"""Files that a community's own staff fill in: the template, reading them, and the report on every row.

Put here: everything that knows what such a file looks like.
Not here: turning rows into staged figures of a source (`pipelines/readers/drop_folder.py`).
"""
