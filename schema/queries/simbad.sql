-- simbad.sql: what SIMBAD answered before. Objects of the sky, nothing of a candidate.

-- name: simbad_cached
-- columns: asked_at timestamptz, age float8, fresh boolean, is_cut boolean, held bigint
-- The answer for a place, its age in seconds, and whether it is younger than :days days and nobody
-- wants another one.
SELECT s.asked_at,
       extract(epoch FROM now() - s.asked_at)::float8 AS age,
       NOT s.expired AND s.asked_at > now() - make_interval(days => :days::integer) AS fresh,
       s.is_cut,
       jsonb_array_length(s.objects)::bigint AS held
  FROM simbad_cache s
 WHERE s.ra_place = :ra_place::integer
   AND s.dec_place = :dec_place::integer
   AND s.radius_min = :radius_min::integer

-- name: simbad_object
-- columns: name text, type text?, ra_deg float8, dec_deg float8, separation float8
-- The objects of an answer within :radius_deg degrees of a position, the nearest first.
SELECT o.name, o.type, o.ra_deg, o.dec_deg,
       q3c_dist(:ra::float8, :dec::float8, o.ra_deg, o.dec_deg) AS separation
  FROM simbad_cache s
 CROSS JOIN LATERAL jsonb_to_recordset(s.objects)
       AS o(name text, type text, ra_deg float8, dec_deg float8)
 WHERE s.ra_place = :ra_place::integer
   AND s.dec_place = :dec_place::integer
   AND s.radius_min = :radius_min::integer
   AND q3c_dist(:ra::float8, :dec::float8, o.ra_deg, o.dec_deg) <= :radius_deg::float8
 ORDER BY separation, o.name, o.ra_deg
 LIMIT 500

-- name: simbad_keep
-- write
-- What SIMBAD has just answered, in place of an older answer.
INSERT INTO simbad_cache AS s (ra_place, dec_place, radius_min, is_cut, objects)
VALUES (:ra_place::integer, :dec_place::integer, :radius_min::integer, :is_cut::boolean,
        :objects::jsonb)
ON CONFLICT (ra_place, dec_place, radius_min) DO UPDATE
   SET asked_at = now(), expired = false, is_cut = EXCLUDED.is_cut, objects = EXCLUDED.objects

-- name: simbad_expire
-- write
-- The next reader asks SIMBAD again; not within a minute, which would tell nothing else.
UPDATE simbad_cache
   SET expired = true
 WHERE ra_place = :ra_place::integer
   AND dec_place = :dec_place::integer
   AND radius_min = :radius_min::integer
   AND asked_at < now() - interval '1 minute'

-- name: simbad_purge
-- write
-- Forgets answers that are four times as old as one is shown without asking again: until then they
-- serve while SIMBAD is silent.
DELETE FROM simbad_cache
 WHERE (ra_place, dec_place, radius_min)
    IN (SELECT s.ra_place, s.dec_place, s.radius_min FROM simbad_cache s
         WHERE s.asked_at < now() - make_interval(days => 4 * :days::integer)
         ORDER BY s.asked_at, s.ra_place, s.dec_place, s.radius_min
         LIMIT 1000)
