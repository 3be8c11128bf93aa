-- rating.sql: verdicts, and what to rate next.

-- name: rating_give
-- columns: event_id bigint, is_new boolean
-- write
-- One verdict of the reader on a candidate that the reader may see; none (NULL) takes it back. The
-- same request key again gives the first event. A candidate out of sight: no row.
SELECT g.event_id, g.is_new
  FROM candidate c
 CROSS JOIN LATERAL rate(c.id, :_user::bigint, :rating::integer, :classification::bigint,
                         :request_key::text, :how::text, :batch::text, :shown_at::timestamptz,
                         :queue_mode::text, :visible::boolean, :token::bigint) g
 WHERE c.id = :id::bigint
   AND c.project_id = ANY (:_projects::bigint[])

-- name: rating_said
-- columns: rating integer?, classification_id bigint?
-- plan: generic
-- What an event of the reader's own said.
SELECT e.rating::integer, e.classification_id
  FROM rating_event e
  JOIN candidate c ON c.id = e.candidate_id
 WHERE e.id = :event_id::bigint
   AND e.account_id = :_user::bigint
   AND c.project_id = ANY (:_projects::bigint[])

-- name: rating_mine
-- columns: candidate_id bigint, rating integer, classification text?, at timestamptz
-- plan: generic
-- The reader's standing verdict on one candidate.
SELECT r.candidate_id, r.rating::integer, k.name AS classification, r.at
  FROM rating r
  JOIN candidate c ON c.id = r.candidate_id
  LEFT JOIN classification k ON k.id = r.classification_id
 WHERE r.candidate_id = :rated::bigint
   AND r.account_id = :_user::bigint
   AND c.project_id = ANY (:_projects::bigint[])

-- fragment: queue_where
-- The reader's queue within one project; s is candidate_summary.
            s.project_id = :project::bigint
        AND s.project_id = ANY (:_projects::bigint[])
        AND s.candidate_id <> coalesce(:not_id::bigint, 0)
        AND NOT coalesce(round(s.obs_cent_freq) = ANY (:left_out::float8[]), false)
        AND NOT EXISTS (SELECT FROM skip k
                         WHERE k.account_id = :_user::bigint AND k.candidate_id = s.candidate_id)

-- name: next_unrated
-- variants: sort = queue.order, dir
-- columns: id bigint
-- plan: custom
-- The first candidate of the queue that nobody has rated.
SELECT q.id
  FROM (
        (SELECT s.candidate_id AS id FROM candidate_summary s
          WHERE @use(queue_where)
            AND s.rating_count = 0 AND %sort IS NOT NULL
            AND (:start::float8 IS NULL OR %sort >= :start::float8)
          ORDER BY %sort %dir, s.candidate_id LIMIT 1)
        UNION ALL
        (SELECT s.candidate_id FROM candidate_summary s
          WHERE @use(queue_where)
            AND s.rating_count = 0 AND :start::float8 IS NOT NULL AND %sort < :start::float8
          ORDER BY %sort %dir, s.candidate_id LIMIT 1)
        UNION ALL
        (SELECT s.candidate_id FROM candidate_summary s
          WHERE @use(queue_where)
            AND s.rating_count = 0 AND %sort IS NULL
          ORDER BY s.candidate_id LIMIT 1)
       ) q
 LIMIT 1

-- name: next_week
-- variants: sort = queue.order, dir
-- columns: id bigint
-- plan: custom
-- The first candidate of the queue that nobody has rated in the last 7 days.
SELECT q.id
  FROM (
        (SELECT s.candidate_id AS id FROM candidate_summary s
          WHERE @use(queue_where)
            AND (s.last_rated_at IS NULL OR s.last_rated_at < now() - interval '7 days')
            AND %sort IS NOT NULL AND (:start::float8 IS NULL OR %sort >= :start::float8)
          ORDER BY %sort %dir, s.candidate_id LIMIT 1)
        UNION ALL
        (SELECT s.candidate_id FROM candidate_summary s
          WHERE @use(queue_where)
            AND (s.last_rated_at IS NULL OR s.last_rated_at < now() - interval '7 days')
            AND :start::float8 IS NOT NULL AND %sort < :start::float8
          ORDER BY %sort %dir, s.candidate_id LIMIT 1)
        UNION ALL
        (SELECT s.candidate_id FROM candidate_summary s
          WHERE @use(queue_where)
            AND (s.last_rated_at IS NULL OR s.last_rated_at < now() - interval '7 days')
            AND %sort IS NULL
          ORDER BY s.candidate_id LIMIT 1)
       ) q
 LIMIT 1

