"""The lineage of columns names columns that exist, and leads from every rank back to the sources."""

from assets.lineage import MADE_FROM, observation_lineage
from warehouse.contracts import columns_of

METADATA = "dagster/column_lineage"


def test_every_named_column_exists() -> None:
    named = {f"{table}.{column}" for table, columns in MADE_FROM.items() for column in columns}
    named |= {source for columns in MADE_FROM.values() for sources in columns.values() for source in sources}
    for name in named:
        schema, table, column = name.split(".")
        assert column in columns_of(f"{schema}.{table}"), name


def test_a_rank_leads_back_to_the_values_of_the_sources() -> None:
    made_from = {
        f"{table}.{column}": sources for table, columns in MADE_FROM.items() for column, sources in columns.items()
    }
    lineage = observation_lineage(["world_bank", "survey"])[METADATA].deps_by_column
    made_from["core.observation.printed_value"] = tuple(
        f"{'.'.join(one.asset_key.path)}.{one.column_name}" for one in lineage["printed_value"]
    )
    reached, ahead = set(), ["mart.benchmark.rank"]
    while ahead:
        name = ahead.pop()
        reached.add(name)
        ahead += [source for source in made_from.get(name, ()) if source not in reached]
    assert {"staging.world_bank.value", "staging.survey.value"} <= reached
