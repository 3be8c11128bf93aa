# TransientsTest::Cluster: a private PostgreSQL server, reached by a socket alone.
#
# SPDX-License-Identifier: MIT
package TransientsTest::Cluster;
use v5.36;
use Carp 'croak';
use TransientsTest::Process qw(run_program run_or_die spawn end_process is_alive children_of
    wait_until as_service give_to_service at_end slurp);

# Options: bindir; dir (short: the socket's path has 107 bytes at most); durable (true: what was
# committed survives a kill -9, as in production); port (part of the socket's name).
sub new ($class, %opt) {
    my $self = bless { port => 5432, connections => 200, %opt }, $class;
    $self->{data} = "$self->{dir}/data";
    $self->{log}  = "$self->{dir}/log";
    mkdir $self->{dir} or croak "$self->{dir}: $!";
    give_to_service($self->{dir});
    $self->make;
    $self->start;
    at_end(sub { $self->stop('immediate') });
    return $self;
}

# A cluster that another process owns, by what describe() said.
sub attach ($class, $described) {
    return bless {%$described}, $class;
}

sub describe ($self) {
    return { map { $_ => $self->{$_} } qw(bindir dir data log port) };
}

sub make ($self) {
    run_or_die(["$self->{bindir}/initdb", '-D', $self->{data}, '-U', 'postgres', '-A', 'trust',
            '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync', '--no-instructions'],
        service => 1, env => { LC_ALL => 'C.UTF-8', TZ => 'UTC' });
    my %settings = (
        listen_addresses        => '',
        unix_socket_directories => $self->{dir},
        port                    => $self->{port},
        max_connections         => $self->{connections},
        shared_buffers          => '48MB',
        timezone                => 'UTC',
        log_line_prefix         => '%m [%p] %a ',
        $self->{durable} ? () : (fsync => 'off', full_page_writes => 'off'),
    );
    open my $conf, '>>', "$self->{data}/postgresql.conf" or croak "postgresql.conf: $!";
    print {$conf} map {"$_ = '$settings{$_}'\n"} sort keys %settings;
    close $conf or croak "postgresql.conf: $!";
}

# ---------------------------------------------------------------- running

sub start ($self) {
    return if $self->{pid} && is_alive($self->{pid});
    # SIGINT is PostgreSQL's fast shutdown.
    $self->{pid} = spawn(["$self->{bindir}/postgres", '-D', $self->{data}],
        $self->{log}, service => 1, farewell => 'INT', env => { LC_ALL => 'C.UTF-8' });
    wait_until {
        croak 'PostgreSQL did not start: ' . slurp($self->{log}) if !is_alive($self->{pid});
        $self->is_ready
    } 60, 'PostgreSQL';
}

sub is_ready ($self) {
    my ($status) = run_program(["$self->{bindir}/pg_isready", '-q', '-t', '2', '-d', $self->dsn('postgres')]);
    return $status == 0;
}

# Modes: fast (the usual one), smart, immediate (no final checkpoint).
sub stop ($self, $mode = 'fast') {
    my $pid = $self->{pid} // return;
    my %signal = (smart => 'TERM', fast => 'INT', immediate => 'QUIT');
    $self->resume;
    end_process($pid, $signal{$mode}, 30);
    delete $self->{pid};
}

sub restart ($self) {
    $self->stop;
    $self->start;
}

sub pids ($self) {
    my $pid = $self->{pid} // croak 'this cluster belongs to another process or is stopped';
    return ($pid, children_of($pid));
}

# As a power cut would, as far as a process can see.
sub kill9 ($self) {
    my @pids = $self->pids;
    kill 'KILL', @pids;
    wait_until { !grep { is_alive($_) } @pids } 10, 'the end of all PostgreSQL processes';
    delete $self->{pid};
}

# Silent, but still there: connects are accepted by the kernel and never answered.
sub pause ($self) {
    kill 'STOP', $self->pids;
}

sub resume ($self) {
    kill 'CONT', $self->pids if $self->{pid};
}

# ---------------------------------------------------------------- databases

sub dsn ($self, $database, $user = 'postgres') {
    return "host=$self->{dir} port=$self->{port} dbname=$database user=$user";
}

# The path of the socket, for a test that puts something else there.
sub socket_path ($self) {
    return "$self->{dir}/.s.PGSQL.$self->{port}";
}

# Runs SQL with psql: in list context the lines, else the text without the last newline.
# Columns are divided by '|', NULL is empty.
sub sql ($self, $database, $sql, %opt) {
    my ($status, $out, $err) = run_program(["$self->{bindir}/psql", '-X', '-q', '-A', '-t',
            '-v', 'ON_ERROR_STOP=1', '-d', $opt{dsn} // $self->dsn($database), '-f', '-'],
        stdin => $sql, env => { PGOPTIONS => '-c client_min_messages=warning' });
    croak "psql: $err$sql" if $status != 0;
    chomp $out;
    return wantarray ? split(/\n/, $out) : $out;
}

sub create_database ($self, $name, $template = 'template0') {
    $self->sql('postgres', qq(CREATE DATABASE "$name" TEMPLATE "$template" STRATEGY file_copy;));
}

sub drop_database ($self, $name) {
    $self->sql('postgres', qq(DROP DATABASE IF EXISTS "$name" WITH (FORCE);));
}

1;
