# candidate-search.t: the candidate table's search by position, its other filters, its columns and
# its words; and that what the old site did with them cannot happen here.
#
# SPDX-License-Identifier: MIT
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Encode qw(encode decode);
use Test::More;
use TransientsTest;
use TransientsTest::Sample;

binmode $_, ':encoding(UTF-8)' for map { Test::More->builder->$_ } qw(output failure_output);

my $site = TransientsTest->start;
my $p    = add_project($site, 'P', blind => 'false');
my $q    = add_project($site, 'Q');
$site->sql(sprintf q{INSERT INTO observation (observation_id, obsname, starttime, stoptime, cent_freq)
    VALUES (%d, 'two', %d, %d, 87.68)}, (OBS + 86400) x 3);
my ($near, $far, $south, $nowhere, $zero) = add_candidates($site, $p,
    { ra_deg => 155, dec_deg => -30, can_det_stat => 5, metadata => '{}' },
    { ra_deg => 155.02, dec_deg => -30.01, can_det_stat => 6, notes => 'seen <b>twice</b>' },
    { ra_deg => 132.817, dec_deg => -89.99, can_det_stat => 7, can_nks_is_close => 'true', obs_id => OBS + 86400 },
    { can_det_stat => 8, can_fluence => 3 },
    { ra_deg => 0, dec_deg => 0, can_det_stat => 9, can_nks_is_close => 'false' });
$site->sql(q{INSERT INTO filter (name) VALUES ('second')});
$site->sql(qq{UPDATE candidate SET filter_id = (SELECT id FROM filter WHERE name = 'second') WHERE id = $south});
$site->sql(qq{INSERT INTO pulsar (name, raj, decj) VALUES ('J1020-3000', 155, -30);
    INSERT INTO association (candidate_id, pulsar_id, account_id) SELECT $near, p.id, a.id FROM pulsar p, account a WHERE a.name = 'rater'});
my ($rater, $admin) = map { $site->sql("SELECT id FROM account WHERE name = '$_'") } qw(rater admin);
sub rated ($id, $account, $rating, $class) {
    $site->sql("SELECT rate($id, $account, $rating, $class, 'request-$id-$account', 'page', NULL, now(), NULL, false, NULL)");
}
rated($near, $rater, 5, 1);
rated($near, $admin, 2, 4);
rated($far, $admin, 3, 4);
$site->login('rater');

sub escaped ($text) { return encode('UTF-8', $text) =~ s/([^A-Za-z0-9_.~-])/sprintf '%%%02X', ord $1/gre }
sub query (%values) { return join '&', map { "$_=" . escaped($values{$_}) } sort keys %values }
sub page (%values) { return decode('UTF-8', $site->get('/candidates?' . query(project => 0, %values))->{content}) }
sub ids (%values) {
    return join ' ', map { $_->{id} } $site->json('/candidates.json?' . query(project => 0, sort => 'id', rows => 50, %values))->{rows}->@*;
}

subtest 'a position is understood in every usual spelling, in one box or two' => sub {
    my @one = ('155 -30', '155.0,-30.0', '10:20:00 -30:00:00', '10 20 00 -30 00 00', '10h20m00s -30d00m00s',
        '10:20:00.00, −30:00:00.0', '10h20m -30°', '10 20 0 −30 0 0');
    for my $text (@one) {
        is ids(pos => $text, radius => 2), "$near $far", "$text: finds both";
        like page(pos => $text, radius => 2), qr/10:20:00\.00 -30:00:00\.0, within 2′/, "$text: and says what was understood";
    }
    for my $two (['155', '-30'], ['10:20:00', '-30:00:00'], ['10 20 00', '-30 00 00'], ['10h20m0s', '−30°0′0″']) {
        is ids(ra => $two->[0], dec => $two->[1], radius => 0.5), $near, "@$two: in two boxes";
    }
    is ids(pos => '10 20 0 -30 0 0', radius => 1.1), $near, 'the radius is in arcminutes';
    is ids(pos => '10 20 0 -30 0 0', radius => 1.3), "$near $far", 'and right to the last one';
    is ids(pos => '10 -89.999', radius => 2), $south, 'over the pole';
    is ids(pos => '359.99 0.0', radius => 1), $zero, 'over RA 0';
};

