-- time.sql: GPS seconds as UTC, for downloads. The leap seconds are those of the IERS (Bulletin C);
-- t/sql/time.t compares with ERFA's. A new one is one more number here: the first GPS second behind
-- it, which is midnight.

-- The midnights behind the leap seconds, in GPS seconds.
CREATE OR REPLACE FUNCTION gps_midnights() RETURNS double precision[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT '{46828801, 78364802, 109900803, 173059204, 252028805, 315187206, 346723207, 393984008,
             425520009, 457056010, 504489611, 551750412, 599184013, 820108814, 914803215, 1025136016,
             1119744017, 1167264018}'::double precision[]
$$;

-- How many leap seconds had come since 1980-01-06, where GPS time begins.
CREATE OR REPLACE FUNCTION gps_leaps(p_gps double precision) RETURNS integer
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT width_bucket(p_gps, gps_midnights())
$$;

-- UTC of a GPS time. PostgreSQL knows no second 60: a leap second is the first one of the next day.
CREATE OR REPLACE FUNCTION gps_utc(p_gps double precision) RETURNS timestamptz
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT to_timestamp(315964800 + p_gps - gps_leaps(p_gps))
$$;

-- Modified Julian Date in UTC. The 86401 seconds of a day with a leap second are spread over it, as
-- ERFA and astropy do.
CREATE OR REPLACE FUNCTION gps_mjd(p_gps double precision) RETURNS double precision
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT CASE WHEN l.since >= l.long_day
                THEN 44244 + l.long_day / 86400 + (l.since - l.long_day) / 86401
                ELSE 44244 + l.since / 86400
           END
      FROM (SELECT p_gps - gps_leaps(p_gps) AS since,
                   (gps_midnights())[gps_leaps(p_gps) + 1] - 86401 - gps_leaps(p_gps) AS long_day) l
$$;
