-- 0004-pulsar-catalogue.sql: which catalogue of pulsars is loaded, and matches that outlive it.
-- needs code: 1

-- Each load of the ATNF catalogue, the last one being what the table pulsar holds.
CREATE TABLE pulsar_catalogue (
    id               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    version          text,                            -- '1.64'; NULL: its text did not say
    dated            date,                            -- of the catalogue, where that is known
    source           text NOT NULL,                   -- file or address
    loaded_at        timestamptz NOT NULL DEFAULT now(),
    loaded_by        text NOT NULL,
    records          integer NOT NULL,
    ecliptic         integer NOT NULL,                -- positions worked out from ELONG and ELAT
    without_position integer NOT NULL,
    added            integer NOT NULL,
    changed          integer NOT NULL,
    withdrawn        integer NOT NULL
);

-- Whether raj and decj were worked out from an ecliptic position.
ALTER TABLE pulsar ADD COLUMN ecliptic boolean NOT NULL DEFAULT false;

CREATE INDEX pulsar_raj ON pulsar (raj, id);
CREATE INDEX pulsar_decj ON pulsar (decj, id);
CREATE INDEX pulsar_p0 ON pulsar (p0, id);
CREATE INDEX pulsar_dm ON pulsar (dm, id);
CREATE INDEX pulsar_s400 ON pulsar (s400, id);

-- A pulsar that the catalogue withdraws goes, and the match stays with its name; the trigger
-- association_name (functions/pulsar.sql) writes it.
ALTER TABLE association ADD COLUMN pulsar_name text COLLATE "C";
UPDATE association a SET pulsar_name = u.name FROM pulsar u WHERE u.id = a.pulsar_id;
ALTER TABLE association ALTER COLUMN pulsar_name SET NOT NULL;
ALTER TABLE association ALTER COLUMN pulsar_id DROP NOT NULL;
ALTER TABLE association DROP CONSTRAINT association_pulsar_id_fkey;
ALTER TABLE association ADD CONSTRAINT association_pulsar_id_fkey
    FOREIGN KEY (pulsar_id) REFERENCES pulsar ON DELETE SET NULL;
CREATE INDEX association_withdrawn ON association (pulsar_name) WHERE pulsar_id IS NULL;
