-- Questions as table macros. A rank stands only where its interval stands beside it, that is at a framework's total.
-- ids are texts; an edition's id is its award year. The reading is `with_proxies` unless
-- the named argument says otherwise: from leaderboard('2019', 'icf', reading := 'own_area').

CREATE MACRO leaderboard(edition, framework, reading := 'with_proxies') AS TABLE
SELECT rank, round(rank_p5)::BIGINT AS rank_p5, round(rank_p95)::BIGINT AS rank_p95, rank_of, community,
    round(score, 1) AS score, round(top_share, 2) AS top_share, round(coverage, 2) AS coverage,
    round(coverage_own, 2) AS coverage_own, round(gap_to_median, 1) AS gap_to_median,
    round(gap_to_best, 1) AS gap_to_best, is_ranked, community_id
FROM mart.leaderboard
WHERE edition_id = edition AND framework_id = framework AND basis = reading
ORDER BY NOT is_ranked, rank NULLS LAST, score DESC NULLS LAST, community;

CREATE MACRO profile(community, edition := '2019', reading := 'with_proxies') AS TABLE
SELECT b.framework_id, k.level, k.name AS criterion, round(b.score, 1) AS score, u.rank,
    round(u.rank_p5)::BIGINT AS rank_p5, round(u.rank_p95)::BIGINT AS rank_p95, b.rank_of,
    round(b.peer_median, 1) AS peer_median, round(b.peer_best, 1) AS peer_best, p.name AS best_peer,
    round(b.coverage, 2) AS coverage, b.criterion_id
FROM mart.benchmark AS b
JOIN core.criterion AS k USING (criterion_id)
LEFT JOIN core.community AS p ON p.community_id = b.best_peer
LEFT JOIN mart.rank_interval AS u ON u.edition_id = b.edition_id AND u.framework_id = b.framework_id
    AND u.basis = b.basis AND u.community_id = b.community_id AND b.criterion_id = b.framework_id
WHERE b.community_id = community AND b.edition_id = edition AND b.basis = reading
ORDER BY b.framework_id, k.level, b.criterion_id;

CREATE MACRO compare(a, b, edition := '2019', framework := 'icf', reading := 'with_proxies') AS TABLE
SELECT k.level, k.name AS criterion, round(x.score, 1) AS score_a, round(y.score, 1) AS score_b,
    round(x.score - y.score, 1) AS difference, u.rank AS rank_a, round(u.rank_p5)::BIGINT AS rank_a_p5,
    round(u.rank_p95)::BIGINT AS rank_a_p95, v.rank AS rank_b, round(v.rank_p5)::BIGINT AS rank_b_p5,
    round(v.rank_p95)::BIGINT AS rank_b_p95, p.ahead AS a_is_ahead,
    round(x.coverage, 2) AS coverage_a, round(y.coverage, 2) AS coverage_b, x.criterion_id
FROM mart.benchmark AS x
JOIN mart.benchmark AS y ON y.edition_id = x.edition_id AND y.framework_id = x.framework_id AND y.basis = x.basis
    AND y.criterion_id = x.criterion_id AND y.community_id = b
JOIN core.criterion AS k ON k.criterion_id = x.criterion_id
LEFT JOIN mart.rank_interval AS u ON u.edition_id = x.edition_id AND u.framework_id = x.criterion_id
    AND u.basis = x.basis AND u.community_id = a
LEFT JOIN mart.rank_interval AS v ON v.edition_id = x.edition_id AND v.framework_id = x.criterion_id
    AND v.basis = x.basis AND v.community_id = b
LEFT JOIN mart.pairwise AS p ON p.edition_id = x.edition_id AND p.framework_id = x.criterion_id
    AND p.basis = x.basis AND p.community_id = a AND p.other_id = b
WHERE x.community_id = a AND x.edition_id = edition AND x.framework_id = framework AND x.basis = reading
ORDER BY CASE k.level WHEN 0 THEN '' WHEN 1 THEN k.criterion_id ELSE k.parent_id || ' ' || k.criterion_id END;

CREATE MACRO explain(community, criterion, edition := '2019', reading := 'with_proxies') AS TABLE
SELECT i.name AS indicator, round(s.score, 1) AS score, round(t.share, 4) AS share, round(t.points, 2) AS points, t.role,
    o.value, u.unit, o.year, o.area_name, o.area_level, o.is_proxy OR o.area_id <> t.community_id AS is_proxy, o.quality,
    o.printed_value, o.printed_unit, o.conversion, o.publisher, o.url, o.note, l.licence, a.answer_id, o.locator, a.lake_path,
    h.reason, t.indicator_id, o.observation_id
FROM mart.trace AS t
JOIN mart.indicator_score AS s USING (edition_id, framework_id, basis, community_id, indicator_id)
JOIN mart.chosen AS h USING (edition_id, basis, community_id, indicator_id)
JOIN core.observation AS o ON o.observation_id = t.observation_id
JOIN core.indicator AS i ON i.indicator_id = t.indicator_id
JOIN core.indicator AS u ON u.indicator_id = o.indicator_id
JOIN core.source AS l ON l.source_id = o.source_id
JOIN raw.answer AS a ON a.answer_id = o.answer_id
WHERE t.community_id = community AND t.criterion_id = criterion AND t.edition_id = edition AND t.basis = reading
ORDER BY t.points DESC, t.indicator_id, t.role;

CREATE MACRO candidates(community, indicator, edition := '2019', reading := 'with_proxies') AS TABLE
SELECT c.verdict, c.value, c.year, c.area_level, c.is_proxy, c.quality, k.name AS comparability, o.area_name, o.publisher,
    o.url, o.note, c.observation_id
FROM mart.candidate AS c
JOIN core.observation AS o USING (observation_id)
JOIN core.indicator_class AS k ON k.indicator_id = c.indicator_id AND k.class_id = c.class_id
WHERE c.community_id = community AND c.indicator_id = indicator AND c.edition_id = edition AND c.basis = reading
ORDER BY c.verdict <> 'chosen', c.verdict, c.year DESC;

CREATE MACRO gaps(community, edition := '2019', framework := 'icf', reading := 'with_proxies') AS TABLE
SELECT k.name AS criterion, i.name AS indicator, i.unit, l.data_point, i.indicator_id
FROM core.criterion_indicator AS l
JOIN core.criterion AS k USING (criterion_id)
JOIN core.indicator AS i ON i.indicator_id = l.indicator_id
WHERE l.framework_id = framework AND k.is_scored AND NOT EXISTS (
    FROM mart.chosen AS h
    WHERE h.community_id = community AND h.indicator_id = l.indicator_id AND h.edition_id = edition AND h.basis = reading
)
ORDER BY k.criterion_id, i.indicator_id;
