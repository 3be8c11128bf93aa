-- session.sql: who is it? Sessions, tokens, logins and their throttle.

-- fragment: reader_columns
-- What is known of a reader: a is account, t account_setting.
       a.id, a.name, a.role,
       coalesce(t.theme, 'system') AS theme,
       coalesce(t.paper, 'dim') AS paper,
       p.id AS project_id,
       p.name AS project_name,
       coalesce(t.queue_order, 'random') AS queue_order,
       coalesce(t.queue_filter, 'unrated') AS queue_filter,
       coalesce(t.left_out, '{}')::text AS left_out,
       v.projects

-- fragment: reader_joins
-- The reader's settings, and the projects in sight: open to all accounts of people, or listed with
-- the reader; for staff all of them, for a service those that list it.
  LEFT JOIN account_setting t ON t.account_id = a.id
 CROSS JOIN LATERAL (
        SELECT coalesce(array_agg(q.id ORDER BY q.id), '{}')::text AS projects
          FROM project q
         WHERE (q.access IN ('members', 'public') AND a.role <> 'service')
            OR a.role = 'staff'
            OR EXISTS (SELECT FROM project_member m
                        WHERE m.project_id = q.id AND m.account_id = a.id)) v
  LEFT JOIN project p ON p.id = t.project_id AND p.id = ANY (v.projects::bigint[])

-- name: account_for_session
-- columns: id bigint, name text, role text, theme text, paper text, project_id bigint?
-- columns: project_name text?, queue_order text, queue_filter text, left_out text
-- columns: projects text, data text, unseen boolean
-- plan: generic
-- Who reads by a session that has not ended: neither idle for too long nor past its absolute
-- end, of an active account whose password was not changed since. One row at most.
SELECT @use(reader_columns), s.data, s.seen_at < now() - interval '1 minute' AS unseen
  FROM session s
  JOIN account a ON a.id = s.account_id
@use(reader_joins)
 WHERE s.id_hash = :id_hash::text
   AND s.expires_at > now()
   AND s.seen_at > now() - make_interval(secs => :idle::float8)
   AND a.active
   AND s.created_at >= coalesce(a.password_changed_at, s.created_at)

-- name: account_for_token
-- columns: id bigint, name text, role text, theme text, paper text, project_id bigint?
-- columns: project_name text?, queue_order text, queue_filter text, left_out text
-- columns: projects text, token_id bigint, scopes text, unseen boolean
-- plan: generic
-- Who asks by a token that is neither revoked nor expired. One row at most.
SELECT @use(reader_columns), k.id AS token_id, k.scopes::text AS scopes,
       coalesce(k.last_used_at < now() - interval '1 minute', true) AS unseen
  FROM token k
  JOIN account a ON a.id = k.account_id
@use(reader_joins)
 WHERE k.hash = :hash::text
   AND k.revoked_at IS NULL
   AND coalesce(k.expires_at > now(), true)
   AND a.active

-- name: account_for_name
-- columns: id bigint, name text, role text, theme text, paper text, project_id bigint?
-- columns: project_name text?, queue_order text, queue_filter text, left_out text
-- columns: projects text
-- plan: generic
-- Who reads when another module of httpd has asked for the password. One row at most.
SELECT @use(reader_columns)
  FROM account a
@use(reader_joins)
 WHERE lower(a.name) = lower(:name::text)
   AND a.active

-- name: account_for_newcomer
-- write
-- An account for whom another module of httpd lets in; nothing where one of that name exists.
INSERT INTO account (name)
VALUES (:name::text)
ON CONFLICT (lower(name)) DO NOTHING

-- name: projects_for_visitor
-- columns: projects text
-- plan: generic
-- What may be read without login.
SELECT coalesce(array_agg(q.id ORDER BY q.id), '{}')::text AS projects
  FROM project q
 WHERE q.access = 'public'

-- name: session_seen
-- write
-- Notes at most once a minute that a session is in use.
UPDATE session
   SET seen_at = now()
 WHERE id_hash = :id_hash::text
   AND seen_at < now() - interval '1 minute'

