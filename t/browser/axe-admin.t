# axe-admin.t: no page for staff breaks a rule of axe-core in either theme, says anything on the
# console, breaks the policy, is wider than 320 px, moves while it loads, or loads more than 150 kB.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Pages;
use Sweep;
use Test::More;
use TransientsTest;

my $site  = TransientsTest->start;
my @ids   = Pages->fill($site);
my $sweep = Sweep->start($site, 'admin');

$sweep->look(@$_) for grep { $$_[1] =~ m{^/admin} } Pages->all($site, @ids);

$sweep->done;
