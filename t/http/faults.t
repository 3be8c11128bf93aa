# faults.t: what was wrong with the old site, fault by fault, can't happen here. docs/old-site.md says
# which test holds which fault; those that are not here stand in the tests of their subject.
#
# SPDX-License-Identifier: MIT
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/../lib";
use JSON::PP ();
use Test::More;
use TransientsTest qw(run_program together);
use TransientsTest::Sample;

binmode Test::More->builder->$_, ':encoding(UTF-8)' for qw(output failure_output todo_output);

my $site = TransientsTest->start;
my $json = JSON::PP->new->utf8->allow_nonref;
my $seed = 0;
my $p    = add_project($site, 'P');
my $q    = add_project($site, 'Q');

sub upload ($token, %change) {
    $seed++;
    return $site->new_client->post('/candidate_create/', token => $token, multipart =>
        parts(x_pix => 5000 + $seed, png => png($seed), gif => gif($seed), %change));
}

sub stored (%change) {
    my $answer = upload($site->token('admin'), %change);
    die "no candidate: $answer->{content}" if $answer->{status} != 201;
    return $json->decode($answer->{content});
}

sub rate ($id, %form) { return $site->post("/candidates/$id/rating", { classification => 4, %form }) }
sub count ($sql)      { return scalar $site->sql("SELECT count(*) FROM $sql") }

$site->post('/observation_create/', form => observation(), token => $site->token('admin'));
$site->login('rater');

# ---------------------------------------------------------------- security

subtest 'uploads and downloads are not open to anyone' => sub {
    my $nobody = $site->new_client;
    my $before = holdings($site);
    is $nobody->post('/observation_create/', observation(observation_id => OBS + 5))->{status}, 401, 'observations';
    is upload('wrong-token')->{status}, 401, 'a token is checked';
    is upload(undef)->{status}, 401, 'and needed';
    is differences($before, holdings($site)), '', 'nothing was stored';
    for my $path ('/downloads', map({"/downloads/$_.csv"} qw(candidates ratings observations filters users)),
        '/candidates.csv', '/candidates.fits', '/observations.vot', '/candidates.json')
    {
        my $answer = $nobody->get($path);
        isnt $answer->{status}, 200, "$path is refused";
        unlike $answer->{content}, qr/rating_count|observation_id/, 'without a row';
    }
};

subtest 'no download holds a password hash, and the list of users is for staff alone' => sub {
    is $site->get('/downloads/users.csv')->{status}, 404, 'a rater gets no list of users';
    my $staff = $site->new_client;
    $staff->login('admin');
    for my $format (qw(csv vot json fits)) {
        my $answer = $staff->get("/downloads/users.$format");
        is $answer->{status}, 200, "staff get it as $format";
        unlike $answer->{content}, qr/\$2[aby]\$|pbkdf2|password_hash|token_hash/, 'without a hash';
    }
};

