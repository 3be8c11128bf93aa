# routes.t: every address answers as the table of contents says, in each form.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use File::Path 'make_path';
use JSON::PP 'decode_json';
use Test::More;
use TransientsTest qw(slurp spew srcdir);
use TransientsTest::Sample;

my $site    = TransientsTest->start;
my $project = add_project($site);
my @ids     = add_candidates($site, $project,
    map { { can_det_stat => $_ % 7 ? $_ : undef, ra_deg => $_, dec_deg => -$_ / 2 } } 1 .. 60);
my $page = "/candidates/$ids[0]";
$site->sql("INSERT INTO pulsar (id, name) OVERRIDING SYSTEM VALUE VALUES ($ids[0], 'J0000+0000')");
$site->sql("INSERT INTO comment (id, candidate_id, account_id, text, request_key) OVERRIDING SYSTEM VALUE
    SELECT $ids[0], $ids[0], id, 'said', 'said-before' FROM account WHERE name = 'rater'");

is $site->login('rater')->{status}, 303, 'a rater is logged in';
my $nobody = $site->new_client;

sub header ($answer, $name) { return $answer->{headers}{$name} }

# ---------------------------------------------------------------- which addresses there are

subtest 'every page of the table of contents is there' => sub {
    my $table = slurp(srcdir() . '/mod_transients/pages/routes.c');
    my @paths = $table =~ /\{ TR_GET, "([^"]+)"/g;
    cmp_ok scalar @paths, '>', 8, 'there is a table';
    for my $path (@paths) {
        next if $path =~ /word/;
        my $id = $path =~ /^.observations/ ? OBS : $ids[0];
        my $status = $site->get($path =~ s/\{id:int\}/$id/r)->{status};
        ok $path =~ m{^/admin} ? $status == 403 : $path eq '/downloads/users' ? $status == 404
            : $status == 200 || $status == 303, "$path: $status";
    }
};

subtest 'what is not there is 404' => sub {
    for my $path ('/nothing', '/candidates/', '/candidates/0', '/candidates/999999999',
        '/candidates/9223372036854775807', '/candidates/9223372036854775808', '/candidates/1e3',
        '/candidates/-1', '/candidates/01x', '/candidates/%31x', "$page/", "$page/nothing", '/css/nothing.css',
        '/templates/layout.html', '/index.html', "$page.csv", '/healthz.json',
        "/media/$ids[0]/png-00000000.png", '/candidates/' . '9' x 200)
    {
        my $answer = $site->get($path);
        is $answer->{status}, 404, substr $path, 0, 60;
        like $answer->{content}, qr/Nothing here/, 'with our page';
    }
    is $site->get("$page?unknown=1")->{status}, 200, 'an unknown parameter is left alone';
    is $site->get('/candidates/%' . unpack('H2', substr $ids[0], 0, 1) . substr $ids[0], 1)->{status}, 200,
        'an id with a letter percent-encoded is the same id';
};

subtest 'methods' => sub {
    my %allowed = (
        '/candidates'          => 'GET, HEAD, OPTIONS',
        '/settings'            => 'GET, HEAD, POST, OPTIONS',
        "$page/rating"         => 'POST, OPTIONS',
        '/observation_create/' => 'POST, OPTIONS',
    );
    for my $path (sort keys %allowed) {
        my $options = $site->request('OPTIONS', $path);
        is $options->{status}, 204, "OPTIONS $path";
        is header($options, 'allow'), $allowed{$path}, 'with Allow';
        for my $method (qw(PUT DELETE PATCH PROPFIND NONSENSE)) {
            my $answer = $site->request($method, $path);
            is $answer->{status}, 405, "$method $path";
            is header($answer, 'allow'), $allowed{$path}, 'with Allow';
        }
    }
    is $site->get("$page/rating")->{status}, 405, 'an address for POST alone';
    is $site->post('/candidates', {})->{status}, 405, 'an address for GET alone';
    my $api = $nobody->get('/observation_create/');
    is $api->{status}, 405, 'GET on the upload API';
    is $api->{content}, '{"detail":"Method \"GET\" not allowed."}', 'in its own words';
};

subtest 'HEAD is GET without a body' => sub {
    for my $path ($page, '/candidates', '/candidates.json', '/healthz', '/nothing', '/css/tokens.css') {
        my ($get, $head) = ($site->get($path), $site->head($path));
        is $head->{status}, $get->{status}, "HEAD $path";
        is $head->{content} // '', '', 'no body';
        is header($head, 'content-type'), header($get, 'content-type'), 'of the same type';
    }
};

# ---------------------------------------------------------------- headers

