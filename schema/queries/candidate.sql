-- candidate.sql: candidates as pages and lists read them.
--
-- Every statement on candidates is restricted to :_projects, the projects that the reader may see.

-- fragment: seen_by_reader
-- Whether the reader may know the verdicts on the candidate of summary s: its project is not blind,
-- or the reader has rated it. The projects are read once a statement.
(s.project_id = ANY (ARRAY(SELECT b.id FROM project b WHERE NOT b.blind))
 OR EXISTS (SELECT FROM rating y
             WHERE y.candidate_id = s.candidate_id AND y.account_id = :_user::bigint))

-- fragment: summary_seen
-- The summaries as s, without the sum of the ratings, and so without their mean, where the reader
-- may not know it. Not for walks along the index of the means: these say sort_in_sight.
(SELECT s.candidate_id, s.project_id, s.rating_count,
        CASE WHEN @use(seen_by_reader) THEN s.rating_sum END AS rating_sum
   FROM candidate_summary s)

-- fragment: sort_in_sight
-- Whether the reader may know what the candidate is sorted by.
('%sortname' <> 'rating_mean' OR @use(seen_by_reader))

-- fragment: candidate_filters
-- What the candidate table can be narrowed by; c is candidate, s its summary. The few candidates
-- with a pulsar are looked up by id: as EXISTS they would be sought along the whole order. By what
-- others said of it a candidate is found only by who may know it.
            AND (:obs_id::bigint IS NULL OR c.obs_id = :obs_id::bigint)
            AND (:filter::bigint IS NULL OR c.filter_id = :filter::bigint)
            AND (:notes::boolean IS NULL
                 OR CASE WHEN :notes::boolean THEN c.notes <> ''
                         ELSE coalesce(c.notes, '') = '' END)
            AND (:pulsar::boolean IS NULL
                 OR CASE WHEN :pulsar::boolean
                         THEN c.id = ANY (ARRAY(SELECT a.candidate_id FROM association a))
                         ELSE NOT EXISTS (SELECT FROM association a
                                           WHERE a.candidate_id = c.id) END)
            AND (:close::boolean IS NULL OR c.can_nks_is_close = :close::boolean)
            AND (:date_min::bigint IS NULL OR c.obs_starttime >= :date_min::bigint)
            AND (:date_max::bigint IS NULL OR c.obs_starttime <= :date_max::bigint)
            AND (:missing::text IS NULL
                 OR CASE :missing::text @each(candidate.page, WHEN '%n' THEN c.%n IS NULL) END)
            AND (:class::bigint IS NULL OR EXISTS (
                    SELECT FROM candidate_class_count k
                     WHERE k.candidate_id = c.id
                       AND k.classification_id = :class::bigint
                       AND k.count > 0))
            AND ((:class::bigint IS NULL AND :rating_mean_min::float8 IS NULL
                  AND :rating_mean_max::float8 IS NULL)
                 OR @use(seen_by_reader))
            AND (:rated::text IS NULL
                 OR (:rated::text = 'no' AND s.rating_count = 0)
                 OR (:rated::text = 'yes' AND s.rating_count > 0)
                 OR (:rated::text = 'me' AND EXISTS (
                        SELECT FROM rating r
                         WHERE r.candidate_id = c.id AND r.account_id = :_user::bigint))
                 OR (:rated::text = 'not-me' AND NOT EXISTS (
                        SELECT FROM rating r
                         WHERE r.candidate_id = c.id AND r.account_id = :_user::bigint)))
            @use(candidate_talk_filters)
            @each(candidate.filter,
            AND (:%n_min::%t IS NULL OR %e >= :%n_min::%t)
            AND (:%n_max::%t IS NULL OR %e <= :%n_max::%t))

-- fragment: cone
-- Within :radius_deg degrees of :cone_ra, :cone_dec (degrees); no cone without a position.
            AND (:cone_ra::float8 IS NULL
                 OR q3c_radial_query(c.ra_deg, c.dec_deg, :cone_ra::float8, :cone_dec::float8,
                                     :radius_deg::float8))

