-- undo.sql: a verdict taken back by the one who gave it.

-- Takes back a verdict (an event) of one's own that still stands, and where it was one of a batch all
-- of the batch that still stand: what stood before stands again, or nothing. That is one more event
-- for each, under a request key made from the first event, so that a repeat stores nothing. Locks as
-- rate_all() does. No row: there is no such event of this account. count 0: it does not stand any more,
-- for the rater said something else since.
CREATE OR REPLACE FUNCTION undo(p_event bigint, p_account bigint)
RETURNS TABLE (candidate_id bigint, event_id bigint, rating integer, classification_id bigint,
               count bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_named rating_event;
    v_before rating_event;
    v_event rating_event;
    v_events bigint[];
    v_candidates bigint[];
    v_key text;
BEGIN
    SELECT e.* INTO v_named FROM rating_event e WHERE e.id = p_event AND e.account_id = p_account;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    -- the events of a batch stand together
    SELECT array_agg(e.id), array_agg(e.candidate_id) INTO v_events, v_candidates
      FROM rating_event e
     WHERE e.account_id = p_account
       AND (e.id = p_event
            OR e.batch = v_named.batch AND e.id BETWEEN p_event - 5000 AND p_event + 5000);
    v_key := 'undo-event-' || (SELECT min(u.id) FROM unnest(v_events) AS u (id));

    PERFORM 1 FROM candidate_summary s
      WHERE s.candidate_id = ANY (v_candidates)
      ORDER BY s.candidate_id
        FOR UPDATE;
    PERFORM 1 FROM observation_summary o
      WHERE (o.observation_id, o.project_id) IN (
            SELECT s.obs_id, s.project_id FROM candidate_summary s
             WHERE s.candidate_id = ANY (v_candidates))
      ORDER BY o.observation_id, o.project_id
        FOR UPDATE;

    candidate_id := v_named.candidate_id;
    rating := v_named.rating;
    classification_id := v_named.classification_id;
    SELECT count(*), min(e.id) FILTER (WHERE e.candidate_id = v_named.candidate_id)
      INTO undo.count, event_id
      FROM rating_event e
     WHERE e.account_id = p_account AND e.request_key = v_key
       AND e.candidate_id = ANY (v_candidates);
    IF undo.count = 0 AND v_named.how <> 'undo' AND v_named.rating IS NOT NULL THEN
        FOR v_event IN
            SELECT e.* FROM rating_event e
              JOIN rating r ON r.event_id = e.id
             WHERE e.id = ANY (v_events)
             ORDER BY e.candidate_id
        LOOP
            SELECT e.* INTO v_before FROM rating_event e
             WHERE e.candidate_id = v_event.candidate_id AND e.account_id = p_account
               AND e.id < v_event.id
             ORDER BY e.id DESC LIMIT 1;
            SELECT coalesce(CASE WHEN v_event.id = p_event THEN g.event_id END, undo.event_id)
              INTO event_id
              FROM rating_store(v_event.candidate_id, p_account, v_before.rating,
                                classification_standing(v_before.classification_id), v_key, 'undo',
                                CASE WHEN v_event.batch IS NOT NULL THEN v_key END, NULL,
                                v_event.queue_mode, v_event.verdicts_visible, NULL) g;
            undo.count := undo.count + 1;
        END LOOP;
    END IF;
    RETURN NEXT;
END $$;
