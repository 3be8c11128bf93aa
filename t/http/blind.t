# blind.t: in a blind project nobody learns what others think of a candidate before rating it: not from the
# table, its order or its filters, not from a download, not from JSON. Staff see all in their pages.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use JSON::PP 'decode_json';
use Test::More;
use TransientsTest;
use TransientsTest::Sample;

my $site  = TransientsTest->start;
my $blind = add_project($site, 'Blind', access => 'public');
my $open  = add_project($site, 'Open', blind => 'false');
# Others think least of the first and most of the last; the third is the reader's own, too.
my @ids = add_candidates($site, $blind, map { { ra_deg => 10 + $_ / 1000, dec_deg => -20, can_peak_flux => $_ } } 1 .. 4);
my ($plain) = add_candidates($site, $open, {});
my %account = map { $_ => $site->sql("SELECT id FROM account WHERE name = '$_'") } qw(rater admin);
my $admin = $site->new_client;
$admin->login('admin');
my $visitor = $site->new_client;
$site->login('rater');

sub give ($who, $id, $rating, $class) {
    $site->sql("SELECT rate($id, $account{$who}, $rating, $class, '$who-rated-$id', 'page', NULL, now(), NULL, false, NULL)");
}
my ($transient, $rfi) = map { scalar $site->sql("SELECT id FROM classification WHERE name = '$_'") } qw(Transient RFI);
give('admin', $ids[0], 1, $transient);
give('admin', $ids[1], 2, $transient);
give('admin', $ids[2], 4, $transient);
give('admin', $ids[3], 5, $transient);
give('admin', $plain, 5, $transient);
give('rater', $ids[2], 2, $rfi);

sub rows_of ($client, $address) {
    my $said = decode_json($client->get($address)->{content});
    return @{ ref $said eq 'HASH' ? $said->{rows} : $said };
}
sub order ($client, $query) { return join ' ', map { $_->{id} } rows_of($client, "/candidates.json?project=$blind&$query") }
sub table ($client, $query) {
    my %seen;
    return join ' ', grep { !$seen{$_}++ } $client->get("/candidates?project=$blind&$query")->{content} =~ m{<tr id="c(\d+)"}g;
}
sub means ($client, $address) { return { map { $_->{id} => $_->{rating_mean} } rows_of($client, $address) } }

my %nothing = map { $_ => undef } @ids;
my %mine = (%nothing, $ids[2] => 3);

subtest 'the mean is that of what one has rated' => sub {
    is_deeply means($site, "/candidates.json?project=$blind"), \%mine, 'in the table';
    is_deeply means($site, "/downloads/candidates.json?project=$blind"), \%mine, 'in the download of all candidates';
    is_deeply means($admin, "/candidates.json?project=$blind"), { map { ($ids[$_] => [1, 2, 3, 5]->[$_]) } 0 .. 3 },
        'and whoever rated them all sees all';
    is_deeply means($visitor, "/candidates.json?project=$blind"), \%nothing, 'a visitor sees none';
    is_deeply means($visitor, "/downloads/candidates.json?project=$blind"), \%nothing, 'nor in a download';
    is_deeply means($site, "/candidates.json?project=$open"), { $plain => 5 }, 'a project that is not blind shows it';
    is_deeply { map { $_->{id} => $_->{rating_count} } rows_of($site, "/candidates.json?project=$blind") },
        { map { ($ids[$_] => $_ == 2 ? 2 : 1) } 0 .. 3 }, 'how many rated is no secret';
};

subtest 'what it was called by others is told after one\'s verdict' => sub {
    my $page = $site->get("/candidates?project=$blind&columns=mostly,class_counts,rating_mean&sort=id&counts=yes")->{content};
    my %row = $page =~ m{<tr id="c(\d+)"(.*?)</tr>}gs;
    like $row{ $ids[2] }, qr{1 Transient, 1 RFI|1 RFI, 1 Transient}, 'counted where one has rated';
    unlike $row{$_}, qr{Transient|digit-}, "nothing on $_" for @ids[0, 1, 3];
    like $page, qr{Transient 1</a>}, 'the totals count that one alone';
};

