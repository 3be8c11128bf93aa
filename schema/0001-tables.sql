-- 0001-tables.sql: the tables of the data dictionary and of the work with it.
-- needs code: 1
--
-- Angles are degrees (ICRS), times of the sky GPS seconds, times of people timestamptz.
-- Keyed text compares by bytes (COLLATE "C"), so that an index never depends on a locale.

CREATE EXTENSION IF NOT EXISTS q3c;

-- Who may log in or hold a token. Never deleted once referred to: disabled.
CREATE TABLE account (
    id                  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name                text COLLATE "C" NOT NULL,
    password_hash       text,                       -- NULL: no login by password
    role                text NOT NULL DEFAULT 'rater'
                        CHECK (role IN ('rater', 'staff', 'service')),
    active              boolean NOT NULL DEFAULT true,
    created_at          timestamptz NOT NULL DEFAULT now(),
    last_login_at       timestamptz,
    password_changed_at timestamptz,
    CONSTRAINT account_name_form CHECK (name ~ '^[A-Za-z0-9_.@+-]{1,64}$')
);
CREATE UNIQUE INDEX account_name_key ON account (lower(name));

CREATE TABLE project (
    id                      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name                    text COLLATE "C" NOT NULL UNIQUE
                            CHECK (char_length(name) BETWEEN 1 AND 64),
    description             text NOT NULL DEFAULT '' CHECK (char_length(description) <= 256),
    -- members: every account; listed: those in project_member; public: without login too
    access                  text NOT NULL DEFAULT 'members'
                            CHECK (access IN ('members', 'listed', 'public')),
    classification_required boolean NOT NULL DEFAULT true,
    blind                   boolean NOT NULL DEFAULT true,
    rating_words            text[] NOT NULL
                            DEFAULT '{surely not,unlikely,can''t tell,likely,surely}'
                            CHECK (cardinality(rating_words) = 5),
    created_at              timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE project_member (
    project_id bigint NOT NULL REFERENCES project ON DELETE CASCADE,
    account_id bigint NOT NULL REFERENCES account ON DELETE CASCADE,
    added_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (project_id, account_id)
);
CREATE INDEX project_member_account ON project_member (account_id);

CREATE TABLE filter (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name        text COLLATE "C" NOT NULL UNIQUE CHECK (char_length(name) BETWEEN 1 AND 64),
    description text NOT NULL DEFAULT '',
    created_at  timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE classification (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name        text COLLATE "C" NOT NULL UNIQUE CHECK (char_length(name) BETWEEN 1 AND 64),
    description text NOT NULL DEFAULT '',
    key_letter  text CHECK (key_letter ~ '^[A-Z]$'),
    position    integer NOT NULL DEFAULT 100,
    hidden      boolean NOT NULL DEFAULT false
);
CREATE UNIQUE INDEX classification_key_letter ON classification (key_letter) WHERE NOT hidden;

INSERT INTO classification (position, key_letter, name, description) VALUES
    (10, 'T', 'Transient',     'Appears and fades as a point source and nothing below explains it.'),
    (20, 'P', 'Pulsar',        'Single pulses or scintillation of a known or likely pulsar.'),
    (30, 'S', 'Scintillation', 'A steady source that twinkles through the interplanetary medium or ionosphere.'),
    (40, 'R', 'RFI',           'Interference made by people: stripes, flashes over the whole field.'),
    (50, 'O', 'Satellite',     'A point or streak that moves across the frames.'),
    (60, 'A', 'Airplane',      'A moving, often double reflection.'),
    (70, 'L', 'Sidelobe',      'Rings or arcs from a bright source outside the cut-out.'),
    (80, 'N', 'Noise',         'Nothing but noise at the position.'),
    (90, 'Q', 'Unsure',        'None of the others can be said with confidence.');

-- Keys to the API. The token itself is shown once; here is its sha256.
CREATE TABLE token (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id   bigint NOT NULL REFERENCES account,
    name         text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 64),
    hash         text COLLATE "C" NOT NULL UNIQUE CHECK (hash ~ '^[0-9a-f]{64}$'),
    hint         text NOT NULL DEFAULT '',            -- its first characters, to tell tokens apart
    scopes       text[] NOT NULL CHECK (scopes <@ '{upload,read,metrics}' AND cardinality(scopes) > 0),
    created_at   timestamptz NOT NULL DEFAULT now(),
    expires_at   timestamptz,
    last_used_at timestamptz,
    revoked_at   timestamptz
);
CREATE INDEX token_account ON token (account_id, id);

-- Login sessions: the cookie's sha256 is the key, so that a copy of the database opens none.
CREATE TABLE session (
    id_hash    text COLLATE "C" PRIMARY KEY CHECK (id_hash ~ '^[0-9a-f]{64}$'),
    account_id bigint NOT NULL REFERENCES account,
    data       text NOT NULL DEFAULT '',              -- mod_session's entries, without any password
    created_at timestamptz NOT NULL DEFAULT now(),
    seen_at    timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,                  -- absolute end
    address    text NOT NULL DEFAULT '',
    agent      text NOT NULL DEFAULT ''
);
CREATE INDEX session_account ON session (account_id);
CREATE INDEX session_seen ON session (seen_at);

-- Failed logins, by 'user:NAME' and 'address:IP'; shared by all processes.
CREATE TABLE login_throttle (
    key      text COLLATE "C" PRIMARY KEY CHECK (octet_length(key) <= 300),
    failures integer NOT NULL DEFAULT 0,
    last_at  timestamptz NOT NULL DEFAULT now(),
    until    timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX login_throttle_last ON login_throttle (last_at);

CREATE TABLE observation (
    observation_id     bigint PRIMARY KEY CHECK (observation_id > 0),
    obsname            text,
    starttime          bigint NOT NULL,
    stoptime           bigint NOT NULL,
    ra_tile_dec        double precision,
    dec_tile_dec       double precision,
    ra_tile_hms        text,
    dec_tile_dms       text,
    projectid          text,
    azimuth            double precision,
    elevation          double precision,
    frequency_channels text,
    cent_freq          double precision,
    freq_res           double precision,
    int_time           double precision,
    uploaded_at        timestamptz NOT NULL DEFAULT now(),
    uploaded_by        bigint REFERENCES account,
    CONSTRAINT observation_finite CHECK (
        NOT coalesce(cent_freq, 0) IN ('NaN', 'Infinity', '-Infinity')
        AND NOT coalesce(ra_tile_dec, 0) IN ('NaN', 'Infinity', '-Infinity')
        AND NOT coalesce(dec_tile_dec, 0) IN ('NaN', 'Infinity', '-Infinity'))
);
CREATE INDEX observation_starttime ON observation (starttime, observation_id);

-- One call of an upload client.
CREATE TABLE upload_run (
    id               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id       bigint NOT NULL REFERENCES account,
    client           text,
    pipeline_version text,
    host             text,
    table_name       text,
    table_sha256     text,
    started_at       timestamptz NOT NULL DEFAULT now()
);
-- The same table sent again by the same account is the same run.
CREATE UNIQUE INDEX upload_run_table ON upload_run (account_id, table_sha256, table_name)
    WHERE table_sha256 IS NOT NULL;

-- 'This observation was searched in this project with this filter', with or without candidates.
CREATE TABLE search_record (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    observation_id bigint NOT NULL REFERENCES observation,
    project_id     bigint NOT NULL REFERENCES project,
    filter_id      bigint NOT NULL REFERENCES filter,
    upload_run_id  bigint NOT NULL REFERENCES upload_run,
    row_count      integer NOT NULL DEFAULT 0 CHECK (row_count >= 0),
    noise          double precision,                  -- Jy/beam, rms, where the pipeline gives it
    searched_at    timestamptz NOT NULL DEFAULT now(),
    UNIQUE (observation_id, project_id, filter_id)
);
CREATE INDEX search_record_project ON search_record (project_id, observation_id);

CREATE TABLE candidate (
    id                bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    obs_id            bigint NOT NULL REFERENCES observation,
    project_id        bigint NOT NULL REFERENCES project,
    filter_id         bigint NOT NULL REFERENCES filter,
    cand_id           bigint,
    x_pix             double precision,
    y_pix             double precision,
    ra_deg            double precision CHECK (ra_deg >= 0 AND ra_deg < 360),
    dec_deg           double precision CHECK (dec_deg >= -90 AND dec_deg <= 90),
    ra_hms            text,
    dec_dms           text,
    cent_sep_deg      double precision,
    rad_pix           double precision,
    rad_deg           double precision,
    area_pix          double precision,
    can_peak_flux     double precision,
    can_fluence       double precision,
    can_beam          double precision,
    can_det_stat      double precision,
    can_mod_ind       double precision,
    nks_name          text,
    nks_x_pix         double precision,
    nks_y_pix         double precision,
    nks_ra_deg        double precision,
    nks_dec_deg       double precision,
    nks_ra_hms        text,
    nks_dec_dms       text,
    nks_flux          double precision,
    nks_res           double precision,
    nks_res_dif       double precision,
    nks_det_stat      double precision,
    nks_sep_pix       double precision,
    nks_sep_deg       double precision,
    can_nks_flux_rat  double precision,
    can_nks_is_close  boolean,
    peak_time         double precision,
    peak_time_err     double precision,
    extra             jsonb,
    metadata          text CHECK (octet_length(metadata) <= 65536),
    notes             text,
    notes_version     integer NOT NULL DEFAULT 0,
    notes_by          bigint REFERENCES account,
    notes_at          timestamptz,
    -- Media: content hashes (sha256 hex) name the files; see docs/developer.md.
    png_hash          text COLLATE "C" NOT NULL,
    gif_hash          text COLLATE "C" NOT NULL,
    thumb_hash        text COLLATE "C",
    png_width         integer,
    png_height        integer,
    gif_width         integer,
    gif_height        integer,
    gif_frames        integer,
    gif_delay_ms      integer,
    gif_curve         jsonb,                          -- brightness of the centre, a frame each
    -- Copies from the observation, kept by triggers, so that sorts need one index.
    obs_starttime     bigint NOT NULL,
    obs_cent_freq     double precision,
    identity          text COLLATE "C" NOT NULL UNIQUE,
    shuffle           double precision NOT NULL DEFAULT random(), -- order of 'random'
    uploaded_at       timestamptz NOT NULL DEFAULT now(),
    uploaded_by       bigint REFERENCES account,
    upload_run        bigint REFERENCES upload_run,
    CONSTRAINT candidate_position_whole CHECK ((ra_deg IS NULL) = (dec_deg IS NULL))
);
CREATE INDEX candidate_q3c ON candidate (q3c_ang2ipix(ra_deg, dec_deg));
CREATE INDEX candidate_obs ON candidate (obs_id, project_id, id);
CREATE INDEX candidate_upload_run ON candidate (upload_run) WHERE upload_run IS NOT NULL;

-- What is counted of each candidate's ratings. Narrow, changed by the database alone.
CREATE TABLE candidate_summary (
    candidate_id  bigint PRIMARY KEY REFERENCES candidate ON DELETE CASCADE,
    project_id    bigint NOT NULL,
    rating_count  integer NOT NULL DEFAULT 0 CHECK (rating_count >= 0),
    rating_sum    integer NOT NULL DEFAULT 0,
    last_rated_at timestamptz,
    -- Keys of 'next candidate', copied here so that the queue of unrated ones is one index each.
    shuffle       double precision NOT NULL,
    obs_starttime bigint NOT NULL,
    obs_cent_freq double precision,
    can_peak_flux double precision
) WITH (fillfactor = 80);

CREATE TABLE candidate_class_count (
    candidate_id      bigint NOT NULL REFERENCES candidate ON DELETE CASCADE,
    classification_id bigint NOT NULL REFERENCES classification,
    count             integer NOT NULL CHECK (count >= 0),
    PRIMARY KEY (candidate_id, classification_id)
);
CREATE INDEX candidate_class_count_class ON candidate_class_count (classification_id, candidate_id)
    WHERE count > 0;

-- Every verdict ever given, never changed. rating NULL: taken back (undo).
CREATE TABLE rating_event (
    id                bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    request_key       text COLLATE "C" NOT NULL CHECK (octet_length(request_key) BETWEEN 8 AND 128),
    account_id        bigint NOT NULL REFERENCES account,
    candidate_id      bigint NOT NULL REFERENCES candidate ON DELETE CASCADE,
    rating            smallint CHECK (rating BETWEEN 1 AND 5),
    classification_id bigint REFERENCES classification,
    at                timestamptz NOT NULL DEFAULT now(),
    how               text NOT NULL DEFAULT 'page'
                      CHECK (how IN ('page', 'key', 'neighbours', 'observation', 'sheet', 'undo',
                                     'api', 'old_site')),
    batch             text,                           -- events of one action share it
    shown_at          timestamptz,                    -- when the candidate was put before the rater
    queue_mode        text,                           -- order and filter of the queue, if from there
    verdicts_visible  boolean NOT NULL DEFAULT false, -- could others' verdicts be seen
    token_id          bigint REFERENCES token,
    UNIQUE (account_id, request_key, candidate_id)
);
CREATE INDEX rating_event_candidate ON rating_event (candidate_id, id);
CREATE INDEX rating_event_account ON rating_event (account_id, id);

-- The verdict that stands, for each candidate and person.
CREATE TABLE rating (
    candidate_id      bigint NOT NULL REFERENCES candidate ON DELETE CASCADE,
    account_id        bigint NOT NULL REFERENCES account,
    event_id          bigint NOT NULL UNIQUE REFERENCES rating_event ON DELETE CASCADE,
    rating            smallint NOT NULL CHECK (rating BETWEEN 1 AND 5),
    classification_id bigint REFERENCES classification,
    at                timestamptz NOT NULL,
    PRIMARY KEY (candidate_id, account_id)
);
CREATE INDEX rating_account ON rating (account_id, at, candidate_id);

CREATE TABLE pulsar (
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name     text COLLATE "C" NOT NULL UNIQUE,
    bname    text,
    raj      double precision,
    decj     double precision,
    dm       double precision,
    p0       double precision,
    s150     double precision,
    s400     double precision,
    posepoch double precision,
    pmra     double precision,
    pmdec    double precision
);
CREATE INDEX pulsar_q3c ON pulsar (q3c_ang2ipix(raj, decj));

CREATE TABLE association (
    candidate_id bigint PRIMARY KEY REFERENCES candidate ON DELETE CASCADE,
    pulsar_id    bigint NOT NULL REFERENCES pulsar,
    account_id   bigint NOT NULL REFERENCES account,
    at           timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX association_pulsar ON association (pulsar_id);

-- How each account works: the queue that /next serves and how pages look.
CREATE TABLE account_setting (
    account_id   bigint PRIMARY KEY REFERENCES account ON DELETE CASCADE,
    project_id   bigint REFERENCES project ON DELETE SET NULL,
    queue_order  text NOT NULL DEFAULT 'random'
                 CHECK (queue_order IN ('random', 'newest', 'oldest', 'brightest', 'faintest')),
    queue_filter text NOT NULL DEFAULT 'unrated'
                 CHECK (queue_filter IN ('unrated', 'week', 'mine')),
    left_out     double precision[] NOT NULL DEFAULT '{}', -- MHz, whole, grouped within 1 MHz
    theme        text NOT NULL DEFAULT 'system' CHECK (theme IN ('system', 'dark', 'light')),
    paper        text NOT NULL DEFAULT 'dim' CHECK (paper IN ('dim', 'plain', 'inverted')),
    changed_at   timestamptz NOT NULL DEFAULT now()
);

-- Skipped candidates stand at the end of one's own queue, in the order skipped.
CREATE TABLE skip (
    account_id   bigint NOT NULL REFERENCES account ON DELETE CASCADE,
    candidate_id bigint NOT NULL REFERENCES candidate ON DELETE CASCADE,
    at           timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_id, candidate_id)
);

-- Who changed what. Written by triggers; the site's role may add and read, nothing else.
CREATE TABLE audit_log (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at         timestamptz NOT NULL DEFAULT now(),
    account_id bigint,
    token_id   bigint,
    request_id text,
    address    text,
    action     text NOT NULL,                         -- insert, update, delete, login, refused, ...
    subject    text NOT NULL,                         -- table or thing
    subject_id text,
    before     jsonb,
    after      jsonb
);
CREATE INDEX audit_log_subject ON audit_log (subject, subject_id, id);
CREATE INDEX audit_log_account ON audit_log (account_id, id);
