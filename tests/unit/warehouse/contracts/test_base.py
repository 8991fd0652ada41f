"""A table is checked against its contract, and what breaks it is named."""

import pandas as pd
import pandera.pandas as pa
import pytest

from warehouse.contracts import Contract, ContractError, describe, empty, enforce, key_of
from warehouse.contracts.base import NullableInteger


class Dwelling(Contract):
    """One dwelling.

    More than a line is for readers of the code.
    """

    street: str = pa.Field(str_matches=r"^[A-Z]", description="street")
    number: int = pa.Field(ge=1, description="number in the street")
    kind: str = pa.Field(isin=["house", "boat"], description="what it is")
    rent: float = pa.Field(ge=0, le=9000, nullable=True, description="yearly, in guilders; empty: not let")
    rooms: NullableInteger = pa.Field(ge=1, nullable=True, description="rooms")
    is_listed: bool = pa.Field(description="protected")

    class Config(Contract.Config):
        """Table."""

        name = "core.dwelling"
        unique = ["street", "number"]  # noqa: RUF012 (pandera reads a plain list)


def dwellings(**values: object) -> pd.DataFrame:
    """Two valid rows; a value that is given stands in the second."""
    first = {"street": "Keizersgracht", "number": 1, "kind": "boat", "rent": 10.5, "rooms": 2, "is_listed": True}
    second = first | {"number": 2, "rent": None, "rooms": None} | values
    return pd.DataFrame([first, second])


def test_valid_rows_pass_in_the_contract_s_order_and_types() -> None:
    checked = enforce(Dwelling, dwellings()[["rooms", "rent", "is_listed", "kind", "number", "street"]])
    assert list(checked.columns) == ["street", "number", "kind", "rent", "rooms", "is_listed"]
    assert [str(checked[name].dtype) for name in ("number", "rent", "rooms", "is_listed")] == [
        "int64",
        "float64",
        "Int64",
        "bool",
    ]
    assert checked["rent"].isna().tolist() == [False, True]
    assert checked["rooms"].isna().tolist() == [False, True]


BROKEN = [
    pytest.param({"street": None}, "street", "not_nullable", id="null in NOT NULL"),
    pytest.param({"street": "keizersgracht"}, "street", "str_matches", id="pattern"),
    pytest.param({"number": 0}, "number", "greater_than_or_equal_to", id="below the range"),
    pytest.param({"rent": 9000.01}, "rent", "less_than_or_equal_to", id="above the range"),
    pytest.param({"rent": float("inf")}, "rent", "infinity", id="infinity"),
    pytest.param({"rent": float("-inf")}, "rent", "infinity", id="minus infinity"),
    pytest.param({"rent": "dear"}, "rent", "float64", id="text for a number"),
    pytest.param({"kind": "tent"}, "kind", "isin", id="not in the list"),
    pytest.param({"number": 1.5}, "number", "without loss", id="half a number"),
    pytest.param({"rooms": 1.5}, "rooms", "Int64", id="half a room"),
    pytest.param({"number": None}, "number", "empty in 1 rows", id="null in a whole number"),
    pytest.param({"is_listed": "false"}, "is_listed", "without loss", id="text for true or false"),
    pytest.param({"is_listed": None}, "is_listed", "empty in 1 rows", id="null in true or false"),
]


@pytest.mark.parametrize(("values", "column", "rule"), BROKEN)
def test_what_breaks_the_contract_is_named(values: dict[str, object], column: str, rule: str) -> None:
    with pytest.raises(ContractError) as caught:
        enforce(Dwelling, dwellings(**values))
    message = str(caught.value)
    assert message.startswith("core.dwelling: ")
    assert column in message
    assert rule in message


def test_a_duplicate_key_is_named_with_its_values() -> None:
    with pytest.raises(ContractError, match=r"core\.dwelling: the same key more than once") as caught:
        enforce(Dwelling, dwellings(number=1))
    assert "street=Keizersgracht, number=1" in str(caught.value)


def test_a_missing_column_is_named() -> None:
    with pytest.raises(ContractError, match=r"core\.dwelling: columns missing: kind, rent"):
        enforce(Dwelling, dwellings().drop(columns=["rent", "kind"]))


def test_a_column_too_many_is_named() -> None:
    with pytest.raises(ContractError, match=r"core\.dwelling: columns that the contract does not know: colour"):
        enforce(Dwelling, dwellings().assign(colour="red"))


def test_long_lists_of_faults_are_cut() -> None:
    frame = dwellings(street="x", number=0, kind="y", rent=-1.0, rooms=0)
    frame = pd.concat([frame, frame.assign(rent=9001.0)])
    with pytest.raises(ContractError, match=r"; and \d more$"):
        enforce(Dwelling, frame)


def test_describe_tells_columns_as_ddl_and_dictionary_need_them() -> None:
    columns = {column.name: column for column in describe(Dwelling)}
    assert list(columns) == ["street", "number", "kind", "rent", "rooms", "is_listed"]
    assert columns["rent"].type == "float64"
    assert columns["rent"].is_nullable
    assert columns["rent"].description == "yearly, in guilders; empty: not let"
    assert dict(columns["rent"].checks) == {
        "greater_than_or_equal_to": {"min_value": 0},
        "less_than_or_equal_to": {"max_value": 9000},
    }
    assert not columns["street"].is_nullable


def test_the_key_is_a_list_also_where_one_column_is_written() -> None:
    class Street(Contract):
        street: str = pa.Field(description="street")

        class Config(Contract.Config):
            name = "core.street"
            unique = "street"

    class Note(Contract):
        text: str = pa.Field(description="text")

        class Config(Contract.Config):
            name = "core.note"

    assert key_of(Dwelling) == ["street", "number"]
    assert key_of(Street) == ["street"]
    assert key_of(Note) == []


def test_an_empty_table_meets_its_contract() -> None:
    frame = empty(Dwelling)
    assert len(frame) == 0
    assert list(enforce(Dwelling, frame).columns) == [column.name for column in describe(Dwelling)]
