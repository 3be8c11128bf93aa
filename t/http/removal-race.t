# removal-race.t: while candidates with the same pictures come in and are rated, staff remove them:
# no picture that is needed goes, no count is wrong, nobody sees a fault.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use JSON::PP qw(decode_json encode_json);
use Test::More;
use TransientsTest qw(together);
use TransientsTest::Client;
use TransientsTest::Sample;

use constant { UPLOADERS => 3, ROUNDS => 15 };

my $site = TransientsTest->start;
my $p    = add_project($site);
$site->post('/observation_create/', form => observation(), token => $site->token('rater'));

# Few pictures, so that one's end meets another's beginning.
sub upload ($client, $number) {
    my $answer = $client->post('/candidate_create/', token => $site->token('rater'),
        multipart => parts(x_pix => $number, png => png($number % 3), gif => gif($number % 3)));
    return $answer->{status};
}

sub rate ($client, $number) {
    my $rows = $client->json("/candidates.json?project=$p&rows=10&sort=-id")->{rows};
    my ($row) = $rows->@[$number % (@$rows || 1)] or return 303;
    return $client->post("/candidates/$row->{id}/rating", { rating => 1 + $number % 5, classification => 1 })->{status};
}

sub remove ($client) {
    my $path = "/admin/candidates/remove?project=$p&all=1";
    my %form = TransientsTest::Client::form_fields($client->get($path)->{content}, qr{<form class="panel settings"});
    return 303 if !defined $form{stamp};    # there is none at the moment
    my ($count) = $form{stamp} =~ /^(\d+)/;
    return $client->post('/admin/candidates/remove', { %form, typed => $count })->{status};
}

my @said = map { decode_json($_ // '[]') } together(UPLOADERS + 2, sub ($number) {
    my $client = $site->new_client;
    $client->login($number == UPLOADERS ? 'rater' : 'admin') if $number >= UPLOADERS;
    return encode_json([map {
        $number < UPLOADERS ? upload($client, UPLOADERS * $_ + $number)
            : $number == UPLOADERS ? rate($client, $_) : remove($client)
    } 1 .. ROUNDS]);
});

is scalar(grep { @$_ == ROUNDS } @said), UPLOADERS + 2, 'everybody got all answers';
is_deeply [grep { $_ != 201 } map {@$_} @said[0 .. UPLOADERS - 1]], [], 'every upload is taken';
is_deeply [grep { !/^(?:303|404)$/ } $said[UPLOADERS]->@*], [], 'a verdict is stored, or its candidate is gone';
is_deeply [grep { !/^(?:303|409|422)$/ } $said[-1]->@*], [], 'a removal is done, or shown again because something changed';

my $left  = $site->sql('SELECT count(*) FROM candidate');
my $gone  = $site->sql(q{SELECT count(*) FROM audit_log WHERE action = 'delete' AND subject = 'candidate'});
is $left + $gone, UPLOADERS * ROUNDS, 'each candidate is there or in the audit log';
my ($status, $out) = $site->try_admin('check', '--media', $site->media);
is $out, "no faults found\n", 'counts are right, and every picture that is needed is there';

$site->login('admin');
until ($site->sql('SELECT count(*) FROM candidate') == 0) {
    remove($site->client) == 303 or last;
}
is scalar(grep { m{/[0-9a-f]{64}\.} } keys holdings($site)->%*), 0, 'with the last candidate the last picture goes';
is $site->sql('SELECT count(*) FROM removed_media'), 0, 'and none waits';

$site->stop;
done_testing;
