# undo.t: a verdict is taken back by the one who gave it, once; what stood before stands again; and the
# way back leads through what one looked at.
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
$site->post('/settings', { project => $project, queue_order => 'brightest' });

my @json = (headers => { Accept => 'application/json' });

sub standing ($id) { return join ' ', $site->sql("SELECT rating || ':' || classification_id FROM rating WHERE candidate_id = $id") }
sub events ($id) { return scalar $site->sql("SELECT count(*) FROM rating_event WHERE candidate_id = $id") }
sub newest ($id) { return scalar $site->sql("SELECT max(id) FROM rating_event WHERE candidate_id = $id") }
sub rate ($id, $rating, $class, @more) { return $site->post("/candidates/$id/rating", form => { rating => $rating, classification => $class }, @more) }

subtest 'the next page offers to take the verdict back, without scripts' => sub {
    my $id = $ids[0];
    my $page = $site->get(rate($id, 1, 4)->{headers}{location})->{content};
    like $page, qr{Rated $id: <b>1, RFI</b>}, 'it says what was stored';
    my ($address) = $page =~ m{<form method="post" action="(/ratings/\d+/undo)"};
    ok $address, 'and has a form';
    like $page, qr{data-key="u">Undo <kbd>U</kbd>}, 'with a key';
    my $answer = $site->post($address, {});
    is $answer->{status}, 303, 'it is taken back';
    like $answer->{headers}{location}, qr{^/candidates/$id\?undone=\d+$}, 'back to the candidate';
    is standing($id), '', 'nothing stands';
    is events($id), 2, 'the history is kept';
    is $site->sql("SELECT rating_count FROM candidate_summary WHERE candidate_id = $id"), 0, 'and nothing is counted';
    my $again = $site->get($answer->{headers}{location})->{content};
    like $again, qr{Took back: <b>1, RFI</b>}, 'which its page says';
    like $again, qr{<b>0</b> done this sitting}, 'and it does not count as done';
    like $again, qr{data-lease=}, 'it is before its rater again';
};

subtest 'what stood before stands again' => sub {
    my $id = $ids[1];
    rate($id, 2, 4);
    rate($id, 5, 1);
    my $event = newest($id);
    my $said = decode_json($site->post("/ratings/$event/undo", form => {}, @json)->{content});
    is standing($id), '2:4', 'the first verdict';
    is $said->{words}, "Took back $id: 5, Transient", 'what was taken back is told';
    is_deeply [@$said{qw(undone candidate count address)}], [JSON::PP::true, $id, 1, "/candidates/$id"], 'and the rest';
    is $site->sql("SELECT how, rating FROM rating_event WHERE id = $said->{event}"), 'undo|2', 'one more event says so';
    my $twice = $site->post("/ratings/$event/undo", form => {}, @json);
    is $twice->{status}, 200, 'the same again answers alike';
    is decode_json($twice->{content})->{event}, $said->{event}, 'with the same event';
    is events($id), 3, 'and stores nothing';
    my $first = $site->sql("SELECT min(id) FROM rating_event WHERE candidate_id = $id");
    is $site->post("/ratings/$first/undo", form => {}, @json)->{status}, 409, 'one that stands by an undo is not undone by its own number';
    is $site->post("/ratings/$said->{event}/undo", form => {}, @json)->{status}, 409, 'nor is an undo';
};

subtest 'at once it is one' => sub {
    my $id = $ids[2];
    rate($id, 3, 4);
    my $event = newest($id);
    my @said = together(8, sub ($n) { $site->post("/ratings/$event/undo", form => {}, @json)->{status} });
    is "@said", join(' ', (200) x 8), 'all are answered alike';
    is events($id), 2, 'one undo';
};

subtest 'only one\'s own, only what stands' => sub {
    my $id = $ids[3];
    rate($id, 3, 4);
    my $event = newest($id);
    is $other->post("/ratings/$event/undo", form => {})->{status}, 404, 'somebody else\'s is not there';
    is standing($id), '3:4', 'and stands';
    rate($id, 4, 4);
    my $answer = $site->post("/ratings/$event/undo", form => {});
    is $answer->{status}, 409, 'an older one is refused';
    like $answer->{content}, qr/does not stand any more/, 'with words';
    is $site->post('/ratings/999999/undo', form => {})->{status}, 404, 'an unknown one is 404';
    $site->sql(q{UPDATE project SET access = 'listed'});
    is $site->post("/ratings/@{[newest($id)]}/undo", form => {})->{status}, 404, 'out of sight as well';
    $site->sql(q{UPDATE project SET access = 'members'});
};

subtest 'a batch is taken back as one' => sub {
    my @some = @ids[4 .. 7];
    rate($some[1], 5, 1);
    my $answer = $site->post("/candidates/$some[0]/neighbours-rating",
        form => { rating => 1, classification => 7, ids => join(',', @some), request_key => 'batch-of-four' });
    is $answer->{status}, 303, 'four are rated';
    like $site->get($answer->{headers}{location})->{content}, qr{Rated $some[0] and 3 more: <b>1, Sidelobe}, 'which the next page says';
    rate($some[2], 4, 1);
    my $said = decode_json($site->post("/ratings/@{[newest($some[0])]}/undo", form => {}, @json)->{content});
    is $said->{count}, 3, 'those that stand are taken back';
    is join('|', map { standing($_) } @some), '|5:1|4:1|', 'what stood before stands, what was said since stays';
    is $site->sql("SELECT count(DISTINCT batch) FROM rating_event WHERE how = 'undo' AND batch IS NOT NULL"), 1, 'as one batch';
};

subtest 'a classification that was merged or hidden meanwhile does not stop an undo' => sub {
    my $id = $ids[8];
    rate($id, 2, 6);
    rate($id, 3, 8);
    $site->sql('UPDATE classification SET hidden = true WHERE id = 6');
    is $site->post("/ratings/@{[newest($id)]}/undo", form => {})->{status}, 303, 'taken back';
    is standing($id), '2:6', 'to what was said';
};

subtest 'back leads through what one rated or skipped' => sub {
    $site->sql('DELETE FROM rating; DELETE FROM rating_event; DELETE FROM skip');
    is $site->get("/back?from=$ids[0]")->{headers}{location}, "/candidates/$ids[0]?first=1", 'nothing was looked at';
    like $site->get("/candidates/$ids[0]?first=1")->{content}, qr/You rated and skipped nothing before this one/, 'which the page says';
    is $site->get('/back')->{headers}{location}, '/next', 'from nowhere it is the next one';
    rate($ids[0], 1, 4);
    $site->post("/candidates/$ids[1]/skip", form => {});
    rate($ids[2], 1, 4);
    my @way;
    for (my $at = $ids[5]; @way < 5;) {
        my ($to, $end) = $site->get("/back?from=$at")->{headers}{location} =~ m{^/candidates/(\d+)(\?first=1)?$};
        last if $end;
        push @way, $at = $to;
    }
    is "@way", "@ids[2, 1, 0]", 'the last first';
    like $site->get("/candidates/$ids[5]")->{content}, qr{href="/back\?from=$ids[5]" data-key="arrowleft"}, 'the page has a link with a key';
    is $other->get("/back?from=$ids[5]")->{headers}{location}, "/candidates/$ids[5]?first=1", 'it is one\'s own way';
};

is_deeply [$site->admin('check') =~ /differ|wrong/g], [], 'the counts agree with the events';

done_testing;
