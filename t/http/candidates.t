# candidates.t: the candidate table: every row exactly once in every order, only what the filters
# leave, an error at the field for what is no filter, and the same as JSON.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use TransientsTest qw(slurp srcdir);
use TransientsTest::Sample;

my $site    = TransientsTest->start;
my $project = add_project($site, 'P');
my $other   = add_project($site, 'Q');
my $closed  = add_project($site, 'closed', access => 'listed');

# Ties, NULLs, negative, tiny and huge values, in no order.
my @values = (undef, 0, 1, 1, 1, 2.5, -3, 1e-300, 1e300, 0.1, undef);
srand 7;
sub any_row ($number) {
    my %row = map { $_ => $values[rand @values] } qw(can_det_stat can_peak_flux can_fluence can_mod_ind can_beam
        cent_sep_deg nks_sep_deg rad_deg area_pix);
    @row{qw(ra_deg dec_deg)} = $number % 3 ? (rand 360, -90 + rand 180) : (undef, undef);
    return \%row;
}
$site->sql(sprintf q{INSERT INTO observation (observation_id, starttime, stoptime, cent_freq)
    SELECT %d + g * 8, %d + g * 8, %d + g * 8, CASE WHEN g %% 3 = 0 THEN NULL ELSE 80 + g END
      FROM generate_series(1, 7) g}, OBS, OBS, OBS);
