# production.t: the three sites of conf/production.conf, and what they refuse to start with.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use TransientsTest qw(run_program run_or_die slurp spew srcdir wait_until);
use TransientsTest::Process qw(give_to_service);
use TransientsTest::Sample;

use constant NAME => 'transients.example.org';

plan skip_all => 'curl is not installed' if !grep { -x "$_/curl" } split /:/, $ENV{PATH};
plan skip_all => 'openssl is not installed' if !grep { -x "$_/openssl" } split /:/, $ENV{PATH};

# ---------------------------------------------------------------- a configuration

# The modules of the tests' own configuration, and those that production.conf asks for beside them.
my ($modules) = slurp(srcdir() . '/conf/site.conf.in') =~ /((?:^LoadModule .*\n)+)/m;
my %more = map { $_ => qq(LoadModule ${_}_module "\@MODULES\@/mod_$_.so"\n) } qw(ssl http2 remoteip md socache_shmcb ldap authnz_ldap);
my $site = TransientsTest->start(httpd => 0);
my $dir  = $site->dir;
my $conf = TransientsTest::Run->current->site . '/etc/transients';

# The names with values given, then production.conf: as an operator has it.
sub configuration ($modules_wanted, %value) {
    $site->{port} //= TransientsTest::free_port();
    my %all = (
        TRANSIENTS_DATA => '@DATA@', TRANSIENTS_CONF => $conf, TRANSIENTS_LOCAL => "$dir/local",
        TRANSIENTS_MEDIA => '@MEDIA@', TRANSIENTS_DSN => '@DSN@', TRANSIENTS_PORT => '@PORT@',
        TRANSIENTS_ACCESS_LOG => "$dir/access.log", TRANSIENTS_ERROR_LOG => "$dir/error.log", %value,
    );
    return join '', qq(ServerRoot "$dir"\nDefaultRuntimeDir "$dir"\nPidFile "$dir/httpd.pid"\n),
        qq(ErrorLog "$dir/error.log"\nTypesConfig /etc/mime.types\n), $modules, @more{@$modules_wanted},
        map({qq(Define $_ "$all{$_}"\n)} grep { defined $all{$_} } sort keys %all),
        qq(CoreDumpDirectory "$dir"\nInclude "$conf/production.conf"\n);
}

# What configtest says of it: '' where it is good.
sub refusal (@configuration) {
    $site->set(conf => configuration(@configuration));
    my ($passed, $said) = $site->configtest;
    return $passed ? '' : $said;
}

# One request by curl: { status, version, headers (names in lower case, lists), content }.
sub ask ($port, $path, @options) {
    my $scheme = $path =~ s/^(https?)://  ? $1 : 'https';
    my ($status, $out, $err) = run_program(['curl', '-sS', '-i', '--max-time', 30, '--cacert', "$dir/cert.pem",
            '--noproxy', '*', '--connect-to', "::127.0.0.1:$port", @options, "$scheme://" . NAME . $path]);
    return { status => 0, error => $err, headers => {} } if $status != 0;
    my ($head, $content) = split /\r\n\r\n/, $out, 2;
    my ($first, @lines)  = split /\r\n/, $head;
    my ($version, $code) = $first =~ m{^HTTP/(\S+) (\d+)} or die "curl: $out";
    my %headers;
    for my $line (@lines) {
        my ($name, $value) = split /: /, $line, 2;
        push $headers{ lc $name }->@*, $value;
    }
    return { status => $code, version => $version, headers => \%headers, content => $content };
}