-- name: next_mine
-- variants: sort = queue.order, dir
-- columns: id bigint
-- plan: custom
-- The first candidate of the queue that the reader has not rated.
SELECT q.id
  FROM (
        (SELECT s.candidate_id AS id FROM candidate_summary s
          WHERE @use(queue_where)
            AND NOT EXISTS (SELECT FROM rating r WHERE r.candidate_id = s.candidate_id
                                                   AND r.account_id = :_user::bigint)
            AND %sort IS NOT NULL AND (:start::float8 IS NULL OR %sort >= :start::float8)
          ORDER BY %sort %dir, s.candidate_id LIMIT 1)
        UNION ALL
        (SELECT s.candidate_id FROM candidate_summary s
          WHERE @use(queue_where)
            AND NOT EXISTS (SELECT FROM rating r WHERE r.candidate_id = s.candidate_id
                                                   AND r.account_id = :_user::bigint)
            AND :start::float8 IS NOT NULL AND %sort < :start::float8
          ORDER BY %sort %dir, s.candidate_id LIMIT 1)
        UNION ALL
        (SELECT s.candidate_id FROM candidate_summary s
          WHERE @use(queue_where)
            AND NOT EXISTS (SELECT FROM rating r WHERE r.candidate_id = s.candidate_id
                                                   AND r.account_id = :_user::bigint)
            AND %sort IS NULL
          ORDER BY s.candidate_id LIMIT 1)
       ) q
 LIMIT 1

-- name: next_skipped
-- columns: id bigint
-- Skipped ones stand at the end of one's own queue: the one that was skipped first.
SELECT s.candidate_id AS id
  FROM skip k
  JOIN candidate_summary s ON s.candidate_id = k.candidate_id
 WHERE k.account_id = :_user::bigint
   AND s.project_id = :project::bigint
   AND s.project_id = ANY (:_projects::bigint[])
   AND s.candidate_id <> coalesce(:not_id::bigint, 0)
   AND NOT coalesce(round(s.obs_cent_freq) = ANY (:left_out::float8[]), false)
   AND CASE :queue_filter::text
            WHEN 'unrated' THEN s.rating_count = 0
            WHEN 'week' THEN s.last_rated_at IS NULL OR s.last_rated_at < now() - interval '7 days'
            ELSE NOT EXISTS (SELECT FROM rating r WHERE r.candidate_id = s.candidate_id
                                                    AND r.account_id = :_user::bigint)
       END
 ORDER BY k.at, s.candidate_id
 LIMIT 1

-- name: queue_left
-- columns: left_over bigint, capped boolean
-- plan: custom
-- How many are left in the reader's queue, skipped ones included; counted up to 1,000. No project
-- chosen, in that of the candidate looked at.
SELECT count(*) AS left_over, count(*) > 1000 AS capped
  FROM (
        SELECT 1
          FROM candidate_summary s
         WHERE s.project_id = coalesce(:project::bigint,
                                       (SELECT c.project_id FROM candidate c
                                         WHERE c.id = :id::bigint))
           AND s.project_id = ANY (:_projects::bigint[])
           AND NOT coalesce(round(s.obs_cent_freq) = ANY (:left_out::float8[]), false)
           AND (:queue_filter::text <> 'unrated' OR s.rating_count = 0)
           AND (:queue_filter::text <> 'week' OR s.last_rated_at IS NULL
                OR s.last_rated_at < now() - interval '7 days')
           AND (:queue_filter::text <> 'mine' OR NOT EXISTS (
                   SELECT FROM rating r
                    WHERE r.candidate_id = s.candidate_id AND r.account_id = :_user::bigint))
         LIMIT 1001
       ) counted

-- name: skip_add
-- write
-- Puts a candidate at the end of the reader's queue.
INSERT INTO skip (account_id, candidate_id, at)
SELECT :_user::bigint, c.id, clock_timestamp()
  FROM candidate c
 WHERE c.id = :id::bigint
   AND c.project_id = ANY (:_projects::bigint[])
ON CONFLICT (account_id, candidate_id) DO UPDATE SET at = EXCLUDED.at

-- name: sitting_count
-- columns: done bigint
-- plan: generic
-- How many verdicts the reader gave in this sitting: without a break of half an hour. Looks at the
-- last 500 only.
SELECT count(*) AS done
  FROM (
        SELECT e.at,
               max(CASE WHEN e.gap > interval '30 minutes' THEN 1 ELSE 0 END)
                   OVER (ORDER BY e.id DESC) AS broken
          FROM (SELECT v.id, v.at,
                       coalesce(lag(v.at) OVER (ORDER BY v.id DESC), now()) - v.at AS gap
                  FROM (SELECT id, at FROM rating_event
                         WHERE account_id = :_user::bigint AND rating IS NOT NULL
                         ORDER BY id DESC
                         LIMIT 500) v) e
       ) sitting
 WHERE sitting.broken = 0

