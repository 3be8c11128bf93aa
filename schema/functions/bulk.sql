-- bulk.sql: one verdict on several candidates.

-- Stores the same verdict on each of the candidates by rate(), as one batch. All summary rows are
-- locked before the first is changed, those of candidates in the order of their ids, then those of
-- their observations in theirs: two batches that overlap come one after another. `agrees` says
-- whether what stands under the request key is this verdict: a repeat finds its own.
CREATE OR REPLACE FUNCTION rate_all(p_candidates bigint[], p_account bigint, p_rating integer,
                                    p_classification bigint, p_request_key text, p_how text,
                                    p_shown_at timestamptz, p_queue_mode text, p_token bigint)
RETURNS TABLE (candidate_id bigint, event_id bigint, is_new boolean, agrees boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_visible boolean;
BEGIN
    PERFORM 1 FROM candidate_summary s
      WHERE s.candidate_id = ANY (p_candidates)
      ORDER BY s.candidate_id
        FOR UPDATE;
    PERFORM 1 FROM observation_summary o
      WHERE (o.observation_id, o.project_id) IN (
            SELECT s.obs_id, s.project_id FROM candidate_summary s
             WHERE s.candidate_id = ANY (p_candidates))
      ORDER BY o.observation_id, o.project_id
        FOR UPDATE;
    FOR candidate_id IN SELECT DISTINCT u.id FROM unnest(p_candidates) AS u (id) ORDER BY u.id LOOP
        SELECT NOT p.blind OR EXISTS (SELECT FROM rating r WHERE r.candidate_id = c.id
                                                             AND r.account_id = p_account)
          INTO v_visible
          FROM candidate c
          JOIN project p ON p.id = c.project_id
         WHERE c.id = rate_all.candidate_id;
        SELECT g.event_id, g.is_new
          INTO event_id, is_new
          FROM rate(candidate_id, p_account, p_rating, p_classification, p_request_key, p_how,
                    p_request_key, p_shown_at, p_queue_mode, v_visible, p_token) g;
        agrees := (SELECT e.rating IS NOT DISTINCT FROM p_rating
                          AND classification_standing(e.classification_id)
                              IS NOT DISTINCT FROM classification_standing(p_classification)
                     FROM rating_event e WHERE e.id = rate_all.event_id);
        RETURN NEXT;
    END LOOP;
END $$;

-- Keeps why an account gave the verdicts of a batch, once; a batch without a verdict has no reason.
CREATE OR REPLACE FUNCTION batch_reason_keep(p_account bigint, p_batch text, p_reason text)
RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO batch_reason (account_id, batch, reason)
    SELECT p_account, p_batch, p_reason
     WHERE p_reason <> ''
       AND EXISTS (SELECT FROM rating_event e
                    WHERE e.account_id = p_account AND e.request_key = p_batch)
        ON CONFLICT (account_id, batch) DO NOTHING
$$;
