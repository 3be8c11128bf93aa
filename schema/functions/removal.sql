-- removal.sql: the only way in which candidates, observations and projects go.
--
-- Whoever calls must be staff (staff_only). What goes stays in the audit log: each row as JSON, and
-- one line 'remove' for the whole. Everything happens in bulk: children first, so that nothing is
-- left to cascade, and triggers count by the statement. A stamp, taken when it was shown what would
-- go, must still be right under the locks: nobody takes away what has not been seen.

-- Counts of what would go with these candidates, and the stamp of it. Runs as the caller.
CREATE OR REPLACE FUNCTION removal_preview(p_ids bigint[])
RETURNS TABLE (candidates bigint, ratings bigint, raters bigint, associations bigint,
               notes bigint, pictures bigint, projects bigint, observations bigint, stamp text,
               comments bigint)
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
BEGIN
    RETURN QUERY
    WITH gone AS (
            SELECT count(*) AS candidates, coalesce(max(c.id), 0) AS last,
                   coalesce(sum(c.notes_version), 0) AS versions,
                   count(*) FILTER (WHERE coalesce(c.notes, '') <> '') AS notes,
                   count(DISTINCT c.png_hash) + count(DISTINCT c.gif_hash) AS pictures,
                   count(DISTINCT c.project_id) AS projects,
                   count(DISTINCT c.obs_id) AS observations
              FROM candidate c
             WHERE c.id = ANY (p_ids)),
         said AS (
            SELECT count(*) AS events, coalesce(max(e.id), 0) AS last
              FROM rating_event e
             WHERE e.candidate_id = ANY (p_ids)),
         stands AS (
            SELECT count(*) AS ratings, count(DISTINCT r.account_id) AS raters
              FROM rating r
             WHERE r.candidate_id = ANY (p_ids)),
         matched AS (
            SELECT count(*) AS associations, coalesce(max(extract(epoch FROM a.at)), 0) AS last
              FROM association a
             WHERE a.candidate_id = ANY (p_ids)),
         talk AS (
            SELECT count(*) AS comments, coalesce(max(k.id), 0) AS last,
                   coalesce(sum(k.version), 0) AS versions
              FROM comment k
             WHERE k.candidate_id = ANY (p_ids))
    SELECT g.candidates, t.ratings, t.raters, m.associations, g.notes, g.pictures, g.projects,
           g.observations,
           concat_ws('.', g.candidates, g.last, g.versions, s.events, s.last, m.associations,
                     m.last, k.comments, k.last, k.versions),
           k.comments
      FROM gone g, said s, stands t, matched m, talk k;
END $$;

-- Takes candidates away: rows, what was said about them, and the names of their pictures into
-- removed_media if nobody else has them. Gives the counts as JSON. For the functions below alone.
CREATE OR REPLACE FUNCTION candidates_take(p_ids bigint[], p_stamp text) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_actor   bigint := audit_setting('actor')::bigint;
    v_token   bigint := audit_setting('token')::bigint;
    v_request text := audit_setting('request');
    v_address text := audit_setting('address');
    v_seen    record;
    v_png     text[];
    v_gif     text[];
    v_thumb   text[];
