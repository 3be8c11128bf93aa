# What lies near a candidate: right to the last one, also over the pole and RA 0, and only of the
# candidate's own project.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Math::Trig qw(deg2rad rad2deg acos);
use TransientsTest;
use Test::More;

my $site = TransientsTest->start;
$site->sql(q{
    INSERT INTO project (name) VALUES ('P'), ('Q');
    INSERT INTO project (name, access) VALUES ('closed', 'listed');
    INSERT INTO filter (name) VALUES ('f');
    INSERT INTO observation (observation_id, starttime, stoptime) VALUES (1285442472, 1285442472, 1285442592);
});

# Centres at the pole, at RA 0, and anywhere; points around each, some outside of the radius.
srand 11;
my @centres = ([10, -89.99], [0.001, -30], [359.999, 12], [123.4, -52.5], [200, 89.995]);
my @points;
for my $centre (@centres) {
    push @points, $centre;
    for (1 .. 40) {
        my $dec = $centre->[1] + (rand() - .5) * .4;
        my $ra = $centre->[0] + (rand() - .5) * .4 / (cos(deg2rad($centre->[1])) + 1e-6);
        ($dec, $ra) = (180 - $dec, $ra + 180) if $dec > 90;
        ($dec, $ra) = (-180 - $dec, $ra + 180) if $dec < -90;
        push @points, [$ra - 360 * POSIX::floor($ra / 360), $dec];
    }
}
use POSIX ();
my $i = 0;
$site->sql('INSERT INTO candidate (obs_id, project_id, filter_id, ra_deg, dec_deg, png_hash, gif_hash, obs_starttime, identity) VALUES '
    . join ',', map { sprintf q{(1285442472, %d, 1, %.9f, %.9f, 'x', 'y', 0, 'i%d')}, 1 + ($i % 10 == 9), @$_, $i++ } @points);
$site->sql(q{INSERT INTO candidate (obs_id, project_id, filter_id, png_hash, gif_hash, obs_starttime, identity)
    VALUES (1285442472, 1, 1, 'x', 'y', 0, 'nowhere')});
$site->login('rater');

# The haversine formula (Sinnott 1984), degrees.
sub separation ($a, $b) {
    my ($ra1, $dec1, $ra2, $dec2) = map { deg2rad $_ } @$a, @$b;
    my $h = sin(($dec2 - $dec1) / 2)**2 + cos($dec1) * cos($dec2) * sin(($ra2 - $ra1) / 2)**2;
    return rad2deg(2 * atan2(sqrt $h, sqrt(1 - $h)));
}

for my $n (0 .. $#centres) {
    my $id = 1 + 41 * $n;
    my $project = $site->sql("SELECT project_id FROM candidate WHERE id = $id");
    for my $radius (0.5, 6, 12) {
        my @expected = sort { $a <=> $b } grep {
            $_ != $id && 1 + (($_ - 1) % 10 == 9) == $project && separation($points[$id - 1], $points[$_ - 1]) * 60 < $radius
        } 1 .. @points;
        my $answer = $site->json("/candidates/$id/near.json?radius=$radius");
        my @got = map { $_->{id} } $answer->{near}->@*;
        is join(' ', sort { $a <=> $b } @got), "@expected", "candidate $id: all within $radius arcmin";
        my @apart = map { $_->{separation} } $answer->{near}->@*;
        is "@apart", join(' ', sort { $a <=> $b } @apart), 'the nearest first';
    }
}

