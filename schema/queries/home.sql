-- home.sql: the first page: how far the work is, what the reader did, and the sky of the survey.
--
-- None of it is read in time that grows with the candidates: counts come from summaries, the rest
-- is capped.

-- name: home_count
-- columns: counted boolean
-- write
-- Brings the days of the reader's projects up to date; see progress_count().
SELECT progress_count(:_projects::bigint[]) AS counted

-- name: home_progress
-- columns: date text, uploaded bigint, rated bigint
-- plan: custom
-- How many candidates there were by 53 days up to today, and how many of them were rated by then:
-- a year by the week, or less of it where the first came later. Of one project or of all.
WITH days AS (
        SELECT d.day, sum(d.uploaded) AS uploaded, sum(d.rated) AS rated
          FROM project_day d
         WHERE d.project_id = ANY (:_projects::bigint[])
           AND (:project::bigint IS NULL OR d.project_id = :project::bigint)
         GROUP BY d.day),
     span AS (
        SELECT (now() AT TIME ZONE 'UTC')::date AS today,
               greatest(1, least(7, ceil(((now() AT TIME ZONE 'UTC')::date - min(day)) / 51.0)))::integer
                   AS step
          FROM days)
SELECT (s.today - n.back * s.step)::text AS date,
       coalesce(sum(sum(d.uploaded)) OVER (ORDER BY n.back DESC), 0)::bigint AS uploaded,
       coalesce(sum(sum(d.rated)) OVER (ORDER BY n.back DESC), 0)::bigint AS rated
  FROM span s
 CROSS JOIN generate_series(0, 52) AS n (back)
  LEFT JOIN days d ON least((s.today - d.day) / s.step, 52) = n.back
 GROUP BY s.today, s.step, n.back
 ORDER BY n.back DESC
 LIMIT 53

-- name: home_days
-- columns: date text, done bigint
-- plan: generic
-- On how many candidates the reader's verdict that stands is of each of the last 28 days, UTC.
SELECT n.day::date::text AS date, coalesce(r.done, 0) AS done
  FROM generate_series((now() AT TIME ZONE 'UTC')::date - 27, (now() AT TIME ZONE 'UTC')::date,
                       interval '1 day') AS n (day)
  LEFT JOIN (
        SELECT (m.at AT TIME ZONE 'UTC')::date AS day, count(*) AS done
          FROM rating m
          JOIN candidate_summary s ON s.candidate_id = m.candidate_id
         WHERE m.account_id = :_user::bigint
           AND s.project_id = ANY (:_projects::bigint[])
           AND m.at >= ((now() AT TIME ZONE 'UTC')::date - 27)::timestamp AT TIME ZONE 'UTC'
         GROUP BY 1) r ON r.day = n.day::date
 ORDER BY n.day
 LIMIT 28

-- name: home_sitting
-- columns: begun timestamptz, ended timestamptz, is_now boolean, projects text?, modes text?
-- columns: rated bigint, undone bigint, skipped bigint, n1 bigint, n2 bigint, n3 bigint, n4 bigint
-- columns: n5 bigint, fives text?, pace float8?
-- plan: custom
-- The reader's last sitting: verdicts without a break of half an hour, to 2,000 of them; pace is
-- the median of the seconds from one verdict to the next. No row without any verdict.
WITH given AS (
        SELECT e.id, e.at, e.rating, e.candidate_id, e.queue_mode, c.project_id,
               lag(e.at) OVER (ORDER BY e.id DESC) - e.at AS gap
          FROM (SELECT v.id, v.at, v.rating, v.candidate_id, v.queue_mode
                  FROM rating_event v
                 WHERE v.account_id = :_user::bigint
                 ORDER BY v.id DESC
                 LIMIT 2000) e
          JOIN candidate_summary c ON c.candidate_id = e.candidate_id
         WHERE c.project_id = ANY (:_projects::bigint[])),
     marked AS (
        SELECT g.*, sum(CASE WHEN g.gap > interval '30 minutes' THEN 1 ELSE 0 END)
                        OVER (ORDER BY g.id DESC) AS sitting
          FROM given g),
     last AS (
        SELECT m.* FROM marked m WHERE m.sitting = 0)
