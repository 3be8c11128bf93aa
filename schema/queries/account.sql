-- account.sql: what people keep of their own account.

-- name: account_mine
-- columns: name text, role text, has_password boolean, created_at timestamptz
-- columns: last_login_at timestamptz?, password_changed_at timestamptz?, just_changed boolean
-- columns: tokens bigint
-- The reader's own account. password_changed_at is NULL while the password is the first one, and
-- just_changed means within the last minute.
SELECT a.name, a.role, a.password_hash IS NOT NULL AS has_password, a.created_at,
       a.last_login_at, w.password_changed_at,
       coalesce(w.password_changed_at > now() - interval '1 minute', false) AS just_changed,
       (SELECT count(*) FROM token t
         WHERE t.account_id = a.id
           AND t.revoked_at IS NULL
           AND coalesce(t.expires_at > now(), true)) AS tokens
  FROM account a
  LEFT JOIN LATERAL (SELECT a.password_changed_at) AS w
    ON a.password_changed_at > a.created_at
 WHERE a.id = :_user::bigint

-- name: account_password_set
-- columns: id bigint
-- write
-- Another password of the reader, in place of the one that was asked for; a trigger ends all of the
-- account's sessions. No row: it was changed meanwhile.
UPDATE account a
   SET password_hash = :new_hash::text, password_changed_at = now()
 WHERE a.id = :_user::bigint
   AND a.active
   AND a.password_hash = :old_hash::text
RETURNING a.id

-- name: invite_open
-- columns: name text
-- plan: generic
-- Whose password may be set by a link, :hash its secret's sha256.
SELECT a.name
  FROM invite i
  JOIN account a ON a.id = i.account_id
 WHERE i.hash = :hash::text
   AND invite_is_open(i)

-- name: invite_use
-- columns: id bigint
-- write
-- Sets the password by a link, which ends with it. No row: it opens nothing any more.
SELECT u.id
  FROM invite_use(:hash::text, :password_hash::text) AS u(id)
 WHERE u.id IS NOT NULL

-- name: token_mine
-- columns: id bigint, name text, hint text, scopes text, created_at timestamptz
-- columns: expires_at timestamptz?, last_used_at timestamptz?, expired boolean
-- The reader's own tokens that are not revoked. A token itself is nowhere kept.
SELECT t.id, t.name, t.hint, array_to_string(t.scopes, ', ') AS scopes, t.created_at,
       t.expires_at, t.last_used_at, coalesce(t.expires_at <= now(), false) AS expired
  FROM token t
 WHERE t.account_id = :_user::bigint
   AND t.revoked_at IS NULL
 ORDER BY t.id DESC
 LIMIT 200

-- name: token_make
-- columns: id bigint
-- write
-- A new token of the reader; :hash is its sha256, :hint its first characters.
SELECT t.id
  FROM token_make(:_user::bigint, :name::text, :hash::text, :hint::text,
                  string_to_array(:scopes::text, ' '), :days::integer) AS t(id)
 WHERE t.id IS NOT NULL

-- name: token_revoke_mine
-- columns: id bigint
-- write
-- Ends one of the reader's own tokens.
SELECT t.id
  FROM token_revoke(:_user::bigint, :id::bigint) AS t(id)
 WHERE t.id IS NOT NULL
