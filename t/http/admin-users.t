# The staff's pages of users: who may come, what can be done there, and that somebody who may
# administer is always left.
#
# SPDX-License-Identifier: MIT
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use TransientsTest;
use TransientsTest qw(slurp);
use TransientsTest::Sample;

my $site = TransientsTest->start;
$site->login('admin');
my $rater = $site->new_client;
$rater->login('rater');
my ($admin_id, $rater_id) = $site->sql(q{SELECT id FROM account ORDER BY name});
my $project = add_project($site, 'P');
add_candidates($site, $project, { metadata => '{"a": 1}' });

sub is_refused ($answer, $field, $words, $name) {
    is $answer->{status}, 422, "$name is refused";
    utf8::decode(my $page = $answer->{content});
    like $page, qr{id="e-$field"[^>]*>[^<]*$words}, 'at the field';
}

# A psql that takes one line after another; what it says goes into a file.
sub psql ($number) {
    my @command = ($site->run->setting('PG_BINDIR') . '/psql', '-X', '-q', '-d', $site->dsn);
    my $pid     = open(my $to, '|-') // die "fork: $!";
    if (!$pid) {
        open STDOUT, '>', $site->dir . "/psql-$number" or die $!;
        open STDERR, '>&', \*STDOUT or die $!;
        exec @command or die "psql: $!";
    }
    $to->autoflush(1);
    return $to;
}