SELECT min(l.at) AS begun,
       max(l.at) AS ended,
       max(l.at) > now() - interval '30 minutes' AS is_now,
       (SELECT string_agg(p.name, ', ' ORDER BY p.name) FROM project p
         WHERE p.id IN (SELECT l.project_id FROM last l)) AS projects,
       string_agg(DISTINCT l.queue_mode, ', ') AS modes,
       count(*) FILTER (WHERE l.rating IS NOT NULL) AS rated,
       count(*) FILTER (WHERE l.rating IS NULL) AS undone,
       (SELECT count(*) FROM skip k
         WHERE k.account_id = :_user::bigint
           AND k.at BETWEEN (SELECT min(l.at) FROM last l) - interval '30 minutes'
                        AND (SELECT max(l.at) FROM last l) + interval '30 minutes') AS skipped,
       count(*) FILTER (WHERE l.rating = 1) AS n1,
       count(*) FILTER (WHERE l.rating = 2) AS n2,
       count(*) FILTER (WHERE l.rating = 3) AS n3,
       count(*) FILTER (WHERE l.rating = 4) AS n4,
       count(*) FILTER (WHERE l.rating = 5) AS n5,
       (SELECT string_agg(f.candidate_id::text, ' ' ORDER BY f.id)
          FROM (SELECT l.candidate_id, l.id FROM last l
                 WHERE l.rating = 5
                 ORDER BY l.id DESC
                 LIMIT 30) f) AS fives,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM l.gap)::float8) AS pace
  FROM last l
HAVING count(*) > 0

-- name: sky_pointings
-- columns: observations bigint, observation_id bigint, ra float8, dec float8, mhz float8?
-- columns: candidates bigint, rated bigint
-- plan: custom
-- Where the survey looked: observations whose centres round to one square degree count as one
-- pointing; the 300 with most candidates. mhz is the mean frequency.
SELECT count(*) AS observations,
       max(g.observation_id) AS observation_id,
       avg(g.ra_tile_dec) AS ra,
       avg(g.dec_tile_dec) AS dec,
       avg(g.cent_freq) AS mhz,
       sum(g.candidates)::bigint AS candidates,
       sum(g.rated)::bigint AS rated
  FROM (
        SELECT o.observation_id, o.ra_tile_dec, o.dec_tile_dec, o.cent_freq,
               sum(n.uploaded) AS candidates, sum(n.rated) AS rated
          FROM observation_summary n
          JOIN observation o ON o.observation_id = n.observation_id
         WHERE n.project_id = ANY (:_projects::bigint[])
           AND (:project::bigint IS NULL OR n.project_id = :project::bigint)
           AND o.ra_tile_dec >= 0 AND o.ra_tile_dec < 360
           AND o.dec_tile_dec BETWEEN -90 AND 90
         GROUP BY o.observation_id) g
 GROUP BY round(g.ra_tile_dec), round(g.dec_tile_dec)
 ORDER BY sum(g.candidates) DESC, max(g.observation_id)
 LIMIT 300

-- name: sky_candidates
-- columns: id bigint, ra float8, dec float8, mean float8, rating_count integer
-- plan: custom
-- The 300 candidates with the highest mean rating that the reader may know: in a blind project
-- those among the last 5,000 that the reader rated.
SELECT c.id, c.ra_deg AS ra, c.dec_deg AS dec, q.mean, q.rating_count
  FROM (
        (SELECT s.candidate_id, s.rating_sum::float8 / nullif(s.rating_count, 0) AS mean,
                s.rating_count
           FROM project p
          CROSS JOIN LATERAL (
                SELECT m.candidate_id, m.rating_sum, m.rating_count
                  FROM candidate_summary m
                 WHERE m.project_id = p.id
                   AND m.rating_sum::float8 / nullif(m.rating_count, 0) IS NOT NULL
                 ORDER BY m.rating_sum::float8 / nullif(m.rating_count, 0) DESC,
                          m.candidate_id DESC
                 LIMIT 300) s
          WHERE p.id = ANY (:_projects::bigint[])
            AND (:project::bigint IS NULL OR p.id = :project::bigint)
            AND NOT p.blind)
        UNION ALL
        (SELECT s.candidate_id, s.rating_sum::float8 / nullif(s.rating_count, 0), s.rating_count
           FROM (SELECT r.candidate_id
                   FROM rating r
                  WHERE r.account_id = :_user::bigint
                  ORDER BY r.at DESC, r.candidate_id DESC
                  LIMIT 5000) mine
           JOIN candidate_summary s ON s.candidate_id = mine.candidate_id
           JOIN project p ON p.id = s.project_id
          WHERE p.id = ANY (:_projects::bigint[])
            AND (:project::bigint IS NULL OR p.id = :project::bigint)
            AND p.blind)
       ) q
  JOIN candidate c ON c.id = q.candidate_id
 WHERE c.ra_deg IS NOT NULL
 ORDER BY q.mean DESC, c.id DESC
 LIMIT 300
