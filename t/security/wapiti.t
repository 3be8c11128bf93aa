# wapiti.t: wapiti finds no fault in the site that it can crawl as staff; in a page that has one, it does.
# `make check-security` runs it.
#
#   SECURITY_SCAN, SECURITY_ATTACK   seconds of looking for pages, of each kind of attack (90, 120)
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Attack;
use File::Temp 'tempdir';
use JSON::PP ();
use Test::More;
use TransientsTest qw(run_program slurp spew);

my $wapiti = program_named('wapiti') or plan skip_all => 'wapiti is not installed';

# What wapiti tells and is no fault: [pattern over "kind METHOD path parameter: info", why].
my @false_findings = (
    [qr/^Secure Flag cookie /, 'plain HTTP on loopback: with TLS the cookie is __Host- and Secure (t/http/production.t)'],
    [qr/^HTTP Secure Headers .*Strict-Transport-Security/, 'the same: plain HTTP (t/http/production.t)'],
    [qr/^HTTP Secure Headers .*X-XSS-Protection/, 'browsers have dropped it; it made holes of its own'],
    [qr/^HTTP Secure Headers .*X-Frame-Options/, 'frame-ancestors of the Content-Security-Policy says it'],
    [qr/^Content Security Policy .*(?:object-src|media-src|frame-src|child-src|worker-src|manifest-src|script-src-)/,
        "default-src 'none' covers what is not named"],
    [qr/^Internal Server Error .*/, 'judged by the log: every 500 of the site is a failure below'],
);

my $site = site_to_attack();
my $dir  = tempdir(CLEANUP => 1);
my ($scan, $attack) = ($ENV{SECURITY_SCAN} // 90, $ENV{SECURITY_ATTACK} // 120);
my $modules = 'xss,permanentxss,sql,blindsql,exec,file,crlf,redirect,ssrf,xxe,csp,cookieflags,http_headers,htaccess,methods,backup';

# Debian 12's wapiti makes a pattern that its Python doesn't take any more.
spew("$dir/sitecustomize.py", <<'PYTHON');
import re
compile_as_given = re.compile
def compile(pattern, flags=0):
    if isinstance(pattern, str) and pattern.endswith(r'\Z(?ms)'):
        pattern = '(?ms)' + pattern[:-5]
    return compile_as_given(pattern, flags)
re.compile = compile
PYTHON

# Findings as "kind METHOD path parameter: info".
sub attack ($url, @more) {
    state $count = 0;
    my $report = "$dir/report-" . ++$count;
    my ($status, $out, $err) = run_program(['timeout', 1800, $wapiti, '-u', $url, '--scope', 'folder', '--flush-session', '-l', 1,
            '--max-scan-time', $scan, '--max-attack-time', $attack, '--max-links-per-page', 60, '--max-files-per-dir', 60,
            '--no-bugreport', '--store-session', "$dir/s", '--store-config', "$dir/c", '-f', 'json', '-o', $report, @more],
        env => { HOME => $dir, PYTHONPATH => $dir, http_proxy => undef, HTTP_PROXY => undef });
    die "wapiti ended with $status: " . substr("$out$err", -1500) if !-s $report;
    my $data = JSON::PP->new->utf8->decode(slurp($report));
    my @found;
    for my $group (qw(vulnerabilities anomalies additionals)) {
        my $of = $data->{$group} // {};
        push @found, map { my $kind = $_; map { join ' ', $kind, $_->{method}, $_->{path}, ($_->{parameter} // '-') . ": $_->{info}" }
            $of->{$kind}->@* } sort keys %$of;
    }
    return (\@found, "$out$err");
}

subtest 'wapiti finds what there is to find' => sub {
    my $vulnerable = vulnerable_site($site);
    my ($found) = attack($vulnerable->url . '/', '-m', 'xss,sql');
    ok scalar(grep {/Cross Site Scripting/} @$found), 'a page that says again what it was sent' or diag "@$found";
};

subtest 'wapiti finds no fault in the site' => sub {
    # it stays logged in as long as it leaves these alone, which sqlmap.t tries
    my $cookie = session_of_staff($site);
    my ($found, $said) = attack($site->url . '/', '-m', $modules, '-H', "Cookie: $cookie",
        map { ('-x', $site->url . $_) } '/logout', '/account/sessions/end', '/account/password', '/login', '/admin/users/*');
    is $site->new_client->get('/admin', headers => { Cookie => $cookie })->{status}, 200, 'it was logged in as staff to the end';
    my ($pages) = $said =~ /Wapiti found (\d+) URLs and forms/;
    cmp_ok $pages // 0, '>', 20, ($pages // 'no') . ' addresses and forms';
    my %why;
    my @stands = grep { my $one = $_; my ($false) = grep { $one =~ $_->[0] } @false_findings; $why{ $false->[1] }++ if $false; !$false } @$found;
    is join("\n", @stands), '', 'nothing that stands';
    note "$why{$_} x no fault: $_" for sort keys %why;
};

my @failed = grep {m{" 500 }} split /\n/, slurp($site->dir . '/access.log');
is join("\n", @failed), '', 'and none of what was sent made the site fail';
my $asked = () = slurp($site->dir . '/access.log') =~ /\n/g;
note "$asked requests";

done_testing;
