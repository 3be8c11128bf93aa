# login-cost.t: what logging in costs, and what wrong passwords cost: processor time of httpd and
# PostgreSQL together, measured and printed.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use HTTP::Tiny;
use POSIX 'sysconf';
use Test::More;
use Time::HiRes 'time';
use TransientsTest qw(wait_until);
use TransientsTest::Process 'children_of';

my $site = TransientsTest->start(cluster => 'own');
my $tick = sysconf(POSIX::_SC_CLK_TCK());

# Seconds that these processes and those which ended before took.
sub processor_time () {
    my $ticks = 0;
    for my $parent ($site->pid, $site->cluster->{pid}) {
        for my $pid ($parent, children_of($parent)) {
            open my $stat, '<', "/proc/$pid/stat" or next;
            my (undef, $rest) = split /\) /, <$stat> // ') ', 2;
            my @fields = split ' ', $rest;
            $ticks += $fields[11] + $fields[12] + $fields[13] + $fields[14];
        }
    }
    return $ticks / $tick;
}

sub cost_of ($do) {
    my $before = processor_time();
    $do->();
    return processor_time() - $before;
}

sub client_at ($address) {
    my $client = $site->new_client;
    $client->{http} = HTTP::Tiny->new(cookie_jar => $client->cookies, max_redirect => 0, timeout => 30,
        keep_alive => 0, local_address => $address);
    return $client;
}

subtest 'a login costs bcrypt once, a page afterwards not at all' => sub {
    my $client = $site->new_client;
    $client->get('/login') for 1 .. 4;    # connections are there
    my @start = times;
    my @hashes = map { crypt("quiet rain over $_", '$2y$12$abcdefghijklmnopqrstuu') } 1 .. 3;
    my $once = ((times)[0] - $start[0]) / 3;
    my $login = cost_of(sub { $client->login('rater') });
    my $pages = cost_of(sub { $client->get('/account') for 1 .. 20 });
    note sprintf 'bcrypt %.0f ms; a login %.0f ms; 20 pages %.0f ms', 1000 * $once, 1000 * $login, 1000 * $pages;
    cmp_ok $login, '<', 1.8 * $once + 0.05, 'the login';
    cmp_ok $pages, '<', $once + 0.1, 'the pages';
};

subtest '1,000 wrong passwords for one user from one address cost at most a second, and the owner elsewhere gets in' => sub {
    my $thief = client_at('127.0.0.1');
    $thief->post('/login', { name => 'rater', password => "first $_" }) for 1 .. 5;
    my %said;
    my $began = time;
    my $cost = cost_of(sub {
        $said{ $thief->post('/login', { name => 'rater', password => "guess $_" })->{status} }++ for 1 .. 1000;
    });
    my $took = time - $began;
    note sprintf '1,000 wrong passwords: %.2f s of processor time in %.1f s', $cost, $took;
    is_deeply [keys %said], [401], 'each is refused';
    my $looked_at = $site->sql(q{SELECT count(*) FROM audit_log WHERE action = 'refused'}) + 0;
    cmp_ok $looked_at, '<=', 5 + 2 + $took / 5, "$looked_at were looked at";
    cmp_ok $cost, '<', $ENV{CHECK_STRICT} ? 1.5 : 1 + 0.4 * ($looked_at - 5), 'at most a second, what was looked at apart';

    my $asked = time;
    wait_until { client_at('127.9.9.9')->post('/login', { name => 'rater', password => $site->password('rater') })->{status} == 303 }
        60, 'the owner elsewhere';
    note sprintf 'the owner elsewhere got in after %.1f s', time - $asked;
    pass 'the owner elsewhere gets in within a minute';
    # A wait that has just ended lets one more guess be looked at, which begins the next.
    $thief->post('/login', { name => 'rater', password => 'x' });
    like $thief->post('/login', { name => 'rater', password => 'x' })->{content},
        qr/Too many wrong passwords: try again in \d+ (?:s|min)\./, 'who guessed is told to wait';
};

subtest 'the delay grows and ends growing' => sub {
    my @waits;
    for my $failures (5 .. 20) {
        $site->sql(q{UPDATE login_throttle SET until = now()});
        my $answer = client_at('127.0.0.1')->post('/login', { name => 'rater', password => "again $failures" });
        my ($wait) = $site->sql(q{SELECT round(extract(epoch FROM until - last_at)) FROM login_throttle
            WHERE key LIKE 'user:rater@%'}) =~ /(\d+)/;
        push @waits, $wait // 0;
    }
    note "delays in seconds: @waits";
    ok !(grep { $waits[$_] < $waits[ $_ - 1 ] } 1 .. $#waits), 'no delay is shorter than the one before';
    cmp_ok $waits[-1], '>', 60, 'it becomes minutes';
    cmp_ok $waits[-1], '<=', 900, 'but never more than a quarter of an hour';
};

done_testing;
