"""Contracts of the core: registry entries as tables, and figures in our units.

Put here: tables that hold one truth about places, lists, definitions and figures.
Not here: choices and scores (`mart.py`).
"""

import pandera.pandas as pa

from warehouse.contracts.base import Contract, NullableInteger
from warehouse.registry.entry import AREA_LEVELS, QUALITIES


class Area(Contract):
    """One area that figures can be about: a community or a country."""

    area_id: str = pa.Field(description="community_id, or ISO 3166-1 alpha-3 of a country")
    kind: str = pa.Field(isin=["community", "country"], description="what it is")
    name: str = pa.Field(description="English name")
    country_id: str = pa.Field(description="ISO 3166-1 alpha-3")
    currency: str = pa.Field(description="ISO 4217 code of the country's money")

    class Config(Contract.Config):
        """Table."""

        name = "core.area"
        unique = ["area_id"]


class Community(Contract):
    """One place that is benchmarked, or that a benchmarked place became."""

    community_id: str = pa.Field(description="our id")
    name: str = pa.Field(description="English name")
    local_name: str = pa.Field(nullable=True, description="name in the local language")
    role: str = pa.Field(
        isin=["member", "reference", "successor"],
        description="member of Smart21, reference region or successor",
    )
    area_level: str = pa.Field(isin=list(AREA_LEVELS), description="what kind of area it is")
    country_id: str = pa.Field(description="ISO 3166-1 alpha-3")
    parent: str = pa.Field(nullable=True, description="state, province or region around it")
    valid_from: str = pa.Field(nullable=True, description="first day it existed, ISO 8601")
    valid_to: str = pa.Field(nullable=True, description="last day it existed, ISO 8601")
    successor_id: str = pa.Field(nullable=True, description="community that followed it")
    note: str = pa.Field(description="remark")

    class Config(Contract.Config):
        """Table."""

        name = "core.community"
        unique = ["community_id"]


class CommunityName(Contract):
    """One spelling under which a community is found."""

    community_id: str = pa.Field(description="community")
    name: str = pa.Field(description="spelling")
    kind: str = pa.Field(isin=["name", "local_name", "alias"], description="what kind of spelling")

    class Config(Contract.Config):
        """Table."""

        name = "core.community_name"
        unique = ["community_id", "name"]


class CommunityCode(Contract):
    """One official code of a community in one scheme."""

    community_id: str = pa.Field(description="community")
    scheme: str = pa.Field(description="code scheme, such as iso3166_2 or wikidata")
    code: str = pa.Field(description="code")

    class Config(Contract.Config):
        """Table."""

        name = "core.community_code"
        unique = ["community_id", "scheme"]


class Edition(Contract):
    """One award year of ICF's programme."""

    edition_id: str = pa.Field(str_matches=r"^\d{4}$", description="award year as text")
    award_year: int = pa.Field(description="year of the award, not of the announcement")
    announced_on: str = pa.Field(nullable=True, description="Smart21 announcement, as exact as known")
    top7_announced_on: str = pa.Field(nullable=True, description="Top7 announcement, as exact as known")
    winner_announced_on: str = pa.Field(nullable=True, description="announcement of the Community of the Year")
    is_complete: bool = pa.Field(description="all 21 names of the list are known; if not, absence is no fact")
    completeness_note: str = pa.Field(description="what is missing")
    window_start: int = pa.Field(description="first year whose figures may speak for the edition")
    window_end: int = pa.Field(description="last such year")
    window_reason: str = pa.Field(description="why this window")
    is_scored: bool = pa.Field(description="scored by the default run")

    class Config(Contract.Config):
        """Table."""

        name = "core.edition"
        unique = ["edition_id"]


class Honour(Contract):
    """One name on one list of one edition."""

    edition_id: str = pa.Field(description="edition")
    stage: str = pa.Field(isin=["smart21", "top7", "winner"], description="list")
    key: str = pa.Field(description="one spelling per place across the years")
    name: str = pa.Field(description="name as printed")
    country: str = pa.Field(description="country as printed")
    community_id: str = pa.Field(nullable=True, description="community of the registry, where it is one")
    status: str = pa.Field(description="confirmed, unconfirmed, or derived from the Top7")
    source: str = pa.Field(description="address")

    class Config(Contract.Config):
        """Table."""

        name = "core.honour"
        unique = ["edition_id", "stage", "key"]


class EditionMember(Contract):
    """One community that an edition's benchmark shows."""

    edition_id: str = pa.Field(description="edition")
    community_id: str = pa.Field(description="community")
    is_ranked: bool = pa.Field(description="on the Smart21 list; a reference region is shown but not ranked")
    is_top7: bool = pa.Field(description="was among the Top7 of the edition")
    is_winner: bool = pa.Field(description="was Intelligent Community of the Year")

    class Config(Contract.Config):
        """Table."""

        name = "core.edition_member"
        unique = ["edition_id", "community_id"]


