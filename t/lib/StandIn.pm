# StandIn.pm: a site that answers as a test tells it, and keeps what it was asked.
#
# For testing clients where the real site can't be made to misbehave: busy, redirecting, failing.
# One request a connection, core modules alone; one process, or with parallel one for each request.
#
# SPDX-License-Identifier: MIT
package StandIn;

use v5.36;
use File::Temp ();
use IO::Socket::INET;
use JSON::PP ();
use POSIX ();

# start(sub ($request, $count) { ...; return [status, { header => value }, body] })
# The sub runs in the site's process; $count is how many requests came before this one. A status
# of 0 closes the connection without a word. parallel => 1: a sub that takes its time keeps nobody
# else waiting.
sub start ($class, $answer, %opt) {
    my $socket = IO::Socket::INET->new(
        Listen    => 64,
        LocalAddr => '127.0.0.1',
        Proto     => 'tcp',
    ) or die "no socket: $!";
    my $log = File::Temp->new(TEMPLATE => 'standin-XXXXXX', TMPDIR => 1);
    my $pid = fork // die "no process: $!";
    if ($pid == 0) {
        local $SIG{TERM} = 'DEFAULT';
        local $SIG{PIPE} = 'IGNORE';
        setpgrp;
        eval { serve($socket, $answer, $log->filename, $opt{parallel}); 1 } or warn $@;
        POSIX::_exit(1);
    }
    return bless { port => $socket->sockport, log => $log, pid => $pid }, $class;
}

sub url ($self) { return "http://127.0.0.1:$self->{port}" }

# What was asked so far: { method, path, headers (lower case), order, fields, files }, in order.
sub requests ($self) {
    open my $log, '<:raw', $self->{log}->filename or die "no log: $!";
    return map { JSON::PP->new->latin1->decode($_) } <$log>;
}

sub stop ($self) {
    my $pid = delete $self->{pid} // return;
    kill(TERM => -$pid) || kill TERM => $pid;
    waitpid $pid, 0;
    return;
}

sub DESTROY ($self) {
    local ($?, $@);
    $self->stop;
    return;
}

sub serve ($socket, $answer, $log_name, $parallel) {
    my $count = 0;
    local $SIG{CHLD} = 'IGNORE';
    while (my $client = $socket->accept) {
        my $number = $count++;
        next if $parallel && fork;
        serve_one($client, $answer, $log_name, $number);
        POSIX::_exit(0) if $parallel;
    }
    return;
}

sub serve_one ($client, $answer, $log_name, $number) {
    my $request = read_request($client) // return;
    open my $log, '>>:raw', $log_name or die "no log: $!";
    print {$log} JSON::PP->new->latin1->encode($request), "\n";
    close $log;
    my ($status, $headers, $body) = $answer->($request, $number)->@*;
    send_answer($client, $status, $headers // {}, $body // '') if $status;
    close $client;
    return;
}

sub read_request ($client) {
    my ($method, $path) = split ' ', <$client> // return;
    my %headers;
    while (defined(my $line = <$client>)) {
        $line =~ s/\r?\n\z//;
        last if $line eq '';
        my ($name, $value) = split /:\s*/, $line, 2;
        $headers{ lc $name } = $value;
    }
    print {$client} "HTTP/1.1 100 Continue\r\n\r\n" if $headers{expect};
    my $body = '';
    my $wanted = $headers{'content-length'} // 0;
    while (length $body < $wanted) {
        read($client, my $part, $wanted - length $body) or last;
        $body .= $part;
    }
    my $request = { method => $method, path => $path, headers => \%headers };
    my ($boundary) = ($headers{'content-type'} // '') =~ /boundary="?([^";]+)/;
    return defined $boundary ? add_parts($request, $body, $boundary) : add_pairs($request, $body);
}

sub add_parts ($request, $body, $boundary) {
    for my $part (grep {length} split /(?:\r\n)?--\Q$boundary\E(?:--)?\r\n/, $body) {
        my ($head, $content) = split /\r\n\r\n/, $part, 2;
        my ($name) = $head =~ /\bname="([^"]*)"/;
        my ($file) = $head =~ /\bfilename="([^"]*)"/;
        push $request->{order}->@*, $name;
        if (defined $file) {
            $request->{files}{$name} = { name => $file, size => length $content };
        }
        else {
            $request->{fields}{$name} = $content;
        }
    }
    return $request;
}

sub add_pairs ($request, $body) {
    for my $pair (split /&/, $body) {
        my ($name, $value) = map {tr/+/ /r =~ s/%([0-9A-F]{2})/chr hex $1/gier} split /=/, $pair, 2;
        push $request->{order}->@*, $name;
        $request->{fields}{$name} = $value;
    }
    return $request;
}

sub send_answer ($client, $status, $headers, $body) {
    my %all = (
        'Content-Type' => 'application/json', $headers->%*,
        'Content-Length' => length $body, Connection => 'close',
    );
    print {$client} "HTTP/1.1 $status As told\r\n", (map {"$_: $all{$_}\r\n"} sort keys %all),
        "\r\n$body";
    return;
}

1;