subtest 'every answer has the security headers and an id of its own' => sub {
    my %seen;
    my %answers = (
        'a page'             => $site->get($page),
        'a list as JSON'     => $site->get('/candidates.json'),
        'a login form'       => $nobody->get('/candidates'),
        'a static file'      => $site->get('/css/tokens.css'),
        'a missing file'     => $site->get('/css/nothing.css'),
        'a missing page'     => $site->get('/nothing'),
        'a refused form'     => $site->post("$page/rating", { rating => 9 }),
        'a redirect'         => $site->post('/settings', {}),
        'a refused upload'   => $nobody->post('/candidate_create/', {}),
        'a wrong method'     => $site->request('DELETE', $page),
        'a refused address'  => $site->get('/%2e%2e/etc/passwd'),
        'another site\'s form' => $site->post('/settings', form => {},
            headers => { 'Sec-Fetch-Site' => 'cross-site' }),
    );
    for my $name (sort keys %answers) {
        my $answer = $answers{$name};
        my $policy = header($answer, 'content-security-policy') // '';
        is ref $policy, '', "$name: one policy";
        like $policy, qr/default-src 'none'/, 'nothing is allowed by default';
        unlike $policy, qr/unsafe|\*|data:/, 'nor anything inline, from anywhere, or from data:';
        is header($answer, 'x-content-type-options'), 'nosniff', 'nosniff';
        is header($answer, 'referrer-policy'), 'same-origin', 'Referrer-Policy';
        is header($answer, 'cross-origin-opener-policy'), 'same-origin', 'Cross-Origin-Opener-Policy';
        is header($answer, 'cross-origin-resource-policy'), 'same-origin', 'Cross-Origin-Resource-Policy';
        ok header($answer, 'permissions-policy'), 'Permissions-Policy';
        like header($answer, 'x-request-id'), qr/^[0-9a-f]{20}$/, 'a request id';
        is $seen{ header($answer, 'x-request-id') }++, 0, 'that no other answer has';
    }
};

subtest 'what a logged-in reader sees is kept by nobody' => sub {
    for my $path ($page, '/', '/candidates', '/candidates.json', '/settings', '/nothing') {
        is header($site->get($path), 'cache-control'), 'private, no-store', $path;
    }
};

subtest 'a static file may be kept, for a year under an address with its version' => sub {
    my ($address) = $site->get('/')->{content} =~ m{href="(/css/[^"]+\?v=[^"]+)"};
    ok $address, 'pages name the version';
    is header($site->get($address), 'cache-control'), 'public, max-age=31536000, immutable', 'a year';
    unlike header($site->get('/css/tokens.css'), 'cache-control') // '', qr/immutable/, 'not without it';
    my $again = $site->get($address, headers => { 'If-None-Match' => header($site->get($address), 'etag') });
    is $again->{status}, 304, 'and is not sent twice';
};

# ---------------------------------------------------------------- JSON