-- fragment: candidate_walk
-- Ids and keys of the table's rows in one order from the cursor on: the reader's projects one
-- after another, each by its index, values first and NULLs last in both directions; then merged.
        SELECT q.id, q.key
          FROM unnest(:_projects::bigint[]) AS reader (project_id)
         CROSS JOIN LATERAL (
            (SELECT c.id, %sort AS key
               FROM candidate c
               JOIN candidate_summary s ON s.candidate_id = c.id
              WHERE c.project_id = reader.project_id
                AND s.project_id = reader.project_id
                AND %sort IS NOT NULL
                AND @use(sort_in_sight)
                AND NOT coalesce(:after_null::boolean, false)
                AND (:after_id::bigint IS NULL
                     OR (%sort, c.id) %after (:after_value::%sorttype, :after_id::bigint))
                @use(candidate_filters)
                @use(cone)
              ORDER BY %sort %dir, c.id %dir
              LIMIT :limit::bigint)
            UNION ALL
            (SELECT c.id, NULL::%sorttype AS key
               FROM candidate c
               JOIN candidate_summary s ON s.candidate_id = c.id
              WHERE c.project_id = reader.project_id
                AND s.project_id = reader.project_id
                AND (%sort IS NULL OR NOT @use(sort_in_sight))
                AND (:after_id::bigint IS NULL
                     OR NOT coalesce(:after_null::boolean, false)
                     OR c.id %after :after_id::bigint)
                @use(candidate_filters)
                @use(cone)
              ORDER BY c.id %dir
              LIMIT :limit::bigint)
            LIMIT :limit::bigint
         ) q
         WHERE :project::bigint IS NULL OR reader.project_id = :project::bigint
         ORDER BY q.key %dir NULLS LAST, q.id %dir
         LIMIT :limit::bigint

-- name: candidate_key
-- variants: sort = candidate.sort
-- columns: id bigint, sort_key text?
-- plan: generic
-- Where a candidate stands in an order of the table.
SELECT c.id, (%sort)::text AS sort_key
  FROM candidate c
  JOIN @use(summary_seen) s ON s.candidate_id = c.id
 WHERE c.id = :id::bigint
   AND c.project_id = ANY (:_projects::bigint[])

-- name: candidate_after
-- variants: sort = candidate.sort, dir
-- columns: id bigint, sort_key text?
-- plan: custom
-- The table's next row behind the cursor (:limit is 1).
SELECT page.id, page.key::text AS sort_key
  FROM (
        @use(candidate_walk)
       ) page
 ORDER BY page.key %dir NULLS LAST, page.id %dir
 LIMIT 1

-- name: candidate_before
-- variants: sort = candidate.sort, dir
-- columns: id bigint, sort_key text?
-- plan: custom
-- The table's last row before the cursor: the variant is that of the way back, on which the NULLs,
-- which stand last in the table, come first.
SELECT q.id, q.key::text AS sort_key
  FROM unnest(:_projects::bigint[]) AS reader (project_id)
 CROSS JOIN LATERAL (
    (SELECT c.id, NULL::%sorttype AS key
       FROM candidate c
       JOIN candidate_summary s ON s.candidate_id = c.id
      WHERE c.project_id = reader.project_id
        AND s.project_id = reader.project_id
        AND (%sort IS NULL OR NOT @use(sort_in_sight))
        AND coalesce(:after_null::boolean, false)
        AND c.id %after :after_id::bigint
        @use(candidate_filters)
        @use(cone)
      ORDER BY c.id %dir
      LIMIT 1)
    UNION ALL
    (SELECT c.id, %sort AS key
       FROM candidate c
       JOIN candidate_summary s ON s.candidate_id = c.id
      WHERE c.project_id = reader.project_id
        AND s.project_id = reader.project_id
        AND %sort IS NOT NULL
        AND @use(sort_in_sight)
        AND (coalesce(:after_null::boolean, false)
             OR (%sort, c.id) %after (:after_value::%sorttype, :after_id::bigint))
        @use(candidate_filters)
        @use(cone)
      ORDER BY %sort %dir, c.id %dir
      LIMIT 1)
 ) q
 WHERE :project::bigint IS NULL OR reader.project_id = :project::bigint
 ORDER BY q.key %dir NULLS FIRST, q.id %dir
 LIMIT 1

