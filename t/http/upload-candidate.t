# upload-candidate.t: POST /candidate_create/, case by case as the old site's answers are wanted
# here; a refused candidate leaves no row, no filter and no file behind.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use JSON::PP ();
use Test::More;
use TransientsTest;
use TransientsTest::Sample;

my $site = TransientsTest->start;
my $json = JSON::PP->new->utf8->allow_nonref->canonical;
my $path = '/candidate_create/';
my $seed = 0;

$site->admin('project', 'add', 'P');
my $made = $site->post('/observation_create/', form => observation(), token => $site->token('rater'));
is $made->{status}, 201, 'there is an observation' or BAIL_OUT($made->{content});

sub send_it (%opt) {
    return $site->new_client->post($path, token => $site->token('rater'), %opt);
}

# The parts of a candidate that was not sent before, with pictures of its own.
sub fresh (%change) {
    $seed++;
    return parts(x_pix => 1000 + $seed, png => png($seed), gif => gif($seed), %change);
}

sub is_refused ($name, $answer_of, $status, $field, $words) {
    subtest $name => sub {
        my $before = holdings($site);
        my $answer = $answer_of->();
        is $answer->{status}, $status, "it answers $status" or diag($answer->{content});
        like $answer->{headers}{'content-type'}, qr{^application/json}, 'in JSON';
        my $data = eval { $json->decode($answer->{content}) };
        my $said = !ref $data ? $data : $field eq 'detail' ? $data->{detail} : ($data->{$field} // [])->[0];
        like $said // '', $words, 'it says what is wrong' or diag($answer->{content});
        is differences($before, holdings($site)), '', 'nothing is left behind';
        is_deeply [spooled()], [], 'no spooled file, either';
    };
}

sub spooled () { return grep { !m{^file .*/[0-9a-f]{2}/[0-9a-f]{64}\.\w+$} } grep {/^file /} keys holdings($site)->%* }

# Its row comes back, with these values; one row and its three files are new.
sub is_stored ($name, $expected, %opt) {
    subtest $name => sub {
        my $before = holdings($site);
        my $answer = send_it(%opt);
        is $answer->{status}, 201, 'it answers 201' or diag($answer->{content});
        my $row = eval { $json->decode($answer->{content}) };
        $row = {} if ref $row ne 'HASH';
        for my $column (sort keys %$expected) {
            is_deeply $row->{$column}, $expected->{$column}, "$column is as expected";
        }
        my $after = holdings($site);
        is $after->{candidate} - $before->{candidate}, 1, 'one row is new';
        is grep({/^file /} keys %$after) - grep({/^file /} keys %$before), 3, 'and three files';
        is_deeply [spooled()], [], 'nothing stays in the spool';
        $opt{then}->($row) if $opt{then};
    };
}

sub is_refused_part ($name, $change, $field, $words) {
    is_refused($name, sub { send_it(multipart => fresh(%$change)) }, 400, $field, $words);
}

# ---------------------------------------------------------------- who may, and how

is_refused('GET is not allowed', sub { $site->new_client->get($path, token => $site->token('rater')) },
    405, 'detail', qr/^Method "GET" not allowed\.$/);
for my $case (['no token', undef], ['a bad token', 'nonsense']) {
    my ($name, $token) = @$case;
    is_refused("$name is refused", sub {
        my $answer = send_it(multipart => fresh(), token => $token);
        is $answer->{headers}{'www-authenticate'}, 'Token', 'a token is asked for';
        return $answer;
    }, 401, 'detail', qr/\S/);
}
is_refused('text/plain is refused', sub {
    send_it(content => 'x', headers => { 'Content-Type' => 'text/plain' }) }, 415, 'detail',
    qr/^Unsupported media type "text\/plain" in request\.$/);

# ---------------------------------------------------------------- accepted

my @first = (multipart => fresh());
my $first = $seed;
is_stored('a candidate gives its row', { project => 'P', obs_id => OBS, metadata => undef,
    notes => undef, ra_deg => 246.99792, can_nks_is_close => JSON::PP::false, nks_res_dif => undef }, @first,
    then => sub ($row) {
        like $row->{png_path}, qr{^(?:http://localhost:\d+)?/media/$row->{id}/png-[0-9a-f]{8}\.png$}, 'png_path is an address';
        like $row->{gif_path}, qr{^(?:http://localhost:\d+)?/media/$row->{id}/gif-[0-9a-f]{8}\.gif$}, 'gif_path as well';
        is $row->{filter}, $site->sql(q{SELECT id FROM filter WHERE name = 'vmf'}), 'filter is an id';
    });
for my $case (['the same again', []], ['the same with other notes and pictures',
    [notes => 'other', png => png(99), gif => gif(99), cand_id => 12]]) {
    subtest "$case->[0] is known" => sub {
        my $before = holdings($site);
        my $answer = send_it(multipart => parts(x_pix => 1000 + $first, png => png($first), gif => gif($first), $case->[1]->@*));
        is $answer->{status}, 201, 'it answers 201';
        is $answer->{headers}{'transients-known'}, 'yes', 'and says that it is known';
        is $json->decode($answer->{content})->{id}, $site->sql('SELECT max(id) FROM candidate'), 'with the row that exists';
        is differences($before, holdings($site)), '', 'nothing is added';
    };
}

is_stored('ra_deg=nan with dec_deg=nan is a candidate without a position',
    { ra_deg => undef, dec_deg => undef }, multipart => fresh(ra_deg => 'nan', dec_deg => 'NaN'));
is_stored('a value of nan is NULL', { can_peak_flux => undef }, multipart => fresh(can_peak_flux => 'nan'));
is_stored('ra_deg=360 is stored as 0', { ra_deg => 0, dec_deg => -90 }, multipart => fresh(ra_deg => 360, dec_deg => -90));
is_stored('can_mod_ind=0.4 is a number', { can_mod_ind => 0.4 }, multipart => fresh(can_mod_ind => '0.4'));
is_stored('metadata comes back', { metadata => '{"sigma": 5}' }, multipart => fresh(metadata => '{"sigma": 5}'));
is_stored('metadata of 501 characters fits', { metadata => 'm' x 501 }, multipart => fresh(metadata => 'm' x 501));
is_stored('metadata of 64 kB fits', { metadata => 'm' x 65536 }, multipart => fresh(metadata => 'm' x 65536));
is_stored('a png called ../../x.png is a picture like any other', {},
    multipart => fresh(png => { filename => '../../x.png', content => png(501) }),
    then => sub ($row) { unlike $row->{png_path}, qr/\.\.|x\.png/, 'its name is ours' });
is_stored('the id that a client sends is ignored', {}, multipart => fresh(id => 1),
    then => sub ($row) { isnt $row->{id}, 1, 'the id is ours' });
is_stored('a png_path sent as a file is ignored', {},
    multipart => [fresh()->@*, png_path => { filename => 'evil.html', content => '<script>' }]);
is_stored('notes with a script stay text', { notes => '<script>alert(1)</script>' },
    multipart => fresh(notes => '<script>alert(1)</script>'));
is_stored('notes in other letters stay what they are', { notes => "\x{fc}ber \x{3b2} \x{1f52d}" },
    multipart => fresh(notes => "\x{fc}ber \x{3b2} \x{1f52d}"));
is_stored('unknown fields are kept apart', {}, multipart => fresh(snr_new => '5.5', beam_name => 'XX', png_path => 'x'),
    then => sub ($row) {
        is $site->sql("SELECT extra FROM candidate WHERE id = $row->{id}"),
            '{"snr_new": 5.5, "beam_name": "XX"}', 'as JSON';
        ok !exists $row->{snr_new}, 'and not in the answer';
    });
is_stored('a new filter is made', {}, multipart => fresh(filter_id => 'new one'),
    then => sub ($row) { is $site->sql("SELECT name FROM filter WHERE id = $row->{filter}"), 'new one', 'by its name' });
is_stored('every optional field may be absent', { ra_deg => undef, x_pix => undef },
    multipart => [obs_id => OBS, project => 'P', filter_id => 'vmf',
        png => { filename => 'a.png', content => png(900) }, gif => { filename => 'a.gif', content => gif(900) }]);

# ---------------------------------------------------------------- refused: pictures

is_refused_part('a missing png is refused', { png => undef }, 'png', qr/^Missing png file$/);
is_refused_part('a missing gif is refused', { gif => undef }, 'gif', qr/^Missing gif file$/);
subtest 'a missing file is said in the old words' => sub {
    is send_it(multipart => fresh(png => undef))->{content}, '"Missing png file"', 'png';
    is send_it(multipart => fresh(gif => undef))->{content}, '"Missing gif file"', 'gif';
    is send_it(json => candidate())->{content}, '"Missing png file"', 'also for JSON';
};
is_refused('no files at all, urlencoded', sub { send_it(form => candidate()) }, 400, 'png', qr/png/);
is_refused('no files at all, JSON', sub { send_it(json => candidate()) }, 400, 'png', qr/^Missing png file$/);
my %no_png = (
    'png as a text field'        => { content => 'x.png' },
    'a png that is HTML'         => { filename => 'a.png', type => 'image/png', content => '<script>alert(1)</script>' },
    'an empty png'               => { filename => 'a.png', content => '' },
    'a png that ends early'      => { filename => 'a.png', content => substr(png(7), 0, 50) },
    'a png that is a gif'        => { filename => 'a.png', content => gif(7) },
    'a png with a head alone'    => { filename => 'a.png', content => "\x89PNG\r\n\x1a\n<script>" },
);
is_refused_part("$_ is refused", { png => $no_png{$_} }, 'png', qr/not a PNG|PNG image is broken/) for sort keys %no_png;
my %no_gif = (
    'gif as a text field'   => { content => 'x.gif' },
    'a gif that is HTML'    => { filename => 'a.gif', content => '<html>' },
    'an empty gif'          => { filename => 'a.gif', content => '' },
    'a gif that ends early' => { filename => 'a.gif', content => substr(gif(7), 0, 500) },
    'a gif that is a png'   => { filename => 'a.gif', content => png(7) },
);
is_refused_part("$_ is refused", { gif => $no_gif{$_} }, 'gif', qr/not a GIF|GIF image is broken/) for sort keys %no_gif;

# ---------------------------------------------------------------- refused: fields

my @refused = (
    ['an unknown project', { project => 'nowhere' }, 'project', qr/nowhere/],
    ['a missing project', { project => undef }, 'project', qr/^This field is required\.$/],
    ['an unknown observation', { obs_id => 1 }, 'obs_id', qr/^Invalid pk "1" - object does not exist\.$/],
    ['obs_id=abc', { obs_id => 'abc' }, 'obs_id', qr/^Incorrect type\. Expected pk value, received str\.$/],
    ['obs_id=nan', { obs_id => 'nan' }, 'obs_id', qr/\S/],
    ['obs_id=-1', { obs_id => -1 }, 'obs_id', qr/\S/],
    ['obs_id=99999999999999999999', { obs_id => '99999999999999999999' }, 'obs_id', qr/\S/],
    ['a missing obs_id', { obs_id => undef }, 'obs_id', qr/^This field is required\.$/],
    ['a missing filter_id', { filter_id => undef }, 'filter_id', qr/^This field is required\.$/],
    ['an empty filter_id', { filter_id => '' }, 'filter_id', qr/\S/],
    ['a new filter with a wrong rest', { filter_id => 'polluting', obs_id => 'abc' }, 'obs_id', qr/Incorrect type/],
    ['a new filter with a wrong picture', { filter_id => 'polluting', gif => { filename => 'a', content => 'x' } }, 'gif', qr/GIF/],
    ['a filter_id of 65 characters', { filter_id => 'f' x 65 }, 'filter_id', qr/no more than 64 characters/],
    ['ra_deg=abc', { ra_deg => 'abc' }, 'ra_deg', qr/^A valid number is required\.$/],
    ['ra_deg=inf', { ra_deg => 'inf' }, 'ra_deg', qr/valid number/],
    ['ra_deg=nan alone', { ra_deg => 'nan' }, 'ra_deg', qr/both or not at all/],
    ['dec_deg absent alone', { dec_deg => undef }, 'dec_deg', qr/both or not at all/],
    ['ra_deg=400', { ra_deg => 400 }, 'ra_deg', qr/less than or equal to 360/],
    ['ra_deg=-1', { ra_deg => -1 }, 'ra_deg', qr/greater than or equal to 0/],
    ['dec_deg=95', { dec_deg => 95 }, 'dec_deg', qr/less than or equal to 90/],
    ['dec_deg=-90.0001', { dec_deg => '-90.0001' }, 'dec_deg', qr/greater than or equal to -90/],
    ['can_peak_flux=1e400', { can_peak_flux => '1e400' }, 'can_peak_flux', qr/valid number/],
    ['can_nks_is_close=maybe', { can_nks_is_close => 'maybe' }, 'can_nks_is_close', qr/^Must be a valid boolean\.$/],
    ['nks_name of 129 characters', { nks_name => 'x' x 129 }, 'nks_name', qr/no more than 128 characters/],
    ['notes with NUL', { notes => "a\0b" }, 'notes', qr/^Null characters are not allowed\.$/],
    ['notes that are not UTF-8', { notes => "a\xFF" }, 'notes', qr/\S/],
    ['metadata of more than 64 kB', { metadata => 'm' x 65537 }, 'metadata', qr/no more than 65536/],
    ['metadata of more than 64 kB in two-byte letters', { metadata => "\x{3b2}" x 40_000 }, 'metadata', qr/no more than 65536/],
    ['unknown fields of more than 16 kB', { unknown => 'u' x 17_000 }, 'extra', qr/16384/],
    ['an unknown upload run', { upload_run => 12345 }, 'upload_run', qr/no such upload run/],
);
for my $case (@refused) {
    my ($name, $change, $field, $words) = @$case;
    is_refused_part("$name is refused", $change, $field, $words);
}
is $site->sql(q{SELECT count(*) FROM filter WHERE name = 'polluting'}), 0, 'no refused upload left its filter';

subtest 'both positions wrong name both fields' => sub {
    my $answer = send_it(multipart => fresh(ra_deg => 400, dec_deg => 95));
    is join(' ', sort keys $json->decode($answer->{content})->%*), 'dec_deg ra_deg', 'ra_deg and dec_deg';
};

subtest 'a body that is no multipart is refused in JSON' => sub {
    my $before = holdings($site);
    my %bodies = (
        'no boundary'      => ['multipart/form-data', 'x'],
        'no last boundary' => ['multipart/form-data; boundary=b', "--b\r\nContent-Disposition: form-data; name=\"obs_id\"\r\n\r\n1"],
        'another boundary' => ['multipart/form-data; boundary=c', "--b\r\n\r\n--b--\r\n"],
        'nothing'          => ['multipart/form-data; boundary=b', ''],
    );
    for my $name (sort keys %bodies) {
        my ($type, $body) = $bodies{$name}->@*;
        my $answer = send_it(content => $body, headers => { 'Content-Type' => $type });
        is $answer->{status}, 400, "$name: 400";
        ok eval { $json->decode($answer->{content}); 1 }, "$name: in JSON";
    }
    is differences($before, holdings($site)), '', 'nothing is left behind';
};

subtest 'too large a file is refused, in JSON' => sub {
    my $before = holdings($site);
    my $answer = send_it(multipart => fresh(png => { filename => 'a.png', content => png(1) . "\0" x 21_000_000 }));
    is $answer->{status}, 413, 'it answers 413';
    ok eval { $json->decode($answer->{content}) }, 'in JSON';
    is differences($before, holdings($site)), '', 'nothing is left behind';
};

subtest 'a refused upload leaves no filter row and no file behind' => sub {
    my $before = holdings($site);
    my %faults = (a => { gif => 'no picture' }, b => { ra_deg => 400 }, c => { project => 'nosuch' }, d => { obs_id => 5 });
    is send_it(multipart => fresh(filter_id => "brand new $_", $faults{$_}->%*))->{status}, 400, "refused: $_"
        for sort keys %faults;
    is differences($before, holdings($site)), '', 'neither a row nor a file is there that was not';
};

subtest 'a project out of sight is no project' => sub {
    add_project($site, 'closed', access => 'listed');
    my $before = holdings($site);
    my $answer = send_it(multipart => fresh(project => 'closed'));
    is $answer->{status}, 400, 'it answers 400';
    ok $json->decode($answer->{content})->{project}, 'at the field';
    is differences($before, holdings($site)), '', 'nothing is left behind';
    is send_it(multipart => fresh(project => 'closed'), token => $site->token('admin'))->{status}, 201,
        'staff may';
};

subtest 'a dry run stores nothing' => sub {
    my $before = holdings($site);
    my %check = (headers => { 'Transients-Check' => 'yes' });
    my $answer = send_it(multipart => fresh(filter_id => 'only tried'), %check);
    is $answer->{status}, 200, 'it answers 200' or diag($answer->{content});
    is send_it(multipart => fresh(ra_deg => 'abc'), %check)->{status}, 400, 'what would be refused is';
    is differences($before, holdings($site)), '', 'no row, filter or file';
};

done_testing;
