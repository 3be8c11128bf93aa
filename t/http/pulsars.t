# The pulsar catalogue on the site: found by either name and by place, sorted by every column, and
# with the candidates that one may see.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use TransientsTest qw(srcdir slurp spew);
use TransientsTest::Sample;

my $site = TransientsTest->start;
$site->login('rater');

like $site->get('/pulsars')->{content}, qr/ATNF catalogue, not loaded yet/, 'before the first load the page says so';
$site->admin('pulsars', 'load', srcdir() . '/t/data/psrcat-small.db');
# More of them, so that there are pages; every value is NULL for some and the same for others.
$site->sql(q{INSERT INTO pulsar (name, bname, raj, decj, p0, dm, s400)
    SELECT 'J' || 3000 + i, CASE WHEN i % 9 = 0 THEN 'B' || 3000 + i END, CASE WHEN i % 11 > 0 THEN i * 1.5 END,
           CASE WHEN i % 11 > 0 THEN (i % 13) * 6 - 30 END, CASE WHEN i % 4 > 0 THEN (i % 17) / 10.0 END,
           CASE WHEN i % 5 > 0 THEN i % 23 END, CASE WHEN i % 3 > 0 THEN i % 7 END
      FROM generate_series(1, 150) i});

sub list ($query) { return $site->json("/pulsars.json?$query" . ($query =~ /rows=/ ? q{} : q{&rows=50})) }
sub names ($query) { return join ' ', sort map { $_->{name} } list("rows=200&$query")->{rows}->@* }
sub id_of ($name) { return scalar $site->sql("SELECT id FROM pulsar WHERE name = '$name'") }

for my $column (qw(name raj decj p0 dm s400)) {
    for my $sort ($column, "-$column") {
        my ($query, @got) = ("rows=50&sort=$sort");
        for (1 .. 10) {
            my $page = list($query);
            push @got, map { $_->{id} } $page->{rows}->@*;
            last unless defined $page->{next};
            ($query) = $page->{next} =~ /\?(.*)/s;
        }
        my $order = $sort =~ /^-/ ? 'DESC' : 'ASC';
        my @expected = $site->sql("SELECT id FROM pulsar ORDER BY $column $order NULLS LAST, id $order");
        is "@got", "@expected", "sort=$sort gives every pulsar once, in order";
    }
}
is $site->get('/pulsars?sort=id')->{status}, 400, 'no other column sorts';

subtest 'search' => sub {
    is names('find=J0101'), 'J0101+0101', 'by a part of the J name';
    is names('find=b0058%2B00'), 'J0101+0101', 'by the B name, an alias';
    is names('find=PSR+J0202-00'), 'J0202-00', 'with PSR before it';
    is names('find=J0202%E2%88%9200'), 'J0202-00', 'with a minus sign as pages write it';
    is names('find=%25'), '', 'a percent sign is only that';
    is names('find=nothing'), '', 'what is not there';
    is list('find=J0101')->{total}{pulsars}, 1, 'the count is of what was found';
    is names('pos=01:01:02.5+%2B01:01:30&radius=1'), 'J0101+0101', 'by a place, sexagesimal';
    is names('pos=15.26,1.025&radius=1'), 'J0101+0101', 'in degrees';
    cmp_ok list('pos=15.26,1.025&radius=1')->{rows}[0]{separation}, '<', 0.01, 'with the separation';
    my $wide = names('pos=15.26,1.025');
    is $wide, join(' ', sort $site->sql('SELECT name FROM pulsar WHERE q3c_dist(raj, decj, 15.26, 1.025) < 1')),
        'within a degree where no radius is given';
    my $both = $site->get('/pulsars?pos=somewhere&radius=0')->{content};
    is scalar(() = $both =~ /class="error"/g), 2, 'each wrong field has its words';
    for my $bad ('pos=somewhere', 'pos=15.26', 'pos=400,1', 'pos=1,95', 'radius=0&pos=1,1', 'radius=-1&pos=1,1',
        'radius=nan&pos=1,1', 'radius=1801&pos=1,1', 'radius=x', 'radius=5')
    {
        my $answer = $site->get("/pulsars?$bad");
        is $answer->{status}, 400, "$bad is refused";
        like $answer->{content}, qr/class="error"/, 'with the words at the field';
        unlike $answer->{content}, qr/J0101\+0101/, 'and nothing is searched elsewhere';
    }
};

subtest 'the page of all' => sub {
    my $html = $site->get('/pulsars?rows=200')->{content};
    like $html, qr/ATNF catalogue 0\.01 of <time datetime="2026-11-01">/, 'version and date of the catalogue stand on it';
    like $html, qr/pulsar_names=J0101%2B0101"/, 'each is linked to the ATNF, + encoded';
    like $html, qr/>B0058\+00</, 'with its alias';
    like $html, qr{<nav .*>Pulsars</a>.*</nav>}s, 'it is in the navigation';
    my ($row) = $html =~ m{(J0101\+0101</a>.*?</tr>)}s;
    like $row, qr/01:01:02\.50.*\+01:01:30\.3.*>0\.5000<.*>12\.50<.*>3\.25</s, 'position, period, DM and S400 are shown';
};

my $project = add_project($site, 'P');
my $closed  = add_project($site, 'closed');
$site->sql(qq{UPDATE project SET access = 'listed' WHERE id = $closed});
my ($matched, $near, $far) = add_candidates($site, $project, { ra_deg => 15.3, dec_deg => 1.1 },
    { ra_deg => 15.2605, dec_deg => 1.02507 }, { ra_deg => 16, dec_deg => 1 });
