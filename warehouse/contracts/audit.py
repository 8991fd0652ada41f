"""Contracts of the book-keeping: runs, releases, sources, dictionary.

Put here: tables about the benchmark's making.
Not here: anything about a community.
"""

import pandera.pandas as pa

from warehouse.contracts.base import Contract, NullableInteger


class Run(Contract):
    """The run that built this release."""

    run_id: str = pa.Field(description="Dagster's id of the run")
    finished_at: str = pa.Field(description="UTC time when the tables were complete, ISO 8601")
    code_version: str = pa.Field(description="version of the program, and commit where known")
    registry_sha256: str = pa.Field(description="hash of all registry files")
    inputs_sha256: str = pa.Field(
        description="hash of program, registry, figures of the sources and licence; the same gives the same tables"
    )
    method_sha256: str = pa.Field(description="hash of the scoring methods together")
    python_version: str = pa.Field(description="Python")
    duckdb_version: str = pa.Field(description="DuckDB")
    licence: str = pa.Field(
        isin=["any", "open"], description="which sources were used: all, or those free for commercial use alone"
    )

    class Config(Contract.Config):
        """Table."""

        name = "audit.run"
        unique = ["run_id"]


class Release(Contract):
    """This published file."""

    release_id: str = pa.Field(description="number of the release")
    run_id: str = pa.Field(description="run that built it")
    published_at: str = pa.Field(description="UTC time of publishing, ISO 8601")
    notice: str = pa.Field(description="whose scores these are")

    class Config(Contract.Config):
        """Table."""

        name = "audit.release"
        unique = ["release_id"]


class SourceStatus(Contract):
    """How each source stands, what it delivered, and what became of it."""

    source_id: str = pa.Field(description="source")
    licence: str = pa.Field(description="licence of its figures")
    is_open: bool = pa.Field(description="may be used commercially, with attribution")
    is_local: bool = pa.Field(description="read from a disk; others are asked over the network")
    rhythm_days: NullableInteger = pa.Field(nullable=True, ge=1, description="days between two publications")
    key_variable: str = pa.Field(
        nullable=True, description="environment variable of its key; empty where none is asked"
    )
    needs_key: bool = pa.Field(description="gives no answer without a key")
    has_key: bool = pa.Field(description="a key was there when this was written")
    answer_id: str = pa.Field(nullable=True, description="newest of the answers in use; empty before the first")
    retrieved_at: str = pa.Field(nullable=True, description="when the source last said what is in use, UTC, ISO 8601")
    age_days: NullableInteger = pa.Field(nullable=True, ge=0, description="whole days since then")
    last_asked_at: str = pa.Field(
        nullable=True, description="when it was last asked, however that ended, UTC, ISO 8601"
    )
    last_error: str = pa.Field(description="what went wrong when it was last asked; empty when nothing did")
    held_back: int = pa.Field(ge=0, description="answers that wait for somebody to accept them")
    requests: int = pa.Field(ge=0, description="questions whose answers are in use")
    staged: int = pa.Field(ge=0, description="figures delivered: values in the answers in use")
    observations: int = pa.Field(ge=0, description="values that became observations")
    rejected: int = pa.Field(ge=0, description="values rejected, each with its reason")
    chosen: int = pa.Field(ge=0, description="observations chosen to speak for a community in some edition")

    class Config(Contract.Config):
        """Table."""

        name = "audit.source_status"
        unique = ["source_id"]


class Revision(Contract):
    """One difference between two answers to the same request."""

    revision_id: str = pa.Field(description="our id")
    source_id: str = pa.Field(description="source")
    request_id: str = pa.Field(description="what was asked")
    old_answer_id: str = pa.Field(description="answer before")
    new_answer_id: str = pa.Field(description="answer after")
    found_at: str = pa.Field(description="UTC time, ISO 8601")
    kind: str = pa.Field(
        isin=["added", "removed", "revised", "moved", "unit", "code", "columns", "rows"],
        description="what differs; `moved`: by more than the figure's history explains",
    )
    series: str = pa.Field(description="series; empty where the difference is the answer's")
    area: str = pa.Field(description="source's code of the area")
    year: str = pa.Field(description="year as printed")
    old_value: str = pa.Field(description="before, as printed")
    new_value: str = pa.Field(description="after, as printed")
    is_suspicious: bool = pa.Field(description="held the answer back until somebody accepts it")
    detail: str = pa.Field(description="the difference in words")

    class Config(Contract.Config):
        """Table."""

        name = "audit.revision"
        unique = ["revision_id"]


class TableCount(Contract):
    """How many rows each table of this release has."""

    table_name: str = pa.Field(description="schema.table")
    rows: NullableInteger = pa.Field(ge=0, description="rows")

    class Config(Contract.Config):
        """Table."""

        name = "audit.table_count"
        unique = ["table_name"]


class Dictionary(Contract):
    """Each column of each table, in words."""

    table_name: str = pa.Field(description="schema.table")
    position: int = pa.Field(ge=1, description="place of the column")
    column_name: str = pa.Field(description="column")
    type: str = pa.Field(description="DuckDB type")
    is_nullable: bool = pa.Field(description="may be empty")
    is_key: bool = pa.Field(description="part of the key")
    description: str = pa.Field(description="what it holds, with its unit")

    class Config(Contract.Config):
        """Table."""

        name = "audit.dictionary"
        unique = ["table_name", "column_name"]
