# TransientsTest::Run: what all test files of one run share: the site as it would be installed, and
# a PostgreSQL server with databases ready to be copied. t/run makes it once; a test file that is
# run by itself makes its own.
#
# SPDX-License-Identifier: MIT
package TransientsTest::Run;
use v5.36;
use Carp 'croak';
use Cwd ();
use File::Path ();
use File::Spec;
use File::Temp ();
use JSON::PP ();
use TransientsTest::Process qw(run_or_die run_program give_to_service at_end slurp spew);
use TransientsTest::Cluster;

# The role that the site connects as; it owns nothing.
use constant SITE_ROLE => 'transients_site';

# The accounts of the database tr_accounts; tokens are added when it is made.
my %accounts = (
    admin => { password => 'northern jackdaw 41', staff => 1 },
    rater => { password => 'quiet rain over 17',  staff => 0 },
);

# The tools of a sanitized build leave their pools to the end of the process.
$ENV{ASAN_OPTIONS} //= 'detect_leaks=0';

sub current ($class) {
    state $run = $ENV{TR_RUN} ? $class->attach($ENV{TR_RUN}) : $class->create;
    return $run;
}

# ---------------------------------------------------------------- places

sub srcdir ($class) {
    state $dir = $ENV{TR_SRCDIR}
        // Cwd::realpath((File::Spec->splitpath(__FILE__))[1] . '../../..');
    return $dir;
}

sub builddir ($class) {
    return $ENV{TR_BUILDDIR} // $class->srcdir;
}

# A value that configure found, from scripts/build.env.
sub setting ($class, $name) {
    state %settings = slurp($class->builddir . '/scripts/build.env') =~ /^(\w+)='(.*)'$/mg;
    return $settings{$name} // croak "scripts/build.env has no $name";
}

sub dir ($self)     { return $self->{dir} }
sub site ($self)    { return "$self->{dir}/site" }
sub data ($self)    { return $self->site . '/share/transients' }
sub program ($self, $name) { return $self->site . "/bin/$name" }
sub cluster ($self) { return $self->{cluster} }
sub account ($self, $user) { return $self->{accounts}{$user} // croak "no account $user" }

# ---------------------------------------------------------------- making one

sub create ($class) {
    umask 022;
    my $self = bless { owned => 1 }, $class;
    # Under /tmp, whatever TMPDIR says: a socket's path is short.
    $self->{dir} = File::Temp::mkdtemp('/tmp/tr-XXXXXX');
    chmod 0755, $self->{dir};
    at_end(sub { $self->clean });
    $self->stage;
    $self->{cluster} = TransientsTest::Cluster->new(
        bindir => $class->setting('PG_BINDIR'),
        dir    => "$self->{dir}/pg",
    );
    $self->make_databases;
    spew("$self->{dir}/run.json",
        JSON::PP->new->canonical->encode(
            { cluster => $self->{cluster}->describe, accounts => $self->{accounts} }));
    return $self;
}

sub attach ($class, $dir) {
    my $described = JSON::PP->new->decode(slurp("$dir/run.json"));
    return bless {
        dir      => $dir,
        cluster  => TransientsTest::Cluster->attach($described->{cluster}),
        accounts => $described->{accounts},
    }, $class;
}

sub clean ($self) {
    if ($ENV{TEST_KEEP}) {
        print STDERR "# kept: $self->{dir}\n";
        return;
    }
    File::Path::remove_tree($self->{dir});
}

# Installs into the run's own folder, which the service user can read wherever the clone is.
sub stage ($self) {
    my ($status, $out, $err) = run_program(['make', '-s', '-C', $self->builddir, 'stage',
            'STAGE=' . $self->site],
        env => { MAKEFLAGS => undef, MFLAGS => undef, MAKELEVEL => undef, DESTDIR => undef });
    croak "make stage:\n$out$err" if $status != 0;
}

sub make_databases ($self) {
    my $cluster = $self->{cluster};
    $cluster->create_database('tr_template');
    $self->prepare($cluster, 'tr_template');
    $cluster->create_database('tr_accounts', 'tr_template');
    $self->{accounts} = $self->make_accounts($cluster, 'tr_accounts');
}

# Makes the schema in an empty database.
sub prepare ($self, $cluster, $database) {
    $self->admin($cluster->dsn($database), ['migrate', '--site-role', SITE_ROLE]);
}

# Adds the accounts: their passwords and tokens, by name.
sub make_accounts ($self, $cluster, $database) {
    my $dsn = $cluster->dsn($database);
    my %made;
    for my $user (sort keys %accounts) {
        my %account = $accounts{$user}->%*;
        $self->admin($dsn, ['user', 'add', $user, $account{staff} ? '--staff' : ()],
            "$account{password}\n");
        my $said = $self->admin($dsn, ['token', 'add', $user, '--scope', 'upload,read']);
        my ($token) = $said =~ /(\S+)\s*\z/ or croak "token add said: $said";
        $made{$user} = { password => $account{password}, token => $token };
    }
    return \%made;
}

# Runs transients-admin: (status, output, errors).
sub admin_program ($self, $dsn, $args, $stdin = '') {
    return run_program([$self->program('transients-admin'), @$args], stdin => $stdin,
        env => { TRANSIENTS_DSN => $dsn, TRANSIENTS_SCHEMA => $self->data . '/schema' });
}

sub admin ($self, $dsn, $args, $stdin = '') {
    my ($status, $out, $err) = $self->admin_program($dsn, $args, $stdin);
    croak "transients-admin @$args: $status\n$out$err" if $status != 0;
    return $out;
}

# The environment that a sanitized module needs inside an httpd that is not: its run-time library
# comes first. Leaks are not looked for: httpd frees its pools as it likes.
sub sanitizers ($class) {
    return {} if $class->setting('SANITIZED') ne 'yes';
    my $library = run_or_die([$class->setting('CC'), '-print-file-name=libasan.so']);
    chomp $library;
    return {
        LD_PRELOAD    => $library,
        ASAN_OPTIONS  => 'detect_leaks=0:abort_on_error=0:halt_on_error=1',
        UBSAN_OPTIONS => 'print_stacktrace=1:halt_on_error=1',
    };
}

1;
