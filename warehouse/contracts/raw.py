"""Contracts of stored answers and of figures as their source wrote them.

Put here: tables before any interpretation.
Not here: anything with our units, areas or indicators (`core.py`).
"""

import pandera.pandas as pa

from warehouse.contracts.base import Contract, NullableInteger


class Answer(Contract):
    """One stored answer of a source: the bytes every figure leads back to."""

    answer_id: str = pa.Field(description="sha256 of the body")
    source_id: str = pa.Field(description="source that gave it first")
    url: str = pa.Field(description="address it came from, without secrets")
    parameters: str = pa.Field(description="request parameters as JSON, without secrets")
    status: int = pa.Field(description="HTTP status; 200 for a file read from disk")
    retrieved_at: str = pa.Field(description="UTC time when it first came, ISO 8601")
    media_type: str = pa.Field(description="what the body is")
    size_bytes: int = pa.Field(ge=1, description="length of the body in bytes")
    lake_path: str = pa.Field(description="where the body lies, relative to the lake")
    is_current: bool = pa.Field(description="the newest good answer of a request, which the tables were made from")

    class Config(Contract.Config):
        """Table."""

        name = "raw.answer"
        unique = ["answer_id"]


class Retrieval(Contract):
    """One time that a source was asked, and how it ended."""

    retrieval_id: str = pa.Field(description="our id: time and request")
    source_id: str = pa.Field(description="source")
    request_id: str = pa.Field(description="what was asked, without secrets: the same question has the same id")
    url: str = pa.Field(description="address without secrets")
    parameters: str = pa.Field(description="request parameters as JSON, without secrets")
    retrieved_at: str = pa.Field(description="UTC time of the end of the retrieval, ISO 8601")
    outcome: str = pa.Field(
        isin=["good", "unchanged", "quarantined", "accepted", "failed", "skipped"],
        description="how it ended; the newest good or accepted one of a request is in use",
    )
    status: NullableInteger = pa.Field(nullable=True, description="HTTP status; empty where nobody answered")
    headers: str = pa.Field(description="headers that matter as JSON: type, length, ETag, dates, limits")
    answer_id: str = pa.Field(nullable=True, description="stored answer; empty where none came")
    reason: str = pa.Field(description="why it failed, was skipped or is held back; empty otherwise")

    class Config(Contract.Config):
        """Table."""

        name = "raw.retrieval"
        unique = ["retrieval_id"]


class Figure(Contract):
    """One value as its source wrote it: every field is text."""

    staged_id: str = pa.Field(
        description="answer, question where it was asked one, and row: a1b2c3d4e5f60718:9e8d7c6b:2"
    )
    source_id: str = pa.Field(description="source")
    answer_id: str = pa.Field(description="stored answer that holds it")
    locator: str = pa.Field(description="where in the answer: the row number, the header being row 1")
    series: str = pa.Field(description="source's name of the series")
    area: str = pa.Field(description="source's code of the area")
    area_name: str = pa.Field(description="area as printed")
    area_level: str = pa.Field(description="level of the area as recorded")
    is_proxy: str = pa.Field(description="true when the area is not the community's own")
    year: str = pa.Field(description="year or date as printed")
    value: str = pa.Field(description="value as printed")
    unit: str = pa.Field(description="unit as printed")
    quality: str = pa.Field(description="how the figure came to be known")
    publisher: str = pa.Field(description="who published it")
    url: str = pa.Field(description="address of the page or file")
    note: str = pa.Field(description="remark of the person who typed it")

    class Config(Contract.Config):
        """Table; each source has its own: staging.<source_id>."""

        name = "staging.figure"
        unique = ["staged_id"]
