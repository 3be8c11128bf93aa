# Axe: axe-core, which judges pages by the rules of accessibility; for tests alone, from npm.
#
# SPDX-License-Identifier: MIT
package Axe;
use v5.36;
use File::Copy ();
use File::Path ();
use SourceTree 'top';
use TransientsTest::Process qw(run_program slurp);

# The lock file says which version, and its checksum.
my @files = qw(package.json package-lock.json);

# axe-core's text. It is fetched once for a build folder; dies with the reason where it cannot be.
sub script ($class) {
    my $dir  = ($ENV{TR_BUILDDIR} // top()) . '/var/npm';
    my $file = "$dir/node_modules/axe-core/axe.min.js";
    fetch($dir) if !-s $file || !is_current($dir);
    return slurp($file);
}

sub is_current ($dir) {
    return !grep { !-e "$dir/$_" || slurp("$dir/$_") ne slurp(top() . "/t/browser/npm/$_") } @files;
}

sub fetch ($dir) {
    File::Path::make_path($dir);
    # The lock goes last: a folder that was left half made is made anew.
    my ($status, $out, $err) = eval {
        File::Copy::copy(top() . "/t/browser/npm/$_", "$dir/$_") or die "$dir/$_: $!\n" for @files;
        run_program(['npm', 'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error',
                '--fetch-timeout=60000', '--fetch-retries=1', "--prefix=$dir"]);
    };
    my $why = $@ || $err;
    return if defined $status && $status == 0;
    unlink "$dir/package-lock.json";
    die 'axe-core cannot be fetched: ' . (split /\n/, $why || 'npm failed')[0] . "\n";
}

1;
