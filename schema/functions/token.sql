-- token.sql: a person's own tokens. The site's role can neither write a token by itself nor bring one
-- back that was revoked; the triggers of audit.sql note both.

CREATE OR REPLACE FUNCTION token_make(p_account bigint, p_name text, p_hash text, p_hint text,
                                      p_scopes text[], p_days integer) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO token (account_id, name, hash, hint, scopes, expires_at)
    SELECT a.id, p_name, p_hash, p_hint, p_scopes, now() + make_interval(days => p_days)
      FROM account a
     WHERE a.id = p_account AND a.active
    RETURNING id
$$;

-- Gives its number; NULL where the account has no such token in force.
CREATE OR REPLACE FUNCTION token_revoke(p_account bigint, p_token bigint) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE token t SET revoked_at = now()
     WHERE t.id = p_token AND t.account_id = p_account AND t.revoked_at IS NULL
    RETURNING t.id
$$;
