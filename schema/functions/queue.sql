-- queue.sql: a rating that is taken back brings its candidate back into queues.

CREATE OR REPLACE FUNCTION queue_unmark() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM queue_mark m
     WHERE m.queue_filter <> 'mine'
        OR m.account_id IN (SELECT g.account_id FROM gone g);
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER queue_unmark AFTER DELETE ON rating
    REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION queue_unmark();
