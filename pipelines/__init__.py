"""How one thing becomes the next: bytes, rows, observations, choices, scores.

Put here: plain functions of tables; this ring knows the registry and the contracts, and nothing of Dagster or DuckDB.
Not here: when something runs (`assets`), how it is kept (`warehouse`).
"""