-- name: candidate_list
-- variants: sort = candidate.sort, dir
-- columns: id bigint, sort_key text?, project_id bigint, project_name text, filter_name text
-- columns: obs_id bigint, obsname text?, obs_starttime bigint, obs_cent_freq float8?
-- columns: rating_count integer, rating_mean float8?, my_rating integer?, mostly text?
-- columns: class_counts text?, has_notes boolean, notes_start text?, has_metadata boolean
-- columns: pulsar_name text?, sep float8?, thumb text?, is_hidden boolean, @candidate.list
-- plan: custom
-- One page of the candidate table, in one order. Where the reader may not know the verdicts there is
-- neither their mean nor what they were; such candidates stand, sorted by the mean, with those that
-- have none.
SELECT c.id,
       page.key::text AS sort_key,
       c.project_id,
       p.name AS project_name,
       f.name AS filter_name,
       c.obs_id,
       o.obsname,
       c.obs_starttime,
       c.obs_cent_freq,
       s.rating_count,
       s.rating_sum::float8 / nullif(s.rating_count, 0) AS rating_mean,
       mine.rating::integer AS my_rating,
       classes.mostly,
       classes.class_counts,
       coalesce(c.notes, '') <> '' AS has_notes,
       left(c.notes, 120) AS notes_start,
       c.metadata IS NOT NULL AS has_metadata,
       u.name AS pulsar_name,
       q3c_dist(c.ra_deg, c.dec_deg, :cone_ra::float8, :cone_dec::float8) AS sep,
       left(c.thumb_hash, 8) AS thumb,
       s.rating_count > 0 AND s.rating_sum IS NULL AS is_hidden,
       @list(candidate.list, c.%n)
  FROM (
        @use(candidate_walk)
       ) page
  JOIN candidate c ON c.id = page.id
  JOIN @use(summary_seen) s ON s.candidate_id = page.id
  JOIN observation o ON o.observation_id = c.obs_id
  JOIN project p ON p.id = c.project_id
  JOIN filter f ON f.id = c.filter_id
  LEFT JOIN rating mine ON mine.candidate_id = c.id AND mine.account_id = :_user::bigint
  LEFT JOIN association a ON a.candidate_id = c.id
  LEFT JOIN pulsar u ON u.id = a.pulsar_id
  LEFT JOIN LATERAL (
        SELECT (array_agg(k.name ORDER BY n.count DESC, k.position, k.id))[1] AS mostly,
               string_agg(n.count || ' ' || k.name, ', '
                          ORDER BY n.count DESC, k.position, k.id) AS class_counts
          FROM candidate_class_count n
          JOIN classification k ON k.id = n.classification_id
         WHERE n.candidate_id = c.id AND n.count > 0
           AND @use(seen_by_reader)) classes ON true
 ORDER BY page.key %dir NULLS LAST, c.id %dir
 LIMIT :limit::bigint

-- name: candidate_count
-- columns: matching bigint, capped boolean, filter_ids text?, has_any boolean
-- plan: custom
-- How many candidates the table's filters leave, counted up to 10,000; and the pipeline's filters
-- that made them, as "1 2 3".
SELECT coalesce(sum(each.count), 0)::bigint AS matching,
       coalesce(sum(each.count), 0) > 10000 AS capped,
       string_agg(each.filter_id::text, ' ') AS filter_ids,
       EXISTS (SELECT FROM candidate a WHERE a.project_id = ANY (:_projects::bigint[])) AS has_any
  FROM (
        SELECT counted.filter_id, count(*) AS count
          FROM (
                SELECT c.filter_id
                  FROM candidate c
                  JOIN candidate_summary s ON s.candidate_id = c.id
                 WHERE c.project_id = ANY (:_projects::bigint[])
                    AND (:project::bigint IS NULL OR c.project_id = :project::bigint)
                    @use(candidate_filters)
                    @use(cone)
                 LIMIT 10001
               ) counted
         GROUP BY counted.filter_id
       ) each

-- name: candidate_class_totals
-- columns: id bigint, name text, verdicts bigint
-- plan: custom
-- How often each classification was given to the candidates that the table's filters leave, to
-- 10,000 of those that are rated and whose verdicts the reader may know; nothing is counted unless :counts asks for it.
SELECT k.id, k.name, sum(n.count)::bigint AS verdicts
  FROM (
        SELECT c.id
          FROM candidate c
          JOIN candidate_summary s ON s.candidate_id = c.id
         WHERE coalesce(:counts::boolean, false)
            AND c.project_id = ANY (:_projects::bigint[])
            AND (:project::bigint IS NULL OR c.project_id = :project::bigint)
            AND s.rating_count > 0
            AND @use(seen_by_reader)
            @use(candidate_filters)
            @use(cone)
         LIMIT 10000
       ) counted
  JOIN candidate_class_count n ON n.candidate_id = counted.id AND n.count > 0
  JOIN classification k ON k.id = n.classification_id
 GROUP BY k.id
 ORDER BY k.position, k.id
 LIMIT 100

