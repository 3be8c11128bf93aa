-- near.sql: what lies near a candidate on the sky.

-- name: candidate_position
-- columns: id bigint, ra_deg float8?, dec_deg float8?, project_id bigint, project_name text
-- plan: generic
-- Where a candidate is that the reader may see.
SELECT c.id, c.ra_deg, c.dec_deg, c.project_id, p.name AS project_name
  FROM candidate c
  JOIN project p ON p.id = c.project_id
 WHERE c.id = :id::bigint
   AND c.project_id = ANY (:_projects::bigint[])

-- name: candidate_near
-- columns: id bigint, separation float8, obs_id bigint, obs_starttime bigint
-- columns: obs_cent_freq float8?, filter_name text, can_det_stat float8?, can_peak_flux float8?
-- columns: my_rating integer?, my_classification text?, thumb text?
-- plan: generic
-- Candidates of the same project within :radius_deg degrees, the nearest first. Others' verdicts
-- are not among the columns.
-- The projects are compared by IS NOT DISTINCT FROM, for = would be hashed over all candidates (of
-- 100,000 in 40 ms) where the Q3C index finds the few in 0.1 ms.
SELECT n.id,
       q3c_dist(c.ra_deg, c.dec_deg, n.ra_deg, n.dec_deg) AS separation,
       n.obs_id,
       n.obs_starttime,
       n.obs_cent_freq,
       f.name AS filter_name,
       n.can_det_stat,
       n.can_peak_flux,
       mine.rating::integer AS my_rating,
       k.name AS my_classification,
       left(n.thumb_hash, 8) AS thumb
  FROM candidate c
  JOIN candidate n ON q3c_join(c.ra_deg, c.dec_deg, n.ra_deg, n.dec_deg, :radius_deg::float8)
  JOIN filter f ON f.id = n.filter_id
  LEFT JOIN rating mine ON mine.candidate_id = n.id AND mine.account_id = :_user::bigint
  LEFT JOIN classification k ON k.id = mine.classification_id
 WHERE c.id = :id::bigint
   AND c.project_id = ANY (:_projects::bigint[])
   AND n.project_id IS NOT DISTINCT FROM c.project_id
   AND n.id <> c.id
 ORDER BY separation, n.id
 LIMIT 200

-- name: pulsar_near
-- columns: id bigint, name text, bname text?, separation float8, p0 float8?, dm float8?
-- columns: s400 float8?, associated boolean
-- plan: generic
-- Pulsars of the ATNF catalogue within :radius_deg degrees, the nearest first.
SELECT u.id,
       u.name,
       u.bname,
       q3c_dist(c.ra_deg, c.dec_deg, u.raj, u.decj) AS separation,
       u.p0,
       u.dm,
       u.s400,
       a.candidate_id IS NOT NULL AS associated
  FROM candidate c
  JOIN pulsar u ON q3c_join(c.ra_deg, c.dec_deg, u.raj, u.decj, :radius_deg::float8)
  LEFT JOIN association a ON a.candidate_id = c.id AND a.pulsar_id = u.id
 WHERE c.id = :id::bigint
   AND c.project_id = ANY (:_projects::bigint[])
 ORDER BY separation, u.id
 LIMIT 200

-- name: association_of
-- columns: id bigint, name text, withdrawn boolean
-- plan: generic
-- The one pulsar that a candidate is matched to, however far away; id 0: the catalogue withdrew it.
SELECT coalesce(a.pulsar_id, 0) AS id, a.pulsar_name AS name, a.pulsar_id IS NULL AS withdrawn
  FROM association a
  JOIN candidate c ON c.id = a.candidate_id
 WHERE c.id = :id::bigint
   AND c.project_id = ANY (:_projects::bigint[])

-- name: association_set
-- columns: candidate_id bigint
-- write
-- Matches a candidate to one pulsar, in place of an earlier one. No row: one of the two is not there.
INSERT INTO association AS a (candidate_id, pulsar_id, account_id)
SELECT c.id, u.id, :_user::bigint
  FROM candidate c
 CROSS JOIN pulsar u
 WHERE c.id = :id::bigint
   AND c.project_id = ANY (:_projects::bigint[])
   AND u.id = :pulsar::bigint
ON CONFLICT (candidate_id) DO UPDATE
   SET pulsar_id = EXCLUDED.pulsar_id, account_id = EXCLUDED.account_id, at = now()
RETURNING a.candidate_id

-- name: association_drop
-- write
-- Takes a match back; one that is not there is as good as gone. Pulsar 0 is a withdrawn one.
DELETE FROM association a
 USING candidate c
 WHERE c.id = a.candidate_id
   AND c.id = :id::bigint
   AND c.project_id = ANY (:_projects::bigint[])
   AND coalesce(a.pulsar_id, 0) = :pulsar::bigint
