"""Contracts of evidence: what was done, promised, honoured, and how a framework's questions are answered from it.

Put here: the register (`core.`) and what is made of it (`mart.`).
Not here: statistics (`core.py`), scores (`mart.py`).
"""

import pandera.pandas as pa

from warehouse.contracts.base import Contract, NullableInteger
from warehouse.registry.entry import AREA_LEVELS, QUALITIES

HOUSES = ("government", "business", "school", "community")
ANSWER_STATUSES = ("answered", "partial", "missing")
FIGURE_STATES = ("own_area", "other_class", "wider_area", "stale", "later")
"""Of its own area within the window; so, but defined unlike the peers'; a wider area's; before, after the window."""

SUPPORT_KINDS = ("initiative", "recognition", "post")
SUPPORT_STATES = ("counts", "over", "planned", "undated", "undocumented", "later")
"""Evidence; of before the window; only planned; of no known time; no readable document; after the award year."""

CONFIDENCES = ("high", "medium", "low", "none")
PROGRESSES = ("met", "on_track", "behind", "missed", "no_actual", "not_measurable")


class Document(Contract):
    """One document that something in the register rests on."""

    document_id: str = pa.Field(description="our id")
    title: str = pa.Field(description="title as printed")
    publisher: str = pa.Field(description="who published it")
    url: str = pa.Field(description="address; empty where only a name of the page is known")
    language: str = pa.Field(description="language of the text, ISO 639-1")
    published_on: str = pa.Field(nullable=True, description="YYYY, YYYY-MM or YYYY-MM-DD")
    address_status: str = pa.Field(
        isin=["original", "mirrored", "dead", "no_address", "unchecked"], description="what is known of the address"
    )
    note: str = pa.Field(description="remark")

    class Config(Contract.Config):
        """Table."""

        name = "core.document"
        unique = ["document_id"]


class Initiative(Contract):
    """One laboratory, incubator, programme, event or policy of a community."""

    initiative_id: str = pa.Field(description="our id")
    community_id: str = pa.Field(description="community")
    name: str = pa.Field(description="name in English")
    name_vi: str = pa.Field(nullable=True, description="name in Vietnamese")
    kind: str = pa.Field(description="what it is")
    status: str = pa.Field(isin=["planned", "running", "ended", "unknown"], description="where it stands")
    started: str = pa.Field(nullable=True, description="YYYY, YYYY-MM or YYYY-MM-DD")
    ended: str = pa.Field(nullable=True, description="YYYY, YYYY-MM or YYYY-MM-DD")
    place: str = pa.Field(description="where; empty where not said")
    scope_id: str = pa.Field(nullable=True, description="scope of the community's own programme framework")
    programme_id: str = pa.Field(nullable=True, description="programme that it belongs to")
    summary: str = pa.Field(description="what it is about, in our words")
    note: str = pa.Field(description="remark")

    class Config(Contract.Config):
        """Table."""

        name = "core.initiative"
        unique = ["initiative_id"]


class InitiativePartner(Contract):
    """One partner of an initiative, and the house it stands for."""

    initiative_id: str = pa.Field(description="initiative")
    role: str = pa.Field(isin=HOUSES, description="house of the Triple Helix, or the community outside them")
    name: str = pa.Field(description="partner")

    class Config(Contract.Config):
        """Table."""

        name = "core.initiative_partner"
        unique = ["initiative_id", "role", "name"]


class InitiativeSupport(Contract):
    """One data point of a framework that an initiative is evidence for."""

    initiative_id: str = pa.Field(description="initiative")
    framework_id: str = pa.Field(description="framework")
    data_point: str = pa.Field(description="code of the data point")
    reason: str = pa.Field(description="why it is evidence for it")

    class Config(Contract.Config):
        """Table."""

        name = "core.initiative_support"
        unique = ["initiative_id", "framework_id", "data_point"]


class InitiativeOutcome(Contract):
    """One result of an initiative; a target is never one."""

    initiative_id: str = pa.Field(description="initiative")
    position: int = pa.Field(ge=1, description="place among its outcomes")
    text: str = pa.Field(description="the result in our words")
    value: float = pa.Field(nullable=True, description="figure, where there is one")
    unit: str = pa.Field(description="unit of the figure")
    year: NullableInteger = pa.Field(nullable=True, description="year of the result")
    document_id: str = pa.Field(description="document that tells it")

    class Config(Contract.Config):
        """Table."""

        name = "core.initiative_outcome"
        unique = ["initiative_id", "position"]


