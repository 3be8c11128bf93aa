-- observation.sql: survey status.

-- fragment: observation_counts
-- The reader's candidates in an observation, each counted once.
 CROSS JOIN LATERAL (
        SELECT coalesce(sum(m.uploaded), 0)::bigint AS uploaded,
               coalesce(sum(m.rated), 0)::bigint AS rated
          FROM observation_summary m
         WHERE m.observation_id = o.observation_id
           AND m.project_id = ANY (:_projects::bigint[])
           AND (:project::bigint IS NULL OR m.project_id = :project::bigint)) n

-- fragment: observation_seen
-- An observation is seen by who sees a project that searched it or has a candidate in it. One that
-- belongs to no project as yet is seen by every account; nobody (user 0) is none.
           AND (EXISTS (SELECT FROM observation_summary m
                         WHERE m.observation_id = o.observation_id
                           AND m.project_id = ANY (:_projects::bigint[])
                           AND m.uploaded > 0)
                OR EXISTS (SELECT FROM search_record r
                            WHERE r.observation_id = o.observation_id
                              AND r.project_id = ANY (:_projects::bigint[]))
                OR (:_user::bigint > 0
                    AND NOT EXISTS (SELECT FROM observation_summary m
                                     WHERE m.observation_id = o.observation_id
                                       AND m.uploaded > 0)
                    AND NOT EXISTS (SELECT FROM search_record r
                                     WHERE r.observation_id = o.observation_id)))

-- fragment: observation_filters
-- Part of the name, or the beginning of the id.
           AND (:find::text IS NULL
                OR strpos(lower(o.obsname), lower(:find::text)) > 0
                OR starts_with(o.observation_id::text, :find::text))

-- name: observation_list
-- variants: sort = observation.sort, dir
-- columns: id bigint, sort_key text?, uploaded bigint, rated bigint, @observation.list
-- plan: custom
-- One page of the reader's observations, in one order: values first, NULLs last in both directions.
SELECT page.id, page.key::text AS sort_key, page.uploaded, page.rated,
       @list(observation.list, o.%n)
  FROM (
        (SELECT o.observation_id AS id, %sort AS key, n.uploaded, n.rated
           FROM observation o
           @use(observation_counts)
          WHERE %sort IS NOT NULL
            AND NOT coalesce(:after_null::boolean, false)
            AND (:after_id::bigint IS NULL
                 OR (%sort, o.observation_id) %after (:after_value::%sorttype, :after_id::bigint))
            @use(observation_seen)
            @use(observation_filters)
          ORDER BY %sort %dir, o.observation_id %dir
          LIMIT :limit::bigint)
        UNION ALL
        (SELECT o.observation_id, NULL::%sorttype, n.uploaded, n.rated
           FROM observation o
           @use(observation_counts)
          WHERE %sort IS NULL
            AND (:after_id::bigint IS NULL
                 OR NOT coalesce(:after_null::boolean, false)
                 OR o.observation_id %after :after_id::bigint)
            @use(observation_seen)
            @use(observation_filters)
          ORDER BY o.observation_id %dir
          LIMIT :limit::bigint)
        LIMIT :limit::bigint
       ) page
  JOIN observation o ON o.observation_id = page.id
 ORDER BY page.key %dir NULLS LAST, page.id %dir
 LIMIT :limit::bigint

-- name: observation_count
-- columns: observations bigint, capped boolean
-- plan: custom
-- How many of the reader's observations the search leaves, counted up to 10,000.
SELECT count(*) AS observations, count(*) > 10000 AS capped
  FROM (
        SELECT 1
          FROM observation o
         WHERE true
           @use(observation_seen)
           @use(observation_filters)
         LIMIT 10001
       ) counted

-- name: observation_by_id
-- columns: @observation.page, uploaded_at timestamptz, uploaded bigint, rated bigint
-- One observation that the reader may see, with the reader's candidates in it counted.
SELECT @list(observation.page, o.%n), o.uploaded_at, n.uploaded, n.rated
  FROM observation o
  @use(observation_counts)
 WHERE o.observation_id = :id::bigint
           @use(observation_seen)

-- name: observation_searches
-- columns: project_id bigint, project_name text, filter_name text, row_count integer
-- columns: searched_at timestamptz, noise float8?
-- Which of the reader's projects searched it, with which filter, and what they found.
SELECT r.project_id, p.name AS project_name, f.name AS filter_name, r.row_count, r.searched_at,
       r.noise
  FROM search_record r
  JOIN project p ON p.id = r.project_id
  JOIN filter f ON f.id = r.filter_id
 WHERE r.observation_id = :id::bigint
   AND r.project_id = ANY (:_projects::bigint[])
 ORDER BY p.name, f.name, r.id
 LIMIT 200
