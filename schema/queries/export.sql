-- export.sql: tables that can be taken away. Their columns are the sets `export` of the column
-- table, in its order; :limit NULL is all rows. What a reader may not see is in none of them.

-- fragment: ratings_in_sight
-- Whose verdicts the reader sees in the downloads of ratings, v by anybody on the candidate of s:
-- the reader's own, and those of others where the reader may know them; staff see all.
(v.account_id = :_user::bigint
 OR EXISTS (SELECT FROM account me
             WHERE me.id = :_user::bigint AND me.role = 'staff' AND me.active)
 OR @use(seen_by_reader))

-- fragment: candidate_export_from
-- What the columns of candidate.export are read from. Nobody (user 0) is told no person's name.
  FROM candidate c
  JOIN @use(summary_seen) s ON s.candidate_id = c.id
  JOIN observation o ON o.observation_id = c.obs_id
  JOIN project p ON p.id = c.project_id
  JOIN filter f ON f.id = c.filter_id
  LEFT JOIN account a ON a.id = c.uploaded_by AND :_user::bigint > 0
  LEFT JOIN association m ON m.candidate_id = c.id

-- name: candidate_all_export
-- columns: @candidate.export
-- plan: custom
-- All candidates that the reader may see, of one project or of all.
SELECT @list(candidate.export, %e AS "%n")
@use(candidate_export_from)
 WHERE c.project_id = ANY (:_projects::bigint[])
   AND (:project::bigint IS NULL OR c.project_id = :project::bigint)
 ORDER BY c.id
 LIMIT :limit::bigint

-- name: observation_all_export
-- columns: @observation.export
-- plan: custom
-- All observations that the reader may see, with the reader's candidates counted.
SELECT @list(observation.export, %e AS "%n")
  FROM observation o
  @use(observation_counts)
 WHERE true
            @use(observation_seen)
 ORDER BY o.observation_id
 LIMIT :limit::bigint

-- name: download_counts
-- columns: name text, row_count bigint, capped boolean
-- plan: custom
-- How many rows each download has for the reader, counted up to 10,000.
SELECT t.name, t.row_count, t.row_count > 10000 AS capped
  FROM (
        SELECT 'candidates' AS name, count(*) AS row_count
          FROM (SELECT FROM candidate c WHERE c.project_id = ANY (:_projects::bigint[])
                 LIMIT 10001) n
        UNION ALL
        SELECT 'observations', count(*)
          FROM (SELECT FROM observation o
                 WHERE true
                   @use(observation_seen)
                 LIMIT 10001) n
        UNION ALL
        SELECT 'ratings', count(*)
          FROM (SELECT FROM rating v
                  JOIN candidate_summary s ON s.candidate_id = v.candidate_id
                 WHERE s.project_id = ANY (:_projects::bigint[])
                   AND @use(ratings_in_sight)
                 LIMIT 10001) n
        UNION ALL
        SELECT 'projects', count(*) FROM project p WHERE p.id = ANY (:_projects::bigint[])
        UNION ALL
        SELECT 'filters', count(*)
          FROM filter f
         WHERE EXISTS (SELECT FROM candidate c
                        WHERE c.filter_id = f.id AND c.project_id = ANY (:_projects::bigint[]))
            OR EXISTS (SELECT FROM search_record r
                        WHERE r.filter_id = f.id AND r.project_id = ANY (:_projects::bigint[]))
        UNION ALL
        SELECT 'classifications', count(*) FROM classification
        UNION ALL
        SELECT 'pulsars', count(*) FROM (SELECT FROM pulsar LIMIT 10001) n
        UNION ALL
        SELECT 'associations', count(*)
          FROM (SELECT FROM association m
                  JOIN candidate c ON c.id = m.candidate_id
                 WHERE c.project_id = ANY (:_projects::bigint[])
                 LIMIT 10001) n
        UNION ALL
        SELECT 'uploads', count(*)
          FROM (SELECT FROM upload_run r
                 WHERE EXISTS (SELECT FROM candidate c
                                WHERE c.upload_run = r.id
                                  AND c.project_id = ANY (:_projects::bigint[]))
                    OR EXISTS (SELECT FROM search_record s
                                WHERE s.upload_run_id = r.id
                                  AND s.project_id = ANY (:_projects::bigint[]))
                 LIMIT 10001) n
        UNION ALL
        SELECT 'searches', count(*)
          FROM (SELECT FROM search_record r WHERE r.project_id = ANY (:_projects::bigint[])
                 LIMIT 10001) n
        UNION ALL
        SELECT 'users', count(*)
          FROM account
         WHERE EXISTS (SELECT FROM account me
                        WHERE me.id = :_user::bigint AND me.role = 'staff' AND me.active)
       ) t
 ORDER BY t.name
 LIMIT 20

