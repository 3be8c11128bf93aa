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
-- columns: agrees boolean
-- plan: generic
-- Whether an event of the reader's own said this rating and classification.
SELECT e.rating IS NOT DISTINCT FROM :rating::integer
       AND classification_standing(e.classification_id)
           IS NOT DISTINCT FROM classification_standing(:classification::bigint) AS agrees
  FROM rating_event e
  JOIN candidate c ON c.id = e.candidate_id
 WHERE e.id = :event_id::bigint
   AND e.account_id = :_user::bigint
   AND c.project_id = ANY (:_projects::bigint[])

-- name: rating_mine
-- columns: candidate_id bigint, rating integer, classification text?, at timestamptz
-- columns: event_id bigint, can_undo boolean, others bigint?
-- plan: generic
-- The reader's standing verdict on one candidate, and on how many others it was given at the same
-- time (NULL: on none). The events of a batch stand together.
SELECT r.candidate_id, r.rating::integer, k.name AS classification, r.at,
       r.event_id, e.how <> 'undo' AS can_undo,
       nullif((SELECT count(*) FROM rating_event b
                WHERE b.account_id = r.account_id
                  AND b.id BETWEEN e.id - 2000 AND e.id + 2000
                  AND b.batch = e.batch
                  AND b.candidate_id <> r.candidate_id), 0) AS others
  FROM rating r
  JOIN rating_event e ON e.id = r.event_id
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
        @use(queue_free)

-- fragment: queue_free
-- Not before anybody at this moment; where each rates for himself ('mine'), not before the reader.
        AND NOT EXISTS (SELECT FROM lease h
                         WHERE h.candidate_id = s.candidate_id AND h.until > now()
                           AND (h.account_id = :_user::bigint OR :queue_filter::text <> 'mine'))

-- fragment: queue_returned
-- What somebody held as the mark went by, and let go of: s is candidate_summary.
                   FROM (SELECT DISTINCT h.candidate_id FROM lease h
                          WHERE h.until <= now() AND EXISTS (SELECT FROM mark)
                          ORDER BY h.candidate_id
                          LIMIT 1000) g
                   JOIN candidate_summary s ON s.candidate_id = g.candidate_id

-- fragment: queue_unrated
            AND s.rating_count = 0

-- fragment: queue_week
            AND (s.last_rated_at IS NULL OR s.last_rated_at < now() - interval '7 days')

-- fragment: queue_mine
            AND NOT EXISTS (SELECT FROM rating r WHERE r.candidate_id = s.candidate_id
                                                   AND r.account_id = :_user::bigint)

-- fragment: queue_mark
-- How the statements next_unrated, next_week and next_mine read a queue: in its order, from the
-- reader's mark on; what came back before the mark is found by itself (see 0010-queue-mark.sql).
-- :start, for the random order, is where the walk begins, and has no mark; :whole reads from the
-- beginning, and so does who finds that more than 2,000 came in since the mark. LIMIT and OFFSET 0
-- keep those that came back from being looked for along the whole order, at the end of which there
-- mostly is none. is_ahead: the row is the first one after the mark, which may be moved there. 9e18
-- stands for no limit in both types of keys.
        SELECT m.key, m.newest, m.since
          FROM queue_mark m
         WHERE m.account_id = :_user::bigint
           AND m.project_id = :project::bigint
           AND m.queue_filter = :queue_filter::text
           AND m.sort = '%sortname' AND m.dir = '%dir'
           AND m.left_out = :left_out::float8[]
           AND m.newest > (SELECT max(n.candidate_id) FROM candidate_summary n) - 2000
           AND :start::float8 IS NULL
           AND NOT coalesce(:whole::boolean, false)

-- name: next_unrated
-- variants: sort = queue.order, dir
-- columns: id bigint, key float8?, is_marked boolean, is_ahead boolean
-- plan: custom
-- The first candidate of the queue that nobody has rated.
WITH mark AS MATERIALIZED (
        @use(queue_mark))
