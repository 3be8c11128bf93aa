-- 0003-observation-summary.sql: how many candidates an observation has in a project, and how many
-- of them are rated: what survey status shows. A candidate counts once, however often it is rated.
-- Kept by triggers; transients-admin check compares it with the candidates.
-- needs code: 1

CREATE TABLE observation_summary (
    observation_id bigint NOT NULL REFERENCES observation ON DELETE CASCADE,
    project_id     bigint NOT NULL REFERENCES project ON DELETE CASCADE,
    uploaded       integer NOT NULL DEFAULT 0,
    rated          integer NOT NULL DEFAULT 0,
    PRIMARY KEY (observation_id, project_id)
) WITH (fillfactor = 80);

-- A summary row knows its candidate's observation, so that it can count there.
ALTER TABLE candidate_summary ADD COLUMN obs_id bigint;
UPDATE candidate_summary s SET obs_id = c.obs_id FROM candidate c WHERE c.id = s.candidate_id;
ALTER TABLE candidate_summary ALTER COLUMN obs_id SET NOT NULL;

INSERT INTO observation_summary (observation_id, project_id, uploaded, rated)
SELECT c.obs_id, c.project_id, count(*), count(*) FILTER (WHERE s.rating_count > 0)
  FROM candidate c
  JOIN candidate_summary s ON s.candidate_id = c.id
 GROUP BY c.obs_id, c.project_id;

CREATE INDEX observation_obsname ON observation (obsname, observation_id);
CREATE INDEX observation_cent_freq ON observation (cent_freq, observation_id);
CREATE INDEX observation_ra_tile_dec ON observation (ra_tile_dec, observation_id);
CREATE INDEX observation_dec_tile_dec ON observation (dec_tile_dec, observation_id);
