# SchemaDoc: what docs/database.md says of the tables, and its figure, made from the schema itself:
# the server says what there is, the migrations' comments and the column table what it means.
#
# SPDX-License-Identifier: MIT
package SchemaDoc;
use v5.36;
use Exporter 'import';
use File::Glob ':bsd_glob';
use TransientsTest qw(slurp srcdir);

our @EXPORT_OK = qw(tables markdown graph);

# Tables that belong together are drawn together, in this order.
my @groups = (
    ['Observations and candidates', qw(observation project filter candidate search_record upload_run)],
    ['Verdicts', qw(classification rating_event rating candidate_summary candidate_class_count
            observation_summary skip)],
    ['People', qw(account account_setting project_member token session login_throttle audit_log)],
    ['Known objects', qw(pulsar pulsar_catalogue association)],
);

# ---------------------------------------------------------------- what the server says

my $columns_sql = <<'SQL';
SELECT t.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
       coalesce((SELECT r.relname FROM pg_constraint k JOIN pg_class r ON r.oid = k.confrelid
                  WHERE k.conrelid = t.oid AND k.contype = 'f' AND k.conkey[1] = a.attnum
                    AND cardinality(k.conkey) = 1 ORDER BY r.relname LIMIT 1), ''),
       EXISTS (SELECT FROM pg_index i WHERE i.indrelid = t.oid AND i.indisprimary
                  AND a.attnum = ANY (i.indkey))
  FROM pg_class t
  JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
 WHERE t.relnamespace = 'public'::regnamespace AND t.relkind = 'r'
 ORDER BY t.relname, a.attnum
SQL

# Hash of lists of columns { name, type, required, refers, key }, by table.
sub tables ($site) {
    my %tables;
    for my $line ($site->sql($columns_sql)) {
        my ($table, $name, $type, $required, $refers, $key) = split /\|/, $line, -1;
        push $tables{$table}->@*, { name => $name, type => $type, required => $required eq 't',
            refers => $refers, key => $key eq 't' };
    }
    return \%tables;
}

# ---------------------------------------------------------------- what the sources say

# The comment above each CREATE TABLE, and those at the ends of its lines.
sub read_migrations () {
    my (%about, %column, $table, @comment);
    for my $line (map { split /\n/, slurp($_) } sort +bsd_glob(srcdir() . '/schema/[0-9]*.sql')) {
        if ($line =~ /^-- (.*)/) { push @comment, $1; next }
        if ($line =~ /^CREATE TABLE (\w+)/) {
            $table = $1;
            $about{$table} = join ' ', grep { !/^(?:needs code|\d{4}-)/ } @comment;
        }
        if (my ($added, $name) = $line =~ /^ALTER TABLE (\w+) ADD COLUMN (?:IF NOT EXISTS )?(\w+)/) {
            $column{"$added.$name"} = join ' ', @comment;
        }
        if ($table && $line =~ /^    (\w+) .*?,?\s+-- (.+)/) { $column{"$table.$1"} = $2 }
        undef $table if $line =~ /^\)/;
        @comment = ();
    }
    return (\%about, \%column);
}

# What the column table says: unit and description, by table.column.
sub read_columns () {
    my %said;
    for my $line (split /\n/, slurp(srcdir() . '/schema/columns.tsv')) {
        next if $line =~ /^#/ || $line !~ /\t/;
        my ($table, $name, undef, undef, $unit, undef, undef, undef, undef, undef, undef, undef, $words)
            = split /\t/, $line;
        $said{"$table.$name"} //= ($words // '') . ($unit ne '-' ? " [$unit]" : '');
    }
    return \%said;
}

# Tables of the data dictionary, and those that the first migrations leave without a comment.
my %known = (
    observation => 'One MWA pointing; its id is its start in GPS seconds.',
    project     => 'A named collection of candidates, with its rights and the words for 1 to 5.',
    filter      => "The pipeline's detection filters.",
    candidate   => 'One detection in one observation; belongs to one project and one filter.',
    classification => 'The labels that raters choose from.',
    candidate_class_count => 'How many of the standing verdicts on a candidate name a classification.',
    observation_summary => 'How many candidates an observation has in a project, and how many of them are rated.',
    project_member => 'Who may see a project whose access is listed.',
    pulsar      => 'The ATNF pulsar catalogue.',
    association => 'The one pulsar that a candidate is matched to.',
    schema_migration => 'Which migrations were run.',
    schema_part => 'Which functions and grants are in force, by their digest.',
);

# ---------------------------------------------------------------- out

sub rest_of ($tables) {
    my %grouped = map { $_ => 1 } map { $_->@[1 .. $#$_] } @groups;
    return grep { !$grouped{$_} } sort keys %$tables;
}

sub all_groups ($tables) {
    my @rest = rest_of($tables);
    return (map { [$_->[0], grep { $tables->{$_} } $_->@[1 .. $#$_]] } @groups),
        @rest ? ['Kept by the site itself', @rest] : ();
}

sub cell ($text) {
    return $text =~ s/([|<>])/\\$1/gr;
}

sub column_line ($table, $column, $words) {
    my $type = $column->{type} =~ s/timestamp with time zone/timestamptz/r;
    my @marks = (($column->{key} ? 'key' : ()), $column->{refers} ? "refers to $column->{refers}" : ());
    my $said  = join '; ', @marks, $words->{"$table.$column->{name}"} // ();
    return sprintf "| `%s` | %s%s | %s |\n", $column->{name}, $type,
        $column->{required} ? '' : ', may be NULL', cell($said);
}

# The part of docs/database.md that is made.
sub markdown ($tables) {
    my ($about, $inline) = read_migrations();
    my $words = { %$inline, read_columns()->%* };
    my $text  = '';
    for my $group (all_groups($tables)) {
        my ($title, @names) = @$group;
        $text .= "## $title\n\n";
        for my $name (@names) {
            my $said = $about->{$name} || $known{$name};
            $text .= "### `$name`\n\n" . ($said ? cell($said) . "\n\n" : '');
            $text .= "| column | type | meaning |\n| --- | --- | --- |\n";
            $text .= join '', map { column_line($name, $_, $words) } $tables->{$name}->@*;
            $text .= "\n";
        }
    }
    return $text;
}

# The figure for graphviz: keys and references only, so that it can be read.
sub graph ($tables) {
    my $text = <<'DOT';
digraph database {
  graph [rankdir=LR, ranksep=0.9, nodesep=0.25, fontname="Helvetica", bgcolor="white", pad=0.2];
  node [shape=plain, fontname="Helvetica", fontsize=11];
  edge [color="#5b6b80", arrowsize=0.6];
DOT
    for my $name (sort keys %$tables) {
        my @shown = grep { $_->{key} || $_->{refers} } $tables->{$name}->@*;
        my $more  = $tables->{$name}->@* - @shown;
        my $rows  = join '', map {
            qq{<tr><td align="left" port="$_->{name}">} . ($_->{key} ? "<u>$_->{name}</u>" : $_->{name}) . '</td></tr>'
        } @shown;
        $rows .= qq{<tr><td align="left"><font color="#5b6b80">and $more more</font></td></tr>} if $more;
        $text .= qq{  $name [label=<<table border="0" cellborder="1" cellspacing="0" cellpadding="4" color="#9aa7b8">}
            . qq{<tr><td bgcolor="#dde6f2"><b>$name</b></td></tr>$rows</table>>];\n};
    }
    for my $name (sort keys %$tables) {
        $text .= "  $name:$_->{name} -> $_->{refers};\n" for grep { $_->{refers} } $tables->{$name}->@*;
    }
    return "$text}\n";
}

1;
