"""What is known and how it is kept: registry, table contracts, lake, published file.

Put here: models and files of the registry, contracts, storage; this ring imports nothing of the other two.
Not here: how figures become scores (`pipelines`), when that happens (`assets`).
"""
