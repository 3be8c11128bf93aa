# rating.t: a verdict is stored once, a wrong one is refused with what was chosen kept, and looking
# at pages changes nothing.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use TransientsTest qw(together);
use TransientsTest::Sample;

my $site    = TransientsTest->start;
my $project = add_project($site, 'P', description => 'galactic plane');
my @ids     = add_candidates($site, $project, map { { can_det_stat => $_ } } 1 .. 12);
my $rater   = $site->sql(q{SELECT id FROM account WHERE name = 'rater'});
$site->login('rater');
$site->post('/settings', { project => $project, queue_order => 'oldest' });

sub events ($id) { return scalar $site->sql("SELECT count(*) FROM rating_event WHERE candidate_id = $id") }

sub standing ($id) {
    return join ' ', $site->sql("SELECT rating || ':' || classification_id FROM rating WHERE candidate_id = $id");
}

sub summary ($id) {
    return scalar $site->sql("SELECT rating_count, rating_sum FROM candidate_summary WHERE candidate_id = $id");
}

sub rate ($id, %form) {
    return $site->post("/candidates/$id/rating", \%form);
}

subtest 'a verdict goes on to the next candidate and says what was stored' => sub {
    my $id = shift @ids;
    my $page = $site->get("/candidates/$id");
    is $page->{status}, 200, 'the candidate page opens';
    my ($key) = $page->{content} =~ /name="request_key" value="([^"]+)"/;
    ok $key, 'its form has a request key';
    my ($shown) = $page->{content} =~ /name="shown_at" value="([^"]+)"/;
    my $answer = rate($id, rating => 4, classification => 2, request_key => $key, shown_at => $shown,
        how => 'key', visible => 'false');
    is $answer->{status}, 303, 'it answers 303';
    is $answer->{headers}{location}, "/candidates/$ids[0]?rated=$id", 'to the next one, with the one that was rated';
    is standing($id), '4:2', 'it stands';
    is summary($id), '1|4', 'it is counted';
    is $site->sql("SELECT how, queue_mode, shown_at IS NOT NULL, verdicts_visible, account_id
        FROM rating_event WHERE candidate_id = $id"), "key|unrated oldest|t|f|$rater", 'with how it came about';
    my $next = $site->get($answer->{headers}{location});
    like $next->{content}, qr{Rated $id: <b>4, Pulsar</b>}, 'the next page says so';
    unlike $next->{content}, qr/<input[^>]*name="classification"[^>]*checked/, 'and has no classification chosen';
    is $site->sql(q{SELECT count(*) FROM audit_log WHERE subject = 'rating'}), 0,
        'events are their own log';
};

subtest 'the same request again stores nothing and answers as the first' => sub {
    my $id = shift @ids;
    my %form = (rating => 3, classification => 1, request_key => 'the-same-key');
    my $first = rate($id, %form);
    my $again = rate($id, %form);
    is $again->{status}, $first->{status}, 'the same status';
    is $again->{headers}{location}, $first->{headers}{location}, 'the same place';
    is events($id), 1, 'one event';
    is summary($id), '1|3', 'counted once';
    my $other = rate($id, %form, rating => 5);
    is $other->{status}, 409, 'another verdict with that key is not taken for it';
    like $other->{content}, qr/rate once more/, 'which the page says';
    my ($fresh) = $other->{content} =~ /name="request_key" value="([^"]+)"/;
    is standing($id), '3:1', 'the first one stands';
    is rate($id, %form, classification => 2)->{status}, 409, 'nor is another classification';
    is rate($id, %form, rating => 5, request_key => $fresh)->{status}, 303, 'once more changes it';
    is standing($id), '5:1', 'and is stored';
};

subtest 'ten at once with one key are one, and two with two keys are one verdict and two events' => sub {
    my $id = shift @ids;
    my @said = together(10, sub ($number) {
        rate($id, rating => 2, classification => 4, request_key => 'ten-at-once')->{status}
    });
    is join(' ', @said), join(' ', (303) x 10), 'all are answered alike';
    is events($id), 1, 'one event';
    $id = shift @ids;
    @said = together(2, sub ($number) {
        rate($id, rating => 1 + $number, classification => 4, request_key => "quick-post-$number")->{status}
    });
    is join(' ', @said), '303 303', 'both are answered';
    is events($id), 2, 'two events';
    is scalar(my @one = $site->sql("SELECT 1 FROM rating WHERE candidate_id = $id")), 1, 'one verdict';
    is summary($id) =~ s/\|.*//r, 1, 'counted once';
};

