# upload-client.t: transients-upload against a site that answers as it is told: what it sends, what
# it tries again, what it never does.
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
use TransientsTest qw(run_program);
use TransientsTest::Run;

my $run    = TransientsTest::Run->current;
my $upload = $run->program('transients-upload');
my $data   = tempdir(CLEANUP => 1) . '/data';
my $count  = 12;

# The environment has the token, and no address or proxy but what a test gives.
my %env = (IMAGE_PLANE_TOKEN => 'secret-token', TRANSIENTS_URL => undef, http_proxy => undef);

my ($made, undef, $words) = run_program([$run->program('transients-simulate'), '--quiet',
        '--out', $data, '--candidates', $count, '--project', 'P']);
is $made, 0, 'there is data to send' or BAIL_OUT($words);
my @tables = sort glob "$data/*.fits";
my %observations = map { m{(\d+)_\w+\.fits$} ? ($1 => 1) : () } @tables;

# (exit status, standard output, standard error) of the client against a site.
sub send_to ($site, @options) {
    return run_program([$upload, '--url', ref $site ? $site->url : $site,
            '--data_directory', $data, @options], env => \%env);
}

sub to ($path, @requests) { return grep { $_->{path} eq $path } @requests }

# An answer to each address as the real site gives it.
sub store ($request, @) {
    return [201, {}, '{"id": 3, "upload_run": 77}'];
}

subtest 'everything is sent, each observation once and every table with its search' => sub {
    my $site = StandIn->start(\&store);
    my ($status, $out) = send_to($site);
    is $status, 0, 'all stored: exit status 0';
    like $out, qr/^Candidates: $count new, 0 known already, 0 refused$/m, 'the summary counts';
    my @requests = $site->requests;
    my @seen = map { $_->{fields}{observation_id} } to('/observation_create/', @requests);
    is_deeply [sort @seen], [sort keys %observations], 'each observation is sent once';
    my @searches = to('/searches', @requests);
    is scalar @searches, scalar @tables, 'a search is recorded for every table';
    ok scalar(grep { $_->{fields}{row_count} == 0 } @searches), 'also for one without rows';
    like $searches[0]{fields}{table_sha256}, qr/^[0-9a-f]{64}$/, 'with the checksum of the table';
    my @candidates = to('/candidate_create/', @requests);
    is scalar @candidates, $count, 'each row is a candidate';
    is scalar(grep { $_->{fields}{upload_run} eq '77' } @candidates), $count,
        'that names the run which its search was given';
    my ($first) = @candidates;
    my $name = sprintf '%s_%s_%03d', @{ $first->{fields} }{qw(obs_id filter_id cand_id)};
    is_deeply [map { $first->{files}{$_}{name} } qw(png gif)], ["$name.png", "$name.gif"],
        'with its two images';
    is scalar(grep { $_->{headers}{authorization} eq 'Token secret-token' } @requests),
        scalar @requests, 'every request bears the token';
    is scalar(grep { join(' ', values $_->{fields}->%*) =~ /\bnan\b/i } @candidates), 0,
        'absent values are left out';
    ok scalar(grep { exists $_->{fields}{ra_deg} && $_->{fields}{ra_hms} } @candidates),
        'positions are sent in both forms';
};

subtest 'what the site knows already is told apart' => sub {
    my $site = StandIn->start(sub ($request, @) {
        return [201, {}, '"Observation already created so skipping"']
            if $request->{path} eq '/observation_create/';
        return [201, { 'Transients-Known' => 'yes' }, '{"id": 3}'];
    });
    my ($status, $out) = send_to($site);
    is $status, 0, 'known already is fine: exit status 0';
    like $out, qr/^Candidates: 0 new, $count known already, 0 refused$/m,
        'candidates are counted so';
    like $out, qr/^Observations: 0 new, \d+ known already/m, 'and observations';
};

