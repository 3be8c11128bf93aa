# old-site.t: docs/old-site.md has no empty row, and each test that it names is there.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use SourceTree;
use Test::More;

my (@rows, $section);
for my $line (lines('docs/old-site.md')) {
    $section = $1 if $line =~ /^## (.+)/;
    next if ($section // '') !~ /^(?:Features|Faults)/ || $line !~ /^\|/ || $line =~ /^\| ---|^\| (?:feature|fault) /;
    my (undef, @cells) = split /\s*\|\s*/, $line, -1;
    pop @cells;
    push @rows, [$section, @cells];
}
cmp_ok scalar(grep { $_->[0] =~ /Features/ } @rows), '>', 40, 'there are features';
cmp_ok scalar(grep { $_->[0] =~ /Faults/ } @rows),   '>', 40, 'there are faults';

my %text;
for my $row (@rows) {
    my (undef, $what, @cells) = @$row;
    is scalar(grep {/\S/} @cells), scalar @cells, "'$what' has no empty cell";
    my $tests = $cells[0];
    next if $tests eq 'dropped on purpose';
    my @named = $tests =~ /`(t\/\S+?\.(?:t|c))`(?:: '([^']+)')?/g;
    ok scalar @named, "'$what' names a test" or next;
    while (my ($file, $name) = splice @named, 0, 2) {
        $text{$file} //= -e top() . "/$file" ? join "\n", lines($file) : '';
        ok length $text{$file}, "$file, for '$what', is there";
        ok index($text{$file}, $name) >= 0, "it has a test '$name'" if defined $name;
    }
}

done_testing;
