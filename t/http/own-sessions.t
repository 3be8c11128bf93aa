# own-sessions.t: one sees where one is logged in, and ends what one does not know.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use TransientsTest;

my $site = TransientsTest->start;
my ($here, $there, $elsewhere, $other) = map { $site->new_client } 1 .. 4;
$_->login('rater') for $here, $there, $elsewhere;
$other->login('admin');

my $list = $here->get('/account/sessions');
is $list->{status}, 200, 'there is a list';
my @marks = $list->{content} =~ /name="session" value="([0-9a-f]{16})"/g;
is scalar @marks, 2, 'with the two others, which can be ended';
is scalar(() = $list->{content} =~ /this browser/g), 1, 'and this one, marked';
my $cookie = $there->cookies->value(($there->cookies->names)[0]);
unlike $list->{content}, qr/\Q$cookie\E/, 'nothing in it opens a session';

is $here->post('/account/sessions/end', { session => $marks[0] })->{status}, 303, 'one is ended';
my @alive = grep { $_->get('/candidates')->{status} == 200 } $there, $elsewhere;
is scalar @alive, 1, 'and one of the two is out';
is $here->get('/candidates')->{status}, 200, 'this one goes on';

is $here->post('/account/sessions/end', { session => 'nonsense' })->{status}, 303, 'a mark that is none';
is $alive[0]->get('/candidates')->{status}, 200, 'ends nothing';
my $admins = $site->sql(q{SELECT left(id_hash, 16) FROM session s JOIN account a ON a.id = s.account_id WHERE a.name = 'admin'});
$here->post('/account/sessions/end', { session => $admins });
is $other->get('/candidates')->{status}, 200, "nobody ends another's";

my $idle = join ',', map {"'$_'"} @marks;
$site->sql("UPDATE session SET seen_at = now() - interval '100 days' WHERE left(id_hash, 16) IN ($idle)");
unlike $here->get('/account/sessions')->{content}, qr/name="session" value/, 'what was idle for too long is not listed';

$there->login('rater');
is $here->post('/account/sessions/end', {})->{status}, 303, 'all others are ended at once';
isnt $there->get('/candidates')->{status}, 200, 'they are out';
is $here->get('/candidates')->{status}, 200, 'this one is not';
cmp_ok $site->sql(q{SELECT count(*) FROM audit_log WHERE action = 'logout' AND after ->> 'by' = 'list of logins'}), '>=', 2,
    'the audit log has it';

done_testing;
