-- lease.sql: what is put before whom, the way back, and verdicts taken back.

-- name: event_words
-- columns: event_id bigint, candidate_id bigint, project_id bigint, rating integer?
-- columns: classification text?
-- plan: generic
-- What an event of the reader's own says.
SELECT e.id AS event_id, e.candidate_id, c.project_id, e.rating::integer, k.name AS classification
  FROM rating_event e
  JOIN candidate c ON c.id = e.candidate_id
  LEFT JOIN classification k ON k.id = e.classification_id
 WHERE e.id = :event_id::bigint
   AND e.account_id = :_user::bigint
   AND c.project_id = ANY (:_projects::bigint[])

-- name: lease_take
-- columns: taken boolean
-- write
-- Puts a candidate before the reader, unless somebody else was quicker.
SELECT lease_take(c.id, :_user::bigint, :queue_filter::text, :words::text) AS taken
  FROM candidate c
 WHERE c.id = :next_id::bigint
   AND c.project_id = ANY (:_projects::bigint[])

-- name: lease_keep
-- columns: leased boolean, until timestamptz?
-- write
-- The reader still looks at it. Not leased: it never was, or somebody else has it by now.
SELECT k.until IS NOT NULL AS leased, k.until
  FROM candidate c
 CROSS JOIN LATERAL lease_keep(c.id, :_user::bigint) AS k (until)
 WHERE c.id = :id::bigint
   AND c.project_id = ANY (:_projects::bigint[])

-- name: lease_mine
-- columns: words text, until timestamptz
-- plan: generic
-- Why the queue put this candidate before the reader.
SELECT l.words, l.until
  FROM lease l
  JOIN candidate c ON c.id = l.candidate_id
 WHERE l.candidate_id = :id::bigint
   AND l.account_id = :_user::bigint
   AND c.project_id = ANY (:_projects::bigint[])

-- name: lease_after
-- columns: id bigint
-- What was put before the reader after an event of theirs: where the same request again leads.
SELECT l.candidate_id AS id
  FROM rating_event e
  JOIN lease l ON l.account_id = e.account_id AND l.candidate_id <> e.candidate_id
  JOIN candidate c ON c.id = l.candidate_id
 WHERE e.id = :event_id::bigint
   AND e.account_id = :_user::bigint
   AND l.until > now()
   AND l.until >= e.at + interval '5 minutes'
   AND c.project_id = ANY (:_projects::bigint[])
 ORDER BY l.until, l.candidate_id
 LIMIT 1

-- name: lease_held
-- columns: id bigint, until timestamptz
-- What the reader has open, in this tab or another: of the chosen project.
SELECT l.candidate_id AS id, l.until
  FROM lease l
  JOIN candidate c ON c.id = l.candidate_id
 WHERE l.account_id = :_user::bigint
   AND l.until > now()
   AND c.project_id = :project::bigint
   AND c.project_id = ANY (:_projects::bigint[])
 ORDER BY l.until DESC, l.candidate_id
 LIMIT 20

-- name: lease_elsewhere
-- columns: others bigint?
-- How many candidates of the chosen project are before other raters at this moment; none is NULL.
SELECT nullif(count(DISTINCT l.candidate_id), 0) AS others
  FROM lease l
  JOIN candidate c ON c.id = l.candidate_id
 WHERE l.account_id <> :_user::bigint
   AND l.until > now()
   AND c.project_id = :project::bigint
   AND c.project_id = ANY (:_projects::bigint[])

-- name: looked_before
-- columns: id bigint
-- plan: generic
-- What the reader rated or skipped before :from: the latest of all where :from was not looked at.
-- Goes back 1,000 verdicts and as many skips.
WITH looked AS MATERIALIZED (
        SELECT l.candidate_id, max(l.at) AS at
          FROM ((SELECT e.candidate_id, e.at FROM rating_event e
                  WHERE e.account_id = :_user::bigint
                  ORDER BY e.id DESC
                  LIMIT 1000)
                UNION ALL
                (SELECT k.candidate_id, k.at FROM skip k
                  WHERE k.account_id = :_user::bigint
                  ORDER BY k.at DESC, k.candidate_id
                  LIMIT 1000)) l
         GROUP BY l.candidate_id)
SELECT c.id
  FROM looked l
  JOIN candidate c ON c.id = l.candidate_id
 WHERE c.project_id = ANY (:_projects::bigint[])
   AND c.id <> coalesce(:from::bigint, 0)
   AND l.at < coalesce((SELECT f.at FROM looked f WHERE f.candidate_id = :from::bigint), 'infinity')
 ORDER BY l.at DESC, c.id DESC
 LIMIT 1

-- name: undo_give
-- columns: candidate_id bigint, project_id bigint, event_id bigint?, rating integer?
-- columns: classification text?, count bigint
-- write
-- Takes the reader's verdict back (see undo()); rating and classification are what it said.
SELECT u.candidate_id, c.project_id, u.event_id, u.rating, k.name AS classification, u.count
  FROM rating_event e
  JOIN candidate c ON c.id = e.candidate_id
 CROSS JOIN LATERAL undo(e.id, :_user::bigint) u
  LEFT JOIN classification k ON k.id = u.classification_id
 WHERE e.id = :id::bigint
   AND c.project_id = ANY (:_projects::bigint[])
