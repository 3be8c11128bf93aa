# Survey status: right counts, every order paged by key, search, and the page of one observation.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use TransientsTest;
use Test::More;

my $site = TransientsTest->start;
$site->sql(q{
    INSERT INTO project (name) VALUES ('P'), ('Q');
    INSERT INTO project (name, access) VALUES ('closed', 'listed');
    INSERT INTO filter (name) VALUES ('f');
    INSERT INTO observation (observation_id, obsname, starttime, stoptime, cent_freq, ra_tile_dec, dec_tile_dec)
    SELECT 1000000000 + 8 * i, CASE WHEN i % 7 > 0 THEN 'field ' || i % 11 END, 1000000000 + 8 * i,
           1000000100 + 8 * i, CASE WHEN i % 5 > 0 THEN 80 + i % 4 END, CASE WHEN i % 3 > 0 THEN i END, -i % 80
      FROM generate_series(1, 120) i;
    INSERT INTO candidate (obs_id, project_id, filter_id, png_hash, gif_hash, obs_starttime, identity)
    SELECT 1000000000 + 8 * (1 + i % 40), 1 + i % 3, 1, 'x', 'y', 0, 'i' || i FROM generate_series(1, 400) i;
});
$site->login('rater');
my $rater = $site->sql(q{SELECT id FROM account WHERE name = 'rater'});

# Two people rate the same candidate: it counts once.
$site->sql(qq{SELECT rate(c.id, a.id, 3, 1, 'request-key-' || c.id || '-' || a.id, 'page', NULL, NULL, NULL, false, NULL)
    FROM candidate c CROSS JOIN account a WHERE c.id % 4 = 0});

sub list ($query) { return $site->json("/observations.json?$query") }

my @columns = qw(observation_id obsname starttime ra_tile_dec dec_tile_dec cent_freq uploaded rated);
my %by = (uploaded => 'n.uploaded', rated => 'n.rated');
for my $column (@columns) {
    for my $sort ($column, "-$column") {
        my ($query, @got) = ("rows=50&sort=$sort");
        for (1 .. 10) {
            my $page = list($query);
            push @got, map { $_->{id} } $page->{rows}->@*;
            last unless defined $page->{next};
            ($query) = $page->{next} =~ /\?(.*)/s;
        }
        my $order = $sort =~ /^-/ ? 'DESC' : 'ASC';
        my $key = $by{$column} // "o.$column";
        my @expected = $site->sql(qq{SELECT o.observation_id FROM observation o CROSS JOIN LATERAL (
            SELECT count(*) AS uploaded, count(*) FILTER (WHERE EXISTS (SELECT FROM rating r WHERE r.candidate_id = c.id)) AS rated
              FROM candidate c JOIN project p ON p.id = c.project_id
             WHERE c.obs_id = o.observation_id AND p.access <> 'listed') n
            ORDER BY $key $order NULLS LAST, o.observation_id $order});
        is "@got", "@expected", "sort=$sort gives every observation once, in order, counted right";
    }
}

my $open = $site->sql(q{SELECT count(*) FROM candidate c JOIN project p ON p.id = c.project_id WHERE p.access <> 'listed'});
my @all = map { list("rows=200")->{rows}->@* } 1;
my ($uploaded, $rated) = (0, 0);
$uploaded += $_->{uploaded}, $rated += $_->{rated} for @all;
is $uploaded, $open, 'every candidate that the reader may see counts once';
is $rated, $site->sql(q{SELECT count(DISTINCT r.candidate_id) FROM rating r JOIN candidate c ON c.id = r.candidate_id
    JOIN project p ON p.id = c.project_id WHERE p.access <> 'listed'}), 'so does every rated one';

is scalar list('rows=200&find=FIELD%203')->{rows}->@*, $site->sql(q{SELECT count(*) FROM observation WHERE obsname LIKE '%field 3%'}),
    'part of a name finds, in any case';
is scalar list('find=1000000080')->{rows}->@*, 1, 'an id finds its observation';
is scalar list('find=100%25')->{rows}->@*, 0, 'a percent sign is a percent sign';

for my $bad ('sort=foo', 'sort=candidate', 'rows=100000', 'rows=abc', 'after=zzz', 'project=abc', 'sort=-') {
    is $site->get("/observations?$bad")->{status}, 400, "$bad is refused";
}
my $page = $site->get('/observations/1000000080');
is $page->{status}, 200, 'an observation has a page';
like $page->{content}, qr{obs_id=1000000080" target="_blank" rel="noopener}, 'that links to the page of the MWA';
is $site->get('/observations/5')->{status}, 404, 'an unknown one has not';

$site->stop;
done_testing;
