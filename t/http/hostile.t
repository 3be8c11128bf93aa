# hostile.t: what an attacker sends, and that nothing comes of it. Each of these was tried against
# the site; those that once got through are named 'once: ...'.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Compress::Zlib ();
use JSON::PP ();
use MIME::Base64 'encode_base64url';
use Test::More;
use TransientsTest qw(slurp);
use TransientsTest::Process 'children_of';
use TransientsTest::Sample;

my $site   = TransientsTest->start;
my $rater  = $site->new_client;
my $token  = $site->token('rater');
my $script = q{"><script>alert(1)</script><img src=x onerror=alert(2)>'"onmouseover=alert(3) x="};
my $seed   = 0;

$site->admin('project', 'add', 'P');
$rater->login('rater');
upload_observation();
my $candidate = upload()->{id};

sub upload_observation () {
    my $answer = $site->post('/observation_create/', form => observation(), token => $token);
    is $answer->{status}, 201, 'there is an observation';
}

sub send_candidate (%change) {
    $seed++;
    my %with = (token => delete $change{token} // $token);
    return $site->new_client->post('/candidate_create/', %with,
        multipart => parts(x_pix => $seed, png => png($seed), gif => gif($seed), %change));
}

sub upload (%change) {
    my $answer = send_candidate(%change);
    is $answer->{status}, 201, 'a candidate came in' or diag $answer->{content};
    return JSON::PP->new->utf8->decode($answer->{content});
}

# The status line's number of each answer among these bytes.
sub statuses ($bytes) { return join ' ', $bytes =~ m{^HTTP/1\.1 (\d+)}mg }

# No tag holds what came in, but for the quoted values of its attributes; no script, no such link.
sub is_harmless ($html, $name) {
    my @tags = grep { s/="[^"<>]*"//gr =~ /alert|\bon\w+\s*=|javascript:/i } $html =~ /<[a-z!\/][^>]*>/gi;
    is "@tags", '', "$name: no tag holds it";
    unlike $html, qr/<script(?! type="module" src=")|(?:href|src|action)="(?:javascript|data|vbscript):/i,
        "$name: no script";
}

subtest 'once: a forged cursor made the database complain' => sub {
    my %forged = (
        '-can_det_stat' => ['=1e-400', '=1e400', '=NaN', "=1' OR '1'='1", '=', 'x', '=0x1p3'],
        'rating_count'  => ['=2147483648', '=-99999999999', '=1e3', '=9223372036854775808'],
        '-id'           => ['=9223372036854775808', '=1;DROP TABLE candidate', '-x'],
    );
    for my $sort (sort keys %forged) {
        for my $value ($forged{$sort}->@*) {
            for my $id (1, '9223372036854775807', '-1', 'x', '') {
                my $after  = encode_base64url("1 $sort $id $value");
                my $answer = $rater->get("/candidates.json?sort=$sort&after=$after");
                like $answer->{status}, qr/^(?:200|400)$/, "$sort $id $value";
            }
        }
    }
};

subtest 'once: a PNG of 300 kB took a gigabyte to look at' => sub {
    my $peak = sub () {
        my @peaks = map { slurp("/proc/$_/status") =~ /VmHWM:\s+(\d+)/ } children_of($site->pid);
        return (sort { $b <=> $a } @peaks)[0];
    };
    my $comment = TransientsTest::Sample::chunk('zTXt',
        "k\0\0" . Compress::Zlib::compress('A' x 6_000_000, 9));
    my $png    = png(4711);
    my $header = substr $png, 0, 33;
    my $before = $peak->();
    my $answer = send_candidate(png => $header . $comment x 60 . substr $png, 33);
    is $answer->{status}, 201, 'it is a picture' or diag $answer->{content};
    cmp_ok $peak->() - $before, '<', 120_000, 'its comments are not unpacked (kB)';
};

subtest 'once: whoever promised a body held a thread, with no right to send one' => sub {
    my $form = "Content-Type: application/x-www-form-urlencoded\r\n";
    my %tries = (
        'an upload without a token' => ['/candidate_create/', '', 401],
        'an upload by a wrong one'  => ['/observation_create/', "Authorization: Token $script\r\n", 401],
        'another site'              => ['/login', "Origin: http://evil.example\r\n$form", 403],
        'a page that takes none'    => ['/healthz', $form, 405],
        'no page'                   => ['/nothing-here', $form, 404],
        'more than any form has'    => ['/login', $form, 413],
    );
    for my $name (sort keys %tries) {
        my ($path, $headers, $status) = $tries{$name}->@*;
        my $answer = $site->raw("POST $path HTTP/1.1\r\nHost: localhost\r\n$headers"
                . "Content-Length: 2000000\r\n\r\na=b", timeout => 8);
        is statuses($answer), $status, "$name is told so at once";
        like $answer, qr/^Connection: close\r$/m, 'and the connection ends';
    }
    my $login  = "name=x&password=";
    my $answer = $site->raw("POST /login HTTP/1.1\r\nHost: localhost\r\n${form}Content-Length: "
            . length($login) . "\r\n\r\n${login}GET /healthz HTTP/1.1\r\nHost: localhost\r\n"
            . "Connection: close\r\n\r\n");
    is statuses($answer), '401 200', 'a body that was read leaves the connection open';
};

subtest 'once: the page of a refused login could be kept by a cache' => sub {
    my $answer = $site->new_client->post('/login',
        { name => 'x', password => '', kept_path => "/candidates/$candidate/rating", kept => 'rating=5' });
    is $answer->{status}, 401, 'refused';
    like $answer->{headers}{'cache-control'}, qr/no-store/, 'and not to be stored';
};

subtest 'requests that two servers would read in two ways are refused' => sub {
    my $form = "Host: localhost\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\n";
    my %refused = (
        'no version'       => "GET /login\r\n",
        'two lengths'      => "POST /login HTTP/1.1\r\n${form}Content-Length: 3\r\nContent-Length: 4\r\n\r\na=bc",
        'negative length'  => "POST /login HTTP/1.1\r\n${form}Content-Length: -1\r\n\r\n",
        'signed length'    => "POST /login HTTP/1.1\r\n${form}Content-Length: +3\r\n\r\na=b",
        'endless length'   => "POST /login HTTP/1.1\r\n${form}Content-Length: 99999999999999999999\r\n\r\na=b",
        'strange coding'   => "POST /login HTTP/1.1\r\n${form}Transfer-Encoding: x, chunked, y\r\n\r\n",
        'wrong chunk'      => "POST /login HTTP/1.1\r\n${form}Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        'blank in a name'  => "GET / HTTP/1.1\r\n${form}X : y\r\n\r\n",
        'no CR'            => "GET / HTTP/1.1\nHost: localhost\nConnection: close\n\n",
        'NUL in the path'  => "GET /a\0b HTTP/1.1\r\n$form\r\n",
        'NUL in a header'  => "GET / HTTP/1.1\r\n${form}X: a\0b\r\n\r\n",
        'no host'          => "GET / HTTP/1.1\r\nConnection: close\r\n\r\n",
        'script as host'   => "GET / HTTP/1.1\r\nHost: $script\r\nConnection: close\r\n\r\n",
        'folded header'    => "GET / HTTP/1.1\r\nHost: a\r\n b\r\nConnection: close\r\n\r\n",
        'up and away'      => "GET /css/../../templates/layout.html HTTP/1.1\r\n$form\r\n",
        'the same, hidden' => "GET /css/%2e%2e/%2e%2e/templates/layout.html HTTP/1.1\r\n$form\r\n",
    );
    for my $name (sort keys %refused) {
        my $answer = $site->raw($refused{$name}, timeout => 5);
        is statuses($answer), 400, "$name: 400";
        like $answer, qr/^Content-Security-Policy: default-src 'none'/m, 'with the headers of every answer';
    }
    $form =~ s/Connection: close\r\n//; # the site ends it, not the one who asks
    my $both = $site->raw("POST /login HTTP/1.1\r\n${form}Content-Length: 6\r\n"
            . "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n",
        timeout => 5);
    is statuses($both), 401, 'a length and chunks: no second request comes of it';
    like $both, qr/^Connection: close\r$/m, 'and the connection ends';
};

subtest 'data that looks like a page stays text' => sub {
    my $notes = join ' ', $script, '[a](javascript:alert(1)) [b](JaVaScRiPt:alert(1)) ![c](data:text/html,x)',
        '<a href="javascript:alert(1)">d</a> [e](&#106;avascript:alert(1)) <javascript:alert(1)>',
        '[f](http://x "t\"onmouseover=alert(1)") [g](http://a"onmouseover=alert(1))',
        "\n\n```js\"onload=alert(1)\nx\n```\n<div onclick=alert(1)>\n";
    my $id = upload(
        notes => $notes, metadata => $script, nks_name => substr($script, 0, 60), ra_hms => substr($script, 0, 32),
        filter_id => substr($script, 0, 60), unknown => $script, '<b onclick=alert(1)>' => $script,
    )->{id};
    my $quoted = $script =~ s/'/''/gr;
    $site->sql("UPDATE observation SET obsname = '$quoted'");
    $site->sql("INSERT INTO project (name, description, rating_words) VALUES (left('$quoted', 64),"
            . " '$quoted', array['$quoted', 'b', 'c', 'd', 'e'])");
    $site->sql("INSERT INTO classification (name, description) VALUES (left('$quoted', 64), '$quoted')");
    $site->sql("UPDATE candidate SET project_id = (SELECT max(id) FROM project) WHERE id = $id");
    my $query = join '&', map { "$_=" . $script =~ s/([^A-Za-z0-9])/sprintf '%%%02X', ord $1/ger }
        qw(ra sort rated project after rows can_det_stat_min unknown next theme find radius);
    for my $path ('/', '/next', '/settings', '/candidates?project=0', "/candidates/$id", '/observations',
        "/candidates/$id/near?radius=600", "/candidates/$id/pulsars", "/candidates/$id/notes",
        '/observations/' . OBS, "/observations?$query", "/candidates/$id/metadata", "/candidates?$query", "/login?$query", "/nothing?$query",
        "/candidates/$candidate?$query", "/kept?$query")
    {
        for my $client ($rater, $site->new_client) {
            is_harmless($client->get($path)->{content}, substr $path, 0, 30);
        }
    }
    my %form = map { $_ => $script } qw(rating classification request_key how shown_at name next kept theme
        project notes notes_version pulsar match scope days);
    for my $path ((map {"/candidates/$id/$_"} qw(rating notes association)), qw(/settings /account/tokens /login)) {
        is_harmless($rater->post($path, { %form, kept_path => "/candidates/$id/rating" })->{content},
            "POST $path");
    }
    unlike $rater->get("/candidates/$id")->{content}, qr/href="(?!https?:|\/|#|\.|\?)/, 'links lead to pages';
};

subtest 'text that is none is not shown again' => sub {
    for my $bytes ("a\xffb", "a\0b", "a\x1bb", "\xed\xa0\x80", "\xc0\x80") {
        my $encoded = $bytes =~ s/([^a-z])/sprintf '%%%02X', ord $1/ger;
        for my $form ("/candidates/$candidate/notes notes_version=0&notes", "/candidates/$candidate/rating rating=3&shown_at",
            '/settings theme', '/account/tokens scope=read&name')
        {
            my ($path, $fields) = split / /, $form;
            my $answer = $rater->request('POST', $path, content => "$fields=$encoded",
                headers => { 'Content-Type' => 'application/x-www-form-urlencoded' });
            is $answer->{status}, 422, "$path: 422 for $encoded";
            unlike $answer->{content}, qr/\Q$bytes\E/, 'without these bytes';
        }
        is $rater->get("/candidates?rated=$encoded")->{status}, 400, "400 for ?rated=$encoded";
    }
};

subtest 'a form that was kept may hold anything' => sub {
    for my $kept ('a=%FF', '%zz', '=', '&' x 3000, "a%00=1", "$script=$script") {
        my $client = $site->new_client;
        my $answer = $client->post('/login', { name => 'rater', password => $site->password('rater'),
                kept_path => "/candidates/$candidate/rating", kept => $kept });
        is $answer->{status}, 303, 'the login goes on';
        my $page = $client->get('/kept');
        is $page->{status}, 200, 'what was kept is shown';
        is_harmless($page->{content}, 'kept');
    }
};

subtest 'no way leads to another site' => sub {
    for my $next ('//evil.example', '/\\evil.example', 'https://evil.example', "/\r\nSet-Cookie: a=b",
        '///evil.example', 'javascript:alert(1)', "/\tx", ' /x', '\\\\evil.example')
    {
        my $encoded = $next =~ s/([^A-Za-z0-9])/sprintf '%%%02X', ord $1/ger;
        is $rater->get("/login?next=$encoded")->{headers}{location}, '/', "next=$encoded leads home";
    }
    my $answer = $site->raw("GET http://evil.example/candidates HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    unlike $answer, qr/evil/, 'an address with another host leaves nothing on the page';
};

subtest 'other sites cannot act for a reader' => sub {
    my $path = "/candidates/$candidate/skip";
    for my $headers ({ 'Sec-Fetch-Site' => 'cross-site' }, { 'Sec-Fetch-Site' => 'same-site' },
        { Origin => 'null' }, { Origin => 'http://evil.example' }, { Origin => $site->url . '.evil.example' })
    {
        is $rater->post($path, form => { a => 1 }, headers => $headers)->{status}, 403, join ' ', %$headers;
    }
    my $answer = $rater->post($path, form => { a => 1 }, headers => { 'Sec-Fetch-Site' => 'cross-site' },
        token => 'x' x 43);
    is $answer->{status}, 401, 'a token that is none opens no back door to the session beside it';
    for my $method (qw(GET HEAD PUT DELETE PATCH TRACE post FOO)) {
        my $told = $rater->raw("$method $path HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        is statuses($told), 405, "$method is not taken";
    }
};

subtest 'who is not listed sees nothing of a project, by no route' => sub {
    $site->sql("INSERT INTO project (name, access) VALUES ('Sealed', 'listed')");
    my $row   = upload(project => 'Sealed', token => $site->token('admin'));
    my $id    = $row->{id};
    my $thumb = $site->sql("SELECT left(thumb_hash, 8) FROM candidate WHERE id = $id") =~ s/\s//gr;
    for my $path ((map {"/candidates/$id$_"} '', qw(/metadata /notes /near /pulsars)), $row->{png_path},
        $row->{gif_path}, "/media/$id/thumb-$thumb.webp")
    {
        $path =~ s{^https?://[^/]+}{};
        is $rater->get($path)->{status}, 404, "$path: 404";
        is $site->new_client->get("$path.json", token => $token)->{status}, 404, 'nor as JSON, by token';
        is $site->new_client->get($path)->{status}, 401, 'a visitor is asked to log in';
    }
    is $rater->post("/candidates/$id/rating", { rating => 3, classification => 1, request_key => 'x' x 9 })->{status},
        404, 'it cannot be rated';
    is $rater->post("/candidates/$id/skip", {})->{status}, 404, 'nor skipped';
    is $rater->post("/candidates/$id/notes", { notes => 'x', notes_version => 0 })->{status}, 404,
        'nor written about';
    $site->sql("INSERT INTO pulsar (name, raj, decj) VALUES ('J0000+0000', 246.9, -52.5)");
    is $rater->post("/candidates/$id/association", { pulsar => 1, match => 1 })->{status}, 404, 'nor matched';
    for my $path ('/', '/next', '/settings', '/candidates?project=0', '/candidates.json?sort=-id', '/observations',
        '/observations/' . OBS, "/candidates/$candidate/near?radius=600", '/observations/' . OBS . '.json',
        "/candidates/$candidate?rated=$id", "/next?rated=$id", '/.json', '/next.json', '/settings.json')
    {
        unlike $rater->get($path)->{content}, qr/Sealed|$thumb|candidates\/$id\b/,
            "$path does not name it";
    }
    my ($sealed, $none) = map { send_candidate(project => $_)->{content} =~ s/\Q$_\E//r } qw(Sealed Nowhere);
    is $sealed, $none, 'an upload learns no more than of a project that is not there';
};

subtest 'bodies that are none of what they say' => sub {
    my %json = (
        deep => '{"obsname":' . '[' x 3000 . ']' x 3000 . '}', nested => '{"a":' x 2040 . '1' . '}' x 2040,
        list => '[]', nothing => '', nul => '{"obsname":"\\u0000"}', hidden => '{"obsname":{"a":"\\u0000"}}',
        long => '{"observation_id":' . '9' x 500_000 . '}', surrogate => '{"obsname":"\\ud800"}',
        twice => '{"a":1,"a":2}', many => '{' . join(',', map {"\"k$_\":1"} 1 .. 30_000) . '}',
    );
    for my $name (sort keys %json) {
        my $answer = $site->post('/observation_create/', content => $json{$name}, token => $token,
            headers => { 'Content-Type' => 'application/json' });
        is $answer->{status}, 400, "JSON: $name";
    }
    my $part = qq(--a\r\nContent-Disposition: form-data; name="x");
    my %multipart = (
        'no end' => "$part\r\n\r\nx", 'no head' => "--a\r\n\r\nx\r\n--a--", 'no boundary' => 'x',
        'base64' => "$part\r\nContent-Transfer-Encoding: base64\r\n\r\neA==\r\n--a--",
        'LF'     => "$part; filename=\"a\nb\"\r\n\r\nx\r\n--a--", 'NUL' => "$part; filename=\"a\0b\"\r\n\r\nx\r\n--a--",
        'parts'  => "$part\r\n\r\n\r\n" x 201 . '--a--', 'head' => "--a\r\nX: " . 'x' x 9000 . "\r\n\r\n\r\n--a--",
    );
    for my $name (sort keys %multipart) {
        my $answer = $site->post('/candidate_create/', content => $multipart{$name}, token => $token,
            headers => { 'Content-Type' => 'multipart/form-data; boundary=a' });
        like $answer->{status}, qr/^4\d\d$/, "multipart: $name";
    }
    for my $file ('../../../../tmp/x.png', '/etc/passwd', 'evil.html', '..', '') {
        my $row = upload(png => { filename => $file, type => 'text/html', content => png(900 + ++$seed) });
        like $row->{png_path}, qr{/media/\d+/png-[0-9a-f]{8}\.png$}, "a file called '$file' is called by its content";
    }
    my $row    = upload(png => png(7) . '<script>alert(1)</script>');
    my $answer = $rater->get($row->{png_path} =~ s{^https?://[^/]+}{}r);
    is $answer->{headers}{'content-type'}, 'image/png', 'a picture with a page behind it is a picture';
    is $answer->{headers}{'x-content-type-options'}, 'nosniff', 'and not looked into';
};

subtest 'passwords and tokens are in no log and in no session' => sub {
    my @secrets = ($token, map { $site->password($_) } qw(rater admin));
    my $said    = join '', map { slurp($site->dir . "/$_") } qw(access.log error.log);
    $said .= $site->sql("SELECT data FROM session") . $site->sql('SELECT * FROM audit_log');
    is scalar(grep { index($said, $_) >= 0 || index($said, s/ /+/gr) >= 0 } @secrets), 0, 'none';
};

done_testing;
