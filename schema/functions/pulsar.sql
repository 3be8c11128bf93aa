-- pulsar.sql: what keeps matches and the catalogue of pulsars together.

-- A match knows its pulsar's name, so that the name is there when the pulsar is withdrawn.
CREATE OR REPLACE FUNCTION association_name() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.pulsar_id IS NOT NULL THEN
        SELECT u.name INTO NEW.pulsar_name FROM pulsar u WHERE u.id = NEW.pulsar_id;
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER association_name BEFORE INSERT OR UPDATE OF pulsar_id ON association
    FOR EACH ROW EXECUTE FUNCTION association_name();

-- One audit line a load; the pulsars' own changes are in the catalogue's history.
CREATE OR REPLACE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON pulsar_catalogue
    FOR EACH ROW EXECUTE FUNCTION audit_change('id');

-- A name as it is looked for: small letters, hyphens for whatever dashes, and no PSR before it.
CREATE OR REPLACE FUNCTION pulsar_sought(p_text text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    SELECT regexp_replace(translate(lower(p_text), '−–', '--'), '^psr\s*', '')
$$;
