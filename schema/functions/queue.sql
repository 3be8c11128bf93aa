-- queue.sql: leases, and marks that are dropped.

-- A rating that is taken back brings its candidate back into queues: those of its
-- project. One that goes with its candidate brings nothing back, and no mark waits for a long removal.

CREATE OR REPLACE FUNCTION queue_unmark() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM queue_mark m
     WHERE EXISTS (SELECT FROM gone g
                     JOIN candidate_summary s ON s.candidate_id = g.candidate_id
                    WHERE s.project_id = m.project_id
                      AND (m.queue_filter <> 'mine' OR m.account_id = g.account_id));
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER queue_unmark AFTER DELETE ON rating
    REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION queue_unmark();

-- Puts a candidate before a rater for 5 minutes, if it is still in the queue and free: false where
-- somebody else was quicker. In the queue 'mine' others may have it before them, too. Its summary row
-- is locked, as rate() locks it, so that no verdict is on its way meanwhile. Nobody holds more than 8:
-- the one whose time is nearest goes. A lease that a crash of the server takes along is no harm,
-- so the disk is not waited for.
CREATE OR REPLACE FUNCTION lease_take(p_candidate bigint, p_account bigint, p_queue_filter text,
                                      p_words text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_summary candidate_summary;
BEGIN
    PERFORM set_config('synchronous_commit', 'off', true);
    SELECT s.* INTO v_summary FROM candidate_summary s WHERE s.candidate_id = p_candidate FOR UPDATE;
    IF NOT FOUND
       OR EXISTS (SELECT FROM lease l
                   WHERE l.candidate_id = p_candidate AND l.until > now()
                     AND (l.account_id = p_account OR p_queue_filter <> 'mine'))
       OR NOT (CASE p_queue_filter
                   WHEN 'unrated' THEN v_summary.rating_count = 0
                   WHEN 'week' THEN coalesce(v_summary.last_rated_at < now() - interval '7 days', true)
                   ELSE NOT EXISTS (SELECT FROM rating r WHERE r.candidate_id = p_candidate
                                                           AND r.account_id = p_account) END) THEN
        RETURN false;
    END IF;
    DELETE FROM lease l WHERE l.candidate_id = p_candidate AND l.until <= now();
    INSERT INTO lease AS l (candidate_id, account_id, until, words)
    VALUES (p_candidate, p_account, clock_timestamp() + interval '5 minutes', p_words);
    UPDATE lease l SET until = now()
     WHERE (l.candidate_id, l.account_id) IN (
            SELECT o.candidate_id, o.account_id FROM lease o
             WHERE o.account_id = p_account AND o.until > now()
             ORDER BY o.until DESC, o.candidate_id DESC
            OFFSET 8);
    RETURN true;
END $$;

-- The page says that it is still before its rater: 5 more minutes, also where they were over and
-- nobody else has it. NULL: the rater has no lease on it (any more).
CREATE OR REPLACE FUNCTION lease_keep(p_candidate bigint, p_account bigint) RETURNS timestamptz
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_until timestamptz;
BEGIN
    PERFORM set_config('synchronous_commit', 'off', true);
    PERFORM 1 FROM candidate_summary s WHERE s.candidate_id = p_candidate FOR UPDATE;
    UPDATE lease l SET until = clock_timestamp() + interval '5 minutes'
     WHERE l.candidate_id = p_candidate AND l.account_id = p_account
       AND (l.until > now()
            OR NOT EXISTS (SELECT FROM lease o WHERE o.candidate_id = p_candidate
                                                 AND o.account_id <> p_account AND o.until > now()))
    RETURNING l.until INTO v_until;
    RETURN v_until;
END $$;
