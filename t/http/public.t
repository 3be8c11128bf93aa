# public.t: a project that may be read without login is read by everybody, by each way there is, and
# nothing else is: not another project's candidates, counts or pictures, and nothing can be done.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use JSON::PP ();
use Test::More;
use TransientsTest;
use TransientsTest::Sample;

my $site = TransientsTest->start;
my $open   = add_project($site, 'open',   access => 'public', blind => 'false');
my $closed = add_project($site, 'closed', access => 'members');
$site->post('/observation_create/', form => observation(), token => $site->token('admin'));
my $number = 0;

sub upload ($project) {
    $number++;
    my $answer = $site->post('/candidate_create/', token => $site->token('admin'), multipart => parts(project => $project,
        cand_id => $number, x_pix => $number, png => png($number), gif => gif($number), metadata => "of $project", notes => "on $project"));
    return JSON::PP->new->utf8->decode($answer->{content});
}
my ($seen, $hidden) = map { upload($_) } 'open', 'closed';
upload('closed') for 1 .. 2;
my $nobody = $site->new_client;
my $rater  = $site->new_client;
$rater->login('rater');
my ($pulsar) = $site->sql(qq{WITH p AS (INSERT INTO pulsar (name, raj, decj) VALUES ('J1627-5235', 246.998, -52.5845) RETURNING id),
    a AS (INSERT INTO association (candidate_id, pulsar_id, account_id)
        SELECT $seen->{id}, p.id, a.id FROM p, account a WHERE a.name = 'admin')
    SELECT id FROM p});

sub path_of ($row, $kind) { return $row->{"${kind}_path"} =~ s{^https?://[^/]+}{}r }

subtest 'what is open is seen without login' => sub {
    for my $path ('/candidates', '/observations', '/observations/' . OBS, "/candidates/$seen->{id}",
        (map {"/candidates/$seen->{id}/$_"} qw(near pulsars simbad metadata)), path_of($seen, 'png'), path_of($seen, 'gif'),
        '/candidates.json', '/candidates.csv', '/pulsars', '/downloads',
        (map { ("/downloads/$_", "/downloads/$_.csv") } qw(candidates observations projects filters classifications pulsars searches)))
    {
        is $nobody->get($path)->{status}, 200, $path;
    }
    my $page = $nobody->get("/candidates/$seen->{id}")->{content};
    unlike $page, qr{action="/candidates/\d+/(?:rating|skip)}, 'no form that nobody may send';
    like $page, qr{href="/login\?next=}, 'but a way to log in';
    unlike $nobody->get($_)->{content}, qr/method="post"|type="checkbox" name="also"|neighbours-rating|href="\/(?:next|settings|admin)/,
        "none on $_ either"
        for '/candidates', "/candidates/$seen->{id}", '/observations', '/pulsars', '/downloads',
        (map {"/candidates/$seen->{id}/$_"} qw(near pulsars simbad metadata));
    my $first = $nobody->get('/');
    is "$first->{status} $first->{headers}{location}", '303 /candidates', 'the way in is the table';
    like $nobody->get('/login')->{content}, qr{href="/candidates"}, 'and the login form tells of it';
};

subtest 'people are not named' => sub {
    my $all = join "\n", map { $nobody->get($_)->{content} } '/candidates.csv', '/candidates.json', '/downloads/candidates.csv',
        '/downloads/searches.csv', "/candidates/$seen->{id}.json", "/candidates/$seen->{id}", "/pulsars/$pulsar", "/pulsars/$pulsar.json";
    like $all, qr/J1627-5235/, 'there is something to read';
    unlike $all, qr/\b(?:admin|rater)\b/, 'neither who uploaded nor who matched';
    is $nobody->get("/downloads/$_.csv")->{status}, 401, "the table of $_, which names people, asks for a login"
        for qw(ratings associations uploads users);
    my $page = $nobody->get('/downloads')->{content};
    unlike $page, qr{href="/downloads/(?:ratings|associations|uploads|users)}, 'and none of them is offered';
    like $rater->get('/candidates.csv')->{content}, qr/\badmin\b/, 'members are told';
};

subtest 'a session that has ended reads what nobody reads' => sub {
    my $client = $site->new_client;
    $client->login('rater');
    is $client->get("/candidates/$hidden->{id}")->{status}, 200, 'a rater sees both';
    $site->sql(q{UPDATE session SET expires_at = now()});
    is $client->get("/candidates/$seen->{id}")->{status}, 200, 'the open one stays';
    is $client->get("/candidates/$hidden->{id}")->{status}, 401, 'for the other the login form is shown';
};

subtest 'what is not open is asked for by the login form, whether it is there or not' => sub {
    for my $path ("/candidates/$hidden->{id}", '/candidates/987654', path_of($hidden, 'png'), "/candidates/$hidden->{id}/near") {
        my $answer = $nobody->get($path);
        is $answer->{status}, 401, $path;
        like $answer->{content}, qr/name="password"/, 'with the form';
    }
    is $nobody->get("/candidates/$hidden->{id}.json")->{status}, 401, 'programs are asked for a token';
};

subtest 'nothing of it is counted or listed' => sub {
    my $list = $nobody->json('/candidates.json?rows=50');
    is_deeply [map { $_->{id} } $list->{rows}->@*], [$seen->{id}], 'one candidate';
    is $list->{total}{matching}, 1, 'and it is one';
    my ($row) = $nobody->json('/observations.json?rows=50')->{rows}->@*;
    is $row->{uploaded}, 1, 'survey status counts one';
    my $csv = $nobody->get('/candidates.csv')->{content};
    unlike $csv, qr/closed/, 'the download has no other';
    unlike $nobody->get('/candidates')->{content}, qr/>closed</, 'and no page names the project';
};

subtest 'nobody does anything' => sub {
    my $before = holdings($site);
    for my $path ("/candidates/$seen->{id}/rating", "/candidates/$seen->{id}/skip", "/candidates/$seen->{id}/notes",
        "/candidates/$seen->{id}/association", '/settings')
    {
        is $nobody->post($path, { rating => 3, classification => 1, notes => 'x', pulsar => 1, match => 1 })->{status}, 401, $path;
    }
    is differences($before, holdings($site)), '', 'nothing is stored';
    is $nobody->get($_)->{status}, 401, $_ for '/next', "/candidates/$seen->{id}/notes", '/settings', '/account/tokens';
};

subtest 'without a project that is open there is the login form alone' => sub {
    $site->sql("UPDATE project SET access = 'members'");
    is $nobody->get($_)->{status}, 401, $_ for '/candidates', "/candidates/$seen->{id}", '/observations', '/pulsars', path_of($seen, 'png');
};

done_testing;
