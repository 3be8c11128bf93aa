# upload-race.t: sixteen uploaders at once bring the same new observation and filter, and one
# candidate each, and one that all of them bring.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use JSON::PP ();
use Test::More;
use TransientsTest qw(together);
use TransientsTest::Sample;

my $site     = TransientsTest->start;
my $uploaders = 16;
$site->admin('project', 'add', 'P');

sub post ($path, %opt) {
    my $answer = $site->new_client->post($path, token => $site->token('rater'), %opt);
    return [$answer->{status}, $answer->{content}];
}

my @answers = map { JSON::PP::decode_json($_ // '[]') } together($uploaders, sub ($number) {
    my @said = (
        post('/observation_create/', form => observation()),
        post('/candidate_create/', multipart => parts(x_pix => $number, png => png($number), gif => gif($number))),
        post('/candidate_create/', multipart => parts(x_pix => 5000, png => png(5000), gif => gif(5000))),
    );
    return JSON::PP::encode_json(\@said);
});

is scalar(grep { @$_ == 3 } @answers), $uploaders, 'every uploader got all its answers';
my @statuses = map { map { $_->[0] } @$_ } @answers;
is_deeply [grep { $_ ne '201' } @statuses], [], 'every answer is a 201'
    or diag(map {"$_->[0]: $_->[1]\n"} grep { $_->[0] ne '201' } map {@$_} @answers);
is $site->sql('SELECT count(*) FROM observation'), 1, 'there is one observation';
is $site->sql('SELECT count(*) FROM filter'), 1, 'there is one filter';
is $site->sql('SELECT count(*) FROM candidate'), $uploaders + 1, 'there is one row a candidate';
is $site->sql('SELECT count(*) FROM candidate_summary'), $uploaders + 1, 'with one summary each';
my @new = grep { $_->[1] !~ /already created/ } map { $_->[0] } @answers;
is scalar @new, 1, 'one uploader was told that the observation is new';
my %ids = map { JSON::PP::decode_json($_->[2][1])->{id} => 1 } grep { $_->[2][0] eq '201' } @answers;
is scalar keys %ids, 1, 'all were told the same id of the candidate that all brought';
is scalar(grep { m{/[0-9a-f]{2}/[0-9a-f]{64}\.} } keys holdings($site)->%*), 3 * ($uploaders + 1),
    'each candidate has its three files';
is scalar(grep { /^file / && !m{/[0-9a-f]{2}/[0-9a-f]{64}\.} } keys holdings($site)->%*), 0,
    'and nothing stays in the spool';
unlike $site->error_log, qr/\b40P01\b|deadlock/i, 'no deadlock was seen';

done_testing;
