"""How sure the benchmark's ranks are: every assumption of a framework varied at once.

Put here: the benchmark as a function of draws, and the tables made of its answers.
Not here: sampling, intervals and indices (`pipelines/scoring`), what is assumed (the framework's YAML).
"""

from pipelines.uncertainty.tables import NAMES, Uncertain, analyse

__all__ = ["NAMES", "Uncertain", "analyse"]
