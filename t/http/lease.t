# lease.t: what /next gives out nobody else is given for some minutes; verdicts, skips and undo as JSON,
# as the candidate page's scripts ask for them.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use JSON::PP 'decode_json';
use Test::More;
use TransientsTest qw(together);
use TransientsTest::Sample;

my $site    = TransientsTest->start;
my $project = add_project($site, 'P');
my @ids     = add_candidates($site, $project, map { { can_peak_flux => 100 - $_ } } 1 .. 12);
my $rater   = $site->sql(q{SELECT id FROM account WHERE name = 'rater'});
my $other   = $site->new_client;
$site->login('rater');
$other->login('admin');

my @json = (headers => { Accept => 'application/json' });

sub settle ($client, %settings) {
    $client->post('/settings', form => { project => $project, queue_order => 'brightest', queue_filter => 'unrated', %settings });
}

sub fresh () {
    $site->sql('DELETE FROM lease; DELETE FROM skip; DELETE FROM queue_mark');
}

sub next_of ($client, $query = '') {
    my $answer = $client->get("/next$query");
    return $1 if $answer->{status} == 303 && $answer->{headers}{location} =~ m{^/candidates/(\d+)};
    return "$answer->{status} $answer->{content}";
}

sub leases () {
    return join ' ', $site->sql('SELECT candidate_id FROM lease WHERE until > now() ORDER BY candidate_id');
}

sub expire ($id) {
    $site->sql("UPDATE lease SET until = now() - interval '1 second' WHERE candidate_id = $id");
}

settle($_) for $site, $other;

subtest 'two raters, and two tabs of one, are never given the same' => sub {
    is next_of($site), $ids[0], 'the first one for the first';
    is next_of($other), $ids[1], 'the second one for the other';
    is next_of($site), $ids[2], 'another tab of the first is given a third';
    is next_of($site, "?ahead=$ids[0]"), $ids[3], 'what is fetched ahead is one more';
    is leases(), "@ids[0 .. 3]", 'all four are rows';
    $site->post("/candidates/$ids[0]/rating", { rating => 1, classification => 4 });
    unlike leases(), qr/\b$ids[0]\b/, 'a verdict ends its lease';
};

subtest 'a dozen requests at once get a dozen candidates' => sub {
    fresh();
    my @raters = map { my $name = "rater-$_"; $site->admin('user', 'add', $name, \"a long password of $name\n");
        my $client = $site->new_client; $client->login($name, "a long password of $name"); settle($client); $client } 1 .. 6;
    my @said = together(6, sub ($n) { my $client = $raters[$n % 6]; next_of($client) });
    my %seen = map { $_ => 1 } @said;
    is scalar(keys %seen), 6, 'six at once get six different ones' or diag "@said";
    is scalar(grep { !/^\d+$/ } @said), 0, 'all of them candidates';
};

subtest 'a lease that is over comes back, in its place' => sub {
    fresh();
    $site->sql(q{DELETE FROM rating; DELETE FROM queue_mark});
    is next_of($site), $ids[0], 'the first is given out';
    is next_of($other), $ids[1], 'the other goes past it';
    is next_of($other), $ids[2], 'and its queue is marked there';
    expire($ids[0]);
    is next_of($other), $ids[0], 'when its time is over it is the next one, though the mark is behind it';
    $site->sql(q{UPDATE queue_mark SET since = now() - interval '1 hour'});
    is next_of($other), $ids[3], 'then the queue goes on';
};

subtest 'the page keeps what is looked at' => sub {
    fresh();
    my $id = next_of($site);
    like $site->get("/candidates/$id")->{content}, qr{data-lease="/candidates/$id/lease"}, 'the page says how';
    $site->sql("UPDATE lease SET until = now() + interval '10 seconds'");
    my $kept = $site->post("/candidates/$id/lease", form => {}, @json);
    is $kept->{status}, 200, 'it is asked to';
    ok decode_json($kept->{content})->{leased}, 'and does';
    is $site->sql(q{SELECT until > now() + interval '4 minutes' FROM lease}), 't', 'for five more minutes';
    expire($id);
    ok decode_json($site->post("/candidates/$id/lease", form => {}, @json)->{content})->{leased}, 'late, too, while nobody else has it';
    expire($id);
    is next_of($other), $id, 'somebody else takes what is free';
    ok !decode_json($site->post("/candidates/$id/lease", form => {}, @json)->{content})->{leased}, 'then it is not to be had back';
    is $site->post("/candidates/$id/rating", { rating => 1, classification => 4 })->{status}, 303, 'a verdict on it is taken all the same';
    is $site->post('/candidates/999999/lease', form => {}, @json)->{status}, 404, 'what is not there is 404';
    unlike $site->get("/candidates/$ids[-1]")->{content}, qr/data-lease/, 'a page that was opened by its number has none';
};

subtest 'who asks again and again holds eight at most' => sub {
    fresh();
    next_of($site) for 1 .. 11;
    is $site->sql('SELECT count(*) FROM lease WHERE until > now()'), 8, 'eight';
};

