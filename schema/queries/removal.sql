-- removal.sql: what would go, what goes, and what went. For staff.
--
-- Rows go by functions alone (schema/functions/removal.sql).

-- fragment: run_counts
-- What a run brought that is still there, r is upload_run.
 CROSS JOIN LATERAL (
        SELECT count(*) AS candidates, count(*) FILTER (WHERE s.rating_count > 0) AS rated
          FROM candidate c
          JOIN candidate_summary s ON s.candidate_id = c.id
         WHERE c.upload_run = r.id
           AND c.project_id = ANY (:_projects::bigint[])) n

-- fragment: run_filters
-- Its number, or part of who sent what from where.
            AND (:find::text IS NULL
                 OR r.id::text = :find::text
                 OR strpos(lower(concat_ws(' ', w.name, r.client, r.pipeline_version, r.host,
                                           r.table_name)), lower(:find::text)) > 0)

-- name: media_hold
-- columns: locked boolean
-- write
-- Until this transaction ends no upload brings pictures: see media_share.
SELECT pg_advisory_xact_lock(20546) IS NOT NULL AS locked

-- name: removed_media_some
-- columns: name text, used boolean
-- Pictures of removed candidates whose files are still to go, 200 at a time.
SELECT s.name, s.used
  FROM removed_media_some() s
 ORDER BY s.name
 LIMIT 200

-- name: removed_media_done
-- columns: done boolean
-- write
SELECT removed_media_done(:names::text[]) IS NOT NULL AS done

-- name: staff_patience
-- columns: statement_timeout text
-- write
-- For this transaction: to remove or to merge 200,000 candidates takes a while.
SELECT set_config('statement_timeout', '240000', true) AS statement_timeout

-- fragment: removal_columns
-- What would go (p) under the name that is to be typed (n).
       n.name, p.candidates, p.ratings, p.raters, p.associations, p.notes, p.pictures, p.projects,
       p.observations, p.stamp, p.comments

-- name: removal_of_project
-- columns: id bigint, name text, candidates bigint, ratings bigint, raters bigint
-- columns: associations bigint, notes bigint, pictures bigint, projects bigint
-- columns: observations bigint, stamp text, comments bigint, searches bigint, members bigint
SELECT n.id, @use(removal_columns),
       (SELECT count(*) FROM search_record s WHERE s.project_id = n.id) AS searches,
       (SELECT count(*) FROM project_member m WHERE m.project_id = n.id) AS members
  FROM project n
 CROSS JOIN LATERAL removal_preview(ARRAY(
            SELECT c.id FROM candidate c WHERE c.project_id = n.id)) p
 WHERE n.id = :id::bigint
   AND n.id = ANY (:_projects::bigint[])

-- name: removal_of_observation
-- columns: id bigint, name text, candidates bigint, ratings bigint, raters bigint
-- columns: associations bigint, notes bigint, pictures bigint, projects bigint
-- columns: observations bigint, stamp text, comments bigint, searches bigint, members bigint
-- In all projects: an observation goes as a whole.
SELECT n.id, @use(removal_columns),
       (SELECT count(*) FROM search_record s WHERE s.observation_id = n.id) AS searches,
       0::bigint AS members
  FROM (SELECT o.observation_id AS id, o.observation_id::text AS name FROM observation o) n
 CROSS JOIN LATERAL removal_preview(ARRAY(
            SELECT c.id FROM candidate c
             WHERE c.obs_id = n.id AND c.project_id = ANY (:_projects::bigint[]))) p
 WHERE n.id = :id::bigint

-- name: removal_of_run
-- columns: id bigint, name text, candidates bigint, ratings bigint, raters bigint
-- columns: associations bigint, notes bigint, pictures bigint, projects bigint
-- columns: observations bigint, stamp text, comments bigint, searches bigint, members bigint
-- An upload run that was not taken back yet.
SELECT n.id, @use(removal_columns),
       (SELECT count(*) FROM search_record s WHERE s.upload_run_id = n.id) AS searches,
       0::bigint AS members
  FROM (SELECT u.id, u.id::text AS name FROM upload_run u WHERE u.taken_back_at IS NULL) n
 CROSS JOIN LATERAL removal_preview(ARRAY(
            SELECT c.id FROM candidate c
             WHERE c.upload_run = n.id AND c.project_id = ANY (:_projects::bigint[]))) p
 WHERE n.id = :id::bigint

