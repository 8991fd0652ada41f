"""What a pack holds: the one description of its tables, its JSON, its sheets and its data package.

Put here: a field a column, each with its meaning.
Not here: finding the content (`content.py`), how it looks (`report.py` and the writers).
"""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

SCHEMA_VERSION = "1"


def told(title: str, description: str) -> Any:
    """A column: its heading, which is translated, and its meaning.

    Args:
        title: English heading, a msgid of the catalogue.
        description: what it holds, with its unit.
    """
    return Field(title=title, description=description)


def coded(title: str, description: str) -> Any:
    """A column of codes, which a sheet shows by their names.

    Args:
        title: English heading, a msgid of the catalogue.
        description: what the codes say.
    """
    return Field(title=title, description=description, json_schema_extra={"is_code": True})


class Row(BaseModel):
    """A row of one of the pack's tables."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Cover(Row):
    """What the pack is about and what it was made from."""

    community_id: str = told("Community (code)", "community")
    community: str = told("Community", "its name")
    country: str = told("Country", "its country")
    framework_id: str = told("Framework (code)", "framework")
    framework: str = told("Framework", "its name")
    framework_kind: str = coded("Kind of framework", "scored, or a programme that is described and not scored")
    edition_id: str = told("Edition", "award year, as text")
    is_member: bool = told("On the list", "stands in the edition's list")
    language: str = coded("Language", "language of the pack, ISO 639-1")
    notice: str = told("Notice", "whose scores these are")
    framework_notice: str = told("About the framework", "what is to be known of the framework")
    release_id: str = told("Release", "number of the release that everything was read from")
    published_at: str = told("Published", "UTC time when the release was published, ISO 8601")
    code_version: str = told("Code version", "version of the program that built the release")
    method_sha256: str = told("Method (sha256)", "hash of the scoring methods")
    registry_sha256: str = told("Registry (sha256)", "hash of the registry")


class Standing(Row):
    """Where the community stands by its total."""

    score: float | None = told("Score", "this project's score, 0 to 100; empty: not assessed")
    is_ranked: bool = told("Ranked", "counts in the ranks; reference regions do not")
    rank: int | None = told("Rank", "1 is best")
    rank_of: int = told("Of", "peers that have a score")
    rank_low: int | None = told("Rank, 5 %", "5 % of the draws give a better place")
    rank_high: int | None = told("Rank, 95 %", "5 % of the draws give a worse place")
    coverage: float = told("Coverage", "share of the weight with a figure")
    coverage_own: float = told("Coverage, own area", "share of the weight with a figure of the community's own area")
    draws: int | None = told("Draws", "draws of the uncertainty analysis")


class Factor(Row):
    """One factor, group or scope of the framework, and how far it is answered."""

    factor_id: str = told("Factor (code)", "factor; the framework's own id for what belongs to none")
    factor: str = told("Factor", "its name")
    is_scored: bool = told("Scored", "takes part in the score")
    score: float | None = told("Score", "this project's score, 0 to 100; empty: not assessed")
    peer_median: float | None = told("Median of peers", "median score of the ranked peers")
    peer_best: float | None = told("Best of peers", "best score of the ranked peers")
    best_peer: str | None = told("Best peer", "community that has it")
    coverage: float | None = told("Coverage", "share of the weight with a figure")
    data_points: int = told("Data points", "data points of the framework")
    answered: int = told("Answered", "of them answered")
    partial: int = told("Partial", "of them answered in part")
    missing: int = told("Missing", "of them without evidence")
    stale: int = told("Stale", "answers older than the window of an application")
    initiatives: int = told("Initiatives", "initiatives that are evidence")


class Answer(Row):
    """The answer to one data point."""

    factor_id: str = told("Factor (code)", "factor")
    factor: str = told("Factor", "its name")
    data_point: str = told("Data point", "code of the data point; not a question of the framework's form")
    question: str = told("What is asked", "what is asked, in this project's words")
    asked: str = coded("Asked by the framework", "how sure it is that the framework asks for it")
    status: str = coded("Status", "answered, partial or missing")
    sentence: str = told("Draft answer", "draft answer, of the facts of this row only")
    value: float | None = told("Figure", "figure")
    unit: str = told("Unit", "unit of the figure")
    year: int | None = told("Year", "year that the figure describes")
    indicator_id: str | None = told("Indicator (code)", "indicator of the figure")
    indicator: str = told("Indicator", "its name")
    area_name: str = told("Area", "area that the figure describes, as printed")
    is_proxy: bool = told("Wider area", "describes another area than the community's own")
    publisher: str = told("Publisher", "who published the figure")
    url: str = told("Address", "address")
    age: int | None = told("Age in years", "years between the figure and the award year")
    is_stale: bool = told("Stale", "older than the three years that an application looks back on")
    rank: int | None = told("Rank", "place among the edition's peers with a figure")
    rank_of: int | None = told("Of", "peers with a figure")
    rank_low: int | None = told("Rank, 5 %", "5 % of the draws give a better place")
    rank_high: int | None = told("Rank, 95 %", "5 % of the draws give a worse place")
    peer_median: float | None = told("Median of peers", "median of the peers, in the unit")
    peer_best: float | None = told("Best of peers", "best of the peers, in the unit")
    best_peer: str = told("Best peer", "community that has it")
    confidence: str = coded("Confidence", "high, medium, low or none")
    confidence_reason: str = told("Why this confidence", "source, proxy, conflict, age")
    reason: str = told("Reason", "why this status")
    caveat: str = told("Caveat", "what limits the comparison")
    initiatives: tuple[str, ...] = told("Initiatives", "initiatives that are evidence for it")
    recognitions: tuple[str, ...] = told("Honours", "honours, memberships and hosted series that are evidence for it")
    posts: tuple[str, ...] = told("Posts", "officials' posts that are evidence for it")
    references: tuple[int, ...] = told("Sources", "numbers of the sources it rests on")


class Support(Row):
    """One initiative, honour or post that the register links to a data point, and whether it counts in the edition."""

    factor_id: str = told("Factor (code)", "factor")
    factor: str = told("Factor", "its name")
    data_point: str = told("Data point", "code of the data point")
    question: str = told("What is asked", "what is asked, in this project's words")
    kind: str = coded("Kind", "initiative, recognition or post")
    code: str = told("Code", "initiative, honour or post")
    name: str = told("Name", "its name")
    state: str = coded("Status", "counts, over, planned, undated, undocumented or later")
    references: tuple[int, ...] = told("Sources", "numbers of the sources it rests on")


class Figure(Row):
    """One figure that speaks for the community."""

    factor_id: str = told("Factor (code)", "factor")
    factor: str = told("Factor", "its name")
    criterion: str = told("Criterion", "criterion that it feeds")
    indicator_id: str = told("Indicator (code)", "indicator")
    indicator: str = told("Indicator", "its name")
    value: float = told("Figure", "in the unit")
    unit: str = told("Unit", "unit")
    year: int = told("Year", "year that it describes")
    area_name: str = told("Area", "area that it describes, as printed")
    is_proxy: bool = told("Wider area", "describes another area than the community's own")
    quality: str = coded("Quality", "how the figure came to be known")
    is_chosen: bool = told("Scored", "speaks for the community in the scores")
    data_points: tuple[str, ...] = told("Data points", "data points that it answers")
    score: float | None = told("Score", "this project's score, 0 to 100; empty: not compared")
    peer_median: float | None = told("Median of peers", "median of the other ranked members, in the unit")
    peer_median_score: float | None = told("Score of the median", "score of that median")
    peer_best: float | None = told("Best of peers", "best of the other ranked members, in the unit")
    peer_best_score: float | None = told("Score of the best", "score of that best")
    best_peer: str = told("Best peer", "community that has it")
    printed_value: str = told("As printed", "value as printed")
    printed_unit: str = told("Unit as printed", "unit as printed")
    conversion: str = told("Conversion", "how the printed value became this one, in English")
    note: str = told("Note", "remark, in English")
    references: tuple[int, ...] = told("Sources", "numbers of the sources it rests on")


class Peer(Row):
    """One score or figure of one community of the edition."""

    community_id: str = told("Community (code)", "community")
    community: str = told("Community", "its name")
    is_own: bool = told("This community", "the community of this pack")
    is_ranked: bool = told("Ranked", "counts in the ranks; reference regions do not")
    level: str = coded("Level", "total, factor or indicator")
    code: str = told("Code", "framework, factor or indicator")
    name: str = told("Name", "its name")
    score: float | None = told("Score", "this project's score, 0 to 100; empty: not assessed")
    coverage: float | None = told("Coverage", "share of the weight with a figure")
    rank: int | None = told("Rank", "of the total: 1 is best")
    rank_low: int | None = told("Rank, 5 %", "5 % of the draws give a better place")
    rank_high: int | None = told("Rank, 95 %", "5 % of the draws give a worse place")
    value: float | None = told("Figure", "figure, in the unit")
    unit: str = told("Unit", "unit of the figure")
    year: int | None = told("Year", "year that the figure describes")
    is_proxy: bool = told("Wider area", "the figure describes another area than the community's own")
    publisher: str = told("Publisher", "who published the figure")
    url: str = told("Address", "address")


class Outcome(Row):
    """One result of an initiative."""

    text: str = told("Result", "the result, in English")
    value: float | None = told("Figure", "figure")
    unit: str = told("Unit", "unit of the figure")
    year: int | None = told("Year", "year of the result")


class Initiative(Row):
    """One laboratory, incubator, programme, event or policy."""

    initiative_id: str = told("Initiative (code)", "initiative")
    name: str = told("Name", "its name")
    kind: str = coded("Kind", "what it is")
    status: str = coded("Status", "planned, running, ended or unknown")
    started: str = told("Started", "YYYY, YYYY-MM or YYYY-MM-DD")
    ended: str = told("Ended", "YYYY, YYYY-MM or YYYY-MM-DD")
    place: str = told("Place", "where")
    scope_id: str = told("Scope (code)", "scope of the community's own programme framework")
    scope: str = told("Scope", "its name")
    programme: str = told("Programme", "programme that it belongs to")
    summary: str = told("Summary", "what it is about, in English")
    government: tuple[str, ...] = told("Government", "partners in government")
    business: tuple[str, ...] = told("Business", "partners in business")
    school: tuple[str, ...] = told("Schools", "partners in education and research")
    community: tuple[str, ...] = told("Community", "networks and associations outside the three houses")
    missing_houses: tuple[str, ...] = coded("Missing houses", "houses of the Triple Helix without a named partner")
    data_points: tuple[str, ...] = told("Data points", "data points that it is evidence for in the edition")
    outcomes: tuple[Outcome, ...] = told("Results", "results")
    note: str = told("Note", "remark, in English")
    references: tuple[int, ...] = told("Sources", "numbers of the sources it rests on")


class Target(Row):
    """One promised value and how far it is kept."""

    target_id: str = told("Target (code)", "target")
    name: str = told("Name", "what is promised")
    scope_id: str = told("Scope (code)", "scope of the community's own programme framework")
    scope: str = told("Scope", "its name")
    printed_value: str = told("As printed", "value as printed")
    comparison: str = coded("Met when", "at_least, at_most, reach or event")
    target: float | None = told("Target", "promised figure")
    unit: str = told("Unit", "unit of target and actual")
    target_year: int | None = told("Due", "year by whose end it is due")
    actual: float | None = told("Actual", "newest comparable actual")
    actual_year: int | None = told("Year of the actual", "year of the actual")
    gap: float | None = told("Left to do", "what is left to do; 0 when met")
    expected: float | None = told("Expected by then", "on a straight line from the base to the target at that year")
    status: str = coded("Status", "met, on_track, behind, missed, no_actual or not_measurable")
    reason: str = told("Reason", "why this status")
    legal_basis: str = told("Legal basis", "resolution, decision or plan")
    note: str = told("Note", "remark, in English")
    references: tuple[int, ...] = told("Sources", "numbers of the sources it rests on")


class Gap(Row):
    """One thing that the evidence lacks, those that would matter most first."""

    kind: str = coded("Kind", "figure: none of the own area; missing: no evidence; partial; stale")
    factor_id: str = told("Factor (code)", "factor")
    factor: str = told("Factor", "its name")
    code: str = told("Code", "indicator or data point")
    name: str = told("Name", "what is lacking")
    state: str = coded("Now", "what is there now: stand_in, missing, or the answer's status")
    asked: str = coded(
        "Asked by the framework", "how sure it is that the framework asks for it; empty for an indicator"
    )
    rank: int | None = told("Rank", "rank now; of a community that is not ranked the one it would take")
    rank_p10: int | None = told("Rank, poor figure", "rank, were the figure as poor as the worst tenth of the peers'")
    rank_p50: int | None = told("Rank, middling figure", "rank, were it the peers' median")
    rank_p90: int | None = told("Rank, good figure", "rank, were it better than nine tenths of the peers'")
    expected_change: float | None = told("Ranks moved", "ranks up or down, on average over the peers' figures")
    would_be_assessed: bool = told(
        "Would give a total", "this one figure would give a total to a community without one"
    )


class Recognition(Row):
    """One honour, membership or hosted series."""

    recognition_id: str = told("Honour (code)", "honour")
    body: str = told("Body", "who gave it")
    name: str = told("Name", "what it is called")
    kind: str = coded("Kind", "honour, membership or hosting")
    started: str = told("Started", "YYYY, YYYY-MM or YYYY-MM-DD")
    ended: str = told("Ended", "last day or year, where it ended")
    data_points: tuple[str, ...] = told("Data points", "data points that it is evidence for in the edition")
    note: str = told("Note", "remark, in English")
    references: tuple[int, ...] = told("Sources", "numbers of the sources it rests on")


class Post(Row):
    """One office that answers for a part of the programme."""

    post_id: str = told("Post (code)", "post")
    title: str = told("Title", "its title")
    organisation: str = told("Organisation", "organisation")
    role: str = coded("House", "house that it stands for")
    holder: str = told("Holder", "person named in the document")
    seen_on: str = told("Seen", "date of the document")
    data_points: tuple[str, ...] = told("Data points", "data points that it is evidence for in the edition")
    references: tuple[int, ...] = told("Sources", "numbers of the sources it rests on")


class Source(Row):
    """One numbered source: a stored answer that holds figures, or a document of the register."""

    number: int = told("No.", "its number in the pack")
    kind: str = coded("Kind", "figure: a published table or page with figures; document: of the register")
    title: str = told("Title", "title")
    publisher: str = told("Publisher", "who published it")
    url: str = told("Address", "address; empty where none is known")
    address_status: str = coded("Address status", "what is known of the address")
    language: str = coded("Language", "language of the text, ISO 639-1; empty where not recorded")
    published_on: str = told("Published on", "YYYY, YYYY-MM or YYYY-MM-DD; empty where not recorded")
    retrieved_at: str = told("Retrieved", "UTC time when the stored answer came, ISO 8601")
    answer_id: str = told("Stored answer (sha256)", "sha256 of the stored answer that holds the figures")
    locators: tuple[str, ...] = told("Where in it", "where in the stored answer")
    document_id: str = told("Document (code)", "document of the register")


class Pack(Row):
    """A pack: everything that one release can show for one community and framework in one edition."""

    schema_version: str = Field(SCHEMA_VERSION, description="version of this structure")
    cover: Cover
    standing: Standing | None = Field(description="empty where the framework gives no score, or no place in the list")
    factors: tuple[Factor, ...]
    answers: tuple[Answer, ...]
    supports: tuple[Support, ...]
    figures: tuple[Figure, ...]
    peers: tuple[Peer, ...]
    initiatives: tuple[Initiative, ...]
    targets: tuple[Target, ...]
    gaps: tuple[Gap, ...]
    recognitions: tuple[Recognition, ...]
    posts: tuple[Post, ...]
    sources: tuple[Source, ...]


TABLES: dict[str, type[Row]] = {
    "answers": Answer,
    "supports": Support,
    "figures": Figure,
    "peers": Peer,
    "initiatives": Initiative,
    "targets": Target,
    "gaps": Gap,
    "recognitions": Recognition,
    "posts": Post,
    "factors": Factor,
    "sources": Source,
}
"""Tables of a pack, in the order of its sheets and files, with the model of their rows."""
