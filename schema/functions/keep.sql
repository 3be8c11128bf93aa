-- keep.sql: triggers that keep copies, current ratings and summaries right.

-- A new candidate takes its observation's time and frequency along and gets a summary row. It
-- cannot come into a run that is being taken back: one waits for the other.
CREATE OR REPLACE FUNCTION candidate_fill() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    SELECT o.starttime, o.cent_freq
      INTO STRICT NEW.obs_starttime, NEW.obs_cent_freq
      FROM observation o
     WHERE o.observation_id = NEW.obs_id
       FOR KEY SHARE;
    IF NEW.upload_run IS NOT NULL THEN
        PERFORM 1 FROM upload_run u
          WHERE u.id = NEW.upload_run AND u.taken_back_at IS NULL
            FOR KEY SHARE;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'There is no such upload run of this account.'
                USING ERRCODE = 'TR400', COLUMN = 'upload_run';
        END IF;
    END IF;
    RETURN NEW;
EXCEPTION WHEN no_data_found THEN
    RAISE EXCEPTION 'Invalid pk "%" - object does not exist.', NEW.obs_id
        USING ERRCODE = 'TR400', COLUMN = 'obs_id';
END $$;

CREATE OR REPLACE TRIGGER candidate_fill BEFORE INSERT ON candidate
    FOR EACH ROW EXECUTE FUNCTION candidate_fill();

CREATE OR REPLACE FUNCTION candidate_summarise() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO candidate_summary (candidate_id, project_id, obs_id, shuffle, obs_starttime,
                                       obs_cent_freq, can_peak_flux)
        VALUES (NEW.id, NEW.project_id, NEW.obs_id, NEW.shuffle, NEW.obs_starttime,
                NEW.obs_cent_freq, NEW.can_peak_flux);
    ELSE
        UPDATE candidate_summary
           SET project_id = NEW.project_id, obs_id = NEW.obs_id, shuffle = NEW.shuffle,
               obs_starttime = NEW.obs_starttime, obs_cent_freq = NEW.obs_cent_freq,
               can_peak_flux = NEW.can_peak_flux
         WHERE candidate_id = NEW.id;
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER candidate_summarise AFTER INSERT ON candidate
    FOR EACH ROW EXECUTE FUNCTION candidate_summarise();
CREATE OR REPLACE TRIGGER candidate_resummarise
    AFTER UPDATE OF project_id, obs_id, shuffle, obs_starttime, obs_cent_freq, can_peak_flux ON candidate
    FOR EACH ROW EXECUTE FUNCTION candidate_summarise();

-- An observation whose time or frequency is mended takes its candidates along.
CREATE OR REPLACE FUNCTION observation_carry() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE candidate
       SET obs_starttime = NEW.starttime, obs_cent_freq = NEW.cent_freq
     WHERE obs_id = NEW.observation_id
       AND (obs_starttime, obs_cent_freq) IS DISTINCT FROM (NEW.starttime, NEW.cent_freq);
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER observation_carry
    AFTER UPDATE OF starttime, cent_freq ON observation
    FOR EACH ROW EXECUTE FUNCTION observation_carry();

-- Adds `step` (1 or -1) to how often a candidate has a classification.
CREATE OR REPLACE FUNCTION class_add(p_candidate bigint, p_classification bigint,
                                     p_step integer) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO candidate_class_count AS k (candidate_id, classification_id, count)
    SELECT p_candidate, p_classification, greatest(p_step, 0)
     WHERE p_classification IS NOT NULL
    ON CONFLICT (candidate_id, classification_id) DO UPDATE SET count = k.count + p_step
$$;

