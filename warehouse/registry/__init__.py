"""The registry: what people edit and the program only reads.

Put here: the models of the registry's entries, the loader that checks them as a set, and the files themselves
(communities, editions, indicators, units, sources, frameworks, methods, corrections, curated figures, evidence).
Not here: anything computed from figures (`pipelines`), tables (`warehouse/contracts`).
"""

from warehouse.registry.load import Registry, RegistryError, load_registry

__all__ = ["Registry", "RegistryError", "load_registry"]
