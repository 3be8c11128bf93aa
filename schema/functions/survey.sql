-- survey.sql: triggers that keep the counts of observations right.

-- Adds to the counts of one observation in one project. The row is there but for its first
-- candidate, which may come twice at once.
CREATE OR REPLACE FUNCTION survey_add(p_observation bigint, p_project bigint, p_uploaded integer,
                                      p_rated integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE observation_summary s
       SET uploaded = s.uploaded + p_uploaded, rated = s.rated + p_rated
     WHERE s.observation_id = p_observation AND s.project_id = p_project;
    IF NOT FOUND AND p_uploaded > 0 THEN
        INSERT INTO observation_summary AS s (observation_id, project_id, uploaded, rated)
        VALUES (p_observation, p_project, p_uploaded, p_rated)
        ON CONFLICT (observation_id, project_id) DO UPDATE
           SET uploaded = s.uploaded + p_uploaded, rated = s.rated + p_rated;
    END IF;
END $$;

-- A summary row stands for its candidate: it comes with it, and knows whether the candidate is
-- rated.
CREATE OR REPLACE FUNCTION survey_follow() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_was integer := CASE WHEN TG_OP <> 'INSERT' THEN (OLD.rating_count > 0)::integer END;
    v_is  integer := (NEW.rating_count > 0)::integer;
BEGIN
    IF TG_OP = 'UPDATE' AND (OLD.obs_id, OLD.project_id) = (NEW.obs_id, NEW.project_id) THEN
        IF v_was <> v_is THEN
            PERFORM survey_add(NEW.obs_id, NEW.project_id, 0, v_is - v_was);
        END IF;
        RETURN NULL;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        PERFORM survey_add(OLD.obs_id, OLD.project_id, -1, -v_was);
    END IF;
    PERFORM survey_add(NEW.obs_id, NEW.project_id, 1, v_is);
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER survey_follow
    AFTER INSERT OR UPDATE OF rating_count, project_id, obs_id ON candidate_summary
    FOR EACH ROW EXECUTE FUNCTION survey_follow();

-- Those that go, go together: each observation is counted down once, in order of its key.
CREATE OR REPLACE FUNCTION survey_leave() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM survey_add(g.obs_id, g.project_id, -g.uploaded, -g.rated)
       FROM (SELECT s.obs_id, s.project_id, count(*)::integer AS uploaded,
                    count(*) FILTER (WHERE s.rating_count > 0)::integer AS rated
               FROM gone s
              GROUP BY s.obs_id, s.project_id
              ORDER BY s.obs_id, s.project_id) g;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER survey_leave AFTER DELETE ON candidate_summary
    REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION survey_leave();

-- Counts a project's days from one on (NULL: all): its candidates that are there, by the day on
-- which they came and by that of the first verdict on those that are rated.
CREATE OR REPLACE FUNCTION project_days_count(p_project bigint, p_from date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_from timestamptz := coalesce(p_from::timestamp AT TIME ZONE 'UTC', '-infinity');
BEGIN
    DELETE FROM project_day d
     WHERE d.project_id = p_project AND (p_from IS NULL OR d.day >= p_from);
    INSERT INTO project_day (project_id, day, uploaded, rated)
    SELECT p_project, n.day, sum(n.uploaded), sum(n.rated)
      FROM (SELECT (c.uploaded_at AT TIME ZONE 'UTC')::date AS day, count(*) AS uploaded, 0 AS rated
              FROM candidate c
             WHERE c.project_id = p_project AND c.uploaded_at >= v_from
             GROUP BY 1
            UNION ALL
            SELECT (f.first_at AT TIME ZONE 'UTC')::date, 0, count(*)
              FROM (SELECT min(e.at) AS first_at
                      FROM candidate_summary s
                      JOIN rating_event e ON e.candidate_id = s.candidate_id
                     WHERE s.project_id = p_project
                       AND s.last_rated_at >= v_from
                       AND s.rating_count > 0
                       AND e.rating IS NOT NULL
                     GROUP BY s.candidate_id) f
             WHERE f.first_at >= v_from
             GROUP BY 1) n
     GROUP BY n.day;
END $$;

-- Brings the days of these projects up to date, each at most every ten minutes (but where there was
-- nothing yet) and by one at a time: from the last day counted on, or all where the sum is not what the survey has, since
-- something went or was taken back. Readers see what was counted before meanwhile.
CREATE OR REPLACE FUNCTION progress_count(p_projects bigint[]) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_project bigint;
    v_is_right boolean;
BEGIN
    FOR v_project IN
        SELECT p.id FROM project p
          LEFT JOIN project_day_count d ON d.project_id = p.id
         WHERE p.id = ANY (p_projects)
           AND (coalesce(d.at < now() - interval '10 minutes', true)
                OR NOT EXISTS (SELECT FROM project_day n WHERE n.project_id = p.id))
         ORDER BY p.id
    LOOP
        CONTINUE WHEN NOT pg_try_advisory_xact_lock(20547, hashint8(v_project));
        PERFORM project_days_count(v_project, (SELECT max(d.day) FROM project_day d
                                                WHERE d.project_id = v_project));
        SELECT (SELECT (coalesce(sum(d.uploaded), 0), coalesce(sum(d.rated), 0))
                  FROM project_day d WHERE d.project_id = v_project)
             = (SELECT (coalesce(sum(o.uploaded), 0), coalesce(sum(o.rated), 0))
                  FROM observation_summary o WHERE o.project_id = v_project) INTO v_is_right;
        IF NOT v_is_right THEN
            PERFORM project_days_count(v_project, NULL);
        END IF;
        INSERT INTO project_day_count (project_id, at) VALUES (v_project, now())
        ON CONFLICT (project_id) DO UPDATE SET at = EXCLUDED.at;
    END LOOP;
    RETURN true;
END $$;
