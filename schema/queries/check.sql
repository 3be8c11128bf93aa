-- check.sql: what transients-admin check compares and mends.
--
-- Run by the owner's role over all projects: no :_projects here. Each check_* gives a row for
-- each fault, 1000 at most.

-- fragment: last_events
-- The last verdict of each candidate and person, as events tell it; rating NULL: taken back. A
-- classification that was merged into another counts as that one.
SELECT DISTINCT ON (e.candidate_id, e.account_id)
       e.candidate_id, e.account_id, e.id AS event_id, e.rating,
       coalesce(k.merged_into, e.classification_id) AS classification_id, e.at
  FROM rating_event e
  LEFT JOIN classification k ON k.id = e.classification_id
 ORDER BY e.candidate_id, e.account_id, e.id DESC

-- fragment: true_summaries
-- What each candidate's summary should be.
SELECT c.id AS candidate_id,
       c.project_id,
       c.obs_id,
       c.shuffle,
       c.obs_starttime,
       c.obs_cent_freq,
       c.can_peak_flux,
       count(r.rating)::integer AS rating_count,
       coalesce(sum(r.rating), 0)::integer AS rating_sum,
       max(r.at) AS last_rated_at
  FROM candidate c
  LEFT JOIN rating r ON r.candidate_id = c.id
 GROUP BY c.id

-- fragment: true_surveys
-- What survey status should count.
SELECT c.obs_id AS observation_id,
       c.project_id,
       count(*)::integer AS uploaded,
       count(*) FILTER (WHERE EXISTS (
                SELECT FROM rating r WHERE r.candidate_id = c.id))::integer AS rated
  FROM candidate c
 GROUP BY c.obs_id, c.project_id

-- fragment: true_class_counts
-- How often each candidate has each classification.
SELECT r.candidate_id, r.classification_id, count(*)::integer AS count
  FROM rating r
 WHERE r.classification_id IS NOT NULL
 GROUP BY r.candidate_id, r.classification_id

-- name: check_rating
-- columns: fault text
-- Current ratings that the events do not tell.
SELECT format('candidate %s: the current rating of account %s is not that of its last event',
              coalesce(r.candidate_id, e.candidate_id),
              coalesce(r.account_id, e.account_id)) AS fault
  FROM rating r
  FULL JOIN (@use(last_events)) e
         ON e.candidate_id = r.candidate_id AND e.account_id = r.account_id
 WHERE (r.event_id, r.rating, r.classification_id)
       IS DISTINCT FROM
       (CASE WHEN e.rating IS NOT NULL THEN e.event_id END, e.rating,
        CASE WHEN e.rating IS NOT NULL THEN e.classification_id END)
 ORDER BY coalesce(r.candidate_id, e.candidate_id), coalesce(r.account_id, e.account_id)
 LIMIT 1000

-- name: check_summary
-- columns: fault text
-- Summaries that are missing or not what the ratings and the candidate say.
SELECT format('candidate %s: its summary is %s', t.candidate_id,
              CASE WHEN s.candidate_id IS NULL THEN 'missing' ELSE 'wrong' END) AS fault
  FROM (@use(true_summaries)) t
  LEFT JOIN candidate_summary s ON s.candidate_id = t.candidate_id
 WHERE (s.project_id, s.obs_id, s.shuffle, s.obs_starttime, s.obs_cent_freq, s.can_peak_flux,
        s.rating_count, s.rating_sum, s.last_rated_at)
       IS DISTINCT FROM
       (t.project_id, t.obs_id, t.shuffle, t.obs_starttime, t.obs_cent_freq, t.can_peak_flux,
        t.rating_count, t.rating_sum, t.last_rated_at)
 ORDER BY t.candidate_id
 LIMIT 1000

