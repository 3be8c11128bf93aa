# upload-metadata.t: where transients-upload has an observation's metadata from: the MWA's service,
# a metafits, or a file beside the table; and what it does without.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use File::Glob ':bsd_glob';    # a path may have spaces
use File::Temp 'tempdir';
use IO::Socket::INET;
use StandIn;
use Test::More;
use TransientsTest qw(run_program run_or_die slurp spew wait_until);
use TransientsTest::Process qw(spawn end_process);
use TransientsTest::Run;

my $run  = TransientsTest::Run->current;
my $data = tempdir(CLEANUP => 1) . '/data';
my $count = 12;

my ($made, undef, $words) = run_program([$run->program('transients-simulate'), '--quiet',
        '--out', $data, '--candidates', $count, '--project', 'P']);
is $made, 0, 'there is data to send' or BAIL_OUT($words);

# The service's answers: the simulated ones, which then no longer lie beside the tables.
my %answer_of = map { m{/(\d+)\.json$} ? ($1 => slurp($_)) : () } glob "$data/*.json";
my @tables = sort glob "$data/*.fits";
my %is_needed = map { m{/(\d+)_} ? ($1 => 1) : () } @tables;
my @ids = sort keys %is_needed;
unlink glob "$data/*.json";
cmp_ok scalar @ids, '>', 1, 'of several observations' or BAIL_OUT('too few');

sub upload ($site, @options) {
    return run_program([$run->program('transients-upload'), '--url', $site->url, '--data_directory', $data, @options],
        env => { IMAGE_PLANE_TOKEN => 'secret-token', TRANSIENTS_URL => undef, http_proxy => undef });
}

sub sent ($site) { return grep { $_->{path} eq '/observation_create/' } $site->requests }
sub site () { return StandIn->start(sub { [201, {}, '{"id": 3, "upload_run": 77}'] }) }

# A service that knows all, but what the sub answers itself.
sub service ($but = sub { undef }) {
    return StandIn->start(sub ($request, $number) {
        my ($id) = $request->{path} =~ /\bobsid=(\d+)$/;
        return $but->($request, $number, $id) // [200, { 'Content-Type' => 'application/json' }, $answer_of{ $id // '' } // 'null'];
    });
}

subtest 'the service is asked for each observation once' => sub {
    my ($site, $service) = (site(), service());
    my ($status, $out, $err) = upload($site, '--metadata-url', $service->url . '/metadata/obs');
    is $status, 0, 'all is stored' or diag($out, $err);
    is join(' ', sort map { $_->{path} } $service->requests), join(' ', map {"/metadata/obs?obsid=$_"} @ids),
        'each once, by its id';
    is scalar(grep { $_->{headers}{authorization} } $service->requests), 0, 'and without the token';
    my @sent = sent($site);
    is join(' ', sort map { $_->{fields}{observation_id} } @sent), "@ids", 'each is sent to the site once';
    is scalar(grep { $_->{fields}{cent_freq} && $_->{fields}{obsname} && $_->{fields}{ra_tile_hms} } @sent), @ids,
        'with what the service says';
};

subtest 'an address with a query of its own is kept' => sub {
    my ($site, $service) = (site(), service());
    upload($site, '--metadata-url', $service->url . '/obs?v=2');
    is +($service->requests)[0]{path} =~ s/\d+$/N/r, '/obs?v=2&obsid=N', 'the id is added';
};

subtest 'a busy service is asked again' => sub {
    my $service = service(sub ($request, $number, $id) { return $number == 0 ? [503, {}, 'busy'] : $number == 2 ? [0] : undef });
    my ($site) = (site());
    my ($status, $out, $err) = upload($site, '--metadata-url', $service->url);
    is $status, 0, 'in the end all is stored';
    like $err, qr/metadata of observation \d+: it answered 503; trying again in 1 s/, 'and it is said why it takes longer';
    is scalar(sent($site)), @ids, 'every observation is sent';
};