subtest 'another verdict replaces the first' => sub {
    my $id = shift @ids;
    rate($id, rating => 2, classification => 4);
    rate($id, rating => 5, classification => 1);
    is standing($id), '5:1', 'the second stands';
    is events($id), 2, 'both are kept';
    is summary($id), '1|5', 'one is counted';
    my $page = $site->get("/candidates/$id")->{content};
    like $page, qr{value="5"[^>]*aria-pressed="true"}, 'one\'s own verdict is marked';
    unlike $page, qr/<input[^>]*name="classification"[^>]*checked/, 'its classification is not preset';
};

subtest 'a rating of 99 is not stored' => sub {
    my $id = $ids[0];
    my $answer = rate($id, rating => 99, classification => 4);
    is $answer->{status}, 422, 'it is refused';
    like $answer->{content}, qr/less than or equal to 5/, 'with what is wrong';
    is events($id), 0, 'and nothing is stored';
    eval { $site->sql("SELECT rate($id, $rater, 99, 4, 'rating-of-99', 'page', NULL, NULL, NULL, false, NULL)") };
    is events($id), 0, 'nor would the database take it';
};

subtest 'two quick posts do not make two ratings' => sub {
    my $id = shift @ids;
    my ($key) = $site->get("/candidates/$id")->{content} =~ /name="request_key" value="([^"]+)"/;
    my @said = together(2, sub ($number) { rate($id, rating => 4, classification => 1, request_key => $key)->{status} });
    is "@said", '303 303', 'both are answered';
    is events($id) . ' ' . standing($id), '1 4:1', 'one rating is stored';
};