-- name: candidate_filter_names
-- columns: project_name text?, filter_name text?, class_name text?
-- What the ids among the table's filters are called; a project out of sight has no name.
SELECT (SELECT p.name FROM project p
         WHERE p.id = :project::bigint AND p.id = ANY (:_projects::bigint[])) AS project_name,
       (SELECT f.name FROM filter f
         WHERE f.id = :filter::bigint
           AND EXISTS (SELECT FROM candidate c
                        WHERE c.filter_id = f.id
                          AND c.project_id = ANY (:_projects::bigint[]))) AS filter_name,
       (SELECT k.name FROM classification k WHERE k.id = :class::bigint) AS class_name

-- name: candidate_by_id
-- columns: id bigint, obs_id bigint, project_id bigint, project_name text, filter_id bigint
-- columns: filter_name text, obsname text?, starttime bigint, stoptime bigint, projectid text?
-- columns: cent_freq float8?, freq_res float8?, int_time float8?, azimuth float8?
-- columns: elevation float8?, ra_tile_dec float8?, dec_tile_dec float8?
-- columns: classification_required boolean, blind boolean, visible boolean
-- columns: rating_count integer?, rating_mean float8?, my_rating integer?
-- columns: my_classification text?, my_classification_id bigint?, my_rated_at timestamptz?
-- columns: png text, gif text, thumb text?, png_width integer?, png_height integer?
-- columns: gif_width integer?, gif_height integer?, gif_frames integer?, gif_delay_ms integer?
-- columns: gif_curve jsonb?, has_metadata boolean, extra jsonb?, uploaded_at timestamptz
-- columns: notes_version integer, pulsar_id bigint?, pulsar_name text?
-- columns: pulsar_withdrawn boolean, shown_at timestamptz, starred boolean, @candidate.page
-- plan: generic
-- One candidate that the reader may see. Others' ratings are given only when the reader has rated
-- it or the project does not hide them.
SELECT c.id,
       c.obs_id,
       c.project_id,
       p.name AS project_name,
       c.filter_id,
       f.name AS filter_name,
       o.obsname,
       o.starttime,
       o.stoptime,
       o.projectid,
       o.cent_freq,
       o.freq_res,
       o.int_time,
       o.azimuth,
       o.elevation,
       o.ra_tile_dec,
       o.dec_tile_dec,
       p.classification_required,
       p.blind,
       NOT p.blind OR mine.rating IS NOT NULL AS visible,
       CASE WHEN NOT p.blind OR mine.rating IS NOT NULL THEN s.rating_count END AS rating_count,
       CASE WHEN NOT p.blind OR mine.rating IS NOT NULL
            THEN s.rating_sum::float8 / nullif(s.rating_count, 0) END AS rating_mean,
       mine.rating::integer AS my_rating,
       k.name AS my_classification,
       mine.classification_id AS my_classification_id,
       mine.at AS my_rated_at,
       left(c.png_hash, 8) AS png,
       left(c.gif_hash, 8) AS gif,
       left(c.thumb_hash, 8) AS thumb,
       c.png_width,
       c.png_height,
       c.gif_width,
       c.gif_height,
       c.gif_frames,
       c.gif_delay_ms,
       c.gif_curve,
       c.metadata IS NOT NULL AS has_metadata,
       c.extra,
       c.uploaded_at,
       c.notes_version,
       a.pulsar_id,
       a.pulsar_name,
       a.pulsar_name IS NOT NULL AND a.pulsar_id IS NULL AS pulsar_withdrawn,
       now() AS shown_at,
       EXISTS (SELECT FROM star t
                WHERE t.candidate_id = c.id AND t.account_id = :_user::bigint) AS starred,
       @list(candidate.page, c.%n)
  FROM candidate c
  JOIN candidate_summary s ON s.candidate_id = c.id
  JOIN observation o ON o.observation_id = c.obs_id
  JOIN project p ON p.id = c.project_id
  JOIN filter f ON f.id = c.filter_id
  LEFT JOIN rating mine ON mine.candidate_id = c.id AND mine.account_id = :_user::bigint
  LEFT JOIN classification k ON k.id = mine.classification_id
  LEFT JOIN association a ON a.candidate_id = c.id
 WHERE c.id = :id::bigint
   AND c.project_id = ANY (:_projects::bigint[])

-- name: candidate_rating_words
-- columns: rating bigint, word text, chosen boolean
-- plan: generic
-- The words for 1 to 5 in the candidate's project; chosen is the reader's own rating.
SELECT w.rating, w.word, w.rating = coalesce(mine.rating, 0) AS chosen
  FROM candidate c
  JOIN project p ON p.id = c.project_id
  LEFT JOIN rating mine ON mine.candidate_id = c.id AND mine.account_id = :_user::bigint
 CROSS JOIN LATERAL unnest(p.rating_words) WITH ORDINALITY AS w (word, rating)
 WHERE c.id = :id::bigint
   AND c.project_id = ANY (:_projects::bigint[])
 ORDER BY w.rating

