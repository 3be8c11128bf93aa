# session.t: a session lives in one row, and ends when that row or its account says so.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Digest::SHA 'sha256_hex';
use Test::More;
use TransientsTest qw(together wait_until);

my $site   = TransientsTest->start;
my $cookie = 'transients_session';

sub one ($sql) { return $site->sql($sql) =~ s/\s+\z//r }
sub sessions () { return one('SELECT count(*) FROM session') }

sub logged_in ($user = 'rater') {
    my $client = $site->new_client;
    is $client->login($user)->{status}, 303, "$user is logged in";
    return $client;
}

# Another visitor with the same cookie.
sub twin ($client) {
    my $twin = $site->new_client;
    $twin->cookies->add('', "$cookie=" . $client->cookies->value($cookie) . '; Path=/');
    return $twin;
}

subtest 'visitors leave nothing behind' => sub {
    $site->new_client->get('/') for 1 .. 5;
    for my $value ('A' x 43, 'A' x 42, 'A' x 4000, '', '%00', "' OR ''='", '../../x', 'A' x 42 . '=') {
        my $answer = $site->new_client->get('/', headers => { Cookie => "$cookie=$value" });
        is $answer->{status}, 401, 'Cookie: ' . substr $value, 0, 45;
        is $answer->{headers}{'set-cookie'}, undef, 'no cookie';
    }
    is sessions(), 0, 'no session was made';
};

subtest 'the cookie is not what the database holds' => sub {
    my $client = logged_in();
    my $id     = $client->cookies->value($cookie);
    is one('SELECT id_hash FROM session'), sha256_hex($id), 'it holds the id\'s sha256';
    is $site->new_client->get('/', headers => { Cookie => "$cookie=" . substr sha256_hex($id), 0, 43 })->{status},
        401, 'which opens nothing';
    is $site->new_client->get('/', headers => { Cookie => "$cookie=$id; $cookie=" . 'B' x 43 })->{status},
        401, 'two cookies that differ open nothing';
    $site->sql('DELETE FROM session');
};

subtest '20 requests of one session at once get 20 answers' => sub {
    my $client = logged_in();
    $site->sql(q(UPDATE session SET seen_at = now() - interval '2 minutes'));
    my @answers = together(20, sub ($number) {
        my $twin   = twin($client);
        my $answer = $number % 2 ? $twin->get('/settings')
            : $twin->post('/settings', { theme => $number % 4 ? 'dark' : 'light' });
        return $answer->{status} . ($answer->{headers}{'set-cookie'} // '');
    });
    is join(' ', sort @answers), join(' ', ('200') x 10, ('303') x 10), '10 pages, 10 stored forms, no new cookie';
    is sessions(), 1, 'one session';
    is $client->get('/')->{status}, 200, 'which lives on';
    $site->sql('DELETE FROM session');
};

subtest 'use is noted once a minute' => sub {
    my $client = logged_in();
    my $seen   = one('SELECT seen_at FROM session');
    $client->get('/');
    is one('SELECT seen_at FROM session'), $seen, 'not at each request';
    $site->sql(q(UPDATE session SET seen_at = now() - interval '2 minutes'));
    $client->get('/');
    is one(q(SELECT seen_at > now() - interval '30 seconds' FROM session)), 't', 'but after a minute';
    $site->sql('DELETE FROM session');
};

# What ends a session, and what gives the account back what it had.
my @ends = (
    ['idle for too long', q(UPDATE session SET seen_at = now() - interval '400 days')],
    ['past its absolute end', q(UPDATE session SET expires_at = now())],
    ['account disabled', q(UPDATE account SET active = false WHERE name = 'rater'),
        q(UPDATE account SET active = true WHERE name = 'rater')],
    ['password changed', q(UPDATE account SET password_changed_at = clock_timestamp() WHERE name = 'rater')],
    ['role changed', q(UPDATE account SET role = 'staff' WHERE name = 'rater'),
        q(UPDATE account SET role = 'rater' WHERE name = 'rater')],
    ['session removed', 'DELETE FROM session'],
);

for my $end (@ends) {
    my ($what, $change, $back) = @$end;
    subtest "$what: the next request is nobody's" => sub {
        my $client = logged_in();
        is $client->get('/')->{status}, 200, 'before';
        $site->sql($change);
        my $answer = $client->get('/');
        is $answer->{status}, 401, 'after';
        like $answer->{content}, qr/Your session has ended/, 'and it says so';
        $site->sql($back) if $back;
        is $client->get('/')->{status}, 401, 'it does not come back' if $back;
        $site->sql('DELETE FROM session');
    };
}

subtest 'a login lasts a shift without a request, and a week in any case, unless configured otherwise' => sub {
    my $client = logged_in();
    is one(q(SELECT expires_at - created_at FROM session)), '7 days', 'its absolute end is set';
    $site->sql(q(UPDATE session SET seen_at = now() - interval '11 hours 59 minutes'));
    is $client->get('/')->{status}, 200, 'nearly 12 hours of nothing are a pause';
    is one(q(SELECT expires_at - created_at FROM session)), '7 days', 'use does not move the absolute end';
    $site->sql(q(UPDATE session SET seen_at = now() - interval '12 hours 1 minute'));
    is $client->get('/')->{status}, 401, 'more are the end';
    $site->sql('DELETE FROM session');
};

subtest 'a login removes what nobody can use any more' => sub {
    logged_in();
    $site->sql(q(UPDATE session SET seen_at = now() - interval '400 days'));
    logged_in();
    is sessions(), 1, 'only the new one is left';
    $site->sql('DELETE FROM session');
};

subtest 'a slow request cannot bring back a session that was logged out meanwhile' => sub {
    my $client = logged_in();
    my @work = (
        sub { $site->sql('BEGIN; LOCK TABLE account_setting IN EXCLUSIVE MODE; SELECT pg_sleep(1.5); COMMIT') },
        sub { wait_for_lock(); return twin($client)->post('/settings', { theme => 'dark' })->{status} },
        sub { wait_for_lock(); return twin($client)->post('/kept', {})->{status} },
        sub { wait_for_lock(); wait_for_waiter(); return twin($client)->post('/logout', {})->{status} },
    );
    my @answers = together(scalar @work, sub ($number) { return $work[$number]->() });
    is $answers[1], 303, 'the slow request was carried out';
    is $answers[3], 303, 'the logout as well';
    is sessions(), 0, 'no session is left';
    is $client->get('/')->{status}, 401, 'and the cookie opens nothing';
};

sub wait_for_lock () {
    wait_until { one(q(SELECT count(*) FROM pg_locks WHERE mode = 'ExclusiveLock'
        AND relation = 'account_setting'::regclass AND granted)) } 5, 'the lock';
}

sub wait_for_waiter () {
    wait_until { one(q(SELECT count(*) FROM pg_locks WHERE relation = 'account_setting'::regclass
        AND NOT granted)) } 5, 'the slow request';
}

# ---------------------------------------------------------------- what was typed is kept

sub hidden ($html, $name) {
    my ($value) = $html =~ /<input\b[^>]*name="\Q$name\E" value="([^"]*)"/;
    return defined $value ? TransientsTest::Client::unescape($value) : undef;
}