subtest 'the same data as JSON' => sub {
    my $data = $site->json("$page.json");
    is $data->{candidate}{id}, $ids[0], 'a page with .json';
    is $site->get($page, headers => { Accept => 'application/json' })->{content} =~ /^\{"candidate"/, 1,
        'or by Accept';
    like header($site->get($page), 'vary'), qr/Accept\b/, 'caches are told';
    for my $accept ('*/*', 'text/html,application/xhtml+xml,*/*;q=0.8', '', 'application/json;q=0.5, text/html',
        'image/webp', 'application/json;q=0')
    {
        like header($site->get($page, headers => { Accept => $accept }), 'content-type'), qr{^text/html},
            "HTML for Accept: $accept";
    }
    like header($site->get("$page.json", headers => { Accept => 'text/html' }), 'content-type'),
        qr{^application/json}, 'the extension wins';
    my $refused = $site->get('/candidates.json?rows=x&sort=password_hash');
    is $refused->{status}, 400, 'wrong parameters are 400';
    is_deeply [sort keys decode_json($refused->{content})->%*], ['rows', 'sort'], 'each is named';
    is_deeply decode_json($site->get('/candidates/999999999.json')->{content})->{detail} =~ /no such/, 1,
        'what is missing says so in JSON';
    my $nobodys = $nobody->get('/candidates.json');
    is $nobodys->{status}, 401, 'nobody gets 401, not a form';
    is $site->json('/candidates.json', token => $site->token('rater'))->{rows}[0]{project_name}, 'P',
        'a token with read scope reads it';
};

# ---------------------------------------------------------------- lists

# Follows "next" to the end: all ids, in order.
sub walk ($query) {
    my ($path, @seen) = ("/candidates.json?$query");
    for (1 .. 50) {
        my $data = $site->json($path);
        push @seen, map { $_->{id} } $data->{rows}->@*;
        $path = $data->{next} // return @seen;
    }
    die 'the list has no end';
}

subtest 'paging by key neither repeats nor skips a row' => sub {
    my @all = sort { $a <=> $b } @ids;
    for my $sort (qw(id -id can_det_stat -can_det_stat ra_deg -dec_deg rating_count -rating_mean obs_id)) {
        my @seen = walk("rows=11&sort=$sort");
        is_deeply [sort { $a <=> $b } @seen], \@all, "sorted by $sort";
    }
    my %det   = map { $_->{id} => $_->{can_det_stat} } $site->json('/candidates.json?rows=200')->{rows}->@*;
    for my $sort (qw(can_det_stat -can_det_stat)) {
        my @known = map { defined $det{$_} ? 1 : 0 } walk("rows=13&sort=$sort");
        like join('', @known), qr/^1+0+$/, "NULLs come last by $sort";
    }
    is scalar(walk('rows=10&can_det_stat_min=30&can_det_stat_max=40')), 10, 'a range stays through all pages';
};

subtest 'hostile parameters of a list are an error at the field' => sub {
    my ($next) = $site->json('/candidates.json?rows=10&sort=id')->{next} =~ /after=([\w-]+)/;
    for my $query ('rows=9', 'rows=201', 'rows=100000', 'rows=x', 'sort=password_hash', 'sort=id;DROP',
        'sort=--id', 'after=x', 'after=' . 'A' x 1001, "after=$next&sort=ra_deg", 'can_det_stat_min=foo',
        'can_det_stat_min=1e400', 'can_det_stat_max=inf', 'can_det_stat_max=nan', 'ra=foo&dec=bar&radius=1',
        'radius=10', 'ra=10&dec=95&radius=1', 'project=-1', 'project=abc', 'rated=maybe')
    {
        my $answer = $site->get("/candidates?$query");
        is $answer->{status}, 400, substr $query, 0, 50;
        like $answer->{content}, qr/<form/, 'the page is shown, its form to be mended';
        unlike $answer->{content}, qr{href="/candidates/\d+"}, 'and no row that was not asked for';
    }
    like $site->get('/candidates?can_det_stat_min=%3Cscript%3E')->{content}, qr/value="&lt;script&gt;"/,
        'what was typed stays, escaped';
};

# ---------------------------------------------------------------- pictures

subtest 'pictures go out by httpd\'s own handler, to those who may see them' => sub {
    my $hash = $site->sql("SELECT png_hash FROM candidate WHERE id = $ids[0]") =~ s/\s+//gr;
    my $folder = $site->media . '/' . substr $hash, 0, 2;
    make_path($folder);
    spew("$folder/$hash.png", my $png = png(7));
    my $path   = sprintf '/media/%d/png-%s.png', $ids[0], substr $hash, 0, 8;
    my $answer = $site->get($path);
    is $answer->{status}, 200, 'a picture';
    ok $answer->{content} eq $png, 'is what was stored';
    is header($answer, 'content-type'), 'image/png', 'of its type';
    is header($answer, 'cache-control'), 'private, max-age=31536000, immutable', 'may be kept by its reader';
    is header($answer, 'x-content-type-options'), 'nosniff', 'nosniff';
    my $part = $site->get($path, headers => { Range => 'bytes=0-7' });
    is $part->{status}, 206, 'a part of it';
    is $part->{content}, substr($png, 0, 8), 'is that part';
    is $site->get($path, headers => { Range => 'bytes=999999-' })->{status}, 416, 'a part that is not there';
    is $site->get($path, headers => { 'If-None-Match' => header($answer, 'etag') })->{status}, 304,
        'it is not sent twice';
    is $site->head($path)->{content} // '', '', 'HEAD';
    is $nobody->get($path)->{status}, 401, 'not for nobody';
    is $site->get($path =~ s/png-/gif-/r)->{status}, 404, 'not under another name';
    is $site->get($path =~ s/$ids[0]/$ids[1]/r)->{status}, 404, 'nor as another candidate\'s';
    unlink "$folder/$hash.png";
    is $site->get($path)->{status}, 404, 'a file that is missing';
};

# ---------------------------------------------------------------- status

subtest 'health and readiness' => sub {
    is $nobody->get('/healthz')->{content}, "ok\n", 'it is alive';
    my $ready = $nobody->json('/readyz');
    ok $ready->{ready}, 'and ready';
    is $ready->{connections}{most}, 16, 'it counts the connections that it may open';
    cmp_ok $ready->{connections}{server}, '>', 100, 'and those that the server takes';
    is_deeply $ready->{reasons}, [], 'nothing to say';
    $site->sql('UPDATE schema_migration SET needs_code = 99 WHERE id = 1');
    my $answer = $nobody->get('/readyz');
    is $answer->{status}, 503, 'a newer schema';
    like $answer->{content}, qr/needs a newer version/, 'is said';
    $site->sql('UPDATE schema_migration SET needs_code = 1 WHERE id = 1');
    is header($answer, 'cache-control'), 'no-store', 'and never kept';
};

done_testing;
