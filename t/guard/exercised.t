# exercised.t: every address that takes a POST, and every page, is asked for by a test.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use SourceTree;
use Test::More;

my $tests = join "\n", map { join "\n", lines($_) } files(qr/\.t$/, 't/http', 't/browser');
my $table = join "\n", lines('mod_transients/pages/routes.c');

# "/candidates/{id:int}/rating" as tests write it: an id may be a number, a variable, an expression.
sub pattern ($path) {
    my $text = join '[^\s\'"?]+', map {quotemeta} split /\{[^}]*\}/, $path, -1;
    # "$page/rating": what comes before the last part may be a variable
    my ($last) = $path =~ m{\}(/[^{}]+)$};
    return $last ? qr/(?:$text|\$\w+\Q$last\E)(?![\w\/])/ : qr/$text(?![\w\/])/;
}

my @routes = $table =~ /\{\s*TR_(GET|POST),\s*"([^"]+)"/g;
cmp_ok scalar @routes, '>', 40, 'there is a table of routes';
while (my ($method, $path) = splice @routes, 0, 2) {
    next if $path eq '/';
    like $tests, pattern($path), "$method $path is asked for by a test";
}

done_testing;
