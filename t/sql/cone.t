# cone.t: searches around a position give exactly what brute force in double precision gives: 300
# circles from 0.001 to 30 degrees over 20,000 points, poles and RA 0/360 among them, points close
# to each circle's edge among those; in the table's filter, its count, its download, and near a
# candidate.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use List::Util qw(min);
use POSIX qw(floor);
use Test::More;
use TransientsTest qw(run_program srcdir);
use TransientsTest::Sample;

use constant { POINTS => 20_000, CIRCLES => 300, PI => 4 * atan2(1, 1) };
use constant RAD => PI / 180;

my $site    = TransientsTest->start(httpd => 0);
my $program = ($ENV{TR_BUILDDIR} // srcdir()) . '/t/sql/run-statement';
my $project = add_project($site, 'P');
my $user    = $site->sql(q{SELECT id FROM account WHERE name = 'rater'});
srand 20260101;

sub wrapped ($ra) {
    my $in = $ra - 360 * floor($ra / 360);
    return $in >= 360 ? 0 : $in;
}

# Vincenty's formula for the sphere (1975): degrees, exact for small and for large angles.
sub separation ($ra1, $dec1, $ra2, $dec2) {
    my ($d1, $d2, $dl) = ($dec1 * RAD, $dec2 * RAD, ($ra2 - $ra1) * RAD);
    my ($s1, $c1, $s2, $c2, $cl) = (sin $d1, cos $d1, sin $d2, cos $d2, cos $dl);
    my ($x, $y) = ($c2 * sin $dl, $c1 * $s2 - $s1 * $c2 * $cl);
    return atan2(sqrt($x * $x + $y * $y), $s1 * $s2 + $c1 * $c2 * $cl) / RAD;
}

# The point at a distance and position angle, all in degrees.
sub point_at ($ra, $dec, $distance, $angle) {
    my ($d, $r, $a) = ($dec * RAD, $distance * RAD, $angle * RAD);
    my $sine = sin($d) * cos($r) + cos($d) * sin($r) * cos $a;
    my $to   = atan2($sine, sqrt((cos($d) * cos($r) - sin($d) * sin($r) * cos $a)**2 + (sin($r) * sin $a)**2));
    my $turn = atan2(sin($a) * sin($r), cos($d) * cos($r) - sin($d) * sin($r) * cos $a);
    return [wrapped($ra + $turn / RAD), $to / RAD];
}

sub anywhere () {
    my $z = 2 * rand() - 1;
    return [rand 360, atan2($z, sqrt(1 - $z * $z)) / RAD];
}

# Circles: anywhere, at the poles and close to them, and where RA begins anew.
my @circles = map {
    my $n = $_;
    my $centre = $n % 5 == 0 ? [rand 360, (rand() < 0.5 ? -1 : 1) * (90 - 10**(-4 * rand()))]
        : $n % 5 == 1 ? [wrapped(10**(-4 * rand()) * ($n % 2 ? -1 : 1)), 160 * rand() - 80]
        : anywhere();
    $centre = [[0, 90], [123, -90], [0, 0], [359.999999, -30], [0, -89.9999]]->[$n] if $n < 5;
    [@$centre, $n < 10 ? (0.001, 30)[$n % 2] : 0.001 * 30_000**rand()];
} 0 .. CIRCLES - 1;

# Points: the centres, twelve about the edge of each circle (of which 1 in 10^8 of the radius parts
# the nearest), and as many anywhere as are left.
my @points = map { [@$_[0, 1]] } @circles;
for my $circle (@circles) {
    my ($ra, $dec, $radius) = @$circle;
    for my $part (0.1, 0.5, 0.9, map({ (1 - $_, 1 + $_) } 1e-2, 1e-4, 1e-6, 1e-8), 1.3) {
        push @points, point_at($ra, $dec, $radius * $part, rand 360);
    }
}
push @points, anywhere() while @points < POINTS;
is scalar(@points), POINTS, 'there are 20,000 points';

$site->sql(sprintf q{INSERT INTO observation (observation_id, starttime, stoptime) VALUES (%d, %d, %d);
    INSERT INTO filter (name) VALUES ('f')}, (OBS) x 3);
my @rows = map { sprintf '%.17g,%.17g', $_->[0], $_->[1] } @points;
while (my @some = splice @rows, 0, 5000) {
    $site->sql(sprintf q{INSERT INTO candidate (obs_id, project_id, filter_id, ra_deg, dec_deg, png_hash,
        gif_hash, obs_starttime, identity) SELECT %d, %d, 1, split_part(p, ',', 1)::float8,
        split_part(p, ',', 2)::float8, 'x', 'y', 0, 'i' || n || ':%d'
        FROM unnest('{%s}'::text[]) WITH ORDINALITY AS t (p, n) ORDER BY n}, OBS, $project, scalar @rows,
        join ',', map {"\"$_\""} @some);
}
$site->sql('ANALYZE candidate');
my ($first) = $site->sql('SELECT min(id) FROM candidate');

# Brute force: all points for all circles; those whose declination is farther away are none.
my @order = sort { $points[$a][1] <=> $points[$b][1] } 0 .. $#points;
my @expected = map {
    my ($ra, $dec, $radius) = @$_;
    my %within;
    for my $n (@order) {
        my $point = $points[$n];
        next if $point->[1] < $dec - $radius - 1e-9;
        last if $point->[1] > $dec + $radius + 1e-9;
        my $apart = separation($ra, $dec, @$point);
        $within{ $n + $first } = $apart if $apart < $radius;
    }
    \%within;
} @circles;
my $most = (sort { $b <=> $a } map { scalar keys %$_ } @expected)[0];
cmp_ok $most, '>', 1000, 'the largest circle holds over a thousand points';

# The rows of a statement for each line of arguments.
sub answers ($name, @lines) {
    my ($status, $out, $said) = run_program([$program, srcdir() . '/schema', $site->dsn, $user, "{$project}",
        $name, '-'], stdin => join '', map {"$_\n"} @lines);
    is $status, 0, "$name runs" or diag $said;
    my @answers = ([]);
    for my $line (split /\n/, $out =~ s/\n\z//r, -1) {
        if ($line eq '') { push @answers, [] }
        else { push $answers[-1]->@*, $line }
    }
    pop @answers;    # an empty line ends each
    return @answers;
}

my @arguments = map { sprintf 'cone_ra=%.17g cone_dec=%.17g radius_deg=%.17g limit=20001', @$_ } @circles;

# The ids that came, and those expected, differ for the circles named.
sub same_ids ($name, $got) {
    my @wrong = grep {
        join(' ', sort { $a <=> $b } $got->[$_]->@*) ne join(' ', sort { $a <=> $b } keys $expected[$_]->%*)
    } 0 .. $#circles;
    is join("\n", map { sprintf 'RA %.9f, Dec %.9f, radius %.6f: %d instead of %d', $circles[$_]->@*, scalar $got->[$_]->@*,
        scalar keys $expected[$_]->%* } @wrong), '', $name;
}

for my $statement ('candidate_list.sep.asc', 'candidate_list.id.desc', 'candidate_export.id.asc') {
    my @got = map { [map { /"id":(\d+)/ } @$_] } answers($statement, @arguments);
    same_ids("$statement: each circle holds what brute force says", \@got);
    next if $statement !~ /sep/;
    my @unsorted = grep {
        my ($ids, $apart) = ($got[$_], $expected[$_]);
        grep { $apart->{ $ids->[$_] } < $apart->{ $ids->[$_ - 1] } - 1e-11 } 1 .. $#$ids;
    } 0 .. $#circles;
    is "@unsorted", '', 'the nearest first';
}

my @counted = map { $_->[0] =~ /"matching":(\d+)/ ? $1 : -1 } answers('candidate_count', @arguments);
is join(' ', @counted), join(' ', map { scalar keys %$_ } @expected), 'candidate_count counts the same';

# Near a candidate: the centres are candidates; at most the 200 nearest are given.
my @near = map { [map { /"id":(\d+)/ } @$_] }
    answers('candidate_near', map { sprintf 'id=%d radius_deg=%.17g', $first + $_, $circles[$_][2] } 0 .. $#circles);
my @wrong = grep {
    my $n      = $_;
    my %within = $expected[$n]->%*;
    delete $within{ $first + $n };
    my @sorted = sort { $within{$a} <=> $within{$b} } keys %within;
    my $count  = min(200, scalar @sorted);
    my $last   = $count ? $within{ $sorted[$count - 1] } + 1e-11 : 0;
    $near[$n]->@* != $count || grep { !defined $within{$_} || $within{$_} > $last } $near[$n]->@*;
} 0 .. $#circles;
is join("\n", map { "@{$circles[$_]}" } @wrong), '', 'candidate_near: each circle holds what brute force says';

done_testing;
