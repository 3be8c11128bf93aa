# upload-tool.t: what a pipeline would leave on disk, loaded into the site by transients-upload.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use File::Glob ':bsd_glob';    # a path may have spaces
use File::Temp 'tempdir';
use JSON::PP ();
use StandIn;
use Test::More;
use TransientsTest qw(run_program wait_until);
use TransientsTest::Process qw(spawn);
use TransientsTest::Sample;

my $site  = TransientsTest->start;
my $data  = tempdir(CLEANUP => 1) . '/data';
my $count = 16;
my $tool  = $site->run->program('transients-upload');
my $json  = JSON::PP->new->utf8;

my ($made, undef, $words) = $site->program('transients-simulate', '--quiet', '--out', $data,
    '--candidates', $count, '--project', 'P', '--project', 'Q');
is $made, 0, 'there is data to send' or BAIL_OUT($words);
my @tables = glob "$data/*.fits";

sub number ($sql) { return 0 + ($site->sql($sql))[0] }

sub candidates () { return number('SELECT count(*) FROM candidate') }

# (exit status, standard output, standard error).
sub upload (@options) {
    return run_program([$tool, '--url', $site->url, '--data_directory', $data, @options],
        env => { IMAGE_PLANE_TOKEN => $site->token('rater'), TRANSIENTS_URL => undef });
}

subtest 'projects that are not there are refused with their names' => sub {
    my ($status, $out) = upload();
    is $status, 1, 'exit status 1' or diag($out);
    like $out, qr/^Candidates: 0 new, 0 known already, $count refused$/m, 'no candidate is stored';
    like $out, qr/refused: \d+ \w+ \d{3}: project: .*"[PQ]"/, 'and each refusal says which project';
    is candidates(), 0, 'nor is one in the database';
    is number('SELECT count(*) FROM filter'), 0, 'and no filter is left behind';
    $site->sql('DELETE FROM observation');
};

$site->admin('project', 'add', $_) for qw(P Q);

subtest 'a dry run on a site that knows nothing finds nothing to refuse and stores nothing' => sub {
    my $before = holdings($site);
    my ($status, $out) = upload('--check');
    is $status, 0, 'exit status 0' or diag($out);
    like $out, qr/^Candidates: $count would be new, 0 known already, 0 refused$/m,
        'all would be new';
    like $out, qr/^Observations: [1-9]\d* would be new/m, 'and their observations';
    is differences($before, holdings($site)), '', 'nothing is stored';
};

