-- 0013-lease.sql: who has which candidate before them, and verdicts of one key.
-- needs code: 1

-- A candidate that /next put before a rater, for some minutes: nobody else is given it meanwhile. One
-- that is over stays, until its candidate is rated, skipped or given out again: readers whose queue
-- went past it find it by its row.
CREATE TABLE lease (
    candidate_id bigint NOT NULL REFERENCES candidate ON DELETE CASCADE,
    account_id   bigint NOT NULL REFERENCES account ON DELETE CASCADE,
    until        timestamptz NOT NULL,
    words        text NOT NULL,                       -- why it came: 'unrated, random'
    PRIMARY KEY (candidate_id, account_id)
);
CREATE INDEX lease_account ON lease (account_id, until);

-- A rating and a classification on one key, for the raters of one project.
CREATE TABLE quick_verdict (
    project_id        bigint NOT NULL REFERENCES project ON DELETE CASCADE,
    key_letter        text NOT NULL CHECK (key_letter ~ '^[A-Z]$'),
    rating            smallint NOT NULL CHECK (rating BETWEEN 1 AND 5),
    classification_id bigint NOT NULL REFERENCES classification,
    PRIMARY KEY (project_id, key_letter)
);
