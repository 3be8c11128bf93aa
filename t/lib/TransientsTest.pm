# TransientsTest: a site of one's own for a test: a database, an httpd on a free port, a visitor.
#
#   my $site = TransientsTest->start;
#   is $site->get('/healthz')->{status}, 200, 'the site is up';
#
# CONTRIBUTING.md tells how tests are written; TransientsTest::Process, ::Cluster, ::Client and
# ::Run say what else there is.
#
# SPDX-License-Identifier: MIT
package TransientsTest;
use v5.36;
use Carp 'croak';
use Exporter 'import';
use File::Glob ':bsd_glob';
use File::Path ();
use IO::Socket::INET;
use TransientsTest::Client;
use TransientsTest::Cluster;
use TransientsTest::Process qw(run_program run_or_die spawn end_process is_alive children_of
    wait_until together service_user give_to_service at_end slurp spew);
use Test::Builder;
use TransientsTest::Run;

our @EXPORT    = qw(wait_until together);
our @EXPORT_OK = qw(run_program run_or_die slurp spew srcdir);

# Lines of httpd's log that no test may leave behind.
my $crash = qr/exit signal (?!Killed)|AddressSanitizer|LeakSanitizer|runtime error:/;

sub srcdir () { return TransientsTest::Run->srcdir }

# ---------------------------------------------------------------- starting

