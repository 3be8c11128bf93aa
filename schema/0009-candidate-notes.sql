-- 0009-candidate-notes.sql: candidates with notes are found by an index of their own.
-- needs code: 1

CREATE INDEX candidate_with_notes ON candidate (project_id, id) WHERE notes <> '';