subtest 'at the end the page says who has the rest' => sub {
    fresh();
    $site->sql("SELECT rate(id, $rater, 3, 1, 'request-' || id, 'page', NULL, NULL, NULL, false, NULL) FROM candidate WHERE id NOT IN ($ids[4], $ids[5])");
    is next_of($site), $ids[4], 'the last but one';
    is next_of($other), $ids[5], 'the last for another';
    my $page = next_of($site);
    like $page, qr/Nothing left in this queue/, 'nothing is left';
    like $page, qr{<a href="/candidates/$ids[4]">Candidate $ids[4]</a> is before you already}, 'one\'s own is named';
    like $page, qr/1 more are before other raters/, 'and how many others have';
    expire($ids[5]);
    is next_of($site), $ids[5], 'what is let go of is served';
};

subtest 'where each rates for himself others are not in the way' => sub {
    fresh();
    $site->sql('DELETE FROM rating');
    settle($_, queue_filter => 'mine') for $site, $other;
    is next_of($site), $ids[0], 'the first one for the first';
    is next_of($other), $ids[0], 'and for the other';
    is next_of($site), $ids[1], 'but not twice for one';
    settle($_) for $site, $other;
};

subtest 'a token reads and holds nothing' => sub {
    fresh();
    my $answer = $site->new_client->get('/next.json', token => $site->token('rater'));
    is leases(), '', 'no lease' or diag $answer->{status};
};

# ---------------------------------------------------------------- JSON

subtest 'a verdict as JSON says what stands, and how far one is' => sub {
    fresh();
    $site->sql('DELETE FROM rating; DELETE FROM rating_event');
    my %form = (rating => 1, classification => 4, request_key => 'json-verdict-1', how => 'key');
    my $answer = $site->post("/candidates/$ids[0]/rating", form => \%form, @json);
    is $answer->{status}, 200, 'stored';
    my $said = decode_json($answer->{content});
    my $event = $site->sql('SELECT id FROM rating_event');
    is_deeply $said, { stored => JSON::PP::true, event => $event, candidate => $ids[0], rating => 1, classification => 'RFI',
        words => "Rated $ids[0]: 1, RFI", undo => { address => "/ratings/$event/undo" }, sitting => 1, left => 11,
        left_capped => JSON::PP::false }, 'all of it is told';
    is_deeply decode_json($site->post("/candidates/$ids[0]/rating", form => \%form, @json)->{content}), $said, 'the same again answers the same';
    is $site->sql('SELECT count(*) FROM rating_event'), 1, 'and stores nothing';
    my $changed = $site->post("/candidates/$ids[0]/rating", form => { %form, rating => 5 }, @json);
    is $changed->{status}, 409, 'another verdict under the same key is 409';
    like decode_json($changed->{content})->{detail}, qr/rate once more/, 'with what to do';
    my $wrong = $site->post("/candidates/$ids[1]/rating", form => { rating => 9 }, @json);
    is $wrong->{status}, 422, 'a wrong one is 422';
    is_deeply [keys decode_json($wrong->{content})->{errors}->%*], ['rating'], 'by field';
    my $classless = $site->post("/candidates/$ids[1]/rating", form => { rating => 3 }, @json);
    is_deeply decode_json($classless->{content}), { errors => { classification => ['Choose a classification.'] } }, 'a missing classification as well';
    is $site->post('/candidates/999999/rating', form => \%form, @json)->{status}, 404, 'an unknown candidate is 404';
};

subtest 'a skip as JSON' => sub {
    my $said = decode_json($site->post("/candidates/$ids[1]/skip", form => {}, @json)->{content});
    is_deeply $said, { stored => JSON::PP::true, skipped => JSON::PP::true, candidate => $ids[1], words => "Skipped $ids[1]",
        sitting => 1, left => 11, left_capped => JSON::PP::false }, 'is told';
    is $site->sql('SELECT candidate_id FROM skip'), $ids[1], 'and a row';
};

subtest 'a session that ended answers JSON with 401, never with a form' => sub {
    my $late = $site->new_client;
    $late->login('rater');
    $site->sql("DELETE FROM session WHERE id_hash = (SELECT id_hash FROM session ORDER BY created_at DESC LIMIT 1)");
    for my $path ("/candidates/$ids[2]/rating", "/candidates/$ids[2]/skip", '/ratings/1/undo') {
        my $answer = $late->post($path, form => { rating => 1, classification => 4 }, @json);
        is $answer->{status}, 401, $path;
        ok decode_json($answer->{content})->{detail}, 'with words';
        unlike $answer->{headers}{'www-authenticate'} // '', qr/Basic/i, 'and no question of the browser\'s own';
    }
};

subtest 'the next one of a list' => sub {
    my ($first, $second) = @ids[4, 5];
    my $answer = $site->get("/next?ahead=$first&list=" . "sort%3D-can_peak_flux%26rated%3Dno");
    like $answer->{headers}{location}, qr{^/candidates/$second\?list=}, 'is the one after it there';
    is $site->get('/next?ahead=999999')->{status}, 404, 'after what is not there is nothing';
};

done_testing;
