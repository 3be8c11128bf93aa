# media.t: pictures go to those who may see the candidate, under the names that pages give, and as
# what they are.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use JSON::PP 'decode_json';
use Test::More;
use TransientsTest;
use TransientsTest::Sample;

my $site = TransientsTest->start;
$site->admin('project', 'add', 'P');
$site->post('/observation_create/', form => observation(), token => $site->token('rater'));
my $made = $site->post('/candidate_create/', multipart => parts(png => png(5), gif => gif(5)),
    token => $site->token('rater'));
is $made->{status}, 201, 'there is a candidate' or BAIL_OUT($made->{content});
my $row = decode_json($made->{content});
my $id  = $row->{id};
my ($thumb) = $site->sql("SELECT left(thumb_hash, 8) FROM candidate WHERE id = $id");
my $thumb_path = "/media/$id/thumb-$thumb.webp";

$site->login('rater');

subtest 'each picture is itself' => sub {
    my $png = $site->get($row->{png_path});
    is $png->{status}, 200, 'the png is there';
    ok $png->{content} eq png(5), 'to the byte';
    my $gif = $site->get($row->{gif_path});
    ok $gif->{content} eq gif(5), 'the gif as well';
    my $webp = $site->get($thumb_path);
    like $webp->{content}, qr/^RIFF....WEBP/s, 'the thumbnail is a WebP';
    my %type = ($row->{png_path} => 'image/png', $row->{gif_path} => 'image/gif', $thumb_path => 'image/webp');
    for my $path (sort keys %type) {
        my $headers = $site->get($path)->{headers};
        is $headers->{'content-type'}, $type{$path}, "$type{$path} is called that";
        is $headers->{'x-content-type-options'}, 'nosniff', 'and nothing else is guessed';
        is $headers->{'content-security-policy'}, q(default-src 'none'; sandbox; frame-ancestors 'none'), 'nor could it run';
        like $headers->{'cache-control'}, qr/private.*max-age=31536000.*immutable/, 'it may be kept, by this browser alone';
    }
};

subtest 'httpd serves it: ranges, 304 and HEAD' => sub {
    my $part = $site->get($row->{png_path}, headers => { Range => 'bytes=1-3' });
    is $part->{status}, 206, 'a range is 206';
    is $part->{content}, 'PNG', 'with these bytes';
    my $whole = $site->get($row->{png_path});
    my $same = $site->get($row->{png_path}, headers => { 'If-Modified-Since' => $whole->{headers}{'last-modified'} });
    is $same->{status}, 304, 'what is known is 304';
    my $head = $site->head($row->{png_path});
    is $head->{status}, 200, 'HEAD is 200';
    is $head->{headers}{'content-length'}, length png(5), 'with the length';
    is length($head->{content} // ''), 0, 'and without the bytes';
};

subtest 'nobody else gets it' => sub {
    my $nobody = $site->new_client->get($row->{png_path});
    like $nobody->{status}, qr/^40[134]$/, "without a login: $nobody->{status}";
    unlike $nobody->{content}, qr/PNG/, 'and not a byte of it';
    is $site->new_client->get($row->{png_path}, token => $site->token('rater'))->{status}, 200,
        'a token with read scope does';
    $site->sql(q{UPDATE project SET access = 'listed'});
    for my $path ($row->{png_path}, $row->{gif_path}, $thumb_path) {
        is $site->get($path)->{status}, 404, 'of a project out of sight it is 404';
    }
    my $staff = $site->new_client;
    $staff->login('admin');
    is $staff->get($row->{png_path})->{status}, 200, 'staff see it';
    $site->sql(q{UPDATE project SET access = 'members'});
};

subtest 'any other name is 404' => sub {
    my ($hash) = $row->{png_path} =~ /png-([0-9a-f]{8})/;
    for my $file ("png-$hash.gif", "gif-$hash.png", 'png-00000000.png', "png-$hash", "$hash.png",
        'png-.png', 'thumb-.webp', "PNG-$hash.png", "png-$hash.png.html") {
        is $site->get("/media/$id/$file")->{status}, 404, $file;
    }
    is $site->get("/media/@{[$id + 1]}/png-$hash.png")->{status}, 404, 'another candidate';
    is $site->get("/media/99999999999999999999/png-$hash.png")->{status}, 404, 'a number too large';
    for my $path ("/media/$id/../../httpd.conf", "/media/$id/..%2f..%2fhttpd.conf", "/media/$id/%00png-$hash.png",
        '/media/', "/media/$id/", "/media/.spool/x", "/media/" . substr($hash, 0, 2) . "/$hash.png") {
        my $answer = $site->get($path);
        like $answer->{status}, qr/^(?:400|403|404)$/, "$path: $answer->{status}";
        unlike $answer->{content}, qr/LoadModule/, 'and nothing of the server';
    }
    is $site->post($row->{png_path}, {})->{status}, 405, 'POST is not allowed';
};

subtest 'a picture that is gone from the disk is 404, not 500' => sub {
    my ($png_hash) = $site->sql("SELECT png_hash FROM candidate WHERE id = $id");
    my $file = $site->media . '/' . substr($png_hash, 0, 2) . "/$png_hash.png";
    ok -f $file, 'the file has its content\'s name';
    rename $file, "$file.away" or die $!;
    is $site->get($row->{png_path})->{status}, 404, 'it answers 404';
    rename "$file.away", $file or die $!;
    is $site->get($row->{png_path})->{status}, 200, 'and back';
};

done_testing;
