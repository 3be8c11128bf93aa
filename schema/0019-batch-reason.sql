-- 0019-batch-reason.sql: why several candidates were rated at once.
-- needs code: 1

-- The reason that somebody gave for one verdict on several candidates; rating_event.batch is theirs.
CREATE TABLE batch_reason (
    account_id bigint NOT NULL REFERENCES account,
    batch      text COLLATE "C" NOT NULL CHECK (octet_length(batch) BETWEEN 8 AND 128),
    reason     text NOT NULL CHECK (char_length(reason) BETWEEN 1 AND 200),
    at         timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_id, batch)
);
