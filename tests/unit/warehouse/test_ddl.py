"""SQL made from contracts."""

import duckdb
import pandera.pandas as pa
import pytest

from warehouse import ddl
from warehouse.contracts import Contract


class Hostile(Contract):
    """It's a table; DROP TABLE users."""

    odd: str = pa.Field(alias='a "quoted" name', isin=["it's", "plain"], description="what's in it")
    size: float = pa.Field(le=1, description="size")

    class Config(Contract.Config):
        """Table."""

        name = "core.hostile"
        unique = ['a "quoted" name']  # noqa: RUF012 (pandera reads a plain list)


class Rare(Contract):
    """A check that has no SQL."""

    text: str = pa.Field(str_startswith="a", description="text")

    class Config(Contract.Config):
        """Table."""

        name = "core.rare"


def test_quotes_in_names_values_and_comments_stay_text() -> None:
    with duckdb.connect() as connection:
        connection.execute("CREATE SCHEMA core")
        connection.execute(ddl.create_table("core.hostile", Hostile))
        for comment in ddl.comments("core.hostile", Hostile):
            connection.execute(comment)
        connection.execute("INSERT INTO core.hostile VALUES ('it''s', 0.5)")
        assert connection.execute("SELECT comment FROM duckdb_tables()").fetchall() == [(Hostile.__doc__,)]
        columns = "SELECT column_name, comment FROM duckdb_columns() WHERE schema_name = 'core'"
        assert connection.execute(columns).fetchall() == [('a "quoted" name', "what's in it"), ("size", "size")]


@pytest.mark.parametrize(("value", "sql"), [(1, "1"), (0.5, "0.5"), ("it's", "'it''s'"), ("'; DROP", "'''; DROP'")])
def test_literals(value: object, sql: str) -> None:
    assert ddl.literal(value) == sql
    assert duckdb.execute(f"SELECT {ddl.literal(value)}").fetchall() == [(value,)]


def test_identifiers() -> None:
    assert ddl.identifier("core.area") == '"core"."area"'
    assert ddl.identifier('a"b') == '"a""b"'


def test_a_check_without_sql_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="text: no SQL is known for the check str_startswith"):
        ddl.create_table("core.rare", Rare)
