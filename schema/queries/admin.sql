-- admin.sql: what transients-admin does for accounts, tokens and lists.
--
-- Run by the owner's role, which sees everything: no :_projects here.

-- name: account_add
-- columns: id bigint
-- write
INSERT INTO account (name, password_hash, role, password_changed_at)
VALUES (:name::text, :password_hash::text, :role::text,
        CASE WHEN :password_hash::text IS NOT NULL THEN now() END)
RETURNING id

-- name: staff_first
-- columns: name text
-- The first member of staff who can log in.
SELECT a.name
  FROM account a
 WHERE a.role = 'staff' AND a.active AND a.password_hash IS NOT NULL
 ORDER BY a.id
 LIMIT 1

-- name: account_join
-- columns: project_id bigint
-- write
-- Makes the account a member of the project of that name; no row when there is none.
INSERT INTO project_member AS m (project_id, account_id)
SELECT p.id, :account::bigint
  FROM project p
 WHERE p.name = :project::text
    ON CONFLICT (project_id, account_id) DO UPDATE SET added_at = m.added_at
RETURNING project_id

-- name: account_set_password
-- columns: id bigint
-- write
-- Sessions that began before end by that.
UPDATE account
   SET password_hash = :password_hash::text, password_changed_at = now()
 WHERE lower(name) = lower(:name::text) AND role <> 'service'
RETURNING id

-- name: invite_make
-- columns: expires_at timestamptz
-- write
-- A link by which the account's password is set; :hash is its secret's sha256.
SELECT s.expires_at
  FROM account a
 CROSS JOIN LATERAL invite_make(NULL, a.id, :hash::text, :hours::integer) AS s(expires_at)
 WHERE lower(a.name) = lower(:name::text)

-- name: account_by_name
-- columns: id bigint, name text, role text, active boolean
SELECT a.id, a.name, a.role, a.active
  FROM account a
 WHERE lower(a.name) = lower(:name::text)

-- name: account_disable
-- columns: id bigint
-- write
-- No row for the last active staff account. All of staff is locked, so that two at once cannot
-- disable each other.
WITH staff AS (
        SELECT a.id
          FROM account a
         WHERE a.role = 'staff' AND a.active
         ORDER BY a.id
           FOR UPDATE),
     ended AS (
        UPDATE account
           SET active = false
         WHERE lower(name) = lower(:name::text)
           AND (role <> 'staff' OR NOT active
                OR EXISTS (SELECT FROM staff s WHERE s.id <> account.id))
        RETURNING id),
     logged_out AS (
        DELETE FROM session WHERE account_id IN (SELECT e.id FROM ended e))
SELECT e.id
  FROM ended e

-- name: account_enable
-- columns: id bigint
-- write
UPDATE account
   SET active = true
 WHERE lower(name) = lower(:name::text)
RETURNING id

-- name: account_list
-- columns: name text, role text, state text, password text, projects text?, tokens bigint
-- columns: last_login_at timestamptz?
SELECT a.name,
       a.role,
       CASE WHEN a.active THEN 'active' ELSE 'disabled' END AS state,
       CASE WHEN a.password_hash IS NULL THEN 'none' ELSE 'set' END AS password,
       (SELECT string_agg(p.name, ', ' ORDER BY p.name)
          FROM project_member m
          JOIN project p ON p.id = m.project_id
         WHERE m.account_id = a.id) AS projects,
       (SELECT count(*)
          FROM token k
         WHERE k.account_id = a.id AND k.revoked_at IS NULL) AS tokens,
       a.last_login_at
  FROM account a
 ORDER BY lower(a.name), a.id
 LIMIT 100000

-- name: token_add
-- columns: id bigint, expires_at timestamptz?
-- write
-- No row when there is no such active account.
INSERT INTO token (account_id, name, hash, hint, scopes, expires_at)
SELECT a.id, :token_name::text, :hash::text, :hint::text, string_to_array(:scopes::text, ','),
       now() + make_interval(days => :days::integer)
  FROM account a
 WHERE lower(a.name) = lower(:name::text) AND a.active
RETURNING id, expires_at

-- name: token_revoke
-- columns: id bigint, hint text
-- write
-- One by its id, or all of an account.
UPDATE token
   SET revoked_at = now()
 WHERE revoked_at IS NULL
   AND (id = :id::bigint
        OR account_id = (SELECT a.id FROM account a WHERE lower(a.name) = lower(:name::text)))
RETURNING id, hint