-- fragment: removal_list
-- The candidates that the table's filters leave.
ARRAY(SELECT c.id
               FROM candidate c
               JOIN candidate_summary s ON s.candidate_id = c.id
              WHERE c.project_id = ANY (:_projects::bigint[])
                AND (:project::bigint IS NULL OR c.project_id = :project::bigint)
            @use(candidate_filters)
            @use(cone))

-- name: removal_of_list
-- columns: id bigint, name text, candidates bigint, ratings bigint, raters bigint
-- columns: associations bigint, notes bigint, pictures bigint, projects bigint
-- columns: observations bigint, stamp text, comments bigint, searches bigint, members bigint
-- columns: has_any boolean
-- plan: custom
-- What the candidate table's filters leave; its name is how many they are.
SELECT 0::bigint AS id, @use(removal_columns), 0::bigint AS searches, 0::bigint AS members,
       p.candidates > 0 AS has_any
  FROM removal_preview(@use(removal_list)) p
 CROSS JOIN LATERAL (SELECT p.candidates::text AS name) n

-- name: candidates_remove
-- columns: line bigint
-- plan: custom
-- write
SELECT candidates_remove(:_user::bigint, @use(removal_list), :words::text, :stamp::text) AS line

-- fragment: removal_sample
-- A few of the candidates that would go; the condition follows.
SELECT c.id, c.obs_id, p.name AS project_name, f.name AS filter_name, s.rating_count,
       coalesce(c.notes, '') <> '' AS has_notes,
       left(c.thumb_hash, 8) AS thumb
  FROM candidate c
  JOIN candidate_summary s ON s.candidate_id = c.id
  JOIN project p ON p.id = c.project_id
  JOIN filter f ON f.id = c.filter_id
 WHERE c.project_id = ANY (:_projects::bigint[])

-- name: removal_sample_project
-- columns: id bigint, obs_id bigint, project_name text, filter_name text, rating_count integer
-- columns: has_notes boolean, thumb text?
@use(removal_sample)
   AND c.project_id = :id::bigint
 ORDER BY c.id
 LIMIT 8

-- name: removal_sample_observation
-- columns: id bigint, obs_id bigint, project_name text, filter_name text, rating_count integer
-- columns: has_notes boolean, thumb text?
@use(removal_sample)
   AND c.obs_id = :id::bigint
 ORDER BY c.id
 LIMIT 8

-- name: removal_sample_run
-- columns: id bigint, obs_id bigint, project_name text, filter_name text, rating_count integer
-- columns: has_notes boolean, thumb text?
@use(removal_sample)
   AND c.upload_run = :id::bigint
 ORDER BY c.id
 LIMIT 8

-- name: project_remove
-- columns: line bigint
-- write
SELECT project_remove(:_user::bigint, :id::bigint, :stamp::text) AS line

-- name: observation_remove
-- columns: line bigint
-- write
SELECT observation_remove(:_user::bigint, :id::bigint, :stamp::text) AS line

-- name: upload_run_remove
-- columns: line bigint
-- write
SELECT upload_run_remove(:_user::bigint, :id::bigint, :stamp::text) AS line

-- name: removal_by_id
-- columns: id bigint, at timestamptz, account text?, subject text, name text?, candidates bigint
-- columns: ratings bigint, raters bigint, associations bigint, notes bigint, searches bigint
-- columns: members bigint, waiting bigint?
-- What went in one removal, and how many pictures are still to be taken away by anybody.
SELECT g.id,
       g.at,
       a.name AS account,
       g.subject,
       g.before ->> 'name' AS name,
       coalesce((g.after ->> 'candidates')::bigint, 0) AS candidates,
       coalesce((g.after ->> 'ratings')::bigint, 0) AS ratings,
       coalesce((g.after ->> 'raters')::bigint, 0) AS raters,
       coalesce((g.after ->> 'associations')::bigint, 0) AS associations,
       coalesce((g.after ->> 'notes')::bigint, 0) AS notes,
       coalesce((g.after ->> 'searches')::bigint, 0) AS searches,
       coalesce((g.after ->> 'members')::bigint, 0) AS members,
       (SELECT nullif(count(*), 0) FROM removed_media) AS waiting
  FROM audit_log g
  LEFT JOIN account a ON a.id = g.account_id
 WHERE g.id = :id::bigint
   AND g.action IN ('remove', 'clear')

