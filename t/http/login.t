# login.t: logging in and out, and what a stranger gets who tries to.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Digest::SHA 'hmac_sha256';
use HTTP::Tiny;
use MIME::Base64 'encode_base64';
use Test::More;
use TransientsTest qw(run_program together wait_until);

my $site   = TransientsTest->start;
my $cookie = 'transients_session';
my $wrong  = 'User name or password is wrong.';

sub log_in ($client, %form) {
    return $client->post('/login', { name => 'rater', password => $site->password('rater'), %form });
}

sub sessions () { return $site->sql('SELECT count(*) FROM session') =~ s/\s//gr }

sub forget_tries () { $site->sql('DELETE FROM login_throttle') }

subtest 'nobody is shown the login form in place, and comes back to where it was asked for' => sub {
    my $answer = $site->new_client->get('/candidates?rows=20');
    is $answer->{status}, 401, 'a page for members answers 401';
    like $answer->{content}, qr{name="next" value="/candidates\?rows=20"}, 'next is this page';
    like $answer->{content}, qr{type="password"}, 'with the login form';
    is $answer->{headers}{'set-cookie'}, undef, 'a visitor gets no cookie';
    is sessions(), 0, 'and no session';
    is $site->new_client->head('/login')->{status}, 200, 'HEAD /login answers';
};

subtest 'a wrong login says so and keeps the name' => sub {
    for my $name ('rater', 'nobody-of-that-name') {
        my $answer = log_in($site->new_client, name => $name, password => 'not <this>');
        is $answer->{status}, 401, "$name: 401";
        like $answer->{content}, qr{\Q$wrong\E}, 'the same words whether there is such a name or not';
        like $answer->{content}, qr{value="\Q$name\E"}, 'the name is kept';
        unlike $answer->{content}, qr{not &lt;this}, 'the password is not';
        is $answer->{headers}{'set-cookie'}, undef, 'no cookie';
    }
    for my $form ({ name => '' }, { password => '' }, { name => "a\nb" }, { name => 'x' x 5000 },
        { password => 'x' x 73 }, { name => "' OR 1=1 --" }) {
        my $answer = log_in($site->new_client, %$form);
        ok $answer->{status} == 401 || $answer->{status} == 422, "refused: $answer->{status}";
    }
    is sessions(), 0, 'no session came of it';
    forget_tries();
};

subtest 'a right login makes one session and a cookie that scripts and other sites cannot use' => sub {
    my $client = $site->new_client;
    my $answer = $client->login('rater');
    is $answer->{status}, 303, 'logged in';
    is $answer->{headers}{location}, '/', 'and sent home';
    my $attributes = $client->cookies->attributes($cookie);
    like $client->cookies->value($cookie), qr/^[A-Za-z0-9_-]{43}$/, '256 random bits';
    ok exists $attributes->{httponly}, 'HttpOnly';
    is $attributes->{samesite}, 'Lax', 'SameSite=Lax';
    is $attributes->{path}, '/', 'for the whole site';
    is $client->get('/')->{status}, 200, 'home opens';
    is sessions(), 1, 'one session';
    is $client->get('/login')->{status}, 303, 'the login page sends on who is logged in';
    is $site->sql(q(SELECT count(*) FROM audit_log WHERE action = 'login')) =~ s/\s//gr, 1,
        'the audit log has the login';
    is $client->get('/logout')->{status}, 405, 'a link cannot log out';
    is $client->post('/logout', {})->{status}, 303, 'a button can';
    is sessions(), 0, 'the session is gone';
    is $client->cookies->value($cookie), undef, 'so is the cookie';
    is $client->get('/')->{status}, 401, 'home is closed';
};

subtest 'the user name is the same in capitals' => sub {
    my $client = $site->new_client;
    is log_in($client, name => 'RATER')->{status}, 303, 'logged in';
    $client->post('/logout', {});
};

subtest 'next leads to this site alone' => sub {
    my %expected = (
        '/candidates?rows=20' => '/candidates?rows=20',
        '//evil.example/'     => '/',
        '/\\evil.example/'    => '/',
        'https://evil.example/' => '/',
        'javascript:alert(1)' => '/',
        'evil.example'        => '/',
        "/a\tb"               => '/',
        "/a\r\nSet-Cookie: x" => '/',
        ''                    => '/',
    );
    for my $next (sort keys %expected) {
        my $client = $site->new_client;
        my $answer = log_in($client, next => $next);
        is $answer->{status}, 303, 'logged in';
        is $answer->{headers}{location} =~ s{^\Q@{[$site->url]}\E}{}r, $expected{$next},
            'next=' . ($next =~ s/([^ -~])/sprintf '\\x%02x', ord $1/ger);
        my $in_query = $site->new_client->get('/login?next=' . ($next =~ s/([^a-z])/sprintf '%%%02X', ord $1/gier));
        my ($given) = $in_query->{content} =~ /name="next" value="([^"]*)"/;
        is $given // '/', $expected{$next}, 'the same in the address' if $next !~ /[\r\n\t]/;
        $client->post('/logout', {});
    }
    my $answer = log_in($site->new_client, httpd_location => 'https://evil.example/',
        httpd_method => 'POST', httpd_body => 'a=b', httpd_mimetype => 'text/plain');
    is $answer->{headers}{location}, '/', 'the fields of mod_auth_form mean nothing';
    $site->sql('DELETE FROM session');
};

