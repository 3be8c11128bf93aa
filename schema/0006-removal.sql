-- 0006-removal.sql: what taking away and merging needs.
-- needs code: 1

-- A run that was taken back stays, as history; the same table sent again is a run of its own.
ALTER TABLE upload_run
    ADD COLUMN taken_back_at timestamptz,
    ADD COLUMN taken_back_by bigint REFERENCES account;
DROP INDEX upload_run_table;
CREATE UNIQUE INDEX upload_run_table ON upload_run (account_id, table_sha256, table_name)
    WHERE table_sha256 IS NOT NULL AND taken_back_at IS NULL;
CREATE INDEX search_record_run ON search_record (upload_run_id);

-- Merged into another: verdicts and uploads that name it count for that one. It is hidden, and
-- never the end of another merge: the functions keep the way one step long.
ALTER TABLE classification
    ADD COLUMN merged_into bigint REFERENCES classification,
    ADD CONSTRAINT classification_merged CHECK (merged_into IS NULL OR (merged_into <> id AND hidden));
ALTER TABLE filter
    ADD COLUMN merged_into bigint REFERENCES filter,
    ADD CONSTRAINT filter_merged CHECK (merged_into <> id);

-- Pictures that no candidate names any more, HASH.png and so on, written by the transaction that
-- took their candidates away: the files go after it, by whoever comes first.
CREATE TABLE removed_media (
    name text COLLATE "C" PRIMARY KEY,
    at   timestamptz NOT NULL DEFAULT now()
);

-- Who else has a picture; what refers to a candidate or to a project.
CREATE INDEX candidate_png ON candidate USING hash (png_hash);
CREATE INDEX candidate_gif ON candidate USING hash (gif_hash);
CREATE INDEX candidate_thumb ON candidate USING hash (thumb_hash);
CREATE INDEX skip_candidate ON skip (candidate_id);
CREATE INDEX observation_summary_project ON observation_summary (project_id, observation_id);

-- The audit log takes deleted and changed candidates by the statement, not by the row:
-- functions/audit.sql has the triggers.
DROP TRIGGER IF EXISTS audit ON candidate;
