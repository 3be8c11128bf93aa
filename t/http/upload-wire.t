# upload-wire.t: the recorded requests of the old client, byte for byte, and answers of the same
# make as the old site's.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use JSON::PP ();
use Test::More;
use TransientsTest qw(slurp srcdir);
use TransientsTest::Sample;

my $site = TransientsTest->start;
my $json = JSON::PP->new->utf8->allow_nonref;
$site->admin('project', 'add', 'P');

sub recorded ($name) { return slurp(srcdir() . "/t/data/wire/$name") }

# The bytes as recorded, but for the host and the token: these stand in the head, so that the
# body and its Content-Length are untouched.
sub request ($name) {
    my ($head, $body) = split /\r\n\r\n/, recorded("$name.http"), 2;
    $head =~ s/^Host: \K[^\r\n]+/'localhost:' . $site->port/me;
    $head =~ s/^Authorization: Token \K[^\r\n]+/$site->token('rater')/me;
    $head =~ s/^Connection: \K[^\r\n]+/close/m;
    my ($length) = $head =~ /^Content-Length: (\d+)/m;
    is length $body, $length, "$name: the recorded length is the body's";
    return $head . "\r\n\r\n" . $body;
}

sub send_it ($name) {
    my $answer = $site->raw(request($name), timeout => 30);
    my ($head, $body) = split /\r\n\r\n/, $answer, 2;
    my ($status) = $head =~ m{^HTTP/1\.1 (\d+)};
    if ($head =~ /^Transfer-Encoding: chunked/mi) {
        my $whole = '';
        while ($body =~ s/^([0-9a-f]+)\r\n//i && hex $1) {
            $whole .= substr $body, 0, hex $1, '';
            $body =~ s/^\r\n//;
        }
        $body = $whole;
    }
    return ($status, $head, $body);
}

# The keys of a flat JSON object in the order in which they stand.
sub keys_of ($text) {
    return join ' ', $text =~ /[{,]\s*"((?:[^"\\]|\\.)*)"\s*:/g;
}

sub type_of ($text, $key) {
    my ($value) = $text =~ /"\Q$key\E"\s*:\s*("(?:[^"\\]|\\.)*"|[^,}\s]+)/ or return 'absent';
    return $value =~ /^"/ ? 'text' : $value =~ /^(?:true|false)$/ ? 'boolean' : $value eq 'null' ? 'null' : 'number';
}

# The same types, where the request brought a value at all.
sub is_of_the_same_make ($name, $body, %null) {
    my $expected = recorded("$name.answer.json");
    is keys_of($body), keys_of($expected), "$name: the same keys in the same order";
    for my $key (split / /, keys_of($expected)) {
        is type_of($body, $key), $null{$key} ? 'null' : type_of($expected, $key),
            "$name: $key is of the same type";
    }
}

subtest 'the recorded observation' => sub {
    my ($status, $head, $body) = send_it('observation_create');
    is $status, 201, 'is stored' or diag("$head\n$body");
    like $head, qr{^Content-Type: application/json\b}mi, 'JSON';
    is_of_the_same_make('observation_create', $body);
    my $row = $json->decode($body);
    is $row->{observation_id}, 1199052968, 'its id';
    is $row->{ra_tile_dec}, 251.9263538846139, 'a number with all its digits';
    is $row->{frequency_channels}, '[' . join(', ', 133 .. 156) . ']', 'a decoded text';
    ($status, $head, $body) = send_it('observation_create');
    is $status, 201, 'the same again: 201';
    is $body, '"Observation already created so skipping"', 'in the old words';
    is $site->sql('SELECT count(*) FROM observation'), 1, 'and no second row';
};

subtest 'the recorded candidate' => sub {
    my ($status, $head, $body) = send_it('candidate_create');
    is $status, 201, 'is stored' or diag("$head\n$body");
    unlike $head, qr/^Transients-Known/mi, 'it was not known';
    # The recorded request sends these as nan, and neither notes nor metadata.
    is_of_the_same_make('candidate_create', $body,
        map { $_ => 1 } qw(nks_x_pix nks_y_pix nks_res_dif notes metadata));
    my $row = $json->decode($body);
    is $row->{project}, 'P', 'the project by name';
    is $row->{can_nks_is_close}, JSON::PP::false, 'a boolean';
    is $row->{ra_hms}, '16:27:59.50', 'text as it was sent';
    is $row->{obs_id}, 1199052968, 'the observation by id';
    my $id = $row->{id};

    ($status, $head, my $again) = send_it('candidate_create');
    is $status, 201, 'the same again: 201';
    like $head, qr/^Transients-Known: yes\r?$/mi, 'known';
    is $again, $body, 'the same row to the byte';
    is $site->sql('SELECT count(*) FROM candidate'), 1, 'and no second row';
    is $site->sql("SELECT cand_id FROM candidate WHERE id = $id"), 0, 'the row of its table is kept';

    my ($picture) = recorded('candidate_create.http')
        =~ /name="png".*?\r\n\r\n(.*?)\r\n--f40ec4568fe351708402eda92c914279/s;
    $site->login('rater');
    my $png = $site->get($row->{png_path});
    is $png->{status}, 200, 'png_path is there';
    ok $png->{content} eq $picture, 'and is the picture to the byte';
    is $site->get($row->{gif_path})->{headers}{'content-type'}, 'image/gif', 'so is gif_path';
};

done_testing;