subtest 'another site cannot log in, log out or post here' => sub {
    my @foreign = (
        { 'Sec-Fetch-Site' => 'cross-site' },
        { 'Sec-Fetch-Site' => 'same-site' },
        { 'Sec-Fetch-Site' => 'cross-site', Origin => $site->url },
        { Origin => 'https://evil.example' },
        { Origin => 'null' },
        { Origin => $site->url . '.evil.example' },
    );
    my $client = $site->new_client;
    log_in($client);
    for my $headers (@foreign) {
        my $what = join ', ', %$headers;
        my %form = (name => 'rater', password => $site->password('rater'));
        my $answer = $site->new_client->post('/login', form => \%form, headers => $headers);
        is $answer->{status}, 403, "login: $what";
        is $answer->{headers}{'set-cookie'}, undef, 'no cookie';
        is $client->post('/logout', form => {}, headers => $headers)->{status}, 403, "logout: $what";
    }
    is sessions(), 1, 'the session is still there, and no other';
    for my $headers ({ 'Sec-Fetch-Site' => 'same-origin' }, { 'Sec-Fetch-Site' => 'none' },
        { Origin => $site->url }, {}) {
        my %form = (name => 'rater', password => $site->password('rater'));
        is $site->new_client->post('/login', form => \%form, headers => $headers)->{status}, 303,
            'its own form may: ' . join ', ', %$headers;
    }
    is $client->get('/', headers => { 'Sec-Fetch-Site' => 'cross-site' })->{status}, 200,
        'a link from another site opens';
    $site->sql('DELETE FROM session');
};

subtest 'only the login form logs in' => sub {
    my $client = $site->new_client;
    my %both = (name => 'rater', password => $site->password('rater'));
    is $client->post('/settings', { theme => 'dark', %both, map { ("httpd_$_" => $both{name}) } qw(username) })->{status},
        401, 'name and password sent to another page are no login';
    is $client->post('/settings', { httpd_username => 'rater', httpd_password => $both{password} })->{status},
        401, 'nor under the names of mod_auth_form';
    is $client->get('/', headers => { Authorization => 'Basic ' . encode_base64("rater:$both{password}", '') })->{status},
        401, 'nor Basic credentials';
    is sessions(), 0, 'no session';
};

