# my-ratings.t: one's own verdicts that stand, narrowed, sorted, taken back, taken away.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use JSON::PP 'decode_json';
use Test::More;
use TransientsTest;
use TransientsTest::Sample;

my $site   = TransientsTest->start;
my $first  = add_project($site, 'First');
my $second = add_project($site, 'Second');
my @ids    = (add_candidates($site, $first, {}, {}, {}), add_candidates($site, $second, {}));
my %class  = map { $_ => scalar $site->sql("SELECT id FROM classification WHERE name = '$_'") } qw(RFI Noise Satellite);
my $other  = $site->new_client;
$other->login('admin');
$site->login('rater');

sub give ($client, $id, $rating, $class) {
    my $answer = $client->post("/candidates/$id/rating", { rating => $rating, classification => $class{$class} });
    die "$id: $answer->{status}" if $answer->{status} != 303;
}
sub listed ($query = '', $client = $site) {
    return join ' ', $client->get("/ratings?$query")->{content} =~ m{<td><a class="mono" href="/candidates/(\d+)">}g;
}

like $site->get('/ratings')->{content}, qr{No rating of yours matches}, 'before the first one the page says so';
give($site, $ids[0], 1, 'RFI');
give($site, $ids[1], 2, 'Noise');
give($site, $ids[2], 3, 'RFI');
give($site, $ids[3], 4, 'Satellite');
give($other, $ids[0], 5, 'Noise');

is listed(), join(' ', reverse @ids), 'the newest first';
is listed('', $other), $ids[0], 'one\'s own alone';
like $site->get('/')->{content}, qr{<a href="/ratings">My ratings</a>}, 'the menu leads there';
give($site, $ids[0], 2, 'RFI');
is listed(), join(' ', @ids[0, 3, 2, 1]), 'one that was revised is new';

subtest 'narrowed' => sub {
    is listed("project=$second"), $ids[3], 'by project';
    is listed('rating=2'), "$ids[0] $ids[1]", 'by rating';
    is listed("class=$class{RFI}"), "$ids[0] $ids[2]", 'by classification';
    is listed("class=$class{RFI}&rating=3&project=0"), $ids[2], 'by both; 0 is any';
    $site->sql("UPDATE rating SET at = '2026-01-02 12:00Z' WHERE candidate_id = $ids[1]");
    is listed('before=2026-01-03'), $ids[1], 'by time, before';
    is listed('from=2026-01-03'), join(' ', @ids[0, 3, 2]), 'and from';
    is listed('from=2026-01-02&before=2026-01-02T12:00'), '', 'the end is not part of it';
    my $answer = $site->get('/ratings?from=soon');
    is $answer->{status}, 400, 'what is no time is refused';
    like $answer->{content}, qr{id="e-from"}, 'at its field';
    like $answer->{content}, qr{name="from" value="soon"}, 'which keeps it';
    is $site->get('/ratings?rating=6')->{status}, 400, 'so is a rating of 6';
};

is listed('sort=candidate'), "@ids", 'sorted by candidate';
is listed('sort=-rating'), join(' ', @ids[3, 2, 0, 1]), 'and by rating';
is $site->get('/ratings?sort=how')->{status}, 400, 'no other column sorts';

subtest 'taken away' => sub {
    my @rows = decode_json($site->get('/ratings.json?sort=candidate&rating=2')->{content})->{rows}->@*;
    is join(' ', map {"$_->{candidate}:$_->{rating}:$_->{username}"} @rows), "$ids[0]:2:rater $ids[1]:2:rater", 'as JSON';
    my @lines = split /\n/, $site->get('/ratings.csv')->{content};
    is scalar(grep {/^\d/} @lines), 4, 'as CSV, all of them';
    is $site->get("/ratings.$_")->{status}, 200, $_ for qw(fits vot);
};

subtest 'taken back' => sub {
    my ($undo) = $site->get("/ratings?rating=4")->{content} =~ m{<form method="post" action="(/ratings/\d+/undo)">};
    ok $undo, 'each has a button';
    is $site->post($undo, {})->{status}, 303, 'which takes it back';
    is listed('sort=candidate'), "@ids[0 .. 2]", 'and it is gone from the list';
    ($undo) = $site->get("/ratings?project=$first&class=$class{RFI}&rating=2")->{content} =~ m{action="(/ratings/\d+/undo)">};
    $site->post($undo, {});
    is listed("rating=1"), $ids[0], 'what stood before stands again';
    unlike $site->get('/ratings?rating=1')->{content}, qr{/undo">}, 'and has no button, for an undo is not undone';
};

$site->sql("UPDATE project SET access = 'listed' WHERE id = $first");
is listed(), '', 'of a project out of sight nothing is listed';
is $site->new_client->get('/ratings')->{status}, 401, 'without login there is no list';

done_testing;