my $id = $ids[0];
my %bad = (
    'rating=99'  => { rating => 99 }, 'rating=0' => { rating => 0 }, 'rating=-1' => { rating => -1 },
    'rating=3.5' => { rating => '3.5' }, 'rating=abc' => { rating => 'abc' },
    'rating=huge' => { rating => '9' x 400 }, 'rating=nan' => { rating => 'nan' },
    'rating=" 3"' => { rating => "3'; --" }, 'no rating' => { rating => undef },
    'two ratings, one wrong' => { rating => [3, 99] },
    'an unknown classification' => { classification => 999 },
    'classification=abc' => { classification => 'abc' },
    'classification=-1' => { classification => -1 },
    'a classification too large' => { classification => '9' x 30 },
    'no classification' => { classification => undef },
    'an empty classification' => { classification => '' },
    'shown_at=garbage, rating=7' => { shown_at => "x' --", rating => 7 },
    'a long request key' => { request_key => 'k' x 200 },
    'a request key with NUL' => { request_key => "abc\0defghi" },
    'an unknown how' => { how => 'magic' },
);
subtest 'what is wrong is refused with the page and what was chosen' => sub {
    for my $name (sort keys %bad) {
        my %form = (rating => 3, classification => 4, $bad{$name}->%*);
        delete @form{ grep { !defined $form{$_} } keys %form };
        my $answer = rate($id, %form);
        is $answer->{status}, 422, "$name: 422";
        like $answer->{content}, qr{Nothing stored yet}, "$name: says so";
        like $answer->{content}, qr{Candidate $id}, "$name: on the same page";
        my ($kept) = $answer->{content} =~ /<input[^>]*name="classification"[^>]*value="(\d+)"[^>]*checked/;
        is $kept, 4, "$name: the classification is kept" if ($form{classification} // '') eq '4';
        unlike $answer->{content}, qr/;\s*--/, "$name: nothing unescaped";
    }
    is events($id), 0, 'no event came of it';
};
subtest 'a missing classification is asked for at the field, the rating is kept' => sub {
    my $answer = rate($id, rating => 4);
    like $answer->{content}, qr/Choose a classification/, 'the words';
    like $answer->{content}, qr/Choose one/, 'at the classifications';
    is $answer->{status}, 422, 'it answers 422';
};
subtest 'a verdict with wrong extras is taken without them' => sub {
    my $answer = rate($id, rating => 4, classification => 1, shown_at => 'yesterday <b>');
    is $answer->{status}, 303, 'taken';
    is $site->sql("SELECT shown_at IS NULL FROM rating_event WHERE candidate_id = $id"), 't', 'without the time';
    shift @ids;
};
subtest 'an impossible time that looks like one is no error' => sub {
    for my $shown ('2026-99-99T99:99:99Z', '9999999999999999999999', '2026-01-01T00:00:00-99:99') {
        is rate($id, rating => 4, classification => 1, shown_at => $shown)->{status}, 303, "shown_at=$shown";
    }
};

subtest 'an unknown candidate is 404' => sub {
    for my $unknown (0, 999_999, '9' x 18) {
        is rate($unknown, rating => 3, classification => 1)->{status}, 404, "$unknown: 404";
    }
    like rate('9' x 30, rating => 3, classification => 1)->{status}, qr/^40[04]$/, 'a number too large';
    is rate('abc', rating => 3, classification => 1)->{status}, 404, 'abc: 404';
    is $site->get("/candidates/999999")->{status}, 404, 'so is its page';
    $site->sql(q{UPDATE project SET access = 'listed'});
    is rate($ids[0], rating => 3, classification => 1)->{status}, 404, 'one out of sight as well';
    is $site->get("/candidates/$ids[0]")->{status}, 404, 'and its page';
    is $site->post("/candidates/$ids[0]/skip", {})->{status}, 404, 'it cannot be skipped';
    $site->sql(q{UPDATE project SET access = 'members'});
    is events($ids[0]), 0, 'nothing is stored';
};

subtest 'a rating taken back leaves nothing standing, but its history' => sub {
    my $id = shift @ids;
    rate($id, rating => 5, classification => 1);
    $site->sql("SELECT rate($id, $rater, NULL, NULL, 'undo-request', 'undo', NULL, now(), NULL, false, NULL)");
    is standing($id), '', 'nothing stands';
    is summary($id), '0|0', 'nothing is counted';
    is events($id), 2, 'both events are kept';
    unlike $site->get("/candidates/$id")->{content}, qr{aria-pressed="true"[^>]*><span class="digit}, 'no verdict is marked';
};

subtest 'others\' verdicts are hidden until one has rated' => sub {
    my $id = shift @ids;
    my $admin = $site->sql(q{SELECT id FROM account WHERE name = 'admin'});
    $site->sql("SELECT rate($id, $admin, 5, 1, 'admin-request', 'page', NULL, now(), NULL, false, NULL)");
    my $page = $site->get("/candidates/$id")->{content};
    like $page, qr/The ratings of others appear after your verdict/, 'the page says so';
    unlike $page, qr/Mean rating/, 'and gives no mean';
    rate($id, rating => 1, classification => 4);
    like $site->get("/candidates/$id")->{content}, qr{Mean rating of all: <b>3\.0</b>, by 2}, 'then it is shown';
};

subtest 'a project can do without classification' => sub {
    my $free = add_project($site, 'free', classification_required => 'false');
    my ($one, $two) = add_candidates($site, $free, {}, {});
    is rate($one, rating => 3)->{status}, 303, 'a rating alone is taken';
    is $site->sql("SELECT rating, classification_id FROM rating WHERE candidate_id = $one"), '3|', 'without one';
};

subtest 'looking changes nothing' => sub {
    my $id = $ids[0];
    # Once, so that the session's time of use is noted.
    $site->get('/');
    my $before = holdings($site);
    my $rows = $site->sql('SELECT md5(string_agg(c::text, \'|\' ORDER BY id)) FROM candidate c');
    for my $path ('/', '/candidates', "/candidates/$id", "/candidates/$id?rated=$id", "/candidates/$id/metadata",
        '/next', '/settings', '/candidates.json', '/logout', "/candidates/$id/rating?rating=5&classification=1",
        "/candidates/$id/skip", '/settings?project=1&theme=dark', "/candidates/$id?rating=5") {
        my $answer = $site->get($path);
        like $answer->{status}, qr/^(?:200|303|400|404|405)$/, "GET $path: $answer->{status}";
        is $site->head($path)->{status}, $answer->{status}, "HEAD $path the same";
    }
    is differences($before, holdings($site)), '', 'no row came or went';
    is $site->sql('SELECT md5(string_agg(c::text, \'|\' ORDER BY id)) FROM candidate c'), $rows, 'no candidate changed';
    is $site->get("/candidates/$id/rating")->{headers}{allow}, 'POST, OPTIONS', 'Allow says what may be done';
};

subtest 'a token rates by the API' => sub {
    my $id = $ids[0];
    my $answer = $site->new_client->post("/candidates/$id/rating", form => { rating => 3, classification => 1 },
        token => $site->token('rater'));
    if ($answer->{status} == 303) {
        is $site->sql("SELECT how, token_id IS NOT NULL FROM rating_event WHERE candidate_id = $id"), 'api|t', 'and the event says so';
    }
    else {
        like $answer->{status}, qr/^40[13]$/, 'or is refused';
        is events($id), 0, 'with nothing stored';
    }
};

subtest 'notes with a script, and hostile values, are shown as text' => sub {
    my $evil = q{<script>alert(1)</script>"'&lt;{{x}}};
    my ($id) = add_candidates($site, $project, { notes => $evil =~ s/'/''/gr, nks_name => '"><script>alert(2)</script>',
        metadata => '<img src=x onerror=alert(3)>' });
    my $page = $site->get("/candidates/$id")->{content};
    unlike $page, qr/<script>alert/, 'no script comes through';
    unlike $site->get("/candidates/$id/metadata")->{content}, qr/<img src=x/, 'nor in the metadata';
    is rate($id, rating => 3, classification => 1)->{status}, 303, 'it is rated like any other';
};

done_testing;
