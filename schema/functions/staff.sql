-- staff.sql: what staff may change through the site. The site's role has no right to change these
-- tables itself: each function asks whether the account that acts is active staff, and changes
-- one thing. Their triggers write the audit log.

-- ---------------------------------------------------------------- accounts

-- Somebody who may administer is always left, whoever changes accounts and how. The lock lets one
-- such change through at a time, so that two members of staff cannot disable each other at once.
CREATE OR REPLACE FUNCTION account_keep_staff() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('account_keep_staff', 0));
    IF NOT EXISTS (SELECT FROM account a WHERE a.role = 'staff' AND a.active) THEN
        RAISE EXCEPTION '% is the last active member of staff and stays so. Make somebody else staff first.',
            OLD.name
            USING ERRCODE = 'TR400',
                  COLUMN = CASE WHEN TG_OP = 'UPDATE' AND NEW.active THEN 'role' ELSE 'active' END;
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER keep_staff
    AFTER UPDATE OF role, active ON account
    FOR EACH ROW
    WHEN (OLD.role = 'staff' AND OLD.active AND NOT (NEW.role = 'staff' AND NEW.active))
    EXECUTE FUNCTION account_keep_staff();
CREATE OR REPLACE TRIGGER keep_staff_whole
    AFTER DELETE ON account
    FOR EACH ROW
    WHEN (OLD.role = 'staff' AND OLD.active)
    EXECUTE FUNCTION account_keep_staff();

-- p_hash NULL: no login by password.
CREATE OR REPLACE FUNCTION account_make(p_actor bigint, p_name text, p_role text, p_hash text)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_id bigint;
BEGIN
    PERFORM staff_only(p_actor);
    IF p_name !~ '^[A-Za-z0-9_.@+-]{1,64}$' THEN
        RAISE EXCEPTION 'A user name has 1 to 64 letters A to Z, digits and the signs _ . @ + - and nothing else.'
            USING ERRCODE = 'TR400', COLUMN = 'name';
    END IF;
    IF p_role = 'service' AND p_hash IS NOT NULL THEN
        RAISE EXCEPTION 'A service has tokens alone: leave the password empty.'
            USING ERRCODE = 'TR400', COLUMN = 'password';
    END IF;
    INSERT INTO account (name, role, password_hash, password_changed_at)
    VALUES (p_name, p_role, p_hash, CASE WHEN p_hash IS NOT NULL THEN now() END)
    ON CONFLICT (lower(name)) DO NOTHING
    RETURNING id INTO v_id;
    IF v_id IS NULL THEN
        RAISE EXCEPTION 'A user “%” exists already. Choose another name.', p_name
            USING ERRCODE = 'TR400', COLUMN = 'name';
    END IF;
    RETURN v_id;
END $$;

-- Each gives the account's id, NULL where there is none.
CREATE OR REPLACE FUNCTION account_set_role(p_actor bigint, p_id bigint, p_role text,
                                            p_active boolean) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_id bigint;
BEGIN
    PERFORM staff_only(p_actor);
    UPDATE account a SET role = p_role, active = p_active WHERE a.id = p_id RETURNING a.id INTO v_id;
    RETURN v_id;
END $$;

CREATE OR REPLACE FUNCTION account_set_password(p_actor bigint, p_id bigint, p_hash text)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_id bigint;
BEGIN
    PERFORM staff_only(p_actor);
    IF EXISTS (SELECT FROM account a WHERE a.id = p_id AND a.role = 'service') THEN
        RAISE EXCEPTION 'A service has tokens alone and no password.'
            USING ERRCODE = 'TR400', COLUMN = 'password';
    END IF;
    IF p_id = p_actor THEN
        RAISE EXCEPTION 'Your own password is changed on your account page, where the old one is asked.'
            USING ERRCODE = 'TR400', COLUMN = 'password';
    END IF;
    UPDATE account a SET password_hash = p_hash, password_changed_at = clock_timestamp()
     WHERE a.id = p_id RETURNING a.id INTO v_id;
    RETURN v_id;
END $$;