-- name: project_work
-- columns: id bigint, name text, description text, candidates bigint, rated bigint
-- columns: unrated bigint, not_by_me bigint, uploaded_at timestamptz?, chosen boolean
-- Where work waits: for each project that the reader may see, how many candidates there are, how
-- many have a rating, and how many the reader has not rated. Candidates are counted by the
-- summaries of observations, of which there are a hundred times fewer.
SELECT p.id,
       p.name,
       p.description,
       n.candidates,
       n.rated,
       n.candidates - n.rated AS unrated,
       n.candidates - coalesce(mine.count, 0) AS not_by_me,
       (SELECT c.uploaded_at FROM candidate c WHERE c.project_id = p.id
         ORDER BY c.id DESC LIMIT 1) AS uploaded_at,
       p.id = coalesce(:project::bigint, 0) AS chosen
  FROM project p
 CROSS JOIN LATERAL (
        SELECT coalesce(sum(o.uploaded), 0)::bigint AS candidates,
               coalesce(sum(o.rated), 0)::bigint AS rated
          FROM observation_summary o
         WHERE o.project_id = p.id) n
  LEFT JOIN (
        SELECT s.project_id, count(*) AS count
          FROM rating r
          JOIN candidate_summary s ON s.candidate_id = r.candidate_id
         WHERE r.account_id = :_user::bigint
         GROUP BY s.project_id) mine ON mine.project_id = p.id
 WHERE p.id = ANY (:_projects::bigint[])
 ORDER BY n.candidates - n.rated DESC, p.name
 LIMIT 200

-- name: rating_latest
-- columns: candidate_id bigint, rating integer, classification text?, at timestamptz
-- columns: thumb text?, project_name text
-- The reader's latest standing verdicts.
SELECT r.candidate_id, r.rating::integer, k.name AS classification, r.at,
       left(c.thumb_hash, 8) AS thumb, p.name AS project_name
  FROM rating r
  JOIN candidate c ON c.id = r.candidate_id
  JOIN project p ON p.id = c.project_id
  LEFT JOIN classification k ON k.id = r.classification_id
 WHERE r.account_id = :_user::bigint
   AND c.project_id = ANY (:_projects::bigint[])
 ORDER BY r.at DESC, r.candidate_id DESC
 LIMIT 8

-- name: observation_latest
-- columns: observation_id bigint, obsname text?, cent_freq float8?, starttime bigint
-- columns: candidates bigint, uploaded_at timestamptz
-- The observations that came in last, with the reader's candidates in each.
SELECT o.observation_id, o.obsname, o.cent_freq, o.starttime,
       (SELECT count(*) FROM candidate c
         WHERE c.obs_id = o.observation_id
           AND c.project_id = ANY (:_projects::bigint[])) AS candidates,
       o.uploaded_at
  FROM observation o
 ORDER BY o.starttime DESC, o.observation_id DESC
 LIMIT 8

-- name: frequency_choices
-- columns: mhz bigint, lowest float8, highest float8, candidates bigint, left_out boolean
-- plan: custom
-- The centre frequencies of the project's observations, grouped within 1 MHz as the queue compares
-- them; none chosen (0 or NULL), of all projects that the reader may see.
SELECT g.mhz, g.lowest, g.highest, g.candidates,
       g.mhz = ANY (:left_out::float8[]) AS left_out
  FROM (
        SELECT round(o.cent_freq)::bigint AS mhz,
               min(o.cent_freq) AS lowest,
               max(o.cent_freq) AS highest,
               sum(n.uploaded)::bigint AS candidates
          FROM observation_summary n
          JOIN observation o ON o.observation_id = n.observation_id
         WHERE n.project_id = ANY (:_projects::bigint[])
           AND (coalesce(:project::bigint, 0) = 0 OR n.project_id = :project::bigint)
           AND o.cent_freq BETWEEN 0 AND 1000000
           AND n.uploaded > 0
         GROUP BY round(o.cent_freq)) g
 ORDER BY g.mhz
 LIMIT 200

-- name: setting_save
-- write
-- The reader's queue and looks; what is NULL stays as it is, and project 0 is none. Of the
-- frequencies left out, those that the form did not show stay as well.
INSERT INTO account_setting AS a (account_id, project_id, queue_order, queue_filter, theme, paper,
                                  left_out)
VALUES (:_user::bigint,
        (SELECT p.id FROM project p
          WHERE p.id = :project::bigint AND p.id = ANY (:_projects::bigint[])),
        coalesce(:queue_order::text, 'random'), coalesce(:queue_filter::text, 'unrated'),
        coalesce(:theme::text, 'system'), coalesce(:paper::text, 'dim'),
        coalesce(:left_out::float8[], '{}'))
ON CONFLICT (account_id) DO UPDATE
   SET project_id = CASE WHEN :project::bigint = 0 THEN NULL
                         ELSE coalesce(EXCLUDED.project_id, a.project_id) END,
       queue_order = coalesce(:queue_order::text, a.queue_order),
       queue_filter = coalesce(:queue_filter::text, a.queue_filter),
       theme = coalesce(:theme::text, a.theme),
       paper = coalesce(:paper::text, a.paper),
       left_out = CASE WHEN :with_left_out::boolean THEN ARRAY(
                           SELECT l.mhz FROM unnest(a.left_out) AS l (mhz)
                            WHERE l.mhz <> ALL (coalesce(:left_out_shown::float8[], '{}'))
                            UNION
                           SELECT l.mhz FROM unnest(EXCLUDED.left_out) AS l (mhz)
                            ORDER BY mhz
                            LIMIT 1000)
                       ELSE a.left_out END,
       changed_at = now()
