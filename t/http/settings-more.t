# settings-more.t: every choice of the settings is stored and shown, and nothing else is changed.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use TransientsTest;
use TransientsTest::Sample;

my $site = TransientsTest->start;
my $one  = add_project($site, 'one');
my $two  = add_project($site, 'two & <i>');
my ($candidate) = add_candidates($site, $one, {});
$site->login('rater');

sub stored () {
    return scalar $site->sql("SELECT coalesce(s.project_id, 0), queue_order, queue_filter, theme, paper
        FROM account_setting s JOIN account a ON a.id = s.account_id WHERE a.name = 'rater'");
}

sub shown ($page = $site->get('/settings')->{content}) {
    my ($project) = $page =~ /<option value="(\d+)" selected/;
    return join '|', $project // 0, map { $page =~ /name="$_" value="(\w+)" checked/ ? $1 : '-' }
        qw(queue_order queue_filter theme paper);
}

sub save (%form) { return $site->post('/settings', \%form) }

is shown(), '0|random|unrated|system|dim', 'a new reader has all projects, at random, as the system looks';

subtest 'every choice is stored and shown' => sub {
    my %choices = (
        project      => [$one, $two],
        queue_order  => [qw(random newest oldest brightest faintest)],
        queue_filter => [qw(unrated week mine)],
        theme        => [qw(system dark light)],
        paper        => [qw(dim plain inverted)],
    );
    my @names = qw(project queue_order queue_filter theme paper);
    for my $number (0 .. 4) {
        my %form = map { $_ => $choices{$_}[$number % $choices{$_}->@*] } @names;
        is save(%form)->{status}, 303, "@form{@names} is taken";
        is stored(), join('|', @form{@names}), 'it is stored';
        my $page = $site->get('/settings')->{content};
        is shown($page), join('|', @form{@names}), 'it is shown';
        like $page, qr/<html[^>]* data-theme="$form{theme}" data-paper="$form{paper}"/, 'pages look like it';
    }
    like $site->get('/settings')->{content}, qr/two &amp; &lt;i&gt;</, 'a name is shown as text';
};

subtest 'only what was saved is called saved' => sub {
    is save(go => 'settings')->{headers}{location}, '/settings?saved=1', 'go=settings leads back';
    like $site->get('/settings?saved=1')->{content}, qr/Settings saved\./, 'where it says so';
    unlike $site->get($_)->{content}, qr/Settings saved\./, "$_ does not" for '/settings', '/settings?theme=dark';
};

subtest 'one wrong among right ones changes none' => sub {
    my $before = stored();
    is save(project => $two, theme => 'light', paper => 'glossy')->{status}, 422, 'it is refused';
    is stored(), $before, 'nothing changed';
};

subtest 'they take effect' => sub {
    save(project => $one, queue_order => 'oldest', queue_filter => 'unrated');
    is $site->get('/next')->{headers}{location}, "/candidates/$candidate", 'Rate opens a candidate of the project';
    like $site->get("/candidates/$candidate")->{content}, qr/unrated, oldest/, 'whose page names the queue';
    save(project => $two);
    is $site->get('/next')->{status}, 200, 'the other project has none to rate';
    unlike $site->get('/candidates')->{content}, qr{href="/candidates/$candidate"}, 'and none to list';
};

# Frequencies that are left out: 154 (154.24 and 153.6), 185, 201 in project one, 88 in project two.
$site->sql(sprintf 'INSERT INTO observation (observation_id, starttime, stoptime, cent_freq) VALUES (%d, %d, %d, %s)',
    OBS + $_->[0], OBS + $_->[0], OBS + 900, $_->[1]) for [1, 154.24], [2, 153.6], [3, 200.51], [4, 87.68], [5, 'NULL'];
add_candidates($site, $one, map { { obs_id => OBS + $_ } } 1, 2, 2, 3, 5);
add_candidates($site, $two, { obs_id => OBS + 4 });

sub offered () {
    my $page = $site->get('/settings')->{content};
    my @all  = $page =~ /name="left_out" value="(\d+)"( checked)?/g;
    my @said;
    while (my ($mhz, $is) = splice @all, 0, 2) { push @said, $mhz . ($is ? '*' : '') }
    return join ' ', @said;
}

sub left_out () {
    return scalar $site->sql("SELECT s.left_out FROM account_setting s JOIN account a ON a.id = s.account_id WHERE a.name = 'rater'");
}

subtest 'frequencies to leave out are those of the project, grouped within 1 MHz' => sub {
    save(project => $one);
    is offered(), '154 185 201', 'those of the project';
    like $site->get('/settings')->{content}, qr{154</span> <span class="muted sm">3</span>}, 'with how many candidates';
    is save(left_out => [154, 201], left_out_shown => '154,185,201')->{status}, 303, 'two are ticked';
    is left_out(), '{154,201}', 'and stored';
    is offered(), '154* 185 201*', 'and shown';
    is save(theme => 'dark')->{status}, 303, 'another form';
    is left_out(), '{154,201}', 'leaves them';
    is save(project => $two)->{status}, 303, 'another project';
    is offered(), '88', 'has others';
    is save(project => $two, left_out => 88, left_out_shown => 88)->{status}, 303, 'one of them';
    is left_out(), '{88,154,201}', 'does not undo those of the first';
    save(project => 0);
    is offered(), '88* 154* 185 201*', 'without a project those of all';
    is save(project => $one, left_out_shown => '88,154,185,201')->{status}, 303, 'all are unticked';
    is left_out(), '{}', 'which is stored';
};

subtest 'settings without a project, or with an unknown one, are refused at the field and nothing is lost' => sub {
    save(project => $one, queue_order => 'oldest', theme => 'dark', left_out => 154, left_out_shown => 154);
    my $before = stored() . left_out();
    for my $project ('', 99999, 'abc', '-1', '9' x 30) {
        my $answer = save(project => $project, queue_order => 'faintest', queue_filter => 'week', theme => 'light',
            left_out => 201, left_out_shown => '154,185,201');
        is $answer->{status}, 422, "project '$project' is refused";
        like $answer->{content}, qr{</select><span class="error" id="s-project-error">}, 'at its field';
        like $answer->{content}, qr{name="$_->[0]" value="$_->[1]" checked}, "$_->[0] stays as typed"
            for [queue_order => 'faintest'], [queue_filter => 'week'], [theme => 'light'], [left_out => 201];
        unlike $answer->{content}, qr{name="left_out" value="154" checked}, 'what was unticked stays unticked';
        is stored() . left_out(), $before, 'nothing is changed';
    }
    is save(left_out => $_, left_out_shown => 154)->{status}, 422, "left_out=$_ is refused" for 'abc', -1, '1e9', 'nan';
    is save(queue_order => $_)->{status}, 422, "the order '$_' is refused" for 'shiniest', "random'";
    is stored() . left_out(), $before, 'still nothing is changed';
};

subtest 'settings outlive the session' => sub {
    my $before = shown() . offered();
    $site->sql('DELETE FROM session');
    $site->login('rater');
    is shown() . offered(), $before, 'after another login all is as it was';
    my $elsewhere = $site->new_client;
    $elsewhere->login('rater');
    is shown($elsewhere->get('/settings')->{content}), shown(), 'and in another browser';
    save(project => $one, left_out_shown => '154,185,201', theme => 'system');
};

subtest 'looking changes nothing' => sub {
    $site->get('/');
    my $before = holdings($site);
    my $mine   = stored() . $site->sql('SELECT max(changed_at) FROM account_setting');
    for my $path ('/settings', '/settings?theme=dark', "/settings?project=$one&queue_order=faintest", '/settings?go=next&paper=dim') {
        is $site->get($path)->{status}, 200, "GET $path";
        is $site->head($path)->{status}, 200, "HEAD $path";
    }
    is $site->request($_, '/settings', form => { theme => 'system' })->{status}, 405, "$_ is not allowed" for qw(PUT DELETE PATCH);
    is stored() . $site->sql('SELECT max(changed_at) FROM account_setting'), $mine, 'no setting changed';
    is differences($before, holdings($site)), '', 'no row came or went';
};

subtest 'a project that goes out of sight is no more shown, and the rest stays' => sub {
    save(project => $two, queue_order => 'newest');
    $site->sql("UPDATE project SET access = 'listed' WHERE id = $two");
    like shown(), qr/^0\|newest\|/, 'as if none were chosen';
    is save(theme => 'light')->{status}, 303, 'other settings can be changed';
    $site->sql("DELETE FROM candidate WHERE project_id = $two; DELETE FROM project WHERE id = $two");
    is $site->get($_)->{status}, 200, "$_ opens when it is gone" for '/settings', '/', '/next', '/candidates';
    like stored(), qr/^0\|newest\|/, 'and the choice is gone with it';
};

done_testing;
