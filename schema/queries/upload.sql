-- upload.sql: what the upload API stores and answers.

-- name: observation_insert
-- columns: observation_id bigint
-- write
-- A new observation; no row when its id exists already.
INSERT INTO observation (@list(observation.upload, %n), uploaded_by)
VALUES (@list(observation.upload, :%n::%t), :_user::bigint)
ON CONFLICT (observation_id) DO NOTHING
RETURNING observation_id

-- name: observation_answer
-- columns: @observation.answer
-- An observation as the API answers it: the keys of the old site in their order.
SELECT @list(observation.answer, o.%n)
  FROM observation o
 WHERE o.observation_id = :observation_id::bigint

-- name: upload_project
-- columns: id bigint, name text
-- The project of that name, if the uploader may use it.
SELECT p.id, p.name
  FROM project p
 WHERE p.name = :project::text
   AND p.id = ANY (:_projects::bigint[])

-- name: upload_observation
-- columns: observation_id bigint
-- Whether an observation exists.
SELECT o.observation_id
  FROM observation o
 WHERE o.observation_id = :obs_id::bigint

-- name: filter_by_name
-- columns: id bigint
-- The filter of that name. If it was merged into another, what it sends is stored with that one by
-- a trigger, while the identity is made from its own id, as before.
SELECT f.id
  FROM filter f
 WHERE f.name = :filter_id::text

-- name: filter_insert
-- columns: id bigint
-- write
-- A new filter; no row when another upload was quicker.
INSERT INTO filter (name)
VALUES (:filter_id::text)
ON CONFLICT (name) DO NOTHING
RETURNING id

-- name: media_share
-- columns: locked boolean
-- write
-- Until this transaction ends nobody takes files away: see media_hold.
SELECT pg_advisory_xact_lock_shared(20546) IS NOT NULL AS locked

-- name: candidate_insert
-- columns: id bigint
-- write
-- A new candidate; no row when the same one exists already.
INSERT INTO candidate (obs_id, project_id, filter_id, @list(candidate.upload, %n), extra,
                       png_hash, gif_hash, thumb_hash, png_width, png_height, gif_width,
                       gif_height, gif_frames, gif_delay_ms, gif_curve, obs_starttime, identity,
                       uploaded_by, upload_run)
VALUES (:obs_id::bigint, :project_id::bigint, :filter::bigint,
        @list(candidate.upload, :%n::%t), :extra::jsonb,
        :png_hash::text, :gif_hash::text, :thumb_hash::text, :png_width::integer,
        :png_height::integer, :gif_width::integer, :gif_height::integer, :gif_frames::integer,
        :gif_delay_ms::integer, :gif_curve::jsonb,
        0, -- the trigger puts the observation's time here
        :identity::text, :_user::bigint, :upload_run::bigint)
ON CONFLICT (identity) DO NOTHING
RETURNING id

-- name: candidate_by_identity
-- columns: id bigint
-- The candidate that is the same as one that was sent.
SELECT c.id
  FROM candidate c
 WHERE c.identity = :identity::text
   AND c.project_id = ANY (:_projects::bigint[])

-- name: candidate_answer
-- columns: id bigint, metadata text?, project text, png_path text, gif_path text, notes text?
-- columns: x_pix float8?, y_pix float8?, ra_deg float8?, dec_deg float8?, cent_sep_deg float8?
-- columns: rad_pix float8?, rad_deg float8?, area_pix float8?, can_peak_flux float8?
-- columns: can_fluence float8?, can_beam float8?, can_det_stat float8?, can_mod_ind float8?
-- columns: nks_name text?, nks_x_pix float8?, nks_y_pix float8?, nks_ra_deg float8?
-- columns: nks_dec_deg float8?, nks_flux float8?, nks_res float8?, nks_res_dif float8?
-- columns: nks_det_stat float8?, nks_sep_pix float8?, nks_sep_deg float8?
-- columns: can_nks_flux_rat float8?, can_nks_is_close boolean?, ra_hms text?, dec_dms text?
-- columns: nks_ra_hms text?, nks_dec_dms text?, obs_id bigint, filter bigint
-- A candidate as the API answers it: exactly the old site's keys, in their order. A contract with
-- clients out there: nothing is added to it.
SELECT c.id,
       c.metadata,
       p.name AS project,
       '/media/' || c.id || '/png-' || left(c.png_hash, 8) || '.png' AS png_path,
       '/media/' || c.id || '/gif-' || left(c.gif_hash, 8) || '.gif' AS gif_path,
       c.notes,
       c.x_pix, c.y_pix, c.ra_deg, c.dec_deg, c.cent_sep_deg, c.rad_pix, c.rad_deg, c.area_pix,
       c.can_peak_flux, c.can_fluence, c.can_beam, c.can_det_stat, c.can_mod_ind,
       c.nks_name, c.nks_x_pix, c.nks_y_pix, c.nks_ra_deg, c.nks_dec_deg, c.nks_flux, c.nks_res,
       c.nks_res_dif, c.nks_det_stat, c.nks_sep_pix, c.nks_sep_deg, c.can_nks_flux_rat,
       c.can_nks_is_close, c.ra_hms, c.dec_dms, c.nks_ra_hms, c.nks_dec_dms,
       c.obs_id,
       c.filter_id AS filter
  FROM candidate c
  JOIN project p ON p.id = c.project_id
 WHERE c.id = :id::bigint
   AND c.project_id = ANY (:_projects::bigint[])

-- name: upload_run_add
-- columns: id bigint
-- write
-- One call of an upload client; the same table by the same account is the same run.
INSERT INTO upload_run AS u (account_id, client, pipeline_version, host, table_name, table_sha256)
VALUES (:_user::bigint, :client::text, :pipeline_version::text, :host::text, :table_name::text,
        :table_sha256::text)
ON CONFLICT (account_id, table_sha256, table_name)
      WHERE table_sha256 IS NOT NULL AND taken_back_at IS NULL
DO UPDATE SET client = coalesce(EXCLUDED.client, u.client)
RETURNING u.id

-- name: upload_run_mine
-- columns: id bigint
-- Whether an upload run is the uploader's own and was not taken back.
SELECT u.id
  FROM upload_run u
 WHERE u.id = :upload_run::bigint
   AND u.account_id = :_user::bigint
   AND u.taken_back_at IS NULL

-- name: search_record_add
-- columns: id bigint, upload_run bigint, row_count integer
-- write
-- 'This observation was searched in this project with this filter.' Said again: the newer count.
INSERT INTO search_record AS s (observation_id, project_id, filter_id, upload_run_id, row_count,
                                noise)
VALUES (:obs_id::bigint, :project_id::bigint, :filter::bigint, :upload_run::bigint,
        coalesce(:row_count::integer, 0), :noise::float8)
ON CONFLICT (observation_id, project_id, filter_id) DO UPDATE
   SET upload_run_id = EXCLUDED.upload_run_id,
       row_count = greatest(s.row_count, EXCLUDED.row_count),
       noise = coalesce(EXCLUDED.noise, s.noise)
RETURNING s.id, s.upload_run_id AS upload_run, s.row_count
