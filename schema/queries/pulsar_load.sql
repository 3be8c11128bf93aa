-- pulsar_load.sql: what transients-admin does with the catalogue of pulsars.
--
-- Run by the owner's role, in one transaction a load: no :_projects here.

-- name: pulsar_load_begin
-- columns: pulsars bigint, locked text
-- write
-- One load at a time (the number is of no other lock); and how many pulsars there are.
SELECT (SELECT count(*) FROM pulsar u) AS pulsars,
       pg_advisory_xact_lock(7717264)::text AS locked

-- name: pulsar_load_withdraw
-- columns: name text, associations bigint
-- write
-- What the catalogue no longer has goes; matches stay, with its name.
WITH gone AS (
        DELETE FROM pulsar u
         WHERE NOT EXISTS (
                SELECT
                  FROM jsonb_to_recordset(:pulsars::jsonb) AS s(name text)
                 WHERE s.name = u.name)
        RETURNING u.id, u.name)
SELECT g.name,
       (SELECT count(*) FROM association a WHERE a.pulsar_id = g.id) AS associations
  FROM gone g
 ORDER BY g.name
 LIMIT 1000000

-- name: pulsar_load_store
-- columns: added bigint, changed bigint
-- write
-- Those that are not there are added, those that differ changed.
WITH sent AS (
        SELECT s.name, s.bname, s.raj, s.decj, s.dm, s.p0, s.s150, s.s400, s.posepoch, s.pmra,
               s.pmdec, s.ecliptic
          FROM jsonb_to_recordset(:pulsars::jsonb)
            AS s(name text, bname text, raj float8, decj float8, dm float8, p0 float8,
                 s150 float8, s400 float8, posepoch float8, pmra float8, pmdec float8,
                 ecliptic boolean)),
     changed AS (
        UPDATE pulsar u
           SET bname = s.bname, raj = s.raj, decj = s.decj, dm = s.dm, p0 = s.p0,
               s150 = s.s150, s400 = s.s400, posepoch = s.posepoch, pmra = s.pmra,
               pmdec = s.pmdec, ecliptic = s.ecliptic
          FROM sent s
         WHERE u.name = s.name
           AND (u.bname, u.raj, u.decj, u.dm, u.p0, u.s150, u.s400, u.posepoch, u.pmra, u.pmdec,
                u.ecliptic)
               IS DISTINCT FROM
               (s.bname, s.raj, s.decj, s.dm, s.p0, s.s150, s.s400, s.posepoch, s.pmra, s.pmdec,
                s.ecliptic)
        RETURNING u.id),
     added AS (
        INSERT INTO pulsar (name, bname, raj, decj, dm, p0, s150, s400, posepoch, pmra, pmdec,
                            ecliptic)
        SELECT s.name, s.bname, s.raj, s.decj, s.dm, s.p0, s.s150, s.s400, s.posepoch, s.pmra,
               s.pmdec, s.ecliptic
          FROM sent s
         WHERE NOT EXISTS (SELECT FROM pulsar u WHERE u.name = s.name)
        RETURNING id)
SELECT (SELECT count(*) FROM added) AS added,
       (SELECT count(*) FROM changed) AS changed

-- name: pulsar_load_rematch
-- columns: candidate_id bigint
-- write
-- A pulsar that came back has its matches again.
UPDATE association AS a
   SET pulsar_id = u.id
  FROM pulsar u
 WHERE a.pulsar_id IS NULL
   AND u.name = a.pulsar_name
RETURNING a.candidate_id

-- name: pulsar_load_add
-- columns: id bigint
-- write
INSERT INTO pulsar_catalogue (version, dated, source, loaded_by, records, ecliptic,
                              without_position, added, changed, withdrawn)
VALUES (:version::text, :dated::date, :source::text, :loaded_by::text, :records::integer,
        :ecliptic::integer, :without_position::integer, :added::integer, :changed::integer,
        :withdrawn::integer)
RETURNING id

-- name: pulsar_load_list
-- columns: loaded_at timestamptz, version text?, dated text?, records integer, added integer
-- columns: changed integer, withdrawn integer, without_position integer, ecliptic integer
-- columns: loaded_by text, source text
-- The last loads, the newest first.
SELECT k.loaded_at, k.version, k.dated::text AS dated, k.records, k.added, k.changed, k.withdrawn,
       k.without_position, k.ecliptic, k.loaded_by, k.source
  FROM pulsar_catalogue k
 ORDER BY k.id DESC
 LIMIT 20

-- name: pulsar_load_find
-- columns: name text, bname text?, raj float8?, decj float8?, p0 float8?, dm float8?
-- columns: s150 float8?, s400 float8?, posepoch float8?, associations bigint
-- Pulsars whose names hold the text, all without one.
SELECT u.name, u.bname, u.raj, u.decj, u.p0, u.dm, u.s150, u.s400, u.posepoch,
       (SELECT count(*) FROM association a WHERE a.pulsar_id = u.id) AS associations
  FROM pulsar u
 WHERE :find::text IS NULL
    OR strpos(lower(u.name), lower(:find::text)) > 0
    OR strpos(lower(u.bname), lower(:find::text)) > 0
 ORDER BY u.name, u.id
 LIMIT 100000
