# TransientsTest::Tables: one table in four formats, as other programs read it.
#
#   well_formed($folder, $name)        fitsverify and stilts votlint find nothing in NAME.fits, NAME.vot
#   same_in_all_formats($folder, $name)  pandas, astropy and stilts read the same rows, types and
#                                      nulls from NAME.csv, .json, .vot and .fits (t/lib/tables.py)
#
# What isn't installed is skipped.
#
# SPDX-License-Identifier: MIT
package TransientsTest::Tables;
use v5.36;
use Cwd ();
use Exporter 'import';
use File::Basename 'dirname';
use Test::More;
use TransientsTest::Process qw(run_program);

our @EXPORT_OK = qw(well_formed same_in_all_formats stilts_meta);

# Debian's own Python, whatever comes first in the path: that is what has its packages.
my $python  = '/usr/bin/python3';
my $program = dirname(Cwd::realpath(__FILE__)) . '/../tables.py';

sub has ($name) {
    return scalar grep { -x "$_/$name" } split /:/, $ENV{PATH};
}

sub well_formed ($folder, $name) {
SKIP: {
        skip 'fitsverify is not installed', 1 if !has('fitsverify');
        my (undef, $said) = run_program(['fitsverify', "$folder/$name.fits"]);
        like $said, qr/Verification found 0 warning\(s\) and 0 error\(s\)/,
            "$name.fits passes fitsverify"
            or diag $said;
    }
SKIP: {
        skip 'stilts is not installed', 1 if !has('stilts');
        my ($status, $said, $complaint) = run_program(['stilts', 'votlint', "$folder/$name.vot"]);
        is "$status $said$complaint", '0 ', "$name.vot passes stilts votlint";
    }
    return;
}

sub same_in_all_formats ($folder, $name) {
SKIP: {
        skip 'stilts is not installed', 1 if !has('stilts');
        my ($missing) = run_program([$python, '-c', 'import astropy, pandas']);
        skip 'astropy and pandas are not installed', 1 if $missing != 0;
        my ($status, $said, $complaint) = run_program([$python, $program, $folder, $name]);
        is $status, 0, "$name: tables.py reads the four files" or diag $complaint;
        for my $line (split /\n/, $said) {
            my ($result, $what, $why) = split /\t/, $line, 3;
            is $result, 'ok', "$name: $what" or diag $why;
        }
    }
    return;
}

# What stilts says of a file's parameters and columns.
sub stilts_meta ($path, $form) {
    my (undef, $said) = run_program(['stilts', 'tpipe', "in=$path", "ifmt=$form", 'omode=meta'],
        env => { LC_ALL => 'C.UTF-8' });
    return $said;
}

1;
