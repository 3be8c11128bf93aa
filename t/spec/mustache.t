# The published cases of the Mustache specification: runs the program made from mustache.c.
# SPDX-License-Identifier: MIT
use v5.36;

my $program = ($ENV{TR_BUILDDIR} // '.') . '/t/spec/mustache';
exec {$program} $program or die "$program: $!\n";
