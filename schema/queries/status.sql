-- status.sql: what /readyz asks.

-- name: site_state
-- columns: migration integer?, needs_code integer?, max_connections integer
-- plan: generic
-- The last migration, the oldest code that still runs on this schema, and how many connections the
-- server takes from those who are no superusers.
SELECT max(m.id) AS migration,
       max(m.needs_code) AS needs_code,
       current_setting('max_connections')::integer
       - current_setting('superuser_reserved_connections')::integer AS max_connections
  FROM schema_migration m
