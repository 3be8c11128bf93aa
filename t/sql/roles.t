# roles.t: the site's role owns nothing and can change neither structure nor history.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use TransientsTest;
use TransientsTest::Sample;

my $site    = TransientsTest->start(httpd => 0);
my $project = add_project($site, 'P');
my $id      = add_candidates($site, $project, {});
my $rater   = $site->sql(q{SELECT id FROM account WHERE name = 'rater'});
$site->sql("SELECT rate($id, $rater, 4, 1, 'request-1', 'page', NULL, NULL, NULL, false, NULL)");

# As the site itself: the answer, or what the database said.
sub as_site ($sql) {
    my $answer = eval { $site->cluster->sql($site->database, $sql, dsn => $site->site_dsn) };
    return $@ || $answer;
}

sub is_denied ($sql, $name) {
    like as_site("BEGIN; $sql; ROLLBACK;"), qr/permission denied|must be owner|must be superuser/, $name;
}

sub is_allowed ($sql, $name) {
    unlike as_site("BEGIN; $sql; ROLLBACK;"), qr/ERROR|psql:/, $name;
}

is as_site('SELECT current_user'), 'transients_site', 'the site connects as a role of its own';
is as_site(q{SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls
    FROM pg_roles WHERE rolname = current_user}), 'f', 'which has no attribute of power';
is as_site(q{SELECT count(*) FROM pg_class WHERE relowner = (SELECT oid FROM pg_roles
    WHERE rolname = current_user)}), 0, 'and owns no table, index or sequence';
is as_site(q{SELECT count(*) FROM pg_proc WHERE proowner = (SELECT oid FROM pg_roles
    WHERE rolname = current_user)}), 0, 'and no function';

subtest 'it cannot change structure' => sub {
    is_denied('CREATE TABLE mine (id integer)',            'make a table');
    is_denied('ALTER TABLE candidate ADD COLUMN x integer', 'add a column');
    is_denied('DROP TABLE rating',                         'drop a table');
    is_denied('TRUNCATE rating',                           'empty a table');
    is_denied('CREATE INDEX ON candidate (notes)',         'make an index');
    is_denied('ALTER TABLE candidate DISABLE TRIGGER ALL', 'switch triggers off');
    is_denied('CREATE FUNCTION public.f() RETURNS integer LANGUAGE sql AS $$SELECT 1$$', 'make a function');
    is_denied('CREATE OR REPLACE FUNCTION audit_row(p_row jsonb) RETURNS jsonb LANGUAGE sql AS $$SELECT p_row$$',
        'replace one');
    as_site('GRANT ALL ON audit_log TO transients_site');
    is_denied('CREATE SCHEMA mine', 'make a schema');
};

subtest 'it cannot change history' => sub {
    is_denied('UPDATE rating_event SET rating = 1',          'change a verdict given');
    is_denied('DELETE FROM rating_event',                    'delete one');
    is_denied('UPDATE audit_log SET account_id = 1',         'change the audit log');
    is_denied('DELETE FROM audit_log',                       'delete from it');
    is_denied("UPDATE session SET account_id = $rater", 'hand a session to another account');
    is_denied("UPDATE session SET expires_at = now() + interval '1 year'", 'make one last longer');
    is_denied(q{INSERT INTO filter (name, merged_into) VALUES ('x', 1)}, 'merge a filter by hand');
    is_denied('DELETE FROM candidate',                       'delete candidates');
    is_denied('DELETE FROM observation',                     'delete observations');
    is_denied('DELETE FROM account',                         'delete accounts');
    is_denied('DELETE FROM token',                           'delete tokens');
    is_denied('DELETE FROM project',                         'delete projects');
    is_denied('DELETE FROM classification',                  'delete classifications');
    is_denied('UPDATE candidate_summary SET rating_count = 9', 'change what is counted');
    is_denied('INSERT INTO candidate_summary (candidate_id) VALUES (1)', 'add to it');
    is_denied('DELETE FROM candidate_summary',               'delete from it');
    is_denied('UPDATE candidate_class_count SET count = 9',  'change what is counted by class');
    is_denied("INSERT INTO rating_event (request_key, account_id, candidate_id, rating) VALUES ('forged-1', $rater, $id, 5)",
        'forge a verdict');
    is_denied('UPDATE rating SET rating = 5',                'change a current rating');
    is_denied('DELETE FROM rating',                          'delete one');
    is_denied("INSERT INTO audit_log (action, subject) VALUES ('login', 'x')", 'forge an audit line');
    is_denied("SELECT summary_add($id, 5, 1, 1)",            'count by hand');
    is_denied("SELECT survey_add(@{[OBS]}, $project, 1, 1)", 'count survey status by hand');
    is_denied(q{UPDATE account SET role = 'staff'},          'make staff');
    is_denied(q{INSERT INTO account (name, role) VALUES ('x', 'staff')}, 'add staff');
    like as_site("SELECT account_token_make($rater, $rater, 'x', repeat('a', 64), '', 1)"), qr/This is for staff/,
        'make tokens for others as a rater';
    like as_site("SELECT account_make($rater, 'x', 'staff', NULL)"), qr/This is for staff/, 'add staff as a rater';
    is_denied(q{UPDATE account SET active = true},           'enable an account');
    is_denied('UPDATE candidate SET project_id = 1',         'move candidates');
    is_denied(q{UPDATE token SET scopes = '{upload}'},       'widen a token');
    is_denied('UPDATE token SET revoked_at = NULL',          'bring one back');
    is_denied(qq{INSERT INTO token (account_id, name, hash, scopes) VALUES ($rater, 'x', repeat('a', 64), '{read}')},
        'write one');
    is_denied(q{UPDATE project SET access = 'public'},       'open a project');
    is_denied('INSERT INTO pulsar (name) VALUES (\'x\')',    'change the catalogue');
};

