# queue.t: 'next candidate' reads a handful of rows, however much of the queue is done: in each order,
# with each filter, for one who rated the brightest half, with all frequencies left out but one.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use JSON::PP 'decode_json';
use Test::More;
use TransientsTest qw(run_program srcdir);
use TransientsTest::Sample;

my $site    = TransientsTest->start(httpd => 0);
my $program = ($ENV{TR_BUILDDIR} // srcdir()) . '/t/sql/run-statement';
my $project = add_project($site, 'P');
my $user    = $site->sql(q{SELECT id FROM account WHERE name = 'rater'});

# 20,000 candidates of 400 observations at six frequencies, without their triggers.
$site->sql(qq{
    SET session_replication_role = replica;
    INSERT INTO filter (name) VALUES ('f');
    INSERT INTO observation (observation_id, starttime, stoptime, cent_freq)
    SELECT 1400000000 + g * 300, 1400000000 + g * 300, 1400000100 + g * 300,
           (ARRAY[87.68, 118.4, 154.24, 184.96, 200.32, 215.68])[1 + g % 6] FROM generate_series(1, 400) g;
    INSERT INTO candidate (obs_id, project_id, filter_id, can_peak_flux, png_hash, gif_hash, obs_starttime, obs_cent_freq, identity)
    SELECT o.observation_id, $project, (SELECT id FROM filter), CASE WHEN n % 20 > 0 THEN exp(random() * 5 - 3) END, 'x', 'y',
           o.starttime, o.cent_freq, o.observation_id || '-' || n FROM observation o, generate_series(1, 50) n;
    INSERT INTO candidate_summary (candidate_id, project_id, obs_id, shuffle, obs_starttime, obs_cent_freq, can_peak_flux)
    SELECT id, project_id, obs_id, shuffle, obs_starttime, obs_cent_freq, can_peak_flux FROM candidate;
    CREATE TEMP TABLE done AS SELECT candidate_id FROM candidate_summary ORDER BY can_peak_flux DESC NULLS LAST LIMIT 10000;
    INSERT INTO rating_event (request_key, account_id, candidate_id, rating, classification_id, at)
    SELECT 'request-' || candidate_id, $user, candidate_id, 3, 1, now() - interval '1 day' FROM done;
    INSERT INTO rating (candidate_id, account_id, event_id, rating, classification_id, at)
    SELECT candidate_id, account_id, id, rating, classification_id, at FROM rating_event;
    UPDATE candidate_summary SET rating_count = 1, rating_sum = 3, last_rated_at = now() - interval '1 day'
     WHERE candidate_id IN (SELECT candidate_id FROM done)});
$site->sql('VACUUM ANALYZE');

# Rows that PostgreSQL read so far, in tables and by indexes; counted when a connection ends.
sub read_so_far () {
    return $site->sql(q{SELECT sum(seq_tup_read + coalesce(idx_tup_fetch, 0)) +
        (SELECT sum(idx_tup_read) FROM pg_stat_user_indexes) FROM pg_stat_user_tables});
}

sub run_next ($name, %argument) {
    my $before = read_so_far();
    my ($status, $out, $errors) = run_program([$program, srcdir() . '/schema', $site->dsn, $user, "{$project}", $name,
        map {"$_=$argument{$_}"} sort keys %argument]);
    is $status, 0, "$name runs" or diag $errors;
    my $read = 0;
    for (1 .. 100) { last if ($read = read_so_far() - $before) > 0; select undef, undef, undef, 0.05 }
    return (($out =~ /^\{/ ? decode_json($out) : undef), $read);
}

my $all_but_one = '{88,118,154,185,200}';
for my $filter (qw(unrated week mine)) {
    for my $order (qw(shuffle.asc obs_starttime.desc obs_starttime.asc can_peak_flux.desc can_peak_flux.asc)) {
        for my $left_out ('{}', $all_but_one) {
            my %argument = (project => $project, queue_filter => $filter, left_out => $left_out, $order =~ /^shuffle/ ? (start => 0.5) : ());
            my ($row) = run_next("next_$filter.$order", %argument);
            ok $row, "$filter, $order, without $left_out: one is found";
            my ($sort, $dir) = split /\./, $order;
            $site->sql(sprintf q{INSERT INTO queue_mark (account_id, project_id, queue_filter, sort, dir, key, newest, since, left_out)
                SELECT %d, %d, '%s', '%s', '%s', %.17g, max(candidate_id), now(), '%s' FROM candidate_summary ON CONFLICT
                (account_id, project_id, queue_filter, sort, dir) DO UPDATE SET key = EXCLUDED.key, left_out = EXCLUDED.left_out},
                $user, $project, $filter, $sort, uc $dir, $row->{key}, $left_out) if $sort ne 'shuffle';
            my ($again, $read) = run_next("next_$filter.$order", %argument);
            is $again->{id}, $row->{id}, 'the mark leads to the same';
            cmp_ok $read, '<', 2500, "and few rows are read ($read)";
        }
    }
}

subtest 'a rating taken back drops the marks of its project, one that goes with its candidate none' => sub {
    my $other = add_project($site, 'Q');
    $site->sql("INSERT INTO queue_mark SELECT account_id, $other, queue_filter, sort, dir, key, newest, since, left_out
                  FROM queue_mark WHERE project_id = $project AND sort = 'obs_starttime'");
    my $marks = join ' ', map { scalar $site->sql("SELECT count(*) FROM queue_mark WHERE project_id = $_") } $project, $other;
    is $marks, '12 6', 'there are marks';
    $site->sql(q{SELECT candidates_remove(NULL, ARRAY(SELECT candidate_id FROM rating ORDER BY candidate_id LIMIT 5), 'test', NULL)});
    is $site->sql('SELECT count(*) FROM rating'), 9995, 'five rated candidates are removed';
    is $site->sql('SELECT count(*) FROM queue_mark'), 18, 'all marks stay';
    $site->sql('DELETE FROM rating WHERE candidate_id = (SELECT max(candidate_id) FROM rating)');
    is $site->sql('SELECT count(*) FROM queue_mark'), 6, 'a rating is taken back: those of its project go, those of another stay';
};

done_testing;
