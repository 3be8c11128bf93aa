-- audit.sql: triggers that write the audit log.
--
-- Who acts stands in the transaction's settings transients.actor, .token, .request, .address.

CREATE OR REPLACE FUNCTION audit_setting(p_name text) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT nullif(nullif(current_setting('transients.' || p_name, true), ''), '0')
$$;

-- A row as JSON without what must not be kept twice.
CREATE OR REPLACE FUNCTION audit_row(p_row jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE AS $$
    SELECT p_row - '{password_hash,hash,id_hash,shuffle}'::text[]
$$;

-- For triggers and functions alone (grants.sql).
CREATE OR REPLACE FUNCTION audit_write(p_action text, p_subject text, p_subject_id text,
                                       p_before jsonb, p_after jsonb) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO audit_log (account_id, token_id, request_id, address, action, subject, subject_id,
                           before, after)
    VALUES (audit_setting('actor')::bigint, audit_setting('token')::bigint,
            audit_setting('request'), audit_setting('address'), p_action, p_subject, p_subject_id,
            p_before, p_after)
$$;

-- What the site itself may write: that somebody came, went or was refused. Everything else is written
-- by triggers and by functions that do what they write.

CREATE OR REPLACE FUNCTION audit_login(p_account bigint) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO audit_log (account_id, request_id, address, action, subject, subject_id)
    VALUES (p_account, audit_setting('request'), audit_setting('address'), 'login', 'account',
            p_account::text)
$$;

CREATE OR REPLACE FUNCTION audit_logout(p_account bigint, p_by text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO audit_log (account_id, request_id, address, action, subject, subject_id, after)
    VALUES (coalesce(audit_setting('actor')::bigint, p_account), audit_setting('request'),
            audit_setting('address'), 'logout', 'account', p_account::text,
            CASE WHEN p_by IS NOT NULL THEN jsonb_build_object('by', left(p_by, 100)) END)
$$;

-- Whether the refusal was noted. Who asks again and again fills neither the disk nor the list: 30
-- lines a minute are kept of one address, the last of which says so, and 3,000 an hour of all.
CREATE OR REPLACE FUNCTION audit_refused(p_subject text, p_subject_id text, p_reason text)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_address text := coalesce(audit_setting('address'), '');
    v_mine    bigint;
    v_all     bigint;
BEGIN
    IF p_subject NOT IN ('login', 'access', 'token', 'cross-site') THEN
        RAISE EXCEPTION 'Nothing is noted as refused of a %.', p_subject;
    END IF;
    SELECT count(*) FILTER (WHERE r.address = v_address AND r.at > now() - interval '1 minute'),
           count(*)
      INTO v_mine, v_all
      FROM (SELECT coalesce(l.address, '') AS address, l.at
              FROM audit_log l
             WHERE l.action = 'refused' AND l.at > now() - interval '1 hour'
             ORDER BY l.at DESC, l.id DESC
             LIMIT 3000) r;
    IF v_mine >= 30 OR v_all >= 3000 THEN
        RETURN false;
    END IF;
    PERFORM audit_write('refused', p_subject, left(p_subject_id, 300), NULL,
                        jsonb_build_object('reason', left(p_reason, 300))
                        || CASE WHEN v_mine = 29
                                THEN '{"more": "not listed for a minute"}'::jsonb
                                ELSE '{}' END);
    RETURN true;
END $$;

-- Arguments: the key's column, then columns whose change alone is not worth a line.
CREATE OR REPLACE FUNCTION audit_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_before jsonb := CASE WHEN TG_OP <> 'INSERT' THEN audit_row(to_jsonb(OLD)) END;
    v_after  jsonb := CASE WHEN TG_OP <> 'DELETE' THEN audit_row(to_jsonb(NEW)) END;
    v_quiet  text[] := TG_ARGV[1:];
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(OLD) - v_quiet = to_jsonb(NEW) - v_quiet THEN
        RETURN NULL;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        -- only what differs; the key stays readable in subject_id
        SELECT jsonb_object_agg(b.key, b.value), jsonb_object_agg(b.key, v_after -> b.key)
          INTO v_before, v_after
          FROM jsonb_each(v_before) b
         WHERE b.value IS DISTINCT FROM v_after -> b.key;
    END IF;
    PERFORM audit_write(lower(TG_OP), TG_TABLE_NAME,
                        coalesce(to_jsonb(NEW), to_jsonb(OLD)) ->> TG_ARGV[0], v_before, v_after);
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON account
    FOR EACH ROW EXECUTE FUNCTION audit_change('id', 'last_login_at');
CREATE OR REPLACE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON project
    FOR EACH ROW EXECUTE FUNCTION audit_change('id');
CREATE OR REPLACE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON project_member
    FOR EACH ROW EXECUTE FUNCTION audit_change('project_id');
CREATE OR REPLACE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON quick_verdict
    FOR EACH ROW EXECUTE FUNCTION audit_change('project_id');
CREATE OR REPLACE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON filter
    FOR EACH ROW EXECUTE FUNCTION audit_change('id');
CREATE OR REPLACE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON classification
    FOR EACH ROW EXECUTE FUNCTION audit_change('id');
CREATE OR REPLACE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON token
    FOR EACH ROW EXECUTE FUNCTION audit_change('id', 'last_used_at');
CREATE OR REPLACE TRIGGER audit AFTER UPDATE ON search_record
    FOR EACH ROW EXECUTE FUNCTION audit_change('id');
CREATE OR REPLACE TRIGGER audit AFTER UPDATE OR DELETE ON observation
    FOR EACH ROW EXECUTE FUNCTION audit_change('observation_id');

-- Candidates change and go by the thousand: one statement, one INSERT. Copies of the
-- observation's values are not worth a line.
CREATE OR REPLACE FUNCTION audit_candidates() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_actor   bigint := audit_setting('actor')::bigint;
    v_token   bigint := audit_setting('token')::bigint;
    v_request text := audit_setting('request');
    v_address text := audit_setting('address');
    v_quiet   text[] := '{obs_starttime,obs_cent_freq}';
BEGIN
    IF TG_OP = 'DELETE' THEN
        INSERT INTO audit_log (account_id, token_id, request_id, address, action, subject,
                               subject_id, before)
        SELECT v_actor, v_token, v_request, v_address, 'delete', 'candidate', g.id::text,
               audit_row(to_jsonb(g))
          FROM gone g
         ORDER BY g.id;
        RETURN NULL;
    END IF;
    INSERT INTO audit_log (account_id, token_id, request_id, address, action, subject,
                           subject_id, before, after)
    SELECT v_actor, v_token, v_request, v_address, 'update', 'candidate', c.id::text, d.before,
           d.after
      FROM (SELECT g.id, audit_row(to_jsonb(g)) AS was, audit_row(to_jsonb(n)) AS is_now
              FROM gone g
              JOIN come n ON n.id = g.id) c
     CROSS JOIN LATERAL (
            -- only what differs; the key stays readable in subject_id
            SELECT jsonb_object_agg(b.key, b.value) AS before,
                   jsonb_object_agg(b.key, c.is_now -> b.key) AS after
              FROM jsonb_each(c.was) b
             WHERE b.value IS DISTINCT FROM c.is_now -> b.key) d
     WHERE c.was - v_quiet <> c.is_now - v_quiet
     ORDER BY c.id;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER audit_change AFTER UPDATE ON candidate
    REFERENCING OLD TABLE AS gone NEW TABLE AS come
    FOR EACH STATEMENT EXECUTE FUNCTION audit_candidates();
CREATE OR REPLACE TRIGGER audit_delete AFTER DELETE ON candidate
    REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION audit_candidates();
CREATE OR REPLACE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON association
    FOR EACH ROW EXECUTE FUNCTION audit_change('candidate_id');