-- name: check_class_count
-- columns: fault text
SELECT format('candidate %s: classification %s is counted %s times and was given %s times',
              coalesce(k.candidate_id, t.candidate_id),
              coalesce(k.classification_id, t.classification_id),
              coalesce(k.count, 0), coalesce(t.count, 0)) AS fault
  FROM candidate_class_count k
  FULL JOIN (@use(true_class_counts)) t
         ON t.candidate_id = k.candidate_id AND t.classification_id = k.classification_id
 WHERE coalesce(k.count, 0) <> coalesce(t.count, 0)
 ORDER BY coalesce(k.candidate_id, t.candidate_id),
          coalesce(k.classification_id, t.classification_id)
 LIMIT 1000

-- name: check_survey
-- columns: fault text
-- Observations that survey status counts wrongly. Counts of nothing may stay.
SELECT format('observation %s: in project %s %s of %s candidates are counted as rated, not %s of %s',
              coalesce(s.observation_id, t.observation_id), coalesce(s.project_id, t.project_id),
              coalesce(s.rated, 0), coalesce(s.uploaded, 0), coalesce(t.rated, 0),
              coalesce(t.uploaded, 0)) AS fault
  FROM observation_summary s
  FULL JOIN (@use(true_surveys)) t
         ON t.observation_id = s.observation_id AND t.project_id = s.project_id
 WHERE (coalesce(s.uploaded, 0), coalesce(s.rated, 0))
       <> (coalesce(t.uploaded, 0), coalesce(t.rated, 0))
 ORDER BY coalesce(s.observation_id, t.observation_id), coalesce(s.project_id, t.project_id)
 LIMIT 1000

-- name: check_copy
-- columns: fault text
-- Candidates whose copies of their observation's start and frequency are not the observation's.
SELECT format('candidate %s: start or frequency differ from those of observation %s',
              c.id, c.obs_id) AS fault
  FROM candidate c
  JOIN observation o ON o.observation_id = c.obs_id
 WHERE (c.obs_starttime, c.obs_cent_freq) IS DISTINCT FROM (o.starttime, o.cent_freq)
 ORDER BY c.id
 LIMIT 1000

-- name: check_lock
-- write
-- Nobody rates or uploads while things are mended; reading goes on.
LOCK TABLE candidate, rating_event, rating, candidate_summary, candidate_class_count,
           observation_summary
  IN SHARE ROW EXCLUSIVE MODE

-- name: check_mend_copy
-- write
UPDATE candidate c
   SET obs_starttime = o.starttime, obs_cent_freq = o.cent_freq
  FROM observation o
 WHERE o.observation_id = c.obs_id
   AND (c.obs_starttime, c.obs_cent_freq) IS DISTINCT FROM (o.starttime, o.cent_freq)

-- name: check_mend_rating_drop
-- write
-- Current ratings that were taken back, or that no event tells.
DELETE FROM rating r
 WHERE NOT EXISTS (
        SELECT FROM (@use(last_events)) e
         WHERE e.candidate_id = r.candidate_id AND e.account_id = r.account_id
           AND e.rating IS NOT NULL)

-- name: check_mend_rating
-- write
INSERT INTO rating AS r (candidate_id, account_id, event_id, rating, classification_id, at)
SELECT e.candidate_id, e.account_id, e.event_id, e.rating, e.classification_id, e.at
  FROM (@use(last_events)) e
 WHERE e.rating IS NOT NULL
    ON CONFLICT (candidate_id, account_id) DO UPDATE
   SET event_id = EXCLUDED.event_id, rating = EXCLUDED.rating,
       classification_id = EXCLUDED.classification_id, at = EXCLUDED.at
 WHERE (r.event_id, r.rating, r.classification_id)
       IS DISTINCT FROM (EXCLUDED.event_id, EXCLUDED.rating, EXCLUDED.classification_id)

-- name: check_mend_summary
-- write
-- After the ratings, whose triggers have moved the summaries by differences.
INSERT INTO candidate_summary AS s (candidate_id, project_id, obs_id, shuffle, obs_starttime,
                                    obs_cent_freq, can_peak_flux, rating_count, rating_sum,
                                    last_rated_at)
