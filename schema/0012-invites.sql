-- 0012-invites.sql: links by which somebody sets a password without having one.
-- needs code: 1

-- A link by which an account's password is set, once: the first one, or one in the place of a lost
-- one. The link's secret is shown once; here is its sha256, so that a copy of the database opens none.
CREATE TABLE invite (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES account,
    hash       text COLLATE "C" NOT NULL UNIQUE CHECK (hash ~ '^[0-9a-f]{64}$'),
    made_by    bigint REFERENCES account,             -- NULL: transients-admin
    made_at    timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    used_at    timestamptz                            -- then it opens nothing any more
);
CREATE INDEX invite_account ON invite (account_id, id);