class InitiativeDocument(Contract):
    """One document behind an initiative."""

    initiative_id: str = pa.Field(description="initiative")
    document_id: str = pa.Field(description="document")

    class Config(Contract.Config):
        """Table."""

        name = "core.initiative_document"
        unique = ["initiative_id", "document_id"]


class Recognition(Contract):
    """One honour, membership or hosted series of a community."""

    recognition_id: str = pa.Field(description="our id")
    community_id: str = pa.Field(description="community")
    body: str = pa.Field(description="who gave it")
    name: str = pa.Field(description="what it is called")
    kind: str = pa.Field(isin=["honour", "membership", "hosting"], description="what it is")
    started: str = pa.Field(description="YYYY, YYYY-MM or YYYY-MM-DD")
    ended: str = pa.Field(nullable=True, description="last day or year, where it ended")
    document_id: str = pa.Field(description="document that tells it")
    note: str = pa.Field(description="remark")

    class Config(Contract.Config):
        """Table."""

        name = "core.recognition"
        unique = ["recognition_id"]


class RecognitionSupport(Contract):
    """One data point of a framework that an honour, a membership or a hosted series is evidence for."""

    recognition_id: str = pa.Field(description="honour, membership or hosted series")
    framework_id: str = pa.Field(description="framework")
    data_point: str = pa.Field(description="code of the data point")
    reason: str = pa.Field(description="why it is evidence for it")

    class Config(Contract.Config):
        """Table."""

        name = "core.recognition_support"
        unique = ["recognition_id", "framework_id", "data_point"]


class CommunityTarget(Contract):
    """One promised value with its year and legal basis; never used as an actual."""

    target_id: str = pa.Field(description="our id")
    community_id: str = pa.Field(description="community")
    programme_id: str = pa.Field(nullable=True, description="programme that promises it")
    name: str = pa.Field(description="what is promised, in English")
    name_vi: str = pa.Field(nullable=True, description="the same in Vietnamese")
    indicator_id: str = pa.Field(nullable=True, description="indicator that measures it, where one does")
    class_id: str = pa.Field(nullable=True, description="comparability class of actuals that may be set beside it")
    printed_value: str = pa.Field(description="value as printed")
    comparison: str = pa.Field(isin=["at_least", "at_most", "reach", "event"], description="when it counts as met")
    value: float = pa.Field(nullable=True, description="figure in the indicator's unit, or in `unit`")
    unit: str = pa.Field(description="unit of the figure")
    year: NullableInteger = pa.Field(nullable=True, description="year by whose end it is due")
    base_value: float = pa.Field(nullable=True, description="where it started, in the same unit")
    base_year: NullableInteger = pa.Field(nullable=True, description="year of the start")
    legal_basis: str = pa.Field(description="resolution, decision or plan; empty where none is named")
    document_id: str = pa.Field(description="document that tells it")
    note: str = pa.Field(description="remark")

    class Config(Contract.Config):
        """Table."""

        name = "core.community_target"
        unique = ["target_id"]


class Post(Contract):
    """One office that answers for a part of the programme."""

    post_id: str = pa.Field(description="our id")
    community_id: str = pa.Field(description="community")
    title: str = pa.Field(description="title of the post")
    organisation: str = pa.Field(description="organisation")
    role: str = pa.Field(isin=HOUSES, description="house it stands for")
    holder: str = pa.Field(description="person named in the document; empty where none is")
    seen_on: str = pa.Field(description="date of the document: YYYY, YYYY-MM or YYYY-MM-DD")
    document_id: str = pa.Field(description="document that tells it")

    class Config(Contract.Config):
        """Table."""

        name = "core.post"
        unique = ["post_id"]


class PostSupport(Contract):
    """One data point of a framework that a post is evidence for."""

    post_id: str = pa.Field(description="post")
    framework_id: str = pa.Field(description="framework")
    data_point: str = pa.Field(description="code of the data point")
    reason: str = pa.Field(description="why it is evidence for it")

    class Config(Contract.Config):
        """Table."""

        name = "core.post_support"
        unique = ["post_id", "framework_id", "data_point"]


