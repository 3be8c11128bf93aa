-- 0014-quantiles.sql: what is usual of a measured value.
-- needs code: 1

-- How a measured value is distributed over the candidates of one project and filter: 101 quantiles, from
-- the least to the greatest, of a random sample. Made anew where it is read and older than minutes.
CREATE TABLE value_quantiles (
    project_id bigint NOT NULL REFERENCES project ON DELETE CASCADE,
    filter_id  bigint NOT NULL REFERENCES filter ON DELETE CASCADE,
    name       text COLLATE "C" NOT NULL,                 -- of the column
    count      integer NOT NULL CHECK (count >= 0),       -- values in the sample
    quantiles  double precision[],                        -- NULL: none has a value
    at         timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (project_id, filter_id, name)
);
CREATE INDEX value_quantiles_filter ON value_quantiles (filter_id);

-- The sample: the first of them in the order of their random numbers.
CREATE INDEX candidate_sample ON candidate (project_id, filter_id, shuffle);
