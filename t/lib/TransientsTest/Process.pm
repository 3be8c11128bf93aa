# TransientsTest::Process: runs programs, waits for conditions, and cleans up.
#
# As root, servers run as an unprivileged user (PostgreSQL insists, httpd should); the tests
# themselves stay who they are. A server gets a signal when the test that started it dies, however
# it dies.
#
# SPDX-License-Identifier: MIT
package TransientsTest::Process;
use v5.36;
use Exporter 'import';
use Carp 'croak';
use Errno 'EINTR';
use File::Temp ();
use POSIX ();
use Time::HiRes ();

our @EXPORT_OK = qw(run_program run_or_die spawn end_process is_alive children_of wait_until
    together service_user as_service give_to_service at_end slurp spew);

# ---------------------------------------------------------------- files

sub slurp ($path) {
    open my $file, '<:raw', $path or croak "$path: $!";
    local $/;
    return scalar(<$file>) // '';
}

sub spew ($path, $text) {
    open my $file, '>:raw', $path or croak "$path: $!";
    print {$file} $text;
    close $file or croak "$path: $!";
}

# ---------------------------------------------------------------- who

# The user that servers run as: undef where that is ourselves.
sub service_user () {
    return undef if $> != 0;
    state $user = (grep { defined getpwnam $_ } qw(www-data nobody))[0];
    return $user;
}

# The words before a command that make it run as that user.
sub as_service () {
    my $user = service_user() // return ();
    my (undef, undef, $uid, $gid) = getpwnam $user;
    return ('setpriv', "--reuid=$uid", "--regid=$gid", '--clear-groups');
}

sub give_to_service (@paths) {
    my $user = service_user() // return;
    my (undef, undef, $uid, $gid) = getpwnam $user;
    chown $uid, $gid, $_ or croak "$_: $!" for @paths;
}

# ---------------------------------------------------------------- programs

# Runs a program to its end: (exit status, standard output, standard error). A status of 128 + N
# means that signal N ended it. Options: stdin (text), env (hash), dir, service (true: as the
# service user).
sub run_program ($command, %opt) {
    my ($in, $out, $err) = map { File::Temp->new } 1 .. 3;
    print {$in} $opt{stdin} // '';
    $in->flush;
    my $pid = fork // croak "fork: $!";
    if ($pid == 0) {
        open STDIN,  '<',  $in->filename;
        open STDOUT, '>&', $out;
        open STDERR, '>&', $err;
        become(\%opt, @$command);
    }
    waitpid $pid, 0;
    my $status = $? & 127 ? 128 + ($? & 127) : $? >> 8;
    return ($status, slurp($out->filename), slurp($err->filename));
}

# The same, for what must succeed: its standard output.
sub run_or_die ($command, %opt) {
    my ($status, $out, $err) = run_program($command, %opt);
    croak "@$command\nended with $status:\n$out$err" if $status != 0;
    return $out;
}

# Starts a server whose output goes to a file: its pid. It gets the signal named by opt{farewell}
# (TERM) when we die.
sub spawn ($command, $log, %opt) {
    my $farewell = $opt{farewell} // 'TERM';
    my $pid      = fork // croak "fork: $!";
    if ($pid == 0) {
        open STDIN,  '<',  '/dev/null';
        open STDOUT, '>>', $log;
        open STDERR, '>&', \*STDOUT;
        my @farewell = ("--pdeathsig=$farewell");
        my @service  = $opt{service} ? as_service() : ();
        @service = @service ? (@service, @farewell) : ('setpriv', @farewell);
        become({ %opt, service => 0 }, @service, @$command);
    }
    return $pid;
}

