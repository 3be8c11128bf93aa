# Fixed rows in four formats, as other programs read them: whatever is hard stands in them.
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use File::Copy 'copy';
use File::Temp ();
use Test::More;
use TransientsTest::Process qw(run_program);
use TransientsTest::Tables qw(well_formed same_in_all_formats stilts_meta);

my $program = ($ENV{TR_BUILDDIR} // '.') . '/t/spec/table';
my $folder  = File::Temp->newdir('transients-table-XXXXXX', TMPDIR => 1);

my ($status, undef, $complaint) = run_program([$program, "$folder"]);
is $status, 0, 'the files are written' or diag $complaint;
copy("$FindBin::Bin/table-rows.json", "$folder/full.expected.json") or die "table-rows.json: $!";

for my $name (qw(full empty)) {
    well_formed("$folder", $name);
    same_in_all_formats("$folder", $name);
}

SKIP: {
    skip 'stilts is not installed', 3 if !grep { -x "$_/stilts" } split /:/, $ENV{PATH};
    my $query = qr{/candidates\.fits\?has_notes=yes&note=%22%3C%3E%22&sort=-can_det_stat&project=1};
    my $votable = stilts_meta("$folder/full.vot", 'votable');
    like $votable, qr/QUERY:\s+$query.*Notes: "<&>\]\]>" f\xc3\xbcr .* over several of them/s,
        'the VOTable has the address and the filters';
    like stilts_meta("$folder/full.fits", 'fits'),
        qr/QUERY:\s+$query.*Notes: "<&>\]\]>" f\\u00FCr .* over several of them.*TIMESYS:\s+GPS(?!.*TIMESYS)/s,
        'the FITS header has them, too, and the system of time, once';

    my ($full, $empty) = map { stilts_meta("$folder/$_.fits", 'fits') =~ s/.*^Columns\n//msr } qw(full empty);
    is $empty, $full, 'a table without rows has the same columns and types';
}

done_testing;
