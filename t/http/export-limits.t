# export-limits.t: a download of any size takes no memory, holds no connection while it is sent, and
# leaves others their share.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use File::Glob ':bsd_glob';    # a path may have spaces
use IO::Handle;
use IO::Socket::INET;
use Socket qw(SOL_SOCKET SO_RCVBUF);
use List::Util 'sum0';
use Test::More;
use TransientsTest qw(wait_until slurp spew);
use TransientsTest::Sample;

my $rows = 20_000;
my $site = TransientsTest->start(site_conf => "    TransientsGate 2\n    TransientsExportNumber 1\n");
my $project = add_project($site);
my ($one)   = add_candidates($site, $project, { notes => 'one' });
$site->sql(qq{
    INSERT INTO candidate (obs_id, project_id, filter_id, png_hash, gif_hash, obs_starttime, identity, ra_deg, dec_deg,
                           can_det_stat, can_peak_flux, notes)
    SELECT obs_id, project_id, filter_id, png_hash, gif_hash, 0, 'many' || i, i % 360, i % 90, i, i / 7.0, repeat('n', 200)
      FROM candidate, generate_series(2, $rows) i WHERE id = $one});
my ($read) = $site->admin('token', 'add', 'rater', '--scope', 'read') =~ /^(mwt_\S+)$/m;
$site->login('rater');

# kB that httpd's processes hold for themselves; pages of files are the kernel's.
sub memory () {
    return sum0 map { -e "/proc/$_/status" && slurp("/proc/$_/status") =~ /^RssAnon:\s+(\d+)/m ? $1 : 0 } $site->pids;
}

# A client that asks and does not read; few bytes fit into its socket.
sub ask ($path) {
    my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $site->port, Timeout => 10) or die $!;
    $socket->setsockopt(SOL_SOCKET, SO_RCVBUF, 65_536);
    print {$socket} "GET $path HTTP/1.1\r\nHost: localhost:@{[$site->port]}\r\nAuthorization: Token $read\r\n"
        . "Connection: close\r\n\r\n";
    $socket->flush;
    return $socket;
}

sub answer_of ($socket) {
    local $/ = undef;
    return scalar <$socket>;
}

sub is_ready ($socket) {
    vec(my $bits = '', fileno $socket, 1) = 1;
    return select $bits, undef, undef, 0.1;
}

sub files () { return scalar(my @found = glob $site->media . '/.spool/exports/*') }
sub busy ()  { return $site->sql(qq{SELECT count(*) FROM pg_stat_activity WHERE datname = '@{[$site->database]}'
    AND usename <> 'postgres' AND state <> 'idle'}) }

subtest 'FITS download of many candidates does not take memory' => sub {
    # AddressSanitizer keeps what was freed, up to 256 MB, and books about it.
    my $most = $site->run->sanitizers->%* ? 600_000 : 4000;
    $site->get('/candidates.fits?notes=1&obs_id=5') for 1 .. 3;    # what a first one needs once
    for my $form (qw(fits csv vot json)) {
        my $before = memory();
        my $answer = $site->get("/candidates.$form");
        is $answer->{status}, 200, $form;
        my $size  = length($answer->{content}) / 1000;
        my $grown = memory() - $before;
        cmp_ok $size, '>', 9000, 'a large file (' . int($size) . ' kB)';
        cmp_ok $grown, '<', $most, "takes little memory ($grown kB)";
        is files(), 0, 'and leaves nothing behind';
    }
};

subtest 'a slow reader holds nothing that others need' => sub {
    my @slow;
    for (1 .. 4) {
        my $next = ask('/candidates.csv');
        wait_until { is_ready($next) } 20, 'the first bytes';
        push @slow, $next;
    }
    is busy(), 0, 'four of them hold no connection to the database';
    is files(), 0, 'and no name of a file';
    is $site->get('/candidates')->{status}, 200, 'pages are served';
    is $site->get('/candidates.json?rows=10')->{status}, 200, 'and more tables';
    my ($head, $body) = split /\r\n\r\n/, answer_of($slow[0]), 2;
    my ($length) = $head =~ /^Content-Length: (\d+)/mi;
    is length $body, $length, 'who reads on gets every byte';
};