sub become ($opt, @command) {
    chdir($opt->{dir} // '/');
    if (my $env = $opt->{env}) {
        defined $env->{$_} ? ($ENV{$_} = $env->{$_}) : delete $ENV{$_} for keys %$env;
    }
    unshift @command, as_service() if $opt->{service};
    no warnings 'exec';    # a failure is told below
    exec { $command[0] } @command;
    print STDERR "$command[0]: $!\n";
    POSIX::_exit(127);
}

# Alive and no zombie; one of our own children that has ended is reaped here.
sub is_alive ($pid) {
    return 0 if waitpid($pid, POSIX::WNOHANG()) == $pid;
    open my $stat, '<', "/proc/$pid/stat" or return 0;
    return (<$stat> // '') =~ /\) [^ZX] / ? 1 : 0;
}

# All descendants, nearest first.
sub children_of ($pid) {
    my %children;
    for my $path (glob '/proc/[0-9]*/stat') {
        open my $stat, '<', $path or next;
        my ($id, $parent) = (<$stat> // '') =~ /^(\d+) .*\) \S (\d+) /s or next;
        push $children{$parent}->@*, $id;
    }
    my @found = ($pid);
    for (my $i = 0; $i < @found; $i++) {
        push @found, ($children{ $found[$i] } // [])->@*;
    }
    shift @found;
    return @found;
}

# Sends a signal and waits for the end; after opt{seconds} (10) it is SIGKILL.
sub end_process ($pid, $signal = 'TERM', $seconds = 10) {
    return if !is_alive($pid);
    kill $signal, $pid;
    return if eval { wait_until(sub { !is_alive($pid) }, $seconds, "the end of $pid") };
    kill 'KILL', $pid;
    wait_until(sub { !is_alive($pid) }, 10, "the end of $pid by SIGKILL");
}

# ---------------------------------------------------------------- waiting

# Calls the condition until it is true and returns what it said; dies after so many seconds.
sub wait_until : prototype(&@) ($condition, $seconds = 10, $what = 'the condition') {
    my $until = Time::HiRes::time() + $seconds;
    my $nap   = 0.002;
    while (1) {
        my $answer = $condition->();
        return $answer if $answer;
        croak "waited $seconds s for $what" if Time::HiRes::time() > $until;
        Time::HiRes::sleep($nap);
        $nap = $nap < 0.05 ? $nap * 1.5 : 0.05;
    }
}

# Calls code(0) ... code(count - 1) in so many processes at the same moment; the scalars that they
# return, in that order (undef for one that died).
sub together ($count, $code) {
    pipe my $gate, my $open or croak "pipe: $!";
    my @workers = map { start_worker($_, $code, $gate, $open) } 0 .. $count - 1;
    close $open;    # the gate opens: every worker sees the end of the pipe
    my @answers;
    for my $worker (@workers) {
        local $/;
        my $text = readline $worker->{from};
        waitpid $worker->{pid}, 0;
        push @answers, $? == 0 ? $text : undef;
    }
    return @answers;
}

sub start_worker ($number, $code, $gate, $open) {
    pipe my $from, my $to or croak "pipe: $!";
    my $pid = fork // croak "fork: $!";
    if ($pid == 0) {
        close $_ for $open, $from;
        sysread $gate, my $nothing, 1;
        my $answer = eval { $code->($number) };
        warn $@ if $@;
        print {$to} $answer // '';
        close $to;
        POSIX::_exit($@ ? 1 : 0);
    }
    close $to;
    return { pid => $pid, from => $from };
}

# ---------------------------------------------------------------- the end

# Code to be run when this process ends, last added first; never in a forked child. Where it dies
# or returns 'failed', this test file has failed.
my @at_end;
my $owner = $$;

sub at_end ($code) {
    push @at_end, $code;
}

# Also after Ctrl-C, when nobody reads what it prints, and after the time limit of one test file.
$SIG{INT} = $SIG{TERM} = $SIG{HUP} = $SIG{PIPE} = sub ($name) {
    exit 1 if $$ == $owner;
    POSIX::_exit(1);
};
$SIG{ALRM} = sub ($name) {
    POSIX::_exit(1) if $$ != $owner;
    print STDERR "# this test file took longer than TEST_LIMIT\n";
    exit 1;
};
alarm($ENV{TEST_LIMIT} // 300) if $0 =~ /\.t$/;

END {
    if ($$ == $owner) {
        my $status = $?;
        alarm 0;
        local $SIG{INT} = local $SIG{TERM} = 'IGNORE';
        while (my $code = pop @at_end) {
            my $said = eval { $code->() } // '';
            warn $@ if $@;
            $status ||= 1 if $@ || $said eq 'failed';
        }
        $? = $status;
    }
}

1;
