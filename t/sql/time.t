# time.t: GPS seconds become UTC and MJD in the database as astropy has them and as the published
# leap seconds say.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use TransientsTest qw(slurp srcdir);

my $site = TransientsTest->start(httpd => 0, accounts => 0);

sub table ($file) {
    return map { [split /\t/] } grep { length && !/^#/ } split /\n/, slurp(srcdir() . "/t/data/time/$file");
}

my @times = table('gps-utc.tsv');
my @got   = $site->sql(sprintf q{SELECT to_char(gps_utc(g), 'YYYY-MM-DD"T"HH24:MI:SS"Z"') || ' ' || gps_mjd(g)
    FROM unnest('{%s}'::float8[]) WITH ORDINALITY AS t (g, n) ORDER BY n}, join ',', map { $_->[0] } @times);
is scalar @got, scalar @times, 'every time of the table has an answer';
cmp_ok scalar @times, '>', 100, 'of which there are many';

my (@utc, @mjd);
for my $i (0 .. $#times) {
    my ($gps, $utc, $mjd) = $times[$i]->@*;
    my ($is_utc, $is_mjd) = split / /, $got[$i];
    push @mjd, "$gps: $is_mjd, not $mjd" if abs($is_mjd - $mjd) > 1e-9;
    push @utc, "$gps: $is_utc, not $utc" if $is_utc ne $utc && $utc !~ /:60Z$/;
}
is join("\n", @utc), '', 'UTC is that of astropy, leap seconds apart';
is join("\n", @mjd), '', 'the MJD is that of astropy, on days with a leap second too';

my @leaps = map { $_->[0] - 2524953600 + $_->[1] - 19 } table('leap-seconds.tsv');
is $site->sql(q{SELECT array_to_string(gps_midnights(), ' ')}), "@leaps", 'the leap seconds are those that are published';
is $site->sql(q{SELECT gps_utc(1167264017) || ' ' || gps_utc(1167264018)}),
    '2017-01-01 00:00:00+00 2017-01-01 00:00:00+00', 'a leap second is the first second of the next day';
is $site->sql(q{SELECT gps_mjd(1e9 + 0.5) - gps_mjd(1e9) > 0}), 't', 'fractions count';
is $site->sql(q{SELECT gps_mjd(NULL) IS NULL AND gps_utc(NULL) IS NULL}), 't', 'no time stays none';

done_testing;