-- name: candidate_export
-- variants: sort = candidate.sort, dir
-- columns: @candidate.export
-- plan: custom
-- The candidates that the table's filters leave, in the table's order, NULLs last.
SELECT @list(candidate.export, %e AS "%n")
@use(candidate_export_from)
 WHERE c.project_id = ANY (:_projects::bigint[])
   AND (:project::bigint IS NULL OR c.project_id = :project::bigint)
            @use(candidate_filters)
            @use(cone)
 ORDER BY %sort %dir NULLS LAST, c.id %dir
 LIMIT :limit::bigint

-- name: observation_export
-- variants: sort = observation.sort, dir
-- columns: @observation.export
-- plan: custom
-- The observations that survey status leaves, in its order, with the reader's candidates counted.
SELECT @list(observation.export, %e AS "%n")
  FROM observation o
  @use(observation_counts)
 WHERE true
            @use(observation_seen)
            @use(observation_filters)
 ORDER BY %sort %dir NULLS LAST, o.observation_id %dir
 LIMIT :limit::bigint

-- name: rating_export
-- columns: @rating.export
-- plan: custom
-- The ratings that stand, or that stood at :as_of: then the latest event of each person on each
-- candidate counts, unless it took the rating back.
SELECT @list(rating.export, %e AS "%n")
  FROM (SELECT r.event_id AS id, r.candidate_id, r.account_id, r.rating, r.classification_id, r.at
          FROM rating r
         WHERE :as_of::timestamptz IS NULL
        UNION ALL
        SELECT e.id, e.candidate_id, e.account_id, e.rating, e.classification_id, e.at
          FROM (SELECT DISTINCT ON (l.candidate_id, l.account_id)
                       l.id, l.candidate_id, l.account_id, l.rating, l.classification_id, l.at
                  FROM rating_event l
                 WHERE l.at <= :as_of::timestamptz
                 ORDER BY l.candidate_id, l.account_id, l.id DESC) e
         WHERE e.rating IS NOT NULL) v
  JOIN candidate c ON c.id = v.candidate_id
  JOIN candidate_summary s ON s.candidate_id = c.id
  JOIN project p ON p.id = c.project_id
  JOIN account w ON w.id = v.account_id
  LEFT JOIN classification k ON k.id = v.classification_id
 WHERE c.project_id = ANY (:_projects::bigint[])
   AND (:project::bigint IS NULL OR c.project_id = :project::bigint)
   AND (:user::text IS NULL OR v.account_id = :_user::bigint)
   AND @use(ratings_in_sight)
 ORDER BY v.id
 LIMIT :limit::bigint

-- name: my_rating_export
-- variants: sort = my_rating.sort, dir
-- columns: @rating.export
-- plan: custom
-- The reader's verdicts that stand, as the list of them is narrowed and sorted.
SELECT @list(rating.export, %e AS "%n")
  FROM (SELECT r.event_id AS id, r.event_id, r.candidate_id, r.account_id, r.rating,
               r.classification_id, r.at
          FROM rating r) v
  JOIN candidate c ON c.id = v.candidate_id
  JOIN project p ON p.id = c.project_id
  JOIN account w ON w.id = v.account_id
  LEFT JOIN classification k ON k.id = v.classification_id
 WHERE v.account_id = :_user::bigint
   AND c.project_id = ANY (:_projects::bigint[])
            @use(my_rating_filters)
 ORDER BY %sort %dir, v.event_id %dir
 LIMIT :limit::bigint

-- name: rating_history_export
-- columns: @rating.history
-- plan: custom
-- Every verdict ever given, those taken back included (without a rating), up to :as_of.
SELECT @list(rating.history, %e AS "%n")
  FROM rating_event v
  JOIN candidate c ON c.id = v.candidate_id
  JOIN candidate_summary s ON s.candidate_id = c.id
  JOIN project p ON p.id = c.project_id
  JOIN account w ON w.id = v.account_id
  LEFT JOIN classification k ON k.id = v.classification_id
 WHERE c.project_id = ANY (:_projects::bigint[])
   AND (:project::bigint IS NULL OR c.project_id = :project::bigint)
   AND (:user::text IS NULL OR v.account_id = :_user::bigint)
   AND @use(ratings_in_sight)
   AND (:as_of::timestamptz IS NULL OR v.at <= :as_of::timestamptz)
 ORDER BY v.id
 LIMIT :limit::bigint