subtest 'a planted session id is never taken over' => sub {
    my $client  = $site->new_client;
    my $planted = 'A' x 43;
    $client->cookies->add('', "$cookie=$planted; Path=/");
    is $client->get('/')->{status}, 401, 'an id that the site did not give opens nothing';
    is log_in($client)->{status}, 303, 'logged in';
    isnt $client->cookies->value($cookie), $planted, 'under a new id';
    my $first = $client->cookies->value($cookie);
    log_in($client);
    isnt $client->cookies->value($cookie), $first, 'and another at the next login';
    is sessions(), 1, 'which ends the one before';
    $site->sql('DELETE FROM session');
};

subtest 'who is disabled, or a service account, cannot log in' => sub {
    for my $change (q(active = false), q(role = 'service')) {
        $site->sql("UPDATE account SET $change WHERE name = 'rater'");
        my $answer = log_in($site->new_client);
        is $answer->{status}, 401, $change;
        like $answer->{content}, qr{\Q$wrong\E}, 'the answer does not tell why';
        $site->sql("UPDATE account SET active = true, role = 'rater' WHERE name = 'rater'");
    }
    forget_tries();
};

sub pbkdf2 ($password, $salt, $rounds) {
    my $block = my $sum = hmac_sha256($salt . pack('N', 1), $password);
    $sum ^.= $block = hmac_sha256($block, $password) for 2 .. $rounds;
    return "pbkdf2_sha256\$$rounds\$$salt\$" . encode_base64($sum, '');
}

subtest 'the old site\'s hash is read once, then it is bcrypt' => sub {
    my $old = pbkdf2($site->password('rater'), 'oldsalt', 500);
    $site->sql("UPDATE account SET password_hash = '$old' WHERE name = 'rater'");
    is log_in($site->new_client, password => 'wrong')->{status}, 401, 'a wrong password is wrong';
    is $site->sql(q(SELECT password_hash FROM account WHERE name = 'rater')) =~ s/\s//gr, $old,
        'and changes nothing';
    my $client = $site->new_client;
    is log_in($client)->{status}, 303, 'the right one logs in';
    like $site->sql(q(SELECT password_hash FROM account WHERE name = 'rater')), qr/^\$2y\$/,
        'and the hash is bcrypt now';
    is $client->get('/')->{status}, 200, 'the session lives on';
    is log_in($site->new_client)->{status}, 303, 'and so does the password';
    $site->sql('DELETE FROM session');
    forget_tries();
};

sub client_at ($address) {
    my $client = $site->new_client;
    $client->{http} = HTTP::Tiny->new(cookie_jar => $client->cookies, max_redirect => 0, timeout => 30,
        keep_alive => 0, local_address => $address);
    return $client;
}

sub looked_at () {
    return $site->sql(q(SELECT count(*) FROM audit_log WHERE action = 'refused')) =~ s/\s//gr;
}

subtest 'after five wrong passwords nothing is looked at for a while, but the owner elsewhere gets in' => sub {
    my $before = looked_at();
    is log_in(client_at('127.0.0.1'), password => "wrong $_")->{status}, 401, "wrong password $_" for 1 .. 5;
    my $answer = log_in(client_at('127.0.0.1'));
    is $answer->{status}, 401, 'even the right password is refused now';
    like $answer->{content}, qr{Too many wrong passwords: try again in [1-5] s\.}, 'it says how long';
    cmp_ok $answer->{headers}{'retry-after'}, '>=', 1, 'for programs, too';
    log_in(client_at('127.0.0.1'), password => 'x') for 1 .. 50;
    is looked_at() - $before, 5, '50 more tries were not looked at';
    is log_in(client_at('127.9.9.9'))->{status}, 303, 'the owner elsewhere gets in';
    wait_until { log_in(client_at('127.0.0.1'))->{status} == 303 } 15, 'the end of the delay';
    is log_in(client_at('127.0.0.1'), password => 'x')->{status}, 401, 'after a right one';
    is log_in(client_at('127.0.0.1'))->{status}, 303, 'the count starts anew';
    $site->sql('DELETE FROM session');
    forget_tries();
};