SELECT t.candidate_id, t.project_id, t.obs_id, t.shuffle, t.obs_starttime, t.obs_cent_freq,
       t.can_peak_flux, t.rating_count, t.rating_sum, t.last_rated_at
  FROM (@use(true_summaries)) t
    ON CONFLICT (candidate_id) DO UPDATE
   SET project_id = EXCLUDED.project_id, obs_id = EXCLUDED.obs_id, shuffle = EXCLUDED.shuffle,
       obs_starttime = EXCLUDED.obs_starttime, obs_cent_freq = EXCLUDED.obs_cent_freq,
       can_peak_flux = EXCLUDED.can_peak_flux, rating_count = EXCLUDED.rating_count,
       rating_sum = EXCLUDED.rating_sum, last_rated_at = EXCLUDED.last_rated_at
 WHERE (s.project_id, s.obs_id, s.shuffle, s.obs_starttime, s.obs_cent_freq, s.can_peak_flux,
        s.rating_count, s.rating_sum, s.last_rated_at)
       IS DISTINCT FROM
       (EXCLUDED.project_id, EXCLUDED.obs_id, EXCLUDED.shuffle, EXCLUDED.obs_starttime, EXCLUDED.obs_cent_freq,
        EXCLUDED.can_peak_flux, EXCLUDED.rating_count, EXCLUDED.rating_sum,
        EXCLUDED.last_rated_at)

-- name: check_mend_class_count_drop
-- write
DELETE FROM candidate_class_count k
 WHERE NOT EXISTS (
        SELECT FROM rating r
         WHERE r.candidate_id = k.candidate_id AND r.classification_id = k.classification_id)

-- name: check_mend_class_count
-- write
INSERT INTO candidate_class_count AS k (candidate_id, classification_id, count)
SELECT t.candidate_id, t.classification_id, t.count
  FROM (@use(true_class_counts)) t
    ON CONFLICT (candidate_id, classification_id) DO UPDATE SET count = EXCLUDED.count
 WHERE k.count <> EXCLUDED.count

-- name: check_mend_survey_drop
-- write
-- Last of all, since the other repairs' triggers count here.
DELETE FROM observation_summary s
 WHERE NOT EXISTS (
        SELECT FROM candidate c
         WHERE c.obs_id = s.observation_id AND c.project_id = s.project_id)

-- name: check_mend_survey
-- write
INSERT INTO observation_summary AS s (observation_id, project_id, uploaded, rated)
SELECT t.observation_id, t.project_id, t.uploaded, t.rated
  FROM (@use(true_surveys)) t
    ON CONFLICT (observation_id, project_id) DO UPDATE
   SET uploaded = EXCLUDED.uploaded, rated = EXCLUDED.rated
 WHERE (s.uploaded, s.rated) <> (EXCLUDED.uploaded, EXCLUDED.rated)

-- name: check_media_rows
-- columns: id bigint, png_hash text, gif_hash text, thumb_hash text?
-- The pictures that candidates name, a thousand candidates at a time.
SELECT c.id, c.png_hash, c.gif_hash, c.thumb_hash
  FROM candidate c
 WHERE c.id > :after::bigint
 ORDER BY c.id
 LIMIT 1000

-- name: check_media_unused
-- columns: name text
-- Which of these files (HASH.png, HASH.gif, HASH.webp) no candidate names.
SELECT f.name
  FROM unnest(:names::text[]) AS f (name)
 WHERE NOT EXISTS (SELECT FROM candidate c WHERE c.png_hash || '.png' = f.name)
   AND NOT EXISTS (SELECT FROM candidate c WHERE c.gif_hash || '.gif' = f.name)
   AND NOT EXISTS (SELECT FROM candidate c WHERE c.thumb_hash || '.webp' = f.name)
 ORDER BY f.name
