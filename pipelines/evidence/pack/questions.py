"""What a pack asks the published file.

Put here: one SQL question a table of facts, and the cleaning of every text that comes back.
Not here: opening the file (`warehouse/query.py`), making the pack of the answers (`content.py`).
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

BASIS = "with_proxies"
"""The reading that a pack tells: figures of wider areas stand in where they may, and are marked."""

AskTogether = Callable[[Mapping[str, tuple[str, Mapping[str, Any]]]], dict[str, pd.DataFrame]]

_PARAMETER = re.compile(r"\$([a-z]+)")
_JOINERS = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"  # part of the spelling in several scripts
_LINE_ENDS = re.compile("\r\n|[\r\N{LINE SEPARATOR}\N{PARAGRAPH SEPARATOR}\v\f\x85]")


@dataclass(frozen=True)
class Key:
    """Which pack."""

    community: str
    framework: str
    edition: str
    lens: str
    """Framework whose scores and figures are shown: the pack's own, or the one beside a programme."""
    basis: str = BASIS


def lens_of(framework: str) -> str:
    """The framework whose scores a pack shows: a programme has none, so it is shown beside ICF's."""
    return "icf" if framework == "navigator" else framework


QUESTIONS = {
    "cover": """
        SELECT c.community_id, c.name, c.local_name, a.name AS country, f.framework_id, f.name AS framework, f.kind,
            f.notice AS framework_notice, $lens AS lens, e.edition_id, m.community_id IS NOT NULL AS is_member,
            r.release_id, r.published_at, r.notice, u.code_version, u.method_sha256, u.registry_sha256
        FROM core.community c JOIN core.area a ON a.area_id = c.country_id
        JOIN core.framework f ON f.framework_id = $framework JOIN core.edition e ON e.edition_id = $edition
        LEFT JOIN core.edition_member m ON m.community_id = c.community_id AND m.edition_id = e.edition_id
        CROSS JOIN audit.release r JOIN audit.run u USING (run_id)
        WHERE c.community_id = $community""",
    "community": "SELECT community_id, name, local_name, country_id, role FROM core.community ORDER BY community_id",
    "criterion": """
        SELECT criterion_id, parent_id, framework_id, level, name, name_vi, is_scored
        FROM core.criterion ORDER BY rowid""",
    "indicator": """
        SELECT i.indicator_id, i.name, i.name_vi, i.unit, l.criterion_id
        FROM core.indicator i
        LEFT JOIN core.criterion_indicator l ON l.indicator_id = i.indicator_id AND l.framework_id = $lens
        ORDER BY i.rowid""",
    "standing": """
        SELECT b.score, b.is_ranked, u.rank, b.rank_of, round(u.rank_p5)::BIGINT AS rank_low,
            round(u.rank_p95)::BIGINT AS rank_high, b.coverage, s.coverage_own, u.draws
        FROM mart.benchmark b JOIN mart.score s USING (edition_id, framework_id, basis, criterion_id, community_id)
        LEFT JOIN mart.rank_interval u USING (edition_id, framework_id, basis, community_id)
        WHERE b.community_id = $community AND b.edition_id = $edition AND b.framework_id = $lens AND b.basis = $basis
            AND b.criterion_id = b.framework_id""",
    "benchmark": """
        SELECT b.criterion_id, b.score, b.peer_median, b.peer_best, b.best_peer, b.coverage
        FROM mart.benchmark b
        WHERE b.community_id = $community AND b.edition_id = $edition AND b.framework_id = $lens
            AND b.basis = $basis""",
    "answer": """
        SELECT d.data_point, d.criterion_id, d.question, d.status AS asked, d.kind, a.status, a.reason, a.reason_vi,
            a.indicator_id, a.value, a.unit, a.year, a.area_name, a.is_proxy, a.publisher, a.url, a.caveat, a.caveat_vi,
            a.age, a.is_stale, a.rank, a.rank_of, a.rank_low, a.rank_high, a.peer_median, a.peer_best, a.best_peer,
            a.confidence, a.confidence_reason, a.confidence_reason_vi, a.sentence, a.sentence_vi
        FROM core.data_point d LEFT JOIN mart.evidence_answer a ON a.framework_id = d.framework_id
            AND a.data_point = d.data_point AND a.community_id = $community AND a.edition_id = $edition
        WHERE d.framework_id = $framework ORDER BY d.rowid""",
    "answer_figure": """
        SELECT data_point, indicator_id, observation_id, denominator_id, place, rank, rank_of, peer_median, peer_best,
            best_peer
        FROM mart.evidence_figure
        WHERE community_id = $community AND edition_id = $edition AND framework_id = $framework
        ORDER BY data_point, place, indicator_id""",
    "figure": """
        WITH told AS (
            SELECT indicator_id, observation_id, any_value(denominator_id) AS denominator_id, any_value(value) AS value
            FROM mart.evidence_figure
            WHERE community_id = $community AND edition_id = $edition AND framework_id = $framework
            GROUP BY indicator_id, observation_id),
        chosen AS (
            SELECT h.indicator_id, h.observation_id, h.denominator_id, h.value
            FROM mart.chosen h JOIN core.criterion_indicator l
                ON l.indicator_id = h.indicator_id AND l.framework_id = $lens
            WHERE h.community_id = $community AND h.edition_id = $edition AND h.basis = $basis),
        every AS (
            SELECT indicator_id, observation_id, coalesce(c.denominator_id, t.denominator_id) AS denominator_id,
                coalesce(c.value, t.value) AS value, c.value IS NOT NULL AS is_chosen
            FROM told t FULL JOIN chosen c USING (indicator_id, observation_id))
        SELECT b.*, o.year, o.area_name, o.is_proxy OR o.area_id <> $community AS is_proxy, o.quality, o.printed_value,
            o.printed_unit, o.conversion, o.note, g.score, g.peer_median_value AS peer_median, g.peer_median_score,
            g.best_value AS peer_best, g.best_score AS peer_best_score, g.best_peer
        FROM every b JOIN core.observation o USING (observation_id)
        LEFT JOIN mart.gap g ON g.community_id = $community AND g.edition_id = $edition AND g.framework_id = $lens
            AND g.basis = $basis AND g.indicator_id = b.indicator_id AND b.is_chosen
        ORDER BY b.indicator_id, o.year DESC, b.observation_id""",
    "observation": """
        SELECT DISTINCT o.observation_id, o.publisher, o.url, o.locator, o.answer_id, a.retrieved_at, s.name AS source
        FROM core.observation o JOIN raw.answer a USING (answer_id) JOIN core.source s ON s.source_id = o.source_id
        WHERE o.observation_id IN (
            SELECT unnest([observation_id, denominator_id]) FROM mart.chosen
            WHERE community_id = $community AND edition_id = $edition AND basis = $basis
            UNION SELECT unnest([observation_id, denominator_id]) FROM mart.evidence_figure
            WHERE community_id = $community AND edition_id = $edition AND framework_id = $framework
            UNION SELECT observation_id FROM mart.target_progress WHERE community_id = $community)
        ORDER BY o.observation_id""",
    "peer_score": """
        SELECT b.community_id, b.criterion_id, b.is_ranked, b.score, b.coverage, u.rank,
            round(u.rank_p5)::BIGINT AS rank_low, round(u.rank_p95)::BIGINT AS rank_high
        FROM mart.benchmark b JOIN core.criterion k USING (criterion_id)
        LEFT JOIN mart.rank_interval u ON u.edition_id = b.edition_id AND u.framework_id = b.criterion_id
            AND u.basis = b.basis AND u.community_id = b.community_id
        WHERE b.edition_id = $edition AND b.framework_id = $lens AND b.basis = $basis AND k.level < 2
        ORDER BY k.level, k.rowid, NOT b.is_ranked, b.score DESC NULLS LAST, b.community_id""",
    "peer_figure": """
        SELECT h.community_id, h.indicator_id, m.is_ranked, h.value, h.year, h.is_proxy, o.publisher, o.url, s.score
        FROM mart.chosen h JOIN core.criterion_indicator l
            ON l.indicator_id = h.indicator_id AND l.framework_id = $lens
        JOIN core.edition_member m USING (edition_id, community_id) JOIN core.observation o USING (observation_id)
        LEFT JOIN mart.indicator_score s ON s.edition_id = h.edition_id AND s.framework_id = l.framework_id
            AND s.basis = h.basis AND s.community_id = h.community_id AND s.indicator_id = h.indicator_id
        WHERE h.edition_id = $edition AND h.basis = $basis
        ORDER BY h.indicator_id, NOT m.is_ranked, s.score DESC NULLS LAST, h.community_id""",
    "gap": """
        SELECT d.indicator_id, d.criterion_id, d.figure, d.rank, d.rank_p10, d.rank_p50, d.rank_p90, d.expected_change,
            d.would_be_assessed
        FROM mart.data_gap d
        WHERE d.community_id = $community AND d.edition_id = $edition AND d.framework_id = $framework
            AND d.basis = $basis
        ORDER BY d.would_be_assessed DESC, d.expected_change DESC NULLS LAST,
            d.score_highest - d.score_lowest DESC NULLS LAST, d.indicator_id""",
    "initiative": """
        SELECT i.*, p.name AS programme, h.missing
        FROM core.initiative i LEFT JOIN core.programme p USING (programme_id)
        LEFT JOIN mart.helix h USING (initiative_id)
        WHERE i.community_id = $community ORDER BY i.rowid""",
    "partner": """
        SELECT p.* FROM core.initiative_partner p JOIN core.initiative i USING (initiative_id)
        WHERE i.community_id = $community ORDER BY p.rowid""",
    "support": """
        SELECT s.kind, s.entry_id, s.data_point, s.state FROM mart.evidence_support s
        WHERE s.community_id = $community AND s.edition_id = $edition AND s.framework_id = $framework
        ORDER BY s.rowid""",
    "outcome": """
        SELECT o.* FROM core.initiative_outcome o JOIN core.initiative i USING (initiative_id)
        WHERE i.community_id = $community ORDER BY initiative_id, position""",
    "initiative_document": """
        SELECT d.* FROM core.initiative_document d JOIN core.initiative i USING (initiative_id)
        WHERE i.community_id = $community ORDER BY d.rowid""",
    "target": """
        SELECT t.*, p.criterion_id AS scope_id, g.target, g.target_year, g.unit AS shown_unit, g.actual, g.actual_year,
            g.observation_id, g.gap, g.expected, g.status, g.reason, g.reason_vi
        FROM core.community_target t LEFT JOIN core.programme p USING (programme_id)
        LEFT JOIN mart.target_progress g USING (target_id)
        WHERE t.community_id = $community ORDER BY t.rowid""",
    "recognition": "SELECT * FROM core.recognition WHERE community_id = $community ORDER BY started, recognition_id",
    "post": "SELECT * FROM core.post WHERE community_id = $community ORDER BY rowid",
    "document": "SELECT * FROM core.document ORDER BY rowid",
}
"""SQL by the name of the table that it gives."""