subtest 'many wrong passwords at the same moment gain nothing' => sub {
    my $before = looked_at();
    my @answers = together(16, sub ($number) {
        return log_in(client_at('127.0.0.1'), password => "guess $number")->{status};
    });
    is scalar(grep { $_ == 401 } @answers), 16, 'all are refused';
    cmp_ok looked_at() - $before, '<=', 5, 'and at most five were looked at';
    forget_tries();
};

subtest 'one address that tries many names is slowed down, too' => sub {
    my $quick = TransientsTest->start(cluster => $site, site_conf => 'TransientsBcryptCost 4');
    log_in($quick->new_client, name => "name$_", password => 'x') for 1 .. 25;
    is $quick->sql(q(SELECT count(*) FROM audit_log WHERE action = 'refused')) + 0, 20, 'after 20 names';
    like log_in($quick->new_client, name => 'name99', password => 'x')->{content},
        qr{Too many wrong passwords}, 'it says so';
};

subtest 'a name that does not exist takes as long as one that does' => sub {
    my %took;
    for my $try (1 .. 3) {
        for my $name ('rater', 'nobody-of-that-name') {
            my $start = times_now();
            log_in($site->new_client, name => $name, password => 'x');
            my $took = times_now() - $start;
            $took{$name} = $took if !$took{$name} || $took < $took{$name};
        }
    }
    my $ratio = $took{rater} / $took{'nobody-of-that-name'};
    cmp_ok $ratio, '>', 0.4, sprintf 'not faster (%.0f ms)', 1000 * $took{rater};
    cmp_ok $ratio, '<', 2.5, 'not slower';
    forget_tries();
};

sub times_now () {
    require Time::HiRes;
    return Time::HiRes::time();
}

subtest 'over TLS the cookie is one that subdomains cannot set and plain HTTP does not send' => sub {
    my $secure = TransientsTest->start(cluster => $site, site_conf => 'TransientsURL "https://localhost"');
    my $client = $secure->new_client;
    is $client->login('rater')->{status}, 303, 'logged in';
    is join(' ', $client->cookies->names), "__Host-$cookie", 'the name says so';
    ok exists $client->cookies->attributes("__Host-$cookie")->{secure}, 'Secure';
    ok !exists $client->cookies->attributes("__Host-$cookie")->{domain}, 'no Domain';
    is $client->get('/')->{status}, 200, 'it opens home';
    my $id = $client->cookies->value("__Host-$cookie");
    is $secure->new_client->get('/', headers => { Cookie => "$cookie=$id" })->{status}, 401,
        'under the plain name it does not';
};

