-- invite.sql: links by which a password is set, once. Made by staff; used by whoever holds one.

-- Before it is used, a link ends by time, by another one for the same account, by another password
-- however it is set, and by disabling the account.
CREATE OR REPLACE FUNCTION invite_is_open(p_invite invite) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT p_invite.used_at IS NULL AND p_invite.expires_at > now()
           AND EXISTS (SELECT FROM account a
                        WHERE a.id = p_invite.account_id AND a.active AND a.role <> 'service'
                          AND p_invite.made_at >= coalesce(a.password_changed_at, p_invite.made_at))
$$;

-- Gives when it ends; NULL where there is no such account.
CREATE OR REPLACE FUNCTION invite_make(p_actor bigint, p_account bigint, p_hash text,
                                       p_hours integer) RETURNS timestamptz
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_account account;
    v_end     timestamptz := now() + make_interval(hours => p_hours);
BEGIN
    PERFORM staff_only(p_actor);
    SELECT a.* INTO v_account FROM account a WHERE a.id = p_account FOR UPDATE;
    IF v_account.id IS NULL THEN
        RETURN NULL;
    END IF;
    IF v_account.id = p_actor THEN
        RAISE EXCEPTION 'Your own password is changed on your account page, where the old one is asked.'
            USING ERRCODE = 'TR400', COLUMN = 'hours';
    END IF;
    IF v_account.role = 'service' THEN
        RAISE EXCEPTION 'A service has tokens alone and no password.'
            USING ERRCODE = 'TR400', COLUMN = 'hours';
    END IF;
    IF NOT v_account.active THEN
        RAISE EXCEPTION '% is disabled. Enable the account first.', v_account.name
            USING ERRCODE = 'TR400', COLUMN = 'hours';
    END IF;
    UPDATE invite i SET expires_at = now()
     WHERE i.account_id = p_account AND i.used_at IS NULL AND i.expires_at > now();
    INSERT INTO invite (account_id, hash, made_by, made_at, expires_at)
    VALUES (p_account, p_hash, p_actor, clock_timestamp(), v_end);
    RETURN v_end;
END $$;

-- Sets the password; gives the account's id, NULL where the link opens nothing (any more). Whoever
-- holds the link acts as the account.
CREATE OR REPLACE FUNCTION invite_use(p_hash text, p_password_hash text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_invite invite;
BEGIN
    SELECT i.* INTO v_invite FROM invite i WHERE i.hash = p_hash FOR UPDATE;
    PERFORM 1 FROM account a WHERE a.id = v_invite.account_id FOR UPDATE;
    IF v_invite.id IS NULL OR NOT invite_is_open(v_invite) THEN
        RETURN NULL;
    END IF;
    PERFORM set_config('transients.actor', v_invite.account_id::text, true);
    UPDATE invite i SET used_at = now() WHERE i.id = v_invite.id;
    UPDATE account a SET password_hash = p_password_hash, password_changed_at = clock_timestamp()
     WHERE a.id = v_invite.account_id;
    RETURN v_invite.account_id;
END $$;

-- One that is out with an account that is disabled does not come back with it.
CREATE OR REPLACE FUNCTION account_invites_end() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE invite i SET expires_at = now()
     WHERE i.account_id = NEW.id AND i.used_at IS NULL AND i.expires_at > now();
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER invites_end AFTER UPDATE OF active ON account
    FOR EACH ROW
    WHEN (OLD.active AND NOT NEW.active)
    EXECUTE FUNCTION account_invites_end();

CREATE OR REPLACE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON invite
    FOR EACH ROW EXECUTE FUNCTION audit_change('id');
