# refusals.t: who came in and who was refused is in the audit log, with who, when, from where and what,
# without a secret; nobody can fill it, and staff find it.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use JSON::PP 'decode_json';
use Test::More;
use TransientsTest;
use TransientsTest::Sample;

my $site    = TransientsTest->start;
my $project = add_project($site, 'P');
my ($id)    = add_candidates($site, $project, {});
my %account = map { split /\|/ } $site->sql(q{SELECT name || '|' || id FROM account});
my $rater   = $site->new_client;

# The lines of refusals and logins that something leaves, as hashes.
sub lines_of ($work) {
    my $last = $site->sql('SELECT coalesce(max(id), 0) FROM audit_log');
    $work->();
    return map { decode_json($_) } $site->sql(qq{SELECT to_jsonb(a) FROM audit_log a
        WHERE id > $last AND action IN ('login', 'logout', 'refused') ORDER BY id});
}

sub token_of ($name, $scope) {
    my ($token) = $site->admin('token', 'add', $name, '--scope', $scope) =~ /^(mwt_\S+)$/m;
    return $token;
}

# One line, and what it says.
sub is_noted ($work, $name, %says) {
    my ($line, @more) = lines_of($work);
    is scalar @more, 0, "$name leaves one line" or diag(JSON::PP->new->encode(\@more));
    is_deeply { map { $_ => $line->{$_} } keys %says }, \%says, 'which says who and what';
    is $line->{address}, '127.0.0.1', 'from where';
    like $line->{request_id} // '', qr/^[0-9a-f]{20}$/, 'by which request';
    return $line;
}