-- name: run_list
-- variants: sort = upload_run.sort, dir
-- columns: id bigint, sort_key text?, account text, client text?, pipeline_version text?
-- columns: host text?, table_name text?, started_at timestamptz, taken_back_at timestamptz?
-- columns: candidates bigint, rated bigint
-- plan: custom
-- One page of upload runs.
SELECT page.id, page.key::text AS sort_key, page.account, r.client, r.pipeline_version, r.host,
       r.table_name, r.started_at, r.taken_back_at, n.candidates, n.rated
  FROM (
        SELECT r.id, %sort AS key, w.name AS account
          FROM upload_run r
          JOIN account w ON w.id = r.account_id
         WHERE NOT coalesce(:after_null::boolean, false)
           AND (:after_id::bigint IS NULL
                OR (%sort, r.id) %after (:after_value::%sorttype, :after_id::bigint))
            @use(run_filters)
         ORDER BY %sort %dir, r.id %dir
         LIMIT :limit::bigint
       ) page
  JOIN upload_run r ON r.id = page.id
  @use(run_counts)
 ORDER BY page.key %dir, page.id %dir
 LIMIT :limit::bigint

-- name: run_list_export
-- variants: sort = upload_run.sort, dir
-- columns: @upload_run.export
-- plan: custom
-- The upload runs that the search leaves, in its order.
SELECT @list(upload_run.export, %e AS "%n")
  FROM upload_run r
  JOIN account w ON w.id = r.account_id
 WHERE true
            @use(run_filters)
 ORDER BY %sort %dir, r.id %dir
 LIMIT :limit::bigint

-- name: run_by_id
-- columns: id bigint, account text, client text?, pipeline_version text?, host text?
-- columns: table_name text?, table_sha256 text?, started_at timestamptz
-- columns: taken_back_at timestamptz?, taken_back_by text?, candidates bigint, rated bigint
-- columns: has_candidates boolean
SELECT r.id, w.name AS account, r.client, r.pipeline_version, r.host, r.table_name,
       r.table_sha256, r.started_at, r.taken_back_at, b.name AS taken_back_by, n.candidates,
       n.rated, n.candidates > 0 AS has_candidates
  FROM upload_run r
  JOIN account w ON w.id = r.account_id
  LEFT JOIN account b ON b.id = r.taken_back_by
  @use(run_counts)
 WHERE r.id = :id::bigint

-- name: run_parts
-- columns: project_id bigint, project_name text, obs_id bigint, filter_id bigint
-- columns: filter_name text, candidates bigint, rated bigint, ratings bigint
-- columns: first_at timestamptz, last_at timestamptz
-- What came in with a run, by project, observation and filter.
SELECT c.project_id,
       p.name AS project_name,
       c.obs_id,
       c.filter_id,
       f.name AS filter_name,
       count(*) AS candidates,
       count(*) FILTER (WHERE s.rating_count > 0) AS rated,
       sum(s.rating_count)::bigint AS ratings,
       min(c.uploaded_at) AS first_at,
       max(c.uploaded_at) AS last_at
  FROM candidate c
  JOIN candidate_summary s ON s.candidate_id = c.id
  JOIN project p ON p.id = c.project_id
  JOIN filter f ON f.id = c.filter_id
 WHERE c.upload_run = :id::bigint
   AND c.project_id = ANY (:_projects::bigint[])
 GROUP BY c.project_id, p.name, c.obs_id, c.filter_id, f.name
 ORDER BY p.name, c.obs_id, f.name, c.filter_id
 LIMIT 500

-- name: run_searches
-- columns: id bigint, project_name text, obs_id bigint, filter_name text, row_count integer
-- columns: searched_at timestamptz
-- What a run said that it searched.
SELECT r.id, p.name AS project_name, r.observation_id AS obs_id, f.name AS filter_name,
       r.row_count, r.searched_at
  FROM search_record r
  JOIN project p ON p.id = r.project_id
  JOIN filter f ON f.id = r.filter_id
 WHERE r.upload_run_id = :id::bigint
   AND r.project_id = ANY (:_projects::bigint[])
 ORDER BY r.id
 LIMIT 500
