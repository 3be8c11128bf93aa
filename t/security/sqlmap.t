# sqlmap.t: sqlmap finds no way into the database through any form or parameter of the table of contents;
# through a page that has one, it does. `make check-security` runs it.
#
#   SECURITY_SECONDS   for the whole (2400); what is not reached in time is a failure
#   SECURITY_ONLY      a pattern over "METHOD /path"
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Attack;
use File::Temp 'tempdir';
use Test::More;
use TransientsTest qw(run_program slurp);

my $sqlmap = program_named('sqlmap') or plan skip_all => 'sqlmap is not installed';

# What sqlmap takes for a way in and is none: [pattern over "METHOD path parameter", why].
my @false_findings = ();

my $site    = site_to_attack();
my $dir     = tempdir(CLEANUP => 1);
my $until   = time + ($ENV{SECURITY_SECONDS} // 2400);
my $only    = qr/$ENV{SECURITY_ONLY}/ if length($ENV{SECURITY_ONLY} // '');
my $seconds = 300;   # for one address, and 10 more for each parameter

# The parameters that it found a way through, and all that it said.
sub attack ($parameters, @where) {
    my ($status, $out, $err) = run_program(['timeout', $seconds + 10 * $parameters, $sqlmap, @where, '--batch', '--disable-coloring',
            '--level=1', '--risk=1', '--dbms=postgresql', '--technique=BEUT', '--time-sec=3', '--timeout=10', '--retries=1',
            '--ignore-proxy', '--skip-waf', '--drop-set-cookie', '--flush-session', '--output-dir', "$dir/out",
            '--ignore-code=*'], env => { HOME => $dir });
    my @found = "$out$err" =~ /^Parameter: (.*)$/mg;
    return (\@found, "$out$err", $status);
}

subtest 'sqlmap finds what there is to find' => sub {
    my $vulnerable = vulnerable_site($site);
    my ($found, $said) = attack(1, '-u', $vulnerable->url . '/x?id=1');
    like join(' ', @$found), qr/^id \(GET\)/, 'a statement made from text' or diag $said;
};

my @targets = grep { $_->{params}->@* && (!$only || "$_->{method} $_->{path}" =~ $only) } targets($site);
cmp_ok scalar @targets, '>', $only ? 0 : 40, @targets . ' forms and lists of parameters';
my ($asked, $parameters) = (0, 0);
for my $target (@targets) {
    my $name = "$target->{method} $target->{path}";
    if (time > $until) {
        fail "$name is reached in SECURITY_SECONDS";
        next;
    }
    my ($found, $said, $status) = attack($target->{params}->@* / 2, options_of($site, $target));
    my @stands = grep { my $one = "$name $_"; !grep { $one =~ $_->[0] } @false_findings } @$found;
    is join(', ', @stands), '', "$name has no way in";
    isnt $status, 124, 'all of it was tried in time';
    like $said, qr/all tested parameters do not appear|does not seem to be injectable|not appear to be (?:injectable|dynamic)|Parameter: /,
        'each parameter was tried' or diag substr $said, -1500;
    cmp_ok $site->sql('SELECT count(*) FROM candidate'), '>', 4, 'what passed the checks was stored'
        if $target->{path} eq '/candidate_create/';
    $parameters += $target->{params}->@* / 2;
}
note "$parameters parameters of " . @targets . ' addresses';

my @failed = grep {m{" 500 }} split /\n/, slurp($site->dir . '/access.log');
is join("\n", @failed), '', 'and none of what was sent made the site fail';
cmp_ok $site->sql('SELECT count(*) FROM candidate'), '>=', 4, 'all candidates are there';

done_testing;
