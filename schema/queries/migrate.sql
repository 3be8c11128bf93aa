-- migrate.sql: what is known of the schema's own history; used by transients-admin and /readyz.

-- name: migration_table
-- write
-- Which migrations have been applied, and what their files were.
CREATE TABLE IF NOT EXISTS schema_migration (
    id         integer PRIMARY KEY,
    name       text NOT NULL,
    sha256     text NOT NULL,
    needs_code integer NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
)

-- name: migration_part_table
-- write
-- What is replaced as a whole (functions): the digest of what was run last.
CREATE TABLE IF NOT EXISTS schema_part (
    name       text PRIMARY KEY,
    sha256     text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
)

-- name: migration_lock
-- columns: got boolean
-- write
-- The one lock of all migrations, held by this session. Tried, not waited for: whoever waits
-- holds a snapshot, and CREATE INDEX CONCURRENTLY waits for snapshots.
SELECT pg_try_advisory_lock(:key::bigint) AS got

-- name: migration_lock_again
-- columns: got boolean
-- Whether this session has it still; held once more until the transaction ends.
SELECT pg_try_advisory_xact_lock(:key::bigint) AS got

-- name: migration_unlock
-- columns: done boolean
-- write
SELECT pg_advisory_unlock(:key::bigint) AS done

-- name: migration_list
-- columns: id integer, name text, sha256 text, needs_code integer
SELECT m.id, m.name, m.sha256, m.needs_code
  FROM schema_migration m
 ORDER BY m.id
 LIMIT 10000

-- name: migration_add
-- write
INSERT INTO schema_migration (id, name, sha256, needs_code)
VALUES (:id::integer, :name::text, :sha256::text, :needs_code::integer)

-- name: migration_needs
-- columns: needs_code integer, count bigint
-- The oldest code that may run on this schema, and how many migrations it has.
SELECT coalesce(max(m.needs_code), 0) AS needs_code, count(*) AS count
  FROM schema_migration m

-- name: schema_part
-- columns: sha256 text
SELECT p.sha256
  FROM schema_part p
 WHERE p.name = :name::text

-- name: schema_part_set
-- write
INSERT INTO schema_part AS p (name, sha256)
VALUES (:name::text, :sha256::text)
ON CONFLICT (name) DO UPDATE SET sha256 = EXCLUDED.sha256, applied_at = now()

-- name: role_by_name
-- columns: exists boolean, is_self boolean, is_super boolean
-- What the role is that the site is to connect as.
SELECT r.oid IS NOT NULL AS exists,
       want.name = current_user AS is_self,
       coalesce(r.rolsuper, false) AS is_super
  FROM (VALUES (:name::text)) AS want (name)
  LEFT JOIN pg_roles r ON r.rolname = want.name
