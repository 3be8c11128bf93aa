# matrix.t: every route times everybody who may ask gives the status that is documented here. The routes
# are read from the table of contents, so that none can be forgotten.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use TransientsTest qw(slurp srcdir);
use TransientsTest::Sample;

# ---------------------------------------------------------------- who may ask

# What each of them gets where the route's access is as named: a status, 'in' (whatever the page says to
# those who may: 200, 303, 404 for an empty form and so on, but never 401, 403 or 5xx), 'out' (404: what
# one may not see is not there) or 'token' (no token is needed, none is asked for, none opens more).
my %documented = (
    PUBLIC   => { (map { $_ => 'in' } qw(visitor rater outsider staff disabled expired)),
        (map { $_ => 'token' } qw(upload_token read_token service service_read metrics_token)) },
    VISITOR  => { (map { $_ => 'in' } qw(visitor rater outsider staff disabled expired)),
        (map { $_ => 'token' } qw(upload_token read_token service service_read metrics_token)) },
    MEMBER   => { visitor => 401, rater => 'in', outsider => 'out', staff => 'in', upload_token => 403,
        read_token => 'in', disabled => 401, expired => 401,
        service => 403, service_read => 403, metrics_token => 403 },
    READER   => { visitor => 401, rater => 'in', outsider => 'out', staff => 'in', upload_token => 403,
        read_token => 'in', disabled => 401, expired => 401,
        service => 403, service_read => 403, metrics_token => 403 },
    STAFF    => { visitor => 401, rater => 403, outsider => 403, staff => 'in', upload_token => 403,
        read_token => 403, disabled => 401, expired => 401,
        service => 403, service_read => 403, metrics_token => 403 },
    UPLOADER => { (map { $_ => 401 } qw(visitor rater outsider staff disabled expired)), upload_token => 'in',
        read_token => 403, service => 'in', service_read => 403, metrics_token => 403 },
);

# Who differs by the method: a token reads data (JSON, files, no page for people), and acts nowhere.
my %documented_post = (MEMBER => { read_token => 403 });

# And where the project may be read without login: nobody reads pages, and the rest is as it was.
my %documented_open = (READER => { visitor => 'in', disabled => 'in', expired => 'in' });

my $site    = TransientsTest->start;
my $project = add_project($site, 'P', access => 'listed');
my ($id)    = add_candidates($site, $project, { ra_deg => 10, dec_deg => -30, metadata => '{"a": 1}', notes => 'n' });
$site->sql("INSERT INTO project_member (project_id, account_id) SELECT $project, id FROM account WHERE name = 'rater'");
$site->sql("INSERT INTO pulsar (name, raj, decj) VALUES ('J0040-3000', 10, -30)");
my ($hash) = $site->sql("SELECT png_hash FROM candidate WHERE id = $id");
mkdir $site->media . '/' . substr $hash, 0, 2;
open my $picture, '>', $site->media . '/' . substr($hash, 0, 2) . "/$hash.png" or die $!;
print {$picture} png();
close $picture;
my ($run) = $site->sql(q{INSERT INTO upload_run (account_id) SELECT id FROM account WHERE name = 'admin' RETURNING id});
$site->sql("UPDATE candidate SET upload_run = $run");

sub account ($name, @more) {
    $site->admin('user', 'add', $name, @more, \"a long password of $name\n");
    my $client = $site->new_client;
    my $answer = $client->login($name, "a long password of $name");
    die "$name: $answer->{status}" if $answer->{status} != 303;
    return $client;
}

sub token_of ($name, $scope) {
    my ($token) = $site->admin('token', 'add', $name, '--scope', $scope) =~ /^(mwt_\S+)$/m;
    return { token => $token };
}

my %who = (
    visitor      => [$site->new_client, {}],
    rater        => [do { my $c = $site->new_client; $c->login('rater'); $c }, {}],
    staff        => [do { my $c = $site->new_client; $c->login('admin'); $c }, {}],
    outsider     => [account('outsider'), {}],
    disabled     => [account('disabled'), {}],
    expired      => [account('expired'), {}],
    upload_token => [$site->new_client, token_of('rater', 'upload')],
    read_token   => [$site->new_client, { token_of('rater', 'read')->%*, headers => { Accept => 'application/json' } }],
);
# A service is a member of the project, and its tokens are of every kind.
$site->admin('user', 'add', 'robot', '--service');
$site->sql("INSERT INTO project_member (project_id, account_id) SELECT $project, id FROM account WHERE name = 'robot'");
$who{service}       = [$site->new_client, token_of('robot', 'upload')];
$who{service_read}  = [$site->new_client, { token_of('robot', 'read')->%*, headers => { Accept => 'application/json' } }];
$who{metrics_token} = [$site->new_client, { token_of('rater', 'metrics')->%*, headers => { Accept => 'application/json' } }];
$site->admin('user', 'disable', 'disabled');
$site->sql(q{UPDATE session SET expires_at = now() - interval '1 second'
    WHERE account_id = (SELECT id FROM account WHERE name = 'expired')});

