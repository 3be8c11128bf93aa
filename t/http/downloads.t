# downloads.t: every table has a page that says what is in it, and leaves whole; ratings with their
# history and as they stood at any time; users for staff alone.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use JSON::PP ();
use Test::More;
use TransientsTest;
use TransientsTest::Sample;

my $site    = TransientsTest->start;
my $project = add_project($site);
my $other   = add_project($site, 'Q');
my $closed  = add_project($site, 'closed', access => 'listed');
my @ids     = add_candidates($site, $project, map { { can_det_stat => $_ } } 1 .. 5);
my ($far)   = add_candidates($site, $other, {});
my ($hidden) = add_candidates($site, $closed, { notes => 'hidden' });
my %account = map { split /\|/ } $site->sql('SELECT name, id FROM account');
$site->login('rater');
my $staff = $site->new_client;
$staff->login('admin');

my @tables = map {m{([^/]+)$}} qw(/downloads/candidates /downloads/observations /downloads/ratings /downloads/projects
    /downloads/filters /downloads/classifications /downloads/pulsars /downloads/associations /downloads/uploads
    /downloads/searches);

sub rate ($candidate, $user, $rating, $at, $how = 'page') {
    state $count = 0;
    my ($event) = $site->sql(sprintf q{SELECT event_id FROM rate(%d, %d, %s, %s, 'request-key-%d', '%s', NULL, NULL,
        'random unrated', false, NULL)}, $candidate, $account{$user}, $rating // 'NULL', defined $rating ? 1 : 'NULL',
        ++$count, $how);
    $site->sql("UPDATE rating_event SET at = '$at' WHERE id = $event;
        UPDATE rating SET at = '$at' WHERE event_id = $event");
    return $event;
}

sub rows ($path, $client = $site) { return $client->json($path)->{rows}->@* }
sub verdicts (@rows) { return join ' ', map { "$_->{username}:$_->{candidate}=" . ($_->{rating} // '-') } @rows }

subtest 'pages' => sub {
    my $index = $site->get('/downloads')->{content};
    for my $table (@tables) {
        my $page = $site->get("/downloads/$table");
        is $page->{status}, 200, "/downloads/$table";
        for my $form (qw(fits csv vot json)) {
            like $index, qr{href="/downloads/$table\.$form"}, "the index leads to $table.$form";
            my $answer = $site->get("/downloads/$table.$form");
            is $answer->{status}, 200, 'which is there';
            is $answer->{headers}{'content-length'}, length $answer->{content}, 'whole';
        }
        my $columns = $site->json("/downloads/$table.json")->{columns};
        my @missing = grep { $page->{content} !~ m{<td class="mono">\Q$_->{name}\E</td>} } @$columns;
        is "@{[map { $_->{name} } @missing]}", '', "the page of $table has every column";
        is scalar(grep { !length $_->{description} } @$columns), 0, 'each of which is described';
    }
    like $index, qr/Table\.read/, 'the index says how astropy reads them';
    like $index, qr/read_csv/, 'and pandas';
    like $index, qr/topcat/, 'and TOPCAT';
    like $index, qr{Authorization: Token KEY.*\Q@{[$site->url]}\E/candidates\.fits}s, 'and curl, with a token, at this address';
    like $site->get('/')->{content}, qr{<a[^>]* href="/downloads"}, 'every page leads there';
    my $page = $site->get('/downloads/classifications')->{content};
    like $page, qr{<b>9</b> rows}, 'a page says how many rows';
    like $page, qr{<td>Transient</td>}, 'and shows the first';
    my $none = $site->get('/downloads/pulsars')->{content};
    like $none, qr/No rows\./, 'or that there are none';
    unlike $none, qr/aria-label="First rows"/, 'without an empty table';
};

subtest 'exactly the rows' => sub {
    my %count = (candidates => 6, observations => 1, ratings => 0, projects => 2, filters => 1, classifications => 9,
        pulsars => 0, associations => 0, uploads => 0, searches => 0);
    for my $table (@tables) {
        is scalar rows("/downloads/$table.json"), $count{$table}, $table;
        my ($shown) = $site->get("/downloads/$table")->{content} =~ m{<b>([\d,]+)</b> rows};
        is $shown, $count{$table}, 'as its page says';
        unlike $site->get("/downloads/$table.csv")->{content}, qr/hidden|closed/, 'and nothing out of sight';
    }
    is join(' ', map { $_->{id} } rows("/downloads/candidates.json?project=$project")), "@ids", 'of one project';
    is scalar rows("/downloads/candidates.json?project=$closed"), 0, 'not of one that is out of sight';
};

# Two people; one changes his mind, and takes it back; one rates by hand of another page.
my @times = map { "2026-03-0${_}T12:00:00Z" } 1 .. 5;
my $first = rate($ids[0], 'rater', 2, $times[0], 'key');
rate($ids[0], 'admin', 5, $times[1]);
rate($ids[1], 'rater', 4, $times[1], 'neighbours');
my $again = rate($ids[0], 'rater', 3, $times[2]);
rate($ids[1], 'rater', undef, $times[3], 'undo');
rate($far,    'rater', 1, $times[4]);
rate($hidden, 'rater', 1, $times[4]);

subtest 'ratings as they stand' => sub {
    my @rows = rows('/downloads/ratings.json');
    is verdicts(@rows), "admin:$ids[0]=5 rater:$ids[0]=3 rater:$far=1", 'one for each person and candidate';
    my ($row) = grep { $_->{id} == $again } @rows;
    is $row->{user}, $account{rater}, 'the user by number';
    is $row->{classification}, 1, 'the classification by number';
    is $row->{classificationname}, 'Transient', 'and by name';
    is $row->{rating_word}, q{can't tell}, q{the rating in the project's words};
    is $row->{date}, $times[2], 'with its date';
    is $row->{project_name}, 'P', 'and its project';
    is_deeply [sort keys %$row], [sort qw(id candidate obs_id project project_name user username rating rating_word
        classification classificationname date)], 'and nothing else';
    is verdicts(rows("/downloads/ratings.json?project=$other")), "rater:$far=1", 'of one project';
    is verdicts(rows('/downloads/ratings.json?user=me')), "rater:$ids[0]=3 rater:$far=1", 'of oneself';
};

subtest 'as_of gives the ratings as they stood' => sub {
    my %stood = (
        '2026-02-01T00:00:00Z' => '',
        $times[0]              => "rater:$ids[0]=2",
        '2026-03-02'           => "rater:$ids[0]=2",
        $times[1]              => "rater:$ids[0]=2 admin:$ids[0]=5 rater:$ids[1]=4",
        '2026-03-03T11:59:59Z' => "rater:$ids[0]=2 admin:$ids[0]=5 rater:$ids[1]=4",
        $times[2]              => "admin:$ids[0]=5 rater:$ids[1]=4 rater:$ids[0]=3",
        '2026-03-04 12:00'     => "admin:$ids[0]=5 rater:$ids[0]=3",
        '2099-01-01'           => "admin:$ids[0]=5 rater:$ids[0]=3 rater:$far=1",
    );
    for my $time (sort keys %stood) {
        is verdicts(rows('/downloads/ratings.json?as_of=' . $time =~ s/ /+/r)), $stood{$time}, $time;
    }
    like $site->get("/downloads/ratings.csv?as_of=$times[0]")->{content}, qr/^$first,/m, 'in the other formats too';
    for my $bad ('yesterday', '2026-02-30', '2026-03-01T12:00:00%2B08:00', '2026-03-01T25:00Z', 'nan', 'x' x 50) {
        my $page = $site->get("/downloads/ratings?as_of=$bad", headers => { Accept => 'text/html' });
        is $page->{status}, 400, "as_of=$bad is refused";
        like $page->{content}, qr{id="e-as_of">[^<]+<}, 'at the field';
        like $page->{content}, qr{name="as_of" value="\Q@{[$bad =~ s/%2B/+/r]}\E"}, 'with what was typed';
        unlike $page->{content}, qr{href="/downloads/ratings\.csv}, 'and nothing is offered in its place';
        my $answer = $site->get("/downloads/ratings.csv?as_of=$bad");
        is $answer->{status}, 400, 'so is the file';
        like $answer->{content}, qr/"as_of"/, 'for programs as JSON';
    }
};

subtest 'ratings with their history' => sub {
    my @rows = rows('/downloads/ratings.json?history=1');
    is verdicts(@rows), "rater:$ids[0]=2 admin:$ids[0]=5 rater:$ids[1]=4 rater:$ids[0]=3 rater:$ids[1]=- rater:$far=1",
        'every verdict, in the order given';
    is join(' ', map { $_->{how} } @rows), 'key page neighbours page undo page', 'and how it came about';
    is $rows[0]{queue_mode}, 'random unrated', 'the queue';
    is $rows[0]{verdicts_visible} ? 1 : 0, 0, q{whether others' could be seen};
    ok exists $rows[0]{shown_at} && exists $rows[0]{batch}, 'when it was shown, and the batch';
    is scalar rows("/downloads/ratings.json?history=1&as_of=$times[1]"), 3, 'up to a time';
    is scalar rows('/downloads/ratings.json?history=1&user=me'), 5, 'of oneself';
    like $site->get('/downloads/ratings.fits?history=1')->{headers}{'content-disposition'}, qr/"rating-history-/, 'has a name of its own';
    my $page = $site->get('/downloads/ratings?history=1&project=0')->{content};
    like $page, qr{href="/downloads/ratings\.csv\?[^"]*history=1}, 'the page leads to it';
    like $page, qr{class="mono">verdicts_visible<}, 'and has its columns';
};

subtest 'users for staff alone' => sub {
    for my $path ('', '.csv', '.fits', '.vot', '.json') {
        is $site->get("/downloads/users$path")->{status}, 404, "to a rater /downloads/users$path is not there";
        is $staff->get("/downloads/users$path")->{status}, 200, 'to staff it is';
    }
    unlike $site->get('/downloads')->{content}, qr{/downloads/users}, 'nor is it on the list';
    like $staff->get('/downloads')->{content}, qr{/downloads/users}, 'of a rater';
    my @users = rows('/downloads/users.json', $staff);
    is join(' ', sort map { $_->{username} } @users), join(' ', sort keys %account), 'all accounts';
};

subtest 'the user download holds no password hashes' => sub {
    my @secret = grep {length} $site->sql(q{SELECT password_hash FROM account UNION ALL SELECT hash FROM token
        UNION ALL SELECT id_hash FROM session});
    cmp_ok scalar @secret, '>', 2, 'there are some';
    for my $form (qw(csv fits vot json)) {
        my $content = $staff->get("/downloads/users.$form")->{content};
        is scalar(grep { index($content, $_) >= 0 } @secret), 0, "none of them in $form";
        unlike $content, qr/\$2[aby]\$|password|pbkdf2/, 'nor anything like it';
    }
};

subtest 'unknown table name in a download address is 404' => sub {
    for my $name ('nothing', 'account', 'session', 'token', 'users2', 'candidates/x', '../users', 'RATINGS', '%00') {
        for my $form ('', '.csv', '.fits') {
            my $status = $site->get("/downloads/$name$form")->{status};
            ok $status == 404 || $status == 400 && $name =~ /\.\.|%00/, "/downloads/$name$form: $status";
        }
    }
};

subtest 'every download needs a login' => sub {
    my $nobody = $site->new_client;
    for my $path ('/downloads', map { "/downloads/$_" } @tables, 'users') {
        is $nobody->get($path)->{status}, 401, $path;
        next if $path eq '/downloads';
        is $nobody->get("$path.$_")->{status}, 401, "$path.$_" for qw(csv fits vot json);
    }
    my ($read) = $site->admin('token', 'add', 'rater', '--scope', 'read') =~ /^(mwt_\S+)$/m;
    is $nobody->get('/downloads/ratings.fits', token => $read)->{status}, 200, 'a token that may read is one';
    is $nobody->get('/downloads/users.csv', token => $read)->{status}, 404, 'and shows what its owner may see';
};

$site->stop;
done_testing;
