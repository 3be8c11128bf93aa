# column.t: a measured column is added by one migration and one line in the column table; then it
# is in upload, page, table, filter, sort, JSON and downloads.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use File::Glob ':bsd_glob';    # a path may have spaces
use JSON::PP ();
use Test::More;
use TransientsTest qw(run_or_die slurp spew srcdir);
use TransientsTest::Sample;

# The site's schema with the two changes.
my $site   = TransientsTest->start(httpd => 0);
my $schema = $site->dir . '/schema';
run_or_die(['cp', '-r', srcdir() . '/schema', $schema]);
my ($last) = reverse sort map {m{/(\d{4})-[^/]*$}} glob "$schema/[0-9]*.sql";
my $number = sprintf '%04d', $last + 1;
spew("$schema/$number-rise-time.sql", <<'SQL');
-- 0000-rise-time.sql: how fast a candidate becomes bright.
-- needs code: 1

ALTER TABLE candidate ADD COLUMN can_rise_time double precision;
CREATE INDEX candidate_by_can_rise_time ON candidate (project_id, can_rise_time, id);
SQL
spew("$schema/columns.tsv", slurp("$schema/columns.tsv") . join("\t", 'candidate', 'can_rise_time',
    'float8', '-', 's', 'Rise time', 'f2', '-', 0, '-',
    'upload page identity measured list table sort filter export', 'time.duration', "Rise to the peak.\n"));

$site->set(schema => $schema);
my ($passed, $said) = $site->configtest;
ok $passed, 'configtest passes' or diag($said);
like $site->admin('--schema', $schema, 'migrate'), qr/$number/, 'the migration is run';
$site->start_httpd;
$site->admin('project', 'add', 'P');

sub upload (%change) {
    state $seed = 0;
    $seed++;
    return $site->new_client->post('/candidate_create/', token => $site->token('rater'),
        multipart => parts(png => png($seed), gif => gif($seed), %change));
}

$site->post('/observation_create/', form => observation(), token => $site->token('rater'));
my %id;
subtest 'upload' => sub {
    for my $value (7.25, 3.5, 11) {
        my $answer = upload(can_rise_time => $value);
        is $answer->{status}, 201, "$value is taken" or diag($answer->{content});
        is $answer->{headers}{'transients-known'}, undef, 'it tells candidates apart';
        $id{$value} = JSON::PP::decode_json($answer->{content})->{id};
        is $site->sql("SELECT can_rise_time, extra IS NULL FROM candidate WHERE id = $id{$value}"), "$value|t",
            'stored in its column, not in extra';
        ok !exists JSON::PP::decode_json($answer->{content})->{can_rise_time},
            'the answer keeps to the keys of old';
    }
    $id{none} = JSON::PP::decode_json(upload(can_rise_time => 'nan')->{content})->{id};
    is $site->sql("SELECT can_rise_time IS NULL FROM candidate WHERE id = $id{none}"), 't', 'nan is NULL';
    is JSON::PP::decode_json(upload()->{content})->{id}, $id{none},
        'a client that does not know it uploads the same candidate as before';
    for my $bad ('fast', -1, 'inf') {
        my $answer = upload(can_rise_time => $bad);
        is $answer->{status}, 400, "$bad is refused";
        ok JSON::PP::decode_json($answer->{content})->{can_rise_time}, 'at the field';
    }
};

$site->login('rater');
subtest 'the candidate page' => sub {
    my $page = $site->get("/candidates/$id{7.25}")->{content};
    like $page, qr{<dt[^>]*title="Rise to the peak\."[^>]*>Rise time</dt>\s*<dd[^>]*>7\.25 <span class="unit">s</span>},
        'it stands among what was measured, with label, unit and description';
    like $site->get("/candidates/$id{none}")->{content}, qr{Rise time</dt>\s*<dd class="faint">},
        'an absent one is faint';
};

subtest 'the table' => sub {
    my $page = $site->get('/candidates?sort=-can_rise_time')->{content};
    like $page, qr{<th [^>]*>(?:(?!</th>).)*Rise time}s, 'it has a head';
    my @ids = $page =~ m{<td><a class="mono" href="/candidates/(\d+)[^"]*">}g;
    is "@ids", join(' ', @id{ 11, 7.25, 3.5, 'none' }), 'that sorts, NULLs last';
    like $page, qr{<td class="num">7\.25</td>}, 'and a cell';
    like $page, qr{name="can_rise_time_min"}, 'and a filter';
};

subtest 'filter, sort and JSON' => sub {
    my $ids = sub ($query) {
        return join ' ', map { $_->{id} } $site->json("/candidates.json?$query")->{rows}->@*;
    };
    is $ids->('sort=can_rise_time'), join(' ', @id{ 3.5, 7.25, 11, 'none' }), 'sort=can_rise_time';
    is $ids->('sort=can_rise_time&can_rise_time_min=5'), join(' ', @id{ 7.25, 11 }), 'can_rise_time_min';
    is $ids->('can_rise_time_max=5'), $id{3.5}, 'can_rise_time_max';
    my ($row) = $site->json('/candidates.json?can_rise_time_max=5')->{rows}->@*;
    is $row->{can_rise_time}, 3.5, 'JSON has the value';
    ($row) = $site->json('/candidates.json?can_rise_time_max=5&rows=10')->{rows}->@*;
    is $row->{can_rise_time}, 3.5, 'so has that of a page';
    like $site->get('/candidates.csv')->{content}, qr/\bcan_rise_time\b/, 'and the download';
    is $site->get('/candidates.json?can_rise_time_min=x')->{status}, 400, 'a wrong filter is refused';
};

is $site->admin('--schema', $schema, 'check') =~ /can_rise_time/ ? 'named' : 'fine', 'fine',
    'transients-admin check has no complaint about it';

done_testing;
