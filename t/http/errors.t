# errors.t: what is refused says why, what is our fault is in the log, and no page tells secrets.
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
my $project = add_project($site);
my ($id)    = add_candidates($site, $project, { can_det_stat => 5 });
my $page    = "/candidates/$id";
my $rating  = "$page/rating";
my $token   = $site->token('rater');

is $site->login('rater')->{status}, 303, 'a rater is logged in';

sub upload (%opt) { return $site->new_client->post('/observation_create/', token => $token, %opt) }

sub type ($text) { return headers => { 'Content-Type' => $text } }

# ---------------------------------------------------------------- the door

subtest 'a query that cannot be read' => sub {
    for my $query ('id=%', 'id=%zz', 'id=%00', 'id=%ff%fe', 'x=%1b', 'x=%ed%a0%80', join('&', map {"a$_=1"} 1 .. 201)) {
        my $answer = $site->get("/candidates?$query");
        is $answer->{status}, 400, substr $query, 0, 30;
        unlike $answer->{content}, qr/[\x00\x1b]/, 'nothing of it comes back raw';
    }
    is $site->get('/candidates?x=' . 'a' x 7000)->{status}, 200, '7 kB of it are read';
    like $site->get('/candidates?x=' . 'a' x 8300)->{status}, qr/^4(?:00|14)$/, '8.3 kB are not';
};

subtest 'a body that cannot be read' => sub {
    my $json = 'application/json';
    my @cases = (
        ['text/plain',           415, content => 'a=b', type('text/plain')],
        ['no type',              415, content => 'a=b', type('')],
        ['XML',                  415, content => '<a/>', type('application/xml')],
        ['broken JSON',          400, content => '{"a": ', type($json)],
        ['a JSON list',          400, content => '[1]', type($json)],
        ['JSON nested deep',     400, content => '[' x 100_000, type($json)],
        ['no body',              400, content => ''],
        ['multipart in name',    400, content => 'x', type('multipart/form-data')],
        ['multipart without end', 400, content => "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx",
            type('multipart/form-data; boundary=b')],
        ['a broken escape',      400, form => [], content => 'obsname=%zz', type('application/x-www-form-urlencoded')],
        ['3 MB of form',         413, content => 'a=' . 'b' x 3_000_000, type('application/x-www-form-urlencoded')],
        ['3 MB of JSON',         413, content => '"' . 'b' x 3_000_000 . '"', type($json)],
        ['a field of 3 MB',      413, multipart => [obsname => 'x' x 3_000_000]],
        ['300 parts',            413, multipart => [map { ("a$_" => 'x') } 1 .. 300]],
    );
    for my $case (@cases) {
        my ($name, $status, %opt) = @$case;
        delete $opt{form};
        my $answer = upload(%opt);
        is $answer->{status}, $status, $name;
        like $answer->{headers}{'content-type'}, qr{^application/json}, 'in JSON';
        ok eval { decode_json($answer->{content}); 1 }, substr $answer->{content}, 0, 70;
    }
    is upload(content => 'a=b', type('text/plain'))->{content},
        '{"detail":"Unsupported media type \"text/plain\" in request."}', 'in the old site\'s words';
    like $site->client->raw("POST /observation_create/ HTTP/1.1\r\nHost: localhost\r\nAuthorization: Token $token\r\n"
            . "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\nzz\r\n"),
        qr{^HTTP/1.1 400 .*\r\n\r\n.*detail}s, 'broken chunks';
    like $site->client->raw("POST /observation_create/ HTTP/1.1\r\nHost: localhost\r\nAuthorization: Token $token\r\n"
            . "Content-Type: application/json\r\nContent-Length: 99999999999\r\n\r\n{"),
        qr{^HTTP/1.1 413 }, 'what says that it is too large is not waited for';
    is upload(form => { observation_id => 5, starttime => 1, stoptime => 2 })->{status}, 201,
        'after all that an upload is stored';
};

