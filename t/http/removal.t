# removal.t: staff take back uploads and remove observations and projects: shown first, typed, whole.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use JSON::PP 'decode_json';
use Test::More;
use TransientsTest;
use TransientsTest::Client;
use TransientsTest::Sample;

my $site  = TransientsTest->start;
my $p     = add_project($site, 'P');
my $q     = add_project($site, '<b>Q & "co"</b>');
my $token = $site->token('rater');
my $seed  = 0;
my $key   = 0;
$site->post('/observation_create/', form => observation(), token => $token);

# A candidate as a pipeline sends it; its id.
sub upload (%change) {
    $seed++;
    my $answer = $site->post('/candidate_create/', token => $token, multipart =>
        parts(png => png($seed), gif => gif($seed), x_pix => $seed, %change));
    return decode_json($answer->{content})->{id} // die $answer->{content};
}

# A run as transients-upload begins it; its number.
sub run (%change) {
    my $answer = $site->post('/searches', token => $token, json => {
        obs_id => OBS, project => 'P', filter_id => 'vmf', client => 'transients-upload 1',
        table_name => 'bad <table>.fits', table_sha256 => 'a' x 64, row_count => 2, %change });
    return decode_json($answer->{content})->{upload_run};
}

sub rate ($id) {
    $site->sql(sprintf q{SELECT rate(%d, (SELECT id FROM account WHERE name = 'rater'), 4, 1, 'request-%d',
        'page', NULL, NULL, NULL, false, NULL)}, $id, ++$key);
}

# The form of a removal's page, with this typed and other changes.
sub form_of ($path, $typed, %change) {
    my %form = TransientsTest::Client::form_fields($site->get($path)->{content},
        qr{<form class="panel settings"});
    return { %form, typed => $typed, %change };
}

sub remove ($path, $typed, %change) { return $site->post($path, form_of($path, $typed, %change)) }

# Files of the media folder, of these candidates' pictures (by kind) or of all.
sub files () { return scalar grep { m{/[0-9a-f]{64}\.} } keys holdings($site)->%* }

sub checks ($name) {
    my ($status, $out) = $site->try_admin('check', '--media', $site->media);
    is $out, "no faults found\n", $name;
}

my $run  = run();
my @run  = map { upload(upload_run => $run) } 1 .. 3;
my $kept = upload();
my $twin = upload(png => png(1), gif => gif(1));    # the first of the run has the same pictures
rate($run[0]);

subtest 'pages are for staff' => sub {
    my @paths = ('/admin/runs', "/admin/runs/$run", "/admin/runs/$run/remove", "/admin/projects/$p/remove",
        '/admin/observations/' . OBS . '/remove', '/admin/removals/1');
    for my $path (@paths) {
        $site->login('rater');
        is $site->get($path)->{status}, 403, "a rater: $path";
        $site->client->cookies->clear;
        like $site->get($path)->{headers}{location} // $site->get($path)->{status}, qr/login|401/, "nobody: $path";
    }
    $site->login('rater');
    for my $path (grep {m{/remove$}} @paths) {
        is $site->post($path, { typed => 'P', stamp => 'x' })->{status}, 403, "a rater's form: $path";
        is $site->post($path, form => { typed => 'P', stamp => 'x' }, token => $site->token('admin'))->{status}, 403,
            "a token of staff: $path";
    }
    unlike $site->get('/observations/' . OBS)->{content}, qr/Remove/, 'a rater sees no way there';
    $site->login('admin');
    like $site->get('/observations/' . OBS)->{content}, qr{href="/admin/observations/@{[OBS]}/remove"}, 'staff do';
};

