# secrets.t: nothing in the project's files could be used to get into a site.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use SourceTree;
use Test::More;

# Words for an example of a configuration; tests make accounts of their own in databases of their own.
my $given = qr/\b(?:password|passwd|secret|token|key)\s*[=:]\s*["']?(?!["'\s<\$({@%\\.]|YOUR|PASSWORD|TOKEN|KEY)[A-Za-z0-9+\/_-]{8,}/i;

my @found;
for my $file (files(qr/./, 'conf', 'scripts', 'containers'), files(qr/\.md$/, 'docs'), 'README.md', 'bootstrap') {
    next if $file =~ /\.(?:png|webp|svg|ico|woff2)$/;
    my $number = 0;
    for my $line (lines($file)) {
        $number++;
        push @found, "$file:$number: $line" if $line =~ $given && $line !~ /^\s*#.*\b(?:is|are)\b/;
        push @found, "$file:$number: a key" if $line =~ /-----BEGIN [A-Z ]*PRIVATE KEY-----|\bmwt_[A-Za-z0-9_-]{20,}/;
    }
}
is join("\n", @found), '', 'no file of the project holds a password or a token';
like 'password=change-me-now', $given, 'one would be seen';

done_testing;