subtest 'an observation that the service does not know is named' => sub {
    my $service = service(sub ($request, $number, $id) { return ($id // '') eq $ids[0] ? [404, {}, 'no'] : undef });
    my $site = site();
    my ($status, $out, $err) = upload($site, '--metadata-url', $service->url, '-L', 'ERROR');
    like $err, qr/^observation $ids[0] is not sent: .*it answered 404/m, 'as an error';
    is scalar(grep { $_->{path} =~ /$ids[0]/ } $service->requests), 1, 'asked for once';
    is join(' ', sort map { $_->{fields}{observation_id} } sent($site)), "@ids[1 .. $#ids]", 'the others are sent';
    is $status, 0, 'the site knows it already: exit status 0';
};

subtest 'an unreachable service' => sub {
    my $listener = IO::Socket::INET->new(Listen => 1, LocalAddr => '127.0.0.1');
    my $closed   = 'http://127.0.0.1:' . $listener->sockport;
    close $listener;
    my $knows = site();
    my ($status, $out, $err) = upload($knows, '--metadata-url', $closed, '--tries', 1);
    for my $id (@ids) { like $err, qr/observation $id is not sent/, "observation $id is named" }
    is scalar(() = $err =~ /is not asked again/g), @ids - 1, 'it is not asked again for each';
    is $status, 0, 'a site that knows them all takes the candidates';
    my $knows_not = StandIn->start(sub ($request, @) {
        return [400, {}, '{"obs_id": ["Invalid pk - object does not exist."]}'];
    });
    ($status, $out) = upload($knows_not, '--metadata-url', $closed, '--tries', 1);
    is $status, 1, 'one that does not refuses them: exit status 1';
    like $out, qr/^Candidates: 0 new, 0 known already, $count refused$/m, 'all of them';
};

subtest 'answers that are none' => sub {
    my %answers = (
        'not JSON'          => '<html>',
        'another observation' => '{"starttime": 5}',
        'too much'          => '{"obsname": "' . 'x' x (5 << 20) . '"}',
    );
    for my $name (sort keys %answers) {
        my $service = service(sub { [200, {}, $answers{$name}] });
        my $site = site();
        my ($status, $out, $err) = upload($site, '--metadata-url', $service->url);
        like $err, qr/observation $ids[0] is not sent: \Q${\ $service->url}\E: /, "$name: named with the reason";
        is scalar(sent($site)), 0, 'and nothing is made up';
    }
    my $site = site();
    for my $bad ('ftp://127.0.0.1/', 'nonsense', 'http://') {
        my ($status, $out, $err) = upload($site, '--metadata-url', $bad);
        is $status, 2, "$bad is no address";
        like $err, qr/not an address of a metadata service/, 'and it is said so';
    }
};

# The primary header of a metafits, and nothing else.
sub metafits ($id) {
    my @cards = (['SIMPLE', 'T'], ['BITPIX', 8], ['NAXIS', 0], ['GPSTIME', $id], ['EXPOSURE', 112], ['FILENAME', "'from_metafits'"],
        ['PROJECT', "'G0080'"], ['RA', '251.5'], ['DEC', '-45.5'], ['AZIMUTH', '128.5'], ['ALTITUDE', '63.5'],
        ['FREQCENT', '184.96'], ['FINECHAN', 40], ['INTTIME', '0.5'], ['CHANNELS', "'133,134,156'"]);
    my $head = join '', (map { sprintf '%-80s', sprintf '%-8s= %20s', @$_ } @cards), sprintf '%-80s', 'END';
    return $head . ' ' x (-length($head) % 2880);
}

subtest 'metafits' => sub {
    my %want = (obsname => 'from_metafits', projectid => 'G0080', ra_tile_dec => '251.5', elevation => '63.5',
        cent_freq => '184.96', freq_res => 40, frequency_channels => '[133, 134, 156]');
    my sub right ($site, $name) {
        my ($first) = grep { $_->{fields}{observation_id} eq $ids[0] } sent($site);
        is_deeply { map { $_ => $first->{fields}{$_} } keys %want }, \%want, $name;
        is $first->{fields}{stoptime}, $ids[0] + 112, 'its end is its start and the exposure';
    }
    spew("$data/$ids[0]_metafits.fits", metafits($ids[0]));
    my $site = site();
    my ($status, $out, $err) = upload($site);
    is $status, 0, 'one beside the tables is no table of candidates';
    right($site, 'and tells what it has');
    like $err, qr/observation $ids[1] is not sent/, 'those without are named';

    my $folder = tempdir(CLEANUP => 1);
    rename "$data/$ids[0]_metafits.fits", "$folder/$ids[0].metafits";
    $site = site();
    upload($site, '--metafits', $folder);
    right($site, '--metafits names a folder');
    my $service = service();
    $site = site();
    upload($site, '--metafits', "$folder/$ids[0].metafits", '--metadata-url', $service->url);
    right($site, 'or a file');
    is scalar(sent($site)), @ids, 'and the service tells of the others';
    is scalar(grep { $_->{path} =~ /$ids[0]/ } $service->requests), 0, 'and is not asked for that one';
};

subtest 'a service that is asked by TLS leads to none without' => sub {
    my $dir = tempdir(CLEANUP => 1);
    run_or_die(['openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', 2, '-subj', '/CN=localhost',
            '-addext', 'subjectAltName=DNS:localhost', '-keyout', "$dir/key.pem", '-out', "$dir/cert.pem"]);
    my $plain = service();
    # openssl answers with the files of its folder, headers and all
    spew("$dir/obs?obsid=$_", "HTTP/1.0 302 Found\r\nLocation: @{[$plain->url]}/obs?obsid=$_\r\n\r\n") for @ids;
    my $pid = spawn(['openssl', 's_server', '-HTTP', '-accept', '127.0.0.1:0', '-key', "$dir/key.pem",
            '-cert', "$dir/cert.pem"], "$dir/log", dir => $dir);
    my ($port) = wait_until { -e "$dir/log" && slurp("$dir/log") =~ /^ACCEPT 127\.0\.0\.1:(\d+)/m ? $1 : 0 } 10, 'openssl';
    my $site = site();
    my (undef, undef, $err) = upload($site, '--cacert', "$dir/cert.pem", '--tries', 1,
        '--metadata-url', "https://localhost:$port/obs");
    end_process($pid);
    like $err, qr/metadata.*Protocol "http" not supported|not sent.*Protocol "http"/i, 'it says why' or diag $err;
    is scalar($plain->requests), 0, 'nobody without TLS is asked';
};

done_testing;
