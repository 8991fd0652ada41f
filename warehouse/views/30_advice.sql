-- Questions about the way up, as table macros. The other members are held where they are. Beside the present rank
-- stands its interval; a rank that is only imagined has none.

CREATE MACRO improve(community, edition := '2019', framework := 'icf', reading := 'with_proxies') AS TABLE
SELECT n.goal, g.target_rank, g.rank, round(u.rank_p5)::BIGINT AS rank_p5,
    round(u.rank_p95)::BIGINT AS rank_p95, round(g.score, 2) AS score, g.is_there, g.is_within_reach,
    round(g.score_needed, 2) AS score_needed, m.name AS to_match, round(g.points_needed, 2) AS points_needed,
    g.changes, round(g.share, 3) AS share, i.name AS indicator, v.value, v.new_value, i.unit,
    round(v.points, 3) AS points, v.limit, b.name AS best_peer, a.name AS pace_area, p.pace_start, p.pace_end,
    round(g.score_reached, 2) AS score_reached, g.rank_reached, g.years, v.indicator_id
FROM mart.goal AS g
JOIN (VALUES ('next', NULL), ('top7', 7), ('best', 1)) AS n (goal, wanted)
    ON n.wanted = g.target_rank OR n.goal = 'next' AND g.is_next
LEFT JOIN mart.rank_interval AS u USING (edition_id, framework_id, basis, community_id)
LEFT JOIN mart.improvement AS v USING (edition_id, framework_id, basis, community_id, target_rank)
LEFT JOIN mart.gap AS p ON p.edition_id = g.edition_id AND p.framework_id = g.framework_id AND p.basis = g.basis
    AND p.community_id = g.community_id AND p.indicator_id = v.indicator_id
LEFT JOIN core.indicator AS i ON i.indicator_id = v.indicator_id
LEFT JOIN core.community AS m ON m.community_id = g.to_match
LEFT JOIN core.community AS b ON b.community_id = p.best_peer
LEFT JOIN core.area AS a ON a.area_id = p.pace_area
WHERE g.community_id = community AND g.edition_id = edition AND g.framework_id = framework AND g.basis = reading
ORDER BY g.target_rank DESC, n.goal, v.place;

CREATE MACRO losses(community, edition := '2019', framework := 'icf', reading := 'with_proxies') AS TABLE
SELECT k.name AS criterion, i.name AS indicator, g.figure, g.value, i.unit, round(g.score, 1) AS score,
    round(g.weight, 4) AS weight, round(g.points, 2) AS points, round(g.loss, 2) AS loss, round(g.worth, 4) AS worth,
    g.peer_median_value, g.best_value, b.name AS best_peer, round(g.score_to_median, 1) AS score_to_median,
    round(g.score_to_best, 1) AS score_to_best, g.limit, g.reach_value, round(g.reach_points, 3) AS reach_points,
    round(g.pace, 2) AS pace, a.name AS pace_area, g.pace_level, g.pace_source, g.pace_start, g.pace_end,
    g.pace_figures, g.years, g.indicator_id
FROM mart.gap AS g
JOIN core.indicator AS i USING (indicator_id)
JOIN core.criterion AS k USING (criterion_id)
LEFT JOIN core.community AS b ON b.community_id = g.best_peer
LEFT JOIN core.area AS a ON a.area_id = g.pace_area
WHERE g.community_id = community AND g.edition_id = edition AND g.framework_id = framework AND g.basis = reading
ORDER BY g.loss DESC NULLS LAST, g.worth DESC NULLS LAST, g.indicator_id;

CREATE MACRO data_gaps(community, edition := '2019', framework := 'icf', reading := 'with_proxies') AS TABLE
SELECT k.name AS criterion, i.name AS indicator, d.figure, d.rank, d.rank_p10, d.rank_p50, d.rank_p90, d.rank_worst,
    d.rank_best, round(d.expected_change, 3) AS expected_change, round(d.score, 2) AS score,
    round(d.score_p10, 2) AS score_p10, round(d.score_p50, 2) AS score_p50, round(d.score_p90, 2) AS score_p90,
    d.value_p10, d.value_p50, d.value_p90, i.unit, d.peers, d.is_assessed, d.would_be_assessed, d.indicator_id
FROM mart.data_gap AS d
JOIN core.indicator AS i USING (indicator_id)
JOIN core.criterion AS k USING (criterion_id)
WHERE d.community_id = community AND d.edition_id = edition AND d.framework_id = framework AND d.basis = reading
ORDER BY d.would_be_assessed DESC, d.expected_change DESC NULLS LAST, d.score_highest - d.score_lowest DESC NULLS LAST,
    d.indicator_id;