my ($hidden) = add_candidates($site, $closed, { ra_deg => 15.2604, dec_deg => 1.02507 });
my $pulsar = id_of('J0101+0101');
is $site->post("/candidates/$matched/association", form => { pulsar => $pulsar, match => 1 })->{status}, 303,
    'a candidate is matched';
$site->sql(qq{INSERT INTO association (candidate_id, pulsar_id, account_id) VALUES ($hidden, $pulsar, 1)});

subtest 'the page of one' => sub {
    my $answer = $site->json("/pulsars/$pulsar.json");
    is join(' ', map { $_->{id} } $answer->{associated}->@*), $matched, 'the candidates matched to it, of those one may see';
    is join(' ', map { $_->{id} } $answer->{near}->@*), $near, 'the others within 2 arcmin, of those one may see';
    is $answer->{pulsar}{p0}, 0.5, 'its period';
    is $answer->{pulsar}{dm}, 12.5, 'its DM';
    my $html = $site->get("/pulsars/$pulsar")->{content};
    like $html, qr{href="/candidates/$matched"}, 'candidates are linked';
    like $html, qr/ATNF catalogue 0\.01/, 'and the catalogue is named';
    is +(grep { $_->{id} == $pulsar } list('find=J0101')->{rows}->@*)[0]{candidates}, 1, 'the list counts them as well';
    is $site->get('/pulsars/' . id_of('J1414+14'))->{status}, 200, 'one without a position has a page';
    is $site->get('/pulsars/999999')->{status}, 404, 'an unknown one is 404';
    like $site->get('/pulsars/' . id_of('J1111+0640'))->{content}, qr/worked out from ecliptic/, 'an ecliptic position says so';
};

subtest "the panel of a candidate's pulsars" => sub {
    my $html = $site->get("/candidates/$near/pulsars?radius=30")->{content};
    like $html, qr/P 0\.5000 s, DM 12\.50 pc/, 'shows period and DM';
    like $html, qr/ATNF catalogue 0\.01/, 'and the version of the catalogue';
};

subtest 'a withdrawn pulsar is removed' => sub {
    my $text = slurp(srcdir() . '/t/data/psrcat-small.db');
    like $site->get("/candidates/$matched")->{content}, qr{<a href="/pulsars/$pulsar">J0101\+0101</a>}, 'at first it is there';
    $text =~ s/^PSRJ     J0101.*?^\@-[^\n]*\n//smg;
    spew($site->dir . '/psrcat.db', $text);
    $site->admin('pulsars', 'load', '--force', $site->dir . '/psrcat.db');
    unlike names('find=J0101'), qr/B0058/, 'no list has the withdrawn one';
    is $site->get("/pulsars/$pulsar")->{status}, 404, 'its page is gone';
    like $site->get("/candidates/$matched")->{content}, qr/J0101\+0101 <span class="faint">withdrawn from the catalogue/,
        'the candidate keeps its name, and says so';
    unlike $site->get("/candidates/$near/pulsars?radius=1")->{content}, qr/B0058/, 'and it is offered no more';
    is $site->post("/candidates/$near/association", form => { pulsar => $pulsar, match => 1 })->{status}, 404,
        'nor can be matched';
};

# The haversine formula (Sinnott 1984), degrees.
sub separation ($ra1, $dec1, $ra2, $dec2) {
    my $rad = atan2(1, 1) / 45;
    my $h = sin(($dec2 - $dec1) / 2 * $rad)**2
        + cos($dec1 * $rad) * cos($dec2 * $rad) * sin(($ra2 - $ra1) / 2 * $rad)**2;
    return 2 * atan2(sqrt $h, sqrt(1 - $h)) / $rad;
}

subtest 'a cone has all pulsars within it and no others' => sub {
    srand 17;
    my @centres = ([0, 90], [123, -90], [0.0001, 0], [359.9999, -45], [77, 89.999], map { [rand 360, rand(180) - 90] } 1 .. 20);
    # Some of them close to the centres, the others anywhere.
    my @points = map {
        my ($ra, $dec) = $_ % 2 ? ($centres[$_ % @centres][0] + rand(2) - 1, $centres[$_ % @centres][1] + rand(2) - 1)
            : (rand 360, rand(180) - 90);
        $dec = $dec > 90 ? 180 - $dec : $dec < -90 ? -180 - $dec : $dec;
        [sprintf('%.9f', $ra < 0 ? $ra + 360 : $ra >= 360 ? $ra - 360 : $ra), sprintf '%.9f', $dec]
    } 1 .. 2000;
    $site->sql('TRUNCATE pulsar CASCADE; INSERT INTO pulsar (name, raj, decj) VALUES '
        . join ',', map {"('N$_', $points[$_][0], $points[$_][1])"} 0 .. $#points);
    my @wrong;
    for my $centre (@centres) {
        for my $radius (0.06, 6, 45, 300, 1800) {
            my @expected = sort map {"N$_"} grep { separation(@$centre, $points[$_]->@*) * 60 < $radius } 0 .. $#points;
            my $page = list("rows=200&pos=$centre->[0],$centre->[1]&radius=$radius");
            push @wrong, "$radius' of @$centre: $page->{total}{pulsars} for " . @expected
                if $page->{total}{pulsars} != @expected
                || @expected <= 200 && join(' ', sort map { $_->{name} } $page->{rows}->@*) ne "@expected";
        }
    }
    is join("\n", @wrong), '', 'poles and RA 0 included, as the haversine formula has it';
};

my $nobody = $site->new_client;
is $nobody->get('/pulsars.json')->{status}, 401, 'nobody sees it without logging in';

$site->stop;
done_testing;