-- name: quick_choices
-- columns: key_letter text, rating bigint, classification text
-- plan: generic
-- A rating and a classification on one key, as the candidate's project has them.
SELECT q.key_letter, q.rating::bigint AS rating, k.name AS classification
  FROM candidate c
  JOIN quick_verdict q ON q.project_id = c.project_id
  JOIN classification k ON k.id = classification_standing(q.classification_id)
 WHERE c.id = :id::bigint
   AND c.project_id = ANY (:_projects::bigint[])
   AND NOT k.hidden
 ORDER BY q.key_letter
 LIMIT 26

-- name: quick_meant
-- columns: rating integer?, classification bigint?
-- plan: generic
-- What one key of the candidate's project says; NULL where it says nothing any more.
SELECT q.rating::integer AS rating, k.id AS classification
  FROM candidate c
  LEFT JOIN quick_verdict q ON q.project_id = c.project_id AND q.key_letter = upper(:quick::text)
  LEFT JOIN classification k ON k.id = classification_standing(q.classification_id)
                            AND NOT k.hidden
 WHERE c.id = :id::bigint
   AND c.project_id = ANY (:_projects::bigint[])

-- name: classification_choices
-- columns: id bigint, name text, key_letter text?, description text
-- plan: generic
-- What raters choose from.
SELECT k.id, k.name, k.key_letter, k.description
  FROM classification k
 WHERE NOT k.hidden
 ORDER BY k.position, k.id
 LIMIT 100

-- name: candidate_metadata
-- columns: id bigint, metadata text?, extra jsonb?
-- The text that the pipeline attached.
SELECT c.id, c.metadata, c.extra
  FROM candidate c
 WHERE c.id = :id::bigint
   AND c.project_id = ANY (:_projects::bigint[])

-- name: candidate_media
-- columns: png_hash text, gif_hash text, thumb_hash text?
-- plan: generic
-- The names of a candidate's files, for a reader who may see it.
SELECT c.png_hash, c.gif_hash, c.thumb_hash
  FROM candidate c
 WHERE c.id = :id::bigint
   AND c.project_id = ANY (:_projects::bigint[])

-- name: candidate_notes_set
-- columns: notes_version integer
-- write
-- Writes the notes if nobody wrote a newer text since the reader saw version :notes_version.
UPDATE candidate c
   SET notes = nullif(:notes::text, ''),
       notes_version = c.notes_version + 1,
       notes_by = :_user::bigint,
       notes_at = now()
 WHERE c.id = :id::bigint
   AND c.project_id = ANY (:_projects::bigint[])
   AND c.notes_version = :notes_version::integer
RETURNING c.notes_version

-- name: filter_choices
-- columns: id bigint, name text, chosen boolean
-- Filters of at least one candidate that the reader may see.
SELECT f.id, f.name, f.id = coalesce(:filter::bigint, 0) AS chosen
  FROM filter f
 WHERE EXISTS (SELECT FROM candidate c
                WHERE c.filter_id = f.id AND c.project_id = ANY (:_projects::bigint[]))
 ORDER BY f.name
 LIMIT 500

-- name: project_choices
-- columns: id bigint, name text, description text, chosen boolean
-- plan: generic
-- The projects that the reader may see.
SELECT p.id, p.name, p.description, p.id = coalesce(:project::bigint, 0) AS chosen
  FROM project p
 WHERE p.id = ANY (:_projects::bigint[])
 ORDER BY p.name
 LIMIT 500

-- name: candidate_project
-- columns: project_id bigint
-- plan: generic
-- The project of a candidate that the reader may see.
SELECT c.project_id
  FROM candidate c
 WHERE c.id = :id::bigint
   AND c.project_id = ANY (:_projects::bigint[])

-- name: project_by_id
-- columns: id bigint, name text
-- A project that the reader may see.
SELECT p.id, p.name
  FROM project p
 WHERE p.id = :project::bigint
   AND p.id = ANY (:_projects::bigint[])

-- name: candidate_notes
-- columns: id bigint, notes text?, notes_version integer, notes_by text?, notes_at timestamptz?
-- plan: generic
-- The shared notes of a candidate, and who wrote them last.
SELECT c.id, c.notes, c.notes_version, a.name AS notes_by, c.notes_at
  FROM candidate c
  LEFT JOIN account a ON a.id = c.notes_by
 WHERE c.id = :id::bigint
   AND c.project_id = ANY (:_projects::bigint[])
