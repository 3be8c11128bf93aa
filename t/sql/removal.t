# removal.t: what is taken away goes as a whole, in one way only, and stays in the audit log.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use JSON::PP 'decode_json';
use Test::More;
use TransientsTest;
use TransientsTest::Sample;

my $site = TransientsTest->start(httpd => 0);
my ($rater, $admin) = map { scalar $site->sql("SELECT id FROM account WHERE name = '$_'") } qw(rater admin);
my $key = 0;

sub as ($who, $sql) {
    my $answer = eval {
        $site->cluster->sql($site->database,
            "BEGIN; SET LOCAL transients.actor = '$who'; $sql; COMMIT", dsn => $site->site_dsn);
    };
    return $answer // $@;
}

sub rate ($id, $who, $rating = 4) {
    $site->sql(sprintf q{SELECT rate(%d, %d, %d, 1, 'request-%d', 'page', NULL, NULL, NULL, false, NULL)},
        $id, $who, $rating, ++$key);
}

sub checks ($name) {
    my ($status, $out) = $site->try_admin('check');
    is $out, "no faults found\n", $name;
}

sub stamp (@ids) {
    return $site->sql(sprintf q{SELECT stamp FROM removal_preview('{%s}')}, join ',', @ids);
}

# What went, by the line that a removal has left.
sub told ($id) { return decode_json($site->sql("SELECT after FROM audit_log WHERE id = $id")) }

# Rows of candidates and all that hangs on them.
sub left () {
    return $site->sql(q{SELECT (SELECT count(*) FROM candidate), (SELECT count(*) FROM candidate_summary),
        (SELECT count(*) FROM rating_event), (SELECT count(*) FROM rating), (SELECT count(*) FROM association),
        (SELECT count(*) FROM skip), (SELECT count(*) FROM search_record)});
}

my $p = add_project($site, 'P');
my $q = add_project($site, 'Q');
my @p = add_candidates($site, $p, { notes => 'seen', metadata => '{"a":1}' }, {}, {});
my @q = add_candidates($site, $q, {}, {});
rate($p[0], $rater);
rate($p[0], $rater, 5);
rate($p[0], $admin, 1);
rate($q[0], $rater);
$site->sql(qq{INSERT INTO pulsar (name) VALUES ('J0437-4715');
    INSERT INTO association (candidate_id, pulsar_id, account_id) VALUES ($p[0], 1, $rater);
    INSERT INTO skip (account_id, candidate_id) VALUES ($rater, $p[1]);
    INSERT INTO upload_run (account_id, table_sha256, table_name) VALUES ($rater, repeat('a', 64), 't.fits');
    UPDATE candidate SET upload_run = 1 WHERE id IN ($p[2], $q[1]);
    INSERT INTO search_record (observation_id, project_id, filter_id, upload_run_id, row_count)
    VALUES (@{[OBS]}, $p, 1, 1, 3), (@{[OBS]}, $q, 1, 1, 2);
    INSERT INTO project_member (project_id, account_id) VALUES ($p, $rater);
    INSERT INTO account_setting (account_id, project_id) VALUES ($rater, $p)});

subtest 'only staff, and only by the functions' => sub {
    my $before = left();
    for my $call ("candidates_remove(%d, '{$p[0]}', 'x', NULL)", "observation_remove(%d, @{[OBS]}, NULL)",
        "project_remove(%d, $p, NULL)", "project_clear(%d, $p)", 'upload_run_remove(%d, 1, NULL)') {
        like as($rater, 'SELECT ' . sprintf $call, $rater), qr/This is for staff/, "a rater: $call";
        like as($rater, 'SELECT ' . sprintf $call, $admin), qr/This is for staff/, "in the name of staff: $call";
        like as($admin, 'SELECT ' . $call =~ s/%d/NULL/r), qr/This is for staff/, "as nobody: $call";
    }
    like as($admin, "SELECT candidates_take('{$p[0]}', NULL)"), qr/permission denied/, 'nor around them';
    like as($admin, "SELECT searches_take(NULL, $p, NULL)"), qr/permission denied/, 'nor searches';
    like as($admin, 'DELETE FROM removed_media'), qr/permission denied/, 'nor what is to be removed';
    $site->sql(q{INSERT INTO account (name, role) VALUES ('deputy', 'staff');
        UPDATE account SET active = false WHERE name = 'admin'}); # the last one cannot be
    like as($admin, "SELECT project_remove($admin, $p, NULL)"), qr/This is for staff/, 'staff that is disabled';
    $site->sql(q{UPDATE account SET active = true WHERE name = 'admin'});
    is left(), $before, 'nothing went';
};