subtest 'only so many are made at once' => sub {
    my @psql = ("$site->{cluster}{bindir}/psql", '-X', '-q', '-d', $site->dsn);
    open my $psql, '|-', @psql or die "psql: $!";
    $psql->autoflush(1);
    print {$psql} "BEGIN;\nLOCK TABLE observation IN ACCESS EXCLUSIVE MODE;\n";
    wait_until { $site->sql(q{SELECT count(*) FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
        WHERE c.relname = 'observation' AND l.mode = 'AccessExclusiveLock' AND l.granted}) } 10, 'the lock';
    # What the download reads and its page does not. There are two children, each of which makes one.
    my @asked = map { ask('/candidates.csv') } 1 .. 6;
    my %answer;
    my $hear = sub { $answer{$_} = answer_of($asked[$_]) for grep { !$answer{$_} && is_ready($asked[$_]) } 0 .. $#asked };
    wait_until { $hear->(); keys %answer >= 4 } 10, 'those that are refused';
    my @refused = values %answer;
    is scalar(grep {m{^HTTP/1\.1 503 }} @refused), scalar @refused, 'the others are told to come again';
    is scalar(grep {/^Retry-After: [1-9]/mi} @refused), scalar @refused, 'and when';
    is scalar(grep {/As many downloads as this site makes at once/} @refused), scalar @refused, 'in words';
    is $site->get('/account')->{status}, 200, 'pages are served meanwhile';
    print {$psql} "COMMIT;\n";
    close $psql;
    @asked = @asked[grep { !$answer{$_} } 0 .. $#asked];
    cmp_ok scalar @asked, '>', 0, 'some were begun';
    is scalar(grep { answer_of($_) =~ m{^HTTP/1\.1 200 .*can_det_stat}s } @asked), scalar @asked, 'and are made';
    is $site->get('/candidates.csv')->{status}, 200, 'and then others';
};

subtest 'only so much room is taken' => sub {
    $site->set(site_conf => "    TransientsExportSpace 2\n");
    $site->restart;
    $site->login('rater');
    for (1 .. 2) {
        my $answer = $site->get('/candidates.csv');
        is $answer->{status}, 507, 'one that is too large is refused';
        like $answer->{content}, qr/larger than this site has room for/, 'in words';
        is files(), 0, 'and leaves nothing behind';
    }
    is $site->get('/candidates.csv?can_det_stat_max=500')->{status}, 200, 'a smaller one is made' for 1 .. 10;
    my $browser = $site->get('/candidates.fits', headers => { Accept => 'text/html' });
    is $browser->{status}, 507, 'FITS too';
    like $browser->{content}, qr/<h1.*larger than this site has room for/s, 'a browser is told on a page';
};

subtest 'only so much time is taken' => sub {
    $site->set(site_conf => "    TransientsExportDeadline 100\n");
    $site->restart;
    $site->login('rater');
    open my $psql, '|-', "$site->{cluster}{bindir}/psql", '-X', '-q', '-d', $site->dsn or die "psql: $!";
    $psql->autoflush(1);
    print {$psql} "BEGIN;\nLOCK TABLE observation_summary IN ACCESS EXCLUSIVE MODE;\n";
    wait_until { $site->sql(q{SELECT count(*) FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
        WHERE c.relname = 'observation_summary' AND l.mode = 'AccessExclusiveLock' AND l.granted}) } 10, 'the lock';
    is $site->get('/observations.csv')->{status}, 503, 'one that lasts too long ends';
    is files(), 0, 'and leaves nothing behind';
    print {$psql} "COMMIT;\n";
    close $psql;
    wait_until { $site->get('/observations.csv')->{status} == 200 } 10, 'the next one';
    pass 'the next one is made';
};

subtest 'what a killed child left goes at the next start' => sub {
    my $folder = $site->media . '/.spool/exports';
    spew("$folder/$_", 'half a table') for qw(old young);
    utime time - 7200, time - 7200, "$folder/old" or die $!;
    $site->restart;
    ok !-e "$folder/old", 'when it is old';
    ok -e "$folder/young", 'not when it may be in the making';
};

$site->stop;
done_testing;