-- Adds `step` (1 or -1) of one verdict to a candidate's summary.
CREATE OR REPLACE FUNCTION summary_add(p_candidate bigint, p_rating integer,
                                       p_classification bigint, p_step integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE candidate_summary
       SET rating_count = rating_count + p_step,
           rating_sum = rating_sum + p_step * p_rating,
           last_rated_at = (SELECT max(r.at) FROM rating r WHERE r.candidate_id = p_candidate)
     WHERE candidate_id = p_candidate;
    PERFORM class_add(p_candidate, p_classification, p_step);
END $$;

-- A rating that is added, replaced or taken back moves the summary by exactly its difference.
CREATE OR REPLACE FUNCTION rating_summarise() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    -- The same verdict under another classification (a merge) moves the counts by class alone.
    IF TG_OP = 'UPDATE' AND (OLD.candidate_id, OLD.rating, OLD.at)
                          = (NEW.candidate_id, NEW.rating, NEW.at) THEN
        PERFORM class_add(OLD.candidate_id, OLD.classification_id, -1);
        PERFORM class_add(NEW.candidate_id, NEW.classification_id, 1);
        RETURN NULL;
    END IF;
    -- A deleted candidate takes its summary along: nothing is left to count.
    IF TG_OP IN ('UPDATE', 'DELETE') THEN
        IF EXISTS (SELECT FROM candidate_summary WHERE candidate_id = OLD.candidate_id) THEN
            PERFORM summary_add(OLD.candidate_id, OLD.rating, OLD.classification_id, -1);
        END IF;
    END IF;
    IF TG_OP IN ('INSERT', 'UPDATE') THEN
        PERFORM summary_add(NEW.candidate_id, NEW.rating, NEW.classification_id, 1);
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER rating_summarise AFTER INSERT OR UPDATE OR DELETE ON rating
    FOR EACH ROW EXECUTE FUNCTION rating_summarise();

-- The event, what stands, and by triggers the summary: the inner half of rate() and undo(), which have
-- locked the candidate's summary row and checked what they store. The same request key again gives
-- the event that it made the first time. Whoever gave a verdict has done with the candidate, so that
-- the place at the end of the queue and the lease go.
CREATE OR REPLACE FUNCTION rating_store(p_candidate bigint, p_account bigint, p_rating integer,
                                        p_classification bigint, p_request_key text, p_how text,
                                        p_batch text, p_shown_at timestamptz, p_queue_mode text,
                                        p_verdicts_visible boolean, p_token bigint)
RETURNS TABLE (event_id bigint, is_new boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_event bigint;
    v_at timestamptz;
BEGIN
    INSERT INTO rating_event AS e (request_key, account_id, candidate_id, rating,
                                   classification_id, how, batch, shown_at, queue_mode,
                                   verdicts_visible, token_id, at)
    VALUES (p_request_key, p_account, p_candidate, p_rating, p_classification, p_how, p_batch,
            p_shown_at, p_queue_mode, coalesce(p_verdicts_visible, false), p_token,
            clock_timestamp())
    ON CONFLICT (account_id, request_key, candidate_id) DO NOTHING
    RETURNING e.id, e.at INTO v_event, v_at;

    IF v_event IS NULL THEN
        RETURN QUERY SELECT e.id, false FROM rating_event e
                      WHERE e.account_id = p_account AND e.request_key = p_request_key
                        AND e.candidate_id = p_candidate;
        RETURN;
    END IF;

    IF p_rating IS NULL THEN
        DELETE FROM rating r WHERE r.candidate_id = p_candidate AND r.account_id = p_account;
    ELSE
        INSERT INTO rating AS r (candidate_id, account_id, event_id, rating, classification_id, at)
        VALUES (p_candidate, p_account, v_event, p_rating, p_classification, v_at)
        ON CONFLICT (candidate_id, account_id) DO UPDATE
           SET event_id = EXCLUDED.event_id, rating = EXCLUDED.rating,
               classification_id = EXCLUDED.classification_id, at = EXCLUDED.at;
        DELETE FROM skip k WHERE k.account_id = p_account AND k.candidate_id = p_candidate;
        DELETE FROM lease l
         WHERE l.candidate_id = p_candidate AND (l.account_id = p_account OR l.until <= now());
    END IF;
    RETURN QUERY SELECT v_event, true;
END $$;

-- Stores one verdict. The candidate's summary row is locked first, so that verdicts on one candidate
-- come one after another. A classification that was merged into another while a verdict waited in a
-- browser counts as that one. The only way in for the site's role, which may not write these tables
-- itself.
CREATE OR REPLACE FUNCTION rate(p_candidate bigint, p_account bigint, p_rating integer,
                                p_classification bigint, p_request_key text, p_how text,
                                p_batch text, p_shown_at timestamptz, p_queue_mode text,
                                p_verdicts_visible boolean, p_token bigint)
RETURNS TABLE (event_id bigint, is_new boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_class bigint;
BEGIN
    PERFORM 1 FROM candidate_summary s WHERE s.candidate_id = p_candidate FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'There is no such candidate.' USING ERRCODE = 'TR404';
    END IF;
    IF p_rating IS NOT NULL AND p_classification IS NULL
       AND (SELECT p.classification_required FROM project p JOIN candidate c ON c.project_id = p.id
             WHERE c.id = p_candidate) THEN
        RAISE EXCEPTION 'Choose a classification.'
            USING ERRCODE = 'TR400', COLUMN = 'classification';
    END IF;
    IF p_classification IS NOT NULL THEN
        SELECT coalesce(k.merged_into, k.id) INTO v_class
          FROM classification k
         WHERE k.id = p_classification AND (NOT k.hidden OR k.merged_into IS NOT NULL)
           FOR KEY SHARE; -- a merge waits, or is waited for
        IF NOT FOUND THEN
            RAISE EXCEPTION 'There is no such classification.'
                USING ERRCODE = 'TR400', COLUMN = 'classification';
        END IF;
    END IF;

    RETURN QUERY SELECT g.event_id, g.is_new
                   FROM rating_store(p_candidate, p_account, p_rating, v_class, p_request_key, p_how,
                                     p_batch, p_shown_at, p_queue_mode, p_verdicts_visible,
                                     p_token) g;
END $$;
