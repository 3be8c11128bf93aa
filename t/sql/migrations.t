# migrations.t: the real migrations apply to an empty database, once; a second run changes nothing;
# the same from two sides at once is one.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use File::Glob ':bsd_glob';    # a path may have spaces
use File::Copy 'copy';
use File::Path 'make_path';
use Test::More;
use TransientsTest qw(spew slurp srcdir together);

my $site   = TransientsTest->start(httpd => 0, accounts => 0);
my $source = srcdir() . '/schema';
my @files  = map {m{([^/]+)\.sql$}} glob "$source/[0-9][0-9][0-9][0-9]-*.sql";
my $number = 0;

# An empty database in the same cluster; its name.
sub empty_database () {
    my $name = $site->database . '_' . ++$number;
    $site->cluster->create_database($name);
    return $name;
}

sub migrate ($database, @options) {
    return $site->{run}->admin_program($site->cluster->dsn($database),
        ['migrate', '--schema', $source, @options]);
}

# Every table, column, index, constraint, trigger, function and right, as lines.
sub structure ($database) {
    return join "\n", $site->cluster->sql($database, q{
        SELECT format('%s %s %s %s', table_name, column_name, data_type, is_nullable)
          FROM information_schema.columns WHERE table_schema = 'public'
        UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
        UNION ALL SELECT pg_get_constraintdef(oid) FROM pg_constraint
        UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
        UNION ALL SELECT pg_get_functiondef(p.oid) FROM pg_proc p
         WHERE p.pronamespace = 'public'::regnamespace AND p.prokind = 'f'
           AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
        UNION ALL SELECT format('%s %s', relname, relacl) FROM pg_class
         WHERE relnamespace = 'public'::regnamespace
        ORDER BY 1});
}

cmp_ok scalar @files, '>=', 2, 'there are migrations';

subtest 'an empty database' => sub {
    my $database = empty_database();
    my ($status, $out, $err) = migrate($database);
    is $status, 0, 'is brought up to date' or diag $err;
    is_deeply [$out =~ /^(\S+): applied$/mg], \@files, 'by every migration, in order';
    my $before = structure($database);
    ($status, $out) = migrate($database);
    is $status, 0, 'a second run passes';
    is $out, "the schema is up to date\n", 'and does nothing';
    is structure($database), $before, 'not even unsaid';
    is $before, structure($site->database), 'the structure is that of every other site';
};

subtest 'two at once' => sub {
    my $database = empty_database();
    my @results = together(2, sub { join "\n", migrate($database) });
    my $said = join '', @results;
    is scalar(() = $said =~ /^0$/mg), 2, 'both pass' or diag $said;
    is scalar(() = $said =~ /: applied$/mg), scalar @files, 'each migration is applied once';
    is scalar $site->cluster->sql($database, 'SELECT count(*) FROM schema_migration'), scalar @files,
        'and noted once';
};

subtest 'a released migration that is edited' => sub {
    my $schema = $site->dir . '/schema';
    make_path("$schema/queries", "$schema/functions");
    for my $path (glob("$source/*.{sql,tsv}"), glob("$source/{queries,functions}/*.sql")) {
        copy($path, $schema . substr $path, length $source) or die "$path: $!";
    }
    spew("$schema/$files[0].sql", slurp("$source/$files[0].sql") . "-- one more line\n");
    my ($status, $out, $err) = $site->try_admin('migrate', '--schema', $schema);
    is $status, 1, 'is refused';
    like $err, qr{\Q$files[0]\E\.sql:1: it was changed after it had been applied}, 'by name';
};

subtest 'the role of the site' => sub {
    my $database = empty_database();
    my ($status, $out, $err) = migrate($database, '--site-role', 'postgres');
    is $status, 1, 'is not the one that migrates';
    like $err, qr/owns nothing/, 'which is said';
    my $role = "odd \"role\" $$";
    ($status, $out, $err) = migrate($database, '--site-role', $role);
    is $status, 0, 'may have any name' or diag $err;
    is scalar $site->cluster->sql($database,
        qq{SELECT has_table_privilege('$role', 'candidate', 'SELECT')}), 't', 'and gets its rights';
    $site->cluster->sql($database, sprintf 'DROP OWNED BY %1$s; DROP ROLE %1$s',
        '"' . $role =~ s/"/""/gr . '"');
};

done_testing;