subtest 'deleting keeps the deleted rows in the audit log' => sub {
    my $stamp = stamp($p[0]);
    rate($p[0], $admin, 2);
    like as($admin, "SELECT candidates_remove($admin, '{$p[0]}', 'x', '$stamp')"),
        qr/What would go has changed/, 'a verdict given meanwhile stops it';
    $stamp = stamp($p[0]);
    my $line = as($admin, "SELECT candidates_remove($admin, '{$p[0]}', 'those', '$stamp')");
    like $line, qr/^\d+$/, 'then it goes' or return;
    is told($line)->{$_->[0]}, $_->[1], "the line says so: $_->[0]"
        for [candidates => 1], [ratings => 2], [raters => 2], [notes => 1], [associations => 1];
    is left(), '4|4|1|1|0|1|2', 'with all that hung on it';
    my @kept = map { decode_json($_) } $site->sql(q{SELECT before FROM audit_log
        WHERE action = 'delete' AND subject = 'rating_event' ORDER BY id});
    is_deeply [map { $_->{rating} } @kept], [4, 5, 1, 2], 'every verdict, the earlier ones too';
    my $row = decode_json($site->sql("SELECT before FROM audit_log WHERE action = 'delete'
        AND subject = 'candidate' AND subject_id = '$p[0]' AND account_id = $admin"));
    is $row->{notes}, 'seen', 'the notes';
    is $row->{metadata}, '{"a":1}', 'the metadata';
    is $site->sql("SELECT before ->> 'pulsar_id' FROM audit_log WHERE action = 'delete' AND subject = 'association'"),
        1, 'the pulsar that it was matched to';
    is $site->sql(q{SELECT count(*) FROM audit_log WHERE action = 'delete' AND subject = 'candidate'}), 1,
        'each once';
    checks('counts are right');
};

subtest 'a run is taken back as a whole' => sub {
    my $line = as($admin, "SELECT upload_run_remove($admin, 1, '@{[stamp($p[2], $q[1])]}')");
    is told($line)->{candidates}, 2, 'its candidates, in all projects';
    is told($line)->{searches}, 2, 'its searches';
    is $site->sql('SELECT taken_back_by, taken_back_at IS NOT NULL FROM upload_run'), "$admin|t", 'the run stays, marked';
    is $site->sql('SELECT count(*) FROM observation'), 1, 'the observation stays';
    like as($admin, "SELECT upload_run_remove($admin, 1, NULL)"), qr/taken back already/, 'once';
    like eval { add_candidates($site, $p, { upload_run => 1 }) } // $@, qr/no such upload run/,
        'nothing more comes into it';
    is $site->sql(q{INSERT INTO upload_run (account_id, table_sha256, table_name)
        SELECT account_id, table_sha256, table_name FROM upload_run RETURNING id}), 2,
        'the same table again is a run of its own';
    checks('counts are right');
};

subtest 'a project' => sub {
    my $line = as($admin, "SELECT project_remove($admin, $p, '@{[stamp($p[1])]}')");
    is_deeply [told($line)->@{qw(candidates members searches)}], [1, 1, 0], 'with candidates and members';
    is $site->sql("SELECT count(*) FROM project WHERE id = $p"), 0, 'is gone';
    is $site->sql('SELECT project_id IS NULL FROM account_setting'), 't', 'and nobody works in it';
    is $site->sql("SELECT before ->> 'name' FROM audit_log WHERE subject = 'project' AND action = 'delete'"),
        'P', 'its row is kept';
    is $site->sql("SELECT count(*) FROM candidate WHERE project_id = $q"), 1, 'others stay';
    checks('counts are right');
};

subtest 'an observation' => sub {
    my $line = as($admin, "SELECT observation_remove($admin, @{[OBS]}, NULL)");
    is told($line)->{candidates}, 1, 'with candidates of all projects';
    is $site->sql('SELECT count(*) FROM observation'), 0, 'is gone';
    is left(), '0|0|0|0|0|0|0', 'nothing is left';
    checks('counts are right');
};

subtest 'pictures' => sub {
    is $site->sql(q{SELECT count(*) FROM removed_media}), 15, 'of all five, three each, are to be removed';
    my ($one, $two) = add_candidates($site, $q, {}, {});
    $site->sql("DELETE FROM removed_media; UPDATE candidate SET gif_hash = 'same' WHERE id IN ($one, $two)");
    as($admin, "SELECT candidates_remove($admin, '{$one}', 'one', NULL)");
    is $site->sql(q{SELECT string_agg(right(name, 4), ' ' ORDER BY right(name, 4)) FROM removed_media}), '.png webp',
        'the picture that another candidate has stays';
    as($admin, "SELECT candidates_remove($admin, '{$two}', 'two', NULL)");
    is $site->sql(q{SELECT count(*) FROM removed_media WHERE name = 'same.gif'}), 1, 'until that one goes';
};

subtest 'a candidate without a thumbnail goes like any other' => sub {
    my ($bare) = add_candidates($site, $q, {});
    $site->sql("UPDATE candidate SET thumb_hash = NULL WHERE id = $bare");
    like as($admin, "SELECT candidates_remove($admin, '{$bare}', 'bare', NULL)"), qr/^\d+$/, 'it goes';
    is $site->sql("SELECT count(*) FROM candidate WHERE id = $bare"), 0, 'and is gone';
};

done_testing;
