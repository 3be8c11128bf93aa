-- 0002-indexes.sql: one index for each sort of the candidate table and each order of 'next'.
-- needs code: 1
--
-- All begin with the project: lists go through the reader's projects one by one, each in order.
-- NULLs stand at the end of an index; descending lists read the values backwards first and
-- then the NULLs, so that one index serves both directions.

CREATE INDEX candidate_by_id ON candidate (project_id, id);
CREATE INDEX candidate_by_ra_deg ON candidate (project_id, ra_deg, id);
CREATE INDEX candidate_by_dec_deg ON candidate (project_id, dec_deg, id);
CREATE INDEX candidate_by_obs_starttime ON candidate (project_id, obs_starttime, id);
CREATE INDEX candidate_by_obs_cent_freq ON candidate (project_id, obs_cent_freq, id);
CREATE INDEX candidate_by_can_det_stat ON candidate (project_id, can_det_stat, id);
CREATE INDEX candidate_by_can_peak_flux ON candidate (project_id, can_peak_flux, id);
CREATE INDEX candidate_by_can_fluence ON candidate (project_id, can_fluence, id);
CREATE INDEX candidate_by_can_mod_ind ON candidate (project_id, can_mod_ind, id);
CREATE INDEX candidate_by_can_beam ON candidate (project_id, can_beam, id);
CREATE INDEX candidate_by_cent_sep_deg ON candidate (project_id, cent_sep_deg, id);
CREATE INDEX candidate_by_nks_sep_deg ON candidate (project_id, nks_sep_deg, id);
CREATE INDEX candidate_by_obs_id ON candidate (project_id, obs_id, id);
CREATE INDEX candidate_by_filter ON candidate (project_id, filter_id, id);

CREATE INDEX summary_by_rating_count ON candidate_summary (project_id, rating_count, candidate_id);
CREATE INDEX summary_by_rating_mean ON candidate_summary
    (project_id, (rating_sum::double precision / nullif(rating_count, 0)), candidate_id);

-- 'Next candidate': the unrated ones in each order.
CREATE INDEX summary_unrated_random ON candidate_summary (project_id, shuffle, candidate_id)
    WHERE rating_count = 0;
CREATE INDEX summary_unrated_time ON candidate_summary (project_id, obs_starttime, candidate_id)
    WHERE rating_count = 0;
CREATE INDEX summary_unrated_flux ON candidate_summary (project_id, can_peak_flux, candidate_id)
    WHERE rating_count = 0;
-- and all of them, for 'not by me' and 'not in the last 7 days'
CREATE INDEX summary_random ON candidate_summary (project_id, shuffle, candidate_id);
CREATE INDEX summary_time ON candidate_summary (project_id, obs_starttime, candidate_id);
CREATE INDEX summary_flux ON candidate_summary (project_id, can_peak_flux, candidate_id);
