-- staff_data.sql: observations, candidates, verdicts and the audit log, as staff look after them.

-- ---------------------------------------------------------------- observations

-- name: staff_observation_by_id
-- columns: @observation.upload, uploaded_at timestamptz, uploaded_by text?
-- All that may be corrected of an observation.
SELECT @list(observation.upload, o.%n), o.uploaded_at, a.name AS uploaded_by
  FROM observation o
  LEFT JOIN account a ON a.id = o.uploaded_by
 WHERE o.observation_id = :id::bigint

-- name: staff_observation_save
-- columns: id bigint
-- write
SELECT s.id
  FROM observation_save(:_user::bigint, :id::bigint,
                        jsonb_build_object(@list(observation.upload, '%n', :%n::%t))) AS s(id)
 WHERE s.id IS NOT NULL

-- ---------------------------------------------------------------- candidates

-- name: staff_candidate_list
-- variants: sort = staff_candidate.sort, dir
-- columns: id bigint, sort_key text, obs_id bigint, project_name text, filter_name text
-- columns: uploaded_at timestamptz, rating_count integer, has_metadata boolean
-- columns: has_notes boolean, thumb text?
-- plan: custom
-- Candidates by their own number or their observation's, in one project or in all.
SELECT c.id, (%sort)::text AS sort_key, c.obs_id, p.name AS project_name, f.name AS filter_name,
       c.uploaded_at,
       (SELECT s.rating_count FROM candidate_summary s WHERE s.candidate_id = c.id)
           AS rating_count,
       c.metadata IS NOT NULL AS has_metadata,
       coalesce(c.notes, '') <> '' AS has_notes, left(c.thumb_hash, 8) AS thumb
  FROM candidate c
  JOIN project p ON p.id = c.project_id
  JOIN filter f ON f.id = c.filter_id
 WHERE c.project_id = ANY (:_projects::bigint[])
   AND (:project::bigint IS NULL OR c.project_id = :project::bigint)
   AND (:find::bigint IS NULL OR c.id = :find::bigint OR c.obs_id = :find::bigint)
   AND (:after_id::bigint IS NULL
        OR (%sort, c.id) %after (:after_value::%sorttype, :after_id::bigint))
 ORDER BY %sort %dir, c.id %dir
 LIMIT :limit::bigint

-- name: staff_candidate_by_id
-- columns: id bigint, project_id bigint, project_name text, filter_id bigint, filter_name text
-- columns: obs_id bigint, identity text, uploaded_at timestamptz, uploaded_by text?, run text?
-- columns: png_hash text, gif_hash text, thumb text?, notes_version integer, notes_by text?
-- columns: notes_at timestamptz?, extra text?, pulsar text?, matched_by text?
-- columns: matched_at timestamptz?, seen text, @candidate.upload
-- One candidate with everything that is stored of it.
SELECT c.id, c.project_id, p.name AS project_name, c.filter_id, f.name AS filter_name, c.obs_id,
       c.identity, c.uploaded_at, a.name AS uploaded_by,
       concat_ws(', ', 'run ' || u.id, u.client, u.host, u.table_name) AS run,
       c.png_hash, c.gif_hash, left(c.thumb_hash, 8) AS thumb, c.notes_version,
       b.name AS notes_by, c.notes_at, c.extra::text AS extra, m.pulsar_name AS pulsar,
       w.name AS matched_by, m.at AS matched_at, md5(coalesce(c.metadata, '')) AS seen,
       @list(candidate.upload, c.%n)
  FROM candidate c
  JOIN project p ON p.id = c.project_id
  JOIN filter f ON f.id = c.filter_id
  LEFT JOIN account a ON a.id = c.uploaded_by
  LEFT JOIN account b ON b.id = c.notes_by
  LEFT JOIN upload_run u ON u.id = c.upload_run
  LEFT JOIN association m ON m.candidate_id = c.id
  LEFT JOIN account w ON w.id = m.account_id
 WHERE c.id = :id::bigint
   AND c.project_id = ANY (:_projects::bigint[])

-- name: staff_candidate_events
-- columns: id bigint, name text, rating integer?, classification text?, at timestamptz, how text
-- columns: stands boolean
-- Every verdict ever given on a candidate, the newest first; without a rating it was taken back.
SELECT e.id, a.name, e.rating::integer AS rating, k.name AS classification, e.at, e.how,
       r.event_id IS NOT NULL AS stands
  FROM rating_event e
  JOIN candidate c ON c.id = e.candidate_id
  JOIN account a ON a.id = e.account_id
  LEFT JOIN classification k ON k.id = e.classification_id
  LEFT JOIN rating r ON r.event_id = e.id
 WHERE e.candidate_id = :id::bigint
   AND c.project_id = ANY (:_projects::bigint[])
 ORDER BY e.id DESC
 LIMIT 200

