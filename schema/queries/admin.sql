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
       CASE WHEN k.hidden THEN 'hidden' ELSE 'shown' END AS state,
       k.description
  FROM classification k
 ORDER BY k.position, k.id
 LIMIT 1000

-- name: filter_add
-- columns: id bigint
-- write
INSERT INTO filter (name, description)
VALUES (:name::text, coalesce(:description::text, ''))
RETURNING id

-- name: filter_list
-- columns: id bigint, name text, candidates bigint, description text
SELECT f.id,
       f.name,
       (SELECT count(*) FROM candidate c WHERE c.filter_id = f.id) AS candidates,
       f.description
  FROM filter f
 ORDER BY f.name, f.id
 LIMIT 10000
