# merged.t: uploads and verdicts that name what was merged into another go on, and nothing comes twice.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use JSON::PP 'decode_json';
use Test::More;
use TransientsTest;
use TransientsTest::Sample;

my $site = TransientsTest->start;
my $p    = add_project($site);
$site->post('/observation_create/', form => observation(), token => $site->token('rater'));

sub upload (%change) {
    my $answer = $site->post('/candidate_create/', token => $site->token('rater'), multipart => parts(%change));
    return ($answer->{status}, decode_json($answer->{content}), $answer->{headers}{'transients-known'});
}

my (undef, $first) = upload(filter_id => 'vmf');
my (undef, $other) = upload(filter_id => 'better', x_pix => 5);
$site->admin('filter', 'merge', 'vmf', 'better');

my ($status, $again, $known) = upload(filter_id => 'vmf');
is $status, 201, 'the same candidate under the old name of its filter is taken';
is $known, 'yes', 'and known';
is $again->{id}, $first->{id}, 'as the one that is there';
is $again->{filter}, $other->{filter}, 'which belongs to the other filter now';
($status, my $new, $known) = upload(filter_id => 'vmf', x_pix => 7);
is $known, undef, 'another candidate under the old name is a new one';
is $new->{filter}, $other->{filter}, 'of the other filter';
my $answer = $site->post('/searches', token => $site->token('rater'), json => {
    obs_id => OBS, project => 'P', filter_id => 'vmf', row_count => 3 });
is $answer->{status}, 201, 'a search with the old name is recorded';
is $site->sql('SELECT filter_id FROM search_record'), $other->{filter}, 'for the other filter';
is $site->sql('SELECT count(*) FROM filter'), 2, 'no filter is made';

$site->admin('classification', 'merge', 'Satellite', 'RFI');
my ($satellite, $rfi) = map { scalar $site->sql("SELECT id FROM classification WHERE name = '$_'") } qw(Satellite RFI);
$site->login('rater');
unlike $site->get("/candidates/$first->{id}")->{content}, qr/value="$satellite"[^>]*>.*Satellite/, 'a merged classification is not offered';
my %verdict = (rating => 2, classification => $satellite, request_key => 'on-its-way');
my $rate = "/candidates/$first->{id}/rating";
is $site->post($rate, \%verdict)->{status}, 303, 'a verdict that was on its way when it was merged is stored';
is $site->sql('SELECT classification_id FROM rating'), $rfi, 'as the other one';
is $site->post($rate, \%verdict)->{status}, 303, 'and answered alike when it comes again';
is $site->post($rate, { %verdict, rating => 3 })->{status}, 409, 'while another one under its key is refused';
$site->sql("DELETE FROM rating; UPDATE rating_event SET classification_id = $satellite");
is $site->post($rate, \%verdict)->{status}, 303, 'so is one that was stored before the merge';
%verdict = (%verdict, request_key => 'several-on-their-way', ids => "$first->{id},$other->{id}");
for my $time ('on several candidates', 'on several candidates again') {
    is $site->post("/candidates/$first->{id}/neighbours-rating", \%verdict)->{status}, 303, "a verdict $time is taken";
}
is join(' ', $site->sql('SELECT classification_id FROM rating')), "$rfi $rfi", 'as the other one';
$site->admin('check');

$site->stop;
done_testing;
