# settings.t: what a reader chooses is kept for the reader; what is no choice changes nothing.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use TransientsTest;
use TransientsTest::Sample;

my $site    = TransientsTest->start;
my $project = add_project($site, 'P');
my $closed  = add_project($site, 'closed', access => 'listed');
$site->login('rater');

sub kept ($user = 'rater') {
    return scalar $site->sql("SELECT coalesce(project_id::text, '-'), queue_order, queue_filter, theme, paper
        FROM account_setting s JOIN account a ON a.id = s.account_id WHERE a.name = '$user'");
}

subtest 'a first choice' => sub {
    is kept(), '', 'nothing is kept before';
    my $answer = $site->post('/settings', { project => $project, queue_order => 'brightest',
        queue_filter => 'mine', theme => 'dark', paper => 'plain' });
    is $answer->{status}, 303, 'it answers 303';
    like $answer->{headers}{location}, qr{^/settings}, 'back to the settings';
    is kept(), "$project|brightest|mine|dark|plain", 'all is kept';
    my $page = $site->get('/settings')->{content};
    like $page, qr{<option value="$project" selected>P</option>}, 'the project is marked';
    like $page, qr{name="queue_order" value="brightest" checked}, 'the order';
    like $page, qr{name="queue_filter" value="mine" checked}, 'the filter';
    like $page, qr{name="theme" value="dark" checked}, 'the theme';
    like $page, qr{<html[^>]* data-theme="dark"}, 'and all pages are dark';
    unlike $page, qr{>closed<}, 'no project out of sight is offered';
};

subtest 'what is not sent stays' => sub {
    $site->post('/settings', { theme => 'light' });
    is kept(), "$project|brightest|mine|light|plain", 'only the theme is another';
    $site->post('/settings', {});
    is kept(), "$project|brightest|mine|light|plain", 'an empty form changes nothing';
    $site->post('/settings', { project => '', queue_order => '' });
    is kept(), "$project|brightest|mine|light|plain", 'nor do empty fields';
};

subtest 'it outlives the session and is nobody else\'s' => sub {
    $site->post('/logout', {});
    $site->login('rater');
    is kept(), "$project|brightest|mine|light|plain", 'kept over a logout';
    my $admin = $site->new_client;
    $admin->login('admin');
    $admin->post('/settings', { theme => 'dark' });
    is kept('admin'), '-|random|unrated|dark|dim', 'the other has settings of the other\'s own';
    is kept(), "$project|brightest|mine|light|plain", 'these stay';
};

subtest 'what is no choice is refused with the page' => sub {
    my %wrong = (
        project => [999, $closed, 'abc', -1, '9' x 30, '1.5', "1'; --"],
        queue_order => ['foo', 'shuffle', 'random; DROP'], queue_filter => ['all', "mine'"],
        theme => ['pink', '<script>'], paper => ['x'], go => ['//evil.example', 'https://evil.example/', 'x'],
    );
    for my $name (sort keys %wrong) {
        for my $value ($wrong{$name}->@*) {
            my $answer = $site->post('/settings', { theme => 'dark', $name => $value });
            is $answer->{status}, 422, "$name=$value: 422";
            like $answer->{content}, qr/Nothing was changed/, 'the page says so';
            unlike $answer->{content}, qr/<script>[^<]/, 'nothing comes through';
        }
    }
    is kept(), "$project|brightest|mine|light|plain", 'nothing was changed';
};

subtest 'then it goes where it was asked to' => sub {
    my %place = (next => '/next', candidates => '/candidates', home => '/');
    for my $go (sort keys %place) {
        is $site->post('/settings', { go => $go })->{headers}{location}, $place{$go}, "go=$go";
    }
};

subtest 'a project is taken back' => sub {
    $site->post('/settings', { project => 0 });
    is kept(), '-|brightest|mine|light|plain', 'project=0 is none';
};

is $site->new_client->post('/settings', { theme => 'dark' })->{status}, 401, 'nobody has no settings';
done_testing;