subtest 'all of it is stored' => sub {
    my ($status, $out, $err) = upload();
    is $status, 0, 'exit status 0' or diag($out . $err);
    like $out, qr/^Candidates: $count new, 0 known already, 0 refused$/m, 'all is new';
    is candidates(), $count, 'every row is a candidate';
    is number('SELECT count(*) FROM search_record'), scalar @tables, 'every table has its search';
    is number('SELECT count(*) FROM search_record WHERE row_count = 0'), 1, 'also the empty one';
    is number('SELECT sum(row_count) FROM search_record'), $count, 'with their numbers of rows';
    is number('SELECT count(*) FROM upload_run WHERE client LIKE \'transients-upload/%\'
        AND pipeline_version = \'demo 1.0\' AND table_name ~ \'\\.fits$\''), scalar @tables,
        'every table is an upload run with client, pipeline and name';
    is number('SELECT count(*) FROM candidate WHERE upload_run IS NOT NULL'), $count,
        'which its candidates name';
    is number('SELECT count(*) FROM candidate WHERE ra_deg IS NULL AND ra_hms IS NULL'), 1,
        'the candidate without a position is there';
    is number(q{SELECT count(*) FROM candidate WHERE (extra->>'n_frames')::int > 0}), $count,
        'columns that the site does not know are kept';
    is number('SELECT count(*) FROM observation WHERE cent_freq > 80 AND obsname IS NOT NULL
        AND ra_tile_hms IS NOT NULL'), number('SELECT count(*) FROM observation'),
        'observations have their metadata';
};

subtest 'the same again adds nothing' => sub {
    my $before = holdings($site);
    my ($status, $out) = upload();
    is $status, 0, 'exit status 0' or diag($out);
    like $out, qr/^Candidates: 0 new, $count known already, 0 refused$/m, 'all is known already';
    like $out, qr/^Observations: 0 new, [1-9]\d* known already/m, 'and the observations';
    is differences($before, holdings($site)), '', 'no row, no file';
    ($status, $out) = upload('--check');
    like $out, qr/^Candidates: 0 would be new, $count known already/m, 'a dry run sees it, too';
};

sub forget_all () {
    $site->sql('TRUNCATE candidate, search_record, upload_run, observation CASCADE');
}

# The fields of a candidate as the tool sends them, from one that answers nothing.
sub fields_sent () {
    my $listener = StandIn->start(sub ($request, @) { [201, {}, '{"id": 1}'] });
    run_program([$tool, '--url', $listener->url, '--data_directory', $data],
        env => { IMAGE_PLANE_TOKEN => 'x' });
    return map { $_->{fields} } grep { $_->{path} eq '/candidate_create/' } $listener->requests;
}

# A single-precision column's value as Python prints it once it is a float: with more digits.
sub as_python ($text) {
    my $is_single = $text =~ /^-?\d+\.\d+$/ && length($text =~ s/\D//gr =~ s/^0+//r) <= 9;
    return $is_single ? sprintf('%.17g', unpack 'f', pack 'f', $text) : $text;
}

subtest 'what the old client has sent is known to the new one' => sub {
    forget_all();
    my ($fields) = grep { $_->{ra_deg} } fields_sent();
    my ($stem) = "$data/" . sprintf '%s_%s_%03d', @{$fields}{qw(obs_id filter_id cand_id)};
    my $read = sub ($name) { open my $file, '<:raw', $name or die "$name: $!"; local $/; <$file> };
    my %old = map { $_ => as_python($fields->{$_}) } grep { $_ ne 'upload_run' } keys %$fields;
    $old{$_} //= 'nan' for qw(can_mod_ind nks_res_dif nks_flux can_beam);
    my $observation = $site->post('/observation_create/', token => $site->token('rater'),
        form => observation(observation_id => $old{obs_id}, starttime => $old{obs_id}));
    is $observation->{status}, 201, 'its observation is stored' or diag($observation->{content});
    my $answer = $site->new_client->post('/candidate_create/', token => $site->token('rater'),
        multipart => [
            %old,
            map { ($_ => { filename => "x.$_", content => $read->("$stem.$_") }) } qw(png gif)
        ]);
    is $answer->{status}, 201, 'the old client stores one candidate' or diag($answer->{content});
    my (undef, $out) = upload();
    is candidates(), $count, 'the new client adds the others';
    like $out, qr/^Candidates: @{[$count - 1]} new, 1 known already, 0 refused$/m, 'and says so';
};

subtest 'an upload that was killed is completed by the same command' => sub {
    forget_all();
    my $pid = spawn([$tool, '--url', $site->url, '--data_directory', $data, '--parallel', 1],
        "$data/../killed.log",
        env => { IMAGE_PLANE_TOKEN => $site->token('rater'), TRANSIENTS_URL => undef });
    wait_until { candidates() >= 2 } 30, 'two candidates';
    kill KILL => $pid;
    waitpid $pid, 0;
    my ($status, $out) = upload();
    is $status, 0, 'exit status 0' or diag($out);
    is candidates(), $count, 'every candidate is there';
    is number('SELECT count(DISTINCT (obs_id, filter_id, cand_id)) FROM candidate'), $count, 'once';
};

subtest 'two uploads of the same at once store it once' => sub {
    forget_all();
    my @pids = map {
        spawn([$tool, '--url', $site->url, '--data_directory', $data], "$data/../both-$_.log",
            env => { IMAGE_PLANE_TOKEN => $site->token('rater'), TRANSIENTS_URL => undef })
    } 1 .. 2;
    my @status = map { waitpid $_, 0; $? >> 8 } @pids;
    is_deeply \@status, [0, 0], 'both end well';
    is candidates(), $count, 'each candidate is there once';
};

subtest 'a token that the site does not know is exit status 2' => sub {
    my ($status, $out) = run_program([$tool, '--url', $site->url, @tables],
        env => { IMAGE_PLANE_TOKEN => 'mwt_wrong' });
    is $status, 2, 'exit status 2';
    like $out, qr/the token was not accepted \(401: Invalid token\.\)/, 'and it is said why';
};

done_testing;
