# admin-remove.t: transients-admin clears, removes and takes back, asks first, and takes pictures along.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use File::Path 'make_path';
use Test::More;
use TransientsTest qw(spew);
use TransientsTest::Sample;

my $site = TransientsTest->start(httpd => 0);
my ($p, $q) = map { scalar add_project($site, $_) } 'P', q{Q''s "own"};
my @p = add_candidates($site, $p, { notes => 'seen' }, {}, {});
my @q = add_candidates($site, $q, {}, {});
my $rater = $site->sql(q{SELECT id FROM account WHERE name = 'rater'});
my $media = $site->media;
$site->sql(qq{SELECT rate($p[0], $rater, 4, 1, 'request-1', 'page', NULL, NULL, NULL, false, NULL);
    INSERT INTO upload_run (account_id, client, table_name) VALUES ($rater, 'transients-upload', 'night.fits');
    UPDATE candidate SET upload_run = 1 WHERE id IN ($p[2], $q[1]);
    UPDATE candidate SET png_hash = (SELECT png_hash FROM candidate WHERE id = $p[2]) WHERE id = $q[0]});

for my $name ($site->sql(q{SELECT DISTINCT n FROM candidate,
    unnest(ARRAY[png_hash || '.png', gif_hash || '.gif', thumb_hash || '.webp']) n}))
{
    make_path("$media/" . substr $name, 0, 2);
    spew("$media/" . substr($name, 0, 2) . "/$name", 'picture');
}

sub refused ($words, $name, @args) {
    my $before = $site->sql('SELECT count(*) FROM candidate');
    my ($status, $out, $err) = $site->try_admin(@args);
    is $status, 1, "$name: refused";
    like $err, $words, "$name: says why";
    is $site->sql('SELECT count(*) FROM candidate'), $before, "$name: nothing went";
}

sub files () { return scalar grep {/^file /} keys holdings($site)->%* }

sub checks ($name) {
    my ($status, $out) = $site->try_admin('check', '--media', $media);
    is $out, "no faults found\n", $name;
}

subtest 'it asks first' => sub {
    refused(qr/That is not "P"/, 'another name', 'remove', 'project', 'P', \"Q\n");
    refused(qr/That is not "P"/, 'nothing typed', 'remove', 'project', 'P', \'');
    refused(qr/That is not "all"/, 'another name given', 'clear', '--yes', 'P');
    refused(qr/There is no project nosuch/, 'an unknown project', 'clear', '--project', 'nosuch', '--yes', 'nosuch');
    refused(qr/There is no observation 5\./, 'an unknown observation', 'remove', 'observation', '5', '--yes', '5');
    refused(qr/There is no candidate x\./, 'what is no number', 'remove', 'candidate', 'x', '--yes', 'x');
    refused(qr/There is no upload run in force: 9\./, 'an unknown run', 'run', 'remove', '9', '--yes', '9');
};

subtest 'a run is taken back, with its pictures' => sub {
    like $site->admin('run', 'list'), qr/^1 +\S+ +rater +2 +in force +transients-upload +- +night\.fits$/m, 'runs are listed';
    my $files = files();
    my $said = $site->admin('run', 'remove', '1', '--media', $media, \"1\n");
    like $said, qr/run 1: 2 candidates, 0 ratings by 0 users, .* go\n/, 'it shows what goes';
    like $said, qr/run 1: removed\n5 pictures removed\n\z/, 'and takes it away';
    is $files - files(), 5, 'the picture that another candidate has stays';
    like $site->admin('run', 'list'), qr/ 0 +taken back /, 'the list says so';
    checks('all fits');
};

subtest 'without the folder the pictures wait' => sub {
    my $files = files();
    like $site->admin('remove', 'candidate', $p[1], '--yes', $p[1]), qr/3 pictures of removed candidates are still there/, 'it says so';
    is files(), $files, 'they are there';
    my ($status, $out) = $site->try_admin('check', '--repair', '--media', $media);
    is $out, "pictures of removed candidates: 3 removed\nno faults found\n", 'check --repair removes them, young as they are';
};

subtest 'a project is cleared, and stays' => sub {
    like $site->admin('clear', '--project', 'P', '--yes', 'P', '--media', $media),
        qr/project P: 1 candidates, 1 ratings by 1 users, 0 pulsars matched, 1 notes.*project P: cleared/s, 'it says what goes';
    is $site->sql("SELECT count(*) FROM candidate WHERE project_id = $p"), 0, 'its candidates are gone';
    is $site->sql("SELECT count(*) FROM project WHERE id = $p"), 1, 'it is there';
    is $site->sql(q{SELECT count(*) FROM audit_log WHERE subject = 'rating_event' AND request_id LIKE 'transients-admin:%'}), 1,
        'its verdicts are in the audit log, with who did it';
    checks('all fits');
};

subtest 'a project with an odd name is removed' => sub {
    $site->admin('remove', 'project', q{Q's "own"}, '--yes', q{Q's "own"});
    is $site->sql("SELECT count(*) FROM project WHERE id = $q"), 0, 'it is gone';
};

subtest 'everything is cleared' => sub {
    add_candidates($site, $p, {}, {});
    $site->admin('clear', \"all\n");
    is $site->sql('SELECT (SELECT count(*) FROM candidate), (SELECT count(*) FROM observation)'), '0|1', 'observations stay';
    $site->admin('remove', 'observation', OBS, '--yes', OBS);
    is $site->sql('SELECT count(*) FROM observation'), 0, 'until they are removed';
    $site->admin('clear', '--yes', 'all');
    my ($status, $out) = $site->try_admin('check');
    is $out, "no faults found\n", 'all fits';
};

done_testing;