BEGIN
    -- in the order of rate(): the summary first, by id
    PERFORM 1 FROM candidate_summary s
      WHERE s.candidate_id = ANY (p_ids) ORDER BY s.candidate_id FOR UPDATE;
    PERFORM 1 FROM candidate c WHERE c.id = ANY (p_ids) ORDER BY c.id FOR UPDATE;
    SELECT * INTO v_seen FROM removal_preview(p_ids);
    IF p_stamp <> v_seen.stamp THEN
        RAISE EXCEPTION 'What would go has changed since it was shown. Nothing was removed.'
            USING ERRCODE = 'TR409';
    END IF;

    SELECT array_agg(DISTINCT c.png_hash), array_agg(DISTINCT c.gif_hash),
           array_agg(DISTINCT c.thumb_hash)
      INTO v_png, v_gif, v_thumb
      FROM candidate c
     WHERE c.id = ANY (p_ids);

    -- summaries before ratings, and these before their events: triggers and cascades find no row
    DELETE FROM candidate_class_count WHERE candidate_id = ANY (p_ids);
    DELETE FROM candidate_summary WHERE candidate_id = ANY (p_ids);
    DELETE FROM rating WHERE candidate_id = ANY (p_ids);
    WITH gone AS (
            DELETE FROM rating_event e WHERE e.candidate_id = ANY (p_ids) RETURNING e.*)
    INSERT INTO audit_log (account_id, token_id, request_id, address, action, subject, subject_id,
                           before)
    SELECT v_actor, v_token, v_request, v_address, 'delete', 'rating_event', g.id::text,
           to_jsonb(g)
      FROM gone g
     ORDER BY g.id;
    DELETE FROM association WHERE candidate_id = ANY (p_ids);
    DELETE FROM skip WHERE candidate_id = ANY (p_ids);
    DELETE FROM comment WHERE candidate_id = ANY (p_ids); -- their triggers keep what they said
    DELETE FROM candidate_tag WHERE candidate_id = ANY (p_ids);
    DELETE FROM star WHERE candidate_id = ANY (p_ids);
    DELETE FROM candidate WHERE id = ANY (p_ids);

    INSERT INTO removed_media (name)
    SELECT h.hash || '.png' FROM unnest(v_png) AS h (hash)
     WHERE NOT EXISTS (SELECT FROM candidate c WHERE c.png_hash = h.hash)
    UNION ALL
    SELECT h.hash || '.gif' FROM unnest(v_gif) AS h (hash)
     WHERE NOT EXISTS (SELECT FROM candidate c WHERE c.gif_hash = h.hash)
    UNION ALL
    SELECT h.hash || '.webp' FROM unnest(v_thumb) AS h (hash)
     WHERE h.hash IS NOT NULL -- it may have none
       AND NOT EXISTS (SELECT FROM candidate c WHERE c.thumb_hash = h.hash)
    ON CONFLICT (name) DO NOTHING;
    RETURN to_jsonb(v_seen) - '{stamp}'::text[];
END $$;

-- Search records that go, kept in the audit log; how many.
CREATE OR REPLACE FUNCTION searches_take(p_observation bigint, p_project bigint, p_run bigint)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_count bigint;
BEGIN
    WITH gone AS (
            DELETE FROM search_record s
             WHERE s.observation_id = p_observation OR s.project_id = p_project
                OR s.upload_run_id = p_run
            RETURNING s.*)
    INSERT INTO audit_log (account_id, token_id, request_id, address, action, subject, subject_id,
                           before)
    SELECT audit_setting('actor')::bigint, audit_setting('token')::bigint,
           audit_setting('request'), audit_setting('address'), 'delete', 'search_record',
           g.id::text, to_jsonb(g)
      FROM gone g
     ORDER BY g.id;
    GET DIAGNOSTICS v_count = ROW_COUNT;
    RETURN v_count;
END $$;

-- Each of these gives the id of its line in the audit log, whose `after` has the counts. A stamp
-- of NULL asks for nothing to have been shown (transients-admin).