class Indicator(Contract):
    """One quantity, defined once, in one unit."""

    indicator_id: str = pa.Field(description="our id")
    name: str = pa.Field(description="English name")
    name_vi: str = pa.Field(nullable=True, description="Vietnamese name")
    definition: str = pa.Field(description="what it measures")
    unit: str = pa.Field(description="unit of every observation of it")
    dimension: str = pa.Field(description="kind of quantity")
    direction: str = pa.Field(isin=["higher", "lower", "none"], description="which way is better")
    goalpost_lower: float = pa.Field(nullable=True, description="lower goalpost, in the unit")
    goalpost_upper: float = pa.Field(nullable=True, description="upper goalpost, in the unit")
    goalpost_scale: str = pa.Field(nullable=True, description="linear or log")
    goalpost_reason: str = pa.Field(nullable=True, description="why these goalposts")
    maximum_age: int = pa.Field(description="oldest figure allowed, in years before the award year")
    proxy_levels: str = pa.Field(description="wider areas that may stand in, joined by a space")
    numerator_id: str = pa.Field(nullable=True, description="indicator above the line, for a ratio")
    denominator_id: str = pa.Field(nullable=True, description="indicator below the line, for a ratio")
    processing: str = pa.Field(description="what we do to it, and why")
    source: str = pa.Field(description="whose definition it follows")

    class Config(Contract.Config):
        """Table."""

        name = "core.indicator"
        unique = ["indicator_id"]


class IndicatorClass(Contract):
    """One way of defining an indicator; only classes of one group are scored against each other."""

    indicator_id: str = pa.Field(description="indicator")
    class_id: str = pa.Field(description="comparability class")
    name: str = pa.Field(description="what the class measures")
    comparable_group: str = pa.Field(description="group of classes that may be compared")

    class Config(Contract.Config):
        """Table."""

        name = "core.indicator_class"
        unique = ["indicator_id", "class_id"]


class Source(Contract):
    """One source of figures."""

    source_id: str = pa.Field(description="our id")
    name: str = pa.Field(description="name")
    producer: str = pa.Field(description="who produces it")
    citation: str = pa.Field(description="how to cite it")
    url_main: str = pa.Field(description="its main address")
    licence: str = pa.Field(description="licence")
    licence_url: str = pa.Field(description="address of the licence")
    is_open: bool = pa.Field(description="may be used commercially, with attribution")
    trust_rank: int = pa.Field(description="1 is believed first when two sources give the same figure")

    class Config(Contract.Config):
        """Table."""

        name = "core.source"
        unique = ["source_id"]


class Framework(Contract):
    """One framework: a tree of criteria, or a programme."""

    framework_id: str = pa.Field(description="icf, wta or navigator")
    name: str = pa.Field(description="name")
    kind: str = pa.Field(isin=["scored", "programme"], description="scored tree, or a programme described")
    notice: str = pa.Field(description="whose scores these are; belongs to every export")
    is_historical: bool = pa.Field(description="its body no longer exists")
    method_id: str = pa.Field(nullable=True, description="scoring method")
    source: str = pa.Field(description="address")

    class Config(Contract.Config):
        """Table."""

        name = "core.framework"
        unique = ["framework_id"]


class Criterion(Contract):
    """One node of a framework's tree; the framework's own total is the node with its id."""

    framework_id: str = pa.Field(description="framework")
    criterion_id: str = pa.Field(description="our id")
    parent_id: str = pa.Field(nullable=True, description="criterion above; empty for the total")
    level: int = pa.Field(ge=0, description="0 for the total, 1 for factors or groups, and so on")
    name: str = pa.Field(description="English name")
    name_vi: str = pa.Field(nullable=True, description="Vietnamese name")
    former_names: str = pa.Field(description="earlier names, joined by ' | '")
    weight: float = pa.Field(ge=0, description="weight among its siblings")
    weight_reason: str = pa.Field(description="why this weight")
    is_scored: bool = pa.Field(description="takes part in the score")
    basis: str = pa.Field(description="what it rests on")
    source: str = pa.Field(description="address")

    class Config(Contract.Config):
        """Table."""

        name = "core.criterion"
        unique = ["criterion_id"]


class CriterionIndicator(Contract):
    """One indicator that feeds one criterion."""

    framework_id: str = pa.Field(description="framework")
    criterion_id: str = pa.Field(description="criterion")
    indicator_id: str = pa.Field(description="indicator")
    weight: float = pa.Field(ge=0, description="weight among the criterion's indicators")
    data_point: str = pa.Field(nullable=True, description="the framework's data point that it answers")

    class Config(Contract.Config):
        """Table."""

        name = "core.criterion_indicator"
        unique = ["framework_id", "indicator_id"]


