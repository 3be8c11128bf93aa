-- rank.sql: a candidate's measured values beside those of its project and filter.

-- name: candidate_ranks
-- columns: name text, count integer?, percentile float8?, stale boolean
-- plan: generic
-- Where each measured value of a candidate stands among the kept quantiles, 0 to 100; values that are
-- alike share the middle of their places. Quantiles that are missing or older than :minutes are stale.
SELECT v.name,
       q.count,
       CASE WHEN v.value IS NOT NULL AND q.quantiles IS NOT NULL
            THEN (SELECT least(greatest((count(*) FILTER (WHERE u.quantile < v.value)
                                         + count(*) FILTER (WHERE u.quantile <= v.value) - 1) / 2.0,
                                        0), 100)
                    FROM unnest(q.quantiles) AS u (quantile)) END::float8 AS percentile,
       q.at IS NULL OR q.at < now() - make_interval(mins => :minutes::integer) AS stale
  FROM candidate c
 CROSS JOIN LATERAL (VALUES @list(candidate.measured, ('%n', c.%n::float8))) AS v (name, value)
  LEFT JOIN value_quantiles q ON q.project_id = c.project_id
                             AND q.filter_id = c.filter_id
                             AND q.name = v.name
 WHERE c.id = :id::bigint
   AND c.project_id = ANY (:_projects::bigint[])
 ORDER BY v.name
 LIMIT 200

-- name: quantiles_make
-- columns: name text
-- plan: custom
-- write
-- Makes the quantiles of the candidate's project and filter anew, from a random sample of :sample.
INSERT INTO value_quantiles (project_id, filter_id, name, count, quantiles, at)
SELECT s.project_id, s.filter_id, s.name, count(s.value),
       percentile_cont(ARRAY(SELECT g / 100.0 FROM generate_series(0, 100) g))
           WITHIN GROUP (ORDER BY s.value),
       now()
  FROM (
        SELECT n.project_id, n.filter_id, v.name, v.value
          FROM (
                SELECT o.*
                  FROM candidate c
                  JOIN candidate o ON o.project_id = c.project_id AND o.filter_id = c.filter_id
                 WHERE c.id = :id::bigint
                   AND c.project_id = ANY (:_projects::bigint[])
                 ORDER BY o.shuffle
                 LIMIT :sample::bigint
               ) n
         CROSS JOIN LATERAL (VALUES @list(candidate.measured, ('%n', n.%n::float8))) AS v (name, value)
       ) s
 GROUP BY s.project_id, s.filter_id, s.name
 ORDER BY s.name
    ON CONFLICT (project_id, filter_id, name) DO UPDATE
       SET count = excluded.count, quantiles = excluded.quantiles, at = excluded.at
RETURNING name