SELECT q.id, q.key::float8 AS key, EXISTS (SELECT FROM mark) AS is_marked, q.is_ahead
  FROM (
        (SELECT a.id, a.key, true AS is_ahead
           FROM (
                (SELECT s.candidate_id AS id, %sort AS key FROM candidate_summary s
                  WHERE @use(queue_where)
                    @use(queue_unrated)
                    AND %sort IS NOT NULL
                    AND (:start::float8 IS NULL OR %sort >= :start::float8)
                    AND %sort %after= coalesce(
                            (SELECT m.key FROM mark m),
                            CASE '%dir' WHEN 'ASC' THEN -9e18 ELSE 9e18 END)::%sorttype
                  ORDER BY %sort %dir, s.candidate_id %dir LIMIT 1)
                UNION ALL
                (SELECT s.candidate_id, %sort FROM candidate_summary s
                  WHERE @use(queue_where)
                    @use(queue_unrated)
                    AND :start::float8 IS NOT NULL AND %sort < :start::float8
                  ORDER BY %sort %dir, s.candidate_id %dir LIMIT 1)
                UNION ALL
                (SELECT s.candidate_id, %sort FROM candidate_summary s
                  WHERE @use(queue_where)
                    @use(queue_unrated)
                    AND %sort IS NULL
                  ORDER BY s.candidate_id LIMIT 1)
                ) a
          LIMIT 1)
        UNION ALL
        (SELECT b.id, b.key, false
           FROM (SELECT s.candidate_id AS id, %sort AS key
                   FROM (SELECT n.* FROM candidate_summary n
                          WHERE n.candidate_id > (SELECT m.newest FROM mark m)
                          ORDER BY n.candidate_id
                          LIMIT 2000) s
                  WHERE @use(queue_where)
                    @use(queue_unrated)
                    AND NOT %sort %after= (SELECT m.key FROM mark m)::%sorttype) b
          ORDER BY b.key %dir, b.id %dir LIMIT 1)
        UNION ALL
        (SELECT b.id, b.key, false
           FROM (SELECT s.candidate_id AS id, %sort AS key
                   @use(queue_returned)
                  WHERE @use(queue_where)
                    @use(queue_unrated)
                    AND NOT %sort %after= (SELECT m.key FROM mark m)::%sorttype
                 OFFSET 0) b
          ORDER BY b.key %dir, b.id %dir LIMIT 1)
       ) q
 ORDER BY q.is_ahead, q.key %dir NULLS LAST, q.id %dir
 LIMIT 1

-- name: next_week
-- variants: sort = queue.order, dir
-- columns: id bigint, key float8?, is_marked boolean, is_ahead boolean
-- plan: custom
-- The first candidate of the queue that nobody has rated in the last 7 days.
WITH mark AS MATERIALIZED (
        @use(queue_mark))