-- name: near_export
-- columns: @near.export
-- plan: custom
-- All candidates of the same project within :radius_deg degrees, the nearest first.
SELECT @list(near.export, %e AS "%n")
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
 LIMIT :limit::bigint

-- name: near_pulsar_export
-- columns: @near_pulsar.export
-- plan: custom
-- All pulsars of the ATNF catalogue within :radius_deg degrees, the nearest first.
SELECT @list(near_pulsar.export, %e AS "%n")
  FROM candidate c
  JOIN pulsar u ON q3c_join(c.ra_deg, c.dec_deg, u.raj, u.decj, :radius_deg::float8)
  LEFT JOIN association a ON a.candidate_id = c.id AND a.pulsar_id = u.id
 WHERE c.id = :id::bigint
   AND c.project_id = ANY (:_projects::bigint[])
 ORDER BY separation, u.id
 LIMIT :limit::bigint

-- name: project_export
-- columns: @project.export
-- The projects that the reader may see.
SELECT @list(project.export, %e AS "%n")
  FROM project p
 WHERE p.id = ANY (:_projects::bigint[])
 ORDER BY p.id
 LIMIT :limit::bigint

-- name: filter_export
-- columns: @filter.export
-- The filters that made a candidate which the reader may see, or were used in a search of a project
-- of the reader's.
SELECT @list(filter.export, %e AS "%n")
  FROM filter f
 WHERE EXISTS (SELECT FROM candidate c
                WHERE c.filter_id = f.id AND c.project_id = ANY (:_projects::bigint[]))
    OR EXISTS (SELECT FROM search_record r
                WHERE r.filter_id = f.id AND r.project_id = ANY (:_projects::bigint[]))
 ORDER BY f.id
 LIMIT :limit::bigint

-- name: classification_export
-- columns: @classification.export
-- What raters choose from, and what is retired.
SELECT @list(classification.export, %e AS "%n")
  FROM classification k
 ORDER BY k.id
 LIMIT :limit::bigint

-- name: pulsar_export
-- columns: @pulsar.export
-- The ATNF catalogue.
SELECT @list(pulsar.export, u.%n)
  FROM pulsar u
 ORDER BY u.id
 LIMIT :limit::bigint

-- name: pulsar_list_export
-- variants: sort = pulsar.sort, dir
-- columns: @pulsar.export
-- plan: custom
-- The pulsars that the search leaves, in its order, NULLs last.
SELECT @list(pulsar.export, u.%n)
  FROM pulsar u
 WHERE true
            @use(pulsar_filters)
 ORDER BY %sort %dir NULLS LAST, u.id %dir
 LIMIT :limit::bigint

-- name: user_export
-- columns: @user.export
-- The accounts, for staff alone.
SELECT @list(user.export, %e AS "%n")
  FROM account w
 WHERE EXISTS (SELECT FROM account me
                WHERE me.id = :_user::bigint AND me.role = 'staff' AND me.active)
 ORDER BY w.id
 LIMIT :limit::bigint

-- name: upload_run_export
-- columns: @upload_run.export
-- The upload runs that brought candidates or search records of the reader's projects.
SELECT @list(upload_run.export, %e AS "%n")
  FROM upload_run r
  JOIN account w ON w.id = r.account_id
 WHERE EXISTS (SELECT FROM candidate c
                WHERE c.upload_run = r.id AND c.project_id = ANY (:_projects::bigint[]))
    OR EXISTS (SELECT FROM search_record s
                WHERE s.upload_run_id = r.id AND s.project_id = ANY (:_projects::bigint[]))
 ORDER BY r.id
 LIMIT :limit::bigint

-- name: search_record_export
-- columns: @search_record.export
-- Which observation was searched in which of the reader's projects, with or without candidates.
SELECT @list(search_record.export, %e AS "%n")
  FROM search_record r
  JOIN project p ON p.id = r.project_id
  JOIN filter f ON f.id = r.filter_id
 WHERE r.project_id = ANY (:_projects::bigint[])
 ORDER BY r.id
 LIMIT :limit::bigint

-- name: association_export
-- columns: @association.export
-- Which candidate is matched to which pulsar.
SELECT @list(association.export, %e AS "%n")
  FROM association m
  JOIN candidate c ON c.id = m.candidate_id
  JOIN project p ON p.id = c.project_id
  JOIN account w ON w.id = m.account_id
 WHERE c.project_id = ANY (:_projects::bigint[])
 ORDER BY m.candidate_id
 LIMIT :limit::bigint