subtest 'no order tells it' => sub {
    is table($site, 'sort=-rating_mean'), join(' ', $ids[2], reverse @ids[0, 1, 3]), 'the best first: the others by their number';
    is table($site, 'sort=rating_mean'), join(' ', $ids[2], @ids[0, 1, 3]), 'and the worst first';
    is order($site, 'sort=-rating_mean'), join(' ', $ids[2], reverse @ids[0, 1, 3]), 'a download as well';
    is table($admin, 'sort=-rating_mean'), join(' ', reverse @ids), 'who rated them all has the order';
    is table($visitor, 'sort=rating_mean'), join(' ', @ids), 'a visitor none';
};

subtest 'no filter tells it' => sub {
    is table($site, 'rating_mean_min=4'), '', 'by the mean, at least';
    is table($site, 'rating_mean_max=3'), $ids[2], 'at most';
    is table($site, "class=$transient"), $ids[2], 'by what somebody called it';
    is table($site, "class=$rfi"), $ids[2], 'or the reader';
    is table($admin, 'rating_mean_min=4'), $ids[3], 'who rated them finds them';
    is table($admin, "class=$transient&sort=id"), join(' ', @ids), 'by both';
    is order($site, "class=$transient"), $ids[2], 'in a download';
    is table($visitor, "class=$transient"), '', 'a visitor finds none';
};

subtest 'the candidate page and its panels' => sub {
    for my $id (@ids[0, 1, 3]) {
        my $page = $site->get("/candidates/$id")->{content};
        unlike $page, qr{Mean rating of all}, 'no mean';
        my $said = decode_json($site->get("/candidates/$id.json")->{content});
        my $row  = $said->{candidate} // $said;
        is_deeply [ @$row{qw(rating_mean my_rating)} ], [ undef, undef ], 'nor in its JSON';
    }
    like $site->get("/candidates/$ids[2]")->{content}, qr{Mean rating of all: <b>3\.0</b>}, 'it is there after one\'s verdict';
    unlike $site->get("/candidates/$ids[2]/near?radius=60")->{content}, qr{digit-|Transient}, 'the panel of those near by has one\'s own alone';
    unlike $site->get("/candidates/$ids[2]/near.csv?radius=60")->{content}, qr{Transient}, 'so has its download';
};

subtest 'downloads of ratings' => sub {
    my $seen = sub ($client, $query) {
        join ' ', sort map {"$_->{candidate}:$_->{username}"} rows_of($client, "/downloads/ratings.json?project=$blind&$query");
    };
    my $all = join ' ', sort((map {"$_:admin"} @ids), "$ids[2]:rater");
    is $seen->($site, ''), "$ids[2]:admin $ids[2]:rater", 'others\' on what one has rated, and one\'s own';
    is $seen->($site, 'history=1'), "$ids[2]:admin $ids[2]:rater", 'with their history';
    is $seen->($site, 'as_of=2090-01-01'), "$ids[2]:admin $ids[2]:rater", 'and as they stood';
    is $seen->($admin, ''), $all, 'staff take all';
    $site->sql("DELETE FROM rating WHERE account_id = $account{admin} AND candidate_id = $ids[0]");
    give('rater', $ids[0], 1, $rfi);
    like $seen->($admin, ''), qr{$ids[0]:rater}, 'also on what they have not rated';
    is means($admin, "/candidates.json?project=$blind")->{ $ids[0] }, undef, 'whose mean they don\'t see elsewhere';
    like $admin->get('/admin/ratings')->{content}, qr{/admin/candidates/$ids[0]"}, 'the pages for staff have it';
    is rows_of($site, "/downloads/ratings.json?project=$open"), 1, 'nothing is hidden in the other project';
};

done_testing;