class EvidenceFigure(Contract):
    """One figure for a data point, of one of its indicators, and where it stands among the edition's peers."""

    edition_id: str = pa.Field(description="edition")
    framework_id: str = pa.Field(description="framework")
    data_point: str = pa.Field(description="the framework's data point")
    community_id: str = pa.Field(description="community")
    indicator_id: str = pa.Field(description="indicator")
    place: int = pa.Field(ge=1, description="1 is the figure that the answer leads with")
    state: str = pa.Field(isin=FIGURE_STATES, description="of its own area, or what is the matter with it")
    observation_id: str = pa.Field(description="figure; for a ratio the one above the line")
    denominator_id: str = pa.Field(nullable=True, description="figure below the line, for a ratio")
    class_id: str = pa.Field(description="comparability class")
    value: float = pa.Field(description="in the indicator's unit")
    unit: str = pa.Field(description="unit of the figure")
    year: int = pa.Field(description="year it describes")
    area_name: str = pa.Field(description="area it describes, as printed")
    area_level: str = pa.Field(isin=list(AREA_LEVELS), description="level of that area")
    is_proxy: bool = pa.Field(description="describes another area than the community's own")
    quality: str = pa.Field(isin=list(QUALITIES), description="how the figure came to be known")
    source_id: str = pa.Field(description="source")
    publisher: str = pa.Field(description="who published it")
    url: str = pa.Field(description="address")
    answer_id: str = pa.Field(description="sha256 of the stored answer")
    age: int = pa.Field(description="years between the figure and the award year; negative: it is later")
    is_stale: bool = pa.Field(description="older than the three years that an application looks back on")
    is_disputed: bool = pa.Field(
        description="another own-area figure of the same year and class differs by more than the errors of both explain"
    )
    lowest: float = pa.Field(description="lowest own-area figure of the same year and class")
    highest: float = pa.Field(description="highest own-area figure of the same year and class")
    rank: NullableInteger = pa.Field(ge=1, nullable=True, description="place among the edition's peers with a figure")
    rank_of: NullableInteger = pa.Field(ge=1, nullable=True, description="peers with a figure")
    rank_low: NullableInteger = pa.Field(ge=1, nullable=True, description="5 % of draws give a better place")
    rank_high: NullableInteger = pa.Field(ge=1, nullable=True, description="5 % of draws give a worse place")
    draws: NullableInteger = pa.Field(ge=1, nullable=True, description="draws of all figures' errors behind the two")
    peer_median: float = pa.Field(nullable=True, description="median of the peers")
    peer_best: float = pa.Field(nullable=True, description="best of the peers")
    best_peer: str = pa.Field(nullable=True, description="community that has it")
    peer_proxies: NullableInteger = pa.Field(ge=0, nullable=True, description="peers whose figure is of a wider area")

    class Config(Contract.Config):
        """Table."""

        name = "mart.evidence_figure"
        unique = ["edition_id", "framework_id", "data_point", "community_id", "indicator_id"]


class EvidenceSupport(Contract):
    """One entry that the register links to a data point, and whether it counts in an edition."""

    edition_id: str = pa.Field(description="edition")
    framework_id: str = pa.Field(description="framework")
    data_point: str = pa.Field(description="the framework's data point")
    community_id: str = pa.Field(description="community")
    kind: str = pa.Field(isin=SUPPORT_KINDS, description="what the entry is, and so the table that holds it")
    entry_id: str = pa.Field(description="initiative, recognition or post")
    state: str = pa.Field(isin=SUPPORT_STATES, description="counts, or why it does not")
    publishers: int = pa.Field(ge=0, description="publishers at whose own addresses its documents were read")

    class Config(Contract.Config):
        """Table."""

        name = "mart.evidence_support"
        unique = ["edition_id", "framework_id", "data_point", "kind", "entry_id"]


