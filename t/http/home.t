# The first page: where work waits, how far it is, what one did, what was said, and the sky; each
# with the blind rule, and quick with very many candidates.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use Time::HiRes 'time';
use TransientsTest;
use TransientsTest::Sample;

my $site   = TransientsTest->start;
my $blind  = add_project($site, 'Blind');
my $open   = add_project($site, 'Open', blind => 'false');
my $listed = add_project($site, 'Listed', access => 'listed', blind => 'false');
my ($rater, $admin) = map { $site->sql("SELECT id FROM account WHERE name = '$_'") } qw(rater admin);
$site->login('rater');

sub home () { return $site->get('/')->{content} }

sub rate ($who, $rating, @ids) {
    state $key = 0;
    $site->sql(sprintf q{SELECT rate(%d, %d, %d, 1, 'home-key-%d', 'page', NULL, now(), 'unrated random', false, NULL)},
        $_, $who, $rating, ++$key) for @ids;
}

subtest 'before anything is there' => sub {
    my $page = home();
    like $page, qr{Nothing was uploaded yet}, 'the curve says so';
    like $page, qr{No observation with a position yet}, 'the map says so';
    like $page, qr{Nothing was said yet}, 'and nobody has spoken';
    unlike $page, qr{Last sitting|nan|inf\b|class="mark}, 'nothing is made up';
};

my @b = add_candidates($site, $blind,  map { { ra_deg => 80 + $_, dec_deg => -30 } } 1 .. 4);
my @o = add_candidates($site, $open,   map { { ra_deg => 100 + $_, dec_deg => -40 } } 1 .. 3);
my ($secret) = add_candidates($site, $listed, { ra_deg => 10, dec_deg => -10 });
$site->sql('UPDATE observation SET ra_tile_dec = 80, dec_tile_dec = -26.7');
rate($admin, 5, @b, @o, $secret);

sub marks () { return join ' ', sort { $a <=> $b } home() =~ m{<a class="mark mark-\d" tabindex="-1" href="/candidates/(\d+)"}g }

subtest 'the sky' => sub {
    is marks(), "@o", 'shows candidates by their mean, none of a blind project before one rated it';
    rate($rater, 1, $b[0]);
    is marks(), "$b[0] @o", 'and that one afterwards';
    my $page = home();
    like $page, qr{<title>Candidate $b[0]: mean 3.0 of 2</title>}, 'each says its mean';
    like $page, qr{<a class="pointing"[^>]*href="/candidates\?obs_id=@{[OBS]}"><path d="M[^"]+Z"><title>1 obs}, 'an observation is a circle that leads to it';
    like $page, qr{: 7 candidates, 7 rated</title>}, 'with what the reader sees of it';
    like $page, qr{<caption>Candidates with the highest mean rating</caption>.*href="/candidates/$o[0]"}s, 'all of it stands in a table, too';
    unlike $page, qr{/candidates/$secret\b}, 'nothing out of sight is there';
    $site->post('/settings', form => { project => $blind });
    is marks(), $b[0], 'with a project chosen the map is of it alone';
    like home(), qr{: 4 candidates, 4 rated</title>}, 'and so are its counts';
    $site->post('/settings', form => { project => 0 });
};

subtest 'progress' => sub {
    like home(), qr{<h2 id="progress">.*?7 of 7 rated}s, 'says how far it is';
    $site->sql(qq{UPDATE candidate SET uploaded_at = now() - interval '100 days' WHERE id = $b[0];
        UPDATE rating_event SET at = now() - interval '90 days' WHERE candidate_id = $b[0];
        UPDATE project_day_count SET at = '-infinity'; DELETE FROM project_day});
    my @rows = home() =~ m{<tr><td>([\d-]{10})</td><td class="num">(\d+)</td><td class="num">(\d+)</td></tr>}g;
    is @rows / 3, 53, 'the table behind the curve has 53 days';
    is "@rows[-2, -1]", '7 7', 'it ends with what there is';
    my ($before) = grep { $rows[3 * $_ + 1] == 1 } 0 .. 52;
    ok defined $before, 'and knows the day of each upload';
    is $site->sql("SELECT sum(rated) FROM project_day WHERE project_id = $blind AND day < current_date - 80"), 1,
        'rated is counted by the first verdict';
    rate($rater, 2, $b[1]);
    $site->sql(qq{SELECT rate($b[0], $_, NULL, NULL, 'home-undo-$_', 'undo', NULL, now(), NULL, false, NULL)}) for $admin, $rater;
    like home(), qr{7 of 7 rated}, 'it is counted every ten minutes at most';
    $site->sql(q{UPDATE project_day_count SET at = now() - interval '11 minutes'});
    like home(), qr{6 of 7 rated}, 'then what was taken back is no more counted';
    unlike join('', home() =~ m{ d="([^"]*)"}g), qr{nan|inf}, 'every path is made of numbers';
};

subtest 'my tally and my last sitting' => sub {
    rate($rater, 5, $b[2]);
    my $page = home();
    like $page, qr{figure-number">2</span> <span class="muted">this sitting}, 'how many in this sitting';
    my ($text) = $page =~ m{<pre[^>]*>(.*?)</pre>}s;
    like $text, qr{^\d{4}-\d\d-\d\d \d\d:\d\d.*UTC\nBlind, unrated random\n2 rated, 0 skipped, 1 undone\n1: 0  2: 1  3: 0  4: 0  5: 1\n5s: $b[2]$}s,
        'the sitting stands there for the log';
    is scalar(() = $page =~ m{<rect }g), 28, 'a bar for each of 28 days';
    like $page, qr{class="today"[^>]*><title>[\d-]+: 2</title>}, 'today has what stands';
    $site->sql(qq{UPDATE rating_event SET at = at - interval '2 hours' WHERE account_id = $rater});
    like home(), qr{last sitting}, 'after half an hour it is the last one';
};

subtest 'what was said' => sub {
    $site->sql(qq{INSERT INTO comment (candidate_id, account_id, text, request_key)
        VALUES ($b[3], $admin, 'behind the veil', 'said-1-key'), ($o[0], $admin, 'in the open', 'said-2-key')});
    my $page = home();
    like $page, qr{in the open}, 'comments in sight are there';
    unlike $page, qr{behind the veil}, 'others are not';
    like $page, qr{1 more, on candidates that you have not rated}, 'but are counted';
};

# Figures for 200,000: TEST_CANDIDATES=200000 TEST_VERBOSE=1.
my $many = $ENV{TEST_CANDIDATES} // 5000;

subtest "with $many candidates" => sub {
    $site->sql(qq{
        INSERT INTO observation (observation_id, starttime, stoptime, ra_tile_dec, dec_tile_dec, cent_freq)
        SELECT 1300000000 + n * 300, 1300000000 + n * 300, 1300000296 + n * 300, n * 37 % 360, n * 13 % 100 - 80, 154.24
          FROM generate_series(1, 2000) n;
        INSERT INTO candidate (project_id, filter_id, png_hash, gif_hash, identity, obs_starttime, obs_id, ra_deg, dec_deg, uploaded_at)
        SELECT CASE WHEN n % 3 = 0 THEN $open ELSE $blind END, 1, 'x', 'x', 'many-' || n, 0, 1300000000 + (1 + n % 2000) * 300,
               random() * 360, random() * 120 - 89, now() - random() * interval '400 days'
          FROM generate_series(1, $many) n;
        INSERT INTO rating_event (request_key, account_id, candidate_id, rating, classification_id, at)
        SELECT 'many-key-' || id, CASE WHEN id % 2 = 0 THEN $rater ELSE $admin END, id, 1 + id % 5, 1, uploaded_at + interval '3 days'
          FROM candidate WHERE identity LIKE 'many-%' AND id % 4 <> 0;
        INSERT INTO rating (candidate_id, account_id, event_id, rating, classification_id, at)
        SELECT candidate_id, account_id, id, rating, classification_id, at FROM rating_event WHERE request_key LIKE 'many-key-%';
        ANALYZE; UPDATE project_day_count SET at = '-infinity'});
    my $ask = sub { my $begun = time; is $site->get('/')->{status}, 200, 'it opens'; return 1000 * (time - $begun) };
    my $first = $ask->();
    my @more  = sort { $a <=> $b } map { $ask->() } 1 .. 9;
    note sprintf 'first, with all days counted: %.0f ms; then median %.0f ms, longest %.0f ms, %d bytes',
        $first, @more[4, 8], length home();
    cmp_ok $more[4], '<', 2000, 'it stays quick';
};

$site->stop;
done_testing;
