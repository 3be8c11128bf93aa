# SIMBAD's objects near a candidate: asked once, remembered, and never in anybody's way, whatever
# SIMBAD does.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use File::Temp ();
use JSON::PP ();
use StandIn;
use Test::More;
use Time::HiRes ();
use TransientsTest;
use TransientsTest::Sample;

use constant { TIMEOUT_MS => 1500, LIMIT_S => 4, MAX => 2, CHILDREN => 2 };

# ---------------------------------------------------------------- a SIMBAD of our own

# What it does stands in a file, so that the test can change it: a word, or JSON for `data`.
my $dir = File::Temp->newdir;

sub simbad_is ($how) {
    open my $file, '>:raw', "$dir/new" or die $!;
    print {$file} $how;
    close $file or die $!;
    rename "$dir/new", "$dir/how" or die $!;
}

sub now () {
    open my $file, '<:raw', "$dir/how" or die $!;
    local $/;
    return scalar <$file>;
}

my $head = '{"metadata":[' . join(',', map {qq({"name":"$_"})} qw(main_id otype ra dec apart)) . '],"data":';
my %does = (
    garbage => sub { [200, {}, '<html>maintenance</html>'] },
    refused => sub { [500, { 'Content-Type' => 'text/xml' }, '<VOTABLE/>'] },
    huge    => sub { [200, {}, $head . '[' . ' ' x 3_000_000 . ']}'] },
    closed  => sub { [0] },
    moved   => sub { [302, { Location => 'file:///etc/passwd' }, ''] },
    # Silent for as long as it is told to be; then it answers.
    silent => sub {
        Time::HiRes::sleep(0.05) while now() eq 'silent';
        return [200, {}, "$head\[]}"];
    },
);
my $simbad = StandIn->start(sub ($request, $) {
    my $how = now();
    return $does{$how} ? $does{$how}->() : [200, {}, "$head$how}"];
}, parallel => 1);

my $site = TransientsTest->start(simbad => $simbad->url . '/sim-tap/sync',
    site_conf => 'TransientsSimbadTimeout ' . TIMEOUT_MS . "\nTransientsSimbadMax " . MAX);
my $project = add_project($site);
my ($id, $twin, $edge, $pole, $nowhere, @others) = add_candidates($site, $project,
    { ra_deg => 69.31623, dec_deg => -47.25253 }, { ra_deg => 69.31624, dec_deg => -47.25252 },
    { ra_deg => 359.99999, dec_deg => 0 }, { ra_deg => 12, dec_deg => 90 },
    { ra_deg => undef, dec_deg => undef }, map { { ra_deg => 8 * $_, dec_deg => -$_ } } 1 .. 40);
$site->login('rater');

sub timed ($code) {
    my $start  = Time::HiRes::time();
    my $answer = $code->();
    return ($answer, Time::HiRes::time() - $start);
}
sub asked () { return scalar(() = $simbad->requests) }

# The question as SIMBAD reads it.
sub question () {
    my ($last) = reverse $simbad->requests;
    return $last->{path} =~ s/%([0-9A-F]{2})/chr hex $1/ger;
}

# ---------------------------------------------------------------- an answer

my $near = '[["PSR J0437-4715","Psr",69.3162,-47.2525,0.0001],["<script>alert(1)</script> &amp; +1","Rad",69.3162,-47.2825,0.03],'
    . '["far away",null,69.3162,-47.2925,0.04]]';

subtest 'SIMBAD is asked around the candidate' => sub {
    simbad_is($near);
    my $page = $site->get("/candidates/$id/simbad");
    is $page->{status}, 200, 'the page is there';
    is asked(), 1, 'one question went out';
    like question(), qr/CIRCLE\('ICRS', 69\.3162000, -47\.2525000, 0\.0334333\)/, 'about its place, rounded';
    like question(), qr/FORMAT=json&MAXREC=500&/, 'with a limit';
    like $page->{content}, qr/>pulsar</, 'its type is told in words';
    like $page->{content}, qr/data-panel-body/, 'the list is marked for the candidate page';
    like $page->{content}, qr{href="https://simbad\.cds\.unistra\.fr/simbad/sim-id\?Ident=PSR%20J0437-4715"},
        'an object is linked';
    like $page->{content}, qr/%3Cscript%3Ealert%281%29%3C%2Fscript%3E%20%26amp%3B%20%2B1"/, 'any name is encoded';
    unlike $page->{content}, qr/<script>alert/, 'and none is markup';
    unlike $page->{content}, qr/far away/, 'what is farther away than the radius is left out';
    like $page->{content}, qr/SIMBAD was asked <time [^>]*>just now/, 'it says when it was asked';
};

