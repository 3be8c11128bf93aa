# spool.t: files that a killed child left in the spool go at the next start, young ones stay.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use TransientsTest;

my $site  = TransientsTest->start;
my $spool = $site->media . '/.spool';
ok -d $spool, 'the spool is there';

sub leave ($name, $age) {
    open my $file, '>', "$spool/$name" or die "$spool/$name: $!";
    print $file 'half a picture';
    close $file;
    utime time - $age, time - $age, "$spool/$name" or die "utime: $!";
}
leave('old', 7200);
leave('young', 60);
mkdir "$spool/folder" or die $!;
utime time - 7200, time - 7200, "$spool/folder";
$site->restart;

ok !-e "$spool/old", 'what is older than an hour is gone after a restart';
ok -e "$spool/young", 'what may belong to an upload stays';
ok -d "$spool/folder", 'so does what is no file';
is $site->get('/healthz')->{status}, 200, 'and the site is up';

done_testing;
