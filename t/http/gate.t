# gate.t: a database that is stopped, frozen or mute, and fifty readers at once.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use IO::Socket::UNIX;
use POSIX ();
use Test::More;
use Time::HiRes ();
use TransientsTest qw(together wait_until);
use TransientsTest::Process qw(as_service spawn end_process);
use TransientsTest::Sample;

use constant { READERS => 50, OTHERS => 8, PAGE_S => 3, STATIC_S => 0.5 };

my $site = TransientsTest->start(cluster => 'own');
my ($id) = add_candidates($site, add_project($site), { can_det_stat => 7 });
my $page = "/candidates/$id";
is $site->login('rater')->{status}, 303, 'a rater is logged in';

# Each answer as [status, seconds, whether its page says what is the matter].
sub timed ($path) {
    my $start  = Time::HiRes::time();
    my $answer = $site->get($path);
    return join ' ', $answer->{status}, Time::HiRes::time() - $start,
        $answer->{content} =~ /The database is not answering|Too many ask at once/ ? 1 : 0;
}

# Fifty readers of pages; among them some who ask for a static file or for /healthz.
sub ask_all () {
    my @other   = ('/healthz', '/css/tokens.css');
    my @answers = together READERS + OTHERS, sub ($number) {
        return timed($page) if $number < READERS;
        # When all the readers wait: that is what a static file must not wait for.
        Time::HiRes::sleep(0.3);
        return timed($other[$number % 2]);
    };
    @answers = map { [split / /] } @answers;
    return ([@answers[0 .. READERS - 1]], [@answers[READERS .. $#answers]]);
}

sub slowest ($answers) {
    my ($most) = sort { $b <=> $a } map { $_->[1] } @$answers;
    return $most;
}

sub check_silence ($name) {
    for my $round (1 .. 3) {
        my ($pages, $others) = ask_all();
        is scalar(grep { $_->[0] == 503 && $_->[2] } @$pages), READERS,
            "$name: every page is 503 and says why ($round)";
        cmp_ok slowest($pages), '<', PAGE_S, sprintf 'the slowest after %.2f s', slowest($pages);
        is scalar(grep { $_->[0] == 200 } @$others), OTHERS, 'static files and /healthz are there';
        cmp_ok slowest($others), '<', STATIC_S, sprintf 'the slowest after %.2f s', slowest($others);
    }
}

sub heals () {
    ok eval {
        wait_until {
            my ($pages) = ask_all();
            READERS == grep { $_->[0] == 200 } @$pages;
        } 15, 'pages';
    }, 'pages are back for all readers, without a restart of httpd';
}

# A server that takes connections and never says a word, in PostgreSQL's place.
sub mute_listener ($path) {
    unlink $path;
    my $pid = fork // die "fork: $!";
    if ($pid == 0) {
        my $socket = IO::Socket::UNIX->new(Local => $path, Listen => 128) or POSIX::_exit(1);
        chmod 0777, $path;
        my @taken;
        while (my $one = $socket->accept) {
            push @taken, $one;
        }
        POSIX::_exit(0);
    }
    wait_until { -S $path } 5, 'the listener';
    return $pid;
}

sub without_database ($code) {
    $site->cluster->stop;
    $code->();
    $site->cluster->start;
}

my ($pages, $others) = ask_all();
is scalar(grep { $_->[0] == 200 } @$pages), READERS, 'with a database all readers are answered';

without_database(sub {
    check_silence('stopped');
    is $site->new_client->get('/login')->{status}, 200, 'the login page is there without the database';
});
heals;

$site->cluster->pause;
check_silence('frozen');
$site->cluster->resume;
heals;

without_database(sub {
    my $path = $site->cluster->socket_path;
    my $pid  = mute_listener($path);
    check_silence('mute');
    end_process($pid, 'KILL');
    unlink $path;
});
heals;

subtest 'one slow statement is no silence' => sub {
    my $lock = "BEGIN; LOCK TABLE classification; SELECT pg_sleep(4)";
    my @answers = together 6, sub ($number) {
        if ($number == 0) {
            $site->sql($lock);
            return 'locked';
        }
        Time::HiRes::sleep(0.5);
        return timed($page) if $number == 1;
        # Pages that don't need the locked table, again and again meanwhile.
        my $bad = 0;
        my $end = Time::HiRes::time() + 3;
        while (Time::HiRes::time() < $end) {
            $bad++ if $site->get('/settings')->{status} != 200;
        }
        return "$bad";
    };
    is((split / /, $answers[1])[0], 503, 'the page that waits for a lock is 503');
    is_deeply [@answers[2 .. 5]], [0, 0, 0, 0], 'the others are answered all the while';
};

done_testing;
