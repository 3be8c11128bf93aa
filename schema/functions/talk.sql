-- talk.sql: triggers of comments and tags.

-- An edited comment keeps the text that it had.
CREATE OR REPLACE FUNCTION comment_keep() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.text <> OLD.text THEN
        INSERT INTO comment_version (comment_id, version, text, at)
        VALUES (OLD.id, OLD.version, OLD.text, coalesce(OLD.edited_at, OLD.at));
        NEW.version := OLD.version + 1;
        NEW.edited_at := clock_timestamp();
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER comment_keep BEFORE UPDATE ON comment
    FOR EACH ROW EXECUTE FUNCTION comment_keep();

CREATE OR REPLACE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON comment
    FOR EACH ROW EXECUTE FUNCTION audit_change('id');
CREATE OR REPLACE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON candidate_tag
    FOR EACH ROW EXECUTE FUNCTION audit_change('candidate_id');