# What is wrong is an error at its field (400) and shows no rows.
sub refused ($name, $field, %values) {
    my $answer = $site->get('/candidates?' . query(%values));
    my $content = decode('UTF-8', $answer->{content});
    is $answer->{status}, 400, "$name: 400";
    like $content, qr{href="#f-$field">[^<]+</a>: \S}, "$name: said at $field";
    like $content, qr{id="f-$field"}, "$name: which is a field of the page";
    unlike $content, qr{<td><a class="mono" href="/candidates/}, "$name: no rows";
    for my $typed (grep { exists $values{$_} } qw(pos ra dec radius from)) {
        (my $text = $values{$typed}) =~ s/"/&quot;/g;
        like $content, qr{name="$typed"[^>]*value="\Q$text\E"}, "$name: $typed is still there";
    }
}

subtest 'text that is not a position searches around 0,0: it searches nothing' => sub {
    refused('"foo", "bar"', 'ra', ra => 'foo', dec => 'bar', radius => 10);
    refused('one box', 'pos', pos => 'foo bar', radius => 10);
    refused('an empty circle', 'pos', pos => 'nan nan', radius => 10);
};
subtest 'RA 400 and Dec 95 are accepted: they are refused' => sub {
    refused('RA 400', 'ra', ra => 400, dec => 0, radius => 1);
    refused('Dec 95', 'dec', ra => 0, dec => 95, radius => 1);
    refused('both', 'pos', pos => '400 95', radius => 1);
    refused('dec_deg=95 of the old address', 'dec', dec => 95);
};
subtest 'half a position is no position' => sub {
    refused('a radius alone', 'pos', radius => 10);
    refused('RA alone', 'dec', ra => 10);
    refused('RA and Dec', 'radius', ra => 10, dec => 10);
    refused('Dec and a radius', 'ra', dec => 10, radius => 1);
    refused('both spellings', 'pos', pos => '10 10', ra => 10, dec => 10, radius => 1);
    refused('three numbers', 'pos', pos => '10 20 30', radius => 1);
};
subtest 'a radius is more than 0 and at most 30 degrees' => sub {
    refused("radius $_", 'radius', pos => '10 10', radius => $_) for 0, -1, 'nan', 'abc', 1800.1, '1e400', '-0';
    is $site->get('/candidates?' . query(pos => '10 10', radius => 1800))->{status}, 200, '30 degrees are taken';
};
subtest 'sort=bogus, radius=abc, id_min=abc are ignored: each is an error at its field' => sub {
    refused('sort=bogus', 'sort', sort => 'bogus');
    refused('radius=abc', 'radius', radius => 'abc', pos => '10 10');
    refused('id_min=abc', 'id_min', id_min => 'abc');
    refused('missing=password', 'missing', missing => 'password_hash');
    refused('columns=password', 'columns', columns => 'password_hash');
    refused('from=yesterday', 'from', from => 'yesterday');
    refused('a day that is none', 'to', to => '2021-02-29');
    refused('from after to', 'to', from => '2021-01-02', to => '2021-01-01');
};
subtest 'the sort parameter takes any column: it takes those of the table' => sub {
    refused("sort=$_", 'sort', sort => $_) for 'password', '-identity', 'account.password_hash', 'png_hash', 'id;';
};
subtest 'per_page=100000 is obeyed: rows has a limit' => sub {
    is $site->get('/candidates?rows=100000')->{status}, 400, 'rows=100000 is refused';
    is $site->get('/candidates?per_page=100000')->{status}, 200, 'and per_page is nothing here';
};

subtest 'sort=sep without a cone answers 500: it is an error at sort' => sub {
    refused('sort=sep', 'sort', sort => 'sep');
    refused('sort=-sep', 'sort', sort => '-sep');
    my $page = page();
    unlike $page, qr/sort=-?sep"/, 'and no head offers it';
    my $list = $site->json('/candidates.json?' . query(project => 0, pos => '155 -30', radius => 1800, sort => 'sep', rows => 50));
    is join(' ', map { $_->{id} } $list->{rows}->@*), "$near $far", 'with one the nearest comes first';
    cmp_ok abs($list->{rows}[1]{sep} * 60 - 1.2 * 1), '<', 0.01, 'with its separation' or diag $list->{rows}[1]{sep};
    $page = page(pos => '155 -30', radius => 2, sort => 'sep');
    like $page, qr{<th [^>]*aria-sort="ascending"><a [^>]*>Separation}, 'the column is there';
    like $page, qr{<td class="num">1\.20</td>}, 'in arcminutes';
    my @all = add_candidates($site, $q, map { { ra_deg => 200 + ($_ % 7) / 1000, dec_deg => 10 } } 1 .. 30);
    my (@got, $next);
    $next = query(project => 0, pos => '200 10', radius => 60, sort => '-sep', rows => 10);
    while (defined $next && @got < 100) {
        my $list = $site->json("/candidates.json?$next");
        push @got, map { $_->{id} } $list->{rows}->@*;
        $next = ($list->{next} // '') =~ /\?(.*)/ ? $1 : undef;
    }
    is join(' ', sort { $a <=> $b } @got), "@all", 'pages by separation hold every row once, ties among them';
};
subtest 'an export with radius=10 alone answers 500: it is refused' => sub {
    for my $query ('radius=10', 'pos=foo&radius=10', 'sort=sep', 'sort=bogus', 'id_min=abc') {
        is $site->get("/candidates.$_?$query")->{status}, 400, "$query as $_" for qw(csv fits vot json);
    }
    my $csv = $site->get('/candidates.csv?' . query(project => 0, pos => '155 -30', radius => 2, sort => '-id'))->{content};
    is join(' ', $csv =~ /^(\d+),/mg), "$far $near", 'a whole one is what the table shows';
};
subtest 'detection statistic with minimum and maximum answers 500: it narrows' => sub {
    is ids(can_det_stat_min => 6, can_det_stat_max => 8), "$far $south $nowhere", 'both ends';
};

subtest 'filters leave what they say' => sub {
    is ids(id_min => $far, id_max => $south), "$far $south", 'ids';
    is ids(obs_id_min => OBS + 1, obs_id_max => OBS + 90000), $south, 'observations';
    is ids(obs_cent_freq_max => 100), $south, 'frequency';
    is ids(rating_mean_min => 3.2), $near, 'mean rating, at least';
    is ids(rating_mean_max => 3.2), $far, 'at most: the unrated have none';
    is ids(rating_count_min => 2), $near, 'number of ratings';
    is ids(can_fluence_min => 1), $nowhere, 'fluence';
    is ids(pulsar => 1), $near, 'with a pulsar';
    is ids(pulsar => 0, project => $p), "$far $south $nowhere $zero", 'and without';
    is ids(close => 1), $south, 'close to the known source';
    is ids(close => 0), $zero, 'not close: said so';
    is ids(missing => 'ra_deg'), $nowhere, 'a position that is missing';
    is ids(missing => 'can_nks_is_close', project => $p), "$near $far $nowhere", 'a flag that is missing';
    is ids(notes => 1), $far, 'with notes';
    is ids(rated => 'me'), $near, 'rated by me';
    is ids(rated => 'not-me', project => $p), "$far $south $nowhere $zero", 'and not';
    is ids(class => 4), "$near $far", 'a classification';
    is ids(from => '2020-09-30'), $south, 'a date';
    is ids(to => '2020-09-29', project => $p), "$near $far $nowhere $zero", 'a day counts to its end';
    is ids(from => '2020-09-29 19:20', to => '2020-09-29T19:21Z', project => $p), "$near $far $nowhere $zero", 'times';
    is ids(from => '2020-09-29 19:21', to => '2020-09-30 19:20'), '', 'to the minute';
    like page(from => '2020-09-29', to => '2020-09-29'), qr/Observed from<\/span> <b>2020-09-29 00:00:00 UTC.*Observed to<\/span> <b>2020-09-29 23:59:59 UTC/s,
        'and the page says how a date was understood';
    like page(pulsar => 1, rated => 'me', missing => 'nks_flux'), qr/by me.*associated.*Flux of known source/s, 'all filters stand above the table';
    like page(project => $p), qr{<span class="muted">Project</span> <b>P</b>}, 'the project, too';
};

subtest 'coordinates are cut off, not rounded: they are rounded' => sub {
    my ($id) = add_candidates($site, $q, { ra_deg => 132.81802, dec_deg => 12.99999 });
    like page(id_min => $id), qr{<td class="mono mid">08:51:16\.32</td>\s*<td class="mono mid">\+13:00:00\.0</td>}, '8:51:16.3235 has its zero, +12:59:59.96 its carry';
};

subtest 'page links drop the sort and the filters: they keep all of it' => sub {
    add_candidates($site, $q, map { { can_det_stat => $_, can_fluence => 1 } } 1 .. 25);
    my %state = (project => $q, sort => 'can_fluence', can_det_stat_min => 3, rows => 10, columns => 'can_fluence,filter', rated => 'no', to => '2020-10-01');
    my $page = page(%state);
    my ($next) = $page =~ m{href="\?([^"]+)" rel="next"};
    my $there = decode('UTF-8', $site->get('/candidates?' . TransientsTest::Client::unescape($next))->{content});
    for my $content ($page, $there) {
        my @links = grep { !/^mailto|#/ } $content =~ m{href="(?:/candidates)?\?([^"]+)"}g;
        cmp_ok scalar @links, '>', 5, 'there are links';
        for my $name (sort keys %state) {
            my @without = grep { !/(?:^|&amp;)\Q$name\E=/ } @links;
            cmp_ok scalar @without, '<=', 1, "$name is in all links but the one that takes it away" or diag join "\n", @without;
        }
    }
    like $there, qr{<th [^>]*aria-sort="ascending"><a [^>]*>Fluence}, 'the next page is sorted as the first';
    like $there, qr{name="can_det_stat_min"[^>]*value="3"}, 'and its form is filled in';
};

subtest 'columns are chosen in the address' => sub {
    my $usual = page();
    like $usual, qr{<th [^>]*>(?:(?!</th>).)*Peak flux}s, 'the usual ones';
    like $usual, qr{<th [^>]*>Project</th>}, 'the project where all are listed';
    unlike page(project => $p), qr{<th [^>]*>Project</th>}, 'not where it is one';
    like page(columns => 'peak_time', sort => 'id'), qr{Peak <span class="unit">UTC</span>}, 'a time is in UTC, whatever the number behind it is in';
    my $some = page(columns => 'class_counts,nks_name,metadata,pulsar,notes,rating_count,project', sort => 'id');
    unlike $some, qr{<th [^>]*>(?:(?!</th>).)*Peak flux}s, 'others go';
    like $some, qr{<td>1 Transient, 1 RFI</td>|<td>1 RFI, 1 Transient</td>}, 'classifications are counted';
    like $some, qr{<td class="num">2</td>}, 'so are ratings';
    like $some, qr{href="/candidates/$near/metadata">Metadata}, 'metadata are linked';
    like $some, qr{<td>J1020-3000</td>}, 'the pulsar is named';
    like $some, qr{>seen &lt;b&gt;twice&lt;/b&gt;</a>}, 'notes are text';
    like $some, qr{<input type="checkbox" name="columns" value="metadata" checked>}, 'the form shows the choice';
    my $repeated = decode('UTF-8', $site->get('/candidates?project=0&columns=rad_deg&columns=nks_sep_deg')->{content});
    like $repeated, qr{<th [^>]*>(?:(?!</th>).)*Island radius.*<th [^>]*>(?:(?!</th>).)*Sep\. from known source}s, 'repeated as check boxes send it';
    unlike page(columns => 'sep'), qr{<th [^>]*>(?:(?!</th>).)*Separation}s, 'no separation without a position';
};

subtest 'classifications of the whole list are counted where asked for' => sub {
    my $page = page(project => $p);
    like $page, qr/Count the classifications/, 'it is offered';
    unlike $page, qr/Transient 1/, 'and not done unasked';
    $page = page(project => $p, counts => 1);
    like $page, qr{Transient 1</a>.*RFI 2</a>}s, 'each with its number';
    like page(project => $p, counts => 1, id_max => $near), qr{Transient 1</a>.*RFI 1</a>}s, 'of the filtered list alone';
    my ($query) = $page =~ m{href="\?([^"]*)">RFI 2<};
    is join(' ', sort map { $_->{id} } $site->json('/candidates.json?rows=50&' . TransientsTest::Client::unescape($query))->{rows}->@*),
        "$near $far", 'and a number leads to its candidates';
};

subtest 'scales of several filters are told apart' => sub {
    like page(sort => '-can_det_stat'), qr/not comparable.*filter=\d+">second<\/a>/s, 'sorted by the statistic';
    unlike page(sort => 'id'), qr/not comparable/, 'not in another order';
    unlike page(filter => 1), qr/not comparable/, 'not with one filter';
    unlike page(obs_id => OBS, project => $p), qr/not comparable/, 'not where the result has one filter alone';
};

done_testing;
