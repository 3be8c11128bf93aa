# tokens.t: what a token opens, and what it does not.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Digest::SHA 'sha256_hex';
use JSON::PP 'decode_json';
use MIME::Base64 'encode_base64';
use Test::More;
use TransientsTest;

my $site = TransientsTest->start;
my $api  = '/observation_create/';

sub one ($sql) { return $site->sql($sql) =~ s/\s+\z//r }
sub with ($value) { return (headers => { Authorization => $value }) }

# A token with these scopes, straight into the database.
sub make_token ($name, $scopes) {
    my $key = "mwt_$name" . 'x' x 30;
    my $hash = sha256_hex($key);
    $site->sql("INSERT INTO token (account_id, name, hash, scopes)
        SELECT id, '$name', '$hash', '$scopes' FROM account WHERE name = 'rater'");
    return $key;
}

sub upload ($id, %opt) {
    return $site->new_client->request('POST', $api,
        form => { observation_id => $id, starttime => $id, stoptime => $id + 120 }, %opt);
}

my $upload = make_token('upload', '{upload}');
my $read   = make_token('read', '{read}');
my $both   = make_token('both', '{read,upload}');

subtest 'the upload API wants a token, and says so in JSON' => sub {
    my %cases = (
        'no token'         => [],
        'an unknown token' => [with('Token ' . 'f' x 40)],
        'an empty one'     => [with('Token')],
        'blanks in it'     => [with("Token $upload x")],
        'a short one'      => [with('Token abc')],
        'a hostile one'    => [with("Token ' OR 1=1 --" . 'x' x 20)],
        'a huge one'       => [with('Token ' . 'x' x 4000)],
        'Basic'            => [with('Basic ' . encode_base64('rater:' . $site->password('rater'), ''))],
        'broken Basic'     => [with('Basic x')],
        'another scheme'   => [with("Tokens $upload")],
    );
    for my $case (sort keys %cases) {
        my $answer = upload(1285442472, $cases{$case}->@*);
        is $answer->{status}, 401, $case;
        is $answer->{headers}{'www-authenticate'}, 'Token', 'WWW-Authenticate';
        like $answer->{headers}{'content-type'}, qr{^application/json}, 'JSON';
        my $detail = decode_json($answer->{content})->{detail};
        is $detail, 'Invalid token.', $detail;
        is $answer->{headers}{'set-cookie'}, undef, 'no cookie';
    }
    is one('SELECT count(*) FROM observation'), 0, 'nothing was stored';
};

subtest 'a token with the scope upload uploads, by either name of the scheme' => sub {
    my $id = 1285442472;
    for my $scheme ('Token', 'Bearer', 'token', 'BEARER', 'Token  ') {
        my $answer = upload(++$id, with("$scheme $upload"));
        is $answer->{status}, 201, $scheme;
        is $answer->{headers}{'set-cookie'}, undef, 'a token makes no session';
    }
    is one('SELECT count(*) FROM session'), 0, 'no session';
    is one(q(SELECT DISTINCT uploaded_by = (SELECT id FROM account WHERE name = 'rater') FROM observation)), 't',
        'what it uploads is its account\'s';
    is upload(++$id, with("Token $upload"), headers => { Authorization => "Token $upload", Origin => 'https://other.example',
        'Sec-Fetch-Site' => 'cross-site' })->{status}, 201, 'from anywhere: no browser adds a token on its own';
};

subtest 'a session does not open the API' => sub {
    my $client = $site->new_client;
    is $client->login('rater')->{status}, 303, 'logged in';
    is $client->post($api, { observation_id => 1, starttime => 1, stoptime => 2 })->{status}, 401, 'no token, no upload';
    $site->sql('DELETE FROM session');
};

subtest 'scopes are kept apart' => sub {
    my @cases = (
        ['POST', $api, $read, 403],
        ['GET', '/candidates.json', $read, 200],
        ['GET', '/candidates.json', $both, 200],
        ['HEAD', '/candidates.json', $read, 200],
        ['GET', '/candidates.json', $upload, 403],
        ['GET', '/candidates.json', 'mwt_' . 'z' x 40, 401],
        ['GET', '/candidates', $read, 403],
        ['GET', '/settings', $both, 403],
        ['POST', '/settings', $both, 403],
        ['POST', '/logout', $both, 403],
        ['GET', '/login', undef, 200],
    );
    for my $case (@cases) {
        my ($method, $path, $token, $status) = @$case;
        my $answer = $site->new_client->request($method, $path, defined $token ? (token => $token) : (),
            $method eq 'POST' ? (form => { theme => 'dark', observation_id => 5, starttime => 1, stoptime => 2 }) : ());
        is $answer->{status}, $status, "$method $path" . (defined $token ? ' with ' . substr $token, 4, 6 : '');
        is $answer->{headers}{'set-cookie'}, undef, 'no cookie';
    }
    is one('SELECT count(*) FROM account_setting'), 0, 'nothing was changed';
};

subtest 'beside a token a session does not count' => sub {
    my $client = $site->new_client;
    is $client->login('admin')->{status}, 303, 'logged in';
    is $client->get('/settings', token => $both)->{status}, 403, 'the token decides';
    is $client->get('/settings', token => 'mwt_' . 'z' x 40)->{status}, 401, 'also a wrong one';
    $site->sql('DELETE FROM session');
};

# What ends a token.
my @ends = (
    ['revoked', q(UPDATE token SET revoked_at = now())],
    ['expired', q(UPDATE token SET expires_at = now())],
    ['of a disabled account', q(UPDATE account SET active = false WHERE name = 'rater')],
);

for my $end (@ends) {
    my ($what, $change) = @$end;
    subtest "a token that is $what opens nothing" => sub {
        is $site->new_client->get('/candidates.json', token => $read)->{status}, 200, 'before';
        $site->sql($change);
        is $site->new_client->get('/candidates.json', token => $read)->{status}, 401, 'after';
        $site->sql(q(UPDATE token SET revoked_at = NULL, expires_at = NULL; UPDATE account SET active = true));
    };
}

subtest 'use is noted once a minute' => sub {
    my $last = "SELECT last_used_at FROM token WHERE name = 'read'";
    $site->sql(q(UPDATE token SET last_used_at = NULL));
    $site->new_client->get('/candidates.json', token => $read);
    my $first = one($last);
    ok $first, 'the first use';
    $site->new_client->get('/candidates.json', token => $read);
    is one($last), $first, 'not each use';
    $site->sql(q(UPDATE token SET last_used_at = now() - interval '2 minutes'));
    $site->new_client->get('/candidates.json', token => $read);
    is one(q(SELECT last_used_at > now() - interval '30 seconds' FROM token WHERE name = 'read')), 't', 'but after a minute';
};

done_testing;
