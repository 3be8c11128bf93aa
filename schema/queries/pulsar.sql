-- pulsar.sql: the ATNF catalogue of pulsars.

-- name: pulsar_catalogue_latest
-- columns: version text?, dated text?, loaded_at timestamptz, records integer
-- plan: generic
-- Which catalogue the pulsars are of; no row before the first load.
SELECT k.version, k.dated::text AS dated, k.loaded_at, k.records
  FROM pulsar_catalogue k
 ORDER BY k.id DESC
 LIMIT 1

-- fragment: pulsar_filters
-- Part of the J or B name, with or without PSR before it and whatever sign it is written with;
-- within :radius_deg degrees of a place, if there is one.
           AND (:find::text IS NULL
                OR strpos(lower(u.name), pulsar_sought(:find::text)) > 0
                OR strpos(lower(u.bname), pulsar_sought(:find::text)) > 0)
           AND (:cone_ra::float8 IS NULL
                OR q3c_radial_query(u.raj, u.decj, :cone_ra::float8, :cone_dec::float8,
                                    :radius_deg::float8))

-- name: pulsar_list
-- variants: sort = pulsar.sort, dir
-- columns: id bigint, sort_key text?, separation float8?, candidates bigint, @pulsar.list
-- plan: custom
-- One page of pulsars, in one order: values first, NULLs last in both directions; with the number
-- of the reader's candidates that are matched to each.
SELECT page.id,
       page.key::text AS sort_key,
       CASE WHEN :cone_ra::float8 IS NOT NULL
            THEN q3c_dist(u.raj, u.decj, :cone_ra::float8, :cone_dec::float8) END AS separation,
       (SELECT count(*)
          FROM association a
          JOIN candidate c ON c.id = a.candidate_id
         WHERE a.pulsar_id = u.id
           AND c.project_id = ANY (:_projects::bigint[])) AS candidates,
       @list(pulsar.list, u.%n)
  FROM (
        (SELECT u.id, %sort AS key
           FROM pulsar u
          WHERE %sort IS NOT NULL
            AND NOT coalesce(:after_null::boolean, false)
            AND (:after_id::bigint IS NULL
                 OR (%sort, u.id) %after (:after_value::%sorttype, :after_id::bigint))
            @use(pulsar_filters)
          ORDER BY %sort %dir, u.id %dir
          LIMIT :limit::bigint)
        UNION ALL
        (SELECT u.id, NULL::%sorttype
           FROM pulsar u
          WHERE %sort IS NULL
            AND (:after_id::bigint IS NULL
                 OR NOT coalesce(:after_null::boolean, false)
                 OR u.id %after :after_id::bigint)
            @use(pulsar_filters)
          ORDER BY u.id %dir
          LIMIT :limit::bigint)
        LIMIT :limit::bigint
       ) page
  JOIN pulsar u ON u.id = page.id
 ORDER BY page.key %dir NULLS LAST, page.id %dir
 LIMIT :limit::bigint

-- name: pulsar_count
-- columns: pulsars bigint
-- plan: custom
-- How many pulsars the search leaves; the catalogue has some thousands.
SELECT count(*) AS pulsars
  FROM pulsar u
 WHERE true
   @use(pulsar_filters)

-- name: pulsar_by_id
-- columns: id bigint, ecliptic boolean, @pulsar.list, @pulsar.page
SELECT u.id, u.ecliptic, @list(pulsar.list, u.%n), @list(pulsar.page, u.%n)
  FROM pulsar u
 WHERE u.id = :id::bigint

-- name: pulsar_candidates
-- columns: id bigint, separation float8?, obs_id bigint, obs_starttime bigint
-- columns: obs_cent_freq float8?, project_name text, filter_name text, can_det_stat float8?
-- columns: thumb text?, username text?
-- plan: generic
-- The reader's candidates that are matched to a pulsar, the newest observation first; and who
-- matched them, unless nobody reads (user 0).
SELECT c.id,
       q3c_dist(c.ra_deg, c.dec_deg, u.raj, u.decj) AS separation,
       c.obs_id,
       c.obs_starttime,
       c.obs_cent_freq,
       p.name AS project_name,
       f.name AS filter_name,
       c.can_det_stat,
       left(c.thumb_hash, 8) AS thumb,
       CASE WHEN :_user::bigint > 0 THEN w.name END AS username
  FROM association a
  JOIN pulsar u ON u.id = a.pulsar_id
  JOIN candidate c ON c.id = a.candidate_id
  JOIN project p ON p.id = c.project_id
  JOIN filter f ON f.id = c.filter_id
  JOIN account w ON w.id = a.account_id
 WHERE a.pulsar_id = :id::bigint
   AND c.project_id = ANY (:_projects::bigint[])
 ORDER BY c.obs_starttime DESC, c.id
 LIMIT 200

-- name: pulsar_candidates_near
-- columns: id bigint, separation float8, obs_id bigint, obs_starttime bigint
-- columns: obs_cent_freq float8?, project_name text, filter_name text, can_det_stat float8?
-- columns: thumb text?
-- plan: generic
-- The reader's other candidates within 2 arcmin of a pulsar, the nearest first.
SELECT c.id,
       q3c_dist(c.ra_deg, c.dec_deg, u.raj, u.decj) AS separation,
       c.obs_id,
       c.obs_starttime,
       c.obs_cent_freq,
       p.name AS project_name,
       f.name AS filter_name,
       c.can_det_stat,
       left(c.thumb_hash, 8) AS thumb
  FROM pulsar u
  JOIN candidate c ON q3c_join(u.raj, u.decj, c.ra_deg, c.dec_deg, 2 / 60.0::float8)
  JOIN project p ON p.id = c.project_id
  JOIN filter f ON f.id = c.filter_id
  LEFT JOIN association a ON a.candidate_id = c.id AND a.pulsar_id = u.id
 WHERE u.id = :id::bigint
   AND c.project_id = ANY (:_projects::bigint[])
   AND a.candidate_id IS NULL
 ORDER BY separation, c.id
 LIMIT 200