class EvidenceAnswer(Contract):
    """What this benchmark can answer to one data point for one community in one edition."""

    edition_id: str = pa.Field(description="edition")
    framework_id: str = pa.Field(description="framework")
    factor_id: str = pa.Field(description="factor or group above it; the framework's id where it is of no one factor")
    criterion_id: str = pa.Field(description="criterion that the data point belongs to")
    data_point: str = pa.Field(description="the framework's data point; not a question of its form")
    position: int = pa.Field(ge=1, description="place of the data point in the framework")
    kind: str = pa.Field(isin=["statistic", "evidence"], description="fed by statistics, or answered by evidence")
    community_id: str = pa.Field(description="community")
    status: str = pa.Field(isin=ANSWER_STATUSES, description="answered, partial or missing")
    reason: str = pa.Field(description="why this status, in words")
    reason_vi: str = pa.Field(description="the same in Vietnamese")
    indicators: int = pa.Field(ge=0, description="indicators that feed it")
    figures: int = pa.Field(ge=0, description="of them, those with a figure, see mart.evidence_figure")
    indicator_id: str = pa.Field(nullable=True, description="indicator of the leading figure")
    observation_id: str = pa.Field(nullable=True, description="figure; for a ratio the one above the line")
    value: float = pa.Field(nullable=True, description="in the indicator's unit")
    unit: str = pa.Field(nullable=True, description="unit of the figure")
    year: NullableInteger = pa.Field(nullable=True, description="year it describes")
    area_name: str = pa.Field(nullable=True, description="area it describes, as printed")
    area_level: str = pa.Field(nullable=True, description="level of that area")
    is_proxy: bool = pa.Field(description="describes another area than the community's own")
    publisher: str = pa.Field(nullable=True, description="who published it")
    url: str = pa.Field(nullable=True, description="address")
    answer_id: str = pa.Field(nullable=True, description="sha256 of the stored answer")
    caveat: str = pa.Field(description="what limits the comparison; empty where nothing does")
    caveat_vi: str = pa.Field(description="the same in Vietnamese")
    age: NullableInteger = pa.Field(
        nullable=True, description="years between the figure and the award year; negative: it is later"
    )
    is_stale: bool = pa.Field(description="older than the three years that an application looks back on")
    rank: NullableInteger = pa.Field(nullable=True, ge=1, description="place among the edition's peers with a figure")
    rank_of: NullableInteger = pa.Field(nullable=True, ge=1, description="peers with a figure")
    rank_low: NullableInteger = pa.Field(nullable=True, ge=1, description="5 % of draws give a better place")
    rank_high: NullableInteger = pa.Field(nullable=True, ge=1, description="5 % of draws give a worse place")
    draws: NullableInteger = pa.Field(ge=1, nullable=True, description="draws of all figures' errors behind the two")
    peer_median: float = pa.Field(nullable=True, description="median of the peers")
    peer_best: float = pa.Field(nullable=True, description="best of the peers")
    best_peer: str = pa.Field(nullable=True, description="community that has it")
    confidence: str = pa.Field(isin=CONFIDENCES, description="how far the answer can be trusted")
    confidence_reason: str = pa.Field(description="grade of the source, proxy, conflict, age")
    confidence_reason_vi: str = pa.Field(description="the same in Vietnamese")
    initiatives: int = pa.Field(ge=0, description="initiatives that count, see mart.evidence_support")
    recognitions: int = pa.Field(ge=0, description="honours, memberships and hosted series that count")
    posts: int = pa.Field(ge=0, description="officials' posts that count")
    sentence: str = pa.Field(description="draft answer in English, of these facts only")
    sentence_vi: str = pa.Field(description="draft answer in Vietnamese, of these facts only")

    class Config(Contract.Config):
        """Table."""

        name = "mart.evidence_answer"
        unique = ["edition_id", "framework_id", "data_point", "community_id"]


class TargetProgress(Contract):
    """How far a promise is kept."""

    target_id: str = pa.Field(description="target")
    community_id: str = pa.Field(description="community")
    name: str = pa.Field(description="what is promised")
    target: float = pa.Field(nullable=True, description="promised figure")
    target_year: NullableInteger = pa.Field(nullable=True, description="year by whose end it is due")
    unit: str = pa.Field(description="unit of target and actual")
    actual: float = pa.Field(
        nullable=True, description="own-area figure of the same class that tells most, see `reason`"
    )
    actual_year: NullableInteger = pa.Field(nullable=True, description="year of the actual")
    observation_id: str = pa.Field(nullable=True, description="the actual's figure")
    gap: float = pa.Field(nullable=True, description="what is left to do; 0 when met")
    expected: float = pa.Field(nullable=True, description="on a straight line from the base to the target at that year")
    status: str = pa.Field(isin=PROGRESSES, description="where it stands")
    reason: str = pa.Field(description="why this status, in words")
    reason_vi: str = pa.Field(description="the same in Vietnamese")

    class Config(Contract.Config):
        """Table."""

        name = "mart.target_progress"
        unique = ["target_id"]


class Helix(Contract):
    """Partners of an initiative by house, and which of the three houses is missing."""

    initiative_id: str = pa.Field(description="initiative")
    community_id: str = pa.Field(description="community")
    scope_id: str = pa.Field(nullable=True, description="scope of the community's own programme framework")
    government: int = pa.Field(ge=0, description="partners in government")
    business: int = pa.Field(ge=0, description="partners in business")
    school: int = pa.Field(ge=0, description="partners in education and research")
    community: int = pa.Field(ge=0, description="networks and associations outside the three houses")
    missing: str = pa.Field(description="houses without a named partner, joined by a comma; empty: all three are there")

    class Config(Contract.Config):
        """Table."""

        name = "mart.helix"
        unique = ["initiative_id"]