-- Ends all of an account's sessions: a browser that was left somewhere, a shift that is over.
CREATE OR REPLACE FUNCTION account_end_sessions(p_actor bigint, p_id bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM staff_only(p_actor);
    DELETE FROM session s WHERE s.account_id = p_id;
    IF FOUND THEN
        PERFORM audit_note('logout', 'account', p_id::text, NULL, '{"by": "staff"}');
    END IF;
    RETURN (SELECT a.id FROM account a WHERE a.id = p_id);
END $$;

CREATE OR REPLACE FUNCTION account_token_end(p_actor bigint, p_account bigint, p_token bigint)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_id bigint;
BEGIN
    PERFORM staff_only(p_actor);
    UPDATE token t SET revoked_at = now()
     WHERE t.id = p_token AND t.account_id = p_account AND t.revoked_at IS NULL
    RETURNING t.account_id INTO v_id;
    RETURN v_id;
END $$;

-- ---------------------------------------------------------------- projects

-- A new project where p_id is NULL. Gives its id, NULL where there is none to change.
CREATE OR REPLACE FUNCTION project_save(p_actor bigint, p_id bigint, p_name text,
                                        p_description text, p_access text,
                                        p_classification_required boolean, p_blind boolean,
                                        p_rating_words text[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_id bigint;
BEGIN
    PERFORM staff_only(p_actor);
    IF p_id IS NULL THEN
        INSERT INTO project (name, description, access, classification_required, blind,
                             rating_words)
        VALUES (p_name, coalesce(p_description, ''), p_access, p_classification_required, p_blind,
                p_rating_words)
        RETURNING id INTO v_id;
    ELSE
        UPDATE project p
           SET name = p_name, description = coalesce(p_description, ''), access = p_access,
               classification_required = p_classification_required, blind = p_blind,
               rating_words = p_rating_words
         WHERE p.id = p_id
        RETURNING p.id INTO v_id;
    END IF;
    RETURN v_id;
EXCEPTION WHEN unique_violation THEN
    RAISE EXCEPTION 'A project “%” exists already. Choose another name.', p_name
        USING ERRCODE = 'TR400', COLUMN = 'name';
END $$;

-- By name, since nobody knows the number of an account.
CREATE OR REPLACE FUNCTION project_member_add(p_actor bigint, p_project bigint, p_member text)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_account bigint;
    v_name text;
BEGIN
    PERFORM staff_only(p_actor);
    SELECT a.id, a.name INTO v_account, v_name FROM account a WHERE lower(a.name) = lower(p_member);
    IF v_account IS NULL THEN
        RAISE EXCEPTION 'There is no user “%”.', p_member
            USING ERRCODE = 'TR400', COLUMN = 'member';
    END IF;
    IF NOT EXISTS (SELECT FROM project p WHERE p.id = p_project FOR KEY SHARE) THEN
        RETURN NULL;
    END IF;
    INSERT INTO project_member (project_id, account_id) VALUES (p_project, v_account)
    ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        RAISE EXCEPTION '% is a member already.', v_name
            USING ERRCODE = 'TR400', COLUMN = 'member';
    END IF;
    RETURN p_project;
END $$;

CREATE OR REPLACE FUNCTION project_member_remove(p_actor bigint, p_project bigint,
                                                 p_account bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM staff_only(p_actor);
    DELETE FROM project_member m WHERE m.project_id = p_project AND m.account_id = p_account;
    RETURN CASE WHEN FOUND THEN p_project END;
END $$;

-- A rating and a classification on one key for the raters of a project; a key that it has already
-- gets another verdict. Classifications get no keys meanwhile.
CREATE OR REPLACE FUNCTION quick_verdict_set(p_actor bigint, p_project bigint, p_key text,
                                             p_rating integer, p_classification bigint)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_other text;
BEGIN
    PERFORM staff_only(p_actor);
    LOCK TABLE classification IN SHARE ROW EXCLUSIVE MODE;
    IF p_key IS NULL OR p_key !~ '^[A-Z]$' THEN
        RAISE EXCEPTION 'A key is one letter from A to Z.'
            USING ERRCODE = 'TR400', COLUMN = 'quick_key';
    END IF;
    SELECT coalesce(classification_key_use(p_key),
                    (SELECT '“' || k.name || '”' FROM classification k
                      WHERE k.key_letter = p_key AND NOT k.hidden)) INTO v_other;
    IF v_other IS NOT NULL THEN
        RAISE EXCEPTION '% is the key of %. Choose another letter.', p_key, v_other
            USING ERRCODE = 'TR400', COLUMN = 'quick_key';
    END IF;
    IF NOT EXISTS (SELECT FROM classification k WHERE k.id = p_classification AND NOT k.hidden) THEN
        RAISE EXCEPTION 'Choose one of the classifications.'
            USING ERRCODE = 'TR400', COLUMN = 'quick_class';
    END IF;
    IF NOT EXISTS (SELECT FROM project p WHERE p.id = p_project FOR KEY SHARE) THEN
        RETURN NULL;
    END IF;
    INSERT INTO quick_verdict (project_id, key_letter, rating, classification_id)
    VALUES (p_project, p_key, p_rating, p_classification)
    ON CONFLICT (project_id, key_letter) DO UPDATE
       SET rating = EXCLUDED.rating, classification_id = EXCLUDED.classification_id;
    RETURN p_project;
END $$;

CREATE OR REPLACE FUNCTION quick_verdict_drop(p_actor bigint, p_project bigint, p_key text)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM staff_only(p_actor);
    DELETE FROM quick_verdict q WHERE q.project_id = p_project AND q.key_letter = p_key;
    RETURN CASE WHEN FOUND THEN p_project END;
END $$;

-- ---------------------------------------------------------------- classifications, filters

-- Keys of the candidate page that neither a classification nor a quick verdict can have.
CREATE OR REPLACE FUNCTION classification_key_use(p_key text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE
        WHEN p_key IN ('B', 'D', 'G') THEN 'enlarging a picture'
        WHEN p_key IN ('E', 'H', 'J', 'W', 'Y') THEN 'a panel of the candidate page'
        WHEN p_key = 'F' THEN 'the star'
        WHEN p_key = 'I' THEN 'inverting the pictures'
        WHEN p_key = 'K' THEN 'contrast'
        WHEN p_key = 'M' THEN 'the notes'
        WHEN p_key = 'U' THEN 'undo'
    END
$$;

-- A new one where p_id is NULL; without a position it comes last. One hidden has no key in use.
CREATE OR REPLACE FUNCTION classification_save(p_actor bigint, p_id bigint, p_name text,
                                               p_description text, p_key text,
                                               p_position integer, p_hidden boolean)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_id bigint;
    v_other text;
    v_position integer := p_position;
BEGIN
    PERFORM staff_only(p_actor);
    LOCK TABLE classification IN SHARE ROW EXCLUSIVE MODE;
    IF EXISTS (SELECT FROM classification k WHERE k.name = p_name AND k.id IS DISTINCT FROM p_id) THEN
        RAISE EXCEPTION 'A classification “%” exists already. Choose another name.', p_name
            USING ERRCODE = 'TR400', COLUMN = 'name';
    END IF;
    SELECT m.name INTO v_other
      FROM classification k JOIN classification m ON m.id = k.merged_into
     WHERE k.id = p_id;
    IF v_other IS NOT NULL AND NOT p_hidden THEN
        RAISE EXCEPTION 'It was merged into “%” and stays hidden.', v_other
            USING ERRCODE = 'TR400', COLUMN = 'hidden';
    END IF;
    IF p_key IS NOT NULL AND p_key !~ '^[A-Z]$' THEN
        RAISE EXCEPTION 'A key is one letter from A to Z.'
            USING ERRCODE = 'TR400', COLUMN = 'key_letter';
    END IF;
    v_other := classification_key_use(p_key);
    IF v_other IS NOT NULL THEN
        RAISE EXCEPTION '% is the key of %. Choose another letter.', p_key, v_other
            USING ERRCODE = 'TR400', COLUMN = 'key_letter';
    END IF;
    SELECT k.name INTO v_other FROM classification k
     WHERE k.key_letter = p_key AND NOT k.hidden AND NOT p_hidden AND k.id IS DISTINCT FROM p_id;
    IF v_other IS NOT NULL THEN
        RAISE EXCEPTION '% is the key of “%”. Choose another letter.', p_key, v_other
            USING ERRCODE = 'TR400', COLUMN = 'key_letter';
    END IF;
    SELECT p.name INTO v_other
      FROM quick_verdict q JOIN project p ON p.id = q.project_id
     WHERE q.key_letter = p_key AND NOT p_hidden
     ORDER BY p.name
     LIMIT 1;
    IF v_other IS NOT NULL THEN
        RAISE EXCEPTION '% is the key of a quick verdict of the project “%”. Choose another letter.',
            p_key, v_other
            USING ERRCODE = 'TR400', COLUMN = 'key_letter';
    END IF;
    IF v_position IS NULL THEN
        SELECT coalesce(max(k.position), 0) + 10 INTO v_position FROM classification k;
    END IF;
    IF p_id IS NULL THEN
        INSERT INTO classification (name, description, key_letter, position, hidden)
        VALUES (p_name, coalesce(p_description, ''), p_key, v_position, p_hidden)
        RETURNING id INTO v_id;
    ELSE
        UPDATE classification k
           SET name = p_name, description = coalesce(p_description, ''), key_letter = p_key,
               position = v_position, hidden = p_hidden
         WHERE k.id = p_id
        RETURNING k.id INTO v_id;
    END IF;
    RETURN v_id;
END $$;

CREATE OR REPLACE FUNCTION filter_save(p_actor bigint, p_id bigint, p_name text,
                                       p_description text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_id bigint;
BEGIN
    PERFORM staff_only(p_actor);
    IF p_id IS NULL THEN
        INSERT INTO filter (name, description) VALUES (p_name, coalesce(p_description, ''))
        RETURNING id INTO v_id;
    ELSE
        UPDATE filter f SET name = p_name, description = coalesce(p_description, '')
         WHERE f.id = p_id RETURNING f.id INTO v_id;
    END IF;
    RETURN v_id;
EXCEPTION WHEN unique_violation THEN
    RAISE EXCEPTION 'A filter “%” exists already. Choose another name.', p_name
        USING ERRCODE = 'TR400', COLUMN = 'name';
END $$;

-- ---------------------------------------------------------------- observations, candidates

-- p_values holds columns of the data dictionary; which ones, the column table says. Its number,
-- and who uploaded it when, stay.
CREATE OR REPLACE FUNCTION observation_save(p_actor bigint, p_id bigint, p_values jsonb)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_id bigint;
    v_columns text;
BEGIN
    PERFORM staff_only(p_actor);
    SELECT string_agg(quote_ident(k), ', ' ORDER BY k) INTO v_columns
      FROM jsonb_object_keys(p_values) k
     WHERE k NOT IN ('observation_id', 'uploaded_at', 'uploaded_by');
    EXECUTE format('UPDATE observation o
                       SET (%1$s) = (SELECT %1$s FROM jsonb_populate_record(o, $1))
                     WHERE o.observation_id = $2
                    RETURNING o.observation_id', v_columns)
       INTO v_id USING p_values, p_id;
    RETURN v_id;
END $$;

-- p_identity is what the candidate is in the project that it goes to, so that an upload to that
-- project finds it. Its ratings go with it.
CREATE OR REPLACE FUNCTION candidate_move(p_actor bigint, p_id bigint, p_project bigint,
                                          p_identity text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_id bigint;
BEGIN
    PERFORM staff_only(p_actor);
    IF NOT EXISTS (SELECT FROM project p WHERE p.id = p_project FOR KEY SHARE) THEN
        RAISE EXCEPTION 'There is no such project.' USING ERRCODE = 'TR400', COLUMN = 'project';
    END IF;
    PERFORM 1 FROM candidate_summary s WHERE s.candidate_id = p_id FOR UPDATE;
    UPDATE candidate c SET project_id = p_project, identity = p_identity
     WHERE c.id = p_id RETURNING c.id INTO v_id;
    RETURN v_id;
EXCEPTION WHEN unique_violation THEN
    RAISE EXCEPTION 'The same candidate is in that project already: number %.',
        (SELECT c.id FROM candidate c WHERE c.identity = p_identity)
        USING ERRCODE = 'TR400', COLUMN = 'project';
END $$;

-- p_seen is the md5 of the text that was changed: a text that somebody else has written meanwhile
-- is not written over.
CREATE OR REPLACE FUNCTION candidate_set_metadata(p_actor bigint, p_id bigint, p_metadata text,
                                                  p_seen text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_now text;
BEGIN
    PERFORM staff_only(p_actor);
    SELECT md5(coalesce(c.metadata, '')) INTO v_now FROM candidate c WHERE c.id = p_id FOR UPDATE;
    IF v_now IS NULL THEN
        RETURN NULL;
    END IF;
    IF v_now <> p_seen THEN
        RAISE EXCEPTION 'Somebody changed the metadata meanwhile.' USING ERRCODE = 'TR409';
    END IF;
    IF octet_length(p_metadata) > 65536 THEN
        RAISE EXCEPTION 'Metadata has at most 65,536 bytes; this is %.',
            to_char(octet_length(p_metadata), 'FM999,999,999')
            USING ERRCODE = 'TR400', COLUMN = 'metadata';
    END IF;
    UPDATE candidate c SET metadata = nullif(p_metadata, '') WHERE c.id = p_id;
    RETURN p_id;
END $$;

-- Takes somebody's standing verdict back, as one more event of that account; the audit log says who
-- did it. Gives the candidate's id, NULL where no such verdict stands.
CREATE OR REPLACE FUNCTION rating_take_back(p_actor bigint, p_event bigint, p_request_key text)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_rating rating;
BEGIN
    PERFORM staff_only(p_actor);
    -- as rate() does: verdicts on one candidate come one after another
    PERFORM 1 FROM candidate_summary s
      WHERE s.candidate_id = (SELECT e.candidate_id FROM rating_event e WHERE e.id = p_event)
        FOR UPDATE;
    SELECT r.* INTO v_rating FROM rating r WHERE r.event_id = p_event;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    PERFORM rate(v_rating.candidate_id, v_rating.account_id, NULL, NULL, p_request_key, 'undo',
                 'staff:' || p_actor, NULL, NULL, false, NULL);
    PERFORM audit_write('take back', 'rating', v_rating.candidate_id::text, to_jsonb(v_rating), NULL);
    RETURN v_rating.candidate_id;
END $$;
