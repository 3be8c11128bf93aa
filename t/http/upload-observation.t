# upload-observation.t: POST /observation_create/, case by case as the old site's answers are
# wanted here; nothing is left behind by what is refused.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use JSON::PP ();
use MIME::Base64 'encode_base64';
use Test::More;
use TransientsTest;
use TransientsTest::Sample;

my $site  = TransientsTest->start;
my $json  = JSON::PP->new->utf8->allow_nonref->canonical;
my $known = '"Observation already created so skipping"';
my $path  = '/observation_create/';
my $number = OBS;

sub send_it (%opt) {
    return $site->new_client->post($path, token => $site->token('rater'), %opt);
}

# A new observation, some of its fields changed.
sub fresh (%change) {
    $number += 8;
    return observation(observation_id => $number, starttime => $number, stoptime => $number + 296, %change);
}

# The request is refused with this status and, at the field, words that match; nothing was stored.
sub is_refused ($name, $answer_of, $status, $field, $words) {
    subtest $name => sub {
        my $before = holdings($site);
        my $answer = $answer_of->();
        is $answer->{status}, $status, "it answers $status";
        like $answer->{headers}{'content-type'}, qr{^application/json}, 'in JSON';
        my $data = eval { $json->decode($answer->{content}) };
        is ref $data, 'HASH', 'an object' or diag($answer->{content});
        my $said = $field eq 'detail' ? $data->{detail} : ($data->{$field} // [])->[0];
        like $said // '', $words, "$field says what is wrong"
            or diag($answer->{content});
        is differences($before, holdings($site)), '', 'nothing is left behind';
    };
}

# The request is accepted: its row comes back and is in the database.
sub is_stored ($name, $fields, $expected = {}, %opt) {
    subtest $name => sub {
        my $answer = send_it(%opt ? %opt : (form => $fields));
        is $answer->{status}, 201, 'it answers 201' or diag($answer->{content});
        my $row = eval { $json->decode($answer->{content}) } // {};
        for my $column (sort keys %$expected) {
            is $row->{$column}, $expected->{$column}, "$column is as expected";
        }
        is $site->sql("SELECT count(*) FROM observation WHERE observation_id = $fields->{observation_id}"),
            1, 'the row is there';
    };
}

sub refused_form ($name, $change, $status, $field, $words) {
    is_refused($name, sub { send_it(form => fresh(%$change)) }, $status, $field, $words);
}

is_refused('GET is not allowed', sub { $site->new_client->get($path, token => $site->token('rater')) },
    405, 'detail', qr/^Method "GET" not allowed\.$/);
is_stored('a form with a right token gives the row', observation(),
    { observation_id => OBS, obsname => 'galactic plane', cent_freq => 184.96, freq_res => 10 });
for my $case (['the same again', {}], ['the same id with other values', { obsname => 'other', cent_freq => 90 }]) {
    subtest "$case->[0] is known" => sub {
        my $before = holdings($site);
        my $answer = send_it(form => observation($case->[1]->%*));
        is $answer->{status}, 201, 'it answers 201';
        is $answer->{content}, $known, 'with the old words, as a JSON string';
        is $answer->{headers}{'transients-known'}, 'yes', 'and a header that says so';
        is differences($before, holdings($site)), '', 'nothing is added';
        is $site->sql('SELECT obsname FROM observation WHERE observation_id = ' . OBS),
            'galactic plane', 'nothing is changed';
    };
}

my %bad_login = (
    'no token'               => {},
    'a bad token'            => { Authorization => 'Token nonsense' },
    'an empty token'         => { Authorization => 'Token ' },
    'bad Basic credentials'  => { Authorization => 'Basic ' . encode_base64('rater:wrong', '') },
    'malformed Basic'        => { Authorization => 'Basic %%%' },
    'an unknown scheme'      => { Authorization => 'Digest x' },
);
for my $name (sort keys %bad_login) {
    is_refused("$name is refused",
        sub { $site->new_client->post($path, form => fresh(), headers => $bad_login{$name}) },
        401, 'detail', qr/\S/);
    is $site->new_client->post($path, form => fresh(), headers => $bad_login{$name})->{headers}{'www-authenticate'},
        'Token', 'and a token is asked for';
}
is $json->decode($site->new_client->post($path, form => fresh(), token => 'nonsense')->{content})->{detail},
    'Invalid token.', 'a bad token is called that';

my $fields = fresh();
is_stored('JSON is taken as well', $fields, { cent_freq => 184.96 }, json => $fields);
$fields = fresh();
is_stored('Bearer is taken as well', $fields, {}, form => $fields, token => undef,
    headers => { Authorization => 'Bearer ' . $site->token('rater') });
$fields = fresh();
is_stored('multipart is taken as well', $fields, { obsname => 'galactic plane' },
    multipart => [%$fields]);

sub send_text ($type, $text) {
    return sub { send_it(content => $text, headers => { 'Content-Type' => $type }) };
}
is_refused('broken JSON is refused', send_text('application/json', '{"a":'), 400, 'detail', qr/^JSON parse error - /);
is_refused('text/plain is refused', send_text('text/plain', 'a=b'), 415, 'detail',
    qr/^Unsupported media type "text\/plain" in request\.$/);
is_refused('a JSON list is refused', send_text('application/json', '[1, 2]'), 400,
    'non_field_errors', qr/list/);
is_refused('a JSON text is refused', send_text('application/json', '"x"'), 400, 'detail', qr/\S/);
is_refused('a JSON object in a field is refused',
    sub { send_it(json => fresh(obsname => { a => 1 })) }, 400, 'obsname', qr/\S/);
is_refused('an empty form names the field', sub { send_it(form => {}) }, 400, 'observation_id', qr/required/);
is_refused('an empty body names the field', send_text('application/json', ''), 400, 'detail', qr/\S/);
is_refused('empty JSON names the field', sub { send_it(json => {}) }, 400, 'observation_id', qr/required/);

my @refused = (
    ['no starttime', { starttime => undef }, 'starttime', qr/^This field is required\.$/],
    ['no stoptime', { stoptime => undef }, 'stoptime', qr/^This field is required\.$/],
    ['observation_id=abc', { observation_id => 'abc' }, 'observation_id', qr/valid integer/],
    ['observation_id=1e30', { observation_id => '1e30' }, 'observation_id',
        qr/^Ensure this value is less than or equal to 9223372036854775807\.$/],
    ['observation_id=-5', { observation_id => -5 }, 'observation_id', qr/greater than or equal to 1\b/],
    ['observation_id=0', { observation_id => 0 }, 'observation_id', qr/greater than or equal to 1\b/],
    ['observation_id=nan', { observation_id => 'nan' }, 'observation_id', qr/\S/],
    ['observation_id=1.5', { observation_id => '1.5' }, 'observation_id', qr/valid integer/],
    ['cent_freq=foo', { cent_freq => 'foo' }, 'cent_freq', qr/^A valid number is required\.$/],
    ['cent_freq=inf', { cent_freq => 'inf' }, 'cent_freq', qr/valid number/],
    ['cent_freq=-Infinity', { cent_freq => '-Infinity' }, 'cent_freq', qr/valid number/],
    ['cent_freq=1e400', { cent_freq => '1e400' }, 'cent_freq', qr/valid number/],
    ['cent_freq=0x10', { cent_freq => '0x10' }, 'cent_freq', qr/valid number/],
    ['obsname of 129 characters', { obsname => 'x' x 129 }, 'obsname',
        qr/^Ensure this field has no more than 128 characters\.$/],
    ['obsname with NUL', { obsname => "a\0b" }, 'obsname', qr/^Null characters are not allowed\.$/],
    ['obsname that is not UTF-8', { obsname => "a\xFFb" }, 'obsname', qr/\S/],
);
for my $case (@refused) {
    my ($name, $change, $field, $words) = @$case;
    refused_form("$name is refused", $change, 400, $field, $words);
}
subtest 'a field of 1 MB is refused' => sub {
    my $before = holdings($site);
    my $answer = send_it(form => fresh(frequency_channels => 'x' x 1_000_000));
    like $answer->{status}, qr/^(?:400|413)$/, "it answers $answer->{status}";
    ok eval { $json->decode($answer->{content}) }, 'in JSON';
    is differences($before, holdings($site)), '', 'nothing is left behind';
};

is_stored('cent_freq=nan is NULL', fresh(cent_freq => 'nan'), { cent_freq => undef });
for my $absent ('NaN', 'None', 'null', '--', '') {
    is_stored("cent_freq=$absent is NULL", fresh(cent_freq => $absent), { cent_freq => undef });
}
is_stored('freq_res=10.0 is a number', fresh(freq_res => '10.0'), { freq_res => 10 });
is_stored('freq_res=10.5 is a number', fresh(freq_res => '10.5'), { freq_res => 10.5 });
is_stored('obsname of 128 characters of two bytes fits', fresh(obsname => "\x{3b2}" x 128),
    { obsname => "\x{3b2}" x 128 });
is_stored('obsname with quotes and a script stays text',
    fresh(obsname => q{'; DROP TABLE observation; -- <script>"\\}),
    { obsname => q{'; DROP TABLE observation; -- <script>"\\} });
is_stored('starttime=10.0 spelled as a float is whole', fresh(starttime => '1285442472.0'),
    { starttime => 1285442472 });
is_stored('an unknown field is ignored', fresh(unknown => 'x'), {});

subtest 'every complaint comes at once' => sub {
    my $answer = send_it(form => { observation_id => 'abc', cent_freq => 'foo', starttime => 1 });
    is join(' ', sort keys $json->decode($answer->{content})->%*), 'cent_freq observation_id stoptime',
        'three fields are named';
};

subtest 'a token without the scope uploads nothing' => sub {
    my ($token) = $site->admin('token', 'add', 'rater', '--scope', 'read') =~ /(\S+)\s*\z/;
    my $before = holdings($site);
    my $answer = $site->new_client->post($path, form => fresh(), token => $token);
    is $answer->{status}, 403, 'it answers 403';
    ok $json->decode($answer->{content})->{detail}, 'that says why';
    like differences($before, holdings($site)), qr/^audit_log: \d+ -> \d+$/, 'nothing is left behind but that it was refused';
};

subtest 'a session is no token' => sub {
    $site->login('admin');
    is $site->post($path, fresh())->{status}, 401, 'a logged-in browser cannot upload';
};

subtest 'a dry run stores nothing' => sub {
    my $before = holdings($site);
    my $answer = send_it(form => fresh(), headers => { 'Transients-Check' => 'yes' });
    is $answer->{status}, 200, 'it answers 200';
    is differences($before, holdings($site)), '', 'nothing is stored';
    is send_it(form => fresh(cent_freq => 'foo'), headers => { 'Transients-Check' => 'yes' })->{status}, 400,
        'what would be refused is';
    is send_it(form => observation(), headers => { 'Transients-Check' => 'yes' })->{content}, $known,
        'what is known is said to be';
};

done_testing;
