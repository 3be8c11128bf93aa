# rank.t: measured values are shown beside those of the same project and filter, as percentiles of kept
# quantiles that whoever reads them makes anew when they are old.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use Time::HiRes 'time';
use TransientsTest;
use TransientsTest::Sample;

my $site = TransientsTest->start;
my $p    = add_project($site, 'P');
my $q    = add_project($site, 'Q');
my @many = add_candidates($site, $p, map { { can_det_stat => $_, can_peak_flux => 5 } } 1 .. 101);
my @few  = add_candidates($site, $q, map { { can_det_stat => $_ } } 1 .. 19);
my ($bare) = add_candidates($site, $p, {});
$site->login('rater');

# The percentile in words beside a measured value, and whether it stands out.
sub rank ($id, $name = 'Detection statistic') {
    my ($bar) = $site->get("/candidates/$id")->{content} =~ m{<dt[^>]*>$name</dt><dd[^>]*>(.*?)</dd>}s;
    my ($words) = $bar =~ /aria-label="(.*?)"/ or return 'none';
    return $words . ($bar =~ /rank unusual/ ? ', unusual' : '');
}

subtest 'a value has its percentile' => sub {
    is rank($many[50]), '50th percentile',          'the middle';
    is rank($many[0]),  '0th percentile, unusual',  'the least';
    is rank($many[2]),  '2nd percentile, unusual',  'a small one';
    is rank($many[11]), '11th percentile',          'an ordinary one';
    is rank($many[100]), '100th percentile, unusual', 'the greatest';
    is rank($many[7], 'Peak flux'), '50th percentile', 'where all are alike, each is in the middle';
    is rank($many[7], 'Fluence'), 'none', 'what has no value has no percentile';
    is rank($bare), 'none', 'nor has a candidate without values';
    is $site->get("/candidates/$many[0]")->{content} =~ /among ([\d,]+) of vmf/ ? $1 : 'none', '101', 'it says among how many';
};

subtest 'projects are not mixed, and a handful says nothing' => sub {
    is rank($few[3]), 'none', 'nineteen are too few';
    unlike $site->get("/candidates/$few[3]")->{content}, qr/among/, 'and nothing is compared';
    add_candidates($site, $q, map { { can_det_stat => 100 + $_ } } 1 .. 30);
    $site->sql("UPDATE value_quantiles SET at = now() - interval '1 hour'");
    like rank($few[18]), qr/^3[678]th percentile$/, 'with more of them, it is among those of its own project';
};

subtest 'quantiles are kept, and made anew when they are old' => sub {
    my $made = sub { return $site->sql("SELECT max(at) FROM value_quantiles WHERE project_id = $p") };
    rank($many[1]);
    my $at = $made->();
    rank($many[1]);
    is $made->(), $at, 'reading makes none';
    $site->sql("UPDATE value_quantiles SET at = at - interval '21 minutes'");
    rank($many[1]);
    isnt $made->(), $site->sql("SELECT '$at'::timestamptz - interval '21 minutes'"), 'but those of 20 minutes ago';
    my $role = $site->site_dsn =~ /user=(\w+)/ ? $1 : die $site->site_dsn;
    $site->sql("DELETE FROM value_quantiles; REVOKE INSERT ON value_quantiles FROM $role");
    is $site->get("/candidates/$many[1]")->{status}, 200, 'where none can be made, the page is there all the same';
    is rank($many[1]), 'none', 'without a percentile';
    $site->sql("GRANT INSERT ON value_quantiles TO $role");
};

subtest 'with many candidates it costs little' => sub {
    $site->sql(qq{INSERT INTO candidate (project_id, filter_id, png_hash, gif_hash, identity, obs_id, obs_starttime, can_det_stat,
        can_peak_flux, can_fluence) SELECT $p, (SELECT id FROM filter WHERE name = 'vmf'), repeat('a', 64), repeat('b', 64), 'many ' || g,
        ${\ OBS}, 0, random(), random(), random() FROM generate_series(1, 5000) g; ANALYZE candidate});
    $site->sql("UPDATE value_quantiles SET at = now() - interval '1 hour'");
    my $begun = time;
    my $page = $site->get("/candidates/$many[1]");
    diag(sprintf 'made anew among 5,000: %.0f ms', 1000 * (time - $begun));
    is $page->{status}, 200, 'the page that makes them is there';
    # One of them has no value, and may be in the sample.
    like $page->{content} =~ /among ([\d,]+) of vmf/ ? $1 : 'none', qr/^(?:2,000|1,999)$/, 'from a sample';
    $begun = time;
    $site->get("/candidates/$many[1]");
    diag(sprintf 'read: %.0f ms', 1000 * (time - $begun));
};

done_testing;
