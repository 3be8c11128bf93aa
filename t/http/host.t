# host.t: the site answers by its own names, and nothing of an answer comes from the Host that was sent.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use TransientsTest;
use TransientsTest::Sample;

my $site = TransientsTest->start(site_conf => 'ServerAlias other.example *.wild.example');
my $port = $site->port;

sub asked ($path, $host, @headers) {
    my $answer = $site->raw(join "\r\n", "GET $path HTTP/1.1", "Host: $host", 'Connection: close', @headers, '', '');
    my ($status) = $answer =~ m{^HTTP/1\.1 (\d+)};
    return ($status, $answer);
}

for my $host ('localhost', "localhost:$port", 'LOCALHOST', 'other.example', 'a.wild.example', 'localhost:1') {
    my ($status) = asked('/login', $host);
    is $status, 200, "$host is known";
}
for my $host ('evil.example', 'localhost.evil.example', 'xlocalhost', "127.0.0.1:$port", 'wild.example.org') {
    for my $path ('/login', '/candidates', '/css/tokens.css', '/nothing') {
        my ($status, $answer) = asked($path, $host);
        is $status, 421, "$path for $host is refused";
        unlike $answer, qr/\Q$host\E/, 'and its name is not said again';
    }
}
for my $path ('/healthz', '/readyz') {
    my ($status) = asked($path, 'evil.example');
    is $status, 200, "$path answers by any name";
}

my ($status, $answer) = asked('/observation_create/', 'evil.example');
is $status, 421, 'the upload addresses as well';

my ($with) = asked('/login', 'localhost', 'X-Forwarded-Host: evil.example');
is $with, 200, 'a header of proxies means nothing';
my $post = $site->raw("POST /login HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
like $post, qr{^HTTP/1\.1 421}, 'a POST is refused, too';
like $site->raw("GET /healthz HTTP/1.0\r\n\r\n"), qr{ 200 }, 'HTTP/1.0 may do without a name';

done_testing;
