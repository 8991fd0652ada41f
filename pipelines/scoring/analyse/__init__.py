"""Analyses of an index: what its data, structure and scores look like. None changes a score.

One module an analysis. Reading tables and writing results do not belong here: see `pipelines.index.analyse`.
"""
