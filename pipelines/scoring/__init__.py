"""Composite indicators by the OECD/JRC Handbook: numbers in, numbers out.

Here belong the statistical steps of an index (screen, denominate, impute, treat, normalise, weight,
aggregate, analyse)
and the `Method` that names them. Files, frames with dirty cells, registries and databases do not: see
`pipelines.index`.
"""
