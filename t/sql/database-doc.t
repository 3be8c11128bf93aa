# database-doc.t: docs/database.md and its figure say what the schema is. With UPDATE_DOCS=1 they are
# written anew (the figure by graphviz).
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use SchemaDoc qw(tables markdown graph);
use Test::More;
use TransientsTest qw(slurp spew srcdir run_or_die);

my $mark    = "<!-- From here on the text is made from the schema by t/sql/database-doc.t. -->\n\n";
my $page    = srcdir() . '/docs/database.md';
my $figure  = srcdir() . '/docs/images/database.svg';
my $source  = srcdir() . '/docs/images/database.dot';

my $site   = TransientsTest->start(httpd => 0, accounts => 0);
my $tables = tables($site);

if ($ENV{UPDATE_DOCS}) {
    my ($head) = split /\Q$mark\E/, slurp($page);
    spew($page, $head . $mark . markdown($tables));
    spew($source, graph($tables));
    run_or_die(['dot', '-Tsvg', $source, '-o', $figure]);
}

my (undef, $made) = split /\Q$mark\E/, slurp($page);
is $made, markdown($tables), 'docs/database.md describes the tables as they are';
is slurp($source), graph($tables), 'the source of the figure is made from the schema as it is';

my $svg = slurp($figure);
for my $table (sort keys %$tables) {
    like $svg, qr/>\Q$table\E</, "the figure shows $table";
}
my @undescribed = $made =~ /^### `(\w+)`\n\n\| column/mg;
is "@undescribed", '', 'a comment in the migrations says what each table is';

done_testing;
