-- session.sql: what ends sessions besides logout and time.

-- An account that is disabled, gets another role or another password loses its sessions in the
-- same transaction, whoever changes it. A hash that is only rewritten (same password) does not
-- touch password_changed_at.
CREATE OR REPLACE FUNCTION account_sessions_end() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM session WHERE account_id = NEW.id;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER sessions_end
    AFTER UPDATE OF active, role, password_changed_at ON account
    FOR EACH ROW
    WHEN ((OLD.active AND NOT NEW.active) OR OLD.role <> NEW.role
          OR OLD.password_changed_at IS DISTINCT FROM NEW.password_changed_at)
    EXECUTE FUNCTION account_sessions_end();