-- name: token_list
-- columns: id bigint, account text, name text, begins text, scopes text, state text
-- columns: created_at timestamptz, last_used_at timestamptz?, expires_at timestamptz?
-- All tokens, or one account's.
SELECT k.id,
       a.name AS account,
       k.name,
       k.hint AS begins,
       array_to_string(k.scopes, ',') AS scopes,
       CASE WHEN k.revoked_at IS NOT NULL THEN 'revoked'
            WHEN k.expires_at <= now() THEN 'expired'
            WHEN NOT a.active THEN 'account disabled'
            ELSE 'valid' END AS state,
       k.created_at,
       k.last_used_at,
       k.expires_at
  FROM token k
  JOIN account a ON a.id = k.account_id
 WHERE :name::text IS NULL OR lower(a.name) = lower(:name::text)
 ORDER BY k.id
 LIMIT 100000

-- name: project_add
-- columns: id bigint
-- write
INSERT INTO project (name, description, access)
VALUES (:name::text, coalesce(:description::text, ''), coalesce(:access::text, 'members'))
RETURNING id

-- name: project_list
-- columns: id bigint, name text, access text, candidates bigint, description text
SELECT p.id,
       p.name,
       p.access,
       (SELECT count(*) FROM candidate c WHERE c.project_id = p.id) AS candidates,
       p.description
  FROM project p
 ORDER BY p.name, p.id
 LIMIT 10000

-- name: classification_add
-- columns: id bigint
-- write
-- At the end of the list unless a position is given.
INSERT INTO classification (name, description, key_letter, position)
VALUES (:name::text, coalesce(:description::text, ''), upper(:key::text),
        coalesce(:position::integer,
                 (SELECT coalesce(max(k.position), 0) + 10 FROM classification k)))
RETURNING id

-- name: classification_list
-- columns: id bigint, position integer, key text?, name text, state text, description text
SELECT k.id,
       k.position,
       k.key_letter AS key,
       k.name,
       CASE WHEN k.merged_into IS NOT NULL THEN 'part of ' || m.name
            WHEN k.hidden THEN 'hidden' ELSE 'shown' END AS state,
       k.description
  FROM classification k
  LEFT JOIN classification m ON m.id = k.merged_into
 ORDER BY k.position, k.id
 LIMIT 1000

-- name: filter_add
-- columns: id bigint
-- write
INSERT INTO filter (name, description)
VALUES (:name::text, coalesce(:description::text, ''))
RETURNING id

-- name: filter_list
-- columns: id bigint, name text, candidates bigint, part_of text?, description text
SELECT f.id,
       f.name,
       (SELECT count(*) FROM candidate c WHERE c.filter_id = f.id) AS candidates,
       m.name AS part_of,
       f.description
  FROM filter f
  LEFT JOIN filter m ON m.id = f.merged_into
 ORDER BY f.name, f.id
 LIMIT 10000

-- name: project_edit
-- columns: id bigint
-- write
-- What is not given stays.
UPDATE project
   SET name = coalesce(:rename::text, name),
       description = coalesce(:description::text, description),
       access = coalesce(:access::text, access),
       classification_required = coalesce(:required::boolean, classification_required),
       blind = coalesce(:blind::boolean, blind),
       rating_words = coalesce(string_to_array(:words::text, ','), rating_words)
 WHERE name = :name::text
RETURNING id

-- name: project_member_add
-- columns: id bigint
-- write
-- No row when there is no such user.
INSERT INTO project_member AS m (project_id, account_id)
SELECT :project::bigint, a.id
  FROM account a
 WHERE lower(a.name) = lower(:user::text)
    ON CONFLICT (project_id, account_id) DO UPDATE SET added_at = m.added_at
RETURNING account_id AS id

-- name: project_member_drop
-- columns: id bigint
-- write
DELETE FROM project_member m
 USING account a
 WHERE a.id = m.account_id
   AND m.project_id = :project::bigint
   AND lower(a.name) = lower(:user::text)
RETURNING m.account_id AS id

-- name: classification_edit
-- columns: id bigint
-- write
-- What is not given stays. One that was merged into another stays hidden.
UPDATE classification
   SET name = coalesce(:rename::text, name),
       description = coalesce(:description::text, description),
       key_letter = CASE WHEN :key::text IS NULL THEN key_letter
                         ELSE nullif(upper(:key::text), '') END,
       position = coalesce(:position::integer, position),
       hidden = coalesce(:hidden::boolean, hidden)
 WHERE name = :name::text
RETURNING id

-- name: filter_edit
-- columns: id bigint
-- write
UPDATE filter
   SET name = coalesce(:rename::text, name),
       description = coalesce(:description::text, description)
 WHERE name = :name::text
RETURNING id