my @rows = map { { any_row($_)->%*, obs_id => OBS + 8 * (1 + $_ % 7) } } 1 .. 300;
add_candidates($site, $project, @rows[0 .. 199]);
add_candidates($site, $other, @rows[200 .. 289]);
add_candidates($site, $closed, @rows[290 .. 299]);
my $rater = $site->sql(q{SELECT id FROM account WHERE name = 'rater'});
$site->sql("SELECT rate(id, $rater, 1 + (id % 5)::integer, 1 + id % 3, 'request-' || id, 'page', NULL, now(), NULL, false, NULL)
    FROM candidate WHERE id % 4 = 0");
$site->login('rater');

my %column = map { @$_[0, 1] } map { my @f = split /\t/; [$f[1], $f[3]] } grep {/^candidate\t(?!sep\t)/ && /\bsort\b/}
    split /\n/, slurp(srcdir() . '/schema/columns.tsv');
cmp_ok scalar keys %column, '>', 10, 'there are many columns to sort by';

sub list ($query) { return $site->json("/candidates.json?$query") }

sub ids_of ($list) { return map { $_->{id} } $list->{rows}->@* }

# The ids of all pages, by the links that the pages give; at most so many pages.
sub all_ids ($query, $limit = 40) {
    my @ids;
    while (defined $query && $limit-- > 0) {
        my $page = list($query);
        push @ids, ids_of($page);
        $query = ($page->{next} // '') =~ /\?(.*)/ ? $1 : undef;
    }
    return @ids;
}

# What SQL says: the reader's candidates in that order, values first, then NULLs by id.
sub expected_ids ($name, $direction, $where = 'true') {
    my $by = $column{$name} eq '-' ? "c.$name" : $column{$name};
    return $site->sql("SELECT c.id FROM candidate c JOIN candidate_summary s ON s.candidate_id = c.id
        WHERE c.project_id <> $closed AND $where ORDER BY $by $direction NULLS LAST, c.id $direction");
}

for my $name (sort keys %column) {
    for my $sort ($name, "-$name") {
        my @got = all_ids("project=0&rows=40&sort=$sort");
        my @expected = expected_ids($name, $sort =~ /^-/ ? 'DESC' : 'ASC');
        is "@got", "@expected", "sort=$sort gives every row once, in order";
    }
}
subtest 'table pages repeat and skip rows: every page together hold each row once' => sub {
    for my $sort (qw(rating_count -rating_count rating_mean -can_det_stat obs_id)) {
        my %times;
        $times{$_}++ for all_ids("project=0&rows=10&sort=$sort");
        is scalar keys %times, 290, "$sort, full of ties and NULLs: all rows";
        is join(' ', grep { $times{$_} > 1 } sort keys %times), '', 'none of them twice';
    }
};
is join(' ', all_ids('project=0&rows=200&sort=id')), join(' ', expected_ids('id', 'ASC')), 'so do other sizes of a page';

subtest 'filters leave what they say' => sub {
    my %filters = (
        'can_det_stat_min=1'                    => 'c.can_det_stat >= 1',
        'can_det_stat_max=1'                    => 'c.can_det_stat <= 1',
        'can_det_stat_min=1&can_det_stat_max=1' => 'c.can_det_stat = 1',
        'can_peak_flux_min=-3.0&can_fluence_max=1e300' => 'c.can_peak_flux >= -3 AND c.can_fluence <= 1e300',
        'rad_deg_min=2'                         => 'c.rad_deg >= 2',
        'obs_id=' . (OBS + 16)                  => 'c.obs_id = ' . (OBS + 16),
        'rated=no'                              => 's.rating_count = 0',
        'rated=yes'                             => 's.rating_count > 0',
        'rated=me'                              => 's.rating_count > 0',
        'rated=not-me'                          => 's.rating_count = 0',
        'class=2'                               => 'EXISTS (SELECT FROM rating r WHERE r.candidate_id = c.id AND r.classification_id = 2)',
        'notes=1'                               => "c.notes <> ''",
        'notes=0'                               => "coalesce(c.notes, '') = ''",
        'filter=1'                              => 'c.filter_id = 1',
        'filter=999'                            => 'false',
        'ra=180&dec=0&radius=1800'                => 'q3c_dist(c.ra_deg, c.dec_deg, 180, 0) <= 30',
        'ra=0&dec=90&radius=1800'                 => 'c.dec_deg >= 60',
        'ra=359.9999&dec=-90&radius=1500'         => 'c.dec_deg <= -65',
        'can_det_stat_min=&ra=&dec=&radius=&filter=&class=&rated=' => 'true',
    );
    $site->sql(q{UPDATE candidate SET notes = 'seen' WHERE id % 10 = 0});
    for my $query (sort keys %filters) {
        my @expected = expected_ids('can_det_stat', 'DESC', $filters{$query});
        my $first = list("project=0&rows=30&$query");
        is join(' ', all_ids("project=0&rows=30&$query")), "@expected", "$query (" . @expected . ')';
        is $first->{total}{matching}, scalar @expected, 'and counts them';
    }
    is join(' ', all_ids("project=$project&rows=50")), join(' ', expected_ids('can_det_stat', 'DESC', "c.project_id = $project")),
        'a project alone';
};

subtest 'what is no filter is refused at the field' => sub {
    my %wrong = (
        'sort=bogus' => 'sort', 'sort=password_hash' => 'sort', 'sort=' . 'x' x 5000 => 'sort',
        'sort=can_det_stat;DROP' => 'sort', 'sort=--id' => 'sort',
        'can_det_stat_min=abc' => 'can_det_stat_min', 'can_det_stat_max=nan' => 'can_det_stat_max',
        'can_det_stat_min=1e400' => 'can_det_stat_min', 'can_det_stat_min=inf' => 'can_det_stat_min',
        'rows=100000' => 'rows', 'rows=0' => 'rows', 'rows=abc' => 'rows', 'rows=-5' => 'rows',
        'obs_id=abc' => 'obs_id', 'obs_id=-1' => 'obs_id', 'project=abc' => 'project', 'class=x' => 'class',
        'rated=perhaps' => 'rated', 'notes=perhaps' => 'notes', 'filter=1.5' => 'filter',
        'radius=10' => 'pos', 'ra=10' => 'dec', 'ra=10&dec=10' => 'radius', 'dec=10&radius=1' => 'ra',
        'ra=10&dec=95&radius=1' => 'dec', 'ra=400&dec=1&radius=1' => 'ra', 'ra=foo&dec=bar&radius=1' => 'ra',
        'ra=10&dec=10&radius=abc' => 'radius', 'ra=10&dec=10&radius=-1' => 'radius',
        'ra=10&dec=10&radius=0' => 'radius', 'ra=10&dec=10&radius=2000' => 'radius',
        'after=garbage' => 'after', 'after=' . 'A' x 3000 => 'after',
    );
    for my $query (sort keys %wrong) {
        my $short = length $query > 40 ? substr($query, 0, 20) . '...' : $query;
        my $page = $site->get("/candidates?$query");
        is $page->{status}, 400, "$short: 400";
        like $page->{content}, qr/Nothing was searched/, "$short: the page says so";
        like $page->{content}, qr{(?:href="#f-$wrong{$query}">[^<]+</a>|<span class="mono">$wrong{$query}</span>): \S}, "$short: at $wrong{$query}";
        unlike $page->{content}, qr{href="/candidates/\d+"}, "$short: and shows no rows";
        my $data = $site->get("/candidates.json?$query");
        is $data->{status}, 400, "$short: 400 as JSON";
        my $said = eval { JSON::PP::decode_json($data->{content}) } // {};
        ok $said->{ $wrong{$query} }, "$short: at the same field" or diag($data->{content});
    }
    # What is no text at all cannot be shown again in its field.
    is $site->get("/candidates?$_")->{status}, 400, "$_ is refused" for 'notes=%00', 'rated=%ff';
    my $page = $site->get('/candidates?can_det_stat_min=abc&can_fluence_max=7');
    like $page->{content}, qr{name="can_det_stat_min"[^>]*value="abc"}, 'what was typed is kept';
    like $page->{content}, qr{name="can_fluence_max"[^>]*value="7"}, 'and what was right as well';
    like $page->{content}, qr{class="error">[^<]*number}, 'with the message at the field';
};

subtest 'a cursor belongs to its order' => sub {
    my $cursor = list('project=0&rows=40&sort=can_det_stat')->{next} =~ /after=([^&]+)/ ? $1 : '';
    ok $cursor, 'there is a next page';
    for my $sort ('-can_det_stat', 'id', 'can_peak_flux') {
        my $status = $site->get("/candidates?project=0&rows=40&sort=$sort&after=$cursor")->{status};
        like $status, qr/^(?:200|400)$/, "with sort=$sort: $status";
    }
    my $broken = $cursor;
    substr $broken, 3, 1, substr($broken, 3, 1) eq 'A' ? 'B' : 'A';
    like $site->get("/candidates?sort=can_det_stat&after=$broken")->{status}, qr/^(?:200|400)$/, 'a broken one is no 500';
};

subtest 'the page shows what JSON says' => sub {
    my $page = $site->get("/candidates?project=0&sort=-can_peak_flux&rows=20")->{content};
    my @links = $page =~ m{<td><a class="mono" href="/candidates/(\d+)[^"]*">}g;
    is "@links", join(' ', ids_of(list('project=0&sort=-can_peak_flux&rows=20'))), 'the same rows in the same order';
    my ($next) = $page =~ m{href="\?([^"]+)" rel="next"};
    $next = TransientsTest::Client::unescape($next // '');
    like $next, qr/sort=-can_peak_flux/, 'the next page keeps the order';
    like $next, qr/project=0/, 'and the filters';
    my @more = $site->get("/candidates?$next")->{content} =~ m{<td><a class="mono" href="/candidates/(\d+)[^"]*">}g;
    is scalar @more, 20, 'and opens';
    my %seen = map { $_ => 1 } @links;
    is scalar(grep { $seen{$_} } @more), 0, 'with other rows';
    my $wide = list('project=0&rows=10');
    my ($row) = $wide->{rows}->@*;
    like $row->{obs_starttime}, qr/^\d+$/, 'JSON has numbers';
    ok exists $row->{$_}, "and $_" for qw(id project_name filter_name rating_count rating_mean can_det_stat ra_deg);
};

subtest 'rows that come meanwhile neither repeat nor hide others' => sub {
    my $first = list('project=0&rows=50&sort=can_fluence');
    my @before = expected_ids('can_fluence', 'ASC');
    add_candidates($site, $project, map { { can_fluence => $_ } } -100, 0.1, 1, 5, 2e300);
    my @got = (ids_of($first), all_ids($first->{next} =~ s/.*\?//r));
    my %count;
    $count{$_}++ for @got;
    is scalar(grep { $count{$_} > 1 } keys %count), 0, 'no row twice';
    is scalar(grep { !$count{$_} } @before), 0, 'no row left out';
};

subtest 'the chosen project is where the table begins' => sub {
    $site->post('/settings', { project => $other });
    my %projects = map { $_->{project_name} => 1 } list('rows=200')->{rows}->@*;
    is join(' ', sort keys %projects), 'Q', 'without project= it is the chosen one';
    %projects = map { $_->{project_name} => 1 } list('project=0&rows=200&sort=-id')->{rows}->@*;
    is join(' ', sort keys %projects), 'P Q', 'project=0 is all';
    is list("project=$closed&rows=50")->{total}{matching}, 0, 'one out of sight is empty';
    like $site->get("/candidates?project=$closed")->{content}, qr/No candidate matches/, 'and the page says so';
};

subtest 'a token reads the table' => sub {
    my $client = $site->new_client;
    is $client->get('/candidates.json?project=0', token => $site->token('rater'))->{status}, 200, 'with read scope';
    my $refused = $client->get('/candidates.json');
    is $refused->{status}, 401, 'nobody without';
    like $refused->{headers}{'content-type'}, qr/json/, 'said in JSON';
};

done_testing;