subtest 'a form that is refused' => sub {
    my $answer = $site->post($rating, { rating => '9"><script>', classification => 1 });
    is $answer->{status}, 422, 'is 422';
    like $answer->{content}, qr/A valid integer is required|Ensure this value/, 'says why';
    unlike $answer->{content}, qr/"><script>/, 'nothing of it is markup';
    is $site->post($rating, content => 'rating=3', type('text/plain'))->{status}, 415, 'of another type is 415';
    is $site->post($rating, multipart => [rating => 3])->{status}, 415, 'multipart where no file is expected too';
    my $json = $site->post($rating, form => { rating => 9 }, headers => { Accept => 'application/json' });
    is $json->{status}, 422, 'a script gets 422';
    ok decode_json($json->{content})->{errors}{rating}, 'and the words at the field';
    is $site->sql('SELECT count(*) FROM rating_event') =~ s/\s+//gr, 0, 'nothing was stored';
};

# ---------------------------------------------------------------- httpd's own errors

subtest 'errors that httpd makes have the site\'s page' => sub {
    my %raw = (
        400 => "GET / HTTP/1.1\r\nHost: localhost\r\nNo colon\r\n\r\n",
        414 => 'GET /' . 'x' x 9000 . " HTTP/1.1\r\nHost: localhost\r\n\r\n",
        404 => "GET /nothing HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
    );
    for my $status (sort keys %raw) {
        my $answer = $site->client->raw($raw{$status});
        like $answer, qr{^HTTP/1.1 $status }, "status $status";
        like $answer, qr/Content-Security-Policy: default-src 'none'/, 'its headers';
        like $answer, qr{Content-Type: text/html; charset=utf-8}, 'its type';
        like $answer, qr{<title>[^<]+MWA transients</title>}, 'its page';
        my ($length, $body) = $answer =~ /Content-Length: (\d+).*?\r\n\r\n(.*)/s;
        is length $body, $length, 'whole';
    }
};

# ---------------------------------------------------------------- our own fault

sub break_and_get (%opt) {
    $site->sql('ALTER TABLE candidate_summary RENAME TO away');
    $site->mark_log;
    my $answer = $site->get($page, %opt);
    $site->sql('ALTER TABLE away RENAME TO candidate_summary');
    return $answer;
}

subtest 'a defect: the reader gets an id, the log the story' => sub {
    my $answer = break_and_get();
    is $answer->{status}, 500, 'it is 500';
    my $id = $answer->{headers}{'x-request-id'};
    like $answer->{content}, qr/\Q$id\E/, 'the page bears the request\'s id';
    unlike $answer->{content}, qr/candidate_summary|candidate_by_id|42P01|SELECT/i, 'and nothing of the inside';
    my ($line) = grep {/candidate_by_id/} split /\n/, $site->error_log;
    like $line // '', qr/\Q$id\E.*42P01.*candidate_summary/, 'the log\'s line has id, statement, SQLSTATE and message';
    my $json = break_and_get(headers => { Accept => 'application/json' });
    is_deeply [keys decode_json($json->{content})->%*], ['detail'], 'JSON says no more';
    unlike $json->{content}, qr/candidate_summary/, 'of the inside';
};

subtest 'in development the page tells it all' => sub {
    $site->set(site_conf => 'TransientsDevelopment On');
    my ($passed, $said) = $site->graceful;
    ok $passed, 'the site is in development' or diag $said;
    my $answer = break_and_get();
    is $answer->{status}, 500, 'it is still 500';
    like $answer->{content}, qr/$_/, $_ for 'candidate_by_id', '42P01', 'candidate_summary';
    for my $word ('0', '1', 'true', 'off', 'no') {
        $site->set(site_conf => "TransientsDevelopment $word");
        my ($ok, $words) = $site->configtest;
        is !!$ok, $word eq 'off', "TransientsDevelopment $word";
    }
    $site->set(site_conf => 'TransientsDevelopment Off');
    ok +($site->graceful)[0], 'and out again';
    unlike break_and_get()->{content}, qr/42P01/, 'then it tells nothing';
};

# ---------------------------------------------------------------- ids

subtest 'every line of the log that is about a request bears its id' => sub {
    $site->mark_log;
    my $answer = break_and_get();
    my $id     = $answer->{headers}{'x-request-id'};
    my @lines  = grep {/\[client|\[127\.0\.0\.1/} split /\n/, $site->error_log;
    ok @lines > 0, 'there are lines';
    is scalar(grep { !/\Q$id\E/ } @lines), 0, 'all have it';
    my $again = $site->get($page, headers => { 'X-Request-Id' => 'mine' });
    isnt $again->{headers}{'x-request-id'}, 'mine', 'nobody chooses the id';
};

done_testing;
