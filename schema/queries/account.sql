-- account.sql: what people keep of their own account.

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
INSERT INTO token (account_id, name, hash, hint, scopes, expires_at)
VALUES (:_user::bigint, :name::text, :hash::text, :hint::text,
        string_to_array(:scopes::text, ' '),
        now() + make_interval(days => :days::integer))
RETURNING id

-- name: token_revoke_mine
-- columns: id bigint
-- write
-- Ends one of the reader's own tokens.
UPDATE token t
   SET revoked_at = now()
 WHERE t.id = :id::bigint
   AND t.account_id = :_user::bigint
   AND t.revoked_at IS NULL
RETURNING t.id
