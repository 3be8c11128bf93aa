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

-- A token for uploads of a service account, which cannot log in to make one. People make their own:
-- nobody else is to know them. Gives its number; NULL where there is no such account.
CREATE OR REPLACE FUNCTION account_token_make(p_actor bigint, p_account bigint, p_name text,
                                              p_hash text, p_hint text, p_days integer)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_account account;
BEGIN
    PERFORM staff_only(p_actor);
    SELECT a.* INTO v_account FROM account a WHERE a.id = p_account;
    IF v_account.role <> 'service' THEN
        RAISE EXCEPTION '% makes tokens without help: nobody else is to know them.', v_account.name
            USING ERRCODE = 'TR400', COLUMN = 'name';
    END IF;
    IF NOT v_account.active THEN
        RAISE EXCEPTION '% is disabled. Enable the account first.', v_account.name
            USING ERRCODE = 'TR400', COLUMN = 'name';
    END IF;
    RETURN token_make(p_account, p_name, p_hash, p_hint, '{upload}', p_days);
END $$;
