# The module brings one name into httpd.
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use SourceTree;
use Test::More;

my $module = ($ENV{TR_BUILDDIR} // top()) . '/.libs/mod_transients.so';
plan skip_all => "the module is not built ($module)" if !-e $module;

# The names that nm lists with these options.
sub names (@options) {
    open my $nm, '-|', 'nm', '-D', @options, $module or die "nm: $!";
    return sort map { (split)[-1] } <$nm>;
}

is_deeply([names('--defined-only')], ['transients_module'],
    'only transients_module leaves the shared object');
# httpd would refuse to load it; a shared object may be linked without.
is_deeply([grep {/^tr_/} names('--undefined-only')], [], 'nothing of our own is missing in it');

done_testing;
