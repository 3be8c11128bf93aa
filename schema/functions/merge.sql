-- merge.sql: one classification or filter made part of another.
--
-- What was said stays said: events keep the classification that the rater chose, which stays as a
-- hidden row that says what it was merged into. What stands (current ratings, counts, candidates,
-- searches) moves. The way is always one step long.

-- Refuses anybody but an active member of staff who acts in this transaction, or, without an
-- account, the owner of the database (transients-admin).
CREATE OR REPLACE FUNCTION staff_only(p_actor bigint) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF p_actor IS NULL AND pg_has_role(session_user, current_user, 'MEMBER') THEN
        RETURN;
    END IF;
    IF p_actor IS NULL OR p_actor IS DISTINCT FROM audit_setting('actor')::bigint
       OR NOT EXISTS (SELECT FROM account a
                       WHERE a.id = p_actor AND a.role = 'staff' AND a.active) THEN
        RAISE EXCEPTION 'This is for staff.' USING ERRCODE = 'TR403';
    END IF;
END $$;

-- A line of its own in the audit log; its id.
CREATE OR REPLACE FUNCTION audit_note(p_action text, p_subject text, p_subject_id text,
                                      p_before jsonb, p_after jsonb) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO audit_log (account_id, token_id, request_id, address, action, subject, subject_id,
                           before, after)
    VALUES (audit_setting('actor')::bigint, audit_setting('token')::bigint,
            audit_setting('request'), audit_setting('address'), p_action, p_subject, p_subject_id,
            p_before, p_after)
    RETURNING id
$$;

-- The classification that verdicts with this one count for: itself, or what it was merged into.
CREATE OR REPLACE FUNCTION classification_standing(p_id bigint) RETURNS bigint
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT coalesce(k.merged_into, k.id) FROM classification k WHERE k.id = p_id
$$;

-- Ratings of one classification count as another from now on; how many.
CREATE OR REPLACE FUNCTION classification_merge(p_actor bigint, p_from bigint, p_into bigint)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_into bigint;
    v_moved bigint;
BEGIN
    PERFORM staff_only(p_actor);
    IF p_from = p_into THEN
        RAISE EXCEPTION 'A classification cannot be merged into itself.'
            USING ERRCODE = 'TR400', COLUMN = 'into';
    END IF;
    -- verdicts of either wait for us, and we for them: rate() holds them FOR KEY SHARE
    PERFORM 1 FROM classification k
      WHERE k.id IN (p_from, p_into) OR k.merged_into = p_from
      ORDER BY k.id FOR UPDATE;
    SELECT coalesce(k.merged_into, k.id) INTO v_into FROM classification k WHERE k.id = p_into;
    IF v_into IS NULL OR v_into = p_from
       OR NOT EXISTS (SELECT FROM classification k
                       WHERE k.id = p_from AND k.merged_into IS NULL) THEN
        RAISE EXCEPTION 'There is no such classification to merge.'
            USING ERRCODE = 'TR400', COLUMN = 'into';
    END IF;
    -- in the order of rate(): each candidate's summary first
    PERFORM 1 FROM candidate_summary s
      WHERE s.candidate_id IN (SELECT r.candidate_id FROM rating r
                                WHERE r.classification_id = p_from)
      ORDER BY s.candidate_id FOR UPDATE;
    UPDATE rating SET classification_id = v_into WHERE classification_id = p_from;
    GET DIAGNOSTICS v_moved = ROW_COUNT;
    UPDATE classification SET hidden = true, merged_into = v_into
     WHERE id = p_from OR merged_into = p_from;
    PERFORM audit_note('merge', 'classification', p_from::text, NULL,
                       jsonb_build_object('into', v_into, 'ratings', v_moved));
    RETURN v_moved;
END $$;

-- What comes in under the name of a filter that was merged goes to the other one. Its identity is
-- made from the filter's own id, so that what was sent before is known again.
CREATE OR REPLACE FUNCTION filter_resolve() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    SELECT coalesce(f.merged_into, f.id) INTO NEW.filter_id
      FROM filter f
     WHERE f.id = NEW.filter_id
       FOR KEY SHARE; -- a merge waits, or is waited for
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER filter_resolve BEFORE INSERT ON candidate
    FOR EACH ROW EXECUTE FUNCTION filter_resolve();
CREATE OR REPLACE TRIGGER filter_resolve BEFORE INSERT ON search_record
    FOR EACH ROW EXECUTE FUNCTION filter_resolve();

-- Candidates and searches of one filter count as another's from now on; how many candidates.
-- The name stays, for uploads.
CREATE OR REPLACE FUNCTION filter_merge(p_actor bigint, p_from bigint, p_into bigint)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_into bigint;
    v_moved bigint;
BEGIN
    PERFORM staff_only(p_actor);
    IF p_from = p_into THEN
        RAISE EXCEPTION 'A filter cannot be merged into itself.'
            USING ERRCODE = 'TR400', COLUMN = 'into';
    END IF;
    PERFORM 1 FROM filter f
      WHERE f.id IN (p_from, p_into) OR f.merged_into = p_from
      ORDER BY f.id FOR UPDATE;
    SELECT coalesce(f.merged_into, f.id) INTO v_into FROM filter f WHERE f.id = p_into;
    IF v_into IS NULL OR v_into = p_from
       OR NOT EXISTS (SELECT FROM filter f WHERE f.id = p_from AND f.merged_into IS NULL) THEN
        RAISE EXCEPTION 'There is no such filter to merge.'
            USING ERRCODE = 'TR400', COLUMN = 'into';
    END IF;
    UPDATE candidate SET filter_id = v_into WHERE filter_id = p_from;
    GET DIAGNOSTICS v_moved = ROW_COUNT;
    -- searched with both: one record with what both found
    UPDATE search_record s
       SET row_count = s.row_count + g.row_count, noise = coalesce(s.noise, g.noise)
      FROM search_record g
     WHERE g.filter_id = p_from AND s.filter_id = v_into
       AND (s.observation_id, s.project_id) = (g.observation_id, g.project_id);
    DELETE FROM search_record g
     WHERE g.filter_id = p_from
       AND EXISTS (SELECT FROM search_record s
                    WHERE s.filter_id = v_into
                      AND (s.observation_id, s.project_id) = (g.observation_id, g.project_id));
    UPDATE search_record SET filter_id = v_into WHERE filter_id = p_from;
    UPDATE filter SET merged_into = v_into WHERE id = p_from OR merged_into = p_from;
    PERFORM audit_note('merge', 'filter', p_from::text, NULL,
                       jsonb_build_object('into', v_into, 'candidates', v_moved));
    RETURN v_moved;
END $$;