-- name: account_set_role
-- columns: id bigint
-- write
-- No row for the last active staff account, nor for a service, which has no password. All of staff
-- is locked, so that two at once cannot demote each other.
WITH staff AS (
        SELECT a.id
          FROM account a
         WHERE a.role = 'staff' AND a.active
         ORDER BY a.id
           FOR UPDATE)
UPDATE account
   SET role = :role::text
 WHERE lower(name) = lower(:name::text)
   AND role <> 'service'
   AND (role <> 'staff' OR NOT active OR :role::text = 'staff'
        OR EXISTS (SELECT FROM staff s WHERE s.id <> account.id))
RETURNING id

-- name: classification_merge
-- columns: moved bigint
-- write
-- How many ratings count as the other from now on. No row when one of the two is not there.
SELECT classification_merge(NULL, f.id, t.id) AS moved
  FROM classification f, classification t
 WHERE f.name = :name::text AND t.name = :into::text

-- name: filter_merge
-- columns: moved bigint
-- write
-- How many candidates count as the other's from now on. No row when one of the two is not there.
SELECT filter_merge(NULL, f.id, t.id) AS moved
  FROM filter f, filter t
 WHERE f.name = :name::text AND t.name = :into::text

-- name: admin_run_list
-- columns: id bigint, began timestamptz, who text, candidates bigint, state text, client text?
-- columns: host text?, table_name text?
SELECT u.id,
       u.started_at AS began,
       a.name AS who,
       (SELECT count(*) FROM candidate c WHERE c.upload_run = u.id) AS candidates,
       CASE WHEN u.taken_back_at IS NULL THEN 'in force' ELSE 'taken back' END AS state,
       u.client,
       u.host,
       u.table_name
  FROM upload_run u
  JOIN account a ON a.id = u.account_id
 ORDER BY u.id DESC
 LIMIT 1000

-- name: admin_thing
-- columns: id bigint, name text
-- What is to be removed, by what people call it. No row when it is not there.
SELECT t.id, t.name
  FROM (SELECT 'project' AS kind, p.id, p.name FROM project p
        UNION ALL
        SELECT 'observation', o.observation_id, o.observation_id::text FROM observation o
        UNION ALL
        SELECT 'run', u.id, u.id::text FROM upload_run u WHERE u.taken_back_at IS NULL
        UNION ALL
        SELECT 'candidate', c.id, c.id::text FROM candidate c) t
 WHERE t.kind = :kind::text
   AND t.name = :name::text
 ORDER BY t.id
 LIMIT 1

-- name: admin_preview
-- columns: candidates bigint, ratings bigint, raters bigint, associations bigint, notes bigint
-- columns: pictures bigint, stamp text
-- plan: custom
-- What would go with a thing; all candidates when there is none.
SELECT p.candidates, p.ratings, p.raters, p.associations, p.notes, p.pictures, p.stamp
  FROM removal_preview(ARRAY(
        SELECT c.id
          FROM candidate c
         WHERE CASE :kind::text
               WHEN 'project' THEN c.project_id = :id::bigint
               WHEN 'observation' THEN c.obs_id = :id::bigint
               WHEN 'run' THEN c.upload_run = :id::bigint
               WHEN 'candidate' THEN c.id = :id::bigint
               ELSE true END)) p

-- name: admin_remove
-- columns: line bigint?
-- write
-- Takes it away: the line in the audit log. Of everything, the last one.
SELECT max(CASE :kind::text
           WHEN 'project' THEN CASE WHEN :stays::boolean THEN project_clear(NULL, :id::bigint)
                                    ELSE project_remove(NULL, :id::bigint, :stamp::text) END
           WHEN 'observation' THEN observation_remove(NULL, :id::bigint, :stamp::text)
           WHEN 'run' THEN upload_run_remove(NULL, :id::bigint, :stamp::text)
           WHEN 'candidate' THEN candidates_remove(NULL, ARRAY[:id::bigint], 'transients-admin',
                                                   :stamp::text)
           ELSE project_clear(NULL, p.id) END) AS line
  FROM (SELECT q.id FROM project q WHERE :kind::text IS NULL
        UNION ALL
        SELECT NULL WHERE :kind::text IS NOT NULL
        ORDER BY id) p

-- name: removed_media_count
-- columns: waiting bigint
SELECT count(*) AS waiting
  FROM removed_media

-- name: export_classifications
-- columns: name text, description text, key text?, position integer, hidden boolean
SELECT k.name, k.description, k.key_letter AS key, k.position, k.hidden
  FROM classification k
 ORDER BY k.position, k.id
 LIMIT 10000

-- name: export_filters
-- columns: name text, description text
-- Those that were merged into others are left out.
SELECT f.name, f.description
  FROM filter f
 WHERE f.merged_into IS NULL
 ORDER BY f.name, f.id
 LIMIT 100000

