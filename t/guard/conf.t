# conf.t: what the tests are run with is what production.conf gives a site: each directive of site.conf.in
# stands there too, with the same value.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use SourceTree;
use Test::More;

# Where a site is, and what it is called, differ.
my %differs = map { $_ => 1 } qw(ServerRoot DefaultRuntimeDir PidFile ServerName Listen LoadModule ErrorLog LogFormat
    CustomLog DocumentRoot DBDParams TransientsSchema TransientsTemplates TransientsMedia TransientsURL
    TransientsSimbadURL TypesConfig IncludeOptional Header LogLevel RequestReadTimeout);

sub directives (@files) {
    my %value;
    for my $line (map { lines($_) } @files) {
        next if $line !~ /^\s*([A-Z]\w+)\s+(.*?)\s*$/;
        $value{$1}{$2} = 1;
    }
    return \%value;
}

my $tests = directives('conf/site.conf.in');
my $site  = directives('conf/production.conf', 'conf/production-site.conf');
cmp_ok scalar keys %$tests, '>', 30, 'the tests have a configuration';
for my $name (sort keys %$tests) {
    ok $site->{$name}, "$name stands in production.conf" if $name !~ /^(?:ServerRoot|DefaultRuntimeDir|PidFile|LoadModule|TypesConfig|TransientsSimbadURL)$/;
    next if $differs{$name};
    for my $value (grep { !/\@[A-Z]+\@/ } sort keys $tests->{$name}->%*) {
        ok $site->{$name}{$value}, "$name $value, too";
    }
}

# Limits that are of the kind that attackers look for.
my ($options) = map { map {/options='([^']*)'/} keys $_->{DBDParams}->%* } $tests;
ok scalar(grep { index($_, $options) >= 0 } keys $site->{DBDParams}->%*), 'the same limits of the database';
like join(' ', keys $_->{RequestReadTimeout}->%*), qr/header=10-20,MinRate=500 body=20,MinRate=8000/, 'slow senders end'
    for $tests, $site;

done_testing;
