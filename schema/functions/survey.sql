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
