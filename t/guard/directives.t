# conf/transients.conf tells of every directive, and of none that there isn't.
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use SourceTree;
use Test::More;

my ($conf, $table) = qw(conf/transients.conf mod_transients/web/config.c);
plan skip_all => "there is no $conf" if !-e top() . "/$conf";

# In prose a directive's name may begin a line, too: one is given where a value follows.
my $given = qr/^\s*#?(Transients(?:[A-Z]\w*)?)\s+(?:"|\d|On\b|Off\b)/;
my %known = map { $_ => 1 } map {/"(Transients(?:[A-Z]\w*)?)"/g} lines($table);
my @prose = lines($conf);
my %told  = map { $_ => 1 } map {/$given/} @prose;

ok(%known > 0, 'the web layer has directives');
is_deeply([grep { !$told{$_} } sort keys %known], [], 'every directive stands in transients.conf');
is_deeply([grep { !$known{$_} } sort keys %told], [], 'transients.conf has no directive of its own');

# A line that gives a directive, commented out or not, has prose above it.
my @bare;
for my $i (0 .. $#prose) {
    next if $prose[$i] !~ $given;
    push @bare, $1 if $i == 0 || $prose[$i - 1] !~ /^\s*#|^\s*Transients|^\s*</;
}
is_deeply(\@bare, [], 'every directive has a comment above it');

done_testing;