SELECT q.id, q.key::float8 AS key, EXISTS (SELECT FROM mark) AS is_marked, q.is_ahead
  FROM (
        (SELECT a.id, a.key, true AS is_ahead
           FROM (
                (SELECT s.candidate_id AS id, %sort AS key FROM candidate_summary s
                  WHERE @use(queue_where)
                    @use(queue_week)
                    AND %sort IS NOT NULL
                    AND (:start::float8 IS NULL OR %sort >= :start::float8)
                    AND %sort %after= coalesce(
                            (SELECT m.key FROM mark m),
                            CASE '%dir' WHEN 'ASC' THEN -9e18 ELSE 9e18 END)::%sorttype
                  ORDER BY %sort %dir, s.candidate_id %dir LIMIT 1)
                UNION ALL
                (SELECT s.candidate_id, %sort FROM candidate_summary s
                  WHERE @use(queue_where)
                    @use(queue_week)
                    AND :start::float8 IS NOT NULL AND %sort < :start::float8
                  ORDER BY %sort %dir, s.candidate_id %dir LIMIT 1)
                UNION ALL
                (SELECT s.candidate_id, %sort FROM candidate_summary s
                  WHERE @use(queue_where)
                    @use(queue_week)
                    AND %sort IS NULL
                  ORDER BY s.candidate_id LIMIT 1)
                ) a
          LIMIT 1)
        UNION ALL
        (SELECT b.id, b.key, false
           FROM (SELECT s.candidate_id AS id, %sort AS key
                   FROM (SELECT n.* FROM candidate_summary n
                          WHERE n.candidate_id > (SELECT m.newest FROM mark m)
                          ORDER BY n.candidate_id
                          LIMIT 2000) s
                  WHERE @use(queue_where)
                    @use(queue_week)
                    AND NOT %sort %after= (SELECT m.key FROM mark m)::%sorttype) b
          ORDER BY b.key %dir, b.id %dir LIMIT 1)
        UNION ALL
        (SELECT b.id, b.key, false
           FROM (SELECT s.candidate_id AS id, %sort AS key
                   FROM candidate_summary s
                  WHERE @use(queue_where)
                    AND s.last_rated_at >= (SELECT m.since FROM mark m) - interval '7 days'
                    AND s.last_rated_at < now() - interval '7 days'
                    AND NOT %sort %after= (SELECT m.key FROM mark m)::%sorttype
                 OFFSET 0) b
          ORDER BY b.key %dir, b.id %dir LIMIT 1)
        UNION ALL
        (SELECT b.id, b.key, false
           FROM (SELECT s.candidate_id AS id, %sort AS key
                   @use(queue_returned)
                  WHERE @use(queue_where)
                    @use(queue_week)
                    AND NOT %sort %after= (SELECT m.key FROM mark m)::%sorttype
                 OFFSET 0) b
          ORDER BY b.key %dir, b.id %dir LIMIT 1)
       ) q
 ORDER BY q.is_ahead, q.key %dir NULLS LAST, q.id %dir
 LIMIT 1

-- name: next_mine
-- variants: sort = queue.order, dir
-- columns: id bigint, key float8?, is_marked boolean, is_ahead boolean
-- plan: custom
-- The first candidate of the queue that the reader has not rated.
WITH mark AS MATERIALIZED (
        @use(queue_mark))
SELECT q.id, q.key::float8 AS key, EXISTS (SELECT FROM mark) AS is_marked, q.is_ahead
  FROM (
        (SELECT a.id, a.key, true AS is_ahead
           FROM (
                (SELECT s.candidate_id AS id, %sort AS key FROM candidate_summary s
                  WHERE @use(queue_where)
                    @use(queue_mine)
                    AND %sort IS NOT NULL
                    AND (:start::float8 IS NULL OR %sort >= :start::float8)
                    AND %sort %after= coalesce(
                            (SELECT m.key FROM mark m),
                            CASE '%dir' WHEN 'ASC' THEN -9e18 ELSE 9e18 END)::%sorttype
                  ORDER BY %sort %dir, s.candidate_id %dir LIMIT 1)
                UNION ALL
                (SELECT s.candidate_id, %sort FROM candidate_summary s
                  WHERE @use(queue_where)
                    @use(queue_mine)
                    AND :start::float8 IS NOT NULL AND %sort < :start::float8
                  ORDER BY %sort %dir, s.candidate_id %dir LIMIT 1)
                UNION ALL
                (SELECT s.candidate_id, %sort FROM candidate_summary s
                  WHERE @use(queue_where)
                    @use(queue_mine)
                    AND %sort IS NULL
                  ORDER BY s.candidate_id LIMIT 1)
                ) a
          LIMIT 1)
        UNION ALL
        (SELECT b.id, b.key, false
           FROM (SELECT s.candidate_id AS id, %sort AS key
                   FROM (SELECT n.* FROM candidate_summary n
                          WHERE n.candidate_id > (SELECT m.newest FROM mark m)
                          ORDER BY n.candidate_id
                          LIMIT 2000) s
                  WHERE @use(queue_where)
                    @use(queue_mine)
                    AND NOT %sort %after= (SELECT m.key FROM mark m)::%sorttype) b
          ORDER BY b.key %dir, b.id %dir LIMIT 1)
        UNION ALL
        (SELECT b.id, b.key, false
           FROM (SELECT s.candidate_id AS id, %sort AS key
                   @use(queue_returned)
                  WHERE @use(queue_where)
                    @use(queue_mine)
                    AND NOT %sort %after= (SELECT m.key FROM mark m)::%sorttype
                 OFFSET 0) b
          ORDER BY b.key %dir, b.id %dir LIMIT 1)
       ) q
 ORDER BY q.is_ahead, q.key %dir NULLS LAST, q.id %dir
 LIMIT 1

