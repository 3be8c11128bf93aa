# The page of one's own tokens: made, shown once, used, revoked; nobody sees another's.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use TransientsTest;
use Test::More;

my $site = TransientsTest->start;
$site->login('rater');
my $path = '/account/tokens';

my $made = $site->post($path, form => { name => 'pipe <b>', scope => 'read', days => 30 });
is $made->{status}, 201, 'a token is made';
my ($key) = $made->{content} =~ /id="made">(mwt_[\w-]{43})</;
ok $key, 'and shown' or BAIL_OUT($made->{content});
my $list = $site->get($path)->{content};
unlike $list, qr/\Q$key\E/, 'once';
like $list, qr/pipe &lt;b&gt;/, 'its name stays, as text';
is $site->sql(qq{SELECT count(*) FROM token WHERE token::text LIKE '%$key%'}), 0, 'it is nowhere in the database';

is $site->new_client->get('/candidates.json', token => $key)->{status}, 200, 'it opens what it is for';
is $site->new_client->post('/observation_create/', token => $key, form => { observation_id => 1 })->{status}, 403, 'and nothing else';

my $id = $site->sql(q{SELECT id FROM token WHERE name = 'pipe <b>'});
my $other = $site->new_client;
$other->login('admin');
unlike $other->get($path)->{content}, qr/pipe &lt;/, q{nobody sees another's};
is $other->post("$path/$id/revoke")->{status}, 404, 'or revokes it';
is $site->get("$path/$id/revoke")->{status}, 405, 'a GET revokes nothing';
is $site->post("$path/$id/revoke")->{status}, 303, 'its owner does';
is $site->new_client->get('/candidates.json', token => $key)->{status}, 401, 'and it opens nothing more';
is $site->post("$path/$id/revoke")->{status}, 404, 'once';

like $site->get($path)->{content}, qr/name="days"[^>]*value="365"/, 'unless one says otherwise it ends after a year';
my $refused = $site->post($path, form => { name => '', scope => 'metrics', days => 'x<y' })->{content};
like $refused, qr/value="metrics" selected/, 'a refused form keeps the choice';
like $refused, qr/name="days"[^>]*value="x&lt;y"/, 'and the days';
my ($monitor) = $site->post($path, form => { name => 'monitor', scope => 'metrics' })->{content} =~ /id="made">(mwt_[\w-]{43})</;
is $site->new_client->get('/candidates.json', token => $monitor)->{status}, 403, 'one for monitoring reads no data';
is $site->new_client->post('/observation_create/', token => $monitor, form => {})->{status}, 403, 'and uploads none';
$key = $site->post($path, form => { name => 'second', scope => 'upload-read' })->{content} =~ /id="made">(mwt_[\w-]{43})</ ? $1 : '';
is $site->new_client->get("/$_", token => $key, headers => { Accept => 'application/json' })->{status}, 403, "no token opens /$_"
    for qw(account account/password account/tokens account/sessions kept);

my %bad = ('no name' => { scope => 'read' }, 'a long name' => { name => 'x' x 65, scope => 'read' },
    'no scope' => { name => 'x' }, 'an unknown scope' => { name => 'x', scope => 'staff' },
    'no days' => { name => 'x', scope => 'read', days => 0 }, 'endless days' => { name => 'x', scope => 'read', days => 1e9 });
for my $case (sort keys %bad) {
    my $answer = $site->post($path, form => $bad{$case});
    is $answer->{status}, 422, "$case is refused";
    like $answer->{content}, qr/class="error"/, 'at the field';
}
is $site->sql(q{SELECT count(*) FROM token t JOIN account a ON a.id = t.account_id
    WHERE a.name = 'rater' AND t.name IN ('x', '')}), 0, 'and nothing is made';

$site->stop;
done_testing;
