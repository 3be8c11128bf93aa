# healing.t: connections that were lost, and databases that come back.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use TransientsTest qw(together wait_until);
use TransientsTest::Sample;

my $site = TransientsTest->start(cluster => 'own');
my ($id) = add_candidates($site, add_project($site), { can_det_stat => 7 });
my $page = "/candidates/$id";

is $site->login('rater')->{status}, 303, 'a rater is logged in';
is $site->get($page)->{status}, 200, 'and sees a candidate';

# How many of so many requests by eight readers at once were not answered by 200.
sub failures ($count) {
    my @failed = together 8, sub ($reader) {
        return scalar grep { $_ != 200 } map { $site->get($page)->{status} } 1 .. $count / 8;
    };
    return eval { my $sum = 0; $sum += $_ for @failed; $sum };
}

sub terminate () {
    return $site->sql(q{SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
        WHERE usename = 'transients_site'}) =~ s/\s+\z//r;
}

# Until the breakers of all children, each of which asks once a second, have found out.
sub heals ($name) {
    ok eval { wait_until { failures(16) == 0 } 15, 'pages' }, $name;
}

is failures(40), 0, 'eight readers at once are answered';
for my $time (1 .. 3) {
    cmp_ok terminate(), '>', 0, "connections are terminated ($time)";
    is failures(200), 0, 'none of 200 requests then fails';
}

subtest 'connections are terminated while they are in use' => sub {
    my @failed = together 5, sub ($worker) {
        if ($worker == 4) {
            terminate();
            return 0;
        }
        return scalar grep { $_ != 200 } map { $site->get($page)->{status} } 1 .. 25;
    };
    is_deeply \@failed, [0, 0, 0, 0, 0], 'reads are repeated and none fails';
};

subtest 'PostgreSQL is restarted' => sub {
    $site->cluster->stop;
    my $answer = $site->get($page);
    is $answer->{status}, 503, 'while it is away a page is 503';
    like $answer->{content}, qr/The database is not answering/, 'and says so';
    is $site->get('/readyz')->{status}, 503, 'the site is not ready';
    is $site->get('/healthz')->{status}, 200, 'but alive';
    $site->cluster->start;
    heals 'pages come back without a restart of httpd';
    is failures(80), 0, 'and stay';
    is $site->get('/readyz')->{status}, 200, 'the site is ready again';
};

subtest 'PostgreSQL is killed' => sub {
    $site->cluster->kill9;
    is $site->get($page)->{status}, 503, 'while it is away a page is 503';
    $site->cluster->start;
    heals 'pages come back';
};

subtest 'a write whose connection is gone' => sub {
    my ($key, %form) = ('k' x 16, rating => 4, classification => 1);
    terminate();
    is $site->post("$page/rating", { %form, request_key => $key })->{status}, 303,
        'is done on a new one, where nothing was on its way';
    is $site->sql('SELECT count(*) FROM rating_event') =~ s/\s+\z//r, 1, 'and stored once';
};

subtest 'a table that is away for a while' => sub {
    $site->sql('ALTER TABLE candidate RENAME TO candidate_away');
    is $site->get($page)->{status}, 500, 'is a defect, not a database that is silent';
    $site->sql('ALTER TABLE candidate_away RENAME TO candidate');
    is failures(16), 0, 'the next request finds it again';
};

subtest 'httpd starts while the database is away' => sub {
    $site->cluster->stop;
    $site->restart;
    is $site->get('/healthz')->{status}, 200, 'it is alive';
    is $site->get($page)->{status}, 503, 'its pages say what is missing';
    $site->cluster->start;
    heals 'they come when the database does';
};

done_testing;