my ($comment) = $site->sql(qq{INSERT INTO comment (candidate_id, account_id, text, request_key)
    SELECT $id, id, 'said', 'said-before' FROM account WHERE name = 'rater' RETURNING id});

# ---------------------------------------------------------------- the routes

# Names in a path, as they stand for something that is there.
my %thing = ('observations' => OBS, 'candidates' => $id, 'media' => $id, 'pulsars' => 1, 'projects' => $project,
    'runs' => $run, 'comments' => $comment,
    'users' => $site->sql(q{SELECT id FROM account WHERE name = 'disabled'}) =~ s{\s}{}gr);

sub address_of ($path) {
    my ($first) = reverse grep { !/\{/ } split m{/}, $path =~ s/\{.*//sr;
    my $number = $thing{ $first // '' } // 1;
    return $path =~ s/\{\w+:int\}/$number/gr =~ s/\{table:word\}/candidates/r
        =~ s/\{file:word\}/png-@{[substr $hash, 0, 8]}.png/r
        =~ s/\{\w+:word\}/x/gr;
}

# A page that is about one candidate, or about things of one project, is not there for an outsider.
sub is_about_a_candidate ($path) {
    return $path =~ m{^/(?:candidates|media|comments)/\{} && 1;
}

# One's own account is nothing for programs: a token that got lost shows neither tokens nor logins.
sub is_for_people ($path) {
    return $path =~ m{^/(?:account|kept)\b} && 1;
}

sub fits ($expected, $status, $path, $method) {
    return $status < 500 if $expected eq 'token' || $path eq '/login';    # a login with nothing in it is 401
    if ($expected eq 'in') { return $status < 500 && $status != 401 && $status != 403 }
    if ($expected eq 'out') {
        return $status == 404 if is_about_a_candidate($path) && $method eq 'GET';
        return $status < 500 && $status != 401 && ($method eq 'POST' || $status != 403);
    }
    return $status == $expected;
}

my $table = slurp(srcdir() . '/mod_transients/pages/routes.c') =~ s{/\*.*?\*/}{}gsr;
my @routes = $table =~ /\{\s*TR_(GET|POST),\s*"([^"]+)",\s*TR_(\w+)/g;
my $all = () = $table =~ /\{\s*TR_(?:GET|POST)\b/g;
is @routes / 3, $all, 'every route of the table of contents is read';

my %met;

# Asks all of it as some of those who may ask, while the project is as it is.
sub ask_all ($where, $changes, @asking) {
    my @left = @routes;
    while (my ($method, $path, $access) = splice @left, 0, 3) {
        ask($where, $method, $path, $access, $_, $changes->{$access}{$_}) for @asking;
    }
}

sub ask ($where, $method, $path, $access, $who, $change) {
    my $address = address_of($path);
    return if $path eq '/logout' && $who !~ /token|visitor/;    # it would end what the others need
    my ($client, $options) = $who{$who}->@*;
    my $expected = $change || ($method eq 'POST' && $documented_post{$access}{$who}) || $documented{$access}{$who};
    $expected = 403 if $who =~ /^(?:read|upload|metrics)_token$/ && is_for_people($path);
    my $answer = $method eq 'GET' ? $client->get($address, %$options) : $client->post($address, form => {}, %$options);
    ok fits($expected, $answer->{status}, $path, $method), "$where$method $path for $who: $expected"
        or diag("it answered $answer->{status}");
    $met{"$where$access"}{$who}{ $answer->{status} }++;
    # what a refused answer may not hold
    return if $answer->{status} !~ /^(?:401|403|404)$/;
    unlike $answer->{content}, qr/J0040-3000|obs_id=\d+|"ra_deg"/, 'and shows nothing of it' if $expected ne 'in';
}

ask_all('', {}, sort keys %who);
$site->sql(q{UPDATE project SET access = 'public'});
ask_all('open: ', \%documented_open, qw(visitor disabled expired));
$site->sql(q{UPDATE project SET access = 'listed'});

for my $path ('/', '/candidates', "/candidates/$id", '/account/tokens', '/settings') {
    my $options = { $who{read_token}[1]->%*, headers => {} };
    is $site->new_client->get($path, %$options)->{status}, 403, "no token opens the page $path";
}
is_deeply [sort keys %documented], [sort grep { !/:/ } keys %met], 'every kind of access occurs';

subtest 'a project readable without login is public; one for members or listed is not' => sub {
    ok !scalar(grep { $met{$_}{visitor}{200} } 'MEMBER', 'READER', 'open: MEMBER'), 'no page of a member opens to a visitor';
    ok $met{'open: READER'}{visitor}{200}, 'pages for readers do where a project is open';
    ok !scalar(grep { $met{STAFF}{rater}{$_} } 200, 303), 'no page of staff opens to a rater';
};

done_testing;