class DataPoint(Contract):
    """One thing that a framework asks for."""

    framework_id: str = pa.Field(description="framework")
    data_point: str = pa.Field(description="code")
    criterion_id: str = pa.Field(description="criterion")
    question: str = pa.Field(description="what is asked, in our words")
    answer_type: str = pa.Field(description="kind of answer")
    unit: str = pa.Field(description="unit of a figure")
    kind: str = pa.Field(isin=["statistic", "evidence"], description="fed by statistics, or answered by evidence")
    indicators: str = pa.Field(description="indicators that feed it, joined by a space")
    needs: str = pa.Field(isin=["all", "any"], description="answered by all of them together, or by any one")
    status: str = pa.Field(description="how sure it is that the framework asks for it")
    source: str = pa.Field(description="address")
    note: str = pa.Field(description="remark")

    class Config(Contract.Config):
        """Table."""

        name = "core.data_point"
        unique = ["framework_id", "data_point"]


class Programme(Contract):
    """One programme or action of a programme framework."""

    programme_id: str = pa.Field(description="our id")
    framework_id: str = pa.Field(description="framework")
    criterion_id: str = pa.Field(description="scope")
    kind: str = pa.Field(isin=["framework", "programme", "action"], description="what it is")
    name: str = pa.Field(description="name")
    detail: str = pa.Field(description="what it is about")
    source: str = pa.Field(description="address")

    class Config(Contract.Config):
        """Table."""

        name = "core.programme"
        unique = ["programme_id"]


class ProgrammePartner(Contract):
    """One partner of a programme and the house of the Triple Helix it stands for."""

    programme_id: str = pa.Field(description="programme")
    role: str = pa.Field(isin=["government", "business", "school", "community"], description="house")
    name: str = pa.Field(description="partner")

    class Config(Contract.Config):
        """Table."""

        name = "core.programme_partner"
        unique = ["programme_id", "role", "name"]


class Target(Contract):
    """One promised value; never used as an actual."""

    programme_id: str = pa.Field(description="programme that promises it")
    value: str = pa.Field(description="as printed")
    year: str = pa.Field(nullable=True, description="by when, as printed")
    source: str = pa.Field(description="address")

    class Config(Contract.Config):
        """Table."""

        name = "core.target"
        unique = ["programme_id"]


class Observation(Contract):
    """One figure of one area and year in our unit, from one stored answer."""

    observation_id: str = pa.Field(description="the staged_id it was made from")
    source_id: str = pa.Field(description="source")
    answer_id: str = pa.Field(description="stored answer that holds it")
    locator: str = pa.Field(description="where in the answer")
    area_id: str = pa.Field(description="community or country it is recorded for")
    area_name: str = pa.Field(description="area as printed")
    area_level: str = pa.Field(isin=list(AREA_LEVELS), description="level of the area it describes")
    is_proxy: bool = pa.Field(description="describes another area than the community's own")
    indicator_id: str = pa.Field(description="indicator")
    class_id: str = pa.Field(description="comparability class")
    year: int = pa.Field(ge=1990, le=2100, description="year it describes")
    value: float = pa.Field(description="in the indicator's unit")
    quality: str = pa.Field(isin=list(QUALITIES), description="how the figure came to be known")
    series: str = pa.Field(description="source's name of the series")
    printed_value: str = pa.Field(description="value as printed")
    printed_unit: str = pa.Field(description="unit as printed")
    conversion: str = pa.Field(description="how the printed value became ours")
    publisher: str = pa.Field(description="who published it")
    url: str = pa.Field(description="address of the page or file")
    note: str = pa.Field(description="remark, and the correction that was applied")

    class Config(Contract.Config):
        """Table."""

        name = "core.observation"
        unique = ["observation_id"]


class Rejected(Contract):
    """One staged value that became no observation, with the reason."""

    staged_id: str = pa.Field(description="the staged value")
    source_id: str = pa.Field(description="source")
    answer_id: str = pa.Field(description="stored answer that holds it")
    locator: str = pa.Field(description="where in the answer")
    series: str = pa.Field(description="source's name of the series")
    area: str = pa.Field(description="source's code of the area")
    year: str = pa.Field(description="year as printed")
    value: str = pa.Field(description="value as printed")
    unit: str = pa.Field(description="unit as printed")
    reason: str = pa.Field(description="kind of reason")
    detail: str = pa.Field(description="the reason in words")
    publisher: str = pa.Field(description="who published it")
    url: str = pa.Field(description="address of the page or file")

    class Config(Contract.Config):
        """Table."""

        name = "core.rejected"
        unique = ["staged_id"]


class Correction(Contract):
    """One known error of a source and what was done about it."""

    source_id: str = pa.Field(description="source")
    series: str = pa.Field(description="series")
    area: str = pa.Field(description="area")
    year: str = pa.Field(description="year as printed")
    printed_value: str = pa.Field(description="value as printed")
    action: str = pa.Field(description="what was done")
    new_value: str = pa.Field(description="what stands there now")
    reason: str = pa.Field(description="why")
    reference: str = pa.Field(description="what the reason rests on")
    rows: NullableInteger = pa.Field(ge=1, description="staged rows that it met")

    class Config(Contract.Config):
        """Table."""

        name = "core.correction"
        unique = ["source_id", "series", "area", "year", "printed_value"]
