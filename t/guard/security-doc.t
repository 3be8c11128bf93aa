# security-doc.t: docs/security.md and docs/asvs.md name tests that are there, and leave no requirement out.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use SourceTree;
use Test::More;

for my $doc ('docs/security.md', 'docs/asvs.md') {
    my $text = join "\n", lines($doc);
    my %named = map { $_ => 1 } $text =~ m{`(t/[\w/.-]+\.(?:t|c))`}g;
    cmp_ok scalar keys %named, '>', 20, "$doc names tests";
    ok -e top() . "/$_", "$doc: $_ is there" for sort keys %named;
    # a file of the sources is named with its folder, those after it without
    for my $path ($text =~ m{`((?:lib|web|pages|conf|schema|scripts|docs)/[\w/.-]+\.\w+)`}g) {
        my @places = map { top() . "/$_$path" } '', 'mod_transients/';
        ok scalar(grep {-e} @places), "$doc: $path is there";
    }
}

# Every threat has an answer and a test.
my ($section, @threats) = ('');
for my $line (lines('docs/security.md')) {
    $section = $1 if $line =~ /^## (.+)/;
    push @threats, $line if $section eq 'Threats and answers' && $line =~ /^\| (?!---|threat )/;
}
cmp_ok scalar @threats, '>', 20, 'there are threats';
for my $line (@threats) {
    my (undef, $threat, $answer, $tests) = split /\s*\|\s*/, $line;
    ok length($answer // '') && ($tests // '') =~ m{`t/}, "'$threat' has an answer and a test";
}

# The requirements of levels 1 and 2 of ASVS 5.0.0 by section, without chapters 9, 10 and 17, which are about
# what the site has not.
my %requirements = (
    '1.1' => '1 2', '1.2' => '1 2 3 4 5 6 7 8 9', '1.3' => '1 2 3 4 5 6 7 8 9 10 11', '1.4' => '1 2 3',
    '1.5' => '1 2', '2.1' => '1 2 3', '2.2' => '1 2 3', '2.3' => '1 2 3 4', '2.4' => '1', '3.2' => '1 2',
    '3.3' => '1 2 3 4', '3.4' => '1 2 3 4 5 6', '3.5' => '1 2 3 4 5', '3.7' => '1 2', '4.1' => '1 2 3',
    '4.2' => '1', '4.3' => '1 2', '4.4' => '1 2 3 4', '5.1' => '1', '5.2' => '1 2 3', '5.3' => '1 2',
    '5.4' => '1 2 3', '6.1' => '1 2 3', '6.2' => '1 2 3 4 5 6 7 8 9 10 11 12', '6.3' => '1 2 3 4',
    '6.4' => '1 2 3 4', '6.5' => '1 2 3 4 5', '6.6' => '1 2 3', '6.8' => '1 2 3 4', '7.1' => '1 2 3',
    '7.2' => '1 2 3 4', '7.3' => '1 2', '7.4' => '1 2 3 4 5', '7.5' => '1 2', '7.6' => '1 2',
    '8.1' => '1 2', '8.2' => '1 2 3', '8.3' => '1', '8.4' => '1', '11.1' => '1 2', '11.2' => '1 2 3',
    '11.3' => '1 2 3', '11.4' => '1 2 3 4', '11.5' => '1', '11.6' => '1', '12.1' => '1 2 3',
    '12.2' => '1 2', '12.3' => '1 2 3 4', '13.1' => '1', '13.2' => '1 2 3 4 5', '13.3' => '1 2',
    '13.4' => '1 2 3 4 5', '14.1' => '1 2', '14.2' => '1 2 3 4', '14.3' => '1 2 3', '15.1' => '1 2 3',
    '15.2' => '1 2 3', '15.3' => '1 2 3 4 5 6 7', '16.1' => '1', '16.2' => '1 2 3 4 5', '16.3' => '1 2 3 4',
    '16.4' => '1 2 3', '16.5' => '1 2 3',
);
my %told = map { $_->[0] => $_ } map { [(split /\s*\|\s*/)[1 .. 4]] } grep {/^\| \d+\.\d+\.\d+/} lines('docs/asvs.md');
my @missing;
for my $part (sort keys %requirements) {
    for my $number (split / /, $requirements{$part}) {
        push @missing, "$part.$number" if !$told{"$part.$number"};
    }
}
is "@missing", '', 'every requirement is told';
for my $id (sort keys %told) {
    my (undef, $what, $state, $how) = $told{$id}->@*;
    like $state, qr/^(?:met|n\.a\.|\*\*(?:partly|not met)\*\*)$/, "$id is met, or not";
    ok length($what // '') && length($how // ''), 'and it is said how, or why not';
}

done_testing;