sub header ($answer, $name) { return join ', ', ($answer->{headers}{$name} // [])->@* }

# A certificate for the name, which only tests trust.
sub make_certificate () {
    run_or_die(['openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', 2, '-subj', '/CN=' . NAME,
            '-addext', 'subjectAltName=DNS:' . NAME, '-keyout', "$dir/key.pem", '-out', "$dir/cert.pem"]);
    give_to_service("$dir/key.pem", "$dir/cert.pem");
    chmod 0600, "$dir/key.pem";
}

make_certificate();
mkdir "$dir/local";
my $https = TransientsTest::free_port();
my $plain = TransientsTest::free_port();
my @tls   = (
    [qw(ssl http2 socache_shmcb)], TRANSIENTS_HOST => NAME, TRANSIENTS_HTTP => $plain, TRANSIENTS_HTTPS => $https,
    TRANSIENTS_CERTIFICATE => "$dir/cert.pem", TRANSIENTS_CERTIFICATE_KEY => "$dir/key.pem",
);

# ---------------------------------------------------------------- what is refused

subtest 'what is missing is told before anything starts' => sub {
    like refusal([], TRANSIENTS_HOST => NAME), qr/needs mod_ssl/, 'a name without mod_ssl';
    like refusal(['ssl'], TRANSIENTS_HOST => NAME), qr/needs mod_http2/, 'without mod_http2';
    like refusal([qw(ssl http2)], TRANSIENTS_HOST => NAME), qr/needs TRANSIENTS_CERTIFICATE and its key, or mod_md/,
        'without a certificate';
    like refusal([qw(ssl http2 md)], TRANSIENTS_HOST => NAME), qr/TRANSIENTS_CONTACT/, 'mod_md without whom to write to';
    like refusal([], TRANSIENTS_PROXY => '192.0.2.1'), qr/needs TRANSIENTS_HOST/, 'a proxy without the name';
    like refusal([], TRANSIENTS_PROXY => '192.0.2.1', TRANSIENTS_HOST => NAME), qr/needs mod_remoteip/,
        'a proxy without mod_remoteip';
};

subtest 'each of the sites passes configtest' => sub {
    is refusal([]), '', 'on this machine alone';
    is refusal(@tls), '', 'by TLS';
    is refusal([qw(ssl http2 md)], TRANSIENTS_HOST => NAME, TRANSIENTS_CONTACT => 'staff@example.org',
        TRANSIENTS_CERTIFICATES => "$dir/md"), '', 'by TLS with mod_md';
    is refusal(['remoteip'], TRANSIENTS_HOST => NAME, TRANSIENTS_PROXY => '192.0.2.0/24'), '', 'behind a proxy';
};

subtest 'a secret that others can read, or that is none, is refused' => sub {
    my $file = "$dir/passfile";
    my $try  = sub ($text, $mode = 0600) {
        spew($file, $text);
        give_to_service($file);
        chmod $mode, $file;
        return refusal([], TRANSIENTS_PASSFILE => $file);
    };
    is $try->("*:*:*:*:kX7w-quite-unheard-of\n"), '', 'a file of its owner alone is good';
    is $try->("# a line\n\nhost:5432:db:user:a\\:b\\\\c\n"), '', 'with comments and escapes';
    for my $mode (0640, 0604, 0644, 0620, 0602) {
        like $try->("*:*:*:*:kX7w-quite-unheard-of\n", $mode), qr/by others than its owner: chmod go=/,
            sprintf 'mode %04o is refused', $mode;
    }
    like $try->("*:*:*:*:\n"), qr/password of the database in \S+ is empty/, 'an empty password';
    like $try->("*:*:*:*:$_\n"), qr/one that everybody tries first/, "the password $_"
        for qw(postgres PASSWORD changeme transients);
    like $try->(''), qr/has no line HOST:PORT/, 'an empty file';
    unlink $file;
    like refusal([], TRANSIENTS_PASSFILE => $file), qr/passfile \Q$file\E: No such file/, 'a file that is not there';

    my $dsn = $site->site_dsn;
    like refusal([], TRANSIENTS_DSN => "$dsn password=postgres"), qr/password of the database in DBDParams is one/,
        'the password of the development site, in DBDParams';
    like refusal([], TRANSIENTS_DSN => "$dsn password=''"), qr/DBDParams is empty/, 'an empty one there';
    my $said = refusal([], TRANSIENTS_DSN => "$dsn password=postgres");
    like $said, qr/production-site\.conf:\d+: /, 'and where it stands is told';

    spew("$dir/local/database.conf", qq(DBDParams "$dsn password='kX7w-quite-unheard-of'"\n));
    give_to_service("$dir/local/database.conf");
    like refusal([]), qr/with a password in it, \S+database\.conf may be read/, 'a good one where all can read it';
    chmod 0600, "$dir/local/database.conf";
    is refusal([]), '', 'and good where they can not';
    unlink "$dir/local/database.conf";

    spew("$dir/local/ldap.conf", qq(<Location "/x">\nAuthLDAPBindPassword "quite-unheard-of"\n</Location>\n));
    give_to_service("$dir/local/ldap.conf");
    like refusal(['ldap', 'authnz_ldap']), qr/with a password in it, \S+ldap\.conf may be read/,
        'that of a directory where all can read it';
    chmod 0600, "$dir/local/ldap.conf";
    is refusal(['ldap', 'authnz_ldap']), '', 'and good where they can not';
    unlink "$dir/local/ldap.conf";

    chmod 0640, "$dir/key.pem";
    like refusal(@tls), qr/the key \Q$dir\E\/key\.pem may be read or written by others/, 'a key that a group can read';
    chmod 0600, "$dir/key.pem";
    is refusal(@tls), '', 'and not any more';

    spew("$dir/local/development.conf", "TransientsDevelopment On\n");
    is refusal([], TRANSIENTS_DSN => "$dsn password=postgres"), '', 'a site for its developers may have any';
    unlink "$dir/local/development.conf";
};

# ---------------------------------------------------------------- on this machine alone

subtest 'without a public name the site listens on this machine alone' => sub {
    $site->set(conf => configuration([]));
    $site->start_httpd;
    my @listening = grep {/:@{[sprintf '%04X', $site->port]} 0+:0000 0A/i} map { s/^\s*\d+: //r }
        map { split /\n/, slurp($_) } grep {-r} '/proc/net/tcp', '/proc/net/tcp6';
    is scalar @listening, 1, 'at one address';
    like $listening[0], qr/^0100007F:/, 'which is 127.0.0.1';
    my $answer = $site->login('rater');
    is $answer->{status}, 303, 'one logs in';
    like $answer->{headers}{'set-cookie'}, qr/^transients_session=/, 'by a cookie that plain HTTP may bear';
    ok !$answer->{headers}{'strict-transport-security'}, 'and nothing is said of TLS';
    is $site->get('/')->{status}, 200, 'home';
    $site->stop;
};

# ---------------------------------------------------------------- by TLS

subtest 'with a public name and certificate files the site speaks TLS and HTTP/2' => sub {
    $site->{port} = $plain;
    $site->set(conf => configuration(@tls));
    $site->start_httpd;

    my $page = ask($https, '/login', '--http2');
    is $page->{status}, 200, 'the login page';
    is $page->{version}, '2', 'by HTTP/2';
    is ask($https, '/login', '--http1.1')->{version}, '1.1', 'HTTP/1.1 is spoken as well';
    is header($page, 'strict-transport-security'), 'max-age=63072000', 'browsers are told to keep to TLS';
    is header(ask($https, '/nothing'), 'strict-transport-security'), 'max-age=63072000', 'by errors, too';
    is header(ask($https, '/css/tokens.css'), 'strict-transport-security'), 'max-age=63072000', 'and by static files';
    like header($page, 'content-security-policy'), qr/^default-src 'none'/, 'with the policy of every page';
    unlike header($page, 'server'), qr/\d/, 'and no version of httpd';

    my $login = ask($https, '/login', '--data-urlencode', 'name=rater', '--data-urlencode', 'password=' . $site->password('rater'));
    is $login->{status}, 303, 'one logs in';
    my $cookie = header($login, 'set-cookie');
    like $cookie, qr/^__Host-transients_session=[\w-]{20,};/, 'the cookie is for this host alone';
    like $cookie, qr/; \Q$_\E(?:;|$)/, "with $_" for qw(Secure HttpOnly SameSite=Lax Path=/);
    unlike $cookie, qr/Domain/i, 'and for no domain';
    my ($pair) = $cookie =~ /^([^;]+)/;
    is ask($https, '/', '-H', "Cookie: $pair")->{status}, 200, 'it opens the site';
    is ask($https, '/')->{status}, 401, 'and nothing else does';
    is ask($https, '/logout', '-H', "Cookie: $pair", '-H', 'Origin: https://evil.example', '-d', 'x=y')->{status}, 403,
        'not even for another site';
    is ask($https, '/', '-H', "Cookie: $pair")->{status}, 200, 'which ends nothing';
    is ask($https, '/login', '-H', 'Host: evil.example')->{status}, 421, 'another name is refused';

    subtest 'an upload is stored, and its picture comes back' => sub {
        add_project($site, 'P');
        my @token = ('-H', 'Authorization: Token ' . $site->token('admin'));
        my $observation = observation();
        is ask($https, '/observation_create/', @token, map { ('--data-urlencode', "$_=$observation->{$_}") } sort keys %$observation)
            ->{status}, 201, 'an observation';
        spew("$dir/a.png", png());
        spew("$dir/a.gif", gif());
        my $candidate = candidate();
        my $answer = ask($https, '/candidate_create/', @token, '-F', "png=\@$dir/a.png", '-F', "gif=\@$dir/a.gif",
            map { ('-F', "$_=$candidate->{$_}") } sort keys %$candidate);
        is $answer->{status}, 201, 'a candidate by HTTP/2';
        my ($media) = $answer->{content} =~ m{"png_path":\s*"(/media/[^"]+)"} or die $answer->{content};
        my $picture = ask($https, $media, '-H', "Cookie: $pair", '-o', "$dir/got.png", '-D', '-');
        is $picture->{status}, 200, 'which is there';
        is header($picture, 'content-type'), 'image/png', 'as what it is';
        is header($picture, 'x-content-type-options'), 'nosniff', 'and nothing else';
    };

    for my $version ('1.0', '1.1') {
        my $old = ask($https, '/login', '--tls-max', $version, '--tlsv1.0', '--ciphers', 'DEFAULT@SECLEVEL=0');
        is $old->{status}, 0, "TLS $version is refused";
    }
    is ask($https, '/login', '--tls-max', '1.2')->{status}, 200, 'TLS 1.2 is spoken';
    is ask($https, '/login', '--tls-max', '1.2', '--ciphers', 'AES128-GCM-SHA256')->{status}, 0, 'with forward secrecy alone';

    my %redirected = (
        'GET /candidates?id_min=2' => 301, 'HEAD /login' => 301, 'GET /candidate_create/' => 308,
        'POST /candidate_create/' => 308, 'POST /observation_create/' => 308, 'POST /login' => 308,
    );
    for my $case (sort keys %redirected) {
        my ($method, $path) = split / /, $case;
        my $answer = ask($plain, "http:$path", $method eq 'HEAD' ? '-I' : ('-X', $method));
        is $answer->{status}, $redirected{$case}, "on port 80, $case is $redirected{$case}";
        is header($answer, 'location'), 'https://' . NAME . $path, 'to the same address by TLS';
        is header($answer, 'set-cookie'), '', 'with no cookie';
    }
    is header(ask($plain, 'http:/login', '-H', 'Host: evil.example'), 'location'), 'https://' . NAME . '/login',
        'whatever name was asked for';
    is ask($https, 'http:/login')->{status}, 400, 'plain HTTP at the port of TLS gets no page';
    $site->stop;
};

# ---------------------------------------------------------------- behind a proxy

# The address that a login was recorded with.
sub address_of_login (@headers) {
    $site->sql('DELETE FROM session');
    my $answer = ask($site->port, 'http:/login', (map { ('-H', $_) } @headers), '--data-urlencode', 'name=rater',
        '--data-urlencode', 'password=' . $site->password('rater'));
    die "login: $answer->{status}" if $answer->{status} != 303;
    return $site->sql('SELECT address FROM session');
}

subtest 'behind a proxy its word on who asks is taken' => sub {
    delete $site->{port};
    $site->set(conf => configuration(['remoteip'], TRANSIENTS_HOST => NAME, TRANSIENTS_PROXY => '127.0.0.1'));
    $site->start_httpd;
    is address_of_login('X-Forwarded-For: 203.0.113.9'), '203.0.113.9', 'the address that the proxy names';
    is address_of_login('X-Forwarded-For: 198.51.100.66, 203.0.113.9'), '203.0.113.9',
        'not the one that a reader put before it';
    is address_of_login('X-Forwarded-For: 10.1.2.3'), '10.1.2.3', 'be it of the observatory itself';
    is address_of_login(), '127.0.0.1', 'its own, where it names none';
    is address_of_login('Forwarded: for=203.0.113.9', 'X-Real-IP: 203.0.113.9', 'Client-IP: 203.0.113.9'), '127.0.0.1',
        'other headers mean nothing';
    my $log = slurp("$dir/access.log");
    like $log, qr/^203\.0\.113\.9 .*"POST \/login/m, 'the log has it as well';
    my $page = ask($site->port, 'http:/login');
    is header($page, 'strict-transport-security'), 'max-age=63072000', 'browsers are told to keep to TLS';
    like header(ask($site->port, 'http:/login', '--data-urlencode', 'name=rater', '--data-urlencode',
        'password=' . $site->password('rater')), 'set-cookie'), qr/^__Host-.*; Secure/, 'cookies are for TLS';
    is ask($site->port, 'http:/login', '-H', 'Host: evil.example')->{status}, 421, 'another name is refused';
    is ask($site->port, 'http:/login', '-H', 'Host: evil.example', '-H', 'X-Forwarded-Host: ' . NAME)->{status}, 421,
        'whatever name the proxy says it had';
    $site->stop;
};

subtest 'from elsewhere than the proxy nobody speaks for others' => sub {
    $site->set(conf => configuration(['remoteip'], TRANSIENTS_HOST => NAME, TRANSIENTS_PROXY => '192.0.2.0/24'));
    $site->start_httpd;
    is address_of_login('X-Forwarded-For: 203.0.113.9'), '127.0.0.1', 'a forged address is not taken';
    is address_of_login('X-Forwarded-For: 192.0.2.1'), '127.0.0.1', 'nor one of the proxy';
};

done_testing;
