# configtest.t: a site with an error is refused before anybody meets it, with file and line.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use TransientsTest qw(run_or_die slurp spew);

my $site      = TransientsTest->start;
my $data      = $site->run->data;
my $templates = $site->dir . '/templates';
my $schema    = $site->dir . '/schema';

# Fresh copies of the site's files, to be broken; the site uses them from its next configtest on.
sub fresh () {
    run_or_die(['rm', '-rf', $templates, $schema]);
    run_or_die(['cp', '-r', "$data/htdocs/templates", $templates]);
    run_or_die(['cp', '-r', "$data/schema", $schema]);
    $site->set(templates => $templates, schema => $schema);
}

# Changes a file by a substitution that must find something; returns the changed line's number.
sub change ($path, $code) {
    my $before = my $text = slurp($path);
    for ($text) { $code->() }
    die "nothing was changed in $path" if $text eq $before;
    spew($path, $text);
    my ($was, $is) = ([split /\n/, $before], [split /\n/, $text]);
    for my $i (0 .. $#$is) {
        return $i + 1 if ($was->[$i] // '') ne $is->[$i];
    }
}

# Configtest fails and says that at this file and line.
sub refused ($name, $file, $line, $words) {
    my ($passed, $said) = $site->configtest;
    ok !$passed, "$name: refused";
    like $said, qr/\Q$file\E:$line: .*$words/, "with file and line: $file:$line";
}

fresh;
my ($passed, $said) = $site->configtest;
ok $passed, 'the site as it is passes' or diag $said;

subtest 'it needs no database' => sub {
    $site->set(set => { DSN => 'host=/nowhere dbname=none' });
    ok +($site->configtest)[0], 'configtest passes without one';
    $site->set(set => {});
};

subtest 'errors in a template' => sub {
    my $candidate = "$templates/candidate.html";
    my %errors = (
        'a column that there is not'    => [sub {s/\{\{candidate\.id\}\}/{{candidate.idd}}/},        'idd'],
        'a formatter that there is not' => [sub {s/<h1>/<h1>{{candidate.ra_deg.hmss}}/},             'hmss'],
        'a value without escaping'      => [sub {s/<h1>/<h1>{{{candidate.notes}}}/},                 '.'],
        'a value in a script'           => [sub {s{<h1>}{<script>{{candidate.id}}</script><h1>}},    '.'],
        'a value in an unquoted attribute' => [sub {s{<h1>}{<h1 title={{candidate.id}}>}},           '.'],
        'a partial that there is not'   => [sub {s{<h1>}{{{>nothing}}<h1>}},                         'nothing'],
        'a field that no form has'      => [sub {s{<h1>}{{{form.no_such_field}}<h1>}},               'no_such_field'],
    );
    for my $name (sort keys %errors) {
        fresh;
        my ($code, $words) = $errors{$name}->@*;
        refused($name, $candidate, change($candidate, $code), $words);
    }
    fresh;
    change($candidate, sub {s/<h1>/{{#candidate}}<h1>/});
    refused('a section left open', $candidate, '\d+', '"candidate" of line \d+ must close');
    fresh;
    my $part = change("$templates/layout.html", sub {s/\{\{site\.title\}\}/{{site.titel}}/});
    refused('a wrong name in a part that pages share', "$templates/layout.html", $part, 'titel');
    fresh;
    unlink "$templates/metadata.html";
    my ($ok, $output) = $site->configtest;
    ok !$ok, 'a missing template: refused';
    like $output, qr/metadata/, 'by name';
};

subtest 'errors in the statements' => sub {
    my $queries = "$schema/queries/candidate.sql";
    fresh;
    change($queries, sub {s/^-- name: candidate_metadata$/-- name: candidate_metadatum/m});
    my ($ok, $output) = $site->configtest;
    ok !$ok, 'a statement that a page needs is missing: refused';
    like $output, qr/metadata\.html.*candidate_metadata/, 'page and statement are named';
    fresh;
    change($queries, sub {s/^(-- name: candidate_metadata\n.*?WHERE c\.id = :id::bigint)/$1 AND c.id <> :bogus::bigint/ms});
    my ($above) = slurp($queries) =~ /\A(.*?)^-- name: candidate_metadata$/ms;
    my $line = 1 + ($above =~ tr/\n//);
    refused('a parameter that nothing gives', $queries, $line, ':bogus');
    fresh;
    $line = change($queries, sub {s/-- columns: matching bigint,/-- columns: matching,/});
    refused('a column without a type', $queries, $line, 'matching');
    fresh;
    change($queries, sub {s/-- columns: id bigint, notes text\?/-- columns: id bigint, note text?/});
    ($ok, $output) = $site->configtest;
    ok !$ok, 'a column that the template uses and the statement does not declare: refused';
    like $output, qr{\Q$templates\E/notes\.html:\d+: .*"notes"}, 'at the template\'s line';
    fresh;
    spew("$schema/queries/more.sql", "-- name: candidate_metadata\n-- columns: id bigint\nSELECT 1\n");
    refused('a statement that is there twice', "$schema/queries/more.sql", 1, 'candidate_metadata');
};

subtest 'errors in the column table' => sub {
    fresh;
    my $line = change("$schema/columns.tsv", sub {s/^(candidate\tra_deg\t)float8/$1floaat/m});
    refused('a type that there is not', "$schema/columns.tsv", $line, 'floaat');
    fresh;
    unlink "$schema/columns.tsv";
    my ($ok, $output) = $site->configtest;
    ok !$ok, 'no table at all: refused';
    like $output, qr/columns\.tsv/, 'by name';
};

subtest 'all errors are told at once' => sub {
    fresh;
    my @lines = map { change("$templates/$_->[0].html", $_->[1]) } (
        [candidate => sub {s/\{\{candidate\.id\}\}/{{candidate.one}}/}],
        [settings  => sub {s/(<form)/{{two}}$1/}],
        [error     => sub {s/\{\{error\.title\}\}/{{error.three}}/}],
    );
    my ($ok, $output) = $site->configtest;
    ok !$ok, 'three errors in three files';
    for my $error (['candidate', 0, 'one'], ['settings', 1, 'two'], ['error', 2, 'three']) {
        like $output, qr{\Q$templates\E/$error->[0]\.html:$lines[$error->[1]]: .*"$error->[2]"}, $error->[0];
    }
};

subtest 'errors in the directives' => sub {
    fresh;
    my @wrong = (
        'TransientsGate 0', 'TransientsGate many', 'TransientsDeadline 99', 'TransientsURL example.org',
        'TransientsURL https://example.org/', 'TransientsUploadLimit -1', 'TransientsBcryptCost 3',
        'TransientsBcryptCost 17', 'Transients maybe', 'TransientsNothing 1', 'TransientsAutoAccount 1',
    );
    for my $line (@wrong) {
        $site->set(site_conf => $line);
        my ($ok, $output) = $site->configtest;
        ok !$ok, "$line: refused";
        like $output, qr/httpd\.conf/, 'by file and line';
    }
    my $conf = slurp(TransientsTest::srcdir() . '/conf/site.conf.in');
    for my $name (qw(TransientsMedia TransientsURL)) {
        $site->set(site_conf => '', conf => $conf =~ s/^\s*$name .*\n//mr);
        my ($ok, $output) = $site->configtest;
        ok !$ok, "no $name: refused";
        like $output, qr/httpd\.conf:\d+: .*needs $name/, 'by name';
    }
    $site->set(conf => $conf =~ s/^LoadModule dbd_module.*\n//mr =~ s/^\s*DBD.*\n//mgr);
    my ($ok, $output) = $site->configtest;
    ok !$ok, 'no mod_dbd: refused';
    like $output, qr/mod_dbd/, 'by name';
    $site->set(conf => undef);
};

subtest 'a graceful restart with an error leaves the running site unharmed' => sub {
    fresh;
    ok +($site->graceful)[0], 'without an error it restarts';
    my $line = change("$templates/login.html", sub {s/(<form)/{{no_such_column}}$1/});
    my $before = $site->pid;
    my ($ok, $output) = $site->graceful;
    ok !$ok, 'with one it is refused';
    like $output, qr{\Q$templates\E/login\.html:$line: .*no_such_column}, 'with file and line';
    is $site->get('/login')->{status}, 200, 'the site that runs goes on';
    is $site->login('rater')->{status}, 303, 'one can log in';
    is $site->pid, $before, 'it is the same one';
    fresh;
    change("$templates/login.html", sub {s/(<form)/<p>new words<\/p>$1/});
    ok +($site->graceful)[0], 'mended, it restarts';
    like $site->new_client->get('/login')->{content}, qr/new words/, 'with the new template';
};

done_testing;
