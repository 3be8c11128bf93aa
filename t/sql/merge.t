# merge.t: classifications and filters are merged without losing what was said.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use TransientsTest;
use TransientsTest::Sample;

my $site    = TransientsTest->start(httpd => 0);
my $project = add_project($site);
my @ids     = add_candidates($site, $project, {}, {}, {}, {});
my ($rater, $admin) = map { scalar $site->sql("SELECT id FROM account WHERE name = '$_'") } qw(rater admin);
my $key = 0;

sub class ($name) { return scalar $site->sql("SELECT id FROM classification WHERE name = '$name'") }

sub rate ($id, $who, $class, $rating = 4) {
    return $site->sql(sprintf q{SELECT event_id FROM rate(%d, %d, %d, %d, 'request-%d', 'page', NULL,
        NULL, NULL, false, NULL)}, $id, $who, $rating, $class, ++$key);
}

# As the site does it for a person; what the database said, when it refused.
sub as ($who, $sql) {
    my $answer = eval {
        $site->cluster->sql($site->database,
            "BEGIN; SET LOCAL transients.actor = '$who'; $sql; COMMIT", dsn => $site->site_dsn);
    };
    return $answer // $@;
}

my ($rfi, $satellite, $airplane) = map { class($_) } qw(RFI Satellite Airplane);
rate($ids[0], $rater, $satellite);
rate($ids[0], $admin, $rfi);
rate($ids[1], $rater, $satellite, 2);
rate($ids[1], $rater, $airplane, 2);

subtest 'classifications' => sub {
    like as($rater, "SELECT classification_merge($rater, $satellite, $rfi)"), qr/This is for staff/,
        'a rater cannot merge';
    like as($rater, "SELECT classification_merge($admin, $satellite, $rfi)"), qr/This is for staff/,
        'nor in the name of staff';
    like as($admin, "SELECT classification_merge($admin, $rfi, $rfi)"), qr/merged into itself/,
        'not into itself';
    like as($admin, "SELECT classification_merge($admin, $rfi, 987)"), qr/no such classification/,
        'not into nothing';
    is as($admin, "SELECT classification_merge($admin, $satellite, $rfi)"), 1, 'staff can';
    is $site->sql("SELECT classification_id FROM rating WHERE candidate_id = $ids[0] AND account_id = $rater"),
        $rfi, 'the standing verdict counts as the other';
    is $site->sql("SELECT count FROM candidate_class_count WHERE candidate_id = $ids[0] AND classification_id = $rfi"),
        2, 'and is counted there';
    is $site->sql("SELECT classification_id FROM rating_event WHERE id = 1"), $satellite,
        'the event keeps what was said';
    is $site->sql("SELECT hidden AND merged_into = $rfi FROM classification WHERE id = $satellite"), 't',
        'the merged one stays, hidden';
    my $event = rate($ids[2], $rater, $satellite);
    is $site->sql("SELECT classification_id FROM rating_event WHERE id = $event"), $rfi,
        'a verdict that waited in a browser counts as the other';
    is as($admin, "SELECT classification_merge($admin, $rfi, $airplane)"), 3, 'merged again';
    is $site->sql("SELECT string_agg(merged_into::text, ' ') FROM classification WHERE id IN ($rfi, $satellite)"),
        "$airplane $airplane", 'the way is one step long';
    like as($admin, "SELECT classification_merge($admin, $airplane, $satellite)"), qr/no such classification/,
        'never in a circle';
    is $site->sql("SELECT count(*) FROM audit_log WHERE action = 'merge' AND account_id = $admin"), 2,
        'the audit log says who';
    my ($status, $out) = $site->try_admin('check');
    is $out, "no faults found\n", 'events, verdicts and counts fit together';
};

subtest 'filters' => sub {
    my $vmf = $site->sql(q{SELECT id FROM filter WHERE name = 'vmf'});
    my $new = $site->sql(q{INSERT INTO filter (name) VALUES ('better') RETURNING id});
    $site->sql(qq{INSERT INTO upload_run (account_id) VALUES ($rater);
        INSERT INTO search_record (observation_id, project_id, filter_id, upload_run_id, row_count)
        VALUES (@{[OBS]}, $project, $vmf, 1, 3), (@{[OBS]}, $project, $new, 1, 2)});
    is as($admin, "SELECT filter_merge($admin, $vmf, $new)"), 4, 'candidates move';
    is $site->sql('SELECT filter_id, row_count FROM search_record'), "$new|5", 'searches are one';
    is $site->sql("SELECT count(*) FROM audit_log WHERE subject = 'candidate' AND before ->> 'filter_id' = '$vmf'"),
        4, 'and each is in the audit log';
    my ($id) = add_candidates($site, $project, {});
    is $site->sql("SELECT filter_id FROM candidate WHERE id = $id"), $new,
        'what comes in under the old name goes to the other';
    like as($admin, "SELECT filter_merge($admin, $new, $vmf)"), qr/no such filter/, 'never in a circle';
    my ($status, $out) = $site->try_admin('check');
    is $out, "no faults found\n", 'counts fit';
};

done_testing;