subtest 'logins and logouts say who' => sub {
    is_noted(sub { $rater->login('rater') }, 'a login', action => 'login', account_id => $account{rater} + 0);
    is_noted(sub { $rater->post('/logout', {}) }, 'a logout', action => 'logout', account_id => $account{rater} + 0);
    my $line = is_noted(sub { $site->new_client->login('rater', 'not the password') }, 'a wrong password',
        action => 'refused', subject => 'login', subject_id => 'rater', account_id => undef);
    unlike JSON::PP->new->encode($line), qr/not the password/, 'without what was typed';
    for my $typed ('my-password-in-the-wrong-field', 'my password "in" it') {
        $line = is_noted(sub { $site->new_client->login($typed, 'rater') }, 'a name of nobody',
            action => 'refused', subject => 'login', subject_id => q{(no account's name)}, after => { reason => 'no such account' });
        unlike JSON::PP->new->encode($line), qr/in-the-wrong-field|\bin\b.*\bit\b/, 'nor a name that may be a password';
    }
    is_noted(sub { $site->new_client->post('/invite', { code => 'mwi_' . 'd' x 43, password => 'x', again => 'x' }) },
        'a link that opens nothing', action => 'refused', subject => 'access', subject_id => 'POST /invite');
    $rater->login('rater');
};

subtest 'what is not for one is noted' => sub {
    is_noted(sub { is $rater->get('/admin?secret=in-the-query')->{status}, 403, 'a page of staff' }, 'it',
        action => 'refused', subject => 'access', subject_id => 'GET /admin', account_id => $account{rater} + 0);
    is_noted(sub { is $rater->post('/admin/users/new', { name => 'x' })->{status}, 403, 'and a form of theirs' }, 'it',
        action => 'refused', subject => 'access', subject_id => 'POST /admin/users/new');
    is_noted(sub {
        is $rater->post("/candidates/$id/skip", form => {}, headers => { 'Sec-Fetch-Site' => 'cross-site' })->{status}, 403,
            'what another site sends';
    }, 'it', action => 'refused', subject => 'cross-site', subject_id => "POST /candidates/$id/skip");
};

subtest 'tokens' => sub {
    my $read = token_of('rater', 'read');
    my $bad  = 'mwt_' . 'b' x 43;
    my $line = is_noted(sub { is $site->new_client->get('/candidates.json', token => $bad)->{status}, 401, 'a wrong token' },
        'it', action => 'refused', subject => 'token', subject_id => 'GET /candidates.json', account_id => undef);
    unlike JSON::PP->new->encode($line), qr/bbbb/, 'without the token';
    $line = is_noted(sub {
        is $site->new_client->post('/observation_create/', form => observation(), token => $read)->{status}, 403,
            'a token without the scope';
    }, 'it', action => 'refused', subject => 'token', account_id => $account{rater} + 0);
    ok $line->{token_id}, 'and which token it was';
};

subtest 'a path that is no text is noted, too' => sub {
    my ($line) = lines_of(sub {
        $site->new_client->request('POST', '/%ff%01%22x', form => {}, headers => { 'Sec-Fetch-Site' => 'cross-site' });
    });
    is $line->{subject_id}, 'POST /%ff%01%22x', 'as it was sent';
};

subtest 'what is found is found by staff' => sub {
    my $staff = $site->new_client;
    $staff->login('admin');
    my $page = $staff->get('/admin/log?action=refused&subject=access&address=127.0.0.1')->{content};
    like $page, qr{GET /admin\b}, 'by what it was and from where';
    unlike $page, qr/in-the-query/, 'no query is in it';
    unlike $staff->get('/admin/log?action=refused&address=192.0.2.1')->{content}, qr{GET /admin<}, 'from elsewhere came nothing';
    is $rater->get('/admin/log')->{status}, 403, 'and by nobody else';
};

subtest 'nobody fills the log' => sub {
    $site->sql(q{UPDATE audit_log SET at = at - interval '2 hours'});
    my $client = $site->new_client;
    my @lines  = lines_of(sub { $client->get('/candidates.json', token => 'mwt_' . $_ x 30) for 10 .. 69 });
    is scalar @lines, 30, 'of 60 wrong tokens within a minute 30 are listed';
    ok !$lines[28]{after}{more} && $lines[29]{after}{more}, 'and the last one says that there may be more';
    $site->sql(q{INSERT INTO audit_log (action, subject, address) SELECT 'refused', 'login', '198.51.100.' || n % 200
        FROM generate_series(1, 3000) n});
    $site->sql(q{UPDATE audit_log SET at = at - interval '2 minutes'});
    is scalar(@lines = lines_of(sub { $client->get('/candidates.json', token => 'mwt_' . 'c' x 30) })), 0,
        'nor from many addresses: 3,000 an hour';
    is $client->get('/candidates.json', token => 'mwt_' . 'c' x 30)->{status}, 401, 'refused is refused';
};

subtest 'a service account uploads into its projects, and nothing else' => sub {
    $site->sql(q{DELETE FROM audit_log});
    add_project($site, 'Q');
    $site->admin('user', 'add', 'pipeline', '--service');
    $site->sql(qq{INSERT INTO project_member (project_id, account_id) SELECT $project, id FROM account WHERE name = 'pipeline'});
    my ($upload, $read) = map { token_of('pipeline', $_) } qw(upload read);
    my $client = $site->new_client;
    like $client->post('/observation_create/', form => observation(), token => $upload)->{status}, qr/^201$/, 'an observation';
    is $client->post('/candidate_create/', multipart => parts(project => 'P'), token => $upload)->{status}, 201, 'a candidate of its project';
    my $other = $client->post('/candidate_create/', multipart => parts(project => 'Q', cand_id => 9), token => $upload);
    is $other->{status}, 400, 'none of another, though every person sees that one';
    for my $path ('/candidates.json', "/candidates/$id.json", '/observations.json', '/settings') {
        my $answer = $client->get($path, token => $read, headers => { Accept => 'application/json' });
        is $answer->{status}, 403, "$path is not for it";
        like $answer->{content}, qr/service account/, 'and that is said';
    }
    is $client->login('pipeline', 'whatever it may be')->{status}, 401, 'it has no password';
};

done_testing;