# Options:
#   accounts    0: a database with the schema alone; otherwise users admin and rater, with tokens
#   cluster     'own': a PostgreSQL server of this site's own, which may be stopped and killed and
#               keeps what it committed; or a TransientsTest::Cluster, or another site's
#   templates, htdocs, schema   folders used instead of the installed ones
#   conf        the whole configuration, with the same placeholders as conf/site.conf.in
#   server_conf, site_conf      lines added to the server, to the virtual host
#   simbad      address of a SIMBAD to ask; none is asked otherwise
#   set         hash: other values for placeholders
#   env         hash: httpd's environment
#   httpd       0: prepares everything, starts nothing
sub start ($class, %opt) {
    state $count = 0;
    my $run  = TransientsTest::Run->current;
    my $self = bless { run => $run, opt => \%opt, number => ++$count }, $class;
    $self->{dir} = File::Temp::mkdtemp($run->dir . '/site-XXXXXX');
    mkdir "$self->{dir}/$_" for qw(media tmp);
    chmod 0755, $self->{dir};
    give_to_service($self->{dir}, map {"$self->{dir}/$_"} qw(media tmp));
    $self->choose_cluster($opt{cluster} // 'shared');
    $self->make_database;
    at_end(sub { $self->finish });
    $self->{client} = TransientsTest::Client->new($self);
    $self->start_httpd if $opt{httpd} // 1;
    return $self;
}

sub choose_cluster ($self, $choice) {
    my $run = $self->{run};
    $self->{cluster} = ref $choice ? ($choice->isa('TransientsTest') ? $choice->cluster : $choice)
        : $choice eq 'own' ? TransientsTest::Cluster->new(
            bindir => $run->setting('PG_BINDIR'), dir => "$self->{dir}/pg", durable => 1)
        : $run->cluster;
}

sub make_database ($self) {
    my $name = $self->{database} = "tr_$$" . "_$self->{number}";
    my $with = $self->{opt}{accounts} // 1;
    if ($self->{cluster}{dir} eq $self->{run}->cluster->{dir}) {
        $self->{cluster}->create_database($name, $with ? 'tr_accounts' : 'tr_template');
        $self->{accounts} = $self->{run}{accounts};
        return;
    }
    $self->{cluster}->create_database($name);
    $self->{run}->prepare($self->{cluster}, $name);
    $self->{accounts} = $self->{run}->make_accounts($self->{cluster}, $name) if $with;
}

# ---------------------------------------------------------------- what it is

sub run ($self)      { return $self->{run} }
sub dir ($self)      { return $self->{dir} }
sub port ($self)     { return $self->{port} }
sub url ($self)      { return "http://localhost:$self->{port}" }
sub cluster ($self)  { return $self->{cluster} }
sub database ($self) { return $self->{database} }
sub pid ($self)      { return $self->{pid} }
sub pids ($self)     { return ($self->{pid}, children_of($self->{pid})) }
sub media ($self)    { return "$self->{dir}/media" }

# The database as its superuser; as the site's own role.
sub dsn ($self)      { return $self->{cluster}->dsn($self->{database}) }
sub site_dsn ($self) { return $self->{cluster}->dsn($self->{database}, TransientsTest::Run::SITE_ROLE) }

sub account ($self, $user) { return $self->{accounts}{$user} // croak "no account $user" }
sub password ($self, $user) { return $self->account($user)->{password} }
sub token ($self, $user)    { return $self->account($user)->{token} }

# ---------------------------------------------------------------- asking it

sub new_client ($self) { return TransientsTest::Client->new($self) }
sub client ($self)     { return $self->{client} }

sub request ($self, @request) { return $self->{client}->request(@request) }
sub get ($self, @request)     { return $self->{client}->get(@request) }
sub head ($self, @request)    { return $self->{client}->head(@request) }
sub post ($self, @request)    { return $self->{client}->post(@request) }
sub json ($self, @request)    { return $self->{client}->json(@request) }
sub raw ($self, @request)     { return $self->{client}->raw(@request) }
sub login ($self, @who)       { return $self->{client}->login(@who) }

# SQL by the superuser: lines in list context, else the text.
sub sql ($self, $sql) {
    return $self->{cluster}->sql($self->{database}, $sql);
}

# transients-admin on this database; a reference among the arguments is its standard input. What
# it printed; dies when it fails. try_admin instead returns (status, output, errors).
sub admin ($self, @args) {
    my ($status, $out, $err) = $self->try_admin(@args);
    croak 'transients-admin ' . join(' ', grep { !ref } @args) . ": $status\n$out$err" if $status != 0;
    return $out;
}

sub try_admin ($self, @args) {
    my ($stdin) = map {$$_} grep {ref} @args;
    return $self->{run}->admin_program($self->dsn, [grep { !ref } @args], $stdin // '');
}

# Any installed program: (status, output, errors).
sub program ($self, $name, @args) {
    my ($stdin) = map {$$_} grep {ref} @args;
    return run_program([$self->{run}->program($name), grep { !ref } @args], stdin => $stdin);
}

# What httpd logged since it was first started, or since mark_log.
sub error_log ($self) {
    my $path = "$self->{dir}/error.log";
    return -e $path ? substr slurp($path), $self->{marked} // 0 : '';
}

sub mark_log ($self) {
    $self->{marked} = -s "$self->{dir}/error.log" // 0;
}

# ---------------------------------------------------------------- httpd

# The values of the placeholders of conf/site.conf.in.
sub placeholders ($self) {
    my $data = $self->{run}->data;
    my $opt  = $self->{opt};
    return (
        MODULES     => $self->{run}->setting('HTTPD_MODULEDIR'),
        MODULE      => $self->{run}->site . '/modules/mod_transients.so',
        DATA        => $data,
        HTDOCS      => $opt->{htdocs}    // "$data/htdocs/public",
        TEMPLATES   => $opt->{templates} // "$data/htdocs/templates",
        SCHEMA      => $opt->{schema}    // "$data/schema",
        DOCS        => "$data/docs",
        CONF        => $self->{run}->site . '/etc/transients',
        RUN         => $self->{dir},
        MEDIA       => $self->media,
        LISTEN      => "127.0.0.1:$self->{port}",
        PORT        => $self->{port},
        DSN         => $self->site_dsn,
        SERVER_CONF => "CoreDumpDirectory \"$self->{dir}\"\n" . ($opt->{server_conf} // ''),
        SITE_CONF   => $opt->{site_conf}   // '',
        SIMBAD      => $opt->{simbad}      // 'none',
        ($opt->{set} // {})->%*,
    );
}

sub write_conf ($self) {
    my $text   = $self->{opt}{conf} // slurp(srcdir() . '/conf/site.conf.in');
    my %values = $self->placeholders;
    $text =~ s/\@([A-Z_]+)\@/$values{$1} \/\/ croak "conf: \@$1\@ has no value"/ge;
    spew("$self->{dir}/httpd.conf", $text);
}

sub httpd ($self, @args) {
    return ($self->{run}->setting('HTTPD'), '-d', $self->{dir}, '-f', "$self->{dir}/httpd.conf", @args);
}

sub start_httpd ($self) {
    for my $try (1 .. 5) {
        $self->{port} //= free_port();
        $self->write_conf;
        $self->{pid} = spawn(['sh', '-c', 'ulimit -c unlimited; exec "$@"', 'sh',
                $self->httpd('-DFOREGROUND')], "$self->{dir}/startup.log",
            service => 1, env => $self->httpd_env);
        return $self if eval { wait_until { $self->is_up } 30, 'httpd' };
        my $why = $@ . $self->startup_log;
        # Somebody else took the port since we looked: another one, unless it was given.
        croak "httpd did not start: $why" if $why !~ /Address already in use/ || $try == 5;
        delete $self->{port};
    }
}

sub httpd_env ($self) {
    my $sanitizers = $self->{run}->sanitizers;
    return { TZ => 'UTC', LC_ALL => 'C.UTF-8', %$sanitizers, ($self->{opt}{env} // {})->%* };
}

# Answers, whatever it answers; dies when it has ended instead.
sub is_up ($self) {
    croak "it ended\n" if !is_alive($self->{pid});
    return -s "$self->{dir}/httpd.pid" && eval { $self->new_client->get('/healthz'); 1 };
}

sub startup_log ($self) {
    return join "\n", map { -e "$self->{dir}/$_" ? slurp("$self->{dir}/$_") : () }
        qw(startup.log error.log);
}

sub free_port () {
    my $socket = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => 0, Listen => 1)
        or croak "no free port: $!";
    return $socket->sockport;
}

# ($passed, $what_it_said); the configuration is written anew from the options first.
sub configtest ($self) {
    $self->{port} //= free_port();
    $self->write_conf;
    my ($status, $out, $err) = run_program([$self->httpd('-t')], service => 1, env => $self->httpd_env);
    return ($status == 0, $out . $err);
}

# As apachectl does it: refused (false, what it said) while the site is broken.
sub graceful ($self) {
    $self->write_conf;
    my $before = generations($self);
    my ($status, $out, $err) = run_program([$self->httpd('-k', 'graceful')], service => 1,
        env => $self->httpd_env);
    return (0, $out . $err) if $status != 0;
    wait_until { generations($self) > $before } 30, 'the new generation of httpd';
    return (1, $out . $err);
}

sub generations ($self) {
    return scalar(() = slurp("$self->{dir}/error.log") =~ /AH00489/g);
}

# Other options, for the next configtest, graceful or restart.
sub set ($self, %opt) {
    $self->{opt} = { $self->{opt}->%*, %opt };
}

sub stop ($self) {
    my $pid = delete $self->{pid} // return;
    end_process($pid, 'TERM', 15);
}

sub restart ($self) {
    $self->stop;
    $self->start_httpd;
}

# Every process of httpd, at once, without a word.
sub kill9 ($self) {
    my @pids = $self->pids;
    kill 'KILL', @pids;
    wait_until { !grep { is_alive($_) } @pids } 10, 'the end of all httpd processes';
    delete $self->{pid};
}

# ---------------------------------------------------------------- the end

# A test that leaves a crash or a sanitizer's report behind has failed, whatever it counted.
sub finish ($self) {
    $self->stop;
    my $log = $self->startup_log;
    my @bad = $self->{opt}{crash_expected} ? () : grep { /$crash/ } split /\n/, $log;
    my @trace = @bad ? $self->backtrace : ();
    print STDERR "# httpd's log has:\n", map({"#   $_\n"} @bad), @trace if @bad;
    @bad = () if $self->is_httpds_own($log, @trace);
    if (@bad || !Test::Builder->new->is_passing) {
        my @lines = split /\n/, $log;
        my $first = @lines > 20 ? @lines - 20 : 0;
        print STDERR "# the end of httpd's log:\n", map {"#   $_\n"} @lines[$first .. $#lines];
    }
    $self->remove if !$ENV{TEST_KEEP};
    return @bad ? 'failed' : 'done';
}

# httpd 2.4.71's event MPM may crash by itself while it stops, once in some hundred times: closing its
# workers' connections (apr_os_sock_get called by mod_mpm_event). Only a segmentation fault after the
# order to stop is taken for that, and none in which our module has a part.
sub is_httpds_own ($self, $log, @trace) {
    my ($before, $after) = split /caught SIGTERM, shutting down/, $log, 2;
    return 0 if !defined $after || $log =~ /Sanitizer|runtime error:/;
    # httpd tells of its children's ends in the very lines before its own
    my @lines = split /\n/, $before;
    pop @lines;
    pop @lines while @lines && $lines[-1] =~ /exit signal Segmentation fault/;
    return 0 if grep {/$crash/} @lines;
    return 0 if grep {/mod_transients|\btr_\w+ \(/} @trace;
    return !@trace || "@trace" =~ /apr_os_sock_get.*mod_mpm_event/s;
}

# Where a process of httpd crashed, if it left a core file and gdb is here to read it.
sub backtrace ($self) {
    my ($core) = glob "$self->{dir}/core*" or return;
    my ($status, $out) = eval {
        run_program(['gdb', '-batch', '-ex', 'bt 30',
                $self->{run}->setting('HTTPD'), $core]);
    };
    return map {"#   $_\n"} grep {/^#/} split /\n/, $out // '';
}

sub remove ($self) {
    my $shared = $self->{run}->cluster;
    $shared->drop_database($self->{database}) if $self->{cluster}{dir} eq $shared->{dir};
    File::Path::remove_tree($self->{dir});
}

1;
