-- Views that join what analysts would join every time. Each has a comment; names stand beside ids.

CREATE VIEW mart.leaderboard AS
SELECT
    b.edition_id, b.framework_id, b.basis, b.rank, u.rank_p5, u.rank_median, u.rank_p95, u.top_share, b.rank_of,
    c.name AS community, b.community_id, b.is_ranked, b.score, u.score_p5, u.score_p95, b.coverage, s.coverage_own,
    b.gap_to_median, b.gap_to_best
FROM mart.benchmark AS b
JOIN mart.score AS s USING (edition_id, framework_id, basis, criterion_id, community_id)
JOIN core.community AS c USING (community_id)
LEFT JOIN mart.rank_interval AS u USING (edition_id, framework_id, basis, community_id)
WHERE b.criterion_id = b.framework_id;
COMMENT ON VIEW mart.leaderboard IS 'Totals of every edition and framework, in both readings, with names and rank intervals';

CREATE VIEW mart.figure AS
SELECT
    h.edition_id, h.basis, h.community_id, i.name AS indicator, h.indicator_id, h.value, i.unit, h.year, h.area_level,
    h.is_proxy, h.quality, o.area_name, o.printed_value, o.printed_unit, o.conversion, o.publisher, o.url, o.note,
    s.licence, s.is_open, a.retrieved_at, a.answer_id, o.locator, a.lake_path, h.reason
FROM mart.chosen AS h
JOIN core.indicator AS i USING (indicator_id)
JOIN core.observation AS o USING (observation_id)
JOIN core.source AS s USING (source_id)
JOIN raw.answer AS a ON a.answer_id = o.answer_id;
COMMENT ON VIEW mart.figure IS 'Every chosen value with its publisher, its address, its licence and the stored answer that holds it';
