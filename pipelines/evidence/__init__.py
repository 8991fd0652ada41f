"""Evidence: what a community can answer, from what, and how it is told.

Put here: answers made of figures and the register, the languages they are told in, and the pack of documents.
Not here: the register's own entries (`warehouse/registry`), scores (`pipelines/score.py`).
"""