subtest 'another AuthType takes the form\'s place by configuration alone' => sub {
    my $basic = TransientsTest->start(
        cluster     => $site,
        server_conf => 'LoadModule auth_basic_module "' . $site->run->setting('HTTPD_MODULEDIR') . qq(/mod_auth_basic.so"\n)
            . 'LoadModule authn_file_module "' . $site->run->setting('HTTPD_MODULEDIR') . '/mod_authn_file.so"',
        site_conf => qq(<Location "/">\nAuthType Basic\nAuthBasicProvider transients file\n)
            . 'AuthUserFile "' . users_file() . qq("\n</Location>),
    );
    my %as = map { $_->[0] => { Authorization => 'Basic ' . encode_base64("$_->[0]:$_->[1]", '') } }
        (['rater', $site->password('rater')], ['stranger', 'knows-it'], ['nobody', 'x']);
    my $client = $basic->new_client;
    my $answer = $client->get('/');
    is $answer->{status}, 401, 'nobody is asked';
    like $answer->{headers}{'www-authenticate'}, qr/^Basic /, 'by the browser';
    is $client->get('/', headers => $as{rater})->{status}, 200, 'who has an account reads';
    is $client->post('/settings', form => { theme => 'dark' }, headers => $as{rater})->{status}, 303, 'and writes';
    is $client->get('/', headers => $as{nobody})->{status}, 401, 'a wrong password does not';
    my $stranger = $client->get('/', headers => $as{stranger});
    is $stranger->{status}, 403, 'who is known elsewhere and has no account here';
    like $stranger->{content}, qr/no active account of that name\. Ask a staff member/, 'is told whom to ask';
    is $client->get('/login?next=/settings')->{headers}{location}, '/settings', 'the login page sends to where httpd asks';
    is $client->post('/login', { name => 'rater', password => $site->password('rater') })->{status}, 404,
        'the form does not log in';
    is join(' ', $client->cookies->names), '', 'no cookie at all';
    is $client->get('/candidates.json', token => $basic->token('rater'))->{status}, 200, 'tokens go on';
    my @at_once = together(12, sub ($number) {
        return $basic->new_client->get('/settings', headers => $as{rater})->{status};
    });
    is scalar(grep { $_ == 200 } @at_once), 12, '12 requests at once are no attack';
};

subtest 'with TransientsAutoAccount On, whom httpd lets in gets an account' => sub {
    my $auto = TransientsTest->start(
        cluster     => $site,
        server_conf => 'LoadModule auth_basic_module "' . $site->run->setting('HTTPD_MODULEDIR') . qq(/mod_auth_basic.so"\n)
            . 'LoadModule authn_file_module "' . $site->run->setting('HTTPD_MODULEDIR') . '/mod_authn_file.so"',
        site_conf => qq(TransientsAutoAccount On\n<Location "/">\nAuthType Basic\nAuthBasicProvider file\n)
            . 'AuthUserFile "' . users_file() . qq("\n</Location>),
    );
    my %as = (headers => { Authorization => 'Basic ' . encode_base64('stranger:knows-it', '') });
    my @said = together(8, sub ($number) { return $auto->new_client->get('/settings', %as)->{status} });
    is join(' ', @said), join(' ', (200) x 8), 'eight first requests at once are answered';
    is $auto->sql(q{SELECT count(*), min(role), bool_and(password_hash IS NULL) FROM account WHERE name = 'stranger'}),
        '1|rater|t', 'by one account, a rater without a password';
    $auto->admin('user', 'disable', 'stranger');
    is $auto->new_client->get('/settings', %as)->{status}, 403, 'a disabled one stays out';
};

# A user that httpd knows and the site does not.
sub users_file () {
    my $path = $site->dir . '/users';
    my $hash = crypt 'knows-it', '$6$saltsalt';
    TransientsTest::spew($path, "stranger:$hash\n");
    chmod 0644, $path;
    return $path;
}

subtest 'the password is nowhere: not in the database, its log, or httpd\'s logs at their loudest' => sub {
    my $loud = TransientsTest->start(server_conf => 'LogLevel trace8', cluster => $site);
    my $secret = 'correct-horse-7913';
    $loud->admin('user', 'passwd', 'rater', \"$secret\n");
    my $client = $loud->new_client;
    is $client->login('rater', $secret)->{status}, 303, 'logged in';
    is $client->get('/')->{status}, 200, 'and read a page';
    is $loud->new_client->login('rater', "$secret-but-wrong")->{status}, 401, 'a wrong one as well';
    like $loud->error_log, qr/trace[1-8]/, 'the log is loud';
    unlike $loud->error_log, qr/\Q$secret\E/, 'but has no password';
    my $access = TransientsTest::slurp($loud->dir . '/access.log');
    unlike $access, qr/\Q$secret\E/, 'nor has the access log';
    my ($status, $dump) = run_program(['pg_dump', '--data-only', '-d', $loud->dsn]);
    ($status, $dump) = run_program([$loud->run->setting('PG_BINDIR') . '/pg_dump', '--data-only', '-d', $loud->dsn])
        if $status != 0;
    is $status, 0, 'a dump of the database';
    like $dump, qr/COPY public\.session/, 'with its sessions';
    unlike $dump, qr/\Q$secret\E/, 'has no password';
    my $id = $client->cookies->value($cookie);
    unlike $dump, qr/\Q$id\E/, 'and no session id that a thief could use';
};

done_testing;