subtest 'every page is for staff alone' => sub {
    my $log = $site->sql('SELECT max(id) FROM audit_log');
    my $obs = OBS;
    for my $path ('', qw(/users /users/new /projects /projects/new /classifications /classifications/new /filters
        /filters/new /observations /observations/new /candidates /metadata /ratings /associations /log), "/users/$rater_id",
        "/projects/$project", '/classifications/1', '/filters/1', "/observations/$obs", '/candidates/1', '/candidates/1/metadata',
        "/log/$log")
    {
        is $site->get("/admin$path")->{status}, 200, "staff see /admin$path";
        my $answer = $rater->get("/admin$path");
        is $answer->{status}, 403, 'a rater does not';
        like $answer->{content}, qr/for staff/, 'and is told';
        is $site->new_client->get("/admin$path")->{status}, 401, 'nor does nobody';
    }
    for my $path (qw(/users/new /projects/new /classifications/new /filters/new /observations/new /candidates/1/project
        /candidates/1/metadata /ratings/1/take-back /associations/1/remove), "/users/$rater_id", "/users/$rater_id/password",
        "/users/$rater_id/tokens/1/revoke", "/projects/$project", "/projects/$project/members",
        "/projects/$project/members/$rater_id/remove", '/classifications/1', '/filters/1')
    {
        is $rater->post("/admin$path", { name => 'x' })->{status}, 403, "a rater cannot POST /admin$path";
        is $site->post("/admin$path", form => { name => 'x' }, headers => { 'Sec-Fetch-Site' => 'cross-site' })->{status}, 403,
            'nor can another site for staff';
    }
    like $site->get('/')->{content}, qr{<a href="/admin">Admin</a>}, 'staff have the menu entry';
    unlike $rater->get('/')->{content}, qr{href="/admin}, 'raters do not';
};

subtest 'what is not there is 404' => sub {
    is $site->get("/admin/$_/999999")->{status}, 404, $_
        for qw(users projects classifications filters observations candidates log);
    is $site->post("/admin/users/999999", { role => 'rater', active => 1 })->{status}, 404, 'a change as well';
    is $site->post('/admin/users/999999/password', { password => 'long enough' })->{status}, 404, 'a password';
    is $site->post("/admin/users/$rater_id/tokens/999999/revoke")->{status}, 404, 'a token';
};

subtest 'a user is added' => sub {
    my $answer = $site->post('/admin/users/new', { name => 'new.one@obs', role => 'rater', password => 'first pass phrase' });
    is $answer->{status}, 303, 'with a first password';
    like $answer->{headers}{location}, qr{/admin/users/\d+\?saved=1$}, 'and shown';
    like $site->get($answer->{headers}{location} =~ s{^https?://[^/]+}{}r)->{content}, qr/Saved\./, 'as saved';
    my $client = $site->new_client;
    is $client->login('NEW.one@obs', 'first pass phrase')->{status}, 303, 'who logs in with it';
    is $site->post('/admin/users/new', { name => 'silent', role => 'rater' })->{status}, 303, 'or without any';
    is $site->sql(q{SELECT password_hash IS NULL FROM account WHERE name = 'silent'}), 't', 'who cannot log in';
    is_refused($site->post('/admin/users/new', { name => 'Silent', role => 'rater' }), 'name', 'A user “Silent” exists', 'a name that is taken');
    is_refused($site->post('/admin/users/new', { name => 'Jürgen', role => 'rater' }), 'name', 'A user name has', 'a name with other letters');
    is_refused($site->post('/admin/users/new', { name => 'a b', role => 'rater' }), 'name', 'A user name has', 'a name with a blank');
    is_refused($site->post('/admin/users/new', { name => '', role => 'rater' }), 'name', 'This field is required', 'no name');
    is_refused($site->post('/admin/users/new', { name => 'x' x 65, role => 'rater' }), 'name', 'Ensure', 'a long name');
    is_refused($site->post('/admin/users/new', { name => 'x', role => 'root' }), 'role', '', 'an unknown role');
    my $short = $site->post('/admin/users/new', { name => 'kept.name', role => 'staff', password => 'ünfähig' });
    is_refused($short, 'password', 'A password has at least 12', 'a short password');
    like $short->{content}, qr/value="kept.name"/, 'and what was typed is kept';
    like $short->{content}, qr/value="staff" selected/, 'the choice as well';
    unlike $short->{content}, qr/ünfähig|\xc3\xbcnf/, 'but no password';
    is_refused($site->post('/admin/users/new', { name => 'x', role => 'rater', password => 'p' x 73 }), 'password', 'at most 72', 'a long password');
    is_refused($site->post('/admin/users/new', { name => 'x', role => 'rater', password => 'Password1234' }), 'password', 'guessed soon', 'a common password');
    is_refused($site->post('/admin/users/new', { name => 'jolly.rogers', role => 'rater', password => 'jolly.rogers' }), 'password', 'user name is no password', 'the user name');
    is_refused($site->post('/admin/users/new', { name => 'x', role => 'service', password => 'no service has one' }), 'password', 'tokens alone', 'a password of a service');
};

subtest 'role, state and password change, and sessions end with them' => sub {
    my $client = $site->new_client;
    my $id = $site->sql(q{SELECT id FROM account WHERE name = 'new.one@obs'});
    $client->login('new.one@obs', 'first pass phrase');
    is $client->get('/')->{status}, 200, 'a session';
    is $site->post("/admin/users/$id/password", { password => 'another pass phrase' })->{status}, 303, 'another password';
    is $client->get('/')->{status}, 401, 'ends it';
    is $client->login('new.one@obs', 'first pass phrase')->{status}, 401, 'the old one is over';
    is $client->login('new.one@obs', 'another pass phrase')->{status}, 303, 'the other one opens';
    is_refused($site->post("/admin/users/$id/password", { password => 'short' }), 'password', 'at least 12', 'a short one');
    is_refused($site->post("/admin/users/$id/password", {}), 'password', 'required', 'none');
    is $site->post("/admin/users/$id", { role => 'rater', active => 0 })->{status}, 303, 'disabled';
    is $client->get('/')->{status}, 401, 'the session is over';
    is $client->login('new.one@obs', 'another pass phrase')->{status}, 401, 'and no login opens another';
    is $site->post("/admin/users/$id", { role => 'staff', active => 1 })->{status}, 303, 'enabled, and staff';
    $client->login('new.one@obs', 'another pass phrase');
    is $client->get('/admin')->{status}, 200, 'who administers';
    $site->post("/admin/users/$id", { role => 'rater', active => 1 });
    is_refused($site->post("/admin/users/$id", { role => 'emperor', active => 1 }), 'role', '', 'an unknown role');
    is $site->post("/admin/users/$id", { role => 'rater', active => 'maybe' })->{status}, 422, 'an unknown state';
    is $site->sql(qq{SELECT string_agg(DISTINCT account_id::text, ',') FROM audit_log WHERE subject = 'account'
        AND subject_id = '$id' AND action = 'update'}), $admin_id, 'the audit log says who did it';
};

subtest 'staff change their own password where the old one is asked, and nowhere else' => sub {
    my $before = $site->sql(q{SELECT password_hash FROM account WHERE name = 'admin'});
    my $page   = $site->get("/admin/users/$admin_id")->{content};
    unlike $page, qr{action="/admin/users/$admin_id/password"}, 'one\'s own page has no form for it';
    like $page, qr{href="/account/password"}, 'but the way there';
    is_refused($site->post("/admin/users/$admin_id/password", { password => 'another pass phrase' }),
        'password', 'where the old one is asked', 'a form of somebody clever');
    is $site->sql(q{SELECT password_hash FROM account WHERE name = 'admin'}), $before, 'nothing changed';
};

subtest 'a service account is made, and given a token that is shown once' => sub {
    is $site->post('/admin/users/new', { name => 'pipeline', role => 'service' })->{status}, 303, 'it is made';
    my $id   = $site->sql(q{SELECT id FROM account WHERE name = 'pipeline'});
    my $page = $site->get("/admin/users/$id")->{content};
    unlike $page, qr{/password"|/invite"}, 'no form for a password';
    my $made = $site->post("/admin/users/$id/tokens", { name => 'on a <cluster>', days => 30 });
    is $made->{status}, 201, 'and given a token';
    my ($token) = $made->{content} =~ m{id="made">(mwt_[\w-]{43})<};
    ok $token, 'which the answer shows';
    $page = $site->get("/admin/users/$id")->{content};
    unlike $page, qr/\Q$token/, 'and no page after it';
    like $page, qr/on a &lt;cluster&gt;.*upload/s, 'the list has its name';
    is $site->new_client->post('/observation_create/', form => observation(observation_id => 7, starttime => 7, stoptime => 9),
        token => $token)->{status}, 201, 'it uploads';
    like $site->sql(q{SELECT account_id || ' ' || (after ->> 'account_id') FROM audit_log
        WHERE subject = 'token' AND action = 'insert' ORDER BY id DESC LIMIT 1}), qr/^$admin_id $id$/, 'the log says who made it for whom';
    is_refused($site->post("/admin/users/$id/tokens", { name => '' }), 'name', '\S', 'one without a name');
    my $for_person = $site->post("/admin/users/$rater_id/tokens", { name => 'x' });
    is $for_person->{status}, 422, 'none is made for a person';
    like $for_person->{content}, qr/nobody else is to know them/, 'and it is said why';
    is $site->post('/admin/users/999999/tokens', { name => 'x' })->{status}, 404, 'an account that is not there';
    is $site->new_client->post("/admin/users/$id/tokens", { name => 'x' })->{status}, 401, 'nobody else makes one';
};

subtest 'a token is seen and revoked, and is nowhere on a page' => sub {
    my $token = $site->token('rater');
    my $page  = $site->get("/admin/users/$rater_id")->{content};
    my ($revoke) = $page =~ m{action="(/admin/users/$rater_id/tokens/\d+/revoke)"};
    ok $revoke, 'the page offers it';
    is $site->post("/admin/users/$admin_id/tokens/" . ($revoke =~ m{(\d+)/revoke})[0] . '/revoke')->{status}, 404,
        'under its own user alone';
    is $site->new_client->get('/candidates.json', token => $token)->{status}, 200, 'it opens the site';
    is $site->post($revoke)->{status}, 303, 'it is revoked';
    is $site->new_client->get('/candidates.json', token => $token)->{status}, 401, 'and opens nothing more';
    my @secrets = (values %{ { map { $_ => $site->token($_) } qw(admin rater) } },
        $site->sql(q{SELECT password_hash FROM account WHERE password_hash IS NOT NULL}),
        $site->sql('SELECT hash FROM token'), $site->sql('SELECT id_hash FROM session'));
    my $log = $site->sql(q{SELECT max(id) FROM audit_log WHERE subject = 'token'});
    for my $path ('', '/users', "/users/$rater_id", "/users/$admin_id", '/log', "/log/$log", '/users.json', "/users/$rater_id.json",
        '/log.json', "/log/$log.json")
    {
        my $text = $site->get("/admin$path")->{content};
        is join(' ', grep { index($text, $_) >= 0 } @secrets), '', "no secret is on /admin$path";
        unlike $text, qr/\$2[aby]\$/, 'nor any hash of a password';
    }
};

subtest "the last staff account can't be disabled" => sub {
    my $answer = $site->post("/admin/users/$admin_id", { role => 'staff', active => 0 });
    is_refused($answer, 'active', 'admin is the last active member of staff', 'disabling it');
    is_refused($site->post("/admin/users/$admin_id", { role => 'rater', active => 1 }), 'role', 'admin is the last', 'making it a rater');
    is $site->sql(q{SELECT count(*) FROM account WHERE role = 'staff' AND active}), 1, 'it stays';
    for my $sql (q{UPDATE account SET active = false}, q{UPDATE account SET role = 'rater'},
        q{UPDATE account SET active = false WHERE name = 'admin'}, q{ALTER TABLE audit_log DISABLE TRIGGER USER; DELETE FROM session;
          DELETE FROM token; DELETE FROM account WHERE name = 'admin'})
    {
        ok !eval { $site->sql("BEGIN; $sql; COMMIT"); 1 }, 'not even by SQL: ' . substr $sql, 0, 50;
        like $@, qr/last active member of staff|still referenced/, 'the database says why';
    }
};

subtest 'two members of staff who disable each other at once do not both succeed' => sub {
    $site->post('/admin/users/new', { name => 'second', role => 'staff', password => 'second pass phrase' });
    my $second = $site->sql(q{SELECT id FROM account WHERE name = 'second'});
    for my $round (1 .. 4) {
        my @clients = map { $site->new_client } 1, 2;
        $clients[0]->login('admin');
        $clients[1]->login('second', 'second pass phrase');
        my @path = ("/admin/users/$second", "/admin/users/$admin_id");
        together 2, sub ($number) {
            return $clients[$number]->post($path[$number],
                { role => $round % 2 ? 'rater' : 'staff', active => $round % 2 })->{status};
        };
        is $site->sql(q{SELECT count(*) FROM account WHERE role = 'staff' AND active}), 1, "round $round: one is left";
        $site->sql(q{UPDATE account SET role = 'staff', active = true WHERE name IN ('admin', 'second')});
    }
    # the same in an order of our own: the second waits for the first, and is then refused
    my @psql = map { psql("$_") } 1, 2;
    my $held = q{SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database =
        (SELECT oid FROM pg_database WHERE datname = current_database()) AND };
    print { $psql[0] } "BEGIN; UPDATE account SET active = false WHERE name = 'admin';\n";
    wait_until { $site->sql("$held granted") } 10, 'the first change';
    print { $psql[1] } "UPDATE account SET active = false WHERE name = 'second';\n";
    wait_until { $site->sql("$held NOT granted") } 10, 'the second to wait';
    print { $psql[0] } "COMMIT;\n";
    close $_ for @psql;
    like slurp($site->dir . '/psql-2'), qr/second is the last active member of staff/, 'who came second is refused';
    is $site->sql(q{SELECT string_agg(name, ' ') FROM account WHERE role = 'staff' AND active}), 'second', 'and stays';
    $site->sql(q{UPDATE account SET active = true WHERE name = 'admin'});

    $site->login('admin');
    is $site->post("/admin/users/$second", { role => 'rater', active => 1 })->{status}, 303, 'one of two may go';
};

subtest 'the list is searched, sorted and paged by key' => sub {
    $site->sql(q{INSERT INTO account (name, role, active, last_login_at)
        SELECT 'many-' || n, 'rater', n % 2 = 0, CASE WHEN n % 3 = 0 THEN now() - n * interval '1 hour' END
          FROM generate_series(1, 130) n});
    for my $sort (qw(name -name last_login -last_login created -created)) {
        my ($path, %seen) = "/admin/users.json?rows=50&find=many-&sort=$sort";
        while ($path) {
            my $page = $site->json($path);
            $seen{ $_->{id} }++ for $page->{rows}->@*;
            $path = $page->{next};
        }
        is join(' ', scalar(keys %seen), grep { $seen{$_} != 1 } keys %seen), '130', "by $sort each comes once";
    }
    is $site->json('/admin/users.json?find=many-&state=disabled&rows=200')->{rows}->@*, 65, 'by state';
    is $site->json('/admin/users.json?role=staff')->{rows}->@*, 1, 'by role';
    is $site->get('/admin/users?sort=password_hash')->{status}, 400, 'a sort by anything else is refused';
    like $site->get('/admin/users?find=nobody')->{content}, qr/No user matches/, 'an empty list says so';
    unlike $site->get('/admin/users?find=%3Cscript%3Ealert(1)')->{content}, qr/<script>alert/, 'what was searched is text';
};

$site->stop;
done_testing;
