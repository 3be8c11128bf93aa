-- 0005-simbad-cache.sql: what SIMBAD answered, so that it is asked once for each place.
-- needs code: 1
--
-- Positions are rounded and radii go up in steps, so that detections at one place share an answer
-- and the table stays small; pages pick out what lies within the radius that was wanted.

-- What SIMBAD answered about the neighbourhood of a place. It may be emptied at any time.
CREATE TABLE simbad_cache (
    ra_place   integer NOT NULL CHECK (ra_place >= 0 AND ra_place < 3600000),        -- 1e-4 deg
    dec_place  integer NOT NULL CHECK (dec_place BETWEEN -900000 AND 900000),        -- 1e-4 deg
    radius_min integer NOT NULL CHECK (radius_min BETWEEN 1 AND 60),                 -- arcmin
    asked_at   timestamptz NOT NULL DEFAULT now(),
    expired    boolean NOT NULL DEFAULT false,      -- somebody wants it asked again
    is_cut     boolean NOT NULL DEFAULT false,      -- the nearest ones alone: there are more
    objects    jsonb NOT NULL CHECK (jsonb_typeof(objects) = 'array'
                                     AND jsonb_array_length(objects) <= 500
                                     AND octet_length(objects::text) <= 400000),
    PRIMARY KEY (ra_place, dec_place, radius_min)
);
CREATE INDEX simbad_cache_asked ON simbad_cache (asked_at);
