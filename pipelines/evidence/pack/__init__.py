"""The pack: what a community can show for a framework, in files that people and programs open.

Put here: the pack's content, the document that tells it, and a writer a format.
Not here: working the answers out (`pipelines/evidence`), reading the published file (`warehouse/query.py`).
"""
