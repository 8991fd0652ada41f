"""Where each asset is written, so that Dagster's interface can lead to it.

Put here: the function of every asset, and of a source the file that declares it.
Not here: what assets are made from (`lineage.py`).
"""

import warnings
from collections.abc import Iterable, Iterator

import dagster as dg

from assets.logs import OF_SOURCES
from warehouse.registry import Registry


def with_code(assets: Iterable[dg.AssetsDefinition], registry: Registry) -> list[dg.AssetsDefinition]:
    """The same assets, each with the file and line of its function, those of a source with its YAML file too.

    Dagster's own `with_source_code_references` reads every function's text for its line and costs twice as much.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", dg.BetaWarning)  # used in this one place, in case its names change
        return [_located(one, registry) for one in assets]


def _located(made: dg.AssetsDefinition, registry: Registry) -> dg.AssetsDefinition:
    code = made.op.compute_fn.decorated_fn.__code__  # type: ignore[union-attr]
    function = dg.LocalFileCodeReference(file_path=code.co_filename, line_number=code.co_firstlineno)

    def locate(spec: dg.AssetSpec) -> dg.AssetSpec:
        references = dg.CodeReferencesMetadataValue(code_references=[*_declared(spec.key, registry), function])
        return spec.merge_attributes(metadata={"dagster/code_references": references})

    return made.map_asset_specs(locate)


def _declared(key: dg.AssetKey, registry: Registry) -> Iterator[dg.LocalFileCodeReference]:
    group, *name = key.path
    if group in OF_SOURCES:
        path = registry.root / "sources" / f"{name[-1]}.yml"
        yield dg.LocalFileCodeReference(file_path=str(path), label=path.name)
