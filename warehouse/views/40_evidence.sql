-- Questions about evidence. An answer is keyed by the framework's published data point, never by a question of a form.

CREATE VIEW mart.evidence AS
SELECT
    a.edition_id, a.framework_id, f.name AS factor, d.question, a.status, a.value, a.unit, a.year, i.name AS indicator,
    a.area_name, a.is_proxy, a.is_stale, a.rank, a.rank_of, a.rank_low, a.rank_high, a.peer_median, a.peer_best,
    p.name AS best_peer, a.confidence, a.initiatives, a.recognitions, a.posts, a.sentence, a.reason, a.caveat,
    a.confidence_reason, a.publisher, a.url, a.answer_id, d.status AS asked, a.position, a.factor_id, a.data_point, a.community_id
FROM mart.evidence_answer AS a
JOIN core.data_point AS d USING (framework_id, data_point)
JOIN core.criterion AS f ON f.criterion_id = a.factor_id
LEFT JOIN core.indicator AS i ON i.indicator_id = a.indicator_id
LEFT JOIN core.community AS p ON p.community_id = a.best_peer;
COMMENT ON VIEW mart.evidence IS 'Answers to the data points of a framework with their questions and names; asked: how sure it is that the framework asks for it';

CREATE VIEW mart.support AS
SELECT
    s.edition_id, s.framework_id, d.question, s.kind, coalesce(i.name, r.name, p.title) AS name,
    coalesce(r.body, p.organisation, '') AS body, s.state, s.publishers, s.entry_id, s.data_point, s.community_id
FROM mart.evidence_support AS s
JOIN core.data_point AS d USING (framework_id, data_point)
LEFT JOIN core.initiative AS i ON s.kind = 'initiative' AND i.initiative_id = s.entry_id
LEFT JOIN core.recognition AS r ON s.kind = 'recognition' AND r.recognition_id = s.entry_id
LEFT JOIN core.post AS p ON s.kind = 'post' AND p.post_id = s.entry_id;
COMMENT ON VIEW mart.support IS 'Initiatives, honours and posts behind the data points with their names; state: counts in the edition, or why not';

CREATE VIEW mart.promise AS
SELECT
    c.name AS community, t.name AS target, r.printed_value, r.comparison, t.target AS value, t.unit, t.target_year,
    r.base_value, r.base_year, t.actual, t.actual_year, t.gap, t.expected, t.status, t.reason, r.legal_basis,
    d.title AS document, d.publisher, d.url, d.address_status, o.publisher AS actual_publisher, o.url AS actual_url,
    r.indicator_id, r.programme_id, t.target_id, t.community_id
FROM mart.target_progress AS t
JOIN core.community_target AS r USING (target_id)
JOIN core.community AS c ON c.community_id = t.community_id
LEFT JOIN core.document AS d ON d.document_id = r.document_id
LEFT JOIN core.observation AS o ON o.observation_id = t.observation_id;
COMMENT ON VIEW mart.promise IS 'Every target with its document, the actual beside it and how far it is kept';

CREATE VIEW mart.partnership AS
SELECT
    c.name AS community, i.name AS initiative, i.kind, i.status, i.started, i.ended, h.government, h.business, h.school,
    h.community AS outside, h.missing, s.name AS scope, h.scope_id, h.initiative_id, h.community_id
FROM mart.helix AS h
JOIN core.initiative AS i USING (initiative_id)
JOIN core.community AS c ON c.community_id = h.community_id
LEFT JOIN core.criterion AS s ON s.criterion_id = h.scope_id;
COMMENT ON VIEW mart.partnership IS 'Initiatives with the number of partners by house, and which of the three houses is missing';

CREATE MACRO evidence(community, framework := 'icf', edition := '2019') AS TABLE
SELECT factor, question, status, value, unit, year, area_name, rank, rank_low, rank_high, rank_of, confidence, initiatives,
    recognitions, posts, sentence, reason, caveat, publisher, url, answer_id, asked, data_point
FROM mart.evidence
WHERE community_id = community AND framework_id = framework AND edition_id = edition
ORDER BY position;

-- Points are of the total, ranks as in data_gaps(): what the figure would do if it were as the peers' figures are.
CREATE MACRO missing_evidence(community, framework := 'icf', edition := '2019', reading := 'with_proxies') AS TABLE
WITH effect AS (
    SELECT l.data_point, max(g.expected_change) AS expected_change, any_value(g.rank) AS rank,
        min(g.rank_best) AS rank_best, max(g.rank_worst) AS rank_worst, bool_or(g.would_be_assessed) AS would_be_assessed
    FROM (SELECT framework_id, data_point, unnest(string_split(indicators, ' ')) AS indicator_id FROM core.data_point) AS l
    JOIN mart.data_gap AS g USING (framework_id, indicator_id)
    WHERE g.community_id = community AND g.framework_id = framework AND g.edition_id = edition AND g.basis = reading
    GROUP BY l.data_point
)
SELECT e.factor, e.question, e.status, e.is_stale, e.reason, x.expected_change, x.rank, x.rank_best, x.rank_worst,
    x.would_be_assessed, e.asked, e.data_point
FROM mart.evidence AS e
LEFT JOIN effect AS x USING (data_point)
WHERE e.community_id = community AND e.framework_id = framework AND e.edition_id = edition AND e.status <> 'answered'
ORDER BY x.would_be_assessed DESC NULLS LAST, x.expected_change DESC NULLS LAST,
    CASE e.asked WHEN 'confirmed_data_point' THEN 0 WHEN 'measure_sourced' THEN 0 ELSE 1 END,
    e.status <> 'missing', e.position;

CREATE MACRO readiness(community, framework := 'icf', edition := '2019') AS TABLE
SELECT e.factor, count(*) AS data_points, count(*) FILTER (e.status = 'answered') AS answered,
    count(*) FILTER (e.status = 'partial') AS partial, count(*) FILTER (e.status = 'missing') AS missing,
    count(*) FILTER (e.is_stale) AS stale, count(*) FILTER (e.is_proxy) AS of_wider_areas,
    count(*) FILTER (e.confidence = 'low') AS of_low_confidence,
    count(*) FILTER (e.asked = 'confirmed_data_point') AS confirmed,
    count(*) FILTER (e.asked = 'confirmed_data_point' AND e.status = 'answered') AS confirmed_answered, e.factor_id
FROM mart.evidence AS e
WHERE e.community_id = community AND e.framework_id = framework AND e.edition_id = edition
GROUP BY e.factor, e.factor_id
ORDER BY min(e.position);