subtest 'an answer is remembered' => sub {
    my $answer = $site->json("/candidates/$id/simbad.json?radius=2");
    is_deeply [map { $_->{name} } $answer->{objects}->@*], ['PSR J0437-4715', '<script>alert(1)</script> &amp; +1'],
        'the nearest first';
    cmp_ok abs($answer->{objects}[1]{separation} * 60 - 1.7982), '<', 0.01, 'with separations from the candidate itself';
    is scalar $site->json("/candidates/$id/simbad.json?radius=1")->{objects}->@*, 1, 'a smaller radius picks from the same';
    is scalar $site->json("/candidates/$twin/simbad.json")->{objects}->@*, 2, 'so does another detection of the place';
    is asked(), 1, 'without another question';
    is scalar $site->json("/candidates/$id/simbad.json?radius=3")->{objects}->@*, 3, 'a larger one asks';
    is asked(), 2, 'once';
};

subtest 'an old answer has its age, and is asked again after a while' => sub {
    $site->sql(q{UPDATE simbad_cache SET asked_at = now() - interval '3 days 1 hour'});
    like $site->get("/candidates/$id/simbad")->{content}, qr/>3 days ago</, 'the age is told';
    is asked(), 2, 'nobody is asked';
    is $site->get("/candidates/$id/simbad/again")->{status}, 404, 'no GET forgets it';
    my $answer = $site->post("/candidates/$id/simbad", form => { radius => 2 });
    is $answer->{status}, 303, 'who wants it fresh says so';
    simbad_is('[["new","*",69.3162,-47.2525,0]]');
    like $site->get("/candidates/$id/simbad?radius=2")->{content}, qr/Ident=new"/, 'and gets it';
    is asked(), 3, 'by one question';
    $site->post("/candidates/$id/simbad", form => { radius => 2 });
    $site->get("/candidates/$id/simbad?radius=2");
    is asked(), 3, 'but not twice within a minute';
    $site->sql(q{UPDATE simbad_cache SET asked_at = now() - interval '31 days'});
    $site->get("/candidates/$id/simbad");
    is asked(), 4, 'after 30 days it is asked by itself';
    $site->sql(q{UPDATE simbad_cache SET asked_at = now() - interval '121 days'});
    $site->get("/candidates/$edge/simbad");
    is $site->sql('SELECT count(*) FROM simbad_cache'), 1, 'answers that nobody would see any more go';
};