-- name: staff_candidate_projects
-- columns: id bigint, name text
-- Where a candidate may be moved to.
SELECT p.id, p.name
  FROM project p
 WHERE p.id = ANY (:_projects::bigint[])
   AND p.id <> (SELECT c.project_id FROM candidate c
                 WHERE c.id = :id::bigint AND c.project_id = ANY (:_projects::bigint[]))
 ORDER BY p.name, p.id
 LIMIT 500

-- name: staff_candidate_move
-- columns: id bigint
-- write
SELECT s.id
  FROM candidate c
 CROSS JOIN LATERAL candidate_move(:_user::bigint, c.id, :project::bigint, :identity::text)
       AS s(id)
 WHERE c.id = :id::bigint
   AND c.project_id = ANY (:_projects::bigint[])
   AND s.id IS NOT NULL

-- ---------------------------------------------------------------- metadata

-- name: staff_metadata_list
-- variants: sort = staff_candidate.sort, dir
-- columns: id bigint, sort_key text, obs_id bigint, project_name text, bytes integer
-- columns: begins text
-- plan: custom
-- Candidates that have metadata, by their own number or their observation's.
SELECT c.id, (%sort)::text AS sort_key, c.obs_id, p.name AS project_name,
       octet_length(c.metadata) AS bytes, left(c.metadata, 120) AS begins
  FROM candidate c
  JOIN project p ON p.id = c.project_id
 WHERE c.metadata IS NOT NULL
   AND c.project_id = ANY (:_projects::bigint[])
   AND (:find::bigint IS NULL OR c.id = :find::bigint OR c.obs_id = :find::bigint)
   AND (:after_id::bigint IS NULL
        OR (%sort, c.id) %after (:after_value::%sorttype, :after_id::bigint))
 ORDER BY %sort %dir, c.id %dir
 LIMIT :limit::bigint

-- name: staff_metadata_save
-- columns: id bigint
-- write
SELECT s.id
  FROM candidate c
 CROSS JOIN LATERAL candidate_set_metadata(:_user::bigint, c.id, coalesce(:metadata::text, ''),
                                           :seen::text) AS s(id)
 WHERE c.id = :id::bigint
   AND c.project_id = ANY (:_projects::bigint[])
   AND s.id IS NOT NULL

-- ---------------------------------------------------------------- verdicts

-- name: staff_rating_list
-- variants: sort = staff_rating.sort, dir
-- columns: id bigint, sort_key text, candidate_id bigint, project_name text, user_id bigint
-- columns: user_name text, rating integer, classification text?, at timestamptz, how text
-- plan: custom
-- The verdicts that stand, in one order; id is the event's.
SELECT r.event_id AS id, (%sort)::text AS sort_key, r.candidate_id, p.name AS project_name,
       a.id AS user_id, a.name AS user_name, r.rating::integer AS rating,
       k.name AS classification, r.at, e.how
  FROM rating r
  JOIN candidate c ON c.id = r.candidate_id
  JOIN project p ON p.id = c.project_id
  JOIN account a ON a.id = r.account_id
  JOIN rating_event e ON e.id = r.event_id
  LEFT JOIN classification k ON k.id = r.classification_id
 WHERE c.project_id = ANY (:_projects::bigint[])
   AND (:project::bigint IS NULL OR c.project_id = :project::bigint)
   AND (:user_id::bigint IS NULL OR r.account_id = :user_id::bigint)
   AND (:candidate::bigint IS NULL OR r.candidate_id = :candidate::bigint)
   AND (:class::bigint IS NULL OR r.classification_id = :class::bigint)
   AND (:rating::smallint IS NULL OR r.rating = :rating::smallint)
   AND (:from::timestamptz IS NULL OR r.at >= :from::timestamptz)
   AND (:before::timestamptz IS NULL OR r.at < :before::timestamptz)
   AND (:after_id::bigint IS NULL
        OR (%sort, r.event_id) %after (:after_value::%sorttype, :after_id::bigint))
 ORDER BY %sort %dir, r.event_id %dir
 LIMIT :limit::bigint

-- name: staff_class_choices
-- columns: id bigint, name text, chosen boolean
-- What the list of verdicts may be narrowed to.
SELECT k.id, k.name, k.id = coalesce(:class::bigint, 0) AS chosen
  FROM classification k
 ORDER BY k.hidden, k.position, k.id
 LIMIT 1000

-- name: staff_rating_take_back
-- columns: id bigint
-- write
SELECT s.id
  FROM rating r
  JOIN candidate c ON c.id = r.candidate_id
 CROSS JOIN LATERAL rating_take_back(:_user::bigint, r.event_id, :request_key::text) AS s(id)
 WHERE r.event_id = :id::bigint
   AND c.project_id = ANY (:_projects::bigint[])
   AND s.id IS NOT NULL

-- ---------------------------------------------------------------- associations

