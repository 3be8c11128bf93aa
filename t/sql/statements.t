# statements.t: every named statement prepares on the real schema and gives the columns that it
# declares; one that does not is named with file and line.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use File::Glob ':bsd_glob';    # a path may have spaces
use File::Copy 'copy';
use File::Path 'make_path';
use Test::More;
use TransientsTest qw(spew srcdir);

my $site = TransientsTest->start(httpd => 0, accounts => 0);

my ($status, $out, $err) = $site->try_admin('check', '--schema', srcdir() . '/schema');
is $out, "no faults found\n", 'nothing is found in the schema as it stands';
is $err, '', 'nothing is complained of';
is $status, 0, 'and the exit status says so';

# The same files with a few faults.
my $schema = $site->dir . '/schema';
make_path("$schema/queries", "$schema/functions");
for my $path (glob(srcdir() . '/schema/*.{sql,tsv}'), glob(srcdir() . '/schema/{queries,functions}/*.sql')) {
    copy($path, $schema . substr $path, length srcdir() . '/schema') or die "$path: $!";
}
spew("$schema/queries/zz-faults.sql", <<'SQL');
-- name: zz_table
SELECT 1 FROM no_such_table

-- name: zz_name
-- columns: id bigint, title text
SELECT p.id, p.name FROM project p

-- name: zz_type
-- columns: id integer
SELECT p.id FROM project p

-- name: zz_many
-- columns: id bigint
SELECT p.id, p.name FROM project p
SQL
($status, $out) = $site->try_admin('check', '--schema', $schema);
is $status, 1, 'faults are found';
like $out, qr{/zz-faults\.sql:1: zz_table: relation "no_such_table" does not exist}, 'a missing table';
like $out, qr{/zz-faults\.sql:4: zz_name: column 2 is name, declared as title}, 'another name';
like $out, qr{/zz-faults\.sql:8: zz_type: column id is of another type}, 'another type';
like $out, qr{/zz-faults\.sql:12: zz_many: 2 columns, 1 declared}, 'another number of columns';
like $out, qr/^faults found: 4$/m, 'and no more than these';

spew("$schema/queries/zz-faults.sql", "-- name: zz\nSELECT :a\n");
($status, $out, $err) = $site->try_admin('check', '--schema', $schema);
is $status, 1, 'statements that cannot be read end the check';
like $err, qr{/zz-faults\.sql:2: :a has no type}, 'with file and line';
is((($site->try_admin('migrate', '--schema', $schema))[0]), 0, 'but do not keep from migrating');

done_testing;