CREATE OR REPLACE FUNCTION candidates_remove(p_actor bigint, p_ids bigint[], p_words text,
                                             p_stamp text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_counts jsonb;
BEGIN
    PERFORM staff_only(p_actor);
    v_counts := candidates_take(coalesce(p_ids, '{}'), p_stamp);
    RETURN audit_note('remove', 'candidates', v_counts ->> 'candidates',
                      jsonb_build_object('name', p_words), v_counts);
END $$;

CREATE OR REPLACE FUNCTION observation_remove(p_actor bigint, p_observation bigint, p_stamp text)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_ids bigint[];
    v_counts jsonb;
BEGIN
    PERFORM staff_only(p_actor);
    -- uploads into it wait: candidate_fill() holds it FOR KEY SHARE
    PERFORM 1 FROM observation o WHERE o.observation_id = p_observation FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'There is no such observation.' USING ERRCODE = 'TR404';
    END IF;
    v_ids := ARRAY(SELECT c.id FROM candidate c WHERE c.obs_id = p_observation ORDER BY c.id);
    v_counts := candidates_take(v_ids, p_stamp);
    v_counts := v_counts || jsonb_build_object('searches',
                                               searches_take(p_observation, NULL, NULL));
    DELETE FROM observation WHERE observation_id = p_observation;
    RETURN audit_note('remove', 'observation', p_observation::text,
                      jsonb_build_object('name', p_observation::text), v_counts);
END $$;

CREATE OR REPLACE FUNCTION project_remove(p_actor bigint, p_project bigint, p_stamp text)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_name text;
    v_ids bigint[];
    v_members bigint;
    v_counts jsonb;
BEGIN
    PERFORM staff_only(p_actor);
    SELECT p.name INTO v_name FROM project p WHERE p.id = p_project FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'There is no such project.' USING ERRCODE = 'TR404';
    END IF;
    v_ids := ARRAY(SELECT c.id FROM candidate c WHERE c.project_id = p_project ORDER BY c.id);
    v_counts := candidates_take(v_ids, p_stamp);
    DELETE FROM project_member WHERE project_id = p_project;
    GET DIAGNOSTICS v_members = ROW_COUNT;
    v_counts := v_counts || jsonb_build_object('members', v_members, 'searches',
                                               searches_take(NULL, p_project, NULL));
    DELETE FROM project WHERE id = p_project;
    RETURN audit_note('remove', 'project', p_project::text, jsonb_build_object('name', v_name),
                      v_counts);
END $$;

-- All candidates of a project, which stays.
CREATE OR REPLACE FUNCTION project_clear(p_actor bigint, p_project bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_name text;
    v_counts jsonb;
BEGIN
    PERFORM staff_only(p_actor);
    SELECT p.name INTO v_name FROM project p WHERE p.id = p_project FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'There is no such project.' USING ERRCODE = 'TR404';
    END IF;
    v_counts := candidates_take(
        ARRAY(SELECT c.id FROM candidate c WHERE c.project_id = p_project ORDER BY c.id), NULL);
    v_counts := v_counts || jsonb_build_object('searches',
                                               searches_take(NULL, p_project, NULL));
    RETURN audit_note('clear', 'project', p_project::text, jsonb_build_object('name', v_name),
                      v_counts);
END $$;

-- Observations stay: others may have searched them. The run itself stays as well, marked.
CREATE OR REPLACE FUNCTION upload_run_remove(p_actor bigint, p_run bigint, p_stamp text)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_ids bigint[];
    v_counts jsonb;
BEGIN
    PERFORM staff_only(p_actor);
    PERFORM 1 FROM upload_run u
      WHERE u.id = p_run AND u.taken_back_at IS NULL FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'There is no such upload run, or it was taken back already.'
            USING ERRCODE = 'TR404';
    END IF;
    -- marked first: what is being uploaded into it now is refused
    UPDATE upload_run SET taken_back_at = now(), taken_back_by = p_actor WHERE id = p_run;
    v_ids := ARRAY(SELECT c.id FROM candidate c WHERE c.upload_run = p_run ORDER BY c.id);
    v_counts := candidates_take(v_ids, p_stamp);
    v_counts := v_counts || jsonb_build_object('searches', searches_take(NULL, NULL, p_run));
    RETURN audit_note('remove', 'upload_run', p_run::text,
                      jsonb_build_object('name', p_run::text), v_counts);
END $$;

-- Some of the pictures to be removed, and whether a candidate has them again.
CREATE OR REPLACE FUNCTION removed_media_some() RETURNS TABLE (name text, used boolean)
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT m.name,
           CASE split_part(m.name, '.', 2)
           WHEN 'png' THEN EXISTS (SELECT FROM candidate c
                                    WHERE c.png_hash = split_part(m.name, '.', 1))
           WHEN 'gif' THEN EXISTS (SELECT FROM candidate c
                                    WHERE c.gif_hash = split_part(m.name, '.', 1))
           ELSE EXISTS (SELECT FROM candidate c
                         WHERE c.thumb_hash = split_part(m.name, '.', 1)) END
      FROM (SELECT r.name FROM removed_media r ORDER BY r.name LIMIT 200) m
     ORDER BY m.name
$$;

-- Names of files that are gone, or that somebody has come to need: no longer to be removed.
CREATE OR REPLACE FUNCTION removed_media_done(p_names text[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DELETE FROM removed_media WHERE name = ANY (p_names)
$$;