def collect(key: Key, ask_together: AskTogether) -> dict[str, pd.DataFrame]:
    """Every table of facts, from one release.

    Args:
        key: which pack.
        ask_together: answers named questions from one release.

    Returns:
        By name of QUESTIONS; texts clean, missing as None.
    """
    facts = asdict(key)
    asked = {name: (sql, {one: facts[one] for one in set(_PARAMETER.findall(sql))}) for name, sql in QUESTIONS.items()}
    return {name: _clean(table) for name, table in ask_together(asked).items()}


def clean(text: str) -> str:
    """Text that no format stumbles over: composed, without control characters and marks that turn its direction."""
    lines = _LINE_ENDS.sub("\n", unicodedata.normalize("NFC", text))
    return "".join(character for character in lines if _is_shown(character))


def _is_shown(character: str) -> bool:
    if unicodedata.category(character) in {"Cc", "Cf", "Cs"}:
        return character in "\n\t" + _JOINERS
    return ord(character) & 0xFFFE != 0xFFFE  # no characters by definition, and XML refuses them


def _clean(table: pd.DataFrame) -> pd.DataFrame:
    columns = {name: [_plain(value) for value in table[name].astype(object)] for name in table.columns}
    return pd.DataFrame(columns, columns=table.columns, dtype=object)


def _plain(value: Any) -> Any:
    """A value as Python has it: text clean, missing None."""
    if isinstance(value, str):
        return clean(value)
    if value is None or pd.isna(value):
        return None
    return value.item() if hasattr(value, "item") else value
