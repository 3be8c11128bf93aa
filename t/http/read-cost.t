# read-cost.t: the candidate page of a project that is read without login costs hardly more with a
# session than without: processor time of httpd and PostgreSQL together, measured and printed.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use POSIX 'sysconf';
use Test::More;
use TransientsTest;
use TransientsTest::Process 'children_of';
use TransientsTest::Sample;

# As many pages in turn with and without a session, so many times: what else the machine does then
# falls on both.
use constant PAGES  => 60;
use constant ROUNDS => 6;

my $site    = TransientsTest->start(cluster => 'own');
my $tick    = sysconf(POSIX::_SC_CLK_TCK());
my $project = add_project($site, 'open', access => 'public');
my @ids     = add_candidates($site, $project, map { { ra_deg => 10 + $_ / 100, dec_deg => -30, can_det_stat => $_ } } 1 .. 300);
$site->sql('ANALYZE');

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

sub cost_of ($client) {
    my $before = processor_time();
    for my $n (1 .. PAGES) {
        my $status = $client->get("/candidates/$ids[$n]")->{status};
        die "it answered $status" if $status != 200;
    }
    return processor_time() - $before;
}

my %client = (with => $site->new_client, without => $site->new_client);
$client{with}->login('rater');
like $client{with}->get("/candidates/$ids[0]")->{content}, qr/data-verdict/, 'with a session there is a form';
unlike $client{without}->get("/candidates/$ids[0]")->{content}, qr/data-verdict/, 'without there is none';
cost_of($_) for values %client;    # connections and plans are there
my %cost;
for my $round (1 .. ROUNDS) {
    $cost{$_} += cost_of($client{$_}) for $round % 2 ? qw(with without) : qw(without with);
}
my $ratio = $cost{with} / $cost{without};
diag sprintf 'a candidate page: %.2f ms with a session, %.2f ms without, ratio %.2f',
    (map { 1000 * $cost{$_} / (PAGES * ROUNDS) } qw(with without)), $ratio;
cmp_ok $ratio, '<', 1.5, 'the session costs less than half of the page';

done_testing;
