-- statements.sql: what t/unit/db.c, db_each.c and db_lost.c run; the last four are wrong on purpose.

-- name: kinds
-- columns: i bigint, s smallint, r float8, num numeric, b boolean, j jsonb, t timestamptz
-- columns: whole timestamptz, x text, a bigint[], nan float8?, inf float8?, never timestamptz?
-- columns: nothing text?
SELECT 9223372036854775807 AS i, 7::smallint AS s, 0.1::float8 AS r, 12.50 AS num, true AS b,
       '{"a": 1}'::jsonb AS j, '2020-09-29 19:20:54.5+00'::timestamptz AS t,
       '2020-09-29 19:20:54+00'::timestamptz AS whole, 'café ''"'::text AS x,
       '{1,2}'::bigint[] AS a, 'NaN'::float8 AS nan, '-Infinity'::float8 AS inf,
       'infinity'::timestamptz AS never, NULL::text AS nothing

-- name: echo
-- columns: i bigint?, r float8?, b boolean?, t text?, j jsonb?
SELECT :i::bigint AS i, :r::float8 AS r, :b::boolean AS b, :t::text AS t, :j::jsonb AS j

-- name: reader
-- columns: u bigint, p text
SELECT :_user::bigint AS u, :_projects::bigint[]::text AS p

-- name: series
-- columns: k integer, t text
SELECT k, 'row ' || k AS t FROM generate_series(1, :n::integer) k ORDER BY k

-- name: plan_generic
-- columns: mode text
-- plan: generic
SELECT current_setting('plan_cache_mode') || :x::text AS mode

-- name: plan_custom
-- columns: mode text
-- plan: custom
SELECT current_setting('plan_cache_mode') || :x::text AS mode

-- name: plan_auto
-- columns: mode text
SELECT current_setting('plan_cache_mode') || :x::text AS mode

-- name: pid
-- columns: pid integer
SELECT pg_backend_pid() AS pid

-- name: kill
-- columns: done boolean
SELECT pg_terminate_backend(:pid::integer, 5000) AS done

-- name: die_reading
-- columns: done boolean
SELECT pg_terminate_backend(pg_backend_pid()) AS done

-- name: die_writing
-- columns: done boolean
-- write
SELECT pg_terminate_backend(pg_backend_pid()) AS done

-- name: sleep
-- columns: done text
SELECT pg_sleep(5)::text AS done

-- name: sleep_shortly
-- columns: done text
SELECT pg_sleep(0.2)::text AS done

-- name: limit_now
-- columns: setting text
SELECT current_setting('statement_timeout') AS setting

-- name: sleep_briefly
-- columns: done text
-- timeout: 100ms
SELECT pg_sleep(5)::text AS done

-- name: sleep_writing
-- columns: done text
-- write
SELECT pg_sleep(5)::text AS done

-- name: add
-- write
INSERT INTO thing (id, name) VALUES (:id::bigint, :name::text)

-- name: count
-- columns: total bigint
SELECT count(*) AS total FROM thing

-- name: all_of
-- columns: id bigint, name text
SELECT * FROM thing ORDER BY id

-- name: raise
-- columns: done text?
SELECT raise(:state::text, :words::text, :field::text)::text AS done

-- name: divide
-- columns: total integer
SELECT 1 / :n::integer AS total

-- name: actor
-- columns: actor text?, token text?, request text?, address text?
SELECT current_setting('transients.actor', true) AS actor,
       current_setting('transients.token', true) AS token,
       current_setting('transients.request', true) AS request,
       current_setting('transients.address', true) AS address

-- name: actor_writing
-- columns: actor text?
-- write
SELECT current_setting('transients.actor', true) AS actor

-- name: undeclared
-- columns: a integer
SELECT 1 AS b

-- name: too_few
-- columns: a integer
SELECT 1 AS a, 2 AS b

-- name: wrong_type
-- columns: a bigint
SELECT 1 AS a

-- name: no_table
SELECT x
  FROM nothing