# Fills in the login form of a page that answers 401, as a person does.
sub log_in_from ($client, $page, %other) {
    my %form = TransientsTest::Client::form_fields($page->{content}, qr{<form\b[^>]*action="/login"});
    return $client->post('/login', { %form, name => 'rater', password => $site->password('rater'), %other });
}

sub store_now ($client, $page) {
    my ($path, $inside) = $page->{content} =~ m{<form method="post" action="\.(/[^"]+)"[^>]*>(.*?)</form>}s
        or return { status => 'no form' };
    my @fields = map { TransientsTest::Client::unescape($_) } map {@$_} pairs_of($inside);
    return $client->post(TransientsTest::Client::unescape($path), \@fields);
}

sub pairs_of ($html) {
    my @pairs;
    push @pairs, [$1, $2] while $html =~ /<input type="hidden" name="([^"]*)" value="([^"]*)">/g;
    return @pairs;
}

subtest 'a form posted after the session ended is offered again after login, and stored' => sub {
    my $client = logged_in();
    $site->sql('DELETE FROM session; DELETE FROM account_setting');
    my $refused = $client->post('/settings', { theme => 'light', paper => 'plain' });
    is $refused->{status}, 401, 'it is not stored';
    like $refused->{content}, qr/What you typed is kept/, 'but kept';
    is hidden($refused->{content}, 'kept_path'), '/settings', 'with its address';
    is one('SELECT count(*) FROM account_setting'), 0, 'nothing has changed';

    my $wrong = log_in_from($client, $refused, password => 'wrong');
    is $wrong->{status}, 401, 'a wrong password';
    is hidden($wrong->{content}, 'kept'), hidden($refused->{content}, 'kept'), 'loses nothing';

    my $answer = log_in_from($client, $wrong);
    is $answer->{status}, 303, 'logged in';
    is $answer->{headers}{location}, '/kept', 'on to what was kept';
    my $kept = $client->get('/kept');
    is $kept->{status}, 200, 'it is shown';
    like $kept->{content}, qr/light/, 'as it was typed';
    is one('SELECT count(*) FROM account_setting'), 0, 'and still not stored';
    like $client->get('/kept')->{content}, qr/light/, 'looking again loses nothing';
    is store_now($client, $kept)->{status}, 303, 'one button stores it';
    is one('SELECT theme || paper FROM account_setting'), 'lightplain', 'all of it';
    wait_until { $client->get('/kept')->{content} =~ /Nothing is kept/ } 5, 'that nothing is kept any more';
    is one('SELECT data FROM session'), '', 'also in the database';
    $site->sql('DELETE FROM session');
};

subtest 'what was kept can be dropped' => sub {
    my $client  = $site->new_client;
    my $refused = $client->post('/settings', { theme => 'dark' });
    log_in_from($client, $refused);
    like $client->get('/kept')->{content}, qr/dark/, 'kept';
    is $client->post('/kept', {})->{status}, 303, 'dropped';
    like $client->get('/kept')->{content}, qr/Nothing is kept/, 'gone';
    is $client->get('/')->{status}, 200, 'the session lives on';
    $site->sql('DELETE FROM session');
};

subtest 'hostile text comes back as text' => sub {
    my $client = $site->new_client;
    my $text   = qq(<script>alert(1)</script>"'&=%+ \r\n\x{e9}\x{4e16});
    my $answer = $client->post('/settings', { theme => $text, 'a&b=c' => '1%2' });
    is $answer->{status}, 401, 'kept';
    unlike $answer->{content}, qr/<script>alert/, 'not as code';
    log_in_from($client, $answer);
    my $kept = $client->get('/kept');
    unlike $kept->{content}, qr/<script>alert/, 'nor after login';
    my %back = map {@$_} pairs_of($kept->{content} =~ m{<form method="post" action="./settings"[^>]*>(.*?)</form>}s);
    my $want = $text;
    utf8::encode($want);
    is TransientsTest::Client::unescape($back{theme}), $want, 'every character is there';
    is $back{'a&amp;b=c'}, '1%2', 'in names, too';
    $site->sql('DELETE FROM session');
};

subtest 'passwords are not kept, nor more than 64 kB' => sub {
    my $answer = $site->new_client->post('/settings', { theme => 'dark', password => 'secret-9', new_password => 'secret-9' });
    unlike $answer->{content}, qr/secret-9/, 'no password in the page';
    my $long = $site->new_client->post('/settings', { theme => 'x' x 70_000 });
    ok $long->{status} == 401 || $long->{status} == 413, "too long: $long->{status}";
    unlike $long->{content}, qr/xxxxxxxxxx/, 'is not carried along';
    like $long->{content}, qr/Not all that you sent could be kept/, 'and the page says so' if $long->{status} == 401;
};

subtest 'what nobody sends is kept as fields or refused, and never shows a page for members' => sub {
    my %urlencoded = (headers => { 'Content-Type' => 'application/x-www-form-urlencoded' });
    my @cases = (
        ['a NUL', 422, content => 'theme=%00', %urlencoded],
        ['a broken escape', 422, content => 'theme=%zz', %urlencoded],
        ['files', 401, multipart => [theme => 'dark', png => { filename => 'x.png', type => 'image/png', content => 'x' }]],
        ['JSON', 401, json => { theme => 'dark' }],
        ['nothing', 401],
    );
    for my $case (@cases) {
        my ($what, $status, @body) = @$case;
        my $answer = $site->new_client->request('POST', '/settings', @body);
        is $answer->{status}, $status, $what;
        unlike $answer->{content}, qr/name="queue_order"/, 'the settings are not shown';
        like $answer->{content}, qr/Not all that you sent could be kept/, 'what is lost is said' if $what eq 'files';
    }
};

subtest 'nobody can plant a form for another address' => sub {
    for my $path ('https://evil.example/', '//evil.example/x', '/no-such-page', '/login', '/observation_create/', '/settings/../..') {
        my $client = $site->new_client;
        my $answer = $client->post('/login', { name => 'rater', password => $site->password('rater'),
            kept_path => $path, kept => 'a=b' });
        is $answer->{status}, 303, $path;
        my $kept = $client->get('/kept');
        unlike $kept->{content}, qr/evil|no-such|observation_create|\.\./, 'is not offered';
    }
    $site->sql('DELETE FROM session');
};

# ---------------------------------------------------------------- a verdict above all

sub add_candidate () {
    $site->sql(q(INSERT INTO project (name) VALUES ('P');
        INSERT INTO filter (name) VALUES ('f');
        INSERT INTO observation (observation_id, starttime, stoptime) VALUES (1285442472, 1285442472, 1285442592);));
    return one(q(INSERT INTO candidate (obs_id, project_id, filter_id, png_hash, gif_hash, obs_starttime, identity)
        SELECT 1285442472, p.id, f.id, repeat('a', 64), repeat('b', 64), 1285442472, 'one'
          FROM project p CROSS JOIN filter f RETURNING id)) =~ s/\n.*//sr;
}

subtest 'a verdict given after the session ended is stored once' => sub {
    my $id      = add_candidate();
    my $class   = one(q(SELECT id FROM classification WHERE name = 'Transient'));
    my $client  = logged_in();
    $site->sql('DELETE FROM session');
    my $refused = $client->post("/candidates/$id/rating",
        { rating => 4, classification => $class, request_key => 'k' x 32, how => 'page' });
    is $refused->{status}, 401, 'not stored yet';
    is log_in_from($client, $refused)->{headers}{location}, '/kept', 'kept';
    my $kept = $client->get('/kept');
    is store_now($client, $kept)->{status}, 303, 'stored';
    is store_now($client, $kept)->{status}, 303, 'the button pressed twice';
    is one("SELECT count(*) || ' ' || min(rating) FROM rating_event"), '1 4', 'is one verdict';
};

# ---------------------------------------------------------------- without a database

subtest 'a database that is gone is no ended session, no wrong password and no wrong token' => sub {
    my $own    = TransientsTest->start(cluster => 'own');
    my $client = $own->new_client;
    is $client->login('rater')->{status}, 303, 'logged in';
    $own->cluster->stop;
    is $client->get('/')->{status}, 503, 'a page says that the database is gone';
    is $client->post('/settings', { theme => 'dark' })->{status}, 503, 'a form as well';
    is $own->new_client->post('/login', { name => 'rater', password => 'x' })->{status}, 503, 'the login, too';
    is $client->post('/logout', {})->{status}, 503, 'a logout that was none says so';
    my $answer = $own->new_client->post('/observation_create/', form => { observation_id => 1 }, token => $own->token('rater'));
    is $answer->{status}, 503, 'the API';
    like $answer->{headers}{'content-type'}, qr{^application/json}, 'in JSON';
    $own->cluster->start;
    wait_until { $client->get('/')->{status} == 200 } 10, 'the session after the database is back';
    pass 'the session lives on';
};

done_testing;
