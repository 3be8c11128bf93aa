-- talk.sql: comments, stars and tags, and what was said lately.
--
-- Where a project is blind, others' comments and tags are out of sight until the reader has rated
-- the candidate: the fragment said_in_sight. One's own are always there.

-- fragment: said_in_sight
-- k is what was said (candidate_id, account_id), p the candidate's project. Who has no account
-- hears nothing: what is said names people.
(:_user::bigint > 0
 AND (k.account_id = :_user::bigint
    OR NOT p.blind
    OR EXISTS (SELECT FROM rating r
                WHERE r.candidate_id = k.candidate_id AND r.account_id = :_user::bigint)))

-- fragment: candidate_talk_filters
-- Part of candidate_filters: the few candidates that are starred, tagged or talked about are
-- looked up by id.
            AND (NOT coalesce(:starred::boolean, false)
                 OR c.id = ANY (ARRAY(SELECT t.candidate_id FROM star t
                                       WHERE t.account_id = :_user::bigint)))
            AND (:tag::text IS NULL
                 OR c.id = ANY (ARRAY(SELECT k.candidate_id
                                        FROM candidate_tag k
                                        JOIN candidate y ON y.id = k.candidate_id
                                        JOIN project p ON p.id = y.project_id
                                       WHERE k.tag = lower(:tag::text COLLATE "C")
                                         AND y.project_id = ANY (:_projects::bigint[])
                                         AND @use(said_in_sight))))
            AND (:comments::boolean IS NULL
                 OR :comments::boolean
                    = (c.id = ANY (ARRAY(SELECT k.candidate_id
                                           FROM comment k
                                           JOIN candidate y ON y.id = k.candidate_id
                                           JOIN project p ON p.id = y.project_id
                                          WHERE k.removed_at IS NULL
                                            AND y.project_id = ANY (:_projects::bigint[])
                                            AND @use(said_in_sight)))))

-- name: candidate_said
-- columns: id bigint, project_name text, in_sight boolean, starred boolean
-- plan: generic
-- A candidate that is talked about; whether the reader sees what others said of it.
SELECT c.id, p.name AS project_name,
       NOT p.blind OR EXISTS (SELECT FROM rating r
                               WHERE r.candidate_id = c.id
                                 AND r.account_id = :_user::bigint) AS in_sight,
       EXISTS (SELECT FROM star t
                WHERE t.candidate_id = c.id AND t.account_id = :_user::bigint) AS starred
  FROM candidate c
  JOIN project p ON p.id = c.project_id
 WHERE c.id = :id::bigint
   AND c.project_id = ANY (:_projects::bigint[])

-- fragment: comment_columns
-- A comment k by w; the text of one that is removed stays in the database.
       k.id, k.candidate_id, w.name AS author,
       CASE WHEN k.removed_at IS NULL THEN k.text END AS text,
       k.at, k.version, k.edited_at, k.removed_at, v.name AS removed_by,
       k.account_id = :_user::bigint AND k.removed_at IS NULL AS may_edit,
       k.removed_at IS NULL
       AND (k.account_id = :_user::bigint
            OR EXISTS (SELECT FROM account me
                        WHERE me.id = :_user::bigint AND me.role = 'staff')) AS may_remove

-- name: comment_list
-- columns: id bigint, candidate_id bigint, author text, text text?, at timestamptz
-- columns: version integer, edited_at timestamptz?, removed_at timestamptz?, removed_by text?
-- columns: may_edit boolean, may_remove boolean
-- plan: generic
-- What was said about a candidate, the first first.
SELECT @use(comment_columns)
  FROM comment k
  JOIN candidate c ON c.id = k.candidate_id
  JOIN project p ON p.id = c.project_id
  JOIN account w ON w.id = k.account_id
  LEFT JOIN account v ON v.id = k.removed_by
 WHERE k.candidate_id = :id::bigint
   AND c.project_id = ANY (:_projects::bigint[])
   AND @use(said_in_sight)
 ORDER BY k.id
 LIMIT 500

-- name: comment_by_id
-- columns: id bigint, candidate_id bigint, author text, text text?, at timestamptz
-- columns: version integer, edited_at timestamptz?, removed_at timestamptz?, removed_by text?
-- columns: may_edit boolean, may_remove boolean
-- plan: generic
-- One comment that the reader may see.
SELECT @use(comment_columns)
  FROM comment k
  JOIN candidate c ON c.id = k.candidate_id
  JOIN project p ON p.id = c.project_id
  JOIN account w ON w.id = k.account_id
  LEFT JOIN account v ON v.id = k.removed_by
 WHERE k.id = :id::bigint
   AND c.project_id = ANY (:_projects::bigint[])
   AND @use(said_in_sight)

