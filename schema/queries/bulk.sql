-- bulk.sql: one verdict on several candidates: those near by that were ticked, all of an
-- observation, or those selected on a contact sheet. The candidates are shown first; what was shown is what is rated.

-- name: bulk_candidate
-- columns: id bigint, obs_id bigint, obsname text?, project_id bigint, project_name text
-- columns: classification_required boolean, shown_at timestamptz
-- plan: generic
-- The candidate from whose page the others are rated as well.
SELECT c.id, c.obs_id, o.obsname, c.project_id, p.name AS project_name,
       p.classification_required, now() AS shown_at
  FROM candidate c
  JOIN project p ON p.id = c.project_id
  JOIN observation o ON o.observation_id = c.obs_id
 WHERE c.id = :id::bigint
   AND c.project_id = ANY (:_projects::bigint[])

-- name: bulk_observation
-- columns: ids text?, total bigint, mine bigint
-- plan: custom
-- The first :limit candidates of the candidate's observation within its project, those that the
-- reader has rated only where :mine says so; how many there are, and how many the reader has rated.
SELECT array_agg(q.id ORDER BY q.id) FILTER (WHERE q.place <= :limit::bigint
                                               AND (:mine::boolean OR NOT q.is_mine))::text AS ids,
       count(*) AS total,
       count(*) FILTER (WHERE q.is_mine) AS mine
  FROM (
        SELECT n.id,
               r.rating IS NOT NULL AS is_mine,
               count(*) FILTER (WHERE :mine::boolean OR r.rating IS NULL)
                   OVER (ORDER BY n.id) AS place
          FROM candidate c
          JOIN candidate n ON n.obs_id = c.obs_id AND n.project_id = c.project_id
          LEFT JOIN rating r ON r.candidate_id = n.id AND r.account_id = :_user::bigint
         WHERE c.id = :id::bigint
           AND c.project_id = ANY (:_projects::bigint[])
       ) q

-- name: bulk_rows
-- columns: id bigint, obs_id bigint, obs_starttime bigint, obs_cent_freq float8?
-- columns: filter_name text, can_det_stat float8?, thumb text?, my_rating integer?
-- columns: my_classification text?, my_rated_at timestamptz?, separation float8?
-- plan: custom
-- What will be rated: those of :ids that the reader may see and that are of the candidate's
-- project (:whole: of its observation, too), the candidate itself first.
SELECT n.id,
       n.obs_id,
       n.obs_starttime,
       n.obs_cent_freq,
       f.name AS filter_name,
       n.can_det_stat,
       left(n.thumb_hash, 8) AS thumb,
       mine.rating::integer AS my_rating,
       k.name AS my_classification,
       mine.at AS my_rated_at,
       CASE WHEN n.id <> c.id
            THEN q3c_dist(c.ra_deg, c.dec_deg, n.ra_deg, n.dec_deg) END AS separation
  FROM candidate c
  JOIN candidate n ON n.id = ANY (:ids::bigint[]) AND n.project_id = c.project_id
  JOIN filter f ON f.id = n.filter_id
  LEFT JOIN rating mine ON mine.candidate_id = n.id AND mine.account_id = :_user::bigint
  LEFT JOIN classification k ON k.id = mine.classification_id
 WHERE c.id = :id::bigint
   AND c.project_id = ANY (:_projects::bigint[])
   AND (n.obs_id = c.obs_id OR NOT coalesce(:whole::boolean, false))
 ORDER BY n.id <> c.id, n.id
 LIMIT 500

-- name: bulk_check
-- columns: asked bigint, there bigint, class_known boolean, class_missing boolean
-- plan: custom
-- How many different candidates :ids names and how many of them may be rated together with the
-- candidate; whether the classification exists, and whether one is needed and absent.
SELECT (SELECT count(DISTINCT i.id) FROM unnest(:ids::bigint[]) AS i (id)) AS asked,
       (SELECT count(*)
          FROM candidate n
         WHERE n.id = ANY (:ids::bigint[])
           AND n.project_id = c.project_id
           AND (n.obs_id = c.obs_id OR NOT coalesce(:whole::boolean, false))) AS there,
       :classification::bigint IS NULL OR EXISTS (
           SELECT FROM classification k
            WHERE k.id = :classification::bigint
              AND (NOT k.hidden OR k.merged_into IS NOT NULL)) AS class_known,
       p.classification_required AND :classification::bigint IS NULL AS class_missing
  FROM candidate c
  JOIN project p ON p.id = c.project_id
 WHERE c.id = :id::bigint
   AND c.project_id = ANY (:_projects::bigint[])

-- name: bulk_give
-- columns: stored bigint, agreed bigint
-- write
-- One verdict of the reader on all of :ids that are of the candidate's project.
SELECT count(*) FILTER (WHERE g.is_new) AS stored,
       count(*) FILTER (WHERE g.agrees) AS agreed
  FROM (
        SELECT array_agg(n.id ORDER BY n.id) AS ids
          FROM candidate c
          JOIN candidate n ON n.id = ANY (:ids::bigint[]) AND n.project_id = c.project_id
         WHERE c.id = :id::bigint
           AND c.project_id = ANY (:_projects::bigint[])
           AND (n.obs_id = c.obs_id OR NOT coalesce(:whole::boolean, false))
       ) seen
 CROSS JOIN LATERAL rate_all(seen.ids, :_user::bigint, :rating::integer, :classification::bigint,
                             :request_key::text, :how::text, :shown_at::timestamptz,
                             :queue_mode::text, :token::bigint) g

-- name: bulk_reason_keep
-- columns: done boolean
-- write
-- Keeps the reason of what the reader has just stored under a request key.
SELECT batch_reason_keep(:_user::bigint, :request_key::text, :reason::text) IS NOT NULL AS done

-- name: bulk_event
-- columns: event bigint?
-- plan: custom
-- The last event of what the reader gave under a request key on those of :ids that are in sight.
SELECT max(e.id) AS event
  FROM rating_event e
  JOIN candidate c ON c.id = e.candidate_id
 WHERE e.account_id = :_user::bigint
   AND e.request_key = :request_key::text
   AND e.candidate_id = ANY (:ids::bigint[])
   AND c.project_id = ANY (:_projects::bigint[])

-- name: bulk_stored
-- columns: event bigint, rating integer, classification text?, candidates bigint, reason text?
-- columns: stands boolean
-- plan: generic
-- What the reader gave by the event :done: the verdict, on how many candidates, and why; whether it
-- stands on that candidate. The events of a batch stand together.
SELECT e.id AS event, e.rating::integer, k.name AS classification,
       (SELECT count(*) FROM rating_event b
         WHERE b.account_id = e.account_id
           AND b.id BETWEEN e.id - 2000 AND e.id + 2000
           AND b.batch = e.batch) AS candidates,
       w.reason,
       EXISTS (SELECT FROM rating r
                WHERE r.candidate_id = e.candidate_id
                  AND r.account_id = e.account_id
                  AND r.event_id = e.id) AS stands
  FROM rating_event e
  JOIN candidate c ON c.id = e.candidate_id
  LEFT JOIN classification k ON k.id = e.classification_id
  LEFT JOIN batch_reason w ON w.account_id = e.account_id AND w.batch = e.batch
 WHERE e.id = :done::bigint
   AND e.account_id = :_user::bigint
   AND e.batch IS NOT NULL
   AND e.rating IS NOT NULL
   AND c.project_id = ANY (:_projects::bigint[])
