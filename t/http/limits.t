# limits.t: how much, how many and how slowly: what a request may be, and that the site goes on meanwhile.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use IO::Socket::INET;
use Test::More;
use Time::HiRes 'time';
use TransientsTest qw(together slurp srcdir);

# As conf/site.conf.in has it, with shorter times.
my $site = TransientsTest->start(server_conf => 'RequestReadTimeout header=1-2,MinRate=500 body=1,MinRate=8000');
my $host = 'localhost:' . $site->port;
$site->login('rater');
my $cookie = 'transients_session=' . $site->client->cookies->value('transients_session');

sub connection () {
    return IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $site->port, Timeout => 10) // die "connect: $!";
}

# Sends a byte now and then until the server hangs up; the answer and the seconds that it took.
sub trickle ($begin, $more) {
    local $SIG{PIPE} = 'IGNORE';
    my $socket = connection();
    my ($answer, $began) = ('', time);
    syswrite $socket, $begin;
    while (time < $began + 20) {
        vec(my $ready = '', fileno $socket, 1) = 1;
        if (select $ready, undef, undef, 0.2) {
            last if !sysread $socket, $answer, 65536, length $answer;
        }
        else {
            syswrite $socket, $more;
        }
    }
    return ($answer, time - $began);
}

sub status_of ($answer) { return $answer =~ m{^HTTP/1\.1 (\d+)} ? $1 : 0 }

subtest 'the configurations bound how slowly a request may come' => sub {
    like slurp(srcdir() . "/conf/$_"), qr/^RequestReadTimeout .*header=\d+-\d+,MinRate=\d+ body=\d+,MinRate=\d+/m, $_
        for qw(site.conf.in production.conf);
};

subtest 'who sends headers a byte at a time is cut off' => sub {
    my ($answer, $took) = trickle("GET / HTTP/1.1\r\nHost: $host\r\n", 'X');
    ok $answer eq '' || status_of($answer) == 408, 'with 408, or without a word';
    cmp_ok $took, '<', 10, sprintf 'after %.1f s', $took;
};

subtest 'who sends a form a byte at a time is cut off' => sub {
    my ($answer, $took) = trickle("POST /settings HTTP/1.1\r\nHost: $host\r\nCookie: $cookie\r\n"
            . "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 100000\r\n\r\ntheme=", 'd');
    like status_of($answer), qr/^(?:408|400|0)$/, 'it is not stored';
    cmp_ok $took, '<', 10, sprintf 'after %.1f s', $took;
    is $site->sql('SELECT count(*) FROM account_setting') + 0, 0, 'nothing was stored';
};

subtest 'forty such clients keep nobody else waiting' => sub {
    my @slow = map { my $s = connection(); syswrite $s, "GET / HTTP/1.1\r\nHost: $host\r\n"; $s } 1 .. 40;
    my $began = time;
    is $site->get('/account')->{status}, 200, 'a page';
    is $site->get('/css/base.css')->{status}, 200, 'a static file';
    cmp_ok time - $began, '<', 2, sprintf 'after %.2f s', time - $began;
};

# What is too much, by what one sends.
my $form = 'application/x-www-form-urlencoded';
my @cases = (
    ['a form of more than a megabyte', [413], 'POST', '/settings', content => 'theme=' . 'x' x 1_100_000,
        headers => { 'Content-Type' => $form }],
    ['a form of 1,001 fields', [413, 422, 400], 'POST', '/settings', content => join('&', map {"a$_=1"} 1 .. 1001),
        headers => { 'Content-Type' => $form }],
    ['a field longer than it may be', [422], 'POST', '/account/tokens', form => { name => 'x' x 65, scope => 'read' }],
    ['a name of 5,000 characters at the login', [422, 401], 'POST', '/login', form => { name => 'x' x 5000, password => 'x' }],
    ['a password of 5,000 characters', [422, 401], 'POST', '/login', form => { name => 'x', password => 'x' x 5000 }],
    ['a query of 9,000 bytes', [400, 414], 'GET', '/candidates?find=' . 'x' x 9000],
    ['a query of 201 parameters', [400], 'GET', '/candidates?' . join '&', map {"a$_=1"} 1 .. 201],
    ['an address of 9,000 bytes', [414, 404, 400], 'GET', '/' . 'x' x 9000],
    ['a header of 9,000 bytes', [400], 'GET', '/account', headers => { 'X-Long' => 'x' x 9000 }],
    ['150 headers', [400], 'GET', '/account', headers => { map { ("X-$_" => 1) } 1 .. 150 }],
    ['201 parts', [400, 413], 'POST', '/candidate_create/', token => $site->token('rater'),
        multipart => [map { ("f$_" => 'x') } 1 .. 201]],
    ['a text part of two megabytes', [400, 413], 'POST', '/candidate_create/', token => $site->token('rater'),
        multipart => [notes => 'x' x 2_100_000]],
);
for my $case (@cases) {
    my ($what, $statuses, $method, $path, @more) = @$case;
    my $answer = $site->request($method, $path, @more);
    ok scalar(grep { $answer->{status} == $_ } @$statuses), "$what is refused ($answer->{status})";
    unlike $answer->{content}, qr/x{200}/, 'and does not come back';
}
is $site->sql('SELECT count(*) FROM account_setting') + 0, 0, 'nothing of it was stored';
is $site->get('/account')->{status}, 200, 'and the site goes on';

done_testing;