-- name: token_seen
-- write
UPDATE token
   SET last_used_at = now()
 WHERE id = :token_id::bigint
   AND coalesce(last_used_at < now() - interval '1 minute', true)

-- name: session_begin
-- columns: account_id bigint
-- write
-- A session for an active account of people, under a new id; no row when there is no such
-- account. The one that the browser had before ends.
WITH who AS (
        SELECT a.id FROM account a
         WHERE lower(a.name) = lower(:name::text) AND a.active AND a.role <> 'service'),
     ended AS (
        DELETE FROM session WHERE id_hash = :old_hash::text),
     seen AS (
        UPDATE account SET last_login_at = now() WHERE id = (SELECT id FROM who)),
     begun AS (
        INSERT INTO session (id_hash, account_id, data, expires_at, address, agent)
        SELECT :id_hash::text, who.id, :data::text,
               now() + make_interval(secs => :maximum::float8), :address::text, :agent::text
          FROM who
        RETURNING account_id)
SELECT b.account_id
  FROM begun b
 CROSS JOIN LATERAL audit_login(b.account_id) w

-- name: session_keep
-- write
-- Changes what a live session carries; one that has ended stays ended.
UPDATE session
   SET data = :data::text
 WHERE id_hash = :id_hash::text

-- name: session_others
-- columns: others bigint
-- How many other live sessions the reader has.
SELECT count(*) AS others
  FROM session s
 WHERE s.account_id = :_user::bigint
   AND s.id_hash IS DISTINCT FROM :id_hash::text
   AND s.expires_at > now()
   AND s.seen_at > now() - make_interval(secs => :idle::float8)

-- name: session_own
-- columns: data text, expires_at timestamptz, address text, agent text
-- write
-- The reader's own session, locked, so that nobody ends it between this and session_renew.
SELECT s.data, s.expires_at, s.address, s.agent
  FROM session s
 WHERE s.id_hash = :id_hash::text
   AND s.account_id = :_user::bigint
   FOR UPDATE

-- name: session_renew
-- write
-- The session that was session_own, under a new id; it does not last any longer.
INSERT INTO session (id_hash, account_id, data, expires_at, address, agent)
VALUES (:new_id_hash::text, :_user::bigint, :data::text, :expires_at::timestamptz,
        :address::text, :agent::text)

-- name: session_end
-- columns: account_id bigint
-- write
-- Logout.
WITH ended AS (
        DELETE FROM session WHERE id_hash = :id_hash::text RETURNING account_id)
SELECT e.account_id
  FROM ended e
 CROSS JOIN LATERAL audit_logout(e.account_id, NULL) w

-- name: session_mine
-- columns: mark text, own boolean, created_at timestamptz, seen_at timestamptz
-- columns: expires_at timestamptz, address text, agent text
-- The reader's sessions that have not ended, the latest first; the mark is the beginning of a
-- session's digest, which opens nothing.
SELECT left(s.id_hash, 16) AS mark,
       s.id_hash = coalesce(:own_hash::text, '') AS own,
       s.created_at, s.seen_at, s.expires_at, s.address, s.agent
  FROM session s
 WHERE s.account_id = :_user::bigint
   AND s.expires_at > now()
   AND s.seen_at > now() - make_interval(secs => :idle::float8)
 ORDER BY s.seen_at DESC, s.id_hash
 LIMIT 200

-- name: session_end_mine
-- columns: ended bigint
-- write
-- Ends one of the reader's other sessions, by its mark, or all of them.
WITH ended AS (
        DELETE FROM session
         WHERE account_id = :_user::bigint
           AND id_hash <> coalesce(:own_hash::text, '')
           AND (nullif(:session::text, '') IS NULL OR left(id_hash, 16) = :session::text)
        RETURNING account_id)
SELECT count(*) AS ended
  FROM ended e
 CROSS JOIN LATERAL audit_logout(e.account_id, 'list of logins') w

-- name: session_purge
-- write
-- Removes some of the sessions that nobody can use any more.
DELETE FROM session
 WHERE id_hash IN (SELECT s.id_hash FROM session s
                    WHERE s.seen_at < now() - make_interval(secs => :idle::float8)
                    ORDER BY s.seen_at, s.id_hash
                    LIMIT 1000)