-- name: queue_mark_get
-- columns: is_spent boolean
-- plan: generic
-- The reader's mark, if it holds for the frequencies left out; spent: nothing was left a short while
-- ago.
SELECT abs(m.key) >= 9e18 AND m.since > now() - interval '10 minutes' AS is_spent
  FROM queue_mark m
 WHERE m.account_id = :_user::bigint
   AND m.project_id = :project::bigint
   AND m.queue_filter = :queue_filter::text
   AND m.sort = :sort::text
   AND m.dir = :dir::text
   AND m.left_out = :left_out::float8[]

-- name: queue_mark_set
-- write
-- Moves the reader's mark, unless that was done within the last half minute to about there. What is
-- coming in at this moment may have a lower number than what is there: 1,000 numbers are looked at
-- again.
INSERT INTO queue_mark AS m (account_id, project_id, queue_filter, sort, dir, key, newest, since,
                             left_out)
SELECT :_user::bigint, p.id, :queue_filter::text, :sort::text, :dir::text, :key::float8,
       coalesce((SELECT max(s.candidate_id) FROM candidate_summary s), 0) - 1000, now(),
       :left_out::float8[]
  FROM project p
 WHERE p.id = :project::bigint
   AND p.id = ANY (:_projects::bigint[])
ON CONFLICT (account_id, project_id, queue_filter, sort, dir) DO UPDATE
   SET key = EXCLUDED.key, newest = EXCLUDED.newest, since = EXCLUDED.since,
       left_out = EXCLUDED.left_out
 WHERE m.since < now() - interval '30 seconds' OR m.left_out <> EXCLUDED.left_out
    OR abs(EXCLUDED.key) >= 9e18

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
   @use(queue_free)
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
-- How many are left in the reader's queue, skipped ones included, among the first 1,000 that may be
-- in it; capped: there are that many at least. No project chosen, in that of the candidate looked at.
SELECT count(*) FILTER (WHERE counted.is_left) AS left_over,
       count(*) >= 1000 AS capped
  FROM (
        SELECT NOT coalesce(round(s.obs_cent_freq) = ANY (:left_out::float8[]), false)
               AND (:queue_filter::text <> 'week' OR s.last_rated_at IS NULL
                    OR s.last_rated_at < now() - interval '7 days')
               AND (:queue_filter::text <> 'mine' OR (
                       SELECT r.rating FROM rating r
                        WHERE r.candidate_id = s.candidate_id
                          AND r.account_id = :_user::bigint) IS NULL) AS is_left
          FROM candidate_summary s
         WHERE s.project_id = coalesce(:project::bigint,
                                       (SELECT c.project_id FROM candidate c
                                         WHERE c.id = :id::bigint))
           AND s.project_id = ANY (:_projects::bigint[])
           AND (:queue_filter::text <> 'unrated' OR s.rating_count = 0)
         ORDER BY s.shuffle, s.candidate_id
         LIMIT 1000
       ) counted

