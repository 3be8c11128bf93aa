-- 0015-talk.sql: what people say to each other about candidates: comments, stars and tags; and how
-- far each project was, day by day.
-- needs code: 1

-- What somebody said about a candidate. A comment that is removed stays, out of sight. The same
-- request key stores nothing twice.
CREATE TABLE comment (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    candidate_id bigint NOT NULL REFERENCES candidate ON DELETE CASCADE,
    account_id   bigint NOT NULL REFERENCES account,
    text         text NOT NULL CHECK (octet_length(text) BETWEEN 1 AND 65536), -- Markdown
    at           timestamptz NOT NULL DEFAULT now(),
    version      integer NOT NULL DEFAULT 1,
    edited_at    timestamptz,
    removed_at   timestamptz,
    removed_by   bigint REFERENCES account,
    request_key  text COLLATE "C" NOT NULL CHECK (octet_length(request_key) BETWEEN 8 AND 128),
    UNIQUE (account_id, request_key)
);
CREATE INDEX comment_candidate ON comment (candidate_id, id);
CREATE INDEX comment_by_at ON comment (at, id);

-- The texts that a comment had before it was edited, written by a trigger.
CREATE TABLE comment_version (
    comment_id bigint NOT NULL REFERENCES comment ON DELETE CASCADE,
    version    integer NOT NULL,
    text       text NOT NULL,
    at         timestamptz NOT NULL,                  -- when it was written
    PRIMARY KEY (comment_id, version)
);

-- Candidates that a person marked to find them again; nobody else sees it.
CREATE TABLE star (
    account_id   bigint NOT NULL REFERENCES account ON DELETE CASCADE,
    candidate_id bigint NOT NULL REFERENCES candidate ON DELETE CASCADE,
    at           timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_id, candidate_id)
);
CREATE INDEX star_candidate ON star (candidate_id);

-- Labels on candidates, shared by all who may see them; small letters, single blanks.
CREATE TABLE candidate_tag (
    candidate_id bigint NOT NULL REFERENCES candidate ON DELETE CASCADE,
    tag          text COLLATE "C" NOT NULL
                 CHECK (char_length(tag) BETWEEN 1 AND 40 AND tag = lower(tag)
                        AND tag !~ '^ |  | $|[[:cntrl:],]'),
    account_id   bigint NOT NULL REFERENCES account,  -- who put it there
    at           timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (candidate_id, tag)
);
CREATE INDEX candidate_tag_tag ON candidate_tag (tag, candidate_id);
CREATE INDEX candidate_tag_by_at ON candidate_tag (at, candidate_id, tag);

-- How many of a project's candidates were uploaded on a day, and first rated on it, UTC: what the
-- curve of its progress is drawn from. Counted when it is asked for, by progress_count().
CREATE TABLE project_day (
    project_id bigint NOT NULL REFERENCES project ON DELETE CASCADE,
    day        date NOT NULL,
    uploaded   integer NOT NULL DEFAULT 0,
    rated      integer NOT NULL DEFAULT 0,
    PRIMARY KEY (project_id, day)
);
-- When that was counted last.
CREATE TABLE project_day_count (
    project_id bigint PRIMARY KEY REFERENCES project ON DELETE CASCADE,
    at         timestamptz NOT NULL
);
CREATE INDEX candidate_uploaded_at ON candidate (project_id, uploaded_at);

-- What was noted last.
CREATE INDEX candidate_notes_at ON candidate (notes_at, id) WHERE notes_at IS NOT NULL;

-- What would go with candidates that are removed: comments, too.
DROP FUNCTION IF EXISTS removal_preview(bigint[]);