-- name: comment_versions
-- columns: version integer, text text, at timestamptz
-- plan: generic
-- The texts that a comment had before, the newest first; none of one that is removed.
SELECT o.version, o.text, o.at
  FROM comment_version o
  JOIN comment k ON k.id = o.comment_id
  JOIN candidate c ON c.id = k.candidate_id
  JOIN project p ON p.id = c.project_id
 WHERE o.comment_id = :id::bigint
   AND k.removed_at IS NULL
   AND c.project_id = ANY (:_projects::bigint[])
   AND @use(said_in_sight)
 ORDER BY o.version DESC
 LIMIT 100

-- name: comment_add
-- columns: id bigint
-- write
-- The reader's comment on a candidate that the reader may see; the same request key again gives
-- the one that is there.
WITH made AS (
        INSERT INTO comment (candidate_id, account_id, text, request_key)
        SELECT c.id, :_user::bigint, :text::text, :request_key::text
          FROM candidate c
         WHERE c.id = :id::bigint
           AND c.project_id = ANY (:_projects::bigint[])
        ON CONFLICT (account_id, request_key) DO NOTHING
        RETURNING id)
SELECT m.id FROM made m
UNION ALL
SELECT k.id
  FROM comment k
  JOIN candidate c ON c.id = k.candidate_id
 WHERE k.account_id = :_user::bigint
   AND k.request_key = :request_key::text
   AND k.candidate_id = :id::bigint
   AND c.project_id = ANY (:_projects::bigint[])
 ORDER BY id
 LIMIT 1

-- name: comment_edit
-- columns: candidate_id bigint
-- write
-- Another text for the reader's own comment, over the version that the reader saw.
UPDATE comment k
   SET text = :text::text
  FROM candidate c
 WHERE k.id = :id::bigint
   AND c.id = k.candidate_id
   AND c.project_id = ANY (:_projects::bigint[])
   AND k.account_id = :_user::bigint
   AND k.removed_at IS NULL
   AND k.version = :version::integer
RETURNING k.candidate_id

-- name: comment_remove
-- columns: candidate_id bigint
-- write
-- Puts a comment out of sight: one's own, or any for staff. Again: nothing changes.
UPDATE comment k
   SET removed_at = coalesce(k.removed_at, now()),
       removed_by = coalesce(k.removed_by, :_user::bigint)
  FROM candidate c
 WHERE k.id = :id::bigint
   AND c.id = k.candidate_id
   AND c.project_id = ANY (:_projects::bigint[])
   AND (k.account_id = :_user::bigint
        OR EXISTS (SELECT FROM account me WHERE me.id = :_user::bigint AND me.role = 'staff'))
RETURNING k.candidate_id

-- name: star_set
-- columns: id bigint
-- write
-- Marks a candidate for the reader.
INSERT INTO star AS t (account_id, candidate_id)
SELECT :_user::bigint, c.id
  FROM candidate c
 WHERE c.id = :id::bigint
   AND c.project_id = ANY (:_projects::bigint[])
ON CONFLICT (account_id, candidate_id) DO UPDATE SET at = t.at
RETURNING t.candidate_id AS id

-- name: star_drop
-- write
-- Takes the reader's mark away.
DELETE FROM star t
 USING candidate c
 WHERE t.account_id = :_user::bigint
   AND t.candidate_id = :id::bigint
   AND c.id = t.candidate_id
   AND c.project_id = ANY (:_projects::bigint[])

-- name: tag_list
-- columns: tag text, author text, at timestamptz
-- plan: generic
-- The labels of a candidate.
SELECT k.tag, w.name AS author, k.at
  FROM candidate_tag k
  JOIN candidate c ON c.id = k.candidate_id
  JOIN project p ON p.id = c.project_id
  JOIN account w ON w.id = k.account_id
 WHERE k.candidate_id = :id::bigint
   AND c.project_id = ANY (:_projects::bigint[])
   AND @use(said_in_sight)
 ORDER BY k.tag
 LIMIT 100

-- name: tag_choices
-- columns: tag text, candidates bigint
-- plan: generic
-- Labels that were used lately on candidates in sight: the last 2,000 uses.
SELECT u.tag, count(*) AS candidates
  FROM (
        SELECT k.tag
          FROM candidate_tag k
          JOIN candidate c ON c.id = k.candidate_id
          JOIN project p ON p.id = c.project_id
         WHERE c.project_id = ANY (:_projects::bigint[])
           AND @use(said_in_sight)
         ORDER BY k.at DESC, k.candidate_id, k.tag
         LIMIT 2000) u
 GROUP BY u.tag
 ORDER BY count(*) DESC, u.tag
 LIMIT 100