subtest 'at the edges of the sky' => sub {
    simbad_is('[["over the edge","*",0.0001,0,0]]');
    $site->sql('DELETE FROM simbad_cache');
    is scalar $site->json("/candidates/$edge/simbad.json")->{objects}->@*, 1, 'RA 360 is RA 0';
    like question(), qr/CIRCLE\('ICRS', 0\.0000000, 0\.0000000,/, 'also for SIMBAD';
    simbad_is('[["at the pole","*",200,89.999,0]]');
    is scalar $site->json("/candidates/$pole/simbad.json")->{objects}->@*, 1, 'so is the pole';
};

subtest 'a visitor is answered from what is known' => sub {
    $site->sql("UPDATE project SET access = 'public'");
    $site->sql(q{UPDATE simbad_cache SET asked_at = now() - interval '40 days'});
    my ($before, $nobody) = (asked(), $site->new_client);
    like $nobody->get("/candidates/$edge/simbad")->{content}, qr/over the edge.*>40 days ago</s, 'however old, with its age';
    my $page = $nobody->get("/candidates/$id/simbad");
    is $page->{status}, 200, 'what is not known is a page, too';
    like $page->{content}, qr/was not asked about this place yet/, 'which says so';
    is $nobody->json("/candidates/$id/simbad.json")->{objects}, undef, 'by JSON, too';
    is asked(), $before, 'nobody is asked';
    $site->sql("UPDATE project SET access = 'members'; UPDATE simbad_cache SET asked_at = now()");
};

subtest 'what cannot be asked' => sub {
    my $before = asked();
    for my $bad (0, -1, 'abc', 'nan', 'inf', '1e400', 60.5, 1800) {
        my $answer = $site->get("/candidates/$id/simbad?radius=$bad");
        is $answer->{status}, 400, "a radius of $bad is refused";
        like $answer->{content}, qr/id="simbad-error"><svg/, 'at its field';
        like $answer->{content}, qr/name="radius"[^>]*value="\Q$bad\E"/, 'where it stays';
        is $site->get("/candidates/$id/simbad.json?radius=$bad")->{status}, 400, 'by JSON, too';
    }
    is $site->get("/candidates/$id/simbad?radius=60")->{status}, 200, '60 is the most';
    my $page = $site->get("/candidates/$nowhere/simbad");
    is $page->{status}, 200, 'a candidate without a position has the page';
    like $page->{content}, qr/No position/, 'which says so';
    is $site->get('/candidates/99999/simbad')->{status}, 404, 'an unknown candidate is 404';
    is asked(), $before + 1, 'SIMBAD heard of the one that can be asked';
    is $site->new_client->get("/candidates/$id/simbad")->{status}, 401, 'nobody asks without a login';
};

# ---------------------------------------------------------------- trouble

subtest 'what is no answer is told in a line' => sub {
    my %case = (
        garbage => [502, qr/answer can.{1,5}t be read/], refused => [502, qr/answer can.{1,5}t be read/],
        huge    => [502, qr/larger than this site takes/], closed => [502, qr/can.{1,5}t be reached/],
        moved   => [502, qr/can.{1,5}t be reached/], '[["a"]]' => [502, qr/answer can.{1,5}t be read/],
    );
    for my $how (sort keys %case) {
        simbad_is($how);
        my $other = shift @others;
        my $page  = $site->get("/candidates/$other/simbad");
        is $page->{status}, $case{$how}[0], "$how: status $case{$how}[0]";
        like $page->{content}, $case{$how}[1], 'the page says it';
        like $page->{content}, qr{href="https://simbad\.cds\.unistra\.fr/simbad/sim-coo\?Coord=}, q{and links SIMBAD's own};
        my $json = $site->get("/candidates/$other/simbad.json");
        is $json->{status}, $case{$how}[0], 'by JSON as well';
        like JSON::PP->new->utf8->decode($json->{content})->{detail}, $case{$how}[1], 'in words';
    }
    is $site->sql(q{SELECT count(*) FROM simbad_cache WHERE objects::text LIKE '%html%'}), 0, 'none of it is kept';
};

subtest 'an old answer is better than none' => sub {
    $site->sql(q{UPDATE simbad_cache SET asked_at = now() - interval '40 days'});
    simbad_is('garbage');
    my $page = $site->get("/candidates/$edge/simbad");
    is $page->{status}, 200, 'the old one is shown';
    like $page->{content}, qr/over the edge/, 'with what it held';
    like $page->{content}, qr/answer can.{1,5}t be read\..*What it answered 40 days ago/s, 'its age, and why';
    like $site->json("/candidates/$edge/simbad.json")->{remark}, qr/can.{1,5}t be read/, 'by JSON, too';
};

subtest 'a silent SIMBAD is waited for so long and no longer' => sub {
    simbad_is('silent');
    my ($page, $time) = timed(sub { $site->get('/candidates/' . shift(@others) . '/simbad') });
    is $page->{status}, 504, 'the page is 504';
    like $page->{content}, qr/SIMBAD did not answer in 1\.5 s\. Nothing else waits for it\./, 'and says how long it waited';
    cmp_ok $time, '<', LIMIT_S, sprintf 'after %.2f s', $time;
};

# New children know nothing of a silence.
sub forget_silence () { $site->graceful }

subtest 'after it was silent it is left alone for a while, then asked again' => sub {
    forget_silence();
    simbad_is('silent');
    my $place = shift @others;
    wait_until { $site->get("/candidates/$place/simbad")->{content} =~ /did not answer a moment ago/ } 20, 'quiet';
    pass 'who comes next is told at once';
    simbad_is('[]');
    ok eval { wait_until { $site->get("/candidates/$place/simbad")->{status} == 200 } 20, 'an answer'; 1 },
        'it is asked again by itself';
};

subtest 'a rating is never held up by SIMBAD' => sub {
    forget_silence();
    simbad_is('silent');
    my $before  = asked();
    my @panels  = @others[0 .. MAX * CHILDREN - 1];
    my $key     = 0;
    my @results = together @panels + 1, sub ($number) {
        return $site->get("/candidates/$panels[$number]/simbad")->{status} if $number < @panels;
        wait_until { asked() > $before } 10, 'a panel that waits';
        my $slowest = 0;
        for my $round (1 .. 5) {
            my ($answer, $time) = timed(sub {
                $site->post("/candidates/$id/rating", form => { request_key => "request-" . $key++,
                        rating => 1 + $round % 5, classification => 1 });
            });
            return "$answer->{status} after $time s" if $answer->{status} != 303;
            $slowest = $time if $time > $slowest;
            ($answer, $time) = timed(sub { $site->get("/candidates/$id") });
            $slowest = $time if $time > $slowest;
        }
        return $slowest < 1 ? 'quick' : "the slowest after $slowest s";
    };
    is pop @results, 'quick', 'ratings and pages are answered at once while panels wait';
    is scalar(grep { $_ == 504 || $_ == 503 } @results), scalar @panels, 'the panels are not';
    is $site->sql("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%'"), 0,
        'no transaction is left open';
};

subtest 'twenty at once: a few ask, the others are told' => sub {
    forget_silence();
    simbad_is('silent');
    my $before = asked();
    my @places = @others[4 .. 23];
    my @timed  = together scalar @places, sub ($number) {
        my ($answer, $time) = timed(sub { $site->get("/candidates/$places[$number]/simbad") });
        my $again = $answer->{headers}{'retry-after'} // '';
        return "$answer->{status} $again" . ($answer->{content} =~ /Many ask SIMBAD just now/ ? ' busy' : '')
            . ($time < LIMIT_S ? '' : " $time");
    };
    my $gone = grep { $_ eq '504 ' } @timed;
    cmp_ok asked() - $before, '<=', MAX * CHILDREN, 'no more than the limit went out';
    cmp_ok $gone, '>=', 1, 'those waited';
    is scalar(grep { $_ eq '503 2 busy' } @timed) + $gone, 20, 'the others were told to come again'
        or diag join "\n", @timed;
    simbad_is('[]');
    ok eval { wait_until { $site->get("/candidates/$places[0]/simbad")->{status} == 200 } 20, 'an answer'; 1 }, 'and can';
};

subtest 'a site without SIMBAD' => sub {
    my $before = asked();
    $site->set(simbad => 'none', site_conf => '');
    $site->sql('DELETE FROM simbad_cache');
    is +($site->graceful)[0], 1, 'none is an address';
    my $page = $site->get("/candidates/$id/simbad");
    is $page->{status}, 200, 'the page is there';
    like $page->{content}, qr/does not ask SIMBAD/, 'and says so';
    is asked(), $before, 'nobody is asked';
    for my $bad ('ftp://simbad.example/', 'simbad', 'https://', 'https:///x', 'http://a@b/', 'file:///etc/passwd') {
        $site->set(simbad => $bad);
        my ($passed, $said) = $site->configtest;
        ok !$passed && $said =~ /TransientsSimbadURL must be none, or https/, "$bad is refused by configtest";
    }
};

$simbad->stop;
done_testing;