for my $bad (0, -1, 'abc', 'nan', 'inf', '1e400', '0x10', 1801, '9' x 60) {
    for my $page ('/candidates/1/near', '/candidates/1/pulsars') {
        my $answer = $site->get("$page?radius=$bad");
        is $answer->{status}, 400, "a radius of $bad is refused at $page";
        next if length $bad > 40;
        like $answer->{content}, qr{name="radius"[^>]* value="\Q$bad\E" aria-invalid="true"}, 'with what was typed in its field';
        like $answer->{content}, qr{class="error"[^>]*>.*?(?:A number of arcmin is needed|A radius is from 0\.001 to 1800 arcmin)}, 'and what is wrong beside it';
        unlike $answer->{content}, qr{<li>}, 'nothing is searched for elsewhere';
        like $site->get("$page.json?radius=$bad")->{content}, qr/^\{"radius":\["/, 'as JSON, too';
    }
}
for my $page ('/candidates/1/near', '/candidates/1/pulsars') {
    my $answer = $site->get("$page?radius=");
    is $answer->{status}, 200, "an empty radius is none at $page";
    like $answer->{content}, qr{name="radius"[^>]* value="2"}, 'and 2 arcmin are searched';
    like $answer->{content}, qr{data-panel-body}, 'the candidate page can take its part over';
}
like $site->get('/candidates/1/near?radius=30')->{content},
    qr{href="/candidates\?project=1&amp;ra=[\d.]+&amp;dec=-[\d.]+&amp;radius=30">More within this project}, 'more is one link away';
like $site->get('/candidates/1/near?radius=30')->{content},
    qr{<input type="checkbox" name="also" value="\d+" form="verdict">}, 'each has a box for the verdict that goes to all ticked';
my $nowhere = $site->sql(q{SELECT id FROM candidate WHERE identity = 'nowhere'});
like $site->get("/candidates/$nowhere/near")->{content}, qr/No position/, 'without a position it says so';
is $site->get('/candidates/99999/near')->{status}, 404, 'an unknown candidate is 404';

$site->sql(q{INSERT INTO pulsar (name, bname, raj, decj, p0, dm) VALUES
    ('J0812-5230', 'B0811-52', 123.41, -52.51, 0.5, 12.3), ('J0813-5231', NULL, 123.6, -52.5, NULL, NULL)});
my $id = 1 + 41 * 3;
is_deeply [map { $_->{name} } $site->json("/candidates/$id/pulsars.json")->{pulsars}->@*], ['J0812-5230'],
    'pulsars near by are found';
like $site->get("/candidates/$id/pulsars?radius=60")->{content}, qr/pulsar_names=J0813-5231/, 'and linked';

my ($pulsar, $second) = $site->sql('SELECT id FROM pulsar ORDER BY name');
sub match ($candidate, %form) { return $site->post("/candidates/$candidate/association", form => \%form)->{status} }
sub matched () { return join ' ', $site->sql('SELECT candidate_id, pulsar_id FROM association') }
is match($id, pulsar => $pulsar, match => 1), 303, 'a candidate is matched to a pulsar';
is match($id, pulsar => $second, match => 1), 303, 'to another one instead';
is matched(), "$id|$second", 'there is one match';
like $site->get("/candidates/$id")->{content}, qr/J0813-5231/, 'the candidate page tells it';
is match($id, pulsar => $pulsar, match => 0), 303, 'taking back what is no longer there';
is matched(), "$id|$second", 'changes nothing';
is match($id, pulsar => $second, match => 0), 303, 'it is taken back';
is matched(), '', 'and gone';
is match($id, pulsar => 999, match => 1), 404, 'an unknown pulsar is 404';
is match(99999, pulsar => $pulsar, match => $_), 404, "so is an unknown candidate, match=$_" for 1, 0;
is match($id, pulsar => $_, match => 1), 422, "pulsar=$_ is refused" for 'abc', '', -1, 3.5, '9' x 30;
is match($id, pulsar => $pulsar, match => $_), 422, "match=$_ is refused" for '', 'maybe';
is match($id, pulsar => $pulsar, match => 1, radius => $_), 422, "radius=$_ is refused" for 'abc', -1, 1801;
is matched(), '', 'nothing came of it';
my $refused = $site->post("/candidates/$id/association", form => { pulsar => 'abc', match => 1, radius => 60 })->{content};
like $refused, qr/Nothing was changed/, 'the page of pulsars says so';
like $refused, qr/J0813-5231/, 'and is still there';
$site->sql(q{INSERT INTO pulsar (name, raj, decj) VALUES ('J0000+0000', 123.4, -52.5)});
like $site->get("/candidates/$id/pulsars?radius=60")->{content}, qr/pulsar_names=J0000%2B0000"/, 'a plus sign in a name is encoded in its link';
is $site->get("/candidates/$id/association?pulsar=$pulsar&match=1")->{status}, 405, 'a GET changes nothing';

$site->sql(q{UPDATE project SET access = 'listed'});
is $site->get("/candidates/1/$_")->{status}, 404, "$_ of a project out of sight is 404" for qw(near pulsars);

$site->stop;
done_testing;