-- name: skip_add
-- write
-- Puts a candidate at the end of the reader's queue, and lets go of it.
WITH seen AS MATERIALIZED (
        SELECT c.id
          FROM candidate c
         WHERE c.id = :id::bigint
           AND c.project_id = ANY (:_projects::bigint[])),
     freed AS (
        DELETE FROM lease l
         USING seen
         WHERE l.candidate_id = seen.id AND l.account_id = :_user::bigint)
INSERT INTO skip (account_id, candidate_id, at)
SELECT :_user::bigint, seen.id, clock_timestamp()
  FROM seen
ON CONFLICT (account_id, candidate_id) DO UPDATE SET at = EXCLUDED.at

-- name: sitting_count
-- columns: done bigint
-- plan: generic
-- How many verdicts the reader gave in this sitting, without a break of half an hour, and did not
-- undo. Looks at the last 500 only.
SELECT greatest(coalesce(sum(CASE sitting.how WHEN 'undo' THEN -1 ELSE 1 END), 0), 0)::bigint AS done
  FROM (
        SELECT e.at, e.how,
               max(CASE WHEN e.gap > interval '30 minutes' THEN 1 ELSE 0 END)
                   OVER (ORDER BY e.id DESC) AS broken
          FROM (SELECT v.id, v.at, v.how,
                       coalesce(lag(v.at) OVER (ORDER BY v.id DESC), now()) - v.at AS gap
                  FROM (SELECT id, at, how FROM rating_event
                         WHERE account_id = :_user::bigint
                           AND (rating IS NOT NULL OR how = 'undo')
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
-- The reader's observations that came in last, with the reader's candidates in each.
SELECT o.observation_id, o.obsname, o.cent_freq, o.starttime,
       (SELECT count(*) FROM candidate c
         WHERE c.obs_id = o.observation_id
           AND c.project_id = ANY (:_projects::bigint[])) AS candidates,
       o.uploaded_at
  FROM observation o
 WHERE true
           @use(observation_seen)
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

-- fragment: my_rating_filters
-- What one's own verdicts, v, can be narrowed by; c is the candidate.
            AND (:project::bigint IS NULL OR c.project_id = :project::bigint)
            AND (:rating::smallint IS NULL OR v.rating = :rating::smallint)
            AND (:class::bigint IS NULL OR v.classification_id = :class::bigint)
            AND (:from::timestamptz IS NULL OR v.at >= :from::timestamptz)
            AND (:before::timestamptz IS NULL OR v.at < :before::timestamptz)

-- name: my_rating_list
-- variants: sort = my_rating.sort, dir
-- columns: id bigint, sort_key text, candidate_id bigint, project_name text, rating integer
-- columns: classification text?, at timestamptz, how text, can_undo boolean, thumb text?
-- plan: custom
-- The reader's verdicts that stand, in one order; id is the event's.
SELECT v.event_id AS id, (%sort)::text AS sort_key, v.candidate_id, p.name AS project_name,
       v.rating::integer AS rating, k.name AS classification, v.at, e.how,
       e.how <> 'undo' AS can_undo, left(c.thumb_hash, 8) AS thumb
  FROM rating v
  JOIN candidate c ON c.id = v.candidate_id
  JOIN project p ON p.id = c.project_id
  JOIN rating_event e ON e.id = v.event_id
  LEFT JOIN classification k ON k.id = v.classification_id
 WHERE v.account_id = :_user::bigint
   AND c.project_id = ANY (:_projects::bigint[])
            @use(my_rating_filters)
   AND (:after_id::bigint IS NULL
        OR (%sort, v.event_id) %after (:after_value::%sorttype, :after_id::bigint))
 ORDER BY %sort %dir, v.event_id %dir
 LIMIT :limit::bigint

-- name: my_rating_classes
-- columns: id bigint, name text, chosen boolean
-- What one's own verdicts may be narrowed to: hidden ones last, for they were given once.
SELECT k.id, k.name, k.id = coalesce(:class::bigint, 0) AS chosen
  FROM classification k
 ORDER BY k.hidden, k.position, k.id
 LIMIT 1000