subtest 'an uploaded evil.html is not served as HTML' => sub {
    my $before = holdings($site);
    my $page   = '<html><script>alert(1)</script></html>';
    for my $part ('png', 'gif') {
        my $answer = upload($site->token('admin'), $part => { filename => 'evil.html', type => 'text/html', content => $page });
        is $answer->{status}, 400, "as $part it is refused";
    }
    is differences($before, holdings($site)), '', 'and not kept';
    my $row = stored(png => { filename => 'evil.html', type => 'text/html', content => png(7777) });
    my $picture = $site->get($row->{png_path} =~ s{^https?://[^/]+}{}r);
    is $picture->{headers}{'content-type'}, 'image/png', 'a picture of that name is a picture';
    is $picture->{headers}{'x-content-type-options'}, 'nosniff', 'and nothing else';
};

subtest 'png sent as a text field does not become a path' => sub {
    for my $path ('/etc/passwd', '../../etc/passwd', 'media/x.png') {
        my $before = holdings($site);
        is upload($site->token('admin'), png => { content => $path })->{status}, 400, "$path is refused";
        is differences($before, holdings($site)), '', 'and nothing is stored';
    }
};

subtest 'the sort parameter takes no column but those of the list' => sub {
    for my $sort ('password_hash', 'uploaded_by__password', 'identity', 'id;--', '-', 'ID') {
        is $site->get('/candidates?sort=' . TransientsTest::Client::urlencode($sort))->{status}, 400, "candidates by $sort";
        is $site->get('/observations?sort=' . TransientsTest::Client::urlencode($sort))->{status}, 400, "survey status by $sort";
    }
};

subtest 'a page of 100000 rows is refused' => sub {
    is $site->get("/$_?rows=100000")->{status}, 400, $_ for qw(candidates observations);
    is $site->get('/candidates?per_page=100000')->{status}, 200, 'and the old name means nothing';
};

subtest 'nothing is changed by GET' => sub {
    my $id = stored()->{id};
    my $before = holdings($site);
    for my $path ("/candidates/$id/rating?rating=5&classification=1", "/candidates/$id/skip",
        "/candidates/$id/association?pulsar=1&match=1", "/candidates/$id/notes?notes=x", '/settings?theme=dark',
        '/account/tokens?name=x&scopes=upload', '/logout', "/next?rated=$id", "/candidates/$id")
    {
        $site->get($path);
    }
    is differences($before, holdings($site)), '', 'no row came or went';
    is $site->get('/candidates')->{status}, 200, 'and the reader is still logged in';
};

subtest 'a 0 does not turn debugging on' => sub {
    for my $value ('0', 'no', 'False') {
        eval { TransientsTest->start(site_conf => "TransientsDevelopment $value") };
        like $@, qr/TransientsDevelopment must be On or Off/, "$value is refused at start";
    }
    my $answer = $site->get('/candidates?sort=nonsense');
    unlike $answer->{content}, qr/SELECT|SQLSTATE/, 'and Off says nothing of the inside';
};

# ---------------------------------------------------------------- wrong results

subtest 'survey status counts candidates, not ratings' => sub {
    my $obs = OBS + 40;
    $site->post('/observation_create/', form => observation(observation_id => $obs, starttime => $obs), token => $site->token('admin'));
    my @ids = map { stored(obs_id => $obs)->{id} } 1 .. 4;
    rate($_, rating => 2) for @ids[0, 1];
    my $other = $site->new_client;
    $other->login('admin');
    $other->post("/candidates/$ids[0]/rating", { rating => 4, classification => 1 });
    my $rows = $site->json("/observations.json?find=$obs&rows=10")->{rows};
    is "$rows->[0]{rated}/$rows->[0]{uploaded}", '2/4', 'two of four are rated, one of them twice';
};

subtest 'a rating without a note erases no note' => sub {
    my $row = stored(notes => 'seen before');
    rate($row->{id}, rating => 3);
    rate($row->{id}, rating => 3, notes => '');
    is $site->sql("SELECT notes FROM candidate WHERE id = $row->{id}"), 'seen before', 'it is still there';
};

subtest 'a rating of 99 is not stored' => sub {
    my $id = stored()->{id};
    for my $rating (99, 0, 6, -1, 'abc', '3.5', '', '9' x 40) {
        is rate($id, rating => $rating)->{status}, 422, "'" . substr($rating, 0, 10) . "' is refused";
    }
    is count("rating_event WHERE candidate_id = $id"), 0, 'nothing is kept';
};

subtest 'two quick posts make one rating' => sub {
    my $id = stored()->{id};
    my ($cookie) = $site->client->cookies->cookie_header($site->url . '/');
    my @answers = together(2, sub ($) {
        return $site->new_client->request('POST', "/candidates/$id/rating", headers => { Cookie => $cookie },
            form => { rating => 2, classification => 4, request_key => 'quick-and-twice' })->{status};
    });
    is "@answers", '303 303', 'both are answered';
    is count("rating_event WHERE candidate_id = $id"), 1, 'one is stored';
    rate($id, rating => 5);
    is count("rating WHERE candidate_id = $id"), 1, 'and another verdict replaces it';
};

subtest 'NaN in an upload is no value, and no 500' => sub {
    my $row = stored(can_fluence => 'nan', can_peak_flux => 'NaN', ra_deg => 'nan', dec_deg => 'nan');
    is_deeply [$row->@{qw(can_fluence can_peak_flux ra_deg)}], [undef, undef, undef], 'it answers null';
    is $site->get("/candidates/$row->{id}")->{status}, 200, 'and has a page';
};

subtest 'uploading twice duplicates nothing' => sub {
    my %same = (x_pix => 77, png => png(9001), gif => gif(9001));
    my $first = stored(%same);
    my $before = holdings($site);
    my $again = upload($site->token('admin'), %same);
    is $again->{status}, 201, 'the old client is content';
    is $json->decode($again->{content})->{id}, $first->{id}, 'it gets the first row';
    is differences($before, holdings($site)), '', 'there is no second';
};

subtest 'a refused upload leaves no filter row and no file behind' => sub {
    my $before = holdings($site);
    is upload($site->token('admin'), filter_id => 'never-seen', obs_id => 'abc')->{status}, 400, 'it is refused';
    is differences($before, holdings($site)), '', 'nothing is left';
};

subtest 'RA 400 and Dec 95 are refused' => sub {
    my $answer = upload($site->token('admin'), ra_deg => 400, dec_deg => 95);
    is $answer->{status}, 400, 'in an upload';
    is_deeply [sort keys $json->decode($answer->{content})->%*], ['dec_deg', 'ra_deg'], 'each at its field';
    is $site->get('/candidates?ra=10&dec=95&radius=2')->{status}, 400, 'and in a search';
};

subtest 'one non-ASCII letter in a note breaks no download' => sub {
    my $row = stored(notes => 'Müller: 变星 🛰');
    for my $format (qw(csv vot json fits)) {
        my $answer = $site->get("/candidates.$format?id_min=$row->{id}&id_max=$row->{id}");
        is $answer->{status}, 200, $format;
        like $answer->{content}, $format eq 'fits' ? qr/M\\u00fcller/i : qr/M(?:ü|\x{c3}\x{bc}|\\u00fc|&#252;)ller/i, 'with the letter';
    }
};

subtest 'a NULL text does not become the string nan' => sub {
    my $row = stored(nks_name => undef, notes => undef);
    my $csv = $site->get("/candidates.csv?id_min=$row->{id}&id_max=$row->{id}")->{content};
    unlike $csv, qr/\bnan\b|\bNone\b|\bnull\b/i, 'it is an empty field';
};

subtest 'coordinates are rounded, not cut off' => sub {
    my $row = stored(ra_deg => 132.81812499, dec_deg => -0.5083319);    # 08:51:16.35, -00:30:29.995
    my $page = $site->get("/candidates/$row->{id}")->{content};
    like $page, qr/08:51:16\.35/, 'RA with its zero and rounded';
    like $page, qr/-00:30:30\.0/, 'Dec rounded up over the digit, its sign kept';
};

subtest 'text that is no position searches nowhere' => sub {
    for my $query ('ra=foo&dec=bar&radius=2', 'pos=foo+bar&radius=2', 'ra=10&dec=&radius=2', 'radius=10') {
        my $answer = $site->get("/candidates?$query");
        is $answer->{status}, 400, "$query is refused";
        unlike $answer->{content}, qr{<a class="mono" href="/candidates/\d+}, 'and shows no candidate';
    }
};

# ---------------------------------------------------------------- annoyances

subtest 'a rating costs one redirect, and none of it waits for another service' => sub {
    my @ids = map { stored()->{id} } 1 .. 2;
    my $answer = rate($ids[0], rating => 1);
    is $answer->{status}, 303, 'the verdict leads on';
    is $site->get($answer->{headers}{location})->{status}, 200, 'straight to the next page';
};

done_testing;
