# Every source file opens with what it is for, keeps to the sizes of the style, and is built.
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use File::Basename 'basename';
use SourceTree;
use Test::More;

my @c_files = files(qr/\.[ch]$/, 'mod_transients', 'tools', 't');
my @scripts = (files(qr{(?:\.(?:pl|pm|t|sh|m4|am|ac)|/run|/lint|/demo)$}, 't', 'scripts', 'm4', '.ci'),
    'bootstrap', 'configure.ac', 'Makefile.am');
my @ours = grep { !m{^m4/l(?:ibtool|t)} && $_ ne 'scripts/build.env' } @scripts;
my @texts = (@c_files, @ours, files(qr/\.(?:sql|html|css|js|conf|in|tsv|md|yml)$/,
    'schema', 'htdocs', 'conf', 'docs', 'scripts', 't', 'README.md', 'CONTRIBUTING.md'));

sub none ($name, @offences) {
    ok(!@offences, $name) or diag(join "\n", @offences);
}

# Each line of these files that matches, as 'file:line: text'.
sub matches ($pattern, @files) {
    my @found;
    for my $file (@files) {
        my $number = 0;
        for my $line (lines($file)) {
            $number++;
            push @found, "$file:$number: $line" if $line =~ $pattern;
        }
    }
    return @found;
}

none('every C file begins with its name and what it is for',
    grep { my $name = basename($_); (lines($_))[0] !~ m{^/\* \Q$name\E: \S} } @c_files);
none('every source file names its licence within its first comment',
    grep { my $file = $_; !grep {/SPDX-License-Identifier: MIT/} grep {defined} (lines($file))[0 .. 39] }
        @c_files, @ours);
none('no file is longer than 600 lines',
    map { my $count = () = lines($_); $count > 600 ? "$_ has $count" : () }
        grep { !m{^(?:htdocs/public/vendor|t/data)/|^docs/database\.md$} } @texts); # it is generated
none('no line of C is wider than 96 columns', matches(qr/^.{97}/, @c_files));
none('no line of C has a tab or ends in a space', matches(qr/\t|\s$/, @c_files));

# The words are put together here, so that this file has none of them.
my $left_open = join '|', map { join '', @$_ } ['TO', 'DO'], ['FIX', 'ME'], ['X' x 3], ['HA', 'CK'];
none('nothing is left open', matches(qr/\b(?:$left_open)\b/, @texts));

my $machine = join '|', map { join '', @$_ } ['/wo', 'rk/'], ['/ro', 'ot/'], ['/tmp/te', 'am'],
    ['/ho', 'me/\w'];
none('no path of one machine is in the tree', matches(qr{(?<![\w.\$\}'"])(?:$machine)}, @texts));
my $hosts = join '|', map { join '', @$_ } ['deb\.deb', 'ian\.org'], ['registry\.np', 'mjs'],
    ['snapshot\.deb', 'ian'], ['docker\.', 'io/'];
none('no package registry is named', matches(qr{$hosts}, @texts));

# Perl's own glob divides its argument at spaces, and a clone may be anywhere.
my @perl_files = grep { /\.(?:t|pm)$/ && $_ ne 't/guard/sources.t' } @ours;
none('Perl that uses glob is ready for paths with spaces',
    grep { my @lines = lines($_); (grep {/^[^#]*\bglob[ (](?!'\/proc)/} @lines)
            && !grep {/^use File::Glob ':bsd_glob';/} @lines } @perl_files);

my $lists = join "\n", lines('Makefile.am');
none('Makefile.am lists every C file',
    grep { $lists !~ m{(?:^|\s)\Q$_\E(?:\s|$)}m }
        map { m{^(t/(?:unit|spec|sql)/.*)\.c$} ? $1 : $_ }
        grep { /\.c$/ && !m{^t/(?:fuzz|bench|chaos|data)/} } @c_files);

done_testing;
