# Templates carry no style or script of their own: the Content-Security-Policy would refuse it.
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use SourceTree;
use Test::More;

my @templates = files(qr/\.html$/, 'htdocs');
plan skip_all => 'there are no templates yet' if !@templates;

my %refused = (
    'style elements'           => qr/<style\b/i,
    'style attributes'         => qr/<[^>]*\sstyle\s*=/i,
    'scripts without a source' => qr/<script\b(?![^>]*\bsrc=)/i,
    'event handlers'           => qr/<[^>]*\son[a-z]+\s*=/i,
    'javascript: addresses'    => qr/javascript:/i,
    'unescaped values'         => qr/\{\{[{&]/,
);
my %text = map { $_ => join "\n", lines($_) } @templates;
for my $what (sort keys %refused) {
    my @found = grep { $text{$_} =~ $refused{$what} } @templates;
    is_deeply(\@found, [], "templates have no $what");
}

done_testing;