-- name: tag_set
-- columns: candidate_id bigint
-- write
-- Puts a label on a candidate: small letters, single blanks. One that is there stays as it is.
INSERT INTO candidate_tag AS k (candidate_id, tag, account_id)
SELECT c.id, lower(regexp_replace(:tag::text, '\s+', ' ', 'g') COLLATE "C"), :_user::bigint
  FROM candidate c
 WHERE c.id = :id::bigint
   AND c.project_id = ANY (:_projects::bigint[])
ON CONFLICT (candidate_id, tag) DO UPDATE SET at = k.at
RETURNING k.candidate_id

-- name: tag_drop
-- columns: candidate_id bigint
-- write
-- Takes a label off again: anybody who sees it.
DELETE FROM candidate_tag k
 USING candidate c, project p
 WHERE k.candidate_id = :id::bigint
   AND k.tag = lower(regexp_replace(:tag::text, '\s+', ' ', 'g') COLLATE "C")
   AND c.id = k.candidate_id
   AND p.id = c.project_id
   AND c.project_id = ANY (:_projects::bigint[])
   AND @use(said_in_sight)
RETURNING k.candidate_id

-- name: activity_latest
-- columns: is_comment boolean, is_tag boolean, candidate_id bigint, comment_id bigint?
-- columns: author text?, text text?, at timestamptz, thumb text?, project_name text
-- plan: custom
-- What was said last in the reader's projects: comments, notes and tags in sight, the newest
-- first, :limit of them.
SELECT s.kind = 'comment' AS is_comment, s.kind = 'tag' AS is_tag, s.candidate_id, s.comment_id,
       w.name AS author, s.text, s.at, left(s.thumb_hash, 8) AS thumb, s.project_name
  FROM (
        (SELECT 'comment' AS kind, k.candidate_id, k.id AS comment_id, k.account_id, k.text, k.at,
                c.thumb_hash, p.name AS project_name
           FROM comment k
           JOIN candidate c ON c.id = k.candidate_id
           JOIN project p ON p.id = c.project_id
          WHERE c.project_id = ANY (:_projects::bigint[])
            AND k.removed_at IS NULL
            AND @use(said_in_sight)
          ORDER BY k.at DESC, k.id DESC
          LIMIT :limit::bigint)
        UNION ALL
        (SELECT 'tag', k.candidate_id, NULL, k.account_id, k.tag, k.at, c.thumb_hash, p.name
           FROM candidate_tag k
           JOIN candidate c ON c.id = k.candidate_id
           JOIN project p ON p.id = c.project_id
          WHERE c.project_id = ANY (:_projects::bigint[])
            AND NOT coalesce(:comments_alone::boolean, false)
            AND @use(said_in_sight)
          ORDER BY k.at DESC, k.candidate_id DESC, k.tag
          LIMIT :limit::bigint)
        UNION ALL
        (SELECT 'note', c.id, NULL, c.notes_by, c.notes, c.notes_at, c.thumb_hash, p.name
           FROM candidate c
           JOIN project p ON p.id = c.project_id
          WHERE c.project_id = ANY (:_projects::bigint[])
            AND NOT coalesce(:comments_alone::boolean, false)
            AND c.notes_at IS NOT NULL
            AND c.notes <> ''
          ORDER BY c.notes_at DESC, c.id DESC
          LIMIT :limit::bigint)
       ) s
  LEFT JOIN account w ON w.id = s.account_id
 ORDER BY s.at DESC, s.candidate_id DESC, s.kind, s.text
 LIMIT :limit::bigint

-- name: activity_hidden
-- columns: withheld bigint?
-- plan: custom
-- How many (NULL: none) of the last 100 comments are on candidates that the reader has not rated,
-- in projects that hide them until then.
SELECT nullif(count(*) FILTER (WHERE NOT last.in_sight), 0) AS withheld
  FROM (
        SELECT @use(said_in_sight) AS in_sight
          FROM comment k
          JOIN candidate c ON c.id = k.candidate_id
          JOIN project p ON p.id = c.project_id
         WHERE c.project_id = ANY (:_projects::bigint[])
           AND k.removed_at IS NULL
         ORDER BY k.at DESC, k.id DESC
         LIMIT 100) last