-- name: export_projects
-- columns: name text, description text, access text, classification_required boolean
-- columns: blind boolean, rating_words jsonb
SELECT p.name, p.description, p.access, p.classification_required, p.blind,
       to_jsonb(p.rating_words) AS rating_words
  FROM project p
 ORDER BY p.name, p.id
 LIMIT 100000

-- name: import_classifications
-- columns: what text
-- write
-- One classification by its name: what became of it. What is not given stays as it is.
WITH changed AS (
        UPDATE classification k
           SET description = n.description, key_letter = n.key_letter, position = n.position,
               hidden = n.hidden
          FROM (SELECT w.id,
                       coalesce(:description::text, w.description) AS description,
                       CASE WHEN :has_key::boolean THEN upper(:key::text) ELSE w.key_letter END
                       AS key_letter,
                       coalesce(:position::integer, w.position) AS position,
                       coalesce(:hidden::boolean, w.hidden) AS hidden
                  FROM classification w
                 WHERE w.name = :name::text) n
         WHERE k.id = n.id
           AND (k.description, k.key_letter, k.position, k.hidden)
               IS DISTINCT FROM (n.description, n.key_letter, n.position, n.hidden)
        RETURNING k.id),
     added AS (
        INSERT INTO classification (name, description, key_letter, position, hidden)
        SELECT :name::text, coalesce(:description::text, ''), upper(:key::text),
               coalesce(:position::integer,
                        (SELECT coalesce(max(w.position), 0) + 10 FROM classification w)),
               coalesce(:hidden::boolean, false)
         WHERE NOT EXISTS (SELECT FROM classification w WHERE w.name = :name::text)
        RETURNING id)
SELECT CASE WHEN EXISTS (SELECT FROM added) THEN 'added'
            WHEN EXISTS (SELECT FROM changed) THEN 'changed'
            ELSE 'unchanged' END AS what

-- name: import_filters
-- columns: what text
-- write
WITH changed AS (
        UPDATE filter
           SET description = :description::text
         WHERE name = :name::text AND description <> :description::text
        RETURNING id),
     added AS (
        INSERT INTO filter (name, description)
        SELECT :name::text, coalesce(:description::text, '')
         WHERE NOT EXISTS (SELECT FROM filter w WHERE w.name = :name::text)
        RETURNING id)
SELECT CASE WHEN EXISTS (SELECT FROM added) THEN 'added'
            WHEN EXISTS (SELECT FROM changed) THEN 'changed'
            ELSE 'unchanged' END AS what

-- name: import_projects
-- columns: what text
-- write
WITH given AS (
        SELECT ARRAY(SELECT w.word
                       FROM jsonb_array_elements_text(:rating_words::jsonb)
                            WITH ORDINALITY AS w (word, n)
                      ORDER BY w.n) AS rating_words),
     changed AS (
        UPDATE project p
           SET description = n.description, access = n.access, blind = n.blind,
               classification_required = n.classification_required,
               rating_words = n.rating_words
          FROM (SELECT w.id,
                       coalesce(:description::text, w.description) AS description,
                       coalesce(:access::text, w.access) AS access,
                       coalesce(:blind::boolean, w.blind) AS blind,
                       coalesce(:classification_required::boolean, w.classification_required)
                       AS classification_required,
                       CASE WHEN :rating_words::jsonb IS NULL THEN w.rating_words
                            ELSE g.rating_words END AS rating_words
                  FROM project w, given g
                 WHERE w.name = :name::text) n
         WHERE p.id = n.id
           AND (p.description, p.access, p.blind, p.classification_required, p.rating_words)
               IS DISTINCT FROM (n.description, n.access, n.blind, n.classification_required,
                                 n.rating_words)
        RETURNING p.id),
     added AS (
        INSERT INTO project (name, description, access, blind, classification_required,
                             rating_words)
        SELECT :name::text, coalesce(:description::text, ''),
               coalesce(:access::text, 'members'), coalesce(:blind::boolean, true),
               coalesce(:classification_required::boolean, true),
               CASE WHEN :rating_words::jsonb IS NULL
                    THEN '{surely not,unlikely,can''t tell,likely,surely}'::text[]
                    ELSE g.rating_words END
          FROM given g
         WHERE NOT EXISTS (SELECT FROM project w WHERE w.name = :name::text)
        RETURNING id)
SELECT CASE WHEN EXISTS (SELECT FROM added) THEN 'added'
            WHEN EXISTS (SELECT FROM changed) THEN 'changed'
            ELSE 'unchanged' END AS what
