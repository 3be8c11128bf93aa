# The staff's pages of what is looked at and said: projects, classifications, filters, observations,
# candidates, metadata, verdicts, pulsar matches, the audit log.
#
# SPDX-License-Identifier: MIT
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/../lib";
use JSON::PP 'decode_json';
use Test::More;
use TransientsTest;
use TransientsTest::Sample;

my $site = TransientsTest->start;
$site->login('admin');
my ($admin_id, $rater_id) = $site->sql(q{SELECT id FROM account ORDER BY name});
my $rater = $site->new_client;
$rater->login('rater');
my %project = (classification_required => 1, blind => 1, access => 'members', map { ("word_$_" => "word $_") } 1 .. 5);
my $script = '<script>alert(1)</script>';

sub page ($path) {
    my $answer = $site->get($path);
    is $answer->{status}, 200, "GET $path" or diag(substr $answer->{content}, 0, 2000);
    utf8::decode(my $text = $answer->{content});
    return $text;
}

# 303 with the word that it is saved; the number of what was saved.
sub is_saved ($answer, $name) {
    is $answer->{status}, 303, $name;
    like $answer->{headers}{location} // '', qr{\?saved=1$}, 'and said';
    return ($answer->{headers}{location} // '') =~ m{/(\d+)\?} ? $1 : undef;
}

sub is_refused ($answer, $field, $words, $name) {
    is $answer->{status}, 422, "$name is refused";
    utf8::decode(my $page = $answer->{content});
    like $page, qr{id="e-\Q$field\E"[^>]*>[^<]*$words}, 'at the field';
    like $page, qr/Nothing was changed/, 'and nothing is changed';
    return $page;
}

subtest 'projects' => sub {
    my $id = is_saved($site->post('/admin/projects/new', { %project, name => 'Пульсары é', description => $script }),
        'one is added');
    my $text = page("/admin/projects/$id");
    like $text, qr/Пульсары é/, 'with any letters';
    like $text, qr/&lt;script&gt;alert/, 'a script in it is text';
    unlike $text, qr/<script>alert/, 'and nothing else';
    is_saved($site->post("/admin/projects/$id", { %project, name => 'P', description => 'x' x 256, access => 'listed',
        blind => '', word_5 => 'sicher' }), 'it is changed');
    is scalar $site->sql("SELECT name, access, blind, rating_words[5] FROM project WHERE id = $id"), 'P|listed|f|sicher', 'all of it';
    my $refused = is_refused($site->post('/admin/projects/new', { %project, name => 'P', description => 'typed' }), 'name',
        'A project “P” exists already', 'a name that is taken');
    like $refused, qr{>\ntyped</textarea>}, 'and what was typed is kept';
    is_refused($site->post("/admin/projects/$id", { %project, name => '' }), 'name', 'required', 'no name');
    is_refused($site->post("/admin/projects/$id", { %project, name => 'n' x 65 }), 'name', 'no more than 64', 'a long name');
    is_refused($site->post("/admin/projects/$id", { %project, name => 'P', description => 'd' x 257 }), 'description', 'no more than 256',
        'a long description');
    is_refused($site->post("/admin/projects/$id", { %project, name => 'P', word_3 => '' }), 'word_3', 'required', 'a rating without a word');
    is_refused($site->post("/admin/projects/$id", { %project, name => 'P', access => 'all' }), 'access', '', 'an unknown access');

    unlike $rater->get('/candidates')->{content}, qr{>P</option>}, 'a listed project is not for everybody';
    is_refused($site->post("/admin/projects/$id/members", { member => 'nobody' }), 'member', 'There is no user', 'an unknown member');
    is_saved($site->post("/admin/projects/$id/members", { member => 'RATER' }), 'a member is added');
    like $rater->get('/candidates')->{content}, qr{>P</option>}, 'and sees it';
    is_refused($site->post("/admin/projects/$id/members", { member => 'rater' }), 'member', 'a member already', 'the same again');
    is_saved($site->post("/admin/projects/$id/members/$rater_id/remove"), 'and removed');
    is $site->post("/admin/projects/$id/members/$rater_id/remove")->{status}, 404, 'once';
    like page('/admin/projects?find=p&sort=-uploaded'), qr{href="/admin/projects/$id">P<}, 'the list finds it';
};

subtest 'classifications' => sub {
    my $id = is_saved($site->post('/admin/classifications/new', { name => "Météore $script", key_letter => 'v', position => 5,
        description => 'crosses' }), 'one is added');
    is scalar $site->sql("SELECT key_letter, position, hidden FROM classification WHERE id = $id"), 'V|5|f', 'with its key as a capital';
    my $list = page('/admin/classifications');
    like $list, qr/Météore &lt;script&gt;/, 'it is in the list, as text';
    like $list, qr/Météore.*Transient.*Unsure/s, 'in its place';
    is_refused($site->post('/admin/classifications/new', { name => 'x', key_letter => 'R' }), 'key_letter', 'R is the key of “RFI”',
        'a key that another has');
    is_refused($site->post('/admin/classifications/new', { name => 'x', key_letter => 'm' }), 'key_letter', 'M is the key of the notes',
        'a key of the page itself');
    is_refused($site->post('/admin/classifications/new', { name => 'x', key_letter => 'é' }), 'key_letter', 'one letter', 'a letter beyond A to Z');
    is_refused($site->post('/admin/classifications/new', { name => 'RFI' }), 'name', 'A classification “RFI” exists', 'a name that is taken');
    is_refused($site->post("/admin/classifications/$id", { name => 'x', position => 'first' }), 'position', 'whole|integer', 'a place that is none');
    is_saved($site->post("/admin/classifications/$id", { name => 'Meteor', key_letter => 'V', position => '', hidden => 1 }), 'it is hidden');
    is scalar $site->sql("SELECT name, position, hidden FROM classification WHERE id = $id"), 'Meteor|100|t', 'and last';
    is_saved($site->post('/admin/classifications/new', { name => 'Bolide', key_letter => 'V' }), 'its key is free for another');
    is_refused($site->post("/admin/classifications/$id", { name => 'Meteor', key_letter => 'V' }), 'key_letter', 'V is the key of “Bolide”',
        'showing it again with that key');
};

subtest 'filters' => sub {
    my $id = is_saved($site->post('/admin/filters/new', { name => 'välkommen', description => $script }), 'one is added');
    like page("/admin/filters/$id"), qr/&lt;script&gt;/, 'what is said of it is text';
    is_saved($site->post("/admin/filters/$id", { name => 'vmf', description => 'matched' }), 'it is described');
    is_refused($site->post('/admin/filters/new', { name => 'vmf' }), 'name', 'A filter “vmf” exists', 'a name that is taken');
    is_refused($site->post("/admin/filters/$id", { name => '' }), 'name', 'required', 'no name');
    like page('/admin/filters?find=MATCHED'), qr/>vmf</, 'the list finds it by what is said';
};

subtest 'observations' => sub {
    my %all = observation(ra_tile_dec => '251.9263538846139')->%*;
    my $id = is_saved($site->post('/admin/observations/new', \%all), 'one is added by hand');
    is $id, OBS, 'under its number';
    is_refused($site->post('/admin/observations/new', { %all }), 'observation_id', 'exists already', 'the same number');
    is_refused($site->post('/admin/observations/new', { %all, observation_id => -1 }), 'observation_id', 'greater', 'a negative number');
    my $project = $site->sql(q{SELECT id FROM project WHERE name = 'P'});
    my ($candidate) = add_candidates($site, $project, {});
    my $text = page("/admin/observations/$id");
    like $text, qr/name="cent_freq" value="184.96"/, 'every value can be corrected';
    unlike $text, qr/name="observation_id"/, 'but its number';
    is_saved($site->post("/admin/observations/$id", { %all, observation_id => 5, cent_freq => 200.32, obsname => 'neu', azimuth => '',
        starttime => OBS + 8 }), 'it is corrected');
    is scalar $site->sql("SELECT observation_id, cent_freq, obsname, azimuth IS NULL, ra_tile_dec FROM observation"),
        OBS . '|200.32|neu|t|251.9263538846139', 'to what was typed, the rest to the last digit';
    is scalar $site->sql("SELECT obs_cent_freq, obs_starttime FROM candidate WHERE id = $candidate"), '200.32|' . (OBS + 8), 'its candidates follow';
    my $wrong = is_refused($site->post("/admin/observations/$id", { %all, cent_freq => 'loud', obsname => 'kept' }), 'cent_freq', 'valid number',
        'a frequency that is no number');
    like $wrong, qr/value="kept"/, 'and what was typed is kept';
    is_refused($site->post("/admin/observations/$id", { %all, starttime => '' }), 'starttime', 'required', 'no start');
    is_refused($site->post("/admin/observations/$id", { %all, int_time => '1e400' }), 'int_time', 'valid number', 'a number without end');
    is_refused($site->post("/admin/observations/$id", { %all, obsname => 'o' x 129 }), 'obsname', 'no more than 128', 'a long name');
    like page('/admin/observations?find=NEU'), qr{href="/admin/observations/$id"}, 'the list finds it by name';
    like $site->get("/observations/$id")->{content}, qr{href="/admin/observations/$id"}, 'staff get there from its page';
    unlike $rater->get("/observations/$id")->{content}, qr{/admin/}, 'raters have no such link';
};

subtest 'a candidate is looked at whole and moved to another project' => sub {
    $site->sql(q{UPDATE project SET access = 'members'});
    my $answer = $site->post('/candidate_create/', token => $site->token('admin'), multipart => parts(metadata => '{"a": "é"}'));
    is $answer->{status}, 201, 'an uploaded one';
    my $id = decode_json($answer->{content})->{id};
    my $to = is_saved($site->post('/admin/projects/new', { %project, name => 'Q' }), 'another project');
    $rater->post("/candidates/$id/rating", { rating => 4, classification => 1, request_key => 'request-of-it' });
    my $text = page("/admin/candidates/$id");
    like $text, qr/GLEAM J162801-523540/, 'what was sent is there';
    like $text, qr/>stands</, 'and who said what';
    like $text, qr{<option value="$to">Q</option>}, 'another project is offered';
    is_refused($site->post("/admin/candidates/$id/project", { project => '' }), 'project', 'required', 'no project');
    is_refused($site->post("/admin/candidates/$id/project", { project => 999 }), 'project', 'There is no such project', 'an unknown project');
    is_saved($site->post("/admin/candidates/$id/project", { project => $to }), 'it moves');
    is $site->sql("SELECT project_id FROM candidate_summary WHERE candidate_id = $id"), $to, 'its counts go with it';
    is scalar $site->sql("SELECT uploaded, rated FROM observation_summary WHERE project_id = $to"), '1|1', 'survey status as well';
    like $site->admin('check'), qr/no faults found/, 'and nothing is inconsistent';
    my $again = $site->post('/candidate_create/', token => $site->token('admin'), multipart => parts(project => 'Q'));
    is $again->{headers}{'transients-known'}, 'yes', 'sent to its new project it is known';
    is decode_json($again->{content})->{id}, $id, 'as itself';
    my $other = decode_json($site->post('/candidate_create/', token => $site->token('admin'), multipart => parts())->{content})->{id};
    isnt $other, $id, 'sent to its old project it is another one';
    my $there = is_refused($site->post("/admin/candidates/$other/project", { project => $to }), 'project', "in that project already: number $id",
        'a candidate that is in the other project');
    my %found = map { $_ => scalar $site->json("/admin/candidates.json?find=$_")->{rows}->@* } $id, OBS, 999999;
    is $found{$id}, 1, 'one is found by its number';
    cmp_ok $found{ +OBS }, '>=', 3, 'all of an observation by its number';
    is $found{999999}, 0, 'nothing by another';
    is $site->get('/admin/candidates?find=abc')->{status}, 400, 'what is no number is refused';
    unlike page('/admin/candidates'), qr{<option[^>]*>\s*$id\s*<}, 'no list of choices has all candidates';
    like page("/admin/log?subject=candidate&subject_id=$id"), qr/project_id/, 'the audit log has it';
};

subtest 'metadata' => sub {
    my $id = $site->sql(q{SELECT min(id) FROM candidate WHERE metadata IS NOT NULL});
    like page('/admin/metadata'), qr{href="/admin/candidates/$id/metadata"}, 'candidates that have some are listed';
    my ($seen) = page("/admin/candidates/$id/metadata") =~ /name="seen" value="(\w+)"/;
    is_saved($site->post("/admin/candidates/$id/metadata", { seen => $seen, metadata => "\n$script ü" }), 'it is changed');
    my $late = $site->post("/admin/candidates/$id/metadata", { seen => $seen, metadata => 'second' });
    is $late->{status}, 409, 'nothing is written over unseen';
    utf8::decode(my $both = $late->{content});
    like $both, qr/&lt;script&gt;alert.*second/s, 'both texts are shown, as text';
    my ($newer) = $both =~ /name="seen" value="(\w+)"/;
    is_saved($site->post("/admin/candidates/$id/metadata", { seen => $newer, metadata => 'second' }), 'over what was seen it is');
    ($seen) = page("/admin/candidates/$id/metadata") =~ /name="seen" value="(\w+)"/;
    is_saved($site->post("/admin/candidates/$id/metadata", { seen => $seen, metadata => 'x' x 65536 }), '64 kB are taken');
    ($seen) = page("/admin/candidates/$id/metadata") =~ /name="seen" value="(\w+)"/;
    is_refused($site->post("/admin/candidates/$id/metadata", { seen => $seen, metadata => 'x' x 65537 }), 'metadata', '', 'a byte more');
    is_refused($site->post("/admin/candidates/$id/metadata", { seen => $seen, metadata => 'é' x 40000 }), 'metadata', '65,536 bytes',
        'fewer letters of more bytes');
    is_saved($site->post("/admin/candidates/$id/metadata", { seen => $seen, metadata => '' }), 'it can be emptied');
    is $site->sql("SELECT metadata IS NULL FROM candidate WHERE id = $id"), 't', 'to none';
};

subtest 'a verdict is taken back, and who did it is known' => sub {
    my ($event, $candidate) = split /\|/, $site->sql('SELECT event_id, candidate_id FROM rating LIMIT 1');
    like page('/admin/ratings?user=rater&rating=4'), qr{href="/admin/candidates/$candidate"}, 'the list has it';
    my %found = map { $_ => scalar $site->json("/admin/ratings.json?$_")->{rows}->@* } 'user=rater', 'user=nobody', "candidate=$candidate",
        'candidate=999999', 'class=1', 'class=2', 'from=2020-01-01', 'before=2020-01-01', 'project=999999', 'rating=1';
    is $found{$_}, 1, "found by $_" for 'user=rater', "candidate=$candidate", 'class=1', 'from=2020-01-01';
    is $found{$_}, 0, "not by $_" for 'user=nobody', 'candidate=999999', 'class=2', 'before=2020-01-01', 'project=999999', 'rating=1';
    for my $query ('from=yesterday', 'before=2026-02-30', 'rating=6', 'user=' . 'x' x 65, 'candidate=x', 'sort=password') {
        my $answer = $site->get("/admin/ratings?$query");
        is $answer->{status}, 400, substr $query, 0, 30;
        unlike $answer->{content}, qr/<td>/, 'shows no row';
    }
    is $site->get("/admin/ratings/$event/take-back")->{status}, 405, 'not by GET';
    is $site->post("/admin/ratings/$event/take-back", { request_key => 'take-back-1' })->{status}, 303, 'it is taken back';
    is $site->sql("SELECT count(*) FROM rating WHERE event_id = $event"), 0, 'it stands no more';
    is scalar $site->sql("SELECT account_id, how, rating IS NULL FROM rating_event WHERE candidate_id = $candidate ORDER BY id DESC LIMIT 1"),
        "$rater_id|undo|t", 'one more event says so';
    is $site->sql("SELECT rating_count FROM candidate_summary WHERE candidate_id = $candidate"), 0, 'the count follows';
    is $site->sql("SELECT account_id FROM audit_log WHERE action = 'take back' AND subject_id = '$candidate'"), $admin_id, 'the audit log says who';
    is $site->post("/admin/ratings/$event/take-back", { request_key => 'take-back-2' })->{status}, 404, 'once';
};

subtest 'classifications and filters that something refers to are merged, not deleted' => sub {
    $site->sql(q{CREATE TABLE patience (had text);
        CREATE FUNCTION note_patience() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS
            $$ BEGIN INSERT INTO patience VALUES (current_setting('statement_timeout')); RETURN NULL; END $$;
        CREATE TRIGGER note_patience AFTER UPDATE ON classification EXECUTE FUNCTION note_patience();
        CREATE TRIGGER note_patience AFTER UPDATE ON filter EXECUTE FUNCTION note_patience()});
    my ($from, $into) = map { scalar $site->sql("SELECT id FROM classification WHERE name = '$_'") } 'Noise', 'RFI';
    my $candidate = $site->sql('SELECT min(id) FROM candidate');
    is $rater->post("/candidates/$candidate/rating", { rating => 1, classification => $from, request_key => 'request-merged' })->{status}, 303,
        'a verdict';
    is_refused($site->post("/admin/classifications/$from/merge", { into => '' }), 'into', 'required', 'a merge into nothing');
    is_refused($site->post("/admin/classifications/$from/merge", { into => $from }), 'into', 'into itself', 'one into itself');
    is_refused($site->post("/admin/classifications/$from/merge", { into => 999 }), 'into', 'no such', 'one into what is not there');
    is $rater->post("/admin/classifications/$from/merge", { into => $into })->{status}, 403, 'raters merge nothing';
    is is_saved($site->post("/admin/classifications/$from/merge", { into => $into }), 'it is merged'), $into, 'into the other';
    is $site->sql("SELECT classification_id FROM rating WHERE candidate_id = $candidate"), $into, 'whose verdict it is then';
    like page("/admin/classifications/$from"), qr/Merged into.*RFI/, 'its page says so';
    is_refused($site->post("/admin/classifications/$from", { name => 'Noise' }), 'hidden', 'merged into “RFI” and stays hidden', 'showing it again');

    my $filter = is_saved($site->post('/admin/filters/new', { name => 'late' }), 'another filter');
    my $old = $site->sql("SELECT filter_id FROM candidate WHERE id = $candidate");
    is_refused($site->post("/admin/filters/$old/merge", { into => $old }), 'into', 'into itself', 'a filter into itself');
    is $rater->post("/admin/filters/$old/merge", { into => $filter })->{status}, 403, 'raters merge no filters';
    is is_saved($site->post("/admin/filters/$old/merge", { into => $filter }), 'it is merged'), $filter, 'into the other';
    is $site->sql("SELECT filter_id FROM candidate WHERE id = $candidate"), $filter, 'whose candidate it is then';
    like page("/admin/filters/$old"), qr/Merged into.*late/, 'its page says so';
    is join(' ', $site->sql('SELECT had FROM patience')), '4min 4min', 'each had as long as 200,000 candidates take';
    $site->sql('DROP FUNCTION note_patience CASCADE; DROP TABLE patience');
    like $site->admin('check'), qr/no faults found/, 'and nothing is inconsistent';
};

subtest 'a match to a pulsar is taken back' => sub {
    my $candidate = $site->sql('SELECT min(id) FROM candidate');
    $site->sql(qq{INSERT INTO pulsar (name) VALUES ('J0437-4715');
        INSERT INTO association (candidate_id, pulsar_id, account_id) SELECT $candidate, id, $rater_id FROM pulsar});
    like page('/admin/associations?find=j0437'), qr{action="/admin/associations/$candidate/remove"}, 'it is found by the pulsar';
    is $site->json("/admin/associations.json?find=$candidate")->{rows}->@*, 1, 'and by the candidate';
    is_saved($site->post("/admin/associations/$candidate/remove"), 'it is taken back');
    is $site->sql('SELECT count(*) FROM association'), 0, 'and gone';
    is $site->post("/admin/associations/$candidate/remove")->{status}, 404, 'once';
};

subtest 'the audit log is searched, paged and readable' => sub {
    my ($line) = $site->sql(q{SELECT id FROM audit_log WHERE subject = 'project' AND action = 'update' ORDER BY id LIMIT 1});
    my $text = page("/admin/log/$line");
    like $text, qr/Пульсары é.*P/s, 'before and after stand side by side';
    like $text, qr/&lt;script&gt;/, 'as text';
    my ($path, @seen) = '/admin/log.json?rows=10';
    while ($path) {
        my $page = $site->json($path);
        push @seen, map { $_->{id} } $page->{rows}->@*;
        $path = $page->{next};
    }
    my %times;
    $times{$_}++ for @seen;
    is scalar(grep { $_ != 1 } values %times), 0, 'no line comes twice';
    is_deeply [(sort { $a <=> $b } @seen)[0 .. 4]], [map { $_ + 0 } ($site->sql('SELECT id FROM audit_log ORDER BY id LIMIT 5'))], 'down to the first';
    for my $query ('action=insert', 'subject=filter', 'user=admin', "subject=project&subject_id=1", 'from=2020-01-01') {
        cmp_ok scalar $site->json("/admin/log.json?$query")->{rows}->@*, '>', 0, "found by $query";
    }
    is $site->json("/admin/log.json?$_")->{rows}->@*, 0, "nothing by $_" for 'user=nobody', 'action=x', 'before=2020-01-01', 'subject=filter&subject_id=x';
    is $site->get('/admin/log?subject_id=5')->{status}, 400, 'a number of nothing is refused';
    is $site->get('/admin/log?from=x')->{status}, 400, 'a time that is none is refused';
};

# Every page once more with long words and scripts in every text.
subtest 'a script in any text shows as text' => sub {
    my $long = '<script>alert(2)</script>' . 'W' x 39;
    $site->sql(qq{UPDATE project SET name = '$long' WHERE name = 'Q'; UPDATE filter SET name = '$long' WHERE id = 1; UPDATE filter SET description = '$long';
        UPDATE observation SET obsname = '$long', projectid = '$long'; UPDATE classification SET description = '$long';
        UPDATE candidate SET metadata = '$long', notes = '$long', nks_name = '$long', extra = jsonb_build_object('$long', '$long');
        UPDATE token SET name = '$long'});
    my $candidate = $site->sql('SELECT max(id) FROM candidate');
    for my $path ('', "/users/$admin_id", '/projects', '/classifications', '/filters', '/filters/1', '/observations', '/observations/' . OBS,
        '/candidates', "/candidates/$candidate", "/candidates/$candidate/metadata", '/metadata', '/log', '/projects/1', '/classifications/1')
    {
        unlike page("/admin$path"), qr/<script>alert/, 'only as text';
    }
};

$site->stop;
done_testing;
