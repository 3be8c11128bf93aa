-- grants.sql: what the site's role may do: what its statements need and nothing else. It owns
-- nothing, changes no structure, and can neither change nor delete what is history. Verdicts go in
-- by the functions of keep.sql, bulk.sql and undo.sql alone; audit lines by triggers, and by the few
-- functions of audit.sql that say who came, went or was refused; rows go by those of removal.sql
-- and merge.sql alone, which ask for a member of staff. Run after each migration by the owner.

REVOKE ALL ON ALL TABLES IN SCHEMA public FROM :"site";
GRANT USAGE ON SCHEMA public TO :"site";
GRANT SELECT ON ALL TABLES IN SCHEMA public TO :"site";
GRANT INSERT (name) ON account TO :"site"; -- who comes by another module of httpd
GRANT INSERT (name) ON filter TO :"site";
GRANT INSERT ON session, login_throttle, observation, upload_run,
                search_record, candidate, association, account_setting, skip, simbad_cache,
                queue_mark, value_quantiles TO :"site";
GRANT UPDATE (data, seen_at) ON session TO :"site";
GRANT UPDATE ON login_throttle, search_record, association, account_setting,
                skip, simbad_cache, queue_mark, value_quantiles TO :"site";
GRANT UPDATE (password_hash, password_changed_at, last_login_at) ON account TO :"site";
GRANT UPDATE (client) ON upload_run TO :"site";
GRANT UPDATE (last_used_at) ON token TO :"site";
GRANT UPDATE (notes, notes_version, notes_by, notes_at) ON candidate TO :"site";
GRANT INSERT (candidate_id, account_id, text, request_key) ON comment TO :"site";
GRANT UPDATE (text, removed_at, removed_by) ON comment TO :"site";
GRANT INSERT (account_id, candidate_id), UPDATE (at), DELETE ON star TO :"site";
GRANT INSERT (candidate_id, tag, account_id), UPDATE (at), DELETE ON candidate_tag TO :"site";
GRANT DELETE ON session, login_throttle, association, skip, simbad_cache, lease TO :"site";
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO :"site";

-- What triggers alone may call.
REVOKE EXECUTE ON FUNCTION summary_add(bigint, integer, bigint, integer) FROM PUBLIC, :"site";
REVOKE EXECUTE ON FUNCTION survey_add(bigint, bigint, integer, integer) FROM PUBLIC, :"site";
REVOKE EXECUTE ON FUNCTION class_add(bigint, bigint, integer) FROM PUBLIC, :"site";
-- What functions alone may call.
REVOKE EXECUTE ON FUNCTION audit_write(text, text, text, jsonb, jsonb) FROM PUBLIC, :"site";
REVOKE EXECUTE ON FUNCTION rating_store(bigint, bigint, integer, bigint, text, text, text, timestamptz,
                                        text, boolean, bigint) FROM PUBLIC, :"site";
REVOKE EXECUTE ON FUNCTION audit_note(text, text, text, jsonb, jsonb) FROM PUBLIC, :"site";
REVOKE EXECUTE ON FUNCTION candidates_take(bigint[], text) FROM PUBLIC, :"site";
REVOKE EXECUTE ON FUNCTION project_days_count(bigint, date) FROM PUBLIC, :"site";
REVOKE EXECUTE ON FUNCTION searches_take(bigint, bigint, bigint) FROM PUBLIC, :"site";

-- What triggers run is nobody's to put on a table of their own: by a temporary table called "project"
-- the site's role could have such a function write the audit log, change what is counted and add to
-- what a comment said before.
DO $$
DECLARE
    v_function regprocedure;
BEGIN
    FOR v_function IN
        SELECT p.oid FROM pg_proc p
         WHERE p.pronamespace = CAST('public' AS regnamespace)
           AND p.prorettype = CAST('trigger' AS regtype)
           AND p.proowner = CAST(current_user AS regrole)
         ORDER BY p.oid
    LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', v_function);
    END LOOP;
END $$;