-- name: login_account
-- columns: id bigint, name text, password_hash text?
-- plan: generic
-- The account that a user name means, if a person may log in with it.
SELECT a.id, a.name, a.password_hash
  FROM account a
 WHERE lower(a.name) = lower(:name::text)
   AND a.active
   AND a.role <> 'service'

-- name: login_rehash
-- write
-- Another hash of the same password: sessions go on.
UPDATE account
   SET password_hash = :new_hash::text
 WHERE id = :id::bigint
   AND password_hash = :old_hash::text

-- name: login_try
-- columns: counted bigint, wait float8
-- write
-- Counts a try as a failure before the password is looked at, so that tries at the same time
-- cannot slip through together; login_passed takes the count back. counted is less than the
-- number of keys, or wait (seconds) above 0, when one of the keys has to wait: then nothing
-- may be checked. A key's first `free` failures cost no delay, then it doubles from 5 s up to
-- `longest` s. An hour without a try forgets.
WITH asked AS (
        SELECT k.key, k.free, k.longest
          FROM unnest(:keys::text[], :free::integer[], :longest::integer[])
               AS k(key, free, longest)),
     waiting AS (
        SELECT coalesce(max(extract(epoch FROM t.until - clock_timestamp())), 0) AS wait
          FROM login_throttle t
          JOIN asked k ON k.key = t.key),
     tried AS (
        INSERT INTO login_throttle AS t (key, failures, last_at, until)
        SELECT k.key, 1, now(), now()
          FROM asked k
         WHERE (SELECT w.wait FROM waiting w) <= 0
         ORDER BY k.key
        ON CONFLICT (key) DO UPDATE
           SET failures = CASE WHEN t.last_at < now() - interval '1 hour' THEN 1
                               ELSE least(t.failures + 1, 1000000) END,
               last_at = now(),
               until = now() + make_interval(secs => (
                        SELECT CASE WHEN t.last_at < now() - interval '1 hour'
                                         OR t.failures + 1 < k.free THEN 0
                                    ELSE least(k.longest,
                                               5 * 2 ^ least(t.failures + 1 - k.free, 20))
                                    END
                          FROM asked k WHERE k.key = t.key))
         WHERE t.until <= clock_timestamp()
        RETURNING t.key)
SELECT (SELECT count(*) FROM tried) AS counted,
       (SELECT w.wait FROM waiting w)::float8 AS wait

-- name: login_wait
-- columns: wait float8
-- How long the slowest of some keys has to wait still, in seconds.
SELECT coalesce(max(extract(epoch FROM t.until - clock_timestamp())), 0)::float8 AS wait
  FROM login_throttle t
 WHERE t.key = ANY (:keys::text[])

-- name: login_passed
-- write
-- The password was right: the name's own counts go, an address's count loses this try.
WITH gone AS (
        DELETE FROM login_throttle
         WHERE key = ANY (:keys::text[]) AND key LIKE 'user:%')
UPDATE login_throttle
   SET failures = greatest(failures - 1, 0), until = now()
 WHERE key = ANY (:keys::text[])
   AND key NOT LIKE 'user:%'

-- name: login_refused
-- columns: noted boolean
-- write
-- A login that was refused, for the audit log. A name that no account has may be a password, typed into
-- the wrong field.
SELECT audit_refused('login',
                     coalesce((SELECT a.name FROM account a
                                WHERE lower(a.name) = lower(:name::text)), '(no account''s name)'),
                     :reason::text) AS noted

-- name: access_refused
-- columns: noted boolean
-- write
-- A request that was refused, for the audit log: :what is its method and path.
SELECT audit_refused(:subject::text, :what::text, :reason::text) AS noted

-- name: login_purge
-- write
-- Forgets tries of yesterday.
DELETE FROM login_throttle
 WHERE key IN (SELECT t.key FROM login_throttle t
                WHERE t.last_at < now() - interval '1 day'
                ORDER BY t.last_at, t.key
                LIMIT 1000)
