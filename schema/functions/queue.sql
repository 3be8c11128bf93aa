-- queue.sql: a rating that is taken back brings its candidate back into queues: those of its project.
-- One that goes with its candidate brings nothing back, and no mark waits for a long removal.

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