subtest 'upload runs can be looked at' => sub {
    my $page = $site->get('/admin/runs')->{content};
    like $page, qr{href="/admin/runs/$run">$run<}, 'the list has it';
    like $page, qr/bad &lt;table&gt;\.fits/, 'and its table, as text';
    is scalar $site->json('/admin/runs.json?find=BAD+%3Ctable')->{rows}->@*, 1, 'found by its table';
    is scalar $site->json("/admin/runs.json?find=$run")->{rows}->@*, 1, 'by its number';
    is scalar $site->json('/admin/runs.json?find=zzz')->{rows}->@*, 0, 'and not by what it has not';
    my $csv = $site->get('/admin/runs.csv?find=BAD')->{content};
    like $csv, qr/bad <table>\.fits/, 'the list can be taken away';
    is $site->get('/admin/runs.fits')->{status}, 200, 'as FITS, too';
    is $site->get('/admin/runs?sort=host')->{status}, 400, 'an unknown order is refused';
    $page = $site->get("/admin/runs/$run")->{content};
    like $page, qr/3 candidates, 1 rated since/, 'its page counts what it brought';
    like $page, qr{href="/candidates\?project=$p&amp;obs_id=@{[OBS]}&amp;filter=\d+">3<}, 'and leads to it';
    is $site->get('/admin/runs/987')->{status}, 404, 'an unknown one is not there';
    is $site->get('/admin/runs/987/remove')->{status}, 404, 'nor to be taken back';
};

