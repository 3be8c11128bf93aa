# Four formats of one table, as other programs read them: fitsverify, stilts, astropy and pandas.
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use File::Temp ();
use Test::More;
use TransientsTest::Process qw(run_program);

my $program = ($ENV{TR_BUILDDIR} // '.') . '/t/spec/table';
my $folder  = File::Temp->newdir('transients-table-XXXXXX', TMPDIR => 1);

sub has ($name) { return grep { -x "$_/$name" } split /:/, $ENV{PATH} }

my ($status, undef, $complaint) = run_program([$program, "$folder"]);
is $status, 0, 'the four files are written' or diag $complaint;

SKIP: {
    skip 'fitsverify is not installed', 2 if !has('fitsverify');
    for my $name (qw(full empty)) {
        my (undef, $said) = run_program(['fitsverify', "$folder/$name.fits"]);
        like $said, qr/Verification found 0 warning\(s\) and 0 error\(s\)/, "fitsverify: $name.fits" or diag $said;
    }
}
done_testing;
