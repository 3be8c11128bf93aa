-- 0010-queue-mark.sql: how far each reader's queue is worked off, so that 'next candidate' need not
-- pass over what is done each time.
-- needs code: 1

-- In this order nothing of this queue is left before `key`, as it stood at `since`. What can come
-- back before it is looked for by itself: candidates that are newer than `newest`, and in the queue
-- 'week' those whose last rating is by now 7 days old. A mark is a help and no more: without one the
-- queue is read from its beginning, and at its end it is, too.
CREATE TABLE queue_mark (
    account_id   bigint NOT NULL REFERENCES account ON DELETE CASCADE,
    project_id   bigint NOT NULL REFERENCES project ON DELETE CASCADE,
    queue_filter text NOT NULL CHECK (queue_filter IN ('unrated', 'week', 'mine')),
    sort         text NOT NULL,
    dir          text NOT NULL CHECK (dir IN ('ASC', 'DESC')),
    key          double precision NOT NULL,
    newest       bigint NOT NULL,
    since        timestamptz NOT NULL,
    left_out     double precision[] NOT NULL,         -- holds for these frequencies left out
    PRIMARY KEY (account_id, project_id, queue_filter, sort, dir)
);

CREATE INDEX summary_last_rated ON candidate_summary (project_id, last_rated_at)
    WHERE last_rated_at IS NOT NULL;