subtest q{the site's role cannot delete rows by itself} => sub {
    is_denied("DELETE FROM $_", "from $_") for qw(candidate candidate_class_count candidate_summary
        classification filter observation observation_summary project project_member pulsar rating
        rating_event removed_media search_record upload_run account token audit_log);
    is_denied('UPDATE upload_run SET taken_back_at = NULL', 'or bring a run back');
    is_denied('UPDATE classification SET merged_into = 2', 'or merge');
    is_denied("SELECT $_", $_) for "candidates_take('{$id}', NULL)", 'searches_take(NULL, 1, NULL)',
        q{audit_note('remove', 'project', '1', NULL, NULL)}, q{audit_write('update', 'project', '1', NULL, NULL)}, "class_add($id, 1, 1)";
    like as_site("SELECT $_"), qr/This is for staff/, "staff alone: $_"
        for "project_remove($rater, $project, NULL)", "project_remove(NULL, $project, NULL)",
        "classification_merge($rater, 1, 2)", 'filter_merge(NULL, 1, 2)';
};

# A trigger's function runs with its owner's rights, whatever table the trigger is on.
subtest 'it cannot have triggers write for it, on a temporary table of its own' => sub {
    is $site->sql(q{SELECT string_agg(proname, ', ' ORDER BY proname) FROM pg_proc
        WHERE pronamespace = 'public'::regnamespace AND prorettype = 'trigger'::regtype
          AND has_function_privilege('transients_site', oid, 'execute')}), '', "it may use no trigger's function";
    my %forged = (
        'a line of the audit log' => ['project (id bigint, access text)', q{audit_change('id')}],
        'a count' => ['rating (candidate_id bigint, rating integer, classification_id bigint, at timestamptz)',
            'rating_summarise()'],
    );
    for my $what (sort keys %forged) {
        my ($table, $function) = $forged{$what}->@*;
        my ($name) = split / /, $table;
        is_denied("CREATE TEMP TABLE $table; CREATE TRIGGER forged AFTER INSERT ON pg_temp.$name"
                . " FOR EACH ROW EXECUTE FUNCTION $function", "forge $what");
    }
};

subtest 'it reaches nothing beyond its database' => sub {
    is_denied(q{COPY candidate TO PROGRAM 'cat'}, 'run a program');
    is_denied(q{COPY candidate TO '/tmp/x'},      'write a file');
    is_denied(q{SELECT pg_read_file('/etc/passwd')}, 'read a file');
    is_denied('SELECT rolpassword FROM pg_authid', 'read passwords');
};

subtest 'it can do its work' => sub {
    is_allowed("SELECT rate($id, $rater, 5, 2, 'request-2', 'page', NULL, NULL, NULL, false, NULL)", 'rate');
    is_allowed("SELECT rate($id, $rater, NULL, NULL, 'request-3', 'page', NULL, NULL, NULL, false, NULL)",
        'take a verdict back');
    is_allowed(q{INSERT INTO filter (name) VALUES ('new')}, 'add a filter');
    is_allowed(q{INSERT INTO observation (observation_id, starttime, stoptime) VALUES (1, 1, 2)},
        'add an observation');
    is_allowed(qq{INSERT INTO candidate (obs_id, project_id, filter_id, png_hash, gif_hash, identity,
        obs_starttime) VALUES (@{[OBS]}, $project, 1, 'a', 'b', 'c', 0)}, 'add a candidate');
    is_allowed("UPDATE candidate SET notes = 'seen' WHERE id = $id", 'write notes');
    is_allowed("INSERT INTO skip VALUES ($rater, $id); DELETE FROM skip", 'skip');
    is_allowed(q{INSERT INTO session (id_hash, account_id, expires_at) SELECT repeat('a', 64), id, now()
        FROM account WHERE name = 'rater'; DELETE FROM session}, 'begin and end a session');
    is_allowed(q{UPDATE account SET password_hash = 'x', password_changed_at = now() WHERE name = 'rater'},
        'change a password');
    is_allowed(qq{SELECT token_make($rater, 'x', repeat('a', 64), 'mwt_', '{read}', 1); SELECT token_revoke($rater, 1)},
        'make a token and revoke it');
    is_allowed("SELECT $_", $_) for "audit_login($rater)", "audit_logout($rater, NULL)",
        q{audit_refused('access', 'GET /x', 'x')};
};

done_testing;
