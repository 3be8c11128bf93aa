# empty-projects.t: every named statement is run for a reader who may see no project, and none
# gives anything of a candidate away.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use File::Glob ':bsd_glob';    # a path may have spaces
use Test::More;
use TransientsTest qw(run_program slurp srcdir);
use TransientsTest::Sample;

my $site    = TransientsTest->start(httpd => 0);
my $program = ($ENV{TR_BUILDDIR} // srcdir()) . '/t/sql/run-statement';
my $schema  = srcdir() . '/schema';

# Candidates whose every value can be told from anything else that a statement may give: one that
# the reader has rated, one skipped, one untouched.
$site->sql(q{ALTER SEQUENCE project_id_seq RESTART WITH 777000101;
    ALTER SEQUENCE candidate_id_seq RESTART WITH 777000111});
my $project = add_project($site, 'hidden project');
$site->sql(q{
    INSERT INTO filter (name) VALUES ('hidden filter');
    INSERT INTO upload_run (account_id, client) SELECT id, 'client' FROM account WHERE name = 'rater'});
my ($id, $skipped) = add_candidates($site, $project, {
    map({ ($_ => 424.25) } qw(x_pix y_pix cent_sep_deg rad_pix rad_deg area_pix can_peak_flux
        can_fluence can_beam can_det_stat can_mod_ind nks_flux nks_sep_deg)),
    ra_deg => 42.425, dec_deg => -42.425, notes => 'hidden notes', metadata => 'hidden metadata',
    extra => '{"a":"hidden"}', nks_name => 'hidden source', obs_cent_freq => 424.25,
}, {}, {});
$site->sql(qq{UPDATE candidate SET filter_id = (SELECT id FROM filter WHERE name = 'hidden filter'),
        png_hash = 'hidden' || png_hash;
    UPDATE candidate SET identity = 'hidden identity' WHERE id = $id});
my $user = $site->sql(q{SELECT id FROM account WHERE name = 'rater'});
$site->sql(qq{SELECT rate($id, $user, 4, 1, 'request-1', 'page', NULL, now(), NULL, false, NULL);
    INSERT INTO skip (account_id, candidate_id) VALUES ($user, $skipped);
    INSERT INTO pulsar (id, name, raj, decj) OVERRIDING SYSTEM VALUE VALUES (5, 'J0000+0000', 42.41, -42.41);
    INSERT INTO association (candidate_id, pulsar_id, account_id) VALUES ($skipped, 5, $user);
    INSERT INTO comment (id, candidate_id, account_id, text, request_key) OVERRIDING SYSTEM VALUE
    VALUES ($id, $id, $user, 'hidden comment', 'request-1');
    UPDATE comment SET text = 'hidden newer comment';
    INSERT INTO star (account_id, candidate_id) VALUES ($user, $id);
    INSERT INTO candidate_tag (candidate_id, tag, account_id) VALUES ($id, 'hidden tag', $user)});

# Arguments that find it, if anything does. Where a name means different things (a filter's id and
# a filter's name), each statement has a type of its own.
my %argument = (
    'id::bigint' => $id, 'rated::bigint' => $id, 'project::bigint' => $project,
    'project_id::bigint' => $project, 'project::text' => 'hidden project',
    'obs_id::bigint' => OBS, 'observation_id::bigint' => OBS,
    'identity::text' => 'hidden identity', 'limit::bigint' => 100, 'request_key::text' => 'request-2',
    'rating::integer' => 5, 'classification::bigint' => 2, 'how::text' => 'page',
    'visible::boolean' => 'f', 'queue_filter::text' => 'mine', 'not_id::bigint' => 0, 'filter_id::text' => 'vmf',
    'left_out::float8[]' => '{}', 'notes::text' => 'overwritten', 'notes_version::integer' => 0,
    'upload_run::bigint' => 1, 'starttime::bigint' => 1, 'stoptime::bigint' => 2,
    'name::text' => 'rater', 'hash::text' => 'a' x 64, 'id_hash::text' => 'a' x 64,
    'keys::text[]' => '{"user:x"}', 'free::integer[]' => '{3}', 'longest::integer[]' => '{60}',
    'maximum::float8' => 100, 'idle::float8' => 100, 'data::text' => '', 'address::text' => '',
    'agent::text' => '', 'reason::text' => 'x', 'text::text' => 'other words', 'version::integer' => 2,
);
# The statements of each file; those that transients-admin runs as the database's owner have no
# reader to ask for.
my %owners = map { $_ => 1 } qw(admin check migrate pulsar_load);
my (%file_of, %text_of);
for my $path (glob "$schema/queries/*.sql") {
    my ($file) = $path =~ m{([^/]+)\.sql$};
    my $all = slurp($path) =~ s/^--(?! name:).*$//gmr;
    while ($all =~ /^-- name: (\w+)\n(.*?)(?=^-- name:|\z)/gms) {
        @file_of{$1} = $file;
        @text_of{$1} = $2;
    }
}

sub statement ($projects, $name, @arguments) {
    return run_program([$program, $schema, $site->dsn, $user, $projects, $name, @arguments]);
}

sub arguments ($change, @params) {
    return map { defined $change->{$_} ? (s/::.*//r . "=$change->{$_}") : () } @params;
}

my ($status, $list, $errors) = run_program([$program, $schema, $site->dsn, $user, '{}']);
is $status, 0, 'all statements are read' or BAIL_OUT($errors);
my @all = grep { !$owners{ $file_of{ s/[. ].*//r } // '' } } split /\n/, $list;
# Variants of one statement have the same text but for the order: the first and the last of each.
my (%first, %last);
for my $n (0 .. $#all) {
    my $name = $all[$n] =~ s/[. ].*//r;
    $first{$name} //= $n;
    $last{$name} = $n;
}
my @statements = map { $all[$_] } sort { $a <=> $b } keys %{{ map { $_ => 1 } values %first, values %last }};
cmp_ok scalar @statements, '>', 50, 'there are many of them';

# A count of what the reader may see is nothing to count.
my $gives_away = qr/hidden|777000|424\.25|42\.425/;
my $counts = qr/"(?:matching|candidates|rated|unrated|not_by_me|left_over)":(?!0\b)/;

my (%found, @leaks, @broken);
for my $line (@statements) {
    my ($name, $kind, @params) = split / /, $line;
    next if $name =~ /^account_for_/;    # tells which projects the reader may see
    # What staff see besides candidates: names of filters, projects and users, and what changed.
    next if $name =~ /^staff_(?:log|filter|account|classification)_/;
    # The table's filters by value are tried in t/http/candidates.t; here they would hide the row.
    my %change = %argument;
    $change{'id::bigint'} = 5 if $name =~ /^pulsar_(?:by_id|candidates)/;    # a pulsar's
    delete @change{'obs_id::bigint', 'rated::bigint'} if $name =~ /^candidate_(?:list|count|export|after|before)/;
    my @arguments = arguments(\%change, @params);
    my ($ended, $rows, $said) = statement('{}', $name, @arguments);
    push @leaks, "$name: $rows" if $rows =~ $gives_away || $rows =~ $counts;
    push @leaks, "$name wrote $rows" if $name =~ /^(?:rating_give|candidate_notes_set|comment_\w+|star_set|tag_\w+)$/ && length $rows;
    # Some cannot succeed with such arguments (a second row of the same key): that is no leak.
    push @broken, "$name: $said" if $ended != 0 && $kind eq 'read';
    my (undef, $seen) = statement("{$project}", $name, @arguments);
    $found{ $name =~ s/\..*//r }++ if $seen =~ $gives_away || $seen =~ $counts;
}
is join("\n", @leaks), '', 'no statement gives a candidate to a reader without projects';
is join("\n", @broken), '', 'every reading statement runs';

# The same arguments do find it for a reader who may see the project: the test can fail.
for my $name (qw(candidate_list candidate_count candidate_by_id candidate_media candidate_metadata
    candidate_answer candidate_by_identity candidate_project filter_choices project_choices
    project_by_id pulsar_candidates pulsar_candidates_near rating_mine rating_latest queue_left
    project_work upload_project
    candidate_export rating_export rating_history_export filter_export project_export
    staff_overview staff_candidate_list staff_candidate_by_id staff_metadata_list
    staff_rating_list staff_project_list
    candidate_said comment_list comment_by_id comment_versions tag_list tag_choices activity_latest
    observation_latest next_unrated next_week next_mine next_skipped)) {
    ok $found{$name}, "$name finds the candidate for a reader who may see it";
}

# Statements that read candidates say so with :_projects.
my @without = map { (split / /)[0] } grep {
    !/ _projects::/ && reads_candidates((split / /)[0])
} @statements;
is "@without", '', 'every statement on candidates asks for :_projects';

sub reads_candidates ($name) {
    # The events of one's own are one's own; a new candidate is checked by its project before.
    return 0 if $name =~ /^(?:sitting_count|candidate_insert)$/;
    return $text_of{ $name =~ s/\..*//r }
        =~ /\b(?:FROM|JOIN|UPDATE|INTO)\s+(?:candidate\w*|rating\w*|skip)\b/;
}

# And what the owner's tools run is never run by the site.
my @site = map { slurp($_) } glob srcdir() . '/mod_transients/{web,pages}/*.c';
my @taken = grep { my $name = $_; $owners{ $file_of{$name} } && grep {/"\Q$name\E"/} @site } sort keys %file_of;
is "@taken", '', 'no page runs a statement of the owner\'s tools';

done_testing;