-- name: staff_association_list
-- variants: sort = staff_association.sort, dir
-- columns: id bigint, sort_key text, pulsar text, withdrawn boolean, project_name text
-- columns: user_name text, at timestamptz
-- plan: custom
-- Candidates matched to a pulsar; id is the candidate's. By candidate, or part of a pulsar's name.
SELECT a.candidate_id AS id, (%sort)::text AS sort_key, a.pulsar_name AS pulsar,
       a.pulsar_id IS NULL AS withdrawn, p.name AS project_name, w.name AS user_name, a.at
  FROM association a
  JOIN candidate c ON c.id = a.candidate_id
  JOIN project p ON p.id = c.project_id
  JOIN account w ON w.id = a.account_id
 WHERE c.project_id = ANY (:_projects::bigint[])
   AND (:find::text IS NULL
        OR a.candidate_id::text = :find::text
        OR strpos(lower(a.pulsar_name), lower(:find::text)) > 0)
   AND (:after_id::bigint IS NULL
        OR (%sort, a.candidate_id) %after (:after_value::%sorttype, :after_id::bigint))
 ORDER BY %sort %dir, a.candidate_id %dir
 LIMIT :limit::bigint

-- name: staff_association_drop
-- columns: id bigint
-- write
DELETE FROM association a
 USING candidate c
 WHERE a.candidate_id = :id::bigint
   AND c.id = a.candidate_id
   AND c.project_id = ANY (:_projects::bigint[])
RETURNING a.candidate_id AS id

-- ---------------------------------------------------------------- the audit log

-- fragment: log_columns
-- Who did what; l is audit_log, w account.
       l.id, l.at, l.address, coalesce(w.name, CASE WHEN l.account_id IS NULL THEN '' ELSE l.account_id::text END)
           AS user_name, l.account_id, l.token_id, l.action, l.subject, l.subject_id

-- name: staff_log_latest
-- columns: id bigint, at timestamptz, address text?, user_name text, account_id bigint?
-- columns: token_id bigint?, action text, subject text, subject_id text?
-- The newest lines that tell of a change: who came and went is left out.
SELECT @use(log_columns)
  FROM audit_log l
  LEFT JOIN account w ON w.id = l.account_id
 WHERE l.action NOT IN ('login', 'logout', 'refused')
 ORDER BY l.at DESC, l.id DESC
 LIMIT 12

-- name: staff_log_list
-- variants: sort = staff_log.sort, dir
-- columns: id bigint, at timestamptz, address text?, user_name text, account_id bigint?
-- columns: token_id bigint?, action text, subject text, subject_id text?, sort_key text, changes text?
-- plan: custom
-- The audit log: who did what to what, with the beginning of what changed.
SELECT @use(log_columns), (%sort)::text AS sort_key,
       left((SELECT string_agg(d.key, ', ' ORDER BY d.key)
               FROM jsonb_object_keys(CASE WHEN jsonb_typeof(coalesce(l.after, l.before)) = 'object'
                                           THEN coalesce(l.after, l.before) END) AS d(key)), 80)
           AS changes
  FROM audit_log l
  LEFT JOIN account w ON w.id = l.account_id
 WHERE (:user_id::bigint IS NULL OR l.account_id = :user_id::bigint)
   AND (:action::text IS NULL OR l.action = :action::text)
   AND (:subject::text IS NULL OR l.subject = :subject::text)
   AND (:subject_id::text IS NULL OR l.subject_id = :subject_id::text)
   AND (:address::text IS NULL OR l.address = :address::text)
   AND (:from::timestamptz IS NULL OR l.at >= :from::timestamptz)
   AND (:before::timestamptz IS NULL OR l.at < :before::timestamptz)
   AND (:after_id::bigint IS NULL
        OR (%sort, l.id) %after (:after_value::%sorttype, :after_id::bigint))
 ORDER BY %sort %dir, l.id %dir
 LIMIT :limit::bigint

-- name: staff_log_by_id
-- columns: id bigint, at timestamptz, address text?, user_name text, account_id bigint?
-- columns: token_id bigint?, action text, subject text, subject_id text?, request_id text?
SELECT @use(log_columns), l.request_id
  FROM audit_log l
  LEFT JOIN account w ON w.id = l.account_id
 WHERE l.id = :id::bigint

-- name: staff_log_changes
-- columns: name text, before text?, after text?
-- What one line of the audit log says of each column, before and after.
SELECT d.key AS name, l.before ->> d.key AS before, l.after ->> d.key AS after
  FROM audit_log l
 CROSS JOIN LATERAL (
        SELECT jsonb_object_keys(CASE WHEN jsonb_typeof(l.before) = 'object' THEN l.before END)
         UNION
        SELECT jsonb_object_keys(CASE WHEN jsonb_typeof(l.after) = 'object' THEN l.after END)
       ) d(key)
 WHERE l.id = :id::bigint
 ORDER BY d.key
 LIMIT 200
