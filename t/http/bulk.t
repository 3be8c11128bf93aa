# bulk.t: one verdict on several candidates: shown first, then stored in one transaction, exactly those
# that were shown, never twice, never across projects, and never touching a note.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use TransientsTest qw(together);
use TransientsTest::Sample;

my $site  = TransientsTest->start;
my $p     = add_project($site, 'P');
my $q     = add_project($site, 'Q');
my $rater = $site->sql(q{SELECT id FROM account WHERE name = 'rater'});
$site->sql(sprintf q{INSERT INTO observation (observation_id, starttime, stoptime) VALUES (%d, %d, %d)},
    OBS + 1, OBS + 1, OBS + 100);
my @near = add_candidates($site, $p, map { { ra_deg => 10 + $_ / 1000, dec_deg => -30, notes => "note $_" } } 0 .. 5);
my ($far)     = add_candidates($site, $p, { obs_id => OBS + 1, ra_deg => 10, dec_deg => -30 });
my ($foreign) = add_candidates($site, $q, { ra_deg => 10, dec_deg => -30 });
$site->login('rater');
$site->post('/settings', { project => $p, queue_order => 'oldest', queue_filter => 'mine' });

sub verdicts () { return join ' ', $site->sql("SELECT candidate_id || ':' || rating || ':' || classification_id
    FROM rating WHERE account_id = $rater ORDER BY candidate_id") }

sub events () { return scalar $site->sql('SELECT count(*) FROM rating_event') }

sub notes () { return join ' ', $site->sql("SELECT coalesce(notes, '-') || notes_version FROM candidate ORDER BY id") }

sub clear () { $site->sql('DELETE FROM rating; DELETE FROM rating_event') }

my %page = (neighbours => '/candidates/%s/neighbours-rating', observation => '/candidates/%s/observation-rating');

sub preview ($id, $kind, %query) {
    return $site->get(sprintf($page{$kind}, $id) . (%query ? '?' . join('&', map {"$_=$query{$_}"} sort keys %query) : ''));
}

sub store ($id, $kind, %form) {
    return $site->post(sprintf($page{$kind}, $id), \%form);
}

sub field ($page, $name) { return $page->{content} =~ /name="$name" value="([^"]*)"/ ? $1 : undef }

sub listed ($page) { return join ' ', sort { $a <=> $b } $page->{content} =~ m{<a class="mono" href="/candidates/(\d+)"}g }

my $notes = notes();

subtest 'a verdict with ticked neighbours stores nothing and leads to what will be rated' => sub {
    my $answer = $site->post("/candidates/$near[0]/rating", { rating => 1, classification => 4, also => [@near[2, 3], $far] });
    is $answer->{status}, 303, 'it answers 303';
    is $answer->{headers}{location}, "/candidates/$near[0]/neighbours-rating?rating=1&classification=4&ids=$near[0],$near[2],$near[3],$far",
        'to the list';
    is events(), 0, 'nothing is stored';
    my $page = $site->get($answer->{headers}{location});
    is $page->{status}, 200, 'the list opens';
    is listed($page), join(' ', sort { $a <=> $b } @near[0, 2, 3], $far), 'it has the candidate itself and those ticked, no other';
    like $page->{content}, qr{name="rating" value="1"[^>]* checked}, 'with the rating given';
    like $page->{content}, qr{name="classification" value="4"[^>]* checked}, 'and the classification';
    like $page->{content}, qr{Rate these 4<}, 'and says how many';
    like $page->{content}, qr{<img src="/media/$near[2]/thumb-}, 'with their pictures';
    is events(), 0, 'looking stores nothing';
};

subtest 'what was shown is stored, as one batch' => sub {
    my $page = preview($near[0], 'neighbours', also => "$near[2],$near[3]", rating => 1, classification => 4);
    my %form = (rating => 1, classification => 4, map { $_ => field($page, $_) } qw(ids request_key shown_at));
    my ($late) = add_candidates($site, $p, { ra_deg => 10, dec_deg => -30, notes => 'late' });
    $notes = notes();
    my $answer = store($near[0], 'neighbours', %form);
    is $answer->{status}, 303, 'it answers 303';
    like $answer->{headers}{location}, qr{^/candidates/\d+\?rated=$near[0]$}, 'and goes on to the next';
    like $site->get($answer->{headers}{location})->{content}, qr{Rated $near[0] and 2 more: <b>1,}, 'which says on how many';
    is verdicts(), join(' ', map {"$_:1:4"} @near[0, 2, 3]), 'the three have the verdict, one that came in between has not';
    is join(' ', $site->sql('SELECT count(*), count(DISTINCT batch), min(how), max(how), bool_and(shown_at IS NOT NULL) FROM rating_event')),
        '3|1|neighbours|neighbours|t', 'three events of one batch, with how they came about';
    is store($near[0], 'neighbours', %form)->{status}, 303, 'the same again answers alike';
    is events(), 3, 'and stores nothing';
    is store($near[0], 'neighbours', %form, rating => 5)->{status}, 409, 'another verdict under the same key is not taken for it';
    is verdicts(), join(' ', map {"$_:1:4"} @near[0, 2, 3]), 'the first stands';
};

subtest 'rating with no note does not erase the note' => sub {
    $site->post("/candidates/$near[1]/rating", { rating => 2, classification => 4 });
    is notes(), $notes, 'every note is as it was';
};

subtest '\'rate all\' and ticked neighbours do not overwrite the notes of all of them' => sub {
    my $page = preview($near[0], 'observation', mine => 1);
    is store($near[0], 'observation', rating => 2, classification => 7, notes => 'oops', ids => field($page, 'ids'))->{status}, 303, 'all are rated';
    is store($near[0], 'neighbours', rating => 2, classification => 7, notes => 'oops', ids => "$near[0],$near[1]")->{status}, 303, 'some are, too';
    is notes(), $notes, 'every note is as it was';
};

subtest '\'rate all of this observation\' does not cross projects' => sub {
    clear();
    my $page = preview($near[0], 'observation');
    my @all = $site->sql("SELECT id FROM candidate WHERE project_id = $p AND obs_id = ${\ OBS} ORDER BY id");
    is listed($page), "@all", 'the list has those of this observation and project alone';
    is store($near[0], 'observation', rating => 1, classification => 4, ids => field($page, 'ids'))->{status}, 303, 'they are rated';
    is verdicts(), join(' ', map {"$_:1:4"} @all), 'all of them and nothing else';
    is join(' ', $site->sql('SELECT DISTINCT how FROM rating_event')), 'observation', 'as all of an observation';
    my $before = verdicts();
    for my $id ($foreign, $far) {
        my $answer = store($near[0], 'observation', rating => 5, classification => 1, ids => "$near[0],$id");
        is $answer->{status}, 422, 'an id of another project or observation is refused';
        like $answer->{content}, qr/At least one of those candidates is not there, or not of this observation and project/, 'and told';
    }
    is verdicts(), $before, 'nothing was stored';
};

subtest 'those rated by me are left out unless asked for, and marked then' => sub {
    clear();
    $site->post("/candidates/$near[1]/rating", { rating => 5, classification => 1 });
    my $page = preview($near[0], 'observation');
    unlike listed($page), qr/\b$near[1]\b/, 'it is left out';
    like $page->{content}, qr/Include the 1 rated by me/, 'which is said';
    my $with = preview($near[0], 'observation', mine => 1);
    like listed($with), qr/\b$near[1]\b/, 'it is there when asked for';
    like $with->{content}, qr{rated by me</span> <span class="digit digit-5">5</span><span class="cls cls-transient">Transient}, 'with the earlier verdict';
    like $with->{content}, qr/1 of them you have rated before: that verdict is replaced/, 'and what becomes of it';
    store($near[0], 'observation', rating => 1, classification => 4, ids => field($with, 'ids'));
    my $none = preview($near[0], 'observation');
    like $none->{content}, qr/You have rated all \d+ of them/, 'when all are rated it says so';
    unlike $none->{content}, qr/Rate these/, 'and offers nothing to store';
};

subtest 'who came from a list goes on in it' => sub {
    clear();
    my $list = "project=$p&sort=id";
    my $answer = $site->post("/candidates/$near[0]/rating", { rating => 1, classification => 4, also => $near[2], list => $list });
    like $answer->{headers}{location}, qr{&list=project%3D$p%26sort%3Did$}, 'the list goes along';
    my $page = $site->get($answer->{headers}{location});
    my %form = map { $_ => field($page, $_) =~ s/&amp;/&/gr } qw(ids list);
    is $form{list}, $list, 'through the page that shows what will be rated';
    is_deeply [store($near[0], 'neighbours', rating => 1, classification => 4, %form)->{headers}{location} =~ m{^/candidates/(\d+)\?.*list=}],
        [$near[1]], 'to the next one in it';
    like $site->get("/candidates/$near[0]?list=project%3D$p%26sort%3Did")->{content}, qr{href="/candidates/$near[0]/observation-rating\?list=project}, 'all of the observation, too';
};

subtest 'what is wrong is refused at its field, and nothing is stored' => sub {
    clear();
    my %good = (rating => 3, classification => 4, ids => "$near[0],$near[1]");
    my %bad = (
        'a rating of 99'                 => [{ rating => 99 },            'rating'],
        'rating=abc'                     => [{ rating => 'abc' },         'rating'],
        'rating=3.5'                     => [{ rating => '3.5' },         'rating'],
        'no rating'                      => [{ rating => undef },         'rating'],
        'an unknown classification'      => [{ classification => 999 },   'classification'],
        'classification=abc'             => [{ classification => 'abc' }, 'classification'],
        'no classification'              => [{ classification => undef }, 'classification'],
        'no candidates'                  => [{ ids => '' },               'ids'],
        'ids=abc'                        => [{ ids => 'abc' },            'ids'],
        'a candidate of another project' => [{ ids => "$near[0],$foreign" }, 'ids'],
        'an unknown candidate'           => [{ ids => "$near[0],99999" }, 'ids'],
        'more than 500'                  => [{ ids => join ',', 1 .. 501 }, 'ids'],
        'a long request key'             => [{ request_key => 'k' x 200 }, 'request_key'],
    );
    for my $name (sort keys %bad) {
        for my $kind (qw(neighbours observation)) {
            my %form = (%good, $bad{$name}[0]->%*);
            delete @form{ grep { !defined $form{$_} } keys %form };
            my $answer = store($near[0], $kind, %form);
            is $answer->{status}, 422, "$kind, $name: 422";
            like $answer->{content}, qr/Nothing stored/, "$kind, $name: says so";
            my $json = $site->post(sprintf($page{$kind}, $near[0]), form => \%form, headers => { Accept => 'application/json' });
            like $json->{content}, qr/^\{"errors":\{"$bad{$name}[1]":\["/, "$kind, $name: names the field";
            like $answer->{content}, qr{name="rating" value="3"[^>]* checked}, "$kind, $name: the rating is kept" if ($form{rating} // '') eq '3';
        }
    }
    for my $also ('abc', $foreign, 99999, "$near[1],-1") {
        my $answer = $site->post("/candidates/$near[0]/rating", { rating => 1, classification => 4, also => $also });
        is $answer->{status}, 422, "ticked $also: 422";
        like $answer->{content}, qr/Nothing stored yet/, 'on the candidate page';
    }
    is $site->post("/candidates/$near[0]/rating", { rating => 1, classification => $_, also => $near[1] })->{status}, 422,
        "ticked ones with classification '$_': 422" for '', 999, 'abc';
    is $site->post("/candidates/99999/rating", { rating => 1, classification => 4, also => $near[1] })->{status}, 404, 'an unknown candidate with ticked ones is 404';
    is store(99999, $_, %good)->{status}, 404, "an unknown candidate: 404 ($_)" for qw(neighbours observation);
    is preview(99999, $_)->{status}, 404, 'its list as well' for qw(neighbours observation);
    is events(), 0, 'nothing was stored';
};

subtest 'what is out of sight is neither shown nor stored' => sub {
    $site->sql("UPDATE project SET access = 'listed' WHERE id = $p");
    is preview($near[0], $_)->{status}, 404, "$_: 404" for qw(neighbours observation);
    is store($near[0], $_, rating => 1, classification => 4, ids => $near[0])->{status}, 404, "$_: not stored" for qw(neighbours observation);
    $site->sql("UPDATE project SET access = 'members' WHERE id = $p");
    is events(), 0, 'nothing was stored';
};

subtest 'a batch is whole or not there' => sub {
    $site->sql(qq{CREATE FUNCTION stop_here() RETURNS trigger LANGUAGE plpgsql AS \$\$ BEGIN RAISE EXCEPTION 'stop' USING ERRCODE = 'XX000'; END \$\$;
        CREATE TRIGGER stop_here BEFORE INSERT ON rating FOR EACH ROW WHEN (NEW.candidate_id = $near[4]) EXECUTE FUNCTION stop_here()});
    is store($near[0], 'neighbours', rating => 1, classification => 4, ids => join(',', @near))->{status}, 500, 'it fails at the fifth';
    is verdicts(), '', 'none is stored';
    $site->sql('DROP TRIGGER stop_here ON rating');
};

subtest 'eight overlapping batches at once are all stored, and the counts are right' => sub {
    clear();
    my @ids = $site->sql("SELECT id FROM candidate WHERE project_id = $p");
    my @said = together(8, sub ($number) {
        my @mine = grep { $_ % 3 != $number % 3 } $number % 2 ? @ids : reverse @ids;
        return join ' ', map { store($mine[0], 'neighbours', rating => 1 + $number % 5, classification => 4,
            ids => join(',', @mine), request_key => "batch-$number-$_")->{status} } 1 .. 4;
    });
    is join(' ', @said), join(' ', (303) x 32), 'each is answered 303';
    is $site->sql('SELECT count(*) FROM candidate_summary s WHERE rating_count <>
        (SELECT count(*) FROM rating r WHERE r.candidate_id = s.candidate_id) OR rating_sum <>
        (SELECT coalesce(sum(r.rating), 0) FROM rating r WHERE r.candidate_id = s.candidate_id)'), 0, 'summaries agree with the ratings';
    is $site->sql('SELECT count(*) FROM observation_summary o WHERE o.rated <> (SELECT count(*) FROM candidate_summary s
        WHERE s.obs_id = o.observation_id AND s.project_id = o.project_id AND s.rating_count > 0)'), 0, 'and so do those of observations';
};

subtest 'more than 500 of an observation come in parts' => sub {
    my $many = add_project($site, 'many');
    my @ids = add_candidates($site, $many, map { {} } 1 .. 503);
    my $page = preview($ids[0], 'observation');
    like $page->{content}, qr{Rate these 500<}, 'the first 500 are offered';
    like $page->{content}, qr/The first 500; open this page again for the rest/, 'which is said';
    is store($ids[0], 'observation', rating => 1, classification => 4, ids => field($page, 'ids'))->{status}, 303, 'they are stored';
    like preview($ids[0], 'observation')->{content}, qr{Rate these 3<}, 'then the rest';
};

done_testing;