subtest 'a refusal is told with its reason and the others go on' => sub {
    my $site = StandIn->start(sub ($request, $number) {
        return store($request) if ($request->{fields}{cand_id} // '') ne '1';
        return [400, {}, '{"ra_deg": ["A valid number is required."]}'];
    });
    my ($status, $out) = send_to($site);
    is $status, 1, 'exit status 1';
    like $out, qr/^  refused: \d+ \w+ 001: ra_deg: A valid number is required\.$/m,
        'with the reason';
    is scalar(to('/candidate_create/', $site->requests)), $count, 'all others were sent';
};

subtest 'a busy or failing site is asked again' => sub {
    my $site = StandIn->start(sub ($request, $number) {
        return [503, { 'Retry-After' => 1 }, '{"detail": "busy"}'] if $number == 1;
        return [500, {}, 'oops'] if $number == 4;
        return [0] if $number == 6;    # a connection that breaks
        return store($request);
    });
    my ($status, $out, $err) = send_to($site);
    is $status, 0, 'in the end all is stored';
    like $out, qr/^Candidates: $count new/m, 'every candidate';
    like $err, qr/trying again in 1 s/, 'and it is said why it takes longer';
};

subtest 'a failure that stays with one candidate refuses that one' => sub {
    my $site = StandIn->start(sub ($request, @) {
        return ($request->{fields}{cand_id} // '') eq '0' ? [500, {}, ''] : store($request);
    });
    my ($status, $out) = send_to($site, '--tries', 2);
    is $status, 1, 'exit status 1';
    like $out, qr/refused: \d+ \w+ 000: the site failed \(500\)/, 'with the reason';
};

subtest 'a token that is not accepted ends it at once' => sub {
    my $site = StandIn->start(sub { [401, {}, '{"detail": "Invalid token."}'] });
    my ($status, $out) = send_to($site);
    is $status, 2, 'exit status 2';
    like $out, qr/token was not accepted \(401: Invalid token\.\)/, 'and it is said why';
    is scalar($site->requests), 1, 'nothing else was sent';
    unlike $out, qr/secret-token/, 'the token is not shown';
};

subtest 'a site that is not there, or stays away, is exit status 3' => sub {
    my $listener = IO::Socket::INET->new(Listen => 1, LocalAddr => '127.0.0.1');
    my $closed   = 'http://127.0.0.1:' . $listener->sockport;
    close $listener;
    my ($status, $out) = send_to($closed, '--tries', 1);
    is $status, 3, 'nobody listens: exit status 3';
    like $out, qr/Not sent: $count candidates/, 'and what was not sent is counted';
    my $site = StandIn->start(sub { [503, {}, '{"detail": "no database"}'] });
    ($status, $out) = send_to($site, '--tries', 2);
    is $status, 3, 'nothing but 503: exit status 3';
    like $out, qr/not available \(503: no database\)/, 'with what the site said';
};

subtest 'a redirect is followed where the token may go, and nowhere else' => sub {
    my $other = StandIn->start(\&store);
    for my $code (307, 308) {
        my $site = StandIn->start(sub ($request, @) {
            return store($request) if $request->{path} =~ m{^/new/};
            return [$code, { Location => "/new$request->{path}" }, ''];
        });
        is((send_to($site))[0], 0, "$code to the same host is followed");
        my @moved = grep { $_->{path} eq '/new/candidate_create/' } $site->requests;
        is scalar @moved, $count, 'with the whole request';
        is $moved[0]{files}{png}{name} =~ /\.png$/, 1, 'and its images';
    }
    for my $code (301, 302, 303, 307, 308) {
        my $site = StandIn->start(
            sub ($request, @) { [$code, { Location => $other->url . $request->{path} }, ''] });
        my ($status) = send_to($site);
        is $status, 2, "$code to another address ends it";
    }
    my $loop = StandIn->start(sub ($request, @) { [308, { Location => $request->{path} }, ''] });
    is((send_to($loop))[0], 2, 'a redirect in a circle ends it');
    is scalar($other->requests), 0, 'the other address was never asked';
};

subtest 'a dry run asks the site to store nothing' => sub {
    my $site = StandIn->start(sub ($request, @) {
        return [200, {}, '{"observation_id": 1}'] if $request->{path} eq '/observation_create/';
        return [400, {}, '{"obs_id": ["Invalid pk - object does not exist."]}']
            if ($request->{fields}{cand_id} // '') ne '1';
        return [400, {}, '{"obs_id": ["No."], "ra_deg": ["A valid number is required."]}'];
    });
    my ($status, $out) = send_to($site, '--check');
    my @requests = $site->requests;
    is scalar(grep { ($_->{headers}{'transients-check'} // '') eq 'yes' } @requests),
        scalar @requests, 'every request says so';
    is $status, 1, 'a candidate that would be refused: exit status 1';
    like $out, qr/^Candidates: [1-9]\d* would be new, 0 known already, [1-9]\d* refused$/m,
        'what lacks only the observation that would be made is fine';
};

subtest 'an old site without search records takes the candidates' => sub {
    my $site = StandIn->start(
        sub ($request, @) { $request->{path} eq '/searches' ? [404, {}, ''] : store($request) });
    my ($status, $out, $err) = send_to($site);
    is $status, 0, 'exit status 0';
    like $err, qr/keeps no record of searches/, 'and it is said';
    is scalar(to('/searches', $site->requests)), 1, 'it is asked once';
};

subtest 'what is missing in the folder is told and the rest is sent' => sub {
    my $site = StandIn->start(\&store);
    my ($image) = glob "$data/*.gif";
    rename $image, "$image.away";
    open my $bad, '>', "$data/zzz.fits" or die $!;
    print {$bad} 'not FITS';
    close $bad;
    my ($status, $out) = send_to($site);
    rename "$image.away", $image;
    unlink "$data/zzz.fits";
    is $status, 1, 'exit status 1';
    like $out, qr/refused: \d+ \w+ \d+: no image \Q$image\E/, 'the image is named';
    like $out, qr{refused: \Q$data\E/zzz\.fits: not readable as FITS}, 'and the table';
    is scalar(to('/candidate_create/', $site->requests)), $count - 1, 'the rest is sent';
};

subtest 'the options of the old client are understood' => sub {
    my $site = StandIn->start(\&store);
    my ($table) = grep { -s $_ > 30_000 } @tables;
    $table //= $tables[0];
    my @ways = ([$table], ['--fits', $table], ['--fits', $table, '--data_directory', $data]);
    for my $way (@ways) {
        my ($status) = run_program([$upload, '-L', 'ERROR', $way->@*],
            env => { %env, TRANSIENTS_URL => $site->url });
        is $status, 0, join ' ', map { s{.*/}{}r } $way->@*;
    }
    my @searches = to('/searches', $site->requests);
    is scalar @searches, scalar @ways, 'each sent that one table';
};

subtest 'wrong use is exit status 2' => sub {
    my @wrong = (
        ['no table' => [], {}],
        ['an empty folder' => ['--data_directory', tempdir(CLEANUP => 1)], {}],
        ['a token on the command line' => ['--token', 'x', $tables[0]], {}],
        ['no token' => [$tables[0]], { IMAGE_PLANE_TOKEN => undef }],
        ['a token of two words' => [$tables[0]], { IMAGE_PLANE_TOKEN => "a\nb" }],
        ['an address that is none' => ['--url', 'example', $tables[0]], {}],
        ['no number' => ['--parallel', 'many', $tables[0]], {}],
        ['no level' => ['-L', 'LOUD', $tables[0]], {}],
    );
    for my $case (@wrong) {
        my ($name, $options, $changes) = $case->@*;
        my ($status, undef, $err) =
            run_program([$upload, $options->@*], env => { %env, %$changes });
        is $status, 2, $name;
        like $err, qr/^transients-upload: |unrecognized option/m, 'and it is said what is wrong';
    }
    is((run_program([$upload, '--help']))[0], 0, 'while help is asked for');
};

done_testing;