subtest 'many runs are paged by key' => sub {
    $site->sql(qq{INSERT INTO upload_run (account_id, client) SELECT account_id, 'many' FROM upload_run,
        generate_series(1, 61)});
    my ($query, @got) = 'rows=20&find=many';
    while (defined $query) {
        my $page = $site->json("/admin/runs.json?$query");
        push @got, map { $_->{id} } $page->{rows}->@*;
        ($query) = ($page->{next} // '') =~ /\?(.*)/s;
    }
    is "@got", join(' ', $site->sql(q{SELECT id FROM upload_run WHERE client = 'many' ORDER BY id DESC})),
        'each once, the newest first';
};

subtest 'what goes is shown, and asked for by name' => sub {
    my $path = "/admin/runs/$run/remove";
    my $page = $site->get($path)->{content};
    like $page, qr{<dt>$_->[0]</dt><dd>$_->[1]<}, "shown: $_->[0]"
        for ['Candidates', 3], ['Ratings', 1], ['People who rated', 1], ['Search records', 1], ['Pictures', 6];
    like $page, qr{href="/candidates/$run[0]"}, 'with some of them';
    my $before = holdings($site);
    for my $typed ('', ' ', 'yes', "0$run", '<script>', 'x' x 65) {
        my $answer = remove($path, $typed);
        is $answer->{status}, 422, "'$typed' is not its name";
        like $answer->{content}, qr/Nothing was removed/, 'and nothing went';
    }
    like remove($path, '<script>alert(1)</script>')->{content}, qr/value="&lt;script&gt;/, 'what was typed stays, as text';
    is remove($path, $run, stamp => '')->{status}, 422, 'without a stamp';
    is remove($path, $run, stamp => '3.9.9')->{status}, 409, 'with the stamp of something else';
    is $site->get("$path?typed=$run&stamp=x")->{status}, 200, 'an address alone';
    my $form = form_of($path, $run);
    rate($run[1]);
    $before->{$_}++ for qw(rating rating_event candidate_class_count);
    my $answer = $site->post($path, $form);
    is $answer->{status}, 409, 'a verdict given since it was shown';
    like $answer->{content}, qr/has changed since it was shown.*<dt>Ratings<.dt><dd>2</s, 'is shown, and asked about again';
    is differences($before, holdings($site)), '', 'removes nothing';
    is $site->request('POST', $path, form => form_of($path, $run),
        headers => { Origin => 'https://elsewhere.example' })->{status}, 403, 'nor does a form of another site';
};

subtest 'a bad upload can be taken back as a whole' => sub {
    my $files  = files();
    my $answer = remove("/admin/runs/$run/remove", " $run ");
    is $answer->{status}, 303, 'it goes';
    my ($line) = ($answer->{headers}{location} // '') =~ m{^/admin/removals/\d+$} ? $answer->{headers}{location} : ();
    my $page = $site->get($line)->{content};
    like $page, qr{Taken back by admin}, 'a page says so';
    like $page, qr{<dt>Candidates</dt><dd>3<}, 'and what went';
    is $site->sql("SELECT count(*) FROM candidate WHERE id IN (@{[join ',', @run]})"), 0, 'its candidates are gone';
    is $site->sql('SELECT count(*) FROM search_record'), 0, 'and its searches';
    is $site->get("/candidates/$kept")->{status}, 200, 'others stay';
    is $site->sql('SELECT count(*) FROM observation'), 1, 'the observation too';
    like $site->get("/admin/runs/$run")->{content}, qr/Taken back by admin/, 'the run stays and says so';
    is $site->get("/admin/runs/$run/remove")->{status}, 404, 'it cannot be taken back twice';
    is $site->post("/admin/runs/$run/remove", { typed => $run, stamp => 'x' })->{status}, 404, 'nor by an old form';
    is $files - files(), 6, 'the pictures go after the commit';
    my ($media) = $site->get("/candidates/$twin")->{content} =~ m{(/media/$twin/png-\w+\.png)};
    is $site->get($media)->{status}, 200, 'and those that others use stay';
    checks('rows, counts and pictures fit together');
    is $site->post('/candidate_create/', token => $token, multipart => parts(upload_run => $run, x_pix => 77))->{status},
        400, 'nothing more comes into it';
    isnt run(), $run, 'the same table again is another run';
};

subtest 'the database keeps the rows' => sub {
    is $site->sql(q{SELECT count(*) FROM audit_log WHERE action = 'delete' AND subject = 'candidate' AND before ->> 'upload_run' IS NOT NULL}),
        3, 'of the candidates';
    is $site->sql(q{SELECT count(*) FROM audit_log WHERE action = 'delete' AND subject = 'rating_event'}), 2,
        'of the verdicts';
    is $site->sql(q{SELECT DISTINCT a.name FROM audit_log g JOIN account a ON a.id = g.account_id
        WHERE g.action IN ('delete', 'remove')}), 'admin', 'with who did it';
};

subtest 'an upload of the same picture at the same moment keeps its file' => sub {
    my $old  = upload(png => png(500), gif => gif(500));
    my $name = $site->sql("SELECT left(png_hash, 2) || '/' || png_hash || '.png' FROM candidate WHERE id = $old");
    $site->sql("DELETE FROM candidate WHERE id = $old; INSERT INTO removed_media (name)
        VALUES (substr('$name', 4))");    # as after a crash between commit and sweep
    my $new = upload(png => png(500), gif => gif(501), x_pix => 501);
    $site->login('admin');
    is remove('/admin/observations/' . upload_other() . '/remove', 1300000000)->{status}, 303, 'the next removal sweeps';
    ok -e $site->media . "/$name", 'what was brought again stays';
    is $site->sql('SELECT count(*) FROM removed_media'), 0, 'and nothing waits';
    $site->admin('check', '--media', $site->media);
};

# An observation of its own with one candidate.
sub upload_other () {
    $site->post('/observation_create/', token => $token, form =>
        observation(observation_id => 1300000000, starttime => 1300000000, stoptime => 1300000100));
    upload(obs_id => 1300000000, project => 'P');
    upload(obs_id => 1300000000, project => '<b>Q & "co"</b>');
    return 1300000000;
}

subtest 'an observation goes with its candidates in all projects' => sub {
    my $id = upload_other();
    my $path = "/admin/observations/$id/remove";
    like $site->get($path)->{content}, qr{<dt>in projects</dt><dd>2<}, 'both projects are named';
    is remove($path, $id)->{status}, 303, 'it goes';
    is $site->get("/observations/$id")->{status}, 404, 'it is not there';
    is $site->sql("SELECT count(*) FROM candidate WHERE obs_id = $id"), 0, 'nor are they';
    is $site->get($path)->{status}, 404, 'a second time there is nothing';
    checks('counts fit');
};

subtest 'a filtered list of candidates goes, no more and no less' => sub {
    $site->post('/settings', { project => 0 });
    my @loud = map { upload(can_peak_flux => 100 + $_) } 1 .. 3;
    my $quiet = upload(can_peak_flux => 0.5);
    my $where = 'can_peak_flux_min=100';
    my ($way) = $site->get("/candidates?project=$p&$where")->{content} =~ m{href="(/admin/candidates/remove\?[^"]+)"};
    $way =~ s/&amp;/&/g;
    like $way, qr/project=$p.*\Q$where\E/, 'the table leads there with its filters';
    my $page = $site->get($way)->{content};
    like $page, qr/Filter: .*Peak flux, at least 100/, 'the filters are said in words';
    like $page, qr{<dt>Candidates</dt><dd>3<}, 'three would go';
    sub list_form ($path, %more) {
        return { TransientsTest::Client::form_fields($site->get($path)->{content}, qr{<form class="panel settings"}), %more };
    }
    is $site->post('/admin/candidates/remove', list_form($way, typed => 4))->{status}, 422, 'not another number';
    my $form = list_form($way, typed => 3);
    my $more = upload(can_peak_flux => 999);
    my $answer = $site->post('/admin/candidates/remove', $form);
    is $answer->{status}, 422, 'one that came meanwhile makes it another number';
    like $answer->{content}, qr{Type: 4.*<dt>Candidates</dt><dd>4<}s, 'which is said';
    is $site->post('/admin/candidates/remove', { %$form, typed => 4 })->{status}, 409, 'and has to be looked at';
    is $site->post('/admin/candidates/remove', { %$form, can_peak_flux_min => 'loud' })->{status}, 422, 'a broken filter removes nothing';
    is $site->sql('SELECT count(*) FROM candidate WHERE can_peak_flux >= 100'), 4, 'all are still there';
    $answer = $site->post('/admin/candidates/remove', list_form($way, typed => 4));
    is $answer->{status}, 303, 'all four go';
    like $site->get($answer->{headers}{location})->{content}, qr{<dt>Candidates</dt><dd>4<}, 'a page says so';
    is $site->sql("SELECT count(*) FROM candidate WHERE id IN (@{[join ',', @loud, $more]})"), 0, 'they are gone';
    is $site->get("/candidates/$quiet")->{status}, 200, 'what the filter leaves out stays';
    is $site->sql(q{SELECT before ->> 'name' FROM audit_log WHERE subject = 'candidates'}) =~ /Peak flux, at least 100/, 1,
        'the log says by which filter';
    checks('counts and pictures fit');

    $page = $site->get('/admin/candidates/remove?project=0');
    is $page->{status}, 200, 'no filter is no error';
    like $page->{content}, qr/every candidate of every project/, 'no filter at all is asked about';
    unlike $page->{content}, qr/name="stamp"/, 'and offers no form';
    is $site->post('/admin/candidates/remove', { project => 0, typed => 9, stamp => 'x' })->{status}, 422, 'nor takes one';
    like $site->get('/admin/candidates/remove?project=0&all=1')->{content}, qr/name="stamp"/, 'it can be asked for';
    unlike $site->get('/admin/candidates/remove?can_peak_flux_min=abc')->{content}, qr/name="stamp"/,
        'a filter that cannot be read offers no form';
    unlike $site->get('/admin/candidates/remove?can_peak_flux_min=1e9')->{content}, qr/name="stamp"/, 'nor does an empty list';
    $site->login('rater');
    is $site->get($way)->{status}, 403, 'a rater may not look';
    is $site->post('/admin/candidates/remove', $form)->{status}, 403, 'nor do it';
    unlike $site->get('/candidates')->{content}, qr/Remove these/, 'and sees no way there';
    $site->login('admin');
};

subtest 'a project goes with its candidates and members' => sub {
    upload(project => '<b>Q & "co"</b>');
    $site->post('/settings', { project => $q });
    my $path = "/admin/projects/$q/remove";
    like $site->get($path)->{content}, qr/&lt;b&gt;Q/, 'its name is text';
    is remove($path, 'Q')->{status}, 422, 'half a name is none';
    my $answer = remove($path, '<b>Q & "co"</b>');
    is $answer->{status}, 303, 'the whole name';
    like $site->get($answer->{headers}{location})->{content}, qr/Project.*&lt;b&gt;Q/s, 'a page says so';
    is $site->sql("SELECT count(*) FROM project WHERE id = $q"), 0, 'it is gone';
    is $site->get('/settings')->{status}, 200, 'whose settings named it still has settings';
    is $site->get("/admin/projects/$q/remove")->{status}, 404, 'it is not there';
    is $site->get('/admin/removals/1')->{status}, 404, 'a line of the audit log that is no removal is no page';
    checks('counts fit');
};

$site->stop;
done_testing;
